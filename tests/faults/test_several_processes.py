"""Several processes that are one assistant, and one of them dies: the others go on, and nothing is lost or doubled."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import Assistant
from bot.following import playground_clock
from bot.parts import Part
from bot.settings import load
from playground import server
from playground.client import Playground, words
from scheduler.clock import TurnableClock
from storage import letters
from storage.letters import Policy
from storage.models import Arrival, Letter
from storage.outbox import post
from tests.nursery import RUN, Child, Nursery
from tests.waiting import eventually

pytestmark = pytest.mark.postgres
START = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
TAKEN_OVER = 10.0  # seconds, the promise
LEASE_OVER = 100
STARTS = 180.0  # seconds, on a machine that does other things too
TOKEN = "42:PLAYGROUND"


@dataclass
class Town:
    """A playground, and the processes of one assistant at it."""

    playground: Playground
    url: str
    database_url: str
    stack: AsyncExitStack
    nursery: Nursery

    async def inside(self, *parts: Part, **more: Any) -> Assistant:
        """A process of the assistant, played within this one."""
        told = {"bot_token": TOKEN, "telegram_api_url": self.url, "database_url": self.database_url, "web_port": 0}
        assistant = Assistant(load(_env_file=None, **told | more), await playground_clock(self.url), parts)
        return await self.stack.enter_async_context(assistant.running())

    async def outside(self, *parts: Part, program: str = "", **more: str) -> Child:
        """A process of its own, once it is ready; one that has been changed runs ``program`` before it begins."""
        told = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": self.url, "DATABASE_URL": self.database_url, "WEB_PORT": "0"}
        process = await self.nursery.born(
            f"{program}\n{RUN}", "run", "--only", ",".join(parts), env=os.environ | told | more
        )
        self.stack.push_async_callback(_gone, process)
        while b"ready as @" not in (line := await asyncio.wait_for(process.stderr.readline(), STARTS)):
            assert line, "it ended before it was ready"
        return process

    async def texts(self, chat: int) -> list[str]:
        return [words(message) for message in await self.playground.messages(chat) if message["from"]["is_bot"]]


async def _gone(process: Child) -> None:
    if process.returncode is None:
        process.kill()
        await process.communicate()


@pytest.fixture
async def town(postgres_url: str, nursery: Nursery) -> AsyncIterator[Town]:
    telegram = await server.start(clock=TurnableClock(START), page=False)
    async with AsyncExitStack() as stack:
        playground = await stack.enter_async_context(Playground(telegram.url))
        yield Town(playground, telegram.url, postgres_url, stack, nursery)
    await telegram.stop()


async def _count(assistant: Assistant, model: Any, *where: Any) -> int:
    async with assistant.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model).where(*where)) or 0


async def _owe(assistant: Assistant, chats: Sequence[int], policy: Policy) -> None:
    async with assistant.database.writing() as session:
        for chat in chats:
            draft = letters.message(chat, f"kabar untuk {chat}", key=f"k{chat}", policy=policy)
            await post(session, draft, assistant.clock.now())


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
async def test_a_courier_that_dies_is_followed_within_ten_seconds(town: Town, end: signal.Signals):
    """It has letters in hand; those were perhaps sent and count as unknown, all others arrive once."""
    first = await town.outside(Part.COURIER)
    rest = await town.inside(Part.INTAKE, Part.TALK, Part.CLOCK)
    standby = await town.inside(Part.COURIER)
    people = [await town.playground.add_user(f"Guru {number}") for number in range(40)]
    for person in people:
        await town.playground.start(person)
    await eventually(lambda: _all_heard(town, people), timeout=60, about="everybody to be answered by the first")
    assert standby.company is not None
    assert standby.company.leading == set(), "it stands by"
    await town.playground.fault("slow", method="sendMessage", times=1000, seconds=0.5)
    await _owe(rest, people, Policy.AGAIN)
    await eventually(lambda: _count(rest, Letter, Letter.key.like("k%"), Letter.state == "delivered"), about="some")
    died = time.monotonic()
    first.send_signal(end)

    async def leads() -> bool:
        return standby.company is not None and Part.COURIER in standby.company.leading

    await eventually(leads, timeout=TAKEN_OVER, about="the standby to lead")
    print(f"taken over after {time.monotonic() - died:.1f} s")
    in_hand = await _count(rest, Letter, Letter.state == "sending", Letter.leased_until < START + timedelta(days=1))
    await town.playground.clear_faults()
    await town.playground.turn(by=timedelta(seconds=LEASE_OVER))
    if end == signal.SIGSTOP:
        first.send_signal(signal.SIGCONT)  # it comes back to life, and finds another in its place

    async def settled() -> bool:
        await town.playground.turn(by=timedelta(seconds=2))
        return not await _count(rest, Letter, Letter.state.in_(("pending", "sending")))

    await eventually(settled, timeout=60, about="every letter to be settled")
    heard = [sum(text == f"kabar untuk {person}" for text in await town.texts(person)) for person in people]
    unknown = await _count(rest, Letter, Letter.key.like("k%"), Letter.unknowns > 0)
    print(f"{in_hand} in hand, {unknown} unknown, {sum(heard) - len(people)} doubled")
    assert min(heard) == 1, "none is lost"
    assert sum(heard) - len(people) <= unknown, "twice only what nobody knew of"
    assert await _count(rest, Arrival, Arrival.state != "done") == 0


async def _all_heard(town: Town, people: Sequence[int]) -> bool:
    await town.playground.turn(by=timedelta(seconds=1))
    return all([bool(await town.texts(person)) for person in people])


HOLDS = """
import asyncio, sys
from bot.visit import Visits

