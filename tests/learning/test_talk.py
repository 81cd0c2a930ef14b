"""The day as teachers meet it: taps, private words, voice notes, replies in the group."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.texts import Texts
from handlers import lessons, lost
from handlers.visiting import Visit
from learning.refusals import Gone
from storage.database import Database
from storage.models import ConversationState, Delivery, Group, Letter, Membership, Person, Question, Reflection, Trial
from tests.learning.conftest import ME, MORNING, Cast, Door, data_of, letters, words_of

SARI, BUDI, RATNA, HENDRA, STRANGER = 100, 101, 102, 103, 999
GROUP = -1001
VOICE = {"voice": {"file_id": "suara-1", "file_unique_id": "u", "duration": 17}}
PROMPT = {"reply_to_message": {"message_id": 500, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}}}


async def rows(database: Database, model: type) -> list:  # type: ignore[type-arg]
    async with database.reading() as session:
        return list(await session.scalars(select(model).order_by(model.id)))  # type: ignore[attr-defined]


async def unreachable(database: Database, cast: Cast, name: str) -> None:
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == cast[name].id).values(reachable=False))


async def test_a_tap_on_refleksi_writes_to_the_private_chat(door: Door, prompt: Delivery) -> None:
    toast, question = await door.tap(SARI, f"refl:{prompt.id}", GROUP)
    assert toast.params["text"] == "Saya tulis di chat pribadi."
    assert question.chat_id == SARI
    readers = [f"to:{prompt.id}:{name}" for name in ("me", "coach", "group")]
    assert data_of(question) == [*readers, f"guide:{prompt.id}"]
    labels = [row[0]["text"] for row in question.params["reply_markup"]["inline_keyboard"]]
    assert labels == [
        "Hanya saya",
        "Coach saya: Bu Ratna, kepala sekolah",
        "Grup (termasuk Bu Ratna, kepala sekolah)",
        "Terpandu: 4 pertanyaan",
    ]


@pytest.mark.parametrize("is_admin", [False, True])
async def test_a_closed_private_chat_is_opened_by_the_tap(
    database: Database, door: Door, cast: Cast, prompt: Delivery, is_admin: bool
) -> None:
    await unreachable(database, cast, "Sari")
    async with database.writing() as session:
        await session.execute(update(Group).values(bot_is_admin=is_admin))
    for name, letter in (("refl", "r"), ("ask", "q")):
        for user in (SARI, STRANGER):
            answer, *aside = await door.tap(user, f"{name}:{prompt.id}", GROUP)
            assert answer.params["url"] == f"https://t.me/sejawat_bot?start={letter}{prompt.id}"
            assert len(aside) == is_admin
            for draft in aside:
                only = draft.params["ephemeral_message_parameters"]
                assert only == {"receiver_user_id": user, "callback_query_id": "c1"}
                assert data_of(draft) == [answer.params["url"]]
                assert (draft.policy, draft.forgets) == ("once", user == STRANGER)
                assert draft.not_after is not None


async def test_words_without_a_choice_are_for_oneself(database: Database, door: Door, prompt: Delivery) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    (kept,) = await door.message(SARI, "Murid lebih berani bertanya.")
    assert "hanya Bapak/Ibu sendiri" in words_of(kept)
    (row,) = await rows(database, Reflection)
    assert (row.audience, row.medium, row.text) == ("me", "text", "Murid lebih berani bertanya.")


async def test_the_reader_is_named_before_the_words_are_kept(database: Database, door: Door, prompt: Delivery) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    (shown,) = await door.tap(SARI, f"to:{prompt.id}:coach")
    assert "Akan dibaca: <b>Bu Ratna, kepala sekolah</b>" in words_of(shown)
    assert await rows(database, Reflection) == []
    (kept,) = await door.message(SARI, None, **VOICE)
    assert "17 detik" in words_of(kept)
    assert "Bu Ratna, kepala sekolah" in words_of(kept)
    (row,) = await rows(database, Reflection)
    assert (row.audience, row.medium, row.file_id, row.seconds, row.text) == ("coach", "voice", "suara-1", 17, None)


async def test_a_reflection_for_the_group_is_said_there_in_the_teachers_name(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    await door.tap(SARI, f"to:{prompt.id}:group")
    await door.message(SARI, "Tumpukan <tengah> paling besar.")
    (row,) = await rows(database, Reflection)
    (said,) = await letters(database, Letter.key.startswith(f"reflection:{row.id}@"))
    assert said.params is not None
    assert (said.chat_id, said.params["reply_parameters"]["message_id"]) == (GROUP, 500)
    assert said.params["disable_notification"] is True
    assert said.params["text"] == "<b>Bu Sari</b> berefleksi: “Tumpukan &lt;tengah&gt; paling besar.”"


async def test_changing_the_words_and_the_reader_follows_into_the_group(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    (kept,) = await door.message(SARI, "satu")
    edit, reader, remove = data_of(kept)
    await door.tap(SARI, edit)
    await door.message(SARI, "dua")
    (row,) = await rows(database, Reflection)
    assert row.text == "dua"
    assert row.edited_at == MORNING
    (choice,) = await door.tap(SARI, reader)
    assert [row[0]["text"][0] for row in choice.params["reply_markup"]["inline_keyboard"]] == ["✓", "C", "G"]
    await door.tap(SARI, data_of(choice)[2])
    said = await letters(database, Letter.key.startswith("reflection:"))
    assert [letter.state for letter in said] == ["pending"]
    async with database.writing() as session:
        sent = {"state": "delivered", "result": {"message_id": 501, "chat_id": GROUP}}
        await session.execute(update(Letter).where(Letter.id == said[0].id).values(**sent))
    await door.tap(SARI, data_of(choice)[0])
    (back,) = await letters(database, Letter.method == "deleteMessage")
    assert back.edits == said[0].key
    (sure,) = await door.tap(SARI, remove)
    assert len(await rows(database, Reflection)) == 1
    await door.tap(SARI, data_of(sure)[0])
    assert await rows(database, Reflection) == []
    assert len(await letters(database, Letter.method == "deleteMessage")) == 1


async def test_what_the_group_has_not_read_yet_is_not_sent_any_more(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    await door.tap(SARI, f"to:{prompt.id}:group")
    (kept,) = await door.message(SARI, "terlalu cepat")
    (sure,) = await door.tap(SARI, data_of(kept)[2])
    await door.tap(SARI, data_of(sure)[0])
    (said,) = await letters(database, Letter.key.startswith("reflection:"))
    assert (said.state, said.params) == ("dropped", None)
    assert await letters(database, Letter.method == "deleteMessage") == []


async def test_a_reply_to_the_prompt_is_a_reflection_and_gets_a_thumb(
    database: Database, door: Door, prompt: Delivery
) -> None:
    (thumb,) = await door.message(SARI, "Sudah, ramai sekali.", GROUP, message_id=601, **PROMPT)
    assert thumb.method == "setMessageReaction"
    assert thumb.params["message_id"] == 601
    await door.message(BUDI, None, GROUP, message_id=602, **PROMPT, **VOICE)
    await door.edit(SARI, "Sudah, ramai sekali!", GROUP, message_id=601, **PROMPT)
    first, second = await rows(database, Reflection)
    assert (first.audience, first.text, first.tg_message_id) == ("group", "Sudah, ramai sekali!", 601)
    assert (second.medium, second.seconds) == ("voice", 17)
    assert await letters(database, Letter.method == "sendMessage", Letter.id > 1) == [], "no message for it"


@pytest.mark.parametrize("who", [HENDRA, STRANGER, 104])
async def test_a_reply_of_somebody_else_is_not_kept(database: Database, door: Door, who: int) -> None:
    assert await door.message(who, "Bagus, Bapak/Ibu.", GROUP, message_id=601, **PROMPT) == []
    assert await rows(database, Reflection) == []


async def test_a_reply_to_another_message_or_a_command_is_no_reflection(database: Database, door: Door) -> None:
    other = {"reply_to_message": PROMPT["reply_to_message"] | {"message_id": 499}}
    assert await door.message(SARI, "Setuju.", GROUP, **other) == []
    assert await door.message(SARI, "/laporan", GROUP, **PROMPT) == []
    assert await rows(database, Reflection) == []


PHOTO = {"photo": [{"file_id": f"foto-{size}", "file_unique_id": size, "width": 9, "height": 9} for size in "ab"]}


async def test_a_photo_is_a_reflection_with_a_word_about_faces_and_names(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    (choice,) = await door.tap(SARI, f"to:{prompt.id}:group")
    assert "termasuk Bu Ratna, kepala sekolah" in words_of(choice)
    (kept,) = await door.message(SARI, None, caption="Tiga tumpukan.", **PHOTO)
    assert "termasuk Bu Ratna, kepala sekolah" in words_of(kept)
    assert "wajah dan nama murid" in words_of(kept)
    (row,) = await rows(database, Reflection)
    assert (row.medium, row.text, row.file_id, row.seconds) == ("photo", "Tiga tumpukan.", "foto-b", None)
    (said,) = await letters(database, Letter.key.startswith("reflection:"))
    assert (said.method, said.params["photo"]) == ("sendPhoto", "foto-b")
    assert said.params["caption"] == "<b>Bu Sari</b> berefleksi: “Tiga tumpukan.”"
    await door.tap(SARI, f"rgone:{row.id}")
    (said,) = await letters(database, Letter.key.startswith("reflection:"))
    assert said.state == "dropped"


async def test_of_an_album_the_first_picture_is_kept_and_that_is_said(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start r{prompt.id}")
    (kept,) = await door.message(SARI, None, media_group_id="a1", **PHOTO)
    assert "yang pertama saya simpan" in words_of(kept)
    assert await door.message(SARI, None, media_group_id="a1", **PHOTO) == []
    for number in (601, 602):
        await door.message(BUDI, None, GROUP, message_id=number, media_group_id="a2", **PROMPT, **PHOTO)
    assert [row.audience for row in await rows(database, Reflection)] == ["me", "group"]


@pytest.mark.parametrize("words", ["Terima kasih", "Baik, Bu", "matur nuwun", "Selamat pagi", "siap"])
async def test_mere_thanks_are_answered_and_the_question_stays(
    database: Database, prompt: Delivery, words: str
) -> None:
    door = Door(database, lost)
    await door.tap(SARI, f"refl:{prompt.id}", GROUP)
    await door.tap(BUDI, f"tried:{prompt.id}", GROUP)
    for user in (SARI, BUDI):
        (answer,) = await door.message(user, words)
        assert data_of(answer) == []
        assert "Tersimpan" not in words_of(answer)
    assert await door.message(SARI, words, GROUP, message_id=601, **PROMPT) == []
    assert await rows(database, Reflection) == []
    await door.message(SARI, f"{words}, tadi murid saya berani bertanya dan tertawa.")
    await door.message(BUDI, "Mereka menulis sendiri.")
    assert len(await rows(database, Reflection)) == 1
    (trial,) = await rows(database, Trial)
    assert trial.pupils_did == "Mereka menulis sendiri."


async def test_a_coachs_short_answer_is_an_answer(database: Database, prompt: Delivery) -> None:
    door = Door(database, lost)
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    await door.message(SARI, "Boleh pakai kertas bekas?")
    (question,) = await rows(database, Question)
    await door.tap(RATNA, f"answer:{question.id}")
    await door.message(RATNA, "Ya")
    (question,) = await rows(database, Question)
    assert question.answered_at == MORNING


def private_copy(prompt: Delivery) -> dict[str, object]:
    """A reply to our message in the private chat that has the prompt's buttons."""
    ours = {"message_id": 321, "date": 1, "chat": {"id": SARI, "type": "private"}}
    key = [[{"text": "-", "callback_data": f"refl:{prompt.id}"}]]
    ours |= {"from": {"id": 42, "is_bot": True, "first_name": "-"}, "reply_markup": {"inline_keyboard": key}}
    return {"reply_to_message": ours}


