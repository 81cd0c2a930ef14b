"""Reads `content/figures.yaml`: every figure that may be told, what it counts, and where it comes from."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from content.bilingual import Form, Id, Title, Words, once
from content.flaws import misfit
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

FILE = Path(__file__).parent / "figures.yaml"

Unit = Literal["share", "percent", "change", "count", "mean", "points", "hours", "ratio", "rank"]
Origin = Literal["computed", "entered", "constant"]
Part = Literal["context", "input", "process", "product"]
LEVELS = (1, 2, 3, 4)
PARTS: tuple[Part, ...] = ("context", "input", "process", "product")


class Constant(Form):
    """One number that is known from elsewhere."""

    title: Title
    value: float


class Entry(Form):
    """A figure: its unit, its source, Kirkpatrick's level (None: none) and the part of CIPP that it speaks of.

    A constant names its paper and its values; it is background, never a target.
    """

    number: Annotated[int, Field(ge=1, le=99)]
    id: Id
    unit: Unit
    source: Origin
    level: Annotated[int, Field(ge=1, le=4)] | None = None
    part: Part
    title: Title
    words: Words
    paper: Annotated[str, Field(max_length=120)] | None = None
    values: tuple[Constant, ...] = ()

    @model_validator(mode="after")
    def _a_constant_says_whose_it_is(self) -> Self:
        is_constant = self.source == "constant"
        for name, there in (("paper", bool(self.paper)), ("values", bool(self.values))):
            if there is not is_constant:
                raise misfit("missing" if is_constant else "extra", (name,))
        return self


class Catalogue(Form):
    """All of them, each id and each number once."""

    figures: Annotated[tuple[Entry, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        once("figures", self.figures)
        seen: set[int] = set()
        for at, one in enumerate(self.figures):
            if one.number in seen:
                raise misfit("twice", ("figures", at, "number"), id=str(one.number))
            seen.add(one.number)
        return self


class BadFigures(ValueError):
    """The file cannot be used; the message names the line and what is wrong."""


def check(path: Path = FILE, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the catalogue, with file and line."""
    wrong: list[Problem] = []
    _read(path, wrong, say or Texts(LANGUAGES[0]))
    return wrong


def _read(path: Path, wrong: list[Problem], say: Texts) -> Catalogue | None:
    source = Source.of(path, wrong)
    return source.validated(Catalogue, wrong, say) if source is not None else None


@cache
def catalogue() -> dict[str, Entry]:
    """The figures by their id, in the order of their numbers. Raises BadFigures for a file that is wrong."""
    wrong: list[Problem] = []
    found = _read(FILE, wrong, Texts("en"))
    if found is None or wrong:
        raise BadFigures("\n".join(str(one) for one in wrong))
    return {one.id: one for one in sorted(found.figures, key=lambda one: one.number)}
