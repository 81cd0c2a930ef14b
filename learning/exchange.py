"""Exchange: what one group of a programme marks as worth passing on reaches the others, if its author says yes.

A share is released by its author's answer: `agreed_at` is the moment of the yes, and until then nobody but the
author and the facilitator knows of it. The author's name goes along only where they said so.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import aliased

from community import attention, people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from learning import targets
from learning.feedback import awake
from learning.kinds import DRAFT
from learning.refusals import Gone, NotYours
from learning.targets import Target
from storage.bulk import among
from storage.database import Session
from storage.letters import Lane, button, message
from storage.models import Delivery, Enrolment, Group, Membership, Person, Piece, Programme, Reflection, Share

NAMED, PLAIN, NO = "named", "plain", "no"
ANSWERS = (NAMED, PLAIN, NO)


@dataclass(frozen=True, slots=True)
class Passed:
    """Something of another group of the same programme; `author` only where they let their name be told."""

    group: Group
    author: Person | None
    reflection: Reflection | None
    piece: Piece | None


def _of(target: Target) -> ColumnElement[bool]:
    return Share.reflection_id == target.reflection_id if target.reflection else Share.piece_id == target.piece_id


async def programme_of(session: Session, group_id: int) -> int | None:
    """The running programme of this group, if at least one other group follows it too."""
    other = aliased(Enrolment)
    others = exists().where(other.programme_id == Programme.id, other.group_id != group_id, other.person_id.is_(None))
    return await session.scalar(
        select(Programme.id)
        .join(Enrolment, Enrolment.programme_id == Programme.id)
        .where(
            Enrolment.group_id == group_id, Enrolment.person_id.is_(None), Programme.ended_at.is_(None),
            others,
        )
        .order_by(Programme.id.desc())
        .limit(1)
    )  # fmt: skip


async def mark(session: Session, person: Person | None, code: str, now: datetime) -> Target:
    """A facilitator finds it worth passing on: its author is asked, once.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal where no other group follows the programme, the author was asked
    before, or cannot be asked.
    """
    person, target = await targets.opened(session, person, code, Action.SHARE_ON)
    programme = await programme_of(session, target.group.id)
    if programme is None:
        raise Refusal("peers.exchange.alone")
    author, say = target.author, Texts(target.author.language)
    if not author.reachable or author.tg_user_id is None:
        raise Refusal("peers.exchange.cannot_ask", name=people.display(author, Texts(person.language)))
    keys = [[button(say.plain(f"peers.exchange.answer.{how}"), f"passok:{target.code}:{how}")] for how in ANSWERS]
    words = say("peers.exchange.ask", name=people.display(person, say), title=target.title(say, 200))
    draft = message(
        author.tg_user_id, words, buttons=keys, silent=True, key=f"passon:{target.code}", lane=Lane.REMINDER,
        person_id=author.id, group_id=target.group.id, due_at=await awake(session, target.group, author, now),
    )  # fmt: skip
    if not await attention.brought(session, draft, author, target.group.zone, now):
        raise Refusal("peers.exchange.asked_already", name=people.display(author, Texts(person.language)))
    session.add(
        Share(
            programme_id=programme,
            group_id=target.group.id,
            reflection_id=target.reflection_id,
            piece_id=target.piece_id,
            marked_by=person.id,
            marked_at=now,
        )
    )
    await session.flush()
    return target


async def explain(session: Session, person: Person | None, say: Texts) -> str:
    """How something is passed on, for who may anywhere. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    if not await people.groups_of(session, person.id, {role for role in Role if rights.may({role}, Action.SHARE_ON)}):
        raise NotAllowed
    return say("peers.exchange.in_its_group")


async def mark_message(
    session: Session, person: Person | None, group: Group | None, chat_id: int, message_id: int, now: datetime
) -> Target:
    """As mark, for what stands in a message of the group; Refusal where that is nothing to pass on."""
    if person is None:
        raise NeedsConsent
    code = await targets.in_message(session, group.id, chat_id, message_id) if group is not None else None
    if code is None:
        raise Refusal("peers.exchange.reply_to_it")
    return await mark(session, person, code, now)


async def agree(session: Session, person: Person | None, code: str, how: str, now: datetime) -> str:
    """The author's answer, one of ANSWERS; a "no" takes back an earlier yes. Gives the answer.

    Raises NeedsConsent, Gone (also where nobody asked), NotYours.
    """
    if person is None:
        raise NeedsConsent
    target = await targets.find(session, code)
    if target.author.id != person.id:
        raise NotYours
    share = await session.scalar(select(Share).where(_of(target)).with_for_update())
    if share is None or how not in ANSWERS:
        raise Gone
    if how == NO:
        await session.execute(delete(Share).where(_of(target)).execution_options(synchronize_session=False))
        return how
    share.agreed_at = share.agreed_at or now
    share.named = how == NAMED
    await session.flush()
    return how


