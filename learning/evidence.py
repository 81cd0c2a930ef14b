"""Bukti: what shows that a lesson was tried, kept for its teacher alone; pupils' faces and names stay out of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.lessons import Lesson
from content.texts import Texts
from learning import deliveries, sent
from learning.refusals import Gone, NotYours
from learning.sent import Sent
from storage.database import Session
from storage.letters import Draft, button, message
from storage.models import Delivery, Evidence, Person

MEDIA = ("photo", "document", "voice", "video")
MOST = 10  # pieces for one lesson
_LINK = re.compile(r"https?://[^\s<>\"]{4,}")


@dataclass(frozen=True, slots=True)
class Pieces:
    """The evidence of one teacher for one lesson, oldest first."""

    delivery: Delivery
    lesson: Lesson
    rows: Sequence[Evidence]


async def of_lesson(session: Session, person: Person | None, delivery_id: int) -> Pieces:
    """What the teacher has sent for this lesson. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, _, lesson = await deliveries.opened(session, person, delivery_id, Action.TRY, "e")
    query = select(Evidence).where(Evidence.delivery_id == delivery.id, Evidence.person_id == person.id)
    return Pieces(delivery, lesson, (await session.scalars(query.order_by(Evidence.id))).all())


async def keep(session: Session, person: Person | None, delivery_id: int, what: Sent, now: datetime) -> int | None:
    """Keep one more piece; gives how many there are, None for what is no evidence (words without a link).

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal beyond MOST.
    """
    medium = _medium(what)
    if medium is None:
        return None
    found = await of_lesson(session, person, delivery_id)
    if person is None:
        raise NeedsConsent(f"e{delivery_id}")
    if len(found.rows) >= MOST:
        raise Refusal("means.evidence.enough", n=MOST)
    row = Evidence(delivery_id=found.delivery.id, person_id=person.id, medium=medium, created_at=now)
    row.file_id, row.text = what.file_id, what.text
    session.add(row)
    await session.flush()
    return len(found.rows) + 1


def _medium(what: Sent) -> str | None:
    if what.medium in MEDIA and what.file_id:
        return what.medium
    return "link" if what.medium == "text" and _LINK.search(what.text or "") else None


async def remove(session: Session, person: Person | None, evidence_id: int) -> None:
    """It is gone. Raises NeedsConsent, Gone, NotYours."""
    if person is None:
        raise NeedsConsent
    row = await session.get(Evidence, evidence_id)
    if row is None:
        raise Gone
    if row.person_id != person.id:
        raise NotYours
    await session.execute(delete(Evidence).where(Evidence.id == row.id))


def letters(found: Pieces, chat_id: int, say: Texts) -> list[Draft]:
    """Each piece again, with the way to delete it; or that there is none."""
    if not found.rows:
        return [message(chat_id, say("means.evidence.none"))]
    heading = say("means.evidence.title", title=found.lesson.text(say.language).title)
    label = say.plain("means.evidence.remove")
    return [
        sent.shown(
            Sent(one.medium, one.text, one.file_id), chat_id, say, heading, buttons=[[button(label, f"evdel:{one.id}")]]
        )
        for one in found.rows
    ]
