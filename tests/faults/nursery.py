"""Many lives of the assistant, each forked from a process that has everything loaded; run by the tests.

Reads a fate a line from stdin, lives it, and writes how it ended to stdout. A life forked begins its work within half a
second, where a new process would spend six on loading: a thousand kill -9 fit into an hour.
"""

import asyncio
import gc
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import event
from sqlalchemy.orm import Session as SyncSession

from bot.app import Assistant, doors
from bot.following import playground_clock
from bot.line import Line, Reply
from bot.serving import serve
from bot.settings import load
from reports import drawing
from scheduler.runner import Runner
from scheduler.timetable import Rhythm


class Fate:
    """When this life ends: at the so-many-th commit or call, so many seconds after its start, or not by itself."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._kind, self._left = told.get("dies"), told.get("after", 0)
        self._deaths, self._asked = Path(told["deaths"]), Path(told["asked"])
        self.round_began: datetime | None = None

    def reach(self, kind: str, name: str) -> None:
        if kind != self._kind:
            return
        self._left -= 1
        if self._left <= 0:
            self._die(name)

    def begin(self) -> None:
        if self._kind == "time":
            signal.signal(signal.SIGALRM, lambda *_: self._die("any moment"))
            signal.setitimer(signal.ITIMER_REAL, self._left)

    def asked(self) -> None:
        """Everything that was due when this round began has been asked: whoever turned the clock may look."""
        written = self._asked.with_suffix(".new")
        written.write_text(self.round_began.isoformat() if self.round_began else "", encoding="utf-8")
        written.replace(self._asked)

    def _die(self, name: str) -> None:
        with self._deaths.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        os.kill(os.getpid(), signal.SIGKILL)


def arm(fate: Fate) -> None:
    """Count commits that changed something and calls of the Bot API, before and after each; say when all is asked."""

    @event.listens_for(SyncSession, "before_commit")
    def _before(session: SyncSession) -> None:
        fate.reach("commit", "before a commit")

    @event.listens_for(SyncSession, "after_commit")
    def _after(session: SyncSession) -> None:
        fate.reach("commit", "after a commit")

    plain, ask, has_come_round = Line.call, Runner._ask, Runner._has_come_round

    async def call(self: Line, method: str, params: dict[str, Any], *, timeout: float | None = None) -> Reply:
        if method == "getUpdates":
            return await plain(self, method, params, timeout=timeout)
        fate.reach("call", f"before {method}")
        reply = await plain(self, method, params, timeout=timeout)
        fate.reach("call", f"after {method}")
        return reply

    def come_round(self: Runner, rhythm: Rhythm) -> bool:
        if rhythm is self._rhythms[0]:
            fate.round_began = self._clock.now()  # not when it was asked for: rounds wait for each other
        return has_come_round(self, rhythm)

    async def asked(self: Runner) -> None:
        await ask(self)
        fate.asked()

    Line.call = call  # type: ignore[method-assign]
    Runner._ask = asked  # type: ignore[method-assign]
    Runner._has_come_round = come_round  # type: ignore[method-assign]


async def live(told: dict[str, Any]) -> None:
    fate = Fate(told)
    arm(fate)
    fate.begin()
    settings = load(
        bot_token="42:PLAYGROUND", telegram_api_url=told["url"], database_url=told["database"], web_port=0
    )  # fmt: skip
    assistant = Assistant(settings, await playground_clock(told["url"]))
    await serve(assistant)


def nurse(fates: TextIO) -> None:
    doors()  # imports every conversation
    assert drawing.draw  # loads what draws the pictures
    gc.freeze()  # what is shared with the children stays shared
    for line in fates:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            asyncio.run(live(json.loads(line)))
            os._exit(0)
        print(f"born {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"gone {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    nurse(sys.stdin)
