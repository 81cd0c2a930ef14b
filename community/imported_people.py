"""Who is who in a conversation from elsewhere: only where the facilitator says so, and only members who agreed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from community import imported
from community.import_reading import person_key
from community.refusals import NotAllowed, Refusal
from storage.database import Session
from storage.models import Group, Import, ImportedMessage, ImportedPerson, Membership, Person

Json = dict[str, Any]
MOST_NAMED = 20  # buttons of one message


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an export and how many messages each has: on their way to who sent it, stored nowhere."""

    group_id: int
    messages: Counter[str]
    after: int = 0  # the speaker whose name was shown last; 0: none was


async def listed(session: Session, names: Names) -> Json:
    """Whom the facilitator may match: those of whom nobody has said who they are, the busiest first.

    `names`: the next MOST_NAMED, each as `speaker` (our number), `number` (of the pseudonym), `name`, `messages`;
    `left`: how many more there are after these. Whoever was matched meanwhile keeps their place in the order.
    """
    secret = await imported.secret_of(session, names.group_id)
    if secret is None:
        return {"names": [], "left": 0}
    query = select(ImportedPerson).where(ImportedPerson.group_id == names.group_id)
    known = {one.key: one for one in await session.scalars(query)}
    found: dict[int, Json | None] = {}
    for name, messages in names.messages.most_common():
        one = known.get(person_key(name, secret))
        if one is not None and one.id not in found:
            told = {"speaker": one.id, "number": one.number, "name": name[:40], "messages": messages}
            found[one.id] = told if one.person_id is None else None
    order = list(found)
    begins = order.index(names.after) + 1 if names.after in found else 0
    free = [told for told in list(found.values())[begins:] if told is not None]
    return {"names": free[:MOST_NAMED], "left": max(len(free) - MOST_NAMED, 0)}


async def speaker(session: Session, by: Person | None, speaker_id: int) -> ImportedPerson:
    """Somebody of an export, for who may see to it. Raises NeedsConsent, NotAllowed."""
    one = await session.get(ImportedPerson, speaker_id)
    await imported.may(session, by, one.group_id if one else 0)
    if one is None:
        raise NotAllowed
    return one


async def offered(session: Session, group_id: int) -> list[Person]:
    """The members of the group who may be named: those who have agreed, by name."""
    members = select(Membership.person_id).where(Membership.group_id == group_id, Membership.until.is_(None))
    query = select(Person).where(
        Person.id.in_(members), Person.consented_at.is_not(None), Person.tg_user_id.is_not(None)
    )
    return list(await session.scalars(query.order_by(Person.name, Person.id)))


async def match(session: Session, by: Person | None, speaker_id: int, person_id: int, now: datetime) -> Person:
    """That is who it is. Raises NeedsConsent, NotAllowed, and a Refusal for who is no member or has not agreed."""
    one = await speaker(session, by, speaker_id)
    person = next((some for some in await offered(session, one.group_id) if some.id == person_id), None)
    if person is None or one.person_id not in (None, person_id):
        raise Refusal("imported.cannot_match")
    one.person_id, one.matched_at, one.matched_by = person.id, now, by.id if by else None
    await session.flush()
    return person


async def undo(session: Session, by: Person | None, speaker_id: int) -> ImportedPerson:
    """It is not them: the matched member says so, or who may see to the import. Raises NotAllowed, NeedsConsent."""
    one = await session.get(ImportedPerson, speaker_id)
    if by is None or one is None or one.person_id != by.id:
        one = await speaker(session, by, speaker_id)
    one.person_id = one.matched_by = one.matched_at = None
    await session.flush()
    return one


async def copy_of(session: Session, person: Person) -> Json:
    """What was taken in of the person, and what they took in themselves, as plain JSON."""
    query = select(ImportedPerson, Group.title).join(Group, Group.id == ImportedPerson.group_id)
    own = (await session.execute(query.where(ImportedPerson.person_id == person.id))).all()
    made = await session.scalars(select(Import).where(Import.imported_by == person.id).order_by(Import.id))
    matched = select(ImportedPerson.id).where(ImportedPerson.matched_by == person.id)
    return {
        "as": [
            {
                "group": title, "number": one.number,
                "matched_at": one.matched_at.isoformat() if one.matched_at else None,
                "messages": await _messages(session, one),
            }
            for one, title in own
        ],
        "imports": [
            {"group_id": one.group_id, "at": one.created_at.isoformat(), "messages": one.messages, "study": one.study}
            for one in made
        ],
        "people_matched": len((await session.scalars(matched)).all()),
    }  # fmt: skip


async def _messages(session: Session, one: ImportedPerson) -> list[Json]:
    found = await session.scalars(
        select(ImportedMessage).where(ImportedMessage.speaker_id == one.id).order_by(ImportedMessage.sent_at)
    )
    fields = ("kind", "text", "label", "secondary", "confidence", "reason")
    return [{"sent_at": row.sent_at.isoformat()} | {name: getattr(row, name) for name in fields} for row in found]


async def forget(session: Session, person: Person) -> None:
    """Their messages go; what they took in for a group stays the group's, without saying who did."""
    own = select(ImportedPerson.id).where(ImportedPerson.person_id == person.id)
    for table, theirs in (
        (ImportedMessage, ImportedMessage.speaker_id.in_(own)),
        (ImportedPerson, ImportedPerson.person_id == person.id),
    ):
        await session.execute(delete(table).where(theirs).execution_options(synchronize_session=False))
    await session.execute(update(Import).where(Import.imported_by == person.id).values(imported_by=None))
    await session.execute(update(ImportedPerson).where(ImportedPerson.matched_by == person.id).values(matched_by=None))
