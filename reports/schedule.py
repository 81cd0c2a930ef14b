"""/jadwal: what a person agreed to, what is going to be sent to them and in the groups they lead, and how it is off."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from coaching import coming as coached
from community import calendar, carrying, leaves, moments, recalls, rights, school_years
from community import schedule as waiting
from community.addressees import Sender
from community.notes import clipped
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from community.roles import Role
from community.schedule import Coming, Gone, Place, Viewer
from content.texts import Texts
from learning import calling_off, coming, own_weeks
from reports import digest, mornings, own_letters, recap_turns
from storage.database import Session
from storage.letters import Button, button
from storage.models import Leave, Person
from storage.outbox import call_off as call_debts_off

MOST = 20  # lines, or groups, on one message
# What the button says it does; whatever is not named here is left out this once.
LABELS = {
    "drop": "drop", "stop": "stop", "skip": "skip", "copy": "off", "unpair": "off", "event": "event", "mine": "mine",
    "recap": "month", "year": "year", coached.ACTION: "mine", carrying.ACTION: "event",
}  # fmt: skip
Page = tuple[str, list[list[Button]]]
_SKIPS = {
    mornings.ACTION: mornings.skip, carrying.ACTION: carrying.skip,
    **dict.fromkeys(own_weeks.ACTIONS, own_letters.skip_week),
}  # fmt: skip


async def page(
    session: Session, person: Person | None, say: Texts, now: datetime, group_id: int = 0, part: int = 0
) -> Page:
    """What is pending, the nearest first, at most MOST lines, with a button for each that may be called off.

    ``group_id``: of that group alone; 0, or a group the person is not in: of all. ``part`` counts from 0; one beyond
    the end is the last. At most 23 queries, however many groups there are. Raises NeedsConsent.
    """
    viewer = await _viewer(session, person, say, now, group_id)
    listed = await _listed(session, viewer)
    parts = max((len(listed) + MOST - 1) // MOST, 1)
    part = min(part, parts - 1)
    first = part * MOST
    shown = list(enumerate(listed[first : first + MOST], start=first + 1))
    lines = [say("schedule.line", n=n, moment=moments.said(one.at, one.zone, say), what=one.what) for n, one in shown]
    group = viewer.only
    if not lines:
        words = say("schedule.nothing_in", group=group.title) if group else say("schedule.nothing")
    else:
        title = say("schedule.title_in", group=group.title) if group else say("schedule.title")
        title += " " + say("schedule.part", n=part + 1, of=parts) if parts > 1 else ""
        words = title + "\n\n" + "\n".join(lines)
    where = (group.id if group else 0, part)
    rows = [[_button(n, one, where, say)] for n, one in shown if one.action or one.leads_to]
    return words, [*rows, *await _ways(session, viewer, where, parts)]


def _button(n: int, one: Coming, where: tuple[int, int], say: Texts) -> Button:
    if one.leads_to:
        return button(say.plain("schedule.button.open", n=n, what=clipped(one.what, 44))[:60], one.leads_to)
    label = say.plain(f"schedule.button.{LABELS.get(one.action, 'once')}", n=n, what=clipped(one.what, 36))
    place = f":{where[0]}:{where[1]}" if any(where) else ""
    return button(label[:60], f"sched:{one.action}:{one.number}:{one.stamp}{place}")


async def _ways(session: Session, viewer: Viewer, where: tuple[int, int], parts: int) -> list[list[Button]]:
    """To the next lines and back, and to one group alone, for who leads more than one."""
    say, (group_id, part) = viewer.say, where
    turning = [("back", part - 1)] if part else []
    turning += [("next", part + 1)] if part + 1 < parts else []
    rows = [[button(say.plain(f"schedule.way.{name}"), f"sched:page:{group_id}:{to}") for name, to in turning]]
    if viewer.only is not None:
        rows.append([button(say.plain("schedule.way.all"), "sched:page:0:0")])
    elif len(_led(viewer.places)) > 1:
        rows.append([button(say.plain("schedule.way.groups"), "sched:groups:0")])
    return [row for row in rows if row]


def _led(places: Sequence[Place]) -> list[Place]:
    return [place for place in places if place.may(Action.BROADCAST)]


async def groups(session: Session, person: Person | None, say: Texts, part: int = 0) -> Page:
    """Which group? Those the person leads, at most MOST on a message. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    led = _led(await waiting.places(session, person))
    part = min(part, max((len(led) - 1) // MOST, 0))
    rows = [
        [button(place.group.title[:60], f"sched:page:{place.group.id}:0")]
        for place in led[part * MOST : (part + 1) * MOST]
    ]
    turning = [("back", part - 1)] if part else []
    turning += [("next", part + 1)] if (part + 1) * MOST < len(led) else []
    rows.append([button(say.plain(f"schedule.way.{name}"), f"sched:groups:{to}") for name, to in turning])
    rows.append([button(say.plain("schedule.way.all"), "sched:page:0:0")])
    return say("schedule.which"), [row for row in rows if row]


async def call_off(
    session: Session, person: Person | None, say: Texts, now: datetime, action: str, number: int, stamp: int,
    group_id: int = 0,
) -> None:  # fmt: skip
    """What this button stood for is not sent. Raises Gone for whatever is not on the person's own list as it is now.

    The list is the right: of others' nothing stands there, and what was called off or sent stands there no more, so
    that a button tapped twice, an old one or a forged one does nothing.
    """
    if person is None:
        raise Gone
    viewer = await _viewer(session, person, say, now, group_id)
    sought = (action, number, stamp)
    one = next((one for one in await _listed(session, viewer) if (one.action, one.number, one.stamp) == sought), None)
    if one is None or not one.action:
        raise Gone
    try:
        done = await _act(session, viewer.person, one, now)
    except Refusal:
        raise Gone from None
    if not done:
        raise Gone


async def _act(session: Session, person: Person, one: Coming, now: datetime) -> bool:
    if one.action in calling_off.ACTIONS:
        return await calling_off.call_off(session, person, one, now)
    if one.action == coached.ACTION:
        await call_debts_off(session, one.debts, person.id, now)
        return True
    if one.action in _SKIPS:
        return await _SKIPS[one.action](session, one)
    if one.action == "drop":
        return await waiting.call_off(session, person, one.number, now)
    if one.action == "stop":
        await recalls.stop(session, Sender(person), one.number, now)
        return True
    if one.action == "year":
        return await school_years.unasked(session, person, f"{one.number}/{one.number + 1}", now)
    return await (_skip_recap if one.action == "recap" else _skip_digest)(session, person, one)


async def _skip_digest(session: Session, person: Person, one: Coming) -> bool:
    """The next one, a school day later, tells of these days too."""
    group = one.groups[0]
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    following = digest.following(one.at, one.zone, days)
    moved = [await digest.claim(session, number, one.at, following) for number in one.ids]
    return any(moved)


async def _skip_recap(session: Session, person: Person, one: Coming) -> bool:
    group = one.groups[0]
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    turn = recap_turns.Turn(person, group, (group,), one.at, days, one.zone, one.day)
    moved = await session.scalar(
        update(Person)
        .where(Person.id == person.id, Person.recap_next_at == one.at)
        .values(recap_next_at=turn.next_month())
        .returning(Person.id)
    )
    return moved is not None


async def _viewer(
    session: Session, person: Person | None, say: Texts, now: datetime, group_id: int
) -> Viewer:  # fmt: skip
    if person is None:
        raise NeedsConsent
    places = await waiting.places(session, person)
    one = next((place for place in places if place.group.id == group_id), None)
    return Viewer(person, [one] if one else places, say, now, one.group if one else None)


async def _listed(session: Session, viewer: Viewer) -> list[Coming]:
    """Everything, the nearest first; on days of a leave only what comes all the same."""
    found = [*await waiting.letters(session, viewer), *await coming.gather(session, viewer), *_digests(viewer)]
    found += [*await coached.gather(session, viewer), *await carrying.coming(session, viewer)]
    if viewer.only is None:
        found += [*await waiting.broadcasts(session, viewer), *_recap(viewer), *await _year(session, viewer)]
        found += await own_letters.coming(session, viewer)
    away = await leaves.of_person(session, viewer.person.id, calendar.local_day(viewer.now, viewer.zone()))
    here = [one for one in found if not (one.waits_for_leave and _is_away(one, away))]
    return sorted(here, key=lambda one: one.at)


def _is_away(one: Coming, away: Sequence[Leave]) -> bool:
    return any(leave.first_day <= one.day <= leave.last_day for leave in away)


def _digests(viewer: Viewer) -> list[Coming]:
    """The next letter about each group one accompanies, once for all roles; without news it stays away."""
    found = []
    for place in viewer.places:
        group, rows = place.group, [row for role, row in place.own.items() if rights.may({role}, Action.SEE_DIGEST)]
        what = viewer.say.plain("schedule.own.digest", group=group.title)
        for at in sorted({row.digest_next_at for row in rows if row.digest_next_at is not None}):
            ids = tuple(row.id for row in rows if row.digest_next_at == at)
            if viewer.soon(at):
                found.append(Coming(at, viewer.zone(group), what, "digest", ids[0], (group,), ids))
    return found


def _teaching(viewer: Viewer) -> list[Place]:
    """Where the person teaches, the group they have been in longest first."""
    taught = [place for place in viewer.places if Role.TEACHER in place.own]
    return sorted(taught, key=lambda place: (place.own[Role.TEACHER].since, place.group.id))


def _recap(viewer: Viewer) -> list[Coming]:
    at, taught = viewer.person.recap_next_at, _teaching(viewer)
    if at is None or not taught or not viewer.soon(at):
        return []
    group = taught[0].group
    return [Coming(at, viewer.zone(group), viewer.say.plain("schedule.own.recap"), "recap", groups=(group,))]


async def _year(session: Session, viewer: Viewer) -> list[Coming]:
    """The question of a new school year, from two weeks before it on until it was asked; three queries then."""
    taught = _teaching(viewer)
    if not taught or not school_years.is_near(viewer.now):
        return []
    days = await calendar.calendars_of(session, {place.group.school_id for place in taught})
    asked = [
        (found[1], found[0], place.group)
        for place in taught
        if (found := school_years.asks_at(
            days[place.group.school_id], place.group.zone, place.own[Role.TEACHER].since, viewer.now
        )) is not None
    ]  # fmt: skip
    if not asked:
        return []
    at, year, group = min(asked, key=lambda one: one[0])
    if await school_years.known(session, viewer.person, year):
        return []
    what = viewer.say.plain("schedule.own.year", year=year)
    return [Coming(at, viewer.zone(group), what, "year", int(year[:4]), (group,), waits_for_leave=True)]
