"""What the others of an observation are told: that it begins, whose turn it is, that all is open. Never a score."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from coaching import letters
from coaching.rights import Part
from coaching.seats import Seat
from community import people
from content.rubrics import Rubric
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button
from storage.models import Observation, Person

if TYPE_CHECKING:
    from coaching.observations import Watch


def _door(row: Observation, say: Texts) -> list[list[Button]]:
    return [[button(say.plain("coaching.button.open"), f"obs:{row.id}")]]


async def begun(
    session: Session, seat: Seat, row: Observation, rubric: Rubric, observed: Person, now: datetime
) -> None:
    """Who is going to be watched learns by whom and with what, and that they score first."""
    say = Texts(observed.language)
    words = say(
        "observations.news.begun", name=people.display(seat.person, say), rubric=rubric.title.of(observed.language)
    )
    named = letters.key(seat.cycle, "obs", row.id, observed)
    drafts = letters.to(observed, seat.group, seat.cycle, words, named, _door(row, say))
    await letters.send(session, seat.group, drafts, now)


async def your_turn(session: Session, watch: "Watch", now: datetime) -> None:
    """Who was watched has given scores: now the observers may."""
    await _tell(session, watch, "turn", now, (Part.OBSERVER, Part.SECOND))


async def opened(session: Session, watch: "Watch", now: datetime) -> None:
    """Each has given theirs; the two may read and talk."""
    await _tell(session, watch, "opened", now, (Part.OBSERVED, Part.OBSERVER))


async def invited(session: Session, watch: "Watch", second: Person, now: datetime) -> None:
    """A colleague is asked to watch, too; no is one tap."""
    say = Texts(second.language)
    words = say(
        "observations.news.invited", name=people.display(watch.person, say), group=watch.group.title,
        rubric=watch.rubric.title.of(second.language),
    )  # fmt: skip
    rows = [*_door(watch.row, say), [button(say.plain("observations.button.decline"), f"obssecno:{watch.row.id}")]]
    named = letters.key(watch.cycle, "obs-second", watch.row.id, second)
    await letters.send(session, watch.group, letters.to(second, watch.group, watch.cycle, words, named, rows), now)


async def _tell(session: Session, watch: "Watch", what: str, now: datetime, parts: tuple[Part, ...]) -> None:
    held = {getattr(watch.row, f"{part}_id") for part in parts} - {None, watch.person.id}
    drafts: list[Draft] = []
    for person in await session.scalars(select(Person).where(Person.id.in_(held)).order_by(Person.id)):
        say = Texts(person.language)
        words = say(
            f"observations.news.{what}", rubric=watch.rubric.title.of(person.language),
            name=people.display(watch.person, say),
        )  # fmt: skip
        named = letters.key(watch.cycle, f"obs-{what}", watch.row.id, person)
        drafts += letters.to(person, watch.group, watch.cycle, words, named, _door(watch.row, say))
    await letters.send(session, watch.group, drafts, now)
