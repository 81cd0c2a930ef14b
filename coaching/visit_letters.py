"""What is told of a visit: to the group that it comes, to visitor and host in private what concerns them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from coaching import ics, session_times
from coaching.session_letters import FILE, described, reason_of, when, zone_of
from coaching.session_times import DAY_BEFORE, DID_MEET, HOUR_BEFORE
from community import attention, calendar, groups, people
from community.calendar import SchoolCalendar
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, document, message
from storage.models import CoachingSession, Group, Person, SessionSeat, SessionSeries
from storage.outbox import attach, post_many

FIRST = "visit"  # every letter's key begins with it and the session's number
AT_ONCE = 200


def _private(
    person: Person, group: Group, row: CoachingSession, what: str, html: str, rows: list[list[Button]]
) -> list[Draft]:
    return _to(person, group, f"{FIRST}:{row.id}:{what}.{row.version}:{person.id}", html, rows)


def _to(person: Person, group: Group, key: str, html: str, rows: list[list[Button]]) -> list[Draft]:
    if person.tg_user_id is None or not person.reachable or person.consented_at is None:
        return []
    return [
        message(
            person.tg_user_id, html, buttons=rows, key=key, lane=Lane.REMINDER, person_id=person.id, group_id=group.id
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
        drafts += _private(one, group, row, what, say(f"sessions.series.{what}", **said), changes(row, say))
        drafts += await _file(session, group, row, one, now)
    drafts += await _to_group(session, group, row, "invited", visitor)
    await _send(session, group, drafts, days, now)


def changes(row: CoachingSession, say: Texts) -> list[list[Button]]:
    """To move it, and to call it off."""
    return [[
        button(say.plain("sessions.button.move"), f"vismv:{row.id}"),
        button(say.plain("sessions.button.visit_off"), f"visoff:{row.id}"),
    ]]  # fmt: skip


async def moved(
    session: Session, group: Group, row: CoachingSession, by: Person, before: datetime, now: datetime
) -> None:
    """Another time: the others read why and may change it again, all get the new file, the group learns the time."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    drafts: list[Draft] = []
    for one in (await _them(session, [row]))[row.id]:
        say, zone = Texts(one.language), zone_of(one, group)
        if one.id != by.id:
            said = {"name": people.display(by, say), "group": group.title, "reason": reason_of(row, say)}
            said |= {"before": when(before, zone, say), "what": described(row, zone, say)}
            drafts += _private(one, group, row, "moved", say("sessions.series.moved", **said), changes(row, say))
        drafts += await _file(session, group, row, one, now)
    drafts += await _to_group(session, group, row, "group_moved", by, before)
    await _send(session, group, drafts, days, now)


async def called_off(session: Session, group: Group, row: CoachingSession, by: Person, now: datetime) -> None:
    """The others of the visit learn why it does not take place, calendars take it out, the group learns of it."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    drafts: list[Draft] = []
    for one in (await _them(session, [row]))[row.id]:
        say = Texts(one.language)
        if one.id != by.id:
            said = {"name": people.display(by, say), "group": group.title, "reason": reason_of(row, say)}
            words = say("sessions.series.cancelled", what=described(row, zone_of(one, group), say), **said)
            drafts += _private(one, group, row, "off", words, [])
        drafts += await _file(session, group, row, one, now, is_off=True)
    drafts += await _to_group(session, group, row, "group_off", by)
    await _send(session, group, drafts, days, now)


async def _file(
    session: Session, group: Group, row: CoachingSession, reader: Person, now: datetime, *, is_off: bool = False
) -> list[Draft]:
    if reader.tg_user_id is None or not reader.reachable or reader.consented_at is None:
        return []
    digest, caption = await calendar_file(session, group, row, reader, now, is_off=is_off)
    key = f"{FIRST}:{row.id}:{'unfile' if is_off else 'file'}.{row.version}:{reader.id}"
    about = {"person_id": reader.id, "group_id": group.id, "not_after": row.starts_at}
    return [document(reader.tg_user_id, digest, caption, key=key, lane=Lane.REMINDER, **about)]


async def calendar_file(
    session: Session, group: Group, row: CoachingSession, reader: Person, now: datetime, *, is_off: bool = False
) -> tuple[str, str]:
    """The attachment and its caption (HTML), in the reader's words."""
    say, starts = Texts(reader.language), row.starts_at or now
    title = say.plain("sessions.series.title", group=group.title)
    one = ics.Appointment(f"sesi-{row.id}", row.version, starts, row.minutes, title, row.place or "", is_off)
    digest = await attach(session, FILE, ics.file(one, now), now, reader.id)
    return digest, say("sessions.file.off" if is_off else "sessions.file.caption")


async def _to_group(
    session: Session, group: Group, row: CoachingSession, what: str, visitor: Person, before: datetime | None = None
) -> list[Draft]:
    """What the group is told; who moved it or called it off, and why, stays among those who meet."""
    if not groups.is_active(group):
        return []
    say = Texts(group.language)
    said = {"name": people.display(visitor, say), "group": group.title, "what": described(row, group.zone, say)}
    said["before"] = when(before, group.zone, say) if before else ""
    chat, key = await groups.current_chat(session, group.id), f"{FIRST}:{row.id}:{what}.{row.version}"
    words = say(f"sessions.series.{what}", **said)
    return [message(chat, words, key=key, lane=Lane.REMINDER, group_id=group.id, not_after=row.starts_at)]


async def not_found(
    session: Session, group: Group, series: SessionSeries, visitor: Person, days: SchoolCalendar, now: datetime
) -> None:
    """This fortnight everybody is taken at that hour: who visits learns it, and when the next one would be."""
    say, zone = Texts(visitor.language), zone_of(visitor, group)
    after = series.starts_at + timedelta(days=series.every_days)
    said = {"group": group.title, "when": when(series.starts_at, zone, say), "next": when(after, zone, say)}
    rows = [[button(say.plain("sessions.button.series_new"), f"vis:{group.id}")]]
    key = f"{FIRST}:none:{series.id}:{series.starts_at:%Y%m%d}"
    await _send(session, group, _to(visitor, group, key, say("sessions.series.not_found", **said), rows), days, now)


async def proposed(
    session: Session, group: Group, coach: Person, hours: Sequence[tuple[int, int]], days: SchoolCalendar, now: datetime
) -> None:
    """Visits every fortnight, at one of these free hours (weekday, hour)?"""
    say = Texts(coach.language)
    names = say.plain("common.weekdays").split()
    rows = [[button(f"{names[day]} {hour:02}.00", f"visnew:{group.id}:{day}:{hour}")] for day, hour in hours]
    words, key = say("sessions.series.proposed", group=group.title), f"{FIRST}:ask:{group.id}:{coach.id}"
    await _send(session, group, _to(coach, group, key, words, rows), days, now)


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
    rows = [[button(say.plain("sessions.button.open"), f"vst:{row.id}")]]
    if stage == DID_MEET:
        rows = [[
            button(say.plain("sessions.button.met"), f"vismet:{row.id}:1"),
            button(say.plain("sessions.button.not_met"), f"vismet:{row.id}:0"),
        ]]  # fmt: skip
    words = say(f"sessions.series.{kind}", group=group.title, what=described(row, zone_of(person, group), say))
    return _private(person, group, row, kind, words, rows)
