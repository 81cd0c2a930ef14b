"""One page about an exported conversation that needs nothing else: no network, no script, no names."""

from typing import Any

from community.tagging import LABELS
from content.texts import Texts
from reports.history import History
from reports.history_charts import COLOURS, bar, columns
from reports.history_words import (
    REFERENCE,
    busiest,
    consultation_lines,
    equality_lines,
    facts,
    steps_table,
    types_table,
)
from reports.shares import Share
from reports.standalone import template

MOST_LINES = 100


def page(history: History, say: Texts, *, reference: bool = False) -> str:
    """The whole page as HTML. What was not understood is named by its line, without its words."""
    from markupsafe import Markup

    notes = types_table(history, say, reference=reference).notes
    return template("analysis").render(
        say=say.plain, language=say.language, facts=facts(history, say), notes=notes,
        panels=_panels(history, say, reference), columns=Markup(columns(history, say)), steps=steps_table(history, say),
        legend=[(COLOURS[label], say.plain(f"reports.label.{label}")) for label in LABELS],
        equality=equality_lines(history.equality, say), consultations=consultation_lines(history.consultations, say),
        busiest=busiest(history, say), hours=_hours(history), weekdays=say.plain("common.weekdays").split(),
        missed=history.not_understood, lines=", ".join(str(place.line) for place in history.places[:MOST_LINES]),
        left_out=history.not_understood - min(len(history.places), MOST_LINES),
    )  # fmt: skip


def _panels(history: History, say: Texts, reference: bool) -> list[dict[str, Any]]:
    """The two ways of counting, each with a row for a type."""
    return [
        {
            "title": say.plain(f"reports.picture.{name}", n=shares[0].of),
            "has_reference": reference and name == "of_four",
            "rows": [_row(share, max(one.n for one in shares), say) for share in shares],
        }
        for name, shares in (("of_four", history.shares.of_four), ("of_all", history.shares.of_all))
    ]


def _row(share: Share, largest: int, say: Texts) -> dict[str, Any]:
    from markupsafe import Markup

    told = share.low is not None and share.high is not None and share.value is not None
    return {
        "name": say.plain(f"reports.label.{share.label}"), "n": share.n, "bar": Markup(bar(share, largest, say)),
        "share": f"{100 * (share.value or 0):.0f} %" if told else "–",
        "interval": f"{100 * (share.low or 0):.0f}–{100 * (share.high or 0):.0f}" if told else "",
        "reference": REFERENCE.get(share.label),
    }  # fmt: skip


def _hours(history: History) -> list[tuple[str, list[tuple[int, float]]]]:
    """From the first hour with a message to the last: each day's count, and how much of the busiest it is."""
    totals = [sum(row[hour] for row in history.hours) for hour in range(24)]
    used = [hour for hour, n in enumerate(totals) if n]
    most = max((n for row in history.hours for n in row), default=0) or 1
    return [
        (f"{hour:02}.00", [(row[hour], round(row[hour] / most, 3)) for row in history.hours])
        for hour in range(used[0] if used else 0, used[-1] + 1 if used else 0)
    ]
