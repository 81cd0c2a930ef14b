"""Writes exports the way Telegram Desktop does: result.json with its escapes, and messages.html."""

import html
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from community.imports.sources import Source, sources

WIB = ZoneInfo("Asia/Jakarta")
MORNING = 1_791_165_600
"""5 October 2026, 09.00 in Jakarta, UTC+7."""


def source(content: bytes | str, name: str = "result.json") -> Source:
    raw = content.encode() if isinstance(content, str) else content
    return sources(raw, name)[0]


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at, WIB)


def message(key: int, sender: str | None, text: Any = "", at: int = MORNING, **more: Any) -> dict[str, Any]:
    """A message as exports have had it since 2022."""
    told = {
        "id": key, "type": "message", "date": local(at).strftime("%Y-%m-%dT%H:%M:%S"), "date_unixtime": str(at),
        "from": sender, "from_id": f"user{sum(map(ord, sender or 'x'))}", "text": text, "text_entities": [],
    }  # fmt: skip
    return told | more


def chat(messages: Iterable[Any], name: str | None = "KKG Melati", kind: str = "private_supergroup") -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {**named, "type": kind, "id": 4_000_000_001, "messages": list(messages)}


def full(chats: Iterable[dict[str, Any]], left: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """A full export: what Telegram says of itself and of the account stands before the chats."""
    return {
        "about": "Here is the data you requested.", "personal_information": {"user_id": 1, "first_name": "Hendra"},
        "contacts": {"about": "…", "list": [{"first_name": "Sari", "phone_number": "0"}]},
        "chats": {"about": "…", "list": list(chats)}, "left_chats": {"about": "…", "list": list(left)},
    }  # fmt: skip


def as_json(value: Any, indent: int | None = 1) -> bytes:
    """JSON with control characters as Telegram Desktop writes them: ``\\x1F``, which is not legal."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    for code in range(0x20):
        if chr(code) not in "\n\r\t":
            legal = json.dumps(chr(code))[1:-1]
            written = _outside_backslashes(written, legal, f"\\x{code:02X}")
    return written.encode()


def _outside_backslashes(written: str, legal: str, illegal: str) -> str:
    """Replace an escape, but not one whose backslash is itself escaped."""
    parts = written.split("\\\\")
    return "\\\\".join(part.replace(legal, illegal) for part in parts)


HEAD = (
    '<!DOCTYPE html>\n<html>\n\n <head>\n\n  <meta charset="utf-8"/>\n<title>Exported Data</title>\n'
    '  <script src="js/script.js" type="text/javascript">\n\n  </script>\n\n </head>\n\n'
    ' <body onload="CheckLocation();">\n\n  <div class="page_wrap">\n\n   <div class="page_header">\n\n'
    '    <div class="content">\n\n     <div class="text bold">\nKKG Melati \n     </div>\n\n    </div>\n\n   </div>\n\n'
    '   <div class="page_body chat_page">\n\n    <div class="history">\n\n'
)
FOOT = "    </div>\n\n   </div>\n\n  </div>\n\n </body>\n\n</html>\n"


def page(posts: Sequence[str]) -> bytes:
    return (HEAD + "".join(posts) + FOOT).encode()


def day(words: str, number: int = 1) -> str:
    return service(-number, words)


def service(key: int, words: str) -> str:
    return (
        f'     <div class="message service" id="message{key}">\n\n      <div class="body details">\n'
        f"{html.escape(words)}\n      </div>\n\n     </div>\n\n"
    )


def post(
    key: int, sender: str | None, text: str = "", at: int = MORNING, *, zone: str = " UTC+07:00", body: str = "",
    reply: str = "",
) -> str:  # fmt: skip
    """A message; without a sender it is joined to the one before. `body` is what stands between name and text."""
    title = local(at).strftime("%d.%m.%Y %H:%M:%S") + zone
    joined = " joined" if sender is None else ""
    picture = (
        ""
        if sender is None
        else '      <div class="pull_left userpic_wrap">\n\n       <div class="userpic userpic3" style="width: 42px">\n'
        '\n        <div class="initials" style="line-height: 42px">\nS\n        </div>\n\n       </div>\n\n'
        "      </div>\n\n"
    )
    name = "" if sender is None else f'       <div class="from_name">\n{html.escape(sender)} \n       </div>\n\n'
    words = html.escape(text).replace("\n", "<br>")
    said = f'       <div class="text">\n{words}\n       </div>\n\n' if text else ""
    replied = f'       <div class="reply_to details">\nIn reply to {reply}\n       </div>\n\n' if reply else ""
    return (
        f'     <div class="message default clearfix{joined}" id="message{key}">\n\n{picture}'
        '      <div class="body">\n\n'
        f'       <div class="pull_right date details" title="{title}">\n{title[11:16]}\n       </div>\n\n'
        f"{name}{replied}{body}{said}      </div>\n\n     </div>\n\n"
    )


def media(kind: str, title: str, href: str = "", status: str = "1.2 MB") -> str:
    """A file as Telegram shows it where it has no picture of it."""
    tag, link = ("a", f' href="{href}"') if href else ("div", "")
    return (
        f'       <div class="media_wrap clearfix">\n\n        <{tag} class="media clearfix pull_left {kind}"{link}>\n\n'
        '         <div class="fill pull_left">\n\n         </div>\n\n         <div class="body">\n\n'
        f'          <div class="title bold">\n{title}\n          </div>\n\n'
        '          <div class="description">\nNot included, change data exporting settings to download.\n'
        f'          </div>\n\n          <div class="status details">\n{status}\n          </div>\n\n'
        f"         </div>\n\n        </{tag}>\n\n       </div>\n\n"
    )
