"""Questions about the work that were asked in a group: which are open, and how one is settled.

A question is a message that the tagger or a person calls a consultation and that asks (the codebook's rules 2, 3, 5
and 10). How an open one is carried on is in community.carrying.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, literal, select
from sqlalchemy.orm import aliased

from community import asking, people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Consultation, Group, GroupChat, Message, Person

# The tagger's reasons, as they are stored with a message.
ASKING, ADVISING = asking.ASKING, asking.ADVISING
_SETTLES = frozenset({Role.FACILITATOR, Role.MENTOR, Role.COURSE_FACILITATOR, Role.COACH})


class Settled(Refusal):
    """The question was settled already, or it is none of theirs to close: a forged button learns nothing else."""

    text_key = "consultations.settled"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question nobody has answered yet, where it stands and who asked it."""

    row: Consultation
    said: Message
    asker: Person
    group: Group
    chat: GroupChat
    answered: bool  # somebody else replied to it
    advised: bool  # somebody gave advice since, but not as a reply to it


def is_question(row: Mapping[str, Any]) -> bool:
    """Does a recorded message open a consultation? An answer to somebody never does."""
    return row["label"] == "consultation" and row["reply_to"] is None and row["reason"] in ASKING


async def asked(session: Session, recorded: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Note the questions among messages that were just recorded, by their id; one statement, and none without any."""
    rows = [
        {
            "group_id": row["group_id"], "message_id": number, "person_id": row["person_id"],
            "asked_at": row["sent_at"], "stage": 0, "next_at": row["sent_at"],
        }
        for number, row in recorded
        if is_question(row)
    ]  # fmt: skip
    await insert_rows(session, Consultation, rows, unique=("message_id",))


def _answered() -> ColumnElement[bool]:
    """Somebody else replied to the question, or to the letter that brought it before the group."""
    reply = aliased(Message)
    return exists().where(
        reply.chat_id == Message.chat_id, reply.person_id != Consultation.person_id,
        reply.reply_to.in_((Message.tg_message_id, Consultation.post_id)),
    )  # fmt: skip


def _advised() -> ColumnElement[bool]:
    """Somebody else gave advice or material since, without replying to anything."""
    said = aliased(Message)
    return exists().where(
        said.group_id == Consultation.group_id, said.sent_at > Consultation.asked_at, said.reply_to.is_(None),
        said.person_id != Consultation.person_id, said.reason.in_(ADVISING),
    )  # fmt: skip


async def waiting(
    session: Session, *where: ColumnElement[bool], most: int = 200, with_advice: bool = True
) -> list[Waiting]:
    """Questions that are not settled, the oldest first, with what was said since; one query.

    ``with_advice`` looks for it in everything the group said since each of them: for the few that are carried on.
    """
    advised = _advised() if with_advice else literal(False)
    rows = await session.execute(
        select(Consultation, Message, Person, Group, GroupChat, _answered(), advised)
        .join(Message, Message.id == Consultation.message_id)
        .join(Person, Person.id == Consultation.person_id)
        .join(Group, Group.id == Consultation.group_id)
        .join(GroupChat, GroupChat.id == Message.chat_id)
        .where(Consultation.settled_at.is_(None), Person.consented_at.is_not(None), *where)
        .order_by(Consultation.asked_at, Consultation.id)
        .limit(most)
        .with_for_update(of=Consultation, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [Waiting(*row) for row in rows]


async def open_in(session: Session, group_ids: Sequence[int], most: int = 200) -> list[Waiting]:
    """What is still without an answer in those groups: a reply counts at once, before anybody settles it.

    Whether somebody gave advice without replying is not looked for.
    """
    here = and_(Consultation.group_id.in_(group_ids), Message.label == "consultation")
    return [one for one in await waiting(session, here, most=most, with_advice=False) if not one.answered]


class Unanswered(NamedTuple):
    """An open question as a list tells of it."""

    number: int
    group_id: int
    asker_id: int
    at: datetime
    words: str  # none once the message is too old


async def unanswered(session: Session, asker_ids: Collection[int]) -> list[Unanswered]:
    """What these people asked and nobody answered, the oldest first; one query, and nothing is locked."""
    rows = await session.execute(
        select(Consultation.id, Consultation.group_id, Consultation.person_id, Consultation.asked_at, Message.text)
        .join(Message, Message.id == Consultation.message_id)
        .where(
            among(session, Consultation.person_id, asker_ids), Consultation.settled_at.is_(None),
            Message.label == "consultation", ~_answered(),
        )
        .order_by(Consultation.asked_at, Consultation.id)
    )  # fmt: skip
    return [Unanswered(*row[:4], " ".join((row.text or "").split())) for row in rows]


async def settle(session: Session, person: Person | None, consultation_id: int, now: datetime) -> Consultation:
    """ "Sudah terjawab", by who asked or by somebody who accompanies the group. Raises NeedsConsent, Settled."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.get(Consultation, consultation_id, populate_existing=True)
    if row is None or row.settled_at is not None:
        raise Settled
    if row.person_id != person.id and _SETTLES.isdisjoint(await people.roles_in(session, person.id, row.group_id)):
        raise Settled
    close(row, "asker" if row.person_id == person.id else "helper", now)
    await session.flush()
    return row


async def not_yet(session: Session, person: Person | None, consultation_id: int) -> Consultation:
    """ "Belum": what was said was no answer; it goes on waiting. For the asker alone. Raises NeedsConsent, Settled."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.get(Consultation, consultation_id, populate_existing=True)
    if row is None or row.settled_at is not None or row.person_id != person.id:
        raise Settled
    return row


def close(row: Consultation, how: str, now: datetime) -> None:
    """The question waits no longer: reply, asker, helper or tag says why."""
    row.settled, row.settled_at, row.next_at = how, now, None


async def hours(session: Session, person: Person | None, group_id: int, chosen: int | None = None) -> Group:
    """After how many working hours a group's questions are carried on; ``chosen`` sets it (0: never).

    Raises NeedsConsent, NotAllowed for all but the facilitator.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    if Role.FACILITATOR not in await people.roles_in(session, person.id, group_id):
        raise NotAllowed
    group = await session.get_one(Group, group_id)
    if chosen is not None:
        group.consult_hours = chosen
        await session.flush()
    return group
