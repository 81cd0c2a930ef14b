"""What people may read of others' reflections: the query that enforces the audience (I7), and one opened by a tap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from community import calendar, looks, notes, people, rights
from community.notes import Note
from community.refusals import NeedsConsent
from community.rights import Action
from content.lessons import Lesson
from content.texts import Texts
from learning import discreet, entrusted, reading, versions
from learning.kinds import DRAFT
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Draft, message
from storage.models import Delivery, Group, Person, Reflection

OPENED = "opened:"  # begins the keys of letters that show a reflection to who accompanies
_TITLE = 60
_brought = Person.tg_user_id.is_(None) & Reflection.entered_by.is_not(None)


@dataclass(frozen=True, slots=True)
class Open:
    """A reflection of somebody else's for who accompanies the group; `by`: who wrote it down for them.

    `lesson` is None when its pack has lost it. `discreet`: others use the reader's phone.
    """

    row: Reflection
    teacher: Person
    by: Person | None
    group: Group
    lesson: Lesson | None
    discreet: bool


async def by(session: Session, person: Person, group_id: int, since: datetime) -> Sequence[Reflection]:
    """What the person may read of this group since then, newest first.

    Their own always; of others only while those agree, and only for an audience that a role of theirs here opens.
    Of a colleague without Telegram, what the facilitator wrote down and was told may be read.
    A draft is not among them: its writer goes on with it where they began.
    """
    query = await _query(session, person, group_id)
    found = await session.scalars(
        query.where(Reflection.created_at >= since).order_by(Reflection.created_at.desc(), Reflection.id.desc())
    )
    return found.all()


async def _query(session: Session, person: Person, group_id: int) -> Select[Reflection]:
    """Reflections of this group that the person may read."""
    held = await people.roles_since(session, person.id, group_id)
    opened: list[ColumnElement[bool]] = []
    if rights.may(held, Action.READ_REFLECTION, "group"):
        opened.append(Reflection.audience == "group")
    accompanies = [at for role, at in held.items() if rights.may({role}, Action.READ_REFLECTION, "coach")]
    if accompanies:
        # What was meant for a coach was meant for the coach of that day, whose name stood there.
        chosen_at = func.coalesce(Reflection.audience_at, Reflection.created_at)
        opened.append((Reflection.audience == "coach") & (chosen_at >= min(accompanies)))
    return (
        select(Reflection)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .join(Person, Person.id == Reflection.person_id)
        .where(
            Delivery.group_id == group_id,
            Reflection.kind != DRAFT,
            or_(
                Reflection.person_id == person.id,
                or_(false(), *opened) & or_(Person.consented_at.is_not(None), _brought),
            ),
        )
    )


async def opened(session: Session, person: Person | None, reflection_id: int, now: datetime) -> Open:
    """A reflection that stands in the digest of this person. Raises NeedsConsent, NotAllowed, Gone.

    Who gets no digest of the group reads what is for the group in the group, and opens nothing here.
    """
    if person is None:
        raise NeedsConsent
    place = await session.execute(
        select(Delivery, Group)
        .join(Group, Group.id == Delivery.group_id)
        .join(Reflection, Reflection.delivery_id == Delivery.id)
        .where(Reflection.id == reflection_id)
    )
    found = place.one_or_none()
    if found is None:
        raise Gone
    delivery, group = found
    await rights.require(session, person, Action.SEE_DIGEST, group.id)
    query = await _query(session, person, group.id)
    row = await session.scalar(query.where(Reflection.id == reflection_id, Reflection.person_id != person.id))
    if row is None:
        raise Gone
    teacher = await session.get_one(Person, row.person_id)
    await looks.note(session, person, looks.Kind.REFLECTION, now, of=[teacher.id], group_id=group.id)
    brought = await session.get(Person, row.entered_by) if row.entered_by is not None else None
    lesson = await versions.lesson_of(session, delivery)
    return Open(row, teacher, brought, group, lesson, await discreet.is_shared(session, person.id))


def letters(found: Open, chat_id: int, say: Texts, key: str) -> list[Draft]:
    """All of it for who accompanies: the words in as many messages as they need, every voice note and picture."""
    row, heading = found.row, _heading(found, say)
    named: dict[str, Any] = {"person_id": found.teacher.id, "group_id": found.group.id}
    name = f"{OPENED}{row.id}:{key}"
    if row.file_id:
        note = Note(row.text, row.file_id, row.seconds, photo=row.medium == "photo")
        return [notes.shown(note, chat_id, say, heading, key=name, **named)]
    words = notes.packed([heading, *reading.blocks(row, say)], notes.SHOWN + 500)
    told = [message(chat_id, one, key=f"{name}.{number}", **named) for number, one in enumerate(words)]
    spoken = [
        notes.shown(note, chat_id, say, part, key=f"{name}.voice.{number}", **named)
        for number, (part, note) in enumerate(reading.media(row, say))
    ]
    return told + spoken


def _heading(found: Open, say: Texts) -> str:
    """Whose, on what and when, as Telegram HTML."""
    name = people.display(found.teacher, say)
    if found.by is not None:
        name = entrusted.named(name, people.display(found.by, say), say)
    lesson = found.lesson
    title = lesson.text(say.language).title if lesson else say.plain("journal.lesson_gone")
    return say(
        "learning.reflection.opened",
        name=name,
        group=found.group.title[:_TITLE],
        title=notes.clipped(title, _TITLE),
        kind=say.plain(f"journal.kind.{found.row.kind}"),
        day=calendar.spoken(calendar.local_day(found.row.created_at, found.group.zone), say),
    )
