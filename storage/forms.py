"""Letters that many get alike: what they share is kept once, and each adds the number its buttons call back with."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, exists, literal, select, union_all

from storage.base import UtcDateTime
from storage.database import Session, insert
from storage.letters import Draft
from storage.models import Attachment

NUMBER = "{number}"  # in the callback data of a form: here each letter has its own
STILL_FRESH = timedelta(hours=1)  # much shorter than attachments are kept


def form_of(draft: Draft) -> str:
    """What letters like this one share, as JSON: all its parameters but the chat."""
    return json.dumps({name: value for name, value in draft.params.items() if name != "chat_id"}, ensure_ascii=False)


def alike(form: str, number: int) -> dict[str, Any]:
    """The parameter that stands for the form in each letter."""
    return {"form": {"kept": _digest(form), "number": number}}


def filled(content: bytes, number: int) -> dict[str, Any]:
    """A kept form with a letter's own number in it."""
    params: dict[str, Any] = json.loads(content)
    for row in params.get("reply_markup", {}).get("inline_keyboard", ()):
        for key in row:
            if "callback_data" in key:
                key["callback_data"] = key["callback_data"].replace(NUMBER, str(number))
    return params


async def keep(session: Session, forms: Sequence[str], now: datetime) -> None:
    """Keep forms for the letters that name them.

    Kept again they stay longer: attachments go by their age. Those of the last hour are left alone, so that two
    who write letters of one form do not wait for each other.
    """
    kept = {_digest(form): form.encode() for form in forms}
    if not kept:
        return
    fresh = exists().where(Attachment.created_at > now - STILL_FRESH)
    rows = [
        select(literal(digest), literal("form"), literal(content, LargeBinary), literal(now, UtcDateTime())).where(
            ~fresh.where(Attachment.digest == digest)
        )
        for digest, content in kept.items()
    ]
    statement = insert(session, Attachment).from_select(["digest", "name", "content", "created_at"], union_all(*rows))
    newer = {"created_at": statement.excluded.created_at}
    await session.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=newer))


def _digest(form: str) -> str:
    return hashlib.sha256(form.encode()).hexdigest()
