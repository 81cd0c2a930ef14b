"""Links that give a role: one reusable link of teachers per group, and single-use links for everything else."""

import io
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import segno
from sqlalchemy import or_, select, update

from community import groups, people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, button, link, message, picture
from storage.models import Group, Invitation, Person
from storage.outbox import attach

VALID_FOR = timedelta(days=7)
# 16 bytes: nobody guesses it, and "i" + 22 characters stay far below Telegram's 64.
_TOKEN_BYTES = 16
_MOST_GROUPS = 40
INVITABLE = tuple(role for role in Role if role is not Role.TEACHER)

DeepLink = Callable[[str], str]


class LinkIsDead(Refusal):
    """Used, renewed, expired or never made: which of these is not said to somebody who may be guessing."""

    text_key = "community.invitation.dead"


async def teacher_link(session: Session, group_id: int, by: Person | None, now: datetime) -> Invitation:
    """The group's link for teachers, made at first use."""
    query = select(Invitation).where(
        Invitation.group_id == group_id, Invitation.role == str(Role.TEACHER), Invitation.revoked_at.is_(None)
    )
    found = await session.scalar(query.order_by(Invitation.id.desc()).limit(1))
    return found or await _made(session, group_id, Role.TEACHER, by, now, None)


async def renew(session: Session, group_id: int, by: Person | None, now: datetime) -> Invitation:
    """A new link for teachers; the old one stops working. Raises NeedsConsent or NotAllowed."""
    await rights.require(session, by, Action.INVITE, group_id)
    await session.execute(
        update(Invitation)
        .where(Invitation.group_id == group_id, Invitation.role == str(Role.TEACHER), Invitation.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return await _made(session, group_id, Role.TEACHER, by, now, None)


async def _made(
    session: Session, group_id: int, role: Role, by: Person | None, now: datetime, expires_at: datetime | None
) -> Invitation:
    invitation = Invitation(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        group_id=group_id,
        role=str(role),
        created_by=by.id if by else None,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(invitation)
    await session.flush()
    return invitation


async def invite(
    session: Session, group_id: int, role: str, by: Person | None, is_owner: bool, now: datetime
) -> tuple[Invitation, Group]:
    """A single-use link of seven days for a role above teacher. Raises NeedsConsent, NotAllowed."""
    if by is None:
        raise NeedsConsent
    own = await people.roles_in(session, by.id, group_id)
    group = await session.get(Group, group_id)
    if group is None or role not in INVITABLE or not rights.may_give(own, Role(role), is_owner=is_owner):
        raise NotAllowed
    return await _made(session, group_id, Role(role), by, now, now + VALID_FOR), group


def _alive(now: datetime) -> tuple[object, ...]:
    return (
        Invitation.revoked_at.is_(None),
        Invitation.used_at.is_(None),
        or_(Invitation.expires_at.is_(None), Invitation.expires_at > now),
    )


async def revoke(session: Session, by: Person, now: datetime, group_id: int | None = None) -> None:
    """The person's unused invitations to roles above teacher are dead: in one group, or everywhere."""
    theirs = [Invitation.created_by == by.id] + ([Invitation.group_id == group_id] if group_id is not None else [])
    await session.execute(
        update(Invitation)
        .where(
            *theirs,
            Invitation.role != str(Role.TEACHER),
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )


async def open_link(
    session: Session, letter: str, token: str, person: Person | None, now: datetime, *, is_owner: bool = False
) -> tuple[Group, Role]:
    """The person takes the role behind a link ``g<token>`` (teacher) or ``i<token>`` (any other).

    Raises LinkIsDead before it asks for consent: nobody is asked in vain. A link once used by somebody else
    is dead; a teacher who opens the link twice is a teacher once. NotAllowed for an invitation of one's own:
    only an owner gives roles to themselves.
    """
    wanted = Invitation.role == str(Role.TEACHER) if letter == "g" else Invitation.role != str(Role.TEACHER)
    query = select(Invitation).where(Invitation.token == token, wanted, *_alive(now))  # type: ignore[arg-type]
    invitation = await session.scalar(query)
    group = await session.get(Group, invitation.group_id) if invitation else None
    if invitation is None or group is None or group.state == "left":
        raise LinkIsDead
    if person is None:
        raise NeedsConsent(f"{letter}{token}")
    if letter == "i" and invitation.created_by == person.id and not is_owner:
        raise NotAllowed
    if letter == "i":
        claimed = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
        taken = await session.execute(claimed.values(used_at=now).returning(Invitation.id))
        if taken.scalar_one_or_none() is None:
            raise LinkIsDead
    await people.give_role(session, person.id, group.id, Role(invitation.role), now)
    return group, Role(invitation.role)


def welcome(group: Group, role: Role, say: Texts) -> str:
    """What somebody who took a role reads."""
    words = say("community.invitation.welcome", group=group.title, role=say.plain(f"community.role.{role}"))
    about = say(f"community.invitation.about.{role}")
    return f"{words}\n{about}"


def qr(url: str) -> bytes:
    """The address as a QR code, PNG; big enough to be read from a projector or a printed sheet."""
    into = io.BytesIO()
    segno.make(url, error="m").save(into, kind="png", scale=12, border=4)
    return into.getvalue()


async def handout(
    session: Session, group: Group, by: Person | None, chat_id: int, say: Texts, deep_link: DeepLink, now: datetime
) -> list[Draft]:
    """The joining link of a group as QR code and as a text to paste into WhatsApp, for its facilitator."""
    await rights.require(session, by, Action.INVITE, group.id)
    url = deep_link(f"g{(await teacher_link(session, group.id, by, now)).token}")
    digest = await attach(session, f"sejawat-{group.id}.png", qr(url), now)
    in_group = Texts(group.language)
    agreed, size = await groups.agreed(session, group.id), await groups.size(session, group)
    caption = say("community.join.caption", group=group.title, url=url, agreed=agreed, size=size)
    buttons = [
        [button(say.plain("learning.button.share"), f"sharejoin:{group.id}")],
        [button(say.plain("community.join.renew"), f"join:renew:{group.id}")],
    ]
    paste = in_group("community.join.whatsapp", group=group.title, url=url)
    return [
        picture(chat_id, digest, caption, buttons=buttons, group_id=group.id),
        message(chat_id, say("community.join.paste") + f"\n\n<pre>{paste}</pre>", group_id=group.id),
    ]


async def poster(
    session: Session, group: Group | None, by: Person | None, chat_id: int, deep_link: DeepLink, now: datetime
) -> Draft:
    """The joining link in the group itself, as one message with a button."""
    if group is None or not groups.is_active(group):
        raise Refusal("community.setup.not_yet")
    await rights.require(session, by, Action.INVITE, group.id)
    url = deep_link(f"g{(await teacher_link(session, group.id, by, now)).token}")
    say = Texts(group.language)
    return message(chat_id, say("community.join.poster"), buttons=[[link(say.plain("community.join.open"), url)]])


async def join_links(
    session: Session,
    person: Person | None,
    chosen: int | None,
    chat_id: int,
    say: Texts,
    deep_link: DeepLink,
    now: datetime,
) -> list[Draft]:
    """/gabung in private: the handout of the chosen group, or of the only one, else the question which."""
    own = await _facilitated(session, person)
    group = next((one for one in own if one.id == chosen), None) if chosen else own[0] if len(own) == 1 else None
    if group is not None:
        return await handout(session, group, person, chat_id, say, deep_link, now)
    if chosen or not own:
        raise NotAllowed
    return [_which(own, "join:of", "community.join.which", chat_id, say)]


async def _facilitated(session: Session, person: Person | None) -> list[Group]:
    if person is None:
        raise NeedsConsent
    return await people.groups_of(session, person.id, {Role.FACILITATOR})


def _which(of: list[Group], data: str, words: str, chat_id: int, say: Texts) -> Draft:
    rows = [[button(group.title[:48], f"{data}:{group.id}")] for group in of[:_MOST_GROUPS]]
    return message(chat_id, say(words), buttons=rows)


async def renewed(
    session: Session, group_id: int, person: Person | None, chat_id: int, say: Texts, deep_link: DeepLink, now: datetime
) -> list[Draft]:
    """ "Ganti tautan": the new handout; the link before it is dead."""
    await renew(session, group_id, person, now)
    return await join_links(session, person, group_id, chat_id, say, deep_link, now)


async def whom_to_invite(
    session: Session, person: Person | None, is_owner: bool, group_id: int | None, chat_id: int, say: Texts
) -> Draft:
    """/undang: first the group, then the role the inviter may give."""
    if person is None:
        raise NeedsConsent
    if group_id is None:
        return await _group_first(session, person, is_owner, chat_id, say)
    own = await people.roles_in(session, person.id, group_id)
    offered = [role for role in INVITABLE if rights.may_give(own, role, is_owner=is_owner)]
    group = await session.get(Group, group_id)
    if not offered or group is None:
        raise NotAllowed
    rows = [[button(say.plain(f"community.role.{role}"), f"invite:{group_id}:{role}")] for role in offered]
    return message(chat_id, say("community.invitation.which_role", group=group.title), buttons=rows)


async def _group_first(session: Session, person: Person, is_owner: bool, chat_id: int, say: Texts) -> Draft:
    if is_owner:
        query = select(Group).where(Group.state != "left").order_by(Group.added_at.desc()).limit(_MOST_GROUPS)
        own = list(await session.scalars(query))
    else:
        own = await _facilitated(session, person)
    if not own:
        raise NotAllowed
    return _which(own, "invite", "community.invitation.which_group", chat_id, say)


async def invited(
    session: Session,
    group_id: int,
    role: str,
    person: Person | None,
    is_owner: bool,
    chat_id: int,
    say: Texts,
    deep_link: DeepLink,
    now: datetime,
) -> Draft:
    """The single-use link, ready to be sent to one colleague."""
    invitation, group = await invite(session, group_id, role, person, is_owner, now)
    words = say(
        "community.invitation.ready",
        role=say.plain(f"community.role.{role}"),
        group=group.title,
        url=deep_link(f"i{invitation.token}"),
        days=VALID_FOR.days,
    )
    return message(chat_id, words)
