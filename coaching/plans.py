"""A person's work plan (RHK) for a semester or a year: its rows, made one at a time, and what becomes of a change."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from coaching import plan_kinds, plan_reminders, plan_rights, plan_times, seats
from coaching.plan_rights import PlanAct, PlanSeat
from coaching.refusals import Gone
from coaching.rights import Side
from coaching.seats import Seat
from community import people
from community.calendar import local_day
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from community.school_years import begins, year_of
from content import plans as files
from content.plans import Entry, Profile
from storage.bulk import among
from storage.database import Session, insert
from storage.models import Group, Person, PlanRow, School, WorkPlan

MOST_ROWS = 40
LONGEST = 500  # characters of one field
MOST_TIMES = 99
COMPETENCES = ("pedagogik", "kepribadian", "sosial", "profesional")
# The fields of a row in the order of the form; `number` and the total are counted, not written.
FIELDS = (
    "result", "aim", "quantity", "points", "material", "challenge", "anticipation", "when_text", "place",
    "preparation", "support_source", "support_form", "competence",
)  # fmt: skip
NUMBERS = {"quantity": MOST_TIMES, "points": files.MOST_POINTS}


def period_of(profile: Profile, day: date) -> str:
    """The period of a plan made on that day: "2026/2027", or with its half "2026/2027-2"."""
    year = year_of(day)
    if profile.period == "year":
        return year
    start = begins(year)
    months = (day.year - start.year) * 12 + day.month - start.month
    return f"{year}-{1 if months < 6 else 2}"


async def profile_in(session: Session, group_id: int | None) -> Profile:
    """What the policy of the group's school asks of a plan."""
    name = await session.scalar(
        select(School.policy_profile).join(Group, Group.school_id == School.id).where(Group.id == group_id)
    )
    return files.profile(name)


async def profiles_in(session: Session, group_ids: Collection[int]) -> dict[int, Profile]:
    """The same of many groups, by their number; one query."""
    rows = await session.execute(
        select(Group.id, School.policy_profile)
        .select_from(Group)
        .outerjoin(School, School.id == Group.school_id)
        .where(among(session, Group.id, group_ids))
    )
    return {number: files.profile(name) for number, name in rows}


async def profile_of(session: Session, plan: WorkPlan) -> Profile:
    """What is asked of this plan; of a free one nothing."""
    found = await profile_in(session, plan.group_id)
    return Profile(period=found.period) if plan.is_free else found


async def school_of(session: Session, plan: WorkPlan) -> int | None:
    """The school whose catalogue the plan goes by."""
    return await session.scalar(select(Group.school_id).where(Group.id == plan.group_id))


async def mine(session: Session, person: Person | None, now: datetime) -> WorkPlan:
    """The person's plan of this semester or year, made empty where there is none; tied to the cycle that makes it.

    Raises NeedsConsent, and NotAllowed for somebody who teaches nowhere.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    seat = await _cycle(session, person)
    group = seat.group if seat is not None else await _group(session, person)
    period = period_of(await profile_in(session, group.id), local_day(now, person.zone or group.zone))
    row = {"person_id": person.id, "period": period, "group_id": group.id, "created_at": now}
    new = insert(session, WorkPlan).values(row | {"is_free": False, "revision": 0})
    await session.execute(new.on_conflict_do_nothing(index_elements=["person_id", "period"]))
    plan = (await session.scalars(select(WorkPlan).filter_by(person_id=person.id, period=period))).one()
    if seat is not None and plan.cycle_id != seat.cycle.id:
        plan.cycle_id, plan.group_id = seat.cycle.id, seat.group.id
        await session.flush()
    return plan


async def _cycle(session: Session, person: Person) -> Seat | None:
    """The newest running cycle of the person's that makes a plan."""
    found = [
        seat
        for seat in await seats.of_person(session, person, ("active", "paused"))
        if seat.side is Side.COACHEE and any("plan" in step.needs for step in seat.workflow.steps)
    ]
    return found[-1] if found else None


async def _group(session: Session, person: Person) -> Group:
    found = await people.groups_of(session, person.id, {Role.TEACHER})
    if not found:
        raise NotAllowed
    return found[0]


