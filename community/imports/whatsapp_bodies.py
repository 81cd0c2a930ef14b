"""What stands behind a stamp: who says it, and whether it is a text or stands for something else."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from community.imports.values import FILES
from community.imports.whatsapp_names import LONGEST_NAME
from community.imports.whatsapp_words import bare, plain, words

_KINDS = (
    (re.compile(r"(?:\d{8}-)?(?:IMG|PHOTO|GAMBAR)[-_]|.*\.(?:jpe?g|png|heic)$", re.IGNORECASE), "photo"),
    (re.compile(r"(?:\d{8}-)?STK|(?:\d{8}-)?STICKER|.*\.webp$", re.IGNORECASE), "sticker"),
    (re.compile(r"(?:\d{8}-)?(?:VID|VIDEO|GIF)[-_]|.*\.(?:mp4|3gp|mov)$", re.IGNORECASE), "video"),
    (re.compile(r"(?:\d{8}-)?(?:PTT|AUD|AUDIO)[-_]|.*\.(?:opus|m4a|mp3|aac|amr|ogg)$", re.IGNORECASE), "voice"),
    (re.compile(r".*\.vcf$", re.IGNORECASE), "contact"),
)  # fmt: skip
_NUMBER = re.compile(r"^\d{8}-(?!(?:PHOTO|VIDEO|AUDIO|GIF|STICKER)-)")
_POLL = re.compile(r"[\u200e\u200f]?([^\W\d_]+(?: [^\W\d_]+)?):\s*\n(.+)", re.DOTALL)
_OPTION = re.compile(r"[\u200e\u200f]*[^\W\d_]+: (.*?) [\u200e\u200f]*\([\u200e\u200f]*\d+ [^()]*\)")
_SHORT = 120  # letters: what stands for something left out is shorter
_MANY = 20_000  # names remembered; more only where somebody made a file up
_ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


class Body(NamedTuple):
    """A text and what it is; `sender` None for a line of the program."""

    sender: str | None
    text: str
    kind: str = "text"
    file_name: str | None = None
    deleted: bool = False
    edited: bool = False


class Bodies:
    """Reads the bodies of one file. `longer` are its names with a colon, the longest first."""

    def __init__(self, longer: list[str], iphone: bool) -> None:
        self._longer, self._iphone, self._words = longer, iphone, words()
        self._halves = {name.split(": ")[0] for name in longer}
        self.known: dict[str, str] = {}
        """How a sender stands in the file, and how we write it; only those that need no second look."""

    def read(self, body: str) -> Body:
        """A body in full, after its stamp."""
        sender, text = self._sender(body)
        if sender is None:
            return Body(None, plain(body).strip(), "service")
        return self.said(sender, text)

    def said(self, sender: str, text: str) -> Body:
        """What somebody whose name is known says."""
        at = text.rfind("<")
        edited = at >= 0 and plain(text[at:]) in self._words.edited
        if edited:
            text = text[:at].rstrip("\u200e\u200f").removesuffix(" ")
        special = self._special(sender, text)
        if special is None:
            return Body(sender, _tidy(text), edited=edited)
        return special._replace(edited=True) if edited else special

    def _special(self, sender: str, text: str) -> Body | None:
        first, _, below = text.partition("\n") if ">\n" in text else (text, "", "")
        kind = self._words.exactly.get(first)
        if below and kind in FILES:
            return Body(sender, _tidy(below).strip(), kind)
        if kind is None and len(text) < _SHORT and (self._iphone or not text.isascii() or " admin" in text):
            kind = self._stands_for(text)
        if kind == "deleted":
            return Body(sender, "", deleted=True)
        if kind is not None:
            return Body(sender, "", "media" if kind == "unseen" else kind)
        return (
            self._file(sender, text)
            or (self._place(sender, text) if "http" in text else None)
            or (_poll(sender, text) if ")" in text and "\n" in text else None)
            or (self._of_the_program(text) if self._iphone else None)
        )

    def _stands_for(self, text: str) -> str | None:
        said = bare(text)
        if not said:
            return "unseen"
        kind = self._words.whole.get(said)
        start = self._words.starts.match(said.strip("<")) if kind is None and "\n" not in text else None
        return start.lastgroup if start and (self._iphone or start["deleted"]) else kind

    def _file(self, sender: str, text: str) -> Body | None:
        first, _, rest = text.partition("\n") if "." in text else ("", "", "")
        behind = (
            self._words.behind.fullmatch(first)
            if first[-2:].rstrip("\u200e\u200f")[-1:] in (")", ">") or first[:1] == "ف"
            else None
        )
        if behind:
            return _of_file(sender, next(filter(None, behind.groups())), rest)
        before = self._words.before.match(text, text.rfind("<")) if first and ">" in text[-3:] else None
        if before:
            return _of_file(sender, before["name"] or before["other"], text[: before.start()])
        document = self._words.document.fullmatch(text) if self._iphone and len(text) < 2 * _SHORT else None
        return Body(sender, "", "document", plain(document["name"]).strip()) if document else None

    def _place(self, sender: str, text: str) -> Body | None:
        place = self._words.place.fullmatch(text)
        return Body(sender, _tidy(place["where"] or place["named"]), "location") if place else None

    def _of_the_program(self, text: str) -> Body | None:
        """On an iPhone notices stand behind a name; the mark before them is WhatsApp's own, no user types it."""
        if text[0] == "\u200e" or self._words.encryption.match(plain(text)):
            return Body(None, plain(text).strip(), "service")
        return None

    def _sender(self, body: str) -> tuple[str | None, str]:
        """Who speaks, and what; None for a line of the program."""
        name, colon, text = body.partition(": ")
        halved = name in self._halves
        if halved:
            longer = next((one for one in self._longer if body.startswith(one)), None)
            if longer is not None:
                return (longer, body[len(longer) + 2 :]) if _ends(body, longer) else (None, body)
        if not colon or "\n" in name:
            return self._unusual(body)
        if name in self.known:
            return self.known[name], text
        if not self._is_a_name(name):
            return None, body
        if len(self.known) > _MANY:
            self.known.clear()
        clean = plain(name).strip()
        if not halved:
            self.known[name] = clean
        return clean, text

    def _is_a_name(self, name: str) -> bool:
        said = plain(name).strip()
        marked = name[:1] in ("\u200e", "\u200f") and said[:1] not in "+~"
        return bool(said) and len(said) <= LONGEST_NAME and not marked and not self._words.system.match(said)

    def _unusual(self, body: str) -> tuple[str | None, str]:
        """`Name:` with nothing behind it, `Name:text` of somebody who is known."""
        line, _, rest = body.partition("\n")
        name, colon, text = line.partition(":")
        if not colon:
            return None, body
        if name in self.known:
            return self.known[name], text + ("\n" + rest if rest else "")
        if not text and self._is_a_name(name):
            return plain(name).strip(), rest
        return None, body


