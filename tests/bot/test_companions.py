"""One leads and the others stand by; and whoever does not fit beside the others does not start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from bot import company
from bot.commands import app
from bot.company import Company, alone
from bot.parts import CannotStart
from storage import locks
from storage.bells import LETTERS
from storage.database import Database
from tests.waiting import eventually

BOT = 42


class Member:
    """A process with one part, which notes when it begins and ends to work."""

    def __init__(self, url: str, name: str, log: list[str]) -> None:
        self.company, self.name, self.log = Company(url, BOT, None), name, log
        self.stopping = asyncio.Event()

    async def work(self, resigned: asyncio.Event) -> None:
        self.log.append(f"{self.name} begins")
        await resigned.wait()
        self.log.append(f"{self.name} ends")


@asynccontextmanager
async def joined(url: str, name: str, log: list[str]) -> AsyncIterator[Member]:
    member = Member(url, name, log)
    await member.company.join()
    tasks = [asyncio.create_task(one) for one in member.company.tasks()]
    leading = asyncio.create_task(member.company.lead("courier", member.work, member.stopping))
    try:
        yield member
    finally:
        member.stopping.set()
        await leading
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await member.company.close()


async def _says(log: list[str], words: str) -> None:
    async def said() -> bool:
        return words in log

    await eventually(said, timeout=10, about=words)


@pytest.mark.postgres
async def test_whoever_leads_and_stops_is_followed_by_the_standby(postgres_url: str):
    log: list[str] = []
    async with joined(postgres_url, "first", log) as first:
        await _says(log, "first begins")
        async with joined(postgres_url, "second", log):
            await asyncio.sleep(1.5)
            assert log == ["first begins"], "one at a time"
            first.stopping.set()
            await _says(log, "second begins")
    assert log == ["first begins", "first ends", "second begins", "second ends"]


@pytest.mark.postgres
async def test_whose_session_the_server_ends_resigns_before_it_begins_anew(postgres_url: str):
    log: list[str] = []
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    async with joined(postgres_url, "one", log):
        await _says(log, "one begins")
        with engine.connect() as connection:
            held = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' group by pid"
            assert connection.execute(text(held)).all() == [(True,)]
        await _says(log, "one ends")

        async def again() -> bool:
            return log.count("one begins") == 2

        await eventually(again, timeout=10, about="it to lead again")
    engine.dispose()


@pytest.mark.postgres
async def test_a_process_that_hangs_loses_its_lead_and_knows_it_first(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """Here the process only forgets to give signs of life; tests/faults stops one for real."""
    monkeypatch.setattr(locks, "SILENCE", 2)
    monkeypatch.setattr(locks, "TRUSTED", 1.0)
    hangs, stands_by = locks.Locks(postgres_url, BOT), locks.Locks(postgres_url, BOT)
    assert await hangs.take(["courier"]) == {"courier"}
    assert hangs.holds("courier")
    assert await stands_by.take(["courier"]) == set()
    beating = asyncio.create_task(stands_by.beat())
    monkeypatch.setattr(locks, "BEAT", 0.3)
    began = asyncio.get_running_loop().time()

    async def taken() -> bool:
        return await stands_by.take(["courier"]) == {"courier"}

    await eventually(taken, timeout=8, about="the lead to be free")
    assert asyncio.get_running_loop().time() - began > 1.0
    assert not hangs.holds("courier"), "two never believe at once that they lead"
    beating.cancel()
    await hangs.close()
    await stands_by.close()


@pytest.mark.postgres
async def test_a_bell_is_heard_in_the_other_process(postgres_url: str):
    heard: list[str] = []
    async with AsyncExitStack() as stack:
        here, there = [await stack.enter_async_context(joined(postgres_url, name, [])) for name in ("here", "there")]
        there.company.bells.on(LETTERS, lambda: heard.append("letters"))
        await asyncio.sleep(0.5)
        heard.clear()
        for _ in range(50):
            here.company.bells.ring(LETTERS)

        async def rang() -> int:
            return len(heard)

        await eventually(rang, about="the bell")
        assert len(heard) <= 2, "fifty at once are one"


def _ended(_task: "asyncio.Task[None]") -> None:
    """Nobody asks here."""


@pytest.mark.postgres
async def test_a_process_that_does_everything_is_alone(postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(company, "SILENCE", 0)
    database = Database(postgres_url)
    async with alone(database, BOT, _ended):
        with pytest.raises(CannotStart, match="another Sejawat is at work on this database with this bot: stop it"):
            async with alone(database, BOT, _ended):
                pass
        part = Company(postgres_url, BOT, None)
        with pytest.raises(CannotStart, match="it does everything by itself"):
            await part.join()
        other_bot = Company(postgres_url, BOT + 1, None)
        await other_bot.join()
        await part.close()
        await other_bot.close()
    part = Company(postgres_url, BOT, None)
    await part.join()
    with pytest.raises(CannotStart, match="another Sejawat"):
        async with alone(database, BOT, _ended):
            pass
    await part.close()
    await database.close()


async def test_two_that_do_everything_on_one_file_are_one_too_many(one_database: Database):
    async with alone(one_database, BOT, _ended):
        with pytest.raises(CannotStart, match="another Sejawat is at work"):
            async with alone(one_database, BOT, _ended):
                pass
    async with alone(one_database, BOT, _ended):
        pass


@pytest.mark.parametrize(
    "only, settings, told",
    [
        ("courier,post", {}, "--only post: there is no such part; there are intake, talk, courier, clock, web"),
        ("courier", {"BOT_TOKEN": ""}, "--only needs BOT_TOKEN"),
        ("courier", {}, "--only needs PostgreSQL in DATABASE_URL"),
        ("courier", {"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/sejawat"}, "cannot be used"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    only: str, settings: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    given = {"BOT_TOKEN": "42:PLAYGROUND", "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/s.db"} | settings
    done = CliRunner().invoke(app, ["run", "--only", only], env=given)
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
