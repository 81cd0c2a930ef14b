"""From a raw update to a stored, tagged row; beside aiogram and python-telegram-bot with one ORM insert per message.

Ours is the whole path: sort and strip, the inbox in one commit per hundred updates (as Telegram hands them over),
then the pump, which tags, counts and records. The peers are fed the same raw JSON; their one handler adds a row and
commits it: no inbox, no consent, no tag. Same engine, same settings, same messages, in turns, each in a process of its
own that has warmed up, so that none looks for circles among another's objects.
"""

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message as Told
from sqlalchemy import create_engine, func, insert, select

from benchmarks.due import databases
from bot.intake import BATCH, Intake
from bot.pump import Pump
from bot.sweeping import swept
from community.tagging.messages import read_messages
from scheduler.clock import SystemClock
from storage import schema
from storage.database import Database
from storage.models import Group, GroupChat, Message, Person, School

BEGAN = datetime(2026, 7, 20, 1, tzinfo=UTC)
TALK = Path(__file__).parents[1] / "tests" / "data" / "unseen_conversations.jsonl"
MESSAGES = 12_000  # some seconds of ours: what is put together once, and the last batch, are not the measure
WARMING, RUNS, BOUND, BOT_ID = 300, 7, 5.0, 42
GROUPS, MEMBERS = 20, 15


def updates(many: int) -> list[dict[str, Any]]:
    """So many raw updates of twenty groups, their words from the invented conversations."""
    words = itertools.cycle([one["text"] for one in read_messages(TALK) if one["text"]])
    return [
        {
            "update_id": 1_000 + number,
            "message": {
                "message_id": 10 + number // GROUPS,
                "date": int(BEGAN.timestamp()) + number,
                "chat": {"id": -1_001_000 - number % GROUPS, "type": "supergroup", "title": f"Grup {number % GROUPS}"},
                "from": {"id": 5_000 + number % (GROUPS * MEMBERS), "is_bot": False, "first_name": "Guru"},
                "text": text,
            },
        }
        for number, text in zip(range(many), words, strict=False)
    ]


def fill(url: str) -> None:
    """The groups and their members, all of whom have agreed."""
    engine = create_engine(schema.sync_url(url))
    groups, people = range(1, GROUPS + 1), range(1, GROUPS * MEMBERS + 1)
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (School, [{"id": 1, "name": "SD 1", "zone": "Asia/Jakarta", "created_at": BEGAN}]),
        (Group, [{"id": n, "school_id": 1, "title": f"Grup {n}", "state": "active", "added_at": BEGAN}
                 for n in groups]),
        (GroupChat, [{"id": n, "group_id": n, "tg_chat_id": -1_001_000 - n + 1, "current": True} for n in groups]),
        (Person, [{"id": n, "tg_user_id": 4_999 + n, "name": f"Guru {n}", "language": "id", "consented_at": BEGAN,
                   "reachable": True, "created_at": BEGAN} for n in people]),
    ]  # fmt: skip
    with engine.begin() as connection:
        for table, values in rows:
            connection.execute(insert(table), values)
    engine.dispose()


async def ours(database: Database, told: list[dict[str, Any]]) -> None:
    """The assistant's own path."""
    clock = SystemClock()
    intake = Intake(database, clock, BOT_ID, "sejawat_bot", lambda _: None)
    for start in range(0, len(told), BATCH):
        await intake.take(told[start : start + BATCH])
    pump = Pump(database, clock, None)  # type: ignore[arg-type]  # nothing here is addressed to the assistant
    while await pump.listen():
        pass


async def keep(database: Database, chat: int, teller: int, number: int, at: datetime, text: str | None) -> None:
    """What every peer's handler does: one row through our model, one commit; who and where it knows without asking."""
    place, person = -1_001_000 - chat + 1, teller - 4_999
    async with database.writing() as session:
        session.add(
            Message(
                group_id=place,
                chat_id=place,
                tg_message_id=number,
                person_id=person,
                sent_at=at,
                kind="text",
                text=text,
                label="other",
                confidence=0.0,
                reason="none",
            )
        )