async def holds(self, *more):
    print("has one in hand", file=sys.stderr, flush=True)
    await asyncio.sleep(3600)

Visits._answer = holds
"""


@pytest.mark.parametrize("redis_kept", [False, True], ids=["without Redis", "with Redis"])
async def test_what_a_process_that_dies_had_in_hand_another_answers_in_order(town: Town, redis: str, redis_kept: bool):
    more = {"redis_url": redis} if redis_kept else {}
    victim = await town.outside(Part.TALK, program=HOLDS, **{name.upper(): value for name, value in more.items()})
    await town.inside(Part.INTAKE, Part.COURIER, **more)
    sari, budi = [await town.playground.add_user(name) for name in ("Sari", "Budi")]
    await town.playground.start(sari)
    await asyncio.wait_for(_said(victim.stderr, b"has one in hand"), 20)
    survivor = await town.inside(Part.TALK, **more)
    await town.playground.send(sari, sari, "/bahasa")
    await town.playground.start(budi)
    await eventually(lambda: town.texts(budi), about="who is in another chat to be answered meanwhile")
    assert await town.texts(sari) == [], "what comes later in that chat waits for what came before"
    victim.kill()
    died = time.monotonic()

    async def both() -> bool:
        await town.playground.turn(by=timedelta(seconds=1))
        return len(await town.texts(sari)) >= 2

    await eventually(both, timeout=25, about="both to be answered")
    print(f"answered {time.monotonic() - died:.1f} s after the death")
    async with survivor.database.reading() as session:
        order = list(await session.scalars(select(Letter.key).where(Letter.chat_id == sari).order_by(Letter.id)))
        done = list(await session.scalars(select(Arrival.state)))
    visits = [int(key[1:].split(".")[0]) for key in order if key.startswith("v")]
    assert visits == sorted(visits)
    assert set(done) == {"done"}


async def _said(stream: asyncio.StreamReader, words: bytes) -> None:
    while words not in await stream.readline():
        pass


async def test_two_couriers_by_mistake_send_each_letter_once(town: Town):
    """As if PostgreSQL's locks said yes to both: whoever's UPDATE takes the letter sends it."""
    from bot.courier import Courier

    one = await town.inside(Part.COURIER)
    assert one.account is not None
    other = Courier(one.database, one.line, one.clock, one.account.id)
    running = asyncio.create_task(other.run())
    people = [await town.playground.add_user(f"Guru {number}") for number in range(60)]
    for person in people:
        await town.playground.start(person)
    await _owe(one, people, Policy.AGAIN)

    async def settled() -> bool:
        other.wake()
        await town.playground.turn(by=timedelta(seconds=1))
        return not await _count(one, Letter, Letter.state.in_(("pending", "sending")))

    await eventually(settled, timeout=40, about="every letter to be settled")
    other.stop()
    await running
    heard = [await town.texts(person) for person in people]
    assert heard == [[f"kabar untuk {person}"] for person in people]
