"""The page that takes a dropped export of a group's conversation: read within the request, and kept nowhere."""

import asyncio
import hmac
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from community.calendar import local_day
from reports import days
from reports.dashboard.places import Place
from web import downloads, exports, svg
from web.browser import House, is_ours, secret_of, shown
from web.exports import Form, Refused, Unclear
from web.reader import Reader, address, entered, read

if TYPE_CHECKING:
    from reports.dashboard.export_figures import Told

AT_ONCE = 2  # people whose files are taken at the same time: each is held in memory until it has been read
SECONDS = 600  # in which a file has to come, on a slow line too
_PATH = "/{kind}/{id}/riwayat"


def add_routes(pages: web.Application, house: House) -> None:
    """A form where its reader may import; a file that is sent with it is answered with what it tells, and forgotten.

    There is no shelf for results as in the playground: several processes may serve these pages, and what would have to
    be fetched from the one that made it is in the answer itself, its files included.
    """
    under_way: set[int] = set()

    async def take(request: web.Request) -> web.Response:
        if not is_ours(request):
            raise web.HTTPForbidden
        reader = await entered(request, house, secret_of(request, house), _who_may)
        if isinstance(reader, web.Response):
            return reader
        if reader.person.id in under_way or len(under_way) >= AT_ONCE:
            return _page(reader, Refused(reader.say.plain("dashboard.export.busy")))
        under_way.add(reader.person.id)
        try:
            return _page(reader, *await _taken(reader))
        finally:
            under_way.discard(reader.person.id)

    pages.router.add_get(_PATH, read(house, _form))
    pages.router.add_post(_PATH, take)


def _may_import(reader: Reader) -> Place:
    place = reader.place()
    if not place.may_import:
        raise web.HTTPNotFound
    return place


async def _who_may(reader: Reader) -> Reader:
    """Asked before anything is read; no transaction is open while a file comes."""
    _may_import(reader)
    return reader


async def _form(reader: Reader) -> web.Response:
    return _page(reader, None)


async def _taken(reader: Reader) -> "tuple[Told | Unclear | Refused, str]":
    """What the file tells, and the zone that was said."""
    form, say = Form({"token": "", "zona": "", "urutan": ""}), reader.say

    def may(said: Mapping[str, str]) -> None:
        if not hmac.compare_digest(said["token"].encode(), reader.token.encode()):
            raise web.HTTPForbidden

    try:
        async with asyncio.timeout(SECONDS):
            await exports.fill(form, reader.request, may)
    except exports.TooMuch:
        return exports.too_much(say), form.said["zona"]
    except (TimeoutError, exports.Cut):
        return Refused(say.plain("dashboard.export.not_come")), form.said["zona"]
    if not any(form.files):
        return Refused(say.plain("dashboard.export.none")), form.said["zona"]
    from reports.dashboard.export_figures import told  # readers and drawing, which a page without files needs not

    zone = exports.ZONES.get(form.said["zona"], reader.place().groups[0].zone)
    make = partial(told, say=say)
    found = await asyncio.to_thread(exports.made_of, form.files, zone, form.said["urutan"], say, make)
    return found, form.said["zona"]


def _page(reader: Reader, found: "Told | Unclear | Refused | None", zone: str = "") -> web.Response:
    place, say = _may_import(reader), reader.say
    problem = found if isinstance(found, Unclear | Refused) else None
    told = None if isinstance(found, Unclear | Refused) else found
    here = place.groups[0].zone
    zones = {name: name.upper() for name in exports.ZONES}
    if here not in exports.ZONES.values():
        zones = {"": here} | zones
    own = next((name for name, one in exports.ZONES.items() if one == here), "")
    return shown(
        "history.html", say, reader.request, reader=reader, place=place, back=address(place), told=told,
        problem=problem, asks=isinstance(found, Unclear), orders=exports.ORDERS, zones=zones,
        zone=zone if zone in zones else own, megabytes=exports.MOST_BYTES // 1_000_000, most=exports.MOST_BYTES,
        svg=svg, linked=downloads.linked, made=days.day(local_day(reader.house.now(), here), say),
    )  # fmt: skip
