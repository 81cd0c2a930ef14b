"""Worksheets that were handed in: who waits for an answer, and the one answer that reaches the teacher."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from community import calendar, looks, people
from community.notes import Note, shown
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.lessons import Lesson
from content.texts import Texts
from learning import readers, sent, versions
from learning.refusals import Gone
from learning.sent import Sent
from storage.database import Session
from storage.letters import Draft
from storage.models import Delivery, Group, HandIn, Person
from storage.outbox import post

SHOWN = "sheet:"  # begins the keys of letters that show a worksheet to who accompanies
ANSWERED = "wsanswer:"  # begins those of answers


@dataclass(frozen=True, slots=True)
class Waiting:
    """A hand-in in the list of who may read it, and how many school days ago it came (0: today)."""

    row: HandIn
    title: str
    days: int


@dataclass(frozen=True, slots=True)
class Open:
    """A hand-in for somebody who may read it; `waits`: nobody has answered it."""

    row: HandIn
    teacher: Person
    group: Group
    lesson: Lesson

    @property
    def waits(self) -> bool:
        return self.row.answered_at is None


async def readable_by(
    session: Session, reader: Person, group: Group, now: datetime, answered_since: datetime
) -> list[Waiting]:
    """Hand-ins of a group that this person may read, the oldest first; a few queries.

    Nobody has answered them, or somebody else has, in [answered_since, now). Of those who agree, and handed in since
    the person has accompanied the group: they were named as reader then.
    """
    since = await readers.accompanies_since(session, reader, group.id)
    if since is None:
        return []
    answered = (HandIn.answered_at >= answered_since) & (HandIn.answered_at < now)
    by_another = HandIn.answered_by.is_distinct_from(reader.id)
    rows = await session.execute(
        select(HandIn, Delivery)
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .join(Person, Person.id == HandIn.person_id)
        .where(
            Delivery.group_id == group.id, HandIn.handed_at >= since,
            or_(HandIn.answered_at.is_(None), answered & by_another),
            HandIn.person_id != reader.id, Person.consented_at.is_not(None),
        )
        .order_by(HandIn.handed_at, HandIn.id)
    )  # fmt: skip
    found = rows.all()
    lessons = await versions.lessons_of(session, [delivery for _, delivery in found])
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    today, waits = calendar.local_day(now, group.zone), []
    for row, delivery in found:
        after = calendar.local_day(row.handed_at, group.zone) + timedelta(days=1)
        title = title_of(lessons[delivery.id], reader.language) if delivery.id in lessons else ""
        waits.append(Waiting(row, title, days.working_days_between(after, today)))
    return waits


def title_of(lesson: Lesson, language: str) -> str:
    """What the lesson's worksheet is called; the lesson's own title where it has none any more."""
    text = lesson.text(language)
    return text.worksheet.title if text.worksheet else text.title


async def opened(session: Session, person: Person | None, hand_in_id: int, now: datetime) -> Open:
    """A hand-in that this person may read and, while it waits, answer. Raises NeedsConsent, Gone, NotAllowed.

    Several may be named as its readers: one's answer takes it from none of the others.
    """
    if person is None:
        raise NeedsConsent
    query = (
        select(HandIn, Person, Delivery, Group)
        .join(Person, Person.id == HandIn.person_id)
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .join(Group, Group.id == Delivery.group_id)
        .where(HandIn.id == hand_in_id)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise Gone
    row, teacher, delivery, group = found
    since = await readers.accompanies_since(session, person, group.id)
    if since is None or row.handed_at < since or teacher.id == person.id:
        raise NotAllowed
    lesson = await versions.lesson_of(session, delivery)
    if lesson is None or teacher.consented_at is None:
        raise Gone
    await looks.note(session, person, looks.Kind.WORKSHEET, now, of=[teacher.id], group_id=group.id)
    return Open(row, teacher, group, lesson)


def letter(found: Open, chat_id: int, say: Texts, key: str) -> Draft:
    """What was handed in, for who accompanies; the answer of another is not theirs to read."""
    row, name = found.row, people.display(found.teacher, say)
    title = title_of(found.lesson, say.language)
    words = "means.sheet_answer.shown" if found.waits else "means.sheet_answer.shown_answered"
    heading = say(words, name=name, group=found.group.title, title=title)
    what = Sent(row.medium, row.text, row.file_id, seconds=row.seconds)
    return sent.shown(
        what, chat_id, say, heading, key=f"{SHOWN}{row.id}:{key}", person_id=found.teacher.id, group_id=found.group.id
    )


async def answer(
    session: Session, person: Person | None, hand_in_id: int, note: Note, say: Texts, now: datetime
) -> tuple[Open, bool]:
    """Keep the answer and bring it to the teacher, once; True when it arrives there.

    Otherwise it waits under the worksheet, words or voice. Raises NeedsConsent, Gone, NotAllowed, and a Refusal for
    one that was answered already.
    """
    found = await opened(session, person, hand_in_id, now)
    if person is None:
        raise NeedsConsent
    teacher = found.teacher
    arrives = teacher.reachable and teacher.tg_user_id is not None
    claimed = await session.scalar(
        update(HandIn)
        .where(HandIn.id == found.row.id, HandIn.answered_at.is_(None))
        .values(
            answered_at=now, answered_by=person.id, answer=note.text, answer_file_id=note.file_id,
            answer_seconds=note.seconds,
        )
        .returning(HandIn.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if claimed is None:
        raise Refusal("means.sheet_answer.already", name=people.display(teacher, say))
    if not arrives:
        return found, False
    theirs = Texts(teacher.language)
    title = title_of(found.lesson, teacher.language)
    heading = theirs("means.sheet_answer.brought", name=people.display(person, theirs), title=title)
    draft = shown(
        note, teacher.tg_user_id or 0, theirs, heading, key=f"{ANSWERED}{found.row.id}", person_id=teacher.id,
        group_id=found.group.id,
    )  # fmt: skip
    await post(session, draft, now)
    return found, True
