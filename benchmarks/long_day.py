"""Memory of the assistant over a long day: resident and peak at every tenth of 1,000,000 updates.

The whole assistant (pump, courier, clock, pages' engines) runs in a process of its own at a simulated Telegram; what a
webhook would take is handed to its intake in batches of a hundred. One update in two hundred is a command in private,
which is answered. One text in five has a word that was never there before, so that no store of seen words is spared.
"""

import argparse
import asyncio
import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks import simulated
from benchmarks.listening import GROUPS, MEMBERS, TALK, fill
from bot.app import Assistant
from bot.intake import BATCH
from community.tagging.messages import read_messages
from storage import schema
from storage.models import Arrival, Letter, Message

UPDATES, STEPS = 100_000, 10
COMMAND_EVERY, NEW_WORD_EVERY = 200, 5
WAITING = 2_000  # updates in the inbox at the most, before more are handed over
SYLLABLES = ("ba", "ke", "di", "so", "mu", "ra", "ni", "ta", "gu", "le", "pa", "yo")


def word(number: int) -> str:
    """A word for each number."""
    made = ""
    while number:
        number, rest = divmod(number, len(SYLLABLES))
        made += SYLLABLES[rest]
    return made


def day(began: int) -> Iterator[dict[str, Any]]:
    """Updates without end: twenty groups talk, now and then somebody asks for help in private."""
    texts = itertools.cycle([one["text"] for one in read_messages(TALK) if one["text"]])
    for number, text in enumerate(texts):
        teller = 5_000 + number % (GROUPS * MEMBERS)
        told = text if number % NEW_WORD_EVERY else f"{text} {word(number + 1)}"
        chat: dict[str, Any] = {"id": -1_001_000 - number % GROUPS, "type": "supergroup", "title": "Grup"}
        if number % COMMAND_EVERY == 0:
            teller = 5_000 + number // COMMAND_EVERY % (GROUPS * MEMBERS)
            told, chat = "/bantuan", {"id": teller, "type": "private", "first_name": "Guru"}
        yield {
            "update_id": 1_000 + number,
            "message": {
                "message_id": 10 + number,
                "date": began + number // 20,
                "chat": chat,
                "from": {"id": teller, "is_bot": False, "first_name": "Guru"},
                "text": told,
            },
        }


async def child(url: str, database_url: str, many: int) -> None:
    """Be the assistant: take so many updates, and print what is held after each tenth."""
    assistant = Assistant(simulated.settings(url, database_url))
    async with assistant.running():
        held, told = 0, day(int(assistant.clock.now().timestamp()) - many // 20)
        print(0, *simulated.memory(), flush=True)
        while held < many:
            await assistant.intake.take(list(itertools.islice(told, BATCH)))
            held += BATCH
            if held % 1_000 == 0:
                await _until(assistant, WAITING)
            if held % (many // STEPS) == 0:
                await _until(assistant, 0)
                print(held, *simulated.memory(), flush=True)
        async with assistant.database.reading() as session:
            kept = await session.scalar(select(func.count()).select_from(Message))
            answered = await session.scalar(
                select(func.count()).select_from(Letter).where(Letter.method == "sendMessage")
            )
            odd = await session.scalar(select(func.count()).where(Arrival.state.in_(("odd", "failed"))))
        print("kept", kept, answered, odd, flush=True)


async def _until(assistant: Assistant, most: int) -> None:
    """Wait until no more than so many updates are left to be dealt with."""
    while True:
        async with assistant.database.reading() as session:
            waiting = await session.scalar(select(func.count()).where(Arrival.state == "new"))
        if (waiting or 0) <= most:
            return
        await asyncio.sleep(0.05)


async def main(many: int = UPDATES) -> None:
    """Print the table as Markdown; every update has to be accounted for."""
    print(f"\n| updates taken, of {many:,} | resident MB | peak MB | seconds for the last tenth |\n|---|---|---|---|")
    async with simulated.telegram() as running:
        everybody = simulated.people(running.telegram, range(5_000, 5_000 + GROUPS * MEMBERS))
        for number in range(GROUPS):
            simulated.group(running.telegram, -1_001_000 - number, everybody)
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder) / 'day.db'}"
            schema.upgrade(url)
            fill(url)
            command = (sys.executable, "-m", "benchmarks.long_day", "--child", running.url, url, "--updates", str(many))
            process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
            assert process.stdout is not None
            before, last = time.perf_counter(), []
            async for line in process.stdout:
                last = line.decode().split()
                if last[0] != "kept":
                    now = time.perf_counter()
                    print(f"| {int(last[0]):,} | {float(last[1]):.0f} | {float(last[2]):.0f} | {now - before:.0f} |",
                          flush=True)  # fmt: skip
                    before = now
            if await process.wait() or last[:1] != ["kept"]:
                raise RuntimeError(f"the assistant ended with {process.returncode}")
    commands = -(-many // COMMAND_EVERY)
    if [int(one) for one in last[1:]] != [many - commands, commands, 0]:
        raise RuntimeError(f"recorded, answered, odd: {last[1:]}, of {many - commands} and {commands}")
    print(f"\n{many - commands:,} messages recorded, {commands:,} commands answered, none odd")


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--updates", type=int, default=UPDATES)
    reader.add_argument("--child", nargs=2, metavar=("TELEGRAM", "DATABASE"), help="be the assistant there")
    given = reader.parse_args()
    asyncio.run(child(*given.child, given.updates) if given.child else main(given.updates))
