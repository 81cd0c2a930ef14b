"""What is going to be sent, as values; and what of it waits in the outbox already: letters and broadcasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, null, or_, select, update

from community import calendar, rights
from community.ledger import count_words
from community.refusals import Refusal
from community.rights import ALLOWED, Action
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.models import Broadcast, Group, Letter, Membership, Person, Survey
from storage.outbox import CALLED_OFF

AHEAD = timedelta(days=14)  # what comes round, and is not written yet, is told of for so long
MOST = 200  # letters, or broadcasts, that are looked at
# The beginning of a letter's key tells what it is; what is not named here is "another message".
KINDS = {
    "prompt": "lesson", "copy": "lesson", "remind": "reminder", "digest": "digest", "question": "question",
    "answer": "answer", "pair": "pair", "recap": "recap", "cast": "broadcast", "feedback": "feedback", "side": "lesson",
    "quiz": "lesson", "agenda": "agenda", "synthesis": "synthesis", "course": "course", "year": "year",
    "buddy": "buddy", "accompany": "buddy", "passon": "passon", "pulse": "pulse", "ended": "ended",
    "survey": "survey",
}  # fmt: skip
_SENDS = ("send%", "copyMessage%", "forwardMessage%")
_DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is going to be sent: when, what, and how it is called off, if it may be.

    `action` and `number` are those of its button; what others count on has none, but a page it `leads_to`, where it is
    moved or called off. `debts` are the keys under which the letter to this person would be written. What is
    `waits_for_leave` is not sent on days on which the person is away.
    """

    at: datetime
    zone: str
    what: str  # plain text
    action: str = ""
    number: int = 0
    groups: tuple[Group, ...] = ()
    ids: tuple[int, ...] = ()  # the rows behind it, where it stands for several
    debts: tuple[str, ...] = ()
    waits_for_leave: bool = False
    leads_to: str = ""

    @property
    def stamp(self) -> int:
        """Its moment in minutes: a button that was tapped before, or is of an old list, means another one."""
        return int(self.at.timestamp()) // 60

    @property
    def day(self) -> date:
        """The local date."""
        return calendar.local_day(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Place:
    """An active group of the person's, with their memberships by role; is a survey planned or open in it?"""

    group: Group
    own: Mapping[Role, Membership]
    surveyed: bool = False

    def may(self, action: Action) -> bool:
        """Does one of their roles open it here?"""
        return rights.may(self.own, action)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at what is coming; `only`: at one group of theirs alone."""

    person: Person
    places: Sequence[Place]
    say: Texts
    now: datetime
    only: Group | None = None

    def zone(self, group: Group | None = None) -> str:
        """On whose wall the moments are told: the person's own, else the group's."""
        return self.person.zone or (group.zone if group else _DEFAULT_ZONE)

    def soon(self, at: datetime | None) -> bool:
        """Is it to come, and within AHEAD?"""
        return at is not None and self.now < at <= self.now + AHEAD


class Gone(Refusal):
    """It was sent already, or it is none of theirs (buttons can be forged): the answer is the same."""

    text_key = "schedule.gone"


async def places(session: Session, person: Person) -> list[Place]:
    """The active groups the person is in, by title; one query."""
    surveyed = exists().where(Survey.group_id == Group.id, Survey.closed_at.is_(None))
    rows = await session.execute(
        select(Membership, Group, surveyed)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.person_id == person.id, Membership.until.is_(None), Group.state == "active")
        .order_by(Group.title, Group.id)
        .execution_options(populate_existing=True)  # a tap has just changed something in this very session
    )
    found: dict[int, tuple[Group, dict[Role, Membership], bool]] = {}
    for membership, group, asks in rows:
        found.setdefault(group.id, (group, {}, asks))[1][Role(membership.role)] = membership
    return [Place(*one) for one in found.values()]


def _mine(person: Person) -> ColumnElement[bool]:
    """Letters that a person may call off: their own, and those to them that carry nobody else's words."""
    to_them = and_(Letter.chat_id == (person.tg_user_id or 0), Letter.person_id.is_(None))
    return or_(Letter.person_id == person.id, to_them)


def _sends() -> ColumnElement[bool]:
    return or_(*(Letter.method.like(pattern) for pattern in _SENDS))


def _in_led(person: Person) -> ColumnElement[bool]:
    """Letters into groups the person leads; not the copies of a broadcast, which is told of as one."""
    roles = [str(role) for role in ALLOWED[Action.BROADCAST]]
    led = select(Membership.group_id).where(
        Membership.person_id == person.id, Membership.until.is_(None), Membership.role.in_(roles)
    )
    return and_(Letter.group_id.in_(led), Letter.chat_id < 0, ~Letter.key.startswith("cast"))


async def letters(session: Session, viewer: Viewer) -> list[Coming]:
    """Letters that are written and wait for their hour: to the person, and into the groups they lead. One query."""
    person, chat, say = viewer.person, viewer.person.tg_user_id or 0, viewer.say
    query = (
        select(Letter, Group)
        .outerjoin(Group, Group.id == Letter.group_id)
        .where(Letter.state == "pending", Letter.due_at > viewer.now, _sends())
        .where(or_(_mine(person), Letter.chat_id == chat, _in_led(person)))
        .order_by(Letter.due_at, Letter.id)
        .limit(MOST)
    )
    query = query.where(Letter.group_id == viewer.only.id) if viewer.only is not None else query
    found = []
    for letter, group in await session.execute(query):
        kind = say.plain(f"schedule.kind.{KINDS.get(letter.key.partition(':')[0], 'other')}")
        own = letter.chat_id == chat or group is None
        what = kind if own else say.plain("schedule.in_group", what=kind, group=group.title)
        free = letter.person_id == person.id or (letter.person_id is None and letter.chat_id == chat)
        action = "drop" if free or (letter.chat_id or 0) < 0 else ""
        found.append(Coming(letter.due_at, viewer.zone(group), what, action, letter.id))
    return found


async def broadcasts(session: Session, viewer: Viewer) -> list[Coming]:
    """One's own broadcasts that are planned or on their way; one query."""
    waits = Broadcast.state.in_(("scheduled", "sending"))
    query = select(Broadcast).where(Broadcast.created_by == viewer.person.id, waits, Broadcast.due_at.is_not(None))
    casts = await session.scalars(query.order_by(Broadcast.due_at, Broadcast.id).limit(MOST))
    return [
        Coming(
            cast.due_at, viewer.zone(),
            viewer.say.plain("schedule.broadcast", count=count_words(cast, viewer.say)), "stop", cast.id,
        )
        for cast in casts
        if cast.due_at is not None
    ]  # fmt: skip


async def call_off(session: Session, person: Person, letter_id: int, now: datetime) -> bool:
    """A letter that waits is not sent. False for what was sent or is somebody else's."""
    dropped = await session.scalar(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == "pending", _sends(), or_(_mine(person), _in_led(person)))
        .values(state="dropped", error=CALLED_OFF, params=null(), then_data=null(), finished_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return dropped is not None
