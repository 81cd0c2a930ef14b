"""Reflections: written in private for a chosen reader, or said in the group; changed and taken back later."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update

from community import people, rights
from community.notes import Note
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.packs import Lesson
from learning import deliveries, discreet, posting, readers, replies
from learning.kinds import DRAFT
from learning.readers import Reader
from learning.refusals import Gone, NotYours
from storage.database import Session
from storage.models import Delivery, Group, Person, Reflection

_HEADINGS = {"goal": "learning.reflection.goal_in_group", "week": "learning.reflection.week_in_group"}
_HEADING = "learning.reflection.in_group"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a teacher sees before writing: the lesson, and who could read it.

    `heads` are the principals in the group. `begun`: a guided reflection on it waits to be gone on with.
    """

    delivery: Delivery
    group: Group
    lesson: Lesson
    readers: list[Reader]
    heads: list[Person] = field(default_factory=list)
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored reflection, with those who read it; `discreet`: not to be shown openly, others use the phone."""

    reflection: Reflection
    group: Group
    readers: list[Reader]
    heads: list[Person] = field(default_factory=list)
    discreet: bool = False


async def invite(
    session: Session, person: Person | None, delivery_id: int, audience: str = "me", payload: str = "r"
) -> Invitation:
    """Whom a reflection on this prompt could be for. ``payload`` begins the link that leads back after consent.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal for a chosen audience that does not exist there.
    """
    person, delivery, group, lesson = await deliveries.opened(session, person, delivery_id, Action.REFLECT, payload)
    found = await readers.of_group(session, group.id, person)
    exists(audience, found)
    heads = await readers.principals(session, group.id, person)
    begun = await draft_of(session, person, delivery.id) is not None
    return Invitation(delivery, group, lesson, found, heads, begun)


async def draft_of(session: Session, person: Person, delivery_id: int) -> Reflection | None:
    """The guided reflection on this prompt that the person has begun; nobody else's business until it is whole."""
    query = select(Reflection).where(
        Reflection.delivery_id == delivery_id, Reflection.person_id == person.id, Reflection.kind == DRAFT
    )
    return await session.scalar(query.order_by(Reflection.id).limit(1))


async def keep(
    session: Session,
    person: Person | None,
    delivery_id: int,
    audience: str,
    note: Note,
    now: datetime,
    kind: str = "free",
) -> Kept:
    """Store a reflection (free, goal, week) for its audience (me, coach, group); for the group it is also said there.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal for an audience that does not exist there.
    """
    person, delivery, group, _ = await deliveries.opened(session, person, delivery_id, Action.REFLECT, "r")
    found = await readers.of_group(session, group.id, person)
    exists(audience, found)
    row = Reflection(delivery_id=delivery.id, person_id=person.id, audience=audience, kind=kind, created_at=now)
    _fill(row, note)
    session.add(row)
    await session.flush()
    return await told(session, row, person, delivery, group, now)


async def told(
    session: Session, row: Reflection, person: Person, delivery: Delivery, group: Group, now: datetime
) -> Kept:
    """What follows from a reflection that has just become whole: the group hears what is for it, and is counted."""
    if row.audience == "group":
        await _say(session, row, person, delivery, group, now)
    await deliveries.refresh_counts(session, delivery, now)
    return await kept(session, row, group, person)


async def kept(session: Session, row: Reflection, group: Group, person: Person) -> Kept:
    """A reflection of the person's with its readers; four queries."""
    found = await readers.of_group(session, group.id, person)
    heads = await readers.principals(session, group.id, person)
    return Kept(row, group, found, heads, await discreet.is_shared(session, person.id))


async def heard_in_group(
    session: Session, person: Person | None, delivery: Delivery, note: Note, message_id: int, now: datetime
) -> bool:
    """A reply to the prompt is a reflection for the group. False for whom it is not kept: without a yes, no teacher."""
    if person is None:
        return False
    if not rights.may(await people.roles_in(session, person.id, delivery.group_id), Action.REFLECT):
        return False
    row = Reflection(
        delivery_id=delivery.id, person_id=person.id, audience="group", tg_message_id=message_id, created_at=now
    )
    _fill(row, note)
    session.add(row)
    await session.flush()
    await replies.overheard(session, row, delivery, now)
    await deliveries.refresh_counts(session, delivery, now)
    return True


