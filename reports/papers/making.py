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
    PLAN = "rhk"


OF_MEETINGS = (Kind.INVITATION, Kind.ATTENDANCE, Kind.MINUTES)
OF_GROUPS = (*OF_MEETINGS, Kind.MONTH, Kind.OBSERVATION)  # in /berkas; a work plan has its own door
FIELDS = {  # what may still be typed, by paper
    Kind.INVITATION: ("place", "number", "agenda"),
    Kind.ATTENDANCE: ("place",),
    Kind.MINUTES: ("place", "agenda", "minutes"),
    Kind.MONTH: (),
    Kind.OBSERVATION: (),
    Kind.PLAN: (),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """``number`` is that of a meeting, an observation or a work plan, or for a month of its group.

    ``detail`` is that month, 202611, or of a work plan what goes along, a bit for each part.
    """

    kind: Kind
    number: int
    detail: int = 0

    @property
    def data(self) -> str:
        """Its place in a button."""
        return f"{self.kind}:{self.number}:{self.detail}"


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
    the key of its letter, so that it is found again when somebody on it asks for deletion; ``ask``: what is left to
    choose, as Telegram HTML. Only a work plan may be without a group."""

    paper: Paper
    group: Group | None
    file_name: str
    missing: tuple[str, ...]
    about: str
    ask: str = ""
    signs: bool = True  # whoever has it made signs it
