"""Stopping a broadcast, and taking back what was sent: as far as Telegram lets a bot delete, for 48 hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, null, or_, select, update
from sqlalchemy.orm import aliased

from community import broadcasts
from community.addressees import Sender, reach
from community.ledger import copies
from storage.database import Session
from storage.letters import Draft, Lane, Policy
from storage.models import Broadcast, Group, GroupChat, Letter, Membership, Person
from storage.outbox import post_many

DELETABLE = timedelta(hours=48)
_STOPPABLE = ("scheduled", "sending", "sent")
_WITHDRAWABLE = ("sending", "sent", "stopped")
AT_ONCE = 20  # withdrawals that one call of the clock looks at


async def stop(session: Session, by: Sender, cast_id: int, now: datetime) -> Broadcast:
    """Nothing more is written or sent; what waits is dropped and counted. Twice changes nothing.

    Raises NotAllowed for another's broadcast, Over for a draft.
    """
    cast = await confirmed(session, by, cast_id)
    if await _turn(session, cast.id, _STOPPABLE, state="stopped", ended_at=now):
        await _drop(session, copies(cast.id), now, "stopped")
    return await broadcasts.mine(session, by, cast_id)


async def withdraw(session: Session, by: Sender, cast_id: int, now: datetime) -> Broadcast:
    """Stop it, and delete the copies wherever Telegram still lets us. Raises as `stop` does."""
    cast = await confirmed(session, by, cast_id)
    if await _turn(session, cast.id, _WITHDRAWABLE, state="withdrawn", ended_at=None):
        await _drop(session, copies(cast.id), now, "stopped")
        await _take_back(session, cast.id, now)
    return await broadcasts.mine(session, by, cast_id)


async def confirmed(session: Session, by: Sender, cast_id: int) -> Broadcast:
    """A broadcast that has left the drawing board. Raises NotAllowed for another's, Over for a draft."""
    cast = await broadcasts.mine(session, by, cast_id)
    if cast.state == "draft":
        raise broadcasts.Over
    return cast


async def _turn(session: Session, cast_id: int, states: Sequence[str], **values: Any) -> bool:
    turned = await session.scalar(
        update(Broadcast)
        .where(Broadcast.id == cast_id, Broadcast.state.in_(states))
        .values(**values)
        .returning(Broadcast.id)
        .execution_options(synchronize_session=False)
    )
    return turned is not None


async def _drop(session: Session, which: ColumnElement[bool], now: datetime, why: str) -> int:
    dropped = await session.scalars(
        update(Letter)
        .where(which, Letter.state == "pending", Letter.lane == int(Lane.BROADCAST))
        .values(state="dropped", error=why, params=null(), finished_at=now)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return len(dropped.all())


async def withdraw_due(session: Session, now: datetime) -> int:
    """Go on with withdrawals that are not finished; gives how many copies were asked to be deleted."""
    query = select(Broadcast.id).where(Broadcast.state == "withdrawn", Broadcast.ended_at.is_(None))
    asked = 0
    for cast_id in (await session.scalars(query.order_by(Broadcast.id).limit(AT_ONCE))).all():
        asked += await _take_back(session, cast_id, now)
    return asked


async def _take_back(session: Session, cast_id: int, now: datetime) -> int:
    """Ask for one batch of copies to be deleted; with none left, and none on its way, it is finished."""
    back, moved = aliased(Letter), aliased(GroupChat)
    asked_for = exists().where(back.key == literal("castback") + func.substr(Letter.key, len("cast") + 1))
    # Message ids do not move along to a supergroup: there the same numbers are somebody else's messages.
    has_moved = exists().where(moved.tg_chat_id == Letter.chat_id, moved.current.is_(False))
    young = Letter.finished_at > now - DELETABLE
    found = await session.scalars(
        select(Letter)
        .where(copies(cast_id), Letter.state == "delivered", Letter.result.is_not(None), young, ~has_moved, ~asked_for)
        .order_by(Letter.id)
        .limit(broadcasts.BATCH)
    )
    drafts = [_deletion(one) for one in found if (one.result or {}).get("message_ids")]
    await post_many(session, drafts, now)
    if not drafts:
        still = exists().where(copies(cast_id), Letter.state == "sending")
        ended = update(Broadcast).where(Broadcast.id == cast_id, ~still).values(ended_at=now)
        await session.execute(ended.execution_options(synchronize_session=False))
    return len(drafts)


def _deletion(copy: Letter) -> Draft:
    assert copy.result is not None and copy.finished_at is not None  # that is what was asked for
    params = {"chat_id": copy.chat_id, "message_ids": copy.result["message_ids"]}
    return Draft(
        "deleteMessages", params, copy.chat_id, key=f"castback{copy.key.removeprefix('cast')}", lane=Lane.REMINDER,
        policy=Policy.REPEAT, not_after=copy.finished_at + DELETABLE, person_id=copy.person_id, group_id=copy.group_id,
    )  # fmt: skip


async def unsent_in(session: Session, person: Person, group_id: int, now: datetime) -> None:
    """The person has left the group and with it the right: their copies that still wait for it are not sent.

    Nor are those to people with whom they share no other group in which they may.
    """
    lately = Broadcast.due_at > now - 2 * broadcasts.STILL_NEWS
    theirs = select(Broadcast.id).where(Broadcast.created_by == person.id, Broadcast.state.in_(_STOPPABLE), lately)
    numbers = (await session.scalars(theirs)).all()
    if not numbers:
        return
    reached = select(Membership.person_id).where(
        Membership.group_id.in_(select(Group.id).where(reach(Sender(person)))), Membership.until.is_(None)
    )
    to_people = [Letter.key.startswith(f"cast:{number}:p", autoescape=True) for number in numbers]
    gone = or_(*to_people) & Letter.person_id.not_in(reached)
    in_group = Letter.key.in_([f"cast:{number}:g{group_id}" for number in numbers])
    await _drop(session, or_(in_group, gone), now, "not to be sent any more")


async def end_for(session: Session, person: Person, now: datetime) -> None:
    """The person no longer agrees: nothing of theirs goes out any more."""
    await broadcasts.abandon(session, person.id)
    theirs = select(Broadcast.id).where(Broadcast.created_by == person.id, Broadcast.state.in_(_STOPPABLE))
    for cast_id in (await session.scalars(theirs)).all():
        if await _turn(session, cast_id, _STOPPABLE, state="stopped", ended_at=now):
            await _drop(session, copies(cast_id), now, "stopped")


async def copy_of(session: Session, person: Person) -> list[dict[str, Any]]:
    """The broadcasts the person sent: when, to how many. What was in them stands in the person's own chat."""
    sent = await session.scalars(select(Broadcast).where(Broadcast.created_by == person.id).order_by(Broadcast.id))
    return [
        {"state": one.state, "target": one.target, "groups": one.groups, "people": one.people, "content": one.content}
        | {name: value.isoformat() if value else None for name, value in _moments(one).items()}
        for one in sent
    ]


def _moments(one: Broadcast) -> dict[str, datetime | None]:
    return {"created_at": one.created_at, "confirmed_at": one.confirmed_at, "due_at": one.due_at}


async def forget(session: Session, person: Person, now: datetime) -> None:
    """What the person was sending is stopped, and their broadcasts keep neither name nor content."""
    await end_for(session, person, now)
    blanked = update(Broadcast).where(Broadcast.created_by == person.id)
    blanked = blanked.values(created_by=None, content=null(), target={})
    await session.execute(blanked.execution_options(synchronize_session=False))
