"""`sejawat content preview`: a lesson with everything it brings along, or as one kind of teacher gets it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from content import previews
from content.texts import Texts
from tests.content.sample import sample, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def shown(folder: Path, *options: str) -> list[str]:
    done = CliRunner().invoke(app, ["content", "preview", str(folder), *options])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()


WHOLE = [
    "Hari 1 · lihat · 10 menit · pedagogik · augmentation",
    "media/papan.png · 2 KB",
    "Papan tulis dengan tiga soal.",
    "https://contoh.sch.id/v.mp4 · 4000 KB",
    "Kuis: 2 + 2?",
    "○ 3",
    "✓ 4",
    "Dihitung dengan jari.",
    "Pilihan: Siap?",
    "Lembar kerja: Catatan",
    "2. Apa jawabnya?",
    "Dibuka 2 hari kerja, tenggang 1 hari.",
    "Contoh jawaban",
    "☐ Murid membaca",
    "Untuk guru yang belum benar menjawab kuis",
    "Untuk guru yang memilih “Belum” di 01-satu",
    "→ Satu soal (s1-lagi)",
    "Untuk guru yang sinyalnya lemah",
]


def test_everything_a_lesson_brings_along_is_shown(folder: Path) -> None:
    lines = shown(folder, "--day", "1")
    assert [line for line in WHOLE if line not in lines] == []
    assert not any("<" in line for line in lines)


def test_one_day_is_not_called_days(folder: Path) -> None:
    assert "Open for 2 school days, then 1 day of grace." in shown(folder, "--day", "1", "--language", "en")


def test_a_side_lesson_is_shown_behind_the_days_and_says_that_it_has_none(folder: Path) -> None:
    heads = [line for line in shown(folder, "--language", "en") if " minutes · " in line]
    assert [line.split(" · ")[0] for line in heads] == ["Day 1", "Day 2", "Beside the days (s1-lagi)"]


TEACHERS = [
    ("signal=weak", ["Cukup teksnya saja."]),
    ("signal=strong", ["Tidak ada cabang untuk guru seperti ini."]),
    ("quiz=wrong,signal=weak", ["Baca lagi papan tulis.", "Cukup teksnya saja."]),
    ("01-satu=belum", ["→ Satu soal (s1-lagi)"]),
    ("01-satu=siap,quiz=right", ["Tidak ada cabang untuk guru seperti ini."]),
]


@pytest.mark.parametrize(("teacher", "told"), TEACHERS)
def test_one_kind_of_teacher_gets_the_branches_that_fit(folder: Path, teacher: str, told: list[str]) -> None:
    every = {line for _, lines in TEACHERS for line in lines}
    lines = shown(folder, "--day", "1", "--readiness", teacher)
    assert [line for line in lines if line in every] == told


@pytest.mark.parametrize("teacher", ["signal=purple", "weak", "quiz=maybe"])
def test_a_teacher_that_cannot_be_is_refused_with_what_may_be_said(folder: Path, teacher: str) -> None:
    done = CliRunner().invoke(app, ["content", "preview", str(folder), "--readiness", teacher])
    assert (done.exit_code, "signal=strong|weak" in done.output) == (2, True)


def test_words_with_signs_of_markup_are_escaped_for_telegram() -> None:
    lesson = sample().lessons[0]
    text = lesson.texts["id"]._replace(answer="3 < 5 & 5 > 3")
    parts = previews.extras(lesson._replace(texts={"id": text}), Texts("id"))
    assert any("3 &lt; 5 &amp; 5 &gt; 3" in part for part in parts)
