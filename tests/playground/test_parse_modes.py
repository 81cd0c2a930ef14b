"""Parse modes: text comes through untouched, offsets are right in UTF-16, and nonsense is a 400 and nothing else."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiogram.types import MessageEntity as AiogramEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import MessageEntity

from playground import html_mode, markdown_mode
from playground.entities import formatted_text
from playground.refusal import Refusal
from playground.utf16 import cleaned, length, part
from playground.world import World
from scheduler.clock import TurnableClock

Parser = Callable[[str], tuple[str, list[dict[str, Any]]]]
WORLD = World(TurnableClock())
WRITTEN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
# Bits of markup between bits of text: nonsense that is near to sense.
NONSENSE = st.lists(
    st.sampled_from([*"<>/&;\"'=_*[]()~`#+-|{}.!\\ \n😀é", "<b>", "</b>", "<a href=", "<pre><code class='language-py'>",
                     "&lt;", "&#128512;", "```", "||", "__", "**>", "](tg://user?id=5)", "![", "tg://emoji?id=7"]),
    max_size=25,
).map("".join)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A bit of marked text: a kind (or none), its own words, what stands inside after them."""

    kind: str | None
    text: str
    inside: tuple["Piece", ...]

    def words(self) -> str:
        return self.text + "".join(piece.words() for piece in self.inside)

    def marked(self) -> list[tuple[str, str]]:
        """Kinds and the words that each covers."""
        own = [(self.kind, self.words())] if self.kind else []
        return own + [one for piece in self.inside for one in piece.marked()]

    def html(self) -> str:
        inner = html.escape(self.text) + "".join(piece.html() for piece in self.inside)
        tag = {"bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler"}.get(
            self.kind or ""
        )
        return f"<{tag}>{inner}</{tag}>" if tag else inner

    def markdown(self) -> str:
        inner = escaped(self.text) + "".join(piece.markdown() for piece in self.inside)
        mark = {"bold": "*", "strikethrough": "~", "spoiler": "||"}.get(self.kind or "", "")
        return f"{mark}{inner}{mark}"


def escaped(text: str) -> str:
    return re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)


def trees(kinds: list[str]) -> st.SearchStrategy[Piece]:
    words = st.text(st.sampled_from("ab é😀&<*_.|~\\"), min_size=1, max_size=6)

    def under(allowed: list[str], depth: int) -> st.SearchStrategy[Piece]:
        if depth == 0 or not allowed:
            return st.builds(Piece, st.none(), words, st.just(()))
        # One kind never stands inside itself, as nobody writes that.
        return st.sampled_from([None, *allowed]).flatmap(
            lambda kind: st.builds(
                Piece,
                st.just(kind),
                words,
                st.lists(under([other for other in allowed if other != kind], depth - 1), max_size=2).map(tuple),
            )
        )

    return under(kinds, 2)


@settings(max_examples=60, deadline=None)
@given(WRITTEN)
def test_text_without_markup_is_untouched(text: str) -> None:
    assert html_mode.parse(html.escape(text)) == (text, [])
    assert markdown_mode.parse_v2(escaped(text)) == (text, [])
    assert cleaned(text) == re.sub("[\u2028\u2029\u202a-\u202e]", "", text)


@settings(max_examples=60, deadline=None)
@given(trees(["bold", "italic", "underline", "strikethrough", "spoiler"]))
def test_html_marks_exactly_the_words_between_its_tags(tree: Piece) -> None:
    text, entities = html_mode.parse(tree.html())
    assert text == tree.words()
    found = [(e["type"], part(text, e["offset"], e["length"])) for e in entities]
    assert sorted(found) == sorted(tree.marked())


@settings(max_examples=60, deadline=None)
@given(trees(["bold", "strikethrough", "spoiler"]))
def test_markdown_marks_exactly_the_words_between_its_marks(tree: Piece) -> None:
    text, entities = markdown_mode.parse_v2(tree.markdown())
    assert text == tree.words()
    found = [(e["type"], part(text, e["offset"], e["length"])) for e in entities]
    assert sorted(found) == sorted(tree.marked())


@pytest.mark.parametrize("mode", ["HTML", "MarkdownV2", "Markdown"])
@settings(max_examples=80, deadline=None)
@given(text=NONSENSE | WRITTEN)
def test_nonsense_gives_entities_or_a_400_and_never_anything_else(mode: str, text: str) -> None:
    refused = ""
    try:
        shown, entities = formatted_text(WORLD, text, mode, None)
    except Refusal as refusal:
        refused, shown, entities = refusal.description, "", []
    assert refused == "" or refused.startswith("Bad Request: can't parse entities: ")
    assert shown == shown.strip(" \n\t")
    for entity in entities:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= length(shown)
        # A second library cuts the same words out by the offsets.
        theirs = MessageEntity.de_json({k: v for k, v in entity.items() if k != "user"}, None)
        cut = shown.encode("utf-16-le")[theirs.offset * 2 : (theirs.offset + theirs.length) * 2].decode("utf-16-le")
        assert cut == part(shown, entity["offset"], entity["length"])