async def test_a_reply_to_a_private_copy_is_for_oneself_and_says_so(
    database: Database, door: Door, prompt: Delivery
) -> None:
    (kept,) = await door.message(SARI, "Tadi ramai.", **private_copy(prompt))
    assert "hanya Bapak/Ibu sendiri" in words_of(kept)
    await door.tap(SARI, f"to:{prompt.id}:coach")
    (kept,) = await door.message(SARI, "Tadi sepi.", **private_copy(prompt))
    assert "Bu Ratna, kepala sekolah" in words_of(kept), "the reader that has just been chosen"
    await door.tap(SARI, f"to:{prompt.id}:coach")
    door.now += timedelta(hours=12)
    (kept,) = await door.message(SARI, "Tadi biasa.", **private_copy(prompt))
    assert "hanya Bapak/Ibu sendiri" in words_of(kept), "a choice of yesterday does not count"
    assert [row.audience for row in await rows(database, Reflection)] == ["me", "coach", "me"]
    with pytest.raises(NotAllowed):
        await door.message(104, "Saya dari grup lain.", **private_copy(prompt))
    with pytest.raises(NeedsConsent):
        await door.message(STRANGER, "Saya bukan siapa-siapa.", **private_copy(prompt))


async def test_a_reply_to_a_prompt_at_ones_own_pace_is_a_reflection(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        own = {"person_id": cast["Sari"].id, "tg_chat_id": SARI, "tg_message_id": 44}
        await session.execute(update(Delivery).values(**own))
    reply = {"reply_to_message": {"message_id": 44, "date": 1, "chat": {"id": SARI, "type": "private"}}}
    (kept,) = await door.message(SARI, "Dengan langkah sendiri.", **reply)
    assert "hanya Bapak/Ibu sendiri" in words_of(kept)
    (row,) = await rows(database, Reflection)
    assert (row.audience, row.delivery_id) == ("me", prompt.id)
    with pytest.raises(NotAllowed):
        await door.message(BUDI, "Punya orang lain.", **private_copy(prompt))


async def test_from_prompt_to_stored_reflection_in_one_tap_and_one_message(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"refl:{prompt.id}", GROUP)
    await door.message(SARI, "Murid bertanya lebih dulu.")
    assert len(await rows(database, Reflection)) == 1


async def test_trying_it_is_one_tap_and_one_question_that_may_be_skipped(
    database: Database, door: Door, prompt: Delivery
) -> None:
    toast, question = await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    assert "Tercatat" in toast.params["text"]
    assert "apa yang murid lakukan?" in words_of(question)
    (again,) = await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    assert again.params["text"] == "Sudah tercatat sebelumnya."
    (please,) = await door.message(SARI, None, **VOICE)
    assert "mohon ditulis" in words_of(please)
    await door.message(SARI, "Mereka saling membantu.")
    (trial,) = await rows(database, Trial)
    assert trial.pupils_did == "Mereka saling membantu."
    _, question = await door.tap(BUDI, f"tried:{prompt.id}", GROUP)
    await door.tap(BUDI, data_of(question)[1])
    assert await door.message(BUDI, "Selamat pagi.") == [], "nothing is asked any more"


async def test_the_question_does_not_break_into_a_reflection(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}", GROUP)
    _, question = await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    await door.message(SARI, "Ini refleksi saya.")
    assert len(await rows(database, Reflection)) == 1
    await door.tap(SARI, data_of(question)[0])
    await door.message(SARI, "Mereka tertawa.")
    (trial,) = await rows(database, Trial)
    assert trial.pupils_did == "Mereka tertawa."


async def test_words_of_another_day_are_not_taken_for_an_answer(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    await door.tap(BUDI, f"refl:{prompt.id}", GROUP)
    door.now += timedelta(hours=12)
    assert await door.message(SARI, "Selamat malam.") == []
    assert await door.message(BUDI, "Selamat malam.") == []
    (trial,) = await rows(database, Trial)
    assert trial.pupils_did is None
    assert await rows(database, Reflection) == []


async def test_who_has_not_agreed_or_does_not_teach_here_is_told_the_way(door: Door, prompt: Delivery) -> None:
    with pytest.raises(NeedsConsent) as asked:
        await door.tap(STRANGER, f"tried:{prompt.id}", GROUP)
    assert asked.value.payload == f"t{prompt.id}"
    with pytest.raises(NotAllowed) as refused:
        await door.tap(HENDRA, f"tried:{prompt.id}", GROUP)
    assert refused.value.text_key == "learning.join_first"


@pytest.mark.parametrize("data", ["refl:999999", "refl:x", "refl:" + "9" * 40, "tried:", "ask:-1", "raud:1:me"])
async def test_forged_buttons_are_refused(door: Door, data: str) -> None:
    with pytest.raises(Gone):
        await door.tap(SARI, data)


@pytest.mark.parametrize("audience", ["", "dinas", "ME"])
async def test_a_forged_audience_is_refused(door: Door, prompt: Delivery, audience: str) -> None:
    for name in ("to", "askto"):
        with pytest.raises(Refusal):
            await door.tap(SARI, f"{name}:{prompt.id}:{audience}")


async def test_a_question_to_the_coach_comes_back_answered(database: Database, door: Door, prompt: Delivery) -> None:
    _, choice = await door.tap(SARI, f"ask:{prompt.id}", GROUP)
    assert data_of(choice) == [f"askto:{prompt.id}:group", f"askto:{prompt.id}:coach"]
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    (told,) = await door.message(SARI, "Kalau kertasnya habis, bagaimana?")
    assert "Bu Ratna" in words_of(told)
    (brought,) = await letters(database, Letter.chat_id == RATNA)
    async with database.writing() as session:
        sent = {"state": "delivered", "result": {"message_id": 77, "chat_id": RATNA}}
        await session.execute(update(Letter).where(Letter.id == brought.id).values(**sent))
    reply = {"reply_to_message": {"message_id": 77, "date": 1, "chat": {"id": RATNA, "type": "private"}}}
    await door.message(RATNA, "Pakai papan tulis saja, Bu.", **reply)
    (back,) = await letters(database, Letter.key.startswith("answer:"))
    assert back.chat_id == SARI
    assert back.params is not None
    assert "Pakai papan tulis saja, Bu." in back.params["text"]
    (question,) = await rows(database, Question)
    assert question.answered_at == MORNING
    # The button has done its work; another reply adds to the answer, and a voice note stays one.
    door.now += timedelta(minutes=1)
    with pytest.raises(Refusal, match="answered_already"):
        await door.tap(RATNA, f"answer:{question.id}")
    await door.message(RATNA, None, **VOICE, **reply)
    (voice,) = await letters(database, Letter.method == "sendVoice")
    assert voice.params is not None
    assert (voice.chat_id, voice.params["voice"]) == (SARI, "suara-1")
    assert "Bu Ratna" in voice.params["caption"]


async def test_only_who_accompanies_the_group_answers(database: Database, door: Door, prompt: Delivery) -> None:
    await door.message(SARI, f"/start q{prompt.id}")
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    await door.message(SARI, "Bagaimana?")
    (question,) = await rows(database, Question)
    for user in (BUDI, HENDRA, 105):
        with pytest.raises(NotAllowed):
            await door.tap(user, f"answer:{question.id}")


async def test_at_night_the_coach_is_left_in_peace(database: Database, door: Door, prompt: Delivery) -> None:
    door.now = datetime(2026, 7, 24, 14, 0, tzinfo=UTC)  # Friday, 21:00 in Jakarta
    await door.message(SARI, f"/start q{prompt.id}")
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    await door.message(SARI, "Bagaimana?")
    (brought,) = await letters(database, Letter.chat_id == RATNA)
    assert brought.due_at == datetime(2026, 7, 26, 23, 30, tzinfo=UTC), "Monday 06:30"


async def test_a_coach_without_private_chat_finds_it_in_the_digest(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    await unreachable(database, cast, "Ratna")
    await door.message(SARI, f"/start q{prompt.id}")
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    (told,) = await door.message(SARI, "Bagaimana?")
    assert "ringkasan" in words_of(told)
    assert await letters(database, Letter.chat_id == RATNA) == []
    (question,) = await rows(database, Question)
    assert (question.audience, question.answered_at, question.letter_key) == ("coach", None, None)


async def test_a_question_to_the_group_stands_under_the_prompt(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.message(SARI, f"/start q{prompt.id}")
    await door.tap(SARI, f"askto:{prompt.id}:group")
    await door.message(SARI, "Ada yang punya contoh soal?")
    (said,) = await letters(database, Letter.key.startswith("question:"))
    assert said.params is not None
    assert (said.chat_id, said.params["reply_parameters"]["message_id"]) == (GROUP, 500)
    assert said.params["text"] == "<b>Bu Sari</b> bertanya: “Ada yang punya contoh soal?”"


async def test_today_shows_the_lesson_again_and_tomorrow_offers_to_catch_up(
    database: Database, door: Door, prompt: Delivery
) -> None:
    (lesson,) = await door.message(SARI, "/hariini")
    (sent,) = await letters(database, Letter.key == prompt.letter_key)
    assert sent.params is not None
    assert words_of(lesson) == sent.params["text"]
    door.now = datetime(2026, 7, 23, 10, 0, tzinfo=UTC)
    (earlier,) = await door.message(SARI, "/hariini")
    assert "masih layak dicoba" in words_of(earlier)
    assert data_of(earlier) == [f"again:{prompt.id}", "skipall:0"]
    (lesson,) = await door.tap(SARI, f"again:{prompt.id}")
    assert words_of(lesson) == sent.params["text"]
    await door.tap(SARI, "skipall:0")
    none, last = await door.message(SARI, "/hariini")
    assert "belum ada ajakan baru" in words_of(none)
    assert words_of(last) == sent.params["text"]


async def test_late_reflections_are_welcome(door: Door, prompt: Delivery) -> None:
    door.now = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)
    (which,) = await door.message(SARI, "/refleksi")
    assert data_of(which) == [f"refl:{prompt.id}"]
    _, question = await door.tap(SARI, f"refl:{prompt.id}")
    assert data_of(question)[0] == f"to:{prompt.id}:me"


async def test_a_command_in_the_group_is_answered_in_private(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    thumb, which = await door.message(SARI, "/refleksi", GROUP)
    assert (thumb.method, which.chat_id) == ("setMessageReaction", SARI)
    await unreachable(database, cast, "Sari")
    (way,) = await door.message(SARI, "/hariini", GROUP)
    assert data_of(way) == ["https://t.me/sejawat_bot?start="]


async def test_somebody_in_no_group_has_no_prompt(database: Database, door: Door) -> None:
    async with database.writing() as session:
        await session.execute(update(Membership).values(until=MORNING))
    (none,) = await door.message(SARI, "/refleksi")
    assert "Belum ada ajakan" in words_of(none)


async def test_telegrams_answer_tells_where_the_prompt_stands(database: Database, cast: Cast, prompt: Delivery) -> None:
    result = {"message_id": 707, "date": 1, "chat": {"id": -1009, "type": "supergroup"}, "text": "…"}
    answer = {"ok": True, "result": result, "error": None, "letter": prompt.letter_key}
    later = MORNING + timedelta(seconds=2)
    async with database.writing() as session:
        visit = Visit(session, later, Texts("id"), ME, "v1", user_id=0, chat_id=GROUP, fingerprint="f")
        told = lessons.ANSWERS["learning.prompt_delivered"]
        assert await told(answer, {"delivery": prompt.id, "chat_id": GROUP}, visit) is None
        assert await told(answer | {"ok": False, "result": None}, {"delivery": prompt.id}, visit) is None
    (row,) = await rows(database, Delivery)
    assert (row.tg_chat_id, row.tg_message_id, row.delivered_at) == (-1009, 707, later)


async def test_an_old_button_remembers_nothing_of_a_stranger(database: Database, door: Door, prompt: Delivery) -> None:
    with pytest.raises(NeedsConsent):
        await door.tap(999_999, f"pupils:{prompt.id}")
    async with database.reading() as session:
        assert await session.scalar(select(ConversationState.user_id)) is None


async def test_the_used_button_of_a_question_says_whose_it_is_while_it_is_open(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"askto:{prompt.id}:coach")
    await door.message(SARI, "Kalau kertasnya habis, bagaimana?")
    (question,) = await rows(database, Question)
    told = await door.tap(RATNA, f"answer:{question.id}")
    assert "Sari" in words_of(told[-1])
    assert "Kalau kertasnya habis" in words_of(told[-1])
