"""What an observation looks like to each part: what to watch with, quick notes, a second observer, the check sheet."""

from datetime import datetime

from sqlalchemy import select

from coaching import observation_notes, observations, rubrics, seats, second_observers, steps
from coaching.cycle_notes import Given
from coaching.observations import Watch
from coaching.pages import Page
from coaching.rights import Act, Look, Part, may_look
from community import people
from community.calendar import wall_of
from community.notes import clipped
from content.rubrics import Rubric
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import ObservationNote, Person

SHOWN = 5  # of one's latest notes
LABEL = 60


def tap(say: Texts, name: str, data: str, **blanks: object) -> Button:
    """One button of this door."""
    return button(say.plain(f"observations.button.{name}", **blanks)[:LABEL], data)


async def of_cycle(session: Session, person: Person | None, cycle_id: int, say: Texts) -> Page:
    """The observations of a cycle, and the way to a new one where the step asks for it.

    Raises NeedsConsent, Gone, NotAllowed.
    """
    seat = await seats.take(session, person, cycle_id, Act.OBSERVE)
    rows: list[list[Button]] = []
    for row, version in await observations.of_cycle(session, seat.person, cycle_id):
        state = "open" if row.opened_at else "running"
        title = rubrics.of(version).title.of(say.language)
        rows.append([tap(say, f"one_{state}", f"obs:{row.id}", rubric=title)])
    found = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    there = await observations.to_watch(session, found) if found is not None else []
    for one in there if len(there) == 1 else []:
        rows += _with_what(say, cycle_id, one)
    if len(there) > 1:
        rows += [[button(people.display(one, say)[:LABEL], f"obswho:{cycle_id}:{one.id}")] for one in there[:12]]
    rows.append([tap(say, "back", f"cyc:{cycle_id}")])
    named = people.display(there[0], say) if len(there) == 1 else ""
    key = "with_what" if len(there) == 1 else "whom" if there else "list"
    return say(f"observations.page.{key}", name=named), rows


def _with_what(say: Texts, cycle_id: int, observed: Person) -> list[list[Button]]:
    return [
        [button(one.title.of(say.language)[:LABEL], f"obsnew:{cycle_id}:{observed.id}:{one.id}")]
        for one in rubrics.to_watch()
    ]


async def with_what(session: Session, person: Person | None, cycle_id: int, observed_id: int, say: Texts) -> Page:
    """Of several makers one is chosen: with which rubric? Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.OBSERVE)
    observed = next((one for one in await observations.to_watch(session, found) if one.id == observed_id), None)
    if observed is None:
        return await of_cycle(session, person, cycle_id, say)
    rows = [*_with_what(say, cycle_id, observed), [tap(say, "back", f"cycobs:{cycle_id}")]]
    return say("observations.page.with_what", name=people.display(observed, say)), rows


async def page(session: Session, person: Person | None, observation_id: int, say: Texts, note: str = "") -> Page:
    """Where one observation stands for this person, and what they may do. Raises NeedsConsent, Gone."""
    watch = await observations.take(session, person, observation_id, Look.SEE)
    names = await _names(session, watch, say)
    parts = [note] if note else []
    parts.append(
        say(
            "observations.page.head",
            rubric=watch.rubric.title.of(say.language),
            words=watch.rubric.words.of(say.language),
            observer=names.get(Part.OBSERVER, "–"),
            observed=names[Part.OBSERVED],
        )
    )
    if watch.row.opened_at is None:
        waits = [names.get(part, "–") for part in watch.waits_for]
        parts.append(say("observations.page.waits", names=say.plain("coaching.and").join(waits)))
        parts.append(say(f"observations.page.{await _hint(session, watch)}"))
        parts += await _noted(session, watch, say)
    else:
        parts.append(say("observations.page.open" if watch.part is not Part.SECOND else "observations.page.thanks"))
    return "\n\n".join(parts), await _buttons(session, watch, say)


async def _names(session: Session, watch: Watch, say: Texts) -> dict[Part, str]:
    held = {part: getattr(watch.row, f"{part}_id") for part in Part}
    found = await session.scalars(select(Person).where(Person.id.in_([n for n in held.values() if n is not None])))
    named = {
        one.id: say.plain("coaching.page.me") if one is watch.person else people.display(one, say) for one in found
    }
    return {part: named[number] for part, number in held.items() if number in named}


async def _hint(session: Session, watch: Watch) -> str:
    """What this person does next, as the name of a phrase."""
    if not watch.is_going_on:
        return "over"
    if watch.has_given(watch.part):
        return "given"
    if watch.part is Part.OBSERVED:
        return "score_first"
    if not await observations.has_notes(session, watch):
        return "note_first"
    return "score_now" if watch.has_given(Part.OBSERVED) else "note_on"


async def _noted(session: Session, watch: Watch, say: Texts) -> list[str]:
    """The newest notes of one's own, with their times."""
    if not may_look(watch.part, Look.NOTE):
        return []
    notes = await observation_notes.own(session, watch)
    lines = [noted(one, watch, say) for one in notes[-SHOWN:]]
    return ["\n".join([say("observations.page.notes", n=len(notes)), *lines])] if lines else []


