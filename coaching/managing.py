"""What else can be done with a cycle, as pages: a promise and its day, a pause, another coach, an earlier step."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from coaching import commitments, handovers, pauses, seats, spoken_promises, steps
from coaching.pages import Page
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side, may
from coaching.seats import Seat
from community import calendar, people
from community.calendar import local_day
from community.notes import Note
from community.refusals import Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Commitment, CycleMember, CycleStep, Person

PAUSES = (7, 14, 30)  # days that are offered


def _tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    return button(say.plain(f"coaching.button.{name}", **blanks)[:60], data)


def _back(say: Texts, cycle_id: int) -> list[Button]:
    return [_tap(say, "back", f"cyc:{cycle_id}")]


async def promising(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """What will you do? Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.PROMISE)
    names = [people.display(one, say) for _, one in await seats.others(session, found.seat)]
    return say("coaching.promise.ask", name=say.plain("coaching.and").join(names)), [_back(say, cycle_id)]


async def until_when(
    session: Session, person: Person | None, cycle_id: int, note: Note, say: Texts, now: datetime
) -> tuple[dict[str, Any], Page]:
    """Until which day? With what is to be remembered for ``promised``. A voice may get a title before.

    Raises as promising, and Refusal for words that are no promise.
    """
    found = await steps.at(session, person, cycle_id, Act.PROMISE)
    words = commitments.worded(spoken_promises.title(note, say))
    data: dict[str, Any] = {"cycle": cycle_id, "words": words}
    rows = [[_day(one, say)] for one in await commitments.offered_days(session, found.seat, now)]
    if note.file_id is None:
        return data, (say("coaching.promise.until"), [*rows, _back(say, cycle_id)])
    rows.append([_tap(say, "title", "cyctitle")])
    told = [say("coaching.promise.came", words=words), say("coaching.promise.until")]
    return data | {"file": note.file_id, "seconds": note.seconds}, ("\n\n".join(told), [*rows, _back(say, cycle_id)])


def titling(data: Mapping[str, Any], say: Texts) -> str:
    """Which words for the voice that was sent? Raises NotNow where there is none."""
    if "file" not in data:
        raise NotNow
    return say("coaching.promise.title")


def voice_of(data: Mapping[str, Any], words: str | None = None) -> Note:
    """What was given for a promise so far: words, or a voice under other words."""
    return Note(words or str(data.get("words", "")), data.get("file"), data.get("seconds"))


def _day(day: date, say: Texts) -> Button:
    return button(calendar.spoken(day, say)[:60], f"cycday:{day.isoformat()}")


def day_of(text: str) -> date | None:
    """The day in a button's data; None for what is no day (buttons can be forged)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def day_said(text: str, zone: str, now: datetime) -> date | None:
    """The day somebody typed; None for what is not understood."""
    return commitments.understood(text, local_day(now, zone))


async def promised(
    session: Session, person: Person | None, data: Mapping[str, Any], day: date | None, now: datetime
) -> Commitment:
    """The promise that was put together, or another day for one that stands. Raises Refusal for no day."""
    if day is None:
        raise Refusal("coaching.promise.which_day")
    if "promise" in data:
        return await commitments.move(session, person, int(data["promise"]), day, now)
    if "words" not in data:
        raise NotNow
    voice = voice_of(data) if "file" in data else None
    return await commitments.promise(session, person, int(data["cycle"]), str(data["words"]), day, now, voice)


async def of_promise(session: Session, person: Person | None, commitment_id: int, say: Texts) -> Page:
    """One's own promise: done, another day, or not after all. Raises NeedsConsent, Gone, NotNow."""
    row, _seat = await commitments.own(session, person, commitment_id)
    rows = [
        [_tap(say, "is_kept", f"cycletgo:{row.id}:kept")],
        [_tap(say, "move", f"cycmove:{row.id}")],
        [_tap(say, "let_go", f"cycletgo:{row.id}:let_go")],
        *spoken_promises.doors([row], say),
        _back(say, row.cycle_id),
    ]
    return say("coaching.promise.one", words=row.text, due=calendar.spoken(row.due_on, say)), rows


async def moving(
    session: Session, person: Person | None, commitment_id: int, say: Texts, now: datetime
) -> tuple[Commitment, Page]:
    """Another day for a promise. Raises as of_promise."""
    row, seat = await commitments.own(session, person, commitment_id)
    rows = [[_day(one, say)] for one in await commitments.offered_days(session, seat, now)]
    return row, (say("coaching.promise.until"), [*rows, _back(say, row.cycle_id)])


