"""Last week's figures to principals and Dinas: when the letter is due, that it goes once, and the same when asked."""

from datetime import datetime, timedelta

from community import budget, calendar
from community.refusals import NeedsConsent, NotAllowed
from content.texts import Texts
from learning import own_weeks, weeks
from learning.own_weeks import COUNTS, Turn
from reports import counts
from reports.counts import Span
from reports.counts_words import html
from storage.database import Session
from storage.letters import Lane, button, message
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
    told = {number: html(found[number], Texts(turn.person.language)) for number, turn in going.items()}
    wants = [
        budget.Want(number, turn.groups[0].id, turn.day, MINUTES) for number, turn in going.items() if told[number]
    ]
    admitted = await budget.admit(session, wants)
    drafts = [
        message(
            turn.person.tg_user_id or 0, told[number] or "", silent=True, lane=Lane.REMINDER, person_id=number,
            key=f"counts:week:{number}:{budget.monday(turn.day)}", not_after=turn.not_after,
            buttons=[[button(Texts(turn.person.language).plain("week.button.off"), f"wkset:{COUNTS}:0")]],
        )
        for number, turn in going.items()
        if number in admitted
    ]  # fmt: skip
    await post_many(session, drafts, now)
    return begun + len(due)


def span_of(turn: Turn, now: datetime) -> Span:
    """The school week before this one."""
    today = calendar.local_day(now, turn.zone)
    return Span(weeks.first_day(turn.days, today) - timedelta(days=7), today, turn.zone)


async def asked(session: Session, person: Person | None, say: Texts, now: datetime) -> str:
    """The same now. Raises NeedsConsent, NotAllowed for who is neither principal nor of the Dinas."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = (await own_weeks.groups_of(session, COUNTS, [person.id])).get(person.id)
    if not groups:
        raise NotAllowed
    days = (await calendar.calendars_of(session, {groups[0].school_id}))[groups[0].school_id]
    span = span_of(Turn(person, COUNTS, now, groups, days), now)
    found = (await counts.gather(session, {person.id: groups}, {person.id: span}, now))[person.id]
    return html(found, say) or say("week.counts.nothing")
