"""All scores and notes of an observation side by side, for the two who talk about it; for nobody before all are in."""

from collections.abc import Sequence
from datetime import datetime

from coaching import curves, letters, observation_notes, observation_pages, observations
from coaching.agreement import ENOUGH, Agreed
from coaching.observations import Watch
from coaching.refusals import NotNow
from coaching.rights import Look
from community import looks, people
from community.notes import Note, packed, shown
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, message
from storage.models import ObservationNote, ObservationScore, Person

FILES = 10  # voices and photos in one answer


async def read(
    session: Session, person: Person | None, observation_id: int, chat_id: int, say: Texts, now: datetime
) -> list[Draft]:
    """Everything that was given, in as few messages as it needs, then voices and photos.

    Raises NeedsConsent, Gone, NotAllowed, and NotNow before each has given theirs. Scores are never summed up.
    """
    watch = await observations.take(session, person, observation_id, Look.READ)
    if watch.row.opened_at is None:
        raise NotNow("observations.closed_yet")
    language = say.language
    blocks = [say("observations.read.title", rubric=watch.rubric.title.of(language), n=watch.rubric.version)]
    givers = await _givers(session, watch)
    of = [one.id for one in givers]
    await looks.note(session, watch.person, looks.Kind.OBSERVATION, now, of=of, group_id=watch.group.id)
    given = [(who, await observations.scores_of(session, watch, who.id)) for who in givers]
    for one in watch.rubric.criteria:
        lines = [_score(who, scores[one.id], watch, say) for who, scores in given if one.id in scores]
        blocks.append("\n".join([say("observations.read.criterion", title=one.title.of(language)), *lines]))
    blocks += _agreed(await curves.of_two(session, watch), say)
    notes = await observation_notes.read(session, watch)
    if notes:
        lines = [observation_pages.noted(note, watch, say, people.display(who, say)) for note, who in notes]
        blocks += [say("observations.read.notes"), *lines]
    # Named by the cycle, so that they are found again when somebody in it asks for deletion.
    named = f"{letters.FIRST}:{watch.cycle.id}:obs-read:{watch.row.id}:{watch.person.id}:{now.timestamp():.6f}"
    *before, last = packed(blocks)
    drafts = [message(chat_id, words, key=f"{named}:{at}") for at, words in enumerate(before)]
    back = [[observation_pages.tap(say, "back", f"obs:{watch.row.id}")]]
    drafts.append(message(chat_id, last, key=f"{named}:{len(before)}", buttons=back))
    return drafts + _files(notes, chat_id, watch, say, named)


async def _givers(session: Session, watch: Watch) -> list[Person]:
    row = watch.row
    found = [
        await session.get(Person, number) for number in (row.observed_id, row.observer_id, row.second_id) if number
    ]
    return [one for one in found if one is not None]


def _score(who: Person, row: ObservationScore, watch: Watch, say: Texts) -> str:
    rung = watch.rubric.level(row.level) or 0
    level = watch.rubric.levels[rung].title.of(say.language)
    return say("observations.read.score", name=people.display(who, say), level=level, seen=row.seen)


def _agreed(found: Agreed | None, say: Texts) -> list[str]:
    if found is None or not found.pairs:
        return []
    lines = [say("observations.read.agreed", same=found.same, near=found.near, n=found.pairs)]
    if found.kappa is not None and found.pairs >= ENOUGH:
        kappa = f"{found.kappa:.2f}"
        lines.append(say("observations.read.kappa", kappa=kappa.replace(".", ",") if say.language == "id" else kappa))
    return ["\n".join(lines)]


def _files(
    notes: Sequence[tuple[ObservationNote, Person]], chat_id: int, watch: Watch, say: Texts, named: str
) -> list[Draft]:
    drafts = []
    for note, who in [(note, who) for note, who in notes if note.file_id][:FILES]:
        heading = observation_pages.noted(note, watch, say, people.display(who, say))
        kept = Note(None, note.file_id, note.seconds, photo=note.medium == "photo")
        drafts.append(shown(kept, chat_id, say, heading, key=f"{named}:n{note.id}"))
    return drafts


async def curve(
    session: Session, person: Person | None, observation_id: int, chat_id: int, say: Texts, now: datetime
) -> Draft:
    """The curve as a picture, drawn on its way out. Raises as curves.of, NotNow with fewer than two observations."""
    found = await curves.of(session, person, observation_id)
    if len(found.points) < 2:
        raise NotNow("observations.no_curve")
    watch = await observations.take(session, person, observation_id, Look.CURVE)
    drawing = {"kind": "curve", "data": curves.figure(found, say.language), "language": say.language}
    caption = say("observations.read.curve", rubric=found.rubric.title.of(say.language), n=len(found.points))
    params = {"chat_id": chat_id, "photo": {"drawing": drawing}, "caption": caption, "parse_mode": "HTML"}
    named = f"{letters.FIRST}:{watch.cycle.id}:obs-curve:{watch.row.id}:{watch.person.id}:{now.timestamp():.6f}"
    return Draft("sendPhoto", params, chat_id, key=named, person_id=watch.person.id)
