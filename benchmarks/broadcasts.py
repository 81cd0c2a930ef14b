"""A broadcast under Telegram's limits: real seconds, calls, 429s earned, lost, twice; beside what others would write.

Ours is the whole assistant: letters in the outbox, its courier, each outcome written down. The peers send the same
words from a list in memory: a plain loop of aiogram's that waits when it is told to, aiogram behind aiolimiter, and
python-telegram-bot with its own AIORateLimiter; all three try again after an error of the network. Each has a simulated
Telegram of its own, which refuses whatever comes too fast; all run side by side in the same seconds.

600 letters to 600 chats by default; `--trouble`: with a storm of 429s and an outage of a minute in the middle;
`--long`: 5,000 letters to 50 groups (five minutes), with `--trouble` (seven).
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import simulated
from bot.app import Assistant
from playground.world import World
from storage import outbox, schema
from storage.letters import Lane, Policy, message

Letters = list[tuple[int, str]]
Sender = Callable[[World, str, Letters], Awaitable[float]]
FEW, MANY, GROUPS = 600, 5_000, 50
PER_SECOND, PER_MINUTE, NEAR = 30, 20, 1.03  # Telegram's limits; how near to the possible ours has to come
OUTAGE, STORM = 60.0, 3  # seconds
PATIENCE = 1_200.0


class Found(NamedTuple):
    """What one sender did, as its Telegram saw it."""

    seconds: float  # from the decision to send to the last letter's arrival
    calls: int
    earned: int  # 429s that were not ordered
    ordered: int  # calls that met the storm or the outage
    lost: int
    twice: int


async def by_assistant(world: World, url: str, letters: Letters) -> float:
    """Ours: written into the outbox in one transaction, as the clock writes a broadcast's."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite+aiosqlite:///{Path(folder) / 'sejawat.db'}"
        schema.upgrade(database)
        assistant = Assistant(simulated.settings(url, database))
        async with assistant.running():
            await _nothing_waits(assistant)  # the menus of the start
            await asyncio.sleep(1.1)
            began, now = _seconds(world), assistant.clock.now()
            drafts = [message(chat, text, lane=Lane.BROADCAST, key=text, policy=Policy.AGAIN) for chat, text in letters]
            async with assistant.database.writing() as session:
                await outbox.post_many(session, drafts, now)
            await _nothing_waits(assistant)
    return began


async def _nothing_waits(assistant: Assistant) -> None:
    while True:
        async with assistant.database.reading() as session:
            if not await outbox.waiting(session):
                return
        await asyncio.sleep(0.2)


async def by_plain_loop(world: World, url: str, letters: Letters) -> float:
    """One after the other as fast as it goes; after a 429 it waits as long as Telegram says."""
    bot = _aiogram(url)
    began = _seconds(world)
    for chat, text in letters:
        await _until_sent(bot, chat, text)
    await bot.session.close()
    return began


async def by_aiolimiter(world: World, url: str, letters: Letters) -> float:
    """All at once behind aiolimiter, by the numbers of Telegram's FAQ: 30 a second, 20 a minute for each group."""
    from aiolimiter import AsyncLimiter

    bot, everybody = _aiogram(url), AsyncLimiter(PER_SECOND, 1)
    groups = {chat: AsyncLimiter(PER_MINUTE, 60) for chat, _ in letters if chat < 0}

    async def send(chat: int, text: str) -> None:
        if chat in groups:
            await groups[chat].acquire()
        await everybody.acquire()
        await _until_sent(bot, chat, text)

    began = _seconds(world)
    await asyncio.gather(*(send(*one) for one in letters))
    await bot.session.close()
    return began


async def by_ptb(world: World, url: str, letters: Letters) -> float:
    """python-telegram-bot with the limiter it brings along, as it is set by default but for five tries after a 429."""
    from telegram.error import NetworkError
    from telegram.ext import AIORateLimiter, ExtBot
    from telegram.request import HTTPXRequest

    requests = {"request": HTTPXRequest(connection_pool_size=256), "get_updates_request": HTTPXRequest()}
    bot = ExtBot(simulated.TOKEN, base_url=f"{url}/bot", rate_limiter=AIORateLimiter(max_retries=5), **requests)
    failed = []

    async def send(chat: int, text: str) -> None:
        while True:
            try:
                await bot.send_message(chat, text)
                return
            except NetworkError:
                await asyncio.sleep(1)
            except Exception as error:  # a sixth 429: its users would lose the letter here
                failed.append(error)
                return

    async with bot:
        began = _seconds(world)
        await asyncio.gather(*(send(*one) for one in letters))
    return began


def _aiogram(url: str) -> Any:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    return Bot(simulated.TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))


async def _until_sent(bot: Any, chat: int, text: str) -> None:
    from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter

    while True:
        try:
            await bot.send_message(chat, text)
            return
        except TelegramRetryAfter as told:
            await asyncio.sleep(told.retry_after)
        except TelegramNetworkError:
            await asyncio.sleep(1)


