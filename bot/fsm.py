"""aiogram's conversation state, kept in SQL through the session of the visit that is under way."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from storage import states
from storage.database import Session

# Set by the visit: the state must commit with the change, and a session of its own would wait for
# SQLite's one writer, which is the visit itself.
under_way: ContextVar[tuple[Session, datetime]] = ContextVar("under_way")


class VisitStorage(BaseStorage):
    """A storage for aiogram's FSM that owns no connection."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        session, now = under_way.get()
        _, data = await states.read(session, _key(key))
        name = state.state if isinstance(state, State) else state
        await states.write(session, _key(key), name, data, now)

    async def get_state(self, key: StorageKey) -> str | None:
        return (await states.read(under_way.get()[0], _key(key)))[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        if not isinstance(data, Mapping):
            raise DataNotDictLikeError(f"data must be a mapping, not {type(data).__name__}")
        session, now = under_way.get()
        name, _ = await states.read(session, _key(key))
        await states.write(session, _key(key), name, dict(data), now)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return (await states.read(under_way.get()[0], _key(key)))[1]

    async def close(self) -> None:
        """Nothing of ours is open."""


def _key(key: StorageKey) -> states.StateKey:
    return states.StateKey(
        key.bot_id,
        key.chat_id,
        key.user_id,
        key.thread_id or 0,
        key.business_connection_id or "",
        key.destiny,
    )
