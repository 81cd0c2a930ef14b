"""The foot of the prompt: "dicoba 5 · refleksi 3 dari 12", by editing itself."""

from datetime import timedelta

from sqlalchemy import update

from community.notes import Note
from learning import reflections, trials
from storage.database import Database
from storage.models import Delivery, Letter
from tests.learning.conftest import MORNING, Cast, letters


async def edits(database: Database) -> list[Letter]:
    return await letters(database, Letter.method == "editMessageText")


def foot(letter: Letter) -> str:
    assert letter.params is not None
    return str(letter.params["text"]).rsplit("\n\n", 1)[1]


async def tap(database: Database, cast: Cast, name: str, prompt: Delivery, seconds: int = 0) -> bool:
    async with database.writing() as session:
        return (await trials.tried(session, cast[name], prompt.id, MORNING + timedelta(seconds=seconds))).new


async def test_taps_in_a_row_are_one_edit_that_tells_the_newest(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    assert await tap(database, cast, "Sari", prompt)
    assert await tap(database, cast, "Budi", prompt, 1)
    (edit,) = await edits(database)
    # Five in the chat; the coach and the facilitator do not teach.
    assert foot(edit) == "<i>dicoba 2 · refleksi 0 dari 3</i>"
    assert (edit.edits, edit.policy, edit.due_at) == (prompt.letter_key, "repeat", MORNING + timedelta(seconds=3))


async def test_an_edit_keeps_the_words_and_the_keyboard(database: Database, cast: Cast, prompt: Delivery) -> None:
    await tap(database, cast, "Sari", prompt)
    (sent,) = await letters(database, Letter.key == prompt.letter_key)
    (edit,) = await edits(database)
    assert sent.params is not None
    assert edit.params is not None
    assert edit.params["reply_markup"] == sent.params["reply_markup"]
    assert edit.params["text"].startswith(sent.params["text"])


async def test_a_second_tap_changes_nothing(database: Database, cast: Cast, prompt: Delivery) -> None:
    assert await tap(database, cast, "Sari", prompt)
    assert not await tap(database, cast, "Sari", prompt, 60)
    assert len(await edits(database)) == 1


async def test_once_an_edit_is_on_its_way_the_next_count_is_a_new_one(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    await tap(database, cast, "Sari", prompt)
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.method == "editMessageText").values(state="sending"))
    await tap(database, cast, "Budi", prompt, 10)
    assert [foot(edit) for edit in await edits(database)] == [
        "<i>dicoba 1 · refleksi 0 dari 3</i>",
        "<i>dicoba 2 · refleksi 0 dari 3</i>",
    ]


async def test_who_reflects_twice_counts_once_and_a_deletion_counts_too(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        first = await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("satu"), MORNING)
        await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("dua"), MORNING)
        await reflections.keep(session, cast["Budi"], prompt.id, "me", Note("tiga"), MORNING)
    (edit,) = await edits(database)
    assert foot(edit) == "<i>dicoba 0 · refleksi 2 dari 3</i>"
    async with database.writing() as session:
        await reflections.remove(session, cast["Sari"], first.reflection.id, MORNING)
    (edit,) = await edits(database)
    assert foot(edit) == "<i>dicoba 0 · refleksi 2 dari 3</i>"


async def test_counts_that_come_back_are_shown_again(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        kept = await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("satu"), MORNING)
        await session.execute(update(Letter).where(Letter.method == "editMessageText").values(state="delivered"))
    async with database.writing() as session:
        later = MORNING + timedelta(minutes=1)
        await reflections.remove(session, cast["Sari"], kept.reflection.id, later)
        await session.execute(update(Letter).where(Letter.method == "editMessageText").values(state="delivered"))
    async with database.writing() as session:
        later = MORNING + timedelta(minutes=2)
        await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("lagi"), later)
    first, zero, last = await edits(database)
    assert foot(first) == foot(last) == "<i>dicoba 0 · refleksi 1 dari 3</i>"
    assert "<i>" not in foot(zero)
