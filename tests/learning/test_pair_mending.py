"""Somebody withdraws after the week's pairs were formed: the letters that wait, and those that were read."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import consent, leaves
from content.texts import Texts
from learning import pair_mending, pairs, partners, programmes
from reports import person as person_report
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.models import Enrolment, Group, Letter, Membership, Pairing, Person, Programme
from tests.counting import statements
from tests.learning.conftest import EVENING_BEFORE, Cast, letters
from tests.learning.test_pairs import by_team, rows, teacher, teams

THIS_WEEK = datetime(2026, 7, 22, 1, 0, tzinfo=UTC)
FORMS = datetime(2026, 7, 27, 0, 0, tzinfo=UTC)  # Monday 07:00 in Jakarta: Melati reads its letters
THEIR_HOUR = FORMS + timedelta(minutes=15)  # 08:15 in Makassar: Anggrek reads its own
BETWEEN = FORMS + timedelta(minutes=5)
TUESDAY = FORMS + timedelta(days=1, hours=3)
MONDAY, FRIDAY = date(2026, 7, 27), date(2026, 7, 31)
SAY = Texts("id")
WEEKLY, ANEW = Letter.key.startswith("pair:2"), Letter.key.startswith("pair:anew:")
MELATI = ("Sari", "Budi", "Rini")
ANGGREK = ("Made", "Lina", "Joko")

Withdraws = Callable[[Session, Person, datetime], Awaitable[object]]


async def _away(session: Session, person: Person, now: datetime) -> None:
    await leaves.add(session, person, now.date(), FRIDAY, now.date(), now)


async def _out(session: Session, person: Person, now: datetime) -> None:
    await partners.take_part(session, person, False, SAY, now)


async def _no_more(session: Session, person: Person, now: datetime) -> None:
    await consent.withdraw(session, await session.get_one(Person, person.id), now)


async def _left(session: Session, person: Person, now: datetime) -> None:
    ended = update(Membership).where(Membership.person_id == person.id).values(until=now)
    await session.execute(ended)


async def _deleted(session: Session, person: Person, now: datetime) -> None:
    await person_report.forget(session, await session.get_one(Person, person.id), now)


WAYS = pytest.mark.parametrize("way", [_away, _out, _no_more, _left, _deleted])


@pytest.fixture
async def formed(database: Database, cast: Cast) -> Cast:
    """Three of Melati and three of Anggrek share a programme, so they are mixed; Melati's letters have gone out."""
    async with database.writing() as session:
        anggrek = cast.groups["KKG Anggrek"]
        programme = Programme(title="Satu gugus", started_on=MONDAY, created_at=EVENING_BEFORE)
        session.add(programme)
        await session.flush()
        await session.execute(update(Group).where(Group.id == anggrek.id).values(prompt_time="07:45"))
        for number, (name, group) in enumerate((("Rini", cast.melati), ("Lina", anggrek), ("Joko", anggrek))):
            cast.people[name] = await teacher(session, name, group, 200 + number)
        for group in (cast.melati, anggrek):
            await programmes.enrol(session, group.id, "awal", EVENING_BEFORE)
        await session.execute(update(Enrolment).values(programme_id=programme.id))
    await strike(database, THIS_WEEK)
    await strike(database, FORMS)
    await sent(database, FORMS)
    assert sorted(map(len, teams(await rows(database)))) == [2, 2, 2]
    return cast


async def strike(database: Database, now: datetime) -> None:
    """Every rhythm that has to do with pairs, twice."""
    for _ in range(2):
        for work in (pairs.form_due, pair_mending.mend_due, partners.ask_due):
            async with database.writing() as session:
                await work(session, now)


async def sent(database: Database, now: datetime) -> None:
    """The courier has brought what was due."""
    async with database.writing() as session:
        due = update(Letter).where(Letter.state == "pending", Letter.due_at <= now)
        await session.execute(due.values(state="delivered", finished_at=now))


async def withdraw(database: Database, cast: Cast, name: str, way: Withdraws, now: datetime) -> None:
    async with database.writing() as session:
        await way(session, cast[name], now)
    await strike(database, now)


async def met_with(database: Database, cast: Cast, name: str) -> set[str]:
    """By name, whom somebody is paired with."""
    names = {one.id: called for called, one in cast.people.items()}
    team = next(team for team in by_team(await rows(database)) if cast[name].id in {row.person_id for row in team})
    return {names[row.person_id] for row in team} - {name}


async def read(database: Database, cast: Cast, name: str, *where: object) -> list[str]:
    """The words of the letters to somebody that were sent or are to be sent."""
    found = await letters(database, Letter.chat_id == cast[name].tg_user_id, Letter.state != "dropped", *where)
    return [str(one.params["text"]) for one in found if one.params]


