"""The starter pack keeps its promises: ten short lessons, complete, and the same in both languages."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import content

PACK = Path(content.__file__).parent / "packs" / "awal"
LANGUAGES = ("id", "en")
STEPS = ["see", "plan", "try", "look", "reflect"]
COMPETENCES = {"pedagogik", "kepribadian", "sosial", "profesional"}
SAMR = {None, "substitution", "augmentation", "modification", "redefinition"}
FIELDS = {
    "id", "day", "title", "minutes", "competence", "samr", "step",
    "try_today", "question", "media", "language",
}  # fmt: skip
OPTIONAL = {"quiz", "worksheet", "answer", "checks", "branches"}
PROMPT_LIMIT = 1400
LABELS = 150  # room for the words around a lesson: "Coba hari ini", minutes, competence, the count of answers
# Names of things that are no longer in force; a teacher who meets them here stops trusting the rest.
RETIRED = r"\b(PMM|Platform Merdeka Mengajar|P5|KKM|KI|KD|Kompetensi Dasar|K-?13|Kurikulum 2013|SKP|UKG)\b"


def front_and_body(language: str, lesson: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of one lesson file."""
    text = (PACK / language / f"{lesson}.md").read_text(encoding="utf-8")
    opening, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    assert opening == "", "front matter starts on the first line"
    loaded = yaml.safe_load(front)
    assert isinstance(loaded, dict)
    return loaded, body.strip()


def words(body: str) -> int:
    """How many words a reader counts: runs between blanks that hold a letter or a digit."""
    return sum(any(sign.isalnum() for sign in run) for run in body.split())


def prompt(front: dict[str, Any], body: str) -> str:
    """What goes out as one text message, without the labels."""
    return "\n\n".join((front["title"], body, front["try_today"], front["question"]))


MANIFEST = yaml.safe_load((PACK / "pack.yaml").read_text(encoding="utf-8"))
ORDER: list[tuple[str, str]] = [
    (lesson["id"], lesson["step"]) for practice in MANIFEST["practices"] for lesson in practice["lessons"]
]
LESSONS = [lesson for lesson, _ in ORDER]
every_lesson = pytest.mark.parametrize("lesson", LESSONS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_the_pack_is_two_weeks_of_five_steps_each() -> None:
    assert (MANIFEST["id"], MANIFEST["version"]) == (PACK.name, 1)
    assert len(MANIFEST["practices"]) == 2
    assert len({practice["id"] for practice in MANIFEST["practices"]}) == 2
    for practice in MANIFEST["practices"]:
        assert [lesson["step"] for lesson in practice["lessons"]] == STEPS
    assert len(set(LESSONS)) == 10


def test_the_pack_and_its_weeks_are_named_in_both_languages() -> None:
    named = [MANIFEST["title"], MANIFEST["description"], *(week["title"] for week in MANIFEST["practices"])]
    for name in named:
        assert set(name) == set(LANGUAGES)
        assert all(isinstance(words_, str) and words_.strip() for words_ in name.values())


@every_language
def test_each_language_has_exactly_the_lessons_of_the_pack(language: str) -> None:
    assert sorted(path.stem for path in (PACK / language).iterdir()) == sorted(LESSONS)
    assert all(path.suffix == ".md" for path in (PACK / language).iterdir())


@every_language
@every_lesson
def test_a_lesson_says_everything_about_itself(language: str, lesson: str) -> None:
    front, _ = front_and_body(language, lesson)
    assert FIELDS <= set(front) <= FIELDS | OPTIONAL
    assert front["id"] == lesson
    assert front["day"] == LESSONS.index(lesson) + 1 == int(lesson[:2])
    assert front["step"] == dict(ORDER)[lesson]
    assert type(front["minutes"]) is int
    assert 5 <= front["minutes"] <= 15
    assert front["competence"] in COMPETENCES
    assert front["samr"] in SAMR
    assert front["media"] == []
    assert front["language"] == language


@every_lesson
def test_both_languages_tell_the_same_lesson(lesson: str) -> None:
    indonesian, english = (front_and_body(language, lesson) for language in LANGUAGES)
    translated = {"title", "try_today", "question", "language"}
    for field in FIELDS - translated:
        assert indonesian[0][field] == english[0][field], field
    for field in translated:
        assert indonesian[0][field] != english[0][field], field
    figures = [sorted(set(re.findall(r"\d+(?:/\d+)?", body))) for _, body in (indonesian, english)]
    assert figures[0] == figures[1], "the example has the same class and the same numbers"
    assert indonesian[1].count("\n\n") == english[1].count("\n\n")
    assert indonesian[1].count("**") == english[1].count("**")


@every_language
@every_lesson
def test_a_lesson_is_60_to_120_words_and_one_short_message(language: str, lesson: str) -> None:
    front, body = front_and_body(language, lesson)
    assert 60 <= words(body) <= 120
    assert len(prompt(front, body)) + LABELS < PROMPT_LIMIT
    assert len(front["title"]) <= 40


@every_language
@every_lesson
def test_a_lesson_ends_in_one_act_and_one_question(language: str, lesson: str) -> None:
    front, _ = front_and_body(language, lesson)
    assert re.fullmatch(r"[^.!?]+\.", front["try_today"])
    assert re.fullmatch(r"[^.!?]+\?", front["question"])


@every_language
@every_lesson
def test_a_lesson_is_plain_text_with_a_few_bold_words(language: str, lesson: str) -> None:
    front, body = front_and_body(language, lesson)
    bold = re.findall(r"\*\*(.+?)\*\*", body)
    assert len(bold) <= 3
    assert all(words(phrase) <= 4 for phrase in bold)
    plain = re.sub(r"\*\*(.+?)\*\*", r"\1", body)
    unformatted = (plain, front["title"], front["try_today"], front["question"])
    assert not any(re.search(r"[*_`#<>\[\]\\|]|https?:|\n\n\n|[^\n]\n[^\n]", text) for text in unformatted)


@every_language
@every_lesson
def test_a_lesson_neither_shouts_nor_speaks_of_yesterdays_rules(language: str, lesson: str) -> None:
    said = prompt(*front_and_body(language, lesson))
    assert "!" not in said
    assert not re.search(r"\bayo\b", said, re.IGNORECASE)
    assert not re.search(RETIRED, said)
    assert not re.search(r"\b(siswa|anak didik|students?)\b", said, re.IGNORECASE), "murid, pupils"


def test_rpp_is_said_once_at_most_as_another_name_for_modul_ajar() -> None:
    said = [prompt(*front_and_body("id", lesson)) for lesson in LESSONS]
    assert sum(text.count("RPP") for text in said) <= 1
    assert all("modul ajar" in text for text in said if "RPP" in text)


def test_each_lesson_opens_on_its_own_and_asks_its_own_question() -> None:
    for language in LANGUAGES:
        lessons = [front_and_body(language, lesson) for lesson in LESSONS]
        for field in ("title", "try_today", "question"):
            assert len({front[field] for front, _ in lessons}) == len(LESSONS)
        assert len({body.split(".")[0] for _, body in lessons}) == len(LESSONS)


def test_the_pack_touches_all_four_competences() -> None:
    assert {front_and_body("id", lesson)[0]["competence"] for lesson in LESSONS} == COMPETENCES
