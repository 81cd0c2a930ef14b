"""Who answered whom in a group: questions and their first answers, and how often people reply to each other."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community.roles import Role
from storage.database import Session
from storage.models import Consultation, Membership, Message, Person

# Whoever holds several roles in a group speaks there as the first of these.
SPEAKS_AS = (Role.COURSE_FACILITATOR, Role.MENTOR, Role.TEACHER)


class Asked(NamedTuple):
    """Something that waited for an answer, and its first one; both None where nobody has answered."""

    asker: int
    at: datetime
    answerer: int | None
    answered_at: datetime | None


class Replies(NamedTuple):
    """How often one person replied to another."""

    by: int
    to: int
    n: int


Roles = Mapping[int, Sequence[tuple[Role, datetime | None]]]


def _agrees(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    who = aliased(Person)
    return exists().where(who.id == person_id, who.consented_at.is_not(None))


async def questions(session: Session, group_id: int, since: datetime, until: datetime) -> list[Asked]:
    """Consultations asked in [since, until), each with the first reply of somebody else; of those who agree. One query.

    What a person found to be no consultation after all is left out.
    """
    reply = aliased(Message)
    rows = await session.execute(
        select(Consultation.id, Consultation.person_id, Consultation.asked_at, reply.person_id, reply.sent_at)
        .join(Message, Message.id == Consultation.message_id)
        .outerjoin(
            reply,
            (reply.group_id == Consultation.group_id) & (reply.sent_at >= Consultation.asked_at)
            & (reply.chat_id == Message.chat_id) & (reply.person_id != Consultation.person_id)
            & or_(reply.reply_to == Message.tg_message_id, reply.reply_to == Consultation.post_id)
            & _agrees(reply.person_id),
        )
        .where(
            Consultation.group_id == group_id, Consultation.asked_at >= since, Consultation.asked_at < until,
            Message.label == "consultation", _agrees(Consultation.person_id),
        )
        .order_by(Consultation.id, reply.sent_at, reply.id)
    )  # fmt: skip
    found: dict[int, Asked] = {}
    for number, asker, at, answerer, answered_at in rows:
        found.setdefault(number, Asked(asker, at, answerer, answered_at))
    return list(found.values())


async def replies(session: Session, group_id: int, since: datetime, until: datetime) -> list[Replies]:
    """How often each replied to each in [since, until), of those who agree; one query."""
    said = aliased(Message)
    rows = await session.execute(
        select(Message.person_id, said.person_id, func.count())
        .join(said, (said.chat_id == Message.chat_id) & (said.tg_message_id == Message.reply_to))
        .where(
            Message.group_id == group_id, Message.sent_at >= since, Message.sent_at < until,
            said.person_id != Message.person_id, _agrees(Message.person_id), _agrees(said.person_id),
        )
        .group_by(Message.person_id, said.person_id)
        .order_by(Message.person_id, said.person_id)
    )  # fmt: skip
    return [Replies(by, to, n) for by, to, n in rows]


async def last_said(session: Session, group_id: int, person_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these people last wrote in the group, who ever did; one query."""
    rows = await session.execute(
        select(Message.person_id, func.max(Message.sent_at))
        .where(Message.group_id == group_id, Message.person_id.in_(list(person_ids)))
        .group_by(Message.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def roles(session: Session, group_id: int) -> Roles:
    """The roles of SPEAKS_AS that people hold or held in the group, each with its end; one query."""
    rows = await session.execute(
        select(Membership.person_id, Membership.role, Membership.until)
        .where(Membership.group_id == group_id, Membership.role.in_([str(role) for role in SPEAKS_AS]))
    )  # fmt: skip
    found: dict[int, list[tuple[Role, datetime | None]]] = {}
    for person, role, until in rows:
        found.setdefault(person, []).append((Role(role), until))
    return found


def spoke_as(held: Roles, person_id: int | None, at: datetime) -> Role | None:
    """The role in which somebody spoke then; None for who held none of the three.

    A role given back and taken again counts from the first time on: the row keeps one end alone.
    """
    then = {role for role, until in held.get(person_id or 0, ()) if until is None or until > at}
    return next((role for role in SPEAKS_AS if role in then), None)
