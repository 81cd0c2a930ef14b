"""Who said how much of what in many groups at once, as numbers: nobody's words, and no name."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from community.library.collecting import ANSWER
from community.roles import Role
from community.spans import within
from community.tagging import quantify
from storage.database import Session
from storage.models import LibraryEntry, Membership, Message


class Spoke(NamedTuple):
    """Messages of one person with one label and one confidence."""

    person_id: int
    teaches: bool  # in that group, now
    label: str
    step: int  # of twentieths
    n: int
    shared: int  # links and files that the library keeps of them


async def of_groups(session: Session, since: Mapping[int, datetime], until: datetime) -> dict[int, list[Spoke]]:
    """By group, what was recorded from the group's own moment to ``until``, excluded; one query."""
    teaches = and_(
        Membership.person_id == Message.person_id, Membership.group_id == Message.group_id,
        Membership.role == str(Role.TEACHER), Membership.until.is_(None),
    )  # fmt: skip
    material = and_(LibraryEntry.message_id == Message.id, LibraryEntry.place < ANSWER)
    parts = (Message.group_id, Message.person_id, Message.label, Message.confidence)
    rows = await session.execute(
        select(
            *parts, func.count(Membership.id) > 0, func.count(Message.id.distinct()),
            func.count(LibraryEntry.id.distinct()),
        )
        .outerjoin(Membership, teaches)
        .outerjoin(LibraryEntry, material)
        .where(within(session, since, Message.group_id, Message.sent_at, until))
        .group_by(*parts)
    )  # fmt: skip
    found: dict[int, list[Spoke]] = {number: [] for number in since}
    for group_id, person_id, label, confidence, is_teacher, n, shared in rows:
        found[group_id].append(Spoke(person_id, bool(is_teacher), label, quantify.step(confidence), n, shared))
    return found