async def edited_in_group(
    session: Session, person: Person | None, delivery: Delivery, note: Note, message_id: int, now: datetime
) -> bool:
    """The teacher changed that reply; what is stored follows."""
    if person is None:
        return False
    values = {"text": note.text, "edited_at": now}  # of a voice note or a picture, what stands under it
    changed = await session.scalar(
        update(Reflection)
        .where(
            Reflection.delivery_id == delivery.id,
            Reflection.person_id == person.id,
            Reflection.tg_message_id == message_id,
        )
        .values(**values)
        .returning(Reflection.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


async def own(session: Session, person: Person | None, reflection_id: int) -> tuple[Person, Kept, Delivery]:
    """A reflection of the person's own. Raises NeedsConsent, Gone, NotYours."""
    if person is None:
        raise NeedsConsent
    row = (
        await session.execute(
            select(Reflection, Delivery, Group)
            .join(Delivery, Delivery.id == Reflection.delivery_id)
            .join(Group, Group.id == Delivery.group_id)
            .where(Reflection.id == reflection_id)
        )
    ).one_or_none()
    if row is None:
        raise Gone
    reflection, delivery, group = row
    if reflection.person_id != person.id:
        raise NotYours
    return person, await kept(session, reflection, group, person), delivery


async def show(session: Session, person: Person | None, reflection_id: int) -> Kept:
    """As own, for the buttons under a reflection."""
    return (await own(session, person, reflection_id))[1]


async def rewrite(session: Session, person: Person | None, reflection_id: int, note: Note, now: datetime) -> Kept:
    """New words for it; where the group has read the old ones, they are replaced there too."""
    person, found, delivery = await own(session, person, reflection_id)
    row = whole(found.reflection)
    await may_still(session, row, person, found.group)
    _fill(row, note)
    if row.kind == "guided":  # written anew as one text
        row.kind, row.parts = "free", None
    return await said_again(session, row, person, delivery, found, now)


async def may_still(session: Session, row: Reflection, person: Person, group: Group) -> None:
    """Whoever has left the group does not speak to it any more. Raises NotAllowed."""
    if row.audience != "me":
        await rights.require(session, person, Action.REFLECT, group.id)


async def said_again(
    session: Session, row: Reflection, person: Person, delivery: Delivery, found: Kept, now: datetime
) -> Kept:
    """Its words have changed; where the group has read the old ones, they are replaced there too."""
    row.edited_at = now
    await session.flush()
    if row.audience == "group" and row.tg_message_id is None:
        await posting.take_back(session, f"reflection:{row.id}", now)
        await _say(session, row, person, delivery, found.group, now)
    return found


async def address(session: Session, person: Person | None, reflection_id: int, audience: str, now: datetime) -> Kept:
    """Another reader; what the group has read is taken back there, what it may read now is said."""
    person, found, delivery = await own(session, person, reflection_id)
    exists(audience, found.readers)
    await rights.require(session, person, Action.REFLECT, found.group.id)
    row = whole(found.reflection)
    if row.audience == audience and audience != "coach":  # chosen anew, it is for the coach of today
        return found
    row.audience, row.audience_at = audience, now
    await session.flush()
    await posting.take_back(session, f"reflection:{row.id}", now)
    if audience == "group":
        await _say(session, row, person, delivery, found.group, now)
    return found


async def remove(session: Session, person: Person | None, reflection_id: int, now: datetime) -> None:
    """It is gone, also where the group could read it. Raises NeedsConsent, Gone, NotYours."""
    _, found, delivery = await own(session, person, reflection_id)
    await posting.take_back(session, f"reflection:{found.reflection.id}", now)
    await session.execute(delete(Reflection).where(Reflection.id == found.reflection.id))
    await deliveries.refresh_counts(session, delivery, now)


def _fill(row: Reflection, note: Note) -> None:
    row.medium, row.text, row.file_id, row.seconds = note.medium, note.text, note.file_id, note.seconds


def exists(audience: str, found: list[Reader]) -> None:
    """A button can be forged, and the last coach may have left since it was shown. Raises Refusal."""
    if audience not in readers.AUDIENCES or (audience == "coach" and not found):
        raise Refusal("learning.no_such_reader")


def whole(row: Reflection) -> Reflection:
    """The reflection, unless it is a draft still: that is given to nobody. Raises Gone."""
    if row.kind == DRAFT:
        raise Gone
    return row


async def _say(
    session: Session, row: Reflection, person: Person, delivery: Delivery, group: Group, now: datetime
) -> None:
    """In the group: the words, and the voice notes that belong to them."""
    heading = _HEADINGS.get(row.kind, _HEADING)
    note = Note(row.text, row.file_id, row.seconds, photo=row.medium == "photo")
    await posting.to_group(session, heading, f"reflection:{row.id}", note, person, delivery, group, now)
    for name, voice in voices_of(row).items():
        key = f"reflection:{row.id}@{name}"
        await posting.to_group(session, heading, key, voice, person, delivery, group, now)


def voices_of(row: Reflection) -> dict[str, Note]:
    """The voice notes among the parts of a guided one, by the name of the part."""
    spoken = (row.parts or {}).get("voices", {})
    return {name: Note(None, voice["file_id"], voice["seconds"]) for name, voice in spoken.items()}