def _ends(body: str, name: str) -> bool:
    behind = body[len(name) : len(name) + 2]
    return behind in (": ", ":", ":\n")


def _tidy(text: str) -> str:
    """Without WhatsApp's own marks: at the start, and around the name of somebody who is mentioned."""
    return text if text.isascii() else text.translate(_ISOLATES).lstrip("\u200e\u200f")


def _of_file(sender: str, name: str, caption: str) -> Body:
    name = plain(name).strip()
    kind = next((kind for form, kind in _KINDS if form.match(name)), "document")
    name = _NUMBER.sub("", name)
    caption = _tidy(caption).strip().strip("\u200e")
    stem = PurePosixPath(name).name
    if kind == "document" and caption.split(" • ")[0].strip("\u200e ") == stem:
        caption = ""  # an iPhone writes the name of the file before it, with the number of pages
    return Body(sender, caption.strip(), kind, name)


def _poll(sender: str, text: str) -> Body | None:
    """Told by its form alone: a word in capitals, a question, then choices with their number of votes."""
    poll = _POLL.fullmatch(text)
    if poll is None or poll[1] != poll[1].upper():
        return None
    lines = [line for line in poll[2].split("\n") if line.strip()]
    options = [(number, found[1]) for number, line in enumerate(lines) if (found := _OPTION.fullmatch(line))]
    if len(options) < 2:
        return None
    question = [plain(line).strip() for line in lines[: options[0][0]]]
    return Body(sender, "\n".join([*question, *(plain(option) for _, option in options)]), "poll")
