"""The monthly recap: to the teacher alone, once a month, on the first school day, and only when something happened."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community.answers import Question
from community.library.gathered import Gathered
from community.library.outcome import Outcome
from content.texts import LANGUAGES, Texts
from reports import recap, recap_words
from reports.recap_talk import Talked
from reports.recap_words import Month
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.models import (
    Attention,
    Consultation,
    Enrolment,
    Feedback,
    Group,
    GroupChat,
    Leave,
    Letter,
    LibraryEntry,
    Membership,
    Message,
    Person,
)
from tests.community.kept import kept
from tests.counting import statements
from tests.learning.conftest import Cast, seed
from tests.learning.finished import PACK, WEEKS, did, enrolled
from tests.reports.cast import wall

# August begins on a Saturday, so its first school day is Monday the third.
JULY, AUGUST, DUE = wall("2026-07-01 06:30"), wall("2026-08-01 00:00"), wall("2026-08-03 15:30")
ACT = wall("2026-07-08 10:00")


@pytest.fixture
async def cast(database: Database) -> Cast:
    async with database.writing() as session:
        made = await seed(session)
        await recap.send_due(session, JULY)
        return made


async def _lived(session: Session, cast: Cast) -> Enrolment:
    """July: Sari tried two lessons and reflected on one; what colleagues took from her."""
    enrolment = await enrolled(session, cast, at=JULY)
    for lesson in WEEKS[0][:2]:
        await did(session, cast, enrolment, "Sari", "tried", lesson, ACT)
    await did(session, cast, enrolment, "Sari", "free", WEEKS[0][1], ACT)
    await did(session, cast, enrolment, "Sari", "goal", WEEKS[0][0], ACT)
    sari, budi = cast["Sari"].id, cast["Budi"].id
    for giver, receiver, kind, helped in (
        (sari, budi, "strength", True), (sari, budi, "question", None), (budi, sari, "recognition", None),
        (budi, sari, "reply", None), (budi, sari, "reply", None), (budi, sari, "strength", True),
    ):  # fmt: skip
        session.add(
            Feedback(
                group_id=cast.melati.id, giver_id=giver, receiver_id=receiver, kind=kind, medium="text", text="Rahasia",
                helped=helped, created_at=ACT,
            )
        )  # fmt: skip
    await session.flush()
    return enrolment


async def _letters(session: Session) -> list[Letter]:
    query = select(Letter).where(Letter.key.startswith("recap:")).order_by(Letter.id)
    return list(await session.scalars(query))


async def _next(session: Session, name: str) -> datetime | None:
    return await session.scalar(select(Person.recap_next_at).where(Person.name == name))


async def test_the_first_moment_is_the_first_school_day_of_the_month_to_come(database: Database, cast: Cast) -> None:
    async with database.reading() as session:
        assert await _next(session, "Sari") == DUE
        assert await _next(session, "Made") == wall("2026-08-03 15:30", "Asia/Makassar")
        assert [await _next(session, name) for name in ("Ratna", "Hendra", "Tamu")] == [None] * 3


async def test_it_tells_what_one_did_and_what_colleagues_took_and_one_next_step(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        assert await recap.send_due(session, DUE) > 0
        [to_sari, to_budi] = await _letters(session)
        assert (to_sari.key, to_sari.chat_id) == (f"recap:{cast['Sari'].id}:2026-07", 100)
        words = to_sari.params["text"]  # type: ignore[index]
        first, second, third = (PACK.lesson(one).text("id").title for one in WEEKS[0][:3])
        assert "Juli 2026" in words
        assert f"Dicoba di kelas: 2. {first} · {second}" in words and f"Direfleksikan: 1. {second}" in words
        assert "1 masukan Bapak/Ibu menolong" in words and "1 apresiasi" in words and "2 balasan" in words
        assert f"<b>{third}</b>" in words
        assert "Budi" not in words and "Rahasia" not in words
        assert "Dicoba" not in to_budi.params["text"]  # type: ignore[index]
        assert to_sari.not_after == wall("2026-08-03 20:00")
        # Asked again there is nothing to do.
        assert await recap.send_due(session, DUE + timedelta(minutes=1)) == 0
        assert len(await _letters(session)) == 2
        assert await _next(session, "Sari") == wall("2026-09-01 15:30")


async def test_in_a_month_without_anything_there_is_silence(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast, at=JULY)
        await did(session, cast, enrolment, "Sari", "tried", WEEKS[0][0], JULY - timedelta(days=2))  # in June
        await did(session, cast, enrolment, "Budi", "tried", WEEKS[0][0], AUGUST)  # August is for the next
        await recap.send_due(session, DUE)
        assert await _letters(session) == []
        assert (await session.scalars(select(Attention))).all() == []
        assert await _next(session, "Sari") == wall("2026-09-01 15:30")


@pytest.mark.parametrize("late", [wall("2026-08-03 21:00"), wall("2026-08-05 09:00")])
async def test_what_could_not_go_on_its_day_goes_on_the_next_school_day(
    database: Database, cast: Cast, late: datetime
) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await recap.send_due(session, late)
        assert await _letters(session) == []
        moment = await _next(session, "Sari")
        assert moment is not None and late < moment < late + timedelta(days=2)
        await recap.send_due(session, moment)
        assert f"recap:{cast['Sari'].id}:2026-07" in {one.key for one in await _letters(session)}


async def test_it_waits_until_a_leave_is_over(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        day = date(2026, 8, 3)
        session.add(Leave(person_id=cast["Sari"].id, first_day=day, last_day=day, created_at=JULY))
        await session.flush()
        await recap.send_due(session, DUE)
        assert [one.chat_id for one in await _letters(session)] == [101]
        assert await _next(session, "Sari") == DUE + timedelta(days=1)


@pytest.mark.parametrize("change", [{"reachable": False}, {"tg_user_id": None}, {"consented_at": None}])
async def test_who_cannot_or_would_not_be_written_to_gets_nothing(
    database: Database, cast: Cast, change: dict[str, Any]
) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await session.execute(update(Person).where(Person.name == "Sari").values(**change))
        await recap.send_due(session, DUE)
        assert 100 not in {one.chat_id for one in await _letters(session)}
        assert await recap.send_due(session, DUE) == 0


async def test_who_teaches_no_more_is_not_asked_again(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        ended = update(Membership).where(Membership.person_id == cast["Sari"].id).values(until=ACT)
        await session.execute(ended)
        await recap.send_due(session, DUE)
        assert await _next(session, "Sari") is None
        assert await recap.send_due(session, DUE) == 0


async def test_beyond_the_budget_it_is_refused_and_counted(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await session.execute(update(Group).values(budget_messages=0))
        await recap.send_due(session, DUE)
        assert await _letters(session) == []
        refused = await session.scalar(select(Attention.refused).where(Attention.person_id == cast["Sari"].id))
        assert refused == 1


async def test_a_lesson_that_was_reflected_on_is_not_suggested(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast, at=JULY)
        await did(session, cast, enrolment, "Sari", "free", PACK.lessons[0].id, ACT)
        await recap.send_due(session, DUE)
        [letter] = await _letters(session)
        first, second = (lesson.text("id").title for lesson in PACK.lessons[:2])
        told, suggested = letter.params["text"].split("Kalau ada waktu")  # type: ignore[index]
        assert first in told and first not in suggested and second in suggested


async def test_every_lesson_tried_leaves_no_suggestion(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast, at=JULY)
        for lesson in PACK.lessons:
            await did(session, cast, enrolment, "Sari", "tried", lesson.id, ACT)
        await recap.send_due(session, DUE)
        [letter] = await _letters(session)
        text, keyboard = letter.params["text"], letter.params["reply_markup"]  # type: ignore[index]
        assert "dan 5 lagi" in text and "Kalau ada waktu" not in text
        assert [key["callback_data"] for row in keyboard["inline_keyboard"] for key in row] == ["pf"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_comes_in_the_readers_language(database: Database, cast: Cast, language: str) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await session.execute(update(Person).values(language=language))
        await recap.send_due(session, DUE)
        letter = (await _letters(session))[0]
        assert ("July 2026" if language == "en" else "Juli 2026") in letter.params["text"]  # type: ignore[index]


async def test_two_hundred_at_a_time_cost_as_many_questions_as_three(database: Database, cast: Cast) -> None:
    counts: list[int] = []
    async with database.writing() as session:
        enrolment = await _lived(session, cast)
        session.expunge_all()
        for more in (0, 60):
            at = DUE + timedelta(days=31 * len(counts))
            for number in range(more):
                person = Person(
                    tg_user_id=5000 + number, name=f"Guru {number}", consented_at=JULY, reachable=True,
                    recap_next_at=at, created_at=JULY,
                )  # fmt: skip
                session.add(person)
                await session.flush()
                session.add(Membership(person_id=person.id, group_id=cast.melati.id, role="teacher", since=JULY))
                cast.people[person.name] = person
                await did(session, cast, enrolment, person.name, "tried", WEEKS[0][0], at - timedelta(days=20))
            await session.execute(update(Person).where(Person.recap_next_at.is_not(None)).values(recap_next_at=at))
            await did(session, cast, enrolment, "Sari", "evidence", WEEKS[0][0], at)
            with statements() as asked:
                await recap.send_due(session, at)
            counts.append(len(asked))
    assert counts[1] <= counts[0] <= 30


ASKED = "Bagaimana mengajarkan pecahan?"


async def _asks(session: Session, cast: Cast, name: str, number: int, at: datetime = ACT, **more: Any) -> Message:
    """Asked in Kombel Melati; ``settled`` says that somebody has answered."""
    settled = more.pop("settled", False)
    chat = (await session.scalars(select(GroupChat).where(GroupChat.group_id == cast.melati.id))).one()
    row = Message(
        group_id=cast.melati.id, chat_id=chat.id, tg_message_id=number, person_id=cast[name].id, sent_at=at,
        kind="text", confidence=0.9, reason="tagging.asks_for_help",
        **({"text": ASKED, "label": "consultation"} | more),
    )  # fmt: skip
    await kept(session, row)
    asked = Consultation(
        group_id=row.group_id, message_id=row.id, person_id=row.person_id, asked_at=at,
        settled_at=at if settled else None,
    )  # fmt: skip
    session.add(asked)
    await session.flush()
    return row


async def _shares(session: Session, cast: Cast, number: int, at: datetime = ACT) -> None:
    said = await _asks(session, cast, "Budi", number, at, label="resource", text="LKPD")
    session.add(
        LibraryEntry(
            group_id=said.group_id, chat_id=said.chat_id, message_id=said.id, tg_message_id=number,
            person_id=said.person_id, kind="file", title="LKPD", shared_at=at,
        )
    )  # fmt: skip
    await session.flush()


async def _told(session: Session, name: str) -> str:
    query = select(Letter).join(Person, Person.id == Letter.person_id).where(Person.name == name)
    row = (await session.scalars(query.where(Letter.key.startswith("recap:")))).one()
    return str((row.params or {})["text"])


async def test_it_tells_what_the_group_asked_and_shared_and_leads_to_what_is_open(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await session.execute(update(GroupChat).where(GroupChat.tg_chat_id == -1001).values(tg_chat_id=-100_5001))
        await _asks(session, cast, "Sari", 21, text="Punya Sari <sendiri>?")
        await _asks(session, cast, "Made", 22, text=None)  # its words are gone, the way to it is not
        await _asks(session, cast, "Made", 23, settled=True, text="Sudah dijawab?")
        await _asks(session, cast, "Made", 24, JULY - timedelta(hours=7), text="Bulan Juni?")
        await _asks(session, cast, "Made", 25, AUGUST, text="Bulan Agustus?")
        for number, at in ((31, ACT), (32, ACT), (33, AUGUST)):
            await _shares(session, cast, number, at)
        await recap.send_due(session, DUE)
        sari, budi = await _told(session, "Sari"), await _told(session, "Budi")
        for words in (sari, budi):
            assert "<b>Di Kombel Melati</b>\n• 3 pertanyaan: 1 terjawab, 2 belum\n• 2 bahan masuk" in words
            assert '• <a href="https://t.me/c/5001/22">pertanyaan 8 Jul</a>' in words
            assert all(other not in words for other in ("Juni", "Agustus?", "Sudah dijawab", "Made", "Bu Sari"))
        assert '<a href="https://t.me/c/5001/21">Punya Sari &lt;sendiri&gt;?</a>' in budi
        assert "Punya Sari" not in sari, "one's own question is no riddle to oneself"


async def test_without_an_address_the_words_stand_alone_and_three_are_enough(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _lived(session, cast)
        await session.execute(update(GroupChat).where(GroupChat.tg_chat_id == -1001).values(tg_chat_id=-4001))
        for number in range(41, 46):
            await _asks(session, cast, "Made", number, text=None if number == 41 else f"Tanya {number}")
        await recap.send_due(session, DUE)
        words = await _told(session, "Sari")
        assert "5 pertanyaan: 0 terjawab, 5 belum" in words and "t.me" not in words
        assert "tahu jawabannya:\n• Tanya 42\n• Tanya 43\n• Tanya 44\n\n" in words


async def test_what_others_asked_is_no_reason_to_write_and_other_groups_talk_is_not_told(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        await _asks(session, cast, "Made", 21)
        await recap.send_due(session, DUE)
        assert await _letters(session) == []
        await _lived(session, cast)
        await session.execute(update(Consultation).values(group_id=cast.groups["KKG Anggrek"].id))
        await session.execute(update(Person).values(recap_next_at=DUE))
        await recap.send_due(session, DUE)
        assert "Di K" not in await _told(session, "Sari")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fullest_month_fits_into_one_message(language: str) -> None:
    long, say = "Ω" * 128, Texts(language)
    asked = [Question(1, ACT, False, Person(id=1), long * 9, "https://t.me/c/1234567890/123456789")] * 9
    gained = Gathered(9_999, [long] * 99)
    talked = [Talked(Group(title=long, zone="Asia/Jakarta"), Outcome(9_999, asked, gained), asked)] * 9
    month = Month(date(2026, 7, 1), [long] * 99, [long] * 99, 99, 99, 99, (1, PACK.lessons[0]), talked)
    assert len(recap_words.html(month, say)) <= 4_096
    assert recap_words.html(month, say).count("t.me/c") == 3


def test_it_stands_in_the_timetable() -> None:
    assert recap.send_due in [rhythm.work for rhythm in timetable(30)]
