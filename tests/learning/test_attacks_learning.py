"""What a colleague, a coach of another day and somebody who has left try with what learning together brought along."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.notes import Note
from community.refusals import NotAllowed
from content.texts import Texts
from learning import delivering, entrusted, guided, partners, programmes, questions, readable, reflections
from learning.refusals import Gone
from reports import digest
from storage.database import Database
from storage.models import Delivery, Letter, Membership, Pairing, Person, Reflection
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, letters

SAID = "Anak-anak saya menghitung dengan kerikil."
SECRET = "Hanya untuk saya: kelas tadi kacau sekali."
ASKED = "Bolehkah saya mengganti tugas menulis dengan menggambar?"
HOUR = timedelta(hours=1)
ANSWERS = ("Kami menakar air.", "Dua murid menghitung.", "Mereka perlu benda.", "Besok pakai gelas.")


async def leaves(database: Database, person: Person) -> None:
    """Nobody's member any more."""
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.person_id == person.id).values(until=MORNING))


async def becomes_coach(database: Database, cast: Cast, name: str, *, alone: bool = False) -> None:
    """From an hour after the morning on; ``alone``: in the place of the coach before."""
    async with database.writing() as session:
        if alone:
            before = update(Membership).where(Membership.group_id == cast.melati.id, Membership.role == "coach")
            await session.execute(before.values(until=MORNING + HOUR))
        row = {"person_id": cast[name].id, "group_id": cast.melati.id, "since": MORNING + HOUR}
        session.add(Membership(role="coach", **row))


async def test_what_a_colleague_wrote_anew_the_facilitator_does_not_bring_before_the_group(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    """The button "they agree" stood under the facilitator's own words; these are others."""
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        kept, _ = await entrusted.keep(session, hendra, cast.melati.id, cast["Sari"].id, prompt.id, SAID, MORNING)
        sari = await session.get_one(Person, cast["Sari"].id)
        await reflections.rewrite(session, sari, kept.reflection.id, Note(SECRET), MORNING)
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        with pytest.raises(Gone):
            await entrusted.show(session, hendra, kept.reflection.id, MORNING)
        assert await session.scalar(select(Reflection.audience)) == "me"
    assert await letters(database, Letter.key.startswith("reflection:"), Letter.chat_id < 0) == []


async def test_a_coach_named_later_neither_reads_nor_answers_what_the_coach_of_that_day_was_asked(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        asked = await questions.ask(session, sari, prompt.id, "coach", ASKED, MORNING)
    await becomes_coach(database, cast, "Tamu")
    later = MORNING + 2 * HOUR
    async with database.writing() as session:
        found = {
            name: (await digest.gather(session, cast[name], cast.melati, EVENING_BEFORE, later)).waiting
            for name in ("Tamu", "Ratna")
        }
        assert {name: len(waiting) for name, waiting in found.items()} == {"Tamu": 0, "Ratna": 1}
        with pytest.raises(NotAllowed):
            await questions.answer(session, cast["Tamu"], asked.question.id, Note("Boleh."), later)
        assert (await questions.waiting(session, cast["Ratna"], asked.question.id)).text == ASKED


@pytest.mark.parametrize("alone", [False, True])
async def test_a_draft_begun_for_one_coach_is_not_finished_for_another(
    database: Database, cast: Cast, prompt: Delivery, alone: bool
) -> None:
    """Whose name stood there when it was begun may read it; with another among the readers it is one's own."""
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        await guided.begin(session, sari, prompt.id, "coach", MORNING)
        await guided.answer(session, sari, prompt.id, "happened", "coach", Note(ANSWERS[0]), MORNING)
    await becomes_coach(database, cast, "Tamu", alone=alone)
    later = MORNING + 2 * HOUR
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        for part, words in zip(guided.PARTS[1:], ANSWERS[1:], strict=True):
            step = await guided.answer(session, sari, prompt.id, part, "coach", Note(words), later)
        while step.kept is None:
            step = await guided.skip(session, sari, prompt.id, step.part or "", "coach", later)
        assert step.kept.reflection.audience == "me"
    async with database.reading() as session:
        assert await readable.by(session, cast["Tamu"], cast.melati.id, EVENING_BEFORE) == []


async def test_a_reader_chosen_anew_in_a_draft_is_its_reader(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        await guided.begin(session, sari, prompt.id, "coach", MORNING)
        await guided.answer(session, sari, prompt.id, "happened", "coach", Note(ANSWERS[0]), MORNING)
    await becomes_coach(database, cast, "Tamu", alone=True)
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        assert (await guided.begin(session, sari, prompt.id, "", MORNING + 2 * HOUR)).audience == "me"
        assert (await guided.begin(session, sari, prompt.id, "coach", MORNING + 2 * HOUR)).audience == "coach"


async def test_lessons_at_ones_own_pace_end_with_leaving_the_group(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        for name in ("Sari", "Budi"):
            person = await session.get_one(Person, cast[name].id)
            await programmes.begin_own_pace(session, person, cast.melati.id, "awal", EVENING_BEFORE)
    await leaves(database, cast["Sari"])
    async with database.writing() as session:
        await delivering.deliver_due(session, MORNING)
    assert [one.chat_id for one in await letters(database, Letter.key.startswith("prompt:"))] == [
        cast["Budi"].tg_user_id
    ]


async def test_who_has_left_the_group_is_nobodys_partner_and_sees_none(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        week = (MORNING + timedelta(hours=7)).date() - timedelta(days=2)  # the Monday, in Jakarta
        both = {"pool": "g", "week": week, "team": 1, "group_id": cast.melati.id}
        session.add_all(
            Pairing(person_id=cast[name].id, gives_first=name == "Sari", **both) for name in ("Sari", "Budi")
        )
        since = {"group_id": cast.groups["KKG Anggrek"].id, "role": "teacher", "since": EVENING_BEFORE}
        session.add(Membership(person_id=cast["Sari"].id, **since))
    say = Texts("id")
    async with database.writing() as session:
        assert "Budi" in (await partners.page(session, cast["Sari"], say, MORNING))[0]
        assert "Sari" in (await partners.page(session, cast["Budi"], say, MORNING))[0]
        left = update(Membership).where(Membership.person_id == cast["Sari"].id, Membership.group_id == cast.melati.id)
        await session.execute(left.values(until=MORNING))
        assert "Budi" not in (await partners.page(session, cast["Sari"], say, MORNING))[0]
        assert "Sari" not in (await partners.page(session, cast["Budi"], say, MORNING))[0]
