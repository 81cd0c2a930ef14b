"""Reports over 1,000,000 stored messages, read from the daily counts; beside a plain GROUP BY over the messages.

A thousand groups of 800 messages and one of 200,000, half a year of talk. Every report is a whole one, as it is handed
out: the pages of the dashboard with every table as XLSX, what a Dinas is shown, `/laporan` to its words with the tags
that wait for its reader, the letters of the week. The peer is the query that the types of talk were read by before
there were counts: label, confidence, source and person of the same messages, grouped.

Of each report the milliseconds from start to end, and behind them those of this process's processor: on a machine that
does other things at the same time the first are theirs as well. `--only SQLite` or `--only PostgreSQL` for one of both.
"""

import argparse
import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import create_engine, func, insert, select, text

from benchmarks.due import databases
from community import daily_counts, tallies
from community.daily_counts import AT_ONCE
from content.texts import Texts
from reports import group_week, overview, week_letters
from reports.dashboard import figures
from reports.dashboard.places import Kind, Place
from reports.periods import Period, since
from reports.tables import as_xlsx
from reports.words import message_html
from storage import schema
from storage.bulk import among
from storage.database import Database, Session
from storage.models import (
    Consultation,
    Group,
    GroupChat,
    LibraryEntry,
    Membership,
    Message,
    MessageCount,
    Person,
    School,
    TagCount,
    TalkCount,
)

GROUPS, MESSAGES, BIG = 1_000, 800, 200_000
MEMBERS, MEMBERS_OF_BIG = 15, 60
DAYS, RETENTION, WAITS = 180, 30, 14  # after so many days somebody has said that a question is settled
BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
NOW = BEGAN + timedelta(days=DAYS, hours=9)
RUNS, OF_ONE, OF_MANY = 5, 300, 2_000  # milliseconds
AT_A_TIME = 200  # groups whose letters of the week the clock gathers together
LABELS = (("other", 40), ("consultation", 18), ("resource", 16), ("coordination", 14), ("motivation", 12))
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
ENGINES = ("SQLite", "PostgreSQL")
Report = Callable[[Session, Sequence[Group]], Awaitable[object]]


def talk(group: int, many: int, first: int, people: Sequence[int]) -> Iterator[dict[str, Any]]:
    """A group's messages, evenly over the days; a third answers an earlier one, a few ask for advice."""
    chance, labels = random.Random(group), [one for one, _ in LABELS]
    chosen = chance.choices(labels, [weight for _, weight in LABELS], k=many)
    for place, label in enumerate(chosen):
        at = BEGAN + timedelta(seconds=DAYS * 86_400 * place / many + chance.uniform(0, 60))
        sure = chance.choice((0.9, 0.85, 1.0)) if chance.random() < 0.5 else chance.uniform(0.3, 1)
        asks = label == "consultation" and chance.random() < 0.2
        yield {
            "id": first + place, "group_id": group, "chat_id": group, "tg_message_id": place + 1,
            "person_id": people[int(len(people) * chance.random() ** 2)], "sent_at": at, "kind": "text",
            "reply_to": chance.randrange(max(0, place - 30), place) + 1 if place and not asks and place % 3 else None,
            "text": f"Pesan ke-{place} tentang pecahan, LKPD dan rapat guru" if (NOW - at).days < RETENTION else None,
            "label": label, "confidence": sure, "source": "model" if sure not in (0.9, 0.85, 1.0) else "rule",
            "reason": "tagging.asks_for_help" if asks else "tagging.other",
        }  # fmt: skip


