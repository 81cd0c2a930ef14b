"""The browser door: health for whoever watches, the webhook that Telegram calls, and the pages of other modules."""

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web

LARGEST_UPDATE = 1 << 20  # bytes; Telegram's updates are a few kilobytes
Take = Callable[[list[Any]], Awaitable[None]]
Pages = Callable[[web.Application], None]
Health = Callable[[], Awaitable[dict[str, Any]]]
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def application(
    health: Health,
    take: Take | None = None,
    *,
    path: str = "/telegram",
    secret: str = "",
    more: Sequence[Pages] = (),
) -> web.Application:
    """The pages of one assistant. With ``take`` it also receives updates at ``path``; ``more`` adds other pages.

    The webhook answers 200 only when `take` has returned, that is after the commit (I1); anything else makes
    Telegram send the update again. The secret is compared in constant time; without one nobody is let in.
    """
    app = web.Application(client_max_size=LARGEST_UPDATE)

    async def healthy(_request: web.Request) -> web.Response:
        told = await health()
        return web.json_response(told, status=200 if told["ok"] else 503)

    async def webhook(request: web.Request) -> web.Response:
        given = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")  # any bytes may come
        if not secret or not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=403, text="wrong secret token")
        try:
            update = json.loads(await request.read())
        except ValueError:
            return web.Response(status=400, text="an update is JSON")
        if take is not None:
            await take([update])
        return web.Response()

    app.router.add_get("/health", healthy)
    if take is not None:
        app.router.add_post(path, webhook)
    for add in more:
        add(app)
    return app
