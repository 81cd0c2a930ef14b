"""From the first yes to the name one goes by: how somebody comes to be among us."""

import html
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from community import calendar, consent, invitations, people, purposes, readiness
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, ask, button, change, link, message
from storage.models import Group, Person

# Lines of plain text about what a teacher has joined: the programme is another room's business.
Tell = Callable[[Session, Person, Group, datetime, Texts], Awaitable[Sequence[str]]]
# Links whose business is done with the yes itself; the others are opened once more afterwards.
_DONE_AT_ONCE = ("g", "i")


async def said_yes(
    session: Session,
    user_id: int,
    fingerprint: str,
    payload: str,
    language: str,
    message_id: int | None,
    now: datetime,
    *,
    tell: Tell | None = None,
) -> list[Draft]:
    """Yes: the person is kept, joins what the link was for, and is asked how to be addressed.

    ``tell`` says what a teacher comes into, below the welcome.
    """
    person = await consent.agree(session, user_id, fingerprint, language, now)
    say = Texts(person.language)
    words = [say("community.consent.thanks")]
    payload = consent.carried(payload)
    if payload.startswith(_DONE_AT_ONCE):
        words.append(await _joined(session, payload, person, say, now, tell))
        payload = ""
    if not payload and not await people.roles(session, person.id):
        words.append(say("community.join.not_yet"))  # a yes alone brings nobody a prompt
    # Until the yes no name was kept, so it is asked now.
    name = ask("getChat", "community.named", chat_id=user_id, then_data={"user_id": user_id, "chat_id": user_id})
    question = message(user_id, say("community.address.ask"), buttons=addresses(say, payload), person_id=person.id)
    thanks = "\n\n".join(words)
    if message_id is None:
        return [message(user_id, thanks, person_id=person.id), question, name]
    return [change(user_id, thanks, message_id=message_id, person_id=person.id), question, name]


async def _joined(session: Session, payload: str, person: Person, say: Texts, now: datetime, tell: Tell | None) -> str:
    try:
        group, role = await invitations.open_link(session, payload[0], payload[1:], person, now)
    except invitations.LinkIsDead as dead:
        return say(dead.text_key)  # the yes stands although the link died while they were reading
    return await _welcome(session, person, group, role, say, now, tell)


async def _welcome(
    session: Session, person: Person | None, group: Group, role: Role, say: Texts, now: datetime, tell: Tell | None
) -> str:
    """The welcome; for a teacher also when the first lesson comes, or what is running already."""
    words = invitations.welcome(group, role, say)
    if tell is None or person is None or role is not Role.TEACHER:
        return words
    lines = await tell(session, person, group, now, say)
    return "\n\n".join([words, html.escape("\n".join(lines), quote=False)]) if lines else words


def addresses(say: Texts, payload: str = "") -> list[list[Button]]:
    """The forms of address to choose from, two in a row, the last one "without"."""
    end = f":{payload}" if payload else ""
    all_of_them = [
        button(say.plain(f"community.address.long.{word}"), f"address:{word}{end}") for word in people.ADDRESSES
    ]
    return [all_of_them[at : at + 2] for at in range(0, len(all_of_them), 2)]


async def addressed(
    session: Session, person: Person, address: str, say: Texts, message_id: int | None, onward: str | None
) -> Draft:
    """The form of address is kept; ``onward`` is the link to what the person came for."""
    await people.address_as(session, person, address)
    words = say("community.address.kept", name=people.display(person, say))
    buttons = [[link(say.plain("community.consent.onward"), onward)]] if onward else None
    chat_id = person.tg_user_id or 0
    if message_id is None:
        return message(chat_id, words, buttons=buttons)
    return change(chat_id, words, message_id=message_id, buttons=buttons)


async def opened(
    session: Session,
    letter: str,
    token: str,
    person: Person | None,
    chat_id: int,
    say: Texts,
    now: datetime,
    *,
    is_owner: bool = False,
    tell: Tell | None = None,
) -> list[Draft]:
    """Somebody who has agreed opens a joining link or an invitation. Raises LinkIsDead, NeedsConsent.

    What they come into follows as in said_yes, and what suits them is asked of a teacher who was never asked.
    """
    group, role = await invitations.open_link(session, letter, token, person, now, is_owner=is_owner)
    buttons = addresses(say) if person is not None and person.address is None else None
    words = await _welcome(session, person, group, role, say, now, tell)
    if buttons:
        return [message(chat_id, words + "\n\n" + say("community.address.ask"), buttons=buttons)]
    asked = await readiness.at_joining(session, person, say, now) if person is not None else None
    return [message(chat_id, words), *([asked] if asked else [])]


def _day(moment: datetime, zone: str, say: Texts) -> str:
    """The date as people say it: 2 Agu 2026."""
    local = calendar.local_day(moment, zone)
    return f"{local.day} {say.plain('reports.months').split()[local.month - 1]} {local.year}"


async def privacy(session: Session, person: Person, say: Texts, days: int) -> tuple[str, list[list[Button]]]:
    """/privasi for somebody who agreed: what they agreed to, when, what else it may serve, and the way out."""
    answer = await consent.since(session, person)
    version = answer.text_version if answer else consent.TEXT_VERSION
    at = _day(person.consented_at, person.zone or "Asia/Jakarta", say) if person.consented_at else ""
    words = say("community.consent.stands", date=at, version=version)
    rows = await purposes.buttons(session, person, say)
    parts = [words, consent.text(say.language, days, version), say("purposes.intro")]
    rows.append([button(say.plain("corrections.open"), "fix:page"), button(say.plain("looks.open"), "looks")])
    return "\n\n".join(parts), [*rows, [button(say.plain("community.consent.stop"), "consent:stop")]]


async def roles(session: Session, person: Person | None) -> set[Role]:
    """The person's roles anywhere; none for somebody who has not agreed."""
    return await people.roles(session, person.id) if person is not None else set()
