"""The letters of the week as picture and table: one photo whose caption is the table of the very same numbers."""

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from content.texts import Texts
from reports.charts.drawing import Picture
from reports.counts import Counts
from reports.dashboard import count_figures
from reports.dashboard.values import Bar, Bars
from reports.days import days, local_days, span
from reports.group_talk import SPAN, Talk
from reports.group_week import GroupWeek
from reports.intervals import wilson
from reports.shares import Share, percent
from reports.tables import Cell, Table, as_text
from storage.letters import Draft

CAPTION = 1024  # characters that Telegram takes below a picture
MOST = 10  # groups in one picture; the others are counted below it
TITLE = 40  # characters of a group's name
Seen = tuple[Picture, Table]


def draft(seen: Seen, chat_id: int, say: Texts, *, silent: bool = False, key: str = "") -> Draft:
    """The photo, drawn on its way out, above its table."""
    picture, table = seen
    drawing = {"kind": "chart", "data": picture.to_json(), "language": say.language}
    params = {"chat_id": chat_id, "photo": {"drawing": drawing}, "caption": caption(table, say), "parse_mode": "HTML"}
    return Draft("sendPhoto", params | ({"disable_notification": True} if silent else {}), chat_id, key=key)


def caption(table: Table, say: Texts) -> str:
    """The table below its title, as many of its rows as fit; 1.5 is 1,5 in Indonesian."""
    rows = tuple(tuple(_written(cell, say) for cell in row) for row in table.rows)
    while len(words := as_text(replace(table, rows=rows))) + len(table.title) + 1 > CAPTION:
        rows = rows[:-1]
    return f"<b>{html.escape(table.title, quote=False)}</b>\n<pre>{html.escape(words, quote=False)}</pre>"


def of_groups(weeks: Sequence[GroupWeek], say: Texts, now: datetime) -> Seen | None:
    """The talk of whoever leads these groups; None where nothing was said in any of them."""
    spoken = [week for week in weeks if not week.talk.is_empty]
    return (_group(spoken[0], say, now) if len(weeks) == 1 else _beside(spoken, say, now)) if spoken else None


def _group(week: GroupWeek, say: Texts, now: datetime) -> Seen | None:
    talk, lines = week.talk, list[tuple[Cell, ...]]()
    lines = [(say.plain(f"reports.label.{one.label}"), one.n, one.of, percent(one)) for one in talk.of_four]
    bars = [_type(one, say) for one in talk.of_four if one.value is not None]
    for name, n, of in _parts(talk):
        lines.append((say.plain(f"week.figures.{name}"), n, of, percent(Share(name, n, of, *wilson(n, of)))))
        bars.append(_bar(say.plain(f"week.figures.{name}"), n, of, say))
    if talk.shared:
        lines.append((say.plain("week.figures.shared"), talk.shared, None, None))
    columns = tuple(say.plain(f"dashboard.column.{name}") for name in ("what", "n", "of", "share"))
    return _seen("title", columns, lines, bars, week.group.title[:TITLE], week.group.zone, say, now)


def _parts(talk: Talk) -> list[tuple[str, int, int]]:
    """What is so many of so many in every week, however little was said."""
    parts = [("wrote", talk.wrote, talk.teachers), ("answered", len(talk.hours), talk.asked)]
    return [one for one in parts if one[2]]


def _type(one: Share, say: Texts) -> Bar:
    words = say.plain("dashboard.percent", share=f"{100 * (one.value or 0.0):.0f}")
    return Bar(say.plain(f"reports.label.{one.label}"), one.value or 0.0, words, one.low, one.high, one.label)


def _bar(name: str, n: int, of: int, say: Texts) -> Bar:
    return Bar(name, n / of, say.plain("dashboard.of", n=n, of=of), *wilson(n, of))


def _beside(weeks: Sequence[GroupWeek], say: Texts, now: datetime) -> Seen | None:
    """Several groups in the order in which the letter names them: who wrote, of how many teachers."""
    lines, bars = list[tuple[Cell, ...]](), list[Bar]()
    for week in weeks:
        name, told = week.group.title[:TITLE], {part: (n, of) for part, n, of in _parts(week.talk)}
        cells = [say.plain("week.figures.of", n=n, of=of) for n, of in told.values()]
        found = dict(zip(told, cells, strict=True))
        lines.append((name, week.talk.messages, found.get("wrote"), found.get("answered")))
        bars += [_bar(name, *told["wrote"], say)] if "wrote" in told and len(bars) < MOST else []
    heads = ("dashboard.column.group", "dashboard.column.messages", "dashboard.column.wrote", "week.figures.replied")
    where = say.plain("week.figures.groups", n=len(weeks))
    return _seen("title_many", tuple(map(say.plain, heads)), lines, bars, where, weeks[0].group.zone, say, now)


def _seen(
    name: str, columns: tuple[str, ...], lines: Sequence[tuple[Cell, ...]], bars: Sequence[Bar], where: str, zone: str,
    say: Texts, now: datetime,
) -> Seen | None:  # fmt: skip
    if not bars:
        return None
    title, note = say.plain(f"week.figures.{name}"), say.plain("dashboard.note.interval")
    chart = Bars(say.plain(f"week.figures.told_{name}"), tuple(bars))
    when = span(now - SPAN, now, zone, say)
    # The picture has lines and no brackets; the table below it has them.
    foot = say.plain("week.figures.foot")
    return Picture(title, f"{where} · {when}", chart, (foot,)), Table(title, columns, tuple(lines), (note,))


def _written(cell: Cell, say: Texts) -> Cell:
    return str(cell).replace(".", say.plain("learning.decimal")) if isinstance(cell, float) else cell


def of_counts(counts: Counts, say: Texts) -> Seen | None:
    """Last week of a principal or the Dinas; None where nothing can be drawn without pointing at somebody."""
    found = count_figures.figure(counts, say, standing=True)
    if not isinstance(found.chart, Bars):
        return None
    last = local_days(counts.span.since, counts.span.until, counts.span.zone)
    where = counts.schools[0][:TITLE] if len(counts.schools) == 1 else found.table.notes[0]
    _, few, _, *thin = found.table.notes
    return Picture(found.table.title, f"{where} · {days(*last, say)}", found.chart, (few, *thin)), found.table
