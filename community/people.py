"""Who somebody is: the people who agreed, what they are called, the roles they hold."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import bindparam, select, update

from community.roles import Role
from content.texts import Texts
from storage.database import Session, insert
from storage.models import Group, Membership, Person

ADDRESSES = ("bapak", "ibu", "ustaz", "ustazah", "bunda", "kak", "none")
NAME_LENGTH = 128
# Many teachers write the word into their Telegram name: "Bu Sari" is not to become "Bu Bu Sari".
_SPOKEN = frozenset({"pak", "bapak", "bu", "ibu", "ustaz", "ustadz", "ustazah", "ustadzah", "bunda", "kak", "kakak"})


# Asked at every visit: put together once.
_BY_USER = select(Person).where(Person.tg_user_id == bindparam("user_id"), Person.consented_at.is_not(None))


async def by_user(session: Session, user_id: int) -> Person | None:
    """The person behind a Telegram user, only while they agree."""
    return await session.scalar(_BY_USER, {"user_id": user_id})


async def known(session: Session, user_id: int) -> Person | None:
    """The person behind a Telegram user, also after they withdrew: for the right to have everything deleted."""
    return await session.scalar(select(Person).where(Person.tg_user_id == user_id))


class Named(Protocol):
    """What somebody is called by: a person, or a row with these two columns."""

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str | None: ...


def display(person: Named | Person, say: Texts) -> str:
    """What the person is called, as plain text: "Bu Sari"; without a form of address the bare name."""
    name = person.name.strip()
    if not name:
        return say.plain("community.address.colleague")
    if person.address in (None, "none") or name.split()[0].casefold().rstrip(".") in _SPOKEN:
        return name
    return f"{say.plain(f'community.address.short.{person.address}')} {name}"


def bare(person: Person, say: Texts) -> str:
    """The name alone, for papers, as plain text: also of somebody who writes "Bu Sari" into their Telegram name."""
    first, _, rest = person.name.strip().partition(" ")
    spoken = first.casefold().rstrip(".") in _SPOKEN and bool(rest.strip())
    return (rest if spoken else person.name).strip() or say.plain("community.address.colleague")


async def roles_in(session: Session, person_id: int, group_id: int) -> set[Role]:
    """The roles the person holds in the group now."""
    query = select(Membership.role).where(
        Membership.person_id == person_id, Membership.group_id == group_id, Membership.until.is_(None)
    )
    return {Role(role) for role in await session.scalars(query)}


async def roles_since(session: Session, person_id: int, group_id: int) -> dict[Role, datetime]:
    """The roles the person holds in the group now, and since when."""
    query = select(Membership.role, Membership.since).where(
        Membership.person_id == person_id, Membership.group_id == group_id, Membership.until.is_(None)
    )
    return {Role(row.role): row.since for row in await session.execute(query)}


async def roles(session: Session, person_id: int) -> set[Role]:
    """Every role the person holds in any group: what their menu shows."""
    query = select(Membership.role).where(Membership.person_id == person_id, Membership.until.is_(None)).distinct()
    return {Role(role) for role in await session.scalars(query)}


async def groups_of(session: Session, person_id: int, roles: Collection[Role] | None = None) -> list[Group]:
    """The groups, by title, in which the person holds one of the roles (any role when None).

    Groups that sent the assistant away are left out.
    """
    holds = select(Membership.group_id).where(Membership.person_id == person_id, Membership.until.is_(None))
    if roles is not None:
        holds = holds.where(Membership.role.in_([str(role) for role in roles]))
    query = select(Group).where(Group.id.in_(holds), Group.state != "left").order_by(Group.title, Group.id)
    return list(await session.scalars(query))


async def held_by(session: Session, person_id: int) -> list[tuple[Group, set[Role]]]:
    """The groups, by title, each with the roles that the person holds in it; without those that sent us away."""
    rows = await session.execute(
        select(Group, Membership.role)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.person_id == person_id, Membership.until.is_(None), Group.state != "left")
        .order_by(Group.title, Group.id)
    )
    found: dict[int, tuple[Group, set[Role]]] = {}
    for group, role in rows:
        found.setdefault(group.id, (group, set()))[1].add(Role(role))
    return list(found.values())


async def with_role(session: Session, group_id: int, roles: Collection[Role]) -> list[Person]:
    """Everybody who holds one of the roles in the group, by name, whether they can be written to or not."""
    holders = select(Membership.person_id).where(
        Membership.group_id == group_id,
        Membership.until.is_(None),
        Membership.role.in_([str(role) for role in roles]),
    )
    return list(await session.scalars(select(Person).where(Person.id.in_(holders)).order_by(Person.name, Person.id)))


async def give_role(session: Session, person_id: int, group_id: int, role: Role, now: datetime) -> None:
    """The person holds the role from now on; held before, it is held again."""
    row = {"person_id": person_id, "group_id": group_id, "role": str(role), "since": now, "until": None}
    statement = insert(session, Membership).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "group_id", "role"],
            set_={"until": None, "since": now},
            where=Membership.until.is_not(None),
        )
    )


async def address_as(session: Session, person: Person, address: str) -> None:
    """How the person wants to be addressed; an unknown word changes nothing (buttons can be forged)."""
    if address in ADDRESSES:
        person.address = address
        await session.flush()


async def speak(session: Session, person: Person, language: str) -> None:
    """The language of everything written to the person from now on."""
    person.language = Texts(language).language
    await session.flush()


async def named(session: Session, person: Person, name: str) -> None:
    """Keep the name Telegram gives; a deleted account, and who corrected it, keep the one we know."""
    if not person.named_themselves and name.strip() not in ("", "-"):  # "-" stands for a name that was not kept
        person.name = name.strip()[:NAME_LENGTH]
        await session.flush()


async def greeted(session: Session, person: Person, name: str) -> None:
    """The person came to the private chat: it is open, and this is the name they go by now."""
    person.reachable = True
    await named(session, person, name)


async def reach(session: Session, user_id: int, reachable: bool) -> None:
    """Whether the private chat with this Telegram user is open; says nothing of somebody who has not agreed."""
    await session.execute(
        update(Person)
        .where(Person.tg_user_id == user_id, Person.consented_at.is_not(None))
        .values(reachable=reachable)
        .execution_options(synchronize_session="fetch")
    )
