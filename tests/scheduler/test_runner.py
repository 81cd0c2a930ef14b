"""The rhythms: asked when their time has passed, by as many hands as the database lets write, broken alone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from learning import delivering, due, programmes
from scheduler.clock import TurnableClock
from scheduler.runner import Runner
from scheduler.timetable import Rhythm, timetable
from storage.database import Database, Session
from storage.models import Enrolment, Group, GroupChat, Letter

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
