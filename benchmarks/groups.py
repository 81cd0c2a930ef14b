"""What a group costs, by how many there are: a round of the clock with nothing due, `/laporan`, a week's letters.

Groups of six (five teachers, and a facilitator who leads ten groups) with fifty tagged messages of the last month. The
clock's round asks every question of the timetable once, after everything that was due has been dealt with. A report is
`/laporan` of the month as it is written into the chat, its picture aside; of fifty groups, one after the other. Letters
of the week are gathered two hundred groups at a time, as the clock does; beside it each group by itself.
`--large` for 10,000 groups, too (some minutes).
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import create_engine, select

from benchmarks.counts import count
from benchmarks.due import databases
from benchmarks.mornings import counted, written
from community.tagging import LABELS
from content.texts import Texts
from reports import group_week, overview
from reports.group_week_words import letter
from reports.periods import Period
from reports.words import message_html
from scheduler.runner import Runner
from scheduler.timetable import timetable
from storage import schema
from storage.database import Database
from storage.models import Group, GroupChat, Membership, Message, Person, School

BEGAN = datetime(2026, 7, 6, 1, tzinfo=UTC)
NIGHT = datetime(2026, 8, 3, 17, tzinfo=UTC)  # Tuesday at midnight in Jakarta: nothing is said now
SIZES, LARGE = (100, 1_000), 10_000
TEACHERS, LED, MESSAGES, SAMPLE, BATCH, ROUNDS = 5, 10, 50, 50, 200, 5


class _Night:
    """A clock that has stopped."""

    def now(self) -> datetime:
        return NIGHT


def fill(url: str, groups: int) -> None:
    """So many groups with a school each, their people, and what they said in the last four weeks."""
    engine = create_engine(schema.sync_url(url))
    numbers, leaders = range(1, groups + 1), -(-groups // LED)
    teachers = range(leaders + 1, leaders + groups * TEACHERS + 1)

    def group_of(teacher: int) -> int:
        return (teacher - leaders - 1) // TEACHERS + 1

    labels = sorted(LABELS)
    said = (
        {"group_id": n, "chat_id": n, "tg_message_id": one, "kind": "text", "text": f"Pesan {one}", "source": "rule",
         "person_id": leaders + (n - 1) * TEACHERS + one % TEACHERS + 1,
         "sent_at": BEGAN + timedelta(hours=12 * one + n % 12),
         "label": labels[one % len(labels)], "confidence": 0.9, "reason": "question_mark"}
        for n in numbers for one in range(MESSAGES)
    )  # fmt: skip
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (School, [{"id": n, "name": f"SD {n}", "zone": "Asia/Jakarta", "created_at": BEGAN} for n in numbers]),
        (Group, [{"id": n, "school_id": n, "title": f"Grup {n}", "state": "active", "added_at": BEGAN,
                  "headcount": TEACHERS + 1} for n in numbers]),
        (GroupChat, [{"id": n, "group_id": n, "tg_chat_id": -1_000_000 - n, "current": True} for n in numbers]),
        (Person, [{"id": n, "tg_user_id": 5_000_000 + n, "name": f"Guru {n}", "language": "id", "consented_at": BEGAN,
                   "reachable": True, "created_at": BEGAN} for n in range(1, teachers.stop)]),
        (Membership, [{"person_id": (n - 1) // LED + 1, "group_id": n, "role": "facilitator", "since": BEGAN}
                      for n in numbers]),
        (Membership, [{"person_id": n, "group_id": group_of(n), "role": "teacher", "since": BEGAN} for n in teachers]),
        (Message, list(said)),
    ]  # fmt: skip
    written(engine, rows)


async def ticks(database: Database) -> tuple[list[float], int]:
    """Milliseconds of each round of the clock with nothing due, and its statements."""
    rhythms = timetable(30)
    runner, found, asked = Runner(database, _Night(), rhythms), [], 0
    for number in range(ROUNDS + 1):
        with counted() as seen:
            began = time.perf_counter()
            done = sum([await runner.turn(one) for one in rhythms])
            took = 1000 * (time.perf_counter() - began)
        if number:  # in the first what was due is dealt with
            found.append(took)
            asked = seen[0]
            if done:
                raise RuntimeError(f"{done} were due in a round that should have been idle")
    return found, asked


async def reports(database: Database, groups: Sequence[int]) -> list[float]:
    """Milliseconds of each group's report, to the words that are sent."""
    found, say = [], Texts("id")
    for number in groups:
        began = time.perf_counter()
        async with database.reading() as session:
            told = await overview.of_group(session, await session.get_one(Group, number), Period.MONTH, NIGHT)
            words = message_html(told, say)
        found.append(1000 * (time.perf_counter() - began))
        if str(MESSAGES) not in words:
            raise RuntimeError(f"{MESSAGES} messages are not in the report: {words}")
    return found


async def letters(database: Database, groups: Sequence[int], at_once: int) -> float:
    """Milliseconds a group of the letters of the week, so many groups gathered at a time."""
    say = Texts("id")
    began = time.perf_counter()
    for first in range(0, len(groups), at_once):
        async with database.writing() as session:  # open questions are locked while they are gathered
            some = (await session.scalars(select(Group).where(Group.id.in_(groups[first : first + at_once])))).all()
            leader = await session.get_one(Person, 1)
            weeks = await group_week.gather(session, some, NIGHT)
            for week in weeks.values():
                letter(week, leader, say)
    return 1000 * (time.perf_counter() - began) / len(groups)


async def main(large: bool = False) -> None:
    """Print the table as Markdown."""
    print("\n| groups | engine | an idle round of the clock, ms | statements | a report, ms | a letter of the week, ms "
          "| each group by itself | ratio |\n|---|---|---|---|---|---|---|---|")  # fmt: skip
    with databases() as fresh:
        for engine in ("SQLite", "PostgreSQL"):
            for size in (*SIZES, LARGE) if large else SIZES:
                url = fresh(engine)
                fill(url, size)
                database, everyone = Database(url), range(1, size + 1)
                await count(database, everyone)
                idle, asked = await ticks(database)
                some = everyone[:: size // SAMPLE]
                told = await reports(database, some)
                most = everyone[: BATCH * 5]
                together = await letters(database, most, BATCH)
                alone = await letters(database, some, 1)
                await database.close()
                print(f"| {size:,} | {engine} | {median(idle):.0f} ({min(idle):.0f} to {max(idle):.0f}) | {asked} "
                      f"| {median(told):.1f} ({min(told):.1f} to {max(told):.1f}) | {together:.2f} | {alone:.1f} "
                      f"| {alone / together:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--large", action="store_true", help="10,000 groups, too")
    asyncio.run(main(reader.parse_args().large))
