"""When a school's calendar changes, its next lessons come when the calendar says, and not what was put elsewhere."""

from datetime import UTC, date, datetime

from sqlalchemy import select

from community import calendar
from community.calendar import days, pages
from content.texts import Texts
from learning import rescheduling
from storage.database import Database, Session
from storage.models import CalendarDay, Delivery, Enrolment, Group, School
from tests.counting import statements
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast

# The evening before is Tuesday, 21 July; the first prompt is due on Wednesday at 06:30.
WEDNESDAY, THURSDAY = MORNING, datetime(2026, 7, 22, 23, 30, tzinfo=UTC)


async def running(session: Session, group: Group, next_at: datetime) -> Enrolment:
    row = Enrolment(group_id=group.id, pack="awal", version=1, position=0, started_at=EVENING_BEFORE, next_at=next_at)
    session.add(row)
    await session.flush()
    return row


def closed(school_id: int | None, day: date) -> CalendarDay:
    return CalendarDay(
        scope="school", school_id=school_id, first_day=day, last_day=day, kind="closed", created_at=EVENING_BEFORE
    )


async def next_at(session: Session, row: Enrolment) -> datetime | None:
    return await session.scalar(select(Enrolment.next_at).where(Enrolment.id == row.id))


async def test_a_day_off_moves_the_lesson_and_a_day_freed_brings_it_back(database: Database, cast: Cast) -> None:
    school_id = cast.melati.school_id
    async with database.writing() as session:
        row = await running(session, cast.melati, WEDNESDAY)
        before = await calendar.calendars_of(session, [school_id])
        mark = closed(school_id, date(2026, 7, 22))
        session.add(mark)
        await session.flush()
        assert await rescheduling.reckoned_again(session, before, EVENING_BEFORE) == 1
        assert await next_at(session, row) == THURSDAY
        before = await calendar.calendars_of(session, [school_id])
        await session.delete(mark)
        await session.flush()
        assert await rescheduling.reckoned_again(session, before, EVENING_BEFORE) == 1
        assert await next_at(session, row) == WEDNESDAY


async def test_what_was_postponed_and_what_is_finished_stays(database: Database, cast: Cast) -> None:
    school_id = cast.melati.school_id
    postponed = datetime(2026, 7, 23, 23, 30, tzinfo=UTC)
    async with database.writing() as session:
        kept = await running(session, cast.melati, postponed)
        over = await running(session, cast.melati, WEDNESDAY)
        over.next_at = None
        before = await calendar.calendars_of(session, [school_id])
        session.add(closed(school_id, date(2026, 7, 22)))
        await session.flush()
        assert await rescheduling.reckoned_again(session, before, EVENING_BEFORE) == 0
        assert [await next_at(session, one) for one in (kept, over)] == [postponed, None]


async def test_a_day_that_had_its_prompt_gets_no_second_one(database: Database, cast: Cast) -> None:
    school = cast.melati.school_id
    now = datetime(2026, 7, 21, 23, 45, tzinfo=UTC)  # Wednesday, 06:45
    async with database.writing() as session:
        row = await running(session, cast.melati, THURSDAY)
        session.add(
            Delivery(
                group_id=cast.melati.id, enrolment_id=row.id, pack="awal", version=1, lesson="x", letter_key="p",
                day=date(2026, 7, 22), due_at=WEDNESDAY,
            )
        )  # fmt: skip
        found = await session.get_one(School, school)
        before = await calendar.calendars_of(session, [school])
        found.workdays = "mon,tue,wed,fri"
        await session.flush()
        assert await rescheduling.reckoned_again(session, before, now) == 1
        assert await next_at(session, row) == datetime(2026, 7, 23, 23, 30, tzinfo=UTC)


async def test_other_schools_and_calendars_that_did_not_change_cost_no_more(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        row = await running(session, cast.melati, WEDNESDAY)
        before = await calendar.calendars_of(session, [cast.melati.school_id, None])
        with statements() as asked:
            assert await rescheduling.reckoned_again(session, before, EVENING_BEFORE) == 0
        assert len(asked) == 2
        with statements() as asked:
            assert await rescheduling.reckoned_again(session, {}, EVENING_BEFORE) == 0
        assert asked == []
        assert await next_at(session, row) == WEDNESDAY


async def test_marked_by_a_facilitator_the_lesson_moves_in_the_same_breath(database: Database, cast: Cast) -> None:

    async with database.writing() as session:
        row = await running(session, cast.melati, WEDNESDAY)
        hendra, say = cast["Hendra"], Texts("id")
        shown = await pages.tapped(session, hendra, cast.melati.id, "2026-07-22", say, EVENING_BEFORE)
        assert await rescheduling.reckoned_again(session, shown.before, EVENING_BEFORE) == 1
        assert await next_at(session, row) == THURSDAY
        (mark,) = await days.marked(session, hendra, cast.melati.id, EVENING_BEFORE)
        shown = await pages.removed(session, hendra, cast.melati.id, mark.id, say, EVENING_BEFORE)
        assert await rescheduling.reckoned_again(session, shown.before, EVENING_BEFORE) == 1
        assert await next_at(session, row) == WEDNESDAY
