"""What is going to be sent: to a person, and in the groups they facilitate; and how it is called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, null, or_, select, update

from community import moments
from community.ledger import count_words
from community.refusals import NeedsConsent, Refusal
from community.rights import ALLOWED, Action
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Broadcast, Enrolment, Group, GroupTurn, Letter, Membership, Person

MOST = 20
# The beginning of a letter's key tells what it is; what is not named here is "another message".
KINDS = {
    "prompt": "lesson", "copy": "lesson", "remind": "reminder", "digest": "digest", "question": "question",
    "answer": "answer", "pair": "pair", "recap": "recap", "cast": "broadcast", "feedback": "feedback", "side": "lesson",
    "quiz": "lesson", "agenda": "agenda", "synthesis": "synthesis",
}  # fmt: skip
# What comes round and is seen by the group; the other turns only ask somebody or tidy up.
TURNS = {"pairs": "pairs", "synthesis": "synthesis", "agenda_post": "agenda", "pulse": "pulse"}
_SENDS = ("send%", "copyMessage%", "forwardMessage%")
_DEFAULT_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that is going to be sent: when, what, and the button that calls it off, if it may be."""

    at: datetime
    zone: str
    what: str  # plain text
    action: str = ""  # drop, stop, skip
    number: int = 0


class Gone(Refusal):
    """It was sent already, or it is none of theirs (buttons can be forged): the answer is the same."""

    text_key = "schedule.gone"


def _mine(person: Person) -> ColumnElement[bool]:
    """Letters that a person may call off: their own, and those to them that carry nobody else's words."""
    to_them = and_(Letter.chat_id == (person.tg_user_id or 0), Letter.person_id.is_(None))
    return or_(Letter.person_id == person.id, to_them)


def _sends() -> ColumnElement[bool]:
    return or_(*(Letter.method.like(pattern) for pattern in _SENDS))


def _led(person: Person, action: Action) -> Any:
    """The groups in which a role of the person's opens the action."""
    roles = [str(role) for role in ALLOWED[action]]
    return select(Membership.group_id).where(
        Membership.person_id == person.id, Membership.until.is_(None), Membership.role.in_(roles)
    )


async def page(session: Session, person: Person | None, say: Texts, now: datetime) -> tuple[str, list[list[Button]]]:
    """Everything that is pending, the nearest first, with a button for each that may be called off.

    Four queries. Raises NeedsConsent.
    """
    if person is None:
        raise NeedsConsent
    listed = [
        *await _letters(session, person, say, now),
        *await _lessons(session, person, say, now),
        *await _turns(session, person, say, now),
        *await _broadcasts(session, person, say),
    ]
    listed = sorted(listed, key=lambda one: one.at)[:MOST]
    if not listed:
        return say("schedule.nothing"), []
    lines = [
        say("schedule.line", n=at, moment=moments.said(one.at, one.zone, say), what=one.what)
        for at, one in enumerate(listed, start=1)
    ]
    return say("schedule.title") + "\n\n" + "\n".join(lines), _buttons(listed, say)


def _buttons(listed: Sequence[Coming], say: Texts) -> list[list[Button]]:
    rows = []
    for at, one in enumerate(listed, start=1):
        if one.action:
            label = say.plain(f"schedule.button.{one.action}", n=at, what=one.what)
            rows.append([button(label[:60], f"sched:{one.action}:{one.number}")])
    return rows


