"""What people say and show at a step, and who may read it: asked in the query, never after it (I7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from coaching import evidence, needs, seats, steps
from coaching.refusals import Gone, NotNow
from coaching.rights import AUDIENCES, Act
from coaching.seats import Seat
from coaching.steps import Standing
from community.notes import Note
from content.workflows import Ask
from storage.database import Session
from storage.models import CycleNote, CycleStep, Person

TAP, VOICE = "tap", "voice"

SEVERAL = ","  # between the options of one answer: no id of an option holds it


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: words, a voice or a file; ``medium`` is text, voice, photo, document, link or tap."""

    medium: str
    text: str | None = None
    file_id: str | None = None
    seconds: int | None = None

    @classmethod
    def of(cls, note: Note) -> "Given":
        return cls(note.medium, note.text, note.file_id, note.seconds)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored, at which question, and who reads it beside its writer."""

    row: CycleNote
    ask: Ask | None
    readers: Sequence[Person]
    standing: Standing


def may_answer(ask: Ask, given: Given) -> bool:
    """Is that the kind of answer the question takes? Words may be spoken; evidence is a photo, a file or a link."""
    if ask.answer == "words":
        return given.medium in ("text", VOICE) and bool(given.text or given.file_id)
    if ask.answer == "evidence":
        return given.medium in evidence.KINDS
    known = {option.id for option in ask.options} if ask.options else {"ya"}
    chosen = (given.text or "").split(SEVERAL) if ask.answer == "several" else [given.text or ""]
    return given.medium == TAP and known.issuperset(chosen)


async def answer(
    session: Session, person: Person | None, cycle_id: int, step_row: int, name: str, given: Given, now: datetime
) -> Kept:
    """One question of the open step is answered; the newest answer of a person stands, and its reader stays chosen.

    Raises NeedsConsent, Gone, NotAllowed, NotNow for a step that is over, Unfit for an answer of another kind.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    ask = found.step.asked(name)
    if found.row.id != step_row:
        raise NotNow
    if ask is None or ask.of not in (str(found.seat.side), "both"):
        raise Gone
    if not may_answer(ask, given):
        raise Unfit(ask)
    row = await own_answer(session, found, name)
    if row is None:
        row = _row(found, ask.audience, now, ask=name)
        session.add(row)
    else:
        row.edited_at = row.audience_at = now  # new words, said to whoever reads them today
    row.medium, row.text, row.file_id, row.seconds = given.medium, given.text, given.file_id, given.seconds
    row.shows_pupils = row.reviewed_at = None
    await session.flush()
    return await _kept(session, found, row, ask)


async def own_answer(session: Session, found: Standing, name: str) -> CycleNote | None:
    """What this person answered to that question of the opened step."""
    return await session.scalar(select(CycleNote).where(*_theirs(found, name)))


async def tapped(session: Session, found: Standing, name: str) -> str:
    """What this person has tapped at a question of the opened step; empty for nothing."""
    said = await session.scalar(select(CycleNote.text).where(*_theirs(found, name), CycleNote.medium == TAP))
    return said or ""


async def take_back(session: Session, found: Standing, name: str) -> None:
    """This person's answer to a question of the opened step is none any more."""
    await session.execute(delete(CycleNote).where(*_theirs(found, name)))


def _theirs(found: Standing, name: str) -> tuple[ColumnElement[bool], ...]:
    person, row = found.seat.person, found.row
    return CycleNote.step_id == row.id, CycleNote.person_id == person.id, CycleNote.ask == name


class Unfit(NotNow):
    """The question takes another kind of answer; the phrase names which."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.text_key = f"coaching.takes.{ask.answer}"


async def add(
    session: Session, person: Person | None, cycle_id: int, given: Given, now: datetime, audience: str = "me"
) -> Kept:
    """A note of one's own beside the questions, or further evidence. Raises as answer."""
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    row = _row(found, _known(audience), now)
    row.medium, row.text, row.file_id, row.seconds = given.medium, given.text, given.file_id, given.seconds
    session.add(row)
    await session.flush()
    return await _kept(session, found, row, None)


def _row(found: Standing, audience: str, now: datetime, ask: str | None = None) -> CycleNote:
    return CycleNote(
        cycle_id=found.seat.cycle.id, step_id=found.row.id, person_id=found.seat.person.id, ask=ask,
        audience=audience, audience_at=now, medium="text", created_at=now,
    )  # fmt: skip


async def _kept(session: Session, found: Standing, row: CycleNote, ask: Ask | None) -> Kept:
    open_to = await seats.readers(session, found.seat) if row.audience == "both" else []
    return Kept(row, ask, open_to, found)


def _known(audience: str) -> str:
    if audience not in AUDIENCES:
        raise Gone
    return audience


async def own(session: Session, person: Person | None, note_id: int) -> tuple[CycleNote, Seat]:
    """A note of the person's own, and the seat from which it was written. Raises NeedsConsent, Gone."""
    row = await session.get(CycleNote, note_id, populate_existing=True)
    if row is None:
        raise Gone
    seat = await seats.take(session, person, row.cycle_id, Act.ANSWER)
    if row.person_id != seat.person.id:
        raise Gone
    return row, seat


async def share(session: Session, person: Person | None, note_id: int, audience: str, now: datetime) -> Kept:
    """Another reader for a note of one's own. Raises NeedsConsent, Gone, and NotNow where it is agreed for both."""
    row, seat = await own(session, person, note_id)
    step = await session.get_one(CycleStep, row.step_id)
    known = seat.workflow.step(step.step)
    ask = known.asked(row.ask) if known is not None and row.ask else None
    if known is None or (ask is not None and ask.fixed):
        raise NotNow
    row.audience, row.audience_at = _known(audience), now
    await session.flush()
    return await _kept(session, Standing(seat, known, step), row, ask)


async def remove(session: Session, person: Person | None, note_id: int) -> None:
    """A note of one's own goes. Raises NeedsConsent, Gone."""
    row, _seat = await own(session, person, note_id)
    await session.execute(delete(CycleNote).where(CycleNote.id == row.id))


async def readable(
    session: Session, person: Person | None, cycle_id: int, step: str | None = None
) -> tuple[Seat, list[tuple[CycleNote, str, Person]]]:
    """The notes of a cycle this person may read, with step and writer, oldest first.

    Raises NeedsConsent, Gone, NotAllowed for a stand-in. Two queries.
    """
    seat = await seats.take(session, person, cycle_id, Act.READ)
    query = (
        select(CycleNote, CycleStep.step, Person)
        .join(CycleStep, CycleStep.id == CycleNote.step_id)
        .join(Person, Person.id == CycleNote.person_id)
        .where(CycleNote.cycle_id == cycle_id, evidence.open_to(seat))
        .order_by(CycleNote.created_at, CycleNote.id)
    )
    if step is not None:
        query = query.where(CycleStep.step == step)
    return seat, [(note, at, writer) for note, at, writer in await session.execute(query)]


async def next_ask(session: Session, found: Standing) -> Ask | None:
    """The first question of the open step that this person has not answered."""
    open_asks = await needs.open_asks(session, found.seat, found.step, found.row)
    return open_asks[0] if open_asks else None
