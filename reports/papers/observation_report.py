"""The report of an observation, for the two who talk about it: scores side by side with what was seen, never a sum."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from coaching import observation_notes, observation_pages, observations
from coaching.observations import Watch
from coaching.refusals import NotNow
from coaching.rights import Look
from community import people
from community.calendar import local_day, wall_of
from community.notes import clipped
from content.texts import Texts
from reports.papers import letterheads, signing
from reports.papers.days import full_day, long_day
from reports.papers.making import Desk, Made, Subject
from reports.papers.paper import Block, Listed, Pairs, Paper, Signed, Signer, Table, Words, heads
from storage.database import Session
from storage.models import Commitment, Cycle, Observation, ObservationNote, Person, RubricVersion

MOST_NOTES, LONGEST = 40, 300
LISTED = 10


async def listed(session: Session, person: Person, group_id: int) -> Sequence[tuple[Observation, RubricVersion]]:
    """Those of a group in which the person watched or was watched and everybody has given theirs, the newest first."""
    rows = await session.execute(
        select(Observation, RubricVersion)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .join(Cycle, Cycle.id == Observation.cycle_id)
        .where(Cycle.group_id == group_id, Observation.opened_at.is_not(None))
        .where(or_(Observation.observed_id == person.id, Observation.observer_id == person.id))
        .order_by(Observation.id.desc())
        .limit(LISTED)
    )
    return [(row, version) for row, version in rows]


async def made(desk: Desk, subject: Subject) -> Made:
    """Raises NeedsConsent, Gone, NotAllowed, NotNow before each has given theirs."""
    watch = await observations.take(desk.session, desk.person, subject.number, Look.READ)
    if watch.row.opened_at is None:
        raise NotNow("observations.closed_yet")
    say, group = desk.say, watch.group
    givers = await _givers(desk.session, watch)
    day = local_day(watch.row.started_at, group.zone)
    title = say.plain("papers.said.obs_title")
    about = [(say.plain(f"papers.said.{part}"), people.bare(who, say)) for part, who in givers]
    rubric = f"{watch.rubric.title.of(say.language)} ({watch.rubric.version})"
    facts = [(say.plain("papers.said.day"), full_day(day, say)), (say.plain("papers.said.instrument"), rubric)]
    notes = await observation_notes.read(desk.session, watch)
    lines = _notes(notes, watch, say)
    blocks: list[Block] = [Words(title, "title"), Pairs((*about, *facts)), await _scores(desk, watch, givers)]
    blocks += [Words(say.plain("papers.said.notes"), "heading"), Listed(tuple(lines))] if lines else []
    blocks += await _promises(desk, watch)
    blocks.append(await _signed(desk, watch, givers))
    head = await letterheads.of(desk.session, group)
    lacks = ["kop"] * (not (head.lines or head.picture)) + ["scores"] * (not lines)
    paper = Paper(title, desk.today(group).isoformat(), tuple(blocks), head)
    name = say.plain("papers.file.obs", day=long_day(day, say))
    return Made(paper, group, name, tuple(lacks), f"cyc{watch.cycle.id}")


async def _givers(session: Session, watch: Watch) -> list[tuple[str, Person]]:
    row = watch.row
    seats = (("teacher", row.observed_id), ("observer", row.observer_id), ("second", row.second_id))
    found = [(part, await session.get(Person, number)) for part, number in seats if number]
    return [(part, who) for part, who in found if who is not None]


async def _scores(desk: Desk, watch: Watch, givers: Sequence[tuple[str, Person]]) -> Table:
    say, given = desk.say, [await observations.scores_of(desk.session, watch, who.id) for _, who in givers]
    levels = {one.id: one.title.of(say.language) for one in watch.rubric.levels}
    rows = tuple(
        (one.title.of(say.language), *(
            say.plain("papers.said.score", level=levels.get(scores[one.id].level, ""), seen=scores[one.id].seen)
            if one.id in scores else "–" for scores in given
        ))
        for one in watch.rubric.criteria
    )  # fmt: skip
    titles = [say.plain("papers.said.criterion")]
    titles += [say.plain("papers.said.by", name=people.bare(who, say)) for _, who in givers]
    return Table(heads(*titles), rows, (4, *(6 for _ in givers)), small=True)


def _notes(notes: Sequence[tuple[ObservationNote, Person]], watch: Watch, say: Texts) -> list[str]:
    """The hour and what was seen; voices and photos stay where they are."""
    found = []
    for note, _ in notes:
        words = observation_pages.sign(watch.rubric, note.sign, say) if note.medium == "tap" else note.text
        if words and note.medium in ("tap", "text"):
            found.append(f"{wall_of(note.at, watch.group.zone)} {clipped(words, LONGEST)}")
    return found[:MOST_NOTES]


async def _promises(desk: Desk, watch: Watch) -> list[Block]:
    """What both promised each other in the cycle and has not been let go."""
    rows = await desk.session.execute(
        select(Commitment, Person)
        .join(Person, Person.id == Commitment.person_id)
        .where(Commitment.cycle_id == watch.cycle.id, Commitment.let_go_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
    )
    say = desk.say
    told = tuple((one.text, people.bare(who, say), long_day(one.due_on, say)) for one, who in rows)
    titles = heads(*(say.plain(f"papers.said.{name}") for name in ("what", "who", "due")))
    return [Words(say.plain("papers.said.promises"), "heading"), Table(titles, told, (8, 4, 4))] if told else []


async def _signed(desk: Desk, watch: Watch, givers: Sequence[tuple[str, Person]]) -> Signed:
    """Who was watched at the left, who watched at the right; one's own hand as it was typed."""
    say, today = desk.say, desk.today(watch.group)
    hand = await signing.of(desk.session, desk.person, watch.group.id, desk.said, say)
    date_line = hand.signer(today, say).above
    signers = []
    for part, who in givers[:2]:
        own = who.id == desk.person.id
        above = date_line if part == "observer" else ()
        nip = signing.spelled(hand.nip) if own else ""
        name = hand.name if own else people.bare(who, say)
        signers.append(Signer(above, say.plain(f"papers.said.{part}"), name, nip))
    return Signed(tuple(signers))
