"""Buttons forged within a group: who was taken out reads nothing that came since, a colleague nothing for others."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from community.library import indexing
from storage.models import (
    Arrival,
    Evidence,
    Feedback,
    HandIn,
    Letterhead,
    LibraryEntry,
    Meeting,
    MeetingPaper,
    Membership,
    Message,
    Person,
    Piece,
    Question,
    Reflection,
    Trial,
)
from tests.journeys.test_attacks import ASKED, SECRET, TO_COACH, Town, buttons, town
from tests.journeys.test_forged_buttons import DONE, KOP, PRAISE, ROOM, THEIRS, forged, of_sari

SINCE = "Kata sesudah kepergian"
OWN = ("consdone:{asked}", "consnot:{asked}", "libpick:{asked}:{said}", "libpick:{asked}:{file}")


async def goes_on(here: Town, numbers: dict[str, int]) -> dict[str, int]:
    """Everything of the group once more, by others and written since; gives the new numbers."""
    now = here.house.assistant.clock.now() + timedelta(minutes=5)
    ratna, hendra, group = here.people["ratna"], here.people["hendra"], {"group_id": here.group}
    note = {"delivery_id": here.delivery, "person_id": ratna}
    async with here.house.assistant.database.writing() as session:
        first = (await session.scalars(select(Message).where(Message.tg_message_id == 5))).one()
        said = Message(
            chat_id=first.chat_id, tg_message_id=6, person_id=ratna, sent_at=now, kind="text", text=SINCE, reply_to=5,
            label="consultation", confidence=0.9, reason="consultation.suggests", source="rule", **group,
        )  # fmt: skip
        session.add(said)
        await session.flush()
        place = {"chat_id": first.chat_id, "message_id": said.id, "tg_message_id": 6, "shared_at": now} | group
        piece = Piece(person_id=ratna, kind="medium", title=SINCE, text=SINCE, criteria="", created_at=now, **group)
        session.add(piece)
        await session.flush()
        made: dict[str, Any] = {
            "piece": piece,
            "file": LibraryEntry(kind="file", title=SINCE, file_id="y", file_kind="document", person_id=ratna, **place),
            "kept": LibraryEntry(
                kind="answer", place=100, title=SINCE, question=SINCE, answer=SINCE, person_id=ratna,
                answerer_id=hendra, **place,
            ),
            "note": Reflection(audience="group", medium="text", text=SINCE, created_at=now, **note),
            "shared": Reflection(audience="coach", medium="text", text=SINCE, created_at=now, **note),
            "question": Question(audience="group", text=SINCE, created_at=now, **note),
            "trial": Trial(pupils_did=SINCE, at=now, **note),
            "sheet": HandIn(medium="text", text=SINCE, handed_at=now, **note),
            "evidence": Evidence(medium="text", text=SINCE, created_at=now, **note),
            "feedback": Feedback(
                giver_id=hendra, receiver_id=ratna, piece_id=piece.id, kind="strength", medium="text", text=SINCE,
                created_at=now, **group,
            ),
        }  # fmt: skip
        session.add_all(made.values())
        await session.execute(update(Meeting).values(minutes=SINCE, agenda=SINCE))
        await session.execute(update(MeetingPaper).values(place=SINCE))
        await session.execute(update(Letterhead).values(lines=SINCE))
        await session.flush()
        await indexing.catch_up(session, [here.group])
        return numbers | {name: row.id for name, row in made.items()} | {"said": said.id}


async def test_who_was_taken_out_reads_and_changes_nothing_that_came_since(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        numbers = await of_sari(here)
        await here.house.playground.kick(here.chat, here.ids["sari"])
        await here.rests()
        mine = Membership.person_id == here.people["sari"]
        assert {one.until is None for one in await here.house.rows(Membership, mine)} == {False}
        numbers = await goes_on(here, numbers)
        here.private, here.coached, here.question = numbers["note"], numbers["shared"], numbers["question"]
        every = [*forged(numbers), *buttons(here), *(one.format(**numbers) for one in OWN)]
        before = await here.stored(*THEIRS)
        for at, data in enumerate(every):
            await here.forges("sari", data)
            if at % 8 == 0:
                await here.writes("sari", "Kata-kata yang menyusup")
                await here.rests()
        for command in ("cari kepergian", "konsultasi", "hariini", "jurnal", "ringkasan", "laporan", "pertemuan"):
            await here.writes("sari", f"/{command}")
        read = await here.sees("sari")
        assert SINCE not in read, [line for line in read.splitlines() if SINCE in line]
        changed = [row for row in before if row not in await here.stored(*THEIRS) and SINCE in row]
        assert changed == []
        [sari] = await here.house.rows(Person, Person.id == here.people["sari"])
        assert sari.consented_at is not None, "she is still asked and answered, only not as one of the group"
        assert await here.house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []


BETWEEN = "Kata yang boleh dibaca grup"  # in place of what the forged rows share with what is private


async def test_a_colleague_of_the_same_group_reads_nothing_that_was_for_others(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        numbers = await of_sari(here)
        now, agus = here.house.assistant.clock.now(), here.ids["agus"]
        async with here.house.assistant.database.writing() as session:
            told = {"language": "id", "reachable": True, "consented_at": now, "created_at": now}
            person = Person(tg_user_id=agus, name="Agus", **told)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=here.group, role="teacher", since=now))
            shared = {"title": BETWEEN, "question": BETWEEN, "answer": BETWEEN}
            await session.execute(update(LibraryEntry).values(**shared))
            await session.execute(update(Meeting).values(minutes=BETWEEN))
        await here.opens("agus")
        before = await here.stored(*THEIRS)
        for at, data in enumerate([*forged(numbers), *buttons(here)]):
            await here.forges("agus", data)
            if at % 8 == 0:
                await here.writes("agus", "Kata-kata yang menyusup")
                await here.rests()
        read = await here.sees("agus")
        private = (SECRET, TO_COACH, ASKED, PRAISE, DONE, KOP, ROOM, "example.org/bukti")
        assert [word for word in private if word in read] == []
        theirs = [row for row in before if row not in await here.stored(*THEIRS)]
        assert [row for row in theirs if any(word in row for word in private)] == []
        assert await here.house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
