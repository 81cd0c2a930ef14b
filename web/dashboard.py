"""The pages of the dashboard: what the reader may look at, each place with its figures, and their downloads."""

from collections.abc import Awaitable, Callable
from functools import wraps
from itertools import groupby

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from community import people, web_sessions
from community.refusals import Refusal
from content.texts import Texts
from reports.dashboard import places
from reports.dashboard.places import Place
from storage.database import Session
from storage.models import Person
from web import doorstep
from web.browser import FILES, HEADERS, ROOT, House, file, form_token, guessed_language, language_of, secret_of, shown

__all__ = ["House", "add_routes"]


class Reader:
    """Who looks, at this one request: what they may see was asked for it."""

    def __init__(self, request: web.Request, house: House, session: Session, person: Person, secret: str) -> None:
        self.request, self.house, self.session, self.person = request, house, session, person
        self.say = Texts(language_of(request, person.language))
        self.token = form_token(secret)
        self.places: list[Place] = []

    @property
    def name(self) -> str:
        return people.display(self.person, self.say)


Page = Callable[[Reader], Awaitable[web.Response]]


def add_routes(app: web.Application, house: House) -> None:
    """Everything below ROOT, as an application of its own: its headers go with every answer, refusals included."""
    pages = web.Application(middlewares=[_guarded(house)], client_max_size=1 << 16)
    doorstep.add_routes(pages, house)
    pages.router.add_get("", _read(house, _home))
    for name in FILES:
        pages.router.add_get(f"/{name}", _file)
    app.add_subapp(ROOT, pages)


def _guarded(house: House) -> Middleware:
    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as told:
            say = Texts(guessed_language(request, house))
            response = shown("gone.html", say, request, status=told.status)
        response.headers.update(HEADERS)
        return response

    return guarded


def _read(house: House, page: Page) -> Handler:
    """A page for whoever has signed in, within one reading transaction."""

    @wraps(page)
    async def read(request: web.Request) -> web.Response:
        secret = secret_of(request, house)
        async with house.database.reading() as session:
            person = await web_sessions.reader(session, secret, house.now()) if secret else None
            if person is None:
                return doorstep.closed(request, house)
            reader = Reader(request, house, session, person, secret)
            try:
                reader.places = await places.of_person(session, person, reader.say)
                return await page(reader)
            except Refusal:
                pass
        return await doorstep.turned_away(request, house, person)

    return read


async def _home(reader: Reader) -> web.Response:
    kinds = [(kind, list(some)) for kind, some in groupby(reader.places, key=lambda place: place.kind)]
    return shown("home.html", reader.say, reader.request, reader=reader, kinds=kinds)


async def _file(request: web.Request) -> web.Response:
    content, kind = file(request.path.rpartition("/")[2])
    kept = "public, max-age=31536000, immutable"
    return web.Response(body=content, content_type=kind, charset="utf-8", headers={"Cache-Control": kept})
