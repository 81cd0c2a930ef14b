"""Before and after in one figure: of the baseline alone, with n and intervals, and no bar where there are too few."""

import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from community import import_talk, imported, imported_counts
from community.import_talk import Asked
from content.texts import Texts
from reports import before_after, overview
from reports import import_files as readers
from reports.drawing import draw
from reports.periods import Period
from reports.shares import from_counts
from storage.database import Database, Session
from tests.reports.cast import Cast, cast, wall

NOW = wall("2026-11-18 16:00")
SAID = {"consultation": "ada yang punya LKPD pecahan kelas 4?", "coordination": "Besok rapat jam 13.00 ya"}


async def _history(session: Session, here: Cast, first: datetime, questions: int, meetings: int) -> None:
    """An export whose figures are known, taken in by Pak Hendra."""
    lines, at = [], first
    for number, words in enumerate([SAID["consultation"]] * questions + [SAID["coordination"]] * meetings):
        at += timedelta(hours=30)  # each alone, so that no thread changes what it is for
        lines.append(f"{at.astimezone(UTC) + timedelta(hours=7):%d/%m/%y %H.%M} - Guru Lama {number % 7}: {words}")
    hendra = here.people["Hendra"]
    asked = Asked(here.group.id, {"file_id": "x", "name": "", "size": 1})
    draft = await import_talk.confirmed(session, hendra, asked, 30, Texts("id"))
    wanted = draft.then_data["download"]["read"]
    coming = readers.read("\n".join(lines).encode(), wanted, await imported.secret_of(session, here.group.id))
    assert isinstance(coming, imported.Coming)
    await imported.keep(session, coming, NOW)


async def test_the_report_compares_only_when_the_facilitator_says_so(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra = here.people["Hendra"]
        await _history(session, here, wall("2026-05-01 07:00"), questions=30, meetings=10)
        for number in range(24):
            label = "consultation" if number < 18 else "motivation"
            await here.says("Sari", label, wall("2026-11-10 09:00") + timedelta(hours=number))
        told = await overview.for_person(session, hendra, here.group.id, Period.MONTH, NOW)
        assert before_after.figure(told, "id") is None
        await imported_counts.take_as_baseline(session, hendra, here.group.id, NOW, on=True)
        told = await overview.for_person(session, hendra, here.group.id, Period.MONTH, NOW)
        drawing = before_after.figure(told, "id")
        assert drawing is not None
        before, after = drawing["data"]["before"], drawing["data"]["after"]
        assert (before["n"], before["people"], after["n"], after["people"]) == (40, 7, 24, 1)
        by_label = {one["label"]: one for one in before["of_four"]}
        assert by_label["consultation"]["n"] == 30
        asked = by_label["consultation"]
        assert asked["low"] < asked["share"] < asked["high"]
        assert abs(asked["share"] - 0.75) < 0.1, "corrected for the tagger's mistakes, as every share of tags is"
        assert (before["since"], before["until"]) == ("2026-05-02", "2026-06-20")
        assert told.before is not None
        assert "tidak ikut diekspor" not in before_after.caption(told, Texts("id"))
        without_media = replace(told, before=replace(told.before, has_hidden=True))
        assert "tidak ikut diekspor" in before_after.caption(without_media, Texts("id"))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("n", [(40, 22, 120, 60), (1, 0, 2, 0), (400, 0, 0, 0)])
def test_it_is_a_png_of_a_phones_width_whatever_the_figures(n: tuple[int, ...], language: str) -> None:
    side = before_after._side(
        from_counts(dict(zip(("resource", "consultation", "coordination", "motivation"), n, strict=True))),
        (wall("2026-05-01 07:00").date(), wall("2026-06-01 07:00").date()), None,
    )  # fmt: skip
    other = before_after._side(from_counts({"resource": 30, "motivation": 10}), (NOW.date(), NOW.date()), 9)
    data = {"group": "Gugus 3 $kelas_4$ 🌼 " + "panjang " * 9, "before": side, "after": other}
    png = draw("before_after", data, language)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (1080, 1350)
    assert png != draw("before_after", data | {"after": side | {"people": 3}}, language)
