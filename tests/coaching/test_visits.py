"""Visits every fortnight, and the short talk after a lesson: announced in time, never twice."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from coaching import free_periods, lesson_talks, series, sessions, slots, visit_letters, visit_pages, visits
from coaching.refusals import Gone
from community.refusals import NotAllowed, Refusal
from content import packs
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Booking, CoachingSession, Cycle, Delivery, Enrolment, Leave, Letter, SessionSeries
from tests.coaching.cast import NOW, Coached, begun, letters_to, school, wall
from tests.community.cast import CHAT

SAY = Texts("id")
FIRST = wall("2026-07-14T09:00")  # a Tuesday, six working days after Monday the 6th


async def _series(session: Session, cast: Coached) -> SessionSeries:
    await free_periods.toggle(session, cast.ratna, 1, 9)
    return await series.begin(session, cast.ratna, cast.group.id, 1, 9, NOW)


async def _visits(session: Session) -> list[CoachingSession]:
    return list(await session.scalars(select(CoachingSession).order_by(CoachingSession.id)))


async def test_announced_five_working_days_ahead_every_fortnight(database: Database) -> None:
    async with school(database) as (session, cast):
        course = await _series(session, cast)
        assert (course.starts_at, course.next_at) == (FIRST, wall("2026-07-07T14:00"))
        assert await series.announce_due(session, wall("2026-07-07T13:59")) == 0
        assert await series.announce_due(session, wall("2026-07-07T14:00")) == 1
        assert await series.announce_due(session, wall("2026-07-07T14:00")) == 0
        (row,) = await _visits(session)
        assert (row.starts_at, row.state) == (FIRST, "agreed")
        (told,) = await session.scalars(select(Letter).where(Letter.chat_id == CHAT))
        assert "Selasa, 14 Jul pukul 09.00" in str(told.params)
        assert "akan berkunjung" in (await letters_to(session, cast.faisal))[-2], "the host; the file follows"
        holiday = wall("2026-07-28T09:00")
        assert course.starts_at == holiday and course.next_at == wall("2026-07-21T14:00")
        assert await session.scalar(select(Booking.person_id).where(Booking.person_id == cast.ratna.id)) is not None


async def test_a_visit_gives_way_to_a_closed_day_and_to_what_is_booked(database: Database) -> None:
    async with school(database) as (session, cast):
        await _series(session, cast)
        cycle = await begun(session, cast, "knight")
        found = await sessions.offer(session, cast.ratna, cycle.id, [FIRST + slots.QUARTER], 30, "onsite", NOW)
        await sessions.pick(session, cast.sari, found.row.id, 0, NOW)
        await series.announce_due(session, wall("2026-07-07T14:00"))
        assert (await _visits(session))[-1].starts_at == FIRST + timedelta(days=1)


async def test_called_off_with_a_reason_and_ended(database: Database) -> None:
    async with school(database) as (session, cast):
        course = await _series(session, cast)
        await series.announce_due(session, wall("2026-07-07T14:00"))
        (row,), at = await _visits(session), wall("2026-07-08T08:00")
        for who in (cast.sari, cast.tamu, cast.hendra):
            with pytest.raises(Gone):
                await visits.call_off(session, who, row.id, "ill", at)
        await visits.call_off(session, cast.faisal, row.id, "Ada pengawas", at)
        assert "Ada pengawas" in (await letters_to(session, cast.ratna))[-2], "the file follows"
        assert (await session.scalars(select(Booking))).all() == []
        assert await visit_letters.remind_due(session, wall("2026-07-13T14:00")) == 0
        with pytest.raises(Gone):
            await series.end(session, cast.hendra, course.id, at)
        await series.announce_due(session, wall("2026-07-21T14:00"))
        await series.end(session, cast.ratna, course.id, wall("2026-07-22T08:00"))
        assert [one.state for one in await _visits(session)] == ["cancelled", "cancelled"]
        assert await series.announce_due(session, wall("2026-08-30T14:00")) == 0


async def test_reminded_and_asked_on_both_sides(database: Database) -> None:
    async with school(database) as (session, cast):
        await _series(session, cast)
        await series.announce_due(session, wall("2026-07-07T14:00"))
        before = {who.id: len(await letters_to(session, who)) for who in (cast.ratna, cast.faisal)}
        for at, begins in (("13T14:00", "Besok"), ("14T08:00", "Sebentar"), ("14T10:15", "Kunjungan")):
            assert await visit_letters.remind_due(session, wall(f"2026-07-{at}")) == 1
            for who in (cast.ratna, cast.faisal):
                fresh = (await letters_to(session, who))[before[who.id] :]
                assert [one.split()[0] for one in fresh] == [begins]
                before[who.id] += 1
        (row,), after = await _visits(session), wall("2026-07-14T11:00")
        await visits.met(session, cast.ratna, row.id, True, after)
        assert row.state == "held"
        await visits.met(session, cast.faisal, row.id, False, after)
        assert row.state == "agreed"


async def test_who_may_begin_visits(database: Database) -> None:
    async with school(database) as (session, cast):
        await _series(session, cast)
        with pytest.raises(Refusal) as twice:
            await series.begin(session, cast.ratna, cast.group.id, 1, 9, NOW)
        assert twice.value.text_key == "sessions.series.already"
        with pytest.raises(Gone):
            await series.begin(session, cast.hendra, cast.group.id, 1, 9, NOW)  # no free hour of his
        with pytest.raises(NotAllowed):
            await visit_pages.of_group(session, cast.sari, cast.group.id, SAY)
        with pytest.raises(Gone):
            await visit_pages.of_group(session, cast.tamu, cast.group.id, SAY)
        words, rows = await visit_pages.of_group(session, cast.ratna, cast.group.id, SAY)
        assert "14 hari" in words and rows[0][0]["text"].startswith("Hentikan: Selasa, 14 Jul")


async def _lesson(session: Session, cast: Coached, at: datetime, *, talk: bool = True) -> Delivery:
    lesson = packs.pack("awal").lessons[0]
    course = Enrolment(group_id=cast.group.id, pack="awal", version=1, started_at=NOW)
    session.add(course)
    await session.flush()
    row = Delivery(
        group_id=cast.group.id, enrolment_id=course.id, pack="awal", version=1, lesson=lesson.id, day=at.date(),
        letter_key=f"p{course.id}", due_at=at, delivered_at=at, talk=talk,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def test_a_talk_is_proposed_once_to_both_after_the_lessons_that_say_so(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight", wall("2026-07-06T06:00"))
        morning = wall("2026-07-07T06:30")
        await _lesson(session, cast, morning, talk=False)
        await _lesson(session, cast, morning)
        before = {who.id: len(await letters_to(session, who)) for who in (cast.ratna, cast.sari, cast.dewi)}
        assert await lesson_talks.propose_due(session, wall("2026-07-07T12:29")) == 0
        assert await lesson_talks.propose_due(session, wall("2026-07-07T12:30")) == 1
        assert await lesson_talks.propose_due(session, wall("2026-07-07T12:31")) == 0
        title = packs.pack("awal").lessons[0].text("id").title
        for who, says in ((cast.ratna, "mengobrol 15 menit tentang itu"), (cast.sari, "Kapan Bapak/Ibu kosong")):
            (told,) = (await letters_to(session, who))[before[who.id] :]
            assert says in told and title in told
        assert len(await letters_to(session, cast.dewi)) == before[cast.dewi.id], "nobody coaches her"
        offered = await session.scalar(select(Letter).where(Letter.key.contains("ses.talk"), Letter.chat_id == 1))
        assert offered is not None and f"sesof:{cycle.id}:15" in str(offered.params)


async def test_no_talk_in_a_pause_nor_for_what_is_long_ago(database: Database) -> None:
    async with school(database) as (session, cast):
        await begun(session, cast, "knight", wall("2026-07-06T06:00"))
        await _lesson(session, cast, wall("2026-07-07T06:30"))
        assert await lesson_talks.propose_due(session, wall("2026-07-11T06:31")) == 0
        await session.execute(update(Cycle).values(state="paused"))
        assert await lesson_talks.propose_due(session, wall("2026-07-07T14:00")) == 0


async def test_somebody_on_leave_is_not_offered_a_time(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        for who in (cast.ratna, cast.sari):
            await free_periods.toggle(session, who, 1, 9)
        tuesday = wall("2026-07-07T09:00")
        session.add(Leave(person_id=cast.sari.id, first_day=tuesday.date(), last_day=tuesday.date(), created_at=NOW))
        await session.flush()
        _, found = await sessions.proposed(session, cast.ratna, cycle.id, 30, NOW)
        assert found == [FIRST]
