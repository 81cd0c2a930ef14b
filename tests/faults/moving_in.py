"""How the six people of the village begin: all have agreed, in one group, two of them with a coach."""

from datetime import datetime

from sqlalchemy import select

from coaching import cycles
from coaching.rights import Side
from learning import programmes
from playground.client import Playground
from storage.database import Database, Session
from storage.models import Group, GroupChat, Membership, Person, School

PACK = "diferensiasi"
CAST = {
    "hendra": "facilitator", "ratna": "coach",
    "sari": "teacher", "budi": "teacher", "tono": "teacher", "rini": "teacher",
}  # fmt: skip


async def move_in(playground: Playground, database_url: str, chat: int, users: dict[str, int]) -> None:
    """Everybody has agreed, the group follows a pack, and the coach accompanies two teachers."""
    database = Database(database_url)
    async with database.writing() as session:
        now = await playground.clock()
        school = School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=now)
        session.add(school)
        await session.flush()
        found = select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat)
        group = (await session.scalars(found)).one()
        group.state, group.set_up_at, group.school_id, group.zone = "active", now, school.id, school.zone
        people = {name: await _agreed(session, name, users[name], group, now) for name in users}
        await programmes.enrol(session, group.id, PACK, now)
        for workflow, teacher in (("harmoni", "sari"), ("knight", "rini")):
            coachee = people[teacher]
            cycle = await cycles.offer(session, people["ratna"], group, workflow, Side.COACHEE, [coachee.id], now)
            await cycles.answer(session, coachee, cycle.id, True, now)
    await database.close()


async def _agreed(session: Session, name: str, user: int, group: Group, now: datetime) -> Person:
    person = Person(
        tg_user_id=user, name=name.title(), language="id", reachable=True, consented_at=now, created_at=now
    )  # fmt: skip
    session.add(person)
    await session.flush()
    session.add(Membership(person_id=person.id, group_id=group.id, role=CAST[name], since=now))
    return person
