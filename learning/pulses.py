"""The pulse: about every third week one anonymous question to a group; nothing is shown below five answers."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select, update

from community import budget, calendar, people, rights
from community.calendar import SchoolCalendar
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.texts import LANGUAGES, Texts, phrases
from learning import turns
from learning.refusals import Gone
from learning.turns import Turn
from storage.bulk import among, insert_rows
from storage.database import Session, insert
from storage.letters import Button, Draft, Lane, Policy, button, change, message
from storage.models import Enrolment, Group, GroupChat, Person, Pulse, PulseAnswer
from storage.outbox import post, post_many

NAME = "pulse"
WALL = "12:30"  # a break
FIRST, EVERY = 14, 21  # days
OPEN_FOR = timedelta(days=4)
ENOUGH = 5
VALUES = (1, 2, 3, 4, 5)
_QUESTION = "peers.pulse.question."


@dataclass(frozen=True, slots=True)
class Standing:
    """A group that somebody facilitates, and whether it gets the pulse."""

    group: Group
    on: bool


@cache
def questions() -> tuple[str, ...]:
    """The names of the questions, in the order in which they are asked: that of the file of phrases."""
    return tuple(key.removeprefix(_QUESTION) for key in phrases(LANGUAGES[0]) if key.startswith(_QUESTION))


async def send_due(session: Session, now: datetime) -> int:
    """Ask the groups that are due, set the next moments, close what was open long enough.

    Only groups with a running programme are asked. Gives how many groups and closings were dealt with.
    """
    running = exists().where(
        Enrolment.group_id == Group.id, Enrolment.person_id.is_(None), Enrolment.next_at.is_not(None)
    )
    begun = await turns.begin(session, NAME, lambda days, zone: next_after(days, now, zone, FIRST), running)
    due = await turns.claimed(session, NAME, now)
    if due:
        moments = {one.group.id: next_after(one.days, now, one.group.zone, EVERY) for one in due}
        await turns.move_on(session, NAME, moments, now)
        await _ask(session, [one for one in due if one.is_time(now)], now)
    return begun + len(due) + await _close(session, now)


def next_after(days: SchoolCalendar, now: datetime, zone: str, ahead: int) -> datetime:
    """The first school day at least ``ahead`` days from now, in the break."""
    day = calendar.local_day(now, zone) + timedelta(days=ahead)
    eve = datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC) - timedelta(seconds=1)
    try:
        return days.moment_after(eve, WALL, zone, prompt=False)
    except ValueError:
        return now + timedelta(days=ahead)


async def _ask(session: Session, going: Sequence[Turn], now: datetime) -> None:
    """A pulse and its message for each group that follows something; the questions come in turn."""
    ids = [one.group.id for one in going]
    if not ids:
        return
    follows = set(
        await session.scalars(
            select(Enrolment.group_id).where(
                among(session, Enrolment.group_id, ids), Enrolment.person_id.is_(None), Enrolment.next_at.is_not(None)
            )
        )
    )
    counted = await session.execute(
        select(Pulse.group_id, func.count()).where(among(session, Pulse.group_id, ids)).group_by(Pulse.group_id)
    )
    before = {row.group_id: row[1] for row in counted}
    asked = {one.group.id: one for one in going if one.group.id in follows}
    rows = [
        {
            "group_id": number, "week": budget.monday(one.day),
            "question": questions()[before.get(number, 0) % len(questions())],
            "letter_key": f"pulse:{number}:{budget.monday(one.day)}", "opened_at": now,
        }
        for number, one in asked.items()
    ]  # fmt: skip
    columns = ("id", "group_id", "question", "letter_key")
    new = await insert_rows(session, Pulse, rows, unique=["group_id", "week"], returning=columns)
    drafts = [_letter(asked[row.group_id], row.id, row.question, row.letter_key) for row in new]
    await post_many(session, drafts, now)


def _letter(one: Turn, pulse_id: int, question: str, key: str) -> Draft:
    say = Texts(one.group.language)
    return message(
        one.chat_id, _words(say, question, say("peers.pulse.not_enough", n=ENOUGH)), buttons=_buttons(pulse_id),
        silent=True, key=key, lane=Lane.REMINDER, group_id=one.group.id, not_after=one.not_after,
    )  # fmt: skip


def _words(say: Texts, question: str, foot: str) -> str:
    return "\n\n".join([say(_QUESTION + question), say("peers.pulse.scale"), foot])


def _buttons(pulse_id: int) -> list[list[Button]]:
    return [[button(str(value), f"pulse:{pulse_id}:{value}") for value in VALUES]]


async def answer(
    session: Session, person: Person | None, fingerprint: str, pulse_id: int, value: int, now: datetime
) -> None:
    """Keep an answer without its giver; a second one replaces the first while the pulse is open.

    ``fingerprint`` is the keyed one of the visit. Raises NeedsConsent, NotAllowed, Gone, and Refusal once closed.
    """
    if person is None:
        raise NeedsConsent
    pulse = await session.get(Pulse, pulse_id)
    if pulse is None or value not in VALUES:
        raise Gone
    await rights.require(session, person, Action.ANSWER_PULSE, pulse.group_id)
    if pulse.closed_at is not None:
        raise Refusal("peers.pulse.closed")
    # Mixed with the pulse's number, so that the answers to several of them cannot be laid side by side.
    mixed = hashlib.sha256(f"{pulse.id}:{fingerprint}".encode()).hexdigest()
    row = {"pulse_id": pulse.id, "fingerprint": mixed, "value": value}
    statement = insert(session, PulseAnswer).values(row)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["pulse_id", "fingerprint"], set_={"value": value})
    )
    await _show(session, pulse, now)


async def _show(session: Session, pulse: Pulse, now: datetime) -> None:
    """From five answers on the message shows them; anew only when five more have come.

    After every single answer the difference to the picture before would tell what that one person said.
    """
    rows = await session.execute(
        select(PulseAnswer.value, func.count()).where(PulseAnswer.pulse_id == pulse.id).group_by(PulseAnswer.value)
    )
    found = Counter({row.value: row[1] for row in rows})
    if found.total() < ENOUGH or found.total() % ENOUGH:
        return
    row = (
        await session.execute(
            select(Group, GroupChat.tg_chat_id)
            .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
            .where(Group.id == pulse.group_id)
        )
    ).first()
    if row is None:
        return
    group, chat_id = row
    say = Texts(group.language)
    draft = change(
        chat_id, _words(say, pulse.question, result(found, say)), buttons=_buttons(pulse.id), edits=pulse.letter_key,
        key=f"{pulse.letter_key}:{found.total()}", lane=Lane.REMINDER, group_id=group.id,
    )  # fmt: skip
    await post(session, draft, now)


def result(found: Counter[int], say: Texts) -> str:
    """Mean, number of answers and how they are spread, as HTML; below five only that there are not enough."""
    n = found.total()
    if n < ENOUGH:
        return say("peers.pulse.not_enough", n=ENOUGH)
    mean = f"{sum(value * number for value, number in found.items()) / n:.1f}"
    spread = " · ".join(say.plain("peers.pulse.of_value", value=value, n=found[value]) for value in VALUES)
    return say("peers.pulse.result", mean=mean.replace(".", say.plain("learning.decimal")), n=n, spread=spread)


async def _close(session: Session, now: datetime) -> int:
    """Pulses that were open long enough take no more answers; their buttons go, what they show stays."""
    old = select(Pulse.id).where(Pulse.closed_at.is_(None), Pulse.opened_at <= now - OPEN_FOR)
    closed = await session.execute(
        update(Pulse)
        .where(Pulse.id.in_(old.order_by(Pulse.id).limit(turns.AT_ONCE)), Pulse.closed_at.is_(None))
        .values(closed_at=now)
        .returning(Pulse.group_id, Pulse.letter_key)
        .execution_options(synchronize_session=False)
    )
    ended = closed.all()
    chats = select(GroupChat.group_id, GroupChat.tg_chat_id).where(
        among(session, GroupChat.group_id, [row.group_id for row in ended]), GroupChat.current.is_(True)
    )
    chat_of = {row.group_id: row.tg_chat_id for row in (await session.execute(chats)).all()} if ended else {}
    told = [row for row in ended if row.group_id in chat_of]
    await post_many(session, [_without_buttons(chat_of[row.group_id], *row) for row in told], now)
    return len(ended)


def _without_buttons(chat_id: int, group_id: int, key: str) -> Draft:
    return Draft(
        "editMessageReplyMarkup", {"chat_id": chat_id}, chat_id, key=f"{key}:closed", edits=key, lane=Lane.BROADCAST,
        policy=Policy.REPEAT, group_id=group_id,
    )  # fmt: skip


async def standings(session: Session, person: Person | None) -> list[Standing]:
    """The groups that the person facilitates. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, rights.ALLOWED[Action.SET_UP])
    on = await turns.switched_on(session, NAME, [group.id for group in found])
    return [Standing(group, group.id in on) for group in found]


async def switch(session: Session, person: Person | None, group_id: int, on: bool, now: datetime) -> None:
    """A facilitator wants the pulse in this group, or not. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, person, Action.SET_UP, group_id)
    group = await session.get_one(Group, group_id)
    days: SchoolCalendar = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    await turns.switch(session, NAME, group_id, next_after(days, now, group.zone, 1) if on else None)
