"""Takes a page of Telegram's HTML export apart: one post after the other, as what stands in it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

LONGEST = 1 << 18
"""Characters of one post that are kept; Telegram's own texts have at most 4,096."""
MOST_UNREAD = 1 << 16
"""Characters that a tag may have before it ends."""
MOST_BETWEEN = 1 << 19
"""Characters without a post coming to its end."""
DEEPEST = 100
_VOID = frozenset(("br", "img", "meta", "link", "hr", "input"))
_GO_TO = re.compile(r"#go_to_message(-?\d{1,18})$")
_KEY = re.compile(r"message(-?\d{1,18})$")
_AWAY = re.compile(r"https?://(?!t\.me/\w+$)")  # not to somebody who is mentioned
_KEPT = frozenset(("name", "text", "title", "poll", "service"))
_SPACE = re.compile(r"\s*\n\s*")
_WRAPS = {
    "photo_wrap": "photo", "media_photo": "photo", "sticker_wrap": "sticker", "animated_wrap": "video",
    "video_file_wrap": "video", "media_video": "video", "media_voice_message": "voice", "media_audio_file": "document",
    "media_file": "document", "media_contact": "contact", "media_location": "location",
    "media_live_location": "location", "media_venue": "location", "media_poll": "poll", "media_call": "call",
}  # fmt: skip


class TooOdd(ValueError):
    """The page is none that Telegram wrote: a tag without end, or tags in tags without end."""


@dataclass(slots=True)
class Post:
    """One message or service line: the words of its parts (name, text, title, poll, service), still as they stood."""

    key: int
    line: int
    is_service: bool
    is_joined: bool
    title: str = ""
    kind: str = "text"
    file_name: str | None = None
    reply_to: int | None = None
    parts: dict[str, list[str]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    """Where words of the text lead."""

    def words(self, part: str) -> str:
        """The words of a part, without the spaces that only set it out."""
        return "".join(self.parts.get(part, ())).strip()


class Page(HTMLParser):
    """Feed it a page and take what is complete. Raises `TooOdd`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_whole = False
        """Its last tag has come."""
        self._done: list[Post] = []
        self._post: Post | None = None
        self._open: list[tuple[str, str]] = []
        self._length = self._since_post = 0

    def feed(self, data: str) -> None:
        """The next characters of the page."""
        super().feed(data)
        self._since_post += len(data)
        if len(self.rawdata) > MOST_UNREAD or self._since_post > MOST_BETWEEN:
            raise TooOdd

    def close(self) -> None:
        """The page has ended; a post that was not complete is given as far as it goes."""
        super().close()
        self._finish()

    def take(self) -> list[Post]:
        """The posts completed since it was asked last."""
        done, self._done = self._done, []
        return done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and self._open:
            self._say(self._open[-1][1], "\n")
        if tag in _VOID:
            return
        told = {name: value or "" for name, value in attrs}
        classes = told.get("class", "").split()
        if tag == "div" and "message" in classes and (key := _KEY.match(told.get("id", ""))):
            self._finish()
            self._open = []
            self._post = Post(int(key[1]), self.getpos()[0], "service" in classes, "joined" in classes)
        if self._post is not None:
            if len(self._open) >= DEEPEST:
                raise TooOdd
            self._open.append((tag, self._part(self._post, tag, classes, told)))

    def handle_endtag(self, tag: str) -> None:
        if tag == "html":
            self.is_whole = True
        if not any(tag == one for one, _ in self._open):
            return
        while self._open.pop()[0] != tag:
            pass
        if not self._open:
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._say(self._open[-1][1], _SPACE.sub(" ", data))

    def _say(self, part: str, words: str) -> None:
        """More words of a part; what is longer than any message is left out."""
        if self._post is not None and part in _KEPT:
            self._length += len(words)
            if self._length < LONGEST:
                self._post.parts.setdefault(part, []).append(words)

    def _finish(self) -> None:
        if self._post is not None:
            self._done.append(self._post)
            self._since_post = 0
        self._post, self._length = None, 0

    def _part(self, post: Post, tag: str, classes: list[str], told: dict[str, str]) -> str:
        """Which part of a post the words in this tag belong to; what a tag itself tells is noted."""
        above = self._open[-1][1] if self._open else ""
        if wrap := next((_WRAPS[one] for one in classes if one in _WRAPS), None):
            post.kind = wrap
            if tag == "a" and told.get("href") and wrap in ("document", "video", "voice"):
                post.file_name = told["href"].rsplit("/", 1)[-1][:200]
            return "media"
        return self._named(post, classes, told, above)

    def _leads(self, post: Post, href: str, above: str) -> bool:
        """Whether it leads to another message; where it leads away from words is noted."""
        found = _GO_TO.search(href)
        if found and above == "reply":
            post.reply_to = int(found[1])
        if above == "text" and _AWAY.match(href):
            post.links.append(href)
        return found is not None

    def _named(self, post: Post, classes: list[str], told: dict[str, str], above: str) -> str:
        if "details" in classes and above in ("name", "poll"):
            return ""
        if "forwarded" in classes:
            return "forwarded"
        if "date" in classes:
            if not post.title and all(part == "" for _, part in self._open):
                post.title = told.get("title", "")
            return ""
        if "from_name" in classes:
            return "name" if all(part == "" for _, part in self._open) else ""
        if "text" in classes:
            return "text"
        if "question" in classes or "answer" in classes:
            self._say("poll", "\n")
            return "poll"
        if post.is_service and "body" in classes:
            return "service"
        if above == "media" and "title" in classes:
            return "title"
        if self._leads(post, told.get("href", ""), above):
            return above
        if "reply_to" in classes:
            return "reply"
        return above if above in ("text", "service", "poll", "media", "forwarded", "title") else ""
