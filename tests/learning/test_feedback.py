"""Colleagues respond: by replying in the group, by a tap in private, with a suggestion only where it is welcome."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community import budget, consent, listening
from community.listening import Heard
from community.notes import Note
from community.refusals import NeedsConsent, NotAllowed, Refusal
from handlers import feedback as feedback_door
from handlers import pieces as pieces_door
from handlers import synthesis as synthesis_door
from learning import feedback, pieces, reflections, replies, targets
from learning.pieces import Shown
from learning.refusals import Gone, NotYours
from storage.database import Database
from storage.models import (
    Attention,
    Delivery,
    Feedback,
    Group,
    Letter,
    Membership,
    Message,
    Person,
    Piece,
    Reflection,
)
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, Door, data_of, letters, words_of

MELATI, ANGGREK = -1001, -1002
SARI, BUDI, RATNA, HENDRA, MADE, _DEWI, TAMU = range(100, 107)
NIGHT = datetime(2026, 7, 22, 14, 0, tzinfo=UTC)  # 21:00 in Jakarta


@pytest.fixture
async def door(database: Database, prompt: Delivery) -> Door:
    return Door(database, feedback_door, pieces_door, synthesis_door)


@pytest.fixture
async def said(door: Door) -> Reflection:
    """Sari answered the prompt in the group, as message 600."""
    await door.message(SARI, "Murid berani bertanya.", MELATI, message_id=600, reply_to_message=_at(500, 42))
    return (await _rows(door.database, Reflection))[0]


@pytest.fixture
async def posted(door: Door, cast: Cast, prompt: Delivery) -> Reflection:
    """Sari reflected in private, for the group: the assistant posted it, as message 700."""
    async with door.database.writing() as session:
        kept = await reflections.keep(
            session, cast["Sari"], prompt.id, "group", Note("Kartu bantuan dipakai."), MORNING
        )
        letter = (await session.scalars(select(Letter).where(Letter.key.startswith("reflection:")))).one()
        letter.state, letter.result = "delivered", {"message_id": 700, "chat_id": MELATI}
    return kept.reflection


def _at(message_id: int, by: int, *calls: str) -> dict[str, Any]:
    """The message that is answered, as it is kept: its author, and of ours the buttons."""
    user = {"id": by, "is_bot": by == 42, "first_name": "-"}
    chat = {"id": MELATI, "type": "supergroup", "title": "-"}
    body: dict[str, Any] = {"message_id": message_id, "date": 1, "chat": chat, "from": user}
    keys = [{"text": "-", "callback_data": call} for call in calls]
    return body | ({"reply_markup": {"inline_keyboard": [keys]}} if keys else {})


async def _rows(database: Database, table: Any, *where: Any) -> list[Any]:
    async with database.reading() as session:
        return list(await session.scalars(select(table).where(*where).order_by(table.id)))


def _heard(number: int, user: int, text: str | None, answers: int, *, by: int = SARI, **more: Any) -> Heard:
    body = {
        "message_id": number, "date": int(MORNING.timestamp()), "from": {"id": user}, "chat": {"id": MELATI},
        "reply_to_message": {"message_id": answers, "from": {"id": by, "is_bot": by == 42}},
    } | ({"text": text} if text else {}) | more  # fmt: skip
    return Heard(MELATI, MORNING, body, "edit_date" in more)


# What was said in the group


async def test_a_reply_to_a_colleagues_reflection_is_feedback_and_nothing_is_said(
    database: Database, cast: Cast, said: Reflection
) -> None:
    voice = {"file_id": "v1", "duration": 9}
    batch = [
        _heard(601, BUDI, "Bagus, Bu. Bagaimana yang pendiam?", 600),
        _heard(602, RATNA, None, 600, voice=voice),
        _heard(603, SARI, "Terima kasih", 600),  # one's own
        _heard(604, TAMU, "Halo", 600),  # agreed, and no member here
        _heard(605, BUDI, "Jam berapa rapat?", 590),  # answers something else
        _heard(606, BUDI, "/laporan", 600),
        Heard(MELATI, MORNING),  # of somebody who has not agreed
    ]
    async with database.writing() as session:
        assert await replies.heard(session, batch) == 2
        assert await replies.heard(session, batch) == 0  # the same batch again keeps nothing twice
    rows = await _rows(database, Feedback)
    assert [(row.giver_id, row.kind, row.medium, row.text, row.file_id, row.seconds) for row in rows] == [
        (cast["Budi"].id, "reply", "text", "Bagus, Bu. Bagaimana yang pendiam?", None, None),
        (cast["Ratna"].id, "reply", "voice", None, "v1", 9),
    ]
    assert {(row.receiver_id, row.reflection_id) for row in rows} == {(cast["Sari"].id, said.id)}
    assert not await letters(database, Letter.key.startswith("feedback:"))


async def test_an_edited_reply_follows_and_an_edit_of_nothing_keeps_nothing(
    database: Database, said: Reflection
) -> None:
    at = int(MORNING.timestamp()) + 60
    batch = [_heard(601, BUDI, "Bagus", 600), _heard(601, BUDI, "Bagus sekali", 600, edit_date=at)]
    async with database.writing() as session:
        await replies.heard(session, [*batch, _heard(609, BUDI, "Belum disimpan", 600, edit_date=at)])
        await replies.heard(session, [_heard(601, RATNA, "Bukan pesan saya", 600, edit_date=at)])
    (row,) = await _rows(database, Feedback)
    assert (row.text, row.edited_at) == ("Bagus sekali", datetime.fromtimestamp(at, UTC))


@pytest.mark.parametrize("who", ["Sari", "Budi"])
async def test_both_must_agree(database: Database, cast: Cast, said: Reflection, who: str) -> None:
    async with database.writing() as session:
        person = await session.get_one(Person, cast[who].id)
        person.consented_at = None
        await session.flush()
        assert await replies.heard(session, [_heard(601, BUDI, "Bagus", 600)]) == 0


async def test_a_reflection_that_is_not_for_the_group_any_more_gets_no_replies(
    database: Database, said: Reflection
) -> None:
    async with database.writing() as session:
        (await session.get_one(Reflection, said.id)).audience = "me"
        await session.flush()
        assert await replies.heard(session, [_heard(601, BUDI, "Bagus", 600)]) == 0


async def test_listening_costs_the_same_few_statements_however_much_is_said(
    database: Database, said: Reflection
) -> None:
    talk = [_heard(1000 + n, BUDI, f"Pesan {n}", 600) for n in range(40)]
    for one in talk:
        assert one.body is not None
        del one.body["reply_to_message"]
    elsewhere = [_heard(1100 + n, BUDI, f"Balasan {n}", 590) for n in range(40)]
    answers = [_heard(1200 + n, (BUDI, RATNA)[n % 2], f"Tanggapan {n}", 600) for n in range(40)]
    to_us = [_heard(1300 + n, BUDI, f"Untuk bot {n}", 600, by=42) for n in range(40)]
    async with database.writing() as session:
        for batch, expected, kept in ((talk, 0, 0), (to_us, 0, 0), (elsewhere, 1, 0), (answers, 3, 40)):
            with statements() as seen:
                assert await replies.heard(session, batch) == kept
            assert len(seen) == expected
        with statements() as seen:
            assert await listening.record(session, answers) == 40
        assert len(seen) == 7, "tags cost what they cost before"


async def test_a_reply_that_was_listened_to_before_its_reflection_is_not_lost(
    database: Database, cast: Cast, door: Door
) -> None:
    """After an outage both come at once, and the talk of the group is listened to first."""
    early = [_heard(601, BUDI, "Bagus, Bu.", 600), _heard(602, SARI, "Eh, salah ketik", 600)]
    async with database.writing() as session:
        await listening.record(session, early)
        assert await replies.heard(session, early) == 0
        (await session.scalars(select(Message).where(Message.tg_message_id == 601))).one().sent_at = MORNING
    await door.message(SARI, "Murid berani bertanya.", MELATI, message_id=600, reply_to_message=_at(500, 42))
    (row,) = await _rows(database, Feedback)
    assert (row.giver_id, row.text, row.tg_message_id) == (cast["Budi"].id, "Bagus, Bu.", 601)


@pytest.mark.parametrize("buttons", [True, False])
async def test_a_reply_to_the_assistants_post_is_feedback_with_or_without_its_button(
    database: Database, cast: Cast, door: Door, posted: Reflection, buttons: bool
) -> None:
    (letter,) = await letters(database, Letter.key.startswith("reflection:"))
    assert f"fb:r{posted.id}" in str(letter.params), "the way to answer stands under it"
    answered = _at(700, 42, *([f"fb:r{posted.id}"] if buttons else []))
    assert await door.message(BUDI, "Kartunya seperti apa?", MELATI, message_id=701, reply_to_message=answered) == []
    await door.edit(BUDI, "Kartunya seperti apa, Bu?", MELATI, message_id=701, reply_to_message=answered)
    await door.message(SARI, "Nanti saya foto.", MELATI, message_id=702, reply_to_message=answered)
    await door.message(MADE, "Halo", MELATI, message_id=703, reply_to_message=answered)
    (row,) = await _rows(database, Feedback)
    assert (row.giver_id, row.reflection_id, row.text) == (cast["Budi"].id, posted.id, "Kartunya seperti apa, Bu?")


async def test_a_button_of_another_group_under_a_message_of_ours_brings_nothing_here(
    database: Database, door: Door, posted: Reflection
) -> None:
    answered = _at(700, 42, f"fb:r{posted.id}")
    await door.message(MADE, "Wah", ANGGREK, message_id=701, reply_to_message=answered)
    assert await _rows(database, Feedback) == []


# On purpose, in private


async def test_from_the_button_to_the_receiver_in_two_taps_and_one_message(
    database: Database, cast: Cast, door: Door, said: Reflection
) -> None:
    toast, question = await door.tap(BUDI, f"fb:r{said.id}", MELATI)
    assert (toast.method, question.chat_id) == ("answerCallbackQuery", BUDI)
    assert "Bu Sari" in words_of(question)
    assert "Tujuannya sama untuk semua murid · Bantuannya sesuai kebutuhan murid" in words_of(question)
    assert data_of(question) == [f"fbkind:r{said.id}:{kind}" for kind in feedback.KINDS]
    (which,) = await door.tap(BUDI, f"fbkind:r{said.id}:strength")
    assert data_of(which) == [f"fbkind:r{said.id}:strength:{place}" for place in ("0", "1", "n")]
    (write,) = await door.tap(BUDI, f"fbkind:r{said.id}:strength:1")
    assert "Bantuannya sesuai kebutuhan murid" in words_of(write)
    (done,) = await door.message(BUDI, "Kartunya bertingkat.")
    assert "Bu Sari" in words_of(done)
    (row,) = await _rows(database, Feedback)
    assert (row.kind, row.criterion, row.text) == (
        "strength", "Bantuannya sesuai kebutuhan murid", "Kartunya bertingkat.",
    )  # fmt: skip
    (letter,) = await letters(database, Letter.key == f"feedback:{row.id}")
    assert (letter.chat_id, letter.person_id) == (SARI, cast["Budi"].id)
    assert letter.params is not None
    assert letter.params["disable_notification"] is True
    assert "Kata <b>Budi</b>, yang bagus dari" in letter.params["text"]
    assert f"fbhelp:{row.id}" in str(letter.params)


async def test_recognition_asks_for_no_criterion_and_offers_the_group(
    database: Database, door: Door, said: Reflection
) -> None:
    await door.tap(BUDI, f"fbkind:r{said.id}:recognition")
    (done,) = await door.message(BUDI, "Bu Sari sabar sekali.")
    (row,) = await _rows(database, Feedback)
    assert (row.kind, row.criterion) == ("recognition", None)
    assert "Sampaikan di grup" in str(done.params)
    for _ in range(2):
        await door.tap(BUDI, data_of(done)[0])
    (told,) = await letters(database, Letter.key == f"feedback:{row.id}:group")
    assert told.params is not None
    assert told.chat_id == MELATI
    assert told.params["reply_parameters"]["message_id"] == 600
    assert "mengapresiasi Bu Sari" in told.params["text"]
    assert told.params["disable_notification"] is True


async def test_at_night_it_waits_for_the_morning(database: Database, door: Door, said: Reflection) -> None:
    door.now = NIGHT
    await door.tap(BUDI, f"fbkind:r{said.id}:recognition")
    await door.message(BUDI, "Bu Sari sabar sekali.")
    (letter,) = await letters(database, Letter.key.startswith("feedback:"))
    assert letter.due_at == datetime(2026, 7, 22, 22, 30, tzinfo=UTC)  # 05:30 in Jakarta


async def test_what_helped_reaches_the_giver_once_and_there_it_ends(
    database: Database, door: Door, said: Reflection
) -> None:
    await door.tap(BUDI, f"fbkind:r{said.id}:question:n")
    await door.message(BUDI, "Bagaimana yang pendiam?")
    (row,) = await _rows(database, Feedback)
    for _ in range(2):
        toast, without = await door.tap(SARI, f"fbhelp:{row.id}")
        assert toast.method == "answerCallbackQuery"
        assert (without.method, "reply_markup" in without.params) == ("editMessageReplyMarkup", False)
    assert (await _rows(database, Feedback))[0].helped is True
    (thanks,) = await letters(database, Letter.key == f"feedback:{row.id}:thanks")
    assert (thanks.chat_id, data_of_letter(thanks)) == (BUDI, [])
    assert "Bagaimana yang pendiam?" in str(thanks.params)


def data_of_letter(letter: Letter) -> list[str]:
    rows = (letter.params or {}).get("reply_markup", {}).get("inline_keyboard", [])
    return [key["callback_data"] for row in rows for key in row]


async def test_what_colleagues_send_takes_room_in_the_week_and_is_never_refused(
    database: Database, cast: Cast, door: Door, said: Reflection
) -> None:
    day = MORNING.date() + timedelta(days=1)  # in Jakarta it is the day after already
    monday, group = budget.monday(day), cast.melati.id
    async with database.writing() as session:
        full = (await session.get_one(Group, group)).budget_messages - 2  # a prompt, and all but one
        session.add(Attention(person_id=cast["Sari"].id, week=monday, messages=full, minutes=0))

    async def spent() -> dict[str, tuple[int, int]]:
        rows = await _costs(database)
        return {name: rows.get((cast[name].id, monday), (0, 0)) for name in ("Sari", "Budi")}

    await door.tap(BUDI, f"fbkind:r{said.id}:question:n")
    await door.message(BUDI, "Bagaimana yang pendiam?")
    assert await spent() == {"Sari": (full + 1, 1), "Budi": (0, 0)}
    (row,) = await _rows(database, Feedback)
    for _ in range(2):
        await door.tap(SARI, f"fbhelp:{row.id}")
        await door.tap(BUDI, f"fbkind:r{said.id}:suggestion")
    assert await spent() == {"Sari": (full + 2, 2), "Budi": (1, 1)}, "thanked once, asked once, beyond the bound too"
    (ask,) = await letters(database, Letter.key.startswith("feedback:ask:"))
    await door.tap(SARI, data_of_letter(ask)[0])
    assert (await spent())["Budi"] == (1, 1), "the yes was asked for"
    async with database.writing() as session:
        assert await budget.admit(session, [budget.Want(cast["Sari"].id, group, day)]) == set()


async def _costs(database: Database) -> dict[tuple[int, date], tuple[int, int]]:
    async with database.reading() as session:
        rows = await session.scalars(select(Attention))
        return {(row.person_id, row.week): (row.messages, row.minutes) for row in rows}


async def test_a_suggestion_on_a_reflection_waits_for_the_authors_yes(
    database: Database, door: Door, said: Reflection
) -> None:
    for _ in range(2):
        (waits,) = await door.tap(BUDI, f"fbkind:r{said.id}:suggestion")
        assert "Saya tanyakan dulu kepada Bu Sari" in words_of(waits)
    with pytest.raises(Gone):
        await _suggest(database, said)
    (ask,) = await letters(database, Letter.key.startswith("feedback:ask:"))
    assert ask.chat_id == SARI
    yes, no = data_of_letter(ask)
    await door.tap(SARI, no)
    assert await letters(database, Letter.key.startswith("feedback:yes:")) == []
    await door.tap(SARI, yes)
    (told,) = await letters(database, Letter.key.startswith("feedback:yes:"))
    assert told.chat_id == BUDI
    assert data_of_letter(told) == [f"fbkind:r{said.id}:suggestion"]
    await door.tap(BUDI, f"fbkind:r{said.id}:suggestion:n")
    (done,) = await door.message(BUDI, "Coba kartu bergambar.")
    assert data_of(done) == [], "a suggestion stays between two people"
    (row,) = await _rows(database, Feedback)
    assert row.kind == "suggestion"
    with pytest.raises(Refusal):
        await door.tap(BUDI, f"fbgroup:{row.id}")


async def _suggest(database: Database, said: Reflection) -> None:
    async with database.writing() as session:
        budi = (await session.scalars(select(Person).where(Person.name == "Budi"))).one()
        await feedback.keep(session, budi, f"r{said.id}", "suggestion", "n", Note("Coba ini."), MORNING)


async def test_words_written_before_a_criterion_is_chosen_are_feedback_in_general(
    database: Database, door: Door, said: Reflection
) -> None:
    await door.tap(BUDI, f"fb:r{said.id}", MELATI)
    await door.tap(BUDI, f"fbkind:r{said.id}:strength")
    (done,) = await door.message(BUDI, "Kartunya bertingkat.")
    assert "Bu Sari" in words_of(done)
    (row,) = await _rows(database, Feedback)
    assert (row.kind, row.criterion, row.text) == ("strength", None, "Kartunya bertingkat.")


async def test_words_written_before_a_kind_is_chosen_wait_for_it(
    database: Database, door: Door, said: Reflection
) -> None:
    await door.tap(BUDI, f"fb:r{said.id}", MELATI)
    for text in ("Kartunya bertingkat.", "Murid memilih sendiri."):
        (asked,) = await door.message(BUDI, text)
    assert data_of(asked) == [f"fbkind:r{said.id}:{kind}" for kind in ("strength", "question", "recognition")]
    await door.message(BUDI, voice={"file_id": "F-1", "file_unique_id": "u", "duration": 4})
    assert await _rows(database, Feedback) == []
    await door.tap(BUDI, f"fbkind:r{said.id}:question")
    words, voice = await _rows(database, Feedback)
    assert (words.kind, words.text) == ("question", "Kartunya bertingkat.\nMurid memilih sendiri.")
    assert (voice.kind, voice.seconds) == ("question", 4)
    await door.tap(BUDI, f"fbkind:r{said.id}:question")
    assert len(await _rows(database, Feedback)) == 2, "they were given once"


async def test_feedback_ends_a_piece_that_was_left_lying(database: Database, door: Door, said: Reflection) -> None:
    await door.message(BUDI, "/karya")
    await door.tap(BUDI, f"fb:r{said.id}", MELATI)
    (asked,) = await door.message(BUDI, "Kartunya bertingkat.")
    assert f"fbkind:r{said.id}:strength" in data_of(asked)
    assert await _rows(database, Piece) == []


async def test_forged_buttons_bring_nothing(database: Database, cast: Cast, door: Door, said: Reflection) -> None:
    await door.tap(BUDI, f"fbkind:r{said.id}:recognition")
    await door.message(BUDI, "Bu Sari sabar sekali.")
    (row,) = await _rows(database, Feedback)
    forged: list[tuple[int, str, type[Exception]]] = [
        (SARI, f"fb:r{said.id}", Refusal),  # one's own
        (MADE, f"fb:r{said.id}", NotAllowed),  # of another group
        (TAMU, f"fb:r{said.id}", NotAllowed),
        (BUDI, "fb:r999", Gone),
        (BUDI, "fb:x1", Gone),
        (BUDI, "fb:", Gone),
        (BUDI, "fb:r१", Gone),
        (BUDI, f"fbkind:r{said.id}:reply", Gone),
        (BUDI, f"fbkind:r{said.id}:", Gone),
        (MADE, f"fbkind:r{said.id}:strength:0", NotAllowed),
        (BUDI, f"fbhelp:{row.id}", NotYours),
        (MADE, f"fbhelp:{row.id}", NotYours),
        (SARI, f"fbgroup:{row.id}", NotYours),
        (SARI, "fbhelp:999", Gone),
        (BUDI, f"fbmay:{said.id}:{cast['Budi'].id}:1", NotYours),
        (SARI, f"fbmay:{said.id}:{cast['Budi'].id}:1", Gone),  # nobody asked
        (SARI, "fbmay:999:1:1", Gone),
    ]
    before = len(await letters(database))
    for user, data, refusal in forged:
        with pytest.raises(refusal):
            await door.tap(user, data)
    assert len(await _rows(database, Feedback)) == 1
    assert (await _rows(database, Feedback))[0].helped is None
    assert len(await letters(database)) == before


async def test_a_private_reflection_is_nobodys_to_respond_to(
    database: Database, cast: Cast, door: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        for audience in ("me", "coach"):
            await reflections.keep(session, cast["Sari"], prompt.id, audience, Note("Hanya untuk saya."), MORNING)
    for row in await _rows(database, Reflection):
        with pytest.raises(Gone):
            await door.tap(RATNA, f"fb:r{row.id}")
    (listed,) = await door.message(RATNA, "/umpanbalik")
    assert data_of(listed) == []
    assert "Hanya untuk saya" not in words_of(listed)


async def test_the_list_shows_what_colleagues_shared_lately_and_nothing_of_ones_own(
    database: Database, cast: Cast, door: Door, said: Reflection, posted: Reflection
) -> None:
    async with database.writing() as session:
        (await session.get_one(Reflection, said.id)).created_at = MORNING - timedelta(days=15)
    (budis,) = await door.message(BUDI, "/feedback")
    assert data_of(budis) == [f"fb:r{posted.id}"]
    assert "Bu Sari · Kartu bantuan dipakai." in str(budis.params)
    for user in (SARI, MADE):
        (listed,) = await door.message(user, "/umpanbalik")
        assert data_of(listed) == []
    in_group = await door.message(BUDI, "/umpanbalik", MELATI)
    assert [draft.chat_id for draft in in_group] == [MELATI, BUDI]  # a thumb there, the list in private


async def test_who_has_not_agreed_is_led_through_consent_and_back(door: Door, said: Reflection) -> None:
    (opens,) = await door.tap(999, f"fb:r{said.id}", MELATI)
    assert opens.params["url"].endswith(f"?start=ur{said.id}")
    with pytest.raises(NeedsConsent) as needed:
        await door.message(999, f"/start ur{said.id}")
    assert consent.carried(needed.value.payload) == f"ur{said.id}"
    (question,) = await door.message(BUDI, f"/start ur{said.id}")
    assert data_of(question)[0] == f"fbkind:r{said.id}:strength"


async def test_feedback_of_somebody_who_took_their_yes_back_is_not_shown_and_not_sent(
    database: Database, cast: Cast, door: Door, said: Reflection
) -> None:
    await door.tap(BUDI, f"fbkind:r{said.id}:recognition")
    await door.message(BUDI, "Bu Sari sabar sekali.")
    period = (cast["Sari"].id, MORNING, MORNING + timedelta(hours=1))
    async with database.writing() as session:
        assert [row.text for row, _ in await feedback.received(session, *period)] == ["Bu Sari sabar sekali."]
        budi = await session.get_one(Person, cast["Budi"].id)
        await consent.withdraw(session, budi, MORNING)
        assert await feedback.received(session, *period) == []
    (letter,) = await letters(database, Letter.key.startswith("feedback:"))
    assert (letter.state, letter.params) == ("dropped", None)


# Pieces


def _file(kind: str, **more: Any) -> dict[str, Any]:
    base = {"file_id": "f1", "file_unique_id": "u1"}
    sizes = {"width": 1, "height": 1}
    needs = {"video": sizes | {"duration": 60}, "video_note": {"length": 1, "duration": 60}, "audio": {"duration": 9}}
    if kind == "photo":
        return {"photo": [base | sizes | {"file_id": "small"}, base | sizes]}
    return {kind: base | needs.get(kind, {}) | more}


async def test_a_clip_is_shown_to_the_group_as_one_message_and_taken_back(
    database: Database, cast: Cast, door: Door
) -> None:
    (criteria,) = await door.message(SARI, None, caption="/karya Diskusi kelompok", **_file("video", duration=180))
    assert data_of(criteria) == ["pc:criteria:0", "pc:criteria:1", "pc:criteria:done"]
    (toggled,) = await door.tap(SARI, "pc:criteria:1")
    assert "✓ Bantuannya sesuai kebutuhan murid" in str(toggled.params)
    await door.tap(SARI, "pc:criteria:done")
    (done,) = await door.tap(SARI, "pc:suggestion:1")
    (row,) = await _rows(database, Piece)
    assert (row.kind, row.title, row.file_kind, row.file_id, row.seconds) == (
        "clip", "Diskusi kelompok", "video", "f1", 180,
    )  # fmt: skip
    assert (row.criteria, row.wants_suggestion) == ("Bantuannya sesuai kebutuhan murid", True)
    (letter,) = await letters(database, Letter.key == row.letter_key)
    assert letter.params is not None
    assert (letter.method, letter.chat_id, letter.params["video"]) == ("sendVideo", MELATI, "f1")
    assert "Bu Sari</b> menunjukkan klip pelajaran: <b>Diskusi kelompok</b>" in letter.params["caption"]
    assert "Saran juga diharapkan" in letter.params["caption"]
    assert data_of_letter(letter) == [f"fb:p{row.id}"]
    async with database.writing() as session:
        sent = await session.get_one(Letter, letter.id)
        sent.state, sent.result = "delivered", {"message_id": 800, "chat_id": MELATI}
    answered = _at(800, 42, f"fb:p{row.id}")
    await door.message(BUDI, "Kelompoknya hidup.", MELATI, message_id=801, reply_to_message=answered)
    assert [one.piece_id for one in await _rows(database, Feedback)] == [row.id]
    await door.tap(SARI, data_of(done)[0])
    await door.tap(SARI, f"pcgone:{row.id}")
    assert await _rows(database, Piece) == []
    assert await _rows(database, Feedback) == []
    (gone,) = await letters(database, Letter.method == "deleteMessage")
    assert (gone.chat_id, gone.edits) == (MELATI, row.letter_key)


@pytest.mark.parametrize(
    "file, refused",
    [
        (_file("video", duration=181), "peers.piece.too_long"),
        (_file("document", mime_type="video/mp4"), "peers.piece.film_as_file"),
    ],
)
async def test_a_long_clip_is_refused_with_what_to_do(
    database: Database, door: Door, file: dict[str, Any], refused: str
) -> None:
    await door.message(SARI, "/karya")
    with pytest.raises(Refusal) as no:
        await door.message(SARI, None, **file)
    assert no.value.text_key == refused
    assert (await door.message(SARI, None, **_file("video")))[0].method == "sendMessage"  # the next try is welcome


@pytest.mark.parametrize(
    "file, method, name",
    [
        (_file("photo"), "sendPhoto", "photo"),
        (_file("document", mime_type="application/pdf"), "sendDocument", "document"),
        (_file("audio"), "sendAudio", "audio"),
    ],
)
async def test_a_file_goes_by_the_id_telegram_gave_it(
    database: Database, door: Door, file: dict[str, Any], method: str, name: str
) -> None:
    await door.message(SARI, "/karya")
    (kind,) = await door.message(SARI, None, **file)
    assert data_of(kind) == ["pc:kind:module", "pc:kind:medium"]
    await door.tap(SARI, "pc:kind:medium")
    await door.message(SARI, "Kartu  pecahan")
    await door.message(SARI, "Mudah dibuat\nDipakai semua murid\nBaris ketiga")
    await door.tap(SARI, "pc:suggestion:0")
    (row,) = await _rows(database, Piece)
    assert (row.kind, row.title, row.criteria) == ("medium", "Kartu pecahan", "Mudah dibuat\nDipakai semua murid")
    (letter,) = await letters(database, Letter.key == row.letter_key)
    assert letter.params is not None
    assert (letter.method, letter.params[name]) == (method, "f1")
    with pytest.raises(Refusal):  # suggestions were not asked for
        await door.tap(BUDI, f"fbkind:p{row.id}:suggestion:n")
    (asked,) = (await door.tap(BUDI, f"fb:p{row.id}"))[1:]
    assert f"fbkind:p{row.id}:suggestion" not in data_of(asked)
    assert "Mudah dibuat · Dipakai semua murid" in words_of(asked)


async def test_a_round_film_takes_no_caption_so_it_opens_by_a_button(database: Database, door: Door) -> None:
    await door.message(SARI, "/karya")
    await door.message(SARI, None, **_file("video_note"))
    await door.message(SARI, "Tanya jawab")
    await door.tap(SARI, "pc:criteria:done")
    await door.tap(SARI, "pc:suggestion:0")
    (row,) = await _rows(database, Piece)
    (letter,) = await letters(database, Letter.key == row.letter_key)
    assert (letter.method, data_of_letter(letter)) == ("sendMessage", [f"look:{row.id}", f"fb:p{row.id}"])
    toast, film = await door.tap(BUDI, f"look:{row.id}", MELATI)
    assert toast.method == "answerCallbackQuery"
    assert (film.method, film.params) == (
        "sendVideoNote",
        {"chat_id": BUDI, "video_note": "f1", "parse_mode": "HTML", "disable_notification": True},
    )
    for user in (MADE, TAMU):
        with pytest.raises(NotAllowed):
            await door.tap(user, f"look:{row.id}")


async def test_words_alone_are_a_piece_too_and_fit_into_a_message(database: Database, door: Door) -> None:
    await door.message(SARI, "/piece")
    await door.message(SARI, "<b>&" * 1000)
    await door.tap(SARI, "pc:kind:module")
    await door.message(SARI, "J" * 300)
    await door.message(SARI, "K" * 90)
    await door.tap(SARI, "pc:suggestion:1")
    (row,) = await _rows(database, Piece)
    assert (len(row.title), len(row.criteria), len(row.text)) == (128, 69, 4000)
    (letter,) = await letters(database, Letter.key == row.letter_key)
    assert letter.params is not None
    assert len(letter.params["text"]) <= 4096


async def test_only_its_owner_takes_a_piece_back_and_only_a_teacher_shows_one(
    database: Database, cast: Cast, door: Door
) -> None:
    async with database.writing() as session:
        turn = await pieces.begin(session, cast["Sari"], Shown(text="Modul pecahan"), "Pecahan")
        drawer = turn.drawer | {"kind": "module", "criteria": [], "suggestion": False}
        row, _ = await pieces.publish(session, cast["Sari"], drawer, MORNING)
        with pytest.raises(NotAllowed):
            await pieces.publish(session, cast["Made"], drawer, MORNING)
        with pytest.raises(Gone):
            await pieces.publish(session, cast["Sari"], turn.drawer, MORNING)
    for user in (BUDI, MADE):
        for data in (f"pcdel:{row.id}", f"pcgone:{row.id}"):
            with pytest.raises(NotYours):
                await door.tap(user, data)
    for user in (HENDRA, TAMU):
        with pytest.raises(NotAllowed):
            await door.message(user, "/karya")
    assert len(await _rows(database, Piece)) == 1


async def test_buttons_of_a_step_that_does_not_stand_change_nothing(database: Database, door: Door) -> None:
    (over,) = await door.tap(SARI, "pc:kind:module")
    assert "/karya" in words_of(over)
    await door.message(SARI, "/karya")
    await door.message(SARI, "Modul pecahan")
    for forged in ("pc:suggestion:1", "pc:criteria:0", "pc:kind:clip", "pc:kind:", "pc:group:2", "pc:x:y"):
        (stands,) = await door.tap(SARI, forged)
        assert data_of(stands) == ["pc:kind:module", "pc:kind:medium"]
    await door.tap(SARI, "pc:kind:module")
    await door.message(SARI, "Pecahan")
    for forged in ("pc:criteria:7", "pc:criteria:-1", "pc:criteria:"):
        (stands,) = await door.tap(SARI, forged)
        assert data_of(stands)[-1] == "pc:criteria:done"
    assert await _rows(database, Piece) == []


async def test_a_teacher_of_two_groups_says_which(database: Database, cast: Cast, door: Door) -> None:
    async with database.writing() as session:
        anggrek = cast.groups["KKG Anggrek"].id
        session.add(Membership(person_id=cast["Sari"].id, group_id=anggrek, role="teacher", since=MORNING))
    await door.message(SARI, "/karya")
    await door.message(SARI, "Modul pecahan")
    (which,) = await door.tap(SARI, "pc:kind:module")
    assert sorted(data_of(which)) == sorted(f"pc:group:{group.id}" for group in cast.groups.values())
    await door.tap(SARI, f"pc:group:{anggrek}")
    await door.message(SARI, "Pecahan")
    await door.tap(SARI, "pc:criteria:done")
    await door.tap(SARI, "pc:suggestion:0")
    assert [row.group_id for row in await _rows(database, Piece)] == [anggrek]


@pytest.mark.parametrize("code", ["", "r", "r0x", "q1", "1r", "r-1", "r" + "9" * 19, "r²"])
def test_a_code_that_is_none_is_read_as_none(code: str) -> None:
    assert targets.read(code) == ("", 0)
