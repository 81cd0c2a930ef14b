"""Leads an update to the conversation that it is meant for.

aiogram asks the handlers of all conversations one after the other, six hundred of them, until one takes the update:
nearly half of what a tap cost. Here it stands in a table which chats, buttons, commands and states a handler asks for,
so that only those few are asked that may be meant; by their own filters, in the order aiogram would ask them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.dispatcher.middlewares.user_context import UserContextMiddleware
from aiogram.filters import Command, StateFilter
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message, Update

from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.visiting import Visit

_PRIVATE, _GROUPS = frozenset({"private"}), frozenset({"group", "supergroup"})
_STATELESS = (InPrivate, InGroup, Pressed, StartPayload, Command)
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Door:
    """A handler and what an update must have to be meant for it; None: whatever it has."""

    handler: HandlerObject
    stateless: bool  # where the conversation stands need not be known to ask it
    chats: Words | None = None
    words: Words | None = None  # the beginning of a button's data, or the command
    states: frozenset[str | None] | None = None

    def may_open(self, chat: str, word: str) -> bool:
        return (self.chats is None or chat in self.chats) and (self.words is None or word in self.words)


class Porter:
    """Knows the handlers of a dispatcher; there must be no middleware on the way to them."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot) -> None:
        self._bot, self._fsm = bot, dispatcher.fsm
        self._doors: defaultdict[str, list[_Door]] = defaultdict(list)
        for router in dispatcher.chain_tail:
            for kind, observer in router.observers.items():
                if kind != "update":  # the dispatcher's own, from where it asks all others
                    self._doors[kind] += _doors(observer)
        self._words = {word for doors in self._doors.values() for door in doors for word in door.words or ()}
        self._found: dict[tuple[str, str, str], Sequence[_Door]] = {}

    async def lead(self, update: Update, visit: Visit) -> Any:
        """What the handler says that the update is meant for; UNHANDLED where there is none."""
        event, about = update.event, UserContextMiddleware.resolve_event_context(update)
        given: dict[str, Any] = {"bot": self._bot, "visit": visit}
        state = self._fsm.resolve_context(
            self._bot, about.chat_id, about.user_id, about.thread_id, about.business_connection_id
        )
        if state is not None:
            given["state"] = state
        doors = self._meant(update.event_type, about.chat.type if about.chat else "", _word(event))
        if state is not None and not all(door.stateless for door in doors):
            now = given["raw_state"] = await state.get_state()
            doors = [door for door in doors if door.states is None or now in door.states]
        for door in doors:
            fits, found = await door.handler.check(event, **given)
            if fits:
                return await door.handler.call(event, **found)
        return UNHANDLED

    def _meant(self, kind: str, chat: str, word: str) -> Sequence[_Door]:
        asked = kind, chat, word if word in self._words else ""  # or strangers' words would fill the table
        if asked not in self._found:
            self._found[asked] = [door for door in self._doors[kind] if door.may_open(*asked[1:])]
        return self._found[asked]


def _doors(observer: TelegramEventObserver) -> Iterable[_Door]:
    if len(observer.middleware) + len(observer.outer_middleware) or observer._handler.filters:
        raise ValueError(f"{observer.router} asks something of every {observer.event_name}: nobody would here")
    return map(_door, observer.handlers)


def _door(handler: HandlerObject) -> _Door:
    asked: dict[str, Words] = {}
    states: frozenset[str | None] | None = None
    filters = [one.callback for one in handler.filters or ()]
    for one in filters:
        match one:
            case InPrivate():
                asked["chats"] = _PRIVATE
            case InGroup():
                asked["chats"] = _GROUPS
            case Pressed():
                asked["words"] = frozenset({_first(one.name)})
            case StartPayload():
                asked["words"] = frozenset({"start"})
            case Command() if one.prefix == "/" and all(isinstance(name, str) for name in one.commands):
                asked["words"] = frozenset(str(name).casefold() for name in one.commands)
            case StateFilter():
                states = _states(one)
    stateless = "raw_state" not in handler.params and all(isinstance(one, _STATELESS) for one in filters)
    return _Door(handler, stateless, states=states, **asked)


def _states(asks: StateFilter) -> frozenset[str | None] | None:
    names: list[str | None] = []
    for one in asks.states:
        if isinstance(one, State):
            names.append(one.state)
        elif isinstance(one, type):
            names += one.__all_states_names__
        elif one is None or isinstance(one, str):
            names.append(one)
        else:
            return None
    return None if "*" in names else frozenset(names)


def _word(event: Any) -> str:
    """What a button's data begins with, or the command, as `_door` notes it."""
    if isinstance(event, CallbackQuery):
        return _first(event.data or "")
    text = (event.text or event.caption or "") if isinstance(event, Message) else ""
    words = text.split(maxsplit=1)
    return words[0][1:].partition("@")[0].casefold() if words and words[0].startswith("/") else ""


def _first(data: str) -> str:
    return data.partition(":")[0]
