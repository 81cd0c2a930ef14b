"""The copy of everything kept about a person as one page to read: what the JSON holds, in plain words.

Only what tells a reader nothing is left to the JSON: how Telegram is to show a letter, and where its buttons lead.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from content.texts import Texts, UnknownPhrase
from reports.days import day

_TAG = re.compile(r"<[^>]+>")
_EMPTY: tuple[object, ...] = (None, "", [], {})
_DEEPEST = 6  # headings that HTML has
_FOR_TELEGRAM = frozenset({
    "callback_query_id", "chat_id", "disable_notification", "ephemeral_message_parameters", "link_preview_options",
    "message_id", "parse_mode", "reply_markup", "reply_parameters", "show_alert",
})  # fmt: skip
#: Names of which the value is one of a few words of the house, below `mydata.value`; all else stands as it was written.
_CHOSEN = frozenset({
    "as", "audience", "by", "door", "form_of_address", "kind", "label", "language", "medium", "method", "pace", "phone",
    "role", "secondary", "signal", "source", "state", "status",
})  # fmt: skip


def page(copy: Mapping[str, Any], say: Texts, zone: str, now: datetime) -> str:
    """HTML without picture, script or style from elsewhere; what is empty is left out, moments are by the wall."""
    moment = _moment(now, say, zone)
    made = _safe(say.plain("mydata.made", moment=moment))
    body = [f"<h1>{_safe(say.plain('mydata.title'))}</h1>", f"<p>{made}</p>"]
    body += _blocks(copy, say, zone, 2)
    return _PAGE.format(language=say.language, title=_safe(say.plain("mydata.title")), body="\n".join(body))


def _blocks(value: Any, say: Texts, zone: str, level: int) -> Iterator[str]:
    """Lists and tables inside get headings of their own; what is simple stands in lines."""
    if isinstance(value, Mapping):
        told = _as_read(value)
        simple = {name: one for name, one in told.items() if not isinstance(one, Mapping | list)}
        lines = [(_called(name, say), _of(name, told, say, zone)) for name, one in simple.items() if one not in _EMPTY]
        if lines:
            yield "<dl>" + "".join(f"<dt>{_safe(name)}</dt><dd>{_safe(one)}</dd>" for name, one in lines) + "</dl>"
        for name, one in told.items():
            blocks = [*_blocks(one, say, zone, level + 1)] if name not in simple else []
            if any(blocks):
                heading = min(level, _DEEPEST)
                yield f"<h{heading}>{_safe(_called(name, say))}</h{heading}>"
                yield from blocks
    elif isinstance(value, list):
        for one in value:
            inner = "".join(_blocks(one, say, zone, level))
            yield f"<section>{inner}</section>" if inner else ""
    elif value not in _EMPTY:
        yield f"<p>{_safe(_said(value, say, zone))}</p>"


def _as_read(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is for Telegram alone; words that it would show without their markup have none here either."""
    marked = value.get("parse_mode") == "HTML"
    told = {name: one for name, one in value.items() if name not in _FOR_TELEGRAM}
    return {name: shown(one) if marked and isinstance(one, str) else one for name, one in told.items()}


def shown(marked: str) -> str:
    """The words of a letter's HTML as they stand on the screen."""
    return html.unescape(_TAG.sub("", marked))


def _called(name: str, say: Texts) -> str:
    """What a part is called; names that packs and surveys brought stand as they are."""
    try:
        called = say.plain(f"mydata.of.{name}")
    except UnknownPhrase:
        called = name.replace("_", " ")
    return called[:1].upper() + called[1:]


def _of(name: str, part: Mapping[str, Any], say: Texts, zone: str) -> str:
    """A value in words, where it is one of a few that the house has names for."""
    value = part[name]
    is_tags = name == "reason" and str(value).startswith("tagging.")
    if isinstance(value, str) and (is_tags or name in _CHOSEN):
        key = value if is_tags else f"mydata.value.{value}"
        try:
            return say.plain(key, evidence=part.get("evidence") or "")
        except UnknownPhrase:
            return value
    return _day(name, value, say) or _said(value, say, zone)


def _said(value: Any, say: Texts, zone: str) -> str:
    if isinstance(value, bool):
        return say.plain("mydata.yes" if value else "mydata.no")
    if isinstance(value, str) and len(value) >= len("2026-11-18T09:00") and value[10:11] == "T":
        try:
            return _moment(datetime.fromisoformat(value), say, zone)
        except ValueError:
            return value
    return str(value).replace(".", say.plain("learning.decimal")) if isinstance(value, float) else str(value)


def _moment(moment: datetime, say: Texts, zone: str) -> str:
    """2 Agu 2026, 16.01, by the wall there; a moment without a zone is one of a wall already."""
    local = moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else moment
    clock = say.plain("broadcasts.when.clock", hour=f"{local.hour:02}", minute=f"{local.minute:02}")
    return f"{day(local.date(), say)}, {clock}"


def _day(name: str, value: Any, say: Texts) -> str:
    """A date, by its name and its form, as people write it; else nothing: what somebody wrote stands as it is."""
    named = name in ("day", "since", "until") or name.endswith(("_day", "_on"))
    if not (named and isinstance(value, str) and len(value) == len("2026-08-30")):
        return ""
    try:
        return day(date.fromisoformat(value), say)
    except ValueError:
        return ""


def _safe(words: str) -> str:
    return html.escape(words)


_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 44em; margin: 1.5em auto; padding: 0 1em; }}
h2 {{ border-bottom: 1px solid #999; margin-top: 2em; }}
dl {{ display: grid; grid-template-columns: minmax(8em, 1fr) 3fr; gap: 0.1em 1em; margin: 0.4em 0; }}
dt {{ color: #444; }}
dd {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
section {{ border-left: 3px solid #ccc; padding-left: 0.8em; margin: 0.6em 0; }}
</style>
{body}
</html>
"""