async def pair_of(database: Database, cast: Cast) -> tuple[str, str]:
    """Somebody of Melati, who has the letter, and the partner in Anggrek, who has not."""
    here = MELATI[0]
    (there,) = await met_with(database, cast, here)
    assert there in ANGGREK
    return here, there


@WAYS
async def test_a_letter_that_waits_names_nobody_who_has_withdrawn(
    database: Database, formed: Cast, way: Withdraws
) -> None:
    gone, waits = await pair_of(database, formed)
    assert any(gone in words for words in await read(database, formed, waits, WEEKLY))
    await withdraw(database, formed, gone, way, BETWEEN)
    joined = await met_with(database, formed, waits)
    (words,) = await read(database, formed, waits)
    assert gone not in words, "its letter had not left, so it has new words, and is the only one"
    assert len(joined) == 2
    assert all(name in words for name in joined)
    assert "Satu tujuan, bantuan yang berbeda" in words
    assert sorted(map(len, teams(await rows(database)))) == [2, 3]
    assert {row.person_id for row in await rows(database)} == {
        formed[name].id for name in (*MELATI, *ANGGREK) if name != gone
    }


@WAYS
async def test_who_has_read_the_letter_is_told_once_kindly_and_without_the_reason(
    database: Database, formed: Cast, way: Withdraws
) -> None:
    await sent(database, THEIR_HOUR)
    stays, gone = await pair_of(database, formed)
    before = {name: len(await read(database, formed, name)) for name in (*MELATI, *ANGGREK)}
    await withdraw(database, formed, gone, way, TUESDAY)
    await strike(database, TUESDAY + timedelta(minutes=1))
    joined = await met_with(database, formed, stays)
    assert len(joined) == 2
    for name in (stays, *joined):
        (words,) = await read(database, formed, name, ANEW)
        assert "Ada perubahan kecil" in words
        assert gone not in words
        assert all(one in words for one in {stays, *joined} - {name})
    for name in {*MELATI, *ANGGREK} - {gone, stays, *joined}:
        assert len(await read(database, formed, name)) == before[name], "it concerns nobody else"
    assert await letters(database, ANEW, Letter.chat_id == formed[gone].tg_user_id) == []


@WAYS
async def test_whoever_withdraws_before_the_hour_gets_no_letter(
    database: Database, formed: Cast, way: Withdraws
) -> None:
    stays, gone = await pair_of(database, formed)
    await withdraw(database, formed, gone, way, BETWEEN)
    assert await letters(database, Letter.chat_id == formed[gone].tg_user_id, Letter.state == "pending") == []
    assert len(await read(database, formed, stays, ANEW)) == 1
    assert gone not in str(await read(database, formed, stays, ANEW))


async def test_two_left_over_are_put_together(database: Database, formed: Cast) -> None:
    await sent(database, THEIR_HOUR)
    gone = [(await met_with(database, formed, name)).pop() for name in MELATI[:2]]
    async with database.writing() as session:
        for name in gone:
            await _out(session, formed[name], TUESDAY)
    await strike(database, TUESDAY)
    assert await met_with(database, formed, MELATI[0]) == {MELATI[1]}
    assert sorted(map(len, teams(await rows(database)))) == [2, 2]
    assert len(await letters(database, ANEW)) == 2
    first = [row for row in await rows(database) if row.gives_first]
    assert len(first) == 2, "one in each team begins"


async def test_of_three_two_are_left(database: Database, formed: Cast) -> None:
    await sent(database, THEIR_HOUR)
    _, gone = await pair_of(database, formed)
    await withdraw(database, formed, gone, _out, TUESDAY)
    three = next(team for team in by_team(await rows(database)) if len(team) == 3)
    leaves_too = next(name for name, one in formed.people.items() if one.id == three[0].person_id)
    left = await met_with(database, formed, leaves_too)
    await sent(database, TUESDAY)
    await withdraw(database, formed, leaves_too, _out, TUESDAY + timedelta(hours=1))
    assert sorted(map(len, teams(await rows(database)))) == [2, 2]
    for name in left:
        told = await read(database, formed, name, ANEW)
        assert len(told) == 2, "each change is told once"
        assert leaves_too not in told[-1]
    assert sum(row.gives_first for row in await rows(database)) == 2


