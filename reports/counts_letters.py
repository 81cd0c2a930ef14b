"""Last week's figures to principals and Dinas: when the letter is due, that it goes once, and the same when asked."""

from dataclasses import replace
from datetime import datetime, timedelta

from community import budget, calendar
from community.refusals import NeedsConsent, NotAllowed
from content.texts import Texts
from learning import own_weeks, weeks
from learning.own_weeks import COUNTS, Turn
from reports import counts, week_pictures
from reports.counts import Counts, Span
from reports.counts_words import html
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Person
from storage.outbox import post_many

MINUTES = 1  # to read it


async def send_due(session: Session, now: datetime) -> int:
    """Write the letters of this moment; gives how many people were dealt with. Empty ones are not written.

    A fixed number of queries for up to own_weeks.AT_ONCE people whose week is the same.
    """
    begun = await own_weeks.begin(session, COUNTS, now)
    due = await own_weeks.claimed(session, COUNTS, now)
    going = {turn.person.id: turn for turn in due if turn.reaches(now)}
    spans = {number: span_of(turn, now) for number, turn in going.items()}
    found = await counts.gather(session, {number: turn.groups for number, turn in going.items()}, spans, now)
    drafts = {number: _letters(turn, found[number]) for number, turn in going.items()}
    wants = [
        budget.Want(number, going[number].groups[0].id, going[number].day, MINUTES, len(each))
        for number, each in drafts.items()
        if each
    ]
    admitted = await budget.admit(session, wants)
    await post_many(session, [one for number, each in drafts.items() if number in admitted for one in each], now)
    return begun + len(due)


def _letters(turn: Turn, found: Counts) -> list[Draft]:
    """The figures in words, then as picture and table; nothing where there is nothing to tell."""
    say, chat = Texts(turn.person.language), turn.person.tg_user_id or 0
    words = html(found, say)
    if words is None:
        return []
    off = [[button(say.plain("week.button.off"), f"wkset:{COUNTS}:0")]]
    first = message(
        chat, words, silent=True, lane=Lane.REMINDER, person_id=turn.person.id, not_after=turn.not_after, buttons=off,
        key=f"counts:week:{turn.person.id}:{budget.monday(turn.day)}",
    )  # fmt: skip
    seen = week_pictures.of_counts(found, say)
    if seen is None:
        return [first]
    drawn = week_pictures.draft(seen, chat, say, silent=True, key=f"{first.key}:figures")
    return [first, replace(drawn, lane=first.lane, person_id=first.person_id, not_after=first.not_after)]


def span_of(turn: Turn, now: datetime) -> Span:
    """The school week before this one."""
    today = calendar.local_day(now, turn.zone)
    return Span(weeks.first_day(turn.days, today) - timedelta(days=7), today, turn.zone)


async def asked(session: Session, person: Person | None, say: Texts, now: datetime) -> str:
    """The same now. Raises NeedsConsent, NotAllowed for who is neither principal nor of the Dinas."""
    return html(await gathered(session, person, now), say) or say("week.counts.nothing")


async def gathered(session: Session, person: Person | None, now: datetime) -> Counts:
    """Last week of the groups somebody gets figures of. Raises NeedsConsent, NotAllowed."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = (await own_weeks.groups_of(session, COUNTS, [person.id])).get(person.id)
    if not groups:
        raise NotAllowed
    days = (await calendar.calendars_of(session, {groups[0].school_id}))[groups[0].school_id]
    span = span_of(Turn(person, COUNTS, now, groups, days), now)
    return (await counts.gather(session, {person.id: groups}, {person.id: span}, now))[person.id]
