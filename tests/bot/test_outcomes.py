"""Outcomes of letters: many in one commit, each as if alone; none is forgotten while the database is away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session as SyncSession

from bot import steady
from bot.courier import Courier
from bot.line import Line, Outcome, Reply
from bot.outcomes import Answered, write_down
from playground import server
from scheduler.clock import SystemClock, TurnableClock
from storage import letters, post_office
from storage.database import Database
from storage.letters import Lane, Policy
from storage.models import Arrival, Letter
from storage.outbox import post
from tests.storage.test_database import NOW
from tests.waiting import eventually

BOT = 42


async def _owed(database: Database, *drafts: letters.Draft) -> Sequence[Letter]:
    """Letters that have been claimed, in the order of their keys."""
    async with database.writing() as session:
        for draft in drafts:
            await post(session, draft, NOW)
    async with database.writing() as session:
        ids = list(await session.scalars(select(Letter.id)))
        return sorted(await post_office.claim(session, ids, NOW), key=lambda letter: letter.key)


def _told(number: int, **more: Any) -> letters.Draft:
    return replace(letters.message(70 + number, f"kabar {number}", key=f"k{number}"), **more)


async def test_of_many_that_end_together_each_is_written_down_as_alone(database: Database):
    plain, forgets, asks, refused, lost, slow = await _owed(
        database, _told(0), _told(1, forgets=True), _told(2, then="courses.sent"), _told(3),
        _told(4, policy=Policy.AGAIN), _told(5),
    )  # fmt: skip
    ok = [Reply(Outcome.DELIVERED, result={"message_id": 9 + n, "chat": {"id": 70 + n}}) for n in range(3)]
    no, unknown = Reply(Outcome.REFUSED, words="Bad Request: no"), Reply(Outcome.UNKNOWN, words="cut")
    wait = Reply(Outcome.THROTTLED, words="Too Many Requests", retry_after=3)
    replies = zip((plain, forgets, asks, refused, lost, slow), (*ok, no, unknown, wait), strict=True)
    commits: list[SyncSession] = []

    def count(session: SyncSession) -> None:
        commits.append(session)

    event.listen(SyncSession, "after_commit", count)
    await write_down(database, BOT, [Answered(letter, reply, NOW) for letter, reply in replies])
    event.remove(SyncSession, "after_commit", count)
    assert len(commits) == 1
    async with database.reading() as session:
        rows = list(await session.scalars(select(Letter).order_by(Letter.key)))
        (answer,) = await session.scalars(select(Arrival.raw))
    assert [row.state for row in rows] == ["delivered"] * 3 + ["refused", "pending", "pending"]
    assert [(row.result or {}).get("message_id") for row in rows] == [9, None, 11, None, None, None]
    assert [row.params is None for row in rows] == [False, True, False, False, False, False]
    assert rows[1].chat_id is None
    assert [row.leased_until for row in rows] == [None] * 6
    assert [row.finished_at for row in rows] == [NOW] * 4 + [None] * 2
    assert answer["answer"]["result"]["message_id"] == 11


@pytest.mark.parametrize("away_for", [1, 3])
async def test_an_outcome_is_kept_while_the_database_is_away(one_database: Database, monkeypatch, away_for: int):
    """Telegram has it; were the answer forgotten, the letter would be sent again."""
    monkeypatch.setattr(steady, "AGAIN_SECONDS", 0.01)
    telegram = await server.start(clock=TurnableClock(NOW), page=False)
    bot = telegram.telegram.add_bot(BOT, f"{BOT}:PLAYGROUND")
    telegram.telegram.add_user("Guru", None, None, "id", 70)
    telegram.telegram.private(BOT, 70).started = True
    bot.meet(70)
    line = Line(telegram.url, f"{BOT}:PLAYGROUND", timeout=3)
    courier = Courier(one_database, line, TurnableClock(NOW), BOT)
    broken = 0
    writing = one_database.writing

    @asynccontextmanager
    async def away() -> AsyncIterator[Any]:
        nonlocal broken
        async with writing() as session:
            yield session
            if telegram.telegram.calls.after(0, "sendMessage") and broken < away_for:
                broken += 1
                raise OperationalError("commit", {}, Exception("the server is gone"))

    async with one_database.writing() as session:
        await post(session, _told(0, policy=Policy.AGAIN), NOW)
    monkeypatch.setattr(one_database, "writing", away)
    running = asyncio.create_task(courier.run())

    async def state() -> bool:
        async with one_database.reading() as session:
            return await session.scalar(select(Letter.state)) == "delivered"

    await eventually(state, about="the outcome to be written down")
    assert broken == away_for
    assert len(telegram.telegram.calls.after(0, "sendMessage")) == 1
    courier.stop()
    await running
    await line.close()
    await telegram.stop()


async def test_many_letters_by_the_machines_own_clock_leave_in_their_time(one_database: Database):
    """Claimed a moment ahead, they leave when their moment has come: Telegram refuses none."""
    telegram = await server.start(clock=TurnableClock(), page=False)
    bot = telegram.telegram.add_bot(BOT, f"{BOT}:PLAYGROUND")
    for number in range(75):
        telegram.telegram.add_user("Guru", None, None, "id", 70 + number)
        telegram.telegram.private(BOT, 70 + number).started = True
        bot.meet(70 + number)
    line, clock = Line(telegram.url, f"{BOT}:PLAYGROUND", timeout=10), SystemClock()
    courier = Courier(one_database, line, clock, BOT)
    async with one_database.writing() as session:
        for number in range(75):
            await post(session, _told(number, lane=Lane.BROADCAST), clock.now() - timedelta(seconds=1))
    running = asyncio.create_task(courier.run())

    async def all_sent() -> bool:
        async with one_database.reading() as session:
            return await session.scalar(select(Letter.id).where(Letter.state != "delivered").limit(1)) is None

    await eventually(all_sent, timeout=60, about="all to be sent")
    calls = telegram.telegram.calls.after(0, "sendMessage")
    assert [one["status"] for one in calls] == [200] * 75
    courier.stop()
    await running
    await line.close()
    await telegram.stop()
