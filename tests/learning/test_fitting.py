"""Long words of a teacher keep within what Telegram takes, and end with a sign that there is more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community import notes
from community.notes import CAPTION, MESSAGE, Note, fitted, shown
from content.texts import Texts
from learning import questions
from storage.database import Database
from storage.models import Delivery, Letter
from tests.learning.conftest import MORNING, Cast, letters

SAY = Texts("id")


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


@pytest.mark.parametrize("sign", ["a", "&", "<", "😀", "kata & "])
@pytest.mark.parametrize("voice", [None, "suara-1"])
def test_a_note_of_any_length_fits_under_its_heading(sign: str, voice: str | None) -> None:
    draft = shown(Note((sign * 5_000)[:5_000], voice), 1, SAY, "<b>Bu Sari</b> bertanya:")
    said = str(draft.params["caption" if voice else "text"])
    most = CAPTION if voice else MESSAGE
    assert most - 700 < _units(said) <= most
    assert said.startswith("<b>Bu Sari</b> bertanya: “")
    assert said.endswith("…”")


def test_what_fits_is_not_cut() -> None:
    assert fitted("a & b", 9, lambda words: words.replace("&", "&amp;")) == "a &amp; b"
    assert fitted("a & b", 8, lambda words: words.replace("&", "&amp;")) == "a &amp;…"


async def test_a_voice_answer_with_a_long_caption_to_a_long_question_is_sent(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        cast["Ratna"].name = "&" * 128
        asked = await questions.ask(session, cast["Sari"], prompt.id, "coach", "&" * 4_096, MORNING)
        ratna = await session.get_one(type(cast["Ratna"]), cast["Ratna"].id)
        ratna.name = "&" * 128
        note = Note("& dan <lagi> " * 80, "suara-1", 9)
        await questions.answer(session, ratna, asked.question.id, note, MORNING)
    (brought,) = await letters(database, Letter.key.startswith("question:"))
    (back,) = await letters(database, Letter.key.startswith("answer:"))
    assert brought.params is not None
    assert back.params is not None
    assert _units(brought.params["text"]) <= MESSAGE
    assert "…”" in brought.params["text"]
    assert (back.method, back.params["voice"]) == ("sendVoice", "suara-1")
    assert _units(back.params["caption"]) <= CAPTION
    assert back.params["caption"].endswith("…”")
    assert back.group_id == prompt.group_id  # who leaves the group does not get it any more


@pytest.mark.parametrize(
    "text, line",
    [
        ("Mereka ramai\n\nSatu murid bilang seperempat.", "Mereka ramai · Satu murid bilang seperempat."),
        ("Mereka ramai.\n\nSatu murid bilang\nseperempat", "Mereka ramai. Satu murid bilang seperempat"),
        ("  \n\nSatu\n \n\nDua  \n\n", "Satu · Dua"),
        ("", ""),
    ],
)
def test_paragraphs_stay_apart_in_one_line(text: str, line: str) -> None:
    assert notes.in_a_line(text) == line


@given(st.text(st.sampled_from("ab. \n·"), max_size=40))
def test_one_line_holds_every_word(text: str) -> None:
    line = notes.in_a_line(text)
    assert "\n" not in line
    assert [word for word in line.split() if word != "·"] == [word for word in text.split() if word != "·"]
