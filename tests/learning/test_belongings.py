"""A copy of everything, a deletion of everything, and what a period held."""

from datetime import timedelta

from sqlalchemy import select

from community.notes import Note
from learning import activity, belongings, questions, reflections, trials
from learning.activity import Activity
from storage.database import Database
from storage.models import Delivery, Letter, Question, Reflection, Trial
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, letters


async def act(database: Database, cast: Cast, prompt: Delivery) -> None:
    """Sari does everything; Budi tries it an hour later."""
    async with database.writing() as session:
        await trials.tried(session, cast["Sari"], prompt.id, MORNING)
        await trials.pupils_did(session, cast["Sari"], prompt.id, "Mereka berdiskusi.")
        for number, audience in enumerate(("me", "group")):
            at = MORNING + timedelta(minutes=number)
            await reflections.keep(session, cast["Sari"], prompt.id, audience, Note(f"kata {audience}"), at)
        asked = await questions.ask(session, cast["Sari"], prompt.id, "coach", "Berapa lama?", MORNING)
        await questions.answer(session, cast["Ratna"], asked.question.id, Note("Lima menit."), MORNING)
        await questions.ask(session, cast["Sari"], prompt.id, "coach", "Satu lagi?", MORNING)
        await questions.ask(session, cast["Sari"], prompt.id, "group", "Ada contoh?", MORNING)
        await trials.tried(session, cast["Budi"], prompt.id, MORNING + timedelta(hours=1))


async def test_the_copy_holds_everything_the_person_gave(database: Database, cast: Cast, prompt: Delivery) -> None:
    await act(database, cast, prompt)
    async with database.reading() as session:
        copy = await belongings.copy_of(session, cast["Sari"])
        nothing = await belongings.copy_of(session, cast["Tamu"])
    (trial,) = copy["trials"]
    assert (trial["group"], trial["lesson"], trial["pupils_did"]) == (
        "Kombel Melati", "01-kenali-murid", "Mereka berdiskusi.",
    )  # fmt: skip
    assert [(one["audience"], one["text"]) for one in copy["reflections"]] == [
        ("me", "kata me"),
        ("group", "kata group"),
    ]
    assert [one["text"] for one in copy["questions"]] == ["Berapa lama?", "Satu lagi?", "Ada contoh?"]
    assert copy["questions"][0]["answered_at"] == MORNING.isoformat()
    assert not any(nothing.values())


async def test_forgetting_leaves_no_row_and_no_word_and_touches_nobody_else(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    await act(database, cast, prompt)
    async with database.writing() as session:
        await belongings.forget(session, cast["Sari"], MORNING)
    async with database.reading() as session:
        left = [
            row.person_id for table in (Trial, Reflection, Question) for row in await session.scalars(select(table))
        ]
    assert left == [cast["Budi"].id]
    every = await letters(database)
    said = " ".join(str(letter.params) for letter in every)
    for words in ("kata group", "Berapa lama", "Satu lagi", "Ada contoh", "Lima menit", "Sari"):
        assert words not in said
    carried = await letters(database, Letter.person_id == cast["Sari"].id)
    assert carried
    assert {letter.state for letter in carried} == {"dropped"}
    assert [letter.state for letter in every if letter.key.startswith("prompt:")] == ["delivered"]


async def test_activity_counts_what_lies_in_the_period(database: Database, cast: Cast, prompt: Delivery) -> None:
    await act(database, cast, prompt)
    hour = timedelta(hours=1)
    sari = Activity(cast["Sari"].id, 1, 2, 1, MORNING + timedelta(minutes=1))
    budi = Activity(cast["Budi"].id, 1, 0, 0, MORNING + hour)
    periods = [
        ((EVENING_BEFORE, MORNING + 2 * hour), [sari, budi]),
        ((MORNING, MORNING + hour), [sari]),
        ((MORNING + hour, MORNING + 2 * hour), [budi]),
        ((MORNING + 2 * hour, MORNING + 3 * hour), []),
    ]
    async with database.reading() as session:
        for (since, until), expected in periods:
            assert await activity.of_group(session, cast.melati.id, since, until) == expected
        other = cast.groups["KKG Anggrek"].id
        assert await activity.of_group(session, other, EVENING_BEFORE, MORNING + 2 * hour) == []
