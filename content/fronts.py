"""The form of `pack.yaml` and of a lesson's front matter: which keys there are, and how long their words may be."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from content.flaws import misfit
from content.lessons import READINESS
from content.texts import LANGUAGES

# Control characters but the line's end, what ends a line unseen, halves of a character, and what XML may not hold:
# a sheet or a file would not give them back.
INVISIBLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")

# Short, since a letter's key (96 characters) holds both a pack's and a lesson's.
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
Step = Literal["see", "plan", "try", "look", "reflect"]


class Words(GroupedMetadata):
    """Words of at most so many characters, without signs that nobody sees; on one line, or with paragraphs."""

    def __init__(self, most: int, *, lines: bool = False, least: int = 1) -> None:
        self.most, self.lines, self.least = most, lines, least

    def __iter__(self) -> Iterator[object]:
        yield from StringConstraints(strip_whitespace=True, min_length=self.least, max_length=self.most)
        yield BeforeValidator(self._read)

    def _read(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").strip()
            if odd := INVISIBLE.search(value):
                raise misfit("sign", code=f"U+{ord(odd[0]):04X}")
            if "\n" in value and not self.lines:
                raise misfit("one_line")
        return value


def _double(words: Sequence[str]) -> int | None:
    """The place of the first that stands before already."""
    return next((at for at, one in enumerate(words) if one in words[:at]), None)


def _file(value: str) -> str:
    if not re.fullmatch(r"media/[A-Za-z0-9][A-Za-z0-9._-]*", value):
        raise misfit("file_shape")
    return value


def _url(value: str) -> str:
    if not re.fullmatch(r"https?://[\x21-\x7e]+", value) or re.search(r"[<>\"]", value):
        raise misfit("url_shape")
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MediumFront(_Strict):
    """One of a lesson's media."""

    kind: Literal["photo", "document", "audio", "video", "link"]
    file: Annotated[str, Field(max_length=100), AfterValidator(_file)] | None = None
    url: Annotated[str, Field(max_length=500), AfterValidator(_url)] | None = None
    size_kb: Annotated[int, Field(ge=1, le=2_000_000)] | None = None
    title: Annotated[str, Words(60)]
    alt: Annotated[str, Words(700)]

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if (self.file is None) == (self.url is None):
            raise misfit("file_or_url", ("file",))
        if self.kind == "link" and self.url is None:
            raise misfit("link_needs_url", ("url",))
        if self.url is not None and self.kind in {"video", "document"} and self.size_kb is None:
            raise misfit("size_needed", ("size_kb",))
        return self


class QuizFront(_Strict):
    """A question with one right answer, as Telegram's quiz takes it."""

    question: Annotated[str, Words(300)]
    options: Annotated[list[Annotated[str, Words(100)]], Field(min_length=2, max_length=6)]
    correct: Annotated[int, Field(ge=1, le=6)]
    explanation: Annotated[str, Words(200, lines=True, least=0)] = ""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.correct > len(self.options):
            raise misfit("no_such_option", ("correct",), correct=self.correct, options=len(self.options))
        if (double := _double(self.options)) is not None:
            raise misfit("options_alike", ("options", double))
        return self


class OptionFront(_Strict):
    """One answer of a choice."""

    id: Id
    label: Annotated[str, Words(40)]


class ChoiceFront(_Strict):
    """A question whose answer later branches may use."""

    question: Annotated[str, Words(200)]
    options: Annotated[list[OptionFront], Field(min_length=2, max_length=4)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name in ("id", "label"):
            if (double := _double([getattr(one, name) for one in self.options])) is not None:
                raise misfit("options_alike", ("options", double, name))
        return self


class WorksheetFront(_Strict):
    """Items to fill in, open for so many school days and then in grace."""

    title: Annotated[str, Words(60)]
    items: Annotated[list[Annotated[str, Words(200)]], Field(min_length=2, max_length=6)]
    days: Annotated[int, Field(ge=1, le=30)]
    grace: Annotated[int, Field(ge=0, le=30)]


class WhenFront(_Strict):
    """The one condition of a branch."""

    quiz: Literal["right", "wrong"] | None = None
    choice: Annotated[str, Field(max_length=65)] | None = None
    phone: Literal["own", "shared"] | None = None
    signal: Literal["strong", "weak"] | None = None
    mode: Literal["text", "voice"] | None = None
    tools: Literal["none", "some", "many"] | None = None
    pace: Literal["slow", "steady", "fast"] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise misfit("one_condition", known=", ".join(("quiz", "choice", *READINESS)))
        return self

    @property
    def condition(self) -> tuple[str, str]:
        """What is asked for, and the answer."""
        ((on, value),) = self.model_dump(exclude_none=True).items()
        return on, value


class BranchFront(_Strict):
    """What is said in private to whom it fits."""

    when: WhenFront
    say: Annotated[str, Words(400, lines=True)] | None = None
    lesson: Id | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.say is None and self.lesson is None:
            raise misfit("say_or_lesson", ("say",))
        return self


class Front(_Strict):
    """The front matter of a lesson file."""

    id: Id
    language: Literal["id", "en"]
    day: Annotated[int, Field(ge=1, le=366)] | None
    title: Annotated[str, Words(60)]
    minutes: Annotated[int, Field(ge=5, le=15)]  # of the teacher's own time
    competence: Literal["pedagogik", "kepribadian", "sosial", "profesional"]
    samr: Literal["substitution", "augmentation", "modification", "redefinition"] | None
    step: Step
    try_today: Annotated[str, Words(300)]
    question: Annotated[str, Words(300)]
    media: Annotated[list[MediumFront], Field(max_length=6)]
    quiz: QuizFront | None = None
    choice: ChoiceFront | None = None
    worksheet: WorksheetFront | None = None
    answer: Annotated[str, Words(900, lines=True)] | None = None
    checks: Annotated[list[Annotated[str, Words(60)]], Field(max_length=4)] = []
    talk: bool = False  # a talk of 15 minutes with the coach is proposed after it
    branches: Annotated[list[BranchFront], Field(max_length=12)] = []


class CriterionFront(_Strict):
    """What colleagues look at when they give feedback."""

    id: Id
    label: dict[str, Annotated[str, Words(60)]]


class EntryFront(_Strict):
    """A lesson's place in `pack.yaml`."""

    id: Id
    step: Step


class PracticeFront(_Strict):
    """One week."""

    id: Id
    title: dict[str, Annotated[str, Words(80)]]
    criteria: Annotated[list[CriterionFront], Field(min_length=1, max_length=2)]
    lessons: Annotated[list[EntryFront], Field(min_length=1)]
    side: list[EntryFront] = []


class Manifest(_Strict):
    """`pack.yaml`."""

    id: Id
    version: Annotated[int, Field(ge=1, le=9999)]
    status: Literal["draft", "published", "retired"]
    audience: Literal["teacher", "facilitator", "coach"]
    cascade: bool
    languages: Annotated[list[Literal["id", "en"]], Field(min_length=1, max_length=2)] = ["id", "en"]
    title: dict[str, Annotated[str, Words(80)]]
    description: dict[str, Annotated[str, Words(400)]]
    practices: Annotated[list[PracticeFront], Field(min_length=1)]

    @model_validator(mode="after")
    def _begins_in_indonesian(self) -> Self:
        if self.languages != list(LANGUAGES)[: len(self.languages)]:
            raise misfit("languages", ("languages",), known=", ".join(LANGUAGES))
        return self
