"""Sessions as pages: what is arranged in a cycle, three times to offer, and why one is moved or called off."""

from collections.abc import Sequence
from datetime import datetime

from coaching import free_periods, pages, said_times, seats, session_letters, sessions, slots, steps
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.releasing import OPEN
from coaching.rights import Act, may
from coaching.seats import Seat
from coaching.session_letters import described, line, when, zone_of
from community import people
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button, document
from storage.models import CoachingSession, Person

SHOWN = 4  # sessions of a cycle, the newest first; and whatever else is still to come
USUAL = 30  # minutes


def _tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    return button(say.plain(f"sessions.button.{name}", **blanks)[:60], data)


def _back(say: Texts, cycle_id: int) -> list[Button]:
    return [button(say.plain("coaching.button.back"), f"cyc:{cycle_id}")]


async def of_cycle(
    session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime, note: str = ""
) -> Page:
    """What is offered, agreed and held in a cycle, and what can be done. Raises NeedsConsent, Gone."""
    seat = await seats.take(session, person, cycle_id, Act.SEE)
    found, zone = _shown(await sessions.of_cycle(session, seat), now), zone_of(seat.person, seat.group)
    parts = [note] if note else []
    parts.append(say("sessions.page.title", workflow=seat.workflow.title.of(say.language)))
    parts += [line(one, zone, say, now) for one in found] or [say("sessions.page.none")]
    rows = [row for one in found[:1] for row in _of_one(one, seat, zone, say, now)]
    rows += [[_to_one(one, zone, say)] for one in found[1:] if one.state == "agreed"]
    opened = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    if opened is not None and may(seat.side, Act.OFFER_TIMES):
        rows.append([_tap(say, "offer", f"sesof:{cycle_id}")])
    elif opened is not None and may(seat.side, Act.ASK_FOR_TIME) and not (found and found[0].state == "offered"):
        rows.append([_tap(say, "ask", f"sesask:{cycle_id}")])
    if may(seat.side, Act.ANSWER):
        rows.append([_tap(say, "free", "free:day")])
    return "\n\n".join(parts), [*rows, _back(say, cycle_id)]


def _shown(found: Sequence[CoachingSession], now: datetime) -> list[CoachingSession]:
    """The newest, and whatever else is still to come: nobody has to keep what they cannot call off."""
    coming = [one for one in found[SHOWN:] if one.state == "agreed" and not sessions.is_over(one, now)]
    return [*found[:SHOWN], *coming]


def _to_one(row: CoachingSession, zone: str, say: Texts) -> Button:
    """The way to a session that is not the newest."""
    return _tap(say, "one", f"ses1:{row.id}", when=when(row.starts_at, zone, say) if row.starts_at else "")


async def of_one(session: Session, person: Person | None, session_id: int, say: Texts, now: datetime) -> Page:
    """One session alone, with what can be done with it. Raises NeedsConsent, Gone."""
    found = await sessions.take(session, person, session_id, Act.SEE)
    row, seat = found.row, found.seat
    zone = zone_of(seat.person, seat.group)
    title = say("sessions.page.title", workflow=seat.workflow.title.of(say.language))
    back = [button(say.plain("coaching.button.back"), f"ses:{seat.cycle.id}")]
    return f"{title}\n\n{line(row, zone, say, now)}", [*_of_one(row, seat, zone, say, now), back]


def _of_one(row: CoachingSession, seat: Seat, zone: str, say: Texts, now: datetime) -> list[list[Button]]:
    """What can be done with a session from this side."""
    rows: list[list[Button]] = []
    if row.state == "offered" and may(seat.side, Act.PICK_TIME):
        rows += session_letters.choices(row, sessions.starts_of(row), zone, say)
    begun = row.starts_at is not None and row.starts_at <= now
    if row.state in ("agreed", "held") and begun and may(seat.side, Act.SAY_MET):
        rows.append([_tap(say, "met", f"sesmet:{row.id}:1"), _tap(say, "not_met", f"sesmet:{row.id}:0")])
    if row.state not in OPEN or not may(seat.side, Act.CHANGE_SESSION):
        return rows
    if not begun:
        rows.append([_tap(say, "place", f"sesplace:{row.id}")])
    if row.state == "agreed" and not begun:
        rows.append([_tap(say, "file", f"sesics:{row.id}")])
    rows.append([_tap(say, "move", f"sesoff:{row.id}:move"), _tap(say, "cancel", f"sesoff:{row.id}:cancel")])
    return rows


