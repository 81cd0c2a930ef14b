"""Who takes part, as counts: prompts that arrived, teachers who tried, teachers who reflected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from community import groups
from learning import activity
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
    arrived = select(func.count()).where(
        Delivery.group_id == group.id, Delivery.delivered_at >= since, Delivery.delivered_at < until
    )
    acts = await activity.of_group(session, group.id, since, until)
    return Participation(
        prompts=await session.scalar(arrived) or 0,
        tried=sum(bool(one.tried) for one in acts),
        reflected=sum(bool(one.reflected) for one in acts),
        of=await groups.size(session, group),
    )
