"""Opening a Mini App: the address that Telegram opens, with who opens it and its signature behind the #."""

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from playground.people import open_chat
from playground.shapes import person

if TYPE_CHECKING:
    from playground.world import World

VERSION = "9.1"  # of Mini Apps, as clients of 2026 name it
_COLOURS = {
    "bg_color": "#ffffff", "text_color": "#000000", "hint_color": "#707579", "link_color": "#3390ec",
    "button_color": "#3390ec", "button_text_color": "#ffffff", "secondary_bg_color": "#f4f4f5",
}  # fmt: skip


def open_app(
    world: "World", user: int, chat: int, message_id: int, label: str, colours: dict[str, str] | None = None
) -> str:
    """What a tap on a web_app button opens, by the beginning of its label. Raises ValueError.

    The signed part is Telegram's: fields in the order of their names, a line each, under a key made from the bot's
    token. `signature`, by which others than the bot could check, is in the hash as well; ours is of zeros.
    """
    where = open_chat(world, user, chat)
    message = world.find(where, message_id)
    rows = (message.markup or {}).get("inline_keyboard", [])
    found = [one for row in rows for one in row if one["text"].startswith(label) and "web_app" in one]
    if not found:
        raise ValueError(f"message {message_id} has no button {label!r} that opens a Mini App")
    bot = world.bots[where.bot_id or message.sender or 0]
    fields = {
        "query_id": f"AAF{world.random.getrandbits(60):015x}",
        "user": json.dumps(person(world, user) | {"allows_write_to_pm": True}, ensure_ascii=False),
        "auth_date": str(world.stamp()),
        "signature": base64.urlsafe_b64encode(bytes(64)).decode().rstrip("="),
    }
    fields["hash"] = signed(fields, bot.token)
    told = {
        "tgWebAppData": urlencode(fields, quote_via=quote), "tgWebAppVersion": VERSION, "tgWebAppPlatform": "weba",
        "tgWebAppThemeParams": json.dumps(_COLOURS | (colours or {})),
    }  # fmt: skip
    return f"{found[0]['web_app']['url']}#{urlencode(told, quote_via=quote)}"


def signed(fields: dict[str, str], token: str) -> str:
    """The hash of these fields."""
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return hmac.digest(key, told.encode(), hashlib.sha256).hex()