async def offering(
    session: Session, person: Person | None, cycle_id: int, minutes: int, mode: str, say: Texts, now: datetime
) -> Page:
    """Up to three times that fit both, to be offered with one tap. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    minutes, mode = (
        minutes if minutes in slots.LENGTHS else USUAL,
        mode if mode in sessions.MODES else sessions.MODES[0],
    )
    seat, found = await sessions.proposed(session, person, cycle_id, minutes, now)
    zone, base = zone_of(seat.person, seat.group), f"{cycle_id}:{minutes}"
    kind = say.plain(f"sessions.mode.{mode}")
    if found:
        listed = "\n".join(f"• {when(one, zone, say)}" for one in found)
        words = say("sessions.offer.found", times=listed, minutes=minutes, mode=kind)
        rows = [[_tap(say, "offer_these", f"sesgo:{base}:{mode}", n=len(found))]]
    else:
        words, rows = await _why_none(session, seat, say)
    rows.append([_marked(say.plain("sessions.minutes", n=n), n == minutes, f"sesof:{cycle_id}:{n}:{mode}")
                 for n in slots.LENGTHS])  # fmt: skip
    rows.append([_marked(_begins(say.plain(f"sessions.mode.{one}")), one == mode, f"sesof:{base}:{one}")
                 for one in sessions.MODES])  # fmt: skip
    rows.append([_tap(say, "type", f"sestype:{base}:{mode}")])
    return words, [*rows, _back(say, cycle_id)]


def _begins(words: str) -> str:
    """Words that stand inside a sentence elsewhere, as a button."""
    return words[:1].upper() + words[1:]


def _marked(label: str, chosen: bool, data: str) -> Button:
    return button(f"✓ {label}" if chosen else label, data)


async def _why_none(session: Session, seat: Seat, say: Texts) -> tuple[str, list[list[Button]]]:
    """No time fits: because one's own free hours, or the other's, are not known, or because they never meet."""
    them = [one for _, one in await sessions.together(session, seat)]
    free = await free_periods.of(session, [one.id for one in them])
    if not free[seat.person.id]:
        return say("sessions.offer.own_unknown"), [[_tap(say, "free", "free:day")]]
    unknown = [one for one in them if not free[one.id]]
    if unknown:
        names = say.plain("coaching.and").join(people.display(one, say) for one in unknown)
        return say("sessions.offer.unknown", name=names), [[_tap(say, "ask_free", f"sesfree:{seat.cycle.id}")]]
    return say("sessions.offer.never"), [[_tap(say, "free", "free:day")]]


async def offer_found(
    session: Session, person: Person | None, cycle_id: int, minutes: int, mode: str, say: Texts, now: datetime
) -> Page:
    """What fits is offered. Raises as offering, and Refusal where nothing fits any more."""
    _, found = await sessions.proposed(session, person, cycle_id, minutes, now)
    if not found:
        raise Refusal("sessions.offer.gone")
    await sessions.offer(session, person, cycle_id, found, minutes, mode, now)
    return await of_cycle(session, person, cycle_id, say, now, say("sessions.offer.sent"))


async def typing(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """Write the times oneself. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    await steps.at(session, person, cycle_id, Act.OFFER_TIMES)
    return say("sessions.offer.type"), [_back(say, cycle_id)]


async def offer_typed(
    session: Session, person: Person | None, cycle_id: int, minutes: int, mode: str, said: str, say: Texts,
    now: datetime,
) -> Page:  # fmt: skip
    """One time a line, up to three. Raises as sessions.offer, and Refusal where a line is not understood."""
    seat = (await steps.at(session, person, cycle_id, Act.OFFER_TIMES)).seat
    zone = zone_of(seat.person, seat.group)
    lines = [one.strip() for one in said.replace(";", "\n").splitlines() if one.strip()]
    starts = [said_times.understood(one, zone, now) for one in lines[: slots.OFFERED]]
    known = [one for one in starts if one is not None]
    if not known or len(known) < len(starts):
        raise Refusal("sessions.offer.not_read")
    await sessions.offer(session, person, cycle_id, known, minutes, mode, now)
    return await of_cycle(session, person, cycle_id, say, now, say("sessions.offer.sent"))


async def why(session: Session, person: Person | None, session_id: int, act: str, say: Texts) -> Page:
    """Why is it moved or called off? Raises NeedsConsent, Gone, NotAllowed."""
    found = await sessions.take(session, person, session_id, Act.CHANGE_SESSION)
    if act not in ("move", "cancel"):
        raise Gone
    rows = [
        [button(_begins(say.plain(f"sessions.reason.{one}")), f"sesoff:{session_id}:{act}:{one}")]
        for one in sessions.REASONS
    ]
    what = described(found.row, zone_of(found.seat.person, found.seat.group), say)
    return say(f"sessions.change.{act}", what=what), [*rows, _back(say, found.seat.cycle.id)]


async def called_off(
    session: Session, person: Person | None, session_id: int, act: str, reason: str, say: Texts, now: datetime
) -> Page:
    """It is; a coach who moves it offers new times at once. Raises as sessions.call_off."""
    found = await sessions.call_off(session, person, session_id, act, reason, now)
    cycle_id, note = found.seat.cycle.id, say(f"sessions.change.done_{act}")
    if act == "move" and may(found.seat.side, Act.OFFER_TIMES) and found.seat.cycle.state == "active":
        words, rows = await offering(session, person, cycle_id, found.row.minutes, found.row.mode, say, now)
        return f"{note}\n\n{words}", rows
    return await of_cycle(session, person, cycle_id, say, now, note)


async def placing(session: Session, person: Person | None, session_id: int, say: Texts) -> Page:
    """Where will it be? Raises NeedsConsent, Gone, NotAllowed."""
    found = await sessions.take(session, person, session_id, Act.CHANGE_SESSION)
    return say("sessions.change.place"), [_back(say, found.seat.cycle.id)]


async def file(session: Session, person: Person | None, session_id: int, say: Texts, now: datetime) -> Draft:
    """The calendar file once more. Raises NeedsConsent, Gone, NotAllowed, Refusal for what has no time."""
    found = await sessions.take(session, person, session_id, Act.SAY_MET)
    if found.row.state != "agreed" or found.row.starts_at is None:
        raise Refusal("sessions.change.no_time")
    partners = await pages.partners(session, found.seat)
    digest, caption = await session_letters.calendar_file(session, found.row, found.seat.person, partners, now)
    return document(found.seat.person.tg_user_id or 0, digest, caption, person_id=found.seat.person.id)
