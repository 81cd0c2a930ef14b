"""The way into the dashboard: Telegram's word, a link that opens it once, and the way out."""

import json

from aiohttp import web

from community import web_sessions
from content.texts import Texts
from reports.dashboard import places
from storage.models import Person
from web import init_data
from web.browser import (
    MOST_SECRET,
    ROOT,
    House,
    checked_form,
    forget,
    guessed_language,
    is_ours,
    remember,
    shown,
)


def add_routes(app: web.Application, house: House) -> None:
    """`/masuk` takes Telegram's word, `/tautan/…` a link, `/keluar` ends the session."""

    async def by_telegram(request: web.Request) -> web.Response:
        now, secret = house.now(), None
        signed = init_data.read(await _said(request), house.token, now) if is_ours(request) else None
        if signed is not None:  # whoever guesses keeps nobody from writing
            async with house.database.writing() as session:
                secret = await web_sessions.open_with_telegram(session, signed.user_id, signed.proof, now)
        if secret is None:
            return web.json_response({"ok": False}, status=403)
        response = web.json_response({"ok": True, "next": f"{ROOT}?baru=1"})
        remember(response, house, secret)
        return response

    async def is_alive(request: web.Request) -> bool:
        async with house.database.reading() as session:
            return await web_sessions.is_alive(session, _secret(request), house.now())

    async def ask(request: web.Request) -> web.Response:
        # Programs that look ahead at links open them; only a person presses the button.
        return _link_page(request, await is_alive(request))

    async def by_link(request: web.Request) -> web.Response:
        secret = None
        if is_ours(request) and await is_alive(request):
            async with house.database.writing() as session:
                secret = await web_sessions.open_with_link(session, _secret(request), house.now())
        if secret is None:
            return _link_page(request, False)
        response = web.Response(status=303, headers={"Location": f"{ROOT}?baru=1"})
        remember(response, house, secret)
        return response

    async def out(request: web.Request) -> web.Response:
        secret = await checked_form(request, house)
        async with house.database.writing() as session:
            await web_sessions.end(session, secret, house.now())
        response = web.Response(status=303, headers={"Location": ROOT})
        forget(response, house)
        return response

    def _link_page(request: web.Request, alive: bool) -> web.Response:
        say = Texts(guessed_language(request, house))
        return shown("link.html", say, request, status=200 if alive else 410, alive=alive)

    app.router.add_post("/masuk", by_telegram)
    app.router.add_get("/tautan/{secret}", ask)
    app.router.add_post("/tautan/{secret}", by_link)
    app.router.add_post("/keluar", out)


def closed(request: web.Request, house: House) -> web.Response:
    """The door, for a browser of which nobody knows whose it is."""
    told = "cookies" if "baru" in request.query else "how"
    return shown("door.html", Texts(guessed_language(request, house)), request, status=401, told=told)


async def turned_away(request: web.Request, house: House, person: Person) -> web.Response:
    """There is nothing for them any more: their sessions end."""
    async with house.database.writing() as session:
        if not await places.may_open(session, person):
            await web_sessions.end_all(session, person.id, house.now())
    response = shown("door.html", Texts(person.language), request, status=403, told="nobody")
    forget(response, house)
    return response


def _secret(request: web.Request) -> str:
    return request.match_info["secret"][:MOST_SECRET]


async def _said(request: web.Request) -> str:
    """What the page read from its address; empty for anything else. JSON: no form of another site can send it."""
    if request.content_type != "application/json" or (request.content_length or 0) > 2 * init_data.MOST_BYTES:
        return ""
    try:
        told = json.loads(await request.text())
    except (ValueError, LookupError, RecursionError):  # letters that do not exist, brackets without end
        return ""
    data = told.get("data") if isinstance(told, dict) else None
    return data if isinstance(data, str) else ""
