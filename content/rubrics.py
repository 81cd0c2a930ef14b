"""Reads `content/rubrics`: what is looked at in a lesson, a meeting or a module, at which levels, and what is tapped.

An observation keeps the rubric as it was: its id, its version and its words.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from content import kept_files
from content.bilingual import Form, Id, Title, Words, once
from content.flaws import misfit
from content.marked import Problem
from content.texts import LANGUAGES, Texts

FOLDER = Path(__file__).parent / "rubrics"
LONGEST_SIGN = 40  # letters of what is tapped in a hurry

# What is looked at: a lesson or a meeting while it goes on, a teaching module, or what is settled before a lesson.
Of = Literal["lesson", "meeting", "module", "before"]
WATCHED: tuple[Of, ...] = ("lesson", "meeting")


class Sign(Form):
    """Something to be seen, short enough for a button: tapped while it happens, or as the reason for a score."""

    id: Id
    title: Title

    @model_validator(mode="after")
    def _fits_on_a_button(self) -> Self:
        for language in LANGUAGES:
            if len(self.title.of(language)) > LONGEST_SIGN:
                raise misfit("too_long", ("title", language), most=LONGEST_SIGN)
        return self


class Level(Form):
    """One rung, the lowest first."""

    id: Id
    title: Title


class Criterion(Form):
    """One thing that is scored; ``signs`` are offered as the line of what was seen."""

    id: Id
    title: Title
    words: Words
    signs: Annotated[tuple[Sign, ...], Field(max_length=4)] = ()

    @model_validator(mode="after")
    def _signsonce(self) -> Self:
        once("signs", self.signs)
        return self


class Rubric(Form):
    """An instrument: its criteria, and the levels that all of them share. ``taps`` are notes made by one tap."""

    id: Annotated[Id, Field(max_length=32)]
    version: Annotated[int, Field(ge=1, le=999)] = 1
    of: Of
    title: Title
    words: Words
    levels: Annotated[tuple[Level, ...], Field(min_length=2, max_length=5)]
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1, max_length=8)]
    taps: Annotated[tuple[Sign, ...], Field(max_length=8)] = ()

    @model_validator(mode="after")
    def _of_one_piece(self) -> Self:
        for name, things in (("levels", self.levels), ("criteria", self.criteria), ("taps", self.taps)):
            once(name, things)
        if self.of in WATCHED and len(self.taps) < 2:
            raise misfit("too_few", ("taps",), least=2)  # evidence first: something must be there to tap
        if self.of not in WATCHED and self.taps:
            raise misfit("extra", ("taps",))
        if self.of == "before" and len(self.levels) != 2:
            raise misfit("two_levels", ("levels",))
        return self

    def level(self, name: str) -> int | None:
        """Which rung that is, from 0; None for one that is not there."""
        return next((at for at, one in enumerate(self.levels) if one.id == name), None)

    def criterion(self, name: str) -> Criterion | None:
        """The criterion of that id."""
        return next((one for one in self.criteria if one.id == name), None)

    def to_json(self) -> dict[str, Any]:
        """The whole rubric as plain JSON values, to be stored beside what was scored with it."""
        return self.model_dump(mode="json", exclude_defaults=True)


def from_json(value: dict[str, Any]) -> Rubric:
    """A stored rubric. Raises pydantic's ValidationError for one that was tampered with."""
    return Rubric.model_validate(value)


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the rubrics of a folder, with file and line."""
    return kept_files.check(Rubric, folder, say)


def examine(path: Path, wrong: list[Problem], say: Texts) -> Rubric | None:
    """The rubric of a file, or None with every problem noted."""
    return kept_files.examine(Rubric, path, wrong, say)


@cache
def house() -> dict[str, Rubric]:
    """The rubrics of the house by id. One whose file is wrong is left out and logged: the others go on."""
    return kept_files.usable(Rubric, FOLDER)
