"""Who would read a note: asked and named before anything is saved (I7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community import people, rights
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.models import Person

AUDIENCES = ("me", "coach", "group")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who accompanies the group; `heads_school`: the same person is the principal."""

    person: Person
    heads_school: bool


async def of_group(session: Session, group_id: int, writer: Person) -> list[Reader]:
    """Everybody to whom the audience "coach" is open in this group, the writer left out; two queries."""
    accompany = await people.with_role(session, group_id, rights.READERS["coach"])
    heads = {person.id for person in await people.with_role(session, group_id, {Role.PRINCIPAL})}
    return [Reader(person, person.id in heads) for person in accompany if person.id != writer.id]


async def accompanies_since(session: Session, person: Person, group_id: int) -> datetime | None:
    """Since when the audience "coach" has been open to the person in this group; None where it is not.

    What was meant for a coach was meant for the coach of that day, whose name stood there.
    """
    held = await people.roles_since(session, person.id, group_id)
    opens = [at for role, at in held.items() if rights.may({role}, rights.Action.READ_REFLECTION, "coach")]
    return min(opens, default=None)


async def principals(session: Session, group_id: int, writer: Person) -> list[Person]:
    """Heads of school among the members of the group, the writer left out: they read what the group reads."""
    return [one for one in await people.with_role(session, group_id, {Role.PRINCIPAL}) if one.id != writer.id]


def named(readers: list[Reader], say: Texts) -> str:
    """The readers by name, each with the office they also hold, as plain text."""
    return say.plain("learning.and").join(
        say.plain("learning.reader.principal", name=name) if one.heads_school else name
        for one in readers
        for name in [people.display(one.person, say)]
    )


def listed(words: Sequence[str], say: Texts) -> str:
    """One, two dan three; as plain text."""
    first, last = ", ".join(words[:-1]), words[-1:]
    return say.plain("learning.and").join([first, *last] if first else last)


def heads_named(heads: Sequence[Person], say: Texts) -> str:
    """The principals by name and office, as plain text."""
    names = [say.plain("learning.reader.principal", name=people.display(one, say)) for one in heads]
    return say.plain("learning.and").join(names)


def audience_named(
    audience: str, readers: list[Reader], group_title: str, say: Texts, heads: Sequence[Person] = ()
) -> str:
    """Who reads a note with this audience, as plain text in the middle of a sentence.

    ``heads`` are the principals in the group: for a teacher the group with them is another reader than without.
    """
    if audience == "coach" and readers:
        return named(readers, say)
    if audience == "coach":
        return say.plain("learning.reader.no_coach")
    if audience == "group" and heads:
        return say.plain("learning.reflection.reader_group_with", group=group_title, names=heads_named(heads, say))
    if audience == "group":
        return say.plain("learning.reader.group", group=group_title)
    return say.plain("learning.reader.me")
