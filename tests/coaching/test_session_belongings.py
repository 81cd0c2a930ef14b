"""Of sessions and meetings a copy holds what is a person's, and after deletion nothing of them is left."""

from datetime import timedelta

from sqlalchemy import or_, select

from coaching import belongings, free_periods, meeting_scores, meetings, sessions
from reports import person
from storage.database import Database
from storage.models import (
    Attachment,
    Booking,
    CoachingSession,
    FreePeriod,
    Letter,
    Meeting,
    MeetingAttendance,
    SessionSeat,
    SessionSeries,
)
from tests.coaching.cast import NOW, begun, school, wall

TUESDAY, THURSDAY = wall("2026-07-07T09:00"), wall("2026-07-16T13:30")
AFTER = THURSDAY + timedelta(hours=2)


async def test_what_is_kept_is_handed_over_and_goes(database: Database) -> None:
    async with school(database) as (session, cast):
        ratna = cast.ratna
        await free_periods.toggle(session, ratna, 1, 9)
        cycle = await begun(session, cast, "knight")
        found = await sessions.offer(session, ratna, cycle.id, [TUESDAY], 30, "onsite", NOW)
        row = (await sessions.pick(session, cast.sari, found.row.id, 0, NOW)).row
        await sessions.put(session, ratna, row.id, "Rumah Ratna", NOW)
        meeting = (await meetings.plan(session, ratna, cast.group.id, THURSDAY, NOW)).row
        await meetings.tick(session, ratna, meeting.id, ratna.id, AFTER)
        await meetings.write(session, ratna, meeting.id, "minutes", "Notulen dari Ratna", AFTER)
        await meetings.close(session, ratna, meeting.id, AFTER)
        await meeting_scores.say_seen(session, ratna, meeting.id, "Ratna melihat semua bicara", AFTER)

        copy = await belongings.copy_of(session, ratna)
        assert copy["free_periods"] == [{"weekday": 1, "hour": 9}]
        assert copy["coaching_sessions"][0]["place"] == "Rumah Ratna"
        assert copy["meetings"][0]["minutes"] == "Notulen dari Ratna"
        assert copy["meetings_attended"][0]["seen"] == "Ratna melihat semua bicara"

        number = ratna.id
        await person.forget(session, ratna, AFTER)
        for table in (FreePeriod, Booking, SessionSeat, SessionSeries, MeetingAttendance):
            assert (await session.scalars(select(table).where(table.person_id == number))).all() == []
        await session.refresh(row)
        assert (row.state, row.place, row.offered_by, row.remind_at) == ("cancelled", None, None, None)
        assert (await session.scalars(select(Booking))).all() == [], "Sari's time is her own again"
        held = await session.get(Meeting, meeting.id, populate_existing=True)
        assert held is not None and (held.minutes, held.minutes_by, held.planned_by) == (None, None, None)
        about = or_(Letter.key.startswith("cyc:"), Letter.key.startswith("meet:"))
        told = await session.scalars(select(Letter).where(about))
        assert not any("Ratna" in str(one.params) for one in told)
        assert len((await session.scalars(select(CoachingSession))).all()) == 1


async def test_whoever_was_to_meet_them_can_take_it_out_of_the_calendar(database: Database) -> None:
    async with school(database) as (session, cast):
        cast.ratna.tg_user_id = 7_000_000_001  # as long as real ones: a "1" would be found in every letter
        cycle = await begun(session, cast, "knight")
        found = await sessions.offer(session, cast.ratna, cycle.id, [TUESDAY], 30, "onsite", NOW)
        row = (await sessions.pick(session, cast.sari, found.row.id, 0, NOW)).row
        await sessions.put(session, cast.ratna, row.id, "Rumah Ratna", NOW)
        number, before = row.id, row.version
        await person.forget(session, cast.ratna, NOW)
        letters = await session.scalars(select(Letter).where(Letter.key.startswith("ses.gone:")))
        (told,) = letters.all()
        assert (told.person_id, told.state, told.not_after) == (cast.sari.id, "pending", TUESDAY)
        digest = (told.params or {})["document"]["attachment"]
        content = (await session.get_one(Attachment, digest)).content.decode()
        assert "METHOD:CANCEL" in content and f"UID:sesi-{number}@sejawat" in content
        assert f"SEQUENCE:{before + 1}" in content
        assert "Ratna" not in content + str(told.params), "who has gone is said nowhere, nor the place they named"


async def test_of_what_is_over_nothing_is_sent(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        found = await sessions.offer(session, cast.ratna, cycle.id, [TUESDAY], 30, "onsite", NOW)
        await sessions.pick(session, cast.sari, found.row.id, 0, NOW)
        await person.forget(session, cast.ratna, AFTER)
        gone = await session.scalars(select(Letter).where(Letter.key.startswith("ses.gone:")))
        assert gone.all() == []
