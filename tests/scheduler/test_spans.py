"""What is kept for a span is gone after it: each row of docs/security.md's table, with the clock turned past it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from community import broadcasts, departures, looks, web_sessions
from scheduler.timetable import timetable
from storage import inbox, post_office, states
from storage.database import Database
from storage.models import (
    Arrival,
    Attachment,
    Broadcast,
    ConversationState,
    Departure,
    Import,
    ImportedMessage,
    ImportedPerson,
    ImportSeries,
    Letter,
    Look,
    Message,
    WebLink,
    WebSession,
)
from tests.house.tree import ROOT
from tests.reports.cast import Cast, cast, wall

NOW = wall("2026-07-22 10:00")
DAYS = 30
SPELL = "kata yang harus pergi"
TWO_DAYS = timedelta(hours=48)


def _letter(here: Cast, key: str = "x") -> list[Any]:
    common = {"lane": 1, "policy": "again", "method": "sendMessage", "due_at": NOW, "created_at": NOW}
    done = {"state": "delivered", "finished_at": NOW, "params": {"text": SPELL}, "then_data": {"words": SPELL}}
    return [Letter(key=key, person_id=here.people["Sari"].id, **common, **done)]


def _import(here: Cast) -> list[Any]:
    taken = Import(
        id=1, group_id=here.group.id, imported_by=here.people["Hendra"].id, grammar="WhatsApp", first_at=NOW,
        last_at=NOW, messages=1, people=1, known=0, not_understood=0, figures={}, created_at=NOW,
        kept_until=NOW + timedelta(days=DAYS),
    )  # fmt: skip
    voice = ImportedPerson(id=1, group_id=here.group.id, key="k", number=1)
    said = ImportedMessage(
        import_id=1, place=1, group_id=here.group.id, speaker_id=1, sent_at=NOW, kind="text", text=SPELL,
        label="other", confidence=0.5, reason="tagging.other", mark=1,
    )  # fmt: skip
    return [ImportSeries(group_id=here.group.id, secret=b"s"), taken, voice, said]


def _session(here: Cast, table: Any, span: timedelta, **more: Any) -> list[Any]:
    who = here.people["Ratna"].id
    return [table(person_id=who, secret_hash="h" * 64, created_at=NOW, expires_at=NOW + span, **more)]


# What is kept: how long, the words of docs/security.md, a row of it, and what counts what is left.
SPANS: dict[str, tuple[timedelta, str, Callable[[Cast], list[Any]], Any]] = {
    **{
        f"{column.key} of messages": (timedelta(days=DAYS), "`RETENTION_DAYS` (30 days)", lambda here: [], column)
        for column in (Message.text, Message.file_name, Message.evidence)
    },
    "imports": (timedelta(days=DAYS), "`RETENTION_DAYS` (30 days)", _import, ImportedMessage.text),
    "people of imports": (timedelta(days=DAYS), "counts by day without people", _import, ImportedPerson.id),
    "ids of updates": (
        inbox.KEPT_FOR, "48 hours",
        lambda _: [Arrival(bot_id=1, update_id=1, queue="", lane="talk", state="done", received_at=NOW, done_at=NOW)],
        Arrival.id,
    ),
    "answers": (post_office.KEEPS_WORDS, "48 hours", lambda here: _letter(here, "v7.0"), Letter.id),
    "questions to Telegram": (
        post_office.KEEPS_WORDS, "48 hours", lambda here: _letter(here, "headcount:1:20260722"), Letter.id,
    ),
    "words of letters": (post_office.KEEPS_WORDS, "48 hours", _letter, Letter.params),
    "what came with letters": (post_office.KEEPS_WORDS, "48 hours", _letter, Letter.then_data),
    "files on their way": (
        2 * post_office.KEEPS_WORDS, "4 days",
        lambda _: [Attachment(digest="d" * 64, name="a", content=SPELL.encode(), created_at=NOW)], Attachment.digest,
    ),
    "links to the dashboard": (
        web_sessions.LINK_FOR, "10 minutes", lambda here: _session(here, WebLink, web_sessions.LINK_FOR), WebLink.id,
    ),
    "sessions of the dashboard": (
        web_sessions.SESSION_FOR, "12 hours", lambda here: _session(here, WebSession, web_sessions.SESSION_FOR),
        WebSession.id,
    ),
    "conversations left lying": (
        states.LEFT_LYING, "7 days",
        lambda _: [ConversationState(bot_id=1, chat_id=1, user_id=1, state="x", data={"a": SPELL}, updated_at=NOW)],
        ConversationState.state,
    ),
    "drafts of broadcasts": (
        broadcasts.KEPT_DRAFT, "48 hours",
        lambda here: [Broadcast(created_by=here.people["Hendra"].id, state="draft", target={}, created_at=NOW)],
        Broadcast.id,
    ),
    "who looked at what": (
        looks.KEPT, "184 days",
        lambda here: [Look(at=NOW, reader_id=None, group_id=here.group.id, kind="report", door="command")], Look.id,
    ),
    "who went": (
        departures.KEPT, "366 days", lambda _: [Departure(mark="m" * 64, what="forgotten", at=NOW)], Departure.mark,
    ),
}  # fmt: skip


async def _turned(database: Database, now: datetime) -> None:
    """Every rhythm that deletes, as the runner would ask it at that moment."""
    for rhythm in timetable(DAYS):
        if rhythm.name in DELETING:
            async with database.writing() as session:
                await rhythm.work(session, now)


DELETING = {
    "old drafts of broadcasts go", "message texts expire", "imports become counts", "old update ids go",
    "who had the dashboard open is forgotten", "conversations left lying go", "who looked is forgotten",
    "who went is forgotten", "words of settled letters go",
}  # fmt: skip


@pytest.mark.parametrize("name", SPANS)
async def test_it_is_there_until_its_span_is_over_and_then_gone(database: Database, name: str) -> None:
    span, _, make, column = SPANS[name]
    async with database.writing() as session:
        here = await cast(session)
        if column.class_ is Message:
            await here.says("Sari", "other", NOW, text=SPELL, file_name=SPELL, evidence=SPELL)
        for row in make(here):
            session.add(row)
            await session.flush()

    async def left() -> int:
        async with database.reading() as session:
            found = await session.execute(select(func.count()).where(column.is_not(None)))
            return int(found.scalar_one())

    await _turned(database, NOW + span - timedelta(minutes=1))
    assert await left() == 1, "not a minute too early"
    await _turned(database, NOW + span + timedelta(minutes=1))
    assert await left() == 0


def test_the_page_tells_each_span_as_it_is() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    table = page.partition("## How long what is kept")[2].partition("\n## ")[0]
    assert [words for _, words, *_ in SPANS.values() if words not in table] == []
    assert [name for name in DELETING if name not in {rhythm.name for rhythm in timetable(DAYS)}] == []
