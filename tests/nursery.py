"""Processes of the assistant, forked from one that has everything loaded: a start costs a tenth of what it costs anew.

For tests in which processes die, stop or wait for each other. What is about the start itself starts the program.
"""

import asyncio
import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from asyncio import StreamReader, StreamReaderProtocol
from collections.abc import Mapping
from typing import Any

_LONGEST = 1 << 17  # bytes of a request: a program, words and an environment
RUN = "from bot.commands import main\nmain()"  # as `sejawat` does


class Child:
    """As asyncio's Process, but it was forked; ``returncode`` is None while it lives."""

    def __init__(self, pid: int, stdout: StreamReader, stderr: StreamReader, told: StreamReader) -> None:
        self.pid, self.stdout, self.stderr, self._told = pid, stdout, stderr, told
        self.returncode: int | None = None
        self._ends = asyncio.create_task(self._end())

    async def _end(self) -> int:
        self.returncode = int(await self._told.readline())
        return self.returncode

    async def wait(self) -> int:
        return await asyncio.shield(self._ends)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All it says from now on, once it is gone."""
        out, err, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return out, err

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that forks them, as long as it is open."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
            )  # fmt: skip

    async def born(self, program: str, *words: str, env: Mapping[str, str], cwd: str | os.PathLike[str] = ".") -> Child:
        """A new process that runs this source; ``words`` are its sys.argv, ``env`` is all of its environment."""
        ours, theirs = zip(*(os.pipe() for _ in range(3)), strict=True)
        request = {"program": program, "words": ["sejawat", *words], "env": dict(env), "cwd": os.fspath(cwd)}
        try:
            socket.send_fds(self._line, [json.dumps(request).encode()], theirs)
        finally:
            for end in theirs:
                os.close(end)
        out, err, told = [await _reader(end) for end in ours]
        pid = await told.readline()
        assert pid, "the nursery is gone"
        return Child(int(pid), out, err, told)

    def close(self) -> None:
        self._line.close()
        self._process.wait(30)


async def _reader(end: int) -> StreamReader:
    reader = StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: StreamReaderProtocol(reader), os.fdopen(end, "rb"))
    return reader


def _load() -> None:
    """What a running assistant imports and puts together, sooner or later."""
    from aiogram.types import Update
    from sqlalchemy.orm import configure_mappers

    import bot.commands
    import bot.company
    import bot.following
    import bot.serving  # noqa: F401
    from bot.app import doors
    from reports import drawing

    doors()
    Update.model_rebuild()
    configure_mappers()
    assert drawing.draw


def _nurse(line: socket.socket) -> str:
    """Fork a process for every request; comes back in each of them, with the program that it is to run."""
    while True:
        asked, ends, _, _ = socket.recv_fds(line, _LONGEST, 3)
        with contextlib.suppress(ChildProcessError):  # there are none
            while os.waitpid(-1, os.WNOHANG)[0]:  # keepers that are done
                pass
        if not asked:
            os._exit(0)
        if not os.fork():
            line.close()
            return _kept(json.loads(asked), *ends)
        for end in ends:
            os.close(end)


def _kept(request: dict[str, Any], out: int, err: int, told: int) -> str:
    """The keeper tells who was born and how it ended; the child comes back."""
    if child := os.fork():
        os.close(out)
        os.close(err)
        os.write(told, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(told, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for end in (out, err, told):
        os.close(end)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = request["words"]
    return str(request["program"])


if __name__ == "__main__":
    _load()
    gc.freeze()  # what is shared with the children stays shared
    exec(compile(_nurse(socket.socket(fileno=int(sys.argv[1]))), "<born>", "exec"), {"__name__": "__main__"})
