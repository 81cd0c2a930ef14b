"""What the benchmarks share that go over HTTP: a simulated Telegram on the machine's own clock, with people in it."""

import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.settings import Settings, load
from playground import server
from playground.standing import OPEN_PERMISSIONS
from playground.state import Chat, Member
from playground.world import World
from scheduler.clock import TurnableClock

BOT_ID, TOKEN = 42, "42:PLAYGROUND"


@asynccontextmanager
async def telegram() -> AsyncIterator[server.RunningPlayground]:
    """A simulated Telegram that shows the machine's time; nothing in it is ever turned."""
    running = await server.start(clock=TurnableClock(), page=False)
    running.telegram.add_bot(BOT_ID, TOKEN).privacy = False
    try:
        yield running
    finally:
        await running.stop()


def people(world: World, numbers: Iterable[int]) -> list[int]:
    """People who have started the bot; gives their ids."""
    found = []
    for number in numbers:
        world.add_user(f"Guru {number}", None, None, "id", number)
        world.private(BOT_ID, number).started = True
        world.bots[BOT_ID].meet(number)
        found.append(number)
    return found


def group(world: World, chat_id: int, members: Iterable[int]) -> Chat:
    """A supergroup of this id with the bot in it, of which nobody was told."""
    chat = Chat(chat_id, "supergroup", f"Grup {-chat_id}", instance=str(-chat_id))
    chat.permissions = dict(OPEN_PERMISSIONS)
    for one in (*members, BOT_ID):
        chat.members[one] = Member(one, "creator" if not chat.members else "member", reads_all=one == BOT_ID)
    world.chats[chat_id] = chat
    return chat


def settings(url: str, database_url: str, **more: Any) -> Settings:
    """Settings of an assistant at that Telegram."""
    told: dict[str, Any] = {"web_port": 0, "webhook_url": None} | more
    return load(bot_token=TOKEN, telegram_api_url=url, database_url=database_url, **told)


def environment(url: str, database_url: str, **more: str) -> dict[str, str]:
    """The same for a process of its own: `python -m bot run`."""
    told = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "DATABASE_URL": database_url, "WEB_PORT": "0"}
    return os.environ | told | {"LOG_LEVEL": "WARNING"} | more


RUN = (sys.executable, "-m", "bot", "run")


def memory(pid: int | str = "self") -> tuple[float, float]:
    """MB that a process holds, and the most it ever held."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    found = {line.split(":")[0]: int(line.split()[1]) for line in status if line.startswith(("VmRSS", "VmHWM"))}
    return found["VmRSS"] / 1024, found["VmHWM"] / 1024
