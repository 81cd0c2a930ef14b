"""Reads lesson packs: `pack.yaml` for the order, one Markdown file per lesson and language for the words."""

import html
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from content.marked import Problem, Source
from content.texts import LANGUAGES

FOLDER = Path(__file__).parent / "packs"
FEWEST_WORDS, MOST_WORDS = 60, 120
MOST_BOLD = 3
_BOLD = re.compile(r"\*\*(.+?)\*\*")

# Short, since a letter's key (96 characters) holds both a pack's and a lesson's.
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
Phrase = Annotated[str, Field(min_length=1, max_length=300)]
Step = Literal["see", "plan", "try", "look", "reflect"]


class BadPack(ValueError):
    """A pack that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UnknownPack(LookupError):
    """No such pack, or no such lesson in it; the message names it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Front(_Strict):
    """The front matter of a lesson file."""

    id: Id
    day: Annotated[int, Field(ge=1, le=366)]
    title: Annotated[str, Field(min_length=1, max_length=60)]
    minutes: Annotated[int, Field(ge=5, le=15)]  # of the teacher's own time
    competence: Literal["pedagogik", "kepribadian", "sosial", "profesional"]
    samr: Literal["substitution", "augmentation", "modification", "redefinition"] | None
    step: Step
    try_today: Phrase
    question: Phrase
    media: list[str]
    text_alternative: str | None


class _Entry(_Strict):
    id: Id
    step: Step


class _Practice(_Strict):
    id: Id
    title: dict[str, str]
    lessons: Annotated[list[_Entry], Field(min_length=1)]


class _Manifest(_Strict):
    id: Id
    version: Annotated[int, Field(ge=1)]
    title: dict[str, str]
    description: dict[str, str]
    practices: Annotated[list[_Practice], Field(min_length=1)]


class LessonText(NamedTuple):
    """A lesson in one language."""

    title: str
    body: str  # plain paragraphs with a few **bold** words
    try_today: str
    question: str
    text_alternative: str | None

    @property
    def html(self) -> str:
        """The body as Telegram HTML."""
        return _BOLD.sub(r"<b>\1</b>", html.escape(self.body, quote=False))


class Lesson(NamedTuple):
    """One day's lesson; what is the same in every language, and its texts."""

    id: str
    day: int
    practice: str
    step: str
    minutes: int
    competence: str
    samr: str | None
    media: tuple[str, ...]
    texts: dict[str, LessonText]

    def text(self, language: str) -> LessonText:
        """The words in that language, else in Indonesian."""
        return self.texts.get(language) or self.texts[LANGUAGES[0]]


class Pack(NamedTuple):
    """A programme: lessons in the order of their days."""

    id: str
    version: int
    titles: dict[str, str]
    descriptions: dict[str, str]
    lessons: tuple[Lesson, ...]

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles[LANGUAGES[0]]

    def description(self, language: str) -> str:
        return self.descriptions.get(language) or self.descriptions[LANGUAGES[0]]

    def lesson(self, lesson_id: str) -> Lesson:
        """Raises UnknownPack for a lesson that is not in the pack (any more)."""
        for lesson in self.lessons:
            if lesson.id == lesson_id:
                return lesson
        raise UnknownPack(f"no lesson {lesson_id!r} in pack {self.id!r}")


@cache
def pack(pack_id: str) -> Pack:
    """A pack of the house by its id, read once. Raises UnknownPack, BadPack."""
    folder = FOLDER / pack_id
    if not re.fullmatch(r"[a-z0-9-]+", pack_id) or not (folder / "pack.yaml").is_file():
        raise UnknownPack(f"no pack {pack_id!r} in {FOLDER}")
    return read(folder)


@cache
def available() -> tuple[Pack, ...]:
    """Every pack of the house, by id."""
    return tuple(pack(found.parent.name) for found in sorted(FOLDER.glob("*/pack.yaml")))


def read(folder: Path) -> Pack:
    """The pack in that folder. Raises BadPack with everything that is wrong."""
    found, wrong = examine(folder)
    if wrong or found is None:
        raise BadPack(wrong)
    return found


