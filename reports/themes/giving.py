"""Themes of reflections without a shell: a sheet is given in the chat, and comes back to be counted and compared.

In it stands what its reader may read anyway (I7), of those who gave their words, under codes and without names. What
comes back is read and thrown away; kept for a comparison, for some days, are the crosses, never the words.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from community import looks, people, pupils, rights, roster
from community.import_names import Hiding
from community.purposes import WORDS, who_agreed
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.texts import Texts
from learning import guided, readable
from learning.kinds import REFLECTS
from reports.evaluation.numbers import number
from reports.pseudonyms import Pseudonyms
from reports.score_sheets import shown
from reports.tables import Table, as_book, as_text
from reports.themes import agreeing, sheet
from reports.themes.agreeing import Comparison, Count
from reports.themes.sheet import BadCoding, Coding
from reports.themes.words import agreement_table, counts_table, differing_table, verdict
from storage.bulk import among
from storage.database import Session
from storage.letters import MOST_FETCHED, Button, Draft, Upload, button, document, fetch, message
from storage.models import Attachment, Group, Membership, Person, Purpose, Reflection
from storage.outbox import attach

CAME = "themes.came"
CODED = "tema.json"
MOST = 1_000  # reflections in a sheet, the newest
Rows = list[list[Button]]


async def home(session: Session, person: Person | None, say: Texts) -> tuple[str, Rows]:
    """How it goes, and a button for each group whose reflections may be coded. Raises NeedsConsent, NotAllowed."""
    groups = await _groups(session, person)
    rows = [[button(say.plain("themes.chat.take", group=one.title)[:60], f"thmget:{one.id}")] for one in groups[:90]]
    return say("themes.chat.home"), rows


async def _groups(session: Session, person: Person | None) -> Sequence[Group]:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, rights.ALLOWED[Action.CODE_THEMES])
    if not found:
        raise NotAllowed
    return found


async def given(
    session: Session, person: Person | None, group_id: int, code_key: str, say: Texts, now: datetime
) -> Draft:  # fmt: skip
    """The sheet of a group, for who may code it; each writer in it can see who took it.

    Raises NeedsConsent, NotAllowed, and Refusal where there is nothing in it.
    """
    await rights.require(session, person, Action.CODE_THEMES, group_id)
    if person is None:
        raise NeedsConsent
    rows = await _readable(session, person, group_id)
    if not rows:
        raise Refusal("themes.chat.nothing")
    group = await session.get_one(Group, group_id)
    codes = Pseudonyms(code_key).of_study(f"tema {group_id}")
    writers = {one.id: one for one in await session.scalars(
        select(Person).where(among(session, Person.id, {row.person_id for row in rows}))
    )}  # fmt: skip
    hide = Hiding(await _names(session, group_id))
    texts = [
        ("t" + codes.code("reflection", row.id, row.created_at.isoformat()), codes.person(writers[row.person_id]),
         hide(pupils.hidden(_words(row))))
        for row in rows
    ]  # fmt: skip
    content = await asyncio.to_thread(sheet.opened, texts, say)
    await looks.note(session, person, looks.Kind.REFLECTION, now, of=list(writers), group_id=group_id)
    digest = await attach(session, sheet.name_of(group_id), content, now, person.id)
    caption = say("themes.chat.caption", group=group.title, texts=len(texts), writers=len(writers))
    return document(person.tg_user_id or 0, digest, caption, person_id=person.id)


async def _readable(session: Session, person: Person, group_id: int) -> list[Reflection]:
    """What the person may read of the group, with words, of those who gave theirs; the newest MOST, oldest first."""
    group = await session.get_one(Group, group_id)
    every = await readable.by(session, person, group_id, group.added_at)
    there = [one for one in every if one.audience != "me" and one.kind in REFLECTS and _words(one).strip()]
    gave = set(await session.scalars(
        who_agreed(WORDS).where(among(session, Purpose.person_id, {one.person_id for one in there}))
    ))  # fmt: skip
    return [one for one in there if one.person_id in gave][:MOST][::-1]


def _words(row: Reflection) -> str:
    parts = row.parts or {}
    told = [str(parts[name]) for name in guided.PARTS if parts.get(name)] if row.kind == "guided" else []
    return "\n".join(told) or row.text or ""


async def _names(session: Session, group_id: int) -> list[str]:
    """Of everybody who has or had a part in the group."""
    query = select(Person.name).distinct().join(Membership, Membership.person_id == Person.id)
    return [name for name in await session.scalars(query.where(Membership.group_id == group_id)) if name]


async def sent(session: Session, person: Person | None, file: Upload, first: str = "") -> Draft:
    """A filled sheet is fetched; ``first`` names the coding it is compared with.

    Raises NeedsConsent, NotAllowed, and Refusal for one that is too large.
    """
    await _groups(session, person)
    if file.size > MOST_FETCHED or person is None or person.tg_user_id is None:
        raise Refusal("evaluation.sheet.too_big")
    return fetch(file, CAME, user_id=person.tg_user_id, then_data={"first": first} if first else None)


async def second(session: Session, person: Person | None, digest: str, say: Texts) -> str:
    """How to send the sheet of a second coder. Raises NeedsConsent, NotAllowed, and Refusal once the first is gone."""
    await _groups(session, person)
    await _coded(session, person, digest)
    return say("themes.chat.second")


async def _coded(session: Session, person: Person | None, digest: str) -> tuple[Coding, str]:
    """What somebody's own sheet came to, and the digest of its file. Raises Refusal once it is gone."""
    if person is None:
        raise NeedsConsent
    try:
        kept = await roster.file(session, person, digest)
    except Refusal:
        raise Refusal("themes.chat.gone") from None
    if kept.name != CODED:
        raise Refusal("themes.chat.gone")
    told = json.loads(kept.content)
    found = {text: frozenset(themes) for text, themes in told["found"].items()}
    return Coding(tuple(told["themes"]), told["writers"], found), told["file"]


