"""A backup has come back: whoever had their data deleted or withdrew since then goes once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community import departures
from learning import leaving
from reports import person
from storage.database import Session
from storage.models import Person

Told = Sequence[tuple[str, str, datetime]]


class Gone(NamedTuple):
    """How many people were deleted once more, and how many had withdrawn."""

    forgotten: int
    withdrew: int


async def again(session: Session, told: Told, now: datetime) -> Gone:
    """Those of the marks whose rows are here again; the marks stay for the next time.

    A withdrawal counts unless the person here agreed after it.
    """
    at = {(mark, what): moment for mark, what, moment in told}
    forgotten = withdrew = 0
    for one in await session.scalars(select(Person).order_by(Person.id)):
        mark = departures.mark(one)
        left = at.get((mark, departures.WITHDREW))
        if (mark, departures.FORGOTTEN) in at:
            await person.forget(session, one, now)
            forgotten += 1
        elif left is not None and one.consented_at is not None and one.consented_at <= left:
            await leaving.withdraw(session, one, now)
            withdrew += 1
    await departures.add(session, told)
    return Gone(forgotten, withdrew)
