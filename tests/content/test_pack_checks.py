"""`sejawat content check` names file, line and what is wrong."""

import logging
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import app
from bot.commands.content import limits
from content import packs
from tests.content.sample import PNG, body, sample, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


def found(folder: Path, language: str = "en") -> list[str]:
    """Problems as `path:line: words`, with paths inside the pack."""
    return [str(one).removeprefix(f"{folder}/") for one in packs.examine(folder, language, limits())[1]]


def swap(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def both(folder: Path, name: str, old: str, new: str) -> None:
    for language in ("id", "en"):
        swap(folder, f"{language}/{name}.md", old, new)


def test_a_pack_with_everything_in_it_is_in_order(folder: Path) -> None:
    assert found(folder) == []
    assert packs.read(folder) == sample()


FORM = [
    ("kind: photo", "kind: picture", "13: media.0.kind: one of 'photo', 'document'"),
    ('file: "media/papan.png"', 'file: "../papan.png"', "14: media.0.file: a file's name looks like"),
    ('url: "https://contoh.sch.id/v.mp4"', 'url: "javascript:alert(1)"', "18: media.1.url: a url begins with"),
    ("  size_kb: 4000\n", "", "17: media.1.size_kb: a video or document at a url needs size_kb"),
    ('alt: "Papan tulis dengan tiga soal."', 'alt: ""', "16: media.0.alt: this is empty"),
    ('alt: "Papan tulis dengan tiga soal."', f'alt: "{"a" * 701}"', "16: media.0.alt: longer than 700"),
    ("correct: 2", "correct: 4", "28: quiz.correct: 4 is not one of the 3 options"),
    ("  - '3'\n", "  - '4'\n", "26: quiz.options.1: two options are alike"),
    ("  - '3'\n", f'  - "{"3" * 101}"\n', "25: quiz.options.0: longer than 100"),
    ("  - id: siap\n", "  - id: Siap sekali\n", "33: choice.options.0.id: small letters"),
    ('    label: "Siap"\n', f'    label: "{"S" * 41}"\n', "34: choice.options.0.label: longer than 40"),
    ("  grace: 1", "  grace: soon", "43: worksheet.grace: a whole number"),
    ('- "Murid menulis"', f'- "{"M" * 61}"', "46: checks.0: longer than 60"),
    ("    quiz: wrong", "    quiz: maybe", "50: branches.0.when.quiz: one of 'right' or 'wrong'"),
    ("    quiz: wrong", "    quiz: wrong\n    pace: slow", "49: branches.0.when: exactly one condition"),
    ('  say: "Baca lagi papan tulis."\n', "", "49: branches.0.say: a branch needs words"),
    ("competence: pedagogik", "competence: ramah", "7: competence: one of 'pedagogik'"),
    ('title: "Satu soal"', f'title: "{"S" * 61}"', "5: title: longer than 60"),
    ('title: "Satu soal"', 'title: "Satu\\nsoal"', "5: title: one line only"),
    ('title: "Satu soal"', 'title: "Satu\\u200b\\u2028soal"', "5: title: an invisible sign (U+2028)"),
    ("minutes: 10", "minutes: 3", "6: minutes: at least 5"),
    ("day: 1", "day: null", "4: day: is None, the pack makes it 1"),
    ("language: id", "language: en", "3: language: is en, the pack makes it id"),
]


@pytest.mark.parametrize(("old", "new", "told"), FORM)
def test_what_does_not_fit_the_form_is_named_with_its_line(folder: Path, old: str, new: str, told: str) -> None:
    swap(folder, "id/01-satu.md", old, new)
    assert any(one.startswith(f"id/01-satu.md:{told}") for one in found(folder)), found(folder)


MARKUP = [
    ('title: "Satu soal"', 'title: "<b>Satu</b> soal"', "5: title: <b> would be read as it stands"),
    ('title: "Satu soal"', 'title: "Satu &amp; dua"', "5: title: &amp; would be read"),
    ('question: "Apa yang tampak?"', 'question: "Apa yang *tampak*?"', "11: question: * would be read"),
    ('  explanation: "Dihitung', '  explanation: "_Dihitung', "29: quiz.explanation: _ would be read"),
    ('  say: "Cukup', '  say: "`Cukup', "57: branches.2.say: ` would be read"),
    ('try_today: "Coba', 'try_today: "Lihat https://contoh.id dan coba', "10: try_today: https://: a link belongs"),
    ("Kita mulai dari", "- Kita mulai dari", "59: - would be read"),
    ("**bersama**", "**bersama", "59: a ** without its partner"),
    ("**bersama**", "**b** **c** **d** **e**", "59: more than 3 bold phrases"),
    ("Kita mulai", "Kita\u2028mulai", "59: an invisible sign"),
    ("Kita mulai", "kata " * 120 + "Kita", "59: the body has"),
    ("Kita mulai", "Ketidakbersalahan" * 90, "59: 2166 bytes in one prompt"),
]


@pytest.mark.parametrize(("old", "new", "told"), MARKUP)
def test_what_would_be_read_as_markup_or_is_too_much_is_named(folder: Path, old: str, new: str, told: str) -> None:
    swap(folder, "id/01-satu.md", old, new)
    assert any(one.startswith(f"id/01-satu.md:{told}") for one in found(folder)), found(folder)


def test_signs_that_only_look_like_markup_are_left_alone(folder: Path) -> None:
    swap(folder, "id/01-satu.md", 'title: "Satu soal"', 'title: "3 < 5, 5 > 3, tanya & jawab"')
    assert found(folder) == []


LINKS = [
    (
        "01-satu",
        "lesson: s1-lagi",
        "lesson: s9-tidak-ada",
        "id/01-satu.md:54: branches.1.lesson: no lesson s9-tidak-ada",
    ),
    ("01-satu", "lesson: s1-lagi", "lesson: 02-dua", "id/01-satu.md:54: branches.1.lesson: 02-dua has a day"),
    ("01-satu", "choice: belum", "choice: mungkin", "id/01-satu.md:52: branches.1.when: the choice of 01-satu has no"),
    ("01-satu", "choice: belum", "choice: 02-dua/siap", "id/01-satu.md:52: branches.1.when: the lesson 02-dua asks"),
    ("02-dua", "01-satu/siap", "05-lima/siap", "id/02-dua.md:14: branches.0.when: no lesson 05-lima"),
    ("02-dua", 'choice: "01-satu/siap"', "quiz: wrong", "id/02-dua.md:14: branches.0.when: this lesson has no quiz"),
]


@pytest.mark.parametrize(("lesson", "old", "new", "told"), LINKS)
def test_a_broken_link_between_lessons_is_named_once(folder: Path, lesson: str, old: str, new: str, told: str) -> None:
    both(folder, lesson, old, new)
    assert len([one for one in found(folder) if one.startswith(told)]) == 1, found(folder)


def test_a_choice_that_comes_later_and_a_way_that_leads_round_are_named(folder: Path) -> None:
    question = (
        'choice:\n  question: "Kapan?"\n  options:\n  - {id: kini, label: "Kini"}\n  - {id: nanti, label: "Nanti"}\n'
    )
    both(folder, "02-dua", "branches:", f"{question}branches:")
    both(folder, "01-satu", "choice: belum", "choice: 02-dua/kini")
    both(folder, "s1-lagi", "media: []", "media: []\nbranches:\n- when: {pace: slow}\n  lesson: s1-lagi")
    told = found(folder)
    assert "id/01-satu.md:52: branches.1.when: the choice of 02-dua comes later than this lesson" in told
    assert "id/s1-lagi.md:15: branches.0.lesson: s1-lagi does not stand after this" in "\n".join(told)


def test_a_side_lesson_that_nobody_reaches_is_named(folder: Path) -> None:
    both(folder, "01-satu", "  lesson: s1-lagi\n", '  say: "Baik."\n')
    assert found(folder) == ["id/s1-lagi.md:2: id: no branch leads to this lesson"]


TWINS = [
    ("minutes: 10", "minutes: 11", "minutes"),
    ("samr: augmentation", "samr: null", "samr"),
    ("correct: 2", "correct: 1", "quiz"),
    ('  - "=5"\n', "", "quiz"),
    ("  - id: belum", "  - id: nanti", "choice"),
    ("  days: 2", "  days: 3", "worksheet"),
    ('- "Murid membaca"\n', "", "checks"),
    ("    signal: weak", "    signal: strong", "branches"),
    ("  size_kb: 4000", "  size_kb: 4001", "media"),
]


@pytest.mark.parametrize(("old", "new", "name"), TWINS)
def test_twins_that_differ_in_more_than_words_are_named(folder: Path, old: str, new: str, name: str) -> None:
    swap(folder, "en/01-satu.md", old, new)
    lines = (folder / "en" / "01-satu.md").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(f"{name}:"))
    assert f"en/01-satu.md:{line}: {name}: differs between the languages" in found(folder)


