"""What a person does at a phone, for the demo and the story: look for words, tap a button, follow a link."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from content.texts import Texts
from playground.client import Playground, words
from playground.state import Json

#: Real seconds that somebody waits for what should be seen.
PATIENCE = 25.0
_TAG = re.compile(r"<[^>]+>")
_LINK = re.compile(r"https://t\.me/\S+\?start=[A-Za-z0-9_-]+")


def seen(say: Texts, key: str, **blanks: object) -> str:
    """A phrase as it stands on the screen: without its markup."""
    return html.unescape(_TAG.sub("", say(key, **blanks)))


def payload_of(url: str) -> str:
    """What a deep link hands to the bot. Raises KeyError for another address."""
    return parse_qs(urlsplit(url).query)["start"][0]


def link_in(message: Json) -> str:
    """The deep link in a message's words. Raises ValueError when there is none."""
    found = _LINK.search(message.get("text") or message.get("caption") or "")
    if found is None:
        raise ValueError(f"no deep link in message {message['message_id']}")
    return found[0]


async def calm(playground: Playground, seconds: float = 0.25) -> None:
    """Wait until the bot has called nothing for so many real seconds.

    Before a long turn of the clock: a letter on its way would find itself hours old when its answer comes.
    """
    stream = playground.events()
    try:
        while True:
            kind = ""
            async with asyncio.timeout(seconds):
                while kind != "call":
                    kind, _ = await anext(stream)
    except TimeoutError:
        return
    finally:
        await stream.aclose()


class Hands:
    """One person, who sees what the playground shows them and touches only that."""

    def __init__(self, playground: Playground, user: int, say: Texts) -> None:
        self.playground = playground
        self.user = user
        self.say = say

    async def last(self, chat: int | None = None) -> int:
        """The newest message_id of a chat (the private one by default); 0 when it is empty."""
        where = self.user if chat is None else chat
        listed = await self.playground.messages(where, viewer=self.user)
        return max((int(message["message_id"]) for message in listed), default=0)

    async def sees(self, text: str, chat: int | None = None, *, after: int = 0) -> Json:
        """Wait until the bot's words (or its button) stand in the chat. Raises TimeoutError with what is there."""
        where = self.user if chat is None else chat
        return await self.playground.wait_message(where, viewer=self.user, after=after, contains=text, timeout=PATIENCE)

    async def opens(self, payload: str = "") -> None:
        """Follow a deep link into the private chat and press Start."""
        await self.playground.start(self.user, payload)

    async def writes(self, text: str, chat: int | None = None, *, reply_to: int | None = None) -> int:
        """Write, in the private chat by default."""
        return await self.playground.send(self.user, self.user if chat is None else chat, text, reply_to=reply_to)

    async def finds(self, label: str, chat: int | None = None, *, after: int = 0) -> tuple[Json, Json]:
        """Wait for a button; the newest message that has it, and the button. Raises TimeoutError with what is there."""
        where = self.user if chat is None else chat
        listed: list[Json] = []
        try:
            async with asyncio.timeout(PATIENCE):
                async for kind, _ in self.playground.events(self.user):
                    if kind not in ("open", "message", "edit"):
                        continue
                    listed = await self.playground.messages(where, viewer=self.user, after=after)
                    found = _newest(listed, label)
                    if found is not None:
                        return found
        except TimeoutError:
            pass
        there = [words(message) for message in listed[-5:]]
        raise TimeoutError(f"no button {label!r} for {self.user} in chat {where} after {after}; there was: {there}")

    async def taps(self, label: str, chat: int | None = None, *, after: int = 0) -> Json:
        """Wait for a button, tap the newest one of that label and do what the answer asks; the message it was under."""
        where = self.user if chat is None else chat
        under, button = await self.finds(label, where, after=after)
        if "url" in button:
            await self.opens(payload_of(button["url"]))
            return under
        tap = await self.playground.press(self.user, where, under["message_id"], data=button["callback_data"])
        answer = await self.playground.callback_answer(tap, timeout=PATIENCE)
        if answer is None:
            raise TimeoutError(f"nobody answered the button {button['text']!r} in chat {where}")
        if answer.get("url"):
            await self.opens(payload_of(answer["url"]))
        return under


def _newest(messages: list[Json], label: str) -> tuple[Json, Json] | None:
    for message in reversed(messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                if button["text"].startswith(label):
                    return message, button
    return None


@asynccontextmanager
async def hurried(playground: Playground, seconds: float = 2.0) -> AsyncIterator[None]:
    """Time flies: ten times a real second the clock moves on by ``seconds``.

    Whoever waits for the next second of the flood limits, or for a second try, does not wait long.
    """

    async def turn() -> None:
        while True:
            await asyncio.sleep(0.1)
            await playground.turn(by=timedelta(seconds=seconds))

    turning = asyncio.create_task(turn())
    try:
        yield
    finally:
        turning.cancel()
        with suppress(asyncio.CancelledError):
            await turning
