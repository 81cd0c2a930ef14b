"""The questions of a step, one at a time, at the teacher's or the coach's own pace; who reads is named before."""

from dataclasses import dataclass
from datetime import datetime

from coaching import cycle_notes, naming, needs, pages, reading_back, seats, several, steps
from coaching.cycle_notes import Given, Kept
from coaching.pages import Page
from coaching.refusals import NotNow
from coaching.rights import Act
from coaching.steps import Standing
from community import people
from content.texts import Texts
from content.workflows import Ask
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person


@dataclass(frozen=True, slots=True)
class Asking:
    """The question that stands, and what to show; ``ask`` is None when there is none any more: then it is the page."""

    page: Page
    cycle_id: int
    step_row: int = 0
    ask: Ask | None = None


async def ask(
    session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime, skipped: int = 0, note: str = ""
) -> Asking:
    """The first open question of this person, ``skipped`` of them passed over; where all were, the cycle's page.

    When each is answered, the answers are read back. ``note`` stands above it.
    Raises NeedsConsent, Gone, NotAllowed, NotNow.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    left = await needs.open_asks(session, found.seat, found.step, found.row)
    if not left and needs.asks_of(found.step, found.seat.side):
        return Asking(await reading_back.of_step(session, person, cycle_id, say, note), cycle_id)
    if skipped >= len(left):
        return Asking(await pages.of_cycle(session, person, cycle_id, say, now, note), cycle_id)
    one = left[skipped]
    words = await _question(session, found, one, one.audience, say)
    last = [button(say.plain("coaching.button.later"), f"cyc:{cycle_id}")]
    if len(left) > skipped + 1:
        last.append(button(say.plain("coaching.button.skip"), f"cycask:{cycle_id}:{skipped + 1}"))
    page = "\n\n".join([note, words] if note else [words]), [*_options(found, one, say), last]
    return Asking(page, cycle_id, found.row.id, one)


async def _question(session: Session, found: Standing, one: Ask, audience: str, say: Texts) -> str:
    all_asks = needs.asks_of(found.step, found.seat.side)
    return say(
        "coaching.ask.question", n=all_asks.index(one) + 1, of=len(all_asks), ask=one.ask.of(say.language),
        reader=await _reader(session, found, audience, say), how=say.plain(f"coaching.ask.{one.answer}"),
    )  # fmt: skip


async def again(
    session: Session, person: Person | None, cycle_id: int, step_row: int, place: int, say: Texts
) -> Asking:
    """A question that was answered, once more; what was said stands until something else is, and its reader with it.

    Raises NeedsConsent, Gone, NotAllowed, NotNow for an old button or one that is not there.
    """
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    if found.row.id != step_row or not 0 <= place < len(found.step.asks):
        raise NotNow
    one = found.step.asks[place]
    kept = await cycle_notes.own_answer(session, found, one.id)
    if kept is None:
        raise NotNow
    if one.answer == "several":
        return Asking(await several.again(session, found, one, say), cycle_id)
    words = await _question(session, found, one, kept.audience, say)
    back = [button(say.plain("coaching.button.back"), f"cycback:{cycle_id}")]
    return Asking((words, [*_options(found, one, say), back]), cycle_id, found.row.id, one)


def _options(found: Standing, one: Ask, say: Texts) -> list[list[Button]]:
    place = found.step.asks.index(one)
    base = f"cyctap:{found.seat.cycle.id}:{found.row.id}:{place}"
    if one.answer == "yes":
        return [[button(say.plain("coaching.button.yes"), f"{base}:0")]]
    return [
        [button(option.title.of(say.language)[:60], f"{base}:{number}")] for number, option in enumerate(one.options)
    ]


async def _reader(session: Session, found: Standing, audience: str, say: Texts) -> str:
    """Who will read it, as plain text: "Bapak/Ibu sendiri", "Bu Ratna"."""
    if audience == "me":
        return say.plain("coaching.reader.me")
    names = await naming.readers(session, await seats.readers(session, found.seat), found.seat.group.id, say)
    return names or say.plain("coaching.reader.me")


async def answered(
    session: Session, person: Person | None, cycle_id: int, step_row: int, name: str, given: Given, say: Texts,
    now: datetime,
) -> Asking:  # fmt: skip
    """The answer is kept, who reads it is said, and the next question stands; of evidence first: are pupils in it?

    Raises as cycle_notes.answer.
    """
    kept = await cycle_notes.answer(session, person, cycle_id, step_row, name, given, now)
    if kept.ask is not None and kept.ask.answer == "evidence":
        later = [button(say.plain("coaching.button.later"), f"cyc:{cycle_id}")]
        return Asking((f"{_stored(kept, say)}\n\n{say('coaching.ask.whose')}", [*_after(kept, say), later]), cycle_id)
    asking = await ask(session, person, cycle_id, say, now, note=_stored(kept, say))
    rows = [*asking.page[1], *await _other_reader(session, kept, say)]
    return Asking((asking.page[0], rows), cycle_id, asking.step_row, asking.ask)


def _stored(kept: Kept, say: Texts) -> str:
    if kept.row.audience == "me":
        return say("coaching.ask.kept_me")
    return say("coaching.ask.kept_both", name=naming.of_people(kept.readers, say))


def _after(kept: Kept, say: Texts) -> list[list[Button]]:
    """Of evidence: can a pupil be recognised in it?"""
    return [[
        button(say.plain("coaching.button.pupils"), f"cycpup:{kept.row.id}:1"),
        button(say.plain("coaching.button.no_pupils"), f"cycpup:{kept.row.id}:0"),
    ]]  # fmt: skip


async def _other_reader(session: Session, kept: Kept, say: Texts) -> list[list[Button]]:
    """Another reader for what was just said, named on the button."""
    if kept.row.medium == cycle_notes.TAP or (kept.ask is not None and kept.ask.fixed):
        return []
    other = "both" if kept.row.audience == "me" else "me"
    names = [people.display(one, say) for one in await seats.readers(session, kept.standing.seat)]
    label = say.plain(f"coaching.button.share_{other}", name=say.plain("coaching.and").join(names))
    return [[button(label[:60], f"cycshare:{kept.row.id}:{other}")]]


async def shared(
    session: Session, person: Person | None, note_id: int, audience: str, say: Texts, now: datetime
) -> Asking:
    """Another reader; then the question that stood stands again. Raises as cycle_notes.share."""
    kept = await cycle_notes.share(session, person, note_id, audience, now)
    names = say.plain("coaching.and").join(people.display(one, say) for one in kept.readers)
    note, cycle = say(f"coaching.ask.now_{kept.row.audience}", name=names), kept.standing.seat.cycle
    if cycle.state == "active":
        return await ask(session, person, cycle.id, say, now, note=note)
    return Asking(await pages.of_cycle(session, person, cycle.id, say, now, note), cycle.id)


async def tapped(
    session: Session, person: Person | None, cycle_id: int, step_row: int, place: int, option: int, say: Texts,
    now: datetime,
) -> Asking:  # fmt: skip
    """A button under a question. Raises NotNow for one that is not there (buttons can be forged)."""
    found = await steps.at(session, person, cycle_id, Act.ANSWER)
    if not 0 <= place < len(found.step.asks):
        raise NotNow
    one = found.step.asks[place]
    values = [each.id for each in one.options] or ["ya"]
    if not 0 <= option < len(values):
        raise NotNow
    if one.answer == "several":
        if one.of not in (str(found.seat.side), "both") or found.row.id != step_row:
            raise NotNow
        return Asking(await several.toggle(session, found, one, values[option], say, now), cycle_id)
    given = Given(cycle_notes.TAP, values[option])
    return await answered(session, person, cycle_id, step_row, one.id, given, say, now)
