"""The line to Telegram: one call of the Bot API, and what its answer lets us know."""

import json
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote

import aiohttp


class Outcome(StrEnum):
    """What is known after a call (a timeout tells nothing, so `unknown` is a state of its own)."""

    DELIVERED = "delivered"
    REFUSED = "refused"  # a 4xx in JSON: not done, and asking again changes nothing
    THROTTLED = "throttled"  # 429: not done, wait `retry_after`
    MIGRATED = "migrated"  # the group has become a supergroup with the id `migrated_to`
    UNSENT = "unsent"  # never reached Telegram, or it said so itself (5xx in JSON)
    UNKNOWN = "unknown"  # the answer was lost or unreadable
    NOT_YET = "not yet"  # nothing was asked: what the letter refers to is still on its way


@dataclass(frozen=True, slots=True)
class Reply:
    outcome: Outcome
    result: Any = None
    words: str = ""  # Telegram's description, or ours of what went wrong
    code: int = 0
    retry_after: float = 0.0
    migrated_to: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes to be sent as a file."""

    name: str
    content: bytes = field(repr=False)


TOO_BIG = "file is too big"  # Telegram's own words for a file beyond its 20 MiB
LONGEST_WAIT = 86_400.0  # seconds; Telegram's longest are hours
# Refusals that mean the wish is already fulfilled.
_ALREADY_SO = ("message is not modified", "message to delete not found")


class Line:
    """Calls methods of the Bot API for one bot. No retries here: the outcome decides, the courier acts."""

    def __init__(self, api_url: str, token: str, *, timeout: float = 60.0) -> None:
        self._base = f"{api_url}/bot{token}/"
        self._files = f"{api_url}/file/bot{token}/"
        self._timeout = timeout
        self._http: aiohttp.ClientSession | None = None

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # Short-lived idle connections: one that the server closes under our hands makes an unknown.
            connector = aiohttp.TCPConnector(limit=100, keepalive_timeout=15, ttl_dns_cache=300)
            self._http = aiohttp.ClientSession(connector=connector)
        return self._http

    async def call(self, method: str, params: dict[str, Any], *, timeout: float | None = None) -> Reply:
        """One call. Never raises for what the network or Telegram does; params may hold Uploads at the top."""
        limit = aiohttp.ClientTimeout(total=timeout or self._timeout, connect=10)
        try:
            async with self._session().post(self._base + method, timeout=limit, **_body(params)) as answer:
                return _read(answer.status, await answer.read())
        except aiohttp.ClientConnectorError as error:
            return Reply(Outcome.UNSENT, words=f"no connection: {error.os_error.__class__.__name__}")
        except aiohttp.ConnectionTimeoutError:
            return Reply(Outcome.UNSENT, words="no connection within 10 s")
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            return Reply(Outcome.UNKNOWN, words=f"no answer: {error.__class__.__name__}")

    async def download(self, path: str, most: int, *, timeout: float = 20.0) -> Reply:
        """The bytes at the path that getFile gave, as the result; a file of more than ``most`` bytes is refused."""
        limit = aiohttp.ClientTimeout(total=timeout, connect=10)
        found = bytearray()
        try:
            async with self._session().get(self._files + quote(path), timeout=limit) as answer:
                if answer.status != 200:
                    outcome = Outcome.UNSENT if answer.status >= 500 or answer.status == 429 else Outcome.REFUSED
                    return Reply(outcome, code=answer.status, words=f"HTTP {answer.status} instead of the file")
                async for piece in answer.content.iter_chunked(65_536):
                    found += piece
                    if len(found) > most:
                        return Reply(Outcome.REFUSED, words=TOO_BIG)
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            # Nothing was changed by asking: it may be asked again.
            return Reply(Outcome.UNSENT, words=f"the file did not come: {error.__class__.__name__}")
        return Reply(Outcome.DELIVERED, result=bytes(found), code=200)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None


def _body(params: dict[str, Any]) -> dict[str, Any]:
    if not any(isinstance(value, Upload) for value in params.values()):
        return {"json": params}
    form = aiohttp.FormData()
    for name, value in params.items():
        if isinstance(value, Upload):
            form.add_field(name, value.content, filename=value.name)
        else:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    return {"data": form}


def _read(status: int, body: bytes) -> Reply:
    try:
        answer = json.loads(body)
        if answer["ok"] is True and "result" in answer:
            return Reply(Outcome.DELIVERED, result=answer["result"], code=status)
        return _refused(status, answer)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return Reply(Outcome.UNKNOWN, code=status, words=f"HTTP {status} that is not Telegram's JSON")


def _refused(status: int, answer: dict[str, Any]) -> Reply:
    """Raises one of the errors above for an answer whose parts are not what they should be."""
    words, extra = str(answer.get("description", "")), answer.get("parameters") or {}
    code = answer.get("error_code", status)
    if "migrate_to_chat_id" in extra:
        return Reply(Outcome.MIGRATED, words=words, code=code, migrated_to=int(extra["migrate_to_chat_id"]))
    if code == 429:
        seconds = float(extra.get("retry_after", 5))
        if not math.isfinite(seconds):
            raise ValueError(seconds)
        return Reply(Outcome.THROTTLED, words=words, code=code, retry_after=min(max(seconds, 0.0), LONGEST_WAIT))
    if code >= 500:
        return Reply(Outcome.UNSENT, words=words, code=code)
    if any(phrase in words for phrase in _ALREADY_SO):
        return Reply(Outcome.DELIVERED, result=True, words=words, code=code)
    if 400 <= code < 500:
        return Reply(Outcome.REFUSED, words=words, code=code)
    return Reply(Outcome.UNKNOWN, words=f"HTTP {status}: {words}", code=code)
