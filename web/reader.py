"""Who looks at a page of the dashboard, and what is theirs: asked of the rooms at every request."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from community import people, web_sessions
from community.refusals import Refusal
from content.texts import Texts
from reports.dashboard import places
from reports.dashboard.places import Place
from storage.database import Session
from storage.models import Person
from web import doorstep
from web.browser import ROOT, House, checked_form, form_token, language_of, secret_of

Made = TypeVar("Made")


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

    def place(self) -> Place:
        """The one of the address. Raises 404: what is not the reader's is not there."""
        match = self.request.match_info
        found = next((one for one in self.places if (one.kind, one.id) == (match["kind"], match["id"])), None)
        if found is None:
            raise web.HTTPNotFound
        return found


def address(place: Place) -> str:
    """Where a place is shown."""
    return f"{ROOT}/{place.kind}/{quote(place.id, safe='')}"


def read(house: House, page: Callable[[Reader], Awaitable[web.Response]], *, writes: bool = False) -> Handler:
    """A page for whoever has signed in, within one transaction; one that ``writes`` answers a form of their own."""

    @wraps(page)
    async def shown(request: web.Request) -> web.Response:
        secret = await checked_form(request, house) if writes else secret_of(request, house)
        return await entered(request, house, secret, page, writes=writes)

    return shown


async def entered(
    request: web.Request, house: House, secret: str, use: Callable[[Reader], Awaitable[Made]], *, writes: bool = False
) -> Made | web.Response:
    """What ``use`` makes for whose secret it is, within one transaction; for anybody else the door."""
    async with house.database.writing() if writes else house.database.reading() as session:
        person = await web_sessions.reader(session, secret, house.now()) if secret else None
        if person is None:
            return doorstep.closed(request, house)
        reader = Reader(request, house, session, person, secret)
        try:
            reader.places = await places.of_person(session, person, reader.say)
            return await use(reader)
        except Refusal:
            pass
    return await doorstep.turned_away(request, house, person)