def examine(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """The pack (None when it cannot be put together) and everything that is wrong with it."""
    path = folder / "pack.yaml"
    wrong: list[Problem] = []
    source = Source.of(path, wrong)
    manifest = source.validated(_Manifest, wrong) if source else None
    if source is None or manifest is None:
        return None, wrong
    if manifest.id != folder.name:
        wrong.append(source.problem(("id",), f"id is {manifest.id!r}, but the folder is {folder.name!r}"))
    for name in ("title", "description"):
        wrong += [source.problem((name,), words) for words in _languages(name, getattr(manifest, name))]
    entries = [(one.id, entry) for one in manifest.practices for entry in one.lessons]
    ids = [entry.id for _, entry in entries]
    wrong += [source.problem(("practices",), f"lesson {one!r} stands twice") for one in _doubles(ids)]
    for number, practice in enumerate(manifest.practices):
        at = ("practices", number, "title")
        wrong += [source.problem(at, words) for words in _languages("title", practice.title)]
    for language in LANGUAGES:
        wrong += [
            Problem(stray, 1, "not a lesson that pack.yaml names")
            for stray in sorted((folder / language).glob("*"))
            if stray.suffix != ".md" or stray.stem not in ids
        ]
    lessons = [_lesson(folder, day, practice, entry, wrong) for day, (practice, entry) in enumerate(entries, 1)]
    complete = tuple(lesson for lesson in lessons if lesson is not None)
    if len(complete) < len(lessons):
        return None, wrong
    return Pack(manifest.id, manifest.version, manifest.title, manifest.description, complete), wrong


def lesson_path(folder: Path, language: str, lesson_id: str) -> Path:
    """Where the words of a lesson stand."""
    return folder / language / f"{lesson_id}.md"


def _lesson(folder: Path, day: int, practice: str, entry: _Entry, wrong: list[Problem]) -> Lesson | None:
    fronts: dict[str, Front] = {}
    texts: dict[str, LessonText] = {}
    for language in LANGUAGES:
        path = lesson_path(folder, language, entry.id)
        source = Source.of(path, wrong, front=True)
        front = source.validated(Front, wrong) if source else None
        if source is None or front is None:
            continue
        wanted = {"id": entry.id, "day": day, "step": entry.step}
        for name, value in wanted.items():
            if getattr(front, name) != value:
                words = f"{name} is {getattr(front, name)!r}, pack.yaml makes it {value!r}"
                wrong.append(source.problem((name,), words))
        if front.media and not front.text_alternative:
            wrong.append(source.problem(("text_alternative",), "media need a text alternative"))
        wrong += [Problem(path, source.body_line, words) for words in _body(source.body)]
        fronts[language] = front
        alternative = front.text_alternative
        texts[language] = LessonText(front.title, source.body, front.try_today, front.question, alternative)
        first = fronts[next(iter(fronts))]
        for name in ("minutes", "competence", "samr", "media"):
            if getattr(front, name) != getattr(first, name):
                words = f"{name} differs between the languages"
                wrong.append(source.problem((name,), words))
    if len(fronts) < len(LANGUAGES):
        return None
    front = fronts[LANGUAGES[0]]
    return Lesson(
        entry.id, day, practice, entry.step, front.minutes, front.competence, front.samr, tuple(front.media), texts
    )


def _body(body: str) -> Iterator[str]:
    count = sum(any(sign.isalnum() for sign in run) for run in body.split())
    if not FEWEST_WORDS <= count <= MOST_WORDS:
        yield f"the body has {count} words; {FEWEST_WORDS} to {MOST_WORDS} are read on a phone"
    if len(_BOLD.findall(body)) > MOST_BOLD:
        yield f"more than {MOST_BOLD} bold phrases: what is everywhere stands out nowhere"
    if "**" in _BOLD.sub("", body):
        yield "a ** without its partner"


def _languages(name: str, texts: dict[str, str]) -> Iterator[str]:
    for language in LANGUAGES:
        if not texts.get(language, "").strip():
            yield f"{name} is missing in {language!r}"
    for language in sorted(set(texts) - set(LANGUAGES)):
        yield f"{name} in {language!r}: the languages are {', '.join(LANGUAGES)}"


def _doubles(ids: Sequence[str]) -> list[str]:
    return sorted({one for one in ids if ids.count(one) > 1})
