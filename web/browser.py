"""What every page of the dashboard has in common: headers, cookies, templates, and where a form came from."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from content.texts import LANGUAGES, Texts
from reports.tables import Cell, Table
from storage.database import Database

if TYPE_CHECKING:
    from jinja2 import Environment

ROOT = "/dasbor"
FOLDER = Path(__file__).parent / "pages"
# Nothing from elsewhere and nothing written into the page; Telegram's own web client may show it in a frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self' https://web.telegram.org"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",  # with no-referrer a browser would hide where our own forms come from
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
MOST_SECRET = 64  # signs of a secret somebody shows us; ours have 43
_LANGUAGE = "sejawat-bahasa"
_LONGEST_NUMBER = 16  # signs: "100 (100–100)", "kurang dari 3"


@dataclass(frozen=True, slots=True)
class House:
    """What the pages need of the house they belong to."""

    database: Database
    now: Callable[[], datetime]
    token: str  # of the bot, by which Telegram's word is known
    https: bool  # people reach the pages over https, whatever comes between
    language: str  # for whom we do not know yet

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; browsers take `__Host-` from https alone, and from no other host."""
        return "__Host-sejawat" if self.https else "sejawat"


def secret_of(request: web.Request, house: House) -> str:
    """The session's secret as the browser shows it; empty for none, and for what is none of ours."""
    shown = request.cookies.get(house.cookie, "")[:MOST_SECRET]
    return shown if shown.isascii() else ""


def remember(response: web.StreamResponse, house: House, secret: str) -> None:
    """The browser shows this secret from now on, until it is closed.

    Telegram's web client shows us in a frame of its own site: only `None` gets a cookie there, and only into a jar of
    that frame's own (`Partitioned`). That other sites' forms then bring it along, too, is why forms are checked.
    """
    _set(response, house, house.cookie, secret)


def _set(response: web.StreamResponse, house: House, name: str, value: str) -> None:
    across = "; Secure; SameSite=None; Partitioned" if house.https else "; SameSite=Lax"
    # Written out: the cookies of Python before 3.14 know no Partitioned.
    response.headers.add("Set-Cookie", f"{name}={value}; Path=/; HttpOnly{across}")


def forget(response: web.StreamResponse, house: House) -> None:
    """The browser knows nothing any more."""
    remember(response, house, "; Max-Age=0")


def is_ours(request: web.Request) -> bool:
    """Was this form filled in on a page of ours? Browsers say so, and no page can make them say otherwise."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:  # no address at all
        return False


def form_token(secret: str) -> str:
    """What a form of this session carries; nobody who cannot read its pages knows it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()[:32]


async def checked_form(request: web.Request, house: House) -> str:
    """The session's secret, if the form is one of its own. Raises 403 otherwise."""
    secret = secret_of(request, house)
    try:
        given = (await request.post()).get("token")
    except (ValueError, LookupError, AssertionError, RuntimeError):  # no form, or of letters that do not exist
        raise web.HTTPForbidden from None
    known = isinstance(given, str) and given.isascii()
    mine = known and hmac.compare_digest(str(given).encode(), form_token(secret).encode())
    if not (secret and mine and is_ours(request)):
        raise web.HTTPForbidden
    return secret


def language_of(request: web.Request, otherwise: str) -> str:
    """What the reader chose on the page, else what is known of them."""
    chosen = request.query.get("bahasa") or request.cookies.get(_LANGUAGE)
    return chosen if chosen in LANGUAGES else otherwise


def guessed_language(request: web.Request, house: House) -> str:
    """Of somebody who is not known: what their browser asks for first, if we speak it."""
    first = request.headers.get("Accept-Language", "")[:2].lower()
    return language_of(request, first if first in LANGUAGES else house.language)


def shown(name: str, say: Texts, request: web.Request, *, status: int = 200, **values: Any) -> web.Response:
    """A page. What it shows is somebody's own: nothing between us and them may keep it."""
    others = [code for code in LANGUAGES if code != say.language]
    body = _shelf().get_template(name).render(
        say=say.plain, html=_html(say), cell=_cell(say), words_in=_words_in, language=say.language, other=others[0],
        root=ROOT, version=_version(), **values,
    )  # fmt: skip
    response = web.Response(text=body, status=status, content_type="text/html")
    response.headers["Cache-Control"] = "no-store"
    # A seventh of the bytes on a slow line. Nothing of an address is repeated in a page, so its length tells nobody of
    # what else stands in it.
    response.enable_compression()
    return response


def keep_language(request: web.Request, response: web.StreamResponse, house: House) -> None:
    """The language chosen on a page is that of the next ones, too."""
    if request.query.get("bahasa") in LANGUAGES:
        _set(response, house, _LANGUAGE, request.query["bahasa"])


def _html(say: Texts) -> Callable[..., Any]:
    from markupsafe import Markup

    return lambda key, **blanks: Markup(say(key, **blanks))


def _cell(say: Texts) -> Callable[[Cell], str]:
    """A cell of a table as it is written: what is not told is a dash, and 1.5 is 1,5 in Indonesian."""

    def cell(value: Cell) -> str:
        if value is None:
            return "–"
        return str(value).replace(".", ",") if isinstance(value, float) and say.language == "id" else str(value)

    return cell


def _words_in(table: Table) -> set[int]:
    """The columns, from 0, that are read as words and not compared as numbers: some cell is longer than a number."""
    cells = ((at, cell) for row in table.rows for at, cell in enumerate(row[1:], start=1))
    return {at for at, cell in cells if isinstance(cell, str) and len(cell) > _LONGEST_NUMBER}


@cache
def _shelf() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The pages are HTML whatever their names end in; Markup alone is taken as it is.
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def file(name: str) -> tuple[bytes, str]:
    """A file of ours beside the pages, and its kind."""
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    return (FOLDER / name).read_bytes(), kinds[name.rpartition(".")[2]]


@cache
def _version() -> str:
    """Changes with the files, so that a browser may keep them for long."""
    return hashlib.sha256(b"".join(file(name)[0] for name in FILES)).hexdigest()[:12]


FILES = ("dashboard.css", "dashboard.js")
