"""Two people find a time: free hours, three times offered, one picked, moved, called off, reminded of, held."""

import asyncio
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from coaching import (
    cycles,
    free_periods,
    handovers,
    pages,
    pauses,
    session_pages,
    session_times,
    sessions,
)
from coaching.refusals import Gone, NotNow
from coaching.rights import Side
from coaching.steps import Lacking
from community import calendar
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Attachment, Booking, CoachingSession, Cycle, Letter, Person
from tests.coaching.cast import NOW, Coached, answers, begun, ends, letters_to, school, wall

SAY = Texts("id")
TUESDAY_9, THURSDAY_10 = wall("2026-07-07T09:00"), wall("2026-07-09T10:00")  # NOW is Monday the 6th, 08.00


async def _free(session: Session, person: Person, *hours: tuple[int, int]) -> None:
    for weekday, hour in hours:
        await free_periods.toggle(session, person, weekday, hour)


async def _words(session: Session, person: Person, what: str) -> list[str]:
    return [str((one.params or {})["text"]) for one in await _letters(session, person, what)]


async def _agreed(session: Session, cast: Coached, cycle: Cycle, at: datetime = TUESDAY_9) -> CoachingSession:
    found = await sessions.offer(session, cast.ratna, cycle.id, [at], 30, "onsite", NOW)
    return (await sessions.pick(session, cast.sari, found.row.id, 0, NOW)).row


async def _letters(session: Session, person: Person, what: str) -> list[Letter]:
    """Those whose key says that they are about this, oldest first."""
    found = await session.scalars(
        select(Letter).where(Letter.chat_id == person.tg_user_id, Letter.key.contains(what)).order_by(Letter.id)
    )
    return list(found)


@pytest.mark.parametrize(
    "weekday, hour, possible",
    [
        (0, 7, True), (0, 13, True), (5, 16, True), (4, 10, True), (4, 14, True),
        (0, 6, False), (0, 17, False), (2, 19, False),  # neither before school nor in the evening
        (4, 11, False), (4, 12, False), (4, 13, False),  # the Friday prayer
        (7, 9, False), (-1, 9, False),
    ],
)  # fmt: skip
def test_which_hours_may_be_asked_of_anybody(weekday: int, hour: int, possible: bool) -> None:
    assert free_periods.is_possible(weekday, hour) is possible


async def test_an_hour_is_tapped_on_and_off_and_a_forged_one_is_refused(database: Database) -> None:
    async with school(database) as (session, cast):
        await _free(session, cast.sari, (0, 7), (1, 9), (1, 9))
        assert (await free_periods.of(session, [cast.sari.id, cast.dewi.id])) == {
            cast.sari.id: {(0, 7)},
            cast.dewi.id: set(),
        }
        words, rows = await free_periods.page(session, cast.sari, SAY)
        labels = [one["text"] for row in rows for one in row]
        assert "✓Sen 07" in labels and "Sel 09" in labels and "Jum 11" not in labels and "Sab 07" not in labels
        assert "Sudah dipilih: 1" in words and not any("19" in one for one in labels)
        assert len([one for row in rows for one in row]) <= 100, "as many as Telegram takes"
        for weekday, hour in ((4, 12), (0, 20), (9, 9)):
            with pytest.raises(Refusal):
                await free_periods.toggle(session, cast.sari, weekday, hour)
        with pytest.raises(NeedsConsent):
            await free_periods.toggle(session, None, 0, 7)


