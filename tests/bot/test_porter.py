"""The porter leads every update where aiogram itself would, and asks few on the way."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters import StateFilter
from aiogram.fsm.state import State
from aiogram.types import Update, User

from bot.app import doors
from bot.fsm import VisitStorage
from bot.porter import Porter
from content.texts import Texts
from handlers.filters import Pressed
from handlers.menu import NAMES
from handlers.visiting import Visit
from storage.database import Database
from storage.models import BotAccount

NOW = datetime(2026, 8, 3, 1, tzinfo=UTC)
ME = BotAccount(id=1, username="sejawat_bot", name="Sejawat", reads_all=True, asked_at=NOW)
SARI, GROUP = 11, -100
FEW = 20  # of six hundred; mostly it is one
STEP = 4  # so many times fewer are tried than there are: aiogram takes its time


class House:
    """All conversations; whoever would take an update only says so."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.bot = Bot("1:x")
        self.bot._me = User(id=1, is_bot=True, first_name=ME.name, username=ME.username)
        self.dispatcher, _ = doors.__wrapped__()  # of our own: what is changed here is nobody else's
        self.handlers = [one for router in self.dispatcher.chain_tail for kind, observer in router.observers.items()
                         if kind != "update" for one in observer.handlers]  # fmt: skip
        for one in self.handlers:
            one.call = _says(one)  # type: ignore[method-assign]
        self.porter = Porter(self.dispatcher, self.bot)
        self.asked = 0

    async def led(self, raw: dict[str, Any]) -> Any:
        """Who takes it, by both ways, which have to be one."""
        update = Update.model_validate({"update_id": 1} | raw, context={"bot": self.bot})
        with self._counted():
            by_porter = await self.porter.lead(update, self.visit)
        by_aiogram = await self.dispatcher.feed_update(self.bot, update, visit=self.visit)
        assert by_porter is by_aiogram, raw
        return by_porter

    @contextmanager
    def _counted(self) -> Iterator[None]:
        check, self.asked = HandlerObject.check, 0

        async def counted(handler: HandlerObject, *event: Any, **given: Any) -> tuple[bool, dict[str, Any]]:
            self.asked += 1
            return await check(handler, *event, **given)

        with patch.object(HandlerObject, "check", counted):
            yield

    def filters(self, kind: type) -> list[Any]:
        return [asks.callback for one in self.handlers for asks in one.filters or () if isinstance(asks.callback, kind)]


def _says(handler: HandlerObject) -> Any:
    async def call(*_event: Any, **_given: Any) -> HandlerObject:
        return handler

    return call


