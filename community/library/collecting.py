"""Material a group shares is collected as it is recorded: links to learn with, files; never faces, lists or forms."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, exists, select, tuple_

from community.library import facts, links
from community.library.facts import Facts
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Consent, LibraryEntry, LibraryTerm, LibraryWord, Message, Person

Json = dict[str, Any]
FILES = ("document", "audio")  # a photo or a film shows faces more often than not, and is looked at where it was sent
MOST_LINKS = 3
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
BEFORE_LIBRARY = "1"  # the version of content/consent that does not name it
ANSWER = 100  # the place of a question with its answer; below it the material of the message itself


class Told(NamedTuple):
    """A recorded message with its row's number, and its body as Telegram told it (empty where it is not at hand)."""

    number: int
    row: Mapping[str, Any]
    body: Json


async def collect(session: Session, recorded: Sequence[Told]) -> None:
    """Put what these messages share into the library; one statement, and none where nothing is shared."""
    rows = [entry for told in recorded if is_shared(told.row) for entry in entries(told)]
    await insert_rows(session, LibraryEntry, rows, unique=["message_id", "place"])


def is_shared(row: Mapping[str, Any]) -> bool:
    """Does its tag, or its second one, say that it hands over material?"""
    return "resource" in (row["label"], row["secondary"])


def entries(told: Told) -> list[Json]:
    """The rows for one message: its file, and its links."""
    row, text = told.row, told.row["text"] or ""
    alike = {
        "group_id": row["group_id"], "chat_id": row["chat_id"], "message_id": told.number,
        "tg_message_id": row["tg_message_id"], "person_id": row["person_id"], "shared_at": row["sent_at"],
        "indexed": False,
    }  # fmt: skip
    found = []
    if row["kind"] in FILES and _may_be_kept(row["file_name"] or "", told.body.get(row["kind"]) or {}):
        file = told.body.get(row["kind"]) or {}
        found.append(_of_file(row["kind"], row["file_name"] or "", text, str(file.get("file_id") or "") or None))
    found += [_of_link(one, text) for one in links.of_message(told.body, text)[:MOST_LINKS]]
    about = facts.of(text) if found else facts.NOTHING
    return [alike | _told(entry, about) | {"place": place} for place, entry in enumerate(found)]


def keeps_out(name: str) -> bool:
    """A list of pupils by its name, or a picture or a film."""
    joined = f" {re.sub(r'[^a-z0-9]+', ' ', facts.readable(name).casefold())} "
    listed = any(f" {words} " in joined for words in facts.rules("keeps_out", "names"))
    return listed or name.casefold().endswith(facts.rules("keeps_out", "endings"))


def _may_be_kept(name: str, file: Mapping[str, Any]) -> bool:
    kind = str(file.get("mime_type") or "")
    return not keeps_out(name) and not kind.startswith(facts.rules("keeps_out", "kinds"))


def _of_file(kind: str, name: str, text: str, file_id: str | None) -> Json:
    line = first_line(text) if facts.says_nothing(name) else ""
    title = line or facts.readable(name) or first_line(text)
    known = file_id if len(file_id or "") < 256 else None
    return {"title": title, "kind": "file", "url": None, "file_id": known, "file_kind": kind}


def _of_link(link: links.Link, text: str) -> Json:
    title = _named(link.words) or first_line(text) or _readable(link.url)
    return {"title": title, "kind": "link", "url": link.url, "file_id": None, "file_kind": None}


def _told(entry: Json, about: Facts) -> Json:
    """The entry with what its title tells; where that says nothing, what the message does, or the address."""
    own = facts.of(entry["title"])
    if entry["url"] and not own.material and not about.material:
        own = own._replace(material=facts.of(entry["url"]).material)
    return entry | {
        "title": entry["title"][: facts.TITLE] or "-",
        "subject": own.subject or about.subject,
        "grade": own.grade or about.grade,
        "material": own.material or about.material,
    }


