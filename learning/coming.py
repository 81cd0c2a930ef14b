"""What the clock is going to bring a person and the groups they lead: lessons, turns, events, reminders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select

from community import calendar
from community.calendar import SchoolCalendar
from community.rights import Action
from community.roles import Role
from community.schedule import AHEAD, Coming, Place, Viewer
from content import courses
from learning import agenda, agenda_letters, course_events, pair_weeks, pairs, partners, pulses, reminders, synthesis
from learning.agenda import ASK, POST
from learning.surveys import coming as surveyed
from learning.surveys import weekly
from storage.database import Session
from storage.models import Enrolment, Group, GroupTurn, Programme, ProgrammeEvent
from storage.outbox import called_off

# Turns that a group sees or is asked by, as /jadwal calls them.
SEEN = {
    pairs.NAME: "pairs", synthesis.NAME: "synthesis", pulses.NAME: "pulse", POST: "agenda", ASK: "agenda_ask",
    weekly.NAME: "confidence",
}  # fmt: skip
_ONLY_WITH_LESSONS = frozenset({pairs.NAME, pulses.NAME})
_NAMES = (*SEEN, pairs.ASKS)


async def gather(session: Session, viewer: Viewer) -> list[Coming]:
    """All of it, unordered. At most twelve queries, however many groups; lessons are told of however far they are."""
    found, follows = await _lessons(session, viewer)
    turns = await _turns(session, viewer)
    facts = await _facts(session, viewer, turns)
    for name, at, place in turns:
        if name not in _ONLY_WITH_LESSONS or place.group.id in follows:
            found += _turn(name, at, place, facts, viewer)
    found += [
        *await _events(session, viewer),
        *await _reminders(session, viewer),
        *await surveyed.lines(session, viewer),
    ]
    off = await called_off(session, {debt for one in found for debt in one.debts})
    return [one for one in found if off.isdisjoint(one.debts)]


async def _lessons(session: Session, viewer: Viewer) -> tuple[list[Coming], set[int]]:
    """Next lessons (one's own, those of groups one leads, private copies), and the groups that follow a pack."""
    places = {place.group.id: place for place in viewer.places}
    query = (
        select(Enrolment, Group)
        .join(Group, Group.id == Enrolment.group_id)
        .where(
            Enrolment.next_at.is_not(None), Enrolment.group_id.in_(places),
            or_(Enrolment.person_id == viewer.person.id, Enrolment.person_id.is_(None)),
        )
        .order_by(Enrolment.id)
    )  # fmt: skip
    found: list[Coming] = []
    follows: set[int] = set()
    for enrolment, group in (await session.execute(query)).all() if places else []:
        follows |= {group.id} if enrolment.person_id is None else set()
        if enrolment.next_at is not None and enrolment.next_at > viewer.now:
            found += _lesson(enrolment, enrolment.next_at, places[group.id], viewer)
    return found, follows


def _lesson(enrolment: Enrolment, at: datetime, place: Place, viewer: Viewer) -> Iterator[Coming]:
    group, say, zone = place.group, viewer.say, viewer.zone(place.group)
    if enrolment.person_id is not None:
        if place.own.keys() - {Role.AGENCY}:  # else they are in the group no more
            yield Coming(at, zone, say.plain("schedule.own_lesson"), "skip", enrolment.id, (group,))
        return
    if place.may(Action.SET_UP):
        what = say.plain("schedule.group_lesson", group=group.title)
        yield Coming(at, zone, what, "skip", enrolment.id, (group,))
    teaches = place.own.get(Role.TEACHER)
    if teaches is not None and teaches.private_copy:
        what = say.plain("schedule.own.copy", group=group.title)
        yield Coming(at, zone, what, "copy", group.id, (group,), waits_for_leave=True)


async def _turns(session: Session, viewer: Viewer) -> list[tuple[str, datetime, Place]]:
    """What comes round soon in the groups one leads or teaches in."""
    places = {
        place.group.id: place for place in viewer.places if place.may(Action.BROADCAST) or Role.TEACHER in place.own
    }
    query = select(GroupTurn.name, GroupTurn.next_at, GroupTurn.group_id).where(
        GroupTurn.group_id.in_(places), GroupTurn.name.in_(_NAMES), GroupTurn.next_at > viewer.now,
        GroupTurn.next_at <= viewer.now + AHEAD,
    )  # fmt: skip
    query = query.order_by(GroupTurn.next_at, GroupTurn.group_id, GroupTurn.name)
    rows = (await session.execute(query)).all() if places else []
    return [(row.name, row.next_at, places[row.group_id]) for row in rows]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What tells whether a turn will say something, and under which key."""

    meets: Mapping[tuple[int, str], date]  # week of the meeting that is prepared then, by group and turn
    asks: Mapping[int, str]  # the debt of the question whether the pair met, by group


async def _facts(session: Session, viewer: Viewer, turns: Sequence[tuple[str, datetime, Place]]) -> _Facts:
    """Queries only where a turn asks for them: five at most."""
    asked = [(at, place.group) for name, at, place in turns if name == pairs.ASKS and Role.TEACHER in place.own]
    meeting = [(name, at, place.group) for name, at, place in turns if name in {ASK, POST}]
    groups = {group.id: group for group in [*(group for _, group in asked), *(group for *_, group in meeting)]}
    if not groups:
        return _Facts({}, {})
    days = await calendar.calendars_of(session, {group.school_id for group in groups.values()})
    weeks = {
        group.id: pair_weeks.week_of(days[group.school_id], calendar.local_day(at, group.zone)) for at, group in asked
    }
    return _Facts(
        await _meets(session, meeting, days) if meeting else {},
        await partners.asked_about(session, viewer.person, weeks) if weeks else {},
    )


async def _meets(
    session: Session, turns: Sequence[tuple[str, datetime, Group]], days: Mapping[int | None, SchoolCalendar]
) -> dict[tuple[int, str], date]:
    meetings = await agenda.meetings(session, list({group.id: group for *_, group in turns}.values()))
    programmes = await course_events.running(session, {group.id for *_, group in turns})
    found = {}
    for name, at, group in turns:
        meeting, theirs = meetings.get(group.id), days[group.school_id]
        day = calendar.local_day(at, group.zone)
        dated = agenda.falling(name, meeting, theirs, group.zone, day) if meeting else None
        if dated is not None and agenda.has_agenda(programmes.get(group.id), dated.day):
            found[group.id, name] = dated.week
    return found


def _turn(name: str, at: datetime, place: Place, facts: _Facts, viewer: Viewer) -> Iterator[Coming]:
    """As it comes to the group, for who leads it; and as it comes to a teacher in private."""
    group, say, person = place.group, viewer.say, viewer.person
    line = Coming(at, viewer.zone(group), "", number=group.id, groups=(group,))
    week = facts.meets.get((group.id, name))
    if name in {ASK, POST} and week is None:
        return  # nothing is prepared in this month of the programme
    if name in SEEN and place.may(Action.BROADCAST):
        what = say.plain("schedule.in_group", what=say.plain(f"schedule.turn.{SEEN[name]}"), group=group.title)
        yield replace(line, what=what, action=SEEN[name] if place.may(Action.SET_UP) else "")
    teaches = place.own.get(Role.TEACHER)
    if teaches is None:
        return
    if name == pairs.NAME and teaches.pairs:
        what = say.plain("schedule.own.pairs", group=group.title)
        yield replace(line, what=what, action="unpair", waits_for_leave=True)
    debt = agenda_letters.ask_key(group.id, week, person.id) if name == ASK and week else facts.asks.get(group.id)
    if name == ASK or (name == pairs.ASKS and debt and teaches.pairs):
        kind, own = ("ask", "schedule.own.ask") if name == ASK else ("met", "schedule.own.met")
        what = say.plain(own, group=group.title)
        yield replace(line, what=what, action=kind, debts=(debt or "",), waits_for_leave=True)


async def _events(session: Session, viewer: Viewer) -> list[Coming]:
    """What the programme clock tells soon; one line for what several groups of the person are told together."""
    places = {place.group.id: place for place in viewer.places}
    query = (
        select(ProgrammeEvent, Programme.clock)
        .join(Programme, Programme.id == ProgrammeEvent.programme_id)
        .where(
            ProgrammeEvent.group_id.in_(places), ProgrammeEvent.told_at.is_(None),
            ProgrammeEvent.due_at > viewer.now, ProgrammeEvent.due_at <= viewer.now + AHEAD,
            Programme.ended_at.is_(None),
        )
        .order_by(ProgrammeEvent.due_at, ProgrammeEvent.id)
    )  # fmt: skip
    found: dict[tuple[int, str, datetime, str], Coming] = {}
    for row, clock in (await session.execute(query)).all() if places else []:
        place, course = places[row.group_id], courses.house().get(clock or "")
        event = course.event(row.name) if course else None
        if event is None:
            continue
        to_me = not {str(role) for role in place.own}.isdisjoint(event.readers)
        if not to_me and not ("group" in event.readers and place.may(Action.BROADCAST)):
            continue
        whole = place.may(Action.SET_UP)
        action = "event" if whole else "mine" if to_me else ""
        key = (row.programme_id, row.name, row.due_at, action)
        debts = (f"{course_events.key_of(row, place.group)}:{viewer.person.id}",) if action == "mine" else ()
        before = found.get(key)
        groups = (*(before.groups if before else ()), place.group)
        found[key] = Coming(
            row.due_at, viewer.zone(place.group), _titled(event.title.of(viewer.say.language), groups, viewer), action,
            before.number if before else row.id, groups, (*(before.ids if before else ()), row.id),
            (*(before.debts if before else ()), *debts), waits_for_leave=to_me and not whole,
        )  # fmt: skip
    return list(found.values())


def _titled(title: str, groups: Sequence[Group], viewer: Viewer) -> str:
    if len(groups) == 1:
        return viewer.say.plain("schedule.in_group", what=title, group=groups[0].title)
    return viewer.say.plain("schedule.in_groups", what=title, n=len(groups))


async def _reminders(session: Session, viewer: Viewer) -> list[Coming]:
    """What the person would be reminded of, in private, if nothing is done before."""
    teaches = {place.group.id: place.group for place in viewer.places if Role.TEACHER in place.own}
    found = await reminders.coming(session, viewer.person, list(teaches), viewer.now) if teaches else set()
    lines = []
    for group_id, at in sorted(found):
        group = teaches[group_id]
        debt = reminders.key_of(group_id, calendar.local_day(at, group.zone), viewer.person.id)
        what = viewer.say.plain("schedule.own.reminder", group=group.title)
        lines.append(
            Coming(at, viewer.zone(group), what, "remind", group_id, (group,), debts=(debt,), waits_for_leave=True)
        )
    return lines
