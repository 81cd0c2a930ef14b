"""/pekan: both letters of the week for whom they are, and the tap that has them come by themselves or not."""

from datetime import datetime

from community.refusals import NeedsConsent, NotAllowed
from content.texts import Texts
from learning import own_weeks
from learning.own_weeks import COUNTS, LEADS
from reports import counts_letters, week_letters, week_pictures
from reports.counts_words import html
from reports.group_week_words import Page
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import Person


async def start(session: Session, person: Person | None, say: Texts, now: datetime) -> list[Draft]:
    """What waits in the groups one leads, and the figures of one's schools: each in words, then as picture and table.

    Raises NeedsConsent, NotAllowed for who neither leads a group nor is a principal or of the Dinas.
    """
    if person is None:
        raise NeedsConsent
    wanted = await own_weeks.of_person(session, person.id)
    chat, drafts = person.tg_user_id or 0, list[Draft]()
    try:
        theirs = await week_letters.gathered(session, person, now)
        words, rows = week_letters.page_of(theirs, person, say)
        drafts.append(message(chat, words, buttons=[*rows, [_switch(LEADS, wanted, say)]]))
        drafts += _figures(week_pictures.of_groups(theirs, say, now), chat, say)
    except NotAllowed:
        pass
    try:
        found = await counts_letters.gathered(session, person, now)
        told = html(found, say)
        drafts.append(message(chat, told or say("week.counts.nothing"), buttons=[[_switch(COUNTS, wanted, say)]]))
        drafts += _figures(week_pictures.of_counts(found, say), chat, say) if told else []
    except NotAllowed:
        if not drafts:
            raise
    return drafts


def _figures(seen: week_pictures.Seen | None, chat: int, say: Texts) -> list[Draft]:
    return [week_pictures.draft(seen, chat, say)] if seen else []


def _switch(name: str, wanted: dict[str, datetime | None], say: Texts) -> Button:
    off = name in wanted and wanted[name] is None
    return button(say.plain(f"week.button.{'on' if off else 'off'}"), f"wkset:{name}:{int(off)}")


async def more(
    session: Session, person: Person | None, group_id: int, say: Texts, now: datetime, first: int = 0
) -> Page:
    """One group from a line on; without a group the list of them. Raises NeedsConsent, NotAllowed."""
    if group_id:
        return await week_letters.opened(session, person, group_id, say, now, first)
    return await week_letters.asked(session, person, say, now, first)


async def switch(session: Session, person: Person | None, name: str, on: bool, say: Texts, now: datetime) -> Page:
    """It comes every week, or only when asked. Raises NeedsConsent, NotAllowed for who has no such letter."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    if name not in own_weeks.ACTIONS or not await own_weeks.groups_of(session, name, [person.id]):
        raise NotAllowed
    await own_weeks.switch(session, name, person, on, now)
    wanted = await own_weeks.of_person(session, person.id)
    return say(f"week.switched.{'on' if on else 'off'}"), [[_switch(name, wanted, say)]]