async def test_three_times_that_fit_both_the_school_day_first(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        _, none = await sessions.proposed(session, cast.ratna, cycle.id, 30, NOW)
        assert none == []
        await _free(session, cast.ratna, (1, 9), (1, 15), (2, 8), (3, 10), (4, 9))
        await _free(session, cast.sari, (1, 9), (1, 15), (2, 9), (3, 10))
        _, found = await sessions.proposed(session, cast.ratna, cycle.id, 30, NOW)
        assert found == [TUESDAY_9, THURSDAY_10, wall("2026-07-14T09:00")], "not Tuesday at three: that is after school"
        cast.sari.zone = "Asia/Makassar"  # an hour ahead: her nine o'clock is eight in Jakarta
        await session.flush()
        await _free(session, cast.sari, (2, 9), (2, 9))
        _, there = await sessions.proposed(session, cast.ratna, cycle.id, 30, NOW)
        assert there == [wall("2026-07-08T08:00"), wall("2026-07-15T08:00")]


async def test_from_the_offer_to_the_calendar_file(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        with pytest.raises(NotAllowed):
            await sessions.offer(session, cast.sari, cycle.id, [TUESDAY_9], 30, "onsite", NOW)
        found = await sessions.offer(session, cast.ratna, cycle.id, [THURSDAY_10, TUESDAY_9], 30, "onsite", NOW)
        (asked,) = await _letters(session, cast.sari, "ses.offer")
        labels = [row[0]["text"] for row in (asked.params or {})["reply_markup"]["inline_keyboard"]]
        assert labels == ["Selasa, 7 Jul pukul 09.00", "Kamis, 9 Jul pukul 10.00", "Belum ada yang cocok"]
        with pytest.raises(NotAllowed):
            await sessions.pick(session, cast.ratna, found.row.id, 0, NOW)  # the teacher picks
        for forged in (-1, 2):
            with pytest.raises(Gone):
                await sessions.pick(session, cast.sari, found.row.id, forged, NOW)
        row = (await sessions.pick(session, cast.sari, found.row.id, 1, NOW)).row
        assert (row.state, row.starts_at) == ("agreed", THURSDAY_10)
        (told,) = await _words(session, cast.ratna, "ses.agreed")
        assert "Kamis, 9 Jul pukul 10.00, 30 menit, tatap muka" in told
        with pytest.raises(NotNow):
            await sessions.pick(session, cast.sari, found.row.id, 0, NOW)
        await sessions.put(session, cast.ratna, row.id, "Ruang guru", NOW)
        for who, other in ((cast.ratna, "Sari"), (cast.sari, "Ratna")):
            entries = [await _entry(session, one) for one in await _letters(session, who, "ses.file")]
            assert [int(one["sequence"]) for one in entries] == [0, 1]
            assert len({str(one["uid"]) for one in entries}) == 1, "the newer takes the place of the older"
            last = entries[-1]
            assert (last["dtstart"].dt, last["dtend"].dt) == (THURSDAY_10, THURSDAY_10 + timedelta(minutes=30))
            assert str(last["summary"]) == f"Bertemu {other}" and str(last["location"]) == "Ruang guru"


async def _entry(session: Session, letter: Letter) -> dict[str, object]:
    kept = await session.get(Attachment, (letter.params or {})["document"]["attachment"])
    assert kept is not None and kept.name == "pertemuan.ics"
    (entry,) = Calendar.from_ical(kept.content).walk("VEVENT")
    return entry  # type: ignore[no-any-return]


async def test_who_is_taken_is_not_booked_twice(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        other = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [cast.dewi.id], NOW)
        await cycles.answer(session, cast.dewi, other.id, True, NOW)
        row = await _agreed(session, cast, cycle)
        quarter = TUESDAY_9 + timedelta(minutes=15)
        for at in (TUESDAY_9, quarter, TUESDAY_9 - timedelta(minutes=15)):
            found = await sessions.offer(session, cast.ratna, other.id, [at], 30, "onsite", NOW)
            point = await session.begin_nested()
            with pytest.raises(Refusal) as taken:
                await sessions.pick(session, cast.dewi, found.row.id, 0, NOW)
            assert taken.value.text_key == "sessions.time.taken"
            await point.rollback()
        await sessions.call_off(session, cast.sari, row.id, "cancel", "ill", NOW)
        found = await sessions.offer(session, cast.ratna, other.id, [quarter], 30, "onsite", NOW)
        await sessions.pick(session, cast.dewi, found.row.id, 0, NOW)


async def test_two_taps_at_once_are_one_booking(database: Database) -> None:
    """Two teachers pick the same time of one coach, each in a transaction of their own, at the same moment."""
    async with school(database) as (session, cast):
        ids = []
        for who in (cast.sari, cast.dewi):
            cycle = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [who.id], NOW)
            await cycles.answer(session, who, cycle.id, True, NOW)
            ids.append((await sessions.offer(session, cast.ratna, cycle.id, [TUESDAY_9], 30, "onsite", NOW)).row.id)

    async def tap(person_id: int, session_id: int) -> str:
        try:
            async with database.writing() as own:
                await sessions.pick(own, await own.get(Person, person_id), session_id, 0, NOW)
                await asyncio.sleep(0.05)  # both are under way
        except Refusal as refused:
            return refused.text_key
        return "agreed"

    said = await asyncio.gather(tap(cast.sari.id, ids[0]), tap(cast.dewi.id, ids[1]))
    assert sorted(said) == ["agreed", "sessions.time.taken"]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Booking)) == 4, "two quarters of two people"
        states = sorted(await session.scalars(select(CoachingSession.state)))
        assert states == ["agreed", "offered"]


