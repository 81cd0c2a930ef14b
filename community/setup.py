"""/aturgrup: a group admin, confirmed by Telegram, answers eight questions and the group begins."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from community import daily_counts, groups, invitations, people
from community.refusals import NeedsConsent, Refusal
from community.roles import Role
from community.setup_answers import CONFIRM, STEPS, Choices, Misunderstood, next_step, read
from community.setup_questions import Rows, packs, question
from content.texts import Texts
from storage import states
from storage.database import Session
from storage.letters import Draft, ask, link, message
from storage.models import Group, Person, School

DESTINY = "setup"  # the drawer in aiogram's storage, apart from whatever else the person is talking about
# How long Telegram's word that somebody is an admin is good for; rights can be taken away.
GOOD_FOR = timedelta(hours=1)
_ADMIN = frozenset({"creator", "administrator"})

Drawer = dict[str, Any]


class SetupIsOver(Refusal):
    """No confirmed set-up is under way for this person."""

    text_key = "community.setup.over"


@dataclass(frozen=True, slots=True)
class Turn:
    """The drawer after an answer, and the question that stands now."""

    drawer: Drawer
    html: str
    buttons: Rows


@dataclass(frozen=True, slots=True)
class Finished:
    """A group that begins or goes on: which programme it follows, and what is to be said.

    `again`: nothing begins, the group had been set up and the person was its facilitator before.
    """

    group: Group
    pack: str
    roles: set[Role]
    letters: list[Draft]
    again: bool = False


def ask_if_admin(group: Group, tg_chat_id: int, user_id: int, message_id: int) -> Draft:
    """In the group: asks Telegram what the sender of /aturgrup is there."""
    data = {"chat_id": tg_chat_id, "group": group.id, "reply_to": message_id}
    draft = ask("getChatMember", "community.setup_asked", chat_id=tg_chat_id, then_data=data, user_id=user_id)
    return replace(draft, forgets=True)  # it names somebody who may not have agreed


def is_admin(answer: dict[str, Any]) -> bool | None:
    """What Telegram's answer to getChatMember says; None when it could not tell."""
    result = answer.get("result")
    return result.get("status") in _ADMIN if answer.get("ok") and isinstance(result, dict) else None


def go_private(tg_chat_id: int, reply_to: int | None, admin: bool | None, url: str, say: Texts) -> Draft:
    """In the group: the way into the private chat for an admin, a plain sentence for anybody else."""
    if admin:
        rows = [[link(say.plain("community.setup.begin"), url)]]
        return message(tg_chat_id, say("community.setup.go_private"), buttons=rows, reply_to=reply_to)
    words = "community.setup.admins_only" if admin is False else "community.setup.cannot_tell"
    return message(tg_chat_id, say(words), reply_to=reply_to)


async def knock(session: Session, person: Person | None, group_id: str) -> Draft:
    """`/start s<group>` in private: whoever comes with it, Telegram is asked what they are in that group.

    The payload proves nothing, since anybody can type it. Raises NeedsConsent, SetupIsOver.
    """
    if person is None:
        raise NeedsConsent(f"s{group_id}")
    is_number = group_id.isascii() and group_id.isdecimal() and len(group_id) < 19
    group = await session.get(Group, int(group_id)) if is_number else None
    if group is None or group.state == "left":
        raise SetupIsOver
    user_id, tg_chat_id = person.tg_user_id or 0, await groups.current_chat(session, group.id)
    data = {"user_id": user_id, "chat_id": user_id, "group": group.id}
    draft = ask("getChatMember", "community.setup_opened", chat_id=tg_chat_id, then_data=data, user_id=user_id)
    return replace(draft, person_id=person.id)  # it names them: deleting the person must find it


async def opened(
    session: Session,
    person: Person | None,
    group_id: int,
    answer: dict[str, Any],
    key: states.StateKey,
    state: str | None,
    now: datetime,
    follows: tuple[str, str] | None = None,
) -> Draft | None:
    """Telegram has answered: an admin gets the first question that has no answer yet.

    ``follows``: id and title of the programme the group has, which another room knows; it stays unless another is
    chosen. The drawer in the conversation's storage is the only proof of that answer, and only this function makes one.
    """
    group = await session.get(Group, group_id)
    if person is None or group is None:
        return None
    user_id, say = person.tg_user_id or 0, Texts(person.language)
    who = ((answer.get("result") or {}).get("user") or {}).get("id") if answer.get("ok") else None
    admin = is_admin(answer)
    if not admin or who != user_id:
        return message(user_id, say("community.setup.cannot_tell" if admin is None else "community.setup.admins_only"))
    box = key._replace(destiny=DESTINY)
    before = (await states.read(session, box))[1]
    begun = before["answers"] if before.get("group") == group.id else await _as_it_is(session, group, follows)
    drawer: Drawer = {"group": group.id, "title": group.title, "since": now.isoformat(), "answers": begun}
    drawer |= {"step": next_step(begun), "follows": list(follows or ())}
    await states.write(session, box, None, drawer, now)
    await states.write(session, key, state, {}, now)
    html, buttons = question(drawer, await _choices(session, person, say, drawer), say)
    if not begun:
        html = f"{say('community.setup.hello')}\n\n{html}"
    return message(user_id, html, buttons=buttons, person_id=person.id)


