"""What this room keeps of a person: to be handed over, or to be deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from learning import agenda_notes, buddies, means_belongings, own_weeks, pair_mending, peer_belongings
from learning.readable import OPENED
from learning.surveys import belongings as surveyed
from storage import outbox
from storage.database import Session
from storage.models import Delivery, Group, Letter, Person, PersonTurn, Question, Reflection, Trial

_QUOTING = ("reflection:", OPENED, "question:", "answer:", *peer_belongings.QUOTING)


async def copy_of(session: Session, person: Person, fingerprint: str = "") -> dict[str, Any]:
    """Trials, reflections and questions, oldest first, as plain JSON."""
    return {
        "trials": await _rows(session, Trial, Trial.at, person, ("at", "pupils_did", "checks")),
        "reflections": await _rows(
            session, Reflection, Reflection.created_at, person,
            (
                "created_at", "edited_at", "kind", "audience", "medium", "text", "parts", "file_id", "seconds",
                "tg_message_id",
            ),
        ),
        "questions": await _rows(
            session, Question, Question.created_at, person, ("created_at", "audience", "text", "answered_at")
        ),
        **await peer_belongings.copy_of(session, person),
        **await means_belongings.copy_of(session, person),
        **await agenda_notes.copy_of(session, person),
        **await own_weeks.copy_of(session, person),
        **await surveyed.copy_of(session, person, fingerprint),
    }  # fmt: skip


async def _rows(session: Session, table: Any, at: Any, person: Person, names: tuple[str, ...]) -> list[dict[str, Any]]:
    found = await session.execute(
        select(table, Delivery.pack, Delivery.lesson, Delivery.day, Group.title)
        .join(Delivery, Delivery.id == table.delivery_id)
        .join(Group, Group.id == Delivery.group_id)
        .where(table.person_id == person.id)
        .order_by(at, table.id)
    )
    return [
        {"group": title, "pack": pack, "lesson": lesson, "day": day.isoformat()}
        | {name: _plain(getattr(row, name)) for name in names}
        for row, pack, lesson, day, title in found
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def forget(session: Session, person: Person, now: datetime) -> None:
    """The person's rows go, and so do the words of every letter that carried them; what still waits is not sent."""
    asked = await session.scalars(select(Question.id).where(Question.person_id == person.id))
    answers = [Letter.key.startswith(f"answer:{number}@", autoescape=True) for number in asked]
    quoting = or_(*(Letter.key.startswith(prefix) for prefix in _QUOTING))
    theirs = or_(Letter.person_id == person.id, *answers) & quoting
    await outbox.blank(session, theirs, now)
    await pair_mending.without(session, person, now)
    await peer_belongings.forget(session, person)
    await means_belongings.forget(session, person, now)
    await buddies.forget(session, person, now)
    await agenda_notes.forget(session, person)
    await surveyed.forget(session, person)
    for table in (Trial, Reflection, Question, PersonTurn):
        await session.execute(
            delete(table).where(table.person_id == person.id).execution_options(synchronize_session=False)
        )
