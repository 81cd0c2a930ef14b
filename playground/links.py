"""Addresses in messages and on buttons: which of them Telegram takes, and the entities they become."""

import re
from urllib.parse import parse_qs, urlsplit

from playground.state import Json

_HOST = re.compile(r"^(?:[\w\-]+\.)+[\w\-]{2,}$|^localhost$|^\d{1,3}(?:\.\d{1,3}){3}$", re.UNICODE)


def wrong_url(url: str) -> str | None:
    """What is wrong with an address, in Telegram's words; None when it is taken."""
    if not url.strip():
        return "URL is empty"
    scheme = url.split(":", 1)[0].lower() if ":" in url else "http"
    if scheme in ("tg", "ton", "tonsite"):
        return None
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
        host = parts.hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme.lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    if not _HOST.match(host):
        return "Wrong HTTP URL"
    return None


def link_entity(url: str, place: Json) -> Json | None:
    """A text_link or, for tg://user?id=…, a text_mention; nothing for an address that Telegram does not take."""
    user_id = mentioned_user(url)
    if user_id is not None:
        return {"type": "text_mention"} | place | {"user_id": user_id}
    if wrong_url(url.strip()) is not None:
        return None
    address = url.strip()
    if "://" not in address and not address.lower().startswith("tg:"):
        address = f"http://{address}"
    scheme, rest = address.split(":", 1)
    if rest.startswith("//") and "/" not in rest[2:] and "?" not in rest[2:] and scheme.lower() in ("http", "https"):
        address += "/"  # TD writes the path out
    return {"type": "text_link"} | place | {"url": address}


def mentioned_user(url: str) -> int | None:
    """The user id of a tg://user?id=… link."""
    if not url.lower().startswith("tg://user?"):
        return None
    value = parse_qs(url.split("?", 1)[1]).get("id", [""])[0]
    return int(value) if value.isdigit() and len(value) < 17 and int(value) > 0 else None
