"""Four small questions: answered, skipped, left and taken up again; one follow-up; one text in the end."""

from datetime import timedelta
from typing import Any

import pytest

from community.notes import Note
from community.refusals import Refusal
from content.texts import Texts
from learning import guided, readable
from learning.refusals import Gone
from storage.database import Database
from storage.models import Delivery, Letter, Membership, Reflection
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of
from tests.learning.test_talk import GROUP, SARI, VOICE, rows

HENDRA = 103
ANSWERS = ("Kami menakar air.", "Dua murid menghitung dengan kerikil.", "Mereka perlu benda.", "Besok pakai gelas.")
PHOTO = {"photo": [{"file_id": f"foto-{size}", "file_unique_id": size, "width": 9, "height": 9} for size in "ab"]}


async def drafts_of(database: Database) -> list[Reflection]:
    return [row for row in await rows(database, Reflection) if row.kind == "draft"]


def question(drafts: list[Any]) -> Any:
    """The last message with a button to skip."""
    return [one for one in drafts if any(data.startswith("gskip:") for data in data_of(one))][-1]


def reply_to(draft: Any) -> dict[str, Any]:
    """Answering a message of ours, as Telegram tells it."""
    ours = {"message_id": 800, "date": 1, "chat": {"id": SARI, "type": "private"}}
    ours |= {"from": {"id": 42, "is_bot": True, "first_name": "-"}, "reply_markup": draft.params["reply_markup"]}
    return {"reply_to_message": ours}


async def test_four_answers_become_one_text_read_back_with_its_reader(
    database: Database, door: Door, prompt: Delivery
) -> None:
    begun, asked = await door.tap(SARI, f"guide:{prompt.id}")
    assert "hanya Bapak/Ibu sendiri" in words_of(begun)
    assert "1 dari 4" in words_of(asked)
    for number, words in enumerate(ANSWERS[:3], start=2):
        (asked,) = await door.message(SARI, words)
        assert f"{number} dari 4" in words_of(asked)
    (whole,) = await door.message(SARI, ANSWERS[3])
    for words in (*ANSWERS, "Yang murid lakukan atau katakan", "hanya Bapak/Ibu sendiri"):
        assert words in words_of(whole)
    (row,) = await rows(database, Reflection)
    assert (row.kind, row.audience, row.medium, row.text) == ("guided", "me", "text", "\n\n".join(ANSWERS))
    assert row.parts == dict(zip(guided.PARTS, ANSWERS, strict=True))
    assert data_of(whole) == [f"{name}:{row.id}" for name in ("redit", "rwho", "rdel")]
    assert await door.message(SARI, "Kalimat lain.") == [], "nothing is asked any more"


