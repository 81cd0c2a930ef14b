"""What a person gives: words, a voice note or a picture, and how others get to see it."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from content.texts import Texts
from storage.letters import Draft, message

# Leaves room for the heading in one message of 4,096 characters; the whole text stays stored.
SHOWN = 3_500
# Telegram counts UTF-16 units after reading the markup; counting the markup too errs on the safe side.
MESSAGE, CAPTION = 4_096, 1_024
_LONG_WORD = 18
_CLOSES = ".!?…:;,)”\"'"  # a part that ends so needs nothing to set it apart


@dataclass(frozen=True, slots=True)
class Note:
    """Text, or a voice note by Telegram's file_id and its length in seconds. Voice is kept, not transcribed.

    With `photo` the file is a picture, and the text what was written under it.
    """

    text: str | None = None
    file_id: str | None = None
    seconds: int | None = None
    photo: bool = False

    @property
    def medium(self) -> str:
        return "text" if not self.file_id else "photo" if self.photo else "voice"


def shown(note: Note, chat_id: int, say: Texts, heading: str, *, reply_to: int | None = None, **rest: Any) -> Draft:
    """The note in a chat, silently, under a heading (a phrase's HTML): a message, or the voice or picture itself."""

    def under_heading(words: str) -> str:
        return f"{heading} {say('learning.quoted', words=words)}" if words else heading

    draft = message(
        chat_id, fitted(clipped(note.text or "", SHOWN), MESSAGE, under_heading), reply_to=reply_to, silent=True, **rest
    )
    if not note.file_id:
        return draft
    caption = fitted(note.text or "", CAPTION, under_heading)
    params = {name: value for name, value in draft.params.items() if name not in {"text", "link_preview_options"}}
    method, name = ("sendPhoto", "photo") if note.photo else ("sendVoice", "voice")
    return replace(draft, method=method, params=params | {name: note.file_id, "caption": caption})


def fitted(text: str, most: int, write: Callable[[str], str]) -> str:
    """The HTML that ``write`` makes of the text, or of its longest beginning that keeps within ``most`` units."""
    if _units(write(text)) <= most:
        return write(text)
    least, longest = 1, len(text)
    while least < longest:
        middle = (least + longest + 1) // 2
        if _units(write(clipped(text, middle))) <= most:
            least = middle
        else:
            longest = middle - 1
    return write(clipped(text, least))


def fits(html_words: str, most: int = MESSAGE) -> bool:
    """Does this HTML go into one message?"""
    return _units(html_words) <= most


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def clipped(text: str, most: int) -> str:
    """The text, or its beginning; cut between words, where that costs no more than a long word and less than half.

    Little is cut: by the first 40 characters reports/traces.py knows whom a letter quotes.
    """
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    if not text[most - 1].isspace():
        gap = max(cut.rfind(sign) for sign in " \n")
        cut = cut[:gap] if gap > max(most // 2, most - 2 - _LONG_WORD) else cut
    return cut.rstrip() + "…"


def in_a_line(text: str) -> str:
    """The text without line breaks. Its paragraphs stay apart, also where their writer set no full stop."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    told = [part if part[-1] in _CLOSES else f"{part} ·" for part in parts[:-1] if part]
    return " ".join([*told, *(part for part in parts[-1:] if part)]).removesuffix(" ·")


def pieces(text: str, most: int = SHOWN) -> list[str]:
    """The text in parts that fit into a message each, cut between words where there are any; nothing is lost."""
    found, rest = [], text.strip()
    while rest:
        size = _longest(rest, most)
        cut = size if size >= len(rest) else max(rest.rfind(sign, size // 2, size) for sign in "\n ")
        found.append(rest[: cut if cut > 0 else size].rstrip())
        rest = rest[cut if cut > 0 else size :].lstrip()
    return found


def _longest(text: str, most: int) -> int:
    """How many characters of it fit, as HTML."""
    units = 0
    for place, sign in enumerate(text):
        units += _units(html.escape(sign, quote=False))
        if units > most:
            return max(place, 1)
    return len(text)


def packed(blocks: Sequence[str], most: int = MESSAGE) -> list[str]:
    """Blocks of HTML, each of which fits, in as few messages as they need, in their order."""
    messages: list[str] = []
    for block in blocks:
        together = f"{messages[-1]}\n\n{block}" if messages else block
        if messages and _units(together) <= most:
            messages[-1] = together
        else:
            messages.append(block)
    return messages
