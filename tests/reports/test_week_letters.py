"""The letter of the week to who leads a group: open questions, who has gone quiet, an agenda; ten lines, once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from coaching import cycles
from coaching.rights import Side
from community import calendar
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from reports import group_week, quiet, week_letters
from reports.group_week_words import MOST, items
from storage.database import Database, Session
from storage.models import (
    CalendarDay,
    Consultation,
    CycleStep,
    Group,
    GroupChat,
    Leave,
    Letter,
    Meeting,
    Message,
    Person,
)
from tests.coaching.cast import Coached, letters_to, school, wall
from tests.community.cast import a_group, somebody
from tests.community.kept import kept
from tests.counting import statements

SAY = Texts("id")
JOINED = wall("2026-07-06T08:00")
FRIDAY, MONDAY = wall("2026-08-07T08:00"), wall("2026-08-10T14:00")
ASKED = "Bagaimana cara mengajarkan pecahan?"


async def says(
    session: Session, group: Group, who: Person, at: datetime, text: str | None = "Siap, Bu", **more: object
) -> Message:
    """Somebody says something in a group."""
    chat = await session.scalar(select(GroupChat.id).where(GroupChat.group_id == group.id))
    number = 1 + len((await session.scalars(select(Message.id))).all())
    values = {"label": "other", "confidence": 0.9, "reason": "tagging.short", "source": "rule", "kind": "text"} | more
    row = Message(
        group_id=group.id, chat_id=chat, tg_message_id=number, person_id=who.id, sent_at=at, text=text, **values
    )
    await kept(session, row)
    return row


async def asks(
    session: Session, group: Group, who: Person, at: datetime, text: str | None = ASKED, settled: datetime | None = None
) -> Message:
    """Somebody asks the group for advice."""
    row = await says(session, group, who, at, text, label="consultation", reason="tagging.asks_for_help")
    session.add(
        Consultation(
            group_id=group.id, message_id=row.id, person_id=who.id, asked_at=at, next_at=None, settled_at=settled,
            settled="asker" if settled else None,
        )
    )  # fmt: skip
    await session.flush()
    return row


async def _due(session: Session, to: Person, now: datetime = MONDAY) -> list[str]:
    """The letters of the week that the person got by then."""
    for moment in (FRIDAY, now):
        while await week_letters.send_due(session, moment):
            pass
    mine = (Letter.key.startswith("week:"), Letter.person_id == to.id, Letter.method == "sendMessage")
    rows = await session.scalars(select(Letter).where(*mine).order_by(Letter.id))
    return [str((one.params or {})["text"]) for one in rows]


# Who is quiet


@pytest.mark.parametrize(
    "said, now, days",
    [
        ("2026-07-27T09:00", "2026-08-07T14:00", None),  # nine school days
        ("2026-07-24T09:00", "2026-08-10T14:00", 10),  # two weeks of school
        ("2026-07-27T09:00", "2026-08-18T14:00", 14),  # without Independence Day
        ("2026-07-07T09:00", "2026-09-04T14:00", 40),  # without two holidays
        ("2026-07-07T09:00", "2026-09-07T14:00", None),  # two months on, it is no news
    ],
)
async def test_so_many_school_days_without_a_sign(database: Database, said: str, now: str, days: int | None) -> None:
    async with school(database) as (session, cast):
        await says(session, cast.group, cast.sari, wall(said))
        await says(session, cast.group, cast.dewi, wall(now) - timedelta(days=3))
        found = await _quiet(session, cast, wall(now))
        assert found == ({"Sari": days} if days else {})


async def _quiet(session: Session, cast: Coached, now: datetime) -> dict[str, int]:
    days = await calendar.calendars_of(session, {cast.group.school_id})
    found = await quiet.of_groups(session, [cast.group], days, now)
    return {one.person.name: one.days for one in found.get(cast.group.id, [])}


@pytest.mark.parametrize("why", ["leave now", "leave then", "holidays", "new", "never agreed", "agreed late", "a rest"])
async def test_who_is_not_quiet(database: Database, why: str) -> None:
    async with school(database) as (session, cast):
        await says(session, cast.group, cast.sari, wall("2026-07-24T09:00"))
        if why != "a rest":
            await says(session, cast.group, cast.dewi, wall("2026-08-07T09:00"))
        if why == "leave now":
            session.add(_leave(cast.sari, date(2026, 8, 10), date(2026, 8, 12)))
        elif why == "leave then":
            session.add(_leave(cast.sari, date(2026, 7, 30), date(2026, 7, 30)))
        elif why == "holidays":
            session.add(_closed(cast, date(2026, 8, 3), date(2026, 8, 5)))
        elif why in ("new", "agreed late", "never agreed"):
            late = await somebody(
                session, "Rini", 90, group=cast.group, roles=(Role.TEACHER,), yes=why != "never agreed"
            )
            late.consented_at = wall("2026-08-05T08:00") if why == "agreed late" else late.consented_at
            await session.execute(update(Message).where(Message.person_id == cast.sari.id).values(person_id=late.id))
            await says(session, cast.group, cast.sari, wall("2026-08-07T09:00"))
            if why == "new":
                await session.execute(
                    update(Message).where(Message.person_id == late.id).values(person_id=cast.dewi.id)
                )
                await _joined(session, late, wall("2026-08-04T08:00"))
        await session.flush()
        assert await _quiet(session, cast, MONDAY) == {}


async def _joined(session: Session, who: Person, at: datetime) -> None:
    from storage.models import Membership

    await session.execute(update(Membership).where(Membership.person_id == who.id).values(since=at))


def _leave(who: Person, first: date, last: date) -> Leave:
    return Leave(person_id=who.id, first_day=first, last_day=last, created_at=JOINED)


def _closed(cast: Coached, first: date, last: date) -> CalendarDay:
    return CalendarDay(
        scope="school", school_id=cast.group.school_id, first_day=first, last_day=last, kind="closed", label="banjir",
        created_at=JOINED,
    )  # fmt: skip


async def test_the_last_to_fall_quiet_stands_first_and_never_the_reader(database: Database) -> None:
    async with school(database) as (session, cast):
        budi = await somebody(session, "Budi", 91, group=cast.group, roles=(Role.TEACHER,))
        await somebody(session, "Rini", 92, group=cast.group, roles=(Role.TEACHER,), yes=False)
        await says(session, cast.group, cast.sari, wall("2026-07-20T09:00"))
        await says(session, cast.group, budi, wall("2026-07-22T09:00"))
        await says(session, cast.group, cast.dewi, wall("2026-08-07T09:00"))
        assert list((await _quiet(session, cast, MONDAY)).items()) == [("Budi", 12), ("Sari", 14)]
        found = (await group_week.gather(session, [cast.group], MONDAY))[cast.group.id]
        for reader, names in ((cast.faisal, ["Budi", "Sari"]), (budi, ["Sari"])):
            told = [one.html for one in items(found, reader, SAY)]
            assert [name for name in ("Budi", "Dewi", "Rini", "Sari") if name in " ".join(told)] == names


# The letter


async def test_nothing_to_say_is_nothing_sent(database: Database) -> None:
    async with school(database) as (session, cast):
        await says(session, cast.group, cast.sari, wall("2026-08-07T09:00"))
        await says(session, cast.group, cast.dewi, wall("2026-08-07T09:00"))
        assert await _due(session, cast.faisal) == []
        await asks(session, cast.group, cast.sari, wall("2026-08-06T09:00"), settled=FRIDAY)
        assert await _due(session, cast.faisal, wall("2026-08-18T14:00")) == []


async def test_open_questions_and_who_is_quiet_come_once_to_who_leads_and_to_nobody_else(database: Database) -> None:
    async with school(database) as (session, cast):
        await says(session, cast.group, cast.sari, wall("2026-07-22T09:00"))
        await asks(session, cast.group, cast.dewi, wall("2026-08-06T09:00"))
        (told,) = await _due(session, cast.faisal)
        assert "Dewi, 2 hari sekolah: Bagaimana cara mengajarkan pecahan?" in told
        assert "Sari, 12 hari sekolah" in told and "Hanya Bapak/Ibu yang membaca ini" in told
        assert "1. Bahas bersama: Bagaimana cara" in told
        assert len(await _due(session, cast.faisal, MONDAY + timedelta(hours=1))) == 1, "once a week"
        for other in (cast.ratna, cast.hendra, cast.kepala, cast.tamu, cast.sari, cast.dewi):
            assert await letters_to(session, other) == []
        sent = (await session.scalars(select(Letter).order_by(Letter.id))).all()
        key = f"week:{cast.faisal.id}:2026-08-10"
        assert [(one.chat_id, one.key) for one in sent] == [(6, key), (6, f"{key}:figures")]
        assert sent[0].not_after == wall("2026-08-10T20:00") and sent[0].group_id == cast.group.id
        await says(session, cast.group, cast.hendra, FRIDAY, "Coba kertas lipat, Bu", reply_to=2)
        (_, later) = await _due(session, cast.faisal, wall("2026-08-18T14:00"))
        assert "Belum terjawab" not in later, "a reply is an answer before anybody settles it"


@pytest.mark.parametrize("why", ["not reachable", "withdrew", "on leave", "budget", "another day", "in the evening"])
async def test_nobody_is_written_to_who_cannot_or_should_not_be(database: Database, why: str) -> None:
    async with school(database) as (session, cast):
        await asks(session, cast.group, cast.dewi, wall("2026-08-06T09:00"))
        now = {"another day": wall("2026-08-11T08:00"), "in the evening": wall("2026-08-10T20:05")}.get(why, MONDAY)
        while await week_letters.send_due(session, FRIDAY):
            pass
        if why == "not reachable":
            cast.faisal.reachable = False
        elif why == "withdrew":
            cast.faisal.consented_at = None
        elif why == "on leave":
            session.add(_leave(cast.faisal, date(2026, 8, 10), date(2026, 8, 10)))
        elif why == "budget":
            cast.group.budget_minutes = 0
        await session.flush()
        assert await _due(session, cast.faisal, now) == []


async def test_what_was_said_too_long_ago_is_named_without_its_words(database: Database) -> None:
    async with school(database) as (session, cast):
        await asks(session, cast.group, cast.dewi, wall("2026-07-07T09:00"), text=None)
        await says(session, cast.group, cast.dewi, wall("2026-08-07T09:00"))
        (told,) = await _due(session, cast.faisal)
        assert "Dewi, 24 hari sekolah (isi pesannya sudah dihapus)" in told
        assert "Bahas bersama" not in told


async def test_ten_lines_and_the_rest_by_a_tap_each_part_with_its_first(database: Database) -> None:
    async with school(database) as (session, cast):
        for n in range(14):
            await asks(session, cast.group, cast.dewi, wall("2026-08-05T09:00") + timedelta(minutes=n), f"Soal {n:02}?")
        await says(session, cast.group, cast.sari, wall("2026-07-22T09:00"))
        words, rows = await week_letters.asked(session, cast.faisal, SAY, MONDAY)
        assert words.count("\n• ") + words.count(". Bahas") == MOST
        assert "Belum terjawab (14)" in words and "Sari, 12" in words and "2. Bahas bersama: Soal 01?" in words
        assert rows[-1][0]["callback_data"] == f"wk:{cast.group.id}:0"
        seen = ""
        for first in (0, 10):
            words, rows = await week_letters.opened(session, cast.faisal, cast.group.id, SAY, MONDAY, first)
            seen += words
        assert all(f"Soal {n:02}?" in seen for n in range(14)) and rows == []
        words, _ = await week_letters.opened(session, cast.faisal, cast.group.id, SAY, MONDAY, 900)
        assert words == SAY("week.nothing", group=cast.group.title)


async def test_of_several_groups_a_line_and_a_button_each_and_names_behind_them(database: Database) -> None:
    async with school(database) as (session, cast):
        for n in range(12):
            group = await a_group(session, -700 - n, title=f"KKG {n:02}", school_id=cast.group.school_id)
            await _leads(session, cast.faisal, group)
            asker = await somebody(session, f"Guru {n:02}", 700 + n, group=group, roles=(Role.TEACHER,))
            await asks(session, group, asker, wall("2026-08-06T09:00"))
        (told,) = await _due(session, cast.faisal)
        assert told.count("\n• ") == MOST and "1 belum terjawab, ada usulan agenda" in told
        assert "Guru" not in told and cast.group.title not in told, "where nothing waits nothing is said"
        assert set(await session.scalars(select(Letter.group_id))) == {None}
        words, rows = await week_letters.asked(session, cast.faisal, SAY, MONDAY, 10)
        assert words.count("\n• ") == 2 and len(rows) == 2


async def _leads(session: Session, who: Person, group: Group) -> None:
    from community import people

    await people.give_role(session, who.id, group.id, Role.FACILITATOR, JOINED)


# The agenda


async def test_an_agenda_names_nobody_and_says_when_the_group_meets(database: Database) -> None:
    async with school(database) as (session, cast):
        await asks(session, cast.group, cast.dewi, wall("2026-08-06T09:00"))
        session.add(_meeting(cast, "2026-08-12T13:00"))
        for n in range(3):
            teacher = await somebody(session, f"Guru {n}", 300 + n, group=cast.group, roles=(Role.TEACHER,))
            cycle = await cycles.offer(session, cast.ratna, cast.group, "harmoni", Side.COACHEE, [teacher.id], JOINED)
            await cycles.answer(session, teacher, cycle.id, True, JOINED)
            found = (await group_week.gather(session, [cast.group], MONDAY))[cast.group.id]
            assert bool(found.stuck) is (n == 2), "one or two cycles would tell whose they are"
        (told,) = await _due(session, cast.faisal)
        agenda = told.partition("Usulan agenda, Rabu, 12 Agu pukul 13.00")[2]
        assert "2. 3 coaching tertahan di langkah Membangun hubungan" in agenda
        assert not any(name in agenda for name in ("Dewi", "Guru", "Sari"))
        await session.execute(update(CycleStep).values(due_on=date(2026, 8, 7)))
        assert (await group_week.gather(session, [cast.group], MONDAY))[cast.group.id].stuck == []


def _meeting(cast: Coached, at: str) -> Meeting:
    return Meeting(group_id=cast.group.id, starts_at=wall(at), created_at=JOINED)


@pytest.mark.parametrize("at, proposed", [("2026-08-12T13:00", True), ("2026-08-24T13:00", False), (None, False)])
async def test_what_the_lessons_are_about_is_proposed_before_a_meeting(
    database: Database, at: str | None, proposed: bool
) -> None:
    from learning import programmes

    async with school(database) as (session, cast):
        await programmes.enrol(session, cast.group.id, "awal", wall("2026-08-06T09:00"))
        session.add_all([_meeting(cast, at)] if at else [])
        await session.flush()
        told = await _due(session, cast.faisal)
        assert bool(told) is proposed
        assert all("Praktik" in one and "apa yang terjadi di kelas?" in one for one in told)


# Who may, and what it costs


async def test_only_who_leads_the_group_reads_it(database: Database) -> None:
    async with school(database) as (session, cast):
        for other in (cast.ratna, cast.hendra, cast.kepala, cast.sari, cast.tamu):
            with pytest.raises(NotAllowed):
                await week_letters.opened(session, other, cast.group.id, SAY, MONDAY)
            with pytest.raises(NotAllowed):
                await week_letters.asked(session, other, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await week_letters.asked(session, None, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await week_letters.opened(session, None, cast.group.id, SAY, MONDAY)
        with pytest.raises(NotAllowed):
            await week_letters.opened(session, cast.faisal, cast.group.id + 1, SAY, MONDAY)


async def test_as_many_queries_for_many_people_and_groups_as_for_two(database: Database) -> None:
    costs = []
    async with school(database) as (session, cast):
        for n in range(24):
            group = await a_group(session, -800 - n, title=f"KKG {n:02}", school_id=cast.group.school_id)
            leads = await somebody(session, f"Fasil {n:02}", 800 + n, group=group, roles=(Role.FACILITATOR,))
            for m in range(3):
                teacher = await somebody(session, f"Guru {m}", 1000 + 10 * n + m, group=group, roles=(Role.TEACHER,))
                await asks(session, group, teacher, wall("2026-07-22T09:00"))
            session.add(_leave(leads, date(2026, 8, 18), date(2026, 8, 18)))
            if n not in (1, 23):
                continue
            while await week_letters.send_due(session, FRIDAY):
                pass
            now = MONDAY if n == 1 else MONDAY + timedelta(minutes=1)
            with statements() as seen:
                assert await week_letters.send_due(session, now) > 0
            costs.append(len(seen))
        assert len((await session.scalars(select(Letter).where(Letter.method == "sendMessage"))).all()) == 24
    # The talk of the week is read from narrow tables of counts, six questions of them instead of three of messages.
    assert costs[0] == costs[1] <= 27
