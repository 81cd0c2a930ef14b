"""Reads what stands under deploy/ and compose.yaml, and runs what it names as processes of this machine."""

import asyncio
import configparser
import os
import re
import shlex
import socket
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from tests.house.tree import ROOT

Started = TypeVar("Started")

DEPLOY = ROOT / "deploy"
STARTS = 180  # seconds: four at once, on a machine that does other things too
HOME, STATE, CACHE, BACKUPS = "/srv/sejawat", "/var/lib/sejawat", "/var/cache/sejawat", "/var/backups/sejawat"


def unit(name: str) -> configparser.RawConfigParser:
    """A unit of systemd; ConfigParser refuses a key that stands twice, which ours need nowhere."""
    found = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",))
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string((DEPLOY / name).read_text(encoding="utf-8"))
    return found


def seconds(span: str) -> float:
    """A span as systemd and Compose write it: 90, 15min, 2m, 70s."""
    factor = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
    number, word = re.fullmatch(r"(\d+) ?([a-z]*)", span).groups()  # type: ignore[union-attr]
    return int(number) * factor[word]


def here(words: str, folder: Path) -> str:
    """The same line with this machine's program and places under ``folder`` in the place of the installed ones."""
    words = words.replace(f"{HOME}/.venv/bin/", f"{Path(sys.executable).parent}/")
    for place in (HOME, STATE, CACHE, BACKUPS):
        words = words.replace(place, str(folder / place[1:]))
    return words


def installed(folder: Path) -> Path:
    """The folders that the page lets an operator make; gives the one the program is started in."""
    for place in (HOME, STATE, CACHE, BACKUPS):
        (folder / place[1:]).mkdir(parents=True)
    return folder / HOME[1:]


def bare(settings: Mapping[str, str]) -> dict[str, str]:
    """An environment without anything of ours but these settings; the program is found as the tests find it."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT)} | dict(settings)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


async def run(line: str | list[str], cwd: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command to its end; gives its exit code and all it said."""
    words = shlex.split(line) if isinstance(line, str) else line
    process = await asyncio.create_subprocess_exec(*words, cwd=cwd, env=environment, stdout=PIPE, stderr=-2)
    said, _ = await asyncio.wait_for(process.communicate(), STARTS)
    return process.returncode or 0, said.decode()


async def ready(process: Started, spoken: StreamReader) -> Started:
    """The same assistant, once it has said that it takes updates; AssertionError with all it said when it ends."""
    said: list[bytes] = []
    while not said or b"ready as @" not in said[-1]:
        said.append(await asyncio.wait_for(spoken.readline(), STARTS))
        assert said[-1], b"".join(said).decode()[-3000:]
    return process


@asynccontextmanager
async def started(line: str | list[str], cwd: Path, environment: Mapping[str, str]) -> AsyncIterator[Process]:
    """The assistant as a process that is taking updates; killed at the end if it still runs."""
    words = shlex.split(line) if isinstance(line, str) else line
    process = await asyncio.create_subprocess_exec(*words, cwd=cwd, env=environment, stdout=PIPE, stderr=-2)
    assert process.stdout is not None
    try:
        yield await ready(process, process.stdout)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
