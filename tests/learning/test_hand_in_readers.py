"""Who is named as reader of a worksheet can read it, by a door of their own; who is not named cannot: cell by cell."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from community.refusals import NotAllowed, Refusal
from community.roles import Role
from handlers import digest, worksheets
from handlers.menu import commands_for
from storage.database import Database
from storage.models import Delivery, HandIn, Letter, Membership, Person
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of
from tests.learning.means import RATNA, SARI, TAMU, prompt_of, rows

FILE = {"file_id": "F-1", "file_unique_id": "u", "file_size": 2000}
# A line per role: is somebody who holds it here named to the teacher, and can they read and answer?
READS = {
    Role.TEACHER: False,
    Role.FACILITATOR: False,
    Role.COACH: True,
    Role.MENTOR: True,
    Role.COURSE_FACILITATOR: True,
    Role.PRINCIPAL: False,
    Role.AGENCY: False,
}


@pytest.fixture
async def lesson(database: Database, cast: Cast) -> Delivery:
    return await prompt_of(database, cast)


@pytest.fixture
async def talk(database: Database, lesson: Delivery) -> Door:
    return Door(database, worksheets, digest)


async def _is_here(database: Database, cast: Cast, role: Role, name: str = "Tamu") -> None:
    async with database.writing() as session:
        held = {"group_id": cast.melati.id, "role": role, "since": EVENING_BEFORE}
        session.add(Membership(person_id=cast[name].id, **held))


async def _handed_in(database: Database, talk: Door, lesson: Delivery) -> tuple[str, int]:
    """Sari speaks her worksheet; what she is told, and the number of the hand-in."""
    await talk.tap(SARI, f"sheet:{lesson.id}", SARI)
    (said,) = await talk.message(SARI, None, voice=FILE | {"duration": 9})
    (row,) = await rows(database, HandIn)
    return words_of(said), row.id


@pytest.mark.parametrize("role", Role)
async def test_who_is_named_reads_and_answers_and_nobody_else(
    database: Database, cast: Cast, talk: Door, lesson: Delivery, role: Role
) -> None:
    await _is_here(database, cast, role)
    said, number = await _handed_in(database, talk, lesson)
    assert ("Tamu" in said) is READS[role]
    assert ("ringkasan" in {one["command"] for one in commands_for({role}, "id")}) is READS[role]
    if not READS[role]:
        for door in (talk.message(TAMU, "/ringkasan"), talk.tap(TAMU, f"wsans:{number}", TAMU)):
            with pytest.raises(NotAllowed):
                await door
        return
    (told,) = await talk.message(TAMU, "/ringkasan")
    assert "• Bu Sari · Catatan" in words_of(told) and data_of(told) == [f"wsans:{number}"]
    shown, _ask = await talk.tap(TAMU, f"wsans:{number}", TAMU)
    assert (shown.method, shown.params["voice"], shown.chat_id) == ("sendVoice", "F-1", TAMU)
    await talk.message(TAMU, "Terdengar jelas.")
    (row,) = await rows(database, HandIn)
    assert (row.answered_by, row.answer) == (cast["Tamu"].id, "Terdengar jelas.")


@pytest.mark.parametrize("role", Role)
async def test_nobody_reads_it_by_a_role_in_another_group(
    database: Database, cast: Cast, talk: Door, lesson: Delivery, role: Role
) -> None:
    async with database.writing() as session:
        other = cast.groups["KKG Anggrek"].id
        session.add(Membership(person_id=cast["Tamu"].id, group_id=other, role=role, since=EVENING_BEFORE))
    said, number = await _handed_in(database, talk, lesson)
    assert "Tamu" not in said
    with pytest.raises(NotAllowed):
        await talk.tap(TAMU, f"wsans:{number}", TAMU)


@pytest.mark.parametrize("role", [role for role, reads in READS.items() if reads])
async def test_where_they_alone_accompany_they_alone_are_named(
    database: Database, cast: Cast, talk: Door, lesson: Delivery, role: Role
) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == Role.COACH).values(until=MORNING))
    await _is_here(database, cast, role)
    said, number = await _handed_in(database, talk, lesson)
    assert "Yang membaca: <b>Tamu</b>." in said
    with pytest.raises(NotAllowed):
        await talk.tap(RATNA, f"wsans:{number}", RATNA)
    assert len(await talk.tap(TAMU, f"wsans:{number}", TAMU)) == 2


async def test_of_several_who_are_named_each_reads_it_also_after_one_has_answered(
    database: Database, cast: Cast, talk: Door, lesson: Delivery
) -> None:
    await _is_here(database, cast, Role.MENTOR)
    _, number = await _handed_in(database, talk, lesson)
    for who in (RATNA, TAMU):
        assert len(await talk.tap(who, f"wsans:{number}", who)) == 2
    await talk.message(RATNA, "Hanya untuk Sari.")
    with pytest.raises(Refusal) as second:
        await talk.message(TAMU, "Saya juga.")
    assert second.value.text_key == "means.sheet_answer.already"
    (row,) = await rows(database, HandIn)
    assert row.answer == "Hanya untuk Sari."
    for days in (0, 5):
        talk.now = MORNING + timedelta(days=days, hours=1)
        (told,) = await talk.message(TAMU, "/ringkasan")
        assert "Lembar kerja yang sudah ditanggapi</b>\n• Bu Sari · Catatan" in words_of(told)
        assert data_of(told) == [f"wsans:{number}"]
        (shown,) = await talk.tap(TAMU, f"wsans:{number}", TAMU)
        assert shown.params["voice"] == "F-1" and "sudah ditanggapi" in words_of(shown)
        assert "Hanya untuk Sari" not in words_of(told) + words_of(shown), "the answer is for who asked alone"
    await talk.message(TAMU, "Ini bukan tanggapan.")
    assert len(await letters(database, Letter.key.startswith("wsanswer:"))) == 1
    (mine,) = await talk.message(RATNA, "/ringkasan")
    assert data_of(mine) == [], "who answered it knows it"
    talk.now = MORNING + timedelta(days=8)
    (late,) = await talk.message(TAMU, "/ringkasan")
    assert data_of(late) == []


async def test_who_leaves_or_withdraws_reads_nothing_any_more(
    database: Database, cast: Cast, talk: Door, lesson: Delivery
) -> None:
    await _is_here(database, cast, Role.MENTOR)
    _, number = await _handed_in(database, talk, lesson)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=None))
    with pytest.raises(Refusal):
        await talk.tap(TAMU, f"wsans:{number}", TAMU)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=EVENING_BEFORE))
        left = update(Membership).where(Membership.person_id == cast["Tamu"].id).values(until=MORNING)
        await session.execute(left)
    with pytest.raises(NotAllowed):
        await talk.tap(TAMU, f"wsans:{number}", TAMU)
    with pytest.raises(NotAllowed):
        await talk.message(TAMU, "/ringkasan")
