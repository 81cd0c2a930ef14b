"""Who has let several prompts go by: told to the coach alone, so that somebody can say hello."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from community.roles import Role
from learning import activity
from storage.database import Session
from storage.models import Delivery, Group, Membership, Person

MISSED = 3  # prompts without a sign before somebody counts as silent


async def silent(session: Session, group: Group, at: datetime, but: int) -> Sequence[Person]:
    """Teachers who agreed and gave no sign since the third last prompt before `at`; never the person `but`.

    Whoever joined or agreed after that prompt is not silent, they are new.
    """
    arrived = await session.scalars(
        select(Delivery.delivered_at)
        .where(Delivery.group_id == group.id, Delivery.delivered_at <= at)
        .order_by(Delivery.delivered_at.desc())
        .limit(MISSED)
    )
    prompts = [moment for moment in arrived if moment is not None]
    if len(prompts) < MISSED:
        return ()
    since = prompts[-1]
    active = {one.person_id for one in await activity.of_group(session, group.id, since, at)}
    teachers = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.group_id == group.id,
            Membership.role == Role.TEACHER,
            Membership.since <= since,
            or_(Membership.until.is_(None), Membership.until > at),
            Person.consented_at <= since,
            Person.id != but,
        )
        .order_by(Person.name, Person.id)
    )
    return [person for person in teachers if person.id not in active]
