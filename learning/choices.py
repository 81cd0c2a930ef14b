"""The choice of a lesson: a question without right or wrong, whose answer this or a later lesson goes by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from community.refusals import Refusal
from community.rights import Action
from content.lessons import Branch, Lesson
from content.texts import Texts
from learning import branches, deliveries
from learning.refusals import Gone
from storage.database import Session, insert
from storage.letters import Button, Draft, button
from storage.models import Delivery, LessonAnswer, Person


@dataclass(frozen=True, slots=True)
class Asked:
    """The question for one teacher, and what they chose; `open`: it may still be changed."""

    delivery: Delivery
    lesson: Lesson
    chosen: str | None
    open: bool


async def ask(session: Session, person: Person | None, delivery_id: int) -> Asked:
    """The choice of a prompt, for a teacher of its group. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, _, lesson = await deliveries.opened(session, person, delivery_id, Action.REFLECT, "c")
    if lesson.choice is None:
        raise Gone
    chosen = await session.scalar(
        select(LessonAnswer.value).where(
            LessonAnswer.delivery_id == delivery.id, LessonAnswer.person_id == person.id, LessonAnswer.kind == "choice"
        )
    )
    later = exists().where(
        Delivery.enrolment_id == delivery.enrolment_id, Delivery.id > delivery.id, Delivery.delivered_at.is_not(None)
    )
    return Asked(delivery, lesson, chosen, not await session.scalar(select(later)))


async def choose(session: Session, person: Person | None, delivery_id: int, option: int, now: datetime) -> Asked:
    """The teacher's answer; until the next lesson has come it may be changed, a first one is never too late.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal for a change that comes too late.
    """
    asked = await ask(session, person, delivery_id)
    choice = asked.lesson.choice
    if choice is None or person is None or option >= len(choice.options):
        raise Gone
    value = choice.options[option]
    if not asked.open and asked.chosen not in (None, value):
        raise Refusal("means.choice.closed")
    row = {"delivery_id": asked.delivery.id, "person_id": person.id, "kind": "choice", "value": value, "at": now}
    statement = insert(session, LessonAnswer).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["delivery_id", "person_id", "kind"], set_={"value": value, "at": now}
    )
    await session.execute(statement)
    return Asked(asked.delivery, asked.lesson, value, asked.open)


def words(asked: Asked, say: Texts) -> tuple[str, list[list[Button]]]:
    """The question with its options, and under it what is said to whoever chose this one."""
    text, choice = asked.lesson.text(say.language), asked.lesson.choice
    if text.choice is None or choice is None:
        raise Gone
    parts = [say("means.choice.ask", title=text.title, question=text.choice.question)]
    rows: list[list[Button]] = []
    for number, (value, label) in enumerate(zip(choice.options, text.choice.labels, strict=True)):
        shown = f"✓ {label}" if value == asked.chosen else label
        rows.append([button(shown, f"chose:{asked.delivery.id}:{number}")])
    if asked.chosen not in choice.options:
        return "\n\n".join(parts), rows
    parts.append(say("means.choice.chosen", label=text.choice.labels[choice.options.index(asked.chosen)]))
    said = branches.aside(asked.delivery.id, asked.lesson, _fits(asked), None, say).html
    parts += [said] if said else []
    parts += [say("means.choice.until")] if asked.open else []
    return "\n\n".join(parts), rows if asked.open else []


def _fits(asked: Asked) -> list[Branch]:
    own = (None, asked.lesson.id)
    return [b for b in asked.lesson.branches if b.on == "choice" and b.of in own and b.value == asked.chosen]


async def side_lessons(session: Session, person: Person | None, asked: Asked, say: Texts) -> list[Draft]:
    """The side lessons this answer leads to, each sent once however often it is chosen."""
    return await branches.sides_once(session, person, asked.delivery, _fits(asked), say)
