"""What a survey came to, as figures, message, workbook and scores for an evaluation."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from content.instruments import Instrument, house
from content.texts import Texts
from learning.surveys import scores
from learning.surveys.results import Result
from reports import instruments
from reports.evaluation import sheet
from reports.evaluation.values import Score
from storage.models import Group, Survey
from tests.reports.cast import wall

SAY = Texts("id")


def result(
    instrument: Instrument, given: list[dict[str, Any]], before: list[dict[str, Any]] | None = None, asked: int = 12
) -> Result:
    made, anonymous = {"group_id": 1, "instrument": instrument.id, "way": "private"}, instrument.anonymous
    survey = Survey(
        id=1, content=instrument.to_json(), phase="end" if before is not None else "once", anonymous=anonymous,
        opens_at=wall("2026-08-03 08:00"), opened_at=wall("2026-08-03 08:00"), **made,
    )  # fmt: skip
    figures = scores.figures(instrument, given, asked, anonymous=anonymous)
    first = scores.figures(instrument, before, asked, anonymous=anonymous) if before is not None else None
    linked = scores.pairs(instrument, dict(_coded(before or [])), dict(_coded(given))) if before is not None else {}
    return Result(survey, instrument, Group(title="Kombel <Melati>"), figures, first, linked)


def _coded(given: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"k{at}", one) for at, one in enumerate(given)]


def obstacles(*chosen: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"kendala": list(one), "lain": f"=kata {at}"} for at, one in enumerate(chosen)]


def pages(found: Result) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(instruments.workbook(found, SAY)))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


def test_the_message_says_first_how_many_answered_and_names_nobody() -> None:
    given = [{one.id: 4 for one in house()["plca"].items} for _ in range(9)]
    told = instruments.message_html(result(house()["plca"], given), SAY)
    assert told.startswith("<b>9 dari 12</b>") and "Kombel &lt;Melati&gt;" in told
    assert "Kirkpatrick 3 · CIPP: Proses" in told and "dua pertiga" in told
    assert len(told) < 4096


def test_a_share_is_told_by_the_words_that_stood_on_the_buttons() -> None:
    given = [{"semangat": level} for level in (1, 3, 4, 5)]
    told = instruments.message_html(result(house()["motivation"], given, asked=10), SAY)
    assert "n = 4; 2 dari 4 memilih “Meningkat” atau “Jauh meningkat” (15–85 %)." in told
    english = instruments.message_html(result(house()["strategies"], [{"dipakai": "ya"}], asked=10), Texts("en"))
    assert " of 1 chose “" in english and "” or “" in english


def test_obstacles_are_ranked_with_n_and_interval() -> None:
    found = result(house()["needs"], obstacles(*[("waktu", "digital")] * 7, *[("administrasi", "waktu")] * 3), asked=10)
    ranked = instruments.shares(found.figures.spreads[0], found, SAY)
    assert [(one.label, one.n, one.of) for one in ranked[:3]] == [
        ("Tidak ada waktu bersama", 10, 10), ("Kesulitan dengan alat digital", 7, 10),
        ("Terlalu banyak administrasi", 3, 10),
    ]  # fmt: skip
    # Wilson's interval of 7 out of 10.
    assert (ranked[1].low, ranked[1].high) == (pytest.approx(0.3968, abs=1e-4), pytest.approx(0.8922, abs=1e-4))
    told = instruments.message_html(found, SAY)
    assert "40–89 %" in told and told.index("waktu bersama") < told.index("alat digital") < told.index("administrasi")


def test_four_unnamed_answers_show_nowhere_and_five_do() -> None:
    four, five = (obstacles(*[("waktu",)] * n) for n in (4, 5))
    hidden = result(house()["needs"], four)
    said = instruments.message_html(hidden, SAY) + str(pages(hidden)) + str(instruments.tables(hidden, SAY))
    assert "4 dari 12" in said and "paling sedikit 5" in said
    assert not any(words in said for words in ("Tidak ada waktu", "kata 1", "100 %"))
    assert "100 %" in instruments.message_html(result(house()["needs"], five), SAY)


def test_of_an_item_that_fewer_than_five_answered_nothing_is_shown_though_the_survey_has_enough() -> None:
    given = [{"kendala": ["waktu"]} for _ in range(5)]
    given[0] |= {"menit": 45, "lain": "listrik"}
    told = str(pages(result(house()["needs"], given)))
    assert "Tidak ada waktu" in told and "45" not in told and "listrik" not in told


def test_before_and_after_with_the_gain_of_the_means() -> None:
    """3.12 to 4.36 on a five-point scale: 1.24 of the 1.88 there was, 0.66."""
    digital = house()["digital-pedagogy"]

    def all_of(levels: list[int]) -> list[dict[str, Any]]:
        return [{one.id: level for one in digital.items} for level in levels]

    first = all_of([3] * 22 + [4] * 3)  # 3.12
    last = all_of([4] * 16 + [5] * 9)  # 4.36
    moved = instruments.changes(result(digital, last, first, asked=25), SAY)
    assert [one.name for one in moved] == [
        "Memakai teknologi",
        "Merancang kegiatan digital",
        "Asesmen dengan teknologi",
    ]
    one = moved[0]
    assert (one.before.mean, one.after.mean) == (pytest.approx(3.12), pytest.approx(4.36))
    assert (one.points, one.gain) == (pytest.approx(1.24), pytest.approx(0.6596, abs=1e-4))
    assert (one.pairs, one.paired) == (25, pytest.approx(1.24))
    assert "3,12 4,36 0,66" in " ".join(instruments.message_html(result(digital, last, first), SAY).split())
    full = instruments.changes(result(digital, all_of([5, 5]), all_of([5, 5])), SAY)
    assert full[0].gain is None, "no room was left"


def test_pairs_go_into_an_evaluation_as_they_are_under_numbers_that_mean_nothing() -> None:
    digital = house()["digital-pedagogy"]
    first = [{one.id: 2 for one in digital.items}, {one.id: 3 for one in digital.items}]
    found = result(digital, [*[{one.id: 4 for one in digital.items}] * 2, {"kuis": 5, "membaca": 5}], first)
    made = instruments.scores(found, "asesmen", "program", "SD Melati")
    assert sorted(made, key=lambda one: one.before or 9) == [
        Score(one.person, "program", before, after, "SD Melati")
        for one, before, after in zip(
            sorted(made, key=lambda one: one.before or 9), (2, 3, None), (4, 4, 5), strict=True
        )
    ]
    assert sorted(one.person for one in made) == ["001", "002", "003"]
    # The page of pairs is what `sejawat evaluate` reads: beside those of others it is a study.
    rows = next(rows for title, rows in pages(found).items() if "Asesmen" in title and "Pasangan" in title)
    lines = [";".join("" if cell is None else str(cell) for cell in row) for row in rows]
    others = [f"K{n};kontrol;2;3" for n in range(3)]
    study = sheet.read("\n".join([*lines, *others]).encode(), SAY, sheet.Scale(1, 5))
    assert (study.programme, study.comparison) == ("program", "kontrol")
    assert [one.complete for one in study.scores].count(True) == 5


def test_words_stay_words_in_the_workbook_and_come_in_no_order() -> None:
    found = result(house()["needs"], obstacles(*[("waktu",)] * 6))
    cells = [cell for rows in pages(found).values() for row in rows for cell in row]
    assert "=kata 0" in cells
    book = load_workbook(io.BytesIO(instruments.workbook(found, SAY)))
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)
    assert found.figures.words[0][1] == tuple(sorted(found.figures.words[0][1]))


def test_a_pupil_who_is_called_by_name_is_nobody_in_the_workbook() -> None:
    given = [{"kendala": ["waktu"], "lain": f"murid Rangga diam {at}"} for at in range(6)]
    cells = [str(cell) for rows in pages(result(house()["needs"], given)).values() for row in rows for cell in row]
    assert "murid [nama] diam 0" in cells and not any("Rangga" in cell for cell in cells)


@pytest.mark.parametrize("name", sorted(house()))
@pytest.mark.parametrize("given", [[], [{}]])
def test_nobody_answering_is_no_error(name: str, given: list[dict[str, Any]]) -> None:
    for language in ("id", "en"):
        found = result(house()[name], given, given)
        assert "0" in instruments.message_html(found, Texts(language))
        assert pages(found)