async def test_where_nobody_else_is_there_it_is_said_plainly(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        stays, gone = await pair_of(database, formed)
        for name in {*MELATI, *ANGGREK} - {stays, gone}:
            await session.delete((await session.scalars(
                select(Pairing).where(Pairing.person_id == formed[name].id)
            )).one())  # fmt: skip
    await withdraw(database, formed, gone, _away, BETWEEN)
    await strike(database, BETWEEN + timedelta(minutes=1))
    (words,) = await read(database, formed, stays, ANEW)
    assert "berhalangan" in words
    assert gone not in words
    async with database.writing() as session:
        page, _ = await partners.page(session, formed[stays], SAY, BETWEEN)
    assert "belum ada pasangan" in page


async def test_alone_before_the_letter_left_the_letter_says_so(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        gone, waits = await pair_of(database, formed)
        for name in {*MELATI, *ANGGREK} - {waits, gone}:
            await session.delete((await session.scalars(
                select(Pairing).where(Pairing.person_id == formed[name].id)
            )).one())  # fmt: skip
    await withdraw(database, formed, gone, _out, BETWEEN)
    (words,) = await read(database, formed, waits)
    assert "belum ada rekan" in words
    assert gone not in words


async def test_at_night_it_is_told_in_the_morning_and_a_second_change_replaces_the_first(
    database: Database, formed: Cast
) -> None:
    await sent(database, THEIR_HOUR)
    night = FORMS + timedelta(days=1, hours=15)  # 22:00
    stays, gone = await pair_of(database, formed)
    await withdraw(database, formed, gone, _out, night)
    (letter,) = await letters(database, ANEW, Letter.chat_id == formed[stays].tg_user_id)
    assert letter.due_at == FORMS + timedelta(days=1, hours=22, minutes=30)
    assert letter.not_after == datetime(2026, 7, 31, 7, 0, tzinfo=UTC)
    second = sorted(await met_with(database, formed, stays))[0]
    await withdraw(database, formed, second, _out, night + timedelta(hours=1))
    (words,) = await read(database, formed, stays, ANEW)
    assert second not in words


@pytest.mark.parametrize(
    "now, first, last, mended",
    [
        (BETWEEN, MONDAY, MONDAY, True),  # the letter of today had not left: as when pairs are formed
        (TUESDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), False),  # back before the week is over
        (TUESDAY, MONDAY + timedelta(days=1), FRIDAY, True),
        (TUESDAY, FRIDAY, FRIDAY, False),
        (FORMS + timedelta(days=4, hours=8), FRIDAY, FRIDAY, False),  # they have been asked: the week is over
    ],
)
async def test_a_leave_counts_when_it_leaves_no_day_to_meet(
    database: Database, formed: Cast, now: datetime, first: date, last: date, mended: bool
) -> None:
    if now != BETWEEN:
        await sent(database, THEIR_HOUR)
    _, gone = await pair_of(database, formed)
    async with database.writing() as session:
        await leaves.add(session, formed[gone], first, last, now.date(), now)
    await strike(database, now)
    assert (formed[gone].id not in {row.person_id for row in await rows(database)}) is mended


async def test_who_has_met_has_met(database: Database, formed: Cast) -> None:
    await sent(database, THEIR_HOUR)
    stays, gone = await pair_of(database, formed)
    async with database.writing() as session:
        mine = (await session.scalars(select(Pairing).where(Pairing.person_id == formed[stays].id))).one()
        await partners.met(session, formed[stays], mine.id, True, SAY, TUESDAY)
    for way in (_away, _out, _deleted):
        await withdraw(database, formed, gone, way, TUESDAY)
        assert await letters(database, ANEW) == []


async def test_who_blocked_the_assistant_before_the_letter_came_leaves_nobody_waiting(
    database: Database, formed: Cast
) -> None:
    stays, gone = await pair_of(database, formed)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == formed[gone].id).values(reachable=False))
    await strike(database, THEIR_HOUR)
    assert len(await met_with(database, formed, stays)) == 2


async def test_the_buttons_of_the_first_letter_still_answer(database: Database, formed: Cast) -> None:
    await sent(database, THEIR_HOUR)
    stays, gone = await pair_of(database, formed)
    async with database.reading() as session:
        mine = (await session.scalars(select(Pairing.id).where(Pairing.person_id == formed[stays].id))).one()
    await withdraw(database, formed, gone, _out, TUESDAY)
    async with database.writing() as session:
        words, _ = await partners.met(session, formed[stays], mine, True, SAY, TUESDAY)
    assert all(name in words for name in await met_with(database, formed, stays))


def test_it_stands_in_the_timetable() -> None:
    assert pair_mending.mend_due in [rhythm.work for rhythm in timetable(30)]


async def test_on_a_quiet_day_it_is_one_question(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        with statements() as seen:
            assert await pair_mending.mend_due(session, TUESDAY) == 0
    assert len(seen) == 1
