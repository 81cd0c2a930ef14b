"""kill -9 at numbered points of a school day: after the restart nothing is lost, and nothing sent twice unknowingly."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select

from playground import demo, server, story
from playground.client import Playground
from scheduler.clock import TurnableClock
from storage import schema
from storage.models import Arrival, Letter, Message, Person, Question, Reflection, Trial
from tests.faults import mortal
from tests.nursery import Child, Nursery
from tests.waiting import eventually

SEED = int(os.environ.get("SEJAWAT_SEED", "20260803"))
COUNTED = (Person, Message, Trial, Reflection, Question)
SENDS = {"sendmessage", "sendphoto", "senddocument"}
LEASE_OVER = 100  # seconds of playground time after a death: the letters of the dead are settled


@dataclass
class Day:
    """What is left of one school day."""

    points: list[str]
    deaths: int
    rows: dict[str, int]
    lost_updates: set[int]
    open_updates: int
    letters: Counter[str]
    sent: int
    unknowns: int
    doubled: list[str] = field(default_factory=list)


class Keeper:
    """Keeps the assistant's process alive, as systemd would; it dies at the chosen points."""

    def __init__(
        self, nursery: Nursery, playground: Playground, database_url: str, die_at: Sequence[int], log: Path
    ) -> None:
        self._nursery, self._playground = nursery, playground
        self._database_url, self._die_at, self._log = database_url, die_at, log
        self.deaths, self._ending = 0, False
        self._process: Child | None = None

    async def keep(self) -> None:
        while not self._ending:
            arguments = (self._playground.url, self._database_url, str(self._log), *map(str, self._die_at))
            self._process = await self._nursery.born(mortal.LIVE, *arguments, env=os.environ)
            _, told = await self._process.communicate()
            if self._ending:
                return
            assert self._process.returncode == -9, told.decode()[-3000:]
            self.deaths += 1
            await self._playground.do("clock", by_seconds=LEASE_OVER)

    async def end(self) -> None:
        self._ending = True
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


async def school_day(nursery: Nursery, folder: Path, die_at: Sequence[int] = ()) -> Day:
    """One whole day: the school moves in, the story is played, everything comes to rest."""
    folder.mkdir(parents=True)
    log, file = folder / "points.txt", folder / "day.db"
    database_url = f"sqlite+aiosqlite:///{file}"
    schema.upgrade(database_url)
    telegram = await server.start(clock=TurnableClock(demo.START), page=False)
    async with Playground(telegram.url) as playground:
        keeper = Keeper(nursery, playground, database_url, die_at, log)
        keeping = asyncio.create_task(keeper.keep())
        try:
            playing = asyncio.create_task(_play(playground, log))
            done, _ = await asyncio.wait({playing, keeping}, return_when=asyncio.FIRST_COMPLETED, timeout=240)
            assert done, "the day took longer than 240 s"
            for task in done:
                task.result()
            await eventually(lambda: _rests(playground, file), timeout=60, about="the day to come to rest")
            return await _looked_at(playground, file, log, keeper.deaths)
        finally:
            await keeper.end()
            keeping.cancel()
            playing.cancel()
            await asyncio.gather(keeping, playing, return_exceptions=True)
            await telegram.stop()


async def _play(playground: Playground, log: Path) -> None:
    async def tell(_caption: Any) -> None:
        return None

    school = await demo.build(playground)
    log.touch()  # from here on points are counted
    await story.play(playground, school, tell, 0)


async def _rests(playground: Playground, file: Path) -> bool:
    pending = (await playground.state())["pending"]
    if any(pending.values()):
        return False
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        new = connection.scalar(select(func.count()).where(Arrival.state == "new"))
        # Those for later too: the second try of an unknown letter comes ten seconds after the first.
        waiting = connection.scalar(select(func.count()).where(Letter.state.in_(("pending", "sending"))))
    engine.dispose()
    if waiting:
        await playground.do("clock", by_seconds=5)
    return not new and not waiting


