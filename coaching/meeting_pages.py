"""A group's meetings as pages: when, who leads, agenda, minutes, who was there, and how it was led."""

from datetime import UTC, datetime

from sqlalchemy import select

from coaching import meeting_scores, meetings, said_times
from coaching.meetings import Chaired
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.rights import ACCOMPANIES, Chair, Meet
from coaching.session_letters import when, zone_of
from community import people
from community.calendar import local_day
from community.notes import clipped
from community.refusals import NotAllowed, Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person

MOST = 60  # names on a page: as many buttons as are comfortable to scroll


def _tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    return button(say.plain(f"meetings.button.{name}", **blanks)[:60], data)


async def start(session: Session, person: Person | None, say: Texts) -> Page:
    """/pertemuan: the meetings of one's group, or which group. Raises NeedsConsent, NotAllowed."""
    found = await meetings.groups(session, person)
    if len(found) == 1:
        return await of_group(session, person, found[0].id, say)
    return say("meetings.page.which"), [[button(one.title[:60], f"mtg:{one.id}")] for one in found[:20]]


async def of_group(session: Session, person: Person | None, group_id: int, say: Texts, note: str = "") -> Page:
    """The group's meetings, the latest first. Raises NeedsConsent, Gone."""
    group, found = await meetings.of_group(session, person, group_id)
    parts = [note] if note else []
    parts.append(say("meetings.page.title" if found else "meetings.page.none", group=group.title))
    zone = zone_of(person, group) if person else group.zone
    rows = [[button(when(one.starts_at, zone, say)[:60], f"mt:{one.id}")] for one in found]
    if person is not None and await meetings.may_plan(session, person, group.id):
        rows.append([_tap(say, "plan", f"mtplan:{group.id}")])
    if person is not None and not (await people.roles_in(session, person.id, group.id)).isdisjoint(ACCOMPANIES):
        rows.append([button(say.plain("sessions.button.series_new"), f"vis:{group.id}")])
    return "\n\n".join(parts), rows


async def planning(session: Session, person: Person | None, group_id: int, say: Texts, now: datetime) -> Page:
    """When? The hour of the last one with a tap, or in words. Raises NeedsConsent, Gone, NotAllowed."""
    group, _ = await meetings.of_group(session, person, group_id)
    if person is None or not await meetings.may_plan(session, person, group.id):
        raise NotAllowed
    proposed = await meetings.suggested(session, group, now)
    rows = []
    if proposed is not None:
        label = when(proposed, zone_of(person, group), say)
        rows.append([button(label[:60], f"mtat:{group.id}:{int(proposed.timestamp())}")])
    return say("meetings.plan.ask"), [*rows, _back(say, group.id)]


def _back(say: Texts, group_id: int) -> list[Button]:
    return [_tap(say, "back", f"mtg:{group_id}")]


async def planned_at(
    session: Session, person: Person | None, group_id: int, seconds: int, say: Texts, now: datetime
) -> Page:
    """The hour that was proposed. Raises as meetings.plan."""
    moment = datetime.fromtimestamp(min(seconds, 4_000_000_000), UTC)
    found = await meetings.plan(session, person, group_id, moment, now)
    return await of_meeting(session, person, found.row.id, say, now, say("meetings.plan.done"))


async def planned_in_words(
    session: Session, person: Person | None, group_id: int, said: str, say: Texts, now: datetime
) -> Page:
    """The hour that was typed. Raises as meetings.plan, Refusal for what is not understood."""
    group, _ = await meetings.of_group(session, person, group_id)
    moment = said_times.understood(said, zone_of(person, group) if person else group.zone, now)
    if moment is None:
        raise Refusal("sessions.offer.one_not_read")
    found = await meetings.plan(session, person, group_id, moment, now)
    return await of_meeting(session, person, found.row.id, say, now, say("meetings.plan.done"))


async def of_meeting(
    session: Session, person: Person | None, meeting_id: int, say: Texts, now: datetime, note: str = ""
) -> Page:
    """One meeting, and what can be done with it. Raises NeedsConsent, Gone."""
    found = await meetings.take(session, person, meeting_id, Meet.SEE)
    row, there = found.row, await meetings.present(session, meeting_id)
    parts = [note] if note else []
    at = when(row.starts_at, zone_of(found.person, found.group), say)
    parts.append(say(f"meetings.page.{row.state}", group=found.group.title, when=at))
    parts.append(await _leader(session, found, say))
    parts += [say("meetings.page.agenda", words=clipped(row.agenda, 1000))] if row.agenda else []
    parts += [say("meetings.page.minutes", words=clipped(row.minutes, 1800))] if row.minutes else []
    parts += [say("meetings.page.present", n=len(there))] if there else []
    return "\n\n".join(parts), [*_buttons(found, there, say, now), _back(say, found.group.id)]


async def _leader(session: Session, found: Chaired, say: Texts) -> str:
    """Who leads; somebody who was asked and has not answered is named to those who plan alone."""
    row = found.row
    leader = await session.scalar(select(Person).where(Person.id == row.leader_id)) if row.leader_id else None
    if leader is None or (row.leader_agreed_at is None and found.chairs == {Chair.MEMBER}):
        return say("meetings.page.no_leader")
    sure = "leader" if row.leader_agreed_at is not None else "asked"
    return say(f"meetings.page.{sure}", name=people.display(leader, say))