async def _as_it_is(session: Session, group: Group, follows: tuple[str, str] | None) -> dict[str, str]:
    """The answers a group already lives by; a group never set up has none."""
    school = await session.get(School, group.school_id) if group.school_id and group.set_up_at else None
    if school is None:
        return {}
    programme = {"programme": follows[0]} if follows else {}
    return programme | {
        "language": group.language,
        "zone": group.zone,
        "school": school.name,
        "hour": group.prompt_time,
        "workdays": school.workdays,
        "profile": school.policy_profile,
        "greeting": group.greeting or "",
    }


async def _choices(session: Session, person: Person, say: Texts, drawer: Drawer) -> Choices:
    own = await people.groups_of(session, person.id, {Role.FACILITATOR})
    query = select(School.id, School.name).where(School.id.in_([group.school_id for group in own if group.school_id]))
    schools = {row.id: row.name for row in (await session.execute(query.order_by(School.name))).all()}
    follows = drawer.get("follows")  # it may be one of the group's own making
    return Choices(schools, packs(say.language) | (dict([follows]) if follows else {}))


def _checked(person: Person | None, drawer: Drawer, now: datetime) -> Person:
    if person is None:
        raise NeedsConsent
    if "since" not in drawer or now - datetime.fromisoformat(drawer["since"]) > GOOD_FOR:
        raise SetupIsOver
    return person


async def respond(
    session: Session, person: Person | None, drawer: Drawer, step: str | None, said: str, say: Texts, now: datetime
) -> Turn:
    """One answer: ``step`` names the tapped question (any of them, or "edit"), None is typing at the one that stands.

    An answer that does not fit is explained and the question stands again. Raises NeedsConsent, SetupIsOver.
    """
    person = _checked(person, drawer, now)
    choices = await _choices(session, person, say, drawer)
    if step == "edit":
        after = drawer | {"step": said if said in STEPS else CONFIRM}
        return Turn(after, *question(after, choices, say))
    asked = step or drawer["step"]
    try:
        answers = drawer["answers"] | {asked: read(asked, said, choices)}
    except Misunderstood as problem:
        return Turn(drawer, *question(drawer, choices, say, problem.text_key))
    after = drawer | {"answers": answers, "step": next_step(answers)}
    return Turn(after, *question(after, choices, say))


async def finish(
    session: Session,
    person: Person | None,
    drawer: Drawer,
    say: Texts,
    deep_link: Callable[[str], str],
    now: datetime,
) -> Finished:
    """Save: the group is active, the person its facilitator, the group is told once.

    Raises NeedsConsent, SetupIsOver, or a Refusal when a question is still open.
    """
    person = _checked(person, drawer, now)
    answers: dict[str, str] = drawer["answers"]
    group = await session.get(Group, drawer["group"])
    if group is None or group.state == "left":
        raise SetupIsOver
    if next_step(answers) != CONFIRM:
        raise Refusal("community.setup.incomplete")
    school = await _school(session, person, group, drawer, now)
    moved = group.zone != answers["zone"]
    group.school_id, group.language, group.zone = school.id, answers["language"], answers["zone"]
    group.prompt_time, group.greeting = answers["hour"], answers["greeting"] or None
    first = group.set_up_at is None
    group.state, group.set_up_at = "active", group.set_up_at or now
    new = Role.FACILITATOR not in await people.roles_in(session, person.id, group.id)
    await people.give_role(session, person.id, group.id, Role.FACILITATOR, now)
    await session.flush()
    if moved:  # its days begin at another hour
        await daily_counts.recount(session, group.id)
    letters = [await _ready(session, group, person, deep_link, now)] if first else []
    if first or new:
        letters += await invitations.handout(session, group, person, person.tg_user_id or 0, say, deep_link, now)
    roles = await people.roles(session, person.id)
    return Finished(group, answers["programme"], roles, letters, again=not (first or new))


async def _school(session: Session, person: Person, group: Group, drawer: Drawer, now: datetime) -> School:
    """The chosen school, the group's own one under that name, or a new one; it takes the week and the profile."""
    answers: dict[str, str] = drawer["answers"]
    named = answers["school"]
    school = None
    if named.startswith("#"):
        chosen = int(named[1:])
        own = (await _choices(session, person, Texts(person.language), drawer)).schools
        school = await session.get(School, chosen) if chosen in own else None
    elif group.school_id is not None:
        kept = await session.get(School, group.school_id)
        school = kept if kept is not None and kept.name.casefold() == named.casefold() else None
    if school is None:
        school = School(name=named.lstrip("#"), zone=answers["zone"], created_at=now)
        session.add(school)
    school.zone, school.workdays, school.policy_profile = answers["zone"], answers["workdays"], answers["profile"]
    await session.flush()
    return school


async def _ready(
    session: Session, group: Group, person: Person, deep_link: Callable[[str], str], now: datetime
) -> Draft:
    say = Texts(group.language)
    url = deep_link(f"g{(await invitations.teacher_link(session, group.id, person, now)).token}")
    words = say("community.setup.ready", hour=group.prompt_time.replace(":", "."))
    greeting = say("community.setup.greeting", greeting=group.greeting) if group.greeting else ""
    rows = [[link(say.plain("community.join.open"), url)]]
    chat_id = await groups.current_chat(session, group.id)
    return message(chat_id, "\n\n".join(filter(None, (greeting, words))), buttons=rows, group_id=group.id)
