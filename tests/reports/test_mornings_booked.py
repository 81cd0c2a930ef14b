"""In the morning letter: what is booked today, at its hour, and what a coachee asked and nobody answered."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from coaching import handovers, pauses
from community import consultations, people
from community.roles import Role
from content.texts import Texts
from reports import mornings, today
from storage.database import Database, Session
from storage.models import CoachingSession, Cycle, CycleStep, Group, Leave, Meeting, Membership, Person, SessionSeat
from storage.models import SessionSeries as Series
from tests.coaching.cast import Coached, begun, letters_to, school, wall
from tests.community.cast import a_group
from tests.reports.test_week_letters import asks, says

SAY = Texts("id")
MONDAY = wall("2026-07-06T08:00")
MORNING = "2026-07-08T06:45"


async def _quiet_cycle(session: Session, cast: Coached) -> Cycle:
    """A cycle that asks nothing of anybody for months."""
    cycle = await begun(session, cast, now=MONDAY)
    await session.execute(update(CycleStep).values(due_on=date(2026, 12, 1)))
    return cycle


async def _today(session: Session, who: Person, said: str = MORNING) -> list[tuple[str, str]]:
    found = await today.gather(session, [who], wall(said))
    return [(one.kind, one.hour) for one in found[who.id].needs] if who.id in found else []


async def _session(
    session: Session, cast: Coached, at: str, cycle: Cycle | None, state: str = "agreed", host: Person | None = None
) -> None:
    row = CoachingSession(
        group_id=cast.group.id, cycle_id=cycle.id if cycle else None, state=state, minutes=30, starts_at=wall(at),
        created_at=MONDAY, mode="onsite",
    )  # fmt: skip
    session.add(row)
    await session.flush()
    for who, side in ((cast.ratna, "coach"), (host or cast.sari, "coachee")):
        session.add(SessionSeat(session_id=row.id, person_id=who.id, side=side))
    await session.flush()


@pytest.mark.parametrize(
    "at, state, told",
    [
        ("2026-07-08T09:00", "agreed", True),
        ("2026-07-08T06:50", "agreed", True),
        ("2026-07-08T06:30", "agreed", False),  # it has begun
        ("2026-07-09T06:30", "agreed", False),
        ("2026-07-07T09:00", "agreed", False),
        ("2026-07-08T09:00", "offered", False),
        ("2026-07-08T09:00", "cancelled", False),
        ("2026-07-08T09:00", "moved", False),
    ],
)
async def test_a_session_of_today(database: Database, at: str, state: str, told: bool) -> None:
    async with school(database) as (session, cast):
        await _session(session, cast, at, await _quiet_cycle(session, cast), state)
        hour = at[-5:].replace(":", ".")
        assert await _today(session, cast.ratna) == ([("session_today", hour)] if told else [])
        assert await _today(session, cast.hendra) == []


async def test_appointments_stand_first_by_their_hour_and_open_their_page(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await session.execute(update(CycleStep).values(due_on=date(2026, 7, 7)))
        await _session(session, cast, "2026-07-08T10:00", cycle)
        await _session(session, cast, "2026-07-08T08:00", None, host=cast.kepala)
        session.add(Meeting(group_id=cast.group.id, starts_at=wall("2026-07-08T13:00"), created_at=MONDAY))
        session.add(Meeting(group_id=cast.group.id, starts_at=wall("2026-07-09T13:00"), created_at=MONDAY))
        await session.flush()
        assert await _today(session, cast.ratna) == [
            ("visit_today", "08.00"), ("session_today", "10.00"), ("meeting_today", "13.00"), ("own_step_late", ""),
        ]  # fmt: skip
        words, rows = await mornings.asked(session, cast.ratna, SAY, wall(MORNING))
        assert "1. <b>08.00</b> kunjungan ke <b>KKG Melati</b>" in words
        assert "2. <b>10.00</b> bertemu <b>Sari</b>: Coaching HARMONI" in words
        assert "3. <b>13.00</b> pertemuan <b>KKG Melati</b>" in words
        doors = [row[0]["callback_data"].partition(":")[0] for row in rows]
        assert doors == ["vst", "cyc", "mt", "cyc"]
        assert rows[0][0]["text"] == "1 · KKG Melati"


async def test_with_somebody_on_leave_there_is_no_appointment_and_no_question(database: Database) -> None:
    async with school(database) as (session, cast):
        await _session(session, cast, "2026-07-08T10:00", await _quiet_cycle(session, cast))
        await asks(session, cast.group, cast.sari, wall("2026-07-07T09:00"))
        assert len(await _today(session, cast.ratna)) == 2
        day = date(2026, 7, 8)
        session.add(Leave(person_id=cast.sari.id, first_day=day, last_day=day, created_at=MONDAY))
        await session.flush()
        assert await _today(session, cast.ratna) == []


async def test_who_visits_a_school_without_a_cycle_gets_the_letter_and_who_lost_the_role_none(
    database: Database,
) -> None:
    async with school(database) as (session, cast):
        session.add(_series(cast.group, cast.ratna))
        await session.flush()
        await mornings.send_due(session, wall("2026-07-07T06:45"))
        await _session(session, cast, "2026-07-08T10:00", None, host=cast.kepala)
        await mornings.send_due(session, wall(MORNING))
        (told,) = await letters_to(session, cast.ratna)
        assert "10.00" in told and "kunjungan ke" in told
        assert await letters_to(session, cast.kepala) == []
        await session.execute(update(Membership).where(Membership.person_id == cast.ratna.id).values(until=MONDAY))
        assert await _today(session, cast.ratna) == []


def _series(group: Group, who: Person) -> Series:
    at = wall("2026-07-22T10:00")
    return Series(group_id=group.id, person_id=who.id, minutes=60, starts_at=at, next_at=at, created_at=MONDAY)


# Questions of coachees


@pytest.mark.parametrize("why", ["open", "today", "replied", "settled", "another group", "of a colleague", "paused"])
async def test_a_coachees_question_waits(database: Database, why: str) -> None:
    async with school(database) as (session, cast):
        cycle = await _quiet_cycle(session, cast)
        elsewhere = await a_group(session, -555, title="KKG Dua", school_id=cast.group.school_id)
        who = cast.dewi if why == "of a colleague" else cast.sari
        at = wall("2026-07-08T06:00" if why == "today" else "2026-07-07T09:00")
        group = elsewhere if why == "another group" else cast.group
        said = await asks(session, group, who, at, settled=at if why == "settled" else None)
        if why == "replied":
            await says(session, group, cast.dewi, at + timedelta(hours=1), "Coba ini", reply_to=said.tg_message_id)
        elif why == "paused":
            await pauses.pause(session, cast.sari, cycle.id, 0, wall("2026-07-07T10:00"))
        assert await _today(session, cast.ratna) == ([("consultation", "")] if why == "open" else [])
        assert await _today(session, cast.hendra) == []


async def test_the_question_is_quoted_with_its_day_and_comes_after_late_promises(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await session.execute(update(CycleStep).values(due_on=date(2026, 7, 7)))
        await asks(session, cast.group, cast.sari, wall("2026-07-07T09:00"))
        assert [kind for kind, _ in await _today(session, cast.ratna)] == ["own_step_late", "consultation"]
        words, rows = await mornings.asked(session, cast.ratna, SAY, wall(MORNING))
        assert "<b>Sari</b> bertanya di grup, belum terjawab sejak Selasa, 7 Jul: Bagaimana cara" in words
        assert rows[1][0]["callback_data"] == f"cyc:{cycle.id}"
        assert len(await consultations.unanswered(session, [cast.sari.id, cast.dewi.id])) == 1


async def test_a_former_coach_is_told_of_no_question_and_a_stand_in_is(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _quiet_cycle(session, cast)
        await asks(session, cast.group, cast.sari, wall("2026-07-07T09:00"))
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, MONDAY)
        assert await _today(session, cast.hendra) == [("consultation", "")], "it stands in the group they belong to"
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, MONDAY)
        assert await _today(session, cast.ratna) == []
        await people.give_role(session, cast.tamu.id, cast.group.id, Role.COACH, MONDAY)
        assert await _today(session, cast.tamu) == []
