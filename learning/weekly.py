"""A practice lasts a week: a goal of one's own on its first day, and a look back at it on the last. One of each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community.notes import Note
from content.lessons import Practice, UnknownPack
from learning import discreet, reflections, versions
from learning.reflections import Invitation, Kept
from learning.refusals import Gone
from storage.database import Session
from storage.models import Delivery, Person, Reflection

KINDS = ("goal", "week")
# What the link back to it after consent begins with.
PAYLOADS = {"wg": "goal", "ww": "week"}


@dataclass(frozen=True, slots=True)
class Week:
    """What a teacher sees before writing; `goal`: their own for this practice, `before`: what a new one replaces."""

    invitation: Invitation
    kind: str
    goal: Reflection | None
    before: Reflection | None
    discreet: bool
    practice: Practice


async def invite(session: Session, person: Person | None, delivery_id: int, kind: str, audience: str = "me") -> Week:
    """Raises NeedsConsent, NotAllowed, Gone, and Refusal for an audience that does not exist there."""
    payload = next((start for start, meant in PAYLOADS.items() if meant == kind), None)
    if payload is None:
        raise Gone
    found = await reflections.invite(session, person, delivery_id, audience, payload)
    practice = await _practice(session, found.delivery)
    own = await _own(session, person, found.delivery, practice) if person is not None else {}
    shared = person is not None and await discreet.is_shared(session, person.id)
    return Week(found, kind, own.get("goal") if kind == "week" else None, own.get(kind), shared, practice)


async def keep(
    session: Session, person: Person | None, delivery_id: int, kind: str, audience: str, note: Note, now: datetime
) -> Kept:
    """Store it; one of before for the same practice is taken back, also where the group could read it.

    Raises as invite.
    """
    found = await invite(session, person, delivery_id, kind, audience)
    if found.before is not None:
        await reflections.remove(session, person, found.before.id, now)
    return await reflections.keep(session, person, delivery_id, audience, note, now, kind)


async def _practice(session: Session, delivery: Delivery) -> Practice:
    """The practice this prompt belongs to."""
    try:
        pack = await versions.get(session, delivery.pack, delivery.version)
        of = pack.lesson(delivery.lesson).practice
    except UnknownPack:
        raise Gone from None
    found = next((one for one in pack.practices if one.id == of), None)
    if found is None:
        raise Gone
    return found


async def _own(session: Session, person: Person, delivery: Delivery, practice: Practice) -> dict[str, Reflection]:
    """The person's goal and look back of this practice, by kind."""
    found = await session.scalars(
        select(Reflection)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .where(
            Reflection.person_id == person.id, Reflection.kind.in_(KINDS),
            Delivery.enrolment_id == delivery.enrolment_id, Delivery.lesson.in_(practice.lessons),
        )
        .order_by(Reflection.id)
    )  # fmt: skip
    return {row.kind: row for row in found}
