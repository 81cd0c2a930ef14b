"""The rhythms: asked when their time has passed, by as many hands as the database lets write, broken alone."""

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base as schedulers
from apscheduler.triggers import interval
from sqlalchemy import select

import scheduler.runner
from learning import delivering, due, programmes
from scheduler.clock import SystemClock, TurnableClock
from scheduler.runner import Runner
from scheduler.timetable import Rhythm, timetable
from storage.database import Database, Session
from storage.models import Enrolment, Group, GroupChat, Letter
from tests.waiting import eventually

MORNING = datetime(2026, 8, 3, 23, 30, tzinfo=UTC)  # Tuesday 06:30 in Jakarta
MANY = 60


async def _nothing(_session: Session, _now: datetime) -> int:
    return 0


async def test_a_turn_of_the_hands_asks_only_what_it_has_passed_over(database: Database) -> None:
    asked: list[str] = []

    def rhythm(name: str, seconds: int) -> Rhythm:
        async def work(_session: Session, _now: datetime) -> int:
            asked.append(name)
            return 0

        return Rhythm(name, timedelta(seconds=seconds), work)

    clock = TurnableClock(MORNING)
    runner = Runner(database, clock, [rhythm("often", 60), rhythm("seldom", 3600)])
    found = []
    for turned in (timedelta(), timedelta(seconds=1), timedelta(minutes=2), timedelta(hours=1), -timedelta(days=1)):
        asked.clear()
        clock.turn(by=turned)
        runner.ask_now()
        await runner.asked()
        found.append(list(asked))
    both = ["often", "seldom"]
    assert found == [both, [], ["often"], both, both], "at the start, and when the hands go back, everything"


async def test_several_hands_write_each_letter_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 7)
    async with database.writing() as session:
        for number in range(MANY):
            group = Group(title=f"Gugus {number}", state="active", added_at=MORNING)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-5000 - number, group_id=group.id, current=True))
            await programmes.enrol(session, group.id, "awal", MORNING - timedelta(hours=12))
    prompts = next(one for one in timetable(90) if one.work is delivering.deliver_due)
    assert prompts.hands > 1
    assert await Runner(database, TurnableClock(MORNING), [prompts]).turn(prompts) == MANY
    async with database.reading() as session:
        chats = sorted(await session.scalars(select(Letter.chat_id)), reverse=True)
        assert chats == [-5000 - number for number in range(MANY)]
        assert set(await session.scalars(select(Enrolment.position))) == {1}


async def test_a_rhythm_that_breaks_does_not_stop_the_others(database: Database) -> None:
    async def breaks(_session: Session, _now: datetime) -> int:
        raise LookupError

    runner = Runner(database, TurnableClock(MORNING), [])
    assert await runner.turn(Rhythm("broken", timedelta(minutes=1), breaks, hands=2)) == 0
    assert await runner.turn(Rhythm("whole", timedelta(minutes=1), _nothing)) == 0


async def test_a_rhythm_at_work_is_not_begun_beside_itself_and_nothing_is_warned_of(
    one_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on = list[datetime](), asyncio.Event()

    async def slow(_session: Session, now: datetime) -> int:
        begun.append(now)
        await go_on.wait()
        return 0

    runner = Runner(one_database, SystemClock(), [Rhythm("slow", timedelta(seconds=1), slow)])
    runner.start()
    await asyncio.sleep(2.5)  # its time comes round twice more
    assert len(begun) == 1
    go_on.set()
    await runner.stop()
    assert not [one for one in caplog.records if one.levelname == "WARNING"]


async def test_an_hour_taken_back_from_the_machines_clock_is_not_slept_through(
    one_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """APScheduler sleeps until a moment; when that moment moves an hour away, so would every rhythm."""
    shift, machine = timedelta(), SystemClock.now

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return (machine(SystemClock()) + shift).astimezone(tz)

    for module in (schedulers, interval):
        monkeypatch.setattr(module, "datetime", Shifted)
    monkeypatch.setattr(SystemClock, "now", lambda _: Shifted.now(UTC))
    monkeypatch.setattr(scheduler.runner, "LOOKS_EVERY", 0.05)
    asked: list[datetime] = []

    async def work(_session: Session, now: datetime) -> int:
        asked.append(now)
        return 0

    runner = Runner(one_database, SystemClock(), [Rhythm("often", timedelta(seconds=1), work)])
    runner.start()
    try:
        for jump in (-timedelta(hours=1), timedelta(days=1), -timedelta(days=1)):
            await asyncio.sleep(0.2)
            shift += jump
            before = len(asked)

            async def goes_on(so_far: int = before) -> bool:
                return len(asked) >= so_far + 3

            await eventually(goes_on, timeout=6, about=f"the rhythm to go on after {jump}")
    finally:
        await runner.stop()
    assert len(asked) < 20, "and it is not asked faster than it should be"
