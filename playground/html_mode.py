"""parse_mode HTML: tags to entities with UTF-16 offsets, and Telegram's words for what is wrong (TD parse_html)."""

import re
from dataclasses import dataclass

from playground.links import link_entity
from playground.refusal import bad
from playground.state import Json
from playground.utf16 import length

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough", "strike": "strikethrough",
    "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-z]+));?")
_SPACE = " \t\n\r\v\f"


@dataclass
class _Open:
    tag: str
    argument: str
    expandable: bool
    offset: int
    start: int


def parse(text: str) -> tuple[str, list[Json]]:
    """The plain text and its entities. Raises 400 "can't parse entities: …" with byte offsets."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "&":
                self._put(self._reference())
            elif character != "<":
                self._put(character)
                self.at += 1
            elif self.text[self.at + 1 : self.at + 2] == "/":
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.out), self.entities

    def _put(self, piece: str) -> None:
        self.out.append(piece)
        self.units += length(piece)

    def _reference(self) -> str:
        found = _REFERENCE.match(self.text, self.at)
        decoded = _decoded(found) if found else None
        if found is None or decoded is None:
            self.at += 1
            return "&"
        self.at = found.end()
        return decoded

    def _bytes(self, position: int) -> int:
        return len(self.text[:position].encode("utf-8", "surrogatepass"))

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self.at += 1

    def _word(self, stop: str) -> str:
        start = self.at
        while self._peek() and self._peek() not in stop:
            self.at += 1
        return self.text[start : self.at]

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self._word(_SPACE + ">").lower()
        if not self._peek():
            raise _wrong(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _KINDS:
            raise _wrong(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        opened = _Open(tag, "", False, self.units, len(self.out))
        while self._peek() != ">":
            self._skip_space()
            if self._peek() == ">":
                break
            self._attribute(opened, begin)
        self.at += 1
        if tag == "span" and opened.argument != "spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self.open.append(opened)

    def _attribute(self, opened: _Open, begin: int) -> None:
        unclosed = _wrong(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if not self._peek():
            raise unclosed
        name = self._word(_SPACE + "=>/\"'").lower()
        if not name:
            where = self._bytes(begin)
            raise _wrong(f'Empty attribute name in the tag "{opened.tag}" at byte offset {where}')
        self._skip_space()
        value = ""
        if self._peek() == "=":
            self.at += 1
            self._skip_space()
            if not self._peek():
                raise unclosed
            value = self._value()
        if not self._peek():
            raise unclosed
        _keep(opened, name, value)

    def _value(self) -> str:
        quote = self._peek()
        start = self.at
        if quote not in "'\"":
            while self._peek() and ((self._peek().isascii() and self._peek().isalnum()) or self._peek() in ".-"):
                self.at += 1
            if self._peek() and self._peek() not in _SPACE + ">":
                raise _wrong(f"Unexpected end of name token at byte offset {self._bytes(start)}")
            return self.text[start : self.at].lower()
        self.at += 1
        value = []
        while self._peek() and self._peek() != quote:
            if self._peek() == "&":
                value.append(self._reference())
            else:
                value.append(self._peek())
                self.at += 1
        self.at += 1
        return "".join(value)

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _wrong(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self.at += 2
        found = self._word(_SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise _wrong(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self.at += 1
        closed = self.open.pop()
        if found and found != closed.tag:
            expected = f'expected "</{closed.tag}>", found "</{found}>"'
            raise _wrong(f"Unmatched end tag at byte offset {self._bytes(begin)}, {expected}")
        units = self.units - closed.offset
        if units > 0:
            self._close(closed, units)

    def _close(self, closed: _Open, units: int) -> None:
        place: Json = {"offset": closed.offset, "length": units}
        if closed.tag == "a":
            link = link_entity(closed.argument or "".join(self.out[closed.start :]), place)
            if link is not None:
                self.entities.append(link)
            return
        if closed.tag == "pre":
            inner = self.entities[-1] if self.entities else None
            if inner and inner["type"] == "code" and inner["offset"] == closed.offset and inner["length"] == units:
                self.entities.pop()
                if inner.get("language"):
                    place = place | {"language": inner["language"]}
        entity: Json = {"type": _KINDS[closed.tag]} | place
        if closed.tag == "blockquote" and closed.expandable:
            entity["type"] = "expandable_blockquote"
        if closed.tag == "code" and closed.argument:
            entity["language"] = closed.argument
        if closed.tag == "tg-emoji":
            if not closed.argument.isdigit():
                raise _wrong("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = closed.argument
        self.entities.append(entity)


def _keep(opened: _Open, name: str, value: str) -> None:
    """Keep the attribute if the tag has a use for it; others are ignored."""
    if opened.tag == "a" and name == "href":
        opened.argument = value
    elif opened.tag == "code" and name == "class" and value.startswith("language-"):
        opened.argument = value.removeprefix("language-")
    elif opened.tag == "span" and name == "class" and value.startswith("tg-"):
        opened.argument = value.removeprefix("tg-")
    elif opened.tag == "tg-emoji" and name == "emoji-id":
        opened.argument = value
    elif opened.tag == "blockquote" and name == "expandable":
        opened.expandable = True


def _decoded(found: re.Match[str]) -> str | None:
    if found[3]:
        return _NAMED.get(found[3])
    code = int(found[1], 16) if found[1] else int(found[2])
    # Surrogates and what lies beyond Unicode stay as they were written.
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None


def _wrong(words: str) -> Exception:
    return bad(f"can't parse entities: {words}")