def fill(url: str) -> None:
    """Schools, groups, people and what they said; nothing is counted yet."""
    engine = create_engine(schema.sync_url(url))
    sizes = dict.fromkeys(range(1, GROUPS + 1), (MESSAGES, MEMBERS)) | {GROUPS + 1: (BIG, MEMBERS_OF_BIG)}
    with engine.begin() as connection:

        def put(table: Any, rows: list[dict[str, Any]]) -> None:
            for start in range(0, len(rows), 20_000):
                connection.execute(insert(table), rows[start : start + 20_000])

        zones = {group: ZONES[group % 10 % 3 if group % 10 < 3 else 0] for group in sizes}
        put(School, [{"id": n, "name": f"SD {n}", "zone": zones[n], "created_at": BEGAN} for n in sizes])
        put(Group, [
            {"id": n, "school_id": n, "title": f"Grup {n}", "state": "active", "added_at": BEGAN, "zone": zones[n],
             "set_up_at": BEGAN, "headcount": many} for n, (_, many) in sizes.items()
        ])  # fmt: skip
        put(GroupChat, [{"id": n, "group_id": n, "tg_chat_id": -1_001_000_000 - n, "current": True} for n in sizes])
        number, person = 1, 1
        for group, (many, members) in sizes.items():
            people = range(person, person + members)
            put(Person, [{"id": n, "tg_user_id": 5_000_000 + n, "name": f"Guru {n}", "language": "id",
                          "consented_at": BEGAN, "reachable": True, "created_at": BEGAN} for n in people])  # fmt: skip
            put(Membership, [{"person_id": n, "group_id": group, "since": BEGAN,
                              "role": ("facilitator", "mentor")[n - person] if n < person + 2 else "teacher"}
                             for n in people])  # fmt: skip
            said = list(talk(group, many, number, people))
            put(Message, said)
            put(Consultation, [
                {"group_id": group, "message_id": one["id"], "person_id": one["person_id"], "asked_at": one["sent_at"],
                 "stage": 0} | (dict.fromkeys(("settled", "settled_at")) if (NOW - one["sent_at"]).days < WAITS else
                                {"settled": "asker", "settled_at": one["sent_at"] + timedelta(days=1)})
                for one in said if one["reason"] == "tagging.asks_for_help"
            ])  # fmt: skip
            put(LibraryEntry, [
                {"group_id": group, "chat_id": group, "message_id": one["id"], "tg_message_id": one["tg_message_id"],
                 "place": 0, "person_id": one["person_id"], "kind": "link", "title": "LKPD", "indexed": True,
                 "shared_at": one["sent_at"], "url": "https://contoh.sch.id"}
                for one in said if one["label"] == "resource" and one["id"] % 3 == 0
            ])  # fmt: skip
            put(MessageCount, [{"group_id": group, "day": (BEGAN + timedelta(days=n)).date(),
                                "messages": 2 * many // DAYS} for n in range(DAYS)])  # fmt: skip
            number, person = number + many, person + members
    engine.dispose()


def settle(url: str) -> None:
    """What a database knows of its own rows after a night."""
    fresh = create_engine(schema.sync_url(url), isolation_level="AUTOCOMMIT")
    with fresh.connect() as connection:
        connection.execute(text("vacuum analyze" if url.startswith("postgresql") else "analyze"))
    fresh.dispose()


async def count(database: Database, numbers: Iterable[int]) -> float:
    """Seconds until each of these groups is counted anew, as `sejawat db recount` does it."""
    began = time.perf_counter()
    for group in numbers:
        async with database.writing() as session:
            await daily_counts.recount(session, group)
    return time.perf_counter() - began


def page(part: str) -> Report:
    """A page of the dashboard, for a semester, and each of its tables as a workbook."""

    async def report(session: Session, groups: Sequence[Group]) -> object:
        place = Place(Kind.GROUP if len(groups) == 1 else Kind.PROGRAMME, "1", "Kelompok", tuple(groups))
        asked = {"bagian": part, "periode": Period.TERM.value}
        shown = await figures.shown(session, place, asked, NOW, Texts("id"))
        return [as_xlsx(one.exact or one.table, NOW) for one in shown.figures]

    return report


async def counts_alone(session: Session, groups: Sequence[Group]) -> object:
    """What a Dinas is shown: a week of all schools together."""
    return await figures.shown(session, Place(Kind.COUNTS, "1", "Dinas", tuple(groups)), {}, NOW, Texts("id"))


async def report_in_chat(session: Session, groups: Sequence[Group]) -> object:
    """`/laporan` of all days, for the facilitator, who may look at tags."""
    leads = select(Membership.person_id).where(Membership.group_id == groups[0].id, Membership.role == "facilitator")
    person = await session.get(Person, await session.scalar(leads))
    return message_html(await overview.for_person(session, person, groups[0].id, Period.ALL, NOW), Texts("id"))


async def of_the_week(session: Session, groups: Sequence[Group]) -> object:
    """The letters of the week of all who lead these groups, to their words; two hundred groups at a time."""
    told = []
    for first in range(0, len(groups), AT_A_TIME):
        some = groups[first : first + AT_A_TIME]
        weeks = await group_week.gather(session, some, NOW)
        leads = select(Membership.group_id, Person).join(Person, Person.id == Membership.person_id)
        here = among(session, Membership.group_id, [group.id for group in some])
        for group_id, person in await session.execute(leads.where(here, Membership.role == "facilitator")):
            told.append(week_letters.page_of([weeks[group_id]], person, Texts("id")))
    return told


async def grouped(session: Session, groups: Sequence[Group]) -> object:
    """The peer: what the page about talk took its types and writers from, and nothing else of it."""
    start = since(Period.TERM, NOW, groups[0].zone, NOW)
    key = (Message.label, tallies.SURE, Message.source, Message.person_id)
    rows = await session.execute(
        select(*key, func.count())
        .where(among(session, Message.group_id, [group.id for group in groups]), Message.sent_at >= start,
               Message.sent_at < NOW)
        .group_by(*key)
    )  # fmt: skip
    return rows.all()


async def kept(session: Session, groups: Sequence[Group]) -> object:
    """The same from the counts."""
    start = since(Period.TERM, NOW, groups[0].zone, NOW)
    await tallies.tags(session, groups, start, NOW)
    return await tallies.speakers(session, groups, start, NOW)


REPORTS: dict[str, Report] = {
    "types and writers alone, from counts": kept,
    "the same by GROUP BY over the messages": grouped,
    "page: talk and taking part": page(""),
    "page: results": page("capaian"),
    "page: coaching and work": page("kegiatan"),
    "counts of a week, as for a Dinas": counts_alone,
    "letters of the week": of_the_week,
    "`/laporan`": report_in_chat,
}


async def timed(database: Database, report: Report, numbers: Sequence[int]) -> str:
    """Milliseconds of the runs; the first, which reads content and learns the statements, is not counted.

    In a transaction that could write, for the letters of the week lock the questions they tell.
    """
    took, worked = list[float](), list[float]()
    for _ in range(RUNS + 1):
        async with database.writing() as session:
            found = await session.scalars(select(Group).where(Group.id.in_(numbers)).order_by(Group.id))
            groups = found.all()
            began, busy = time.perf_counter(), time.process_time()
            await report(session, groups)
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - busy) * 1000)
    took, worked = took[1:], worked[1:]
    return f"{median(took):,.0f} ({min(took):,.0f} to {max(took):,.0f}), {median(worked):,.0f}"


async def measure(engine: str, url: str) -> None:
    """The table of one engine."""
    fill(url)
    database = Database(url)
    seconds = await count(database, range(1, GROUPS + 2))
    settle(url)
    async with database.reading() as session:
        rows = {table.__tablename__: await session.scalar(select(func.count()).select_from(table))
                for table in (Message, TagCount, TalkCount)}  # fmt: skip
    sizes = ", ".join(f"{n or 0:,} rows of {name}" for name, n in rows.items())
    print(f"\n{engine}: {sizes}; all counted anew in {seconds:.0f} s, {AT_ONCE:,} rows in a statement.\n")
    many = f"{GROUPS:,} groups, ms"
    print(f"| report | a group of {MESSAGES}, ms | the group of {BIG:,}, ms | {many} |\n|---|---|---|---|")
    everybody = list(range(1, GROUPS + 1))
    for name, report in REPORTS.items():
        one, big = [await timed(database, report, [number]) for number in (10, GROUPS + 1)]
        all_of_them = await timed(database, report, everybody) if report is not report_in_chat else "–"
        print(f"| {name} | {one} | {big} | {all_of_them} |", flush=True)
    print(f"| bound | {OF_ONE} | {OF_ONE} | {OF_MANY:,} |")
    await database.close()


async def main(engines: Sequence[str] = ENGINES) -> None:
    """Print the tables as Markdown."""
    print(f"\nLoad of the machine at the beginning: {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores.")
    with databases() as fresh:
        for engine in engines:
            await measure(engine, fresh(engine))


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--only", choices=ENGINES)
    only = reader.parse_args().only
    asyncio.run(main((only,) if only else ENGINES))