async def test_moved_and_cancelled_with_a_reason_that_the_other_reads(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row = await _agreed(session, cast, cycle)
        with pytest.raises(Refusal):
            await sessions.call_off(session, cast.sari, row.id, "move", "  ", NOW)
        await sessions.call_off(session, cast.sari, row.id, "move", "Ada rapat dengan <pengawas>", NOW)
        (told,) = await _words(session, cast.ratna, "ses.moved")
        assert "Ada rapat dengan &lt;pengawas&gt;" in told
        off = await _entry(session, (await _letters(session, cast.ratna, "ses.unfile"))[0])
        assert str(off["status"]) == "CANCELLED"
        assert await session.scalar(select(func.count()).select_from(Booking)) == 0
        with pytest.raises(NotNow):
            await sessions.call_off(session, cast.ratna, row.id, "cancel", "ill", NOW)
        again = await sessions.offer(session, cast.ratna, cycle.id, [THURSDAY_10], 45, "online", NOW)
        await sessions.pick(session, cast.sari, again.row.id, 0, NOW)
        entry = await _entry(session, (await _letters(session, cast.sari, "ses.file"))[-1])
        assert str(entry["uid"]) == str(off["uid"]) and int(str(entry["sequence"])) > int(str(off["sequence"]))
        await sessions.call_off(session, cast.ratna, again.row.id, "cancel", "duty", NOW)
        assert "ada tugas mendadak" in (await _words(session, cast.sari, "ses.cancelled"))[0]


@pytest.mark.parametrize(
    "at, why",
    [
        ("2026-07-06T07:45", "past"), ("2026-09-30T09:00", "past"),
        ("2026-07-07T09:05", "quarter"),
        ("2026-07-07T19:00", "quiet"), ("2026-07-07T16:45", "quiet"), ("2026-07-07T05:00", "quiet"),
        ("2026-07-10T12:00", "quiet"), ("2026-07-10T10:45", "quiet"),
    ],
)  # fmt: skip
async def test_no_time_in_the_evening_at_night_or_at_the_friday_prayer(database: Database, at: str, why: str) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        with pytest.raises(Refusal) as refused:
            await sessions.offer(session, cast.ratna, cycle.id, [wall(at)], 30, "onsite", NOW)
        assert refused.value.text_key == f"sessions.time.{why}"


async def test_reminded_the_day_before_and_an_hour_before_and_asked_afterwards(
    database: Database,
) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _agreed(session, cast, cycle, THURSDAY_10)
        before = {who.id: len(await letters_to(session, who)) for who in (cast.ratna, cast.sari)}
        for at, told in (
            ("08T13:59", []), ("08T14:00", ["Besok"]), ("09T08:59", []), ("09T09:00", ["Sebentar lagi"]),
            ("09T10:30", []), ("09T10:45", ["Pertemuan dengan"]), ("20T10:45", []),
        ):  # fmt: skip
            await session_times.remind_due(session, wall(f"2026-07-{at}"))
            assert await session_times.remind_due(session, wall(f"2026-07-{at}")) == 0, "once is once"
            for who in (cast.ratna, cast.sari):
                fresh = (await letters_to(session, who))[before[who.id] :]
                assert [one[: len(told[0])] for one in fresh] == told if told else fresh == [], at
                before[who.id] += len(fresh)


def test_no_reminder_in_quiet_hours() -> None:
    days = calendar.of()
    friday = wall("2026-07-10T14:00")  # an hour before is the Friday prayer
    assert session_times.before_quiet(days, friday - session_times.HOUR, "Asia/Jakarta") == wall("2026-07-10T10:45")
    early = wall("2026-07-07T06:00")
    assert session_times.before_quiet(days, early - session_times.HOUR, "Asia/Jakarta") is None
    at, stage = session_times.first_word(days, early, 30, "Asia/Jakarta", wall("2026-07-06T15:00"))
    assert (at, stage) == (wall("2026-07-07T06:45"), session_times.DID_MEET)


async def test_a_clock_that_stood_still_does_not_announce_what_is_over(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _agreed(session, cast, cycle)
        await session_times.remind_due(session, wall("2026-07-07T09:10"))  # under way
        assert (
            await _letters(session, cast.sari, "ses.tomorrow") == await _letters(session, cast.sari, "ses.soon") == []
        )
        await session_times.remind_due(session, wall("2026-07-07T11:00"))
        assert len(await _letters(session, cast.sari, "ses.did_meet")) == 1


async def test_held_is_what_somebody_says_and_nobody_denies(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row, after = await _agreed(session, cast, cycle), TUESDAY_9 + timedelta(hours=1)
        with pytest.raises(NotNow):
            await sessions.met(session, cast.sari, row.id, True, NOW)
        for who, yes, state in (
            (cast.sari, True, "held"), (cast.ratna, False, "agreed"), (cast.ratna, True, "held"),
        ):  # fmt: skip
            await sessions.met(session, who, row.id, yes, after)
            assert row.state == state


async def test_a_step_that_needs_a_session_ends_with_one_of_its_own(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await answers(session, cast.sari, cycle, "Sari", NOW)
        await answers(session, cast.ratna, cycle, "Ratna", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, NOW)
        assert lacking.value.missing == ["session"]
        row = await _agreed(session, cast, cycle)
        after = TUESDAY_9 + timedelta(hours=1)
        await sessions.met(session, cast.sari, row.id, False, after)
        with pytest.raises(Lacking):
            await ends(session, cast.sari, cycle, after)
        await sessions.met(session, cast.sari, row.id, True, after)
        await ends(session, cast.sari, cycle, after)
        assert await ends(session, cast.ratna, cycle, after) is not None and cycle.step == "observasi"
        await pauses.reopen(session, cast.ratna, cycle.id, "pra", after)
        await answers(session, cast.sari, cycle, "Sari", after)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, after)
        assert lacking.value.missing == ["session"], "the step is open anew: it needs a newer one"


@pytest.mark.parametrize("who", ["dewi", "tamu", "kepala", "faisal"])
async def test_a_copied_button_learns_nothing(database: Database, who: str) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row, person = await _agreed(session, cast, cycle), getattr(cast, who)
        tries = (
            lambda: sessions.pick(session, person, row.id, 0, NOW),
            lambda: sessions.call_off(session, person, row.id, "cancel", "ill", NOW),
            lambda: sessions.put(session, person, row.id, "x", NOW),
            lambda: sessions.met(session, person, row.id, True, TUESDAY_9 + timedelta(hours=1)),
            lambda: session_pages.of_cycle(session, person, cycle.id, SAY, NOW),
            lambda: session_pages.file(session, person, row.id, SAY, NOW),
            lambda: sessions.offer(session, person, cycle.id, [THURSDAY_10], 30, "onsite", NOW),
        )
        for attempt in tries:
            with pytest.raises(Gone):
                await attempt()
        assert row.state == "agreed"


async def test_a_stand_in_sees_when_and_changes_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row = await _agreed(session, cast, cycle)
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        words, rows = await session_pages.of_cycle(session, cast.hendra, cycle.id, SAY, NOW)
        assert "Selasa, 7 Jul pukul 09.00" in words and [len(one) for one in rows] == [1], "the way back and no more"
        with pytest.raises(NotAllowed):
            await sessions.call_off(session, cast.hendra, row.id, "cancel", "ill", NOW)


async def test_another_coach_begins_with_free_hands(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        row = await _agreed(session, cast, cycle)
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        await session.refresh(row)
        assert row.state == "moved" and await session.scalar(select(func.count()).select_from(Booking)) == 0
        again = await sessions.offer(session, cast.hendra, cycle.id, [TUESDAY_9], 30, "onsite", NOW)
        assert again.row.replaces_id == row.id
        await pauses.stop(session, cast.sari, cycle.id, NOW)
        await session.refresh(again.row)
        assert again.row.state == "cancelled", "what was still open ends with the cycle"


async def test_the_cycles_page_says_when_and_leads_there(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _agreed(session, cast, cycle)
        words, rows = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Bertemu: <b>Selasa, 7 Jul pukul 09.00" in words
        assert f"ses:{cycle.id}" in [one.get("callback_data") for row in rows for one in row]
        for minutes, told in (
            (0, "Sedang berlangsung"),
            (29, "Sedang berlangsung"),
            (30, "Catat lewat Atur pertemuan"),
        ):
            then = TUESDAY_9 + timedelta(minutes=minutes)
            words, _rows = await pages.of_cycle(session, cast.sari, cycle.id, SAY, then)
            assert told in words and ("Bertemu atau belum?" in words) is (minutes == 30)
        words, rows = await session_pages.of_cycle(session, cast.sari, cycle.id, SAY, then)
        assert "Bertemu atau belum?" in words and "Catat lewat" not in words
