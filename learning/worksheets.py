"""Lembar kerja: shown, handed in while it is open or in grace, whenever its programme ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from community import calendar, people
from community.calendar import SchoolCalendar
from community.notes import Note, clipped, shown
from community.refusals import Refusal
from community.rights import Action
from content.lessons import Lesson, Worksheet
from content.texts import Texts
from learning import deliveries, readers
from learning.hand_ins import ANSWERED, title_of
from learning.readers import Reader
from learning.refusals import Gone
from learning.sent import Sent
from storage.database import Session, insert
from storage.letters import Button, Draft, button
from storage.models import Delivery, Group, HandIn, Person

MEDIA = ("text", "photo", "document", "voice")
_LONG = timedelta(days=400)
_REPLACED = ("medium", "text", "file_id", "seconds", "late", "handed_at")  # by a later hand-in
ANSWER = 1_000  # characters of a coach's answer that stand under the worksheet; the whole of it came as a message


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet as one teacher meets it: who reads it, until when it is open, what they handed in.

    `closes` is the last day it is open, `grace` the last day it is taken, `today` where the group is.
    """

    delivery: Delivery
    group: Group
    lesson: Lesson
    readers: list[Reader]
    today: date
    closes: date
    grace: date
    row: HandIn | None
    answerer: Person | None = None

    @property
    def open(self) -> bool:
        return self.today <= self.grace


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a hand-in: None in `row` when the sheet had closed; `again`: it replaced an earlier one."""

    sheet: Sheet
    row: HandIn | None
    again: bool


async def show(session: Session, person: Person | None, delivery_id: int, now: datetime) -> Sheet:
    """The worksheet of a prompt, for a teacher of its group. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, group, lesson = await deliveries.opened(session, person, delivery_id, Action.REFLECT, "w")
    if lesson.worksheet is None:
        raise Gone
    row = await session.scalar(
        select(HandIn).where(HandIn.delivery_id == delivery.id, HandIn.person_id == person.id)
    )  # fmt: skip
    answerer = await session.get(Person, row.answered_by) if row is not None and row.answered_by else None
    zone = (person.zone or group.zone) if delivery.person_id else group.zone
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    days = days.with_week(person.workdays if delivery.person_id else None)
    closes, grace = window(delivery.day, lesson.worksheet, days)
    found = await readers.of_group(session, group.id, person)
    return Sheet(delivery, group, lesson, found, calendar.local_day(now, zone), closes, grace, row, answerer)


def window(day: date, sheet: Worksheet, days: SchoolCalendar) -> tuple[date, date]:
    """The last day it is open and the last day of grace: school days, counted from the day after the prompt."""
    ahead = days.open_days_after(day, sheet.days + sheet.grace)
    if len(ahead) < sheet.days + sheet.grace:  # a calendar without school days does not close anything
        return day + _LONG, day + _LONG
    return ahead[sheet.days - 1], ahead[-1]


async def hand_in(session: Session, person: Person | None, delivery_id: int, sent: Sent, now: datetime) -> Handed:
    """Keep what the teacher made of it; until it is answered a later one replaces it. The answer's clock starts here.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal for one that was answered already.
    """
    sheet = await show(session, person, delivery_id, now)
    if not sheet.open:
        return Handed(sheet, None, False)
    if person is None or sent.medium not in MEDIA:
        raise Gone
    row = {
        "delivery_id": sheet.delivery.id, "person_id": person.id, "medium": sent.medium, "text": sent.text,
        "file_id": sent.file_id, "seconds": sent.seconds, "late": sheet.today > sheet.closes, "handed_at": now,
    }  # fmt: skip
    statement = insert(session, HandIn).values(row)
    newest = {name: statement.excluded[name] for name in _REPLACED}
    kept = await session.scalars(
        statement.on_conflict_do_update(
            index_elements=["delivery_id", "person_id"], set_=newest, where=HandIn.answered_at.is_(None)
        ).returning(HandIn),
        execution_options={"populate_existing": True},
    )
    found = kept.one_or_none()
    if found is None:
        raise Refusal("means.sheet.answered_already")
    return Handed(sheet, found, sheet.row is not None)


