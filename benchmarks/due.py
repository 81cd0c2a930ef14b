"""Everybody due in the same minute: letters written per second, memory, each once, also with two clocks running.

Beside a plain loop that reads and writes one enrolment after the other through the same models on the same server.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, delete, func, insert, select, text, update

from content import packs
from content.texts import Texts
from learning import delivering, prompts, versions
from scheduler.runner import Runner
from scheduler.timetable import timetable
from storage import schema
from storage.database import Database
from storage.letters import message
from storage.models import (
    Attention,
    Delivery,
    Enrolment,
    Group,
    GroupChat,
    Letter,
    Membership,
    PackVersion,
    Person,
    School,
)
from storage.outbox import post
from tests.services import postgres_server

BEGAN = datetime(2026, 7, 21, 12, tzinfo=UTC)
MORNING = datetime(2026, 7, 21, 23, 30, tzinfo=UTC)  # Wednesday 06:30 in Jakarta
SIZES = (100, 1_000, 10_000)
GROUPS, TEACHERS, BOUND = 2_000, 40_000, 10.0
RUNS = 3


def fill(url: str, groups: int, teachers: int) -> None:
    """Groups with a school each on a pack, and teachers of theirs at their own pace, all due at MORNING."""
    pack = packs.pack("diferensiasi")
    engine = create_engine(schema.sync_url(url))
    each = [{"id": number, "at": BEGAN} for number in range(1, groups + 1)]
    with engine.begin() as session:
        session.execute(insert(PackVersion), [{"pack": pack.id, "version": pack.version, "status": "published",
                                               "content": packs.to_json(pack), "created_at": BEGAN}])  # fmt: skip
        session.execute(insert(School), [
            {"id": one["id"], "name": f"SD {one['id']}", "zone": "Asia/Jakarta", "created_at": BEGAN} for one in each
        ])  # fmt: skip
        session.execute(insert(Group), [
            {"id": one["id"], "school_id": one["id"], "title": f"Grup {one['id']}", "state": "active",
             "added_at": BEGAN}
            for one in each
        ])  # fmt: skip
        session.execute(insert(GroupChat), [
            {"tg_chat_id": -1_000_000 - one["id"], "group_id": one["id"], "current": True} for one in each
        ])  # fmt: skip
        common = {"pack": pack.id, "version": pack.version, "position": 3, "next_at": MORNING, "started_at": BEGAN}
        session.execute(insert(Enrolment), [common | {"group_id": one["id"], "person_id": None} for one in each])
        if teachers:
            people = range(1, teachers + 1)
            session.execute(insert(Person), [
                {"id": number, "tg_user_id": 5_000_000 + number, "name": f"Guru {number}", "language": "id",
                 "consented_at": BEGAN, "reachable": True, "created_at": BEGAN} for number in people
            ])  # fmt: skip
            session.execute(insert(Membership), [
                {"person_id": number, "group_id": number % groups + 1, "role": "teacher", "since": BEGAN}
                for number in people
            ])  # fmt: skip
            session.execute(insert(Enrolment), [
                common | {"group_id": number % groups + 1, "person_id": number} for number in people
            ])  # fmt: skip
    _had_before(engine, pack, groups + teachers)
    engine.dispose()
    _settle(url)


def _had_before(engine: Any, pack: Any, enrolments: int) -> None:
    """The three lessons that went out on the days before."""
    days = [BEGAN.date() - timedelta(days=ahead) for ahead in (5, 2, 1)]
    with engine.begin() as session:
        whose = dict(session.execute(select(Enrolment.id, Enrolment.group_id)).all())
        people = dict(session.execute(select(Enrolment.id, Enrolment.person_id)).all())
        for lesson, day in zip(pack.lessons, days, strict=False):
            session.execute(insert(Delivery), [
                {"group_id": whose[number], "enrolment_id": number, "person_id": people[number], "pack": pack.id,
                 "version": pack.version, "lesson": lesson.id, "day": day, "letter_key": f"prompt:{number}:{lesson.id}",
                 "due_at": BEGAN, "delivered_at": BEGAN} for number in range(1, enrolments + 1)
            ])  # fmt: skip


def _settle(url: str) -> None:
    """What a server does by itself in the night."""
    if url.startswith("postgresql"):
        fresh = create_engine(schema.sync_url(url), isolation_level="AUTOCOMMIT")
        with fresh.connect() as connection:
            connection.execute(text("vacuum analyze"))
        fresh.dispose()


def empty(url: str) -> None:
    """As before the morning, for another run on the same rows."""
    engine = create_engine(schema.sync_url(url))
    with engine.begin() as connection:
        for table in (Letter, Attention):
            connection.execute(delete(table))
        connection.execute(delete(Delivery).where(Delivery.delivered_at.is_(None)))
        connection.execute(update(Enrolment).values(position=3, next_at=MORNING, told_skip=None))
    engine.dispose()
    _settle(url)


class _Morning:
    """A clock that has stopped."""

    def now(self) -> datetime:
        return MORNING


async def clock(url: str) -> tuple[int, float]:
    """One process's clock: asks until nothing is due; gives how many it dealt with, and its seconds."""
    database = Database(url)
    prompts_due = next(one for one in timetable(90) if one.work is delivering.deliver_due)
    runner = Runner(database, _Morning(), [prompts_due])
    began = time.perf_counter()
    done = await runner.turn(prompts_due)
    took = time.perf_counter() - began
    await database.close()
    return done, took


