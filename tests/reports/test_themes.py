"""Themes by hand: a sheet for each coder, mistakes named by their cell, counts, and agreement as it is published."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.commands import app
from content.texts import Texts
from reports.themes.agreeing import compare, counts
from reports.themes.sheet import BadCoding, Coding, blank, read

SAY = Texts("id")
WORDS = b"""text,person,week,lesson,words
t1,g1,2026-10-05,awal/1,Murid bertanya
t2,g1,2026-10-05,awal/1,'=1+1
t3,g2,x,y,Takut salah
"""
THEMES = ["Murid berani", "=Waktu"]


def filled(marks: Mapping[str, str], words: bytes = WORDS, language: str = "id") -> bytes:
    """The blank sheet with these cells filled in, as somebody would in a spreadsheet."""
    book, file = load_workbook(io.BytesIO(blank(words, THEMES, Texts(language)))), io.BytesIO()
    for cell, value in marks.items():
        book.worksheets[0][cell] = value
    book.save(file)
    return file.getvalue()


def test_a_filled_sheet_comes_back_as_it_was_meant() -> None:
    for language in ("id", "en"):
        coding = read(filled({"D2": "x", "E2": "Ya", "D4": "1", "E3": "0"}, language=language), SAY)
        assert coding.themes == ("Murid berani", "=Waktu"), "a theme may begin like a formula and stays words"
        assert coding.writers == {"t1": "g1", "t2": "g1", "t3": "g2"}
        assert coding.found == {"t1": {"Murid berani", "=Waktu"}, "t2": frozenset(), "t3": {"Murid berani"}}
        assert load_workbook(io.BytesIO(filled({}))).worksheets[0]["C3"].value == "'=1+1"


def test_every_mistake_is_named_by_its_cell() -> None:
    with pytest.raises(BadCoding) as bad:
        read(filled({"D2": "mungkin", "A3": "t1", "A4": "bukan kode!", "E1": "murid berani"}), SAY)
    assert [line.split(":")[0] for line in bad.value.problems] == ["E1", "D2", "A3", "A4"]
    assert "mungkin" in bad.value.problems[1]


@pytest.mark.parametrize(
    ("content", "themes"),
    [
        (b"kode,isi\n1,2\n", ["A"]),
        (WORDS, []),
        (WORDS, ["A", "a "]),
        (WORDS, ["words"]),
        (WORDS, [""]),
        (WORDS, ["x" * 81]),
        (WORDS, [f"T{n}" for n in range(31)]),
        (b"\0\0", ["A"]),
    ],
)
def test_no_sheet_is_made_of_what_is_none(content: bytes, themes: list[str]) -> None:
    with pytest.raises(BadCoding):
        blank(content, themes, SAY)


def coded(marks: str, theme: str = "Berani", writers: int = 4) -> Coding:
    found = {f"t{n}": frozenset([theme] if mark == "1" else []) for n, mark in enumerate(marks)}
    return Coding((theme,), {text: f"g{n % writers}" for n, text in enumerate(found)}, found)


def test_agreement_is_the_published_one() -> None:
    """K. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011), the example of two coders and ten units."""
    found = compare(coded("0100000010"), coded("1110010000", theme="berani"))
    (one,) = found.themes
    assert one.alpha == pytest.approx(0.095, abs=5e-4)
    assert (found.texts, found.alone, one.first, one.second, one.both, one.same) == (10, 0, 2, 4, 1, 0.6)
    assert one.differ == ("t0", "t2", "t5", "t8")
    same = compare(coded("0110"), coded("0110")).themes[0]
    assert (same.alpha, same.kappa, same.differ) == (1, 1, ())
    assert compare(coded("000"), coded("000")).themes[0].alpha is None, "what nobody gives says nothing of agreeing"


def test_what_only_one_sheet_has_is_said_and_not_counted() -> None:
    found = compare(coded("01101"), coded("011", theme="Lain"))
    assert (found.texts, found.alone, found.unshared, found.themes) == (3, 2, ("Berani", "Lain"), ())


def test_counts_are_of_texts_and_of_writers() -> None:
    (one,) = counts(coded("1" * 12 + "0" * 12, writers=24))
    assert (one.texts.n, one.texts.of, one.writers.n, one.writers.of) == (12, 24, 12, 24)
    assert one.texts.low == pytest.approx(0.314, abs=1e-3), "Wilson"
    (few,) = counts(coded("1010", writers=2))
    assert (few.texts.value, few.writers.n) == (None, 1)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["themes", *map(str, words)])


def test_two_coders_from_the_words_to_the_figures(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_bytes(WORDS)
    made = run("sheet", tmp_path / "words.csv", "--theme", "Berani", "--theme", "Waktu", "--out", tmp_path / "a.xlsx")
    assert (made.exit_code, made.stdout) == (0, ""), made.stderr
    again = run("sheet", tmp_path / "words.csv", "--theme", "Berani", "--out", tmp_path / "a.xlsx")
    assert (again.exit_code, "sudah ada" in again.stderr) == (2, True), "nobody's coding is written over"
    for name, cells in (("a", ("D2", "D4")), ("b", ("D2", "E3"))):
        book = load_workbook(tmp_path / "a.xlsx")
        for cell in cells:
            book.worksheets[0][cell] = "x"
        book.save(tmp_path / f"{name}.coded.xlsx")
    told = run("compare", tmp_path / "a.coded.xlsx", tmp_path / "b.coded.xlsx")
    assert told.exit_code == 0, told.stderr
    assert "Berani: t3" in told.stdout and "Waktu: t2" in told.stdout and "Dari 3 tulisan, 2 penulis" in told.stdout
    figures = json.loads(run("compare", tmp_path / "a.coded.xlsx", tmp_path / "b.coded.xlsx", "--json").stdout)
    assert figures["agreement"]["themes"]["Berani"]["differ"] == ["t3"]
    assert figures["counts"]["Berani"]["texts"]["n"] == 2
    alone = json.loads(run("compare", tmp_path / "a.coded.xlsx", "--json").stdout)
    assert set(alone) == {"counts"}


@pytest.mark.parametrize("words", [("compare", "tidak-ada.xlsx"), ("sheet", "tidak-ada.csv", "--out", "x.xlsx")])
def test_a_file_that_is_not_there_is_one_line(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout, "Traceback" in done.stderr) == (2, "", False)
