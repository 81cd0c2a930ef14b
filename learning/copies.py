"""One private copy of a group's prompt, for those who keep the group muted and asked for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from community import budget, leaves, people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from learning import prompts
from learning.branches import Aside, asides_for
from learning.due import Chosen
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Membership, Person
from storage.outbox import post_many


async def write(session: Session, chosen: Sequence[tuple[Chosen, int]], now: datetime) -> None:
    """The copies of the prompts that have just been written; a fixed number of queries."""
    groups = {one.due.group_id: (one, delivery_id) for one, delivery_id in chosen if one.due.person_id is None}
    if not groups:
        return
    rows = await session.execute(
        select(Membership.group_id, Person.id, Person.tg_user_id, Person.language)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.group_id.in_(groups), Membership.private_copy.is_(True), Membership.until.is_(None),
            Membership.role == Role.TEACHER, Person.consented_at.is_not(None), Person.reachable.is_(True),
            Person.tg_user_id.is_not(None),
        )
    )  # fmt: skip
    wanted = rows.all()
    if not wanted:
        return
    away: set[int] = set()
    for day in {groups[row.group_id][0].due.day for row in wanted}:
        away |= await leaves.away(session, [row.id for row in wanted], day)
    here = [row for row in wanted if row.id not in away]
    # The lesson's minutes are counted with the group's prompt already.
    admitted = await budget.admit(
        session, [budget.Want(row.id, row.group_id, groups[row.group_id][0].due.day) for row in here]
    )
    going = [row for row in here if row.id in admitted]
    asides = await asides_for(
        session, [(row.id, groups[row.group_id][1], groups[row.group_id][0].lesson) for row in going]
    )
    drafts = [
        _copy(*groups[row.group_id], row, asides.get((row.id, groups[row.group_id][1]))) for row in going
    ]  # fmt: skip
    await post_many(session, drafts, now)


def _copy(one: Chosen, delivery_id: int, row: Any, more: Aside | None) -> Draft:
    say = Texts(row.language)
    frame = one.frame if row.language == one.due.language else prompts.BARE  # its notes are in the group's language
    words, rows = prompts.words(one.lesson, say, frame=frame), prompts.buttons(say, delivery_id, one.lesson)
    if more is not None:
        words, rows = f"{words}\n\n{more.html}", [*rows, *more.rows]
    return message(
        row.tg_user_id, words, buttons=rows, key=f"copy:{delivery_id}:{row.id}", lane=Lane.REMINDER,
        not_after=one.due.not_after, group_id=one.due.group_id, person_id=row.id,
    )  # fmt: skip


async def choose(session: Session, person: Person | None, group_id: int, wanted: bool) -> None:
    """The teacher wants a copy of this group's prompts in private, or no longer. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    if Role.TEACHER not in await people.roles_in(session, person.id, group_id):
        raise NotAllowed("learning.join_first")
    await session.execute(
        update(Membership)
        .where(
            Membership.person_id == person.id, Membership.group_id == group_id, Membership.role == Role.TEACHER
        )
        .values(private_copy=wanted)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


async def wanted_by(session: Session, person_id: int) -> set[int]:
    """The groups whose prompts this person gets in private as well."""
    query = select(Membership.group_id).where(
        Membership.person_id == person_id, Membership.private_copy.is_(True), Membership.until.is_(None)
    )
    return set(await session.scalars(query))
