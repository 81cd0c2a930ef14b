"""What a teacher says right after a reflection: mostly its second half, since people write as they think."""

from datetime import datetime

from community.notes import Note
from learning import reflections
from learning.kinds import DRAFT
from learning.reflections import Kept
from storage.database import Session
from storage.models import Person, Reflection


async def to(session: Session, person: Person | None, reflection_id: int) -> Kept | None:
    """The reflection of the person's that something may be added to; None when it is gone or not theirs."""
    row = await session.get(Reflection, reflection_id)
    if person is None or row is None or row.person_id != person.id or row.kind == DRAFT:
        return None
    return await reflections.show(session, person, reflection_id)


async def add(session: Session, person: Person | None, reflection_id: int, note: Note, now: datetime) -> Kept:
    """Words go below those of the reflection, in the group as well where it has read them.

    What cannot be joined (a voice note, a picture, anything after a guided one) is kept beside it for the same
    reader. Raises NeedsConsent, NotAllowed, Gone, NotYours, and Refusal for a reader who is no more.
    """
    person, found, delivery = await reflections.own(session, person, reflection_id)
    row = reflections.whole(found.reflection)
    if note.file_id or row.kind == "guided":
        return await reflections.keep(session, person, delivery.id, row.audience, note, now)
    await reflections.may_still(session, row, person, found.group)
    row.text = "\n".join(filter(None, (row.text, note.text)))
    return await reflections.said_again(session, row, person, delivery, found, now)
