"""A school where people are coached: Bu Ratna coaches, Sari and Dewi teach, Pak Hendra is another coach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from coaching import cycle_notes, cycles, needs, steps
from coaching.cycle_notes import Given
from coaching.rights import Act, Side
from coaching.seats import Seat
from coaching.steps import Standing
from community.roles import Role
from storage.database import Database, Session
from storage.models import Cycle, CycleStep, Group, Letter, Person, School
from tests.community.cast import NOW, a_group, somebody

__all__ = ["NOW"]


@dataclass
class Coached:
    """The people of the tests, by what they are there."""

    group: Group
    ratna: Person  # coach
    hendra: Person  # another coach
    sari: Person  # teacher
    dewi: Person  # another teacher
    kepala: Person  # principal, coach of nobody here
    faisal: Person  # facilitator
    tamu: Person  # somebody of another group


async def coached(session: Session) -> Coached:
    school = School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=NOW)
    session.add(school)
    await session.flush()
    group = await a_group(session, school_id=school.id)
    other = await a_group(session, -100_999, title="KKG Lain", school_id=school.id)
    return Coached(
        group,
        ratna=await somebody(session, "Ratna", 1, group=group, roles=(Role.COACH,)),
        hendra=await somebody(session, "Hendra", 2, group=group, roles=(Role.MENTOR,)),
        sari=await somebody(session, "Sari", 3, group=group, roles=(Role.TEACHER,)),
        dewi=await somebody(session, "Dewi", 4, group=group, roles=(Role.TEACHER,)),
        kepala=await somebody(session, "Kusuma", 5, group=group, roles=(Role.PRINCIPAL,)),
        faisal=await somebody(session, "Faisal", 6, group=group, roles=(Role.FACILITATOR,)),
        tamu=await somebody(session, "Tamu", 7, group=other, roles=(Role.COACH, Role.TEACHER)),
    )


async def begun(session: Session, cast: Coached, workflow: str = "harmoni", now: datetime = NOW) -> Cycle:
    """Bu Ratna asks Sari, who says yes."""
    cycle = await cycles.offer(session, cast.ratna, cast.group, workflow, Side.COACHEE, [cast.sari.id], now)
    await cycles.answer(session, cast.sari, cycle.id, True, now)
    return cycle


async def where(session: Session, person: Person, cycle: Cycle) -> Standing:
    return await steps.at(session, person, cycle.id, Act.SEE)


async def answers(session: Session, person: Person, cycle: Cycle, words: str, now: datetime, **taps: str) -> None:
    """The person answers every question of theirs at the open step; ``taps`` chooses, else the first option."""
    found = await where(session, person, cycle)
    for ask in needs.asks_of(found.step, found.seat.side):
        given = Given("text", f"{words}: {ask.id}")
        if ask.options:
            given = Given("tap", taps.get(ask.id, ask.options[0].id))
        elif ask.answer == "evidence":
            given = Given("photo", "Foto pelajaran", "file-1")
        await cycle_notes.answer(session, person, cycle.id, found.row.id, ask.id, given, now)


async def ends(session: Session, person: Person, cycle: Cycle, now: datetime) -> Standing | None:
    found = await where(session, person, cycle)
    return await steps.end(session, person, cycle.id, found.row.id, now)


async def letters_to(session: Session, person: Person) -> list[str]:
    """What the person was written, and what stands below pictures, oldest first; what was put off is there too."""
    found = await session.scalars(select(Letter).where(Letter.chat_id == person.tg_user_id).order_by(Letter.id))
    kept = [one.params or {} for one in found]
    return [str(one.get("text") or one.get("caption", "")) for one in kept]


async def opened(session: Session, cycle: Cycle) -> list[str]:
    """The steps that were ever opened."""
    found = await session.scalars(select(CycleStep.step).where(CycleStep.cycle_id == cycle.id).order_by(CycleStep.id))
    return list(found)


@asynccontextmanager
async def school(database: Database) -> AsyncIterator[tuple[Session, Coached]]:
    async with database.writing() as session:
        yield session, await coached(session)


def later(**by: float) -> datetime:
    return NOW + timedelta(**by)


def wall(said: str) -> datetime:
    """A moment in Jakarta."""
    return datetime.fromisoformat(f"{said}+07:00").astimezone(UTC)


__all__ += ["Coached", "Seat", "answers", "begun", "coached", "ends", "later", "letters_to", "opened", "school", "wall"]
