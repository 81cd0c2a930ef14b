"""Visits as pages: a series to begin or to end, and why one does not take place."""

from datetime import datetime

from coaching import free_periods, sessions, visits
from coaching.pages import Page
from coaching.session_letters import when, zone_of
from content.texts import Texts
from storage.database import Session
from storage.letters import button
from storage.models import Person


async def of_group(session: Session, person: Person | None, group_id: int, say: Texts, note: str = "") -> Page:
    """One's own visits to a group, and the hours at which they may begin. Raises NeedsConsent, Gone, NotAllowed."""
    group, found = await visits.of_group(session, person, group_id)
    parts = [note] if note else []
    parts.append(say("sessions.series.page", group=group.title))
    rows = []
    if person is not None and not found:
        free = sorted((await free_periods.of(session, [person.id]))[person.id])
        names = say.plain("common.weekdays").split()
        rows = [[button(f"{names[day]} {hour:02}.00", f"visnew:{group.id}:{day}:{hour}")] for day, hour in free]
        parts.append(say("sessions.series.which" if rows else "sessions.series.no_free"))
        rows += [] if rows else [[button(say.plain("sessions.button.free"), "free:day")]]
    for one in found:
        at = when(one.starts_at, zone_of(person, group) if person else group.zone, say)
        parts.append(say("sessions.series.line", when=at, n=one.every_days))
        rows.append([button(say.plain("sessions.button.series_end", when=at)[:60], f"visend:{one.id}")])
    return "\n\n".join(parts), [*rows, [button(say.plain("meetings.button.back"), f"mtg:{group.id}")]]


async def begun(
    session: Session, person: Person | None, group_id: int, weekday: int, hour: int, say: Texts, now: datetime
) -> Page:
    """From now on every fortnight. Raises as visits.begin."""
    row = await visits.begin(session, person, group_id, weekday, hour, now)
    group, _ = await visits.of_group(session, person, group_id)
    at = when(row.starts_at, zone_of(person, group) if person else group.zone, say)
    return await of_group(session, person, group_id, say, say("sessions.series.begun", when=at))


async def why(session: Session, person: Person | None, session_id: int, say: Texts) -> Page:
    """Why not this time? Raises NeedsConsent, Gone."""
    await visits.take(session, person, session_id)
    rows = [[button(say.plain(f"sessions.reason.{one}"), f"visoff:{session_id}:{one}")] for one in sessions.REASONS]
    return say("sessions.series.why"), rows