@pytest.mark.parametrize("mode, decoration", [("HTML", html_decoration), ("MarkdownV2", markdown_decoration)])
@settings(max_examples=50, deadline=None)
@given(tree=trees(["bold", "strikethrough", "spoiler"]))
def test_what_aiogram_writes_is_read_back_the_same(mode: str, decoration: Any, tree: Piece) -> None:
    text, entities = formatted_text(WORLD, tree.html(), "HTML", None)
    written = decoration.unparse(text, [AiogramEntity(**entity) for entity in entities])
    assert formatted_text(WORLD, written, mode, None) == (text, entities)


READ: list[tuple[str, str, str, list[tuple[str, str]]]] = [
    ("HTML", "<pre><code class='language-python'>x=1</code></pre>", "x=1", [("pre", "x=1")]),
    ("HTML", "<code>a <b>b</b></code>", "a b", [("code", "a b")]),
    ("HTML", "<b>satu</b><b>dua</b>", "satudua", [("bold", "satudua")]),
    ("HTML", "<a href='contoh.id'>sini</a>", "sini", [("text_link", "sini")]),
    ("HTML", "<a href='bukan alamat'>sini</a>", "sini", []),
    ("HTML", "<span class='tg-spoiler'>rahasia</span>", "rahasia", [("spoiler", "rahasia")]),
    ("HTML", "<blockquote expandable>kutip</blockquote>", "kutip", [("expandable_blockquote", "kutip")]),
    ("HTML", "&lt;b&gt; &amp; &copy; &#128512;", "<b> & &copy; 😀", []),
    ("HTML", "<b> tebal </b>", "tebal", [("bold", "tebal")]),
    ("HTML", "Lihat /bantuan@SejawatBot dan #pagi", "Lihat /bantuan@SejawatBot dan #pagi",
     [("bot_command", "/bantuan@SejawatBot"), ("hashtag", "#pagi")]),
    ("HTML", "<code>/bantuan</code>", "/bantuan", [("code", "/bantuan")]),
    ("MarkdownV2", "*tebal _miring_*", "tebal miring", [("bold", "tebal miring"), ("italic", "miring")]),
    ("MarkdownV2", "__garis__ ~coret~ ||rahasia||", "garis coret rahasia",
     [("underline", "garis"), ("strikethrough", "coret"), ("spoiler", "rahasia")]),
    ("MarkdownV2", "```py\nx=1\n```", "x=1", [("pre", "x=1")]),
    ("MarkdownV2", "`a.b`", "a.b", [("code", "a.b")]),
    ("MarkdownV2", "[sini](https://contoh.id/a\\)b)", "sini", [("text_link", "sini")]),
    ("MarkdownV2", ">satu\n>dua\nlepas", "satu\ndua\nlepas", [("blockquote", "satu\ndua")]),
    ("Markdown", "*tebal* _miring_ `kode` [sini](https://contoh.id)", "tebal miring kode sini",
     [("bold", "tebal"), ("italic", "miring"), ("code", "kode"), ("text_link", "sini")]),
    ("Markdown", "snake\\_case", "snake_case", []),
    ("", "😀 @sari_guru sari@contoh.id https://contoh.id/a.", "😀 @sari_guru sari@contoh.id https://contoh.id/a.",
     [("mention", "@sari_guru"), ("email", "sari@contoh.id"), ("url", "https://contoh.id/a")]),
]  # fmt: skip


@pytest.mark.parametrize("mode, raw, text, marked", READ)
def test_markup_is_read_as_telegram_reads_it(mode: str, raw: str, text: str, marked: list[tuple[str, str]]) -> None:
    shown, entities = formatted_text(WORLD, raw, mode, None)
    assert shown == text
    assert [(e["type"], part(shown, e["offset"], e["length"])) for e in entities] == marked


def test_a_mention_by_id_names_the_person_and_an_unknown_one_is_plain_text() -> None:
    known = WORLD.add_user("Sari", None, None, "id", None).id
    _, (mention,) = formatted_text(WORLD, f"<a href='tg://user?id={known}'>Bu Sari</a>", "HTML", None)
    assert (mention["type"], mention["user"]["id"]) == ("text_mention", known)
    assert formatted_text(WORLD, "<a href='tg://user?id=77'>siapa</a>", "HTML", None) == ("siapa", [])


def test_entities_given_in_json_follow_the_text_when_it_is_trimmed() -> None:
    given = [{"type": "bold", "offset": 2, "length": 4}]
    assert formatted_text(WORLD, "  😀ab  ", "", given) == ("😀ab", [{"type": "bold", "offset": 0, "length": 4}])
    with pytest.raises(Refusal, match="in a middle of a UTF-16 symbol"):
        formatted_text(WORLD, "😀", "", [{"type": "bold", "offset": 1, "length": 1}])
