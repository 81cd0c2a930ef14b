"""Who follows which pack: a group on the same day, or one person at their own pace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from community import calendar, people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content import packs
from content.lessons import Pack, UnknownPack
from learning import versions
from learning.due import still_here
from learning.refusals import Gone
from storage.database import Session
from storage.models import Delivery, Enrolment, Group, PackVersion, Person, Programme


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group is in its pack: `position` of its lessons have gone out; `newer`: a later version exists."""

    enrolment: Enrolment
    group: Group
    pack: Pack
    newer: Pack | None


async def enrol(session: Session, group_id: int, pack_id: str, now: datetime) -> Enrolment:
    """The group follows this pack from its next prompt hour on; another pack it followed ends.

    Asked again for the pack it follows, the place in it stays and only the next moment is set anew (the hour or the
    working days may have changed). A pack it has gone through begins anew. Raises UnknownPack.
    """
    chosen = await _chosen(session, pack_id)
    # Two facilitators may finish the set-up at the same moment: the group's row is the lock.
    group = (await session.scalars(select(Group).where(Group.id == group_id).with_for_update())).one()
    cohort = (Enrolment.group_id == group_id, Enrolment.person_id.is_(None))
    await session.execute(
        update(Enrolment)
        .where(*cohort, Enrolment.pack != pack_id, Enrolment.finished_at.is_(None))
        .values(next_at=None, finished_at=now)
    )
    enrolment = await begun(session, group_id, pack_id)
    if enrolment is None:
        await versions.keep(session, chosen, now)
        enrolment = Enrolment(
            group_id=group_id, programme_id=await _shared(session, group_id), pack=pack_id, version=chosen.version,
            position=0, started_at=now,
        )  # fmt: skip
        session.add(enrolment)
    enrolment.finished_at = None
    enrolment.next_at = await first_moment(session, group, now)
    await session.flush()
    return enrolment


async def begun(session: Session, group_id: int, pack_id: str) -> Enrolment | None:
    """The enrolment that goes on when the group follows this pack (again); None where it begins with lesson one."""
    query = select(Enrolment).where(
        Enrolment.group_id == group_id, Enrolment.person_id.is_(None), Enrolment.pack == pack_id
    )
    found = await session.scalar(query.order_by(Enrolment.id.desc()).limit(1))
    if found is not None and found.finished_at is not None:
        stored = await versions.get(session, pack_id, found.version)
        return found if found.position < len(stored.lessons) else None
    return found


async def follow(session: Session, group_id: int, pack_id: str, now: datetime) -> None:
    """As enrol, for a group that is set up, perhaps again: what it has paused or gone through is not begun anew."""
    standing = await of_group(session, group_id)
    if standing is None or standing.enrolment.pack != pack_id or standing.enrolment.next_at is not None:
        await enrol(session, group_id, pack_id, now)


async def _chosen(session: Session, pack_id: str) -> Pack:
    found = await versions.newest(session, pack_id)
    if found is None:
        raise UnknownPack(f"no published pack {pack_id!r}")
    return found