def test_a_missing_twin_is_named_and_an_indonesian_pack_needs_none(folder: Path) -> None:
    (folder / "en" / "02-dua.md").unlink()
    assert found(folder) == ["en/02-dua.md:1: this lesson is missing in en; pack.yaml names it"]
    swap(folder, "pack.yaml", "cascade: true", "cascade: true\nlanguages: [id]")
    told = found(folder)
    assert "pack.yaml:9: title.en: the languages of this pack are id, not en" in told
    assert "en/01-satu.md:1: not a lesson that pack.yaml names" in told


def test_a_pack_in_indonesian_alone_speaks_indonesian_to_everybody(folder: Path) -> None:
    swap(folder, "pack.yaml", "cascade: true", "cascade: true\nlanguages: [id]")
    for path in (folder / "en").iterdir():
        path.unlink()
    kept = [line for line in (folder / "pack.yaml").read_text(encoding="utf-8").splitlines() if " en: " not in line]
    (folder / "pack.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert found(folder) == []
    assert packs.read(folder).lessons[0].text("en").title == "Satu soal"


PACK = [
    ("id: contoh", "id: lain", "1: id: is lain, but the folder is contoh"),
    ("status: draft", "status: new", "3: status: one of 'draft'"),
    ("audience: coach", "audience: parent", "4: audience: one of"),
    ('  en: "Sample"\n', "", "6: title: is missing in en"),
    ('  en: "Sample"\n', '  en: "Sample"\n  jv: "Tuladha"\n', "9: title.jv: the languages of this pack are id, en"),
    ("id: pekan-dua", "id: pekan-satu", "12: practices: pekan-satu stands twice"),
    ("id: 02-dua", "id: 01-satu", "12: practices: 01-satu stands twice"),
    ('      id: "Ada bukti"', f'      id: "{"b" * 61}"', "20: practices.0.criteria.0.label.id: longer than 60"),
]


@pytest.mark.parametrize(("old", "new", "told"), PACK)
def test_what_is_wrong_in_the_order_of_the_days_is_named(folder: Path, old: str, new: str, told: str) -> None:
    swap(folder, "pack.yaml", old, new)
    assert any(one.startswith(f"pack.yaml:{told}") for one in found(folder)), found(folder)


FILES = [
    (b"", "media/papan.png is empty"),
    (PNG + bytes(10_000_000), "media/papan.png has 10002 kB; Telegram takes 10000 kB"),
    (b"GIF89a" + bytes(100), "media/papan.png does not begin as a file of the kind png does"),
    (None, "media/papan.png is not in the pack's folder"),
]


@pytest.mark.parametrize(("content", "told"), FILES)
def test_a_media_file_that_telegram_or_a_teacher_cannot_use_is_named(
    folder: Path, content: bytes | None, told: str
) -> None:
    path = folder / "media" / "papan.png"
    path.unlink() if content is None else path.write_bytes(content)
    assert [one for one in found(folder) if told in one] == [f"id/01-satu.md:14: media.0.file: {told}"]


def test_a_file_of_the_wrong_kind_and_one_that_nobody_uses_are_named(folder: Path) -> None:
    (folder / "media" / "papan.png").rename(folder / "media" / "papan.exe")
    told = found(folder)
    assert "media/papan.exe:1: no lesson shows this file" in told
    both(folder, "01-satu", "papan.png", "papan.exe")
    assert "id/01-satu.md:14: media.0.file: a medium of the kind photo ends in one of jpg, jpeg, png, webp" in found(
        folder
    )


def test_the_limits_of_captions_and_polls_are_telegrams(folder: Path) -> None:
    small = limits()._replace(caption=20, poll_question=5, poll_option=1, poll_options=2, explanation=10, text=30)
    told = [str(one).removeprefix(f"{folder}/") for one in packs.examine(folder, "en", small)[1]]
    for line in (
        "id/01-satu.md:16: media.0.alt: with its title 36 characters; Telegram takes 20 in a caption",
        "id/01-satu.md:23: quiz.question: 6 characters; Telegram takes 5 there in a poll",
        "id/01-satu.md:24: quiz.options: at most 2 of them",
        "id/01-satu.md:27: quiz.options.2: 2 characters; Telegram takes 1 there in a poll",
        "id/01-satu.md:29: quiz.explanation: 21 characters; Telegram takes 10 there in a poll",
        "id/01-satu.md:37: worksheet: 36 characters; Telegram takes 30 in a message",
    ):
        assert line in told, "\n".join(told)


def test_a_poll_explanation_has_few_lines(folder: Path) -> None:
    both(folder, "01-satu", '"Dihitung dengan jari."', '"a\\nb\\nc\\nd"')
    assert "id/01-satu.md:29: quiz.explanation: at most 2 line feeds in the explanation of a poll" in found(folder)


def test_the_command_says_it_in_the_language_that_is_asked_for(folder: Path) -> None:
    run = CliRunner().invoke
    assert (
        run(app, ["content", "check", str(folder)]).output
        == "packs: 1 · lessons: 2 · side lessons: 1 · no problem found\n"
    )
    swap(folder, "id/01-satu.md", "minutes: 10", "minutes: 90")
    done = run(app, ["content", "check", str(folder), "--language", "id"])
    assert (done.exit_code, done.output) == (2, f"{folder}/id/01-satu.md:6: minutes: paling banyak 15\n")
    assert run(app, ["content", "check", str(folder), "--language", "jv"]).exit_code == 2


def test_an_unfinished_pack_is_left_out_of_what_groups_may_begin_and_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written(tmp_path)
    (tmp_path / "rusak").mkdir()
    (tmp_path / "rusak" / "pack.yaml").write_text("id: rusak\n", encoding="utf-8")
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    for remembered in (packs.pack, packs.every, packs.available):
        remembered.cache_clear()
    try:
        with caplog.at_level(logging.WARNING):
            assert [one.id for one in packs.every()] == ["contoh"]
        assert packs.available() == (), "a draft is not offered"
        assert "pack rusak is left out" in caplog.text
        with pytest.raises(packs.BadPack):
            packs.pack("rusak")
    finally:
        for remembered in (packs.pack, packs.every, packs.available):
            remembered.cache_clear()


def test_the_bodies_of_the_sample_are_as_long_as_a_lesson() -> None:
    assert {language: 60 <= len(body(language).split()) <= 120 for language in ("id", "en")} == {"id": True, "en": True}
