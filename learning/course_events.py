"""What the programme clock tells: events that are due, to those they are for, each once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import aliased

from community import budget, calendar, leaves
from community.calendar import SchoolCalendar
from content import courses
from content.courses import Course, Event
from content.texts import Texts
from learning.course_days import WALL, month_of
from learning.due import evening
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Group, GroupChat, Membership, Person, Programme, ProgrammeEvent
from storage.outbox import called_off, post_many

AT_ONCE = 200
TOO_OLD = timedelta(days=30)  # later than that it is shown in /program, and nobody is written to any more
MINUTES = 1  # that a letter costs
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Told:
    """An event whose moment has come, in one group."""

    row: ProgrammeEvent
    programme: Programme
    group: Group
    chat_id: int
    course: Course
    event: Event
    days: SchoolCalendar

    @property
    def key(self) -> str:
        """Begins the keys of its letters."""
        return key_of(self.row, self.group)

    def debt(self, person_id: int) -> str:
        """The letter to one person."""
        return f"{self.key}:{person_id}"


def key_of(row: ProgrammeEvent, group: Group) -> str:
    """What is owed because of an event: with its day, since put off by a week it is another debt."""
    return f"course:{row.id}:{calendar.local_day(row.due_at, group.zone):%Y%m%d}"


async def running(session: Session, group_ids: Collection[int]) -> dict[int, Programme]:
    """The programme whose clock each of these groups goes by now; one query."""
    rows = await session.execute(
        select(ProgrammeEvent.group_id, Programme)
        .join(Programme, Programme.id == ProgrammeEvent.programme_id)
        .where(among(session, ProgrammeEvent.group_id, group_ids), Programme.ended_at.is_(None))
        .distinct()
        .order_by(Programme.id)
    )
    return {group_id: programme for group_id, programme in rows if programme.clock in courses.house()}


async def tell_due(session: Session, now: datetime) -> int:
    """Write the letters of the events that are due; gives how many events were looked at.

    Queries: a fixed number for up to AT_ONCE events, besides one for each moment to which a closed day moves some.
    Of visits that an outage has piled up only the newest is told.
    """
    found = await _claimed(session, now)
    if not found:
        return 0
    days = await calendar.calendars_of(session, {group.school_id for _, _, group, *_ in found})
    waits: dict[datetime, list[int]] = defaultdict(list)
    settled: list[int] = []
    told: list[Told] = []
    for row, programme, group, chat_id, superseded in found:
        theirs = days[group.school_id]
        if not theirs.is_open(calendar.local_day(now, group.zone)) or theirs.is_quiet(now, group.zone):
            waits[_later(theirs, now, group.zone)].append(row.id)
            continue
        settled.append(row.id)
        course = courses.house().get(programme.clock or "")
        event = course.event(row.name) if course else None
        if course and event and not superseded:
            told.append(Told(row, programme, group, chat_id, course, event, theirs))
    for moment, ids in waits.items():
        await _set(session, ids, due_at=moment)
    await _set(session, settled, told_at=now)
    await post_many(session, [*_to_groups(told, now), *await _to_people(session, told, now)], now)
    return len(found)


async def _claimed(
    session: Session, now: datetime
) -> list[tuple[ProgrammeEvent, Programme, Group, int, bool]]:  # fmt: skip
    """Events due by now, at most AT_ONCE, locked until the transaction ends; and whether a newer one of them is due."""
    newer = aliased(ProgrammeEvent)
    later = or_(
        newer.due_at > ProgrammeEvent.due_at,
        (newer.due_at == ProgrammeEvent.due_at) & (newer.id > ProgrammeEvent.id),  # moved to the same day
    )
    superseded = exists().where(
        ProgrammeEvent.name.contains("."), newer.programme_id == ProgrammeEvent.programme_id,
        newer.group_id == ProgrammeEvent.group_id, newer.due_at <= now,
        later,
        func.rtrim(newer.name, _DIGITS) == func.rtrim(ProgrammeEvent.name, _DIGITS),
    )  # fmt: skip
    rows = await session.execute(
        select(ProgrammeEvent, Programme, Group, GroupChat.tg_chat_id, superseded)
        .join(Programme, Programme.id == ProgrammeEvent.programme_id)
        .join(Group, Group.id == ProgrammeEvent.group_id)
        .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
        .where(
            ProgrammeEvent.due_at <= now, ProgrammeEvent.due_at > now - TOO_OLD, ProgrammeEvent.told_at.is_(None),
            Programme.ended_at.is_(None), Group.state == "active",
        )
        .order_by(ProgrammeEvent.due_at, ProgrammeEvent.id)
        .limit(AT_ONCE)
        .with_for_update(of=ProgrammeEvent, skip_locked=True)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return [(row, programme, group, chat_id, bool(old)) for row, programme, group, chat_id, old in rows]


def _later(days: SchoolCalendar, now: datetime, zone: str) -> datetime:
    try:
        return days.moment_after(now, WALL, zone, prompt=False)
    except ValueError:
        return now + timedelta(days=7)


async def _set(session: Session, ids: Sequence[int], **values: datetime) -> None:
    if ids:
        await session.execute(
            update(ProgrammeEvent)
            .where(among(session, ProgrammeEvent.id, ids), ProgrammeEvent.told_at.is_(None))
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _to_groups(told: Sequence[Told], now: datetime) -> list[Draft]:
    drafts = []
    for one in told:
        if "group" in one.event.readers:
            say = Texts(one.group.language)
            words = say("course.letter.in_group", title=one.event.title.of(say.language), words=_words(one, say))
            drafts.append(
                message(
                    one.chat_id,
                    words,
                    silent=True,
                    key=f"{one.key}:{one.chat_id}",
                    lane=Lane.REMINDER,
                    group_id=one.group.id,
                    not_after=_evening(one, now),
                )
            )
    return drafts


def _evening(one: Told, now: datetime) -> datetime:
    """When quiet hours begin: what has not gone out by then is still to be seen in /program."""
    return evening(one.days, calendar.local_day(now, one.group.zone), one.group.zone)


def _words(one: Told, say: Texts) -> str:
    return one.event.words.of(say.language)


async def _to_people(session: Session, told: Sequence[Told], now: datetime) -> list[Draft]:
    """One letter for each person and event, also where the event is due in several of their groups."""
    private = {one.row.id: one for one in told if set(one.event.readers) - {"group"}}
    if not private:
        return []
    by_group: dict[int, list[Told]] = defaultdict(list)
    for one in private.values():
        by_group[one.group.id].append(one)
    rows = await session.execute(
        select(Membership.group_id, Membership.role, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, list(by_group)), Membership.until.is_(None),
            Membership.role.in_(["facilitator", "coach", "principal"]),
            Person.consented_at.is_not(None), Person.reachable.is_(True), Person.tg_user_id.is_not(None),
        )
        .order_by(Membership.group_id, Person.id)
    )  # fmt: skip
    letters: dict[tuple[int, int, str], tuple[Person, dict[int, Told]]] = {}
    for group_id, role, person in rows:
        for one in by_group[group_id]:
            if role in one.event.readers:
                key = (person.id, one.programme.id, one.row.name)
                letters.setdefault(key, (person, {}))[1][one.row.id] = one
    debts = {key: {one.debt(person.id) for one in theirs.values()} for key, (person, theirs) in letters.items()}
    off = await called_off(session, {debt for some in debts.values() for debt in some})
    letters = {key: letter for key, letter in letters.items() if not debts[key] & off}
    admitted = await _admitted(session, letters.values(), now)
    return [_letter(person, list(theirs.values()), now) for person, theirs in letters.values() if person.id in admitted]


async def _admitted(
    session: Session, letters: Collection[tuple[Person, dict[int, Told]]], now: datetime
) -> set[int]:  # fmt: skip
    """Who is here and has room in the week's budget."""
    group_of = {person.id: next(iter(theirs.values())).group for person, theirs in letters}
    day_of = {number: calendar.local_day(now, group.zone) for number, group in group_of.items()}
    away: set[int] = set()
    for day in set(day_of.values()):
        away |= await leaves.away(session, [number for number, at in day_of.items() if at == day], day)
    wants = [
        budget.Want(number, group.id, day_of[number], MINUTES)
        for number, group in group_of.items()
        if number not in away
    ]
    return await budget.admit(session, wants)


