"""A lesson's media, opened by a tap: the file itself, or first what it shows in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community import readiness
from community.notes import CAPTION, fitted
from content import pack_files
from content.lessons import Medium, MediumText
from content.texts import Texts
from learning import branches, prompts
from learning.refusals import Gone
from learning.sent import METHODS, file
from storage import media_files
from storage.database import Session
from storage.letters import Draft, button, link, message
from storage.models import Delivery, Person

BIG_KB = 1_000
STORED = "tg:"  # in a pack made in the chat: tg:<what it was sent as>:<Telegram's id>, in the place of an address


@dataclass(frozen=True, slots=True)
class Opened:
    """One medium of a prompt, or of the side lesson that belongs to it; `in_words`: what it shows comes first."""

    delivery: Delivery
    number: int
    side: str
    medium: Medium
    text: MediumText
    in_words: bool


async def opened(
    session: Session, person: Person | None, delivery_id: int, number: int, side: str = "", *, anyway: bool = False
) -> Opened:
    """A medium for whoever may read the prompt.

    Whose signal is weak reads first what it shows; so does, for a big file, whoever never said how theirs is; unless
    ``anyway``. Raises NeedsConsent, NotAllowed, Gone.
    """
    person, delivery, _, lesson = await branches.seen_by(session, person, delivery_id, f"m{delivery_id}-{number}")
    shown = await branches.side_of(session, delivery, side) if side else lesson
    if number >= len(shown.media):
        raise Gone
    medium, words = shown.media[number], shown.text(person.language).media[number]
    signal = (await readiness.of(session, [person.id]))[person.id].get("signal")
    costly = signal == "weak" or (signal is None and (medium.size_kb or 0) >= BIG_KB)
    return Opened(delivery, number, side, medium, words, costly and not anyway)


def letter(found: Opened, chat_id: int, say: Texts) -> Draft:
    """What the tap brings: the file with its words below it; the words with a link; or the words alone for now."""
    medium, text = found.medium, found.text
    if lies_elsewhere(medium):
        return linked(medium, text, chat_id, say)
    if found.in_words:
        return _in_words(found, chat_id, say)
    then = {"delivery": found.delivery.id, "number": found.number, "side": found.side}
    then |= {"user_id": chat_id, "chat_id": chat_id, "pack": found.delivery.pack, "file": medium.file}
    return as_file(
        medium, text, found.delivery.pack, chat_id, say, then="learning.medium_sent", then_data=then | _kind(medium)
    )


def lies_elsewhere(medium: Medium) -> bool:
    """It is an address, not a file."""
    return medium.file is None and not _stored(medium)


def linked(medium: Medium, text: MediumText, chat_id: int, say: Texts) -> Draft:
    """What it shows in words, and the way to it with its size."""
    label = say.plain("means.medium.open") + (f" · {prompts.size(medium.size_kb, say)}" if medium.size_kb else "")
    rows = [[link(label, medium.url)]] if medium.url else None
    return message(chat_id, say("means.medium.words", title=text.title, alt=text.alt), buttons=rows)


def _in_words(found: Opened, chat_id: int, say: Texts) -> Draft:
    text, label = found.text, say.plain("means.medium.download")
    if found.medium.size_kb:
        size = prompts.size(found.medium.size_kb, say)
        words = say("means.medium.instead", title=text.title, alt=text.alt, size=size)
        label = f"{label} · {size}"
    else:
        words = say("means.medium.instead_unsized", title=text.title, alt=text.alt)
    data = f"mediadl:{found.delivery.id}:{found.number}" + (f":{found.side}" if found.side else "")
    return message(chat_id, words, buttons=[[button(label, data)]])


def as_file(medium: Medium, text: MediumText, pack: str, chat_id: int, say: Texts, **rest: Any) -> Draft:
    """The file of a medium, of the house's pack or as Telegram keeps it for a pack made in the chat."""
    caption = fitted(text.alt, CAPTION, lambda alt: say("means.medium.words", title=text.title, alt=alt))
    if stored := _stored(medium):
        return file(chat_id, stored[0], stored[1], caption, **rest)
    source = {"pack_file": {"pack": pack, "file": medium.file}}
    return file(chat_id, medium.kind, source, caption, **rest)


def _stored(medium: Medium) -> tuple[str, str] | None:
    """As what Telegram keeps the file, and its id."""
    if medium.url is None or not medium.url.startswith(STORED):
        return None
    kind, _, file_id = medium.url.removeprefix(STORED).partition(":")
    return (kind, file_id) if kind in METHODS and file_id else None


def _kind(medium: Medium) -> dict[str, Any]:
    return {"kind": None if _stored(medium) else medium.kind}


async def arrived(session: Session, data: dict[str, Any], result: dict[str, Any], now: datetime) -> None:
    """Telegram has the file of a house's pack now; next time its id is sent."""
    kind = data.get("kind")
    digest = pack_files.digest(str(data["pack"]), str(data["file"])) if kind else None
    sent = result.get(str(kind))
    sent = sent[-1] if isinstance(sent, list) and sent else sent  # of a photo the largest size comes last
    if kind and digest and isinstance(sent, dict) and sent.get("file_id"):
        await media_files.keep(session, digest, str(kind), str(sent["file_id"]), now)


async def refused(session: Session, person: Person | None, data: dict[str, Any], say: Texts) -> Draft:
    """Telegram did not take it: once more as an upload if it was sent by an id, else what it shows in words.

    Raises NeedsConsent, NotAllowed, Gone.
    """
    numbers = int(data["delivery"]), int(data["number"])
    found = await opened(session, person, *numbers, str(data.get("side") or ""), anyway=True)
    digest = pack_files.digest(str(data["pack"]), str(data["file"])) if data.get("kind") else None
    chat_id = int(data["chat_id"])
    if digest and await media_files.drop(session, digest, str(data["kind"])):
        return letter(found, chat_id, say)
    return message(chat_id, say("means.medium.unsent", title=found.text.title, alt=found.text.alt))
