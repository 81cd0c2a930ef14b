"""How soon questions asked in groups were answered: moments alone, whoever asked and answered."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from storage.bulk import among
from storage.database import Session
from storage.models import Consultation, Message, Person


class Asked(NamedTuple):
    """One question: its group, when it was asked, and when somebody else replied or it was said to be answered."""

    group_id: int
    at: datetime
    answered_at: datetime | None


async def asked(session: Session, group_ids: Collection[int], since: datetime, until: datetime) -> list[Asked]:
    """The questions of [since, until) in these groups, whoever asked; one query.

    What a person found to be no consultation after all is left out.
    """
    reply = aliased(Message)
    first = (
        select(func.min(reply.sent_at))
        .where(
            reply.chat_id == Message.chat_id, reply.person_id != Consultation.person_id,
            or_(reply.reply_to == Message.tg_message_id, reply.reply_to == Consultation.post_id),
        )
        .scalar_subquery()
    )  # fmt: skip
    rows = await session.execute(
        select(Consultation.group_id, Consultation.asked_at, Consultation.settled_at, first)
        .join(Message, Message.id == Consultation.message_id)
        .join(Person, Person.id == Consultation.person_id)
        .where(
            among(session, Consultation.group_id, group_ids), Consultation.asked_at >= since,
            Consultation.asked_at < until, Message.label == "consultation", Person.consented_at.is_not(None),
        )
        .order_by(Consultation.asked_at, Consultation.id)
    )  # fmt: skip
    return [Asked(group_id, at, replied or settled) for group_id, at, settled, replied in rows]
