"""Last week's figures to principals and Dinas: how many of how many, never who, nothing that points at one person."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from coaching import cycle_notes, cycles
from coaching.cycle_notes import Given
from coaching.rights import Side
from community import calendar, people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from reports import counts, counts_letters, few
from reports.counts import Counts, Span
from reports.counts_words import html
from storage.database import Database, Session
from storage.models import CoachingSession, Cycle, CycleStep, Group, Letter, Person, SessionSeat
from tests.coaching.cast import Coached, letters_to, school, wall
from tests.community.cast import a_group, somebody
from tests.counting import statements
from tests.reports.test_week_letters import asks, says

SAY = Texts("id")
FRIDAY, MONDAY = wall("2026-08-07T08:00"), wall("2026-08-10T14:30")
SPAN = Span(date(2026, 8, 3), date(2026, 8, 10), "Asia/Jakarta")
JULY = wall("2026-07-06T08:00")


# What may be written


@pytest.mark.parametrize(
    "n, of, said",
    [
        (0, 0, "0"), (0, 12, "0"), (12, 12, "12"), (3, 3, "3"), (0, 3, "0"),  # of the whole group
        (1, 12, "kurang dari 3"), (2, 12, "kurang dari 3"), (10, 12, "sedikitnya 10"), (11, 12, "sedikitnya 10"),
        (3, 12, "3"), (9, 12, "9"), (1, 5, "kurang dari 3"), (3, 5, "sedikitnya 3"), (4, 5, "sedikitnya 3"),
        (1, 3, "sebagian"), (2, 3, "sebagian"), (1, 4, "sebagian"), (3, 4, "sebagian"),
        (0, 1, None), (1, 1, None), (0, 2, None), (1, 2, None), (2, 2, None),
    ],
)  # fmt: skip
def test_a_small_number_is_not_written_exactly(n: int, of: int, said: str | None) -> None:
    assert few.shown(n, of, SAY) == said


@given(st.integers(1, 60))
def test_what_is_written_leaves_it_open_who_it_is(of: int) -> None:
    """One or two people, or all but one or two, are never told from their neighbours."""
    written = [few.shown(n, of, SAY) for n in range(of + 1)]
    for n, said in enumerate(written):
        if said is not None and n not in (0, of) and min(n, of - n) < few.LEAST:
            assert written.count(said) >= 2, (n, of)


def test_a_part_is_never_more_than_the_whole() -> None:
    for n, of in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="is not"):
            few.shown(n, of, SAY)
    assert [few.total(n, SAY) for n in (0, 1, 2, 3)] == ["0", None, None, "3"]


@pytest.mark.parametrize(
    "values, told, not_told",
    [
        ({"open": 8, "late": 3, "closed": 4}, ["8 berjalan, 3 di antaranya", "Selesai pekan lalu: 4"], []),
        ({"open": 8, "late": 1, "closed": 1}, ["kurang dari 3 di antaranya"], ["Selesai"]),
        ({"open": 8, "late": 0, "closed": 0}, ["8 berjalan, 0 di antaranya", "Selesai pekan lalu: 0"], []),
        ({"sessions": 7, "met": 4, "not_met": 3}, ["7 disepakati, 4 terlaksana, 3 tidak"], []),
        ({"asked": 6, "answer_hours": [1.0, 2.0, 30.0]}, ["6, terjawab 3", "dalam 2 jam kerja"], []),
        ({"asked": 6, "answer_hours": [0.2, 0.4, 0.9]}, ["kurang dari satu jam kerja"], []),
        ({"asked": 6, "answer_hours": [5.0, 7.0]}, ["6, terjawab kurang dari 3"], ["Separuhnya"]),
        ({"reflections": 14, "reflected": 9, "teachers": 12}, ["14, dari 9 di antara 12 guru"], []),
        ({"reflections": 14, "reflected": 2, "teachers": 12}, ["Refleksi: kurang dari 3 guru, di antara 12"], ["14"]),
    ],
)
def test_the_lines(values: dict[str, object], told: list[str], not_told: list[str]) -> None:
    words = html(Counts(SPAN, ["SDN Melati 2"], 1, **values), SAY) or ""  # type: ignore[arg-type]
    assert all(one in words for one in told), words
    assert not any(one in words for one in not_told), words
    assert "Angka pekan lalu, SDN Melati 2" in words and "3 Agu 2026 – 9 Agu 2026" in words


@pytest.mark.parametrize(
    "values",
    [
        {}, {"teachers": 12}, {"open": 2, "late": 1}, {"closed": 2}, {"sessions": 1, "met": 1},
        {"asked": 2, "answer_hours": [3.0]}, {"reflections": 4, "reflected": 2, "teachers": 2},
    ],
)  # fmt: skip
def test_what_is_too_little_is_no_letter(values: dict[str, object]) -> None:
    assert html(Counts(SPAN, [], 1, **values), SAY) is None  # type: ignore[arg-type]


# What is counted


async def _counted(session: Session, *groups: Group, span: Span = SPAN) -> Counts:
    return (await counts.gather(session, {1: groups}, {1: span}, MONDAY))[1]


async def _coached(session: Session, cast: Coached, number: int) -> list[Cycle]:
    found = []
    for n in range(number):
        one = await somebody(session, f"Guru {n}", 300 + n, group=cast.group, roles=(Role.TEACHER,))
        cycle = await cycles.offer(session, cast.ratna, cast.group, "harmoni", Side.COACHEE, [one.id], JULY)
        await cycles.answer(session, one, cycle.id, True, JULY)
        found.append(cycle)
    return found


async def test_cycles_by_how_they_stand(database: Database) -> None:
    async with school(database) as (session, cast):
        made = await _coached(session, cast, 6)
        await session.execute(update(CycleStep).values(due_on=date(2026, 8, 10)))  # today is not late
        late = update(CycleStep).where(CycleStep.cycle_id.in_([one.id for one in made[:2]]))
        await session.execute(late.values(due_on=date(2026, 8, 9)))
        for cycle, state, ended in (
            (made[3], "closed", "2026-08-03T00:00"), (made[4], "closed", "2026-08-10T00:00"),
            (made[5], "paused", None),
        ):  # fmt: skip
            cycle.state, cycle.ended_at = state, wall(ended) if ended else None
        await session.flush()
        found = await _counted(session, cast.group)
        assert (found.open, found.late, found.closed) == (3, 2, 1)
        assert found.schools == ["SDN Melati 2"]


@pytest.mark.parametrize(
    "at, state, words, expected",
    [
        ("2026-08-04T09:00", "held", (True, True), (1, 1, 0)),
        ("2026-08-04T09:00", "held", (True, None), (1, 1, 0)),
        ("2026-08-04T09:00", "agreed", (True, False), (1, 0, 1)),
        ("2026-08-04T09:00", "agreed", (None, None), (1, 0, 0)),
        ("2026-08-04T09:00", "cancelled", (None, None), (0, 0, 0)),
        ("2026-08-04T09:00", "moved", (None, None), (0, 0, 0)),
        ("2026-08-02T23:00", "held", (True, True), (0, 0, 0)),
        ("2026-08-10T00:00", "held", (True, True), (0, 0, 0)),
    ],
)
async def test_sessions_met_and_not(
    database: Database, at: str, state: str, words: tuple[bool | None, bool | None], expected: tuple[int, int, int]
) -> None:
    async with school(database) as (session, cast):
        row = CoachingSession(
            group_id=cast.group.id, state=state, minutes=30, starts_at=wall(at), created_at=JULY, mode="onsite"
        )
        session.add(row)
        await session.flush()
        for who, side, met in ((cast.ratna, "coach", words[0]), (cast.sari, "coachee", words[1])):
            session.add(SessionSeat(session_id=row.id, person_id=who.id, side=side, met=met))
        await session.flush()
        found = await _counted(session, cast.group)
        assert (found.sessions, found.met, found.not_met) == expected


async def test_questions_and_the_working_hours_to_the_first_answer(database: Database) -> None:
    async with school(database) as (session, cast):
        first = await asks(session, cast.group, cast.sari, wall("2026-08-07T14:00"))
        await asks(session, cast.group, cast.dewi, wall("2026-08-03T08:00"), settled=wall("2026-08-03T11:00"))
        await asks(session, cast.group, cast.dewi, wall("2026-08-04T08:00"))
        await asks(session, cast.group, cast.dewi, wall("2026-08-10T08:00"))  # of this week
        for at in ("2026-08-10T09:00", "2026-08-10T08:00"):
            await says(session, cast.group, cast.hendra, wall(at), "Coba kertas lipat", reply_to=first.tg_message_id)
        await says(session, cast.group, cast.sari, wall("2026-08-07T14:05"), "Maaf", reply_to=first.tg_message_id)
        found = await _counted(session, cast.group)
        assert found.asked == 3, "her own word is no answer"
        assert sorted(found.answer_hours) == [2.0, 3.0], "an hour on Friday, one on Monday"


@pytest.mark.parametrize(
    "since, until, hours",
    [
        ("2026-08-03T08:00", "2026-08-03T10:30", 2.5),
        ("2026-08-03T18:00", "2026-08-03T20:00", 0.0),
        ("2026-08-03T14:00", "2026-08-04T08:00", 2.0),
        ("2026-08-07T10:00", "2026-08-07T14:00", 1.5),  # without the Friday prayer
        ("2026-08-07T14:00", "2026-08-10T08:00", 2.0),
        ("2026-08-14T14:00", "2026-08-18T07:30", 1.5),  # Independence Day
        ("2026-08-03T10:00", "2026-08-03T09:00", 0.0),
    ],
)
def test_working_hours_between_two_moments(since: str, until: str, hours: float) -> None:
    assert calendar.working_hours_between(calendar.of(), wall(since), wall(until), "Asia/Jakarta") == hours


async def test_somebody_in_two_groups_is_one_teacher(database: Database) -> None:
    async with school(database) as (session, cast):
        other = await a_group(session, -555, title="KKG Dua", school_id=cast.group.school_id)
        await people.give_role(session, cast.sari.id, other.id, Role.TEACHER, JULY)
        await somebody(session, "Rini", 90, group=other, roles=(Role.TEACHER,), yes=False)
        assert (await _counted(session, cast.group, other)).teachers == 2
        assert (await _counted(session, other)).teachers == 1


# The letter


async def _due(session: Session, now: str = "2026-08-10T14:30") -> list[Letter]:
    for moment in (FRIDAY, wall(now)):
        while await counts_letters.send_due(session, moment):
            pass
    mine = (Letter.key.startswith("counts:week:"), Letter.method == "sendMessage")
    return list(await session.scalars(select(Letter).where(*mine).order_by(Letter.id)))


async def _a_week(session: Session, cast: Coached) -> None:
    made = await _coached(session, cast, 4)
    await session.execute(update(CycleStep).values(due_on=date(2026, 8, 4)))
    maker = await session.scalar(select(Person).where(Person.name == "Guru 0"))
    await cycle_notes.add(session, maker, made[0].id, Given("text", "catatan yang rahasia"), JULY, "both")
    for n in range(3):
        await asks(session, cast.group, cast.dewi, wall("2026-08-05T09:00") + timedelta(hours=n), "Soal rahasia?")
    await session.flush()


async def test_principal_and_dinas_get_numbers_once_and_nobody_else_any(database: Database) -> None:
    async with school(database) as (session, cast):
        dinas = await somebody(session, "Dinas", 50, group=cast.group, roles=(Role.AGENCY,))
        await _a_week(session, cast)
        told = await _due(session)
        assert {one.chat_id for one in told} == {cast.kepala.tg_user_id, dinas.tg_user_id}
        for one in told:
            words = str((one.params or {})["text"])
            assert "4 berjalan, 4 di antaranya lewat tanggal" in words and "Pertanyaan di grup: 3, terjawab 0" in words
            held_back = ("rahasia", "Guru", "Dewi", "Sari", "Ratna", "Membangun")
            assert not any(name in words for name in held_back), words
        assert len(await _due(session, "2026-08-10T15:00")) == 2, "once a week"
        for other in (cast.hendra, cast.faisal, cast.tamu):
            assert not any("Angka pekan lalu" in one for one in await letters_to(session, other))


async def test_nothing_to_say_is_nothing_sent(database: Database) -> None:
    async with school(database) as (session, _):
        assert await _due(session) == []
        assert (await session.scalars(select(Letter))).all() == []


async def test_a_principal_who_coaches_reads_the_same_numbers_and_no_more(database: Database) -> None:
    async with school(database) as (session, cast):
        await people.give_role(session, cast.ratna.id, cast.group.id, Role.PRINCIPAL, JULY)
        await _a_week(session, cast)  # Bu Ratna is the coach of all four
        told = {one.person_id: (one.params or {})["text"] for one in await _due(session)}
        assert told[cast.ratna.id] == told[cast.kepala.id]


async def test_of_groups_in_which_they_hold_no_such_role_nothing_is_counted(database: Database) -> None:
    async with school(database) as (session, cast):
        other = await a_group(session, -555, title="KKG Dua", school_id=cast.group.school_id)
        await people.give_role(session, cast.kepala.id, other.id, Role.TEACHER, JULY)
        for n in range(3):
            await asks(session, other, cast.tamu, wall("2026-08-05T09:00") + timedelta(hours=n))
        assert await _due(session) == []
        assert await counts_letters.asked(session, cast.kepala, SAY, MONDAY) == SAY("week.counts.nothing")
        await people.give_role(session, cast.kepala.id, other.id, Role.PRINCIPAL, JULY)
        assert "Pertanyaan di grup: 3" in await counts_letters.asked(session, cast.kepala, SAY, MONDAY)


async def test_only_principals_and_dinas_may_ask(database: Database) -> None:
    async with school(database) as (session, cast):
        for other in (cast.ratna, cast.hendra, cast.faisal, cast.sari, cast.tamu):
            with pytest.raises(NotAllowed):
                await counts_letters.asked(session, other, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await counts_letters.asked(session, None, SAY, MONDAY)


async def test_as_many_queries_for_many_people_as_for_two(database: Database) -> None:
    costs = []
    async with school(database) as (session, cast):
        for n in range(24):
            group = await a_group(session, -800 - n, title=f"KKG {n:02}", school_id=cast.group.school_id)
            await somebody(session, f"Kepala {n:02}", 800 + n, group=group, roles=(Role.PRINCIPAL,))
            teacher = await somebody(session, f"Guru {n}", 1000 + n, group=group, roles=(Role.TEACHER,))
            for m in range(3):
                await asks(session, group, teacher, wall("2026-08-05T09:00") + timedelta(minutes=m))
            if n not in (1, 23):
                continue
            while await counts_letters.send_due(session, FRIDAY):
                pass
            with statements() as seen:
                assert await counts_letters.send_due(session, MONDAY + timedelta(minutes=n)) > 0
            costs.append(len(seen))
        assert len((await session.scalars(select(Letter).where(Letter.method == "sendMessage"))).all()) == 24
    assert costs[0] == costs[1] <= 20
