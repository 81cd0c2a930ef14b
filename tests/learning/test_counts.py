"""The foot of the prompt: "dicoba 5 · refleksi 3 dari 12", by editing itself."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.notes import Note
from handlers import consent, mydata
from learning import deliveries, delivering, leaving, reflections, trials
from reports import person
from storage.database import Database, Session
from storage.letters import Lane
from storage.models import Delivery, Group, Letter, Person, Trial
from tests.learning.conftest import MORNING, Cast, Door, letters

LATER = MORNING + timedelta(days=2)
Goes = Callable[[Session, Person], Awaitable[None]]


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


async def _deletes_all(session: Session, who: Person) -> None:
    assert who.tg_user_id is not None
    await person.forget_user(session, who.tg_user_id, LATER)


async def _says_no(session: Session, who: Person) -> None:
    await leaving.withdraw(session, await session.get_one(Person, who.id), LATER)


GOES = pytest.mark.parametrize("goes", [_deletes_all, _says_no])


async def _second_prompt(session: Session, cast: Cast, prompt: Delivery) -> Delivery:
    """The next day's, as message 501; Budi tries it and nobody else."""
    await delivering.deliver_due(session, MORNING + timedelta(days=1))
    found = (await session.scalars(select(Delivery).where(Delivery.id != prompt.id))).one()
    await deliveries.arrived(session, found.id, -1001, 501, MORNING + timedelta(days=1))
    await trials.tried(session, cast["Budi"], found.id, MORNING + timedelta(days=1))
    return found


@GOES
async def test_the_prompts_no_longer_count_who_has_gone(
    database: Database, cast: Cast, prompt: Delivery, goes: Goes
) -> None:
    async with database.writing() as session:
        for name in ("Sari", "Budi"):
            await trials.tried(session, cast[name], prompt.id, MORNING)
        await reflections.keep(session, cast["Sari"], prompt.id, "me", Note("satu"), MORNING)
        await _second_prompt(session, cast, prompt)
        await session.execute(update(Letter).values(state="delivered"))
    before = len(await edits(database))
    async with database.writing() as session:
        await goes(session, cast["Sari"])
    (edit,) = (await edits(database))[before:]
    assert edit.edits == prompt.letter_key, "the other prompt never counted her"
    assert foot(edit) == "<i>dicoba 1 · refleksi 0 dari 3</i>"
    # Many prompts may be told anew at once: what is due meanwhile goes first.
    assert (edit.lane, edit.due_at, edit.person_id) == (Lane.BROADCAST, LATER + deliveries.SETTLES, None)


@GOES
async def test_the_last_one_who_was_counted_leaves_a_prompt_as_it_was_sent(
    database: Database, cast: Cast, prompt: Delivery, goes: Goes
) -> None:
    (sent,) = await letters(database, Letter.key == prompt.letter_key)
    await tap(database, cast, "Sari", prompt)
    async with database.writing() as session:
        await goes(session, cast["Sari"])
    (edit,) = await edits(database)  # it was waiting still, and tells the newest
    assert edit.params is not None and sent.params is not None
    assert edit.params["text"] == sent.params["text"]


@GOES
@pytest.mark.parametrize("why", ["own pace", "not shown", "left"])
async def test_where_no_count_of_theirs_stands_nothing_is_edited(
    database: Database, cast: Cast, prompt: Delivery, goes: Goes, why: str
) -> None:
    await tap(database, cast, "Sari", prompt)
    async with database.writing() as session:
        await session.execute(update(Letter).values(state="delivered"))
        if why == "own pace":
            await session.execute(update(Delivery).values(person_id=cast["Budi"].id))
        elif why == "not shown":
            await session.execute(update(Delivery).values(shown=None))
        else:
            await session.execute(update(Group).where(Group.id == cast.melati.id).values(state="left"))
        await goes(session, cast["Sari"])
    assert len(await edits(database)) == 1


@pytest.mark.parametrize("data", ["forgetnow", "consent:stopped", "consent:no"])
async def test_every_door_out_tells_the_counts(database: Database, cast: Cast, prompt: Delivery, data: str) -> None:
    await tap(database, cast, "Sari", prompt)
    assert foot((await edits(database))[0]) == "<i>dicoba 1 · refleksi 0 dari 3</i>"
    await Door(database, consent, mydata).tap(cast["Sari"].tg_user_id or 0, data)
    edit = next(one for one in await edits(database) if one.edits == prompt.letter_key)
    assert "<i>" not in foot(edit)


async def test_who_takes_the_yes_back_is_not_counted_by_the_next_act_either(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    await tap(database, cast, "Sari", prompt)
    async with database.writing() as session:
        await _says_no(session, cast["Sari"])
        listed = Person(name="Tono", created_at=MORNING)  # has no Telegram: nobody asked, the facilitator says it
        session.add(listed)
        await session.flush()
        session.add(Trial(delivery_id=prompt.id, person_id=listed.id, at=MORNING))
    await tap(database, cast, "Budi", prompt, 60)
    (edit,) = await edits(database)
    assert foot(edit) == "<i>dicoba 2 · refleksi 0 dari 3</i>"
