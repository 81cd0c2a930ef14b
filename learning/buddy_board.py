"""The group's message that names its buddies: one for each pack, changed in place when somebody joins or leaves."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from community import calendar, people
from community.notes import clipped
from community.roles import Role
from content.lessons import Pack
from content.texts import Texts
from learning import finishing, versions
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, change, message
from storage.models import Enrolment, Group, GroupChat, Letter, Membership, Person
from storage.outbox import post, post_many

NAMED = 3  # at a time: the first who said yes
LABEL = 40  # characters of a name on a button
PREFIX = "buddies:"
# A membership whose person may be named now; for a query that joins both.
OFFERS = (
    Membership.role == str(Role.TEACHER),
    Membership.until.is_(None),
    Membership.buddy_since.is_not(None),
    Person.consented_at.is_not(None),
)
Place = tuple[int, str]  # a group, and a pack by its id


def key_of(group_id: int, pack_id: str) -> str:
    """The message that is changed from then on."""
    return f"{PREFIX}{group_id}:{pack_id}"


async def stand_down(session: Session, where: Any, now: datetime) -> None:
    """The memberships offer nobody any more; where the group read a name, it reads it no longer."""
    ended = await session.scalars(
        update(Membership)
        .where(Membership.buddy_since.is_not(None), where)
        .values(buddy_since=None)
        .returning(Membership.group_id)
        .execution_options(synchronize_session=False)
    )
    groups = set(ended)
    if groups:
        await _rewrite(session, groups, now)


async def show(session: Session, group: Group, pack: Pack, newcomer: int | None, now: datetime) -> list[int]:
    """Name the group's buddies for this pack: a silent message, or a change of the one there is.

    ``newcomer`` has just said yes; where there is no room for them (or nobody came) a message that stands stays as
    it is. Gives who is named.
    """
    named = (await _named(session, {group.id})).get((group.id, pack.id), [])
    chat = await session.scalar(
        select(GroupChat.tg_chat_id).where(GroupChat.group_id == group.id, GroupChat.current.is_(True))
    )
    if chat is not None and named:
        say = Texts(group.language)
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        draft = message(
            chat, words(pack, named, say), buttons=_buttons(group.id, named, say), silent=True,
            key=key_of(group.id, pack.id), group_id=group.id, due_at=days.awake_after(now, group.zone),
        )  # fmt: skip
        if not await post(session, draft, now) and newcomer in [one.id for one in named]:
            await _rewrite(session, {group.id}, now)
    return [one.id for one in named]


async def _named(session: Session, group_ids: Collection[int]) -> dict[Place, list[Person]]:
    """By group and pack, who offers and has finished it there, in the order in which they said yes, at most NAMED."""
    rows = (await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(among(session, Membership.group_id, group_ids), *OFFERS)
        .order_by(Membership.buddy_since, Membership.id)
    )).all()  # fmt: skip
    followed = (await session.execute(
        select(Enrolment.id, Enrolment.group_id, Enrolment.pack)
        .where(among(session, Enrolment.group_id, {group_id for group_id, _ in rows}))
    )).all()  # fmt: skip
    finished = await finishing.finished_among(session, [row.id for row in followed]) if followed else {}
    done: dict[Place, set[int]] = defaultdict(set)
    for row in followed:
        done[row.group_id, row.pack] |= finished.get(row.id, set())
    return {
        (group_id, pack): [one for at, one in rows if at == group_id and one.id in able][:NAMED]
        for (group_id, pack), able in done.items()
    }


async def _rewrite(session: Session, group_ids: Collection[int], now: datetime) -> None:
    """Every message of these groups that names buddies says who they are now; a fixed number of queries."""
    letters = await session.scalars(
        select(Letter.key).where(
            among(session, Letter.group_id, group_ids), Letter.key.startswith(PREFIX), Letter.edits.is_(None)
        )
    )
    places = [(int(key.split(":")[1]), key.split(":", 2)[2]) for key in letters]
    if not places:
        return
    named = await _named(session, group_ids)
    packs = await _packs(session, places)
    rows = await session.execute(
        select(Group, GroupChat.tg_chat_id)
        .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
        .where(among(session, Group.id, {group_id for group_id, _ in places}), Group.state == "active")
    )
    here = {group.id: (group, chat) for group, chat in rows}
    drafts = [
        _changed(*here[place[0]], packs[place], named.get(place, []), now)
        for place in places
        if place[0] in here and place in packs
    ]
    await post_many(session, drafts, now)


async def _packs(session: Session, places: Sequence[Place]) -> dict[Place, Pack]:
    """Each pack in the newest version that the group followed."""
    rows = (await session.execute(
        select(Enrolment.group_id, Enrolment.pack, Enrolment.version)
        .where(among(session, Enrolment.group_id, {group_id for group_id, _ in places}))
        .order_by(Enrolment.version)
    )).all()  # fmt: skip
    known = await versions.known(session, {(row.pack, row.version) for row in rows})
    return {(row.group_id, row.pack): known[row.pack, row.version] for row in rows if (row.pack, row.version) in known}


def _changed(group: Group, chat_id: int, pack: Pack, named: Sequence[Person], now: datetime) -> Draft:
    say, key = Texts(group.language), key_of(group.id, pack.id)
    return change(
        chat_id, words(pack, named, say), buttons=_buttons(group.id, named, say), edits=key,
        key=f"{key}@{int(now.timestamp() * 1000)}", lane=Lane.REMINDER, group_id=group.id,
    )  # fmt: skip


def words(pack: Pack, named: Sequence[Person], say: Texts) -> str:
    """Who keeps company, as Telegram HTML; when everybody stood down, that there is nobody just now."""
    title = pack.title(say.language)
    if not named:
        return say("finishing.buddy.nobody", pack=title)
    called = [people.display(one, say) for one in named]
    *before, last = called
    names = say.plain("finishing.buddy.and").join([", ".join(before), last]) if before else last
    return say("finishing.buddy.in_group", pack=title, names=names)


def _buttons(group_id: int, named: Sequence[Person], say: Texts) -> list[list[Button]]:
    return [
        [button(say.plain("finishing.buddy.accompany", name=clipped(people.display(one, say), LABEL)),
                f"accomp:{group_id}:{one.id}")]
        for one in named
    ]  # fmt: skip
