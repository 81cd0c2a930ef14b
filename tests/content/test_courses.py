"""Courses as files: what is read, and what is wrong with file and line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from content import courses
from content.courses import Course
from content.texts import LANGUAGES

GOOD = """\
id: pendek
title: {id: Dua bulan, en: Two months}
words: {id: Sebentar saja., en: Only a while.}
stages:
  - id: awal
    from: 1
    to: 2
    title: {id: Awal, en: Start}
    words: {id: Mulai., en: Begin.}
    events:
      - name: tanya
        when: {month: 1, week: 2}
        for: [facilitator]
        title: {id: Tanya, en: Ask}
        words: {id: Tanyakan., en: Ask them.}
        pack: fasilitasi-kbp
        survey:
          instrument: needs
          phase: start
      - name: datang
        when: {every: week}
        for: [coach]
        title: {id: Datang, en: Come}
        words: {id: Datanglah., en: Come.}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pendek.yaml"


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path.parent


def test_the_house_course_is_sound() -> None:
    assert courses.check() == []
    assert set(courses.house()) == set(courses.read()) == {"kbp"}


def test_the_six_months_are_those_of_the_learning_community() -> None:
    course = courses.house()["kbp"]
    assert course.months == 6
    inner = {month: stage.id for month in range(1, 7) if (stage := course.stage_in(month))}
    assert inner == {
        1: "persiapan", 2: "pelatihan", 3: "pendampingan", 4: "teknologi", 5: "pendampingan", 6: "evaluasi",
    }  # fmt: skip
    assert course.stage_in(7) is None
    assert [month for month in range(1, 8) if course.meets_in(month)] == [3, 4, 5, 6]


def test_the_same_survey_stands_at_the_start_and_at_the_end() -> None:
    course = courses.house()["kbp"]
    first, last = course.event("kebutuhan-awal"), course.event("kendala-akhir")
    assert first and first.survey and last and last.survey
    assert (first.survey.instrument, first.survey.phase) == ("needs", "start")
    assert (last.survey.instrument, last.survey.phase) == ("needs", "end")
    assert (first.when.month, last.when.month) == (1, 6)


def test_visits_come_every_fortnight_while_schools_are_accompanied_and_may_wait() -> None:
    visit = courses.house()["kbp"].event("kunjungan.3")
    assert visit and visit.may_wait and visit.when.days == 14 and set(visit.readers) == {"coach", "principal"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_of_the_house_is_longer_than_a_screen(language: str) -> None:
    for stage in courses.house()["kbp"].stages:
        for event in stage.events:
            assert len(event.words.of(language).split()) <= 75, event.name
            assert "\n\n" not in event.words.of(language)


def test_a_course_is_read_as_written(path: Path) -> None:
    found = courses.read(written(path, GOOD))["pendek"]
    assert isinstance(found, Course)
    assert found.title.of("en") == "Two months"
    ask, come = found.stages[0].events
    assert (ask.when.month, ask.when.week, ask.when.days, come.when.days) == (1, 2, 0, 7)


@pytest.mark.parametrize(
    "was, becomes, line, said",
    [
        ("id: pendek", "id: lain", 1, "pendek"),
        ("to: 2", "to: 0", 7, "paling sedikit 1"),
        ("from: 1\n    to: 2", "from: 2\n    to: 1", 7, "paling sedikit 2"),
        ("month: 1, week: 2", "month: 3, week: 2", 12, "paling banyak 2"),
        ("month: 1, week: 2", "month: 1, week: 5", 12, "paling banyak 4"),
        ("month: 1, week: 2", "week: 2", 12, "belum ada"),
        ("every: week", "every: week, month: 1", 21, "tidak dikenal"),
        ("every: week", "every: day", 21, "pilih satu"),
        ("for: [facilitator]", "for: [guru]", 13, "pilih satu"),
        ("for: [facilitator]", "for: [coach]", 13, "tombolnya untuk facilitator"),
        ("for: [facilitator]", "for: []", 13, "paling sedikit 1"),
        ("pack: fasilitasi-kbp", "pack: tidak-ada", 16, "tidak-ada"),
        ("name: datang", "name: tanya", 20, "muncul dua kali"),
        ("name: datang", "name: Datang Lagi", 20, "huruf kecil"),
        ("name: datang", f"name: {'x' * 41}", 20, "40"),
        ("en: Ask}", "de: Frag}", 14, "belum ada"),
        ("instrument: needs", "instrument: tidak-ada", 18, "tidak-ada"),
        (GOOD[GOOD.index("stages:") :], "stages: []", 4, "paling sedikit 1"),
        ("to: 2", "to: [", 9, "YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(path: Path, was: str, becomes: str, line: int, said: str) -> None:
    assert was in GOOD
    wrong = courses.check(written(path, GOOD.replace(was, becomes)))
    assert [(one.path, one.line) for one in wrong][:1] == [(path, line)], wrong
    assert any(said in one.words for one in wrong)
    with pytest.raises(courses.BadCourse, match=r"pendek\.yaml"):
        courses.read(path.parent)


def test_content_check_names_what_is_wrong_in_a_course(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.commands import app

    good = CliRunner().invoke(app, ["content", "check"])
    assert good.exit_code == 0
    monkeypatch.setattr(courses.check, "__defaults__", (written(path, GOOD.replace("to: 2", "to: 0")), None))
    bad = CliRunner().invoke(app, ["content", "check"])
    assert bad.exit_code == 2
    assert f"{path}:7: stages.0.to:" in bad.stdout
