"""A row of a plan is remembered when its time comes: on the first school day of its week, or the day before."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from community import budget, calendar, leaves
from community.calendar import SchoolCalendar, local_day
from community.notes import clipped
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Cycle, Group, Person, PlanRow, WorkPlan
from storage.outbox import post_many

AT_ONCE = 200
REMINDS_AT = "14:00"
SHOWN = 5
A_WEEK = timedelta(days=4)  # as long as that or longer, and it is remembered within
STILL_TIMELY = timedelta(hours=20)
KEY = "rhk"  # the first part of every letter's key, before the plan's number


def next_moment(
    days: SchoolCalendar, spans: Sequence[tuple[date, date]], zone: str, now: datetime
) -> datetime | None:  # fmt: skip
    """When the person is reminded next, in UTC, after ``now``; None when all of it is over."""
    found = [moment for span in spans if (moment := _moment(days, span, zone, now)) is not None]
    return min(found) if found else None


def _moment(days: SchoolCalendar, span: tuple[date, date], zone: str, now: datetime) -> datetime | None:
    """A week is remembered on its first school day, a day or two on the school day before, else when there is one."""
    first, last = span
    within = (first + timedelta(days=n) for n in range(min((last - first).days, 62) + 1))
    before = (first - timedelta(days=n) for n in range(1, 15))
    candidates = [*within] if last - first >= A_WEEK else [next((day for day in before if days.is_open(day)), first)]
    opened = [day for day in candidates if days.is_open(day)]
    # One word for each time: who wrote it down in the middle of the week has just thought of it.
    moment = days.moment_on(opened[0], REMINDS_AT, zone, prompt=False) if opened else None
    return moment if moment is not None and moment > now else None


async def set_out(session: Session, group: Group | None, rows: Sequence[PlanRow], now: datetime) -> None:
    """When each of these rows is remembered."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id] if group is not None else None
    for row in rows:
        row.remind_at = next_moment(days, _spans(row), group.zone, now) if days is not None and group else None


def _spans(row: PlanRow) -> list[tuple[date, date]]:
    found = (row.times or {}).get("spans", [])
    return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in found]


async def remind_due(session: Session, now: datetime) -> int:
    """One letter a person for the rows whose time has come; gives how many rows were looked at.

    Nobody is reminded in a pause of their cycle, on leave, or beyond the week's budget.
    """
    found = await session.execute(
        select(PlanRow, WorkPlan, Person, Group, Cycle.state)
        .join(WorkPlan, WorkPlan.id == PlanRow.plan_id)
        .join(Person, Person.id == WorkPlan.person_id)
        .join(Group, Group.id == WorkPlan.group_id)
        .outerjoin(Cycle, Cycle.id == WorkPlan.cycle_id)
        .where(PlanRow.remind_at <= now)
        .order_by(PlanRow.remind_at, PlanRow.id)
        .limit(AT_ONCE)
        .with_for_update(of=PlanRow, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = found.all()
    if not rows:
        return 0
    days = await calendar.calendars_of(session, {group.school_id for _, _, _, group, _ in rows})
    away = await leaves.away(session, {person.id for _, _, person, _, _ in rows}, now.date())
    told: dict[int, list[tuple[PlanRow, datetime]]] = defaultdict(list)
    whose: dict[int, tuple[Person, Group]] = {}
    for row, _plan, person, group, state in rows:
        due = row.remind_at or now
        row.remind_at = next_moment(days[group.school_id], _spans(row), group.zone, now)
        if person.id not in away and state != "paused" and _can_be_told(person, group):
            told[person.id].append((row, due))
            whose[person.id] = person, group
    await session.flush()
    wants = [
        budget.Want(number, group.id, local_day(now, person.zone or group.zone))
        for number, (person, group) in whose.items()
    ]
    admitted = await budget.admit(session, wants)
    drafts = [_letter(*whose[number], found, now) for number, found in told.items() if number in admitted]
    await post_many(session, drafts, now)
    return len(rows)


def _can_be_told(person: Person, group: Group) -> bool:
    reached = person.consented_at is not None and person.reachable and person.tg_user_id is not None
    return reached and group.state != "left"


def _letter(person: Person, group: Group, told: Sequence[tuple[PlanRow, datetime]], now: datetime) -> Draft:
    say = Texts(person.language)
    lines = [
        say("plans.remind.line", result=clipped(row.result, 120), when=clipped(row.when_text, 80),
            place=clipped(row.place, 60) or say.plain("plans.remind.no_place"))
        for row, _ in told[:SHOWN]
    ]  # fmt: skip
    if len(told) > SHOWN:
        lines.append(say("plans.remind.more", n=len(told) - SHOWN))
    first, due = told[0]
    return message(
        person.tg_user_id or 0, "\n\n".join([say("plans.remind.head"), *lines]),
        buttons=[[button(say.plain("plans.button.open"), "rhk")]],
        key=f"{KEY}:{first.plan_id}:remind:{first.id}:{due:%Y%m%d}", lane=Lane.REMINDER, person_id=person.id,
        group_id=group.id, not_after=now + STILL_TIMELY,
    )  # fmt: skip
