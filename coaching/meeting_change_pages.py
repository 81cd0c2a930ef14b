"""Pages on which a group's meeting is moved or called off: to when, and why."""

from datetime import UTC, datetime

from coaching import meeting_changes, meeting_pages, said_times
from coaching.meeting_changes import REASONS
from coaching.pages import Page
from coaching.session_letters import when, zone_of
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person

_LAST = 4_000_000_000  # the latest second that a button may name


def _back(meeting_id: int, say: Texts) -> list[Button]:
    return [button(say.plain("meetings.button.back"), f"mt:{meeting_id}")]


def _why(base: str, say: Texts) -> list[list[Button]]:
    return [[button(say.plain(f"sessions.reason.{one}"), f"{base}:{one}")] for one in REASONS]


async def why_off(session: Session, person: Person | None, meeting_id: int, say: Texts, now: datetime) -> Page:
    """Why does it not take place? Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    await meeting_changes.to_come(session, person, meeting_id, now)
    return say("meetings.change.why_off"), [*_why(f"mtoff:{meeting_id}", say), _back(meeting_id, say)]


async def moving(session: Session, person: Person | None, meeting_id: int, say: Texts, now: datetime) -> Page:
    """To when? Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await meeting_changes.to_come(session, person, meeting_id, now)
    zone = zone_of(found.person, found.group)
    rows = [
        [button(when(one, zone, say)[:60], f"mtto:{meeting_id}:{int(one.timestamp())}")]
        for one in await meeting_changes.times(session, found, now)
    ]
    words = say("meetings.change.when", when=when(found.row.starts_at, zone, say))
    return words, [*rows, _back(meeting_id, say)]


async def why_moved(
    session: Session, person: Person | None, meeting_id: int, seconds: int, say: Texts, now: datetime
) -> Page:
    """Why then? Raises as moving, Refusal for a time at which the group cannot meet."""
    found = await meeting_changes.to_come(session, person, meeting_id, now)
    moment = await meeting_changes.checked(session, found, at(seconds), now)
    words = say("meetings.change.why_then", when=when(moment, zone_of(found.person, found.group), say))
    return words, [*_why(f"mtto:{meeting_id}:{seconds}", say), _back(meeting_id, say)]


async def typed(
    session: Session, person: Person | None, meeting_id: int, said: str, say: Texts, now: datetime
) -> tuple[int, Page]:
    """The seconds of the time that was typed, and why_moved. Raises as that, Refusal for what is not understood."""
    found = await meeting_changes.to_come(session, person, meeting_id, now)
    moment = said_times.understood(said, zone_of(found.person, found.group), now)
    if moment is None:
        raise Refusal("sessions.offer.one_not_read")
    seconds = int(moment.timestamp())
    return seconds, await why_moved(session, person, meeting_id, seconds, say, now)


def at(seconds: int) -> datetime:
    """The moment a button names."""
    return datetime.fromtimestamp(min(seconds, _LAST), UTC)


async def moved(
    session: Session, person: Person | None, meeting_id: int, seconds: int, reason: str, say: Texts, now: datetime
) -> Page:
    """It is. Raises as meeting_changes.move."""
    await meeting_changes.move(session, person, meeting_id, at(seconds), reason, now)
    return await meeting_pages.of_meeting(session, person, meeting_id, say, now, say("meetings.change.moved"))


async def called_off(
    session: Session, person: Person | None, meeting_id: int, reason: str, say: Texts, now: datetime
) -> Page:
    """It is. Raises as meeting_changes.call_off."""
    found = await meeting_changes.call_off(session, person, meeting_id, reason, now)
    return await meeting_pages.of_group(session, person, found.group.id, say, say("meetings.called_off"))


async def not_held(session: Session, person: Person | None, meeting_id: int, say: Texts, now: datetime) -> Page:
    """It did not take place. Raises as meeting_changes.not_held."""
    found = await meeting_changes.not_held(session, person, meeting_id, now)
    return await meeting_pages.of_group(session, person, found.group.id, say, say("meetings.change.not_held"))