async def more(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """Everything else this side may do with the cycle as it stands now. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await seats.take(session, person, cycle_id, Act.SEE_HISTORY)
    state = seat.cycle.state
    acts = {
        "pause": state == "active", "resume": state == "paused", "again": state in ("active", "closed"),
        "over": state in ("active", "paused") and may(seat.side, Act.HAND_OVER),
        "stand": state in ("active", "paused") and may(seat.side, Act.NAME_STAND_IN),
        "open": not seat.is_group and await _came_later(session, seat), "stop": state in seats.RUNNING,
    }  # fmt: skip
    rows = [[_tap(say, f"act_{name}", f"cycact:{cycle_id}:{name}")] for name, can in acts.items() if can]
    if state == "active" and may(seat.side, Act.MOVE):
        rows.insert(0, [_tap(say, "move_step", f"cycmoves:{cycle_id}")])
    rows.append([_tap(say, "history", f"cychist:{cycle_id}"), _tap(say, "list", "cycs")])
    return say("coaching.more.which", workflow=seat.workflow.title.of(say.language)), [*rows, _back(say, cycle_id)]


async def _came_later(session: Session, seat: Seat) -> bool:
    """For the teacher: is there a coach for whom the earlier notes are closed?"""
    if not may(seat.side, Act.OPEN_NOTES):
        return False
    found = await session.scalar(
        select(CycleMember.id).where(
            CycleMember.cycle_id == seat.cycle.id, CycleMember.side == str(Side.COACH), CycleMember.until.is_(None),
            CycleMember.reads_since > seat.row.since,
        ).limit(1)
    )  # fmt: skip
    return found is not None


async def act(
    session: Session, person: Person | None, cycle_id: int, name: str, chosen: str, say: Texts, now: datetime
) -> Page | str:
    """One of them: the next question as a page, or, when it is done, the sentence that says so.

    Raises NeedsConsent, Gone, NotAllowed, NotNow.
    """
    if name == "resume":
        await pauses.resume(session, person, cycle_id, now)
    elif name == "open":
        await handovers.open_notes(session, person, cycle_id, now)
    elif name == "pause":
        return await _pause(session, person, cycle_id, chosen, say, now)
    elif name == "again":
        return await _again(session, person, cycle_id, chosen, say, now)
    elif name in ("over", "stand"):
        return await _to_whom(session, person, cycle_id, name, say)
    elif name == "stop" and chosen != "yes":
        return say("coaching.more.stop"), [[_tap(say, "stop_yes", f"cycact:{cycle_id}:stop:yes")], _back(say, cycle_id)]
    elif name == "stop":
        await pauses.stop(session, person, cycle_id, now)
    else:
        raise Gone
    return say(f"coaching.more.done_{name}")


async def _pause(
    session: Session, person: Person | None, cycle_id: int, chosen: str, say: Texts, now: datetime
) -> Page | str:
    if chosen not in {"0", *(str(n) for n in PAUSES)}:
        rows = [[_tap(say, "pause_days", f"cycact:{cycle_id}:pause:{n}", n=n)] for n in PAUSES]
        rows.append([_tap(say, "pause_open", f"cycact:{cycle_id}:pause:0")])
        return say("coaching.more.pause"), [*rows, _back(say, cycle_id)]
    await pauses.pause(session, person, cycle_id, int(chosen), now)
    return say("coaching.more.done_pause")


async def _again(
    session: Session, person: Person | None, cycle_id: int, chosen: str, say: Texts, now: datetime
) -> Page | str:
    seat = await seats.take(session, person, cycle_id, Act.REOPEN)
    if not chosen:
        done = await session.scalars(
            select(CycleStep.step).where(CycleStep.cycle_id == cycle_id, CycleStep.done_at.is_not(None)).distinct()
        )
        there = set(done)
        rows = [
            [button(step.title.of(say.language)[:60], f"cycact:{cycle_id}:again:{place}")]
            for place, step in enumerate(seat.workflow.steps)
            if step.id in there
        ]
        return say("coaching.more.again" if rows else "coaching.more.nothing_done"), [*rows, _back(say, cycle_id)]
    place = int(chosen) if chosen.isascii() and chosen.isdecimal() else -1
    if not 0 <= place < len(seat.workflow.steps):
        raise Gone
    await pauses.reopen(session, person, cycle_id, seat.workflow.steps[place].id, now)
    return say("coaching.more.done_again")


async def _to_whom(session: Session, person: Person | None, cycle_id: int, name: str, say: Texts) -> Page:
    found = await handovers.candidates(session, person, cycle_id)
    rows = [[button(people.display(one, say)[:60], f"cycto:{cycle_id}:{name}:{one.id}")] for one in found[:20]]
    return say(f"coaching.more.{name}" if rows else "coaching.more.nobody"), [*rows, _back(say, cycle_id)]
