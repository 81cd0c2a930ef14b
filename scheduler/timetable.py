"""Every rhythm of the assistant, a line each: what is asked, and how often. The rooms know what is due."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from coaching import (
    handovers,
    lesson_talks,
    meeting_letters,
    pauses,
    plan_reminders,
    series,
    session_times,
    visit_letters,
)
from coaching import reminders as coaching_reminders
from community import (
    broadcasts,
    carrying,
    consent_news,
    conversation,
    departures,
    groups,
    imported,
    looks,
    own_models,
    recalls,
    school_years,
    vacancies,
    web_sessions,
)
from community.library import indexing
from learning import (
    agenda_letters,
    buddies,
    company_calls,
    course_events,
    delivering,
    pair_mending,
    pairs,
    partners,
    pulses,
    reminders,
    synthesis,
)
from learning.surveys import closing, opening, reminding, weekly
from reports import counts_letters, digest, mentor_letters, mornings, readiness_history, recap, week_letters
from storage import inbox, post_office, states
from storage.database import Session

Work = Callable[[Session, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A question asked again and again: "what is due by now?". A missed turn is harmless, a second clock too."""

    name: str
    every: timedelta
    work: Work
    most_rounds: int = 1000  # the work is repeated while it finds something to do
    hands: int = 1  # so many work on it at once, each on what the others have not claimed; SQLite lets one write


def every(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


def timetable(retention_days: int, owners: Collection[int] = ()) -> tuple[Rhythm, ...]:
    """All rhythms of one assistant; message texts are kept ``retention_days``, ``owners`` are ADMIN_IDS."""

    async def send_broadcasts(session: Session, now: datetime) -> int:
        return await broadcasts.send_due(session, now, owners)

    return (
        Rhythm("daily prompts", every(15), delivering.deliver_due, hands=3),
        Rhythm("reminders", every(60), reminders.remind_due),
        Rhythm("coach digests", every(30), digest.send_due),
        Rhythm("buddies", every(300), buddies.ask_due),
        Rhythm("buddies ask", every(300), company_calls.call_due),
        Rhythm("monthly recaps", every(60), recap.send_due),
        Rhythm("weekly pairs", every(60), pairs.form_due),
        Rhythm("pairs that changed", every(30), pair_mending.mend_due),
        Rhythm("did pairs meet", every(60), partners.ask_due),
        Rhythm("weekly synthesis", every(60), synthesis.send_due),
        Rhythm("pulses", every(60), pulses.send_due),
        Rhythm("surveys open", every(60), opening.open_due),
        Rhythm("confidence week by week", every(60), weekly.ask_due),
        Rhythm("surveys remind", every(60), reminding.remind_due),
        Rhythm("surveys close", every(60), closing.close_due),
        Rhythm("who needs me today", every(30), mornings.send_due),
        Rhythm("letters of the week", every(60), week_letters.send_due),
        Rhythm("counts of the week", every(60), counts_letters.send_due),
        Rhythm("mentors of a pengampu", every(60), mentor_letters.send_due),
        Rhythm("coaching reminders", every(60), coaching_reminders.remind_due),
        Rhythm("seats of coaching fall free", every(60), handovers.vacate_due),
        Rhythm("sessions", every(60), session_times.remind_due),
        Rhythm("visits", every(60), visit_letters.remind_due),
        Rhythm("visits are announced", every(300), series.announce_due),
        Rhythm("visits are proposed", every(900), series.propose_due),
        Rhythm("meetings", every(60), meeting_letters.remind_due),
        Rhythm("talks after a lesson", every(300), lesson_talks.propose_due),
        Rhythm("work plans", every(60), plan_reminders.remind_due),
        Rhythm("coaching after a pause", every(300), pauses.wake_due, most_rounds=1),
        Rhythm("open questions", every(60), carrying.carry_due),
        Rhythm("groups' own models", every(900), own_models.train_due),
        Rhythm("words of the library", every(60), indexing.index_due),
        Rhythm("programme clocks", every(60), course_events.tell_due),
        Rhythm("weekly agendas", every(60), agenda_letters.send_due),
        Rhythm("who accompanied has gone", every(60), vacancies.vacate_due),
        Rhythm("broadcasts", every(10), send_broadcasts),
        Rhythm("withdrawals", every(10), recalls.withdraw_due),
        Rhythm("old drafts of broadcasts go", every(3600), broadcasts.tidy, most_rounds=1),
        Rhythm("a new school year", every(900), school_years.due),
        Rhythm("a new text of the consent", every(900), consent_news.tell_due),
        Rhythm("headcounts", every(3600), groups.recount_due),
        Rhythm("readiness is counted", every(3600), readiness_history.count_due),
        *_cleaning(retention_days),
    )


def _cleaning(retention_days: int) -> tuple[Rhythm, ...]:
    """What is kept for a span goes after it."""

    async def expire_texts(session: Session, now: datetime) -> int:
        return await conversation.expire_text(session, now, retention_days)

    return (
        Rhythm("message texts expire", every(3600), expire_texts),
        Rhythm("imports become counts", every(3600), imported.expire_due),
        Rhythm("old update ids go", every(3600), inbox.clean, most_rounds=1),
        Rhythm("who had the dashboard open is forgotten", every(3600), web_sessions.clean, most_rounds=1),
        Rhythm("conversations left lying go", every(3600), states.clean, most_rounds=1),
        Rhythm("who looked is forgotten", every(3600), looks.clean, most_rounds=1),
        Rhythm("who went is forgotten", every(3600), departures.clean, most_rounds=1),
        Rhythm("words of settled letters go", every(3600), post_office.clean, most_rounds=1),
    )
