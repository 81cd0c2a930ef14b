"""The weekly synthesis: on the last school day of a week the group hears what it did together, or nothing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from community import budget, calendar, leaves, rights
from community.calendar import SchoolCalendar
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from content.texts import Texts
from learning import exchange, synthesis_words, turns, weeks
from learning.refusals import Gone
from learning.synthesis_facts import Week, gather
from learning.targets import MOST, Target
from learning.turns import Turn
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Group, Letter, Membership, Person
from storage.outbox import post_many

NAME = "synthesis"
WALL = "15:00"  # school is over, and nobody has left for the weekend yet
LOOKS_BACK = 3  # weeks, over holidays or when nothing was said
MINUTES = 1  # that a facilitator's letter costs
OFFERED = 10  # things to pass on in one letter, of however many groups


async def send_due(session: Session, now: datetime) -> int:
    """Write the syntheses that are due and set the next ones; gives how many groups were dealt with.

    Queries: a fixed number for up to turns.AT_ONCE groups. A group in which nothing happened hears nothing.
    """
    begun = await turns.begin(session, NAME, lambda days, zone: next_after(days, now, zone))
    due = await turns.claimed(session, NAME, now)
    if not due:
        return begun
    await turns.move_on(session, NAME, {one.group.id: next_after(one.days, now, one.group.zone) for one in due}, now)
    going = [one for one in due if one.is_time(now)]
    since = await _since(session, going)
    found = await gather(session, {one.group.id: (one.group, since[one.group.id]) for one in going}, now)
    told = [one for one in going if not found[one.group.id].is_empty]
    await post_many(session, [_letter(one, found[one.group.id]) for one in told], now)
    await _offer(session, going, since, now)
    return begun + len(due)


def next_after(days: SchoolCalendar, now: datetime, zone: str) -> datetime:
    """When the school week closes; for a school without school days a week from now, so that it is seen again."""
    try:
        return weeks.closes_after(days, now, WALL, zone)
    except ValueError:
        return now + timedelta(days=7)


def _key(group_id: int, first: date) -> str:
    return f"synthesis:{group_id}:{first}"


async def _since(session: Session, going: Sequence[Turn]) -> dict[int, datetime]:
    """From when each group is told: from its last synthesis, else from the end of the school week before."""
    firsts = {one.group.id: weeks.first_day(one.days, one.day) for one in going}
    found = {
        one.group.id: weeks.closed_before(one.days, firsts[one.group.id], WALL, one.group.zone, LOOKS_BACK)
        for one in going
    }
    keys = {
        _key(number, first - timedelta(weeks=back)): number
        for number, first in firsts.items()
        for back in range(1, LOOKS_BACK + 1)
    }
    query = select(Letter.key, Letter.created_at).where(Letter.key.in_(keys), Letter.state != "dropped")
    sent: dict[int, datetime] = {}
    for key, at in await session.execute(query):
        sent[keys[key]] = max(at, sent.get(keys[key], at))
    return found | sent


def _letter(one: Turn, week: Week) -> Draft:
    say, first = Texts(one.group.language), weeks.first_day(one.days, one.day)
    return message(
        one.chat_id, synthesis_words.html(week, say), buttons=synthesis_words.buttons(week, say, f"{first:%Y%m%d}"),
        silent=True, key=_key(one.group.id, first), lane=Lane.REMINDER, group_id=one.group.id,
        not_after=one.not_after,
    )  # fmt: skip


async def _offer(session: Session, going: Sequence[Turn], since: dict[int, datetime], now: datetime) -> None:
    """Facilitators of groups in a programme are shown, in private, what they might pass on; within their budget."""
    mine = {one.group.id: since[one.group.id] for one in going}
    offered = await exchange.markable(session, mine, now, MOST) if mine else {}
    if not offered:
        return
    rows = (await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, list(offered)), Membership.until.is_(None),
            Membership.role.in_([str(role) for role in rights.ALLOWED[Action.SHARE_ON]]),
            Person.consented_at.is_not(None), Person.reachable.is_(True), Person.tg_user_id.is_not(None),
        )
        .order_by(Membership.group_id, Person.id)
    )).all()  # fmt: skip
    turn_of = {one.group.id: one for one in going}
    local = {group_id: calendar.local_day(now, turn_of[group_id].group.zone) for group_id, _ in rows}
    away = {day: await leaves.away(session, [person.id for _, person in rows], day) for day in set(local.values())}
    shown: dict[int, tuple[Person, list[Turn]]] = {}
    for group_id, person in rows:
        if person.id not in away[local[group_id]]:
            shown.setdefault(person.id, (person, []))[1].append(turn_of[group_id])
    wants = [
        budget.Want(person.id, theirs[0].group.id, local[theirs[0].group.id], MINUTES)
        for person, theirs in shown.values()
    ]
    admitted = await budget.admit(session, wants)
    drafts = [_to_facilitator(*one, offered) for number, one in shown.items() if number in admitted]
    await post_many(session, drafts, now)


def _to_facilitator(person: Person, theirs: Sequence[Turn], offered: Mapping[int, Sequence[Target]]) -> Draft:
    """One letter for all groups of a facilitator that are due together."""
    say, first = Texts(person.language), theirs[0]
    each = max(OFFERED // len(theirs), 1)
    parts = [
        synthesis_words.to_facilitator(one.group.title, offered[one.group.id][:each], say) for one in theirs[:OFFERED]
    ]
    return message(
        person.tg_user_id or 0, "\n\n".join(words for words, _ in parts), silent=True,
        buttons=[row for _, keys in parts for row in keys], lane=Lane.REMINDER,
        key=f"passon:{first.group.id}:{weeks.first_day(first.days, first.day)}:{person.id}",
        person_id=person.id, group_id=first.group.id, not_after=first.not_after,
    )  # fmt: skip


async def plain(session: Session, person: Person | None, group_id: int, day: date) -> str:
    """A week's synthesis for WhatsApp, at most 700 characters: counts alone, since other people read there.

    ``day`` lies in the week. Raises NeedsConsent, NotAllowed for somebody who is not of the group, Gone.
    """
    if person is None:
        raise NeedsConsent
    group = await session.get(Group, group_id)
    if group is None:
        raise Gone
    try:
        await rights.require(session, person, Action.GIVE_FEEDBACK, group.id)
    except NotAllowed:
        raise NotAllowed("learning.join_first") from None
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    key = _key(group.id, weeks.first_day(days, day))
    until = await session.scalar(select(Letter.created_at).where(Letter.key == key))
    if until is None:
        raise Gone
    since = (await _since(session, [Turn(group, 0, until, days)]))[group.id]
    week = (await gather(session, {group.id: (group, since)}, until))[group.id]
    return synthesis_words.plain(week, Texts(group.language))
