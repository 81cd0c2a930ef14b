"""Somebody deletes everything or takes their yes back: the counts under the group's prompts are told without them.

What a prompt says stands in the chat until it is edited. Whoever knows when the count went down knows who it was.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from community import consent
from learning import deliveries
from learning.kinds import REFLECTS
from storage.database import Session
from storage.letters import Lane
from storage.models import Delivery, Group, Person, Reflection, Trial


async def counted_in(session: Session, person: Person) -> Sequence[Delivery]:
    """The prompts before a group, where the assistant still is, at whose foot this person is counted; oldest first."""
    tried = select(Trial.delivery_id).where(Trial.person_id == person.id)
    reflected = select(Reflection.delivery_id).where(Reflection.person_id == person.id, Reflection.kind.in_(REFLECTS))
    found = await session.scalars(
        select(Delivery)
        .join(Group, Group.id == Delivery.group_id)
        .where(
            or_(Delivery.id.in_(tried), Delivery.id.in_(reflected)), Delivery.person_id.is_(None),
            Delivery.shown.is_not(None), Group.state == "active",
        )
        .order_by(Delivery.id)
    )  # fmt: skip
    return found.all()


async def tell_anew(session: Session, prompts: Sequence[Delivery], now: datetime) -> None:
    """Each with the counts as they are now; the edits, which may be many, let everything else go first."""
    for delivery in prompts:
        await deliveries.refresh_counts(session, delivery, now, lane=Lane.BROADCAST)


async def withdraw(session: Session, person: Person, now: datetime) -> None:
    """The person takes the yes back (community.consent.withdraw), and is no longer counted where the group sees it."""
    prompts = await counted_in(session, person)
    await consent.withdraw(session, person, now)
    await tell_anew(session, prompts, now)