def noted(one: ObservationNote, watch: Watch, say: Texts, who: str = "") -> str:
    """One note as a line: the time, and what it is. As HTML."""
    said = one.text or say.plain(f"observations.medium.{one.medium}", seconds=one.seconds or 0)
    if one.medium == observation_notes.TAP:
        said = sign(watch.rubric, one.sign, say)
    key = "observations.page.note_by" if who else "observations.page.note"
    return say(key, at=wall_of(one.at, watch.group.zone), said=clipped(said, 200), name=who)


def sign(rubric: Rubric, name: str | None, say: Texts) -> str:
    """What a quick note says, as plain text."""
    return next((one.title.of(say.language) for one in rubric.taps if one.id == name), name or "")


async def _buttons(session: Session, watch: Watch, say: Texts) -> list[list[Button]]:
    number, rows = watch.row.id, list[list[Button]]()
    if watch.is_going_on and not watch.has_given(watch.part):
        if may_look(watch.part, Look.NOTE):
            times = observation_notes.counted(await observation_notes.own(session, watch))
            quick = [
                button(_with_times(one.title.of(say.language), times[one.id]), f"obstap:{number}:{place}")
                for place, one in enumerate(watch.rubric.taps)
            ]
            rows += [quick[at : at + 2] for at in range(0, len(quick), 2)]
        rows.append([tap(say, "score", f"obssc:{number}")])
    if watch.is_going_on and may_look(watch.part, Look.TICK) and watch.waits_for[0] is Part.OBSERVED:
        rows.append([tap(say, "sheet", f"obssheet:{number}")])
    if watch.is_going_on:
        rows += _second(watch, say)
        if may_look(watch.part, Look.DROP) and not watch.has_given(Part.OBSERVED):
            rows.append([tap(say, "drop", f"obsdrop:{number}")])
    if watch.row.opened_at is not None and may_look(watch.part, Look.READ):
        rows.append([tap(say, "read", f"obssee:{number}"), tap(say, "curve", f"obscurve:{number}")])
        rows.append([button(say.plain("papers.button.obs"), f"papsee:obs:{number}:0")])
    if watch.part is not Part.SECOND:
        rows.append([tap(say, "back", f"cyc:{watch.cycle.id}")])
    return rows


def _with_times(title: str, times: int) -> str:
    return f"{title} ({times})" if times else title


def _second(watch: Watch, say: Texts) -> list[list[Button]]:
    if watch.row.second_id is None:
        return [[tap(say, "second", f"obssec:{watch.row.id}")]] if may_look(watch.part, Look.INVITE) else []
    if watch.has_given(Part.SECOND):
        return []
    name = "decline" if watch.part is Part.SECOND else "release"
    return [[tap(say, name, f"obssecno:{watch.row.id}")]]


async def seconds(session: Session, person: Person | None, observation_id: int, say: Texts) -> Page:
    """Who is asked to watch, too? Raises as second_observers.candidates."""
    watch, able = await second_observers.candidates(session, person, observation_id)
    rows = [[button(people.display(one, say)[:LABEL], f"obssecto:{watch.row.id}:{one.id}")] for one in able[:20]]
    return say("observations.page.second" if rows else "observations.page.no_second"), [
        *rows,
        [tap(say, "back", f"obs:{watch.row.id}")],
    ]


async def sheet(session: Session, person: Person | None, observation_id: int, say: Texts) -> Page:
    """The check sheet before the lesson. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    watch = await observations.going_on(session, person, observation_id, Look.TICK)
    lines, done = rubrics.before(), await observation_notes.ticked(session, watch)
    criteria = lines.criteria if lines is not None else ()
    rows = [
        [
            button(
                f"{'✓ ' if one.id in done else ''}{one.title.of(say.language)}"[:LABEL], f"obstick:{watch.row.id}:{at}"
            )
        ]
        for at, one in enumerate(criteria)
    ]
    said = "\n".join(f"• {one.title.of(say.language)}. {one.words.of(say.language)}" for one in criteria)
    words = say("observations.page.sheet", n=len(done), of=len(criteria), lines=said)
    return words, [*rows, [tap(say, "back", f"obs:{watch.row.id}")]]


async def added(
    session: Session, person: Person | None, observation_id: int, given: Given, say: Texts, now: datetime
) -> Page:
    """A note is kept; of a photo it is asked whether a pupil can be recognised. Raises as observation_notes.add."""
    watch, row = await observation_notes.add(session, person, observation_id, given, now)
    words, rows = await page(session, person, watch.row.id, say, say("observations.noted"))
    if row.medium != "photo":
        return words, rows
    ask = [tap(say, "pupils", f"obspup:{row.id}:1"), tap(say, "no_pupils", f"obspup:{row.id}:0")]
    return say("observations.whose_faces"), [ask]
