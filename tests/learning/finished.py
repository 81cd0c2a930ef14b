"""Kombel Melati goes through a pack: its prompts, and what somebody did with them, act by act."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from content import packs
from learning import versions
from storage.database import Session
from storage.models import Delivery, Enrolment, Evidence, HandIn, Reflection, Trial
from tests.learning.conftest import MORNING, Cast

PACK = packs.pack("alat-digital")
WEEKS = [practice.lessons for practice in PACK.practices]


async def enrolled(session: Session, cast: Cast, person: str | None = None, at: datetime = MORNING) -> Enrolment:
    """Kombel Melati (or one person of it) follows the pack; all of its lessons have come."""
    await versions.keep(session, PACK, at)
    row = Enrolment(
        group_id=cast.melati.id, person_id=cast[person].id if person else None, pack=PACK.id, version=PACK.version,
        position=len(PACK.lessons), started_at=at, finished_at=at + timedelta(days=14),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    for ahead, lesson in enumerate(PACK.lessons):
        when = at + timedelta(days=ahead)
        session.add(
            Delivery(
                group_id=cast.melati.id, enrolment_id=row.id, person_id=row.person_id, pack=PACK.id,
                version=PACK.version, lesson=lesson.id, minutes=lesson.minutes, day=when.date(), due_at=when,
                letter_key=f"prompt:{row.id}:{lesson.id}", delivered_at=when,
            )
        )  # fmt: skip
    await session.flush()
    return row


async def did(
    session: Session, cast: Cast, enrolment: Enrolment, name: str, what: str, lesson: str, at: datetime = MORNING
) -> None:
    """One act: tried, evidence, sheet, or a reflection of the kind that is named."""
    delivery = (
        await session.scalars(select(Delivery).where(Delivery.enrolment_id == enrolment.id, Delivery.lesson == lesson))
    ).one()
    of: dict[str, Any] = {"delivery_id": delivery.id, "person_id": cast[name].id}
    made: Trial | Evidence | HandIn | Reflection
    if what == "tried":
        made = Trial(**of, at=at)
    elif what == "evidence":
        made = Evidence(**of, medium="link", text="https://contoh.id/x", created_at=at)
    elif what == "sheet":
        made = HandIn(**of, medium="text", text="satu", handed_at=at)
    else:
        made = Reflection(**of, kind=what, audience="me", medium="text", text="Baik.", created_at=at)
    session.add(made)
    await session.flush()


async def finishes(session: Session, cast: Cast, enrolment: Enrolment, name: str, at: datetime = MORNING) -> None:
    """Just what the rule asks for."""
    for week in WEEKS:
        await did(session, cast, enrolment, name, "tried", week[2], at)
        await did(session, cast, enrolment, name, "free", week[4], at)
    await did(session, cast, enrolment, name, "evidence", WEEKS[0][2], at)
