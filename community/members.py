"""The group's list of colleagues without Telegram, so that "x dari y" is true."""

import re
from datetime import datetime

from sqlalchemy import delete, func, select

from community import groups, people, rights, twins
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import Group, Membership, Person

MOST_AT_ONCE = 60
# Telegram takes 100 buttons on a message.
_MOST_SHOWN = 90
# "1. Bu Wati", "2) Pak Agus", "- Dewi": how lists are pasted.
_BULLET = re.compile(r"^\s*(?:\d{1,3}\s*[.)]|[-*•–])\s*")


def names_in(text: str) -> list[str]:
    """One name a line, without the numbering of a pasted list, each name once."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name = " ".join(_BULLET.sub("", line).split())[: people.NAME_LENGTH].strip()
        if name:
            found.setdefault(name.casefold(), name)
    return list(found.values())


async def _listed(session: Session, group_id: int) -> list[Person]:
    members = select(Membership.person_id).where(
        Membership.group_id == group_id, Membership.until.is_(None), Membership.role == str(Role.TEACHER)
    )
    query = select(Person).where(Person.id.in_(members), Person.tg_user_id.is_(None))
    return list(await session.scalars(query.order_by(func.lower(Person.name), Person.id)))


async def add(session: Session, group_id: int, by: Person | None, text: str, now: datetime) -> int:
    """List colleagues without Telegram; the answer is how many are new.

    Raises NeedsConsent, NotAllowed, or a Refusal that says how to write the list.
    """
    await rights.require(session, by, Action.LIST_MEMBERS, group_id)
    names = names_in(text)
    if not names or len(names) > MOST_AT_ONCE:
        raise Refusal("community.members.how", most=MOST_AT_ONCE)
    present = {person.name.casefold() for person in await _listed(session, group_id)}
    new = [Person(name=name, language="id", created_at=now) for name in names if name.casefold() not in present]
    session.add_all(new)
    await session.flush()
    teacher = str(Role.TEACHER)
    session.add_all(Membership(person_id=one.id, group_id=group_id, role=teacher, since=now) for one in new)
    await session.flush()
    return len(new)


async def remove(session: Session, group_id: int, person_id: int, by: Person | None) -> None:
    """Take a colleague without Telegram off the list; people with Telegram leave by themselves."""
    await rights.require(session, by, Action.LIST_MEMBERS, group_id)
    if person_id not in {person.id for person in await _listed(session, group_id)}:
        return  # tapped twice, or not on this list
    await session.execute(delete(Membership).where(Membership.person_id == person_id, Membership.group_id == group_id))
    elsewhere = await session.scalar(select(func.count()).where(Membership.person_id == person_id))
    if not elsewhere:
        await session.execute(delete(Person).where(Person.id == person_id))


async def page(
    session: Session, group_id: int, by: Person | None, say: Texts, note: str = ""
) -> tuple[str, list[list[Button]]]:
    """The list as words and buttons: how many agreed of how many, and the colleagues without Telegram."""
    await rights.require(session, by, Action.LIST_MEMBERS, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise NotAllowed
    listed = await _listed(session, group_id)
    agreed, (present, _) = await groups.agreed(session, group_id), await groups.teachers(session, group)
    # Before Telegram has been asked, how many are there is anybody's guess.
    there = "" if group.headcount is None else say.plain("community.members.there", n=present)
    words = say("community.members.page", group=group.title, agreed=agreed, there=there, listed=len(listed))
    double = await twins.of_group(session, group_id)
    rows = [_row(one, group_id, one.id in double, say) for one in listed[:_MOST_SHOWN]]
    rows.append(
        [
            button(say.plain("community.members.add"), f"member:add:{group_id}"),
            button(say.plain("roster.upload"), f"roster:of:{group_id}"),
        ]
    )
    return (f"{note}\n\n{words}" if note else words), rows


def _row(one: Person, group_id: int, joined_too: bool, say: Texts) -> list[Button]:
    """A listed colleague; one who has joined as well can be made one person again."""
    if joined_too:
        return [button(say.plain("roster.unite", name=one.name[:40]), f"member:unite:{group_id}:{one.id}")]
    return [button(f"✕ {one.name[:40]}", f"member:remove:{group_id}:{one.id}")]


async def choose(session: Session, person: Person | None, chat_id: int, say: Texts) -> Draft:
    """/anggota: the list of the only group one facilitates, else the question which."""
    if person is None:
        raise NeedsConsent
    own = await people.groups_of(session, person.id, {Role.FACILITATOR})
    if not own:
        raise NotAllowed
    if len(own) == 1:
        words, rows = await page(session, own[0].id, person, say)
        return message(chat_id, words, buttons=rows)
    rows = [[button(group.title[:48], f"member:list:{group.id}")] for group in own[:_MOST_SHOWN]]
    return message(chat_id, say("community.members.which"), buttons=rows)
