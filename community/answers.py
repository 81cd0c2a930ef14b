"""How soon questions asked in groups were answered, and which of a group's own are still open."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from community import groups
from community.spans import within
from storage.bulk import among
from storage.database import Session
from storage.models import Consultation, GroupChat, Message, Person


class Asked(NamedTuple):
    """One question: its group, when it was asked, and when somebody else replied or it was said to be answered."""

    group_id: int
    at: datetime
    answered_at: datetime | None


class Question(NamedTuple):
    """The same with who asked and in which words; they were said before the group, and are told nowhere else."""

    group_id: int
    at: datetime
    is_answered: bool
    asker: Person
    words: str  # none once the message is too old
    url: str | None  # of the message, where it has one


async def asked(session: Session, group_ids: Collection[int], since: datetime, until: datetime) -> list[Asked]:
    """The questions of [since, until) in these groups, whoever asked; one query.

    What a person found to be no consultation after all is left out.
    """
    here = among(session, Consultation.group_id, group_ids)
    rows = await _told(session, here & (Consultation.asked_at >= since) & (Consultation.asked_at < until))
    return [Asked(group_id, at, replied or settled) for group_id, at, settled, replied in rows]


async def questions(session: Session, since: Mapping[int, datetime], until: datetime) -> list[Question]:
    """The same of each group from its own moment on, with their askers, the oldest first; one query."""
    here = within(session, since, Consultation.group_id, Consultation.asked_at, until)
    rows = await _told(session, here, Person, Message.text, GroupChat.tg_chat_id, Message.tg_message_id)
    return [
        Question(
            group_id, at, bool(settled or replied), asker, " ".join((words or "").split()), groups.message_url(*place)
        )
        for group_id, at, settled, replied, asker, words, *place in rows
    ]


async def of_person(
    session: Session, person: Person, since: datetime | None = None, until: datetime | None = None
) -> list[Asked]:
    """The person's own questions in all their groups, ever or in [since, until); one query."""
    mine = [Consultation.person_id == person.id]
    mine += [Consultation.asked_at >= since] if since else []
    mine += [Consultation.asked_at < until] if until else []
    rows = await _told(session, and_(*mine))
    return [Asked(group_id, at, replied or settled) for group_id, at, settled, replied in rows]


async def _told(session: Session, where: ColumnElement[bool], *more: Any) -> Any:
    reply = aliased(Message)
    first = (
        select(func.min(reply.sent_at))
        .where(
            reply.chat_id == Message.chat_id, reply.person_id != Consultation.person_id,
            reply.reply_to.in_((Message.tg_message_id, Consultation.post_id)),
        )
        .scalar_subquery()
    )  # fmt: skip
    return await session.execute(
        select(Consultation.group_id, Consultation.asked_at, Consultation.settled_at, first, *more)
        .join(Message, Message.id == Consultation.message_id)
        .join(GroupChat, GroupChat.id == Message.chat_id)
        .join(Person, Person.id == Consultation.person_id)
        .where(where, Message.label == "consultation", Person.consented_at.is_not(None))
        .order_by(Consultation.asked_at, Consultation.id)
    )
