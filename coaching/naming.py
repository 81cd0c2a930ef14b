"""Several people in one sentence: "Sari", "Sari dan Budi", "Sari, Budi, dan Wati"."""

from collections.abc import Iterable, Sequence

from community import people
from community.people import Named
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.models import Person


def together(names: Iterable[str], say: Texts) -> str:
    """The names in their order, as plain text; empty for nobody."""
    *before, last = list(names) or [""]
    joined = say.plain("coaching.and")
    if len(before) < 2:
        return joined.join([*before, last])
    return f"{', '.join(before)},{joined}{last}"


def of_people(found: Iterable[Named], say: Texts) -> str:
    """What they are called, in one sentence."""
    return together([people.display(one, say) for one in found], say)


async def readers(session: Session, found: Sequence[Person], group_id: int, say: Texts) -> str:
    """Who reads what is written, before it is: a coach who is also the head of the school is named as that (I7)."""
    heads = {one.id for one in await people.with_role(session, group_id, {Role.PRINCIPAL})} if found else set()
    names = [(people.display(one, say), one.id in heads) for one in found]
    return together([say.plain("coaching.reader.head", name=name) if head else name for name, head in names], say)
