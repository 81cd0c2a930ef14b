"""Reads `content/calendar`: what is the same in the whole country every year, and the calendars of provinces."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from content.flaws import misfit
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent / "calendar"
NATION, EXAMPLE = "nation.yaml", "example.yaml"
MOST_DAYS = 90  # longer than any holidays; a year typed wrongly is longer still


class BadCalendar(ValueError):
    """A calendar that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise misfit("not_a_date")
    return value


Day = Annotated[date, BeforeValidator(_day)]
_Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(_Form):
    """What the days are called, in both languages."""

    id: _Name
    en: _Name


class Days(_Form):
    """Some days of a province, and what they are."""

    first: Day = Field(alias="from")
    last: Day | None = Field(default=None, alias="to")
    kind: Literal["closed", "open", "exam", "report", "orientation"]
    label: Label | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise misfit("ends_before")
        if self.last is not None and self.last - self.first >= timedelta(days=MOST_DAYS):
            raise misfit("too_many", most=MOST_DAYS)
        return self


class Province(_Form):
    """A province's calendar; the example is the only one that may leave province and source out."""

    province: str | None
    source: _Name | None
    days: tuple[Days, ...]


class Nation(_Form):
    """What does not depend on the year."""

    school_year_starts: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    provinces: dict[str, tuple[_Name, ...]]


def check(folder: Path = FOLDER, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the calendars of a folder, with file and line."""
    wrong: list[Problem] = []
    _read(folder, wrong, say or Texts(LANGUAGES[0]))
    return wrong


def read(folder: Path = FOLDER) -> tuple[Nation, dict[str, tuple[Days, ...]]]:
    """The country's facts, and the days of each province that has a file. Raises BadCalendar."""
    wrong: list[Problem] = []
    nation, provinces = _read(folder, wrong, Texts("en"))
    if wrong or nation is None:
        raise BadCalendar(wrong)
    return nation, provinces


def _read(folder: Path, wrong: list[Problem], say: Texts) -> tuple[Nation | None, dict[str, tuple[Days, ...]]]:
    source = Source.of(folder / NATION, wrong)
    nation = source.validated(Nation, wrong, say) if source else None
    found: dict[str, tuple[Days, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        source = Source.of(path, wrong) if path.name != NATION else None
        one = source.validated(Province, wrong, say) if source else None
        if source is None or one is None or path.name == EXAMPLE:
            continue
        wanted = path.stem
        if nation is not None and wanted not in nation.provinces:
            wrong.append(source.problem(["province"], say.plain("calendar.file.unknown_province", name=wanted)))
        elif one.province != wanted:
            wrong.append(source.problem(["province"], say.plain("calendar.file.other_province", name=wanted)))
        elif not one.source:
            wrong.append(source.problem(["source"], say.plain("calendar.file.no_source")))
        else:
            found[wanted] = one.days
    return nation, found


@cache
def _house() -> tuple[Nation, dict[str, tuple[Days, ...]]]:
    """What the house goes by. A province whose file is wrong is left out and logged: the others go on."""
    wrong: list[Problem] = []
    nation, provinces = _read(FOLDER, wrong, Texts("en"))
    if nation is None:
        raise BadCalendar(wrong)
    for problem in wrong:
        logger.warning("a calendar is left out: %s", problem)
    return nation, provinces


def days_of(province: str | None) -> tuple[Days, ...]:
    """The days of a province's file, as written; none where it has no file."""
    return _house()[1].get(province or "", ())


def school_year_starts() -> tuple[int, int]:
    """Month and day on which a school year begins."""
    month, day = _house()[0].school_year_starts.split("-")
    return int(month), int(day)


def provinces() -> dict[str, tuple[str, ...]]:
    """The provinces by the name in files and tables, each with the names people use, the official one first."""
    return _house()[0].provinces
