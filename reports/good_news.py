"""The one line of good news in a digest: somebody is back, a first reflection, half of the group, the talk itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from community import conversation, groups
from storage.database import Session
from storage.models import Reflection

if TYPE_CHECKING:  # reports.digest asks this module
    from reports.digest import Digest

MANY = 3  # messages of a kind that are worth a line of good news


@dataclass(frozen=True, slots=True)
class GoodNews:
    """One line: the phrase's name and what fills it (a person is named by id)."""

    kind: str  # back, first, half, shared, thanked
    person_id: int = 0
    n: int = 0
    of: int = 0


async def best(session: Session, digest: Digest, were_silent: set[int], since: datetime) -> GoodNews | None:
    """The best of what there is: somebody is back, a first reflection, half of the group, the talk itself."""
    group = digest.group
    wrote = [one.person_id for one in digest.reflections]
    for person_id in (*wrote, *digest.tried):
        if person_id in were_silent:
            return GoodNews("back", person_id)
    if wrote:
        firsts = await session.scalars(
            select(Reflection.person_id)
            .where(Reflection.person_id.in_(wrote))
            .group_by(Reflection.person_id)
            .having(func.min(Reflection.created_at) >= since)
        )
        new = set(firsts)
        for person_id in wrote:
            if person_id in new:
                return GoodNews("first", person_id)
    size = await groups.size(session, group)
    if size and 2 * len(digest.tried) >= size:
        return GoodNews("half", n=len(digest.tried), of=size)
    talk = (await conversation.counts(session, [group], since, digest.at)).by_label
    if talk["resource"] >= MANY:
        return GoodNews("shared", n=talk["resource"])
    return GoodNews("thanked", n=talk["motivation"]) if talk["motivation"] >= MANY else None
