"""Days on which somebody is away: left out of prompts, pairs and denominators, without a reason."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from storage.database import Session
from storage.models import Leave


async def away(session: Session, person_ids: Collection[int], day: date) -> set[int]:
    """Which of these people are on leave that day; one query."""
    query = select(Leave.person_id).where(
        Leave.person_id.in_(person_ids), Leave.first_day <= day, Leave.last_day >= day
    )
    return set(await session.scalars(query)) if person_ids else set()
