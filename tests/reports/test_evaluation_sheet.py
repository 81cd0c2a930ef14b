"""The sheet of scores: what is wrong is named by its cell; which group is which is read or asked, never guessed."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from content.texts import LANGUAGES, Texts
from reports.evaluation.sheet import BadScores, Scale, read, template
from reports.evaluation.values import CannotEvaluate, Score

SAY = Texts("id")
HEADER = ["Kode", "Kelompok", "Sekolah", "Awal", "Akhir"]


def xlsx(*rows: list[Any]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def problems(content: bytes, scale: Scale = Scale(0, 100)) -> list[str]:  # noqa: B008 (a value, never changed)
    with pytest.raises(BadScores) as bad:
        read(content, SAY, scale)
    return bad.value.problems


def test_numbers_are_read_as_people_write_them_and_gaps_stay_gaps() -> None:
    found = read(
        b"Skor observasi 2026\nkode;kelompok;awal;akhir\nG1;Program;61,5;70\nG2;kontrol;-;58.25\nG3;KONTROL;7;\n",
        SAY,
        Scale(),
    )
    assert (found.programme, found.comparison) == ("program", "kontrol")
    assert found.scores == (
        Score("G1", "program", 61.5, 70.0),
        Score("G2", "kontrol", None, 58.25),
        Score("G3", "kontrol", 7.0, None),
    )


def test_every_mistake_is_named_by_its_cell() -> None:
    found = problems(
        xlsx(
            HEADER,
            ["G1", "program", "SDN A", 50, 60],
            ["G2", "", "SDN A", "lima puluh", 101],
            ["g1", "kontrol", "", date(2026, 5, 7), 55],
            ["=A1", "kontrol", "SDN B", "=1+1", 55],
            ["G1 ", "kontrol", "SDN B", 50, 55],
            ["G5", "kontrol", "x" * 101, 50, -1],
        )
    )
    assert [line.split(":")[0] for line in found] == ["B3", "D3", "E3", "C4", "D4", "A5", "C7", "E7", "A6"]
    assert [word in line for word, line in zip(("lima puluh", "101"), found[1:3], strict=True)] == [True, True]


def test_a_formula_is_no_code_in_a_csv() -> None:
    found = problems(b"kode,kelompok,awal,akhir\n=HYPERLINK(1),program,1,2\n@x,kontrol,1,2\n")
    assert [line.split(":")[0] for line in found] == ["A2", "A3"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"kode,awal,akhir\nG1,1,2\n", "A1: kolom Kelompok"),
        (b"kode,kelompok,awal,awal,akhir\nG1,a,1,1,2\n", "D1: kolom awal"),
        (b"nama,kelas\nSari,4\n", "Kode, Kelompok, Awal, Akhir"),
        (b"\0\1\2 nothing of the kind", "XLSX"),
        (b"", "Kode, Kelompok, Awal, Akhir"),
    ],
)
def test_what_is_no_sheet_of_scores_is_refused_in_words(content: bytes, told: str) -> None:
    assert told in "\n".join(problems(content))


@pytest.mark.parametrize(
    ("arms", "named", "programme"),
    [
        (("kelompok eksperimen", "kelompok kontrol"), None, "kelompok eksperimen"),
        (("Gugus 1", "pembanding"), None, "gugus 1"),
        (("Gugus 1", "Gugus 2"), "gugus 2", "gugus 2"),
        (("treatment", "control"), None, "treatment"),
    ],
)
def test_the_group_in_the_programme_is_told_by_its_word(
    arms: tuple[str, str], named: str | None, programme: str
) -> None:
    content = "kode,kelompok,awal,akhir\n" + "\n".join(f"G{n},{arm},1,2" for n, arm in enumerate(arms))
    assert read(content.encode(), SAY, Scale(), named).programme == programme


@pytest.mark.parametrize(
    ("arms", "named", "why"),
    [
        (("A", "B"), None, "which_arm"),
        (("program", "intervensi"), None, "which_arm"),
        (("program",), None, "not_two"),
        (("A", "B", "C"), "A", "not_two"),
        (("A", "B"), "D", "no_such_arm"),
    ],
)
def test_which_group_is_which_is_not_guessed(arms: tuple[str, ...], named: str | None, why: str) -> None:
    content = "kode,kelompok,awal,akhir\n" + "\n".join(f"G{n},{arm},1,2" for n, arm in enumerate(arms))
    with pytest.raises(CannotEvaluate) as cannot:
        read(content.encode(), SAY, Scale(), named)
    assert cannot.value.text_key == f"evaluation.cannot.{why}"
    assert SAY.plain(cannot.value.text_key, **cannot.value.blanks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_sheet_is_one_that_can_be_filled_in(language: str) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(template(Texts(language))))
    book.worksheets[0].append(["G1", "program", "SDN A", 5, 6])
    book.worksheets[0].append(["G2", "kontrol", "SDN B", 5, 7])
    file = io.BytesIO()
    book.save(file)
    assert [one.person for one in read(file.getvalue(), Texts(language), Scale()).scores] == ["G1", "G2"]
