"""Who takes part, as counts: prompts that arrived, teachers who tried, teachers who reflected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from community import groups
from learning import activity
from storage.bulk import among
from storage.database import Session
from storage.models import Delivery, Group


@dataclass(frozen=True, slots=True)
class Participation:
    """Teachers (not acts) who tried or reflected at least once, of `of` teachers in the group."""

    prompts: int
    tried: int
    reflected: int
    of: int


async def participation(session: Session, group: Group, since: datetime, until: datetime) -> Participation:
    """Counts for [since, until); nobody is named."""
    return (await of_groups(session, [group], since, until))[group.id]


async def of_groups(
    session: Session, here: Sequence[Group], since: datetime, until: datetime
) -> dict[int, Participation]:
    """The same of each group, by its number; four queries."""
    ids = [group.id for group in here]
    arrived = await session.execute(
        select(Delivery.group_id, func.count())
        .where(among(session, Delivery.group_id, ids), Delivery.delivered_at >= since, Delivery.delivered_at < until)
        .group_by(Delivery.group_id)
    )
    prompts = {row[0]: row[1] for row in arrived}
    acts, sizes = await activity.people_of(session, ids, since, until), await groups.teachers_of(session, here)
    return {number: Participation(prompts.get(number, 0), *acts[number], sum(sizes[number])) for number in ids}
