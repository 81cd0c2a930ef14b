"""Weekly pairs in the life of groups: when, who, what each is told, and what only the two of them know."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from community import calendar, readiness
from community.calendar.school import Marked
from community.refusals import NeedsConsent, NotAllowed
from content import packs
from content.texts import Texts
from handlers import pairs as pairs_door
from learning import belongings, pair_weeks, pairs, partners, programmes
from learning.refusals import Gone
from storage.database import Database, Session
from storage.models import (
    Attention,
    CalendarDay,
    Enrolment,
    Group,
    GroupChat,
    GroupTurn,
    Leave,
    Letter,
    Membership,
    Pairing,
    Person,
    Posting,
    Programme,
    School,
)
from tests.counting import statements
from tests.learning.conftest import EVENING_BEFORE, Cast, Door, data_of, letters, words_of

SARI, BUDI, RATNA, MADE, TAMU = 100, 101, 102, 104, 106
MELATI = -1001
THIS_WEEK = datetime(2026, 7, 22, 1, 0, tzinfo=UTC)  # Wednesday 08:00 in Jakarta: the groups begin
FORMS = datetime(2026, 7, 27, 0, 0, tzinfo=UTC)  # Monday 07:00
ASKS = datetime(2026, 7, 31, 7, 0, tzinfo=UTC)  # Friday 14:00
MONDAY = date(2026, 7, 27)
WEEK = timedelta(weeks=1)
SAY = Texts("id")
PAIR = Letter.key.startswith("pair:2")
ASKED = Letter.key.startswith("pair:asks:")
COLLEAGUES = ("Rini", "Tono", "Wati", "Agus")


async def teacher(session: Session, name: str, group: Group, number: int) -> Person:
    """One more teacher of the group, who agreed and can be written to."""
    person = Person(tg_user_id=number, name=name, address="none", consented_at=EVENING_BEFORE, reachable=True,
                    created_at=EVENING_BEFORE)  # fmt: skip
    session.add(person)
    await session.flush()
    session.add(Membership(person_id=person.id, group_id=group.id, role="teacher", since=EVENING_BEFORE))
    await session.flush()
    return person


async def strike(database: Database, now: datetime) -> None:
    """The clock strikes, twice."""
    for _ in range(2):
        for work in (pairs.form_due, partners.ask_due):
            async with database.writing() as session:
                await work(session, now)


@pytest.fixture
async def staff(database: Database, cast: Cast) -> Cast:
    """Six teach in Kombel Melati, which follows the starter pack; its pairs begin next Monday."""
    async with database.writing() as session:
        for number, name in enumerate(COLLEAGUES):
            cast.people[name] = await teacher(session, name, cast.melati, 200 + number)
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
    await strike(database, THIS_WEEK)
    return cast


@pytest.fixture
async def formed(database: Database, staff: Cast) -> Cast:
    """Monday morning has been."""
    await strike(database, FORMS)
    return staff


@pytest.fixture
def door(database: Database, formed: Cast) -> Door:
    door = Door(database, pairs_door)
    door.now = FORMS
    return door


async def rows(database: Database) -> list[Pairing]:
    async with database.reading() as session:
        return list(await session.scalars(select(Pairing).order_by(Pairing.id)))


async def own(database: Database, user: int) -> Pairing:
    """The newest row of somebody by Telegram id."""
    async with database.reading() as session:
        query = select(Pairing).join(Person, Person.id == Pairing.person_id).where(Person.tg_user_id == user)
        return (await session.scalars(query.order_by(Pairing.week.desc()).limit(1))).one()


async def partner_of(database: Database, user: int) -> Person:
    row = await own(database, user)
    async with database.reading() as session:
        query = (
            select(Person)
            .join(Pairing, Pairing.person_id == Person.id)
            .where(Pairing.pool == row.pool, Pairing.week == row.week, Pairing.team == row.team)
            .where(Person.id != row.person_id)
        )
        return (await session.scalars(query)).one()


def by_team(found: list[Pairing]) -> list[list[Pairing]]:
    together: dict[tuple[str, date, int], list[Pairing]] = defaultdict(list)
    for row in found:
        together[row.pool, row.week, row.team].append(row)
    return list(together.values())


def teams(found: list[Pairing]) -> list[set[int]]:
    return [{row.person_id for row in team} for team in by_team(found)]


def jakarta(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    "day, workdays, wall, moment, week",
    [
        ("2026-07-22", "mon,tue,wed,thu,fri", "06:30", "2026-07-20 07:00", "2026-07-20"),
        ("2026-08-20", "mon,tue,wed,thu,fri", "06:30", "2026-08-18 07:00", "2026-08-17"),  # Monday is a holiday
        ("2026-07-26", "mon,tue,wed,thu,sat,sun", "06:30", "2026-07-25 07:00", "2026-07-27"),  # from Saturday on
        ("2026-07-22", "mon,tue,wed,thu,fri", "19:45", "2026-07-20 19:45", "2026-07-20"),  # not into the night
        ("2026-02-25", "mon,tue,wed,thu,fri", "06:30", "2026-02-23 08:00", "2026-02-23"),  # Ramadan: later
    ],
)  # fmt: skip
def test_pairs_are_formed_half_an_hour_after_the_first_prompt_of_the_school_week(
    day: str, workdays: str, wall: str, moment: str, week: str
) -> None:
    days, on = calendar.of(workdays), date.fromisoformat(day)
    at = pair_weeks.forms_at(days, on, wall, "Asia/Jakarta")
    assert at is not None
    assert abs(at - jakarta(moment)) <= timedelta(minutes=1)
    assert pair_weeks.week_of(days, on) == date.fromisoformat(week)


def test_in_a_week_of_holidays_nothing_is_formed_and_a_week_of_one_day_is_not_asked_about() -> None:
    off = calendar.of(marked=(Marked("school", date(2026, 7, 20), date(2026, 7, 30), "closed"),))
    assert pair_weeks.forms_at(off, date(2026, 7, 22), "06:30", "Asia/Jakarta") is None
    assert pair_weeks.forms_after(off, THIS_WEEK, "06:30", "Asia/Jakarta") == jakarta("2026-07-31 07:00")
    assert pair_weeks.asks_at(off, date(2026, 7, 31), "Asia/Jakarta") is None
    assert pair_weeks.asks_at(calendar.of(), MONDAY, "Asia/Jakarta") == ASKS


async def test_on_monday_half_an_hour_after_the_prompt_everybody_has_one_partner(
    database: Database, staff: Cast
) -> None:
    await strike(database, FORMS - timedelta(minutes=1))
    assert await rows(database) == []
    await strike(database, FORMS)
    found = await rows(database)
    assert {row.person_id for row in found} == {staff[name].id for name in ("Sari", "Budi", *COLLEAGUES)}
    assert len(found) == 6
    assert sorted(map(len, teams(found))) == [2, 2, 2]
    assert {(row.pool, row.week, row.met) for row in found} == {(f"group:{staff.melati.id}", MONDAY, None)}
    assert Counter(row.team for row in found if row.gives_first) == {1: 1, 2: 1, 3: 1}


async def test_each_is_told_in_private_whom_to_meet_what_to_look_at_and_what_is_asked(
    database: Database, formed: Cast
) -> None:
    row, partner = await own(database, SARI), await partner_of(database, SARI)
    (letter,) = await letters(database, PAIR, Letter.chat_id == SARI)
    assert letter.key == f"pair:2026-07-27:{formed.melati.id}:{row.person_id}"
    assert letter.params is not None
    words = str(letter.params["text"])
    for part in (f"<b>{partner.name}</b>", "Satu tujuan, bantuan yang berbeda", "Tujuannya sama untuk semua murid",
                 "<b>Lihat</b>", "<b>Tanya</b>", "<b>Satu kekuatan</b>"):  # fmt: skip
        assert part in words
    assert ("Kali ini Bapak/Ibu yang lebih dulu" in words) is row.gives_first
    assert (f"Kali ini {partner.name} yang lebih dulu" in words) is not row.gives_first
    keys = [key["callback_data"] for line in letter.params["reply_markup"]["inline_keyboard"] for key in line]
    assert keys == [f"pair:met:{row.id}", f"pair:not:{row.id}", "pair:out"]
    assert letter.params["disable_notification"] is True
    assert (letter.lane, letter.person_id, letter.group_id) == (2, row.person_id, formed.melati.id)
    assert letter.not_after == datetime(2026, 7, 27, 13, 0, tzinfo=UTC)  # 20:00
    everybody = await letters(database, PAIR)
    assert len(everybody) == 6
    assert all(one.chat_id is not None and one.chat_id > 0 for one in everybody)


async def test_two_clocks_form_each_pair_once(database: Database, staff: Cast) -> None:
    async def one() -> int:
        async with database.writing() as session:
            return await pairs.form_due(session, FORMS)

    found = await asyncio.gather(one(), one())
    assert sorted(found) == [0, 1]
    assert len(await rows(database)) == len(await letters(database, PAIR)) == 6


async def test_who_cannot_come_is_left_out_and_named_to_nobody(database: Database, staff: Cast) -> None:
    async with database.writing() as session:
        for name, values in (("Rini", {"reachable": False}), ("Tono", {"consented_at": None})):
            await session.execute(update(Person).where(Person.id == staff[name].id).values(**values))
        await session.execute(update(Membership).where(Membership.person_id == staff["Wati"].id).values(pairs=False))
        session.add(Leave(person_id=staff["Agus"].id, first_day=MONDAY, last_day=MONDAY, created_at=THIS_WEEK))
    await strike(database, FORMS)
    assert teams(await rows(database)) == [{staff["Sari"].id, staff["Budi"].id}]
    told = " ".join(str(one.params) for one in await letters(database, PAIR))
    assert not any(name in told for name in (*COLLEAGUES, "Ratna", "Hendra"))


async def test_an_odd_number_makes_one_three_and_nobody_is_left_over(database: Database, staff: Cast) -> None:
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == staff["Rini"].id).values(reachable=False))
    await strike(database, FORMS)
    found = teams(await rows(database))
    assert sorted(map(len, found)) == [2, 3]
    three = next(team for team in found if len(team) == 3)
    names = {one.id: one.name for one in staff.people.values()}
    for letter in await letters(database, PAIR, Letter.person_id.in_(three)):
        others = [names[one] for one in three if one != letter.person_id]
        assert " dan " in str(letter.params)
        assert all(name in str(letter.params) for name in others)


async def test_nobody_is_paired_with_themselves_or_without_a_pack(database: Database, staff: Cast) -> None:
    async with database.writing() as session:  # one teacher in the other group; and here the pack has ended
        await programmes.enrol(session, staff.groups["KKG Anggrek"].id, "awal", EVENING_BEFORE)
        await session.execute(
            update(Enrolment).where(Enrolment.group_id == staff.melati.id).values(next_at=None, finished_at=THIS_WEEK)
        )
    await strike(database, THIS_WEEK)
    await strike(database, FORMS)
    assert await rows(database) == []
    assert await letters(database, Letter.key.startswith("pair:")) == []
    async with database.reading() as session:
        turns = list(await session.scalars(select(GroupTurn.next_at).where(GroupTurn.name == pairs.NAME)))
    assert len(turns) == 2
    assert all(at is not None and at >= FORMS + timedelta(days=6) for at in turns)


async def test_a_holiday_monday_moves_it_to_tuesday(database: Database, staff: Cast) -> None:
    async with database.writing() as session:  # marked after the moment was set
        session.add(CalendarDay(scope="nation", first_day=MONDAY, last_day=MONDAY, kind="closed", label="Libur",
                                created_at=THIS_WEEK))  # fmt: skip
    await strike(database, FORMS)
    assert await rows(database) == []
    await strike(database, FORMS + timedelta(days=1))
    assert {row.week for row in await rows(database)} == {MONDAY}


@pytest.mark.parametrize(
    "down_until, formed_at",
    [
        (FORMS + timedelta(hours=5), FORMS + timedelta(hours=5)),  # the same noon
        (FORMS + timedelta(hours=15), FORMS + timedelta(days=1)),  # night: the next morning
        (FORMS + timedelta(days=2, hours=3), FORMS + timedelta(days=2, hours=3)),  # later that week
        (FORMS + timedelta(days=5), FORMS + WEEK),  # Saturday: the next week
    ],
)
async def test_what_was_missed_comes_as_soon_as_it_may(
    database: Database, staff: Cast, down_until: datetime, formed_at: datetime
) -> None:
    await strike(database, down_until)
    if formed_at > down_until:
        await strike(database, formed_at - timedelta(minutes=1))
        assert await rows(database) == []
        await strike(database, formed_at)
    assert len(await rows(database)) == 6
    assert all(one.due_at == formed_at for one in await letters(database, PAIR))


async def test_it_comes_round_every_week_and_nobody_meets_again_before_the_round_is_over(
    database: Database, staff: Cast
) -> None:
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=FORMS + 20 * WEEK))  # it goes on
    for number in range(6):
        await strike(database, FORMS + number * WEEK + (number == 3) * timedelta(days=1))  # 17 August is a holiday
    found = await rows(database)
    assert len(found) == 36
    by_week: dict[date, list[tuple[int, ...]]] = defaultdict(list)
    for team in by_team(found):
        by_week[team[0].week].append(tuple(sorted(row.person_id for row in team)))
    first_five = [pair for week in sorted(by_week)[:5] for pair in by_week[week]]
    assert len(set(first_five)) == len(first_five) == 15
    assert sorted(by_week[sorted(by_week)[5]]) == sorted(by_week[sorted(by_week)[0]])
    gave = Counter(row.person_id for row in found if row.gives_first)
    assert all(2 <= gave[one] <= 4 for one in {row.person_id for row in found})


async def test_the_same_grade_is_preferred(database: Database, staff: Cast) -> None:
    grades = {"Sari": "4", "Budi": "4", "Rini": " 5A", "Tono": "5a", "Wati": "6", "Agus": "6"}
    async with database.writing() as session:
        for name, grade in grades.items():
            session.add(Posting(person_id=staff[name].id, school_year="2026/2027", grade=grade))
    await strike(database, FORMS)
    wanted = [{staff[a].id, staff[b].id} for a, b in (("Sari", "Budi"), ("Rini", "Tono"), ("Wati", "Agus"))]
    assert sorted(map(sorted, teams(await rows(database)))) == sorted(map(sorted, wanted))


@pytest.fixture
async def mixed(database: Database, staff: Cast) -> Cast:
    """Two groups of two schools follow one programme, in two zones and at two hours; and a third that starts later."""
    async with database.writing() as session:
        programme = Programme(title="Satu gugus", started_on=MONDAY, created_at=EVENING_BEFORE)
        school = School(name="SD Anggrek", zone="Asia/Makassar", created_at=EVENING_BEFORE)
        session.add_all([programme, school])
        await session.flush()
        anggrek = staff.groups["KKG Anggrek"]
        # 08:15 in Makassar is 07:15 in Jakarta.
        await session.execute(
            update(Group).where(Group.id == anggrek.id).values(school_id=school.id, prompt_time="07:45")
        )
        for number in range(5):
            name = f"Dewi{number}"
            staff.people[name] = await teacher(session, name, anggrek, 300 + number)
        await programmes.enrol(session, anggrek.id, "awal", EVENING_BEFORE)
        await session.execute(update(Enrolment).values(programme_id=programme.id))
    await strike(database, THIS_WEEK)
    return staff


async def test_groups_of_one_programme_are_mixed_each_told_in_its_own_hour(database: Database, mixed: Cast) -> None:
    await strike(database, FORMS)
    found = await rows(database)
    assert len(found) == 12
    assert len({row.pool for row in found}) == 1
    groups = {row.person_id: row.group_id for row in found}
    assert all(len({groups[one] for one in team}) == 2 for team in teams(found))  # other school is preferred
    for letter in await letters(database, PAIR):
        here = letter.group_id == mixed.melati.id
        assert letter.due_at == FORMS + timedelta(minutes=0 if here else 15)
        assert ("(KKG Anggrek)" if here else "(Kombel Melati)") in str(letter.params)
    await strike(database, FORMS + timedelta(minutes=15))
    assert len(await rows(database)) == 12


async def test_a_group_that_begins_its_week_later_pairs_by_itself(database: Database, mixed: Cast) -> None:
    async with database.writing() as session:
        anggrek = mixed.groups["KKG Anggrek"].id
        school = await session.scalar(select(Group.school_id).where(Group.id == anggrek))
        session.add(CalendarDay(scope="school", school_id=school, first_day=MONDAY, last_day=MONDAY, kind="closed",
                                label="", created_at=THIS_WEEK))  # fmt: skip
    await strike(database, FORMS)
    assert {row.group_id for row in await rows(database)} == {mixed.melati.id}
    await strike(database, FORMS + timedelta(minutes=15))
    await strike(database, FORMS + timedelta(days=1, minutes=15))
    found = await rows(database)
    assert len(found) == 12
    assert len({row.pool for row in found}) == 2


async def test_who_teaches_in_two_groups_has_one_partner(database: Database, mixed: Cast) -> None:
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(programme_id=None))
        anggrek = mixed.groups["KKG Anggrek"].id
        session.add(Membership(person_id=mixed["Sari"].id, group_id=anggrek, role="teacher", since=EVENING_BEFORE))
    await strike(database, FORMS)
    await strike(database, FORMS + timedelta(minutes=15))
    found = await rows(database)
    assert Counter(row.person_id for row in found)[mixed["Sari"].id] == 1
    assert len(found) == 12


async def test_who_has_had_enough_this_week_is_not_paired(database: Database, staff: Cast) -> None:
    async with database.writing() as session:
        session.add(Attention(person_id=staff["Sari"].id, week=MONDAY, messages=40, minutes=0, refused=0))
    await strike(database, FORMS)
    assert staff["Sari"].id not in {row.person_id for row in await rows(database)}
    async with database.reading() as session:
        spent = {row.person_id: row for row in await session.scalars(select(Attention))}
    assert spent[staff["Sari"].id].refused == 1
    assert (spent[staff["Budi"].id].messages, spent[staff["Budi"].id].minutes) == (1, pairs.MINUTES)


async def test_many_groups_cost_as_many_queries_as_few(database: Database, staff: Cast) -> None:
    async def cost(moment: datetime) -> int:
        async with database.writing() as session:
            with statements() as seen:
                await pairs.form_due(session, moment)
        async with database.writing() as session:
            with statements() as asked:
                await partners.ask_due(session, moment + timedelta(days=4, hours=7))
        return len(seen) + len(asked)

    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=FORMS + 20 * WEEK))
    await cost(FORMS)  # the pack is read once
    few = await cost(FORMS + WEEK)
    async with database.writing() as session:
        for number in range(12):
            group = Group(title=f"Grup {number}", state="active", school_id=staff.melati.school_id, added_at=THIS_WEEK)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-2000 - number, group_id=group.id, current=True))
            for one in range(4):
                await teacher(session, f"Guru {number}.{one}", group, 1000 + 10 * number + one)
            await programmes.enrol(session, group.id, "awal", FORMS)
        await session.execute(update(Enrolment).values(next_at=FORMS + 20 * WEEK))
    await strike(database, FORMS + WEEK + timedelta(hours=3))
    assert await cost(FORMS + 2 * WEEK) == few
    assert len(await rows(database)) == 6 + 6 + 6 + 48


async def test_whether_they_met_is_asked_once_more_on_the_last_school_day(database: Database, formed: Cast) -> None:
    silent = await partner_of(database, SARI)
    async with database.writing() as session:
        mine = (await session.scalars(select(Pairing).where(Pairing.person_id == formed["Sari"].id))).one()
        await partners.met(session, formed["Sari"], mine.id, True, SAY, FORMS)
    await strike(database, ASKS - timedelta(minutes=1))
    assert await letters(database, ASKED) == []
    await strike(database, ASKS)
    asked = await letters(database, ASKED)
    assert len(asked) == 5
    assert SARI not in {one.chat_id for one in asked}
    (letter,) = [one for one in asked if one.person_id == silent.id]
    row = await own(database, silent.tg_user_id or 0)
    assert letter.params is not None
    assert "Ibu Sari" in str(letter.params) or "Bu Sari" in str(letter.params)
    keys = [key["callback_data"] for line in letter.params["reply_markup"]["inline_keyboard"] for key in line]
    assert keys == [f"pair:met:{row.id}", f"pair:not:{row.id}"]
    assert letter.not_after == datetime(2026, 7, 31, 13, 0, tzinfo=UTC)
    for later in (timedelta(hours=3), timedelta(days=3)):
        await strike(database, ASKS + later)
    assert len(await letters(database, ASKED)) == 5


async def test_who_left_the_pairs_or_is_away_is_not_asked(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        await partners.take_part(session, formed["Sari"], False, SAY, FORMS)
        session.add(Leave(person_id=formed["Budi"].id, first_day=ASKS.date(), last_day=ASKS.date(), created_at=FORMS))
        await session.execute(update(Membership).where(Membership.person_id == formed["Rini"].id).values(until=FORMS))
    await strike(database, ASKS)
    asked = {one.person_id for one in await letters(database, ASKED)}
    assert asked == {formed[name].id for name in ("Tono", "Wati", "Agus")}


async def test_a_day_that_became_a_holiday_and_a_night_are_not_asked_on(database: Database, formed: Cast) -> None:
    await strike(database, ASKS + timedelta(hours=9))
    assert await letters(database, ASKED) == []


async def test_each_side_answers_for_itself_and_may_change_it(database: Database, formed: Cast) -> None:
    partner = await partner_of(database, SARI)
    mine, theirs = await own(database, SARI), await own(database, partner.tg_user_id or 0)
    async with database.writing() as session:
        words, keys = await partners.met(session, formed["Sari"], mine.id, False, SAY, FORMS)
        assert partner.name in words
        assert [key["callback_data"] for row in keys for key in row] == [f"pair:met:{mine.id}"]
        later = FORMS + 2 * WEEK
        words, _ = await partners.met(session, formed["Sari"], mine.id, True, SAY, later)
        assert "sudah bertemu" in words
    found = {row.id: row for row in await rows(database)}
    assert (found[mine.id].met, found[mine.id].answered_at) == (True, later)
    assert (found[theirs.id].met, found[theirs.id].answered_at) == (None, None)


async def test_a_forged_number_tells_and_changes_nothing(database: Database, formed: Cast) -> None:
    theirs = await own(database, BUDI)
    async with database.writing() as session:
        for number in (theirs.id, 0, 10**12):
            with pytest.raises(Gone):
                await partners.met(session, formed["Sari"], number, True, SAY, FORMS)
        with pytest.raises(NeedsConsent):
            await partners.met(session, None, theirs.id, True, SAY, FORMS)
    assert all(row.met is None for row in await rows(database))


async def test_out_means_out_until_in_again(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        words, keys = await partners.take_part(session, formed["Sari"], False, SAY, FORMS)
    assert "tidak dipasangkan lagi" in words
    assert keys[-1][0]["callback_data"] == "pair:in"
    await strike(database, FORMS + WEEK)
    assert (await own(database, SARI)).week == MONDAY
    async with database.writing() as session:
        words, keys = await partners.take_part(session, formed["Sari"], True, SAY, FORMS + WEEK)
    assert "ikut berpasangan" in words
    assert keys[-1][0]["callback_data"] == "pair:out"
    await strike(database, FORMS + 2 * WEEK)
    assert (await own(database, SARI)).week == MONDAY + 2 * WEEK


async def test_the_page_shows_the_partner_with_what_suits_them(database: Database, formed: Cast) -> None:
    partner = await partner_of(database, SARI)
    async with database.writing() as session:
        one = await session.get_one(Person, partner.id)
        await readiness.keep(session, one, "mode", "voice", FORMS)
        await readiness.keep(session, one, "signal", "weak", FORMS)
        words, _ = await partners.page(session, formed["Sari"], SAY, FORMS + timedelta(days=3))
        assert f"<b>{partner.name}</b>" in words
        assert f"{partner.name}: sinyal lemah · berbicara" in words
        for other in ("Sari", *(name for name in ("Budi", *COLLEAGUES) if name != partner.name)):
            assert other not in words
        words, keys = await partners.page(session, formed["Sari"], SAY, FORMS + WEEK - timedelta(hours=12))
        assert partner.name in words  # Sunday is still of that week
        words, keys = await partners.page(session, formed["Sari"], SAY, FORMS + WEEK)
        assert partner.name not in words
        assert "belum ada pasangan" in words
        assert [key["callback_data"] for row in keys for key in row] == ["pair:out"]


async def test_the_page_is_for_teachers_who_agreed(database: Database, formed: Cast) -> None:
    async with database.writing() as session:
        with pytest.raises(NeedsConsent):
            await partners.page(session, None, SAY, FORMS)
        for name in ("Tamu", "Ratna"):
            with pytest.raises(NotAllowed):
                await partners.page(session, formed[name], SAY, FORMS)
            with pytest.raises(NotAllowed):
                await partners.take_part(session, formed[name], True, SAY, FORMS)


async def test_a_partner_who_was_forgotten_is_named_no_more(database: Database, formed: Cast) -> None:
    partner = await partner_of(database, SARI)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == partner.id).values(consented_at=None))
        words, _ = await partners.page(session, formed["Sari"], SAY, FORMS)
        assert partner.name not in words
        mine = (await session.scalars(select(Pairing).where(Pairing.person_id == formed["Sari"].id))).one()
        words, _ = await partners.met(session, formed["Sari"], mine.id, True, SAY, FORMS)
        assert "rekan pekan itu" in words
    await strike(database, ASKS)
    assert formed["Sari"].id not in {one.person_id for one in await letters(database, ASKED)}


async def test_the_copy_tells_of_ones_own_weeks_and_of_nobody_elses(database: Database, formed: Cast) -> None:
    mine = await own(database, SARI)
    async with database.writing() as session:
        await partners.met(session, formed["Sari"], mine.id, False, SAY, FORMS)
        copy = await belongings.copy_of(session, formed["Sari"])
    assert copy["pairs"] == [
        {"group": "Kombel Melati", "week": "2026-07-27", "gives_first": mine.gives_first, "met": False,
         "answered_at": FORMS.isoformat(), "stopped": False}
    ]  # fmt: skip


async def test_through_the_door_a_tap_notes_the_answer(database: Database, door: Door) -> None:
    row = await own(database, SARI)
    (changed,) = await door.tap(SARI, f"pair:met:{row.id}")
    assert changed.method == "editMessageText"
    assert "Tercatat: sudah bertemu" in words_of(changed)
    assert data_of(changed) == [f"pair:not:{row.id}"]
    await door.tap(SARI, f"pair:not:{row.id}")
    assert (await own(database, SARI)).met is False


@pytest.mark.parametrize(
    "data", ["pair:met:{}", "pair:not:{}", "pair:met:x", "pair:met", "pair:not:-1", "pair:met:{}:9:9"]
)
async def test_through_the_door_a_forged_tap_is_refused(database: Database, door: Door, data: str) -> None:
    row = await own(database, BUDI)
    with pytest.raises(Gone):
        await door.tap(SARI, data.format(row.id))
    with pytest.raises(NeedsConsent):
        await door.tap(999, data.format(row.id))
    assert all(one.answered_at is None for one in await rows(database))


async def test_through_the_door_out_and_in_again(database: Database, door: Door) -> None:
    partner = await partner_of(database, SARI)
    (page,) = await door.message(SARI, "/pasangan")
    assert partner.name in words_of(page)
    assert data_of(page)[-1] == "pair:out"
    (out,) = await door.tap(SARI, "pair:out")
    assert data_of(out)[-1] == "pair:in"
    assert partner.name in words_of(out)
    (again,) = await door.tap(SARI, "pair:in")
    assert data_of(again)[-1] == "pair:out"
    with pytest.raises(NotAllowed):
        await door.tap(RATNA, "pair:in")


async def test_asked_for_in_the_group_the_partner_is_told_in_private(database: Database, door: Door) -> None:
    partner = await partner_of(database, SARI)
    thumb, page = await door.message(SARI, "/pairs", MELATI)
    assert (thumb.method, page.chat_id) == ("setMessageReaction", SARI)
    assert partner.name in words_of(page)


def test_the_practice_of_the_week_is_that_of_the_coming_days() -> None:
    pack = packs.pack("awal")
    first, second = (practice.id for practice in pack.practices[:2])
    ids = [found.id for at in range(11) if (found := pairs.practice_of(pack, at)) is not None]
    assert ids == [first] * 5 + [second] * 6
    assert pairs.practice_of(None, 3) is None


async def test_in_a_big_programme_pools_hold_a_hundred_at_most_and_neighbours_stay_together(
    database: Database, staff: Cast
) -> None:
    async with database.writing() as session:
        programme = Programme(title="Satu kota", started_on=MONDAY, created_at=EVENING_BEFORE)
        session.add(programme)
        await session.flush()
        for number in range(21):
            gugus = f"Gugus {number % 3}"
            school = School(name=f"SD {number}", zone="Asia/Jakarta", gugus=gugus, created_at=EVENING_BEFORE)
            session.add(school)
            await session.flush()
            group = Group(title=f"Grup {number}", state="active", school_id=school.id, added_at=EVENING_BEFORE)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-3000 - number, group_id=group.id, current=True))
            for one in range(10):
                await teacher(session, f"Guru {number}.{one}", group, 5000 + 10 * number + one)
            await programmes.enrol(session, group.id, "awal", EVENING_BEFORE)
        await session.execute(
            update(Enrolment).where(Enrolment.group_id != staff.melati.id).values(programme_id=programme.id)
        )
    await strike(database, THIS_WEEK)
    await strike(database, FORMS)
    async with database.reading() as session:
        sizes = await session.execute(
            select(Pairing.pool, func.count()).where(Pairing.pool.startswith("programme:")).group_by(Pairing.pool)
        )
        assert [size for _, size in sizes] == [70, 70, 70]
        query = select(School.gugus, Pairing.pool).join(Group, Group.id == Pairing.group_id)
        query = query.join(School, School.id == Group.school_id).where(Pairing.pool.startswith("programme:"))
        places = set((await session.execute(query.distinct())).all())
    assert len(places) == 3
