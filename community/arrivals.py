"""The assistant comes, goes, or gets other rights; members come and go; titles change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from community import consent, groups, invitations, people, recalls
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, message
from storage.models import BotAccount, Group, Membership

# Many join at once when a link goes round: one question for all of them.
_COUNT_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """The assistant's place in a chat, before and after a change."""

    was_in: bool
    is_in: bool
    is_admin: bool


async def stands(
    session: Session,
    tg_chat_id: int,
    title: str,
    standing: Standing,
    me: BotAccount,
    language: str,
    now: datetime,
    *,
    zone: str = "Asia/Jakarta",
) -> list[Draft]:
    """Record what Telegram says of the assistant in a group; the answer is what to say there."""
    if not standing.is_in:
        await gone(session, tg_chat_id, now)
        return []
    known = await groups.by_chat(session, tg_chat_id)
    group = known or await groups.ensure(session, tg_chat_id, title, language, now, zone=zone)
    say = Texts(group.language)
    back = group.state == "left"
    if back:
        group.state, group.left_at = ("active" if group.set_up_at else "waiting"), None
        # Whatever Telegram said while the assistant was away is older than this.
        group.blind_told_at = None
    group.title, group.bot_is_admin = title[:128], standing.is_admin
    sight = _sight(group, me, say, now)
    await session.flush()
    count = groups.count_again(group.id, tg_chat_id, now, now.strftime("%Y%m%d%H%M%S"))
    if known is None or back or not standing.was_in:
        again = "back" if group.set_up_at else "back_waiting"
        hello = say(f"community.arrival.{again if back else 'hello'}")
        words = "\n\n".join(part for part in (hello, sight) if part)
        return [message(tg_chat_id, words, group_id=group.id), count]
    return [message(tg_chat_id, sight, silent=True, group_id=group.id)] if sight else []


def _sight(group: Group, me: BotAccount, say: Texts, now: datetime) -> str:
    """What to say about being able to read, if it changed since it was last said (Telegram's privacy mode)."""
    blind = not (me.reads_all or group.bot_is_admin)
    if blind and group.blind_told_at is None:
        group.blind_told_at = now
        return say("community.arrival.blind")
    if not blind and group.blind_told_at is not None:
        group.blind_told_at = None
        return say("community.arrival.sees")
    return ""


async def gone(session: Session, tg_chat_id: int, now: datetime) -> None:
    """The assistant is no longer in this chat: the group keeps its row and gets nothing until it comes back."""
    group = await groups.by_chat(session, tg_chat_id)
    if group is None or await groups.current_chat(session, group.id) != tg_chat_id:
        return  # the old half of a supergroup: the group itself is well
    group.state, group.left_at, group.bot_is_admin, group.headcount = "left", now, False, None
    await session.flush()


async def renamed(session: Session, group: Group | None, title: str) -> None:
    """The group has a new title."""
    if group is not None and title.strip():
        group.title = title[:128]
        await session.flush()


async def member_changed(
    session: Session, group: Group | None, tg_chat_id: int, user_id: int, is_in: bool, now: datetime
) -> list[Draft]:
    """Somebody joined or left: roles end with leaving; only being a teacher comes back with the person."""
    if group is None or group.state == "left":
        return []
    person = await people.by_user(session, user_id)
    if person is not None and not is_in:
        ended = Membership.person_id == person.id, Membership.group_id == group.id, Membership.until.is_(None)
        # The Dinas reads figures from outside; it was never a member of the chat.
        ending = update(Membership).where(*ended, Membership.role != str(Role.AGENCY)).values(until=now)
        if str(Role.FACILITATOR) in (await session.scalars(ending.returning(Membership.role))).all():
            await invitations.revoke(session, person, now, group.id)
        await recalls.unsent_in(session, person, group.id, now)
        await consent.unsent(session, person, now, group.id)
    if person is not None and is_in:
        await session.execute(
            update(Membership)
            .where(
                Membership.person_id == person.id,
                Membership.group_id == group.id,
                Membership.role == str(Role.TEACHER),
            )
            .values(until=None)
        )
    window = int(now.timestamp() // _COUNT_EVERY.total_seconds())
    return [groups.count_again(group.id, tg_chat_id, now + _COUNT_EVERY, f"w{window}")]