@pytest.fixture
async def house(one_database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    async def data(*_: Any, **_key: Any) -> dict[str, Any]:
        return {"at": NOW.isoformat(), "album": "a", "kept": 1}  # every question was asked just now

    monkeypatch.setattr(VisitStorage, "get_data", data)
    _stands(monkeypatch, None)
    async with one_database.reading() as session:
        yield House(Visit(session, NOW, Texts("id"), ME, "v1", SARI, SARI, "x"))


def _stands(monkeypatch: pytest.MonkeyPatch, state: str | None) -> None:
    async def stands(*_: Any, **_key: Any) -> str | None:
        return state

    monkeypatch.setattr(VisitStorage, "get_state", stands)


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private", "first_name": "-"} if chat > 0 else {"id": chat, "type": "supergroup"}


def _tap(data: str, chat: int) -> dict[str, Any]:
    query = {"id": "9", "chat_instance": "1", "from": {"id": SARI, "is_bot": False, "first_name": "-"}, "data": data}
    return {"callback_query": query | ({"message": {"message_id": 2, "date": 1, "chat": _chat(chat)}} if chat else {})}


def _said(chat: int, kind: str = "message", **body: Any) -> dict[str, Any]:
    sender = {"id": SARI, "is_bot": False, "first_name": "-"}
    return {kind: {"message_id": 2, "date": 1, "chat": _chat(chat), "from": sender} | body}


async def test_every_button_opens_the_door_that_aiogram_would_open(house: House) -> None:
    names = {one.name for one in house.filters(Pressed)}
    assert len(names) > 200
    opened = 0
    for number, name in enumerate(sorted(names)[::STEP]):
        led = await house.led(_tap(f"{name}:1:2" if number % 5 else name, SARI if number % 7 else GROUP))
        opened += led is not UNHANDLED
        assert house.asked <= FEW
    assert opened >= len(names) / STEP * 3 / 4
    for odd in ("", ":", "nobodys", "nobodys:1", f"{min(names)}x", "help:more"):
        for chat in (SARI, GROUP, 0):
            await house.led(_tap(odd, chat))


async def test_every_command_opens_the_door_that_aiogram_would_open(house: House) -> None:
    starts = [f"start {letter}1" for letter in "abcdefghijklmnopqrstuvwxyz"] + ["start", "start cek_x"]
    odd = ["nobodys", "", "START t1", "start\nt1", "HELP@Sejawat_Bot", "help@other_bot", "help more", "\u212aonsultasi"]
    for number, command in enumerate([*sorted(NAMES)[::STEP], "aturgrup", "setup", *starts[::STEP], *odd]):
        forms = {"text": f"/{command}"}, {"text": f" /{command}@sejawat_bot x"}, {"caption": f"/{command}"}
        await house.led(_said(SARI, **forms[number % 3]))
        await house.led(_said(GROUP, **forms[number % 2]))
    assert await house.led(_said(SARI, text="/help")) is not UNHANDLED


async def test_words_and_files_go_to_the_conversation_that_waits_for_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = [state for one in house.filters(StateFilter) for state in one.states]
    states = sorted({str(one.state) for one in waits if isinstance(one, State)})
    file = {"file_id": "f", "file_unique_id": "f"}
    given: list[dict[str, Any]] = [
        {"text": "Anak-anak senang"}, {"text": "12"}, {"text": "/batal"}, {"document": file},
        {"document": file, "caption": "/rhk"}, {"photo": [file | {"width": 1, "height": 1}], "media_group_id": "a"},
        {"voice": file | {"duration": 1}}, {"text": "x", "forward_origin": {"type": "hidden_user", "date": 0,
                                                                            "sender_user_name": "-"}},
    ]  # fmt: skip
    assert len(states) > 40
    for number, state in enumerate((None, "Nobodys:state", *states)):
        _stands(monkeypatch, state)
        for body in given if number < 2 else given[number % STEP :: STEP]:
            await house.led(_said(SARI, **body))
    await house.led(_said(GROUP, text="Selamat pagi"))


async def test_what_is_no_message_and_no_tap_finds_its_door_too(house: House) -> None:
    user = {"id": SARI, "is_bot": False, "first_name": "-"}
    moved = {"from": user, "date": 1, "old_chat_member": {"user": user, "status": "left"},
             "new_chat_member": {"user": user, "status": "member"}}  # fmt: skip
    taken = [
        await house.led({kind: moved | {"chat": _chat(chat)}})
        for kind in ("my_chat_member", "chat_member")
        for chat in (SARI, GROUP)
    ]
    taken.append(
        await house.led(
            {"poll_answer": {"poll_id": "p", "user": user, "option_ids": [0], "option_persistent_ids": ["0"]}}
        )
    )
    assert sum(one is not UNHANDLED for one in taken) >= 4
    for chat in (SARI, GROUP):
        for kind in ("message", "edited_message"):
            await house.led(_said(chat, kind, text="Sudah saya coba"))
            await house.led(_said(chat, kind, migrate_to_chat_id=-1002))


def test_whoever_asks_something_of_every_update_is_not_passed_over_in_silence() -> None:
    async def in_between(handler: Any, event: Any, data: Any) -> Any:
        return await handler(event, data)

    for add in ("middleware", "outer_middleware"):
        dispatcher, router = Dispatcher(), Router()
        getattr(router.message, add)(in_between)
        dispatcher.include_router(router)
        with pytest.raises(ValueError, match="message"):
            Porter(dispatcher, Bot("1:x"))