def words(sheet: Sheet, say: Texts) -> tuple[str, list[list[Button]]]:
    """The worksheet before anything is sent: its items, until when, who reads it, and what came of it so far."""
    text = sheet.lesson.text(say.language).worksheet
    if text is None:
        raise Gone
    items = "\n".join(say.plain("means.sheet.item", number=at, words=one) for at, one in enumerate(text.items, 1))
    parts = [say("means.sheet.words", title=text.title, items=items)]
    reflect = [[button(say.plain("learning.button.reflect"), f"refl:{sheet.delivery.id}")]]
    if sheet.row is not None and sheet.row.answered_at is not None:
        return "\n\n".join([*parts, *_answered(sheet, say)]), reflect
    handed = [say("means.sheet.handed", day=_day(sheet, say))] if sheet.row is not None else []
    if not sheet.open:
        closed = [say("means.sheet.closed", day=calendar.spoken(sheet.grace, say))]
        return "\n\n".join([*parts, *(handed and worked(sheet.lesson, say)), *closed]), reflect
    until = "means.sheet.open_until" if sheet.today <= sheet.closes else "means.sheet.still_until"
    day = calendar.spoken(sheet.closes if sheet.today <= sheet.closes else sheet.grace, say)
    parts.append(say(until, day=day) + "\n" + say("means.sheet.reader", reader=_reader(sheet, say)))
    return "\n\n".join([*parts, *handed, say("means.sheet.how")]), []


def thanks(done: Handed, say: Texts) -> tuple[str, list[list[Button]]]:
    """After handing in: who reads it, and the worked answer; after the last day, how it may still be told."""
    sheet, text = done.sheet, done.sheet.lesson.text(say.language)
    if done.row is None or text.worksheet is None:
        day = calendar.spoken(sheet.grace, say)
        row = [button(say.plain("learning.button.reflect"), f"refl:{sheet.delivery.id}")]
        return say("means.sheet.closed", day=day), [row]
    rows = [[button(say.plain("means.sheet.again"), f"sheet:{sheet.delivery.id}")]]
    if done.again and sheet.readers:
        return say("means.sheet.replaced", reader=_reader(sheet, say)), rows
    if done.again:
        return say("means.sheet.replaced_alone"), rows
    if sheet.readers:
        kept = say("means.sheet.kept", title=text.worksheet.title, reader=_reader(sheet, say))
    else:
        kept = say("means.sheet.kept_alone", title=text.worksheet.title)
    return "\n\n".join([kept, *worked(sheet.lesson, say)]), rows


def worked(lesson: Lesson, say: Texts) -> list[str]:
    """The worked answer, where the lesson has one."""
    answer = lesson.text(say.language).answer
    return [say("means.answer", words=answer)] if answer else []


def spoken(sheet: Sheet, chat_id: int, say: Texts, key: str) -> list[Draft]:
    """The voice note that answered the worksheet, to be heard once more; empty where there is none."""
    row = sheet.row
    if row is None or not row.answer_file_id:
        return []
    title = title_of(sheet.lesson, say.language)
    heading = say("means.sheet_answer.brought", name=_answerer(sheet, say), title=title)
    note = Note(row.answer, row.answer_file_id, row.answer_seconds)
    letter_key, about = f"{ANSWERED}{row.id}@{key}", {"person_id": row.person_id, "group_id": sheet.group.id}
    return [shown(note, chat_id, say, heading, key=letter_key, **about)]


def _answered(sheet: Sheet, say: Texts) -> Sequence[str]:
    row, name = sheet.row, _answerer(sheet, say)
    if row is not None and row.answer_file_id:
        told = say("means.sheet.answered_by_voice", name=name)
    elif row is not None and row.answer:
        told = say("means.sheet.answered_by_words", name=name, words=clipped(row.answer, ANSWER))
    else:  # who answered has had it deleted since
        told = say("means.sheet.answer_gone")
    return [told, *worked(sheet.lesson, say)]


def _answerer(sheet: Sheet, say: Texts) -> str:
    if sheet.answerer is None:
        return say.plain("community.address.colleague")
    return people.display(sheet.answerer, say)


def _reader(sheet: Sheet, say: Texts) -> str:
    return readers.audience_named("coach", sheet.readers, sheet.group.title, say)


def _day(sheet: Sheet, say: Texts) -> str:
    handed = sheet.row.handed_at if sheet.row is not None else None
    return calendar.spoken(calendar.local_day(handed, sheet.group.zone), say) if handed else ""
