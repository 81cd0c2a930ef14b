"""A database that is slow, takes nothing for a while, or is started anew in the middle: nothing is lost or doubled."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import await_only

from bot.pump import Pump
from storage.database import is_away
from storage.letters import Lane, Policy, message
from storage.models import Arrival, Letter
from storage.outbox import post_many
from tests.journeys.house import House, open_house
from tests.waiting import eventually

START = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
SEED = int(os.environ.get("SEJAWAT_SEED", "20260803"))
PEOPLE, MANY = 6, 24
OPEN = ("pending", "sending")


async def _people(house: House, number: int) -> list[int]:
    await house.playground.floods(False)
    return [await house.playground.add_user(f"Guru {one}") for one in range(number)]


async def _owed(house: House, people: list[int]) -> None:
    """A word to everybody: every second of a kind that is never repeated."""
    async with house.assistant.database.writing() as session:
        words = [
            message(
                one, f"kabar {one}", key=f"k{one}", lane=Lane.BROADCAST, policy=(Policy.ONCE, Policy.AGAIN)[one % 2]
            )
            for one in people
        ]
        await post_many(session, words, house.assistant.clock.now())


async def _heard(house: House, people: list[int]) -> list[int]:
    told = [await house.playground.messages(one) for one in people]
    return [sum(one.get("text") == f"kabar {who}" for one in there) for who, there in zip(people, told, strict=True)]


async def _greeted(house: House, people: list[int]) -> int:
    chats = [await house.playground.messages(one) for one in people]
    return sum(any(one["from"]["is_bot"] and "kabar" not in one.get("text", "") for one in chat) for chat in chats)


async def _all_is_well(house: House, writing: list[int], owed: list[int]) -> None:
    """Everybody is answered and has been told once; nothing failed, nothing is open."""

    async def done() -> bool:
        return await _greeted(house, writing) == len(writing) and all(await _heard(house, owed))

    await eventually(done, timeout=60, about="everybody to be answered and told")
    await house.settled()
    assert await _heard(house, owed) == [1] * len(owed), "nobody is told twice"
    made = {update["update_id"] for update in await house.playground.updates_sent()}
    known = {row.update_id: row.state for row in await house.rows(Arrival)}
    assert made <= known.keys()
    assert set(known.values()) == {"done"}
    assert {one.state for one in await house.rows(Letter, Letter.key.startswith("k"))} == {"delivered"}


def _hold_up(house: House, seconds: Callable[[], float]) -> None:
    """Every statement takes so much longer, as over a bad line; the loop goes on meanwhile."""

    def wait(*_: Any) -> None:
        await_only(asyncio.sleep(seconds()))

    for engine in (house.assistant.database._writer, house.assistant.database._reader):
        event.listen(engine.sync_engine, "before_cursor_execute", wait)


async def test_a_slow_database_makes_people_wait_and_loses_nothing(database_url: str):
    """50 ms on every statement, and five seconds on one of them."""
    rng = random.Random(SEED)
    long = [0.05] * 120 + [5.0]
    rng.shuffle(long)
    async with open_house(database_url, START) as house:
        people = await _people(house, PEOPLE)
        await house.settled()
        _hold_up(house, lambda: long.pop() if long else 0.002)
        for one in people:
            await house.playground.start(one)
        await _owed(house, people)
        await _all_is_well(house, people, people)


@asynccontextmanager
async def _read_only(house: House, database_url: str) -> AsyncIterator[None]:
    """As on a disk that the kernel has remounted, or a server that has become a standby."""
    if house.assistant.database.is_sqlite:
        await _order(house, "pragma query_only = on")
        yield
        await _order(house, "pragma query_only = off")
        return
    name = make_url(database_url).database
    with _at_the_server(database_url) as ask:
        ask(f"alter database {name} set default_transaction_read_only = on")
        try:
            yield
        finally:
            ask(f"alter database {name} reset default_transaction_read_only")


async def _order(house: House, words: str) -> None:
    """To SQLite's one writing connection, outside of every transaction."""
    async with house.assistant.database._writer.connect() as connection:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.execute(words)  # type: ignore[union-attr]


@contextmanager
def _at_the_server(database_url: str) -> Iterator[Callable[[str], None]]:
    """Gives orders to the server, after which everybody at this database has to come anew."""
    name = make_url(database_url).database
    engine = create_engine(make_url(database_url).set(database="postgres"), isolation_level="AUTOCOMMIT")

    def ask(order: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(order))
            gone = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = :name"
            connection.execute(text(gone), {"name": name})

    yield ask
    engine.dispose()


async def test_a_database_that_takes_nothing_for_a_while_loses_nothing(
    database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    """What came before is stored and waits to be dealt with; what comes meanwhile stays with Telegram."""

    async def nothing(_pump: Pump) -> int:
        return 0

    async with open_house(database_url, START) as house:
        people = await _people(house, PEOPLE)
        group = await house.playground.add_group("KKG Melati", creator=people[0], members=people[1:])
        await house.playground.add_bot(group, people[0], admin=True)
        await house.settled()
        with monkeypatch.context() as held:
            held.setattr(Pump, "_turn", nothing)
            for one in people[:3]:
                await house.playground.start(one)
                await house.playground.send(one, group, "Terima kasih, Bu.")
            await eventually(lambda: house.rows(Arrival, Arrival.state == "new"), about="the first to be stored")
            await _owed(house, people[:3])
            async with _read_only(house, database_url):
                with pytest.raises(DBAPIError) as refused:
                    await _owed(house, people)
                assert is_away(refused.value), "or what was being dealt with would count as odd"
                held.undo()
                house.assistant.pump.wake()
                for one in people[3:]:
                    await house.playground.start(one)

                async def felt() -> bool:
                    told = ("updates could not be taken", "the inbox could not be worked on")
                    return all(words in caplog.text for words in told)

                await eventually(felt, timeout=30, about="intake and pump to meet it")
                await asyncio.sleep(1.5)
        await _all_is_well(house, people, people[:3])


@pytest.mark.postgres
async def test_a_database_started_anew_in_the_middle_of_a_broadcast_loses_and_doubles_nothing(postgres_url: str):
    """Every line to it breaks and for three seconds nobody gets a new one; calls to Telegram are under way."""
    name = make_url(postgres_url).database
    async with open_house(postgres_url, START) as house:
        people = await _people(house, MANY)
        for one in people:
            await house.playground.start(one)
        await house.settled()
        await house.playground.fault("slow", method="sendMessage", times=MANY, seconds=0.8)
        await _owed(house, people)

        async def some_under_way() -> bool:
            return bool(await house.rows(Letter, Letter.state == "sending"))

        await eventually(some_under_way, about="the first calls")
        await asyncio.sleep(0.2)
        with _at_the_server(postgres_url) as ask:
            ask(f"alter database {name} allow_connections false")
            try:
                newcomer = await house.playground.add_user("Guru baru")
                await house.playground.start(newcomer)
                await asyncio.sleep(3)
            finally:
                ask(f"alter database {name} allow_connections true")
        await _all_is_well(house, [*people, newcomer], people)
        assert {one.unknowns for one in await house.rows(Letter, Letter.key.startswith("k"))} == {0}
