"""The copy to read is in the reader's words: no name of the code, no markup, nothing that is for Telegram alone."""

import pytest

from content.texts import Texts
from reports import readable_copy
from tests.reports.cast import wall

NOW = wall("2026-11-18 16:00")
COPY = {
    "community": {
        "roles": [{"group": "KKG Melati", "role": "teacher", "since": "2026-08-02T09:00:00+00:00"}],
        "readiness": {"phone": "shared"},
        "noted": {"text": "2026-08-30", "due_on": "2026-12-01"},
        "calendar": {"days_marked": [], "leaves": []},
    },
    "conversation": {
        "messages": [
            {
                "kind": "text", "text": "voice", "label": "motivation", "reason": "tagging.thanks",
                "evidence": "matur nuwun", "source": "rule", "confidence": 0.995, "day": "2026-08-30",
            },
        ],
    },
    "post": {
        "letters": [
            {
                "method": "sendMessage",
                "state": "delivered",
                "params": {
                    "chat_id": 7, "text": "<b>Tiga soal</b>: 2 &lt; 3?", "parse_mode": "HTML",
                    "link_preview_options": {"is_disabled": True},
                    "reply_markup": {"inline_keyboard": [[{"text": "Lewati", "callback_data": "skip"}]]},
                },
            },
            {"method": "answerCallbackQuery", "state": "delivered", "params": {"callback_query_id": "77"}},
        ],
    },
}  # fmt: skip


def _page(language: str) -> str:
    return readable_copy.page(COPY, Texts(language), "Asia/Jakarta", NOW)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_name_of_the_code_and_nothing_for_telegram_alone(language: str) -> None:
    page = _page(language)
    for word in (
        "sendMessage",
        "parse_mode",
        "parse mode",
        "callback",
        "chat id",
        "inline",
        "tagging.",
        "77",
        "&lt;b&gt;",
    ):
        assert word not in page, word
    assert "<dd>Tiga soal: 2 &lt; 3?</dd>" in page, "as it stood on the screen"


def test_chosen_values_are_words_and_what_somebody_wrote_stands() -> None:
    page = _page("id")
    for words in ("<dd>guru</dd>", "<dd>bergantian</dd>", "<dd>tulisan</dd>", "<dd>motivasi dan apresiasi</dd>"):
        assert words in page, words
    assert "<dt>Kata-kata</dt><dd>voice</dd>" in page, "a message that is a word of the house by chance"


def test_a_part_with_nothing_in_it_has_no_heading() -> None:
    page = _page("id")
    assert "<h3>Peran</h3>" in page
    assert "Kalender" not in page and "Cuti" not in page


@pytest.mark.parametrize(
    "language, told", [("id", ("2 Agu 2026, 16.00", "30 Agu 2026", "1 Des 2026", "0,995", "18 Nov 2026, 16.00")),
                       ("en", ("2 Aug 2026, 16:00", "30 Aug 2026", "1 Dec 2026", "0.995", "18 Nov 2026, 16:00"))]
)  # fmt: skip
def test_moments_days_and_fractions_are_written_as_people_write_them(language: str, told: tuple[str, ...]) -> None:
    page = _page(language)
    for words in told:
        assert words in page, words
    assert page.count("2026-08-30") == 1, "what somebody wrote stands as it was written"
