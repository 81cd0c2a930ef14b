"""A client for the playground's control door: people's acts and what they see, as plain awaitable calls."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime, timedelta

from playground.line import Json, Line


class Playground(Line):
    """One playground at ``url``. Errors of the control door come as ValueError with its sentence."""

    async def add_user(
        self, first_name: str, *, last_name: str | None = None, username: str | None = None, language_code: str = "id",
        user_id: int | None = None,
    ) -> int:  # fmt: skip
        """A new person; returns the id."""
        return int(await self.do(
            "add_user", first_name=first_name, last_name=last_name, username=username, language_code=language_code,
            user_id=user_id,
        ))  # fmt: skip

    async def add_group(
        self, title: str, *, creator: int, members: Sequence[int] = (), kind: str = "supergroup", forum: bool = False,
        username: str | None = None,
    ) -> int:  # fmt: skip
        """A new group or supergroup; returns the id."""
        return int(await self.do(
            "add_group", title=title, creator=creator, members=list(members), kind=kind, forum=forum, username=username
        ))  # fmt: skip

    async def add_channel(self, title: str, *, creator: int, username: str | None = None) -> int:
        """A new channel; returns the id."""
        return int(await self.do("add_channel", title=title, creator=creator, username=username))

    async def send(
        self, user: int, chat: int, text: str = "", *, reply_to: int | None = None, kind: str = "text",
        file_name: str | None = None, content: bytes | None = None, thread: int | None = None, quote: str | None = None,
        as_chat: int | None = None, album: str | None = None, forward_from: int | None = None,
        via_bot: int | None = None, mime_type: str | None = None, bot_id: int | None = None, ephemeral: bool = False,
        options: Sequence[str] | None = None, correct: int | None = None, protected: bool = False,
    ) -> int:  # fmt: skip
        """Send as a person; a file's text is its caption, ``chat == user`` the private chat. Returns message_id.

        ``forward_from`` is a person or, negative, a channel; a poll (kind) has options, a quiz a correct one too.
        """
        return int(await self.do(
            "send", user=user, chat=chat, text=text, reply_to=reply_to, kind=kind, file_name=file_name, content=content,
            thread=thread, quote=quote, as_chat=as_chat, album=album, forward_from=forward_from, via_bot=via_bot,
            mime_type=mime_type, bot_id=bot_id, ephemeral=ephemeral or None,
            options=list(options) if options is not None else None, correct=correct, protected=protected or None,
        ))  # fmt: skip

    async def start(self, user: int, payload: str = "", *, bot_id: int | None = None) -> int:
        """Open (or unblock) the private chat and send /start with the payload."""
        return int(await self.do("start", user=user, payload=payload, bot_id=bot_id))

    async def press(
        self, user: int, chat: int, message_id: int, *, data: str | None = None, label: str | None = None,
        ephemeral_id: int | None = None, bot_id: int | None = None,
    ) -> str:  # fmt: skip
        """Tap a button by label (its beginning) or data; message_id 0 is the newest ephemeral one. Returns the id."""
        return str(await self.do(
            "press", user=user, chat=chat, message_id=message_id, data=data, label=label, ephemeral_id=ephemeral_id,
            bot_id=bot_id,
        ))  # fmt: skip

    async def callback_answer(self, callback_id: str, timeout: float = 5.0) -> Json | None:
        """What the bot answered to a tap, None when it did not within ``timeout`` real seconds."""

        async def answered() -> Json:
            async with aclosing(self.events()) as stream:
                async for kind, _ in stream:
                    answer: Json | None = None
                    if kind in ("open", "callback_answer"):
                        answer = await self.look("callback", id=callback_id)
                    if answer is not None:
                        return answer
            raise TimeoutError

        try:
            return await asyncio.wait_for(answered(), timeout)
        except TimeoutError:
            return None

    async def open_app(
        self, user: int, chat: int, message_id: int, label: str, *, colours: dict[str, str] | None = None
    ) -> str:
        """The address that a tap on the button of a Mini App opens, by its label (its beginning)."""
        told = {"user": user, "chat": chat, "message_id": message_id, "label": label}
        return str(await self.do("mini_app", **told | ({"colours": colours} if colours else {})))

    async def edit(self, user: int, chat: int, message_id: int, text: str) -> None:
        await self.do("edit", user=user, chat=chat, message_id=message_id, text=text)

    async def delete(self, user: int, chat: int, message_id: int) -> None:
        await self.do("delete", user=user, chat=chat, message_id=message_id)

    async def react(self, user: int, chat: int, message_id: int, emoji: str | None) -> None:
        await self.do("react", user=user, chat=chat, message_id=message_id, emoji=emoji)

    async def vote(self, user: int, chat: int, message_id: int, options: list[int]) -> None:
        await self.do("vote", user=user, chat=chat, message_id=message_id, options=options)

    async def add_bot(
        self, chat: int, by: int, *, admin: bool = False, bot_id: int | None = None, payload: str | None = None
    ) -> int:
        """Bring the bot into a chat (with the payload of a startgroup link, if any); returns its id."""
        return int(await self.do("add_bot", chat=chat, by=by, admin=admin, bot_id=bot_id, payload=payload))

    async def remove_bot(self, chat: int, by: int, *, bot_id: int | None = None) -> None:
        await self.do("remove_bot", chat=chat, by=by, bot_id=bot_id)

    async def promote(
        self, chat: int, user: int, *, by: int | None = None, rights: dict[str, bool] | None = None,
        anonymous: bool = False, custom_title: str | None = None,
    ) -> None:  # fmt: skip
        """Make a member an admin, with the usual rights when none are named."""
        await self.do(
            "promote", chat=chat, user=user, by=by, rights=rights, anonymous=anonymous, custom_title=custom_title
        )

    async def demote(self, chat: int, user: int) -> None:
        await self.do("demote", chat=chat, user=user)

    async def restrict(self, chat: int, user: int, rights: dict[str, bool] | None = None, until: int = 0) -> None:
        """Leave a member (also the bot) only the permissions named."""
        await self.do("restrict", chat=chat, user=user, rights=rights, until=until)

    async def kick(self, chat: int, user: int, *, by: int | None = None) -> None:
        await self.do("kick", chat=chat, user=user, by=by)

    async def join(self, user: int, chat: int) -> None:
        await self.do("join", user=user, chat=chat)

    async def leave(self, user: int, chat: int) -> None:
        await self.do("leave", user=user, chat=chat)

    async def title(self, chat: int, title: str, *, by: int | None = None) -> None:
        await self.do("title", chat=chat, title=title, by=by)

    async def pin(self, user: int, chat: int, message_id: int) -> None:
        await self.do("pin", user=user, chat=chat, message_id=message_id)

    async def delete_group(self, chat: int) -> None:
        """Delete a group for everybody."""
        await self.do("delete_group", chat=chat)

    async def migrate(self, chat: int) -> int:
        """Turn a basic group into a supergroup; returns the new id."""
        return int(await self.do("migrate", chat=chat))

    async def block(self, user: int) -> None:
        await self.do("block", user=user)

    async def unblock(self, user: int) -> None:
        await self.do("unblock", user=user)

    async def deactivate(self, user: int) -> None:
        await self.do("deactivate", user=user)

    async def topic(self, chat: int, name: str, *, by: int | None = None) -> int:
        """Open a forum topic; returns its message_thread_id."""
        return int(await self.do("topic", chat=chat, name=name, by=by))

    async def privacy(self, on: bool, bot_id: int | None = None) -> None:
        """The bot's privacy mode; in groups it takes effect when the bot is added again."""
        await self.do("privacy", on=on, bot_id=bot_id)

    async def floods(self, on: bool) -> None:
        """Switch the flood limits off (or on again), for a test about something else."""
        await self.do("floods", on=on)

    async def messages(self, chat: int, *, viewer: int | None = None, after: int = 0) -> list[Json]:
        """Messages as a viewer sees them, oldest first."""
        listed: list[Json] = await self.look("messages", chat=chat, viewer=viewer, after=after or None)
        return listed

    async def calls(self, after: int = 0, method: str | None = None) -> list[Json]:
        """The log of Bot API calls."""
        listed: list[Json] = await self.look("calls", after=after, method=method)
        return listed

    async def state(self, viewer: int | None = None) -> Json:
        state: Json = await self.look("state", viewer=viewer)
        return state

    async def updates_sent(self) -> list[Json]:
        """Every update ever created."""
        listed: list[Json] = await self.look("updates_sent")
        return listed

    async def clock(self) -> datetime:
        """The playground's time."""
        return datetime.fromisoformat((await self.look("clock"))["now"])

    async def turn(self, *, to: datetime | None = None, by: timedelta | None = None) -> datetime:
        """Turn the clock; returns when those who follow it have seen it."""
        seconds = by.total_seconds() if by is not None else None
        turned = await self.do("clock", to=to.isoformat() if to is not None else None, by_seconds=seconds)
        return datetime.fromisoformat(turned["now"])

    async def fault(
        self, kind: str, *, times: int = 1, method: str | None = None, chat: int | None = None, seconds: float = 0,
        retry_after: int = 0,
    ) -> None:  # fmt: skip
        """Order a fault: 429, 500, html502, answer_lost, slow, 409, outage, duplicate_update."""
        await self.do(
            "fault", kind=kind, times=times, method=method, chat=chat, seconds=seconds, retry_after=retry_after
        )  # fmt: skip

    async def clear_faults(self) -> None:
        await self.do("clear_faults")

    async def wait_message(
        self,
        chat: int,
        *,
        viewer: int | None = None,
        after: int = 0,
        contains: str | None = None,
        timeout: float = 10.0,
    ) -> Json:
        """The bot's first message after ``after`` that holds the words. Raises TimeoutError with what was there."""

        async def seen() -> Json:
            async with aclosing(self.events(viewer)) as stream:
                async for kind, data in stream:
                    if kind != "open" and (kind not in ("message", "edit") or data["chat_id"] != chat):
                        continue
                    for message in await self.messages(chat, viewer=viewer, after=after):
                        by_bot = message.get("from", {}).get("is_bot", True)
                        if by_bot and (contains is None or contains in words(message)):
                            return message
            raise TimeoutError

        try:
            return await asyncio.wait_for(seen(), timeout)
        except TimeoutError:
            there = [words(message) for message in await self.messages(chat, viewer=viewer, after=after)]
            raise TimeoutError(
                f"no message with {contains!r} in chat {chat} after {after}; there was: {there}"
            ) from None


def words(message: Json) -> str:
    """The text or caption of a message, and the labels of its buttons."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    labels = [button["text"] for row in rows for button in row]
    return "\n".join([message.get("text") or message.get("caption") or "", *labels])
