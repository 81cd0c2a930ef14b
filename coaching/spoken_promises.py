"""A promise given by voice: what it is called, and how whoever sees promises gets to hear it."""

from collections.abc import Sequence
from datetime import datetime

from coaching import letters, seats
from coaching.refusals import Gone
from coaching.rights import Act
from community import calendar, looks, people
from community.notes import Note, clipped, shown
from content.texts import LANGUAGES, Texts
from storage.database import Session
from storage.letters import Button, Draft, button
from storage.models import Commitment, Person


def title(note: Note, say: Texts) -> str:
    """The words of a promise; for a voice without any its length: what was said in it nobody has written down."""
    words = (note.text or "").strip()
    if words or note.file_id is None:
        return words
    minutes, seconds = divmod(note.seconds or 0, 60)
    return say.plain("coaching.promise.voice", length=f"{minutes}:{seconds:02}")


def is_unnamed(row: Commitment) -> bool:
    """Does it go by its length alone, which is nobody's words?"""
    silent = Note(None, row.file_id, row.seconds)
    return row.file_id is not None and row.text in {title(silent, Texts(language)) for language in LANGUAGES}


def doors(rows: Sequence[Commitment], say: Texts) -> list[list[Button]]:
    """One button for each promise that was spoken."""
    return [
        [button(say.plain("coaching.button.hear", words=clipped(row.text, 40))[:60], f"cychear:{row.id}")]
        for row in rows
        if row.file_id
    ]


async def hear(
    session: Session, person: Person | None, commitment_id: int, chat_id: int, say: Texts, now: datetime
) -> Draft:
    """The voice itself, to anybody who sees the promise. Raises NeedsConsent, Gone."""
    row = await session.get(Commitment, commitment_id, populate_existing=True)
    if row is None or row.file_id is None:
        raise Gone
    seat = await seats.take(session, person, row.cycle_id, Act.SEE)
    who = await session.get_one(Person, row.person_id)
    await looks.note(session, seat.person, looks.Kind.COACHING, now, of=[who.id], group_id=seat.group.id)
    name = say.plain("coaching.page.me") if who.id == seat.person.id else people.display(who, say)
    heading = say("coaching.promise.heard", name=name, due=calendar.spoken(row.due_on, say))
    # Named by the cycle, so that it is found again when somebody in it asks for deletion.
    named = f"{letters.key(seat.cycle, 'hear', row.id, seat.person)}:{now.timestamp():.6f}"
    note = Note(row.text, row.file_id, row.seconds)
    return shown(note, chat_id, say, heading, key=named, person_id=seat.person.id)
