"""Whatever a name or a text holds, every sentence stays valid Telegram HTML, and nothing of it becomes markup."""

import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.texts import LANGUAGES, Texts, phrases
from playground.html_mode import parse
from playground.refusal import Refusal as TelegramRefuses
from tests.house.tree import ROOT

ATTACKS = (
    "<b>", "</b>", "</a><a href='tg://user?id=1'>Sari</a>", "Sari & Budi", "&lt;script&gt;", "<", "\"><b>x</b>",
    "{name}",
    "{0.__class__}", "%s", "<tg-spoiler>", "<pre>", "]](tg://x)", "\u202eiraS", "a" * 300, "</pre></code></blockquote>",
)  # fmt: skip


def blanks(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


# Only what is said as HTML: what holds a bare < or & is plain text for buttons, papers and pictures.
def _is_html(phrase: str) -> bool:
    try:
        parse(phrase.replace("{{", "").replace("}}", ""))
    except TelegramRefuses:
        return False
    return True


SENTENCES = [
    (language, key)
    for language in LANGUAGES
    for key, phrase in phrases(language).items()
    if blanks(phrase) and _is_html(phrase)
]


def test_there_are_sentences_with_names() -> None:
    assert len(SENTENCES) > 1000


def _filled(language: str, key: str, value: str) -> tuple[str, list[dict[str, Any]]]:
    return parse(Texts(language)(key, **dict.fromkeys(blanks(phrases(language)[key]), value)))


def _shape(entities: list[dict[str, Any]]) -> list[str]:
    return sorted(one["type"] for one in entities if one["type"] != "text_link")


@pytest.mark.parametrize("value", ATTACKS)
def test_an_attack_is_shown_as_it_was_written(value: str) -> None:
    wrong = []
    for language, key in SENTENCES:
        plain, entities = _filled(language, key, value)
        _, harmless = _filled(language, key, "Sari")
        if _shape(entities) != _shape(harmless) or (value not in plain and "quoted" not in phrases(language)[key]):
            wrong.append(f"{language} {key}: {plain[:80]!r}")
    assert wrong == []


@given(value=st.text(min_size=1, max_size=60), at=st.integers(0, len(SENTENCES) - 1))
@settings(max_examples=300, deadline=None)
def test_any_text_in_any_sentence_is_only_text(value: str, at: int) -> None:
    language, key = SENTENCES[at]
    _, entities = _filled(language, key, value)
    _, harmless = _filled(language, key, "x")
    assert _shape(entities) == _shape(harmless)


def test_markup_is_made_by_phrases_and_not_by_code() -> None:
    """A tag in code stands beside what is escaped there; the places are few, and a new one is looked at."""
    known = {
        "reports/words.py", "reports/figures/pages.py", "reports/import_results.py", "reports/papers/as_text.py",
        "coaching/meeting_pages.py", "learning/sharing.py", "learning/printing.py",
        "community/invitations.py", "reports/week_pictures.py",
    }  # fmt: skip
    found = set()
    for room in ("community", "learning", "coaching", "reports", "handlers", "storage", "bot"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            if any(tag in text for tag in ("<b>", "<i>", "<a href", "<pre>", "<code>", "<blockquote")):
                found.add(path.relative_to(ROOT).as_posix())
    assert found - known == set()
