"""The programme clock: six months laid on a school's calendar, told once, to those it is for."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from community import calendar
from community.calendar import Marked
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import courses
from content.texts import Texts
from learning import course, course_acts, course_events
from learning.course_days import laid_out, month_of, month_start
from learning.refusals import Gone
from learning.surveys import pages
from storage.database import Database, Session
from storage.models import (
    Enrolment,
    Group,
    GroupChat,
    Leave,
    Letter,
    Membership,
    Person,
    Programme,
    ProgrammeEvent,
    School,
    Survey,
)
from tests.counting import statements
from tests.learning.conftest import Cast, letters

JAKARTA = "Asia/Jakarta"
KBP = courses.house()["kbp"]


def wall(text: str, zone: str = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


BEGIN = date(2026, 8, 3)  # a Monday, the first school day of August
NOW = wall("2026-07-22 09:00")


def days_told(found: Sequence[tuple[str, datetime]], zone: str = JAKARTA) -> dict[str, str]:
    return {name: f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for name, moment in found}


# Months and the calendar


@pytest.mark.parametrize(
    "started, month, first",
    [
        (date(2026, 7, 13), 1, date(2026, 7, 13)),
        (date(2026, 7, 13), 6, date(2026, 12, 13)),
        (date(2026, 8, 31), 2, date(2026, 9, 30)),
        (date(2026, 8, 31), 7, date(2027, 2, 28)),
        (date(2026, 11, 2), 4, date(2027, 2, 2)),
    ],
)
def test_a_month_begins_on_the_day_on_which_the_programme_began(started: date, month: int, first: date) -> None:
    assert month_start(started, month) == first
    assert month_of(started, first) == month
    assert month_of(started, first - timedelta(days=1)) == month - 1


def test_six_months_lie_on_school_days_with_holidays_and_ramadan_between() -> None:
    """From January 2027: Ramadan from 8 February, Idul Fitri in the second week of March."""
    days = calendar.of()
    found = days_told(laid_out(KBP, date(2027, 1, 4), days, JAKARTA))
    assert {name: found[name] for name in found if "." not in name} == {
        "mulai": "2027-01-04 13:00",
        "kebutuhan-awal": "2027-01-04 13:00",
        "dengar-guru": "2027-01-11 13:00",
        "tim-inti": "2027-01-18 13:00",
        "latihan-memandu": "2027-02-04 13:00",
        "latihan-coaching": "2027-02-11 13:00",
        "pertemuan-percobaan": "2027-02-18 13:00",
        "paket-diferensiasi": "2027-03-04 13:00",
        "paket-alat-digital": "2027-04-12 13:00",  # 11 April is a Sunday
        "teman-belajar": "2027-04-26 13:00",  # 25 April is a Sunday
        "tengah-jalan": "2027-05-04 13:00",
        "kendala-akhir": "2027-06-04 13:30",  # a Friday: after the prayer
        "kumpulkan-karya": "2027-06-11 13:30",
        "lihat-kembali": "2027-06-18 13:30",
        "terima-kasih": "2027-06-25 13:30",
    }
    visits = {name: found[name] for name in found if "." in name}
    assert next(iter(visits)) == "kunjungan.1" and visits["kunjungan.1"] == "2027-03-04 13:00"
    second = date.fromisoformat(visits["kunjungan.2"][:10])  # 18 March, in these years still holidays or just after
    assert days.is_open(second) and second >= date(2027, 3, 18)
    assert len(visits) == 7  # every fortnight for three months


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("week", [calendar.FIVE_DAYS, calendar.SIX_DAYS_FRIDAY_OFF])
def test_whenever_it_begins_nothing_is_told_on_a_day_off_or_in_quiet_hours(month: int, week: str) -> None:
    days = calendar.of(week)
    for name, moment in laid_out(KBP, date(2026, month, 17), days, "Asia/Jayapura"):
        there = calendar.local_day(moment, "Asia/Jayapura")
        assert days.is_open(there), name
        assert not days.is_quiet(moment, "Asia/Jayapura"), name


def test_visits_that_a_holiday_moves_to_one_day_are_one_visit() -> None:
    break_ = Marked("school", date(2026, 10, 5), date(2026, 11, 7), "closed")
    found = days_told(laid_out(KBP, BEGIN, calendar.of(marked=(break_,)), JAKARTA))
    visits = {name: day for name, day in found.items() if name.startswith("kunjungan")}
    # 3, 17 and 31 October and 14 November would be the first four.
    assert visits["kunjungan.3"] == "2026-11-09 13:00"
    assert "kunjungan.1" not in visits and "kunjungan.2" not in visits
    assert visits["kunjungan.4"] == "2026-11-16 13:00"
    assert len(set(visits.values())) == len(visits)


# Beginning, joining, ending


@pytest.fixture
async def two(database: Database, cast: Cast) -> Cast:
    """Pak Hendra facilitates both groups, which are of two schools."""
    async with database.writing() as session:
        other = School(name="SD Anggrek", zone="Asia/Makassar", workdays="mon,tue,wed,thu,fri,sat", created_at=NOW)
        session.add(other)
        await session.flush()
        anggrek = cast.groups["KKG Anggrek"].id
        await session.execute(update(Group).where(Group.id == anggrek).values(school_id=other.id))
        session.add(Membership(person_id=cast["Hendra"].id, group_id=anggrek, role="facilitator", since=NOW))
    return cast


def ids(cast: Cast) -> tuple[int, int]:
    return cast.melati.id, cast.groups["KKG Anggrek"].id


async def person(session: Session, cast: Cast, name: str) -> Person:
    return await session.get_one(Person, cast[name].id)


async def begun(database: Database, cast: Cast, *groups: int, at: datetime = NOW, first: date = BEGIN) -> int:
    async with database.writing() as session:
        hendra = await person(session, cast, "Hendra")
        programme = await course.start(session, hendra, groups or [cast.melati.id], first, "KBP Semester 1", at)
        return programme.id


async def tell(database: Database, now: datetime) -> int:
    async with database.writing() as session:
        return await course_events.tell_due(session, now)


async def event_of(database: Database, name: str, group_id: int) -> ProgrammeEvent:
    async with database.reading() as session:
        query = select(ProgrammeEvent).where(ProgrammeEvent.name == name, ProgrammeEvent.group_id == group_id)
        return (await session.scalars(query)).one()


def buttons(letter: Letter) -> list[str]:
    assert letter.params is not None
    rows = letter.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [key["callback_data"] for row in rows for key in row]


async def test_groups_of_several_schools_begin_together_each_on_its_own_calendar(database: Database, two: Cast) -> None:
    programme = await begun(database, two, *ids(two))
    async with database.reading() as session:
        rows = (await session.scalars(select(ProgrammeEvent))).all()
        assert {row.programme_id for row in rows} == {programme}
        per_group = {number: [row.name for row in rows if row.group_id == number] for number in ids(two)}
        assert sorted(per_group[ids(two)[0]]) == sorted(per_group[ids(two)[1]])
        assert len(rows) == 2 * (15 + 7)
    # The fourth week of month four is a Tuesday in both; 13.00 comes an hour earlier in Makassar.
    first = [(await event_of(database, "teman-belajar", number)).due_at for number in ids(two)]
    assert first[0] - first[1] == timedelta(hours=1)


async def test_what_the_groups_learn_with_belongs_to_the_programme(database: Database, two: Cast) -> None:
    async with database.writing() as session:
        for number in ids(two):
            session.add(Enrolment(group_id=number, pack="awal", version=1, position=0, started_at=NOW, next_at=NOW))
        session.add(
            Enrolment(group_id=two.melati.id, pack="media", version=1, position=0, started_at=NOW, finished_at=NOW)
        )
    programme = await begun(database, two, *ids(two))
    async with database.reading() as session:
        rows = await session.execute(select(Enrolment.pack, Enrolment.programme_id))
        assert sorted(rows.all(), key=str) == [("awal", programme), ("awal", programme), ("media", None)]


async def test_the_months_offered_are_this_one_and_the_next_two(database: Database, cast: Cast) -> None:
    async with database.reading() as session:
        hendra = await person(session, cast, "Hendra")
        found = await course.months(session, hendra, cast.melati.id, NOW)
        assert found == [date(2026, 7, 22), date(2026, 8, 3), date(2026, 9, 1)]
        late = await course.months(session, hendra, cast.melati.id, wall("2026-07-31 19:00"))
        assert late == [date(2026, 8, 3), date(2026, 9, 1)]


@pytest.mark.parametrize(
    "who, groups, first, title, refusal",
    [
        ("Sari", [0], BEGIN, "Bersama", NotAllowed),
        ("Ratna", [0], BEGIN, "Bersama", NotAllowed),
        ("Tamu", [0], BEGIN, "Bersama", NotAllowed),
        (None, [0], BEGIN, "Bersama", NeedsConsent),
        ("Hendra", [0, 1], BEGIN, "Bersama", NotAllowed),  # he does not facilitate the second one
        ("Hendra", [0, 999], BEGIN, "Bersama", NotAllowed),
        ("Hendra", [], BEGIN, "Bersama", Refusal),
        ("Hendra", [0], date(2026, 8, 4), "Bersama", Refusal),
        ("Hendra", [0], date(2020, 1, 1), "Bersama", Refusal),
        ("Hendra", [0], BEGIN, "  ", Refusal),
        ("Hendra", [0], BEGIN, "x" * 81, Refusal),
    ],
)
async def test_what_cannot_begin(
    database: Database,
    cast: Cast,
    who: str | None,
    groups: list[int],
    first: date,
    title: str,
    refusal: type[Exception],
) -> None:
    known = ids(cast)
    chosen = [known[one] if one < 2 else one for one in groups]
    async with database.writing() as session:
        by = await person(session, cast, who) if who else None
        with pytest.raises(refusal):
            await course.start(session, by, chosen, first, title, NOW)
        assert (await session.scalars(select(ProgrammeEvent.id))).all() == []


async def test_a_group_follows_one_clock_at_a_time(database: Database, two: Cast) -> None:
    await begun(database, two)
    with pytest.raises(Refusal, match="already"):
        await begun(database, two, *ids(two))
    async with database.writing() as session:
        hendra = await person(session, two, "Hendra")
        free = await course.free_groups(session, hendra, two.melati.id)
        assert [group.title for group in free] == ["KKG Anggrek"]


async def test_after_its_months_a_new_clock_may_begin(database: Database, cast: Cast) -> None:
    old = await begun(database, cast)
    new = await begun(database, cast, at=wall("2027-02-10 09:00"), first=date(2027, 3, 1))
    async with database.reading() as session:
        ended = {one.id: one.ended_at for one in await session.scalars(select(Programme))}
        assert ended[old] is not None and ended[new] is None


async def test_a_group_that_joins_in_month_three_is_not_told_what_is_past(database: Database, two: Cast) -> None:
    programme = await begun(database, two)
    now = wall("2026-10-12 09:00")
    async with database.writing() as session:
        hendra = await person(session, two, "Hendra")
        assert [one.id for one in await course.joinable(session, hendra, ids(two)[1], now)] == [programme]
        await course.join(session, hendra, ids(two)[1], programme, now)
    async with database.reading() as session:
        query = select(ProgrammeEvent).where(ProgrammeEvent.group_id == ids(two)[1]).order_by(ProgrammeEvent.due_at)
        rows = (await session.scalars(query)).all()
        assert rows[0].name == "kunjungan.2" and all(row.due_at > now for row in rows)
    for _ in range(3):
        await tell(database, now)
    assert await letters(database, Letter.group_id == ids(two)[1]) == []


async def test_nobody_joins_a_programme_of_others_or_one_that_is_over(database: Database, two: Cast) -> None:
    programme = await begun(database, two)
    async with database.writing() as session:
        wati = Person(tg_user_id=150, name="Wati", consented_at=NOW, reachable=True, created_at=NOW)
        session.add(wati)
        await session.flush()
        session.add(Membership(person_id=wati.id, group_id=ids(two)[1], role="facilitator", since=NOW))
        await session.flush()
        assert await course.joinable(session, wati, ids(two)[1], NOW) == []
        with pytest.raises(Gone):
            await course.join(session, wati, ids(two)[1], programme, NOW)
        with pytest.raises(NotAllowed):
            await course.join(session, wati, two.melati.id, programme, NOW)
        hendra = await person(session, two, "Hendra")
        with pytest.raises(Gone):
            await course.join(session, hendra, ids(two)[1], programme, wall("2027-03-01 09:00"))
        with pytest.raises(Gone):
            await course.join(session, hendra, ids(two)[1], 999, NOW)


async def test_an_ended_programme_tells_nothing_more(database: Database, two: Cast) -> None:
    await begun(database, two, *ids(two))
    await tell(database, wall("2026-08-03 13:00"))
    before = len(await letters(database))
    async with database.writing() as session:
        hendra = await person(session, two, "Hendra")
        await course.end(session, hendra, two.melati.id, wall("2026-08-05 10:00"))
        with pytest.raises(Gone):
            await course.end(session, hendra, two.melati.id, wall("2026-08-05 10:00"))
        page = await course.of_group(session, hendra, two.melati.id, wall("2026-08-05 10:00"))
        assert page.standing is None
    assert await tell(database, wall("2026-08-12 13:00")) == 0
    assert len(await letters(database)) == before


async def test_who_facilitates_only_some_of_the_groups_takes_out_their_own(database: Database, two: Cast) -> None:
    await begun(database, two, *ids(two))
    async with database.writing() as session:
        wati = Person(tg_user_id=150, name="Wati", consented_at=NOW, reachable=True, created_at=NOW)
        session.add(wati)
        await session.flush()
        session.add(Membership(person_id=wati.id, group_id=ids(two)[1], role="facilitator", since=NOW))
        await session.flush()
        assert not (await course.of_group(session, wati, ids(two)[1], NOW)).standing.leads_all  # type: ignore[union-attr]
        with pytest.raises(Refusal, match="not_all"):
            await course.end(session, wati, ids(two)[1], NOW)
        await course.leave(session, wati, ids(two)[1], NOW)
        assert (await course.of_group(session, wati, ids(two)[1], NOW)).standing is None
        hendra = await person(session, two, "Hendra")
        standing = (await course.of_group(session, hendra, two.melati.id, NOW)).standing
        assert standing is not None and [group.title for group in standing.groups] == ["Kombel Melati"]
        await course.leave(session, hendra, two.melati.id, NOW)  # the last one: it ends
        assert (await session.scalars(select(Programme.ended_at))).one() is not None


async def test_the_page_tells_stage_and_what_is_open_and_next(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    await tell(database, wall("2026-08-03 13:00"))
    async with database.reading() as session:
        hendra = await person(session, cast, "Hendra")
        standing = (await course.of_group(session, hendra, cast.melati.id, wall("2026-08-04 09:00"))).standing
        assert standing is not None and standing.stage is not None
        assert (standing.month, standing.stage.id, standing.done) == (1, "persiapan", 0)
        assert [one.row.name for one in standing.open] == ["kebutuhan-awal"]
        assert [one.row.name for one in standing.ahead] == ["dengar-guru", "tim-inti", "latihan-memandu"]
        with pytest.raises(NotAllowed):
            await course.of_group(session, await person(session, cast, "Sari"), cast.melati.id, NOW)


# Telling


async def test_an_event_is_told_once_to_those_it_is_for(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    assert await tell(database, wall("2026-08-03 12:59")) == 0
    assert await tell(database, wall("2026-08-03 13:00")) == 2
    assert await tell(database, wall("2026-08-03 13:01")) == 0
    first, second = await letters(database)
    assert (first.chat_id, first.person_id) == (-1001, None) and first.params and first.params["disable_notification"]
    start = await event_of(database, "mulai", cast.melati.id)
    survey = await event_of(database, "kebutuhan-awal", cast.melati.id)
    assert first.key == f"course:{start.id}:20260803:-1001"
    assert (second.key, second.chat_id) == (
        f"course:{survey.id}:20260803:{cast['Hendra'].id}",
        cast["Hendra"].tg_user_id,
    )
    assert buttons(second) == [f"crsurvey:{survey.id}", f"crdone:{survey.id}"]
    assert second.params and "bulan 1: Persiapan" in second.params["text"]


async def test_coach_and_principal_in_one_person_get_one_letter_with_a_week_to_wait(
    database: Database, cast: Cast
) -> None:
    await begun(database, cast)
    await forward(database, until=wall("2026-10-05 12:00"))
    await tell(database, wall("2026-10-05 13:00"))
    visit = await event_of(database, "kunjungan.1", cast.melati.id)
    found = await letters(database, Letter.key.startswith(f"course:{visit.id}:"))
    assert [one.person_id for one in found] == [cast["Ratna"].id]
    assert buttons(found[0]) == [f"crdone:{visit.id}", f"crlater:{visit.id}"]


async def forward(database: Database, until: datetime) -> None:
    """What lies before that moment counts as told."""
    async with database.writing() as session:
        await session.execute(
            update(ProgrammeEvent).where(ProgrammeEvent.due_at < until).values(told_at=ProgrammeEvent.due_at)
        )


async def test_one_letter_for_an_event_in_several_groups_of_one_person(database: Database, two: Cast) -> None:
    await begun(database, two, *ids(two))
    await forward(database, until=wall("2026-08-10 00:00"))
    await tell(database, wall("2026-08-10 13:00"))
    found = await letters(database, Letter.person_id == two["Hendra"].id)
    assert len(found) == 1 and found[0].params is not None
    assert "KKG Anggrek, Kombel Melati" in found[0].params["text"] or (
        "Kombel Melati, KKG Anggrek" in found[0].params["text"]
    )
    assert len(buttons(found[0])) == 2
    labels = [key["text"] for row in found[0].params["reply_markup"]["inline_keyboard"] for key in row]
    assert any("Anggrek" in label for label in labels) and any("Melati" in label for label in labels)


async def test_a_day_that_has_become_a_holiday_moves_it_to_the_next_school_day(database: Database, cast: Cast) -> None:
    from storage.models import CalendarDay

    await begun(database, cast)
    async with database.writing() as session:
        session.add(
            CalendarDay(
                scope="school", school_id=cast.melati.school_id, first_day=BEGIN, last_day=date(2026, 8, 4),
                kind="closed", label="", created_at=NOW,
            )
        )  # fmt: skip
    assert await tell(database, wall("2026-08-03 13:00")) == 2
    assert await letters(database) == []
    assert (await event_of(database, "mulai", cast.melati.id)).due_at == wall("2026-08-05 13:00")
    assert await tell(database, wall("2026-08-05 13:00")) == 2
    assert len(await letters(database)) == 2


async def test_what_an_outage_delayed_waits_for_the_day_and_is_told_then(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    await tell(database, wall("2026-08-03 22:30"))
    assert await letters(database) == []
    await tell(database, wall("2026-08-04 13:00"))
    assert len(await letters(database)) == 2


async def test_of_visits_that_an_outage_piled_up_only_the_newest_is_told(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    await forward(database, until=wall("2026-10-05 12:00"))
    now = wall("2026-11-03 14:00")
    await tell(database, now)
    async with database.reading() as session:
        rows = (await session.scalars(select(ProgrammeEvent).where(ProgrammeEvent.name.contains(".")))).all()
        due = {row.name: row for row in rows if row.due_at <= now}
    assert sorted(due) == ["kunjungan.1", "kunjungan.2", "kunjungan.3"]
    assert all(row.told_at == now for row in due.values())
    told = await letters(database, Letter.person_id == cast["Ratna"].id)
    assert [one.key for one in told if "crlater" in str(one.params)] == [
        f"course:{due['kunjungan.3'].id}:20261102:{cast['Ratna'].id}"
    ]


async def test_what_is_a_month_old_is_shown_and_not_told(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    assert await tell(database, wall("2026-09-02 13:30")) == 2  # of four in the first month
    assert await letters(database, Letter.chat_id == -1001) == []


async def test_who_is_on_leave_cannot_be_reached_or_did_not_agree_gets_nothing(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    async with database.writing() as session:
        session.add(Leave(person_id=cast["Hendra"].id, first_day=BEGIN, last_day=BEGIN, created_at=NOW))
        await session.execute(update(Person).where(Person.id == cast["Ratna"].id).values(reachable=False))
    await tell(database, wall("2026-08-03 13:00"))
    assert [one.chat_id for one in await letters(database)] == [-1001]
    await tell(database, wall("2026-08-10 13:00"))  # for facilitator and principal
    assert [one.person_id for one in await letters(database, Letter.person_id.is_not(None))] == [cast["Hendra"].id]


async def test_letters_beyond_the_weeks_budget_are_not_sent(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    async with database.writing() as session:
        await session.execute(update(Group).values(budget_messages=0))
    await tell(database, wall("2026-08-03 13:00"))
    assert [one.chat_id for one in await letters(database)] == [-1001]
    assert (await event_of(database, "kebutuhan-awal", cast.melati.id)).told_at is not None


async def test_two_clocks_tell_an_event_once(database: Database, cast: Cast) -> None:
    import asyncio

    await begun(database, cast)
    moment = wall("2026-08-03 13:00")
    await asyncio.gather(tell(database, moment), tell(database, moment))
    assert len(await letters(database)) == 2


async def _many(database: Database, cast: Cast, groups: int) -> None:
    async with database.writing() as session:
        hendra = await person(session, cast, "Hendra")
        numbers = []
        for number in range(groups):
            row = Group(title=f"Kombel {number}", zone=JAKARTA, state="active", school_id=None, added_at=NOW)
            session.add(row)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-5000 - number, group_id=row.id, current=True))
            session.add(Membership(person_id=hendra.id, group_id=row.id, role="facilitator", since=NOW))
            numbers.append(row.id)
        await session.flush()
        await course.start(session, hendra, numbers, BEGIN, "Banyak", NOW)


@pytest.mark.parametrize("groups", [2, 12])
async def test_telling_takes_as_many_queries_for_many_groups_as_for_few(
    database: Database, cast: Cast, groups: int
) -> None:
    await _many(database, cast, groups)
    async with database.writing() as session:
        with statements() as asked:
            await course_events.tell_due(session, wall("2026-08-03 13:00"))
    assert len(await letters(database)) == groups + 1
    assert len(asked) <= 14, asked


# What people do about it


async def test_done_is_noted_with_who_and_when_and_only_by_those_it_is_for(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    await tell(database, wall("2026-08-03 13:00"))
    survey = await event_of(database, "kebutuhan-awal", cast.melati.id)
    async with database.writing() as session:
        for name in ("Sari", "Ratna", "Made", "Tamu"):
            with pytest.raises(NotAllowed):
                await course_acts.done(session, await person(session, cast, name), survey.id, NOW)
        with pytest.raises(NeedsConsent):
            await course_acts.done(session, None, survey.id, NOW)
        with pytest.raises(Gone):
            await course_acts.done(session, await person(session, cast, "Hendra"), 99999, NOW)
    at = wall("2026-08-04 10:00")
    async with database.writing() as session:
        await course_acts.done(session, await person(session, cast, "Hendra"), survey.id, at)
    async with database.writing() as session:
        await course_acts.done(session, await person(session, cast, "Hendra"), survey.id, at + timedelta(days=1))
    row = await event_of(database, "kebutuhan-awal", cast.melati.id)
    assert (row.done_at, row.done_by) == (at, cast["Hendra"].id)


async def test_a_visit_put_off_comes_again_a_week_later_however_often_it_is_tapped(
    database: Database, cast: Cast
) -> None:
    await begun(database, cast)
    await forward(database, until=wall("2026-10-05 12:00"))
    await tell(database, wall("2026-10-05 13:00"))
    visit = await event_of(database, "kunjungan.1", cast.melati.id)
    for _ in range(3):
        async with database.writing() as session:
            ratna = await person(session, cast, "Ratna")
            day = await course_acts.put_off(session, ratna, visit.id, wall("2026-10-06 09:00"))
            assert day == date(2026, 10, 13)
    assert await tell(database, wall("2026-10-12 13:30")) == 0
    await tell(database, wall("2026-10-13 13:00"))
    assert len(await letters(database, Letter.key.startswith(f"course:{visit.id}:"))) == 2
    async with database.writing() as session:
        survey = await event_of(database, "kebutuhan-awal", cast.melati.id)
        with pytest.raises(Gone):
            await course_acts.put_off(session, await person(session, cast, "Hendra"), survey.id, NOW)


async def _survey(session: Session, who: Person, event_id: int, now: datetime) -> tuple[str, list[list[Any]]]:
    return await course_acts.survey(session, who, event_id, Texts("id"), now)


@pytest.mark.parametrize("name, phase", [("kebutuhan-awal", "start"), ("kendala-akhir", "end")])
async def test_the_survey_of_the_clock_is_the_instrument_of_the_house_and_read_back_first(
    database: Database, cast: Cast, name: str, phase: str
) -> None:
    await begun(database, cast)
    event, start = await event_of(database, name, cast.melati.id), await event_of(database, "mulai", cast.melati.id)
    now = event.due_at + timedelta(hours=1)
    async with database.writing() as session:
        hendra, ratna = await person(session, cast, "Hendra"), await person(session, cast, "Ratna")
        with pytest.raises(NotAllowed):
            await _survey(session, ratna, event.id, now)
        with pytest.raises(Gone):
            await _survey(session, hendra, start.id, now)
        words, rows = await _survey(session, hendra, event.id, now)
        assert "Kebutuhan dan kendala" in words and cast.melati.title in words
        assert (await session.scalars(select(Survey))).all() == [], "nothing is opened before it was read back"
        await pages.opened(session, hendra, rows[0][0]["callback_data"].split(":")[1:], Texts("id"), now)
        one = (await session.scalars(select(Survey))).one()
        assert (one.instrument, one.phase, one.anonymous, one.way) == ("needs", phase, True, "private")


async def test_a_pack_begun_from_the_clock_belongs_to_the_programme(database: Database, two: Cast) -> None:
    programme = await begun(database, two, *ids(two))
    now = wall("2026-10-05 14:00")
    async with database.writing() as session:
        hendra = await person(session, two, "Hendra")
        for number in ids(two):
            found = await event_of(database, "paket-diferensiasi", number)
            with pytest.raises(NotAllowed):
                await course_acts.begin_pack(session, await person(session, two, "Sari"), found.id, now)
            assert await course_acts.begin_pack(session, hendra, found.id, now) == number
            await course_acts.begin_pack(session, hendra, found.id, now)
    async with database.reading() as session:
        rows = (await session.scalars(select(Enrolment))).all()
        assert {(row.group_id, row.pack, row.programme_id) for row in rows} == {
            (number, "diferensiasi", programme) for number in ids(two)
        }
        assert len(rows) == 2


async def test_a_facilitator_begins_the_pack_for_facilitators_alone(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    found = await event_of(database, "latihan-memandu", cast.melati.id)
    async with database.writing() as session:
        await course_acts.begin_pack(session, await person(session, cast, "Hendra"), found.id, NOW)
        row = (await session.scalars(select(Enrolment))).one()
        assert (row.person_id, row.pack) == (cast["Hendra"].id, "fasilitasi-kbp")


async def test_nothing_is_done_about_an_event_of_an_ended_programme(database: Database, cast: Cast) -> None:
    await begun(database, cast)
    await tell(database, wall("2026-08-03 13:00"))
    survey = await event_of(database, "kebutuhan-awal", cast.melati.id)
    async with database.writing() as session:
        hendra = await person(session, cast, "Hendra")
        await course.end(session, hendra, cast.melati.id, NOW)
        for act in (course_acts.done, course_acts.put_off, _survey, course_acts.begin_pack):
            with pytest.raises(Gone):
                await act(session, hendra, survey.id, NOW)
    async with database.reading() as session:
        assert (await session.scalars(select(Survey))).all() == []
