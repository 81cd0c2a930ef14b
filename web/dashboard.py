"""The pages of the dashboard: what the reader may look at, each place with its figures, and their downloads."""

import asyncio
import logging
from itertools import groupby
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from community.calendar import local_day
from content.texts import Texts
from reports import days
from reports.dashboard import figures, pictures, sending
from reports.dashboard.figures import Shown
from reports.dashboard.values import Drawing
from storage.database import is_away
from web import doorstep, downloads, history, svg
from web.browser import (
    FILES,
    HEADERS,
    ROOT,
    House,
    file,
    guessed_language,
    keep_language,
    shown,
)
from web.reader import Reader, address, read

log = logging.getLogger(__name__)

__all__ = ["House", "add_routes"]


def add_routes(app: web.Application, house: House) -> None:
    """Everything below ROOT, as an application of its own: its headers go with every answer, refusals included."""
    pages = web.Application(middlewares=[_guarded(house)], client_max_size=1 << 16)
    doorstep.add_routes(pages, house)
    pages.router.add_get("", read(house, _home))
    pages.router.add_get("/{kind}/{id}", read(house, _place))
    history.add_routes(pages, house)
    pages.router.add_get("/{kind}/{id}/{figure}.{form:png|svg}", read(house, _picture))
    pages.router.add_get("/{kind}/{id}/{figure}.{ending}", read(house, _download))
    pages.router.add_post("/{kind}/{id}/{figure}/kirim", read(house, _send, writes=True))
    for name in FILES:
        pages.router.add_get(f"/{name}", _file)
    app.add_subapp(ROOT, pages)


def _guarded(house: House) -> Middleware:
    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as told:
            response = _instead(request, house, "gone", told.status)
        except Exception as error:
            # The name of the error only: its text could hold somebody's words.
            log.exception("a page of the dashboard broke (%s)", type(error).__name__)
            response = _instead(request, house, "trouble", 503 if is_away(error) else 500)
        keep_language(request, response, house)
        response.headers.update(HEADERS)
        return response

    return guarded


def _instead(request: web.Request, house: House, why: str, status: int) -> web.Response:
    return shown("gone.html", Texts(guessed_language(request, house)), request, status=status, why=why)


async def _home(reader: Reader) -> web.Response:
    if len(reader.places) == 1:  # nothing to choose from
        return web.Response(status=303, headers={"Location": address(reader.places[0])})
    kinds = [(kind, list(some)) for kind, some in groupby(reader.places, key=lambda place: place.kind)]
    return shown("home.html", reader.say, reader.request, reader=reader, kinds=kinds, address=address)


async def _seen(reader: Reader) -> Shown:
    """The place of the address as it is shown; what is not the reader's is not there."""
    try:
        return await figures.shown(reader.session, reader.place(), reader.request.query, reader.house.now(), reader.say)
    except figures.Nowhere:
        raise web.HTTPNotFound from None


async def _place(reader: Reader) -> web.Response:
    seen = await _seen(reader)
    asked = urlencode({one.name: one.chosen for one in seen.filters if one.chosen})
    kinds = [(kind, list(some)) for kind, some in groupby(reader.places, key=lambda place: place.kind)]
    made = days.day(local_day(reader.house.now(), seen.place.groups[0].zone), reader.say)
    return shown(
        "place.html", reader.say, reader.request, reader=reader, seen=seen, kinds=kinds, address=address, svg=svg,
        height=pictures.height,
        here=address(seen.place), asked=asked, made=made, sent=reader.request.query.get("terkirim"),
    )  # fmt: skip


async def _download(reader: Reader) -> web.Response:
    seen, match = await _seen(reader), reader.request.match_info
    try:
        figure = seen.figure(match["figure"])
        name = f"sejawat-{seen.place.kind}-{figure.key}"
        file = downloads.handed(figure.exact or figure.table, name, match["ending"], reader.house.now())
    except (figures.Nowhere, KeyError):
        raise web.HTTPNotFound from None
    # The page itself only reads; that a file was taken away is written down beside it.
    async with reader.house.database.writing() as session:
        await sending.noted(session, reader.person, seen, reader.house.now())
    return file


async def _send(reader: Reader) -> web.Response:
    seen, key = await _seen(reader), reader.request.match_info["figure"]
    try:
        await sending.to_chat(reader.session, reader.person, seen, key, reader.say, reader.house.now())
    except figures.Nowhere:
        raise web.HTTPNotFound from None
    asked = urlencode({**reader.request.query, "terkirim": key})
    return web.Response(status=303, headers={"Location": f"{address(seen.place)}?{asked}#{key}"})


async def _picture(reader: Reader) -> web.Response:
    """A figure's chart as a picture of its own: PNG to keep, SVG to stand in the page."""
    seen, match = await _seen(reader), reader.request.match_info
    figure = next((one for one in seen.figures if one.key == match["figure"]), None)
    if figure is None or figure.chart is None or (isinstance(figure.chart, Drawing) and match["form"] != "png"):
        raise web.HTTPNotFound
    drawn = await asyncio.to_thread(
        pictures.drawn, figure, seen, "svg" if match["form"] == "svg" else "png", reader.say
    )
    return web.Response(body=drawn, content_type=_PICTURES[match["form"]], headers={"Cache-Control": "no-store"})


_PICTURES = {"png": "image/png", "svg": "image/svg+xml"}


async def _file(request: web.Request) -> web.Response:
    content, kind = file(request.path.rpartition("/")[2])
    kept = "public, max-age=31536000, immutable"
    response = web.Response(body=content, content_type=kind, charset="utf-8", headers={"Cache-Control": kept})
    response.enable_compression()
    return response
