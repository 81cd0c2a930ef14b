"""Reminders: in private, only to teachers who have not answered, at most twice for a lesson and once a day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, exists, or_, select, update
from sqlalchemy.orm import aliased

from community import budget, calendar, leaves
from community.calendar import SchoolCalendar
from community.notes import clipped
from community.roles import Role
from content.texts import Texts
from learning import versions
from learning.due import REMINDS_AT, evening
from learning.kinds import REFLECTS
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Delivery, Enrolment, Group, HandIn, LessonAnswer, Membership, Person, Reflection, Trial
from storage.outbox import called_off, post_many

AT_ONCE = 200
TIMES = 2
AGAIN_AFTER = 2  # school days between the first and the second
SIGNS_WITHIN = timedelta(days=14)  # who showed nothing for so long is left in peace
MOST_SHOWN = 3


async def remind_due(session: Session, now: datetime) -> int:
    """Write the reminders that are due; gives how many prompts were looked at. A fixed number of queries."""
    rows = (
        await session.execute(
            select(Delivery, Group)
            .join(Group, Group.id == Delivery.group_id)
            .where(Delivery.remind_at <= now, Group.state == "active")
            .order_by(Delivery.remind_at, Delivery.id)
            .limit(AT_ONCE)
            .with_for_update(of=Delivery, skip_locked=True)
            .execution_options(populate_existing=True)
        )
    ).all()
    if not rows:
        return 0
    days = await calendar.calendars_of(session, {group.school_id for _, group in rows})
    going = [(one, group) for one, group in rows if _is_time(one, group, days[group.school_id], now)]
    await _move_on(session, rows, going, days, now)
    silent = await _unanswered(session, going, now)
    people = await _open_to_it(session, silent, {group.id: group for _, group in going}, now)
    deliveries = {one.id: one for one, _ in going}
    lessons = await versions.lessons_of(session, list(deliveries.values()))
    drafts = []
    for person, group, owed in people:
        titled = [(key, lessons[key].text(person.language).title) for key in owed if key in lessons]
        drafts += [_letter(person, group, titled, days[group.school_id], now)] if titled else []
    await post_many(session, drafts, now)
    return len(rows)


def _is_time(one: Delivery, group: Group, days: SchoolCalendar, now: datetime) -> bool:
    """Not hours late, not on a day that has become a holiday, not while people sleep or pray."""
    day = calendar.local_day(now, group.zone)
    late = one.remind_at is None or calendar.local_day(one.remind_at, group.zone) != day
    return not late and one.delivered_at is not None and days.is_open(day) and not days.is_quiet(now, group.zone)


async def _move_on(
    session: Session,
    rows: Sequence[Row[Delivery, Group]],
    going: Sequence[tuple[Delivery, Group]],
    days: dict[int | None, SchoolCalendar],
    now: datetime,
) -> None:
    """The next moment of each: the second time, after it never; one that could not go waits for a school day."""
    went = {one.id for one, _ in going}
    together: dict[tuple[datetime | None, int], list[int]] = defaultdict(list)
    for one, group in rows:
        reminded = one.reminded + (one.id in went)
        ahead = AGAIN_AFTER if one.id in went else 1
        moment = None if reminded >= TIMES else _later(days[group.school_id], now, group.zone, ahead)
        together[moment, reminded].append(one.id)
    for (moment, reminded), ids in together.items():
        await session.execute(
            update(Delivery)
            .where(Delivery.id.in_(ids))
            .values(remind_at=moment, reminded=reminded)
            .execution_options(synchronize_session=False)
        )


def _later(days: SchoolCalendar, now: datetime, zone: str, ahead: int) -> datetime | None:
    moment = datetime.combine(calendar.local_day(now, zone), time.max, ZoneInfo(zone)).astimezone(UTC)
    try:
        for _ in range(ahead):
            moment = days.moment_after(moment, REMINDS_AT, zone, prompt=False)
    except ValueError:
        return None
    return moment


async def _unanswered(
    session: Session, going: Sequence[tuple[Delivery, Group]], now: datetime
) -> list[Row[int, int, int]]:
    """(prompt, person, group) for every teacher who owes it an answer."""
    if not going:
        return []
    found = await session.execute(_owed(now).where(Delivery.id.in_([one.id for one, _ in going])))
    return list(found.all())


async def coming(
    session: Session, person: Person, group_ids: Collection[int], now: datetime
) -> set[tuple[int, datetime]]:
    """In which of these groups, and when, the person would be reminded, as far as can be told now; one query."""
    owed = (
        _owed(now)
        .add_columns(Delivery.remind_at)
        .where(Membership.person_id == person.id, Delivery.group_id.in_(group_ids), Delivery.remind_at > now)
    )
    return {(row.group_id, row.remind_at) for row in await session.execute(owed)}


def _owed(now: datetime) -> Select[int, int, int]:
    """Teachers who did nothing yet with a prompt that arrived, but lately did something at all.

    Of a group's prompt those are asked who go along with the group, not at their own pace.
    """
    own_pace = exists().where(
        Enrolment.person_id == Membership.person_id, Enrolment.group_id == Membership.group_id,
        Enrolment.next_at.is_not(None),
    )  # fmt: skip
    done = [
        exists().where(table.delivery_id == Delivery.id, table.person_id == Membership.person_id, *also)
        for table, also in (
            (Trial, ()),
            (Reflection, (Reflection.kind.in_(REFLECTS),)),
            (HandIn, ()),
            (LessonAnswer, ()),
        )
    ]
    tried, reflected = aliased(Trial), aliased(Reflection)
    lately = now - SIGNS_WITHIN
    return (
        select(Delivery.id, Membership.person_id, Delivery.group_id)
        .join(
            Membership,
            (Membership.group_id == Delivery.group_id)
            & (Membership.role == Role.TEACHER)
            & Membership.until.is_(None)
            & (Membership.since <= Delivery.delivered_at),
        )
        .where(
            or_(Delivery.person_id == Membership.person_id, Delivery.person_id.is_(None) & ~own_pace),
            *(~one for one in done),
            or_(
                Membership.since >= lately,
                exists().where(tried.person_id == Membership.person_id, tried.at >= lately),
                exists().where(reflected.person_id == Membership.person_id, reflected.created_at >= lately),
            ),
            or_(Membership.caught_up_at.is_(None), Membership.caught_up_at < Delivery.delivered_at),
        )
        .order_by(Delivery.due_at, Delivery.id)
    )


async def _open_to_it(
    session: Session, silent: Sequence[Row[int, int, int]], groups: dict[int, Group], now: datetime
) -> list[tuple[Person, Group, list[int]]]:
    """Whom to write to, each once for all their prompts of one group: reachable, here, within the week's budget."""
    owed: dict[tuple[int, int], list[int]] = defaultdict(list)
    for delivery_id, person_id, group_id in silent:
        owed[person_id, group_id].append(delivery_id)
    if not owed:
        return []
    found = await session.scalars(
        select(Person).where(
            Person.id.in_({person_id for person_id, _ in owed}), Person.consented_at.is_not(None),
            Person.reachable.is_(True), Person.tg_user_id.is_not(None),
        )
    )  # fmt: skip
    people = {person.id: person for person in found}
    day_of = {group.id: calendar.local_day(now, group.zone) for group in groups.values()}
    away: set[int] = set()
    for day in set(day_of.values()):
        away |= await leaves.away(session, list(people), day)
    here = {key: ids for key, ids in owed.items() if key[0] in people and key[0] not in away}
    keys = {key: key_of(key[1], day_of[key[1]], key[0]) for key in here}
    off = await called_off(session, keys.values())
    here = {key: ids for key, ids in here.items() if keys[key] not in off}
    wants = {key[0]: budget.Want(key[0], key[1], day_of[key[1]]) for key in here}
    admitted = await budget.admit(session, list(wants.values()))
    return [
        (people[person_id], groups[group_id], ids)
        for (person_id, group_id), ids in here.items()
        if person_id in admitted and wants[person_id].group_id == group_id
    ]


def key_of(group_id: int, day: date, person_id: int) -> str:
    """One letter a day and group, of however many lessons."""
    return f"remind:{group_id}:{day}:{person_id}"


def _letter(person: Person, group: Group, owed: list[tuple[int, str]], days: SchoolCalendar, now: datetime) -> Draft:
    say, day = Texts(person.language), calendar.local_day(now, group.zone)
    rows = [[button(clipped(title, 60), f"again:{key}")] for key, title in owed[-MOST_SHOWN:]]
    rows.append([button(say.plain("learning.button.skip_all"), f"skipall:{group.id}")])
    return message(
        person.tg_user_id or 0, say("learning.reminder.words", group=group.title), buttons=rows,
        key=key_of(group.id, day, person.id), lane=Lane.REMINDER, person_id=person.id, group_id=group.id,
        not_after=evening(days, day, group.zone),
    )  # fmt: skip