def _buttons(found: Chaired, there: set[int], say: Texts, now: datetime) -> list[list[Button]]:
    row, rows = found.row, list[list[Button]]()
    number, begun, open_ = row.id, row.starts_at <= now, row.state == "planned"
    if open_ and found.may(Meet.LEAD) and row.leader_agreed_at is None:
        rows.append([_tap(say, "lead", f"mtlead:{number}:1"), _tap(say, "not_now", f"mtlead:{number}:0")])
    if found.may(Meet.WRITE):
        rows += [[_tap(say, "agenda", f"mtwrite:{number}:agenda")]] if open_ else []
        rows += [[_tap(say, "minutes", f"mtwrite:{number}:minutes"), _tap(say, "who", f"mthere:{number}")]] * begun
        rows += [[_tap(say, "close", f"mtclose:{number}")]] if open_ and begun else []
        rows += [[_tap(say, "not_held", f"mtnot:{number}")]] if open_ and begun else []
    if open_ and found.may(Meet.PLAN):
        rows.append([_tap(say, "choose", f"mtwho:{number}")])
    if open_ and not begun and found.may(Meet.CALL_OFF):
        rows.append([_tap(say, "move", f"mtmv:{number}"), _tap(say, "off", f"mtoff:{number}")])
    if begun and row.state != "cancelled":
        rows.append([button(say.plain("papers.button.photos"), f"papfoto:{number}")])
    if row.state == "held" and found.person.id in there:
        rows.append([_tap(say, "signs", f"mtsign:{number}")])
    if row.state == "held" and found.may(Meet.READ_SCORES):
        rows.append([_tap(say, "read", f"mtread:{number}")])
    return rows


async def choosing(session: Session, person: Person | None, meeting_id: int, say: Texts) -> Page:
    """Who leads? Whose turn it is stands first. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await meetings.planned(session, person, meeting_id, Meet.PLAN)
    there = await meetings.rotation(session, found.group, local_day(found.row.starts_at, found.group.zone))
    rows = [[button(people.display(one, say)[:60], f"mtask:{meeting_id}:{one.id}")] for one in there[:MOST]]
    return say("meetings.page.turns" if rows else "meetings.page.nobody"), [*rows, _to(say, meeting_id)]


def _to(say: Texts, meeting_id: int) -> list[Button]:
    return [_tap(say, "back", f"mt:{meeting_id}")]


async def writing(session: Session, person: Person | None, meeting_id: int, what: str, say: Texts) -> Page:
    """Its agenda or its minutes, in the next words. Raises NeedsConsent, Gone, NotAllowed."""
    await meetings.take(session, person, meeting_id, Meet.WRITE)
    if what not in meetings.LONGEST:
        raise Gone
    return say(f"meetings.write.{what}"), [_to(say, meeting_id)]


async def attendance(session: Session, person: Person | None, meeting_id: int, say: Texts) -> Page:
    """A name is a tap. Raises NeedsConsent, Gone, NotAllowed."""
    found = await meetings.take(session, person, meeting_id, Meet.WRITE)
    there = await meetings.present(session, meeting_id)
    them = (await meetings.members(session, found.group.id))[:MOST]
    rows = [
        [button(f"{'✓ ' if one.id in there else ''}{people.display(one, say)}"[:60], f"mttick:{meeting_id}:{one.id}")]
        for one in them
    ]
    return say("meetings.page.who", n=len(there)), [*rows, _to(say, meeting_id)]


async def signs(session: Session, person: Person | None, meeting_id: int, say: Texts) -> Page:
    """Which of the three were seen? Raises as meeting_scores.own."""
    found, row = await meeting_scores.own(session, person, meeting_id)
    said, listed = row.signs or "000", meeting_scores.signs()
    lines = [f"<b>{one.title.of(say.language)}</b>\n{one.words.of(say.language)}" for one in listed]
    rows = [
        [button(f"{'✓ ' if said[n] == '1' else ''}{one.title.of(say.language)}"[:60], f"mtmark:{meeting_id}:{n}")]
        for n, one in enumerate(listed)
    ]
    rows.append([_tap(say, "seen", f"mtseen:{meeting_id}")])
    whose = "own" if found.may(Meet.READ_SCORES) else "others"
    head = say(f"meetings.signs.{whose}")
    seen = [say("meetings.signs.seen", words=row.seen)] if row.seen else []
    return "\n\n".join([head, *lines, *seen]), [*rows, _to(say, meeting_id)]


def telling(meeting_id: int, say: Texts) -> Page:
    """One line of what was seen, or back to the signs."""
    return say("meetings.signs.ask_seen"), [[_tap(say, "back", f"mtsign:{meeting_id}")]]


async def read(session: Session, person: Person | None, meeting_id: int, say: Texts) -> Page:
    """What the others saw of one's leading. Raises as meeting_scores.read."""
    found = await meeting_scores.read(session, person, meeting_id)
    if found.others < meeting_scores.LEAST:
        return say("meetings.signs.too_few", least=meeting_scores.LEAST), [_to(say, meeting_id)]
    lines = [
        say("meetings.signs.count", sign=one.title.of(say.language), n=count, of=found.others)
        for one, count in zip(meeting_scores.signs(), found.counts, strict=True)
    ]
    quoted = [say("meetings.signs.seen", words=one) for one in found.lines]
    return "\n\n".join([say("meetings.signs.read"), "\n".join(lines), *quoted]), [_to(say, meeting_id)]
