"""Reads `content/plans`: what activities count for in a work plan (RHK), and what each policy profile asks of one.

A school may bring a catalogue of its own by a file of the same shape; it is checked by the same rules.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

from content.bilingual import Form, Id, Title
from content.flaws import misfit
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

FOLDER = Path(__file__).parent / "plans"
CATALOGUE, PROFILES = "catalogue.yaml", "profiles.yaml"
MOST_POINTS = 128
MOST_BYTES = 50_000  # of a school's own file; the house's has 2,000
DEFAULT = "none"  # of a group without a school

Model = TypeVar("Model", bound=BaseModel)
Points = Annotated[int, Field(ge=1, le=MOST_POINTS)]


class BadPlans(ValueError):
    """A catalogue that cannot be used; every problem names file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Result(Form):
    """The result that a row of the plan names, in both languages."""

    id: Annotated[str, Field(min_length=1, max_length=300)]
    en: Annotated[str, Field(min_length=1, max_length=300)]

    def of(self, language: str) -> str:
        return (self.en if language == "en" else self.id).strip()


class Entry(Form):
    """A kind of activity: what it counts for each time, and what shows that it was done."""

    id: Id
    title: Title
    result: Result | None = None  # None: its title
    points: Points
    evidence: Literal["certificate", "report", "other"]

    def result_in(self, language: str) -> str:
        """The words that stand in the row at first."""
        return self.result.of(language) if self.result else self.title.of(language)


class Catalogue(Form):
    """Kinds of activity, each id once."""

    entries: Annotated[tuple[Entry, ...], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen: set[str] = set()
        for at, one in enumerate(self.entries):
            if one.id in seen:
                raise misfit("twice", ("entries", at, "id"), id=one.id)
            seen.add(one.id)
        return self


class Bounds(Form):
    """The sum of a plan's points, both ends included."""

    least: Annotated[int, Field(ge=0)]
    most: Annotated[int, Field(ge=1)]


class Profile(Form):
    """What a policy asks: over which period a plan runs, the sum of its points, the principal's confirmation."""

    period: Literal["semester", "year"]
    points: Bounds | None = None
    confirmed: bool = False


class Profiles(Form):
    profiles: dict[Literal["pmm_2024", "ruang_gtk_2025", "none"], Profile]

    @model_validator(mode="after")
    def _all(self) -> Self:
        for name in ("pmm_2024", "ruang_gtk_2025", "none"):
            if name not in self.profiles:
                raise misfit("missing", ("profiles", name))
        return self


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the catalogue and the profiles of a folder, with file and line."""
    say, wrong = say or Texts(LANGUAGES[0]), list[Problem]()
    for name, model in ((CATALOGUE, Catalogue), (PROFILES, Profiles)):
        source = Source.of(folder / name, wrong)
        if source is not None:
            source.validated(model, wrong, say)
    return wrong


def examine(content: bytes, name: str, say: Texts) -> Catalogue:
    """A school's own catalogue from the bytes of a file. Raises BadPlans with everything that is wrong, by line."""
    wrong: list[Problem] = []
    shown = Path(Path(name).name or CATALOGUE)
    if len(content) > MOST_BYTES:
        raise BadPlans([Problem(shown, 1, say.plain("plans.kind.file_too_big", kilobytes=MOST_BYTES // 1000))])
    source = Source.read(shown, content, wrong)
    found = source.validated(Catalogue, wrong, say) if source is not None else None
    if found is None:
        raise BadPlans([problem._replace(path=shown) for problem in wrong])
    return found


@cache
def house() -> tuple[Entry, ...]:
    """The kinds of activity that the house knows. Raises BadPlans."""
    return _read(CATALOGUE, Catalogue).entries


@cache
def _profiles() -> Profiles:
    return _read(PROFILES, Profiles)


def profile(name: str | None) -> Profile:
    """What that policy profile asks; one that is not known asks nothing."""
    known: dict[str, Profile] = {str(one): what for one, what in _profiles().profiles.items()}
    return known.get(name or DEFAULT, known[DEFAULT])


def _read(name: str, model: type[Model]) -> Model:
    wrong: list[Problem] = []
    source = Source.of(FOLDER / name, wrong)
    found = source.validated(model, wrong, Texts("en")) if source is not None else None
    if found is None:
        raise BadPlans(wrong)
    return found
