"""Telegram's word for who opened a Mini App: read and checked, with its age."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import parse_qsl

VALID_FOR = timedelta(hours=1)
AHEAD = timedelta(minutes=2)  # of our clock, which Telegram's may be
MOST_BYTES = 8192  # Telegram's are about 500; a name may be long in percent signs


class Signed(NamedTuple):
    """Who Telegram says it is, and the signature by which this one saying is known again."""

    user_id: int
    proof: str


def read(init_data: str, token: str, now: datetime) -> Signed | None:
    """Who the query string names; None unless Telegram signed it for the bot of this token, and not long ago.

    Telegram's rule: every field but `hash`, as `name=value` in the order of names, a line each, under HMAC-SHA-256
    with a key that is the HMAC of the token under "WebAppData". The age is ours to check: it is signed with the rest.
    """
    if not token or len(init_data) > MOST_BYTES:
        return None
    try:
        init_data.encode()  # halves of letters can be sent in JSON
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=30)
    except ValueError:
        return None
    fields = dict(pairs)
    given = fields.pop("hash", "")
    # A name said twice would be checked as one value and might be read as the other.
    if len(fields) + 1 != len(pairs) or not hmac.compare_digest(given.encode(), signature(fields, token).encode()):
        return None
    signed_at, user_id = _moment(fields.get("auth_date", "")), _user_id(fields.get("user", ""))
    if signed_at is None or user_id is None or not now - VALID_FOR <= signed_at <= now + AHEAD:
        return None
    return Signed(user_id, given)


def signature(fields: dict[str, str], token: str) -> str:
    """What `hash` must be for these fields, as 64 hexadecimal digits."""
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()


def _moment(written: str) -> datetime | None:
    if not (written.isascii() and written.isdecimal() and len(written) <= 12):
        return None
    return datetime.fromtimestamp(int(written), UTC)


def _user_id(written: str) -> int | None:
    try:
        told = json.loads(written)
    except ValueError:
        return None
    number = told.get("id") if isinstance(told, dict) else None
    return number if type(number) is int and 0 < number < 1 << 53 else None
