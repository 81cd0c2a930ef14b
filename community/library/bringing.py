"""Bringing what was found: the file itself, or the answer; and noticing when Telegram has a file no more."""

from datetime import datetime
from typing import Any

from community import rights
from community.refusals import Refusal
from community.rights import Action
from storage.database import Session
from storage.letters import Draft
from storage.models import GroupChat, LibraryEntry, Person

BROUGHT = "library.brought"
# Telegram's words for a file or a message that is not there any more; others (blocked, protected) say nothing of it.
_GONE = (
    "wrong file identifier", "wrong file_id", "file is temporarily unavailable", "wrong remote file", "file not found",
    "file_reference_", "message to copy not found", "message_id_invalid",
)  # fmt: skip


class NoEntry(Refusal):
    """It was taken out of the library, or never was in it (buttons can be forged)."""

    text_key = "library.no_entry"


async def opened(session: Session, person: Person | None, entry_id: int) -> LibraryEntry:
    """An entry of one of the person's groups. Raises NeedsConsent, NotAllowed, NoEntry."""
    row = await session.get(LibraryEntry, entry_id)
    if row is None:
        raise NoEntry
    await rights.require(session, person, Action.FIND, row.group_id)
    return row


async def file(session: Session, person: Person | None, entry_id: int, user_id: int) -> Draft:
    """The file for one person's private chat: by Telegram's id for it, or as a copy of the message. Raises as opened.

    What Telegram says comes back as BROUGHT.
    """
    row = await opened(session, person, entry_id)
    if row.kind != "file":
        raise NoEntry
    if row.file_id:
        method = "sendAudio" if row.file_kind == "audio" else "sendDocument"
        params: dict[str, Any] = {"chat_id": user_id, row.file_kind or "document": row.file_id}
    else:
        chat = await session.get_one(GroupChat, row.chat_id)
        method, params = "copyMessage", {"from_chat_id": chat.tg_chat_id, "message_id": row.tg_message_id}
        params["chat_id"] = user_id
    told = {"entry": row.id, "user_id": user_id, "chat_id": user_id}
    return Draft(method, params, user_id, then=BROUGHT, then_data=told)


async def brought(session: Session, entry_id: int, ok: bool, error: str, now: datetime) -> str | None:
    """What Telegram answered to a file. Gives the key of what to say, None where all is well.

    A file that is gone is marked so, and comes last from then on; one that comes after all is there again.
    """
    row = await session.get(LibraryEntry, entry_id)
    if row is None or ok:
        if row is not None and row.gone_at is not None:
            row.gone_at = None
        return None
    if any(sign in error.casefold() for sign in _GONE):
        row.gone_at = row.gone_at or now
        return "library.gone"
    return "library.not_now"
