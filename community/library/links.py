"""Links as somebody sent them, and one address for what is the same page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from community.library.facts import rules
from community.tagging.reading import hosts

LONGEST = 512
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TRAILS = ".,;:!?)]}>'\"”’…*_~"
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_FILM = re.compile(r"/(?:shorts|embed|live|v)/([\w-]{6,})")
_DRIVE = re.compile(r"/(?:u/\d+/)?(file/d|drive/(?:u/\d+/)?folders|folders)/([\w-]{10,})")
_OFFICE = re.compile(r"/(?:u/\d+/)?(document|presentation|spreadsheets|drawings|forms)/(?:u/\d+/)?d/(?!e/)([\w-]{10,})")


class Link(NamedTuple):
    """An address in its canonical form, and the words that stood for it (none where the address itself did)."""

    url: str
    words: str


def canonical(address: str) -> str | None:
    """The address without what only follows people; the same page gives the same one. None for what opens nothing.

    Applying it to its own result changes nothing.
    """
    text = address.strip().rstrip(_TRAILS)
    if address.startswith(f"{text})") and text.count("(") > text.count(")"):
        text += ")"  # it belongs to the address
    if not re.match(r"https?://", text, re.IGNORECASE):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError):
        return None
    host = _plain_host(host)
    if not _HOST.fullmatch(host) or parts.username or parts.password:
        return None
    found = _known(host, parts) or _cleaned(host if port in (None, 80, 443) else f"{host}:{port}", parts)
    return found if len(found) <= LONGEST else None


def _plain_host(host: str) -> str:
    """Without `www.`, and without what names the version for phones."""
    for prefix in ("www.", "m.", "mobile."):
        rest = host.removeprefix(prefix)
        if rest != host and "." in rest:
            host = rest
    return host


def _known(host: str, parts: SplitResult) -> str | None:
    """Films and files that have many addresses."""
    asked = dict(parse_qsl(parts.query))
    if host == "youtu.be":
        film = parts.path.strip("/").partition("/")[0]
        return f"https://youtube.com/watch?v={film}" if film else None
    if host in ("youtube.com", "music.youtube.com", "youtube-nocookie.com"):
        film = asked.get("v") or next(iter(_FILM.findall(parts.path)), "")
        if not film and "list" in asked:
            return f"https://youtube.com/playlist?list={quote(asked['list'])}"
        return f"https://youtube.com/watch?v={quote(film)}" if film else None
    if host == "drive.google.com":
        return _drive(parts, asked)
    office = _OFFICE.match(parts.path) if host == "docs.google.com" else None
    return f"https://docs.google.com/{office[1]}/d/{office[2]}{_key(asked)}" if office else None


def _drive(parts: SplitResult, asked: Mapping[str, str]) -> str | None:
    named = _DRIVE.match(parts.path)
    if named and named[1].endswith("folders"):
        return f"https://drive.google.com/drive/folders/{named[2]}{_key(asked)}"
    number = named[2] if named else asked.get("id") if parts.path in ("/open", "/uc") else None
    return f"https://drive.google.com/file/d/{quote(number)}{_key(asked)}" if number else None


def _key(asked: Mapping[str, str]) -> str:
    """Files of before 2021 do not open without it."""
    return f"?resourcekey={quote(asked['resourcekey'])}" if "resourcekey" in asked else ""


def _cleaned(host: str, parts: SplitResult) -> str:
    kept = sorted((name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _follows(name))
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._").rstrip("/")
    asked = f"?{urlencode(kept)}" if kept else ""
    # Some pages are one address and say behind the "#" which of them is meant.
    place = quote(parts.fragment, safe="/%!?=&-._~") if parts.fragment.startswith(("/", "!")) else ""
    return f"https://{host}{path}{asked}{f'#{place}' if place else ''}"


@cache
def _followers() -> frozenset[str]:
    return frozenset(rules("links", "follows"))


def _follows(name: str) -> bool:
    return name.casefold().startswith("utm_") or name.casefold() in _followers()


def acts(url: str) -> bool:
    """A room, a form, a shop: there to act on or to buy from, not to learn with."""
    return any(host in url for name in ("acting", "selling") for host in hosts(name))


def of_message(body: Mapping[str, Any], text: str) -> list[Link]:
    """The links of a message to learn with, in their order, each once; with an empty ``body``, of the text alone."""
    entities = body.get("entities") or body.get("caption_entities") or []
    told = list(_marked(entities, text)) if entities else []
    told = told or [(address, "") for address in _ADDRESS.findall(text)]
    found: dict[str, Link] = {}
    for address, words in told:
        url = canonical(address)
        if url is not None and not acts(url) and not acts(address):
            found.setdefault(url, Link(url, words))
    return list(found.values())


def _marked(entities: Sequence[Mapping[str, Any]], text: str) -> Iterator[tuple[str, str]]:
    units = text.encode("utf-16-le")  # Telegram counts in UTF-16
    for entity in entities:
        if entity.get("type") not in ("url", "text_link"):
            continue
        start, size = int(entity.get("offset", 0)), int(entity.get("length", 0))
        part = units[2 * start : 2 * (start + size)].decode("utf-16-le", "ignore")
        yield (str(entity["url"]), part) if entity["type"] == "text_link" and "url" in entity else (part, "")
