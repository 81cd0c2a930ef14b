"""What the assistant cost the teachers of a group in a week: messages and minutes, beside the bound they have."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from community import budget, calendar
from community.roles import Role
from storage.database import Session
from storage.models import Attention, Delivery, Group, Membership, Person


@dataclass(frozen=True, slots=True)
class Cost:
    """The week from ``monday``: means over the ``of`` teachers who agreed, the group's own prompts included.

    `refused` counts messages that were not sent since somebody's budget was used up.
    """

    monday: date
    of: int
    messages: float
    minutes: float
    refused: int
    most_messages: int
    most_minutes: int


async def of_week(session: Session, group: Group, until: datetime) -> Cost:
    """The week in which ``until`` lies; one query. Nobody is named."""
    monday = budget.monday(calendar.local_day(until, group.zone))
    of_group = (
        Delivery.group_id == group.id, Delivery.person_id.is_(None), Delivery.day.between(monday, monday + timedelta(6))
    )  # fmt: skip
    rows = (
        select(
            func.count(), func.coalesce(func.sum(Attention.messages), 0), func.coalesce(func.sum(Attention.minutes), 0),
            func.coalesce(func.sum(Attention.refused), 0),
            select(func.count()).select_from(Delivery).where(*of_group).scalar_subquery(),
            select(func.coalesce(func.sum(Delivery.minutes), 0)).where(*of_group).scalar_subquery(),
        )
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Attention, (Attention.person_id == Person.id) & (Attention.week == monday))
        .where(
            Membership.group_id == group.id, Membership.role == Role.TEACHER, Membership.until.is_(None),
            Person.consented_at.is_not(None),
        )
    )  # fmt: skip
    teachers, messages, minutes, refused, sent, asked = (await session.execute(rows)).one()
    each = max(teachers, 1)
    return Cost(
        monday, teachers, sent + messages / each, asked + minutes / each, refused, group.budget_messages,
        group.budget_minutes,
    )  # fmt: skip
