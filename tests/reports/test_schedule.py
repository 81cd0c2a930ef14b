"""/jadwal: every rhythm is on the list or has a reason not to be; a tap calls it off, and nobody else's tap does."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community.refusals import NeedsConsent
from community.schedule import Gone
from content.texts import Texts
from learning import course, programmes, pulses, synthesis
from learning.pairs import form_due
from reports import schedule
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.letters import Lane, Policy
from storage.models import (
    Enrolment,
    Group,
    GroupChat,
    GroupTurn,
    Leave,
    Letter,
    Membership,
    Person,
    ProgrammeEvent,
)
from tests.counting import statements
from tests.filled import filled
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, seed
from tests.reports import rhythms
from tests.reports.cast import wall
from tests.reports.rhythms import LISTED, SHOWN, SILENT, Case

SAY = Texts("id")
RHYTHMS = {one.name: one for one in timetable(30)}
CASES = [pytest.param(case, id=f"{case.rhythm}, {case.action} by {case.who}: {case.line}") for case in LISTED]


def test_every_rhythm_is_listed_or_has_a_reason_not_to_be() -> None:
    listed = {case.rhythm for case in (*LISTED, *SHOWN)}
    assert listed.isdisjoint(SILENT)
    assert sorted(RHYTHMS.keys() - listed - SILENT.keys()) == [], "decide: /jadwal, or a reason"
    assert sorted((listed | SILENT.keys()) - RHYTHMS.keys()) == [], "none is left here that is gone"
    assert all(len(reason.split()) > 1 for reason in SILENT.values())


def data_of(page: schedule.Page) -> list[str]:
    return [key["callback_data"] for row in page[1] for key in row]


def lines_of(page: schedule.Page) -> list[str]:
    return [line for line in page[0].splitlines() if line.partition(".")[0].isdecimal()]


async def person(session: Session, name: str) -> Person:
    return (await session.scalars(select(Person).where(Person.name == name))).one()


async def looks(database: Database, name: str, now: datetime, group: int = 0, part: int = 0) -> schedule.Page:
    async with database.writing() as session:
        who = await person(session, name)
        with statements() as seen:
            page = await schedule.page(session, who, SAY, now, group, part)
        assert len(seen) <= 23, "whatever there is"
        return page


async def taps(database: Database, name: str | None, data: str, now: datetime) -> None:
    """As the door does."""
    _, action, *numbers = data.split(":")
    row, stamp, group, _ = [*map(int, numbers), 0, 0][:4]
    async with database.writing() as session:
        who = await person(session, name) if name else None
        await schedule.call_off(session, who, SAY, now, action, row, stamp, group)


async def strike(database: Database, case: Case) -> int:
    """The rhythm's moment has come: how many letters it brings where the case looks."""
    async with database.writing() as session:
        while await RHYTHMS[case.rhythm].work(session, case.due):
            pass
        where = (Letter.key.startswith(case.key), Letter.chat_id == case.chat, Letter.state == "pending")
        return len((await session.scalars(select(Letter).where(*where))).all())


async def begun(database: Database, case: Case) -> Cast:
    async with database.writing() as session:
        cast = await seed(session)
        await case.story(session, cast)
    async with database.writing() as session:
        while await RHYTHMS[case.rhythm].work(session, case.seen):
            pass
        await session.execute(update(Letter).values(state="delivered"))  # what came before
    return cast


async def found(database: Database, case: Case) -> str:
    """The button of the case's line."""
    page = await looks(database, case.who, case.seen)
    (line,) = [line for line in lines_of(page) if case.line in line]
    n, at = line.partition(".")[0], [one for row in page[1] for one in row]
    (button,) = [one for one in at if f" {n}: " in one["text"] and one["callback_data"].startswith("sched:")]
    assert button["callback_data"].startswith(f"sched:{case.action}:")
    return str(button["callback_data"])


