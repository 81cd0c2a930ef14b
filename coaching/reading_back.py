"""What was said and shown, given back: one's answers of a step before it ends, and the voices, photos and files."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from coaching import cycle_notes, evidence, letters, naming, needs, seats, steps
from coaching.pages import Page, said
from coaching.rights import Act
from coaching.seats import Seat
from coaching.steps import Standing
from community import looks, people
from community.notes import Note, clipped, shown
from content.texts import Texts
from content.workflows import Ask
from storage.database import Session
from storage.letters import Button, Draft, button
from storage.models import CycleNote, Person

FILES = 10  # voices, photos and files in one answer; more by a tap
IN_ALL = 2_400  # characters of answers on one page; "Baca catatan" has each in full
IN_A_ROW = 4

Readable = Sequence[tuple[CycleNote, str, Person]]


async def of_step(session: Session, person: Person | None, cycle_id: int, say: Texts, note: str = "") -> Page:
    """One's answers at the open step (in a group's cycle the makers'), what is still open, and the way to change them.

    ``note`` stands above. Raises NeedsConsent, Gone, NotAllowed, NotNow.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    given = await _answers(session, found)
    asks = needs.asks_of(found.step, found.seat.side)
    longest = IN_ALL // max(len(asks), 1)
    parts = [note] if note else []
    parts.append(say("coaching.review.title", step=found.step.title.of(say.language)))
    others = await naming.readers(session, await seats.readers(session, found.seat), found.seat.group.id, say)
    parts += [_line(n, ask, given.get(ask.id), longest, others, say) for n, ask in enumerate(asks, 1)]
    if found.is_mine:
        parts.append(say("coaching.review.done"))
    return "\n\n".join(parts), _buttons(found, asks, given, say)


async def _answers(session: Session, found: Standing) -> dict[str, CycleNote]:
    """By question: one's own; where several makers answer for all, what any of them said to all."""
    _seat, notes = await cycle_notes.readable(session, found.seat.person, found.seat.cycle.id, found.step.id)
    mine = found.seat.person.id
    return {
        note.ask: note
        for note, _step, _who in notes
        if note.ask and note.step_id == found.row.id and (found.seat.is_group or note.person_id == mine)
    }


def _line(n: int, ask: Ask, note: CycleNote | None, longest: int, others: str, say: Texts) -> str:
    question = ask.ask.of(say.language)
    if note is None:
        return say("coaching.review.open", n=n, ask=question)
    reader = others if note.audience == "both" and others else say.plain(f"coaching.reader.{note.audience}")
    return say("coaching.review.one", n=n, ask=question, said=clipped(said(note, ask, say), longest), reader=reader)


def _buttons(found: Standing, asks: Sequence[Ask], given: dict[str, CycleNote], say: Texts) -> list[list[Button]]:
    cycle, row, mine = found.seat.cycle.id, found.row.id, found.seat.person.id

    def tap(name: str, data: str, **blanks: object) -> Button:
        return button(say.plain(f"coaching.button.{name}", **blanks), data)

    redo = [
        tap("redo", f"cycredo:{cycle}:{row}:{found.step.asks.index(ask)}", n=n)
        for n, ask in enumerate(asks, 1)
        if ask.id in given and given[ask.id].person_id == mine
    ]
    rows = [redo[at : at + IN_A_ROW] for at in range(0, len(redo), IN_A_ROW)]
    files = [one for one in given.values() if one.file_id]
    rows += [[tap("play", f"cycplay:{cycle}:0:{row}", n=len(files))]] if files else []
    left = len(asks) - len(given)
    rows += [[tap("answer", f"cycask:{cycle}", n=left)]] if left else []
    rows += [[tap("done", f"cycend:{cycle}:{row}")]] if found.is_mine else []
    return [*rows, [tap("back", f"cyc:{cycle}")]]


async def play(
    session: Session, person: Person | None, cycle_id: int, chat_id: int, say: Texts, now: datetime, skip: int = 0,
    step_row: int = 0,
) -> list[Draft]:  # fmt: skip
    """Voices, photos and files of a cycle, or of one opened step of it, as far as this person reads them.

    What is handed out of the other side's evidence counts as looked at, and so do links, which stand in words.
    Raises NeedsConsent, Gone, NotAllowed.
    """
    seat, notes = await cycle_notes.readable(session, person, cycle_id)
    kept = [one for one in notes if one[0].file_id and step_row in (0, one[0].step_id)]
    here = kept[skip : skip + FILES]
    links = {note.id for note, *_ in notes if note.medium == "link" and not skip and not step_row}
    await evidence.looked_at(session, person, cycle_id, now, links | {note.id for note, *_ in here})
    if here:
        of = [who.id for _, _, who in here]
        await looks.note(session, seat.person, looks.Kind.COACHING, now, of=of, group_id=seat.group.id)
    left = len(kept) - skip - len(here)
    onward = [[button(say.plain("coaching.button.rest", n=left), f"cycplay:{cycle_id}:{skip + FILES}:{step_row}")]]
    drafts = list(_drafts(seat, here, chat_id, say, now))
    if left > 0 and drafts:
        drafts[-1].params["reply_markup"] = {"inline_keyboard": onward}
    return drafts


def _drafts(seat: Seat, notes: Readable, chat_id: int, say: Texts, now: datetime) -> Iterable[Draft]:
    for note, step_id, who in notes:
        step = seat.workflow.step(step_id)
        title = step.title.of(say.language) if step else ""
        heading = say("coaching.notes.file", step=title, name=people.display(who, say))
        # Named by the cycle, so that it is found again when somebody in it asks for deletion.
        named = f"{letters.key(seat.cycle, 'play', note.id, seat.person)}:{now.timestamp():.6f}"
        kept = Note(note.text, note.file_id, note.seconds, photo=note.medium != cycle_notes.VOICE)
        draft = shown(kept, chat_id, say, heading, key=named, person_id=seat.person.id)
        yield draft if note.medium != "document" else _document(draft)


def _document(draft: Draft) -> Draft:
    params: dict[str, Any] = {name: one for name, one in draft.params.items() if name != "photo"}
    return replace(draft, method="sendDocument", params=params | {"document": draft.params["photo"]})
