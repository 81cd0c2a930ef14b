"""Who had their data deleted or withdrew, as marks that lead nowhere: a backup that comes back is told of them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from storage.bulk import insert_rows
from storage.database import Session
from storage.models import Departure, Person

FORGOTTEN, WITHDREW = WHAT = ("forgotten", "withdrew")
KEPT = timedelta(days=366)  # no backup may be kept longer: docs/operations.md
_FIELDS = 3


def mark(person: Person) -> str:
    """A hash of the row's number and of the moment it was made, to the microsecond.

    Beside a backup that has the row it says which one; without one there is nothing it could be compared with. It
    needs no key that might be lost, and somebody who comes back later is another row.
    """
    made = person.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{person.id}\x1f{made}".encode()).hexdigest()


async def note(session: Session, person: Person, what: str, now: datetime) -> None:
    """They go, or withdraw, in this transaction."""
    await add(session, [(mark(person), what, now)])


async def add(session: Session, told: Sequence[tuple[str, str, datetime]]) -> None:
    """Marks from elsewhere; a newer withdrawal takes the place of an older one."""
    rows = [{"mark": one, "what": what, "at": at} for one, what, at in sorted(set(told), key=lambda row: row[2])]
    newest = list({(row["mark"], row["what"]): row for row in rows}.values())
    if newest:
        await insert_rows(session, Departure, newest, unique=("mark", "what"), update=("at",))


async def listed(session: Session) -> list[tuple[str, str, datetime]]:
    """All of them, the oldest first."""
    found = await session.execute(select(Departure.mark, Departure.what, Departure.at).order_by(Departure.at))
    return [(one.mark, one.what, one.at) for one in found]


def written(told: Sequence[tuple[str, str, datetime]]) -> str:
    """As the lines of a file that lies beside backups."""
    return "".join(f"{at.astimezone(UTC).isoformat()} {what} {one}\n" for one, what, at in told)


def read(text: str) -> list[tuple[str, str, datetime]]:
    """The lines of such a file. Raises ValueError that names the line which is none."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = line.split()
        if not parts:
            continue
        if len(parts) != _FIELDS or parts[1] not in WHAT or len(parts[2]) != 64:
            raise ValueError(f"line {number} is no departure")
        try:
            moment = datetime.fromisoformat(parts[0])
        except ValueError:
            raise ValueError(f"line {number} has no moment") from None
        found.append((parts[2], parts[1], moment.astimezone(UTC)))
    return found


async def clean(session: Session, now: datetime) -> int:
    """Marks older than any backup may be go; gives how many."""
    old = delete(Departure).where(Departure.at < now - KEPT).returning(Departure.mark)
    return len((await session.scalars(old.execution_options(synchronize_session=False))).all())