async def came(
    session: Session, person: Person | None, answer: dict[str, Any], first: str, say: Texts, now: datetime
) -> list[Draft]:
    """The sheet is here: every mistake by its cell, else its counts; with ``first`` how far both coders agree.

    Raises NeedsConsent, NotAllowed.
    """
    await _groups(session, person)
    if person is None:
        raise NeedsConsent
    chat = person.tg_user_id or 0
    digest = str(answer["result"]["attachment"]) if answer.get("ok") else ""
    query = select(Attachment).where(Attachment.digest == digest, Attachment.person_id == person.id)
    kept = await session.scalar(query)
    if kept is None:
        return [message(chat, say("themes.chat.not_fetched"))]
    try:
        coding = await asyncio.to_thread(sheet.read, kept.content, say)  # off the loop: it may take a second
    except BadCoding as bad:
        return [message(chat, say("themes.chat.wrong", words="\n".join(shown(bad.problems, say))))]
    finally:
        await roster.drop(session, kept)
    if first:
        return await _compared(session, person, coding, digest, first, say, now)
    plain = {"of": person.id, "file": digest, "themes": coding.themes, "writers": coding.writers,
             "found": {text: sorted(themes) for text, themes in coding.found.items()}}  # fmt: skip
    mine = await attach(session, CODED, json.dumps(plain, ensure_ascii=False).encode(), now, person.id)
    counts = agreeing.counts(coding)
    rows = [[button(say.plain("themes.chat.compare"), f"thmcmp:{mine[: roster.DIGEST]}")]]
    made = await _file(session, [counts_table(counts, say)], person, say, now)
    return [message(chat, _counted(counts, say), buttons=rows), document(chat, made)]


async def _compared(
    session: Session, person: Person, coding: Coding, digest: str, first: str, say: Texts, now: datetime
) -> list[Draft]:
    chat = person.tg_user_id or 0
    try:
        ours, file = await _coded(session, person, first)
    except Refusal as gone:  # said here: raising would bring the sheet back that was just thrown away
        return [message(chat, say(gone.text_key))]
    if file == digest:
        return [message(chat, say("themes.chat.same"))]
    found = agreeing.compare(ours, coding)
    tables = [counts_table(agreeing.counts(one), say, at) for at, one in enumerate((ours, coding), 1)]
    tables += [agreement_table(found, say), differing_table(found, say)] if found.themes else []
    made = await _file(session, tables, person, say, now)
    return [message(chat, _agreed(found, say)), document(chat, made)]


async def _file(session: Session, tables: Sequence[Table], person: Person, say: Texts, now: datetime) -> str:
    content = await asyncio.to_thread(as_book, tables)
    return await attach(session, say.plain("themes.chat.result_name"), content, now, person.id)


def _counted(counts: Sequence[Count], say: Texts) -> str:
    """The counts as a message; what it cannot hold stands in the file."""
    table = counts_table(counts, say)
    lines = shown(as_text(table).split("\n"), say)
    return say("themes.chat.counted", title=table.title, table="\n".join(lines), notes="\n".join(table.notes))


def _agreed(found: Comparison, say: Texts) -> str:
    if not found.themes:
        return say("themes.chat.agreed", title=say.plain("themes.agreement"), lines=say.plain("themes.nothing_common"),
                   notes="")  # fmt: skip
    lines = [
        say.plain("themes.chat.alpha", theme=one.theme, alpha="–" if one.alpha is None else number(one.alpha, say),
                  verdict=say.plain(f"themes.verdict.{verdict(one)}"), n=found.texts - len(one.differ), of=found.texts)
        for one in found.themes
    ]  # fmt: skip
    table = agreement_table(found, say)
    return say(
        "themes.chat.agreed", title=table.title, lines="\n".join(shown(lines, say)), notes="\n".join(table.notes)
    )
