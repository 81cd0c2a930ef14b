"""What the calendar keeps of one person: where they teach, when they are away, which days they marked."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage.database import Session
from storage.models import CalendarDay, Leave, Person, Posting, School


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """As plain JSON, oldest first."""
    query = select(Posting, School.name).outerjoin(School, School.id == Posting.school_id)
    told = (await session.execute(query.where(Posting.person_id == person.id).order_by(Posting.school_year))).all()
    away = await session.scalars(select(Leave).where(Leave.person_id == person.id).order_by(Leave.first_day))
    days = await session.scalars(
        select(CalendarDay).where(CalendarDay.created_by == person.id).order_by(CalendarDay.id)
    )
    return {
        "school_years": [
            {
                "school_year": one.school_year,
                "school": school,
                "grade": one.grade,
                "asked_at": _moment(one.asked_at),
                "answered_at": _moment(one.answered_at),
            }
            for one, school in told
        ],
        "leaves": [{"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()} for one in away],
        "days_marked": [
            {
                "first_day": one.first_day.isoformat(),
                "last_day": one.last_day.isoformat(),
                "kind": one.kind,
                "label": one.label,
                "at": _moment(one.created_at),
            }
            for one in days
        ],
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


async def forget(session: Session, person: Person) -> None:
    """Postings and leaves go; days they marked stay the school's, without saying who marked them."""
    for table in (Posting, Leave):
        await session.execute(delete(table).where(table.person_id == person.id))
    theirs = CalendarDay.created_by == person.id
    await session.execute(update(CalendarDay).where(theirs).values(created_by=None))
