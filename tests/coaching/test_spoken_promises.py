"""A promise given by voice: kept as it was said, heard by whoever sees promises, gone with its speaker."""

import pytest
from sqlalchemy import select

from coaching import belongings, commitments, managing, pages, spoken_promises
from coaching.refusals import NotNow
from community.notes import Note
from content.texts import Texts
from reports import person
from storage.database import Database, Session
from storage.models import Commitment, Cycle, Letter, Look
from tests.coaching.cast import NOW, Coached, begun, later, letters_to, school

SAY = Texts("id")
VOICE = Note(None, "SUARA-janji-sari", 14)


async def _promised(session: Session, cast: Coached, cycle: Cycle, note: Note = VOICE) -> Commitment:
    data, _page = await managing.until_when(session, cast.sari, cycle.id, note, SAY, NOW)
    return await managing.promised(session, cast.sari, data, later(days=2).date(), NOW)


@pytest.mark.parametrize(
    "note, words",
    [
        (VOICE, "janji suara, 0:14"),
        (Note(None, "F", 75), "janji suara, 1:15"),
        (Note("  Ke kelas Budi ", "F", 9), "Ke kelas Budi"),
        (Note("Ke kelas Budi"), "Ke kelas Budi"),
    ],
)
async def test_what_a_promise_is_called(database: Database, note: Note, words: str) -> None:
    async with school(database) as (session, cast):
        row = await _promised(session, cast, await begun(session, cast), note)
        assert (row.text, row.file_id, row.seconds) == (words, note.file_id, note.seconds)


def test_a_title_is_for_a_voice_that_was_sent() -> None:
    assert managing.voice_of({"words": "janji suara, 0:14", "file": "F", "seconds": 14}, "Ke Budi") == Note(
        "Ke Budi", "F", 14
    )
    with pytest.raises(NotNow):
        managing.titling({"cycle": 1, "words": "x"}, SAY)


async def test_both_sides_find_the_button_and_hear_it(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        row = await _promised(session, cast, cycle)
        written = await commitments.promise(session, cast.ratna, cycle.id, "Datang Jumat", NOW.date(), NOW)
        assert "janji suara, 0:14" in (await letters_to(session, cast.ratna))[-1]
        news = await session.scalar(select(Letter.params).where(Letter.key.contains(":promised:")).order_by(Letter.id))
        assert f"cychear:{row.id}" in str(news)
        for who in (cast.sari, cast.ratna):
            shown = str(await pages.of_cycle(session, who, cycle.id, SAY, NOW))
            assert f"cychear:{row.id}" in shown and f"cychear:{written.id}" not in shown
            told = await spoken_promises.hear(session, who, row.id, who.tg_user_id or 0, SAY, NOW)
            assert (told.method, told.params["voice"], told.chat_id) == ("sendVoice", VOICE.file_id, who.tg_user_id)
        assert "Sari" in told.params["caption"]
        assert [(one.reader_id, one.of_id) for one in await session.scalars(select(Look))] == [
            (cast.ratna.id, cast.sari.id)
        ], "who hears another's is written down"


async def test_the_copy_holds_it_and_nothing_is_left_of_it(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        row = await _promised(session, cast, cycle)
        heard = await spoken_promises.hear(session, cast.ratna, row.id, 1, SAY, NOW)
        session.add(
            Letter(
                key=heard.key, lane=1, policy="again", method=heard.method, params=heard.params, chat_id=1,
                person_id=cast.ratna.id, state="delivered", due_at=NOW, created_at=NOW,
            )
        )  # fmt: skip
        copy = await belongings.copy_of(session, cast.sari)
        assert [(one["file_id"], one["seconds"]) for one in copy["coaching_promises"]] == [(VOICE.file_id, 14)]
        assert "janji suara, 0:14" not in await belongings.texts(session, cast.sari), "anybody's may be called so"
        await person.forget(session, cast.sari, NOW)
        assert (await session.scalars(select(Commitment))).all() == []
        left = await session.execute(select(Letter.params, Letter.then_data, Letter.result))
        assert VOICE.file_id not in str(left.all())


async def test_a_title_of_ones_own_is_ones_words(database: Database) -> None:
    async with school(database) as (session, cast):
        await _promised(session, cast, await begun(session, cast), Note("Ke kelas Pak Budi", "F", 9))
        assert "Ke kelas Pak Budi" in await belongings.texts(session, cast.sari)
