"""Who is reminded of a step or a promise: before it is due, once when it is late, and whoever waits is told why.

A coach who owes something is reminded first, and the teacher sees that it lies with the coach: late is late on both
sides. Nobody is reminded in a pause, in quiet hours or beyond the week's budget.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update

from coaching import due, letters, naming, seats, workflows
from coaching.rights import Side
from coaching.steps import is_with, sides_of
from community import budget, calendar, leaves, people
from community.calendar import SchoolCalendar, local_day
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Commitment, Cycle, CycleMember, CycleStep, Group, Person, WorkflowVersion
from storage.outbox import called_off, post_many

AT_ONCE = 200
TURNS = 3  # before it is due, when it is late, to whoever waits
SHOWN = 5  # lines of one letter
STILL_TIMELY = timedelta(hours=20)


@dataclass(frozen=True, slots=True)
class Owed:
    """A step or a promise that somebody is to be reminded of."""

    row: CycleStep | Commitment
    cycle: Cycle
    group: Group
    days: SchoolCalendar
    named: dict[str, str]  # what it is called, by language
    sides: Sequence[Side]  # whose part is open, the coach first

    def is_late(self, today: date) -> bool:
        return self.row.due_on < today


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a person is told of: soon_step, late_promise, waits_step and so on, and who is on the other side."""

    kind: str
    one: Owed
    others: Sequence[Person]


async def remind_due(session: Session, now: datetime) -> int:
    """Write the reminders that are due; gives how many steps and promises were looked at."""
    found = [*await _steps(session, now), *await _promises(session, now)]
    if not found:
        return 0
    seated = await _seated(session, {one.cycle.id for one in found})
    # Reminders go out in the afternoon: then it is the same day in all three zones.
    away = await leaves.away(session, {person.id for _, person in seated}, local_day(now, found[0].group.zone))
    lines: dict[int, list[Line]] = defaultdict(list)
    reached: dict[int, Person] = {}
    unwanted = await _called_off(session, found, seated)
    for one in found:
        today = local_day(now, one.group.zone)
        _move_on(one, today, now)
        here = [(member, person) for member, person in seated if member.cycle_id == one.cycle.id]
        for member, person in here:
            said = kind(one.row, one.sides, Side(member.side), person.id, one.row.reminded, late=one.is_late(today))
            unsaid = debt(one.row, one.row.reminded, person.id) in unwanted
            if said and person.id not in away and not unsaid:
                lines[person.id].append(Line(said, one, _named(said, one, person, here)))
                reached[person.id] = person
    await session.flush()
    await _send(session, reached, lines, now)
    return len(found)


def _named(said: str, one: Owed, person: Person, here: Sequence[tuple[CycleMember, Person]]) -> list[Person]:
    """Who is named in a line: whom it waits for, where it says so; else everybody else of the cycle."""
    others = [(Side(row.side), other) for row, other in here if other.id != person.id and row.side != Side.STAND_IN]
    if not said.startswith("waits_"):
        return [other for _, other in others]
    return [other for side, other in others if _lies_with(one.row, one.sides[:1], side, other.id)]


def _lies_with(row: CycleStep | Commitment, sides: Sequence[Side], side: Side, person_id: int) -> bool:
    """Is it this person who owes it? A promise its giver; a part of a step the side, of makers its holder."""
    if isinstance(row, Commitment):
        return person_id == row.person_id
    return side in sides and is_with(row, side, person_id)


async def _steps(session: Session, now: datetime) -> list[Owed]:
    rows = await _claimed(session, CycleStep, now)
    versions = {cycle.id: workflow for _, cycle, _, workflow in rows}
    days = await calendar.calendars_of(session, {group.school_id for _, _, group, _ in rows})
    found = []
    for row, cycle, group, _ in rows:
        step = versions[cycle.id].step(row.step)
        if step is None:
            row.remind_at = None
            continue
        done = {Side.COACH: row.coach_done_at, Side.COACHEE: row.coachee_done_at}
        sides = [side for side in sides_of(step) if done[side] is None]
        named = {language: step.title.of(language) for language in ("id", "en")}
        found.append(Owed(row, cycle, group, days[group.school_id], named, sides))
    return found


async def _promises(session: Session, now: datetime) -> list[Owed]:
    rows = await _claimed(session, Commitment, now)
    days = await calendar.calendars_of(session, {group.school_id for _, _, group, _ in rows})
    return [
        Owed(row, cycle, group, days[group.school_id], dict.fromkeys(("id", "en"), row.text), [Side(row.side)])
        for row, cycle, group, _ in rows
    ]