async def _letters(session: Session, person: Person, say: Texts, now: datetime) -> list[Coming]:
    """Letters that are written and wait for their hour: to the person, and into the groups they lead."""
    to_me, chat = Letter.chat_id == (person.tg_user_id or 0), person.tg_user_id or 0
    in_mine = and_(Letter.group_id.in_(_led(person, Action.BROADCAST)), Letter.chat_id < 0)
    own_cast = Letter.key.startswith("cast")  # into groups: told as one broadcast, not copy by copy
    query = (
        select(Letter, Group.title, Group.zone)
        .outerjoin(Group, Group.id == Letter.group_id)
        .where(Letter.state == "pending", Letter.due_at > now, _sends())
        .where(or_(_mine(person), to_me, and_(in_mine, ~own_cast)))
        .order_by(Letter.due_at, Letter.id)
        .limit(MOST)
    )
    found = []
    for letter, title, zone in await session.execute(query):
        kind = say.plain(f"schedule.kind.{KINDS.get(letter.key.partition(':')[0], 'other')}")
        what = kind if letter.chat_id == chat or not title else say.plain("schedule.in_group", what=kind, group=title)
        free = letter.person_id == person.id or (letter.person_id is None and letter.chat_id == chat)
        action = "drop" if free or (letter.chat_id or 0) < 0 else ""
        found.append(Coming(letter.due_at, person.zone or zone or _DEFAULT_ZONE, what, action, letter.id))
    return found


async def _lessons(session: Session, person: Person, say: Texts, now: datetime) -> list[Coming]:
    """The next lesson at one's own pace, and that of each group one leads."""
    led = and_(Enrolment.person_id.is_(None), Enrolment.group_id.in_(_led(person, Action.SET_UP)))
    query = (
        select(Enrolment, Group.title, Group.zone)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Enrolment.next_at > now, or_(Enrolment.person_id == person.id, led), Group.state == "active")
        .order_by(Enrolment.next_at, Enrolment.id)
        .limit(MOST)
    )
    found = []
    for enrolment, title, zone in await session.execute(query):
        own = enrolment.person_id is not None
        what = say.plain("schedule.own_lesson") if own else say.plain("schedule.group_lesson", group=title)
        if enrolment.next_at is not None:
            found.append(Coming(enrolment.next_at, person.zone or zone, what, "skip", enrolment.id))
    return found


async def _turns(session: Session, person: Person, say: Texts, now: datetime) -> list[Coming]:
    """What comes round in the groups one leads: pairs, synthesis, agenda, pulse."""
    query = (
        select(GroupTurn.name, GroupTurn.next_at, Group.title, Group.zone)
        .join(Group, Group.id == GroupTurn.group_id)
        .where(GroupTurn.group_id.in_(_led(person, Action.BROADCAST)), GroupTurn.next_at > now)
        .where(GroupTurn.name.in_(TURNS), Group.state == "active")
        .order_by(GroupTurn.next_at)
        .limit(MOST)
    )
    return [
        Coming(
            at, person.zone or zone,
            say.plain("schedule.in_group", what=say.plain(f"schedule.turn.{TURNS[name]}"), group=title),
        )
        for name, at, title, zone in await session.execute(query)
        if at is not None
    ]  # fmt: skip


async def _broadcasts(session: Session, person: Person, say: Texts) -> list[Coming]:
    """One's own broadcasts that are planned or on their way."""
    waits = Broadcast.state.in_(("scheduled", "sending"))
    query = select(Broadcast).where(Broadcast.created_by == person.id, waits, Broadcast.due_at.is_not(None))
    casts = await session.scalars(query.order_by(Broadcast.due_at, Broadcast.id).limit(MOST))
    return [
        Coming(
            cast.due_at, person.zone or _DEFAULT_ZONE, say.plain("schedule.broadcast", count=count_words(cast, say)),
            "stop", cast.id,
        )
        for cast in casts
        if cast.due_at is not None
    ]  # fmt: skip


async def call_off(session: Session, person: Person | None, letter_id: int, now: datetime) -> None:
    """A letter that waits is not sent. Raises NeedsConsent, or Gone for what was sent or is somebody else's."""
    if person is None:
        raise NeedsConsent
    in_mine = and_(
        Letter.group_id.in_(_led(person, Action.BROADCAST)), Letter.chat_id < 0, ~Letter.key.startswith("cast")
    )
    dropped = await session.scalar(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state == "pending", _sends(), or_(_mine(person), in_mine))
        .values(state="dropped", error="cancelled", params=null(), then_data=null(), finished_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    if dropped is None:
        raise Gone
