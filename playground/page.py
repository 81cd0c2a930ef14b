"""The chat page's server side: renders the shell in the reader's language and hands out its files."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, select_autoescape

from content.texts import LANGUAGES, Texts, phrases

if TYPE_CHECKING:
    from playground.world import World

FOLDER = Path(__file__).parent / "page"
_NAMES = {"id": "Indonesia", "en": "English"}  # each language in its own words, as a reader looks for it
# Nothing from the internet and nothing written into the page by a message: the browser itself is told so.
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


def add_routes(app: web.Application, world: "World", *, takes_exports: bool = False) -> None:
    """Serve the page at ``/``, its files under ``/page/`` and what it asks beyond the control API (the story)."""
    from playground.stage import add_story_routes

    shelf = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    app.router.add_get("/", _shell(shelf, takes_exports))
    app.router.add_get("/page/{path:.+}", _file)
    add_story_routes(app, world)


def _shell(shelf: Environment, takes_exports: bool) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def shell(request: web.Request) -> web.Response:
        wanted = request.query.get("language") or request.cookies.get("language") or LANGUAGES[0]
        language = wanted if wanted in LANGUAGES else LANGUAGES[0]
        texts = Texts(language)
        body = shelf.get_template("index.html").render(
            language=language,
            languages=[(code, _NAMES.get(code, code)) for code in LANGUAGES],
            words=words(language),
            takes_exports=takes_exports,
            say=lambda key: texts.plain(f"playground.page.{key}"),
        )
        response = web.Response(text=body, content_type="text/html", headers=_HEADERS)
        response.set_cookie("language", language, samesite="Strict")
        return response

    return shell


def words(language: str) -> dict[str, Any]:
    """Every phrase of the playground, for the browser: keys without the room's name, blanks still open."""
    prefix = "playground."
    found = {key.removeprefix(prefix): value for key, value in phrases(language).items() if key.startswith(prefix)}
    return {"language": language, "phrases": found}


async def _file(request: web.Request) -> web.StreamResponse:
    static = FOLDER / "static"
    path = (static / request.match_info["path"]).resolve()
    if not path.is_relative_to(static.resolve()) or not path.is_file():
        raise web.HTTPNotFound(text="there is no such file on the chat page")
    return web.FileResponse(path, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
