"""An exported conversation in words: tables and sentences, for a terminal, a page and a sheet alike."""

from collections.abc import Iterator
from typing import Any

from community.imports.values import many_hidden
from community.tagging import LABELS
from content.texts import Texts
from reports.days import day, days
from reports.history import History, Stretch
from reports.history_people import Equality
from reports.history_threads import LEAST_ANSWERS, Consultations
from reports.shares import ENOUGH, Share, percent
from reports.tables import Cell, Table, as_text

REFERENCE = {"resource": 45, "consultation": 30, "coordination": 15, "motivation": 10}
"""Percent of the four types in three months of one learning community's group; told only to whoever asks for it."""
WIDTH = 78
MISSED = 20
"""How many of the lines that were not understood a terminal shows."""


def span(history: History, say: Texts) -> str:
    """First and last day with a message of a person; a dash where there is none."""
    if history.first is None or history.last is None:
        return "–"
    return days(history.first.date(), history.last.date(), say)


def facts(history: History, say: Texts) -> list[tuple[str, str]]:
    """What was found, as pairs of a name and its value."""
    numbers = {
        "messages": history.messages, "people": history.people, "media": history.media, "deleted": history.deleted,
        "edited": history.edited, "system_lines": history.system_lines, "not_understood": history.not_understood,
    }  # fmt: skip
    told = {"grammar": history.grammar, "span": span(history, say), "zone": history.zone}
    told |= {name: grouped(n, say) for name, n in numbers.items()}
    return [(say.plain(f"analysis.fact.{name}"), value) for name, value in told.items()]


def types_table(history: History, say: Texts, *, reference: bool = False) -> Table:
    """The seed's Table 2: each type with its count and its shares of the four and of all, where there are enough."""
    four = {share.label: percent(share) for share in history.shares.of_four}
    has_four, has_all = any(four.values()), history.messages >= ENOUGH
    keys = ["reports.column.type", "reports.column.n"]
    keys += ["reports.column.of_four"] * has_four + ["reports.column.of_all"] * has_all
    keys += ["analysis.column.reference"] * reference
    rows: list[tuple[Cell, ...]] = []
    for share in history.shares.of_all:
        cells: list[Cell] = [say.plain(f"reports.label.{share.label}"), share.n]
        cells += [four.get(share.label)] * has_four + [percent(share)] * has_all
        rows.append((*cells, *([REFERENCE.get(share.label)] * reference)))
    title = say.plain("reports.shares.title")
    return Table(title, tuple(say.plain(key) for key in keys), tuple(rows), tuple(_type_notes(history, say, reference)))


def _type_notes(history: History, say: Texts, reference: bool) -> Iterator[str]:
    four = history.shares.of_four[0].of
    if history.messages < ENOUGH:
        yield say.plain("reports.shares.too_few", n=history.messages, needed=ENOUGH)
    else:
        yield say.plain("reports.shares.interval")
        key = "reports.shares.of_four" if four >= ENOUGH else "reports.shares.too_few_of_four"
        yield say.plain(key, **({"n": four} if four >= ENOUGH else {"n": four, "needed": ENOUGH}))
        yield say.plain("reports.shares.of_all", n=history.messages)
    yield from guessed(history, say)
    if reference:
        yield say.plain("analysis.reference")


def guessed(history: History, say: Texts) -> Iterator[str]:
    """How far the types may be trusted."""
    yield say.plain("analysis.guessed")
    if many_hidden(history.hidden, history.messages):
        yield say.plain("analysis.hidden", n=grouped(history.hidden, say))


def named(stretch: Stretch, step: str, say: Texts) -> str:
    """5 Okt 2026 for a week, Okt 2026 for a month, 2026 for a year."""
    words = day(stretch.start, say).split(" ", 2)
    return " ".join(words[{"week": 0, "month": 1, "year": 2}[step] :])


def steps_table(history: History, say: Texts) -> Table:
    """Week by week, or month by month: messages of each type, and who wrote for the first time."""
    columns = [say.plain(f"analysis.steps.{history.step}"), *(say.plain(f"analysis.short.{label}") for label in LABELS)]
    columns += [say.plain("analysis.column.messages"), say.plain("analysis.column.newcomers")]
    rows: list[tuple[Cell, ...]] = [
        (named(one, history.step, say), *(one.by_label[label] for label in LABELS), one.n, one.newcomers)
        for one in history.stretches
    ]
    note = say.plain("analysis.steps.newcomers")
    return Table(say.plain("analysis.steps.title"), tuple(columns), tuple(rows), (note,))


def equality_lines(equality: Equality, say: Texts) -> list[str]:
    """How evenly people speak."""
    if equality.top_three is None or equality.gini is None:
        return [say.plain("analysis.equality.few", needed=ENOUGH)]
    figure = f"{equality.gini:.2f}".replace(".", say.plain("learning.decimal"))
    return [
        say.plain("analysis.equality.top", share=round(100 * equality.top_three)),
        say.plain("analysis.equality.gini", gini=figure),
        say.plain("analysis.readers"),
    ]


