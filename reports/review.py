"""Tags that a facilitator looks at, one message at a time."""

from dataclasses import dataclass
from datetime import datetime

from community import conversation, rights
from storage.database import Session
from storage.models import Message, Person


@dataclass(frozen=True, slots=True)
class Card:
    """The message to look at now (None: all done), and how many wait, this one included."""

    group_id: int
    message: Message | None
    left: int


async def next_card(session: Session, person: Person | None, group_id: int) -> Card:
    """The least certain tag of the group; raises NotAllowed or NeedsConsent without the right to correct."""
    await rights.require(session, person, rights.Action.CORRECT_TAG, group_id)
    found = await conversation.uncertain(session, group_id, 1)
    left = await conversation.how_many_uncertain(session, group_id)
    return Card(group_id, found[0] if found else None, left)


async def correct(session: Session, person: Person | None, message_id: int, label: str, now: datetime) -> Card:
    """What the person says is kept, and the next card comes. Raises as community.conversation.retag."""
    row = await conversation.retag(session, message_id, label, person, now)
    return await next_card(session, person, row.group_id)
