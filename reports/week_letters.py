"""The letter of the week to who leads groups: when it is due, that it goes once, and the same when it is asked for."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from community import budget, people, rights
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from learning import own_weeks
from learning.own_weeks import LEADS, Turn
from reports import group_week, week_pictures
from reports.group_week import GroupWeek
from reports.group_week_words import Page, index, items, letter, page
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Group, Person
from storage.outbox import post_many

MINUTES = 1  # of a facilitator's time to read it


async def send_due(session: Session, now: datetime) -> int:
    """Write the letters of this moment; gives how many people were dealt with.

    A fixed number of queries for up to own_weeks.AT_ONCE people, besides one for each moment at which some come next.
    """
    begun = await own_weeks.begin(session, LEADS, now)
    due = await own_weeks.claimed(session, LEADS, now)
    going = [turn for turn in due if turn.reaches(now)]
    groups = {group.id: group for turn in going for group in turn.groups}
    days = {school: one for turn in going for school, one in turn.schools.items()}
    weeks = await group_week.gather(session, list(groups.values()), now, days)
    told = [(turn, theirs) for turn in going if (theirs := _of(turn.groups, weeks, turn.person))]
    drafts = {turn.person.id: _letters(turn, theirs, now) for turn, theirs in told}
    wants = [
        budget.Want(turn.person.id, theirs[0].group.id, turn.day, MINUTES, len(drafts[turn.person.id]))
        for turn, theirs in told
    ]
    admitted = await budget.admit(session, wants)
    await post_many(session, [one for number, each in drafts.items() if number in admitted for one in each], now)
    return begun + len(due)


def _of(groups: Collection[Group], weeks: Mapping[int, GroupWeek], reader: Person) -> list[GroupWeek]:
    """Those of a reader's groups in which something waits or was said: where nothing was, nothing is said (I10)."""
    say = Texts(reader.language)
    found = [weeks[group.id] for group in groups]
    return [week for week in found if not week.talk.is_empty or items(week, reader, say)]


def _letters(turn: Turn, theirs: list[GroupWeek], now: datetime) -> list[Draft]:
    """What waits in words, and where something was said, its figures as picture and table."""
    person, say = turn.person, Texts(turn.person.language)
    words, rows = page_of(theirs, person, say)
    first = message(
        person.tg_user_id or 0, words, buttons=rows, silent=True, lane=Lane.REMINDER,
        key=f"week:{person.id}:{budget.monday(turn.day)}", person_id=person.id, not_after=turn.not_after,
        group_id=theirs[0].group.id if len(theirs) == 1 else None,  # only then it names anybody
    )  # fmt: skip
    seen = week_pictures.of_groups(theirs, say, now)
    if seen is None:
        return [first]
    drawn = week_pictures.draft(seen, person.tg_user_id or 0, say, silent=True, key=f"{first.key}:figures")
    drawn = replace(drawn, lane=first.lane, person_id=person.id, not_after=first.not_after, group_id=first.group_id)
    return [first, drawn]


def page_of(theirs: list[GroupWeek], person: Person, say: Texts, first: int = 0) -> Page:
    """What waits, in words: of one group all of it, of several a line each."""
    if not theirs:
        return say("week.nothing_many"), []
    return letter(theirs[0], person, say) if len(theirs) == 1 else index(theirs, person, say, first)


async def asked(session: Session, person: Person | None, say: Texts, now: datetime, first: int = 0) -> Page:
    """The same now. Raises NeedsConsent, NotAllowed for who leads no group."""
    if person is None:
        raise NeedsConsent
    return page_of(await gathered(session, person, now), person, say, first)


async def gathered(session: Session, person: Person, now: datetime) -> list[GroupWeek]:
    """What there is to tell of each group somebody leads. Raises NeedsConsent, NotAllowed for who leads none."""
    if person.consented_at is None:
        raise NeedsConsent
    seeing = {role for role in Role if rights.may({role}, Action.SEE_WEEK)}
    groups = [one for one in await people.groups_of(session, person.id, seeing) if one.state == "active"]
    if not groups:
        raise NotAllowed
    return _of(groups, await group_week.gather(session, groups, now), person)


async def waits(session: Session, person: Person, now: datetime) -> bool:
    """Does anything wait in the groups somebody leads? Talk alone does not. False for who leads none."""
    try:
        return any(items(week, person, Texts(person.language)) for week in await gathered(session, person, now))
    except (NeedsConsent, NotAllowed):
        return False


async def opened(
    session: Session, person: Person | None, group_id: int, say: Texts, now: datetime, first: int = 0
) -> Page:
    """All of one group, from a line on. Raises NeedsConsent, NotAllowed for who does not lead it."""
    await rights.require(session, person, Action.SEE_WEEK, group_id)
    group = await session.get(Group, group_id)
    if group is None or group.state == "left" or person is None:
        raise NotAllowed
    return page((await group_week.gather(session, [group], now))[group_id], person, say, first)