def aiogrammed(database: Database) -> Dispatcher:
    """aiogram with one handler that keeps what it hears."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def heard(one: Told) -> None:
        teller = one.from_user.id if one.from_user else 0
        await keep(database, one.chat.id, teller, one.message_id, one.date, one.text)

    return dispatcher


async def plain(database: Database, told: list[dict[str, Any]]) -> None:
    """aiogram, fed the raw updates."""
    dispatcher, bot = aiogrammed(database), Bot(f"{BOT_ID}:BENCHMARK")
    for update in told:
        await dispatcher.feed_raw_update(bot, update)
    await bot.session.close()


def telegrammed(database: Database, bot: Any) -> Any:
    """python-telegram-bot with one handler that keeps what it hears; it is not started."""
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    async def heard(update: Any, _context: Any) -> None:
        one = update.message
        await keep(database, one.chat.id, one.from_user.id, one.message_id, one.date, one.text)

    application = ApplicationBuilder().bot(bot).updater(None).build()
    application.add_handler(MessageHandler(filters.ALL, heard))
    return application


async def other(database: Database, told: list[dict[str, Any]]) -> None:
    """python-telegram-bot, fed the raw updates."""
    from telegram import Update, User
    from telegram.ext import ExtBot

    class Offline(ExtBot):  # type: ignore[type-arg]
        """Knows who it is without asking."""

        async def get_me(self, *_: Any, **__: Any) -> User:
            self._bot_user = User(BOT_ID, "Sejawat", True, username="sejawat_bot")
            return self._bot_user

    application = telegrammed(database, Offline(f"{BOT_ID}:BENCHMARK"))
    async with application:
        for update in told:
            await application.process_update(Update.de_json(update, application.bot))


PATHS: dict[str, Callable[[Database, list[dict[str, Any]]], Awaitable[None]]] = {
    "ours": ours, "aiogram": plain, "python-telegram-bot": other,
}  # fmt: skip


async def timed(url: str, path: str, many: int) -> float:
    """Milliseconds for a message, in a database of its own."""
    fill(url)
    database = Database(url)
    told = updates(many)
    began = time.perf_counter()
    await PATHS[path](database, told)
    took = time.perf_counter() - began
    async with database.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(Message))
    await database.close()
    if kept != many:
        raise RuntimeError(f"{kept} rows of {many} messages")
    return 1000 * took / many


async def warmed(path: str, many: str, warming: str, url: str) -> None:
    """Prints what one path takes here, the second time it is walked; ours looks for circles as `bot.app` lets it."""
    await timed(warming, path, WARMING)
    async with swept(lambda: 0) if path == "ours" else nullcontext():
        print(await timed(url, path, int(many)))


def elsewhere(module: str, *told: str) -> float:
    """The number that a module prints in a process of its own."""
    return float(
        subprocess.run((sys.executable, "-m", module, *told), check=True, capture_output=True, text=True).stdout
    )


def compare(fresh: Callable[[str], str], engine: str) -> str:
    """The row of one engine: the paths in turns."""
    found: dict[str, list[float]] = {path: [] for path in PATHS}
    for _ in range(RUNS):
        for path, many in zip(PATHS, (MESSAGES, MESSAGES // 4, MESSAGES // 4), strict=True):
            found[path].append(elsewhere("benchmarks.listening", path, str(many), fresh(engine), fresh(engine)))
    us, them, others = found.values()
    return (
        f"| {engine} | {spread(us)} | {spread(them)} | {median(them) / median(us):.1f} | {BOUND:.0f} "
        f"| {spread(others)} | {median(others) / median(us):.1f} |"
    )


async def main() -> None:
    """Both engines."""
    print("| engine | ours, ms a message | aiogram | ratio | bound | python-telegram-bot | ratio |")
    print("|---|---|---|---|---|---|---|")
    with databases() as fresh:
        for engine in ("SQLite", "PostgreSQL"):
            print(compare(fresh, engine), flush=True)


def spread(found: list[float]) -> str:
    """Median, least and most."""
    return f"{median(found):.2f} ({min(found):.2f} to {max(found):.2f})"


if __name__ == "__main__":
    asyncio.run(warmed(*sys.argv[1:]) if sys.argv[1:] else main())
