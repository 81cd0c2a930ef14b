"""How long a tapped button waits for its answer while the groups talk: 200 messages a second.

Twenty groups of fifteen talk at a simulated Telegram in this process; the assistant is `python -m bot run` in another,
by long polling or by webhook. Four times a second somebody taps a button in private ("Lainnya" under /bantuan).
Measured is from the tap's entering Telegram's queue to the arrival of answerCallbackQuery. `--seconds 60` for a longer
load than the 20 s of `make bench`; `--rate`, `--webhook`.
"""

import argparse
import asyncio
import gc
import itertools
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from statistics import median, quantiles
from typing import Any

from benchmarks import simulated
from benchmarks.due import databases
from benchmarks.listening import GROUPS, MEMBERS, TALK, fill
from community.tagging.messages import read_messages
from playground import people
from playground.posting import new_message, post
from playground.world import World

SECONDS, RATE, TAPS, BOUND = 20, 200, 4, 150.0
WARM, SLICE = 3.0, 0.02  # seconds that are not counted; how often messages are put in
PEOPLE = range(5_000, 5_000 + GROUPS * MEMBERS)


def settle(world: World) -> dict[int, int]:
    """The people, their groups, and a message with a button before each of them; gives its number by person."""
    simulated.people(world, PEOPLE)
    for number in range(GROUPS):
        simulated.group(world, -1_001_000 - number, PEOPLE)
    keyboard = {"inline_keyboard": [[{"text": "Lainnya", "callback_data": "help:more"}]]}
    found = {}
    for one in PEOPLE:
        chat = world.private(simulated.BOT_ID, one)
        message = new_message(world, chat, simulated.BOT_ID, {"text": "Bantuan"})
        message.markup = keyboard
        found[one] = post(world, chat, message).id
    return found


async def talk(world: World, seconds: float, rate: int) -> int:
    """The groups talk, evenly; gives how many messages there were."""
    words = itertools.cycle([one["text"] for one in read_messages(TALK) if one["text"]])
    began, said = world.now().timestamp(), 0
    while (passed := world.now().timestamp() - began) < seconds:
        while said < passed * rate:
            people.send(world, PEOPLE[said % len(PEOPLE)], -1_001_000 - said % GROUPS, next(words))
            said += 1
        await asyncio.sleep(SLICE)
    return said


async def taps(world: World, seconds: float, buttons: dict[int, int]) -> list[str]:
    """Everybody in turn taps; gives the taps' numbers."""
    made, began = [], world.now().timestamp()
    for person in itertools.cycle(PEOPLE):
        made.append(people.press(world, person, person, buttons[person], data="help:more"))
        await asyncio.sleep(max(0.0, began + len(made) / TAPS - world.now().timestamp()))
        if world.now().timestamp() - began >= seconds:
            return made
    return made


def waits(world: World, made: Sequence[str]) -> list[float]:
    """Milliseconds from each tap to its answer's arrival; a tap that nobody answered raises."""
    answered = {str(one["params"]["callback_query_id"]): datetime.fromisoformat(one["at"])
                for one in world.calls.after(0, "answerCallbackQuery") if one["ok"]}  # fmt: skip
    missing = [one for one in made if one not in answered]
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(made)} taps were never answered")
    return [(answered[one] - world.callbacks[one].at).total_seconds() * 1000 for one in made]


@asynccontextmanager
async def assistant(url: str, database_url: str, webhook: bool) -> AsyncIterator[Any]:
    """The assistant as a process, ready for updates."""
    more = {}
    if webhook:
        with socket.socket() as asked:
            asked.bind(("127.0.0.1", 0))
            port = asked.getsockname()[1]
        more = {"WEB_PORT": str(port), "WEBHOOK_SECRET": "benchmark",
                "WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram"}  # fmt: skip
    environment = simulated.environment(url, database_url, **more)
    process = await asyncio.create_subprocess_exec(*simulated.RUN, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def measured(database_url: str, seconds: float, rate: int, webhook: bool) -> tuple[list[float], int]:
    """Waits in milliseconds, and how many messages there were."""
    fill(database_url)
    async with simulated.telegram() as running:
        world = running.telegram
        buttons, door = settle(world), "setWebhook" if webhook else "getUpdates"
        async with assistant(running.url, database_url, webhook):
            async with asyncio.timeout(60):
                while not world.calls.after(0, door):  # noqa: ASYNC110 — it is another process that calls
                    await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            talking = asyncio.create_task(talk(world, seconds + WARM, rate))
            await asyncio.sleep(WARM)
            gc.disable()  # Telegram's own time aside: its world of objects takes a fifth of a second to look through
            made = await taps(world, seconds, buttons)
            said = await talking
            async with asyncio.timeout(120):
                while any(world.callbacks[one].answer is None for one in made):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        gc.enable()
        return waits(world, made), said


async def main(seconds: float = SECONDS, rate: int = RATE, webhook: bool = False) -> None:
    """Print the table as Markdown."""
    door = "webhook" if webhook else "long polling"
    print(f"\n| {door}, {rate} messages a second for {seconds:.0f} s | taps | median ms | 95 % | 99 % | slowest "
          "| bound of the 95 % |\n|---|---|---|---|---|---|---|")  # fmt: skip
    with databases() as fresh:
        for engine in ("SQLite", "PostgreSQL"):
            found, said = await measured(fresh(engine), seconds, rate, webhook)
            cuts = quantiles(found, n=100)
            print(f"| {engine}, {said:,} messages | {len(found)} | {median(found):.0f} | {cuts[94]:.0f} "
                  f"| {cuts[98]:.0f} | {max(found):.0f} | {BOUND:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--seconds", type=float, default=SECONDS)
    reader.add_argument("--rate", type=int, default=RATE)
    reader.add_argument("--webhook", action="store_true")
    given = reader.parse_args()
    asyncio.run(main(given.seconds, given.rate, given.webhook))
