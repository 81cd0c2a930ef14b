"""Reaching the other side of a cycle: a kind word by one tap, a message of one's own, another day for a step."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from coaching import due, history, letters, seats, steps
from coaching.cycle_notes import Given
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.rights import Act, Side
from coaching.steps import Standing
from community import calendar, people
from community.calendar import local_day
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Letter, Person

LONGEST = 1_000
MOVES = (3, 5, 10)  # working days from today


async def nudge(session: Session, person: Person | None, cycle_id: int, now: datetime) -> int:
    """A friendly word with one question to everybody on the other side, once a day; gives how many got it.

    Raises NeedsConsent, Gone, NotAllowed, NotNow, and Refusal where today's was sent already.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    day = local_day(now, found.seat.group.zone)
    phrase = "coaching.reach.greeted" if found.seat.side is Side.COACHEE else "coaching.reach.nudge"
    drafts = await _to_others(session, found, f"nudge.{day}", phrase)
    if drafts and await session.scalar(select(Letter.id).where(Letter.key.in_([one.key for one in drafts])).limit(1)):
        raise Refusal("coaching.reach.once")
    await letters.send(session, found.seat.group, drafts, now)
    return len(drafts)


async def _to_others(session: Session, found: Standing, what: str, phrase: str, **blanks: object) -> list[Draft]:
    drafts: list[Draft] = []
    for row, one in await seats.others(session, found.seat):
        if row.side == Side.STAND_IN:
            continue
        say = Texts(one.language)
        said = {name: calendar.spoken(it, say) if isinstance(it, date) else it for name, it in blanks.items()}
        words = say(phrase, name=people.display(found.seat.person, say), step=found.step.title.of(one.language), **said)
        key = letters.key(found.seat.cycle, what, found.row.id, one)
        drafts += letters.to(one, found.seat.group, found.seat.cycle, words, key, [])
    return drafts


async def writing(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """What shall I tell them? Who gets it is named before. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    them = [one for row, one in await seats.others(session, found.seat) if row.side != Side.STAND_IN]
    names = say.plain("coaching.and").join(people.display(one, say) for one in them)
    back = [button(say.plain("coaching.button.back"), f"cyc:{cycle_id}")]
    return say("coaching.reach.write", name=names), [back]


async def write(session: Session, person: Person | None, cycle_id: int, given: Given, now: datetime) -> int:
    """Text or a voice passed on to the other side; kept no longer than the letter. Gives how many got it.

    Raises NeedsConsent, Gone, NotAllowed, NotNow, and Refusal for another kind or endless words.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    words = (given.text or "").strip()
    if given.medium not in ("text", "voice", "link") or len(words) > LONGEST or not (words or given.file_id):
        raise Refusal("coaching.reach.text_or_voice", most=LONGEST)
    line = await history.write(session, found.seat.cycle, "wrote", person, now)
    drafts = await _to_others(session, found, f"write.{line.id}", "coaching.reach.wrote", words=words or "🎤")
    if given.medium == "voice" and given.file_id:
        drafts = [_spoken(one, given.file_id) for one in drafts]
    await letters.send(session, found.seat.group, drafts, now)
    return len(drafts)


def _spoken(draft: Draft, file_id: str) -> Draft:
    params: dict[str, Any] = {
        name: value for name, value in draft.params.items() if name not in ("text", "link_preview_options")
    }
    return replace(draft, method="sendVoice", params=params | {"voice": file_id, "caption": draft.params["text"]})


async def moves(session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime) -> Page:
    """Other days for the open step, to be tapped. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.MOVE)
    rows = [
        [button(calendar.spoken(day, say)[:60], f"cycmoved:{cycle_id}:{found.row.id}:{day.isoformat()}")]
        for day in await _days(session, found, now)
    ]
    back = [button(say.plain("coaching.button.back"), f"cyc:{cycle_id}")]
    return say("coaching.reach.move", step=found.step.title.of(say.language)), [*rows, back]


async def _days(session: Session, found: Standing, now: datetime) -> list[date]:
    group = found.seat.group
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    return [due.after_working_days(days, local_day(now, group.zone), n) for n in MOVES]


async def move(
    session: Session, person: Person | None, cycle_id: int, step_row: int, day: date | None, now: datetime
) -> Standing:
    """The open step is due on another of the offered days; told to the other side, and written down.

    Raises NeedsConsent, Gone for an old button or another day, NotAllowed, NotNow.
    """
    found = await steps.at(session, person, cycle_id, Act.MOVE)
    if found.row.id != step_row or day not in await _days(session, found, now) or day is None:
        raise Gone
    group = found.seat.group
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    was, found.row.due_on, found.row.reminded = found.row.due_on, day, 0
    found.row.remind_at = due.first_reminder(days, day, group.zone, now)
    line = await history.write(
        session, found.seat.cycle, "step_moved", person, now, was=was.isoformat(), due=day.isoformat()
    )
    drafts = await _to_others(session, found, f"moved.{line.id}", "coaching.reach.moved", day=day)
    await letters.send(session, group, drafts, now)
    return found
