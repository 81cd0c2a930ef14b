"""Who answered whom in groups: questions with their first answers, and the roles in which people spoke."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community.roles import Role
from storage.bulk import among
from storage.database import Session
from storage.models import Consultation, Membership, Message, Person

# Whoever holds several roles in a group speaks there as the first of these.
SPEAKS_AS = (Role.COURSE_FACILITATOR, Role.MENTOR, Role.TEACHER)
_ROLES = {str(role): role for role in SPEAKS_AS}


class Asked(NamedTuple):
    """Something that waited for an answer, and its first one; both None where nobody has answered."""

    asker: int
    at: datetime
    answerer: int | None
    answered_at: datetime | None


Roles = Mapping[int, Sequence[tuple[Role, datetime | None]]]


def _agrees(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    who = aliased(Person)
    return exists().where(who.id == person_id, who.consented_at.is_not(None))


async def questions(
    session: Session, group_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[Asked]]:
    """By group, consultations asked in [since, until), each with the first reply of somebody else; one query.

    Of those who agree. What a person found to be no consultation after all is left out.
    """
    reply, first = aliased(Message), aliased(Message)
    # Asked of each question by itself, by the index of who replied to what: as a join PostgreSQL would read what was
    # said in the group since each question.
    first_id = (
        select(reply.id)
        .where(
            reply.chat_id == Message.chat_id, reply.reply_to.in_((Message.tg_message_id, Consultation.post_id)),
            reply.person_id != Consultation.person_id, reply.sent_at >= Consultation.asked_at,
            _agrees(reply.person_id),
        )
        .order_by(reply.sent_at, reply.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    rows = await session.execute(
        select(Consultation.group_id, Consultation.person_id, Consultation.asked_at, first.person_id, first.sent_at)
        .join(Message, Message.id == Consultation.message_id)
        .outerjoin(first, first.id == first_id)
        .where(
            among(session, Consultation.group_id, group_ids), Consultation.asked_at >= since,
            Consultation.asked_at < until, Message.label == "consultation", _agrees(Consultation.person_id),
        )
        .order_by(Consultation.id)
    )  # fmt: skip
    found: dict[int, list[Asked]] = {number: [] for number in group_ids}
    for group_id, asker, at, answerer, answered_at in rows:
        found[group_id].append(Asked(asker, at, answerer, answered_at))
    return found


async def roles(session: Session, group_ids: Sequence[int]) -> dict[int, Roles]:
    """By group, the roles of SPEAKS_AS that people hold or held in it, each with its end, in that order; one query."""
    rows = await session.execute(
        select(Membership.group_id, Membership.person_id, Membership.role, Membership.until)
        .where(among(session, Membership.group_id, group_ids), Membership.role.in_([str(role) for role in SPEAKS_AS]))
    )  # fmt: skip
    found: dict[int, dict[int, list[tuple[Role, datetime | None]]]] = {number: {} for number in group_ids}
    for group_id, person, role, until in rows:
        found[group_id].setdefault(person, []).append((_ROLES[role], until))
    for several in [each for held in found.values() for each in held.values() if len(each) > 1]:
        several.sort(key=lambda one: SPEAKS_AS.index(one[0]))
    return {number: held for number, held in found.items()}  # noqa: C416 — the values are read only from here


def spoke_as(held: Roles, person_id: int | None, at: datetime) -> Role | None:
    """The role in which somebody spoke then; None for who held none of the three.

    A role given back and taken again counts from the first time on: the row keeps one end alone.
    """
    for role, until in held.get(person_id or 0, ()):
        if until is None or until > at:
            return role
    return None
