"""Reads `content/courses`: what the months of a programme bring, as stages with events."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from content import instruments, packs
from content.bilingual import Form, Id, Title, Words
from content.flaws import misfit
from content.lessons import UnknownPack
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "courses"
MONTHS, WEEKS = 12, 4
# Whom a pack of that audience begins with when it is offered by a letter.
_TAPS = {"teacher": {"facilitator"}, "facilitator": {"facilitator"}, "coach": {"coach", "principal"}}

Reader = Literal["facilitator", "coach", "principal", "group"]


class BadCourse(ValueError):
    """A course that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


_Month = Annotated[int, Field(ge=1, le=MONTHS)]


class Asking(Form):
    """A survey that its time has come for: which instrument of the house, and at which end of the programme."""

    instrument: Id
    phase: Literal["start", "end", "once"] = "once"


class When(Form):
    """Once, in that week of that month of the course; or again and again as long as the stage lasts."""

    month: _Month | None = None
    week: Annotated[int, Field(ge=1, le=WEEKS)] = 1
    every: Literal["week", "fortnight"] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.month is None and self.every is None:
            raise misfit("missing", ("month",))
        if self.month is not None and self.every is not None:
            raise misfit("extra", ("every",))
        return self

    @property
    def days(self) -> int:
        """From one time to the next; 0 for what happens once."""
        return {"week": 7, "fortnight": 14}.get(self.every or "", 0)


class Event(Form):
    """One letter, once or again and again: whom it is for and what to do."""

    name: Id
    when: When
    readers: Annotated[tuple[Reader, ...], Field(alias="for", min_length=1, max_length=4)]
    title: Title
    words: Words
    pack: str | None = None  # that begins by one tap
    survey: Asking | None = None  # that is opened in the group, read back first
    may_wait: bool = False  # may be put off by a week


class Stage(Form):
    """Some months of the course; one stage may lie within another."""

    id: Id
    first: _Month = Field(alias="from")
    last: _Month = Field(alias="to")
    title: Title
    words: Words
    agenda: bool = False  # the group meets every week, with an agenda
    events: tuple[Event, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise misfit("too_small", ("to",), least=self.first)
        for at, event in enumerate(self.events):
            month = event.when.month
            if month is not None and not self.first <= month <= self.last:
                raise misfit(
                    "too_small" if month < self.first else "too_big",
                    ("events", at, "when", "month"), least=self.first, most=self.last,
                )  # fmt: skip
        return self


class Course(Form):
    """What the months bring, in order."""

    id: Annotated[Id, Field(max_length=32)]
    title: Title
    words: Words
    stages: tuple[Stage, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        if not self.stages:
            raise misfit("too_few", ("stages",), least=1)
        seen: set[str] = set()
        for at, stage in enumerate(self.stages):
            for place, event in enumerate(stage.events):
                if event.name in seen:
                    raise misfit("twice", ("stages", at, "events", place, "name"), id=event.name)
                seen.add(event.name)
        return self

    @property
    def months(self) -> int:
        """How many months it takes."""
        return max(stage.last for stage in self.stages)

    def stage_in(self, month: int) -> Stage | None:
        """The stage of a month; where one lies within another, the inner one. None outside of the course."""
        fitting = [stage for stage in self.stages if stage.first <= month <= stage.last]
        return min(fitting, key=lambda stage: stage.last - stage.first, default=None)

    def meets_in(self, month: int) -> bool:
        """Does the group meet every week in that month, with an agenda?"""
        return any(stage.agenda and stage.first <= month <= stage.last for stage in self.stages)

    def event(self, name: str) -> Event | None:
        """The event of that name; one that comes again and again has its number behind a dot."""
        return next((one for stage in self.stages for one in stage.events if one.name == name.partition(".")[0]), None)

    def stage_of(self, name: str) -> Stage | None:
        """The stage an event of that name belongs to."""
        wanted = name.partition(".")[0]
        return next((stage for stage in self.stages if any(one.name == wanted for one in stage.events)), None)


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the courses of a folder, with file and line."""
    wrong: list[Problem] = []
    _read(folder, wrong, say or Texts(LANGUAGES[0]))
    return wrong


def read(folder: Path = FOLDER) -> dict[str, Course]:
    """The courses of a folder by id. Raises BadCourse."""
    wrong: list[Problem] = []
    found = _read(folder, wrong, Texts("en"))
    if wrong:
        raise BadCourse(wrong)
    return found


def _read(folder: Path, wrong: list[Problem], say: Texts) -> dict[str, Course]:
    found: dict[str, Course] = {}
    for path in sorted(folder.glob("*.yaml")):
        source = Source.of(path, wrong)
        one = source.validated(Course, wrong, say) if source else None
        if source is None or one is None:
            continue
        flaws = _flaws(one, source, say)
        wrong += flaws
        if not flaws:
            found[one.id] = one
    return found


def _flaws(course: Course, source: Source, say: Texts) -> list[Problem]:
    """What only shows beside the other files: the name, and the packs."""
    wrong = []
    if course.id != source.path.stem:
        wrong.append(source.problem(["id"], say.plain("course.file.other_name", name=source.path.stem)))
    for at, stage in enumerate(course.stages):
        for place, event in enumerate(stage.events):
            here = ("stages", at, "events", place)
            if event.survey is not None:
                wrong += _survey_flaws(event, event.survey, source, here, say)
            if event.pack is not None:
                wrong += _pack_flaws(event, event.pack, source, here, say)
    return wrong


def _survey_flaws(
    event: Event, survey: Asking, source: Source, here: tuple[str | int, ...], say: Texts
) -> list[Problem]:  # fmt: skip
    wrong = []
    if survey.instrument not in instruments.house():
        words = say.plain("course.file.no_instrument", name=survey.instrument)
        wrong.append(source.problem([*here, "survey", "instrument"], words))
    if "facilitator" not in event.readers:
        wrong.append(source.problem([*here, "for"], say.plain("course.file.nobody_taps", readers="facilitator")))
    return wrong


def _pack_flaws(
    event: Event, pack_id: str, source: Source, here: tuple[str | int, ...], say: Texts
) -> list[Problem]:  # fmt: skip
    try:
        pack = packs.pack(pack_id)
    except UnknownPack:
        return [source.problem([*here, "pack"], say.plain("course.file.no_pack", pack=pack_id))]
    taps = _TAPS[pack.audience]
    if taps.isdisjoint(event.readers):
        words = say.plain("course.file.nobody_taps", readers=", ".join(sorted(taps)))
        return [source.problem([*here, "for"], words)]
    return []


@cache
def house() -> dict[str, Course]:
    """The courses the house goes by, by id. One whose file is wrong is left out and logged: the others go on."""
    wrong: list[Problem] = []
    found = _read(FOLDER, wrong, Texts("en"))
    for problem in wrong:
        logger.warning("a course is left out: %s", problem)
    return found
