"""The control door: what people do, as POST /playground/<name> with JSON; what can be looked at, by GET."""

import base64
import inspect
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from playground import membership, mini_apps, people, voting
from playground.control_reads import Reads
from playground.refusal import Refusal
from playground.state import Json
from playground.world import World

Act = Callable[..., Any]


class Control:
    """Routes /playground/… of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.acts: dict[str, Act] = {
            name.removeprefix("do_"): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }

    def add_routes(self, app: web.Application) -> None:
        Reads(self.world).add_routes(app)
        app.router.add_post("/playground/{name}", self.act)

    async def act(self, request: web.Request) -> web.Response:
        """Do one thing; 400 with a sentence that says what to do when it cannot be done."""
        name = request.match_info["name"]
        act = self.acts.get(name)
        if act is None:
            return wrong(f"there is no /playground/{name}: choose one of {', '.join(sorted(self.acts))}")
        try:
            arguments = await request.json() if request.can_read_body else {}
            if not isinstance(arguments, dict):
                raise ValueError("send a JSON object with the arguments")
            if isinstance(arguments.get("content"), str):
                arguments["content"] = base64.b64decode(arguments["content"])
            inspect.signature(act).bind(**arguments)
        except (ValueError, TypeError) as error:
            return wrong(f"{name}: {error}")
        try:
            result = act(**arguments)
            if inspect.isawaitable(result):
                result = await result
        except (ValueError, TypeError) as error:
            return wrong(f"{name}: {error}")
        except KeyError as error:
            return wrong(f"{name}: there is no {error}: look at GET /playground/state")
        except Refusal as refusal:
            return wrong(f"{name}: Telegram would refuse it: {refusal.description}")
        # The clock's answer also has the shape of its GET, which followers read.
        plain = result if name == "clock" else {}
        return web.json_response({"result": result} | plain)

    def do_add_user(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "id",
        user_id: int | None = None,
    ) -> int:
        return self.world.add_user(first_name, last_name, username, language_code, user_id).id

    def do_add_group(
        self, title: str, creator: int, members: list[int] | None = None, kind: str = "supergroup", forum: bool = False,
        username: str | None = None,
    ) -> int:  # fmt: skip
        return membership.add_chat(self.world, title, creator, members or [], kind, forum=forum, username=username).id

    def do_add_channel(self, title: str, creator: int, username: str | None = None) -> int:
        return membership.add_chat(self.world, title, creator, [], "channel", username=username).id

    def do_send(self, user: int, chat: int, text: str = "", **more: Any) -> int:
        return people.send(self.world, user, chat, text, **more).id

    def do_start(self, user: int, payload: str = "", bot_id: int | None = None) -> int:
        return people.start(self.world, user, payload, bot_id=bot_id).id

    def do_press(self, user: int, chat: int, message_id: int, **more: Any) -> str:
        return people.press(self.world, user, chat, message_id, **more)

    def do_mini_app(self, user: int, chat: int, message_id: int, label: str, **more: Any) -> str:
        return mini_apps.open_app(self.world, user, chat, message_id, label, **more)

    def do_edit(self, user: int, chat: int, message_id: int, text: str) -> None:
        people.edit(self.world, user, chat, message_id, text)

    def do_delete(self, user: int, chat: int, message_id: int) -> None:
        people.delete(self.world, user, chat, message_id)

    def do_react(self, user: int, chat: int, message_id: int, emoji: str | None = None) -> None:
        voting.react(self.world, user, people.open_chat(self.world, user, chat), message_id, emoji)

    def do_vote(self, user: int, chat: int, message_id: int, options: list[int]) -> None:
        voting.vote(self.world, user, people.open_chat(self.world, user, chat), message_id, options)

    def do_add_bot(
        self, chat: int, by: int, admin: bool = False, bot_id: int | None = None, payload: str | None = None
    ) -> int:
        added = membership.add_bot(self.world, chat, by, admin=admin, bot_id=bot_id)
        if payload:
            # A startgroup link makes the app send this command in the inviter's name.
            people.send(self.world, by, chat, f"/start@{self.world.bots[added].user.username} {payload}")
        return added

    def do_remove_bot(self, chat: int, by: int, bot_id: int | None = None) -> None:
        where = membership.the_chat(self.world, chat)
        membership.leave(self.world, where, self.world.the_bot(bot_id).id, by, status="kicked")

    def do_promote(
        self, chat: int, user: int, by: int | None = None, rights: dict[str, bool] | None = None,
        anonymous: bool = False, custom_title: str | None = None,
    ) -> None:  # fmt: skip
        where = membership.the_chat(self.world, chat)
        doer = membership.owner(where) if by is None else by
        membership.promote(self.world, where, user, doer, rights, anonymous=anonymous, custom_title=custom_title)

    def do_demote(self, chat: int, user: int) -> None:
        where = membership.the_chat(self.world, chat)
        membership.demote(self.world, where, user, membership.owner(where))

    def do_restrict(self, chat: int, user: int, rights: dict[str, bool] | None = None, until: int = 0) -> None:
        where = membership.the_chat(self.world, chat)
        membership.restrict(self.world, where, user, membership.owner(where), rights or {}, until)

    def do_kick(self, chat: int, user: int, by: int | None = None) -> None:
        where = membership.the_chat(self.world, chat)
        membership.leave(self.world, where, user, membership.owner(where) if by is None else by, status="kicked")

    def do_join(self, user: int, chat: int) -> None:
        membership.join(self.world, membership.the_chat(self.world, chat), user)

    def do_leave(self, user: int, chat: int) -> None:
        membership.leave(self.world, membership.the_chat(self.world, chat), user)

    def do_title(self, chat: int, title: str, by: int | None = None) -> None:
        where = membership.the_chat(self.world, chat)
        membership.set_title(self.world, where, title, membership.owner(where) if by is None else by)

    def do_pin(self, user: int, chat: int, message_id: int) -> None:
        membership.pin(self.world, people.open_chat(self.world, user, chat), user, message_id)

    def do_delete_group(self, chat: int) -> None:
        membership.the_chat(self.world, chat).deleted = True

    def do_migrate(self, chat: int) -> int:
        return membership.migrate(self.world, chat).id

    def do_block(self, user: int) -> None:
        people.block(self.world, user)

    def do_unblock(self, user: int) -> None:
        people.unblock(self.world, user)

    def do_deactivate(self, user: int) -> None:
        people.deactivate(self.world, user)

    def do_topic(self, chat: int, name: str, by: int | None = None) -> int:
        where = membership.the_chat(self.world, chat)
        return membership.add_topic(self.world, where, name, membership.owner(where) if by is None else by).thread_id

    def do_privacy(self, on: bool, bot_id: int | None = None) -> None:
        # As with @BotFather it takes effect in a group when the bot is added again.
        self.world.the_bot(bot_id).privacy = on

    def do_floods(self, on: bool) -> None:
        self.world.floods.on = on

    def do_fault(self, kind: str, **more: Any) -> None:
        self.world.faults.order(kind, self.world.now(), **more)

    def do_clear_faults(self) -> None:
        self.world.faults.clear()

    async def do_clock(self, to: str | None = None, by_seconds: float | None = None) -> Json:
        moment = datetime.fromisoformat(to) if to is not None else None
        if moment is None and by_seconds is None:
            raise ValueError('say where to: {"to": "2026-08-03T06:25:00+07:00"} or {"by_seconds": 3600}')
        if moment is not None and moment.tzinfo is None:
            raise ValueError(f"{to} has no zone: write it with +07:00 or Z")
        self.world.clock.turn(to=moment, by=timedelta(seconds=by_seconds) if by_seconds is not None else None)
        voting.close_all_due(self.world)
        await self.world.followers.caught_up(self.world.clock.version)
        return {"now": self.world.now().isoformat(), "version": self.world.clock.version}


def wrong(words: str) -> web.Response:
    """400 with what to do."""
    return web.Response(
        status=400, text=json.dumps({"error": words}, ensure_ascii=False), content_type="application/json"
    )