def _named(words: str) -> str:
    """The words under which a link was hidden; "di sini" says nothing."""
    said = " ".join(words.split())
    return said if len(facts.words_of(said)) >= 2 else ""


def first_line(text: str) -> str:
    """The first line that says something, without addresses and without the greeting before it."""
    for line in _ADDRESS.sub(" ", text).splitlines():
        said = _without_greeting(" ".join(line.split())).strip(" :,.!-–—👇⬇")
        if len(facts.words_of(said)) >= 2:
            return said[: facts.TITLE]
    return ""


def _without_greeting(line: str) -> str:
    while greeting := _greetings().match(line):
        line = line[greeting.end() :]
    return line


@cache
def _greetings() -> re.Pattern[str]:
    longest_first = sorted(facts.rules("titles", "greets"), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?!\w)[\s,.:;!🙏/-]*", re.IGNORECASE)


def _readable(url: str) -> str:
    """An address as words: its host and the last part of its path."""
    host, _, path = url.removeprefix("https://").partition("/")
    last = facts.readable(path.partition("?")[0].rstrip("/").rpartition("/")[2])
    return f"{last} ({host})" if len(facts.words_of(last)) >= 2 else host


async def again(session: Session, bodies: Mapping[tuple[int, int], Json]) -> None:
    """Edited messages, by chat row and Telegram's number: what they shared is collected anew.

    Three statements for all of them, and one where nothing was or is shared.
    """
    place = tuple_(Message.chat_id, Message.tg_message_id)
    has_entry = exists().where(LibraryEntry.message_id == Message.id, LibraryEntry.place < ANSWER)
    rows = (await session.execute(select(Message, has_entry).where(place.in_(list(bodies))))).all()
    await drop(session, LibraryEntry.message_id.in_([row.id for row, had in rows if had]), LibraryEntry.place < ANSWER,
               needed=any(had for _, had in rows))  # fmt: skip
    await collect(session, [Told(row.id, _fields(row), bodies[row.chat_id, row.tg_message_id]) for row, _ in rows])


def _fields(row: Message) -> Json:
    names = ("group_id", "chat_id", "tg_message_id", "person_id", "sent_at", "kind", "file_name", "text", "label",
             "secondary")  # fmt: skip
    return {name: getattr(row, name) for name in names}


async def expire(session: Session, now: datetime, days: int) -> None:
    """What was shared by people whose yes was to the text before the library goes with the text of their messages.

    That text (version 1) promised no more than ``days``. An answer they saved stays: that was a yes of its own.
    """
    agreed = and_(Consent.person_id == LibraryEntry.person_id, Consent.agreed)
    await drop(
        session, LibraryEntry.shared_at < now - timedelta(days=days), LibraryEntry.place < ANSWER,
        exists().where(agreed, Consent.text_version == BEFORE_LIBRARY),
        ~exists().where(agreed, Consent.text_version != BEFORE_LIBRARY),
    )  # fmt: skip


async def retagged(session: Session, row: Message) -> None:
    """A person said what the message is for: material comes in, anything else goes out."""
    writer = await session.get(Person, row.person_id)
    if is_shared(_fields(row)) and writer is not None and writer.consented_at is not None:
        await collect(session, [Told(row.id, _fields(row), {})])
    else:
        await drop(session, LibraryEntry.message_id == row.id, LibraryEntry.place < ANSWER)


async def drop(session: Session, *which: ColumnElement[bool], needed: bool = True) -> None:
    """These entries go, and the words that nothing is found by any more."""
    if not needed:
        return
    gone = await session.scalars(
        delete(LibraryEntry)
        .where(*which)
        .returning(LibraryEntry.group_id)
        .execution_options(synchronize_session="fetch")
    )
    groups = set(gone.all())
    if groups:
        unused = ~exists().where(LibraryTerm.group_id == LibraryWord.group_id, LibraryTerm.word == LibraryWord.word)
        await session.execute(
            delete(LibraryWord)
            .where(among(session, LibraryWord.group_id, groups), unused)
            .execution_options(synchronize_session=False)
        )
