"""Reads `content/instruments`: surveys and tests as files, with what they are for, who answers and how they are scored.

What is watched with a rubric stands in content/rubrics. A survey that was opened keeps its instrument as it was.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from content import kept_files
from content.bilingual import Form, Id, Title, Words, once
from content.flaws import misfit
from content.marked import Problem
from content.texts import Texts

FOLDER = Path(__file__).parent / "instruments"
MOST_OPTIONS = 10  # Telegram's polls take 12; more than ten is no question but a list

Kind = Literal["likert", "choice", "number", "text"]
Part = Literal["context", "input", "process", "product"]
Answers = Literal["teacher", "coach", "mentor", "principal", "facilitator"]
Way = Literal["private", "poll", "buttons"]
POLLED: tuple[Kind, ...] = ("likert", "choice")


class Option(Form):
    """What can be chosen."""

    id: Id
    title: Title


class Subscale(Form):
    """Items that are scored together."""

    id: Id
    title: Title


class Item(Form):
    """One question. ``of`` names its sub-scale, ``reversed``: agreeing speaks against; ``right`` makes it a test's.

    ``agrees`` (options) or ``agrees_from`` (a level, 1 the lowest) is what counts as a yes where a share is told.
    """

    id: Id
    kind: Kind
    words: Words
    of: Id | None = None
    reversed: bool = False
    options: Annotated[tuple[Option, ...], Field(max_length=MOST_OPTIONS)] = ()
    several: bool = False
    ranked: bool = False
    right: Id | None = None
    agrees: tuple[Id, ...] = ()
    agrees_from: Annotated[int, Field(ge=2, le=5)] | None = None
    low: int = 0
    high: int = 100

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        once("options", self.options)
        if self.kind == "choice" and len(self.options) < 2:
            raise misfit("too_few", ("options",), least=2)
        chooses = {
            "options": bool(self.options),
            "several": self.several,
            "ranked": self.ranked,
            "agrees": bool(self.agrees),
        }
        for name, there in (*chooses.items(), ("right", self.right is not None)):
            if there and self.kind != "choice":
                raise misfit("extra", (name,))
        rates = {"reversed": self.reversed, "of": self.of is not None, "agrees_from": self.agrees_from is not None}
        for name, there in rates.items():
            if there and self.kind != "likert":
                raise misfit("extra", (name,))
        if self.ranked and not self.several:
            raise misfit("missing", ("several",))
        if self.right is not None and (self.several or self.option(self.right) is None):
            raise misfit("one_of", ("right",), allowed=", ".join(one.id for one in self.options))
        for name in self.agrees:
            if self.several or self.option(name) is None:
                raise misfit("one_of", ("agrees",), allowed=", ".join(one.id for one in self.options))
        if self.kind == "number" and self.low >= self.high:
            raise misfit("too_small", ("high",), least=self.low + 1)
        return self

    def option(self, name: str) -> Option | None:
        """The option of that id."""
        return next((one for one in self.options if one.id == name), None)


class Instrument(Form):
    """A survey or a test. ``level`` is Kirkpatrick's (None: none), ``part`` the one of CIPP it tells of.

    ``anonymous``: answers are kept without their giver. ``by_coach``: a coach may open it, for it is about coaching.
    """

    id: Annotated[Id, Field(max_length=24)]
    version: Annotated[int, Field(ge=1, le=999)] = 1
    title: Title
    purpose: Words
    answers: Annotated[tuple[Answers, ...], Field(min_length=1)]
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    part: Part
    anonymous: bool
    by_coach: bool = False
    scale: Annotated[tuple[Title, ...], Field(max_length=5)] = ()
    subscales: Annotated[tuple[Subscale, ...], Field(max_length=8)] = ()
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _of_one_piece(self) -> Self:
        once("subscales", self.subscales)
        once("items", self.items)
        rated = any(one.kind == "likert" for one in self.items)
        if (rated or self.scale) and len(self.scale) not in (4, 5):
            raise misfit("levels_4_or_5", ("scale",))
        if self.scale and not rated:
            raise misfit("extra", ("scale",))
        known = {one.id for one in self.subscales}
        for at, one in enumerate(self.items):
            if one.of is not None and one.of not in known:
                raise misfit("one_of", ("items", at, "of"), allowed=", ".join(sorted(known)))
            if known and one.kind == "likert" and one.of is None:
                raise misfit("missing", ("items", at, "of"))
        for at, scale in enumerate(self.subscales):
            if not self.of(scale.id):
                raise misfit("no_items", ("subscales", at, "id"), id=scale.id)
        return self

    def item(self, name: str) -> Item | None:
        """The item of that id."""
        return next((one for one in self.items if one.id == name), None)

    def of(self, subscale: str) -> tuple[Item, ...]:
        """The items of a sub-scale."""
        return tuple(one for one in self.items if one.of == subscale)

    @property
    def rights(self) -> tuple[Item, ...]:
        """The items that have a right answer."""
        return tuple(one for one in self.items if one.right is not None)

    @property
    def ways(self) -> tuple[Way, ...]:
        """How it can be asked: in private always, and in the group where one tap says all of it.

        A poll of Telegram's shows who voted what, so it is never anonymous; buttons show nothing to anybody, with
        names stored or without.
        """
        one = self.items[0]
        if len(self.items) > 1 or one.kind not in POLLED or "teacher" not in self.answers:
            return ("private",)
        polls: tuple[Way, ...] = () if self.anonymous or one.ranked else ("poll",)
        buttons: tuple[Way, ...] = () if one.several else ("buttons",)
        return ("private", *polls, *buttons)

    def to_json(self) -> dict[str, Any]:
        """The whole instrument as plain JSON values, to be stored beside the answers to it."""
        return self.model_dump(mode="json", exclude_defaults=True)


def from_json(value: dict[str, Any]) -> Instrument:
    """A stored instrument. Raises pydantic's ValidationError for one that was tampered with."""
    return Instrument.model_validate(value)


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the instruments of a folder, with file and line."""
    return kept_files.check(Instrument, folder, say)


def examine(path: Path, wrong: list[Problem], say: Texts) -> Instrument | None:
    """The instrument of a file, or None with every problem noted."""
    return kept_files.examine(Instrument, path, wrong, say)


@cache
def house() -> dict[str, Instrument]:
    """The instruments of the house by id. One whose file is wrong is left out and logged: the others go on."""
    return kept_files.usable(Instrument, FOLDER)
