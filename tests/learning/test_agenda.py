"""The weekly meeting: asked the day before, posted in the morning, with pupils' work first and nobody named."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from community import calendar
from community.calendar import Marked
from community.refusals import NeedsConsent, NotAllowed, Refusal
from learning import agenda, agenda_letters, agenda_notes, course, programmes
from learning.agenda import ASK, POST, Meeting
from storage.database import Database, Session
from storage.models import (
    AgendaNote,
    CalendarDay,
    Enrolment,
    Group,
    GroupChat,
    GroupTurn,
    Leave,
    Letter,
    Membership,
    Person,
)
from tests.counting import statements
from tests.learning.conftest import Cast, letters

JAKARTA = "Asia/Jakarta"
WEDNESDAY, ONE = 2, agenda.HOURS.index("13:00")


def wall(text: str, zone: str = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# The clock began in August: October is month three, in which the group meets. 7 October 2026 is a Wednesday.
BEGAN, NOW = wall("2026-07-22 09:00"), wall("2026-10-05 09:00")
ASKED, POSTED, MET = wall("2026-10-06 14:30"), wall("2026-10-07 07:00"), wall("2026-10-07 13:00")


async def person(session: Session, cast: Cast, name: str) -> Person:
    return await session.get_one(Person, cast[name].id)


async def clock(database: Database, cast: Cast, now: datetime = BEGAN, weekday: int = WEDNESDAY) -> None:
    """Kombel Melati follows the six months and meets on Wednesdays at one."""
    async with database.writing() as session:
        hendra = await person(session, cast, "Hendra")
        await course.start(session, hendra, [cast.melati.id], date(2026, 8, 3), "KBP", BEGAN)
        await agenda.meet(session, hendra, cast.melati.id, weekday, ONE, now)


async def turn(database: Database, now: datetime) -> int:
    async with database.writing() as session:
        return await agenda_letters.send_due(session, now)


async def write(database: Database, cast: Cast, name: str, part: str, text: str, now: datetime = ASKED) -> None:
    async with database.writing() as session:
        await agenda_notes.keep(session, await person(session, cast, name), cast.melati.id, part, text, now)


async def closed(database: Database, cast: Cast, first: date, last: date) -> None:
    async with database.writing() as session:
        session.add(
            CalendarDay(
                scope="school", school_id=cast.melati.school_id, first_day=first, last_day=last, kind="closed",
                label="", created_at=NOW,
            )
        )  # fmt: skip


def shown(letter: Letter) -> str:
    assert letter.params is not None
    return str(letter.params["text"])


# When


@pytest.mark.parametrize(
    "marks, ask, meets",
    [
        ([], "2026-10-06 14:30", "2026-10-07 13:00"),
        ([(6, 6)], "2026-10-05 14:30", "2026-10-07 13:00"),  # the day before is off
        ([(7, 7)], "2026-10-06 14:30", "2026-10-08 13:00"),  # the day itself is off: on the next one
        ([(7, 8)], "2026-10-06 14:30", "2026-10-09 13:30"),  # on a Friday after the prayer
        ([(7, 13)], "2026-10-13 14:30", "2026-10-14 13:00"),  # a whole week off: no meeting in it
        ([(7, 12)], "2026-10-06 14:30", "2026-10-13 13:00"),
    ],
)
def test_a_meeting_on_a_day_off_moves_to_the_next_school_day(
    marks: Sequence[tuple[int, int]], ask: str, meets: str
) -> None:
    marked = tuple(Marked("school", date(2026, 10, a), date(2026, 10, b), "closed") for a, b in marks)
    days, meeting = calendar.of(marked=marked), Meeting(WEDNESDAY, "13:00")
    found = agenda.upcoming(meeting, days, JAKARTA, NOW)
    assert found is not None and found.at == wall(meets)
    if ask != "2026-10-13 14:30":
        assert found.ask_at == wall(ask)
    assert calendar.local_day(found.post_at, JAKARTA) == found.day


def test_in_ramadan_and_over_idul_fitri_nothing_lies_in_quiet_hours_or_on_a_day_off() -> None:
    days, meeting = calendar.of(), Meeting(4, "15:00")
    found = [one for one in agenda.dates(meeting, days, JAKARTA, date(2027, 2, 1)) if one.day < date(2027, 4, 30)]
    assert 8 <= len(found) <= 13
    for one in found:
        for moment in (one.ask_at, one.post_at, one.at):
            assert moment is None or days.is_open(calendar.local_day(moment, JAKARTA))
            assert moment is None or not days.is_quiet(moment, JAKARTA)
    assert len({one.week for one in found}) == len(found)


def test_a_school_without_school_days_has_no_meeting() -> None:
    days = calendar.SchoolCalendar("")
    assert agenda.upcoming(Meeting(0, "13:00"), days, JAKARTA, NOW) is None
    assert agenda.following(ASK, Meeting(0, "13:00"), days, JAKARTA, NOW) is None


async def test_the_setting_is_kept_as_day_and_hour(database: Database, cast: Cast) -> None:
    await clock(database, cast)
    async with database.reading() as session:
        assert await agenda.meeting_of(session, cast.melati) == Meeting(WEDNESDAY, "13:00")
        assert await agenda.meeting_of(session, cast.groups["KKG Anggrek"]) is None


@pytest.mark.parametrize(
    "who, weekday, hour, refusal",
    [
        ("Sari", 2, 0, NotAllowed),
        ("Tamu", 2, 0, NotAllowed),
        (None, 2, 0, NeedsConsent),
        ("Hendra", 5, 0, Refusal),  # no school on Saturdays
        ("Hendra", 7, 0, Refusal),
        ("Hendra", 2, 99, Refusal),
    ],
)
async def test_what_cannot_be_set(
    database: Database, cast: Cast, who: str | None, weekday: int, hour: int, refusal: type[Exception]
) -> None:
    await clock(database, cast)
    async with database.writing() as session:
        by = await person(session, cast, who) if who else None
        with pytest.raises(refusal):
            await agenda.meet(session, by, cast.melati.id, weekday, hour, NOW)


async def test_without_a_clock_there_is_no_meeting_and_nothing_is_posted(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        hendra = await person(session, cast, "Hendra")
        with pytest.raises(Refusal):
            await agenda.meet(session, hendra, cast.melati.id, WEDNESDAY, ONE, NOW)
        for name in (agenda.NAME, ASK, POST):
            session.add(GroupTurn(group_id=cast.melati.id, name=name, next_at=NOW))
    assert await turn(database, NOW) == 2
    assert await letters(database) == []
    assert await turn(database, NOW) == 0  # and it is not looked at again


# Asking


async def test_teachers_are_asked_in_private_the_school_day_before(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    assert await turn(database, wall("2026-10-06 14:29")) == 0
    assert await turn(database, ASKED) == 1
    assert await turn(database, ASKED) == 0
    found = await letters(database)
    assert [one.person_id for one in found] == [cast["Sari"].id, cast["Budi"].id]
    assert found[0].key == f"agenda:{cast.melati.id}:2026-10-05:ask:{cast['Sari'].id}"
    assert found[0].params is not None
    rows = found[0].params["reply_markup"]["inline_keyboard"]
    assert [row[0]["callback_data"] for row in rows] == [
        f"agnote:{cast.melati.id}:{part}" for part in ("mastered", "not_yet", "strategy")
    ]
    assert "Rabu, 7 Okt pukul 13.00" in shown(found[0])
    assert "tanpa nama" in shown(found[0]) and "seluruh grup" in shown(found[0])


async def test_leave_an_unopened_chat_and_the_budget_are_respected(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        session.add(
            Leave(person_id=cast["Sari"].id, first_day=date(2026, 10, 6), last_day=date(2026, 10, 6), created_at=NOW)
        )
    await turn(database, ASKED)
    assert [one.person_id for one in await letters(database)] == [cast["Budi"].id]
    async with database.writing() as session:
        await session.execute(update(Group).values(budget_messages=0))
    await turn(database, wall("2026-10-13 14:30"))
    assert len(await letters(database, Letter.person_id.is_not(None))) == 1


async def test_in_months_without_meetings_nobody_is_asked(database: Database, cast: Cast) -> None:
    await clock(database, cast)
    for text in ("2026-08-11 14:30", "2026-08-12 07:00"):
        await turn(database, wall(text))
    assert await letters(database) == []


# Posting


async def test_the_agenda_opens_with_pupils_work_without_authors(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        enrolment = await programmes.enrol(session, cast.melati.id, "awal", NOW)
        enrolment.position = 6
    await write(database, cast, "Sari", "mastered", "Delapan belas murid membaca grafik <batang>.")
    await write(database, cast, "Budi", "not_yet", "Enam murid belum menyamakan penyebut.")
    await write(database, cast, "Budi", "strategy", "Pita kertas, dikerjakan berdua.")
    await turn(database, POSTED)
    (posted,) = await letters(database, Letter.key == f"agenda:{cast.melati.id}:2026-10-05")
    assert posted.chat_id == -1001 and posted.params is not None and posted.params["disable_notification"]
    text = shown(posted)
    order = [
        "7 Okt",
        "Sudah dikuasai",
        "grafik &lt;batang&gt;",
        "Belum dikuasai",
        "Enam murid",
        "Pita kertas",
        "Praktik",
    ]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert "Sari" not in text and "Budi" not in text
    assert "Dipandu Hendra" in text
    assert "Asesmen formatif" in text or "asesmen formatif" in text.lower()
    assert sum(int(n) for n in re.findall(r"\((\d+) menit", text)) == 45


async def test_when_nobody_wrote_the_agenda_asks_instead(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await turn(database, POSTED)
    (posted,) = await letters(database, Letter.chat_id == -1001)
    assert "Apa yang sudah dikuasai murid pekan ini?" in shown(posted)
    assert "“" not in shown(posted)


async def test_the_longest_agenda_fits_a_message(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        for number in range(30):
            for part in agenda_letters.PARTS:
                session.add(
                    AgendaNote(
                        group_id=cast.melati.id, person_id=cast["Sari"].id, week=date(2026, 10, 5), part=part,
                        text=f"{number:02}".ljust(agenda_notes.LONGEST, "x"), created_at=NOW,
                    )
                )  # fmt: skip
    await turn(database, POSTED)
    (posted,) = await letters(database, Letter.chat_id == -1001)
    assert len(shown(posted)) < 4096 and "dan 24 catatan lagi" in shown(posted)


async def test_a_holiday_marked_late_moves_agenda_and_meeting(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await turn(database, ASKED)
    await write(database, cast, "Sari", "mastered", "Semua murid mengukur meja.")
    await closed(database, cast, date(2026, 10, 7), date(2026, 10, 7))
    await turn(database, POSTED)
    assert await letters(database, Letter.chat_id == -1001) == []
    await turn(database, wall("2026-10-08 07:00"))
    (posted,) = await letters(database, Letter.chat_id == -1001)
    assert "Kamis, 8 Okt" in shown(posted) and "mengukur meja" in shown(posted)
    # The week after it is Wednesday again, and asked on Tuesday.
    await turn(database, wall("2026-10-13 14:30"))
    assert len(await letters(database, Letter.key.contains(":2026-10-12:ask:"))) == 2


async def test_hours_late_is_not_at_all_and_the_next_week_is_as_ever(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await turn(database, wall("2026-10-09 09:00"))
    assert await letters(database) == []
    await turn(database, wall("2026-10-13 14:30"))
    await turn(database, wall("2026-10-14 07:00"))
    assert len(await letters(database)) == 3


async def test_two_clocks_post_one_agenda(database: Database, cast: Cast) -> None:
    import asyncio

    await clock(database, cast, NOW)
    await asyncio.gather(turn(database, POSTED), turn(database, POSTED))
    assert len(await letters(database, Letter.chat_id == -1001)) == 1


async def test_an_ended_programme_has_no_agenda(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        await course.end(session, await person(session, cast, "Hendra"), cast.melati.id, NOW)
    for moment in (ASKED, POSTED):
        assert await turn(database, moment) == 0
    assert await letters(database) == []
    with pytest.raises(Refusal, match="no_meeting"):
        await write(database, cast, "Sari", "mastered", "Murid menakar air.")


async def test_agendas_switched_off_stay_off(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        with pytest.raises(NotAllowed):
            await agenda.meet_no_more(session, await person(session, cast, "Sari"), cast.melati.id)
        await agenda.meet_no_more(session, await person(session, cast, "Hendra"), cast.melati.id)
    assert await turn(database, ASKED) == 0


@pytest.mark.parametrize("groups", [2, 12])
async def test_asking_and_posting_take_as_many_queries_for_many_groups_as_for_few(
    database: Database, cast: Cast, groups: int
) -> None:
    async with database.writing() as session:
        hendra, numbers = await person(session, cast, "Hendra"), []
        for number in range(groups):
            row = Group(title=f"Kombel {number}", zone=JAKARTA, state="active", added_at=NOW)
            teacher = Person(tg_user_id=700 + number, name="", consented_at=NOW, reachable=True, created_at=NOW)
            session.add_all([row, teacher])
            await session.flush()
            session.add(GroupChat(tg_chat_id=-5000 - number, group_id=row.id, current=True))
            session.add(Membership(person_id=hendra.id, group_id=row.id, role="facilitator", since=NOW))
            session.add(Membership(person_id=teacher.id, group_id=row.id, role="teacher", since=NOW))
            numbers.append(row.id)
        await session.flush()
        await course.start(session, hendra, numbers, date(2026, 8, 3), "Banyak", BEGAN)
        await agenda.meet(session, hendra, numbers[0], WEDNESDAY, ONE, NOW)
    for moment in (ASKED, POSTED):
        async with database.writing() as session:
            with statements() as asked:
                assert await agenda_letters.send_due(session, moment) == groups
        assert len(asked) <= 20, asked
    assert len(await letters(database)) == 2 * groups


# Notes


async def test_writing_again_replaces_ones_own_words(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await write(database, cast, "Sari", "mastered", "Pertama.")
    await write(database, cast, "Budi", "mastered", "Dari Budi.")
    await write(database, cast, "Sari", "mastered", "  Kedua\n kalinya. ")
    async with database.reading() as session:
        rows = await session.scalars(select(AgendaNote.text).order_by(AgendaNote.id))
        assert list(rows) == ["Dari Budi.", "Kedua kalinya."]


async def test_a_note_after_the_morning_still_gets_into_the_agenda(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await turn(database, POSTED)
    await write(database, cast, "Sari", "strategy", "Bekerja berdua.", wall("2026-10-07 10:00"))
    (edit,) = await letters(database, Letter.method == "editMessageText")
    assert edit.edits == f"agenda:{cast.melati.id}:2026-10-05" and "Bekerja berdua" in shown(edit)
    await write(database, cast, "Sari", "strategy", "Untuk pekan depan.", wall("2026-10-07 13:01"))
    async with database.reading() as session:
        weeks = await session.scalars(select(AgendaNote.week).order_by(AgendaNote.id))
        assert list(weeks) == [date(2026, 10, 5), date(2026, 10, 12)]
    assert len(await letters(database, Letter.method == "editMessageText")) == 1


@pytest.mark.parametrize(
    "who, part, text, refusal",
    [
        ("Hendra", "mastered", "Baik.", NotAllowed),
        ("Made", "mastered", "Baik.", NotAllowed),
        ("Tamu", "mastered", "Baik.", NotAllowed),
        ("Sari", "nilai", "Baik.", Refusal),
        ("Sari", "mastered", "   ", Refusal),
        ("Sari", "mastered", "x" * 161, Refusal),
    ],
)
async def test_what_is_not_stored(
    database: Database, cast: Cast, who: str, part: str, text: str, refusal: type[Exception]
) -> None:
    await clock(database, cast, NOW)
    with pytest.raises(refusal):
        await write(database, cast, who, part, text)
    async with database.reading() as session:
        assert (await session.scalars(select(AgendaNote.id))).all() == []


@pytest.mark.parametrize(
    "words, names",
    [
        ("Andi, Siti dan Rudi sudah lancar.", True),
        ("Yang belum: Andi Pratama, Siti", True),
        ("Bayu & Nisa belum", True),
        ("Lima murid belum menyamakan penyebut.", False),
        ("Bahasa Indonesia dan Matematika", False),
        ("Senin, Selasa dan Rabu membaca bersama", False),
        ("Sudah dikuasai: penjumlahan, pengurangan", False),
        ("Murid memakai Canva dan Padlet", False),
        ("", False),
    ],
)
def test_a_list_of_names_is_noticed(words: str, names: bool) -> None:
    assert agenda_notes.looks_like_names(words) is names


async def test_what_looks_like_names_is_stored_only_when_it_is_sent_again(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    async with database.writing() as session:
        sari, said = await person(session, cast, "Sari"), "Ranting, Daun dan Akar: nama kelompoknya Rimba, Savana"
        given = (session, sari, cast.melati.id, "strategy", said, ASKED)
        assert await agenda_notes.keep(*given) is None
        assert (await session.scalars(select(AgendaNote.id))).all() == []
        assert await agenda_notes.keep(*given, sure=True) is not None


async def test_copy_and_deletion_reach_notes_and_what_was_done(database: Database, cast: Cast) -> None:
    await clock(database, cast, NOW)
    await write(database, cast, "Sari", "mastered", "Semua murid mengukur meja.")
    async with database.writing() as session:
        sari, hendra = await person(session, cast, "Sari"), await person(session, cast, "Hendra")
        copy = await agenda_notes.copy_of(session, sari)
        assert [one["text"] for one in copy["agenda_notes"]] == ["Semua murid mengukur meja."]
        assert [one["title"] for one in (await agenda_notes.copy_of(session, hendra))["programmes_begun"]] == ["KBP"]
        assert await agenda_notes.texts(session, sari) == ["Semua murid mengukur meja."]
        await agenda_notes.forget(session, sari)
        await agenda_notes.forget(session, hendra)
        assert (await agenda_notes.copy_of(session, sari))["agenda_notes"] == []
        assert (await agenda_notes.copy_of(session, hendra))["programmes_begun"] == []
        assert (await session.scalars(select(Enrolment.id))).all() == []
