"""What can be looked at in the playground: messages, calls, state, clock, files and the stream of events."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.files import read_file_id
from playground.people import open_chat, visible
from playground.posting import shown
from playground.refusal import Refusal
from playground.shapes import chat_json, user_json
from playground.state import Chat, Json
from playground.world import World

_KEEP_ALIVE = 15.0


class Reads:
    """The GET routes of the control door."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add_routes(self, app: web.Application) -> None:
        for name, read in (
            ("messages", self.messages),
            ("calls", self.calls),
            ("state", self.state),
            ("clock", self.clock),
            ("updates_sent", self.updates_sent),
            ("callback", self.callback),
            ("file/{file_id}", self.file),
        ):
            app.router.add_get(f"/playground/{name}", _guarded(read))
        app.router.add_get("/playground/events", self.events)

    async def messages(self, request: web.Request) -> web.Response:
        chat_id, viewer = _number(request, "chat"), _number(request, "viewer")
        if chat_id is None:
            raise ValueError("say which chat: ?chat=ID")
        world = self.world
        if chat_id > 0:
            chat = open_chat(world, chat_id, chat_id, _number(request, "bot_id"))
        elif (found := world.chats.get(chat_id)) is not None:
            chat = found
        else:
            raise ValueError(f"there is no chat {chat_id}")
        listed = visible(world, chat, viewer, _number(request, "after") or 0)
        return _json({"result": [shown(world, chat, message) for message in listed]})

    async def calls(self, request: web.Request) -> web.Response:
        return _json({"result": self.world.calls.after(_number(request, "after") or 0, request.query.get("method"))})

    async def updates_sent(self, request: web.Request) -> web.Response:
        return _json({"result": self.world.updates})

    async def state(self, request: web.Request) -> web.Response:
        """Who and what there is; with a viewer, only the chats that person is in."""
        world, viewer = self.world, _number(request, "viewer")
        chats = [chat for chat in (*world.privates.values(), *world.chats.values()) if chat.migrated_to is None]
        if viewer is not None:
            chats = [chat for chat in chats if viewer == chat.id or chat.member(viewer) is not None]
        people = [user_json(user) | {"deactivated": user.deactivated} for user in world.users.values()]
        bots = [user_json(bot.user) | {"privacy": bot.privacy} for bot in world.bots.values()]
        for bot in world.bots.values():
            bot.queue.expire(world.now())
        return _json({"result": {
            "now": world.now().isoformat(),
            "users": [user for user in people if not user["is_bot"]],
            "chats": [self._chat(chat) for chat in chats],
            "bots": bots,
            "expired": {str(bot.id): bot.queue.expired for bot in world.bots.values()},
            "pending": {str(bot.id): len(bot.queue.waiting) for bot in world.bots.values()},
        }})  # fmt: skip

    def _chat(self, chat: Chat) -> Json:
        view = chat_json(self.world, chat)
        if chat.kind == "private":
            return view | {"bot_id": chat.bot_id, "started": chat.started, "blocked": chat.blocked}
        members = [
            {"user_id": m.user_id, "status": m.status, "anonymous": m.anonymous, "custom_title": m.custom_title}
            for m in chat.members.values()
            if m.present
        ]
        topics = [
            {"thread_id": t.thread_id, "name": t.name, "closed": t.closed}
            for t in chat.topics.values()
            if not t.deleted
        ]
        return view | {"members": members, "topics": topics, "pinned": list(chat.pinned)}

    async def callback(self, request: web.Request) -> web.Response:
        press = self.world.callbacks.get(request.query.get("id", ""))
        if press is None:
            raise ValueError("there is no such callback: use the id that press gave")
        return _json({"result": press.answer})

    async def clock(self, request: web.Request) -> web.Response:
        """The time and the clock's version; waits for a turn when ``seen`` is the present version."""
        world, seen, follower = self.world, _number(request, "seen"), request.query.get("follower")
        if follower is not None:
            world.followers.here(follower, seen if seen is not None else world.clock.version)
        if seen is not None and seen == world.clock.version:
            try:
                await world.followers.wait_for_turn()
            except asyncio.CancelledError:
                if follower is not None:
                    world.followers.gone(follower)
                raise
        return _json({"now": world.now().isoformat(), "version": world.clock.version})

    async def file(self, request: web.Request) -> web.Response:
        """A file's bytes, by the file_id of any bot or by file_unique_id."""
        wanted = request.match_info["file_id"]
        unique = wanted
        if wanted not in self.world.files:
            try:
                unique = read_file_id(wanted, None)
            except Refusal:
                raise ValueError("there is no such file: use a file_id from a message") from None
        file = self.world.files.get(unique)
        if file is None:
            raise ValueError("there is no such file: use a file_id from a message")
        # Somebody else's bytes are never a page of ours.
        headers = {
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return web.Response(body=file.content, content_type=file.mime.split(";")[0], headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events, as one viewer may see them."""
        try:
            viewer = _number(request, "viewer")
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        listener = self.world.events.listen(viewer)
        try:
            await answer.prepare(request)
            await answer.write(b": open\n\n")
            while True:
                try:
                    told = await asyncio.wait_for(listener.queue.get(), _KEEP_ALIVE)
                except TimeoutError:
                    await answer.write(b": still here\n\n")
                    continue
                if told is None:
                    return answer
                kind, data = told
                await answer.write(f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        except ConnectionResetError:
            return answer
        finally:
            self.world.events.forget(listener)


Read = Callable[[web.Request], Awaitable[web.Response]]


def _guarded(read: Read) -> Read:
    async def guarded(request: web.Request) -> web.Response:
        try:
            return await read(request)
        except ValueError as error:
            return _json({"error": str(error)}, 400)

    return guarded


def _number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None or text == "":
        return None
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {text!r}") from None


def _json(body: object, status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")
