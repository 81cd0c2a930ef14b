"""What is told of a visit: to the group that it comes, to visitor and host in private what concerns them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from coaching import ics, session_times
from coaching.session_letters import FILE, described, reason_of, zone_of
from coaching.session_times import DAY_BEFORE, DID_MEET, HOUR_BEFORE
from community import attention, calendar, groups, people
from community.calendar import SchoolCalendar
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, document, message
from storage.models import CoachingSession, Group, Person, SessionSeat
from storage.outbox import attach, post_many

FIRST = "visit"  # every letter's key begins with it and the session's number
AT_ONCE = 200


def _private(
    person: Person, group: Group, row: CoachingSession, what: str, html: str, rows: list[list[Button]]
) -> list[Draft]:
    if person.tg_user_id is None or not person.reachable or person.consented_at is None:
        return []
    return [
        message(
            person.tg_user_id, html, buttons=rows, key=f"{FIRST}:{row.id}:{what}.{row.version}:{person.id}",
            lane=Lane.REMINDER, person_id=person.id, group_id=group.id,
        )
    ]  # fmt: skip


async def _send(session: Session, group: Group, drafts: Sequence[Draft], days: SchoolCalendar, now: datetime) -> None:
    held = [replace(one, due_at=days.awake_after(now, group.zone)) for one in drafts]
    await attention.counted(session, [one for one in held if one.person_id is not None], now)
    await post_many(session, held, now)


async def announced(
    session: Session, group: Group, row: CoachingSession, visitor: Person, them: Sequence[Person],
    days: SchoolCalendar, now: datetime,
) -> None:  # fmt: skip
    """The invitation: to the group, to the host with a way to say no, to the visitor; both with a calendar file."""
    drafts: list[Draft] = []
    for one in them:
        say, zone = Texts(one.language), zone_of(one, group)
        what = "own" if one.id == visitor.id else "host"
        said = {"name": people.display(visitor, say), "group": group.title, "what": described(row, zone, say)}
        rows = [[button(say.plain("sessions.button.visit_off"), f"visoff:{row.id}")]]
        drafts += _private(one, group, row, what, say(f"sessions.series.{what}", **said), rows)
        title = say.plain("sessions.series.title", group=group.title)
        starts = row.starts_at or now
        content = ics.file(ics.Appointment(f"sesi-{row.id}", row.version, starts, row.minutes, title), now)
        digest = await attach(session, FILE, content, now, one.id)
        if drafts and one.tg_user_id is not None and one.reachable:
            key = f"{FIRST}:{row.id}:file.{row.version}:{one.id}"
            about = (one.tg_user_id, digest, say("sessions.file.caption"))
            drafts.append(document(*about, key=key, lane=Lane.REMINDER, person_id=one.id, group_id=group.id))
    if groups.is_active(group):
        say = Texts(group.language)
        said = {"name": people.display(visitor, say), "group": group.title, "what": described(row, group.zone, say)}
        chat = await groups.current_chat(session, group.id)
        key = f"{FIRST}:{row.id}:group"
        drafts.append(
            message(chat, say("sessions.series.invited", **said), key=key, lane=Lane.REMINDER, group_id=group.id)
        )
    await _send(session, group, drafts, days, now)


async def called_off(session: Session, group: Group, row: CoachingSession, by: Person, now: datetime) -> None:
    """The others of the visit learn why it does not take place."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    drafts: list[Draft] = []
    for one in (await _them(session, [row]))[row.id]:
        if one.id != by.id:
            say = Texts(one.language)
            said = {"name": people.display(by, say), "group": group.title, "reason": reason_of(row, say)}
            words = say("sessions.series.cancelled", what=described(row, zone_of(one, group), say), **said)
            drafts += _private(one, group, row, "off", words, [])
    await _send(session, group, drafts, days, now)


async def _them(session: Session, rows: Sequence[CoachingSession]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    seated = await session.execute(
        select(SessionSeat.session_id, Person)
        .join(Person, Person.id == SessionSeat.person_id)
        .where(among(session, SessionSeat.session_id, [row.id for row in rows]), Person.consented_at.is_not(None))
        .order_by(SessionSeat.person_id)
    )
    for number, person in seated:
        found[number].append(person)
    return found


async def remind_due(session: Session, now: datetime) -> int:
    """As session_times.remind_due, for visits: the day before, an hour before, and whether it took place."""
    rows = await session.execute(
        select(CoachingSession, Group)
        .join(Group, Group.id == CoachingSession.group_id)
        .where(CoachingSession.remind_at <= now, CoachingSession.cycle_id.is_(None), CoachingSession.state == "agreed")
        .order_by(CoachingSession.remind_at, CoachingSession.id)
        .limit(AT_ONCE)
        .with_for_update(of=CoachingSession, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    if not found:
        return 0
    days = await calendar.calendars_of(session, {group.school_id for _, group in found})
    them = await _them(session, [row for row, _ in found])
    drafts: list[Draft] = []
    for row, group in found:
        stage, here = session_times.stage_of(row, now), days[group.school_id]
        if stage is not None and group.state != "left":
            for one in them[row.id]:
                told = _reminder(row, group, one, stage)
                drafts += [replace(draft, due_at=here.awake_after(now, group.zone)) for draft in told]
        after = DID_MEET if stage is None else stage + 1
        row.remind_at, row.reminded = session_times.word(
            here, row.starts_at or now, row.minutes, group.zone, after, now
        )
    await session.flush()
    await attention.counted(session, drafts, now)
    await post_many(session, drafts, now)
    return len(found)


def _reminder(row: CoachingSession, group: Group, person: Person, stage: int) -> list[Draft]:
    say = Texts(person.language)
    kind = {DAY_BEFORE: "tomorrow", HOUR_BEFORE: "soon", DID_MEET: "did_meet"}[stage]
    rows = []
    if stage == DID_MEET:
        rows = [[
            button(say.plain("sessions.button.met"), f"vismet:{row.id}:1"),
            button(say.plain("sessions.button.not_met"), f"vismet:{row.id}:0"),
        ]]  # fmt: skip
    words = say(f"sessions.series.{kind}", group=group.title, what=described(row, zone_of(person, group), say))
    return _private(person, group, row, kind, words, rows)
