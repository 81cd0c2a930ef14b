"""Reads the pages messages.html, messages2.html, … of Telegram Desktop in their order."""

import codecs
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from community.imports.sources import Source
from community.imports.telegram_page import Page, Post, TooOdd
from community.imports.telegram_people import NOBODY
from community.imports.values import BadExport, NotUnderstood, Reading, Spoken

MOST_NOT_UNDERSTOOD = 100
"""How many of the places that fit nothing are kept with their words."""
_FED = 1 << 14
_NUMBER = re.compile(r"(\d*)\.html?$", re.IGNORECASE)
_TITLE = re.compile(r"(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})(?: UTC([+-]\d{2}:\d{2}))?")
_DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")
_VIA = re.compile(r" via @\w+$")
_UNSUPPORTED = "This message is not supported by this version"


def read_html(files: Sequence[Source], zone: ZoneInfo) -> "HtmlExport":
    """One chat from its pages, whatever order they are given in; read when they are gone through.

    A page says the zone of its times since 2021; in older ones they are read in `zone`. Pages tell less than
    result.json: not what was edited, and two people of one name are one. Service lines have no time of their own
    and get that of what stands before them.

    :raises BadExport: the pages are of several chats; while they are read, that there is no message in them.
    """
    names = [file.name for file in files if file.name]
    if len(set(names)) < len(names):
        raise BadExport("imports.several_chats")
    return HtmlExport(sorted(files, key=_place), zone)


def _place(file: Source) -> int:
    found = _NUMBER.search(file.name)
    return int(found[1][:9] or 1) if found else 0


class HtmlExport:
    """A chat in one or more pages."""

    def __init__(self, files: Sequence[Source], zone: ZoneInfo) -> None:
        self._files, self._zone = files, zone
        self.reading = Reading(f"Telegram HTML, {len(files)} {'page' if len(files) == 1 else 'pages'}")

    def __iter__(self) -> Iterator[Spoken]:
        """Its messages, page by page in the order of each."""
        self.reading.not_understood.clear()
        self.reading.how_many_not_understood = 0
        told = _Told(self._zone)
        has_any = False
        for file in self._files:
            for post in self._posts(file):
                has_any = True
                spoken = told.spoken(post)
                if spoken:
                    yield spoken
                elif not post.is_service or _UNSUPPORTED in post.words("service"):
                    self._miss(post.line, f"message {post.key}")
        if not has_any:
            raise BadExport("imports.not_an_export")

    def _posts(self, file: Source) -> Iterator[Post]:
        """What a page holds, also when it breaks off."""
        page, decoder = Page(), codecs.getincrementaldecoder("utf-8-sig")("replace")
        with file.open() as reader:
            try:
                while raw := reader.read(_FED):
                    page.feed(decoder.decode(raw).replace("\0", ""))  # no database keeps it
                    yield from page.take()
                page.close()
                yield from page.take()
            except TooOdd:
                self._miss(page.getpos()[0], file.name)
                return
        if not page.is_whole:
            self._miss(page.getpos()[0], file.name)

    def _miss(self, line: int, words: str) -> None:
        self.reading.how_many_not_understood += 1
        if len(self.reading.not_understood) < MOST_NOT_UNDERSTOOD:
            self.reading.not_understood.append(NotUnderstood(line, words[:80]))


class _Told:
    """Makes values of posts; remembers who spoke last and when."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._at: int | None = None
        self._sender = NOBODY

    def spoken(self, post: Post) -> Spoken | None:
        """The message; None for a date between messages and for one that does not say when."""
        if post.is_service:
            return self._service(post)
        at = _moment(post.title, self._zone)
        if not post.is_joined:
            self._sender = _VIA.sub("", " ".join(post.words("name").split()))[:200] or NOBODY
        if at is None:
            return None
        self._at = at
        if post.kind == "call":
            return Spoken(at, None, "phone_call", "service", key=post.key)
        kind = "sticker" if post.kind == "photo" and post.words("title") == "Sticker" else post.kind
        text = _poll(post.words("poll")) if kind == "poll" else post.words("text")
        if kind == "text" and not all(_shown(link, text) for link in post.links):
            kind = "link"
        name = post.file_name or (post.words("title") if kind == "document" else "")
        has_name = kind in ("document", "video", "voice") and name not in ("", "File", "Audio file")
        return Spoken(at, self._sender, text, kind, name if has_name else None, key=post.key, reply_to=post.reply_to)

    def _service(self, post: Post) -> Spoken | None:
        words = post.words("service")
        if _DAY.fullmatch(words):
            self._at = self._at if self._at is not None else _midnight(words, self._zone)
            return None
        if self._at is None or _UNSUPPORTED in words:
            return None
        return Spoken(self._at, None, words, "service", key=post.key)


def _poll(words: str) -> str:
    """The question, and each answer on a line of its own."""
    return "\n".join(line.strip().removeprefix("- ") for line in words.split("\n") if line.strip())


def _shown(link: str, text: str) -> bool:
    """Whether the address of a link stands in the text: Telegram adds http:// where somebody wrote none."""
    return link.partition("://")[2].rstrip("/") in text


def _moment(title: str, zone: ZoneInfo) -> int | None:
    """12.02.2025 08:37:48 UTC+07:00, or without its last word."""
    found = _TITLE.fullmatch(title.strip())
    if not found:
        return None
    try:
        if found[2]:
            return int(datetime.strptime(f"{found[1]} {found[2]}", "%d.%m.%Y %H:%M:%S %z").timestamp())
        return int(datetime.strptime(found[1], "%d.%m.%Y %H:%M:%S").replace(tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return None


def _midnight(words: str, zone: ZoneInfo) -> int | None:
    try:
        return int(datetime.strptime(words, "%d %B %Y").replace(tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return None
