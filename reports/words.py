"""A report in somebody's language: as table, as Telegram message, and as the plain values of its picture."""

import html
import re
from typing import Any

from community.conversation import Week
from community.tagging import LABELS
from content.texts import Texts
from reports.conversation import Shares
from reports.costs import Cost
from reports.days import local_days, span
from reports.overview import Overview
from reports.review import agreement_words
from reports.shares import ENOUGH, percent, plain
from reports.tables import Cell, Table, as_text

TITLE = 60  # characters of a group's name that stand in a report


def shares_table(shares: Shares, say: Texts) -> Table:
    """The five types with their counts, and both percentages where there are messages enough."""
    four = {share.label: percent(share) for share in shares.of_four}
    all_of = {share.label: percent(share) for share in shares.of_all}
    columns = ["reports.column.type", "reports.column.n"]
    columns += ["reports.column.of_four"] * any(four.values()) + ["reports.column.of_all"] * shares.enough
    rows: list[tuple[Cell, ...]] = []
    for share in shares.of_all:
        cells: list[Cell] = [say.plain(f"reports.label.{share.label}"), share.n]
        cells += [four.get(share.label)] * any(four.values()) + [all_of[share.label]] * shares.enough
        rows.append(tuple(cells))
    return Table(
        say.plain("reports.shares.title"), tuple(say.plain(key) for key in columns), tuple(rows), _notes(shares, say)
    )


def exact_table(overview: Overview, say: Texts) -> Table:
    """The same for a spreadsheet: shares and ends of the intervals as numbers from 0 to 1."""
    return exact_shares(overview.shares, say)


def exact_shares(shares: Shares, say: Texts) -> Table:
    """As exact_table, of the shares alone."""
    four = {share.label: share for share in shares.of_four}
    rows: list[tuple[Cell, ...]] = []
    for share in shares.of_all:
        other = four.get(share.label)
        ends = (other.of, other.value, other.low, other.high) if other else (None, None, None, None)
        name = say.plain(f"reports.label.{share.label}")
        rows.append((share.label, name, share.n, *ends, share.of, share.value, share.low, share.high))
    columns = (
        "label", "name", "n", "of_four", "share_of_four", "low_of_four", "high_of_four",
        "of_all", "share_of_all", "low_of_all", "high_of_all",
    )  # fmt: skip
    return Table(say.plain("reports.shares.title"), columns, tuple(rows))


def weeks_table(weeks: list[Week], say: Texts) -> Table:
    """Messages of each type by week."""
    rows: list[tuple[Cell, ...]] = []
    for week in weeks:
        rows.append((week.monday.isoformat(), *(week.by_label[label] for label in LABELS)))
    return Table(say.plain("reports.weeks.title"), ("week_from", *LABELS), tuple(rows))


def _notes(shares: Shares, say: Texts) -> tuple[str, ...]:
    four = shares.of_four[0].of
    if not shares.enough:
        notes = [say.plain("reports.shares.too_few", n=shares.recorded, needed=ENOUGH)]
    else:
        told = "reports.shares.of_four" if four >= ENOUGH else "reports.shares.too_few_of_four"
        notes = [
            say.plain("reports.shares.interval"),
            say.plain(told, n=four, needed=ENOUGH),
            say.plain("reports.shares.of_all", n=shares.recorded),
        ]
    if shares.recorded:
        parts = [
            say.plain(f"reports.source.{name}", n=number)
            for name in ("rule", "model", "person")
            if (number := shares.sources.get(name))
        ]
        notes.append(say.plain("reports.shares.sources", mix=", ".join(parts)))
    return tuple(notes)


def message_html(overview: Overview, say: Texts) -> str:
    """The report as a Telegram message: what it was counted from, the table, its notes, the participation."""
    shares, took_part = overview.shares, overview.participation
    title = overview.group.title[:TITLE]
    when = span(overview.since, overview.until, overview.group.zone, say)
    parts = [
        say("reports.heading", group=title, span=when),
        say(
            "reports.base", recorded=shares.recorded, counted=shares.counted, writers=shares.writers,
            agreed=shares.agreed, size=shares.size,
        ),
    ]  # fmt: skip
    if shares.recorded:
        table = shares_table(shares, say)
        parts.append(
            f"<b>{html.escape(table.title, quote=False)}</b>\n<pre>{html.escape(as_text(table), quote=False)}</pre>"
        )
        parts.append("\n".join(html.escape(note, quote=False) for note in table.notes))
    else:
        parts.append(say("reports.shares.none"))
    parts += [agreement_words(overview.agreement, say)] if overview.agreement else []
    parts.append(
        say(
            "reports.participation", prompts=took_part.prompts, tried=took_part.tried,
            reflected=took_part.reflected, of=took_part.of,
        )
    )  # fmt: skip
    parts += [_cost(overview.cost, say)] if overview.cost.of else []
    return "\n\n".join(parts)


def _cost(cost: Cost, say: Texts) -> str:
    words = say(
        "reports.cost", messages=round(cost.messages), minutes=round(cost.minutes), of=cost.of,
        most_messages=cost.most_messages, most_minutes=cost.most_minutes,
    )  # fmt: skip
    return words + ("\n" + say("reports.cost_refused", n=cost.refused) if cost.refused else "")


def plain_text(overview: Overview, say: Texts) -> str:
    """The same for a terminal, without markup."""
    return html.unescape(re.sub(r"</?(?:b|pre)>", "", message_html(overview, say)))


def figure(overview: Overview, language: str) -> dict[str, Any] | None:
    """The picture of the shares as plain JSON, to be drawn when it is sent; None without a message."""
    shares = overview.shares
    if not shares.recorded:
        return None
    first, last = local_days(overview.since, overview.until, overview.group.zone)
    data = {
        "group": overview.group.title[:TITLE],
        "since": first.isoformat(),
        "until": last.isoformat(),
        "of_four": [plain(share) for share in shares.of_four],
        "of_all": [plain(share) for share in shares.of_all],
        "recorded": shares.recorded,
        "counted": shares.counted,
        "writers": shares.writers,
        "agreed": shares.agreed,
        "size": shares.size,
    }
    return {"kind": "shares", "data": data, "language": language}
