"""Titip: the facilitator writes down what a colleague said who has no Telegram here, or whose phone is broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from community import people, rights, twins
from community.notes import Note, clipped
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from community.roles import Role
from content.lessons import Lesson
from content.texts import Texts
from learning import deliveries, posting, readers, versions
from learning.refusals import Gone
from storage.database import Session, insert
from storage.letters import Draft, button, message
from storage.models import Delivery, Group, Person, Reflection, Trial

LATEST = 5
_ROOM = 1_500  # characters of an answer that the colleague is shown; all of it is stored


@dataclass(frozen=True, slots=True)
class Entrusted:
    """An answer as it was written down: whose it is, on what, and who else would read it if the group may.

    `tried`: that they tried it in class is known, too.
    """

    reflection: Reflection
    colleague: Person
    group: Group
    lesson: Lesson
    heads: Sequence[Person]
    tried: bool


async def groups(session: Session, by: Person | None) -> list[Group]:
    """Where this person may write down a colleague's answer. Raises NeedsConsent, NotAllowed."""
    if by is None:
        raise NeedsConsent
    found = await people.groups_of(session, by.id, rights.ALLOWED[Action.ENTRUST])
    if not found:
        raise NotAllowed
    return found


async def colleagues(session: Session, by: Person | None, group_id: int) -> list[Person]:
    """The teachers of the group, those without Telegram first, and never oneself. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, by, Action.ENTRUST, group_id)
    taught = await people.with_role(session, group_id, {Role.TEACHER})
    others = [one for one in taught if by is not None and one.id != by.id]
    return sorted(others, key=lambda one: (one.tg_user_id is not None, one.name.casefold(), one.id))


async def _colleague(session: Session, by: Person | None, group_id: int, person_id: int) -> Person:
    found = next((one for one in await colleagues(session, by, group_id) if one.id == person_id), None)
    if found is None:
        raise Gone
    return found


async def prompts(
    session: Session, by: Person | None, group_id: int, person_id: int
) -> tuple[Person, list[tuple[Delivery, Lesson]]]:
    """The colleague, and the group's last five prompts, newest first. Raises NeedsConsent, NotAllowed, Gone."""
    colleague = await _colleague(session, by, group_id, person_id)
    query = select(Delivery).where(
        Delivery.group_id == group_id, Delivery.person_id.is_(None), Delivery.delivered_at.is_not(None)
    )
    newest = query.order_by(Delivery.delivered_at.desc(), Delivery.id.desc()).limit(LATEST)
    found = (await session.scalars(newest)).all()
    lessons = await versions.lessons_of(session, found)
    return colleague, [(one, lessons[one.id]) for one in found if one.id in lessons]


async def question(
    session: Session, by: Person | None, group_id: int, person_id: int, delivery_id: int
) -> tuple[Person, Lesson]:
    """Whose answer on what is asked for. Raises NeedsConsent, NotAllowed, Gone."""
    colleague = await _colleague(session, by, group_id, person_id)
    _, _, lesson = await _prompt(session, group_id, delivery_id)
    return colleague, lesson


async def _prompt(session: Session, group_id: int, delivery_id: int) -> tuple[Delivery, Group, Lesson]:
    """A prompt of this group. What somebody gets at their own pace is theirs alone."""
    delivery, group, lesson = await deliveries.get(session, delivery_id)
    if group.id != group_id or delivery.person_id is not None or delivery.delivered_at is None:
        raise Gone
    return delivery, group, lesson


