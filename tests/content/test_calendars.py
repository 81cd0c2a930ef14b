"""Calendars of provinces as files: what is read, and what is wrong with file and line."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from content import calendars
from content.texts import Texts

GOOD = """\
province: jawa-timur
source: Keputusan Dinas nomor 1
days:
  - from: 2026-12-21
    to: 2027-01-02
    kind: closed
    label: {id: Libur semester, en: Semester break}
  - {from: 2026-12-28, kind: open}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (calendars.NATION, calendars.EXAMPLE):
        shutil.copy(calendars.FOLDER / name, tmp_path)
    return tmp_path


def test_the_house_ships_facts_and_an_example_and_no_invented_day() -> None:
    assert calendars.check() == []
    nation, provinces = calendars.read()
    assert provinces == {}
    assert calendars.school_year_starts() == (7, 1)
    assert len(nation.provinces) == 38
    assert calendars.days_of("jawa-timur") == ()


def test_no_two_provinces_share_a_name() -> None:
    names = [name.casefold() for names in calendars.provinces().values() for name in names]
    assert sorted(set(names)) == sorted(names)


def test_a_provinces_days_are_read_in_order(folder: Path) -> None:
    (folder / "jawa-timur.yaml").write_text(GOOD, encoding="utf-8")
    assert calendars.check(folder) == []
    first, second = calendars.read(folder)[1]["jawa-timur"]
    assert (first.first, first.last, first.kind) == (date(2026, 12, 21), date(2027, 1, 2), "closed")
    assert first.label is not None and first.label.en == "Semester break"
    assert (second.last, second.kind, second.label) == (None, "open", None)


@pytest.mark.parametrize(
    "was, becomes, line, said",
    [
        ("to: 2027-01-02", "to: 2026-12-01", 4, "lebih awal"),
        ("to: 2027-01-02", "to: 2028-01-02", 4, "paling banyak 90"),
        ("to: 2027-01-02", 'to: "2 Januari"', 5, "tahun-bulan-hari"),
        ("to: 2027-01-02", "to: 2027-01-02 07:00:00", 5, "tahun-bulan-hari"),
        ("kind: closed", "kind: pesta", 6, "pilih satu"),
        ("en: Semester break", "de: Ferien", 7, "en"),
        ("to: 2027-01-02", "till: 2027-01-02", 5, "tidak dikenal"),
        ("province: jawa-timur", "province: bali", 1, "isi jawa-timur"),
        ("source: Keputusan Dinas nomor 1", "source: null", 2, "keputusan"),
        ("to: 2027-01-02", "to: [", 7, "YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(folder: Path, was: str, becomes: str, line: int, said: str) -> None:
    path = folder / "jawa-timur.yaml"
    path.write_text(GOOD.replace(was, becomes), encoding="utf-8")
    wrong = calendars.check(folder)
    assert wrong
    assert (wrong[0].path, wrong[0].line) == (path, line)
    assert any(said in one.words for one in wrong)
    with pytest.raises(calendars.BadCalendar, match=r"jawa-timur\.yaml"):
        calendars.read(folder)


def test_a_file_that_is_named_like_no_province_is_found(folder: Path) -> None:
    (folder / "jatim.yaml").write_text(GOOD, encoding="utf-8")
    (problem,) = calendars.check(folder, Texts("en"))
    assert problem.words.startswith("there is no province jatim")


def test_content_check_names_what_is_wrong_in_a_calendar(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars.check, "__defaults__", (folder, None))
    path = folder / "jawa-timur.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert CliRunner().invoke(app, ["content", "check"]).exit_code == 0
    path.write_text(GOOD.replace("kind: closed", "kind: pesta"), encoding="utf-8")
    bad = CliRunner().invoke(app, ["content", "check", "--language", "id"])
    assert (bad.exit_code, f"{path}:6: days.0.kind: " in bad.output) == (2, True), bad.output
