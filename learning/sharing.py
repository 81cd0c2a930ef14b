"""Bagikan ke WhatsApp: a prompt, an invitation or a week's synthesis as a short text in a link, with the way in."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from community import groups, invitations, rights
from community.notes import fitted
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from content.texts import Texts
from learning import deliveries, synthesis
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Draft, link, message
from storage.models import Group, Person

MOST = 699  # UTF-16 units of a text, and so at most as many characters: what WhatsApp shows without "read more"
_WHATSAPP = "https://wa.me/?text="
_STARRED = re.compile(r"(?m)^\*([^*\n]+)\*$")  # a line that WhatsApp will show in bold
DeepLink = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Shared:
    """What is passed on: the text as it will stand in WhatsApp, and the address that carries it there."""

    text: str
    url: str


def whatsapp(text: str) -> str:
    """The address that opens WhatsApp with this text ready to be sent. Raises ValueError for one of 700 or more."""
    if _length(text) > MOST:
        raise ValueError(f"a text for WhatsApp has at most {MOST} characters, not {_length(text)}")
    return _WHATSAPP + quote(text, safe="")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _shared(words: str, write: Callable[[str], str]) -> Shared:
    """The text that ``write`` makes of the words, or of as much of them as fits beside the link."""
    text = fitted(words, MOST, write)
    return Shared(text, whatsapp(text))


async def _group(session: Session, person: Person | None, group_id: int, action: Action = Action.SHARE) -> Group:
    """A group at work in which the person may. Raises NeedsConsent, NotAllowed, Gone."""
    try:
        await rights.require(session, person, action, group_id)
    except NotAllowed:
        raise NotAllowed("learning.join_first") from None
    group = await session.get(Group, group_id)
    if group is None or not groups.is_active(group):
        raise Gone
    return group


async def _way_in(session: Session, group: Group, deep_link: DeepLink, now: datetime) -> str:
    """The joining link for teachers: it stands in the group, so whoever is in the group may hand it on."""
    return deep_link(f"g{(await invitations.teacher_link(session, group.id, None, now)).token}")


async def prompt(
    session: Session, person: Person | None, delivery_id: int, deep_link: DeepLink, now: datetime
) -> Shared:
    """A prompt: its title, what to do today, and the way in. Raises NeedsConsent, NotAllowed, Gone."""
    if person is None:
        raise NeedsConsent
    delivery, found, lesson = await deliveries.get(session, delivery_id)
    group = await _group(session, person, found.id)
    if delivery.person_id not in (None, person.id):
        raise NotAllowed  # what somebody gets at their own pace is theirs
    say, url = Texts(group.language), await _way_in(session, group, deep_link, now)
    text = lesson.text(say.language)
    return _shared(
        text.try_today, lambda act: say.plain("sharing.prompt", title=text.title, act=act, group=group.title, url=url)
    )


async def invitation(
    session: Session, person: Person | None, group_id: int, deep_link: DeepLink, now: datetime
) -> Shared:
    """The joining link with the words it is handed out with. Raises NeedsConsent, NotAllowed, Gone."""
    group = await _group(session, person, group_id)
    say, url = Texts(group.language), await _way_in(session, group, deep_link, now)
    return _shared(group.title, lambda title: say.plain("community.join.whatsapp", group=title, url=url))


async def week(
    session: Session, person: Person | None, group_id: int, day: str, deep_link: DeepLink, now: datetime
) -> Shared:
    """A week's synthesis (``day`` of it: 20261207) and the way in. Raises NeedsConsent, NotAllowed, Gone."""
    group = await _group(session, person, group_id)
    words = await synthesis.plain(session, person, group_id, _day(day))
    say, url = Texts(group.language), await _way_in(session, group, deep_link, now)
    return _shared(words, lambda told: say.plain("sharing.week", words=told, url=url))


def _day(said: str) -> date:
    """A button can be forged."""
    try:
        if len(said) != 8 or not said.isascii() or not said.isdecimal():
            raise ValueError(said)
        return date(int(said[:4]), int(said[4:6]), int(said[6:]))
    except ValueError:
        raise Gone from None


def letter(shared: Shared, chat_id: int, say: Texts) -> Draft:
    """The text to look at, and the button that opens WhatsApp with it; which chat it goes to is chosen there."""
    rows = [[link(say.plain("sharing.open"), shared.url)]]
    ready = _STARRED.sub(r"<b>\1</b>", say("sharing.ready", text=shared.text))
    return message(chat_id, ready, buttons=rows)
