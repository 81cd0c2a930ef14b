"""Lesson packs: read as they are written, and every mistake named with file and line."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.commands import content as commands
from content import packs
from content.packs import BadPack, UnknownPack
from content.texts import Texts
from learning import prompts
from learning.prompts import Counts, Frame

AWAL = packs.FOLDER / "awal"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AWAL, tmp_path / "awal"))


def found(folder: Path) -> list[str]:
    """Problems as `path:line: words`, with paths inside the pack."""
    return [str(one).removeprefix(f"{folder}/") for one in packs.examine(folder)[1]]


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_starter_pack_is_in_the_order_of_its_days() -> None:
    pack = packs.pack("awal")
    assert [lesson.day for lesson in pack.lessons] == list(range(1, 11))
    assert pack.title("id") == "Sepuluh hari pertama"
    assert pack.title("jv") == pack.title("id"), "a language we do not have reads Indonesian"
    assert pack in packs.available()


@pytest.mark.parametrize("name", ["tidak-ada", "../awal", "", "awal/id"])
def test_a_pack_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(UnknownPack, match="no pack"):
        packs.pack(name)
    with pytest.raises(UnknownPack, match="no lesson 'x'"):
        packs.pack("awal").lesson("x")


def test_bold_words_become_html_and_everything_else_is_escaped() -> None:
    text = packs.pack("awal").lessons[0].text("id")._replace(body="**a < b** & c")
    assert text.html == "<b>a &lt; b</b> &amp; c"


MISTAKES = [
    ("pack.yaml", "version: 1", "version: nol", "pack.yaml:5: version:"),
    ("pack.yaml", "  en: The first ten days\n", "", "pack.yaml:9: title: is missing in en"),
    ("pack.yaml", "id: awal", "id: akhir", "pack.yaml:4: id: is akhir, but the folder is awal"),
    ("pack.yaml", "step: plan", "step: jump", "pack.yaml:29: practices.0.lessons.1.step: one of"),
    ("pack.yaml", "version: 1", "version: [1", "pack.yaml:6: not YAML:"),
    ("id/01-kenali-murid.md", "minutes: 10", "minutes: 90", "id/01-kenali-murid.md:6: minutes: at most 15"),
    ("id/01-kenali-murid.md", "day: 1", "day: 3", "id/01-kenali-murid.md:4: day: is 3, the pack makes it 1"),
    ("id/01-kenali-murid.md", "samr: null\n", "", "id/01-kenali-murid.md:2: samr: this is missing"),
    (
        "id/01-kenali-murid.md",
        "media: []",
        "media: [{kind: photo}]",
        "id/01-kenali-murid.md:12: media.0.alt: this is missing",
    ),
    ("id/01-kenali-murid.md", "**perlu", "perlu", "id/01-kenali-murid.md:14: a ** without its partner"),
    ("en/01-kenali-murid.md", "minutes: 10", "minutes: 5", "en/01-kenali-murid.md:6: minutes: differs between"),
    ("en/01-kenali-murid.md", "---\nid", "id", "en/01-kenali-murid.md:1: the file begins with front matter"),
    ("en/01-kenali-murid.md", "samr: null", "hobby: chess", "en/01-kenali-murid.md:8: hobby: no such key"),
]


@pytest.mark.parametrize(("name", "old", "new", "told"), MISTAKES)
def test_a_mistake_is_named_with_file_and_line(copy: Path, name: str, old: str, new: str, told: str) -> None:
    swap(copy / name, old, new)
    assert any(one.startswith(told) for one in found(copy)), found(copy)
    with pytest.raises(BadPack):
        packs.read(copy)


def test_a_missing_a_stray_and_a_short_lesson_are_named(copy: Path) -> None:
    (copy / "en" / "02-rancang-bantuan.md").unlink()
    (copy / "id" / "catatan.txt").write_text("?")
    path = copy / "id" / "03-coba-di-kelas.md"
    path.write_text("---\n" + path.read_text(encoding="utf-8").split("---\n")[1] + "---\n\n\nTerlalu pendek.\n")
    told = found(copy)
    assert "en/02-rancang-bantuan.md:1: this lesson is missing in en; pack.yaml names it" in told
    assert "id/catatan.txt:1: not a lesson that pack.yaml names" in told
    assert any(one.startswith("id/03-coba-di-kelas.md:16: the body has 2 words") for one in told)


@settings(max_examples=60, deadline=None)
@given(where=st.integers(0, 900), inserted=st.text(max_size=12), gone=st.integers(0, 40))
def test_whatever_stands_in_a_file_reading_it_ends_in_a_pack_or_in_problems(
    tmp_path_factory: pytest.TempPathFactory, where: int, inserted: str, gone: int
) -> None:
    for name in ("pack.yaml", "id/01-kenali-murid.md"):
        folder = tmp_path_factory.mktemp("pack") / "awal"
        shutil.copytree(AWAL, folder)
        text = (AWAL / name).read_text(encoding="utf-8")
        broken = (text[:where] + inserted + text[where + gone :]).encode("utf-8", "surrogatepass")
        (folder / name).write_bytes(broken)
        pack, wrong = packs.examine(folder)
        assert pack is not None or wrong
        shutil.rmtree(folder)


def test_the_prompt_counts_only_what_has_happened() -> None:
    lesson, say = packs.pack("awal").lessons[0], Texts("id")
    bare = prompts.words(lesson, say)
    assert prompts.words(lesson, say, counts=Counts(0, 0, 12)) == bare
    told = prompts.words(lesson, say, counts=Counts(5, 3, 12))
    assert told == f"{bare}\n\n<i>dicoba 5 · refleksi 3 dari 12</i>"


def test_the_title_opens_the_prompt_so_that_its_preview_tells_one_morning_from_another() -> None:
    lesson, say = packs.pack("awal").lessons[0], Texts("id")
    title, rest = prompts.words(lesson, say).split("\n\n", 1)
    told = prompts.words(lesson, say, frame=Frame(greeting="Selamat pagi <semua>", moved="Kemarin libur."))
    assert title == f"<b>{lesson.text('id').title}</b>"
    assert told == f"{title}\n\nSelamat pagi &lt;semua&gt;\n\n<i>Kemarin libur.</i>\n\n{rest}"


def run(*words: str) -> tuple[int, str]:
    app = __import__("typer").Typer()
    app.command("check")(commands.check)
    app.command("preview")(commands.preview)
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def test_content_check_is_quiet_about_a_good_pack_and_exit_2_on_a_bad_one(copy: Path) -> None:
    assert run("check", str(AWAL)) == (0, "packs: 1 · lessons: 10 · side lessons: 0 · no problem found\n")
    swap(copy / "id" / "01-kenali-murid.md", "minutes: 10", "minutes: 90")
    code, told = run("check", str(copy))
    assert code == 2
    assert "01-kenali-murid.md:6: minutes:" in told
    assert run("check", str(copy / "pack.yaml"))[0] == 2


def test_content_check_knows_telegrams_limit(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = packs.examine(copy)[0]
    assert long is not None
    texts = {name: text._replace(body="panjang " * 500) for name, text in long.lessons[0].texts.items()}
    only = long.lessons[0]._replace(texts=texts)
    monkeypatch.setattr(packs, "examine", lambda *_: (long._replace(lessons=(only,)), []))
    code, told = run("check", str(copy))
    assert code == 2
    assert "Telegram takes 4096 in a message" in told


def test_content_preview_shows_the_words_and_the_buttons() -> None:
    code, told = run("preview", str(AWAL), "--day", "1", "--language", "en")
    assert code == 0
    assert "Three questions before you start" in told
    assert "(Reflect) (I tried it)" in told
    assert "<b>" not in told
    assert run("preview", str(AWAL), "--day", "99")[0] == 2
    assert run("preview", str(AWAL), "--language", "jv")[0] == 2
