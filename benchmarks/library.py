"""/cari in a library of 100,000 entries: milliseconds for a search, on either engine; beside a scan with LIKE.

All of it belongs to one group, which is the worst there is: a search looks at the groups of one person alone.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import create_engine, func, insert, select

from benchmarks.due import databases
from community.library import facts, indexing, searching
from storage import schema
from storage.database import Database, Session
from storage.models import Group, GroupChat, LibraryEntry, LibraryTerm, LibraryWord, Membership, Message, Person

BEGAN = datetime(2026, 7, 6, 1, tzinfo=UTC)
ENTRIES, PEOPLE, RUNS, BOUND = 100_000, 200, 15, 200
KINDS = ("LKPD", "Modul Ajar", "Bank Soal", "Media", "Rubrik", "PPT", "Video", "Kartu", "Panduan", "Lembar Kerja")
TOPICS = (
    "Pecahan", "Perkalian", "Pembagian", "Bangun Datar", "Fotosintesis", "Ekosistem", "Tata Surya", "Teks Narasi",
    "Teks Prosedur", "Pantun", "Gotong Royong", "Pancasila", "Hijaiyah", "Senam", "Kolase", "Peta Buta", "Daur Hidup",
    "Gaya dan Gerak", "Bilangan Bulat", "Vocabulary", "Membaca Nyaring", "Statistika", "Aljabar", "Listrik", "Cuaca",
)  # fmt: skip
SYLLABLES = ("ba", "co", "di", "fa", "go", "ha", "ju", "ka", "li", "mu", "na", "pe", "ri", "so", "ta", "wi", "yo", "zu")
# What is asked, what it stands for.
ASKED = (
    ("pecahan kelas 4", "exact"),
    ("pecehan kelas 4", "misspelt"),
    ("vocabulari fase c", "misspelt"),
    ("lembar kerja bangun datar kelas 5", "five words"),
    ("media", "a word of many"),
    ("lkpd modul soal media video kelas 4", "many of many"),
    ("fotosintesis pecahan", "one of them alone"),
    ("qwertyuiop", "nothing"),
)


def titles(number: int) -> list[str]:
    """So many names as teachers give them, with about 20,000 different words; the same each time."""
    chance = random.Random(5)
    names = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))).capitalize() for _ in range(20_000)]
    return [
        f"{chance.choice(KINDS)} {chance.choice(TOPICS)} Kelas {chance.randint(1, 9)} {chance.choice(names)}"
        for _ in range(number)
    ]


def fill(url: str, number: int) -> None:
    """A group with its people and so many files, not indexed yet."""
    engine = create_engine(schema.sync_url(url))
    alike = {"group_id": 1, "chat_id": 1, "kind": "document", "label": "resource", "confidence": 1.0, "reason": "x",
             "source": "rule"}  # fmt: skip
    messages, entries = [], []
    for at, title in enumerate(titles(number), start=1):
        one, told = {"tg_message_id": at, "person_id": at % PEOPLE + 1}, facts.of(title)
        moment = BEGAN + timedelta(seconds=at)
        messages.append({"id": at, "sent_at": moment} | one | alike)
        entries.append({"id": at, "message_id": at, "group_id": 1, "chat_id": 1, "place": 0, "kind": "file",
                        "title": title, "file_id": "f", "file_kind": "document", "shared_at": moment,
                        "indexed": False} | told._asdict() | one)  # fmt: skip
    people = [{"id": n, "tg_user_id": 5_000_000 + n, "name": f"Guru {n}", "language": "id", "consented_at": BEGAN,
               "reachable": True, "created_at": BEGAN} for n in range(1, PEOPLE + 1)]  # fmt: skip
    rows: list[tuple[Any, list[dict[str, Any]]]] = [
        (Group, [{"id": 1, "title": "KKG", "state": "active", "added_at": BEGAN}]),
        (GroupChat, [{"id": 1, "tg_chat_id": -1001, "group_id": 1, "current": True}]),
        (Person, people),
        (Membership, [{"person_id": one["id"], "group_id": 1, "role": "teacher", "since": BEGAN} for one in people]),
        (Message, messages),
        (LibraryEntry, entries),
    ]
    with engine.begin() as connection:
        for table, values in rows:
            connection.execute(insert(table), values)
    engine.dispose()


async def index(database: Database) -> float:
    """Seconds until every entry has its words."""
    began = time.perf_counter()
    while True:
        async with database.writing() as session:
            if not await indexing.index_due(session, BEGAN):
                return time.perf_counter() - began


async def like(session: Session, text: str) -> int:
    """The peer: every word somewhere in the title, the newest first; no spelling forgiven, no subject, no phase."""
    words = [LibraryEntry.title.ilike(f"%{word}%") for word in text.split()]
    rows = await session.scalars(
        select(LibraryEntry)
        .where(LibraryEntry.group_id == 1, *words)
        .order_by(LibraryEntry.id.desc())
        .limit(searching.MOST_FOUND)
    )
    return len(rows.all())


async def timed(database: Database, ask: Callable[[Session], Awaitable[int]]) -> tuple[list[float], int]:
    """Milliseconds of each run, and how much was found."""
    took, found = [], 0
    for _ in range(RUNS):
        async with database.writing() as session:
            began = time.perf_counter()
            found = await ask(session)
            took.append((time.perf_counter() - began) * 1000)
    return took, found


async def measure(url: str, engine: str) -> None:
    """The rows of one engine."""
    database = Database(url)
    seconds = await index(database)
    with create_engine(schema.sync_url(url)).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    async with database.reading() as session:
        terms, words = [
            await session.scalar(select(func.count()).select_from(one)) for one in (LibraryTerm, LibraryWord)
        ]
    print(f"\n{engine}: {terms:,} words of {ENTRIES:,} entries, {words:,} different; {ENTRIES / seconds:,.0f} entries "
          "a second get theirs.\n")  # fmt: skip
    print(
        "| asked | what it is | ms, median (fastest to slowest) | bound | found | LIKE, ms | LIKE found |\n"
        "|---|---|---|---|---|---|---|"
    )
    for text, kind in ASKED:

        async def ours(session: Session, text: str = text) -> int:
            return len((await searching.search(session, await session.get_one(Person, 1), text)).hits)

        async def theirs(session: Session, text: str = text) -> int:
            return await like(session, text)

        took, found = await timed(database, ours)
        plain, plainly = await timed(database, theirs)
        print(f"| {text} | {kind} | {_told(took)} | {BOUND} | {found} | {_told(plain)} | {plainly} |", flush=True)
    await database.close()


def _told(took: list[float]) -> str:
    return f"{median(took):.0f} ({min(took):.0f} to {max(took):.0f})"


async def main() -> None:
    """Print the tables as Markdown."""
    print(f"\nLoad of the machine at the beginning: {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.")
    with databases() as fresh:
        for engine in ("SQLite", "PostgreSQL"):
            url = fresh(engine)
            fill(url, ENTRIES)
            await measure(url, engine)


if __name__ == "__main__":
    asyncio.run(main())
