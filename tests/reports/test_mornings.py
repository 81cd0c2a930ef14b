"""Who needs me today: one letter a morning, the most urgent first, empty ones never, in a fixed number of queries."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from coaching import commitments, cycle_notes, cycles, handovers, pauses, reaching, reading_back
from coaching.cycle_notes import Given
from coaching.refusals import Gone
from coaching.rights import Side
from community import leaves
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from reports import mornings, today
from storage.database import Database, Session
from storage.models import Cycle, CycleStep, Letter, Morning, Person
from tests.coaching.cast import Coached, begun, ends, letters_to, school, wall
from tests.community.cast import somebody
from tests.counting import statements

MONDAY = wall("2026-07-06T08:00")
SAY = Texts("id")


async def _today(session: Session, who: Person, said: str) -> list[today.Need]:
    found = await today.gather(session, [who], wall(said))
    return found[who.id].needs if who.id in found else []


async def _letter(session: Session, who: Person, said: str) -> list[str]:
    await mornings.send_due(session, wall(said))
    return [one for one in await letters_to(session, who) if "menunggu Bapak/Ibu hari ini" in one]


async def test_nothing_to_say_is_nothing_sent_and_a_late_step_comes_at_the_hour(database: Database) -> None:
    async with school(database) as (session, cast):
        await begun(session, cast, now=MONDAY)  # due on Monday the 13th
        assert await _letter(session, cast.ratna, "2026-07-06T08:05") == []
        for day in (7, 8, 9):
            assert await _letter(session, cast.ratna, f"2026-07-{day:02}T06:45") == []
        assert await _letter(session, cast.ratna, "2026-07-12T06:45") == [], "Sunday"
        (told,) = await _letter(session, cast.ratna, "2026-07-13T06:45")
        assert "Membangun hubungan" in told and "Sari" in told
        assert await _letter(session, cast.ratna, "2026-07-13T06:50") == [told], "once a morning"
        assert not any("menunggu Bapak/Ibu hari ini" in one for one in await letters_to(session, cast.sari))


@pytest.mark.parametrize(
    "said, kinds",
    [
        ("2026-07-09T06:45", []),
        ("2026-07-10T06:45", []),
        ("2026-07-13T06:45", ["own_step_due"]),
        ("2026-07-14T06:45", ["own_step_late"]),
        ("2026-07-30T06:45", ["own_step_late"]),
    ],
)
async def test_a_step_that_the_coach_owes(database: Database, said: str, kinds: list[str]) -> None:
    async with school(database) as (session, cast):
        await begun(session, cast, now=MONDAY)
        assert [one.kind for one in await _today(session, cast.ratna, said)] == kinds


@pytest.mark.parametrize(
    "said, kinds",
    [
        ("2026-07-13T06:45", []),
        ("2026-07-14T06:45", ["step_late"]),
        ("2026-07-17T06:45", ["step_late"]),
        ("2026-07-20T06:45", ["stuck"]),
    ],
)
async def test_a_step_that_the_teacher_owes(database: Database, said: str, kinds: list[str]) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(coach_done_at=MONDAY))
        assert [one.kind for one in await _today(session, cast.ratna, said)] == kinds


async def test_promises_come_first_and_kept_ones_are_good_news(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        mine = await commitments.promise(session, cast.ratna, cycle.id, "Datang Rabu", date(2026, 7, 8), MONDAY)
        theirs = await commitments.promise(session, cast.sari, cycle.id, "Coba diam", date(2026, 7, 8), MONDAY)
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-08T06:45")] == ["own_promise_due"]
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-09T06:45")] == ["own_promise_late"]
        await commitments.keep(session, cast.ratna, mine.id, MONDAY)
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-09T06:45")] == ["promise_late"]
        await commitments.keep(session, cast.sari, theirs.id, wall("2026-07-13T15:00"))
        await mornings.send_due(session, wall("2026-07-13T06:46"))
        (told,) = await _letter(session, cast.ratna, "2026-07-14T06:45")
        assert "Kabar baik: Sari menepati" in told and "lewat dari" in told


async def test_evidence_that_nobody_looked_at_and_a_long_silence(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await session.execute(update(CycleStep).values(due_on=date(2026, 12, 1)))
        await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, "f"), MONDAY, "both")
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-07T06:45")] == ["evidence"]
        await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, "g"), MONDAY, "me")
        assert [one.days for one in await _today(session, cast.ratna, "2026-07-07T06:45")] == [1], "their own stay so"
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-30T06:45")] == ["evidence"]
        await reading_back.play(session, cast.ratna, cycle.id, 1, SAY, MONDAY)
        assert [one.kind for one in await _today(session, cast.ratna, "2026-07-30T06:45")] == ["silent"]
        await pauses.pause(session, cast.sari, cycle.id, 0, wall("2026-07-30T07:00"))
        assert await _today(session, cast.ratna, "2026-07-31T06:45") == []


async def test_what_lies_with_the_teacher_brings_a_letter_on_its_first_day_and_then_once_a_week(
    database: Database,
) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await session.execute(update(CycleStep).values(due_on=date(2026, 7, 13), coach_done_at=MONDAY))
        await mornings.send_due(session, wall("2026-07-13T06:45"))
        told = []
        for day in range(14, 32):
            before = len(await letters_to(session, cast.ratna))
            await mornings.send_due(session, wall(f"2026-07-{day}T06:45"))
            told += [day] * (len(await letters_to(session, cast.ratna)) - before)
            stands = await _today(session, cast.ratna, f"2026-07-{day}T06:45")
            assert [one.cycle_id for one in stands] == [cycle.id], "it can be read any day"
        assert told == [14, 20, 27]


async def test_each_chooses_their_own_hour_or_none(database: Database) -> None:
    async with school(database) as (session, cast):
        with pytest.raises(NotAllowed):
            await mornings.hour(session, cast.sari, SAY, MONDAY, 2)
        await begun(session, cast, now=MONDAY)
        await mornings.send_due(session, wall("2026-07-10T08:00"))
        words, rows = await mornings.hour(session, cast.ratna, SAY, wall("2026-07-10T09:00"), 2)
        assert "pukul 07.30" in words
        assert [row[0]["text"] for row in rows][:3] == ["Pukul 06.15", "Pukul 06.45", "Pukul 09.30"]
        for forged in (-1, 4, 8, 10**9):
            assert (await mornings.hour(session, cast.ratna, SAY, wall("2026-07-10T09:00"), forged))[0] == words
        assert await _letter(session, cast.ratna, "2026-07-13T06:45") == []
        assert len(await _letter(session, cast.ratna, "2026-07-13T07:30")) == 1
        words, rows = await mornings.hour(session, cast.ratna, SAY, wall("2026-07-13T08:00"), mornings.NEVER)
        assert "tidak dikirim" in words and len(rows) == len(mornings.HOURS)
        assert len(await _letter(session, cast.ratna, "2026-07-14T07:30")) == 1, "no other one"
        words, rows = await mornings.asked(session, cast.ratna, SAY, wall("2026-07-14T08:00"))
        assert "Sari" in words and rows[-1][0]["text"] == "Atur jam surat", "asked for, it is there"


async def test_who_is_on_leave_is_not_waited_for(database: Database) -> None:
    async with school(database) as (session, cast):
        await begun(session, cast, now=MONDAY)
        day = date(2026, 7, 14)
        await leaves.add(session, cast.sari, day, date(2026, 7, 20), day, wall("2026-07-14T05:00"))
        assert await _today(session, cast.ratna, "2026-07-14T06:45") == []
        assert len(await _today(session, cast.ratna, "2026-07-21T06:45")) == 1


async def test_a_stand_in_is_told_of_dates_and_a_former_coach_of_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, "f"), MONDAY, "both")
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, MONDAY)
        assert [one.kind for one in await _today(session, cast.hendra, "2026-07-07T06:45")] == []
        assert [one.kind for one in await _today(session, cast.hendra, "2026-07-14T06:45")] == ["own_step_late"]
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, MONDAY)
        assert await _today(session, cast.ratna, "2026-07-14T06:45") == []


async def test_ten_lines_and_the_rest_by_a_tap_in_as_many_queries_as_for_one(database: Database) -> None:
    async with school(database) as (session, cast):
        await _twelve(session, cast)
        at = "2026-07-14T06:45"
        with statements() as seen:
            found = await today.gather(session, [cast.ratna], wall(at))
        with statements() as for_two:
            await today.gather(session, [cast.ratna, cast.hendra], wall(at))
        assert len(seen) == len(for_two) <= 14
        assert len(found[cast.ratna.id].needs) == 12
        words, rows = await mornings.asked(session, cast.ratna, SAY, wall(at))
        assert words.count("\n\n") == 10 and rows[-1][0]["callback_data"] == "today:10"
        words, rows = await mornings.asked(session, cast.ratna, SAY, wall(at), 10)
        assert words.count("\n\n") == 2 and len(rows) == 2
        assert await mornings.asked(session, cast.sari, SAY, wall(at)) == (SAY("today.nothing"), [])
        with pytest.raises(NeedsConsent):
            await mornings.asked(session, None, SAY, wall(at))


async def _twelve(session: Session, cast: Coached) -> None:
    for n in range(12):
        one = await somebody(session, f"Guru {n}", 300 + n, group=cast.group, roles=(Role.TEACHER,))
        cycle = await cycles.offer(session, cast.ratna, cast.group, "harmoni", Side.COACHEE, [one.id], MONDAY)
        await cycles.answer(session, one, cycle.id, True, MONDAY)


async def test_a_greeting_once_a_day_and_words_that_are_passed_on(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        assert await reaching.nudge(session, cast.ratna, cycle.id, MONDAY) == 1
        with pytest.raises(Refusal) as once:
            await reaching.nudge(session, cast.ratna, cycle.id, MONDAY + timedelta(hours=1))
        assert once.value.text_key == "coaching.reach.once"
        assert "menyapa Bapak/Ibu" in (await letters_to(session, cast.sari))[-1]
        assert await reaching.nudge(session, cast.ratna, cycle.id, MONDAY + timedelta(days=1)) == 1
        assert await reaching.write(session, cast.sari, cycle.id, Given("text", "Boleh Kamis, Bu?"), MONDAY) == 1
        assert "Boleh Kamis, Bu?" in (await letters_to(session, cast.ratna))[-1]
        assert await reaching.write(session, cast.sari, cycle.id, Given("voice", None, "v", 4), MONDAY) == 1
        spoken = await session.scalar(select(Letter).where(Letter.method == "sendVoice"))
        assert spoken is not None and spoken.chat_id == cast.ratna.tg_user_id
        with pytest.raises(Refusal):
            await reaching.write(session, cast.sari, cycle.id, Given("photo", None, "f"), MONDAY)


async def test_a_date_is_moved_in_the_open_and_only_to_an_offered_day(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=MONDAY)
        row = await session.scalar(select(CycleStep))
        assert row is not None
        for day in (date(2026, 7, 6), date(2027, 1, 1), None):
            with pytest.raises(Gone):
                await reaching.move(session, cast.sari, cycle.id, row.id, day, MONDAY)
        moved = await reaching.move(session, cast.sari, cycle.id, row.id, date(2026, 7, 20), MONDAY)
        assert moved.row.due_on == date(2026, 7, 20) and moved.row.remind_at == wall("2026-07-17T14:00")
        assert "20 Jul" in (await letters_to(session, cast.ratna))[-1]
        with pytest.raises(Refusal):
            await ends(session, cast.dewi, cycle, MONDAY)


async def test_a_row_of_mornings_is_made_once_and_moves_on(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle: Cycle = await begun(session, cast, now=MONDAY)
        assert await mornings.send_due(session, MONDAY) == 1
        row = await session.scalar(select(Morning))
        assert row is not None and row.next_at == wall("2026-07-07T06:45") and cycle.id
        assert await mornings.send_due(session, datetime.fromisoformat("2026-07-06T08:01:00+07:00")) == 0
