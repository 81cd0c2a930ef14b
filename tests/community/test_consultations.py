"""Open questions: noticed as they are said, carried on in working hours, each stage once, ended by any answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from community import assignments, calendar, carrying, consultations, listening
from community.assignments import GUIDES, LEADS, MENTORS
from community.calendar import SchoolCalendar, working_hours_after
from community.consultations import Settled
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Consultation, Group, Leave, Letter, Message, Person
from tests.community.cast import CHAT, a_group, somebody

SAY = Texts("id")
ASKED = "Bu, bagaimana cara mengajarkan pecahan untuk anak yang belum paham pembagian?"
SARI, DEWI, MENTOR, PENGAMPU, FAISAL = 1001, 1002, 1003, 1004, 1005


def wall(said: str) -> datetime:
    return datetime.fromisoformat(f"{said}+07:00").astimezone(UTC)


MONDAY = wall("2026-07-06T08:00")


async def _cast(session: Session) -> tuple[Group, dict[int, Person]]:
    group = await a_group(session)
    who = {
        SARI: ("Sari", Role.TEACHER), DEWI: ("Dewi", Role.TEACHER), MENTOR: ("Made", Role.MENTOR),
        PENGAMPU: ("Putu", Role.COURSE_FACILITATOR), FAISAL: ("Faisal", Role.FACILITATOR),
    }  # fmt: skip
    return group, {
        number: await somebody(session, name, number, group=group, roles=(role,))
        for number, (name, role) in who.items()
    }


async def _says(session: Session, who: int, number: int, text: str, at: datetime, reply_to: int | None = None) -> None:
    body: dict[str, Any] = {
        "message_id": number, "date": int(at.timestamp()), "chat": {"id": CHAT, "type": "supergroup"},
        "from": {"id": who, "is_bot": False, "first_name": "x"}, "text": text,
    }  # fmt: skip
    if reply_to:
        body["reply_to_message"] = {"message_id": reply_to, "date": 0, "chat": body["chat"]}
    await listening.record(session, [listening.heard({"message": body})])


async def _letters(session: Session) -> list[tuple[str, int]]:
    rows = await session.execute(select(Letter.key, Letter.chat_id).order_by(Letter.id))
    return [(key, chat) for key, chat in rows]


async def test_a_question_goes_to_peers_then_the_mentor_then_the_pengampu_each_once(database: Database) -> None:
    async with database.writing() as session:
        await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        (row,) = (await session.scalars(select(Consultation))).all()
        n = row.id
        for said, expected in (
            ("2026-07-06T08:01", []),
            ("2026-07-06T11:59", []),
            ("2026-07-06T12:00", [(f"consult:{n}", CHAT)]),
            ("2026-07-06T14:59", [(f"consult:{n}", CHAT)]),
            ("2026-07-07T08:00", [(f"consult:{n}", CHAT), ("", MENTOR)]),
        ):
            await carrying.carry_due(session, wall(said))
            assert [chat for _, chat in await _letters(session)] == [chat for _, chat in expected], said
        await carrying.carry_due(session, wall("2026-07-07T12:00"))
        assert [chat for _, chat in await _letters(session)] == [CHAT, MENTOR, PENGAMPU]
        for day in range(8, 30):
            assert await carrying.carry_due(session, wall(f"2026-07-{day:02}T12:00")) == 0
        await session.refresh(row)
        assert (row.stage, row.next_at, row.settled_at) == (4, None, None), "still open for whoever looks"


WAYAN, KETUT = 1006, 1007  # a second mentor, a second pengampu
FIRST, SECOND = "2026-07-07T08:00", "2026-07-07T12:00"  # after the peers


@pytest.mark.parametrize(
    "model, given, away, stages",
    [
        # the model, who is assigned to whom, who cannot be asked, and who is asked in each of the two stages
        (2, {"mentor", "pengampu"}, set(), [{MENTOR}, {PENGAMPU}]),
        (2, {"mentor"}, set(), [{MENTOR}, {PENGAMPU, KETUT}]),
        (2, set(), set(), [{MENTOR, WAYAN}, {PENGAMPU, KETUT}]),
        (2, {"mentor", "pengampu"}, {MENTOR}, [{WAYAN}, {PENGAMPU}]),
        (2, {"mentor", "pengampu"}, {PENGAMPU}, [{MENTOR}, {KETUT}]),
        (2, {"mentor", "pengampu"}, {MENTOR, WAYAN}, [{PENGAMPU}, set()]),
        (1, {"direct"}, set(), [{PENGAMPU}, set()]),
        (1, set(), set(), [{PENGAMPU, KETUT}, set()]),
        (1, {"direct"}, {PENGAMPU}, [{KETUT}, set()]),
        (1, {"direct"}, {PENGAMPU, KETUT}, [{MENTOR, WAYAN}, set()]),
        (None, {"mentor", "pengampu"}, set(), [{MENTOR}, {PENGAMPU}]),
        (1, {"mentor", "pengampu"}, set(), [{PENGAMPU, KETUT}, set()]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("why", ["leave", "unreachable"])
async def test_who_is_asked_when_in_both_models(
    database: Database, model: int | None, given: set[str], away: set[int], stages: list[set[int]], why: str
) -> None:
    async with database.writing() as session:
        group, people = await _cast(session)
        for number, name, role in ((WAYAN, "Wayan", Role.MENTOR), (KETUT, "Ketut", Role.COURSE_FACILITATOR)):
            people[number] = await somebody(session, name, number, group=group, roles=(role,))
        for one, link, by, of in (
            ("mentor", MENTORS, MENTOR, SARI), ("pengampu", GUIDES, PENGAMPU, MENTOR), ("direct", LEADS, PENGAMPU, SARI)
        ):  # fmt: skip
            if one in given:
                await assignments.add(session, group.id, link, {people[of].id: people[by].id}, None, MONDAY)
        group.model = model
        for number in away:
            if why == "unreachable" or len(away) > 1:
                people[number].reachable = False
            else:
                days = {"first_day": MONDAY.date(), "last_day": MONDAY.date() + timedelta(days=9)}
                session.add(Leave(person_id=people[number].id, created_at=MONDAY, **days))
        await _says(session, SARI, 10, ASKED, MONDAY)
        await carrying.carry_due(session, MONDAY)
        await carrying.carry_due(session, wall("2026-07-06T12:00"))
        before = len(await _letters(session))
        for moment, expected in zip((FIRST, SECOND), stages, strict=True):
            await carrying.carry_due(session, wall(moment))
            told = (await _letters(session))[before:]
            assert {chat for _, chat in told} == expected and len(told) == len(expected)
            before += len(told)


@pytest.mark.parametrize("how", ["reply", "reply to the letter", "asker", "tag", "helper"])
async def test_any_answer_stops_it(database: Database, how: str) -> None:
    async with database.writing() as session:
        group, people = await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        await carrying.carry_due(session, MONDAY)
        await carrying.carry_due(session, wall("2026-07-06T12:00"))
        (row,) = (await session.scalars(select(Consultation))).all()
        await session.execute(update(Letter).values(state="delivered", result={"message_id": 77}))
        if how == "reply":
            await _says(session, DEWI, 11, "Coba pakai kertas lipat, Bu", wall("2026-07-06T12:30"), reply_to=10)
        elif how == "reply to the letter":
            await _says(session, DEWI, 11, "Coba pakai kertas lipat, Bu", wall("2026-07-06T12:30"), reply_to=77)
        elif how == "tag":
            await session.execute(update(Message).values(label="other", source="person"))
        else:
            who = people[SARI] if how == "asker" else people[FAISAL]
            await consultations.settle(session, who, row.id, wall("2026-07-06T12:30"))
        for day in range(7, 20):
            await carrying.carry_due(session, wall(f"2026-07-{day:02}T12:00"))
        assert len(await _letters(session)) == 1
        await session.refresh(row)
        assert row.settled == {"reply to the letter": "reply"}.get(how, how)
        assert await consultations.open_in(session, [group.id]) == []


async def test_advice_without_a_reply_is_asked_about_before_anybody_else_is(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        await _says(
            session,
            DEWI,
            11,
            "Coba pakai kertas lipat dulu, Bu, lalu dibagi dua bersama-sama",
            wall("2026-07-06T08:05"),
        )
        await carrying.carry_due(session, MONDAY)
        await carrying.carry_due(session, wall("2026-07-06T12:00"))
        (row,) = (await session.scalars(select(Consultation))).all()
        assert await _letters(session) == [(f"consult:{row.id}:ask", SARI)]
        with pytest.raises(Settled):
            await consultations.not_yet(session, people[DEWI], row.id)
        await consultations.not_yet(session, people[SARI], row.id)
        await carrying.carry_due(session, wall("2026-07-07T08:00"))
        assert (await _letters(session))[-1] == (f"consult:{row.id}", CHAT), "then the peers, once"


@pytest.mark.parametrize("advice", [True, False])
@pytest.mark.parametrize(
    "late, waits_until",
    [
        ("2026-07-12T06:44", "2026-07-13T07:00"),  # a Sunday
        ("2026-07-09T23:10", "2026-07-10T07:00"),
        ("2026-07-10T04:30", "2026-07-10T07:00"),
        ("2026-07-10T11:20", "2026-07-10T13:30"),  # the Friday prayer
        ("2026-07-09T15:40", None),  # school is over, but nobody sleeps
    ],
)
async def test_what_was_due_while_the_clock_stood_still_waits_for_the_hours_of_the_group(
    database: Database, late: str, waits_until: str | None, advice: bool
) -> None:
    async with database.writing() as session:
        await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        if advice:
            said = "Coba pakai kertas lipat dulu, Bu, lalu dibagi dua bersama-sama"
            await _says(session, DEWI, 11, said, wall("2026-07-06T08:05"))
        await carrying.carry_due(session, MONDAY)
        await carrying.carry_due(session, wall(late))
        chat = SARI if advice else CHAT
        if waits_until is not None:
            assert await _letters(session) == []
            (row,) = (await session.scalars(select(Consultation))).all()
            assert (row.stage, row.guessed_at, row.next_at) == (1, None, wall(waits_until))
            assert await carrying.carry_due(session, wall(late)) == 0, "it is looked at once, not every minute"
            await carrying.carry_due(session, wall(waits_until))
        assert [one for _, one in await _letters(session)] == [chat]


async def test_an_answer_settles_a_question_at_any_hour(database: Database) -> None:
    async with database.writing() as session:
        await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        await carrying.carry_due(session, MONDAY)
        await _says(session, DEWI, 11, "Coba pakai kertas lipat, Bu", wall("2026-07-06T08:05"), reply_to=10)
        await carrying.carry_due(session, wall("2026-07-12T06:44"))
        (row,) = (await session.scalars(select(Consultation))).all()
        assert (row.settled, row.next_at) == ("reply", None)


async def test_where_the_calendar_ends_a_question_does_not_wait_for_ever(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        await _cast(session)
        await _says(session, SARI, 10, ASKED, MONDAY)
        await carrying.carry_due(session, MONDAY)
        monkeypatch.setattr(SchoolCalendar, "is_open", lambda *_: False)
        await carrying.carry_due(session, wall("2026-07-06T12:00"))
        assert [one for _, one in await _letters(session)] == [CHAT]


@pytest.mark.parametrize(
    "text, opens",
    [
        (ASKED, True),
        ("Ada yang punya LKPD pecahan kelas 4?", True),
        ("Rapatnya jadi jam berapa?", False),
        ("Terima kasih banyak, Bu", False),
        ("Selamat pagi Bapak Ibu", False),
    ],
)
async def test_what_opens_a_consultation(database: Database, text: str, opens: bool) -> None:
    async with database.writing() as session:
        await _cast(session)
        await _says(session, SARI, 10, text, MONDAY)
        assert len((await session.scalars(select(Consultation))).all()) == opens
        await _says(session, DEWI, 11, ASKED, MONDAY, reply_to=10)
        assert len((await session.scalars(select(Consultation))).all()) == opens, "an answer opens none"


async def test_who_may_close_and_who_may_set_the_hours(database: Database) -> None:
    async with database.writing() as session:
        group, people = await _cast(session)
        stranger = await somebody(session, "Tamu", 9)
        await _says(session, SARI, 10, ASKED, MONDAY)
        (row,) = (await session.scalars(select(Consultation))).all()
        for who in (people[DEWI], stranger):
            with pytest.raises(Settled):
                await consultations.settle(session, who, row.id, MONDAY)
        with pytest.raises(NeedsConsent):
            await consultations.settle(session, None, row.id, MONDAY)
        for who in (people[SARI], people[MENTOR], stranger):
            with pytest.raises(NotAllowed):
                await carrying.hours_page(session, who, group.id, 2, SAY)
        await carrying.hours_page(session, people[FAISAL], group.id, 99, SAY)
        assert group.consult_hours == 4, "a number nobody offered"
        await carrying.hours_page(session, people[FAISAL], group.id, 0, SAY)
        await carrying.carry_due(session, MONDAY)
        await session.refresh(row)
        assert row.next_at is None and await _letters(session) == []
        for who in (people[SARI], stranger):
            with pytest.raises(Refusal):
                await carrying.page(session, who, SAY)
        ((words, rows),) = await carrying.page(session, people[FAISAL], SAY)
        assert "pecahan" in words and len(rows) == 2


async def test_a_batch_with_a_question_costs_one_statement_more(database: Database) -> None:
    async with database.writing() as session:
        await _cast(session)
        before = len((await session.scalars(select(Consultation))).all())
        await _says(session, SARI, 10, ASKED, MONDAY)
        await _says(session, SARI, 10, ASKED, MONDAY)  # delivered twice
        assert len((await session.scalars(select(Consultation))).all()) == before + 1


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: wall("2026-01-01T00:00") + timedelta(minutes=minutes)),
    st.integers(1, 40),
    st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
)
def test_working_hours_end_on_a_school_day_within_school_hours(at: datetime, hours: int, zone: str) -> None:
    days = calendar.of()
    end = working_hours_after(days, at, hours, zone)
    there = end.astimezone(ZoneInfo(zone))
    assert end >= at + timedelta(hours=hours)
    assert days.is_open(there.date())
    assert "07:00" < f"{there:%H:%M}" <= "15:00"
    assert not ("11:00" < f"{there:%H:%M}" < "13:30" and there.weekday() == 4)
    assert working_hours_after(days, at, hours + 1, zone) > end
