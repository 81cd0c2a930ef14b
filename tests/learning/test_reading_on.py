"""What the digest shows the beginning of is opened by a tap: read to its end, heard, seen, and by nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.notes import Note
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from handlers import digest
from learning import guided, reflections
from learning.refusals import Gone
from storage.database import Database
from storage.models import Delivery, Letter, Membership, Person, Readiness, Reflection
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of
from tests.learning.means import BUDI, HENDRA, MADE, NOBODY, RATNA, SARI, TAMU

DEWI = 105
LONG = "Tadi murid menghitung kembalian di warung. " * 40 + "Besok saya ulangi dengan uang mainan."
# A line per role: does somebody who holds it in this group open what was meant for its coach?
OPENS = {role: role in {Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR} for role in Role}


@pytest.fixture
async def talk(database: Database, prompt: Delivery) -> Door:
    return Door(database, digest)


async def _keeps(
    database: Database, cast: Cast, prompt: Delivery, note: Note, audience: str = "coach", name: str = "Sari"
) -> int:
    async with database.writing() as session:
        kept = await reflections.keep(session, cast[name], prompt.id, audience, note, MORNING)
        return kept.reflection.id


async def test_a_long_text_is_read_to_its_end(database: Database, cast: Cast, prompt: Delivery, talk: Door) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG))
    (told,) = await talk.message(RATNA, "/ringkasan")
    assert "uang mainan" not in words_of(told) and data_of(told) == [f"ropen:{number}"]
    (shown,) = await talk.tap(RATNA, f"ropen:{number}")
    assert "Bu Sari" in words_of(shown) and "Kombel Melati" in words_of(shown)
    assert words_of(shown).endswith("Besok saya ulangi dengan uang mainan.")
    assert data_of(shown) == [], "who accompanies neither changes nor deletes it"


async def test_a_voice_is_heard_and_a_photo_is_seen(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    voice = await _keeps(database, cast, prompt, Note(None, "V-1", 21))
    photo = await _keeps(database, cast, prompt, Note("Papan <tulis>", "P-1", photo=True), name="Budi")
    (told,) = await talk.message(RATNA, "/ringkasan")
    labels = [key["text"] for row in told.params["reply_markup"]["inline_keyboard"] for key in row]
    assert dict(zip(data_of(told), labels, strict=True)) == {
        f"ropen:{photo}": "Lihat foto Budi", f"ropen:{voice}": "Dengarkan Bu Sari",
    }  # fmt: skip
    (heard,) = await talk.tap(RATNA, f"ropen:{voice}")
    (seen,) = await talk.tap(RATNA, f"ropen:{photo}")
    assert (heard.method, heard.params["voice"], heard.chat_id) == ("sendVoice", "V-1", RATNA)
    assert (seen.method, seen.params["photo"], seen.chat_id) == ("sendPhoto", "P-1", RATNA)
    assert "Bu Sari" in words_of(heard) and "Papan &lt;tulis&gt;" in words_of(seen)


async def test_of_a_guided_one_every_part_is_told_and_its_voices_are_heard(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    async with database.writing() as session:
        await guided.begin(session, cast["Sari"], prompt.id, "coach", MORNING)
        given = (Note("Ramai sekali."), Note(None, "V-2", 8), Note("Mereka senang."), Note("Diulang."))
        for part, note in zip(guided.PARTS, given, strict=True):
            await guided.answer(session, cast["Sari"], prompt.id, part, "coach", note, MORNING)
        number = (await session.scalars(select(Reflection.id))).one()
    words, voice = await talk.tap(RATNA, f"ropen:{number}")
    for said in ("Ramai sekali.", "pesan suara, 8 detik", "Mereka senang.", "Diulang."):
        assert said in words_of(words)
    assert voice.params["voice"] == "V-2"


async def test_a_text_longer_than_a_message_comes_in_several(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    number = await _keeps(database, cast, prompt, Note("Panjang & lebar. " * 500))
    shown = await talk.tap(RATNA, f"ropen:{number}")
    assert len(shown) > 1 and max(len(words_of(one)) for one in shown) <= 4096
    assert sum(words_of(one).count("lebar.") for one in shown) == 500


@pytest.mark.parametrize("role", Role)
async def test_who_opens_it_cell_by_cell(
    database: Database, cast: Cast, prompt: Delivery, talk: Door, role: Role
) -> None:
    async with database.writing() as session:
        held = {"group_id": cast.melati.id, "role": role, "since": EVENING_BEFORE}
        session.add(Membership(person_id=cast["Tamu"].id, **held))
    number = await _keeps(database, cast, prompt, Note(LONG))
    if OPENS[role]:
        assert len(await talk.tap(TAMU, f"ropen:{number}")) == 1
        return
    with pytest.raises(NotAllowed):
        await talk.tap(TAMU, f"ropen:{number}")


@pytest.mark.parametrize("who", [SARI, BUDI, HENDRA, MADE, DEWI, TAMU, NOBODY])
@pytest.mark.parametrize("audience", ["me", "coach", "group"])
async def test_a_copied_button_opens_nothing(
    database: Database, cast: Cast, prompt: Delivery, talk: Door, who: int, audience: str
) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG), audience)
    with pytest.raises(NeedsConsent if who == NOBODY else NotAllowed):
        await talk.tap(who, f"ropen:{number}")
    assert await letters(database, Letter.key.startswith("opened:")) == []


async def test_what_is_not_for_the_coach_stays_closed_to_the_coach(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG), "me")
    for closed in (str(number), "99999", "0", "x"):
        with pytest.raises(Gone):
            await talk.tap(RATNA, f"ropen:{closed}")
    async with database.writing() as session:
        await session.execute(update(Reflection).values(audience="coach", kind="draft"))
    with pytest.raises(Gone):
        await talk.tap(RATNA, f"ropen:{number}")


async def test_a_coach_of_later_a_reader_changed_and_a_withdrawal_close_it(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG))
    async with database.writing() as session:
        later = {"role": Role.COACH, "since": MORNING + timedelta(minutes=1)}
        session.add(Membership(person_id=cast["Tamu"].id, group_id=cast.melati.id, **later))
    with pytest.raises(Gone):
        await talk.tap(TAMU, f"ropen:{number}")
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=None))
    with pytest.raises(Refusal):
        await talk.tap(RATNA, f"ropen:{number}")
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast["Sari"].id).values(consented_at=EVENING_BEFORE))
        row = await session.get_one(Person, cast["Sari"].id)
        await reflections.address(session, row, number, "me", MORNING)
    with pytest.raises(Gone):
        await talk.tap(RATNA, f"ropen:{number}")


async def test_what_was_opened_is_named_as_the_writers(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG))
    await talk.tap(RATNA, f"ropen:{number}")
    (letter,) = await letters(database, Letter.key.startswith("opened:"))
    assert (letter.person_id, letter.group_id) == (cast["Sari"].id, cast.melati.id), "it goes when Sari goes"


async def test_on_a_shared_phone_it_leaves_the_chat_again(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    number = await _keeps(database, cast, prompt, Note(LONG))
    async with database.writing() as session:
        session.add(Readiness(person_id=cast["Ratna"].id, phone="shared", updated_at=MORNING))
    shown, gone = await talk.tap(RATNA, f"ropen:{number}")
    assert "uang mainan" in words_of(shown)
    assert (gone.method, gone.edits, gone.due_at) == ("deleteMessage", shown.key, MORNING + timedelta(minutes=10))


async def test_several_of_one_person_can_be_told_apart(
    database: Database, cast: Cast, prompt: Delivery, talk: Door
) -> None:
    for words in ("Yang pertama", "Yang kedua"):
        await _keeps(database, cast, prompt, Note(words))
    (told,) = await talk.message(RATNA, "/ringkasan")
    assert [key["text"] for row in told.params["reply_markup"]["inline_keyboard"] for key in row] == [
        "Baca Bu Sari", "Baca Bu Sari (2)",
    ]  # fmt: skip
