"""How long until the assistant takes updates, beside `import aiogram`; and what its idle memory is made of."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playground import server
from storage import schema

RUNS = 7
# Each stage holds what it needs beyond the one before, in the order in which the program loads it.
STAGES = (
    ("python", "pass"),
    ("aiohttp", "import aiohttp"),
    ("pydantic and aiogram", "import bot, aiogram"),  # whose types wait: bot/types_later.py
    ("SQLAlchemy, aiosqlite", "import sqlalchemy.ext.asyncio, aiosqlite, sqlalchemy.dialects.sqlite.aiosqlite"),
    ("APScheduler", "import apscheduler.schedulers.asyncio"),
    ("the house itself", "import bot.app, bot.serving; bot.app.doors()"),
)
_SHOW = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')][0])"


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


async def _ready(folder: Path, number: int) -> tuple[float, int]:
    """Seconds from the start of the process to its first getUpdates, and its resident kilobytes a second later."""
    telegram = await server.start(page=False)
    url = f"sqlite+aiosqlite:///{folder}/{number}.db"
    schema.upgrade(url)
    environment = os.environ | {
        "BOT_TOKEN": "42:PLAYGROUND",
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": url,
        "WEB_PORT": "0",
    }
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        while not any(call["method"].lower() == "getupdates" for call in _calls(telegram)):
            if process.returncode is not None:
                raise RuntimeError(f"the assistant ended with {process.returncode}")
            await asyncio.sleep(0.005)
        took = time.perf_counter() - began
        await asyncio.sleep(1)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await telegram.stop()
    return took, resident


def _calls(telegram: server.RunningPlayground) -> list[dict[str, object]]:
    return telegram.telegram.calls.after(0)


async def main() -> None:
    """Print both tables as Markdown."""
    imports, readies, memory = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(RUNS):
            imports.append(_seconds([sys.executable, "-c", "import aiogram"]))
            took, memory = await _ready(Path(folder), number)
            readies.append(took)
    print("| | median | min to max |\n|---|---|---|")
    for name, found in (("`python -c 'import aiogram'`", imports), ("ready: first getUpdates", readies)):
        print(f"| {name} | {median(found):.2f} s | {min(found):.2f} to {max(found):.2f} s |")
    print(f"| ready later than the import by | {median(readies) - median(imports):.2f} s | bound 1.0 s |\n")
    print("| what is loaded | resident MB | added |\n|---|---|---|")
    before, code = 0.0, ""
    for name, statement in STAGES:
        code += f"{statement}\n"
        told = subprocess.run([sys.executable, "-c", code + _SHOW], check=True, capture_output=True, text=True)
        now = int(told.stdout) / 1024
        print(f"| {name} | {now:.1f} | {now - before:.1f} |")
        before = now
    resident = memory / 1024
    print(f"| running and idle: loop, engines, schedule | {resident:.1f} | {resident - before:.1f} |")


if __name__ == "__main__":
    asyncio.run(main())
