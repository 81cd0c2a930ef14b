"""Who said how much of what in many groups at once, as numbers: nobody's words, and no name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from community import tallies
from community.library.collecting import ANSWER
from community.roles import Role
from storage.bulk import among
from storage.database import Session
from storage.models import Group, LibraryEntry, Membership


@dataclass(slots=True)
class Spoken:
    """What was recorded in one group."""

    tags: Counter[tuple[str, int]] = field(default_factory=Counter)  # by label and confidence in twentieths
    sizes: Mapping[int, int] = field(default_factory=dict)  # by person, how many messages
    teach: frozenset[int] = frozenset()  # who of them teaches in that group, now
    shared: int = 0  # links and files that the library keeps of them


async def of_groups(session: Session, groups: Sequence[Group], since: datetime, until: datetime) -> dict[int, Spoken]:
    """By group, what was recorded in [since, until); four queries."""
    found = {group.id: Spoken() for group in groups}
    for number, tags in (await tallies.tags_of(session, groups, since, until)).items():
        found[number].tags = tags
    for number, sizes in (await tallies.speakers(session, groups, since, until)).items():
        found[number].sizes = sizes
    await complete(session, found, since, until)
    return found


async def complete(session: Session, found: Mapping[int, Spoken], since: datetime, until: datetime) -> None:
    """Into what is known of groups by tags and people: who of them teaches, and what was shared; two queries."""
    teachers = await session.execute(
        select(Membership.group_id, Membership.person_id).where(
            among(session, Membership.group_id, list(found)), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None),
        )
    )  # fmt: skip
    for number, person_id in teachers:
        if person_id in found[number].sizes:
            found[number].teach |= {person_id}
    within = (LibraryEntry.shared_at >= since) & (LibraryEntry.shared_at < until)  # sent and shared at one moment
    material = (
        select(LibraryEntry.group_id, func.count())
        .where(among(session, LibraryEntry.group_id, list(found)), LibraryEntry.place < ANSWER, within)
        .group_by(LibraryEntry.group_id)
    )
    for number, n in await session.execute(material):
        found[number].shared = n
