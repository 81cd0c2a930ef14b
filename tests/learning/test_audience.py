"""Who reads what: audience by reader, cell by cell, in the query itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.notes import Note
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from learning import readable, readers, reflections
from learning.refusals import NotYours
from storage.database import Database
from storage.models import Delivery, Membership, Person, Reflection
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast

READERS = {
    "Sari": {"me", "coach", "group"},  # who wrote them
    "Budi": {"group"},  # another teacher of the group
    "Ratna": {"coach", "group"},  # coach of the group, and principal
    "Hendra": {"group"},  # its facilitator
    "Made": set(),  # a teacher of another group
    "Dewi": set(),  # the coach of another group
    "Tamu": set(),  # nobody here
}


async def written(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        for audience in readers.AUDIENCES:
            note = Note(f"untuk {audience}")
            await reflections.keep(session, cast["Sari"], prompt.id, audience, note, MORNING)


async def read(database: Database, cast: Cast, name: str) -> set[str]:
    async with database.reading() as session:
        found = await readable.by(session, cast[name], cast.melati.id, EVENING_BEFORE)
    assert all(row.text == f"untuk {row.audience}" for row in found)
    return {row.audience for row in found}


@pytest.mark.parametrize("name", READERS)
async def test_a_reflection_is_read_by_its_audience_alone(
    database: Database, cast: Cast, prompt: Delivery, name: str
) -> None:
    await written(database, cast, prompt)
    assert await read(database, cast, name) == READERS[name]


@pytest.mark.parametrize(
    ("role", "opened"),
    [
        (Role.TEACHER, {"group"}),
        (Role.FACILITATOR, {"group"}),
        (Role.COACH, {"coach", "group"}),
        (Role.MENTOR, {"coach", "group"}),
        (Role.COURSE_FACILITATOR, {"coach", "group"}),
        (Role.PRINCIPAL, {"group"}),
        (Role.AGENCY, set()),
    ],
)
async def test_each_role_opens_its_own_audiences(
    database: Database, cast: Cast, prompt: Delivery, role: Role, opened: set[str]
) -> None:
    await written(database, cast, prompt)
    async with database.writing() as session:
        row = Membership(person_id=cast["Tamu"].id, group_id=cast.melati.id, role=role, since=EVENING_BEFORE)
        session.add(row)
    assert await read(database, cast, "Tamu") == opened


async def test_a_coach_who_left_the_group_reads_nothing_any_more(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    await written(database, cast, prompt)
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.person_id == cast["Ratna"].id).values(until=MORNING))
    assert await read(database, cast, "Ratna") == set()


async def test_who_withdrew_is_read_by_nobody_else(database: Database, cast: Cast, prompt: Delivery) -> None:
    await written(database, cast, prompt)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=None))
    assert await read(database, cast, "Ratna") == set()


async def test_the_coach_who_is_the_principal_is_named_as_both(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.reading() as session:
        found = await reflections.invite(session, cast["Sari"], prompt.id)
    assert readers.named(found.readers, Texts("id")) == "Bu Ratna, kepala sekolah"
    assert readers.named(found.readers, Texts("en")).endswith("Ratna, the principal")


async def test_a_group_without_coach_offers_none(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "coach").values(until=MORNING))
    async with database.writing() as session:
        with pytest.raises(Refusal, match="no_such_reader"):
            await reflections.keep(session, cast["Sari"], prompt.id, "coach", Note("x"), MORNING)
    async with database.reading() as session:
        assert (await session.scalars(select(Reflection))).all() == []


@pytest.mark.parametrize("name", ["Hendra", "Made", "Tamu"])
async def test_only_teachers_of_the_group_reflect(database: Database, cast: Cast, prompt: Delivery, name: str) -> None:
    async with database.writing() as session:
        with pytest.raises(NotAllowed):
            await reflections.keep(session, cast[name], prompt.id, "me", Note("x"), MORNING)


async def test_silence_is_no(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        with pytest.raises(NeedsConsent) as asked:
            await reflections.keep(session, None, prompt.id, "me", Note("x"), MORNING)
    assert asked.value.payload == f"r{prompt.id}"


async def test_nobody_changes_what_another_wrote(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        kept = await reflections.keep(session, cast["Sari"], prompt.id, "group", Note("x"), MORNING)
        for change in (
            reflections.rewrite(session, cast["Budi"], kept.reflection.id, Note("y"), MORNING),
            reflections.address(session, cast["Ratna"], kept.reflection.id, "me", MORNING),
            reflections.remove(session, cast["Hendra"], kept.reflection.id, MORNING),
        ):
            with pytest.raises(NotYours):
                await change


async def test_a_coach_named_later_does_not_read_what_was_meant_for_the_coach_of_that_day(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    """Its reader was named before it was saved, and that was somebody else."""
    await written(database, cast, prompt)
    later = MORNING + timedelta(hours=1)
    async with database.writing() as session:
        row = Membership(person_id=cast["Tamu"].id, group_id=cast.melati.id, role=Role.COACH, since=later)
        session.add(row)
    assert await read(database, cast, "Tamu") == {"group"}
    async with database.writing() as session:
        theirs = (await session.scalars(select(Reflection).where(Reflection.audience == "coach"))).one()
        await reflections.address(session, cast["Sari"], theirs.id, "coach", later + timedelta(minutes=5))
    assert await read(database, cast, "Tamu") == {"coach", "group"}, "for the coach of today, whose name stood there"
    async with database.writing() as session:
        await reflections.address(session, cast["Sari"], theirs.id, "me", later + timedelta(minutes=6))
        mine = (await session.scalars(select(Reflection).where(Reflection.audience == "me").limit(1))).one()
        mine.text = "untuk coach"
        await session.flush()
        await reflections.address(session, cast["Sari"], mine.id, "coach", later + timedelta(hours=1))
    assert await read(database, cast, "Tamu") == {"coach", "group"}, "chosen anew, with the new coach's name there"


async def test_who_has_left_the_group_does_not_speak_to_it_any_more(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    await written(database, cast, prompt)
    async with database.writing() as session:
        ended = update(Membership).where(Membership.person_id == cast["Sari"].id).values(until=MORNING)
        await session.execute(ended)
        rows = {row.audience: row.id for row in await session.scalars(select(Reflection))}
    async with database.writing() as session:
        with pytest.raises(NotAllowed):
            await reflections.address(session, cast["Sari"], rows["me"], "group", MORNING)
        with pytest.raises(NotAllowed):
            await reflections.rewrite(session, cast["Sari"], rows["group"], Note("spam"), MORNING)
        await reflections.rewrite(session, cast["Sari"], rows["me"], Note("tetap milik saya"), MORNING)


async def test_a_principal_who_is_no_coach_is_named_as_a_reader_of_the_group(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "coach").values(until=MORNING))
    async with database.writing() as session:
        found = await reflections.invite(session, cast["Sari"], prompt.id)
        own = await reflections.invite(session, cast["Budi"], prompt.id)
        session.add(Membership(person_id=cast["Budi"].id, group_id=cast.melati.id, role="principal", since=MORNING))
        await session.flush()
        both = await reflections.invite(session, cast["Sari"], prompt.id)
        himself = await reflections.invite(session, cast["Budi"], prompt.id)
    for invitation in (found, own, himself):
        assert [one.name for one in invitation.heads] == ["Ratna"], "nobody is told that they read themselves"
    say = Texts("id")
    group = readers.audience_named("group", found.readers, "Kombel Melati", say, found.heads)
    assert group == "semua anggota grup Kombel Melati, termasuk Bu Ratna, kepala sekolah"
    assert readers.heads_named(both.heads, say) == "Budi, kepala sekolah dan Bu Ratna, kepala sekolah"
    assert readers.audience_named("group", [], "Kombel Melati", say) == "semua anggota grup Kombel Melati"


async def test_without_a_principal_the_button_is_plain(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "principal").values(until=MORNING))
        found = await reflections.invite(session, cast["Sari"], prompt.id)
    assert found.heads == []