def _letter(person: Person, theirs: Sequence[Told], now: datetime) -> Draft:
    say, first = Texts(person.language), theirs[0]
    stage = first.course.stage_of(first.row.name)
    month = month_of(first.programme.started_on, calendar.local_day(first.row.due_at, first.group.zone))
    words = say(
        "course.letter.words", title=first.event.title.of(say.language), words=_words(first, say),
        groups=", ".join(one.group.title for one in theirs), month=min(max(month, 1), first.course.months),
        stage=stage.title.of(say.language) if stage else "",
    )  # fmt: skip
    rows = [row for one in theirs for row in buttons(one.event, one.row.id, say, one.group.title * (len(theirs) > 1))]
    return message(
        person.tg_user_id or 0, words, buttons=rows, key=first.debt(person.id), lane=Lane.REMINDER,
        person_id=person.id, group_id=first.group.id, not_after=_evening(first, now),
    )  # fmt: skip


def buttons(event: Event, event_id: int, say: Texts, group: str = "") -> list[list[Button]]:
    """What there is to do about an event; with the group's name where several are meant."""

    def named(key: str, data: str) -> Button:
        label = say.plain(f"course.{key}")
        label = say.plain("course.of_group", label=label, group=group) if group else label
        return button(label[:60], f"{data}:{event_id}")

    rows = [[named("start_pack", "crpack")]] if event.pack else []
    rows += [[named("open_survey", "crsurvey")]] if event.survey else []
    last = [named("done", "crdone")]
    return [*rows, [*last, named("later", "crlater")] if event.may_wait else last]