async def _claimed(session: Session, table: Any, now: datetime) -> list[tuple[Any, Cycle, Group, Any]]:
    """Rows whose moment has come; a paused cycle's are put off until it goes on, which sets them anew."""
    resting = exists().where(Cycle.id == table.cycle_id, Cycle.state != "active")
    await session.execute(
        update(table).where(table.remind_at <= now, resting).values(remind_at=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    found = await session.execute(
        select(table, Cycle, Group, WorkflowVersion)
        .join(Cycle, Cycle.id == table.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(table.remind_at <= now)
        .order_by(table.remind_at, table.id)
        .limit(AT_ONCE)
        .with_for_update(of=table, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return [(row, cycle, group, workflows.of(version)) for row, cycle, group, version in found]


async def _seated(session: Session, cycle_ids: set[int]) -> list[tuple[CycleMember, Person]]:
    """Who sits in those cycles now, on every side; one query."""
    rows = await session.execute(
        select(CycleMember, Person)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Person, Person.id == CycleMember.person_id)
        .where(among(session, CycleMember.cycle_id, cycle_ids), CycleMember.until.is_(None))
        .where(Person.consented_at.is_not(None), exists().where(seats.holds_role()))
        .order_by(CycleMember.id)
    )
    return [(member, person) for member, person in rows]


def _move_on(one: Owed, today: date, now: datetime) -> None:
    """When the next word is due: after three there is none."""
    one.row.reminded = max(one.row.reminded + 1, 2 if one.is_late(today) else 1)
    again = one.row.reminded < TURNS
    one.row.remind_at = due.late_reminder(one.days, one.row.due_on, one.group.zone, now) if again else None


def kind(
    row: CycleStep | Commitment, sides: Sequence[Side], side: Side, person_id: int, turn: int, *, late: bool
) -> str:
    """What somebody is told at a turn: of their own part, or that the other side was reminded; empty: nothing.

    ``sides``: whose part is open, the coach first.
    """
    what = "promise" if isinstance(row, Commitment) else "step"
    mine = _lies_with(row, sides, side, person_id)
    if turn >= TURNS:
        waits = Side.COACHEE if sides and sides[0] is Side.COACH else Side.COACH
        return f"waits_{what}" if side is waits else ""
    if not mine and not (side is Side.STAND_IN and Side.COACH in sides):
        return ""
    return f"{'late' if late else 'soon'}_{what}"


def debt(row: CycleStep | Commitment, turn: int, person_id: int) -> str:
    """The name of one word to one person: called off in /jadwal, it is left out of their letter."""
    return f"{letters.FIRST}:{row.cycle_id}:word:{row.__tablename__}.{row.id}.{turn}.{row.due_on}:{person_id}"


async def _called_off(
    session: Session, found: Sequence[Owed], seated: Sequence[tuple[CycleMember, Person]]
) -> set[str]:
    """The words somebody does not want, of all that could be told now; one query."""
    debts = {
        debt(one.row, turn, person.id)
        for one in found
        for member, person in seated
        if member.cycle_id == one.cycle.id
        for turn in range(1, TURNS + 1)
    }
    return await called_off(session, debts)


async def _send(session: Session, reached: dict[int, Person], lines: dict[int, list[Line]], now: datetime) -> None:
    """One letter a person, however much there is to remember, and none beyond the week's budget."""
    wants = [
        budget.Want(number, lines[number][0].one.group.id, local_day(now, _zone(person, lines[number][0])))
        for number, person in reached.items()
    ]
    admitted = await budget.admit(session, wants)
    drafts = [_letter(reached[number], told, now) for number, told in lines.items() if number in admitted]
    await post_many(session, [one for found in drafts for one in found], now)


def _zone(person: Person, line: Line) -> str:
    return person.zone or line.one.group.zone


def _letter(person: Person, told: Sequence[Line], now: datetime) -> list[Draft]:
    say, first = Texts(person.language), told[0].one
    words = [_words(line, say) for line in told[:SHOWN]]
    if len(told) > SHOWN:
        words.append(say("coaching.remind.more", n=len(told) - SHOWN))
    cycles = {line.one.cycle.id: line for line in told[:SHOWN]}
    rows = [[button(_label(line, len(cycles), say), f"cyc:{number}")] for number, line in cycles.items()]
    turn = f"{first.row.id}.{first.row.reminded}.{first.row.due_on}"
    named = letters.key(first.cycle, f"remind.{type(first.row).__tablename__}.{turn}", len(told), person)
    return letters.to(person, first.group, first.cycle, "\n".join(words), named, rows, not_after=now + STILL_TIMELY)


def _words(line: Line, say: Texts) -> str:
    who = naming.of_people(line.others, say)
    return say(
        f"coaching.remind.{line.kind}", what=line.one.named[say.language], who=who,
        due=calendar.spoken(line.one.row.due_on, say),
    )  # fmt: skip


def _label(line: Line, of: int, say: Texts) -> str:
    if of == 1 or not line.others:
        return say.plain("coaching.button.open")
    return say.plain("coaching.button.open_with", name=people.display(line.others[0], say))[:60]