@pytest.mark.parametrize("case", CASES)
async def test_what_is_listed_comes_unless_it_is_called_off(one_database: Database, case: Case) -> None:
    await begun(one_database, case)
    await found(one_database, case)
    assert await strike(one_database, case) > 0, "left alone it comes"


@pytest.mark.parametrize("case", CASES)
async def test_what_is_called_off_does_not_come_and_nobody_else_can(database: Database, case: Case) -> None:
    await begun(database, case)
    data = await found(database, case)
    before = await stored(database)
    for stranger in ("Tamu", "Made", None):
        with pytest.raises(Gone):
            await taps(database, stranger, data, case.seen)
    assert await stored(database) == before, "a copied button changes nothing"
    await taps(database, case.who, data, case.seen)
    page = await looks(database, case.who, case.seen)
    assert data not in data_of(page)
    again = await stored(database)
    with pytest.raises(Gone):
        await taps(database, case.who, data, case.seen)  # twice is once
    assert await stored(database) == again
    assert await strike(database, case) == 0


async def stored(database: Database) -> list[str]:
    async with database.reading() as session:
        return [
            f"{table.name} {tuple(row)!r}"
            for table in await filled(session)
            for row in await session.execute(select(table).order_by(*table.primary_key.columns))
        ]


# Whose is whose


async def test_what_one_person_calls_off_for_themselves_the_others_still_get(database: Database) -> None:
    by_line = {case.line: case for case in LISTED}
    visit = by_line["Duduk bersama guru di Kombel Melati"]
    await begun(database, visit)
    await taps(database, "Ratna", await found(database, visit), visit.seen)
    assert await strike(database, visit) == 0
    assert await strike(database, Case(**_of(visit) | {"chat": rhythms.HENDRA})) == 1


def _of(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in case.__slots__}


async def test_what_was_called_off_costs_no_attention(database: Database) -> None:
    case = next(case for case in LISTED if case.action == "remind")
    await begun(database, case)
    await taps(database, "Sari", await found(database, case), case.seen)
    assert await strike(database, case) == 0
    spent = [row for row in await stored(database) if row.startswith("attention")]
    assert [row.split("(")[1].split(",")[0] for row in spent] == [str(2)], "Budi alone was reminded"


async def test_an_event_that_is_not_told_stays_open_in_program(database: Database) -> None:
    case = next(case for case in LISTED if "Survei awal" in case.line)
    cast = await begun(database, case)
    await taps(database, "Hendra", await found(database, case), case.seen)
    async with database.reading() as session:
        hendra = await person(session, "Hendra")
        standing = (await course.of_group(session, hendra, cast.melati.id, case.due)).standing
        assert standing is not None and "kebutuhan-awal" in [step.row.name for step in standing.open]


async def test_in_months_without_meetings_no_agenda_is_announced(database: Database) -> None:
    async with database.writing() as session:
        cast = await seed(session)
        await rhythms.by_the_clock(session, cast)
        at = wall("2026-08-19 07:00")
        await session.execute(update(GroupTurn).where(GroupTurn.name == "agenda_post").values(next_at=at))
    assert "agenda" not in (await looks(database, "Hendra", wall("2026-08-18 09:00")))[0]


async def test_who_is_away_is_not_told_of_what_waits_for_them(database: Database) -> None:
    case = next(case for case in LISTED if case.action == "remind")
    cast = await begun(database, case)
    async with database.writing() as session:
        day = case.due.date()
        session.add(Leave(person_id=cast["Sari"].id, first_day=day, last_day=day, created_at=MORNING))
    assert case.line not in (await looks(database, "Sari", case.seen))[0]


async def test_who_has_tried_it_is_not_reminded_and_not_told_so(database: Database) -> None:
    case = next(case for case in LISTED if case.action == "remind")
    async with database.writing() as session:
        await rhythms.tried(session, await seed(session))
    assert "pengingat" not in (await looks(database, "Sari", case.seen))[0]
    assert "pengingat" in (await looks(database, "Budi", case.seen))[0]


