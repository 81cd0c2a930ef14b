"""The result of an import, as the facilitator reads it: the four types, people and evenness, answers; no names."""

import html
from collections.abc import Iterable
from typing import Any

from community import imported
from community.import_talk import Asked
from content.texts import Texts
from reports.history import History
from reports.history_words import busiest, consultation_lines, equality_lines, span, types_table
from reports.tables import as_text
from storage.database import Session
from storage.letters import Button, Draft, button, document, message, picture
from storage.models import Person

Json = dict[str, Any]


def told(history: History, say: Texts) -> str:
    """Telegram HTML of well under one message."""
    table = types_table(history, say)
    last = busiest(history, say)
    head = say("imported.result", span=span(history, say), messages=history.messages, people=history.people)
    parts = [
        head,
        f"<b>{_safe(table.title)}</b>\n<pre>{_safe(as_text(table))}</pre>\n{_lines(table.notes)}",
        f"<b>{say('analysis.equality.title')}</b>\n{_lines(equality_lines(history.equality, say))}",
        f"<b>{say('analysis.consultations.title')}</b>\n{_lines(consultation_lines(history.consultations, say))}",
    ]
    return "\n\n".join([*parts, *([_safe(last)] if last else [])])


def _safe(words: str) -> str:
    return html.escape(words, quote=False)


def _lines(words: Iterable[str]) -> str:
    return "\n".join(_safe(one) for one in words)


async def result(
    session: Session, person: Person | None, asked: Asked, answer: Json, chat_id: int, say: Texts
) -> list[Draft]:
    """What became of a yes: the result with what can be done next, and its files. Raises NeedsConsent, NotAllowed."""
    group = await imported.may(session, person, asked.group)
    found = answer.get("result") or {}
    if not answer.get("ok") or "bad" in found or "refused" in found:
        if "bad" in found:
            return [message(chat_id, say(found["bad"], **found["blanks"]))]
        return [message(chat_id, say(found.get("refused", "imported.not_fetched")))]
    key = "imported.nothing_new" if not found["new"] else "imported.kept_known" if found["known"] else "imported.kept"
    words = say(key, **({"group": group.title, "new": found["new"], "known": found["known"]} if found["new"] else {}))
    rows = (
        _next(asked, say) if found["new"] else _next(asked, say)[:1]
    )  # a file sent again is how names are matched later
    files = [
        picture(chat_id, digest, "") if name.endswith(".png") else document(chat_id, digest)
        for name, digest in found["files"].items()
    ]
    return [message(chat_id, f"{words}\n\n{found['words']}", buttons=rows), *files]


def _next(asked: Asked, say: Texts) -> list[list[Button]]:
    return [
        [button(say.plain("imported.names"), f"imp:names:{asked.token}")],
        [button(say.plain("imported.baseline_on"), f"imp:base:{asked.group}:1")],
    ]
