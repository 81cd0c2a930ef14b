"""The packs of the house keep their promises: short lessons, complete, plain, and the same in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.commands.content import limits
from content import packs
from content.lessons import BOLD, Lesson, LessonText, Pack

LANGUAGES = ("id", "en")
STEPS = ["see", "plan", "try", "look", "reflect"]
COMPETENCES = {"pedagogik", "kepribadian", "sosial", "profesional"}
PROMPT_LIMIT = 1500
# Names of things that are no longer in force; a teacher who meets them here stops trusting the rest.
RETIRED = r"\b(PMM|Platform Merdeka Mengajar|P5|KKM|KI|KD|Kompetensi Dasar|K-?13|Kurikulum 2013|SKP|UKG)\b"
FOLDERS = sorted(path.parent for path in packs.FOLDER.glob("*/pack.yaml"))
PACKS = [pack for pack, _ in (packs.examine(folder) for folder in FOLDERS) if pack]
LESSONS = [(pack, lesson) for pack in PACKS for lesson in (*pack.lessons, *pack.side)]

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
every_pack = pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
every_lesson = pytest.mark.parametrize(
    "lesson", [lesson for _, lesson in LESSONS], ids=[f"{p.id}/{one.id}" for p, one in LESSONS]
)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def words(body: str) -> int:
    """How many words a reader counts: runs between blanks that hold a letter or a digit."""
    return sum(any(sign.isalnum() for sign in run) for run in body.split())


def prompt(text: LessonText) -> str:
    """What goes out as one text message, without the labels."""
    return "\n\n".join((text.title, text.body, text.try_today, text.question))


def said(value: object) -> Iterator[str]:
    """Every text of a lesson in one language, also what only some readers get."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from said(part)


@every_folder
def test_a_pack_of_the_house_has_no_problem(folder: packs.Path) -> None:
    assert [str(one) for one in packs.examine(folder, "en", limits())[1]] == []


def test_the_programmes_that_groups_may_choose_are_there() -> None:
    days = {pack.id: len(pack.lessons) for pack in PACKS}
    tens = dict.fromkeys(("alat-digital", "awal", "fasilitasi-kbp", "percakapan-coaching"), 10)
    assert days == {**tens, "diferensiasi": 20, "media": 20}
    assert {pack.id for pack in PACKS if pack.cascade} == {"alat-digital"}
    audiences = {pack.id: pack.audience for pack in PACKS if pack.audience != "teacher"}
    assert audiences == {"fasilitasi-kbp": "facilitator", "percakapan-coaching": "coach"}
    assert {pack.status for pack in PACKS} == {"published"}


@every_pack
def test_every_week_is_one_practice_in_five_steps(pack: Pack) -> None:
    for practice in pack.practices:
        assert [pack.lesson(one).step for one in practice.lessons] == STEPS
        assert 1 <= len(practice.criteria) <= 2
    assert pack.languages == LANGUAGES


@every_pack
def test_a_pack_touches_all_four_competences(pack: Pack) -> None:
    assert {lesson.competence for lesson in pack.lessons} == COMPETENCES


@every_pack
def test_each_lesson_opens_on_its_own_and_asks_its_own_question(pack: Pack) -> None:
    for language in LANGUAGES:
        texts = [lesson.texts[language] for lesson in (*pack.lessons, *pack.side)]
        for field in ("title", "try_today", "question"):
            assert len({getattr(text, field) for text in texts}) == len(texts), field
        assert len({text.body.split(".")[0] for text in texts}) == len(texts)


@every_pack
def test_rpp_is_said_once_at_most_as_another_name_for_modul_ajar(pack: Pack) -> None:
    texts = [prompt(lesson.texts["id"]) for lesson in (*pack.lessons, *pack.side)]
    assert sum(text.count("RPP") for text in texts) <= 1
    assert all("modul ajar" in text for text in texts if "RPP" in text)


@every_lesson
def test_both_languages_tell_the_same_lesson(lesson: Lesson) -> None:
    indonesian, english = (lesson.texts[language] for language in LANGUAGES)
    for field in ("title", "try_today", "question"):
        assert getattr(indonesian, field) != getattr(english, field), field
    one, other = (
        {figure.lstrip("0") for figure in re.findall(r"\d+(?:/\d+)?", text.body)} for text in (indonesian, english)
    )
    assert one <= other or other <= one, "the example has the same class and the same numbers, in figures or in words"
    assert indonesian.body.count("\n\n") == english.body.count("\n\n")
    assert indonesian.body.count("**") == english.body.count("**")


@every_language
@every_lesson
def test_a_lesson_is_60_to_120_words_and_one_short_message(lesson: Lesson, language: str) -> None:
    text = lesson.texts[language]
    assert 60 <= words(text.body) <= 120
    assert len(prompt(text)) < PROMPT_LIMIT
    assert len(text.title) <= 45
    assert len(BOLD.findall(text.body)) <= 3
    assert all(words(phrase) <= 12 for phrase in BOLD.findall(text.body))


@every_language
@every_lesson
def test_a_lesson_ends_in_one_act_and_one_question(lesson: Lesson, language: str) -> None:
    text = lesson.texts[language]
    assert text.try_today.endswith(".")
    assert len(re.findall(r"[.?](?=\s|$)", text.try_today)) <= 2
    assert re.fullmatch(r"[^.!?]+\?", text.question)


@every_language
@every_lesson
def test_nothing_in_a_lesson_is_marked_but_a_few_bold_words(lesson: Lesson, language: str) -> None:
    text = lesson.texts[language]
    plain = text._replace(body=BOLD.sub(r"\1", text.body))
    assert [one for one in said(plain) if re.search(r"[*_`#<>\[\]\\|]|https?:|\n\n\n", one)] == []
    assert not re.search(r"[^\n]\n[^\n]", text.body), "a line's end inside a paragraph"


@every_language
@every_lesson
def test_a_lesson_neither_shouts_nor_speaks_of_yesterdays_rules(lesson: Lesson, language: str) -> None:
    for one in said(lesson.texts[language]):
        assert "!" not in one
        assert not re.search(r"\bayo\b|\bmari kita\b", one, re.IGNORECASE)
        assert not re.search(RETIRED, one)
        assert not re.search(r"\b(siswa|anak didik|students?)\b", one, re.IGNORECASE), "murid, pupils"


def test_a_talk_with_the_coach_is_proposed_once_a_fortnight_when_teachers_look_back() -> None:
    proposed = {pack.id: [at for at, one in enumerate(pack.lessons, 1) if one.talk] for pack in PACKS}
    assert proposed == {
        "alat-digital": [10], "awal": [10], "diferensiasi": [10, 20], "fasilitasi-kbp": [10],
        # In the second week of this one two colleagues sit down together anyway.
        "media": [5, 15],
        "percakapan-coaching": [],  # the pack of those who coach
    }  # fmt: skip
    for pack, lesson in LESSONS:
        if lesson.talk:
            assert lesson.step == "reflect", f"{pack.id}/{lesson.id}"
        front = [(pack_folder(pack) / language / f"{lesson.id}.md").read_text("utf-8") for language in LANGUAGES]
        assert ["\ntalk: true\n" in one for one in front] == [lesson.talk] * len(LANGUAGES)


def pack_folder(pack: Pack) -> Path:
    """Where a pack of the house stands."""
    return packs.FOLDER / pack.id