SENDERS: dict[str, Sender] = {
    "ours": by_assistant,
    "aiogram, a plain loop": by_plain_loop,
    "aiogram with aiolimiter": by_aiolimiter,
    "python-telegram-bot, AIORateLimiter": by_ptb,
}


def _seconds(world: World) -> float:
    return world.now().timestamp()


async def _trouble(world: World, after: float) -> None:
    """In the middle: whatever is called meets a 429 for some seconds; a while later nobody answers for a minute."""
    while not world.calls.after(0, "sendMessage"):  # noqa: ASYNC110 — whoever sends is not yet ready
        await asyncio.sleep(0.1)
    await asyncio.sleep(after)
    world.faults.order("429", world.now(), seconds=STORM, retry_after=STORM)
    await asyncio.sleep(2 * STORM)
    world.faults.order("outage", world.now(), seconds=OUTAGE)


async def child(name: str, long: bool, trouble: bool) -> Found:
    """One sender at a Telegram of its own."""
    async with simulated.telegram() as running:
        world = running.telegram
        if long:
            owner = simulated.people(world, [7])
            chats = [simulated.group(world, -1_001_000 - number, owner).id for number in range(GROUPS)]
        else:
            chats = simulated.people(world, range(5_000, 5_000 + FEW))
        letters = [(chats[number % len(chats)], f"Surat {number}") for number in range(MANY if long else FEW)]
        ordered = asyncio.create_task(_trouble(world, 60.0 if long else 8.0)) if trouble else None
        async with asyncio.timeout(PATIENCE):
            began = await SENDERS[name](world, running.url, letters)
        if ordered is not None:
            ordered.cancel()
        return _found(world, began, letters)


def _found(world: World, began: float, letters: Letters) -> Found:
    calls = world.calls.after(0, "sendMessage")
    arrived = Counter(one["params"]["text"] for one in calls if one["ok"])
    ends = [datetime.fromisoformat(one["at"]).timestamp() for one in calls if one["ok"]]
    return Found(
        seconds=max(ends) - began,
        calls=len(calls),
        earned=sum(one["status"] == 429 and one["fault"] is None for one in calls),
        ordered=sum(one["fault"] is not None for one in calls),
        lost=sum(text not in arrived for _, text in letters),
        twice=sum(times - 1 for times in arrived.values()),
    )


async def _process(name: str, options: list[str], python: str) -> Found:
    command = [python, "-m", "benchmarks.broadcasts", "--child", name, *options]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{name} ended with {process.returncode}")
    return Found(*json.loads(told))


def possible(long: bool) -> float:
    """Seconds that Telegram's limits leave: 30 a second; to a group the fifth twenty no sooner than after 4 minutes."""
    if not long:
        return FEW / PER_SECOND
    rounds = MANY / GROUPS / PER_MINUTE
    return 60 * (rounds - 1) + GROUPS * PER_MINUTE / PER_SECOND


async def main(long: bool = False, trouble: bool = False, python: str = sys.executable) -> None:
    """Print the table as Markdown; ours may lose nothing, send nothing twice and earn no 429."""
    names = list(SENDERS)
    if subprocess.run([python, "-c", "import aiolimiter"], capture_output=True, check=False).returncode:
        print("two peers need aiolimiter and are left out: `make peers`, or --python PYTHON that has it")
        names = names[:2]
    options = ["--long"] * long + ["--trouble"] * trouble
    all_found = await asyncio.gather(*(_process(name, options, python) for name in names))
    what = f"{MANY:,} letters to {GROUPS} groups" if long else f"{FEW} letters to {FEW} chats"
    ahead = "a storm of 429s and an outage of a minute" if trouble else f"{possible(long):.0f} s are possible"
    print(f"\n{what}, {ahead}\n\n| sender | seconds | calls | 429s earned | met the trouble | lost | twice |")
    print("|---|---|---|---|---|---|---|")
    for name, one in zip(names, all_found, strict=True):
        print(
            f"| {name} | {one.seconds:.1f} | {one.calls:,} | {one.earned} | {one.ordered} | {one.lost} | {one.twice} |"
        )
    ours = all_found[0]
    if ours.earned or ours.lost or ours.twice:
        raise RuntimeError(f"a letter lost or sent twice, or a 429 earned: {ours}")
    if not trouble and ours.seconds > possible(long) * NEAR:
        raise RuntimeError(f"{ours.seconds:.1f} s where {possible(long):.1f} are possible")


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--long", action="store_true", help="5,000 letters to 50 groups")
    reader.add_argument("--trouble", action="store_true", help="429s and an outage in the middle")
    reader.add_argument("--child", choices=SENDERS, help="be one of the senders")
    reader.add_argument("--python", default=sys.executable, help="an interpreter that has aiolimiter")
    given = reader.parse_args()
    if given.child:
        print(json.dumps(asyncio.run(child(given.child, given.long, given.trouble))))
    else:
        asyncio.run(main(given.long, given.trouble, given.python))
