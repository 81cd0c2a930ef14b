"""What one asked, solved and shared in the talk, told beside one's own reflections: to oneself alone, or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from community.library import own
from content.texts import LANGUAGES, Texts
from learning import own_talk
from storage.database import Database, Session
from storage.models import Consultation, Delivery, LibraryEntry
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, Door, words_of
from tests.learning.test_synthesis_talk import ANSWER, ASKED, FRIDAY, says, solved
from tests.learning.test_talk import BUDI, GROUP, SARI
from tests.learning.test_weekly import day

SAY = Texts("id")
LATELY = "Di grup, 7 hari terakhir ini, Bapak/Ibu"


async def _asks(session: Session, cast: Cast, name: str, hours: int = 0, *, settled: bool = False) -> None:
    said = await says(session, cast, name, ASKED, hours)
    session.add(
        Consultation(
            group_id=cast.melati.id, message_id=said.id, person_id=said.person_id, asked_at=said.sent_at,
            settled_at=said.sent_at if settled else None,
        )
    )  # fmt: skip
    await session.flush()


async def _shares(session: Session, cast: Cast, name: str, hours: int = 0) -> None:
    said = await says(session, cast, name, "LKPD", hours, label="resource")
    session.add(
        LibraryEntry(
            group_id=said.group_id, chat_id=said.chat_id, message_id=said.id, tg_message_id=said.tg_message_id,
            person_id=said.person_id, kind="file", title=f"LKPD {said.id}", shared_at=said.sent_at,
        )
    )  # fmt: skip
    await session.flush()


async def _line(session: Session, cast: Cast, name: str, say: Texts = SAY) -> list[str]:
    return await own_talk.lately(session, cast[name], say, FRIDAY)


@pytest.mark.parametrize(
    "questions, told",
    [
        ((False,), "bertanya 1 kali (belum terjawab)"),
        ((True, True), "bertanya 2 kali (sudah terjawab)"),
        ((True, False, False), "bertanya 3 kali (1 terjawab, 2 belum)"),
    ],
)
async def test_it_tells_what_became_of_ones_own_questions(
    database: Database, cast: Cast, questions: tuple[bool, ...], told: str
) -> None:
    async with database.writing() as session:
        for hours, settled in enumerate(questions):
            await _asks(session, cast, "Sari", hours, settled=settled)
        assert await _line(session, cast, "Sari") == [f"{LATELY} {told}."]
        assert await _line(session, cast, "Budi") == []
        cast["Sari"].consented_at = None
        assert await _line(session, cast, "Sari") == []


async def test_each_hears_of_their_own_alone_and_only_of_these_days(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await solved(session, cast, ("Sari", "Budi"))  # the later tap is Budi's, on Saturday
        for hours in (1, 2, -24 * 8):
            await _shares(session, cast, "Budi", hours)
        await _asks(session, cast, "Budi", -24 * 8)
        assert await _line(session, cast, "Sari") == [f"{LATELY} bertanya 1 kali (sudah terjawab)."]
        assert await _line(session, cast, "Budi") == [f"{LATELY} berbagi 2 bahan."]
        with statements() as seen:
            (later,) = await own_talk.lately(session, cast["Budi"], SAY, FRIDAY + timedelta(days=2))
        assert len(seen) == 2
        assert later == f"{LATELY} berbagi 2 bahan dan menolong rekan dengan 1 jawaban."
        assert ASKED not in later and ANSWER not in later, "numbers alone: others may look at the phone"
        ever = await own.of_person(session, cast["Budi"])
        assert (ever.asked, ever.open, len(ever.shared), len(ever.answers)) == (1, 1, 3, 1)


async def test_a_question_of_before_that_is_kept_now_is_no_empty_sentence(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await solved(session, cast, ("Sari", "Budi"))
        after_it_was_asked = MORNING + own_talk.LATELY + timedelta(hours=1)
        for language in LANGUAGES:
            assert await own_talk.lately(session, cast["Sari"], Texts(language), after_it_was_asked) == []


async def test_it_stands_over_the_list_of_prompts_and_only_where_there_is_something(
    database: Database, cast: Cast, door: Door, prompt: Delivery
) -> None:
    (before,) = await door.message(SARI, "/refleksi")
    assert "Di grup, " not in words_of(before)
    async with database.writing() as session:
        await _asks(session, cast, "Sari")
    door.now = FRIDAY
    (asked,) = await door.message(SARI, "/reflect")
    assert words_of(asked) == f"{LATELY} bertanya 1 kali (belum terjawab).\n\n{words_of(before)}"
    (others,) = await door.message(BUDI, "/refleksi")
    assert words_of(others) == words_of(before)
    async with database.writing() as session:
        await session.execute(delete(Delivery))
    (none,) = await door.message(SARI, "/refleksi")
    assert "Belum ada ajakan" in words_of(none) and "Di grup, " not in words_of(none)


async def test_it_stands_in_the_look_back_on_the_week_and_not_where_a_goal_is_asked_for(
    database: Database, cast: Cast, door: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await _shares(session, cast, "Sari", 1)
    _, goal = await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    assert "Di grup, " not in words_of(goal)
    last = await day(database, door, 5)
    _, week = await door.tap(SARI, f"week:{last.id}", GROUP)
    again = (await door.tap(SARI, f"wto:{last.id}:week:group"))[0]
    for asked in (week, again):
        assert f"{LATELY} berbagi 1 bahan." in words_of(asked)


async def test_it_stands_in_the_journal_under_its_own_week(
    database: Database, cast: Cast, door: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await _asks(session, cast, "Sari", settled=True)
        await _shares(session, cast, "Budi")
    await door.message(SARI, "/jurnal")
    for days, text in ((0, "Ramai."), (7, "Tenang.")):
        door.now = MORNING + timedelta(days=days)
        await door.tap(SARI, f"refl:{prompt.id}")
        await door.message(SARI, text)
    (newest,) = await door.message(SARI, "/jurnal")
    assert "Tenang." in words_of(newest) and "Di grup, " not in words_of(newest)
    (older,) = await door.tap(SARI, "jweek:2026-07-20:0")
    assert words_of(older).endswith("“Ramai.”\n\nDi grup, Bapak/Ibu bertanya 1 kali (sudah terjawab).")