async def _looked_at(playground: Playground, file: Path, log: Path, deaths: int) -> Day:
    calls = [call for call in await playground.calls() if call["method"].lower() in SENDS and call["ok"]]
    made = {update["update_id"] for update in await playground.updates_sent()}
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        rows = {
            model.__tablename__: connection.scalar(select(func.count()).select_from(model)) or 0 for model in COUNTED
        }
        known = set(connection.scalars(select(Arrival.update_id)))
        open_updates = connection.scalar(select(func.count()).where(Arrival.state.not_in(("done",)))) or 0
        letters = connection.execute(
            select(Letter.state, Letter.method, Letter.unknowns, Letter.chat_id, Letter.params)
        ).all()
    engine.dispose()
    sends = [letter for letter in letters if letter.method.lower() in SENDS]
    owed = Counter((letter.chat_id, (letter.params or {}).get("text")) for letter in sends)
    unsure = {(letter.chat_id, (letter.params or {}).get("text")) for letter in sends if letter.unknowns}
    arrived = Counter((call["params"].get("chat_id"), call["params"].get("text")) for call in calls)
    doubled = [
        str(what) for what, number in arrived.items() if owed[what] and number > owed[what] and what not in unsure
    ]
    return Day(
        points=log.read_text(encoding="utf-8").splitlines() if log.exists() else [],
        deaths=deaths,
        rows=rows,
        lost_updates=made - known,
        open_updates=open_updates,
        letters=Counter(letter.state for letter in letters),
        sent=len(calls),
        unknowns=sum(letter.unknowns for letter in sends),
        doubled=doubled,
    )


def _must_be_sound(day: Day, undisturbed: Day, where: str) -> None:
    assert day.lost_updates == set(), where
    assert day.open_updates == 0, where
    assert day.letters["pending"] == day.letters["sending"] == 0, where
    assert day.letters["unknown"] == 0, f"{where}: no letter of this day is of the class that is never repeated"
    assert day.doubled == [], where
    assert day.rows == undisturbed.rows, where
    assert 0 <= day.sent - undisturbed.sent <= day.unknowns, where


def _chosen(points: list[str], number: int) -> list[int]:
    """Points of every kind in equal shares: before and after commits, before and after calls of the Bot API."""
    rng = random.Random(SEED)
    kinds: dict[tuple[str, bool], list[int]] = {}
    for line in points[:-5]:  # the very last ones may not be reached again
        place, name = line.split("\t")
        when, _, what = name.partition(" ")
        kinds.setdefault((when, what == "commit"), []).append(int(place))
    chosen: list[int] = []
    for turn in range(number):
        kind = sorted(kinds)[turn % len(kinds)]
        chosen.append(kinds[kind].pop(rng.randrange(len(kinds[kind]))))
    return sorted(chosen)


def _apart(points: list[str], number: int) -> list[int]:
    """A point in each part of the day: between two deaths the cast, who wait 25 s, must be answered once."""
    rng = random.Random(SEED)
    # What comes together shares a commit: on another run the day may have some points less.
    part = len(points) * 3 // 4 // number
    return [part * turn + rng.randrange(part // 4, part * 3 // 4) for turn in range(number)]


async def _killed_at(nursery: Nursery, folder: Path, undisturbed: Day, points: list[int]) -> int:
    """A day killed at these points; gives how many letters were counted as unknown."""
    day = await school_day(nursery, folder / "-".join(map(str, points)), points)
    assert day.deaths == len(points), f"{points} of a day that has {len(day.points)} points"
    names = ", ".join(day.points[point - 1].replace("\t", " ") for point in points)
    print(f"killed at {names}: sent {day.sent}, unknown {day.unknowns}")
    _must_be_sound(day, undisturbed, f"killed at {names}")
    return day.unknowns


async def test_a_day_killed_at_three_points_ends_as_it_would_have(tmp_path: Path, nursery: Nursery):
    undisturbed = await school_day(nursery, tmp_path / "undisturbed")
    print(f"\nseed {SEED}")
    await _killed_at(nursery, tmp_path, undisturbed, _apart(undisturbed.points, 3))


@pytest.mark.chaos
async def test_fifty_days_each_killed_at_a_point_end_as_they_would_have(tmp_path: Path, nursery: Nursery):
    undisturbed = await school_day(nursery, tmp_path / "undisturbed")
    chosen = _chosen(undisturbed.points, 50)
    print(f"\nseed {SEED}: {len(undisturbed.points)} points in the day, killed at {chosen}")
    unknown = sum([await _killed_at(nursery, tmp_path, undisturbed, [point]) for point in chosen])
    print(f"50 kills: 0 updates lost, 0 letters lost, {unknown} counted as unknown")