async def keep(
    session: Session, by: Person | None, group_id: int, person_id: int, delivery_id: int, text: str, now: datetime
) -> tuple[Entrusted, list[Draft]]:
    """Store what the colleague said: a reflection, counted like any other, read by nobody but themselves.

    That they tried it in class is another matter, which somebody has to say: tried().
    Whoever has Telegram is told, with the buttons to change it or take it back. Raises NeedsConsent, NotAllowed, Gone.
    """
    colleague = await _colleague(session, by, group_id, person_id)
    delivery, group, lesson = await _prompt(session, group_id, delivery_id)
    if by is None:
        raise NeedsConsent
    row = Reflection(
        delivery_id=delivery.id, person_id=colleague.id, entered_by=by.id, audience="me", medium="text", text=text,
        created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await deliveries.refresh_counts(session, delivery, now)
    heads = await readers.principals(session, group.id, colleague)
    tried = await _has_tried(session, row)
    return Entrusted(row, colleague, group, lesson, heads, tried), _told(row, colleague, by, lesson, text)


async def _has_tried(session: Session, row: Reflection) -> bool:
    query = exists().where(Trial.delivery_id == row.delivery_id, Trial.person_id == row.person_id)
    return bool(await session.scalar(select(query)))


async def tried(session: Session, by: Person | None, reflection_id: int, now: datetime) -> Entrusted:
    """The facilitator says that the colleague has also tried it in class. Raises NeedsConsent, NotAllowed, Gone."""
    row, colleague, delivery, group, lesson = await _written_down(session, by, reflection_id)
    made = insert(session, Trial).values(delivery_id=delivery.id, person_id=colleague.id, at=now)
    await session.execute(made.on_conflict_do_nothing(index_elements=["delivery_id", "person_id"]))
    await deliveries.refresh_counts(session, delivery, now)
    return Entrusted(row, colleague, group, lesson, await readers.principals(session, group.id, colleague), True)


async def _written_down(
    session: Session, by: Person | None, reflection_id: int
) -> tuple[Reflection, Person, Delivery, Group, Lesson]:
    """What this person wrote down themselves, locked. Raises NeedsConsent, NotAllowed, Gone."""
    if by is None:
        raise NeedsConsent
    row = await session.scalar(select(Reflection).where(Reflection.id == reflection_id).with_for_update())
    if row is None or row.entered_by != by.id:
        raise Gone
    delivery, group, lesson = await deliveries.get(session, row.delivery_id)
    return row, await _colleague(session, by, group.id, row.person_id), delivery, group, lesson


def _told(row: Reflection, colleague: Person, by: Person, lesson: Lesson, text: str) -> list[Draft]:
    """The letter that waits for a phone to be mended."""
    if colleague.tg_user_id is None or colleague.consented_at is None or not colleague.reachable:
        return []
    say = Texts(colleague.language)
    named, title = people.display(by, say), lesson.text(say.language).title
    words = say("sharing.entrusted.told", by=named, title=title, words=clipped(text, _ROOM))
    labels = {"redit": "learning.button.edit", "rdel": "learning.button.remove"}
    rows = [[button(say.plain(label), f"{name}:{row.id}") for name, label in labels.items()]]
    return [message(colleague.tg_user_id, words, buttons=rows, key=f"reflection:{row.id}:told", person_id=colleague.id)]


async def show(session: Session, by: Person | None, reflection_id: int, now: datetime) -> Entrusted:
    """The facilitator says that the colleague agreed: the group may read it, marked as written down by somebody else.

    Only what they wrote down themselves, once, and only as long as the colleague has neither chosen a reader nor
    written it anew: those words the facilitator does not know. Raises NeedsConsent, NotAllowed, Gone.
    """
    row, colleague, delivery, group, lesson = await _written_down(session, by, reflection_id)
    if by is None or not may_be_shown(row):
        raise Gone
    row.audience, row.audience_at = "group", now
    await session.flush()
    say, key = Texts(group.language), f"reflection:{row.id}"
    name = named(people.display(colleague, say), people.display(by, say), say)
    heading, note = "learning.reflection.in_group", Note(row.text)
    await posting.to_group(session, heading, key, note, colleague, delivery, group, now, name=name)
    heads = await readers.principals(session, group.id, colleague)
    return Entrusted(row, colleague, group, lesson, heads, await _has_tried(session, row))


def may_be_shown(row: Reflection) -> bool:
    """The colleague has neither chosen a reader nor written it anew."""
    return row.audience == "me" and row.audience_at is None and row.edited_at is None


def named(name: str, by: str, say: Texts) -> str:
    """Whose words, and by whose hand, as plain text: Bu Wati (titip lewat Pak Hendra)."""
    return say.plain("sharing.entrusted.named", name=name, by=by)


async def unite(session: Session, by: Person | None, group_id: int, listed_id: int) -> Person:
    """Somebody listed has joined: what was written down for them goes along. Raises as community.twins.pair does."""
    listed, joined = await twins.pair(session, group_id, listed_id, by)
    theirs = select(Delivery.id).where(Delivery.group_id == group_id)
    own = select(Trial.delivery_id).where(Trial.person_id == joined.id)
    moved = (Trial.person_id == listed.id, Trial.delivery_id.in_(theirs))
    await session.execute(
        update(Trial)
        .where(*moved, Trial.delivery_id.not_in(own))
        .values(person_id=joined.id)
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(Trial).where(*moved).execution_options(synchronize_session=False))
    await session.execute(
        update(Reflection)
        .where(Reflection.person_id == listed.id, Reflection.delivery_id.in_(theirs))
        .values(person_id=joined.id)
        .execution_options(synchronize_session=False)
    )
    await twins.unite(session, group_id, listed, joined)
    return joined
