"""Who takes part, as counts: prompts that arrived, teachers who tried, teachers who reflected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from community import groups
from community.roles import Role
from learning import activity
from storage.bulk import among
from storage.database import Session
from storage.models import Delivery, Group, Meeting, MeetingAttendance, Membership


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


class Met(NamedTuple):
    """Meetings that were held, and the teachers of the group who were at one of them at least."""

    held: int
    teachers: int


async def met(session: Session, here: Sequence[Group], since: datetime, until: datetime) -> dict[int, Met]:
    """Of each group, by its number, for meetings that began in [since, until); one query."""
    came = and_(MeetingAttendance.meeting_id == Meeting.id, MeetingAttendance.present.is_(True))
    teaches = and_(
        Membership.person_id == MeetingAttendance.person_id, Membership.group_id == Meeting.group_id,
        Membership.role == str(Role.TEACHER), Membership.until.is_(None),
    )  # fmt: skip
    rows = await session.execute(
        select(
            Meeting.group_id, func.count(Meeting.id.distinct()), func.count(Membership.person_id.distinct())
        )
        .outerjoin(MeetingAttendance, came)
        .outerjoin(Membership, teaches)
        .where(
            among(session, Meeting.group_id, [group.id for group in here]), Meeting.state == "held",
            Meeting.starts_at >= since, Meeting.starts_at < until,
        )
        .group_by(Meeting.group_id)
    )  # fmt: skip
    return dict.fromkeys([group.id for group in here], Met(0, 0)) | {row[0]: Met(row[1], row[2]) for row in rows}