async def test_a_group_that_follows_nothing_hears_of_no_pairs_and_no_pulse(database: Database) -> None:
    async with database.writing() as session:
        cast = await seed(session)
        await rhythms.pairing(session, cast)
        await session.execute(update(Enrolment).values(next_at=None))
    assert "pasangan" not in (await looks(database, "Hendra", rhythms.WEDNESDAY))[0]


async def test_a_stranger_and_who_has_not_agreed(database: Database) -> None:
    async with database.writing() as session:
        await seed(session)
    assert await looks(database, "Tamu", MORNING) == ("Tidak ada yang menunggu untuk dikirim.", [])
    async with database.reading() as session:
        with pytest.raises(NeedsConsent):
            await schedule.page(session, None, SAY, MORNING)
        with pytest.raises(NeedsConsent):
            await schedule.groups(session, None, SAY)


# Many groups


async def many(session: Session, cast: Cast, number: int) -> list[Group]:
    """Hendra facilitates that many groups in one programme; each has lessons, pairs, synthesis and pulse."""
    made = []
    for n in range(number):
        group = Group(title=f"KKG {n:02}", state="active", school_id=cast.melati.school_id, added_at=EVENING_BEFORE)
        session.add(group)
        await session.flush()
        session.add(GroupChat(tg_chat_id=-5000 - n, group_id=group.id, current=True))
        for name, role in (("Hendra", "facilitator"), ("Sari", "teacher"), ("Ratna", "coach")):
            held = {"person_id": cast[name].id, "group_id": group.id, "role": role, "since": EVENING_BEFORE}
            session.add(Membership(**held, digest_next_at=wall("2026-07-22 15:30") if role == "coach" else None))
        await session.flush()
        await programmes.enrol(session, group.id, "awal", rhythms.WEDNESDAY)
        made.append(group)
    hendra = await session.get_one(Person, cast["Hendra"].id)
    ids = [group.id for group in made]
    await course.start(session, hendra, ids, date(2026, 8, 3), "KBP", EVENING_BEFORE)
    await session.execute(update(ProgrammeEvent).where(ProgrammeEvent.name == "mulai").values(told_at=MORNING))
    for work in (form_due, synthesis.send_due, pulses.send_due):
        await work(session, MORNING - timedelta(hours=1))
    await session.execute(update(GroupTurn).values(next_at=wall("2026-07-24 15:00")))
    await session.execute(update(Membership).where(Membership.group_id == cast.melati.id).values(until=MORNING))
    await session.flush()
    return made


def ways(page: schedule.Page) -> dict[str, str]:
    return {key["text"]: key["callback_data"] for row in page[1] for key in row if ":page:" in key["callback_data"]
            or ":groups:" in key["callback_data"]}  # fmt: skip


async def test_twelve_groups_come_in_parts_of_twenty_and_one_by_one(database: Database) -> None:
    async with database.writing() as session:
        groups = await many(session, await seed(session), 12)
    now = rhythms.WEDNESDAY
    pages = [await looks(database, "Hendra", now, part=part) for part in range(3)]
    assert [len(lines_of(page)) for page in pages] == [20, 20, 9], "four lines a group, and one event for all of them"
    assert [line.split(".")[0] for page in pages for line in lines_of(page)] == [str(n) for n in range(1, 50)]
    assert ways(pages[0]) == {"Berikutnya »": "sched:page:0:1", "Lihat per grup": "sched:groups:0"}
    assert ways(pages[1]).keys() == {"« Sebelumnya", "Berikutnya »", "Lihat per grup"}
    assert "Survei awal: kendala di 12 grup" in pages[2][0]
    assert await looks(database, "Hendra", now, part=77) == pages[2], "beyond the end is the last"

    async with database.reading() as session:
        which = await schedule.groups(session, await person(session, "Hendra"), SAY)
    assert data_of(which) == [*(f"sched:page:{group.id}:0" for group in groups), "sched:page:0:0"]
    one = await looks(database, "Hendra", now, groups[3].id)
    assert len(lines_of(one)) == 5 and all("KKG 03" in line for line in lines_of(one))
    assert ways(one) == {"Semua grup": "sched:page:0:0"}
    (survey,) = [data for data in data_of(one) if data.startswith("sched:event")]
    await taps(database, "Hendra", survey, now)
    left = await looks(database, "Hendra", now, part=2)
    assert "Survei awal: kendala di 11 grup" in left[0], "in that group alone"
    assert await looks(database, "Tamu", now, groups[3].id) == await looks(database, "Tamu", now)


