"""What a teacher brings to the weekly meeting: one sentence a part, about pupils' work, without their names."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from community import calendar, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.texts import LANGUAGES, Texts
from learning import agenda, agenda_letters, course_events
from learning.agenda import Dated
from learning.agenda_letters import PARTS
from storage.database import Session
from storage.models import AgendaNote, Group, GroupChat, Person, Programme, ProgrammeEvent

LONGEST = 160  # characters of a note
_NAME = r"[A-Z][a-z']{2,}(?: [A-Z][a-z']+)?"
_LIST = re.compile(rf"\b{_NAME}(?:\s*(?:,|;|&|\bdan\b|\band\b)+\s*(?:dan |and )?{_NAME})+")


@dataclass(frozen=True, slots=True)
class Invited:
    """A teacher may write this part for that meeting of the group."""

    group: Group
    meeting: Dated
    part: str


async def invite(session: Session, person: Person | None, group_id: int, part: str, now: datetime) -> Invited:
    """Raises NeedsConsent, NotAllowed for who does not teach here, and a Refusal where no meeting is planned."""
    if person is None:
        raise NeedsConsent
    try:
        await rights.require(session, person, Action.REFLECT, group_id)
    except NotAllowed:
        raise NotAllowed("learning.join_first") from None
    group = await session.get(Group, group_id)
    if group is None or part not in PARTS:
        raise Refusal("course.not_possible")
    meeting = await agenda.meeting_of(session, group)
    programme = (await course_events.running(session, [group_id])).get(group_id)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    dated = agenda.upcoming(meeting, days, group.zone, now) if meeting else None
    if dated is None or not agenda.has_agenda(programme, dated.day):
        raise Refusal("course.agenda.no_meeting")
    return Invited(group, dated, part)


async def keep(
    session: Session, person: Person | None, group_id: int, part: str, text: str, now: datetime, *, sure: bool = False
) -> Invited | None:
    """Store one sentence for the next meeting in place of an earlier one; the group reads it without its author.

    None, and nothing stored, for what looks like names of pupils, unless the teacher is ``sure``. Raises as invite, and
    a Refusal for words that are none or too many.
    """
    found = await invite(session, person, group_id, part, now)
    assert person is not None
    words = " ".join(text.split())
    if not words:
        raise Refusal("course.agenda.empty")
    if len(words) > LONGEST:
        raise Refusal("course.agenda.too_long", most=LONGEST)
    if not sure and looks_like_names(words):
        return None
    week = found.meeting.week
    own = (AgendaNote.group_id == group_id, AgendaNote.person_id == person.id, AgendaNote.week == week)
    await session.execute(delete(AgendaNote).where(*own, AgendaNote.part == part))
    note = AgendaNote(group_id=group_id, person_id=person.id, week=week, part=part, text=words, created_at=now)
    session.add(note)
    await session.flush()
    chat = select(GroupChat.tg_chat_id).where(GroupChat.group_id == group_id, GroupChat.current.is_(True))
    chat_id = await session.scalar(chat)
    if chat_id is not None:
        await agenda_letters.refresh(session, found.group, chat_id, found.meeting, note.id, now)
    return found


def looks_like_names(words: str) -> bool:
    """Are two or more words with a capital letter listed, which are not subjects or the like?"""
    known = {word for language in LANGUAGES for word in Texts(language).plain("course.agenda.not_names").split()}
    for listed in _LIST.finditer(words):
        names = re.findall(_NAME, listed.group())
        if sum(not set(name.split()) & known for name in names) >= 2:
            return True
    return False


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """The person's notes, and what they began and did on programme clocks, oldest first, as plain JSON."""
    notes = await session.execute(
        select(AgendaNote, Group.title)
        .join(Group, Group.id == AgendaNote.group_id)
        .where(AgendaNote.person_id == person.id)
        .order_by(AgendaNote.created_at, AgendaNote.id)
    )
    done = await session.execute(
        select(ProgrammeEvent.name, ProgrammeEvent.done_at, Group.title)
        .join(Group, Group.id == ProgrammeEvent.group_id)
        .where(ProgrammeEvent.done_by == person.id)
        .order_by(ProgrammeEvent.done_at, ProgrammeEvent.id)
    )
    begun = select(Programme).where(Programme.created_by == person.id).order_by(Programme.id)
    return {
        "agenda_notes": [
            {"group": title, "week": note.week.isoformat(), "part": note.part, "text": note.text,
             "created_at": note.created_at.isoformat()}
            for note, title in notes
        ],
        "programme_events_done": [
            {"group": title, "name": name, "done_at": at.isoformat() if at else None} for name, at, title in done
        ],
        "programmes_begun": [
            {"title": one.title, "created_at": one.created_at.isoformat()} for one in await session.scalars(begun)
        ],
    }  # fmt: skip


async def texts(session: Session, person: Person) -> list[str]:
    """What the person wrote here, by which letters that quote it are recognised."""
    return list(await session.scalars(select(AgendaNote.text).where(AgendaNote.person_id == person.id)))


async def forget(session: Session, person: Person) -> None:
    """The notes go; a programme and what was done in it stay, without whose it was."""
    for statement in (
        delete(AgendaNote).where(AgendaNote.person_id == person.id),
        update(ProgrammeEvent).where(ProgrammeEvent.done_by == person.id).values(done_by=None),
        update(Programme).where(Programme.created_by == person.id).values(created_by=None),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
