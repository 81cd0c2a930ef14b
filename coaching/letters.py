"""What the other side of a cycle is told: in private, outside of quiet hours, counted in the week's budget."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from coaching import naming, seats
from coaching.rights import Side
from coaching.seats import Seat
from community import attention, calendar, people
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Commitment, Cycle, Group, Person
from storage.outbox import post_many

if TYPE_CHECKING:
    from coaching.steps import Standing

Rows = Callable[[Texts], list[list[Button]]]
FIRST = "cyc"  # every letter's key begins with it and the cycle's number: cyc:7:turn:12:3


def key(cycle: Cycle, what: str, number: int, person: Person) -> str:
    """The name of the debt: one such letter to that person."""
    return f"{FIRST}:{cycle.id}:{what}:{number}:{person.id}"


def door(cycle: Cycle, say: Texts) -> list[list[Button]]:
    """The way to the cycle's page."""
    return [[button(say.plain("coaching.button.open"), f"cyc:{cycle.id}")]]


def to(
    person: Person, group: Group, cycle: Cycle, html: str, named: str, rows: list[list[Button]], **rest: Any
) -> list[Draft]:
    """A letter to somebody, if they can be written to; ``named`` is its key."""
    if person.tg_user_id is None or not person.reachable or person.consented_at is None:
        return []
    drafted = message(
        person.tg_user_id, html, buttons=rows or door(cycle, Texts(person.language)), key=named, lane=Lane.REMINDER,
        person_id=person.id, group_id=group.id, **rest,
    )  # fmt: skip
    return [drafted]


async def send(session: Session, group: Group, drafts: Iterable[Draft], now: datetime) -> None:
    """Written into the outbox: not before the quiet hours there are over."""
    written = list(drafts)
    if not written:
        return
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    awake = days.awake_after(now, group.zone)
    held = [one if awake == now else _later(one, awake) for one in written]
    await attention.counted(session, held, now)
    await post_many(session, held, now)


def _later(draft: Draft, at: datetime) -> Draft:
    return replace(draft, due_at=max(draft.due_at or at, at))


async def offered(
    session: Session, cycle: Cycle, workflow: Workflow, group: Group, person: Person, asked: list[Person], now: datetime
) -> None:
    """Somebody would like to begin a cycle: what it is, and yes or no."""
    drafts: list[Draft] = []
    for one in asked:
        say = Texts(one.language)
        words = say(
            f"coaching.offer.{workflow.between}", name=people.display(person, say), group=group.title,
            workflow=workflow.title.of(one.language), about=workflow.words.of(one.language),
        )  # fmt: skip
        rows = [[
            button(say.plain("coaching.button.accept"), f"cycyes:{cycle.id}"),
            button(say.plain("coaching.button.decline"), f"cycno:{cycle.id}"),
        ]]  # fmt: skip
        drafts += to(one, group, cycle, words, key(cycle, "offer", cycle.id, one), rows)
    await send(session, group, drafts, now)


async def answered(session: Session, seat: Seat, accepts: bool, now: datetime) -> None:
    """Who offered learns the answer."""
    what = "accepted" if accepts else "declined"
    await _all(session, seat, what, seat.row.id, now, side=_other(seat))


async def your_turn(session: Session, found: "Standing", now: datetime) -> None:
    """One side has done its part; the other has not yet."""
    await _all(session, found.seat, "turn", found.row.id, now, side=found.owes[0], step=found)


async def next_step(session: Session, found: "Standing", now: datetime) -> None:
    """A step ended, and the next one is open, or the same once more. Who ended it sees it on the page."""
    await _all(session, found.seat, "again" if found.is_again else "next", found.row.id, now, step=found)


async def closed(session: Session, seat: Seat, now: datetime, rows: Rows) -> None:
    """The cycle came to its end; what may follow stands under it, one tap away."""
    await _all(session, seat, "closed", seat.cycle.id, now, rows=rows)


async def woken(session: Session, seat: Seat, number: int, now: datetime) -> None:
    """A pause is over: all are told, also the one whose seat it is named by."""
    drafts: list[Draft] = []
    everybody = [person for _, person in await seats.others(session, seat)]
    for person in [seat.person, *everybody]:
        say = Texts(person.language)
        words = say("coaching.news.woken", workflow=seat.workflow.title.of(person.language))
        drafts += to(person, seat.group, seat.cycle, words, key(seat.cycle, "woken", number, person), [])
    await send(session, seat.group, drafts, now)


async def told(session: Session, seat: Seat, what: str, number: int, now: datetime, **blanks: object) -> None:
    """Any other news to all the others: paused, taken up again, reopened, stopped, kept, moved."""
    await _all(session, seat, what, number, now, blanks=blanks)


async def promised(session: Session, seat: Seat, row: Commitment, now: datetime, rows: Rows) -> None:
    """What was promised, with the buttons that ``rows`` puts below it."""
    said: dict[str, object] = {"due_on": row.due_on, "words": row.text}
    await _all(session, seat, "promised", row.id, now, blanks=said, rows=rows)


async def _all(
    session: Session, seat: Seat, what: str, number: int, now: datetime, *, side: Side | None = None,
    step: "Standing | None" = None, blanks: dict[str, object] | None = None, rows: Rows | None = None,
) -> None:  # fmt: skip
    drafts: list[Draft] = []
    here = [(row.side, one) for row, one in await seats.others(session, seat)] if what in _WITH_ALL else []
    for row, person in await seats.others(session, seat, side):
        if row.side == Side.STAND_IN and what not in _FOR_STAND_INS:
            continue
        say = Texts(person.language)
        said = {"name": people.display(seat.person, say), "workflow": seat.workflow.title.of(person.language)}
        if here:
            there = [one for at, one in here if one.id != person.id and at != Side.STAND_IN]
            said["name"] = naming.of_people([seat.person, *there], say)
        if step is not None:
            said |= {"step": step.step.title.of(person.language), "due": calendar.spoken(step.row.due_on, say)}
        words = say(f"coaching.news.{what}", **said | _said(blanks or {}, say))
        more = rows(say) if rows and row.side != Side.STAND_IN else []
        below = [*door(seat.cycle, say), *more] if more else []
        drafts += to(person, seat.group, seat.cycle, words, key(seat.cycle, what, number, person), below)
    await send(session, seat.group, drafts, now)


def _said(blanks: dict[str, object], say: Texts) -> dict[str, object]:
    """Days in words; the step, which may be named differently in the reader's language, is a blank of its own."""
    return {name: calendar.spoken(one, say) if isinstance(one, date) else one for name, one in blanks.items()}


_WITH_ALL = (
    "next",
    "again",
    "closed",
    "paused",
    "resumed",
    "stopped",
)  # "bersama" whom: in a group's cycle all the others
_FOR_STAND_INS = ("turn", "next", "again", "closed", "paused", "stopped")


def _other(seat: Seat) -> Side:
    return Side.COACH if seat.side is Side.COACHEE else Side.COACHEE
