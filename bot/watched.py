"""What a running assistant tells whoever watches it."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot import metrics
from bot.parts import Part
from storage import inbox, post_office, schema
from storage.database import is_away
from storage.letters import Lane
from storage.outbox import waiting

if TYPE_CHECKING:
    from bot.app import Assistant

_AWAY = {"ok": False, "database": "cannot be reached"}


async def health(assistant: "Assistant") -> dict[str, Any]:
    """Is it alive? For one of several processes only itself, for a process that does everything the database too."""
    if assistant.company:
        told = {"parts": sorted(assistant.parts), "leads": sorted(assistant.company.leading)}
        return {"ok": not assistant.fallen.is_set()} | told
    try:
        async with assistant.database.reading() as session:
            letters, updates = await waiting(session), await inbox.counts(session)
    except Exception as error:
        if not is_away(error):
            raise
        return _AWAY
    return {"ok": True, "letters_waiting": letters, "updates": updates}


async def ready(assistant: "Assistant") -> dict[str, Any]:
    """May work be sent here? When the database answers, at our schema, and nobody of ours has fallen."""
    try:
        async with assistant.database.reading() as session:
            await inbox.oldest_waiting(session)
    except Exception as error:
        if not is_away(error):
            raise
        return _AWAY
    url = assistant.database.url.render_as_string(hide_password=False)
    if assistant.company and not assistant.schema_seen:
        assistant.schema_seen = await asyncio.to_thread(schema.is_current, url)
        if not assistant.schema_seen:
            return {"ok": False, "schema": "is not this program's"}
    return {"ok": not assistant.fallen.is_set()}


async def measured(assistant: "Assistant") -> bytes:
    """The page of metrics, with the lags as they are now."""
    now = assistant.clock.now()
    try:
        async with assistant.database.reading() as session:
            oldest, due = await inbox.oldest_waiting(session), await post_office.longest_due(session, now)
    except Exception as error:
        if not is_away(error):
            raise
        metrics.DATABASE_UP.set(0)
    else:
        metrics.DATABASE_UP.set(1)
        metrics.INBOX_LAG.set(_seconds(now - oldest) if oldest else 0)
        for lane in Lane:
            metrics.OUTBOX_LAG.labels(lane.name.lower()).set(_seconds(now - due[lane]) if lane in due else 0)
    keeps_time = Part.CLOCK in (assistant.company.leading if assistant.company else assistant.parts)
    metrics.CLOCK_LAG.set(_seconds(assistant.runner.late()) if keeps_time else 0)
    return metrics.page()


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())
