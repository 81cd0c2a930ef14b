"""The signs of a lesson, ticked after trying it: what was seen among the pupils, in the words of the lesson."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update

from community.refusals import NeedsConsent
from community.rights import Action
from content.lessons import Lesson
from content.texts import Texts
from learning import deliveries
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Button, button
from storage.models import Delivery, Person, Trial


@dataclass(frozen=True, slots=True)
class Ticked:
    """The signs seen so far, by number from 0."""

    delivery: Delivery
    lesson: Lesson
    seen: frozenset[int]


async def of(session: Session, person: Person | None, delivery_id: int) -> Ticked:
    """What the teacher ticked for a lesson they tried. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, _, lesson = await deliveries.opened(session, person, delivery_id, Action.TRY, "t")
    query = select(Trial.checks).where(Trial.delivery_id == delivery.id, Trial.person_id == person.id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise Gone
    return Ticked(delivery, lesson, numbers(row.checks))


async def toggle(session: Session, person: Person | None, delivery_id: int, number: int) -> Ticked:
    """One sign seen, or not after all. Raises NeedsConsent, NotAllowed, Gone."""
    ticked = await of(session, person, delivery_id)
    if person is None:
        raise NeedsConsent(f"t{delivery_id}")
    if number >= ticked.lesson.checks:
        raise Gone
    seen = ticked.seen ^ {number}
    await session.execute(
        update(Trial)
        .where(Trial.delivery_id == ticked.delivery.id, Trial.person_id == person.id)
        .values(checks=",".join(str(one) for one in sorted(seen)) or None)
        .execution_options(synchronize_session=False)
    )
    return Ticked(ticked.delivery, ticked.lesson, seen)


def numbers(stored: str | None) -> frozenset[int]:
    """The signs as they are stored: "0,2"."""
    return frozenset(int(one) for one in (stored or "").split(",") if one.isdecimal())


def rows(delivery_id: int, lesson: Lesson, seen: Collection[int], say: Texts) -> list[list[Button]]:
    """A button for each sign, those seen with a mark; none for a lesson without."""
    return [
        [button(f"{'☑' if number in seen else '☐'} {sign}", f"check:{delivery_id}:{number}")]
        for number, sign in enumerate(lesson.text(say.language).checks)
    ]


def after_trying(delivery_id: int, lesson: Lesson, seen: Collection[int], say: Texts) -> list[list[Button]]:
    """What stands under "Sudah dicoba": the signs, telling what pupils did, a piece of evidence, or none of it."""
    return [
        *rows(delivery_id, lesson, seen, say),
        [
            button(say.plain("learning.button.tell"), f"pupils:{delivery_id}"),
            button(say.plain("means.evidence.button"), f"evid:{delivery_id}"),
        ],
        [button(say.plain("learning.button.skip"), "skip")],
    ]


def ask(lesson: Lesson, say: Texts) -> list[str]:
    """The sentence that goes with the signs, where there are any."""
    return [say("means.check.ask")] if lesson.checks else []