async def passed_to(
    session: Session, since: Mapping[int, datetime], until: datetime, most: int
) -> dict[int, list[Passed]]:
    """For each group what the others of its programmes released since its own moment, oldest first; two queries."""
    follows = await session.execute(
        select(Enrolment.group_id, Enrolment.programme_id)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(
            among(session, Enrolment.group_id, list(since)), Enrolment.person_id.is_(None), Programme.ended_at.is_(None)
        )
    )  # fmt: skip
    programmes: dict[int, set[int]] = defaultdict(set)
    for group_id, programme_id in follows:
        if programme_id is not None:
            programmes[programme_id].add(group_id)
    if not programmes:
        return {}
    found: dict[int, list[Passed]] = defaultdict(list)
    for share, passed in await _released(session, list(programmes), min(since.values()), until):
        for group_id in sorted(programmes[share.programme_id or 0]):
            fresh = share.agreed_at is not None and share.agreed_at >= since[group_id]
            if fresh and group_id != share.group_id and len(found[group_id]) < most:
                found[group_id].append(passed)
    return dict(found)


async def _released(
    session: Session, programmes: Sequence[int], since: datetime, until: datetime
) -> list[tuple[Share, Passed]]:
    """What may be told: its author agrees still, and its own group may read it still."""
    rows = await session.execute(
        select(Share, Group, Person, Reflection, Piece)
        .join(Group, Group.id == Share.group_id)
        .outerjoin(Reflection, Reflection.id == Share.reflection_id)
        .outerjoin(Piece, Piece.id == Share.piece_id)
        .join(Person, or_(Person.id == Reflection.person_id, Person.id == Piece.person_id))
        .where(
            among(session, Share.programme_id, programmes), Share.agreed_at >= since, Share.agreed_at < until,
            Person.consented_at.is_not(None),
            or_(Share.piece_id.is_not(None), and_(Reflection.audience == "group", Reflection.kind != DRAFT)),
        )
        .order_by(Share.agreed_at, Share.id)
    )  # fmt: skip
    return [
        (share, Passed(group, author if share.named else None, reflection, piece))
        for share, group, author, reflection, piece in rows
    ]


async def open_piece(session: Session, person: Person | None, piece_id: int) -> tuple[Piece, Person | None]:
    """A piece to look at: of a group of the person's, or passed on to one. With its owner where the name may be told.

    Raises NeedsConsent, NotAllowed, Gone.
    """
    if person is None:
        raise NeedsConsent
    target = await targets.find(session, f"{targets.PIECE}{piece_id}")
    if target.piece is None:
        raise Gone
    if rights.may(await people.roles_in(session, person.id, target.group.id), Action.GIVE_FEEDBACK):
        return target.piece, target.author
    here = select(Membership.group_id).where(
        Membership.person_id == person.id, Membership.until.is_(None), Membership.role != str(Role.AGENCY)
    )
    follows = exists().where(Enrolment.programme_id == Share.programme_id, Enrolment.group_id.in_(here))
    share = await session.scalar(
        select(Share).where(Share.piece_id == piece_id, Share.agreed_at.is_not(None), follows).limit(1)
    )
    if share is None:
        await rights.require(session, person, Action.GIVE_FEEDBACK, target.group.id)
    return target.piece, target.author if share is not None and share.named else None


async def markable(
    session: Session, since: Mapping[int, datetime], until: datetime, most: int
) -> dict[int, list[Target]]:
    """What was shared in groups that can pass something on and was not marked yet, newest first; three queries."""
    other = aliased(Enrolment)
    rows = await session.scalars(
        select(Enrolment.group_id)
        .join(Programme, Programme.id == Enrolment.programme_id)
        .where(
            among(session, Enrolment.group_id, list(since)), Enrolment.person_id.is_(None),
            Programme.ended_at.is_(None),
            exists().where(
                other.programme_id == Programme.id, other.group_id != Enrolment.group_id, other.person_id.is_(None)
            ),
        )
    )  # fmt: skip
    groups = set(rows)
    if not groups:
        return {}
    earliest = min(since[group_id] for group_id in groups)
    found: dict[int, list[Target]] = defaultdict(list)
    for one in await _unmarked(session, groups, earliest, until):
        if one.created_at >= since[one.group.id] and len(found[one.group.id]) < most:
            found[one.group.id].append(one)
    return dict(found)


async def _unmarked(session: Session, groups: Collection[int], since: datetime, until: datetime) -> list[Target]:
    reflections = await session.execute(
        select(Reflection, Person, Group)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .join(Person, Person.id == Reflection.person_id)
        .join(Group, Group.id == Delivery.group_id)
        .where(
            among(session, Delivery.group_id, groups), Reflection.created_at >= since, Reflection.created_at < until,
            Reflection.audience == "group", Reflection.kind != DRAFT, Reflection.text.is_not(None),
            Person.consented_at.is_not(None), ~exists().where(Share.reflection_id == Reflection.id),
        )
    )  # fmt: skip
    pieces = await session.execute(
        select(Piece, Person, Group)
        .join(Person, Person.id == Piece.person_id)
        .join(Group, Group.id == Piece.group_id)
        .where(
            among(session, Piece.group_id, groups), Piece.created_at >= since, Piece.created_at < until,
            Person.consented_at.is_not(None), ~exists().where(Share.piece_id == Piece.id),
        )
    )  # fmt: skip
    found = [Target(author, group, reflection=row) for row, author, group in reflections]
    found += [Target(author, group, piece=row) for row, author, group in pieces]
    return sorted(found, key=lambda one: one.created_at, reverse=True)
