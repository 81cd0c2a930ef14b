"""parse_mode MarkdownV2 and the legacy Markdown, with Telegram's words for what is wrong (TD parse_markdown_v2)."""

from dataclasses import dataclass

from playground.links import link_entity, mentioned_user
from playground.refusal import bad
from playground.state import Json
from playground.utf16 import length

_RESERVED = "_*[]()~`>#+-=|{}.!"
_TYPES = {
    "Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikethrough": "strikethrough",
    "Spoiler": "spoiler", "Code": "code", "Pre": "pre", "PreCode": "pre",
}  # fmt: skip
_ENDS = {
    "Bold": "*", "Underline": "__", "Strikethrough": "~", "Spoiler": "||", "Code": "`", "Pre": "```",
    "PreCode": "```", "TextUrl": "]", "CustomEmoji": "]",
}  # fmt: skip


def parse_v2(text: str) -> tuple[str, list[Json]]:
    """MarkdownV2: the plain text and its entities. Raises 400 "can't parse entities: …"."""
    return _Reader(text).read()


@dataclass
class _Open:
    kind: str
    argument: str
    at: int
    offset: int
    start: int


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.out: list[str] = []
        self.units = 0
        self.open: list[_Open] = []
        self.entities: list[Json] = []
        self.quote: _Open | None = None
        self.line_start = True

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.text):
            self._step()
        if self.open:
            last = self.open[-1]
            raise _wrong(f"Can't find end of {last.kind} entity at byte offset {self._bytes(last.at)}")
        self._end_quote()
        return "".join(self.out), self.entities

    def _step(self) -> None:
        character = self.text[self.at]
        following = self.text[self.at + 1 : self.at + 2]
        if character == "\\" and following and 0 < ord(following) <= 126:
            self.at += 1
            self._put(following)
            return
        if self.line_start and not self.open and self._quote_mark():
            return
        reserved = "`" if self.open and self.open[-1].kind in ("Code", "Pre", "PreCode") else _RESERVED
        if character not in reserved:
            self._put(character)
        elif self.open and self._ends_here(self.open[-1].kind):
            self._end()
        else:
            self._begin()

    def _quote_mark(self) -> bool:
        """A > at the start of a line opens or goes on with a quotation; a line without it ends it."""
        here = self.text[self.at]
        if here == ">":
            if self.quote is None:
                self.quote = _Open("BlockQuote", "", self.at, self.units, len(self.out))
            self.at += 1
            self.line_start = False
            return True
        if self.quote is not None:
            self._end_quote()
        if self.text.startswith("**>", self.at):
            self.at += 2
            return self._quote_mark()
        return False

    def _end_quote(self) -> None:
        if self.quote is None:
            return
        covered = "".join(self.out[self.quote.start :]).rstrip("\n")
        expandable = self.quote.argument == "expandable"
        kind = "expandable_blockquote" if expandable else "blockquote"
        if covered:
            self.entities.append({"type": kind, "offset": self.quote.offset, "length": length(covered)})
        self.quote = None

    def _put(self, character: str) -> None:
        self.out.append(character)
        self.units += length(character)
        self.at += 1
        self.line_start = character == "\n"

    def _ends_here(self, kind: str) -> bool:
        if kind == "Italic":
            return self.text[self.at] == "_" and not self.text.startswith("__", self.at)
        if self.quote is not None and kind == "Spoiler" and self._quote_ends():
            return False
        return self.text.startswith(_ENDS[kind], self.at)

    def _quote_ends(self) -> bool:
        rest = self.text[self.at + 2 : self.at + 3]
        return self.text.startswith("||", self.at) and rest in ("", "\n") and self.open == []

    def _begin(self) -> None:
        character, pair = self.text[self.at], self.text[self.at : self.at + 2]
        kinds = {"*": "Bold", "~": "Strikethrough", "[": "TextUrl", "_": "Italic", "`": "Code"}
        if pair == "||" and self.quote is not None and self._quote_ends():
            self.quote.argument = "expandable"
            self.at += 2
            return
        begin, argument, size = self.at, "", 1
        if pair in ("__", "||", "!["):
            kind, size = {"__": "Underline", "||": "Spoiler", "![": "CustomEmoji"}[pair], 2
        elif self.text.startswith("```", self.at):
            kind, argument, size = self._language()
        elif character in kinds:
            kind = kinds[character]
        else:
            raise _wrong(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
        self.at += size
        self.line_start = False
        self.open.append(_Open(kind, argument, begin, self.units, len(self.out)))

    def _language(self) -> tuple[str, str, int]:
        """The kind of a ``` block, its language, and how many characters its opening takes."""
        end = self.at + 3
        while end < len(self.text) and not self.text[end].isspace() and self.text[end] != "`":
            end += 1
        named = end > self.at + 3 and end < len(self.text) and self.text[end] != "`"
        stop = end if named else self.at + 3
        if self.text[stop : stop + 1] == "\n":
            stop += 1
        return ("PreCode", self.text[self.at + 3 : end], stop - self.at) if named else ("Pre", "", stop - self.at)

    def _end(self) -> None:
        closed = self.open.pop()
        self.at += len(_ENDS.get(closed.kind, "_"))
        self.line_start = False
        place: Json = {"offset": closed.offset, "length": self.units - closed.offset}
        if closed.kind in ("TextUrl", "CustomEmoji"):
            entity = self._linked(closed, place)
        else:
            entity = {"type": _TYPES[closed.kind]} | place
            if closed.argument:
                entity["language"] = closed.argument
        if place["length"] > 0 and entity is not None:
            self.entities.append(entity)

    def _linked(self, closed: _Open, place: Json) -> Json | None:
        url = "".join(self.out[closed.start :])
        if self.text[self.at : self.at + 1] == "(":
            begin = self.at
            url = self._address(begin)
        elif closed.kind == "CustomEmoji":
            raise _wrong("Custom emoji entity must contain a tg://emoji URL")
        if closed.kind == "TextUrl":
            return link_entity(url, place)
        number = url.removeprefix("tg://emoji?id=")
        if number == url or not number.isdigit():
            raise _wrong("Custom emoji URL must have scheme tg")
        return {"type": "custom_emoji"} | place | {"custom_emoji_id": number}

    def _address(self, begin: int) -> str:
        url = []
        self.at += 1
        while self.at < len(self.text) and self.text[self.at] != ")":
            following = self.text[self.at + 1 : self.at + 2]
            if self.text[self.at] == "\\" and following and 0 < ord(following) <= 126:
                self.at += 1
            url.append(self.text[self.at])
            self.at += 1
        if self.at >= len(self.text):
            raise _wrong(f"Can't find end of a URL at byte offset {self._bytes(begin + 1)}")
        self.at += 1
        return "".join(url)

    def _bytes(self, position: int) -> int:
        return len(self.text[:position].encode("utf-8", "surrogatepass"))


def parse_legacy(text: str) -> tuple[str, list[Json]]:
    """The old Markdown: no nesting; one pair of marks, one entity (TD parse_markdown)."""
    out: list[str] = []
    entities: list[Json] = []
    units = at = 0
    while at < len(text):
        character = text[at]
        if character == "\\" and text[at + 1 : at + 2] and text[at + 1] in "_*`[":
            at += 1
        if character not in "_*`[" or text[at] != character:
            out.append(text[at])
            units += length(text[at])
            at += 1
            continue
        inside, entity, at = _legacy_entity(text, at)
        if entity is not None and inside:
            entities.append(entity | {"offset": units, "length": length(inside)})
        out.append(inside)
        units += length(inside)
    return "".join(out), entities


def _legacy_entity(text: str, begin: int) -> tuple[str, Json | None, int]:
    """The inside of the entity that begins here, the entity without its place, and where reading goes on."""
    mark = text[begin]
    block = text.startswith("```", begin)
    closing = "```" if block else {"[": "]"}.get(mark, mark)
    start = begin + (3 if block else 1)
    language = ""
    if block:
        end = start
        while end < len(text) and not text[end].isspace() and text[end] != "`":
            end += 1
        if start < end < len(text) and text[end] != "`":
            language, start = text[start:end], end
        start += text.startswith("\n", start)
    stop = text.find(closing, start)
    if stop < 0:
        where = len(text[:begin].encode("utf-8", "surrogatepass"))
        raise _wrong(f"Can't find end of the entity starting at byte offset {where}")
    inside, after = text[start:stop], stop + len(closing)
    if mark != "[":
        kind = {"_": "italic", "*": "bold", "`": "pre" if block else "code"}[mark]
        return inside, {"type": kind} | ({"language": language} if language else {}), after
    if text[after : after + 1] != "(":
        return inside, None, after
    end = text.find(")", after)
    url = text[after + 1 : end if end >= 0 else len(text)]
    entity = link_entity(url, {}) if url or mentioned_user(url) else None
    return inside, entity, end + 1 if end >= 0 else len(text)


def _wrong(words: str) -> Exception:
    return bad(f"can't parse entities: {words}")
