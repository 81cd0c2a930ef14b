"""Scoring, two taps for each criterion: the level, and the line of what was seen, tapped from one's notes or typed."""

from datetime import datetime

from coaching import observation_notes, observation_pages, observations
from coaching.observation_pages import LABEL, tap
from coaching.observations import Watch
from coaching.pages import Page
from coaching.refusals import Gone
from community.notes import clipped
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person

LINES = 8  # that are offered to be tapped


async def next_one(
    session: Session, person: Person | None, observation_id: int, say: Texts, place: int | None = None
) -> Page:
    """The criterion at ``place``, else the first without a score; with none left, one's scores and the last tap.

    Raises as observations.to_score, Gone.
    """
    watch = await observations.to_score(session, person, observation_id)
    left = await observations.unscored(session, watch)
    if place is None and not left:
        return await _review(session, watch, say)
    at = left[0] if place is None else place
    one, language = observations.criterion_at(watch.rubric, at), say.language
    rows = [
        [button(level.title.of(language)[:LABEL], f"obslv:{watch.row.id}:{at}:{rung}")]
        for rung, level in enumerate(watch.rubric.levels)
    ]
    words = say(
        "observations.score.level", n=at + 1, of=len(watch.rubric.criteria), title=one.title.of(language),
        words=one.words.of(language),
    )  # fmt: skip
    return words, [*rows, [tap(say, "back", f"obs:{watch.row.id}")]]


async def _review(session: Session, watch: Watch, say: Texts) -> Page:
    given = await observations.scores_of(session, watch, watch.person.id)
    lines, rows = [say("observations.score.review")], list[list[Button]]()
    for at, one in enumerate(watch.rubric.criteria):
        row = given[one.id]
        rung = watch.rubric.level(row.level) or 0
        title, level = one.title.of(say.language), watch.rubric.levels[rung].title.of(say.language)
        lines.append(say("observations.score.given", title=title, level=level, seen=clipped(row.seen, 160)))
        rows.append([tap(say, "change", f"obssc:{watch.row.id}:{at}", title=title)])
    finish = [tap(say, "finish", f"obsfin:{watch.row.id}")]
    return "\n\n".join(lines), [finish, *rows, [tap(say, "back", f"obs:{watch.row.id}")]]


async def what_was_seen(
    session: Session, person: Person | None, observation_id: int, place: int, level: int, say: Texts
) -> Page:
    """The level is tapped: what was seen? Without a line it is no score. Raises as next_one."""
    watch = await observations.to_score(session, person, observation_id)
    one = observations.criterion_at(watch.rubric, place)
    if not 0 <= level < len(watch.rubric.levels):
        raise Gone
    offered = await _lines(session, watch, place, say)
    base = f"obsln:{watch.row.id}:{place}:{level}"
    rows = [[button(clipped(line, LABEL), f"{base}:{token}")] for token, line in offered.items()]
    words = say(
        "observations.score.seen", title=one.title.of(say.language),
        level=watch.rubric.levels[level].title.of(say.language),
    )  # fmt: skip
    return words, [*rows, [tap(say, "back", f"obssc:{watch.row.id}:{place}")]]


async def _lines(session: Session, watch: Watch, place: int, say: Texts) -> dict[str, str]:
    """What may be tapped as the line: what this person noted, then what the rubric says could be seen."""
    notes = await observation_notes.own(session, watch)
    times = observation_notes.counted(notes)
    found: dict[str, str] = {}
    for at, quick in enumerate(watch.rubric.taps):
        if times[quick.id]:
            title = quick.title.of(say.language)
            found[f"t{at}"] = say.plain("observations.score.times", what=title, n=times[quick.id])
    for note in notes:
        if note.medium == "text" and note.text and len(note.text) <= observations.LONGEST_SEEN:
            found[f"n{note.id}"] = note.text
    signs = observations.criterion_at(watch.rubric, place).signs
    theirs = {f"s{at}": one.title.of(say.language) for at, one in enumerate(signs)}
    noted = dict(list(found.items())[: LINES - len(theirs)])
    return noted | theirs


async def tapped(
    session: Session, person: Person | None, observation_id: int, place: int, level: int, token: str, say: Texts,
    now: datetime,
) -> Page:  # fmt: skip
    """The line is tapped: the score stands, the next criterion follows. Raises Gone for a line that is not there."""
    watch = await observations.to_score(session, person, observation_id)
    line = (await _lines(session, watch, place, say)).get(token)
    if line is None:
        raise Gone
    return await said(session, person, observation_id, place, level, line, say, now)


async def said(
    session: Session, person: Person | None, observation_id: int, place: int, level: int, line: str, say: Texts,
    now: datetime,
) -> Page:  # fmt: skip
    """The line is typed. Raises as observations.score."""
    await observations.score(session, person, observation_id, place, level, line, now)
    return await next_one(session, person, observation_id, say)


async def finished(session: Session, person: Person | None, observation_id: int, say: Texts, now: datetime) -> Page:
    """One's scores are given. Raises as observations.finish."""
    watch = await observations.finish(session, person, observation_id, now)
    note = say("observations.score.all_open" if watch.row.opened_at else "observations.score.kept")
    return await observation_pages.page(session, person, observation_id, say, note)
