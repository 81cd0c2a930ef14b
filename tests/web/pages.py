"""The dashboard behind real HTTP, over a group of invented people, with a clock of the test's own."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer

from community import web_sessions
from community.roles import Role
from playground import mini_apps
from storage.database import Database
from storage.models import Group, GroupChat, Person
from tests.reports.cast import cast, wall
from web import dashboard
from web.server import application

TOKEN = "42:PLAYGROUND"
NOW = wall("2026-11-18 16:00")


@dataclass
class Site:
    """The pages, a browser without anybody's cookies, and the people by name."""

    database: Database
    browser: "TestClient[Any, Any]"
    house: dashboard.House
    people: dict[str, Person]
    group: Group
    chat: GroupChat
    now: datetime = NOW

    def word(self, name: str, token: str = TOKEN, **age: float) -> str:
        """Telegram's word that this person opens the pages, so long ago."""
        fields = {
            "query_id": f"AAF{name}", "auth_date": str(int((self.now - timedelta(**age)).timestamp())),
            "user": json.dumps({"id": self.people[name].tg_user_id, "first_name": name}), "signature": "x",
        }  # fmt: skip
        return urlencode(fields | {"hash": mini_apps.signed(fields, token)})

    async def says(self, word: Any, **headers: str) -> ClientResponse:
        """What the page's script sends; the answer's cookies are the browser's."""
        return await self.browser.post("/dasbor/masuk", json={"data": word}, headers=headers)

    async def enters(self, name: str) -> str:
        """Signs in with a link; gives the session's secret."""
        async with self.database.writing() as session:
            link = await web_sessions.link(session, self.people[name], self.now)
        answer = await self.browser.post(f"/dasbor/tautan/{link}", allow_redirects=False)
        assert answer.status == 303
        return self.cookie()

    def cookie(self) -> str:
        found = [one.value for one in self.browser.session.cookie_jar if one.key == self.house.cookie]
        return found[0] if found else ""

    async def sees(self, path: str = "", **query: str) -> tuple[int, str]:
        """Status and text of a page below the root."""
        async with self.browser.get(f"/dasbor{path}", params=query) as answer:
            return answer.status, await answer.text()

    def another_browser(self) -> None:
        """One that knows nobody."""
        self.browser.session.cookie_jar.clear()


@asynccontextmanager
async def site(database: Database, *, https: bool = False) -> AsyncIterator[Site]:
    """The group of tests/reports/cast.py; Hendra facilitates, Ratna is coach and principal, Tamu is nobody."""
    async with database.writing() as session:
        here = await cast(session)
        dinas = await here.joins("Dina", Role.AGENCY)
        people = here.people | {"Dina": dinas}
    made: Site
    house = dashboard.House(database, lambda: made.now, TOKEN, https, "id")

    async def health() -> dict[str, Any]:
        return {"ok": True}

    app = application(health, more=[partial(dashboard.add_routes, house=house)])
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as browser:
        made = Site(database, browser, house, people, here.group, here.chat)
        yield made


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
