"""Pages for whoever watches, beside /health: is it ready, and what is counted. They show no person and no group."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
# Whoever is on this machine came straight to us; what a web server of this machine passes on did not.
_HERE, _PASSED_ON = ("127.0.0.1", "::1"), ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def add_routes(
    app: web.Application,
    ready: Callable[[], Awaitable[dict[str, Any]]],
    metrics: Callable[[], Awaitable[bytes]],
    token: str = "",
) -> None:
    """/ready, and /metrics for whoever has the ``token``; without one, from this machine alone."""

    async def readiness(_request: web.Request) -> web.Response:
        told = await ready()
        return web.json_response(told, status=200 if told["ok"] else 503)

    async def counted(request: web.Request) -> web.Response:
        if not _may_read(request, token):
            raise web.HTTPNotFound
        return web.Response(body=await metrics(), headers={"Content-Type": _FORMAT})

    app.router.add_get("/ready", readiness)
    app.router.add_get("/metrics", counted)


def _may_read(request: web.Request, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")  # any bytes may come
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    return request.remote in _HERE and not any(name in request.headers for name in _PASSED_ON)
