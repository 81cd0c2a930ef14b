"""The letters of the week as picture and table: the same numbers, in the reader's language, and nothing of few."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from community.roles import Role
from content.texts import Texts
from reports import counts_letters, drawing, few, week_letters, week_pages, week_pictures
from reports.counts import Counts, Span
from reports.dashboard.values import Bars
from reports.group_talk import Talk
from reports.group_week import GroupWeek
from reports.shares import from_counts
from storage.database import Database, Session
from storage.models import Attention, Group, Letter
from tests.coaching.cast import school, wall
from tests.community.cast import a_group, somebody
from tests.reports.test_week_letters import FRIDAY, MONDAY, asks, says

SPAN = Span(date(2026, 8, 3), date(2026, 8, 10), "Asia/Jakarta")
ENOUGH = {"resource": 20, "consultation": 10, "coordination": 6, "motivation": 4}
TALKS = {
    "enough": Talk(from_counts(ENOUGH).of_four, 9, 12, 0.4, 0.6, 4, (1.0, 2.0, 3.0), 5),
    "few": Talk(from_counts({"resource": 3}).of_four, 2, 12, asked=1),
    "questions alone": Talk(asked=2, hours=(1.0,), teachers=8),
    "one person": Talk(from_counts({"motivation": 1}).of_four, 1, 1),
    "nobody teaches": Talk(from_counts({"motivation": 2}).of_four, 0, 0),
    "nothing": Talk(teachers=12),
}


def _week(talk: Talk, number: int = 1) -> GroupWeek:
    return GroupWeek(Group(id=number, title=f"KKG <Melati> {number}", zone="Asia/Jakarta"), talk=talk)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "name, bars, rows",
    [
        ("enough", 6, 7), ("few", 2, 6), ("questions alone", 2, 2), ("one person", 1, 5), ("nobody teaches", 0, 0),
        ("nothing", 0, 0),
    ],
)  # fmt: skip
def test_a_week_of_one_group(name: str, bars: int, rows: int, language: str) -> None:
    seen = week_pictures.of_groups([_week(TALKS[name])], Texts(language), MONDAY)
    if not bars:
        assert seen is None
        return
    assert seen is not None and isinstance(seen[0].chart, Bars)
    assert (len(seen[0].chart.bars), len(seen[1].rows)) == (bars, rows)
    assert all(0 <= bar.length <= 1 and bar.low is not None for bar in seen[0].chart.bars)
    assert not any("kurung" in one or "bracket" in one for one in seen[0].notes), "it has none"
    words = week_pictures.caption(seen[1], Texts(language))
    assert len(words) <= 1100 and ("Guru yang menulis" in words) is (language == "id")
    assert drawing.draw("chart", seen[0].to_json(), language).startswith(b"\x89PNG")


def test_of_many_groups_a_line_each_as_far_as_a_caption_goes_and_ten_bars() -> None:
    many = [_week(TALKS["enough"], number) for number in range(1, 60)]
    seen = week_pictures.of_groups([*many, _week(TALKS["nothing"], 99)], Texts("id"), MONDAY)
    assert seen is not None and isinstance(seen[0].chart, Bars)
    assert len(seen[0].chart.bars) == week_pictures.MOST and len(seen[1].rows) == 59
    words = week_pictures.caption(seen[1], Texts("id"))
    assert "&lt;Melati&gt; 1\n" in words and "9/12" in words and "3/4" in words
    assert len(words.replace("&lt;", "<").replace("&gt;", ">")) - len("<b></b><pre></pre>") <= week_pictures.CAPTION


@pytest.mark.parametrize(
    "values, ends",
    [
        ({"teachers": 12, "reflected": 9, "reflections": 20}, {"Guru yang berefleksi": (0.75, None, None)}),
        ({"teachers": 12, "reflected": 1, "reflections": 2}, {"Guru yang berefleksi": (1 / 12, 1 / 12, 2 / 12)}),
        ({"teachers": 12, "reflected": 11, "reflections": 20}, {"Guru yang berefleksi": (10 / 12, 10 / 12, 11 / 12)}),
        ({"teachers": 4, "reflected": 1, "reflections": 2}, {"Guru yang berefleksi": (0.25, 0.25, 0.75)}),
        ({"teachers": 2, "reflected": 1, "reflections": 2}, {}),
        ({"open": 5, "late": 0}, {"Siklus coaching berjalan yang lewat tanggal (hari ini)": (0.0, None, None)}),
        ({}, {}),
    ],
)
def test_what_is_not_written_exactly_is_not_drawn_exactly(values: dict[str, Any], ends: dict[str, Any]) -> None:
    seen = week_pictures.of_counts(Counts(SPAN, ["SDN Melati 2"], 1, **values), Texts("id"))
    if not ends:
        assert seen is None
        return
    assert seen is not None and isinstance(seen[0].chart, Bars)
    found = {bar.name: (bar.length, bar.low, bar.high) for bar in seen[0].chart.bars}
    assert found == ends
    thin = any(low is not None for _, low, _ in found.values())
    assert any("Garis tipis" in note for note in seen[0].notes) is thin


@pytest.mark.parametrize("language, hours", [("id", "1,5"), ("en", "1.5")])
def test_a_fraction_is_written_as_the_reader_writes_it(language: str, hours: str) -> None:
    counts = Counts(SPAN, ["SDN Melati 2"], 1, asked=8, answer_hours=[1.0, 1.5, 2.0, 1.5])
    seen = week_pictures.of_counts(counts, Texts(language))
    assert seen is not None
    assert hours in week_pictures.caption(seen[1], Texts(language))


@pytest.mark.parametrize("of", [1, 2, 3, 4, 5, 12])
def test_two_numbers_that_read_alike_are_drawn_alike(of: int) -> None:
    say, seen = Texts("id"), dict[str | None, set[tuple[int, int] | None]]()
    for n in range(of + 1):
        seen.setdefault(few.shown(n, of, say), set()).add(few.bounds(n, of))
    assert all(len(ends) == 1 for ends in seen.values())


async def _letters(session: Session, person_id: int) -> list[Letter]:
    rows = await session.scalars(select(Letter).where(Letter.person_id == person_id).order_by(Letter.id))
    return list(rows)


async def test_both_letters_come_with_their_picture_once_and_count_in_the_budget(database: Database) -> None:
    async with school(database) as (session, cast):
        for n in range(3):
            await asks(session, cast.group, cast.dewi, wall("2026-08-05T09:00").replace(minute=n), "Soal rahasia?")
        await says(session, cast.group, cast.sari, wall("2026-08-06T09:00"), label="resource")
        for _ in range(2):
            for work, now in ((week_letters, MONDAY), (counts_letters, MONDAY.replace(minute=30))):
                for moment in (FRIDAY, now):
                    while await work.send_due(session, moment):
                        pass
        for who, prefix in ((cast.faisal, "week:"), (cast.kepala, "counts:week:")):
            first, photo = await _letters(session, who.id)
            assert first.key.startswith(prefix) and photo.key == f"{first.key}:figures"
            assert (photo.method, photo.chat_id, photo.not_after) == ("sendPhoto", who.tg_user_id, first.not_after)
            params = photo.params or {}
            told = params["caption"] + str(params["photo"])
            assert "<pre>" in params["caption"] and params["disable_notification"]
            assert not any(name in told for name in ("Dewi", "Sari", "rahasia"))
            spent = await session.get(Attention, (who.id, date(2026, 8, 10)))
            assert spent is not None and (spent.messages, spent.minutes) == (2, 1)
        for other in (cast.ratna, cast.hendra, cast.sari, cast.dewi, cast.tamu):
            assert await _letters(session, other.id) == []


async def test_asked_for_it_comes_as_well_in_the_readers_language(database: Database) -> None:
    async with school(database) as (session, cast):
        quiet = await a_group(session, -555, title="KKG Sepi", school_id=cast.group.school_id)
        alone = await somebody(session, "Rini", 90, group=quiet, roles=(Role.FACILITATOR, Role.PRINCIPAL))
        drafts = await week_pages.start(session, alone, Texts("id"), MONDAY)
        assert [one.method for one in drafts] == ["sendMessage", "sendMessage"], "of nothing there is no picture"
        await says(session, cast.group, cast.sari, wall("2026-08-06T09:00"), label="resource")
        words, photo = await week_pages.start(session, cast.faisal, Texts("en"), MONDAY)
        assert (words.method, photo.method) == ("sendMessage", "sendPhoto")
        assert "The talk of 7 days in figures" in photo.params["caption"]


def test_what_nobody_did_has_no_row() -> None:
    seen = week_pictures.of_groups([_week(replace(TALKS["enough"], shared=0))], Texts("id"), MONDAY)
    assert seen is not None and not any("Bahan dibagikan" in str(row[0]) for row in seen[1].rows)
