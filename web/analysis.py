"""An exported conversation dropped on a page: read on this machine, shown as a page, stored nowhere."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from secrets import token_urlsafe
from threading import Lock
from typing import Any, cast
from zoneinfo import ZoneInfo

from aiohttp import BodyPartReader, web

from content.texts import LANGUAGES, Texts

log = logging.getLogger(__name__)

PATH = "/analysis"
MOST_BYTES = 64_000_000
"""Of all files that are dropped together; a larger one is for the command line."""
_SHOWN = 4  # results that can still be opened, in memory alone
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip
_ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
_reading = Lock()  # one at a time: each may take a hundred megabytes
Json = dict[str, Any]


def add_routes(app: web.Application) -> None:
    """POST a form with `file` (one or more), `language`, `zone` (wib, wita, wit) and `order` (dmy, mdy; may be empty).

    The answer is JSON: `page`, the path of the result; or `ask`, a question whose answer is `order`; or `refused`, why
    it cannot be read, in a sentence. The page is there until four others have been made, for whoever knows its path.
    """
    shelf: OrderedDict[str, str] = OrderedDict()

    async def take(request: web.Request) -> web.Response:
        told = await _taken(request)
        if "html" in told:
            name = token_urlsafe(16)
            shelf[name] = told["html"]
            while len(shelf) > _SHOWN:
                shelf.popitem(last=False)
            told = {"page": f"{PATH}/{name}"}
        return web.json_response(told)

    async def show(request: web.Request) -> web.Response:
        found = shelf.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound(text="this result is no longer kept")
        return web.Response(text=found, content_type="text/html", headers=_HEADERS)

    app.router.add_post(PATH, take)
    app.router.add_get(PATH + "/{name}", show)


async def _taken(request: web.Request) -> Json:
    said, files = {"language": "", "zone": "", "order": ""}, list[bytes]()
    left = MOST_BYTES
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                content = await _read(part, left)
                left -= len(content)
                files.append(content)
            elif part.name in said:
                said[part.name] = (await _read(part, 100)).decode("utf-8", "replace")
    except _TooMuch:
        say = _say(said["language"])
        return {"refused": say.plain("imports.too_big", megabytes=MOST_BYTES // 1_000_000)}
    except (ValueError, AssertionError, RuntimeError):  # what is no form
        files = []
    return await asyncio.to_thread(_analysed, files, said)


class _TooMuch(Exception):
    """More bytes than are read."""


async def _read(part: BodyPartReader, most: int) -> bytes:
    found = bytearray()
    while piece := await part.read_chunk(1 << 16):
        found += piece
        if len(found) > most:
            raise _TooMuch
    return bytes(found)


def _say(language: str) -> Texts:
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


def _analysed(files: Sequence[bytes], said: Json) -> Json:
    """The result as HTML, a question, or a sentence; whatever a file holds, never an error."""
    from community.imports.opening import Order, open_export  # readers and tagger, which a page without files need not
    from community.imports.values import AmbiguousDates, BadExport
    from reports.history import gather
    from reports.history_page import page

    say, zone = _say(said["language"]), ZoneInfo(_ZONES.get(said["zone"], _ZONES["wib"]))
    order = cast(Order, said["order"]) if said["order"] in ("dmy", "mdy") else None
    try:
        with _reading:
            found = gather(open_export(files, zone, order), zone)
            return {"html": page(found, say)} if found.messages else {"refused": say.plain("imports.not_an_export")}
    except AmbiguousDates as unclear:
        return {"ask": say.plain("imported.which_order", **unclear.blanks)}
    except BadExport as reason:
        return {"refused": say.plain(reason.text_key, **reason.blanks)}
    except Exception as error:
        # The name of the error only: its text could hold somebody's words.
        log.warning("an export could not be read (%s)", type(error).__name__)
        return {"refused": say.plain("imports.not_an_export")}
