"""Today's lessons for one person, and the few before them that are worth catching up with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, update

from community import calendar, people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.lessons import Lesson
from learning import deliveries, versions
from learning.kinds import REFLECTS
from storage.database import Session
from storage.models import Delivery, Group, Membership, Person, Reflection, Trial

MOST = 3
WITHIN = timedelta(days=14)  # what is older is no longer offered; /refleksi still finds it
_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt with its group and lesson."""

    delivery: Delivery
    group: Group
    lesson: Lesson


@dataclass(frozen=True, slots=True)
class Today:
    """`today` first; `earlier` are at most three worth catching up with, newest first.

    `last`: where there is nothing for today and nothing to catch up with, the last one.
    """

    today: Sequence[Shown]
    earlier: Sequence[Shown]
    last: Shown | None


async def today(session: Session, person: Person | None, now: datetime) -> Today:
    """What there is for this person now, whatever their role in the group. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    found = await _delivered(session, person, now)
    lessons = await versions.lessons_of(session, [one for one, *_ in found])
    shown = [(Shown(one, group, lessons[one.id]), owed) for one, group, owed in found if one.id in lessons]
    fresh = [
        one for one, _ in shown
        if one.delivery.day == calendar.local_day(now, person.zone or one.group.zone)
    ]  # fmt: skip
    worth = [one for one, owed in shown if owed and one not in fresh][:MOST]
    return Today(fresh, worth, shown[0][0] if shown and not fresh and not worth else None)


async def _delivered(session: Session, person: Person, now: datetime) -> Sequence[tuple[Delivery, Group, bool]]:
    """Prompts that reached the person's groups or the person, newest first; True: not answered, and still offered."""
    in_groups = [group.id for group in await people.groups_of(session, person.id)]
    teaches = (
        select(
            Membership.group_id,
            func.max(Membership.since).label("since"),
            func.max(Membership.caught_up_at).label("done"),
        )
        .where(Membership.person_id == person.id, Membership.until.is_(None), Membership.role == Role.TEACHER)
        .group_by(Membership.group_id)
        .subquery()
    )
    answered = or_(
        exists().where(Trial.delivery_id == Delivery.id, Trial.person_id == person.id),
        exists().where(
            Reflection.delivery_id == Delivery.id, Reflection.person_id == person.id, Reflection.kind.in_(REFLECTS)
        ),
    )
    offered = (
        (Delivery.delivered_at >= now - WITHIN)
        & (Delivery.delivered_at >= teaches.c.since)
        & or_(teaches.c.done.is_(None), Delivery.delivered_at > teaches.c.done)
    )
    rows = await session.execute(
        select(Delivery, Group, (offered & ~answered).label("owed"))
        .join(Group, Group.id == Delivery.group_id)
        .outerjoin(teaches, teaches.c.group_id == Delivery.group_id)
        .where(
            Delivery.group_id.in_(in_groups), Delivery.delivered_at.is_not(None),
            or_(Delivery.person_id.is_(None), Delivery.person_id == person.id),
        )
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(_CANDIDATES)
    )  # fmt: skip
    return [(one, group, bool(owed)) for one, group, owed in rows]


async def skip_all(session: Session, person: Person | None, group_id: int | None, now: datetime) -> None:
    """ "Lewati semua": what came until now is not offered or reminded of any more, in one group or in all.

    Raises NeedsConsent, NotAllowed.
    """
    if person is None:
        raise NeedsConsent
    mine = [Membership.person_id == person.id, Membership.role == Role.TEACHER, Membership.until.is_(None)]
    if group_id is not None:
        mine.append(Membership.group_id == group_id)
    done = await session.scalars(
        update(Membership)
        .where(*mine)
        .values(caught_up_at=now)
        .returning(Membership.id)
        .execution_options(synchronize_session=False)
    )
    if not done.all():
        raise NotAllowed("learning.join_first")


async def again(session: Session, person: Person | None, delivery_id: int) -> Shown:
    """One earlier prompt, to be read again by somebody of its group. Raises NeedsConsent, NotAllowed, Gone."""
    if person is None:
        raise NeedsConsent(f"r{delivery_id}")
    delivery, group, lesson = await deliveries.get(session, delivery_id)
    theirs = delivery.person_id in (None, person.id)
    if not theirs or not await people.roles_in(session, person.id, group.id):
        raise NotAllowed("learning.join_first")
    return Shown(delivery, group, lesson)