async def rows_of(session: Session, plan_id: int) -> Sequence[PlanRow]:
    """The rows in their order."""
    found = await session.scalars(
        select(PlanRow).where(PlanRow.plan_id == plan_id).order_by(PlanRow.number, PlanRow.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return found.all()


async def row_at(session: Session, person: Person | None, row_id: int, act: PlanAct) -> tuple[PlanRow, PlanSeat]:
    """A row, for somebody who may do that with its plan. Raises NeedsConsent, Gone, NotAllowed."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.get(PlanRow, row_id, populate_existing=True)
    if row is None:
        raise Gone
    return row, await plan_rights.take(session, person, row.plan_id, act)


async def add(session: Session, person: Person | None, plan_id: int, kind: str, words: str, now: datetime) -> PlanRow:
    """One more row: of a kind of the catalogue, or, where ``kind`` is empty, in the teacher's own words.

    Raises NeedsConsent, Gone, NotAllowed, and Refusal for a plan that is full or words that are none.
    """
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    last = await session.execute(
        select(func.count(), func.max(PlanRow.number)).where(PlanRow.plan_id == plan_id)
    )  # fmt: skip
    many, number = last.one()
    if many >= MOST_ROWS:
        raise Refusal("plans.full", most=MOST_ROWS)
    entry = (await plan_kinds.catalogue(session, await school_of(session, seat.plan))).get(kind) if kind else None
    if kind and entry is None:
        raise Gone
    profile = await profile_of(session, seat.plan)
    row = PlanRow(
        plan_id=plan_id, number=(number or 0) + 1, kind=entry.id if entry else None,
        result=entry.result_in(seat.person.language) if entry else worded("result", words),
        quantity=1, points=entry.points if entry and profile.points else None,
    )  # fmt: skip
    session.add(row)
    await _changed(session, seat.plan)
    return row


def worded(name: str, words: str) -> str:
    """The words of a field. Raises Refusal for too many, and for none where the field is the result."""
    said = " ".join(words.split())
    if len(said) > LONGEST or (name == "result" and not said):
        raise Refusal("plans.words", most=LONGEST)
    return said


def counted(name: str, words: str) -> int:
    """A number as people write it: "2", "2 kali", "8 poin". Raises Refusal."""
    first = words.split(maxsplit=1)[0] if words.split() else ""
    digits = first.rstrip("xX×")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 4 and 1 <= int(digits) <= NUMBERS[name]):
        raise Refusal(f"plans.number_{name}", most=NUMBERS[name])
    return int(digits)


async def change(session: Session, person: Person | None, row_id: int, name: str, words: str, now: datetime) -> PlanRow:
    """One field of a row. Raises NeedsConsent, Gone, NotAllowed, Refusal.

    What a catalogue says an activity counts for is not changed in a row.
    """
    row, seat = await row_at(session, person, row_id, PlanAct.EDIT)
    if name not in FIELDS:
        raise Gone
    if name == "points" and row.kind is not None:
        raise Refusal("plans.points_of_kind")
    if name == "competence" and words not in COMPETENCES:
        raise Gone
    setattr(row, name, counted(name, words) if name in NUMBERS else worded(name, words))
    if name == "when_text":
        await timed(session, seat.plan, [row], now)
    await _changed(session, seat.plan)
    return row


async def timed(session: Session, plan: WorkPlan, rows: Sequence[PlanRow], now: datetime) -> None:
    """What the rows say of when, as days, and when the teacher is reminded of them."""
    group = await session.get(Group, plan.group_id) if plan.group_id is not None else None
    zone = group.zone if group is not None else "Asia/Jakarta"
    today = local_day(now, zone)
    for row in rows:
        spans = plan_times.understood(row.when_text, plan.period, today)
        row.times = {"spans": [[one.isoformat() for one in span] for span in spans]} if spans else None
    await plan_reminders.set_out(session, group, rows, now)


async def remove(session: Session, person: Person | None, row_id: int) -> WorkPlan:
    """A row goes, and those below it move up. Raises NeedsConsent, Gone, NotAllowed."""
    row, seat = await row_at(session, person, row_id, PlanAct.EDIT)
    await session.execute(delete(PlanRow).where(PlanRow.id == row.id))
    for number, one in enumerate(await rows_of(session, seat.plan.id), 1):
        one.number = number
    await _changed(session, seat.plan)
    return seat.plan


async def replace(
    session: Session, seat: PlanSeat, values: Sequence[Mapping[str, Any]], now: datetime
) -> Sequence[PlanRow]:
    """All rows at once, as a sheet brought them; a competence it does not name is kept by the words of the result."""
    before = {row.result: row.competence for row in await rows_of(session, seat.plan.id)}
    await session.execute(delete(PlanRow).where(PlanRow.plan_id == seat.plan.id))
    made = [PlanRow(plan_id=seat.plan.id, number=at, **one) for at, one in enumerate(values, 1)]
    for row in made:
        row.competence = row.competence or before.get(row.result)
    session.add_all(made)
    await timed(session, seat.plan, made, now)
    await _changed(session, seat.plan)
    return made


async def set_free(session: Session, person: Person | None, plan_id: int, *, free: bool) -> WorkPlan:
    """With points or without them; nobody is asked why. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.EDIT)
    seat.plan.is_free = free
    profile = await profile_of(session, seat.plan)
    known = await plan_kinds.catalogue(session, await school_of(session, seat.plan))
    for row in await rows_of(session, plan_id):
        entry = known.get(row.kind or "")
        if profile.points and row.points is None and entry is not None:
            row.points = entry.points
    await _changed(session, seat.plan)
    return seat.plan


async def _changed(session: Session, plan: WorkPlan) -> None:
    """Another revision: what a principal was asked to confirm was the one before."""
    plan.revision += 1
    plan.asked_at = plan.confirmed_at = plan.confirmed_by = None
    await session.flush()


def known_spans(row: PlanRow) -> list[tuple[date, date]]:
    """The days of a row as they were understood."""
    found = (row.times or {}).get("spans", [])
    return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in found]


def sum_of(rows: Sequence[PlanRow]) -> int:
    """What all rows count for."""
    return sum(row.total for row in rows)


def unlisted(rows: Sequence[PlanRow], known: Mapping[str, Entry]) -> list[PlanRow]:
    """Rows whose points no kind of the catalogue has: mistyped, or of a kind the school has not entered yet."""
    values = {one.points for one in known.values()}
    return [row for row in rows if row.points is not None and row.points not in values]
