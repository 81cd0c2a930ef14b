"""Which paper, of what, and what it needs: the value behind every button, and who may have it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from community.calendar import local_day
from content.texts import Texts
from reports.papers.paper import Paper
from storage.database import Session
from storage.models import Group, Person


class Kind(StrEnum):
    """By the name in a button."""

    INVITATION = "inv"
    ATTENDANCE = "att"
    MINUTES = "min"
    MONTH = "mon"
    OBSERVATION = "obs"


OF_MEETINGS = (Kind.INVITATION, Kind.ATTENDANCE, Kind.MINUTES)
FIELDS = {  # what may still be typed, by paper
    Kind.INVITATION: ("place", "number", "agenda"),
    Kind.ATTENDANCE: ("place",),
    Kind.MINUTES: ("place", "agenda", "minutes"),
    Kind.MONTH: (),
    Kind.OBSERVATION: (),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """``number`` is that of a meeting or an observation, or for a month of a group, which is ``month``: 202611."""

    kind: Kind
    number: int
    month: int = 0

    @property
    def data(self) -> str:
        """Its place in a button."""
        return f"{self.kind}:{self.number}:{self.month}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who makes a paper, when and in which words; ``said`` is the signature typed for it."""

    session: Session
    person: Person
    say: Texts
    now: datetime
    said: Mapping[str, Any] | None = None

    def today(self, group: Group) -> date:
        """By the wall of the group."""
        return local_day(self.now, group.zone)


@dataclass(frozen=True, slots=True)
class Made:
    """A paper as it would be sent. ``missing``: what it still lacks, by the names of papers.preview; ``about``: for
    the key of its letter, so that it is found again when somebody on it asks for deletion."""

    paper: Paper
    group: Group
    file_name: str
    missing: tuple[str, ...]
    about: str
