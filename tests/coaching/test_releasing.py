"""A cycle that rests, ends or changes hands: what was still to come is off at once, for everybody who had it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select, update

from coaching import cycles, handovers, pauses, releasing, session_pages, session_times, sessions, steps
from coaching.rights import Act, Side
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Attachment, Booking, CoachingSession, Cycle, Letter, Membership, Person
from tests.coaching.cast import NOW, Coached, begun, letters_to, school, wall

SAY = Texts("id")
TUESDAY_9 = wall("2026-07-07T09:00")
Ends = Callable[[Session, Coached, Cycle], Awaitable[object]]


async def _agreed(session: Session, cast: Coached, cycle: Cycle) -> CoachingSession:
    found = await sessions.offer(session, cast.ratna, cycle.id, [TUESDAY_9], 30, "onsite", NOW)
    return (await sessions.pick(session, cast.sari, found.row.id, 0, NOW)).row


async def _off(session: Session, person: Person) -> list[tuple[str, str, int]]:
    """The calendar entries that a file takes out again: what is said with it, status and version."""
    told = await session.scalars(
        select(Letter).where(Letter.chat_id == person.tg_user_id, Letter.key.contains("unfile")).order_by(Letter.id)
    )
    found = []
    for one in told:
        kept = await session.get(Attachment, (one.params or {})["document"]["attachment"])
        assert kept is not None and Calendar.from_ical(kept.content)["method"] == "CANCEL"
        (entry,) = Calendar.from_ical(kept.content).walk("VEVENT")
        found.append((str((one.params or {})["caption"]), str(entry["status"]), int(entry["sequence"])))
    return found


async def _rests(session: Session, cast: Coached, cycle: Cycle) -> object:
    return await pauses.pause(session, cast.sari, cycle.id, 14, NOW)


async def _stops(session: Session, cast: Coached, cycle: Cycle) -> object:
    return await pauses.stop(session, cast.ratna, cycle.id, NOW)


async def _changes_hands(session: Session, cast: Coached, cycle: Cycle) -> object:
    return await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)


async def _closes(session: Session, cast: Coached, cycle: Cycle) -> object:
    found = await steps.at(session, cast.sari, cycle.id, Act.SEE)
    return await steps._close(session, found.seat, NOW)


async def _loses_its_coach(session: Session, cast: Coached, cycle: Cycle) -> object:
    await session.execute(update(Membership).where(Membership.person_id == cast.ratna.id).values(role="teacher"))
    return await handovers.vacate_due(session, NOW)


@pytest.mark.parametrize(
    "ends, reason",
    [
        (_rests, "coachingnya sedang jeda"), (_stops, "coachingnya sudah selesai"),
        (_closes, "coachingnya sudah selesai"), (_changes_hands, "coach-nya berganti"),
        (_loses_its_coach, "coachingnya sedang jeda"),
    ],
)  # fmt: skip
async def test_what_is_still_to_come_is_off_at_once(database: Database, ends: Ends, reason: str) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row = await _agreed(session, cast, cycle)
        before = len(await letters_to(session, cast.hendra))
        await ends(session, cast, cycle)
        await session.refresh(row)
        assert (row.state, row.remind_at) == ("moved" if ends is _changes_hands else "cancelled", None)
        assert (await session.scalars(select(Booking))).all() == [], "the time is free for others"
        for who, other in ((cast.ratna, "Sari"), (cast.sari, "Ratna")):
            ((caption, status, version),) = await _off(session, who)
            assert caption.startswith(f"Pertemuan dengan {other} (Selasa, 7 Jul pukul 09.00, 30 menit")
            assert reason in caption and (status, version) == ("CANCELLED", 1)
        assert await _off(session, cast.hendra) == [], "who never had it is told nothing of it"
        assert len(await letters_to(session, cast.hendra)) - before <= 1
        assert await session_times.remind_due(session, wall("2026-07-07T08:00")) == 0
        assert await releasing.let_go(session, cycle, cast.group, "ended", NOW) == 0, "once is once"


async def test_the_freed_time_is_picked_by_others(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _agreed(session, cast, cycle)
        await pauses.pause(session, cast.sari, cycle.id, 14, NOW)
        other = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [cast.dewi.id], NOW)
        await cycles.answer(session, cast.dewi, other.id, True, NOW)
        found = await sessions.offer(session, cast.ratna, other.id, [TUESDAY_9], 30, "onsite", NOW)
        await sessions.pick(session, cast.dewi, found.row.id, 0, NOW)
        words, rows = await session_pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Dibatalkan: Selasa, 7 Jul" in words and "sedang jeda" in words
        assert [one["callback_data"] for row in rows for one in row if "sesoff" in one["callback_data"]] == []


async def test_an_offer_nobody_took_up_is_off_without_a_file(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        found = await sessions.offer(session, cast.ratna, cycle.id, [TUESDAY_9], 30, "onsite", NOW)
        await pauses.pause(session, cast.ratna, cycle.id, 0, NOW)
        await session.refresh(found.row)
        assert found.row.state == "cancelled" and await _off(session, cast.sari) == []


@pytest.mark.parametrize("ends, asked", [(_rests, 1), (_closes, 1), (_stops, 0)])
async def test_who_met_before_it_ended_is_asked_all_the_same(database: Database, ends: Ends, asked: int) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row = await _agreed(session, cast, cycle)
        await session.execute(update(CoachingSession).values(starts_at=NOW - timedelta(minutes=5), reminded=2))
        await ends(session, cast, cycle)
        await session.refresh(row)
        assert row.state == "agreed", "it has begun"
        await session.execute(update(CoachingSession).values(remind_at=NOW))
        await session_times.remind_due(session, NOW + timedelta(hours=1))
        for who in (cast.ratna, cast.sari):
            told = await session.scalars(
                select(Letter).where(Letter.chat_id == who.tg_user_id, Letter.key.contains("did_meet"))
            )
            assert len(told.all()) == asked
        if asked:
            await sessions.met(session, cast.sari, row.id, True, NOW + timedelta(hours=1))
            assert row.state == "held"
