"""A question with more than one answer: each tap chooses or takes back, and "go on" leads to the next question."""

from datetime import datetime

from coaching import cycle_notes, seats
from coaching.cycle_notes import Given
from coaching.steps import Standing
from community import people
from content.texts import Texts
from content.workflows import Ask
from storage.database import Session
from storage.letters import Button, button

Page = tuple[str, list[list[Button]]]


async def toggle(session: Session, found: Standing, ask: Ask, option: str, say: Texts, now: datetime) -> Page:
    """The option is chosen, or no longer; the question stands with what is chosen. Raises as cycle_notes.answer."""
    before = await _kept(session, found, ask)
    chosen = set(before) ^ {option}
    listed = [one.id for one in ask.options if one.id in chosen]
    person, cycle_id = found.seat.person, found.seat.cycle.id
    if listed:
        given = Given(cycle_notes.TAP, cycle_notes.SEVERAL.join(listed))
        await cycle_notes.answer(session, person, cycle_id, found.row.id, ask.id, given, now)
    else:
        await cycle_notes.take_back(session, found, ask.id)
    return await _page(session, found, ask, listed, say)


async def again(session: Session, found: Standing, ask: Ask, say: Texts) -> Page:
    """The question with what is chosen so far."""
    return await _page(session, found, ask, await _kept(session, found, ask), say)


async def _kept(session: Session, found: Standing, ask: Ask) -> list[str]:
    text = await cycle_notes.tapped(session, found, ask.id)
    return text.split(cycle_notes.SEVERAL) if text else []


async def _page(session: Session, found: Standing, ask: Ask, chosen: list[str], say: Texts) -> Page:
    names = [people.display(one, say) for one in await seats.readers(session, found.seat)]
    reader = say.plain("coaching.and").join(names) if ask.audience == "both" and names else say.plain("several.you")
    base = f"cyctap:{found.seat.cycle.id}:{found.row.id}:{found.step.asks.index(ask)}"
    rows = [
        [button(f"{'☑' if one.id in chosen else '☐'} {one.title.of(say.language)}"[:60], f"{base}:{place}")]
        for place, one in enumerate(ask.options)
    ]
    cycle_id = found.seat.cycle.id
    rows.append([
        button(say.plain("coaching.button.later"), f"cyc:{cycle_id}"),
        button(say.plain("several.onward"), f"cycask:{cycle_id}"),
    ])  # fmt: skip
    return say("several.question", ask=ask.ask.of(say.language), reader=reader, n=len(chosen)), rows
