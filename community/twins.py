"""A colleague who was listed without Telegram and has joined since: two rows for one person, until somebody says so."""

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased

from community import rights
from community.refusals import Refusal
from community.rights import Action
from community.roles import Role
from community.roster_sheet import key
from storage.database import Session
from storage.models import Assignment, Membership, Person, Posting

_own = aliased(Assignment)


async def of_group(session: Session, group_id: int) -> dict[int, Person]:
    """Who has joined under the name of somebody listed, by the listed one's number; only where one name is one row."""
    found = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.group_id == group_id, Membership.until.is_(None), Membership.role == str(Role.TEACHER))
    )
    listed: dict[str, list[Person]] = {}
    joined: dict[str, list[Person]] = {}
    for person in found.all():
        if person.tg_user_id is None or person.consented_at is not None:
            (listed if person.tg_user_id is None else joined).setdefault(key(person.name), []).append(person)
    return {
        rows[0].id: joined[name][0]
        for name, rows in listed.items()
        if len(rows) == 1 and len(joined.get(name, ())) == 1
    }


async def pair(session: Session, group_id: int, listed_id: int, by: Person | None) -> tuple[Person, Person]:
    """The listed colleague and who joined under that name, for who may list members.

    Raises NeedsConsent, NotAllowed, and a Refusal where the two are not one name (any more).
    """
    await rights.require(session, by, Action.LIST_MEMBERS, group_id)
    joined = (await of_group(session, group_id)).get(listed_id)
    listed = await session.get(Person, listed_id)
    if joined is None or listed is None:
        raise Refusal("roster.no_twin")
    return listed, joined


async def unite(session: Session, group_id: int, listed: Person, joined: Person) -> None:
    """The listed row goes; where it taught goes to who joined, for years that they have not told themselves.

    Who accompanied the listed one accompanies who joined, unless somebody does already.
    """
    accompanied = exists().where(
        _own.group_id == group_id, _own.of_id == joined.id, _own.until.is_(None), _own.by_role == Assignment.by_role
    )
    await session.execute(
        update(Assignment)
        .where(Assignment.group_id == group_id, Assignment.of_id == listed.id, Assignment.until.is_(None), ~accompanied)
        .values(of_id=joined.id)
        .execution_options(synchronize_session=False)
    )
    told = select(Posting.school_year).where(Posting.person_id == joined.id)
    await session.execute(
        update(Posting)
        .where(Posting.person_id == listed.id, Posting.school_year.not_in(told))
        .values(person_id=joined.id)
        .execution_options(synchronize_session=False)
    )
    joined.zone = joined.zone or listed.zone
    await session.execute(delete(Membership).where(Membership.person_id == listed.id, Membership.group_id == group_id))
    if not await session.scalar(select(func.count()).where(Membership.person_id == listed.id)):
        await session.execute(delete(Posting).where(Posting.person_id == listed.id))
        await session.execute(delete(Person).where(Person.id == listed.id).execution_options(synchronize_session=False))
    await session.flush()