async def loop_of_one(url: str, most: int) -> float:
    """The peer: one enrolment after the other, each with its group, pack and letter; seconds for each."""
    database = Database(url)
    began, done = time.perf_counter(), 0
    while done < most:
        async with database.writing() as session:
            due = select(Enrolment).where(Enrolment.next_at <= MORNING).order_by(Enrolment.id).limit(1)
            one = (await session.scalars(due)).one()
            group = await session.get_one(Group, one.group_id)
            chat = (await session.scalars(select(GroupChat).where(GroupChat.group_id == group.id))).one()
            pack = await versions.get(session, one.pack, one.version)
            lesson = pack.lessons[one.position]
            row = Delivery(
                group_id=group.id, enrolment_id=one.id, pack=one.pack, version=one.version, lesson=lesson.id,
                day=MORNING.date(), letter_key=f"prompt:{one.id}:{lesson.id}", due_at=MORNING, person_id=one.person_id,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            say = Texts(group.language)
            words, keys = prompts.words(lesson, say), prompts.buttons(say, row.id, lesson)
            await post(session, message(chat.tg_chat_id, words, buttons=keys, key=row.letter_key), MORNING)
            one.next_at, one.position = MORNING + timedelta(days=1), one.position + 1
        done += 1
    took = time.perf_counter() - began
    await database.close()
    return took / most


async def clocks(url: str, number: int) -> tuple[float, list[int], list[float]]:
    """So many processes at once; seconds until the last is done, what each dealt with, and its peak MB."""
    command = [sys.executable, "-m", "benchmarks.due", "--clock", url]
    began = time.perf_counter()
    started = [await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(number)]
    told = [(await one.communicate())[0].decode().split() for one in started]
    del began
    ends, begins = [float(one[3]) for one in told], [float(one[2]) for one in told]
    return max(ends) - min(begins), [int(one[0]) for one in told], [float(one[1]) for one in told]


def _as_clock(url: str) -> None:
    began = time.time()  # noqa: TID251 — compared between processes of one machine
    done, _ = asyncio.run(clock(url))
    ended = time.time()  # noqa: TID251
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    print(done, peak, began, ended)


def each_once(url: str, wanted: int) -> str:
    """The count of letters and prompts; raises when one is missing or double."""
    engine = create_engine(schema.sync_url(url))
    with engine.connect() as connection:
        letters, keys, prompted = connection.execute(
            select(
                select(func.count()).select_from(Letter).scalar_subquery(),
                select(func.count(Letter.key.distinct())).scalar_subquery(),
                select(func.count()).where(Delivery.delivered_at.is_(None)).scalar_subquery(),
            )
        ).one()
        behind = connection.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.position != 4))
    engine.dispose()
    if (letters, keys, prompted, behind) != (wanted, wanted, wanted, 0):
        raise RuntimeError(f"{letters} letters, {keys} keys, {prompted} prompts, {behind} behind, of {wanted}")
    return f"{letters:,}"


@contextmanager
def databases() -> Iterator[Any]:
    """Fresh databases on either engine, by name."""
    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        made = []

        def fresh(engine: str) -> str:
            made.append(engine)
            if engine == "SQLite":
                url = f"sqlite+aiosqlite:///{folder}/{len(made)}.db"
            else:
                admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
                with admin.connect() as connection:
                    connection.execute(text(f"create database due{len(made)}"))
                admin.dispose()
                url = f"{server}/due{len(made)}"
            schema.upgrade(url)
            return url

        yield fresh


async def per_group(fresh: Any) -> None:
    """What one due group costs, by how many are due together."""
    print("| groups due in one minute | engine | milliseconds for each | plain loop | ratio |\n|---|---|---|---|---|")
    for engine in ("SQLite", "PostgreSQL"):
        for size in SIZES:
            url, found = fresh(engine), []
            fill(url, size, 0)
            for _ in range(RUNS):
                empty(url)
                found.append((await clock(url))[1] / size * 1000)
                each_once(url, size)
            empty(url)
            plain = await loop_of_one(url, min(size, 200)) * 1000
            ours = median(found)
            print(f"| {size:,} | {engine} | {ours:.2f} ({min(found):.2f} to {max(found):.2f}) | {plain:.1f} "
                  f"| {plain / ours:.0f} |", flush=True)  # fmt: skip


async def same_minute(fresh: Any) -> None:
    """2,000 groups and 40,000 teachers at their own pace, on PostgreSQL; memory beside a tenth of them."""
    print("\n| due in one minute | clocks | seconds | bound | letters, each once | peak MB of a process |")
    print("|---|---|---|---|---|---|")
    for share in (10, 1):
        groups, teachers = GROUPS // share, TEACHERS // share
        url = fresh("PostgreSQL")
        fill(url, groups, teachers)
        for number in (1, 2):
            took, peaks = [], []
            for _ in range(RUNS):
                empty(url)
                seconds, done, megabytes = await clocks(url, number)
                took.append(seconds)
                peaks.append(max(megabytes))
                letters = each_once(url, groups + teachers)
                assert sum(done) == groups + teachers, done
            bound = f"{BOUND:.0f} s" if share == 1 else "–"
            print(f"| {groups:,} groups, {teachers:,} teachers | {number} | {median(took):.1f} ({min(took):.1f} to "
                  f"{max(took):.1f}) | {bound} | {letters} | {max(peaks):.0f} |", flush=True)  # fmt: skip


async def main() -> None:
    """Print both tables as Markdown."""
    with databases() as fresh:
        await per_group(fresh)
        await same_minute(fresh)


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--clock", help="be one clock on this database")
    given = reader.parse_args()
    if given.clock:
        _as_clock(given.clock)
    else:
        asyncio.run(main())
