"""The Bot API's own door: tokens, argument formats, ordered faults, the log, and answers in Telegram's envelope."""

import asyncio
import inspect
import json
import re
from typing import Any

from aiohttp import web

from playground import methods
from playground.arguments import Arguments, Upload, integer
from playground.call import METHODS, Call
from playground.faults import Fault
from playground.refusal import Refusal, too_many
from playground.state import Json
from playground.world import Bot, World

assert methods.__all__  # importing them fills the register

_TOKEN = re.compile(r"[1-9]\d{0,19}:[A-Za-z0-9_-]{1,60}")
_HTML_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>"
    "\r\n</body>\r\n</html>\r\n"
)
_NOT_LOGGED = frozenset({"getupdates"})


class Door:
    """Routes /bot<token>/<method> and /file/bot<token>/<path> of one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/bot{token}/{method:[^/]*}", self.call)
        app.router.add_route("*", "/bot{token:[^/]*}", self.no_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self.file)

    async def no_method(self, request: web.Request) -> web.Response:
        return _refused(Refusal(404, "Not Found"))

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        world, name = self.world, request.match_info["method"]
        try:
            bot = self._bot(request.match_info["token"])
            arguments = await _arguments(request)
        except Refusal as refusal:
            return _refused(refusal)
        entry = self._log(bot, name, arguments)
        fault = world.faults.meet(name.lower(), _chat_id(arguments), world.now())
        if fault is not None:
            entry["fault"] = fault.kind
        if fault is not None and fault.kind not in ("answer_lost", "slow"):
            return self._fault(request, entry, fault)
        answer = await self._answer(Call(world, bot, arguments), name, entry)
        if fault is not None and fault.kind == "slow":
            # The thing is done at once: a client that gives up waiting does not know whether it was.
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.kind == "answer_lost":
            _cut(request)
        return answer

    async def _answer(self, call: Call, name: str, entry: Json) -> web.Response:
        try:
            function = METHODS.get(name.lower())
            if function is None:
                raise Refusal(404, "Not Found: method not found")
            result = function(call)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as refusal:
            self._close(entry, False, refusal.code, refusal.description)
            return _refused(refusal)
        if name.lower() not in _NOT_LOGGED:
            entry["result"] = result
        self._close(entry, True, 200, None)
        body = {"ok": True, "result": result} | ({"description": call.note} if call.note else {})
        return _json(body, 200)

    def _bot(self, token: str) -> Bot:
        """The bot of a token. Raises 401 for a malformed one and for one that is not known."""
        world = self.world
        if not _TOKEN.fullmatch(token):
            raise Refusal(401, "Unauthorized: invalid token specified")
        bot = world.bots.get(int(token.split(":", maxsplit=1)[0]))
        if bot is None:
            if not world.register_bots:
                raise Refusal(401, "Unauthorized")
            return world.add_bot(int(token.split(":", maxsplit=1)[0]), token)
        if bot.token != token:
            raise Refusal(401, "Unauthorized")
        return bot

    def _log(self, bot: Bot, name: str, arguments: Arguments) -> Json:
        return self.world.calls.open(self.world.now().isoformat(), bot.id, name, arguments.shown())

    def _close(self, entry: Json, ok: bool, status: int | None, error: str | None) -> None:
        entry["ok"], entry["status"], entry["error"] = ok, status, error
        if entry["method"].lower() in _NOT_LOGGED and ok:
            return  # the long poll would drown everything else on the page
        chat = entry["params"].get("chat_id")
        data = {"chat_id": chat if isinstance(chat, int) else None, "call": entry}
        self.world.events.tell("call", lambda viewer: data)

    def _fault(self, request: web.Request, entry: Json, fault: Fault) -> web.Response:
        """Do nothing of what was asked, and say so in the way that was ordered."""
        if fault.kind == "html502":
            self._close(entry, False, 502, "502 Bad Gateway (HTML)")
            return web.Response(status=502, text=_HTML_502, content_type="text/html")
        if fault.kind == "outage":
            self._close(entry, False, None, "connection closed without an answer")
            _cut(request)
            return web.Response()
        refusal = too_many(fault.retry_after or 1)
        if fault.kind == "500":
            refusal = Refusal(500, "Internal Server Error")
        if fault.kind == "409":
            refusal = Refusal(
                409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        self._close(entry, False, refusal.code, refusal.description)
        return _refused(refusal)

    async def file(self, request: web.Request) -> web.Response:
        """Download a file by the path that getFile gave."""
        try:
            self._bot(request.match_info["token"])
        except Refusal as refusal:
            return _refused(refusal)
        path = request.match_info["path"]
        for file in self.world.files.values():
            if file.path == path:
                return web.Response(body=file.content, content_type="application/octet-stream")
        return _refused(Refusal(404, "Not Found"))


async def _arguments(request: web.Request) -> Arguments:
    arguments = Arguments()
    for name, value in request.query.items():
        arguments.values[name] = value
    if request.method != "POST":
        return arguments
    if request.content_type == "application/json":
        _put_json(arguments, await request.read())
    elif request.content_type == "multipart/form-data":
        await _put_parts(arguments, request)
    elif request.content_type == "application/x-www-form-urlencoded":
        for name, given in (await request.post()).items():
            if isinstance(given, str):
                arguments.values[name] = given
    return arguments


def _put_json(arguments: Arguments, body: bytes) -> None:
    if not body.strip():
        return
    try:
        values = json.loads(body)
    except ValueError:
        raise Refusal(400, "Bad Request: can't parse JSON-encoded request") from None
    if not isinstance(values, dict):
        raise Refusal(400, "Bad Request: object expected as JSON-encoded request")
    for name, value in values.items():
        arguments.put(name, value)


async def _put_parts(arguments: Arguments, request: web.Request) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            value.file.close()
            arguments.files[name] = Upload(value.filename or name, value.content_type, content)
        else:
            arguments.values[name] = value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")


def _chat_id(arguments: Arguments) -> int | None:
    text = arguments.text("chat_id")
    return integer(text) if text else None


def _cut(request: web.Request) -> None:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


def _refused(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    headers = {}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
        if "retry_after" in refusal.parameters:
            headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return _json(body, refusal.code, headers)


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        text=json.dumps(body, ensure_ascii=False), status=status, headers=headers, content_type="application/json"
    )
