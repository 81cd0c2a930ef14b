"""Worksheets as something that waits for an answer: who handed in, who answered, and when."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community.interactions import Asked
from storage.bulk import among
from storage.database import Session
from storage.models import Delivery, HandIn, Person


async def hand_ins(
    session: Session, group_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, list[Asked]]:
    """By group, worksheets handed in within [since, until), with their answers; of those who agree. One query."""
    giver = aliased(Person)
    rows = await session.execute(
        select(Delivery.group_id, HandIn.person_id, HandIn.handed_at, giver.id, HandIn.answered_at)
        .select_from(HandIn)
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .join(Person, Person.id == HandIn.person_id)
        .outerjoin(giver, (giver.id == HandIn.answered_by) & giver.consented_at.is_not(None))
        .where(among(session, Delivery.group_id, group_ids), HandIn.handed_at >= since, HandIn.handed_at < until)
        .where(Person.consented_at.is_not(None))
        .order_by(HandIn.handed_at, HandIn.id)
    )
    found: dict[int, list[Asked]] = {number: [] for number in group_ids}
    for group_id, asker, at, by, answered_at in rows:
        found[group_id].append(Asked(asker, at, by, answered_at if by else None))
    return found


async def last_answered(session: Session, group_id: int, person_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these people last answered a worksheet in the group, who ever did; one query."""
    rows = await session.execute(
        select(HandIn.answered_by, func.max(HandIn.answered_at))
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .where(Delivery.group_id == group_id, among(session, HandIn.answered_by, person_ids))
        .group_by(HandIn.answered_by)
    )
    return {person: at for person, at in rows if person is not None and at is not None}
