"""Prompts that went out: where they stand, and the count of answers at their foot."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, update

from community import groups, leaves, people, rights
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.lessons import Lesson
from content.texts import Texts
from learning import prompts, versions
from learning.kinds import REFLECTS
from learning.prompts import Counts, Frame
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Lane, change
from storage.models import Delivery, Group, GroupChat, Letter, Person, Reflection, Trial
from storage.outbox import post

TEACHES = frozenset({Role.TEACHER})

SETTLES = timedelta(seconds=3)  # several taps in a row are one edit
LATEST = 5


async def arrived(session: Session, delivery_id: int, chat_id: int, message_id: int, now: datetime) -> None:
    """Telegram has the prompt: from now on replies to it are known."""
    await session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(delivered_at=now, tg_chat_id=chat_id, tg_message_id=message_id)
    )


async def by_message(session: Session, chat_id: int, message_id: int) -> Delivery | None:
    """The prompt that stands in this message."""
    return await session.scalar(
        select(Delivery).where(Delivery.tg_chat_id == chat_id, Delivery.tg_message_id == message_id)
    )


async def of_group(session: Session, group_id: int | None, delivery_id: int) -> Delivery | None:
    """A prompt by its number, if it is one of this group (None: of any)."""
    here = [Delivery.group_id == group_id] if group_id is not None else []
    return await session.scalar(select(Delivery).where(Delivery.id == delivery_id, *here))


async def get(session: Session, delivery_id: int) -> tuple[Delivery, Group, Lesson]:
    """A prompt, its group and its lesson. Raises Gone."""
    query = select(Delivery, Group).join(Group, Group.id == Delivery.group_id).where(Delivery.id == delivery_id)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise Gone
    lesson = await versions.lesson_of(session, row[0])
    if lesson is None:
        raise Gone
    return row[0], row[1], lesson


async def opened(
    session: Session, person: Person | None, delivery_id: int, action: rights.Action, payload: str
) -> tuple[Person, Delivery, Group, Lesson]:
    """As get, for somebody who may do ``action`` there.

    Raises NeedsConsent with the payload that leads back here, NotAllowed, Gone.
    """
    if person is None:
        raise NeedsConsent(f"{payload}{delivery_id}")
    delivery, group, lesson = await get(session, delivery_id)
    if delivery.person_id not in (None, person.id):
        raise NotAllowed  # what somebody gets at their own pace is theirs
    try:
        if delivery.person_id is None:
            await rights.require(session, person, action, group.id)
        elif person.consented_at is None or not await people.roles_in(session, person.id, group.id):
            raise NotAllowed  # at their own pace learns who holds any role here, and as long as they do
    except NotAllowed:
        raise NotAllowed("learning.join_first") from None  # the way in is the group's joining link
    return person, delivery, group, lesson


async def latest(
    session: Session,
    person: Person | None,
    payload: str = "",
    roles: Collection[Role] | None = TEACHES,
) -> Sequence[tuple[Delivery, Group]]:
    """The last five prompts of the groups the person teaches in (any role: None), newest first. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent(payload)
    taught = await people.groups_of(session, person.id, roles)
    rows = await session.execute(
        select(Delivery, Group)
        .join(Group, Group.id == Delivery.group_id)
        .where(
            Group.id.in_([group.id for group in taught]),
            Delivery.delivered_at.is_not(None),
            or_(Delivery.person_id.is_(None), Delivery.person_id == person.id),
        )
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(LATEST)
    )
    return [(delivery, group) for delivery, group in rows]


def told_of() -> ColumnElement[bool]:
    """Of whom acts are told as numbers: not of who took their yes back; those listed without Telegram still count."""
    return or_(Person.consented_at.is_not(None), Person.tg_user_id.is_(None))


async def counts(session: Session, delivery_id: int, group: Group, day: date) -> Counts:
    """Teachers, not acts: who reflected twice counts once, who is on leave is left out of the denominator.

    Nor does who took their yes back: what they did is kept for them, and told to nobody.
    """
    tried = (
        select(func.count())
        .select_from(Trial)
        .join(Person, Person.id == Trial.person_id)
        .where(Trial.delivery_id == delivery_id, told_of())
        .scalar_subquery()
    )
    reflected = (
        select(func.count(Reflection.person_id.distinct()))
        .join(Person, Person.id == Reflection.person_id)
        .where(Reflection.delivery_id == delivery_id, Reflection.kind.in_(REFLECTS), told_of())
        .scalar_subquery()
    )
    row = (await session.execute(select(tried, reflected))).one()
    teachers = [person.id for person in await people.with_role(session, group.id, TEACHES)]
    of = await groups.size(session, group) - len(await leaves.away(session, teachers, day))
    return Counts(row[0], row[1], max(of, row[0], row[1]))


async def refresh_counts(session: Session, delivery: Delivery, now: datetime, *, lane: Lane = Lane.REMINDER) -> None:
    """The prompt shows the new counts by editing itself; at most one edit waits, and it tells the newest."""
    row = (
        await session.execute(
            select(Group, GroupChat.tg_chat_id)
            .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
            .where(Group.id == delivery.group_id)
        )
    ).first()
    lesson = await versions.lesson_of(session, delivery)
    if row is None or lesson is None or delivery.person_id is not None:
        return  # what one person gets at their own pace tells nobody else's number
    group, chat_id = row
    found = await counts(session, delivery.id, group, delivery.day)
    if str(found) == (delivery.shown or f"0/0/{found.of}"):
        return
    say = Texts(group.language)
    draft = change(
        chat_id, prompts.words(lesson, say, frame=Frame.of(delivery.frame), counts=found),
        buttons=prompts.buttons(say, delivery.id, lesson), edits=delivery.letter_key,
        # The moment makes it a debt of its own when the same counts come back after a deletion.
        key=f"counts:{delivery.id}:{found.tried}:{found.reflected}:{found.of}@{int(now.timestamp() * 1000)}",
        lane=lane, due_at=now + SETTLES, group_id=group.id,
    )  # fmt: skip
    waits = await session.scalars(
        update(Letter)
        .where(Letter.edits == delivery.letter_key, Letter.state == "pending", Letter.method == "editMessageText")
        .values(params=draft.params)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    if not waits.all():
        await post(session, draft, now)
    delivery.shown = str(found)
    await session.flush()
