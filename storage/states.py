"""Where each conversation stands, written in the transaction of the visit it belongs to."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from storage.database import Session, insert
from storage.models import ConversationState

LEFT_LYING = timedelta(days=7)  # after half a day words are taken for something else anyway (handlers/giving.py)
_COLUMNS = ("bot_id", "chat_id", "user_id", "thread_id", "business_connection_id", "destiny")


class StateKey(NamedTuple):
    """The six fields of aiogram's storage key; absent ones are 0 or ''."""

    bot_id: int
    chat_id: int
    user_id: int
    thread_id: int = 0
    business_connection_id: str = ""
    destiny: str = "default"


def _is(key: StateKey) -> list[Any]:
    return [getattr(ConversationState, name) == value for name, value in zip(_COLUMNS, key, strict=True)]


# Asked several times at every visit: put together once.
_READ = select(ConversationState.state, ConversationState.data).where(
    *(getattr(ConversationState, name) == bindparam(name) for name in _COLUMNS)
)


async def read(session: Session, key: StateKey) -> tuple[str | None, dict[str, Any]]:
    """The state's name and its data; (None, {}) where there is none."""
    row = (await session.execute(_READ, key._asdict())).one_or_none()
    return (row.state, dict(row.data or {})) if row else (None, {})


async def write(
    session: Session, key: StateKey, state: str | None, data: dict[str, Any], now: datetime | None = None
) -> None:
    """Keep both; a conversation with neither leaves no row."""
    if state is None and not data:
        await session.execute(delete(ConversationState).where(*_is(key)))
        return
    values = dict(zip(_COLUMNS, key, strict=True)) | {"state": state, "data": data, "updated_at": now}
    statement = insert(session, ConversationState).values(values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=list(_COLUMNS),
            set_={name: statement.excluded[name] for name in ("state", "data", "updated_at")},
        )
    )


async def clean(session: Session, now: datetime) -> int:
    """Conversations that were left lying go, with what was typed in them; gives how many."""
    old = delete(ConversationState).where(ConversationState.updated_at < now - LEFT_LYING)
    gone = old.returning(ConversationState.user_id).execution_options(synchronize_session=False)
    return len((await session.scalars(gone)).all())


async def forget(session: Session, user_id: int) -> None:
    """Drop every conversation of a Telegram user."""
    await session.execute(delete(ConversationState).where(ConversationState.user_id == user_id))
