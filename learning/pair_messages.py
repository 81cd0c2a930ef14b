"""A message between partners who share no group: the assistant passes the words on, and both sides may stop it.

Neither sees the other's number or account. The words are kept until they are delivered, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, null, select, update

from community import calendar, leaves, people
from community.notes import Note, shown
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from learning import pair_gone, pair_weeks
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Button, Draft, Lane, button
from storage.models import Group, Letter, Pairing, Person
from storage.outbox import post_many

MOST = 20  # messages of one person in a week: more is better said face to face
KEY = "pair:say:"


@dataclass(frozen=True, slots=True)
class Reader:
    """A partner who would read it, with their own pairing."""

    row: Pairing
    person: Person
    group: Group


@dataclass(frozen=True, slots=True)
class Passed:
    """Who gets the words; ``later`` where somebody sleeps and reads them when they are awake."""

    readers: Sequence[Reader]
    later: bool


async def readers(session: Session, person: Person | None, pairing_id: int, now: datetime) -> list[Reader]:
    """Who would read a message of the person; at least one.

    Raises NeedsConsent, Gone for a pairing that is not the person's own, and Refusal: the week is over, the person
    stopped messages or is out, said enough, or nobody can be written to (for whatever reason; it is not told).
    """
    own = await _own(session, person, pairing_id)
    if person is None:
        raise NeedsConsent
    team = await _team(session, own)
    mine = next((one for one, part in team if one.row.id == own.id and part), None)
    if mine is None or own.stopped:
        raise Refusal("pairs.message.you_stopped")
    days = await calendar.calendars_of(session, {one.group.school_id for one, _ in team})
    today = calendar.local_day(now, mine.group.zone)
    if pair_weeks.week_of(days[mine.group.school_id], today) != own.week:
        raise Refusal("pairs.message.over")
    sent = await session.scalar(select(func.count()).where(Letter.key.startswith(f"{KEY}{own.id}:")))
    if (sent or 0) >= MOST * max(len(team) - 1, 1):
        raise Refusal("pairs.message.enough", n=MOST)
    away = await leaves.away(session, [one.person.id for one, _ in team], today)
    found = [
        one for one, part in team if part and not one.row.stopped and one.row.id != own.id and one.person.id not in away
    ]
    if not found:
        raise Refusal("pairs.message.nobody")
    return found


async def _own(session: Session, person: Person | None, pairing_id: int) -> Pairing:
    if person is None:
        raise NeedsConsent
    row = await session.scalar(select(Pairing).where(Pairing.id == pairing_id, Pairing.person_id == person.id))
    if row is None:
        raise Gone
    return row


async def _team(session: Session, own: Pairing) -> list[tuple[Reader, bool]]:
    """Everybody of the team, and whether they take part still; one query."""
    rows = await session.execute(
        select(Pairing, Person, Group, pair_gone.takes_part())
        .join(Person, Person.id == Pairing.person_id)
        .join(Group, Group.id == Pairing.group_id)
        .where(Pairing.pool == own.pool, Pairing.week == own.week, Pairing.team == own.team)
        .order_by(Pairing.id)
    )
    return [(Reader(row, person, group), part) for row, person, group, part in rows]


async def pass_on(
    session: Session, person: Person | None, pairing_id: int, note: Note, visit_key: str, now: datetime
) -> Passed:  # fmt: skip
    """Bring text or voice to every partner, when they are awake; raises as readers. A visit says it once."""
    found = await readers(session, person, pairing_id, now)
    if person is None:
        raise NeedsConsent
    days = await calendar.calendars_of(session, {one.group.school_id for one in found})
    due = {
        one.row.id: days[one.group.school_id].awake_after(now, one.person.zone or one.group.zone) for one in found
    }  # fmt: skip
    drafts = [
        _letter(one, person, note, f"{KEY}{pairing_id}:{one.row.id}:{visit_key}", due[one.row.id]) for one in found
    ]
    await post_many(session, drafts, now)
    return Passed(found, any(at > now for at in due.values()))


def _letter(one: Reader, sender: Person, note: Note, key: str, due_at: datetime) -> Draft:
    """The words go from the outbox with their outcome (``forgets``)."""
    say = Texts(one.person.language)
    return shown(
        note, one.person.tg_user_id or 0, say, say("pairs.message.from", name=people.display(sender, say)),
        buttons=keys(one.row.id, say), key=key, lane=Lane.REMINDER, person_id=sender.id, group_id=one.group.id,
        due_at=due_at, forgets=True,
    )  # fmt: skip


def keys(pairing_id: int, say: Texts) -> list[list[Button]]:
    """Under a message: answer, or no more of them."""
    return [[
        button(say.plain("pairs.button.answer"), f"pair:write:{pairing_id}"),
        button(say.plain("pairs.button.stop"), f"pair:stop:{pairing_id}"),
    ]]  # fmt: skip


async def choose(session: Session, person: Person | None, pairing_id: int, stopped: bool, now: datetime) -> None:
    """No messages to or from the person in that week any more, or again; what waits for them is not brought.

    Raises NeedsConsent, Gone.
    """
    own = await _own(session, person, pairing_id)
    own.stopped = stopped
    await session.flush()
    if stopped and person is not None:
        await not_brought(session, Letter.chat_id == person.tg_user_id, now)


async def not_brought(session: Session, whose: ColumnElement[bool], now: datetime) -> None:
    """Messages that wait are dropped, and their words with them."""
    await session.execute(
        update(Letter)
        .where(Letter.key.startswith(KEY), whose, Letter.state == "pending")
        .values(state="dropped", error="stopped", params=null(), chat_id=null(), finished_at=now)
        .execution_options(synchronize_session=False)
    )
