"""Titip: a facilitator writes down a colleague's answer; it counts, is marked, and is read only where they agreed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from community import members
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.texts import Texts
from handlers import entrusted as entrusted_door
from learning import deliveries, entrusted, readable, reflections
from learning.refusals import Gone
from reports import digest, digest_words
from storage.database import Database, Session
from storage.models import Delivery, Letter, Membership, Person, Reflection, Trial
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of

SAID = "Anak-anak saya menghitung dengan kerikil, dan ada yang mengajari temannya."


@pytest.fixture
async def agus(database: Database, cast: Cast, prompt: Delivery) -> Person:
    """A colleague without Telegram, listed in Kombel Melati."""
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        await members.add(session, cast.melati.id, hendra, "Agus", EVENING_BEFORE)
    async with database.reading() as session:
        return (await session.scalars(select(Person).where(Person.name == "Agus"))).one()


async def _by(session: Session, cast: Cast, name: str = "Hendra") -> Person:
    return await session.get_one(Person, cast[name].id)


async def _keep(database: Database, cast: Cast, whose: Person, prompt: Delivery) -> entrusted.Entrusted:
    async with database.writing() as session:
        by = await _by(session, cast)
        kept, drafts = await entrusted.keep(session, by, cast.melati.id, whose.id, prompt.id, SAID, MORNING)
        assert bool(drafts) is (whose.tg_user_id is not None)
        return kept


async def test_it_counts_as_a_reflection_and_nobody_reads_it(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    kept = await _keep(database, cast, agus, prompt)
    async with database.reading() as session:
        row = (await session.scalars(select(Reflection))).one()
        assert (row.person_id, row.entered_by, row.audience, row.text) == (agus.id, cast["Hendra"].id, "me", SAID)
        counts = await deliveries.counts(session, prompt.id, cast.melati, prompt.day)
        assert (counts.tried, counts.reflected) == (0, 1)
        for name in ("Sari", "Ratna", "Hendra"):
            assert await readable.by(session, cast[name], cast.melati.id, EVENING_BEFORE) == []
    assert [one.name for one in kept.heads] == ["Ratna"], "the principal in the group is named before it is shown there"
    assert not await letters(database, Letter.key.startswith("reflection:")), "nothing is said in the group"


async def test_that_the_colleague_tried_it_in_class_is_said_by_a_tap_of_its_own(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    door = Door(database, entrusted_door)
    kept = await _keep(database, cast, agus, prompt)
    number = kept.reflection.id
    for user in (100, 102, 106):
        with pytest.raises(Refusal):
            await door.tap(user, f"titip:tried:{number}")
    (said,) = await door.tap(103, f"titip:tried:{number}")
    assert "Agus sudah mencoba" in words_of(said)
    assert data_of(said) == [f"titip:show:{number}"], "what has been said is not asked again"
    await door.tap(103, f"titip:tried:{number}")
    (shown,) = await door.tap(103, f"titip:show:{number}")
    assert data_of(shown) == []
    async with database.reading() as session:
        assert list(await session.scalars(select(Trial.person_id))) == [agus.id]
        counts = await deliveries.counts(session, prompt.id, cast.melati, prompt.day)
        assert (counts.tried, counts.reflected) == (1, 1)


async def test_twice_is_tried_once_and_both_answers_are_kept(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    for _ in range(2):
        kept = await _keep(database, cast, agus, prompt)
        async with database.writing() as session:
            await entrusted.tried(session, await _by(session, cast), kept.reflection.id, MORNING)
    async with database.reading() as session:
        counted = [await session.scalar(select(func.count()).select_from(one)) for one in (Trial, Reflection)]
        assert counted == [1, 2]


async def test_with_the_colleagues_agreement_the_group_reads_it_marked_as_titip(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    kept = await _keep(database, cast, agus, prompt)
    async with database.writing() as session:
        await entrusted.show(session, await _by(session, cast), kept.reflection.id, MORNING)
    (letter,) = await letters(database, Letter.key.startswith("reflection:"))
    assert letter.params is not None
    assert "Agus (titip lewat Hendra)" in letter.params["text"]
    assert SAID in letter.params["text"]
    assert (letter.chat_id, letter.person_id, letter.params["reply_parameters"]["message_id"]) == (-1001, agus.id, 500)
    async with database.reading() as session:
        for name in ("Sari", "Ratna", "Hendra"):
            read = await readable.by(session, cast[name], cast.melati.id, EVENING_BEFORE)
            assert [one.id for one in read] == [kept.reflection.id], name
        assert await readable.by(session, cast["Made"], cast.melati.id, EVENING_BEFORE) == []
    async with database.writing() as session:
        with pytest.raises(Gone):
            await entrusted.show(session, await _by(session, cast), kept.reflection.id, MORNING)


async def test_the_coachs_digest_shows_only_what_may_be_read_and_marks_it(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    kept = await _keep(database, cast, agus, prompt)
    later = MORNING + timedelta(hours=9)

    async def told() -> str:
        async with database.reading() as session:
            found = await digest.gather(session, cast["Ratna"], cast.melati, EVENING_BEFORE, later)
            return digest_words.letter_html(found, Texts("id"))

    assert "Agus" not in await told()
    async with database.writing() as session:
        await entrusted.show(session, await _by(session, cast), kept.reflection.id, MORNING)
    assert f"Agus (titip lewat Hendra): “{SAID}”" in await told()


async def test_who_has_telegram_is_told_and_their_own_choice_goes_first(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        by = await _by(session, cast)
        kept, drafts = await entrusted.keep(session, by, cast.melati.id, cast["Sari"].id, prompt.id, SAID, MORNING)
        (told,) = drafts
        assert (told.chat_id, SAID in words_of(told), "Hendra menuliskan" in words_of(told)) == (100, True, True)
        assert data_of(told) == [f"redit:{kept.reflection.id}", f"rdel:{kept.reflection.id}"]
        sari = await _by(session, cast, "Sari")
        await reflections.address(session, sari, kept.reflection.id, "coach", MORNING)
        await reflections.address(session, sari, kept.reflection.id, "me", MORNING)
        with pytest.raises(Gone):
            await entrusted.show(session, by, kept.reflection.id, MORNING)
        await reflections.remove(session, sari, kept.reflection.id, MORNING)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Reflection)) == 0


async def test_only_a_facilitator_of_the_group_for_its_teachers_and_its_prompts(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    here, other = cast.melati.id, cast.groups["KKG Anggrek"].id
    async with database.writing() as session:
        for name in ("Sari", "Ratna", "Made", "Dewi", "Tamu"):
            who = await _by(session, cast, name)
            for tried in (
                entrusted.colleagues(session, who, here),
                entrusted.prompts(session, who, here, agus.id),
                entrusted.question(session, who, here, agus.id, prompt.id),
                entrusted.keep(session, who, here, agus.id, prompt.id, SAID, MORNING),
                entrusted.groups(session, who),
            ):
                with pytest.raises(NotAllowed):
                    await tried
        hendra = await _by(session, cast)
        with pytest.raises(NotAllowed):
            await entrusted.keep(session, hendra, other, cast["Made"].id, prompt.id, SAID, MORNING)
        for person_id in (cast["Made"].id, cast["Ratna"].id, cast["Hendra"].id, 0, 9_999):
            with pytest.raises(Gone):
                await entrusted.keep(session, hendra, here, person_id, prompt.id, SAID, MORNING)
        for delivery_id in (0, 9_999):
            with pytest.raises(Gone):
                await entrusted.keep(session, hendra, here, agus.id, delivery_id, SAID, MORNING)
        with pytest.raises(NeedsConsent):
            await entrusted.colleagues(session, None, here)
        await session.execute(update(Delivery).values(person_id=cast["Sari"].id))
        with pytest.raises(Gone):
            await entrusted.keep(session, hendra, here, agus.id, prompt.id, SAID, MORNING)
        assert (await entrusted.prompts(session, hendra, here, agus.id))[1] == []
        assert await session.scalar(select(func.count()).select_from(Reflection)) == 0


async def test_only_who_wrote_it_down_may_say_that_it_may_be_read(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    kept = await _keep(database, cast, agus, prompt)
    async with database.writing() as session:
        session.add(Membership(person_id=cast["Budi"].id, group_id=cast.melati.id, role="facilitator", since=MORNING))
        own = Reflection(
            delivery_id=prompt.id,
            person_id=cast["Hendra"].id,
            audience="me",
            medium="text",
            text="x",
            created_at=MORNING,
        )
        session.add(own)
        await session.flush()
        for name in ("Budi", "Sari", "Tamu"):
            with pytest.raises(Gone):
                await entrusted.show(session, await _by(session, cast, name), kept.reflection.id, MORNING)
        hendra = await _by(session, cast)
        for number in (own.id, 0, 9_999):
            with pytest.raises(Gone):
                await entrusted.show(session, hendra, number, MORNING)
        ended = update(Membership).where(Membership.person_id == hendra.id).values(until=MORNING)
        await session.execute(ended)
        with pytest.raises(NotAllowed):
            await entrusted.show(session, hendra, kept.reflection.id, MORNING)


async def test_who_has_no_telegram_stands_first_and_one_does_not_entrust_oneself(
    database: Database, cast: Cast, agus: Person
) -> None:
    async with database.writing() as session:
        session.add(Membership(person_id=cast["Hendra"].id, group_id=cast.melati.id, role="teacher", since=MORNING))
        await session.flush()
        found = await entrusted.colleagues(session, await _by(session, cast), cast.melati.id)
        assert [one.name for one in found] == ["Agus", "Budi", "Sari"]


async def test_the_whole_talk_takes_three_taps_and_one_message(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    door = Door(database, entrusted_door)
    (who,) = await door.message(103, "/titip")
    assert data_of(who)[0] == f"titip:who:{cast.melati.id}:{agus.id}"
    (what,) = await door.tap(103, data_of(who)[0])
    assert data_of(what) == [f"titip:on:{cast.melati.id}:{agus.id}:{prompt.id}"]
    (write,) = await door.tap(103, data_of(what)[0])
    assert "Tuliskan jawaban Agus" in words_of(write)
    (voice,) = await door.message(103, voice={"file_id": "v", "file_unique_id": "u", "duration": 3})
    assert "mohon ditulis" in words_of(voice)
    (kept,) = await door.message(103, SAID)
    assert "Tersimpan sebagai titipan Agus" in words_of(kept)
    assert "dihitung sebagai refleksi" in words_of(kept)
    assert [data.rpartition(":")[0] for data in data_of(kept)] == ["titip:show", "titip:tried"]
    assert "Ratna" in words_of(kept), "the reader who is the principal is named before it is shown"
    (shown,) = await door.tap(103, data_of(kept)[0])
    assert "sekarang dapat dibaca di Kombel Melati" in words_of(shown)
    async with database.reading() as session:
        assert await session.scalar(select(Reflection.audience)) == "group"


async def test_a_forged_button_or_a_stale_talk_stores_nothing(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    door = Door(database, entrusted_door)
    group = cast.melati.id
    for user, data in (
        (100, f"titip:of:{group}"), (100, f"titip:who:{group}:{agus.id}"), (103, "titip:of:x"), (103, "titip:who:1"),
        (103, f"titip:who:{group}:999"), (103, f"titip:on:{group}:{agus.id}:999"), (103, "titip:show:999"),
        (106, "titip:of:1"),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            await door.tap(user, data)
    with pytest.raises(Refusal):
        await door.message(100, "/titip")
    (way,) = await door.message(103, "/entrust", -1001)
    assert way.chat_id == -1001
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Reflection)) == 0


async def test_what_was_written_down_goes_along_when_the_colleague_joins(
    database: Database, cast: Cast, prompt: Delivery, agus: Person
) -> None:
    kept = await _keep(database, cast, agus, prompt)
    async with database.writing() as session:
        joined = Person(
            tg_user_id=150, name="agus", language="id", consented_at=MORNING, reachable=True, created_at=MORNING
        )
        session.add(joined)
        await session.flush()
        session.add(Membership(person_id=joined.id, group_id=cast.melati.id, role="teacher", since=MORNING))
        session.add(Trial(delivery_id=prompt.id, person_id=joined.id, at=MORNING))
        await entrusted.tried(session, await _by(session, cast), kept.reflection.id, MORNING)
        await session.flush()
        with pytest.raises(NotAllowed):
            await entrusted.unite(session, await _by(session, cast, "Sari"), cast.melati.id, agus.id)
        one = await entrusted.unite(session, await _by(session, cast), cast.melati.id, agus.id)
        assert one.id == joined.id
    async with database.reading() as session:
        row: Any = (await session.scalars(select(Reflection))).one()
        assert (row.id, row.person_id) == (kept.reflection.id, joined.id)
        assert list(await session.scalars(select(Trial.person_id))) == [joined.id]
        assert await session.get(Person, agus.id) is None


def test_the_mark_names_both() -> None:
    assert entrusted.named("Bu Wati", "Pak Hendra", Texts("id")) == "Bu Wati (titip lewat Pak Hendra)"