async def test_a_tap_on_the_second_part_stays_there(database: Database) -> None:
    async with database.writing() as session:
        await many(session, await seed(session), 12)
    now = rhythms.WEDNESDAY
    second = await looks(database, "Hendra", now, part=1)
    data = data_of(second)[0]
    assert data.endswith(":0:1")
    await taps(database, "Hendra", data, now)
    assert data not in data_of(await looks(database, "Hendra", now, part=1))


async def test_forty_groups_to_choose_from_come_in_parts(database: Database) -> None:
    async with database.writing() as session:
        cast = await seed(session)
        for n in range(40):
            group = Group(title=f"KKG {n:02}", state="active", added_at=MORNING)
            session.add(group)
            await session.flush()
            session.add(Membership(person_id=cast["Hendra"].id, group_id=group.id, role="facilitator", since=MORNING))
        await session.flush()
        hendra = await person(session, "Hendra")
        parts = [await schedule.groups(session, hendra, SAY, part) for part in (0, 1, 2, 9)]
    chosen = [[data for data in data_of(part) if ":page:" in data and data != "sched:page:0:0"] for part in parts]
    assert [len(some) for some in chosen] == [20, 20, 1, 1]
    assert len({data for some in chosen for data in some}) == 41


@pytest.mark.parametrize("name, most", [("Hendra", 11), ("Sari", 13), ("Ratna", 9)])
async def test_many_groups_cost_the_queries_of_two(database: Database, name: str, most: int) -> None:
    asked = []
    async with database.writing() as session:
        cast = await seed(session)
    for number in (2, 12):
        async with database.writing() as session:
            await session.execute(update(Membership).values(until=MORNING))
            cast.groups = {"Kombel Melati": await session.get_one(Group, cast.melati.id)}
            await _gone(session)
            await many(session, cast, number)
        async with database.reading() as session:
            who = await person(session, name)
            with statements() as seen:
                page = await schedule.page(session, who, SAY, rhythms.WEDNESDAY)
            assert lines_of(page)
            asked.append(len(seen))
    assert asked[0] == asked[1] <= most


async def _gone(session: Session) -> None:
    """What an earlier round left."""
    for row in (await session.scalars(select(Group).where(Group.title.startswith("KKG 0") | Group.title.startswith(
        "KKG 1"
    )))).all():  # fmt: skip
        await session.delete(row)
    await session.flush()


# Letters that are written already


async def test_letters_are_named_by_what_they_are(database: Database) -> None:
    keys = ("course:1:x", "accompany:1", "passon:r1", "ended:1", "zzz:1")
    async with database.writing() as session:
        sari = (await seed(session))["Sari"]
        for n, key in enumerate(keys):
            session.add(
                Letter(
                    key=key, chat_id=sari.tg_user_id, person_id=sari.id, method="sendMessage", lane=Lane.REMINDER,
                    policy=Policy.AGAIN, params={"text": "x"}, state="pending", created_at=MORNING,
                    due_at=MORNING + timedelta(hours=1, minutes=n),
                )
            )  # fmt: skip
    page = await looks(database, "Sari", MORNING)
    told = ("kabar dari kalender program", "kabar rekan pendamping", "diteruskan", "kabar akhir program", "pesan lain")
    assert_each(lines_of(page), told)


def assert_each(lines: Iterable[str], told: Iterable[str]) -> None:
    for line, words in zip(lines, told, strict=True):
        assert words in line
