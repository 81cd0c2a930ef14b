"""Packs and their lessons as frozen values, and the branches of a lesson that fit a person."""

import html
import re
from collections.abc import Mapping
from typing import NamedTuple

from content.texts import LANGUAGES

BOLD = re.compile(r"\*\*(.+?)\*\*")
# What a teacher may say about themselves at joining, and what they may answer.
READINESS = {
    "phone": ("own", "shared"),
    "signal": ("strong", "weak"),
    "mode": ("text", "voice"),
    "tools": ("none", "some", "many"),
    "pace": ("slow", "steady", "fast"),
}


class UnknownPack(LookupError):
    """No such pack, or no such lesson in it; the message names it."""


class Medium(NamedTuple):
    """A photo, document, audio, video or link of a lesson, from the pack's folder or from elsewhere."""

    kind: str
    file: str | None = None  # below the pack's folder: media/x.png
    url: str | None = None
    size_kb: int | None = None  # of the file as it lies there; given by the writer for a url


class MediumText(NamedTuple):
    """A medium's title, and what it shows in words for whoever does not open it."""

    title: str
    alt: str


class Quiz(NamedTuple):
    """A question with one right answer."""

    options: int
    correct: int  # counted from 1


class QuizText(NamedTuple):
    """The words of a quiz."""

    question: str
    options: tuple[str, ...]
    explanation: str = ""


class Choice(NamedTuple):
    """A question without right or wrong, whose answer later branches may use."""

    options: tuple[str, ...]  # their ids


class ChoiceText(NamedTuple):
    """The words of a choice, labels in the order of the ids."""

    question: str
    labels: tuple[str, ...]


class Worksheet(NamedTuple):
    """How many items, and how many school days it is open, and then in grace."""

    items: int
    days: int
    grace: int


class WorksheetText(NamedTuple):
    """The words of a worksheet."""

    title: str
    items: tuple[str, ...]


class Branch(NamedTuple):
    """What one kind of reader is told in private. Its words are ``LessonText.branches[number]``."""

    number: int
    on: str  # quiz, choice, or one of READINESS
    value: str  # right or wrong; an option's id; an answer of READINESS
    of: str | None = None  # the lesson whose choice is meant
    lesson: str | None = None  # a side lesson to go on with


class LessonText(NamedTuple):
    """A lesson in one language."""

    title: str
    body: str  # plain paragraphs with a few **bold** words
    try_today: str
    question: str
    media: tuple[MediumText, ...] = ()
    quiz: QuizText | None = None
    choice: ChoiceText | None = None
    worksheet: WorksheetText | None = None
    answer: str | None = None  # a worked answer, after hand-in or quiz
    checks: tuple[str, ...] = ()
    branches: tuple[str | None, ...] = ()

    @property
    def html(self) -> str:
        """The body as Telegram HTML."""
        return BOLD.sub(r"<b>\1</b>", html.escape(self.body, quote=False))


class Lesson(NamedTuple):
    """One day's lesson, or a side lesson without a day: what is the same in every language, and its texts."""

    id: str
    day: int | None
    practice: str
    step: str
    minutes: int
    competence: str
    samr: str | None
    media: tuple[Medium, ...]
    texts: dict[str, LessonText]
    quiz: Quiz | None = None
    choice: Choice | None = None
    worksheet: Worksheet | None = None
    checks: int = 0
    branches: tuple[Branch, ...] = ()
    talk: bool = False  # whoever is coached is offered a talk of 15 minutes about it

    def text(self, language: str) -> LessonText:
        """The words in that language, else in Indonesian."""
        return self.texts.get(language) or self.texts[LANGUAGES[0]]


class Criterion(NamedTuple):
    """What colleagues look at when they give feedback."""

    id: str
    labels: dict[str, str]

    def label(self, language: str) -> str:
        return self.labels.get(language) or self.labels[LANGUAGES[0]]


class Practice(NamedTuple):
    """What one school week is about."""

    id: str
    titles: dict[str, str]
    criteria: tuple[Criterion, ...]
    lessons: tuple[str, ...]  # the ids of those with a day

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles[LANGUAGES[0]]


class Pack(NamedTuple):
    """A programme: lessons in the order of their days, and beside them those that only branches lead to."""

    id: str
    version: int
    status: str  # draft, published, retired
    audience: str  # teacher, facilitator, coach
    cascade: bool  # whoever finishes first is offered to colleagues as a buddy
    titles: dict[str, str]
    descriptions: dict[str, str]
    practices: tuple[Practice, ...]
    lessons: tuple[Lesson, ...]
    side: tuple[Lesson, ...] = ()
    languages: tuple[str, ...] = LANGUAGES

    def title(self, language: str) -> str:
        return self.titles.get(language) or self.titles[LANGUAGES[0]]

    def description(self, language: str) -> str:
        return self.descriptions.get(language) or self.descriptions[LANGUAGES[0]]

    def lesson(self, lesson_id: str) -> Lesson:
        """Also a side lesson. Raises UnknownPack for a lesson that is not in the pack (any more)."""
        for lesson in (*self.lessons, *self.side):
            if lesson.id == lesson_id:
                return lesson
        raise UnknownPack(f"no lesson {lesson_id!r} in pack {self.id!r}")

    def practice(self, practice_id: str) -> Practice:
        """Raises UnknownPack for a practice that is not in the pack (any more)."""
        for practice in self.practices:
            if practice.id == practice_id:
                return practice
        raise UnknownPack(f"no practice {practice_id!r} in pack {self.id!r}")


def branches_for(
    lesson: Lesson, *, readiness: Mapping[str, str], quiz: bool | None, choices: Mapping[str, str]
) -> list[Branch]:
    """The branches that fit somebody, in the order of the lesson.

    ``readiness`` holds what they said at joining (missing: not said, so no branch on it fits), ``quiz`` whether this
    lesson's quiz was answered rightly (None: not answered), ``choices`` the option chosen, by the id of the lesson.
    """
    answers = {True: "right", False: "wrong", None: None}

    def said(branch: Branch) -> str | None:
        if branch.on == "quiz":
            return answers[quiz]
        if branch.on == "choice":
            return choices.get(branch.of or lesson.id)
        return readiness.get(branch.on)

    return [branch for branch in lesson.branches if said(branch) == branch.value]
