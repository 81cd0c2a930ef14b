"""An exported conversation dropped on a page: read on this machine, shown as a page, stored nowhere."""

import asyncio
from collections import OrderedDict
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from aiohttp import web

from content.texts import LANGUAGES, Texts
from web import exports
from web.exports import Form, Refused, Unclear

if TYPE_CHECKING:
    from reports.history import History

PATH = "/analysis"
_SHOWN = 4  # results that can still be opened, in memory alone
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}  # fmt: skip
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
    form = Form({"language": "", "zone": "", "order": ""})
    try:
        await exports.fill(form, request)
    except exports.TooMuch:
        return {"refused": exports.too_much(_say(form)).words}
    except exports.Cut:
        return {"refused": _say(form).plain("imports.broken")}
    return await asyncio.to_thread(_analysed, form)


def _say(form: Form) -> Texts:
    language = form.said["language"]
    return Texts(language if language in LANGUAGES else LANGUAGES[0])


def _analysed(form: Form) -> Json:
    """The result as HTML, a question, or a sentence."""
    from reports.history_page import page

    say = _say(form)
    zone = exports.ZONES.get(form.said["zone"], exports.ZONES["wib"])

    def make(history: "History") -> str:
        return page(history, say)

    found = exports.made_of(form.files, zone, form.said["order"], say, make)
    if isinstance(found, Unclear):
        return {"ask": found.words}
    return {"refused": found.words} if isinstance(found, Refused) else {"html": found}
