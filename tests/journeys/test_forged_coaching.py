"""Every button of the coaching doors, forged by somebody of another group: nothing is read and nothing changes."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import select

from coaching import commitments, cycle_notes, cycles, free_periods, meetings, series
from coaching.cycle_notes import Given
from coaching.rights import Side
from community import assignments, people
from community.roles import Role
from handlers.filters import Pressed
from storage.models import (
    Assignment,
    Booking,
    CoachingSession,
    Commitment,
    Cycle,
    CycleEvent,
    CycleMember,
    CycleNote,
    CycleStep,
    Group,
    Meeting,
    Observation,
    Person,
    PlanRow,
    SessionSeat,
    SessionSeries,
    WorkPlan,
)
from tests.journeys.test_attacks import town

DOORS = (
    "assignments", "company",
    "boards", "coaching", "coaching_begin", "coaching_more", "coaching_reach", "consultations", "meeting_changes",
    "meetings", "modules", "observations", "own_workflows", "plan_kinds", "plan_sheets", "plans", "sessions", "today",
    "visits", "week",
)  # fmt: skip
THEIRS = (
    Assignment,
    Cycle, CycleMember, CycleStep, CycleNote, Commitment, CycleEvent, Observation, WorkPlan, PlanRow, CoachingSession,
    SessionSeat, SessionSeries, Booking, Meeting,
)  # fmt: skip
FOR_HERSELF, FOR_BOTH, PROMISE = "catatan rahasia untuk diri", "catatan untuk berdua saja", "janji yang milik berdua"
# What may stand behind a name: numbers of rows, a word, a day.
BEHIND = (
    "", ":{n}", ":{n}:{n}", ":{n}:{n}:1:0", ":{n}:stop:yes", ":{n}:over:{n}", ":{n}:{n}:2026-08-10", ":{n}:a:{n}:{n}:0",
)  # fmt: skip


def coached() -> set[str]:
    """The names of all buttons of these doors."""
    found: set[str] = set()
    for door in DOORS:
        for one in import_module(f"handlers.{door}").router().callback_query.handlers:
            found |= {rule.callback.name for rule in one.filters or () if isinstance(rule.callback, Pressed)}
    return found


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.chaos)])
async def test_no_forged_button_opens_or_changes_a_cycle_of_others(one_database_url: str, step: int) -> None:
    """Every name; with every form behind it in the big run, with two of the eight (by turns) in the small one."""
    async with town(one_database_url) as here:
        now = here.house.assistant.clock.now()
        async with here.house.assistant.database.writing() as session:
            found = {one.name: one for one in await session.scalars(select(Person))}
            sari, ratna = found["Sari"], found["Ratna"]
            group = await session.get_one(Group, here.group)
            cycle = await cycles.offer(session, ratna, group, "knight", Side.COACHEE, [sari.id], now)
            await cycles.answer(session, sari, cycle.id, True, now)
            for words, audience in ((FOR_HERSELF, "me"), (FOR_BOTH, "both")):
                await cycle_notes.add(session, sari, cycle.id, Given("text", words), now, audience)
            await commitments.promise(session, sari, cycle.id, PROMISE, (now + timedelta(days=3)).date(), now)
            number = cycle.id
            await people.give_role(session, ratna.id, group.id, Role.COURSE_FACILITATOR, now)
            await assignments.add(session, group.id, assignments.LEADS, {sari.id: ratna.id}, ratna.id, now)
            soon = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=8, hours=2)
            await free_periods.toggle(session, ratna, 1, 9)
            await series.begin(session, ratna, group.id, 1, 9, now)
            await series.announce_due(session, now + timedelta(days=1, hours=8))
            await meetings.plan(session, found["Hendra"], group.id, soon, now)
            appointments = [
                *await session.scalars(select(CoachingSession.id)),
                *await session.scalars(select(Meeting.id)),
            ]
            assert appointments == [number, number], "one number forges all of them"
        before = await here.stored(*THEIRS)
        for at, name in enumerate(sorted(coached())):
            for behind in BEHIND[at % step :: step]:
                await here.forges("lain", f"{name}{behind}".format(n=number))
            if at % 8 == 0:
                await here.rests()
        await here.rests()
        after = await here.stored(*THEIRS)
        assert [row for row in before if row not in after] == [], "nothing of theirs has changed"
        read = await here.sees("lain")
        assert [words for words in (FOR_HERSELF, FOR_BOTH, PROMISE, "Sari", "Ratna") if words in read] == []
