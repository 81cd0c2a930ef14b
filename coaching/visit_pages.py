"""Visits as pages: a series to begin or to end, and one visit to be moved or called off."""

from datetime import UTC, datetime

from coaching import free_periods, said_times, series, sessions, visit_letters, visits
from coaching.pages import Page
from coaching.session_letters import described, reason_of, when, zone_of
from coaching.visits import Visit
from community import people
from community.notes import clipped
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button, document
from storage.models import Person

_LAST = 4_000_000_000  # the latest second that a button may name


async def of_group(session: Session, person: Person | None, group_id: int, say: Texts, note: str = "") -> Page:
    """One's own visits to a group, and the hours at which they may begin. Raises NeedsConsent, Gone, NotAllowed."""
    group, found = await series.of_group(session, person, group_id)
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
    """From now on every fortnight. Raises as series.begin."""
    row = await series.begin(session, person, group_id, weekday, hour, now)
    group, _ = await series.of_group(session, person, group_id)
    at = when(row.starts_at, zone_of(person, group) if person else group.zone, say)
    return await of_group(session, person, group_id, say, say("sessions.series.begun", when=at))


async def of_visit(
    session: Session, person: Person | None, session_id: int, say: Texts, now: datetime, note: str = ""
) -> Page:
    """One visit, who is part of it, and what can be done. Raises NeedsConsent, Gone."""
    found = await visits.take(session, person, session_id)
    row, begun = found.row, found.row.starts_at is not None and found.row.starts_at <= now
    state = "past" if row.state == "agreed" and begun else row.state
    names = [people.display(one, say) for one in await visits.them(session, row.id)]
    said = {"group": found.group.title, "what": described(row, zone_of(found.person, found.group), say)}
    words = say(f"sessions.series.is_{state}", reason=clipped(reason_of(row, say), 200), **said)
    who = say("sessions.series.who", names=say.plain("coaching.and").join(names))
    rows = _can_be_done(found, begun, say)
    return "\n\n".join([*([note] if note else []), words, who]), [*rows, _to_group(found, say)]


def _can_be_done(found: Visit, begun: bool, say: Texts) -> list[list[Button]]:
    row = found.row
    if row.state in ("agreed", "held") and begun:
        labels = ((say.plain("sessions.button.took_place"), 1), (say.plain("sessions.button.not_taken"), 0))
        return [[button(label, f"vismet:{row.id}:{yes}") for label, yes in labels]]
    if row.state != "agreed":
        return []
    return [*visit_letters.changes(row, say), [button(say.plain("sessions.button.file"), f"visics:{row.id}")]]


def _to_group(found: Visit, say: Texts) -> list[Button]:
    return [button(say.plain("meetings.button.back"), f"mtg:{found.group.id}")]


def _back(session_id: int, say: Texts) -> list[Button]:
    return [button(say.plain("meetings.button.back"), f"vst:{session_id}")]


async def moving(session: Session, person: Person | None, session_id: int, say: Texts, now: datetime) -> Page:
    """To when? A time that fits with a tap, or in words. Raises NeedsConsent, Gone, NotNow."""
    found, fitting = await visits.times(session, person, session_id, now)
    zone = zone_of(found.person, found.group)
    rows = [[button(when(one, zone, say)[:60], f"visat:{session_id}:{int(one.timestamp())}")] for one in fitting]
    what = "which" if rows else "which_none"
    return say(f"sessions.series.move_{what}", what=described(found.row, zone, say)), [*rows, _back(session_id, say)]


async def why_moved(
    session: Session, person: Person | None, session_id: int, seconds: int, say: Texts, now: datetime
) -> Page:
    """Why to that time? Raises NeedsConsent, Gone, NotNow, Refusal for a time at which nobody may be asked to meet."""
    found, moment = await visits.still_to_come(session, person, session_id, now), at(seconds)
    await visits.checked(session, found, moment, now)
    rows = [
        [button(say.plain(f"sessions.reason.{one}"), f"visat:{session_id}:{seconds}:{one}")] for one in sessions.REASONS
    ]
    words = say("sessions.series.move_why", when=when(moment, zone_of(found.person, found.group), say))
    return words, [*rows, _back(session_id, say)]


async def typed(
    session: Session, person: Person | None, session_id: int, said: str, say: Texts, now: datetime
) -> tuple[int, Page]:
    """The seconds of the time that was typed, and why_moved. Raises as that, Refusal for what is not understood."""
    found = await visits.still_to_come(session, person, session_id, now)
    moment = said_times.understood(said, zone_of(found.person, found.group), now)
    if moment is None:
        raise Refusal("sessions.offer.one_not_read")
    seconds = int(moment.timestamp())
    return seconds, await why_moved(session, person, session_id, seconds, say, now)


def at(seconds: int) -> datetime:
    """The moment a button names."""
    return datetime.fromtimestamp(min(seconds, _LAST), UTC)


async def moved(
    session: Session, person: Person | None, session_id: int, seconds: int, reason: str, say: Texts, now: datetime
) -> Page:
    """It is. Raises as visits.move."""
    await visits.move(session, person, session_id, at(seconds), reason, now)
    return await of_visit(session, person, session_id, say, now, say("sessions.series.done_move"))


async def why(session: Session, person: Person | None, session_id: int, say: Texts, now: datetime) -> Page:
    """Why not this time? Raises NeedsConsent, Gone, NotNow."""
    await visits.still_to_come(session, person, session_id, now)
    rows = [[button(say.plain(f"sessions.reason.{one}"), f"visoff:{session_id}:{one}")] for one in sessions.REASONS]
    return say("sessions.series.why"), [*rows, _back(session_id, say)]


async def file(session: Session, person: Person | None, session_id: int, say: Texts, now: datetime) -> Draft:
    """The calendar file once more. Raises NeedsConsent, Gone, NotNow."""
    found = await visits.still_to_come(session, person, session_id, now)
    digest, caption = await visit_letters.calendar_file(session, found.group, found.row, found.person, now)
    return document(found.person.tg_user_id or 0, digest, caption, person_id=found.person.id)