async def _shared(session: Session, group_id: int) -> int | None:
    """The programme that the group follows with others: another pack does not take it out of there."""
    query = (
        select(Programme.id)
        .join(Enrolment, Enrolment.programme_id == Programme.id)
        .where(Enrolment.group_id == group_id, Programme.ended_at.is_(None))
        .order_by(Programme.id.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def first_moment(session: Session, group: Group, now: datetime) -> datetime:
    """When a pack chosen now begins: the next prompt hour; on a day that had one, that of the next school day."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    today = calendar.local_day(now, group.zone)
    had_one = select(Delivery.id).where(
        Delivery.group_id == group.id, Delivery.day == today, Delivery.person_id.is_(None)
    )
    if await session.scalar(had_one.limit(1)):
        now = _end_of(today, group.zone)
    return days.moment_after(now, group.prompt_time, group.zone)


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)


def audiences(roles: Collection[Role]) -> set[str]:
    """Whose packs somebody with these roles may follow alone."""
    found = {"teacher"} if Role.TEACHER in roles else set()
    found |= {"teacher", "facilitator"} if Role.FACILITATOR in roles else set()
    return found | ({"coach"} if {Role.COACH, Role.PRINCIPAL, Role.MENTOR} & set(roles) else set())


async def begin_own_pace(
    session: Session, person: Person | None, group_id: int, pack_id: str, now: datetime
) -> Enrolment:
    """One person of the group follows a pack alone, in private, from their next prompt hour on.

    Raises NeedsConsent, NotAllowed, UnknownPack, and a Refusal for somebody who follows one already.
    """
    if person is None:
        raise NeedsConsent
    chosen = await _chosen(session, pack_id)
    if chosen.audience not in audiences(await people.roles_in(session, person.id, group_id)):
        raise NotAllowed("learning.join_first")
    await _none_beside(session, person.id)
    group = await session.get_one(Group, group_id)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id].with_week(person.workdays)
    await versions.keep(session, chosen, now)
    enrolment = Enrolment(
        group_id=group_id, person_id=person.id, pack=pack_id, version=chosen.version, started_at=now,
        next_at=days.moment_after(now, person.prompt_time or group.prompt_time, person.zone or group.zone),
    )  # fmt: skip
    session.add(enrolment)
    await session.flush()
    return enrolment


async def _none_beside(session: Session, person_id: int, enrolment_id: int | None = None) -> None:
    """One pack at a time; one that belongs to a group the person has left is paused. Raises a Refusal for another."""
    await session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    running = (Enrolment.person_id == person_id, Enrolment.next_at.is_not(None))
    others = select(Enrolment.id).where(*running, Enrolment.id != (enrolment_id or 0), still_here())
    if await session.scalar(others.limit(1)):
        raise Refusal("learning.programme.already_own")
    left = update(Enrolment).where(*running, ~still_here()).values(next_at=None)
    await session.execute(left.execution_options(synchronize_session=False))


async def of_group(session: Session, group_id: int) -> Standing | None:
    """What the group follows now, or followed last; None when it never followed anything."""
    query = (
        select(Enrolment, Group)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Enrolment.group_id == group_id, Enrolment.person_id.is_(None))
        .order_by(Enrolment.next_at.is_(None), Enrolment.id.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return await _standing(session, *row) if row else None


async def own(session: Session, person_id: int) -> Standing | None:
    """What the person follows at their own pace now, in a group they are in."""
    query = (
        select(Enrolment, Group)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Enrolment.person_id == person_id, Enrolment.next_at.is_not(None), still_here())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return await _standing(session, *row) if row else None


async def _standing(session: Session, enrolment: Enrolment, group: Group) -> Standing:
    pack = await versions.get(session, enrolment.pack, enrolment.version)
    newest = await versions.newest(session, enrolment.pack)
    newer = newest if newest is not None and newest.version > enrolment.version else None
    return Standing(enrolment, group, pack, newer)


async def _led(session: Session, person: Person | None, enrolment_id: int) -> Standing:
    """An enrolment that this person may steer: their own while they are in its group, or of a group they facilitate."""
    if person is None:
        raise NeedsConsent
    query = select(Enrolment, Group).join(Group, Group.id == Enrolment.group_id).where(Enrolment.id == enrolment_id)
    row = (await session.execute(query.with_for_update(of=Enrolment))).one_or_none()
    if row is None:
        raise Gone
    if row[0].person_id is None:
        await rights.require(session, person, Action.SET_UP, row[1].id)
    elif row[0].person_id != person.id:
        raise NotAllowed
    elif not await people.roles_in(session, person.id, row[1].id) - {Role.AGENCY}:
        raise NotAllowed("learning.join_first")
    return await _standing(session, *row)


async def group_of(session: Session, enrolment_id: int) -> int:
    """The group an enrolment belongs to. Raises Gone."""
    found = await session.scalar(select(Enrolment.group_id).where(Enrolment.id == enrolment_id))
    if found is None:
        raise Gone
    return found


async def postpone(session: Session, person: Person | None, enrolment_id: int, now: datetime) -> datetime:
    """The next lesson comes a school day later; gives its moment. Raises NeedsConsent, NotAllowed, Gone."""
    standing = await _led(session, person, enrolment_id)
    if standing.enrolment.next_at is None:
        raise Gone
    after = max(standing.enrolment.next_at, now)
    moment = await _moment(session, standing, person, after)
    standing.enrolment.next_at = moment
    await session.flush()
    return moment


async def _moment(session: Session, standing: Standing, person: Person | None, after: datetime) -> datetime:
    group = standing.group
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    if standing.enrolment.person_id is None or person is None:
        return days.moment_after(after, group.prompt_time, group.zone)
    wall, zone = person.prompt_time or group.prompt_time, person.zone or group.zone
    return days.with_week(person.workdays).moment_after(after, wall, zone)


async def pause(session: Session, person: Person | None, enrolment_id: int) -> None:
    """No lessons until it is resumed; the place stays. Raises NeedsConsent, NotAllowed, Gone."""
    standing = await _led(session, person, enrolment_id)
    standing.enrolment.next_at = None
    await session.flush()


async def resume(session: Session, person: Person | None, enrolment_id: int, now: datetime) -> datetime | None:
    """It goes on where it stopped; gives the next moment, None at its end.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal for somebody who follows another at their own pace by now.
    """
    standing = await _led(session, person, enrolment_id)
    if standing.enrolment.position >= len(standing.pack.lessons):
        return None
    if standing.enrolment.person_id is not None:
        await _none_beside(session, standing.enrolment.person_id, enrolment_id)
    standing.enrolment.finished_at = None
    standing.enrolment.next_at = await _moment(session, standing, person, now)
    await session.flush()
    return standing.enrolment.next_at


async def move_to_newest(session: Session, person: Person | None, enrolment_id: int, now: datetime) -> Pack:
    """On purpose: the enrolment goes on in the newest version, behind the last lesson that went out.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal where there is none newer.
    """
    standing = await _led(session, person, enrolment_id)
    if standing.newer is None:
        raise Refusal("learning.programme.is_newest")
    last = await session.scalar(
        select(Delivery.lesson).where(Delivery.enrolment_id == enrolment_id).order_by(Delivery.id.desc()).limit(1)
    )
    ids = [lesson.id for lesson in standing.newer.lessons]
    await versions.keep(session, standing.newer, now)
    standing.enrolment.version = standing.newer.version
    standing.enrolment.position = (
        ids.index(last) + 1 if last in ids else min(standing.enrolment.position, len(ids))
    )  # fmt: skip
    await session.flush()
    return standing.newer


async def choices(session: Session, group_id: int, audiences: Collection[str]) -> list[Pack]:
    """The published packs for these audiences: those of the house, and those that were made for this group."""
    made = await session.execute(
        select(PackVersion.pack, func.max(PackVersion.version))
        .where(PackVersion.group_id == group_id, PackVersion.status == "published")
        .group_by(PackVersion.pack)
        .order_by(PackVersion.pack)
    )
    own = [await versions.get(session, pack, version) for pack, version in made]
    return [pack for pack in (*packs.available(), *own) if pack.audience in audiences]