def consultation_lines(found: Consultations, say: Texts) -> list[str]:
    """How many questions were answered, and how soon."""
    if not found.asked:
        return [say.plain("analysis.consultations.none")]
    lines = [_answered(found.answered, say)]
    if found.minutes is not None:
        first, median, third = (_lasting(value, say) for value in _quarters(found))
        lines.append(say.plain("analysis.consultations.times", first=first, median=median, third=third))
    else:
        lines.append(say.plain("analysis.consultations.few_times", needed=LEAST_ANSWERS))
    if found.recent:
        lines.append(say.plain("analysis.consultations.recent", n=found.recent))
    return [*lines, say.plain("analysis.consultations.how")]


def _quarters(found: Consultations) -> tuple[float, ...]:
    return (found.minutes.first, found.minutes.median, found.minutes.third) if found.minutes else ()


def _answered(share: Share, say: Texts) -> str:
    if share.value is None or share.low is None or share.high is None:
        return say.plain("analysis.consultations.answered", answered=share.n, asked=share.of)
    return say.plain(
        "analysis.consultations.answered_share", answered=share.n, asked=share.of, share=round(100 * share.value),
        low=round(100 * share.low), high=round(100 * share.high),
    )  # fmt: skip


def _lasting(minutes: float, say: Texts) -> str:
    """Minutes under an hour, hours under two days, days from there on."""
    if minutes < 1:
        return say.plain("analysis.consultations.seconds")
    if minutes < 59.5:
        return say.plain("analysis.consultations.minutes", n=round(minutes))
    if minutes < 47.5 * 60:
        return say.plain("analysis.consultations.hours", n=round(minutes / 60))
    return say.plain("analysis.consultations.days", n=round(minutes / 60 / 24))


def busiest(history: History, say: Texts) -> str | None:
    """The one hour of the week with most messages, the earliest of several; None without any."""
    n, weekday, hour = max(
        ((n, -at, -hour) for at, row in enumerate(history.hours) for hour, n in enumerate(row)), default=(0, 0, 0)
    )
    if not n:
        return None
    name = say.plain("common.weekdays").split()[-weekday]
    return say.plain("analysis.hours.busiest", weekday=name, hour=f"{-hour:02}", until=f"{1 - hour:02}", n=n)


def grouped(n: int, say: Texts) -> str:
    """12.345 in Indonesian, 12,345 in English."""
    return f"{n:,}".replace(",", "." if say.plain("learning.decimal") == "," else ",")


def terminal(history: History, say: Texts, *, reference: bool = False) -> str:
    """All of it for a terminal, the places that were not understood with their lines last."""
    found = facts(history, say)
    width = max(len(name) for name, _ in found)
    parts = [say.plain("analysis.title"), "\n".join(f"{name.ljust(width)}  {value}" for name, value in found)]
    for table in (types_table(history, say, reference=reference), steps_table(history, say)):
        if table.rows:
            parts += [table.title.upper(), as_text(table, WIDTH), "\n".join(table.notes)]
    parts += [say.plain("analysis.equality.title").upper(), "\n".join(equality_lines(history.equality, say))]
    told = consultation_lines(history.consultations, say)
    parts += [say.plain("analysis.consultations.title").upper(), "\n".join(told)]
    if (words := busiest(history, say)) is not None:
        parts += [say.plain("analysis.hours.title").upper(), words]
    if history.not_understood:
        parts += [say.plain("analysis.missed.title").upper(), "\n".join(missed(history, say))]
    return "\n\n".join(parts)


def missed(history: History, say: Texts) -> Iterator[str]:
    """The first places that fit no grammar, and how many more there are."""
    for place in history.places[:MISSED]:
        excerpt = "".join(sign if sign.isprintable() else " " for sign in place.excerpt)
        yield say.plain("analysis.missed.line", line=place.line, excerpt=excerpt)
    if (more := history.not_understood - len(history.places[:MISSED])) > 0:
        yield say.plain("analysis.missed.more", n=more)


def plain(history: History) -> dict[str, Any]:
    """The figures as one JSON object; shares from 0 to 1, and null where there are too few to say."""
    minutes = history.consultations.minutes
    return {
        "messages": history.messages, "people": history.people, "system_lines": history.system_lines,
        "media": history.media, "deleted": history.deleted, "edited": history.edited,
        "not_understood": history.not_understood,
        "first": history.first.isoformat() if history.first else None,
        "last": history.last.isoformat() if history.last else None,
        "grammar": history.grammar,
        "shares": {
            "of_four": {one.label: _share(one) for one in history.shares.of_four},
            "of_all": {one.label: _share(one) for one in history.shares.of_all},
        },
        "equality": {
            "people": history.people, "top_three": history.equality.top_three, "gini": history.equality.gini,
            "first_time": [{"from": one.start.isoformat(), "people": one.newcomers} for one in history.stretches],
        },
        "consultations": {
            "asked": history.consultations.asked, "answered": history.consultations.answered.n,
            "unanswered": history.consultations.unanswered, "asked_on_last_day": history.consultations.recent,
            "answered_share": _share(history.consultations.answered),
            "minutes": {"first_quarter": minutes.first, "median": minutes.median, "third_quarter": minutes.third}
            if minutes else None,
        },
    }  # fmt: skip


def _share(one: Share) -> dict[str, float | int | None]:
    return {"n": one.n, "share": one.value, "low": one.low, "high": one.high}