async def test_what_is_left_is_taken_up_days_later_where_it_was(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    await door.message(SARI, ANSWERS[0])
    door.now += timedelta(days=3)
    assert await door.message(SARI, "Selamat malam semuanya, Bu.") == [], "words of another day are something else"
    _, choice = await door.tap(SARI, f"refl:{prompt.id}")
    labels = [row[0]["text"] for row in choice.params["reply_markup"]["inline_keyboard"]]
    assert labels[-1] == "Lanjutkan yang terpandu"
    _, asked = await door.tap(SARI, f"guide:{prompt.id}")
    assert "2 dari 4" in words_of(asked)
    for words in ANSWERS[1:]:
        drafts = await door.message(SARI, words)
    assert ANSWERS[0] in words_of(drafts[0])
    (row,) = await rows(database, Reflection)
    assert row.created_at == MORNING + timedelta(days=3), "it counts from the day on which it is whole"


async def test_a_reply_to_an_old_question_answers_it(database: Database, door: Door, prompt: Delivery) -> None:
    first = question(await door.tap(SARI, f"guide:{prompt.id}"))
    second = question(await door.message(SARI, ANSWERS[0]))
    door.now += timedelta(days=2)
    third = question(await door.message(SARI, ANSWERS[1], **reply_to(second)))
    assert "3 dari 4" in words_of(third)
    again = question(await door.message(SARI, "Kami menakar pasir.", **reply_to(first)))
    assert words_of(again) == words_of(third), "the last answer stands, and the open question stays"
    (draft,) = await drafts_of(database)
    assert draft.parts is not None
    assert draft.parts["happened"] == "Kami menakar pasir."


async def test_a_question_is_skipped_and_an_old_button_takes_nothing_away(
    database: Database, door: Door, prompt: Delivery
) -> None:
    first = question(await door.tap(SARI, f"guide:{prompt.id}"))
    await door.message(SARI, ANSWERS[0])
    again = question(await door.tap(SARI, data_of(first)[0]))
    assert "2 dari 4" in words_of(again)
    (draft,) = await drafts_of(database)
    assert draft.parts is not None
    assert draft.parts["happened"] == ANSWERS[0]


async def test_skipping_everything_keeps_nothing(database: Database, door: Door, prompt: Delivery) -> None:
    asked = question(await door.tap(SARI, f"guide:{prompt.id}"))
    for _ in range(3):
        asked = question(await door.tap(SARI, data_of(asked)[0]))
    (nothing,) = await door.tap(SARI, data_of(asked)[0])
    assert "Tidak ada yang disimpan" in words_of(nothing)
    assert await rows(database, Reflection) == []


async def test_one_thing_that_is_missing_is_asked_for_once(database: Database, door: Door, prompt: Delivery) -> None:
    asked = question(await door.tap(SARI, f"guide:{prompt.id}"))
    for words in (ANSWERS[0], None, ANSWERS[2], None):
        drafts = await door.message(SARI, words) if words else await door.tap(SARI, data_of(asked)[0])
        asked = question(drafts)
    assert "Satu lagi" in words_of(asked)
    assert "satu murid saja" in words_of(asked)
    (whole,) = await door.message(SARI, "Ada yang menuang sambil menghitung.")
    (row,) = await rows(database, Reflection)
    assert row.parts == {
        "happened": ANSWERS[0], "pupils": "Ada yang menuang sambil menghitung.", "shows": ANSWERS[2], "next": "",
    }  # fmt: skip
    assert "Langkah berikutnya" not in words_of(whole), "the next step was left out, and is not asked for again"


async def test_the_follow_up_adds_to_what_was_said_and_may_be_skipped_too(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    for words in (ANSWERS[0], "Ramai sekali.", ANSWERS[2]):
        await door.message(SARI, words)
    more = question(await door.message(SARI, ANSWERS[3]))
    await door.tap(SARI, data_of(more)[0])
    (row,) = await rows(database, Reflection)
    assert (row.kind, row.parts["pupils"]) == ("guided", "Ramai sekali.")
    await door.tap(SARI, f"guide:{prompt.id}")
    for words in (ANSWERS[0], "Ramai sekali.", ANSWERS[2], ANSWERS[3], "Seorang murid diam."):
        await door.message(SARI, words)
    _, second = await rows(database, Reflection)
    assert second.parts["pupils"] == "Ramai sekali.\nSeorang murid diam."


async def test_a_voice_note_is_an_answer_and_is_heard_in_the_group(
    database: Database, door: Door, prompt: Delivery
) -> None:
    begun, _ = await door.tap(SARI, f"guide:{prompt.id}:group")
    assert "termasuk Bu Ratna, kepala sekolah" in words_of(begun)
    await door.message(SARI, ANSWERS[0])
    await door.message(SARI, None, **VOICE)
    for words in ANSWERS[2:]:
        (whole,) = await door.message(SARI, words)
    assert "(pesan suara, 17 detik)" in words_of(whole)
    (row,) = await rows(database, Reflection)
    assert (row.audience, row.parts["voices"]) == ("group", {"pupils": {"file_id": "suara-1", "seconds": 17}})
    text, voice = await letters(database, Letter.key.startswith(f"reflection:{row.id}@"))
    assert ANSWERS[0] in text.params["text"]
    assert (voice.method, voice.params["voice"], voice.chat_id) == ("sendVoice", "suara-1", GROUP)
    await door.tap(SARI, f"rgone:{row.id}")
    both = await letters(database, Letter.key.startswith(f"reflection:{row.id}@"))
    assert [one.state for one in both] == ["dropped", "dropped"]


async def test_a_draft_is_nobodys_but_the_writers(database: Database, door: Door, cast: Cast, prompt: Delivery) -> None:
    await door.tap(SARI, f"guide:{prompt.id}:coach")
    await door.message(SARI, ANSWERS[0])
    (draft,) = await drafts_of(database)
    assert (draft.audience, draft.text) == ("me", None)
    async with database.reading() as session:
        for name in ("Ratna", "Budi", "Sari"):
            assert await readable.by(session, cast[name], cast.melati.id, EVENING_BEFORE) == []
    assert await letters(database, Letter.method == "editMessageText") == [], "and the prompt does not count it"
    for data in (f"raud:{draft.id}:group", f"gpart:{draft.id}:pupils"):
        with pytest.raises(Gone):
            await door.tap(SARI, data)
    for words in ANSWERS[1:]:
        await door.message(SARI, words)
    async with database.reading() as session:
        (read,) = await readable.by(session, cast["Ratna"], cast.melati.id, EVENING_BEFORE)
    assert read.id == draft.id
    assert len(await letters(database, Letter.method == "editMessageText")) == 1


async def test_a_coach_who_left_meanwhile_is_not_its_reader(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    await door.tap(SARI, f"guide:{prompt.id}:coach")
    await door.message(SARI, ANSWERS[0])
    async with database.writing() as session:
        for row in await session.scalars(Membership.__table__.select().where(Membership.role == "coach")):
            (await session.get_one(Membership, row)).until = MORNING
    for words in ANSWERS[1:]:
        (whole,) = await door.message(SARI, words)
    assert "hanya Bapak/Ibu sendiri" in words_of(whole)
    (row,) = await rows(database, Reflection)
    assert row.audience == "me"


async def test_one_part_is_changed_and_the_rest_stays(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"guide:{prompt.id}:group")
    for words in ANSWERS:
        (whole,) = await door.message(SARI, words)
    (which,) = await door.tap(SARI, data_of(whole)[0])
    (row,) = await rows(database, Reflection)
    assert data_of(which) == [*(f"gpart:{row.id}:{name}" for name in guided.PARTS), f"rall:{row.id}"]
    await door.tap(SARI, f"gpart:{row.id}:shows")
    door.now += timedelta(minutes=1)
    await door.message(SARI, "Benda menolong.")
    (row,) = await rows(database, Reflection)
    assert row.text == "\n\n".join([*ANSWERS[:2], "Benda menolong.", ANSWERS[3]])
    said = await letters(database, Letter.key.startswith(f"reflection:{row.id}@"))
    assert [one.state for one in said] == ["dropped", "pending"]
    assert "Benda menolong." in said[1].params["text"]
    await door.tap(SARI, f"rall:{row.id}")
    await door.message(SARI, "Satu tulisan saja.")
    (row,) = await rows(database, Reflection)
    assert (row.kind, row.parts, row.text) == ("free", None, "Satu tulisan saja.")


async def test_later_is_a_way_out_and_back(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    asked = question(await door.message(SARI, ANSWERS[0]))
    (left,) = await door.tap(SARI, data_of(asked)[1])
    assert data_of(left) == [f"guide:{prompt.id}"]
    assert await door.message(SARI, "Sudah makan?") == []
    assert "2 dari 4" in words_of(question(await door.tap(SARI, f"guide:{prompt.id}")))


async def test_a_photo_is_no_answer_here_and_the_question_stays(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    (please,) = await door.message(SARI, None, **PHOTO)
    assert "tulisan atau suara" in words_of(please)
    assert await rows(database, Reflection) == []
    await door.message(SARI, ANSWERS[0])
    assert len(await drafts_of(database)) == 1


async def test_an_old_question_of_one_that_is_whole_says_so(database: Database, door: Door, prompt: Delivery) -> None:
    first = question(await door.tap(SARI, f"guide:{prompt.id}"))
    for words in ANSWERS:
        await door.message(SARI, words)
    with pytest.raises(Refusal, match=r"guided\.done"):
        await door.tap(SARI, data_of(first)[0])
    with pytest.raises(Refusal, match=r"guided\.done"):
        await door.message(SARI, "Lagi", **reply_to(first))
    await door.tap(SARI, f"guide:{prompt.id}")
    await door.message(SARI, "Cerita kedua.")
    assert [row.kind for row in await rows(database, Reflection)] == ["guided", "draft"], "but another may be begun"


@pytest.mark.parametrize(
    "data", ["guide:999", "guide:x", "gskip:{0}:pupils:me", "gskip:{0}:more:me", "gskip:{0}::me", "gskip:{0}:x:me",
             "gskip:{0}:happened:dinas", "guide:{0}:dinas", "gpart:1:pupils"],
)  # fmt: skip
async def test_forged_buttons_keep_nothing(database: Database, door: Door, prompt: Delivery, data: str) -> None:
    with pytest.raises(Refusal):
        await door.tap(SARI, data.format(prompt.id))
    with pytest.raises(Refusal):
        await door.tap(HENDRA, f"guide:{prompt.id}")
    assert await rows(database, Reflection) == []


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("", False),
        ("Ramai sekali.", False),
        ("Kelasnya gaduh, saya senang.", False),
        ("Dua murid menghitung.", True),
        ("Muridnya berebut.", True),
        ("Anak-anak tertawa", True),
        ("Bocah loro padha takon.", True),
        ("Barudak resep pisan.", True),
        ("Ia menulis angka tiga.", True),
        ("Biasanya begitu.", False),  # "ia" inside a word
        ("Diamlah sudah hujannya.", False),  # "dia" begins another word
        ("Two pupils counted pebbles.", True),
        ("They laughed.", True),
        ("It rained; the lamp failed.", False),
    ],
)
def test_whether_pupils_are_in_it_is_a_matter_of_words(words: str, there: bool) -> None:
    assert guided.speaks_of_pupils(words) is there


PUPILS = {"happened": "a", "pupils": "Murid diam.", "shows": "b", "next": "c", "voices": {}}
SPOKEN = {"file_id": "f", "seconds": 3}


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        ({}, None),
        ({"happened": ""}, None),
        ({"pupils": ""}, "pupils"),
        ({"pupils": "Ramai."}, "pupils"),
        ({"pupils": "", "voices": {"pupils": SPOKEN}}, None),
        ({"shows": ""}, "shows"),
        ({"shows": "", "voices": {"shows": SPOKEN}, "next": ""}, "next"),
        ({"shows": "", "next": "", "pupils": ""}, "pupils"),
    ],
)
def test_what_is_missing_first(changed: dict[str, Any], lacking: str | None) -> None:
    assert guided.missing(PUPILS | changed) == lacking


async def test_the_writers_language_stands_in_the_text(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        sari = await session.merge(cast["Sari"])
        sari.language = "en"
        for part in guided.PARTS:
            voice = Note(None, "suara", 4)
            step = await guided.answer(session, sari, prompt.id, part, "me", voice, MORNING)
        assert step.kept is not None
        row = step.kept.reflection
        assert row.text == "\n\n".join(["(voice note, 4 seconds)"] * 4)
        assert [name for name, _ in guided.told_parts(row, Texts("id"))] == list(guided.PARTS)
