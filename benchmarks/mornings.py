"""All letters "who needs me today" of one morning: seconds and queries; beside a question per coachee.

1,000 coaches with 20 coachees each: every cycle with an open step, a promise of each side and a piece of evidence;
a third of the steps late. The peer asks for each cycle what stands there, through the same models on the same server.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import create_engine, delete, event, func, insert, select, update
from sqlalchemy.engine import Engine

from benchmarks.due import databases
from coaching import commitments, evidence, pages, seats, steps
from coaching.rights import Side
from content import workflows
from content.texts import Texts
from reports import mornings
from storage import schema
from storage.database import Database
from storage.letters import message
from storage.models import (
    Attention,
    Commitment,
    Cycle,
    CycleEvent,
    CycleMember,
    CycleNote,
    CycleStep,
    Group,
    Letter,
    Membership,
    Morning,
    Person,
    School,
    WorkflowVersion,
)
from storage.outbox import post

BEGAN = datetime(2026, 7, 6, 1, tzinfo=UTC)
MORNING = datetime(2026, 7, 20, 23, 45, tzinfo=UTC)  # Tuesday 06:45 in Jakarta
DUE = date(2026, 7, 17)
COACHES, COACHEES, BOUND, RUNS = 1_000, 20, 5.0, 3
SIZES = (10, 100, 1_000)


def fill(url: str, coaches: int) -> None:
    """So many coaches, a group and a school each, with their coachees and a cycle with each of these."""
    engine = create_engine(schema.sync_url(url))
    people, cycles = coaches * (COACHEES + 1), coaches * COACHEES
    numbers = range(1, cycles + 1)

    def coach(number: int) -> int:
        return (number - 1) // COACHEES + 1

    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (School, [{"id": n, "name": f"SD {n}", "zone": "Asia/Jakarta", "created_at": BEGAN}
                  for n in range(1, coaches + 1)]),
        (Group, [{"id": n, "school_id": n, "title": f"Grup {n}", "state": "active", "added_at": BEGAN}
                 for n in range(1, coaches + 1)]),
        (Person, [{"id": n, "tg_user_id": 5_000_000 + n, "name": f"Guru {n}", "language": "id", "consented_at": BEGAN,
                   "reachable": True, "created_at": BEGAN} for n in range(1, people + 1)]),
        (Membership, [{"person_id": n, "group_id": n, "role": "coach", "since": BEGAN}
                      for n in range(1, coaches + 1)]),
        (Membership, [{"person_id": coaches + n, "group_id": coach(n), "role": "teacher", "since": BEGAN}
                      for n in numbers]),
        (WorkflowVersion, [{"id": 1, "workflow": "knight", "digest": "x", "offered": False, "created_at": BEGAN,
                            "content": workflows.house()["knight"].to_json()}]),
        (Cycle, [{"id": n, "version_id": 1, "group_id": coach(n), "between": "coach", "state": "active",
                  "step": "pasca", "started_at": BEGAN} for n in numbers]),
        (CycleMember, [{"cycle_id": n, "person_id": who, "side": side, "since": BEGAN, "reads_since": BEGAN}
                       for n in numbers for who, side in ((coach(n), "coach"), (coaches + n, "coachee"))]),
        (CycleStep, [{"id": n, "cycle_id": n, "step": "pasca", "opened_at": BEGAN, "reminded": 0,
                      "due_on": DUE + timedelta(days=7 * (n % 3 > 0))} for n in numbers]),
        (Commitment, [{"cycle_id": n, "step_id": n, "person_id": who, "side": side, "text": f"Janji {n}",
                       "due_on": DUE + timedelta(days=n % 9), "created_at": BEGAN, "reminded": 0}
                      for n in numbers for who, side in ((coach(n), "coach"), (coaches + n, "coachee"))]),
        (CycleNote, [{"cycle_id": n, "step_id": n, "person_id": coaches + n, "audience": "both", "medium": "photo",
                      "file_id": "f", "audience_at": BEGAN, "created_at": BEGAN} for n in numbers]),
        (CycleEvent, [{"cycle_id": n, "person_id": coaches + n, "what": "promised", "at": BEGAN} for n in numbers]),
        (Morning, [{"person_id": n, "wall": "06:45", "next_at": MORNING} for n in range(1, coaches + 1)]),
    ]  # fmt: skip
    written(engine, rows)


def written(engine: Engine, rows: Sequence[tuple[Any, list[dict[str, Any]]]]) -> None:
    """Write these rows table by table, and let the server look at what it has."""
    with engine.begin() as connection:
        for table, values in rows:
            connection.execute(insert(table), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    engine.dispose()


def empty(url: str) -> None:
    """As before the morning."""
    engine = create_engine(schema.sync_url(url))
    with engine.begin() as connection:
        for table in (Letter, Attention):
            connection.execute(delete(table))
        connection.execute(update(Morning).values(next_at=MORNING))
    engine.dispose()


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many statements were sent within the block."""
    seen = [0]

    def note(*_: Any) -> None:
        seen[0] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def morning(url: str, coaches: int) -> tuple[float, int]:
    """Seconds and statements until everybody's letter is written."""
    database = Database(url)
    began, done = time.perf_counter(), 0
    with counted() as seen:
        while True:
            async with database.writing() as session:
                found = await mornings.send_due(session, MORNING)
            done += found
            if not found:
                break
    took = time.perf_counter() - began
    async with database.reading() as session:
        letters = await session.scalar(select(func.count()).select_from(Letter))
    await database.close()
    if (done, letters) != (coaches, coaches):
        raise RuntimeError(f"{done} looked at and {letters} letters, of {coaches}")
    return took, seen[0]


async def one_by_one(url: str, most: int) -> float:
    """The peer: for each coach each cycle's partner, step, promises and evidence; seconds for a coach."""
    database, say = Database(url), Texts("id")
    began = time.perf_counter()
    for number in range(1, most + 1):
        async with database.writing() as session:
            coach = await session.get_one(Person, number)
            lines = []
            for seat in await seats.of_person(session, coach, ("active",)):
                names = [one.name for one in await pages.partners(session, seat)]
                found = await steps.standing(session, seat)
                promises = await commitments.standing(session, seat)
                unseen = await evidence.unreviewed(session, seat)
                last = await session.scalar(select(func.max(CycleEvent.at)).where(CycleEvent.cycle_id == seat.cycle.id))
                if seat.side is Side.COACH and found is not None:
                    lines.append(f"{names} {found.row.due_on} {len(promises)} {unseen} {last}")
            draft = message(coach.tg_user_id or 0, say("today.title") + "\n".join(lines[:10]), key=f"plain:{number}")
            await post(session, draft, MORNING)
    took = time.perf_counter() - began
    await database.close()
    return took / most


async def main() -> None:
    """Print the table as Markdown."""
    print("\n| coaches, 20 coachees each | engine | seconds | bound | statements | plain version, scaled | ratio |")
    print("|---|---|---|---|---|---|---|")
    with databases() as fresh:
        for engine in ("SQLite", "PostgreSQL"):
            for size in SIZES:
                url, took, asked = fresh(engine), [], 0
                fill(url, size)
                for _ in range(RUNS):
                    empty(url)
                    seconds, asked = await morning(url, size)
                    took.append(seconds)
                empty(url)
                plain = await one_by_one(url, min(size, 20)) * size
                ours = median(took)
                bound = f"{BOUND:.0f} s" if size == COACHES else "–"
                print(f"| {size:,} | {engine} | {ours:.2f} ({min(took):.2f} to {max(took):.2f}) | {bound} | {asked} "
                      f"| {plain:.1f} | {plain / ours:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
