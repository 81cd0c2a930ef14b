"""What one message, one answer and one letter cost on PostgreSQL: bytes on the disk and processor time.

The figures that docs/scale.md multiplies. Bytes are those of the table with its indexes after VACUUM FULL, the way
they lie after a quiet night; a table that is written to all day is up to half as large again. Processor time is this
process's; the server's is told apart, as the time that all its processes together took.
"""

import asyncio
import os
import time
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.due import databases
from benchmarks.listening import BEGAN, BOT_ID, GROUPS, fill, ours, updates
from bot.app import Assistant
from bot.courier import Courier
from bot.intake import BATCH
from bot.line import Outcome, Reply
from bot.settings import load
from scheduler.clock import SystemClock, TurnableClock
from storage import schema
from storage.database import Database
from storage.letters import Lane, message
from storage.models import BotAccount
from storage.outbox import post_many

MESSAGES, ANSWERS, LETTERS, RUNS = 20_000, 1_000, 600, 3
PROMPT = "Hari ini: satu pertanyaan terbuka sebelum materi baru. " * 6  # 330 characters, as a lesson's first part


class Server:
    """The processor time of every process of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def seconds(self) -> float:
        engine = create_engine(schema.sync_url(self._url))
        with engine.connect() as connection:
            mother = connection.execute(text("select pg_read_file('postmaster.pid')")).scalar_one().split()[0]
        engine.dispose()
        tick, found = os.sysconf("SC_CLK_TCK"), 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if mother in (stat.parent.name, fields[1]):
                # What its children took that have ended is counted with the mother.
                found += sum(int(one) for one in fields[11 : 15 if stat.parent.name == mother else 13])
        return found / float(tick)


def bytes_a_row(url: str, table: str, where: str = "true") -> float:
    """Bytes of the table with its indexes for each row, packed."""
    engine = create_engine(schema.sync_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"vacuum full {table}"))
        rows = connection.execute(text(f"select count(*) from {table} where {where}")).scalar_one()
        size = connection.execute(text(f"select pg_total_relation_size('{table}')")).scalar_one()
    engine.dispose()
    return float(size) / float(rows)


def run(url: str, statement: str) -> None:
    engine = create_engine(schema.sync_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


class Cost:
    """Milliseconds of processor time for each of ``many``, ours and the server's, while the block runs."""

    def __init__(self, server: Server, many: int) -> None:
        self._server, self._many = server, many

    def __enter__(self) -> "Cost":
        self._began = time.process_time(), self._server.seconds()
        return self

    def __exit__(self, *_error: object) -> None:
        ours, theirs = time.process_time() - self._began[0], self._server.seconds() - self._began[1]
        self.ours, self.theirs = 1000 * ours / self._many, 1000 * theirs / self._many


async def messages(url: str, found: dict[str, Any]) -> None:
    fill(url)
    database, told = Database(url), updates(MESSAGES)
    with Cost(Server(url), MESSAGES) as cost:
        await ours(database, told)
    found["a group message, tagged and stored"] = cost
    await database.close()
    found["message with its text"] = bytes_a_row(url, "messages")
    found["update that is done, kept 48 hours"] = bytes_a_row(url, "inbox")
    run(url, "update messages set text = null, evidence = null, file_name = null")
    found["message without its text"] = bytes_a_row(url, "messages")
    found["count of a group and day"] = bytes_a_row(url, "message_counts")
    found["person"] = bytes_a_row(url, "people")


async def answers(url: str, found: dict[str, Any]) -> None:
    fill(url)
    assistant = Assistant(load(_env_file=None, bot_token=f"{BOT_ID}:BENCHMARK", database_url=url), TurnableClock(BEGAN))
    assistant.account = BotAccount(id=BOT_ID, username="sejawat_bot", name="Sejawat", asked_at=BEGAN)
    await assistant.build()
    told = [one | {"message": one["message"] | _private(one, number)} for number, one in enumerate(updates(ANSWERS))]
    with Cost(Server(url), ANSWERS) as cost:
        for start in range(0, len(told), BATCH):
            await assistant.intake.take(told[start : start + BATCH])
        while await assistant.pump.talk():
            pass
    found["an answer in private (/jadwal)"] = cost
    await assistant.database.close()


def _private(update: dict[str, Any], number: int) -> dict[str, Any]:
    return {"chat": {"id": update["message"]["from"]["id"], "type": "private"}, "text": "/jadwal",
            "message_id": 100 + number, "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}  # fmt: skip


class _Telegram:
    """A line whose other end answers at once."""

    async def call(self, _method: str, params: dict[str, Any], *, timeout: float | None = None) -> Reply:
        await asyncio.sleep(0)
        return Reply(Outcome.DELIVERED, result={"message_id": 1, "chat": {"id": params["chat_id"]}}, code=200)


async def letters(url: str, found: dict[str, Any]) -> None:
    """At the pace of a broadcast, thirty a second."""
    fill(url)
    database, clock = Database(url), SystemClock()
    drafts = [message(70_000 + n, PROMPT, key=f"k{n}", lane=Lane.REMINDER) for n in range(LETTERS)]
    now = clock.now()
    async with database.writing() as session:
        for start in range(0, LETTERS, 500):
            await post_many(session, drafts[start : start + 500], now)
    found["letter that waits"] = bytes_a_row(url, "outbox")
    courier = Courier(database, _Telegram(), clock, BOT_ID)  # type: ignore[arg-type]
    with Cost(Server(url), LETTERS) as cost:
        running = asyncio.create_task(courier.run())
        while courier.counted[Outcome.DELIVERED] < LETTERS:  # noqa: ASYNC110 — the courier tells nobody
            await asyncio.sleep(0.1)
        courier.stop()
        await running
    found["a letter sent"] = cost
    await database.close()
    found["letter that was sent, with its words"] = bytes_a_row(url, "outbox")
    run(url, "update outbox set params = null, then_data = null")
    found["letter that was sent, after 48 hours"] = bytes_a_row(url, "outbox")


async def main() -> None:
    """Three runs of the times, one of the bytes."""
    runs: list[dict[str, Any]] = []
    with databases() as fresh:
        for _ in range(RUNS):
            found: dict[str, Any] = {}
            await messages(fresh("PostgreSQL"), found)
            await answers(fresh("PostgreSQL"), found)
            await letters(fresh("PostgreSQL"), found)
            runs.append(found)
    print("| what | processor ms, ours | the server's |\n|---|---|---|")
    for name, one in runs[0].items():
        if isinstance(one, Cost):
            spread = [[getattr(run[name], side) for run in runs] for side in ("ours", "theirs")]
            print(f"| {name} | " + " | ".join(f"{median(s):.2f} ({min(s):.2f} to {max(s):.2f})" for s in spread) + " |")
    print("\n| a row of PostgreSQL, with its indexes | bytes |\n|---|---|")
    for name, one in runs[0].items():
        if not isinstance(one, Cost):
            print(f"| {name} | {one:.0f} |")
    print(f"\n{MESSAGES} messages of {GROUPS} groups, {ANSWERS} answers, {LETTERS} letters.")


if __name__ == "__main__":
    asyncio.run(main())
