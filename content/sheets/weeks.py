"""Order and names in a facilitator's sheet: days, the ids of lessons, and which practice each belongs to."""

from collections.abc import Sequence
from typing import NamedTuple

from content.flaws import Flaw
from content.sheets import columns
from content.sheets.lines import Line, Sheet
from content.texts import LANGUAGES, Texts

STEPS = tuple(columns.STEPS.values())
DAYS = len(STEPS)


class Week(NamedTuple):
    """A practice with its lessons; ``line`` is its row in the sheet Praktik, if it has one."""

    id: str
    titles: dict[str, str]
    line: Line | None
    lines: list[Line]


def ordered(sheet: Sheet) -> list[Line]:
    """The lessons by their days, and behind them those without one. Where no row has a day, the rows are the days."""
    lines = sheet.lines
    if not any((None, ("day",)) in line.filled for line in lines):
        for day, line in enumerate(lines, 1):
            line.facts["day"] = day
    bad = [line for line in lines if (None, ("day",)) in line.filled and "day" not in line.facts]
    for line in bad:  # named already; it stays beside the row above it
        line.facts["day"] = next((one.facts["day"] for one in lines[lines.index(line) :: -1] if "day" in one.facts), 1)
    days = sorted((line for line in lines if "day" in line.facts), key=lambda line: int(line.facts["day"]))
    wrong = [(wanted, line) for wanted, line in enumerate(days, 1) if line.facts["day"] != wanted and not bad]
    for wanted, line in wrong[:1]:  # those behind it are only moved by it
        sheet.flaw(line, Flaw(("day",), "day_order", {"wanted": wanted}))
    return [*days, *(line for line in lines if "day" not in line.facts)]


def named(sheet: Sheet, lines: Sequence[Line]) -> None:
    """Gives every lesson that has none an id made of its day and title; each id stands once."""
    taken, side = set[str](), 0
    for line in lines:
        side += "day" not in line.facts
        number = f"{line.facts['day']:02d}" if "day" in line.facts else f"s{side}"
        title = columns.slug(str(line.parts[LANGUAGES[0]].get("title", "")), 32 - len(number) - 1)
        name = str(line.facts.get("id") or "-".join(part for part in (number, title) if part))
        if name in taken:
            sheet.flaw(line, Flaw(("id",), "twice", {"id": name}))
        taken.add(name)
        line.facts["id"] = name


def weeks(practices: Sheet, lessons: Sheet, lines: Sequence[Line], languages: Sequence[str]) -> list[Week]:
    """The practices in the order of their days, each with its lessons, which get their steps.

    Without any practice named, five days are one.
    """
    found = [_of_row(line) for line in practices.lines]
    known = {title.casefold(): week for week in found for title in week.titles.values()}
    known |= {week.id.casefold(): week for week in found}  # an id may be somebody else's title
    rows, said = [id(line) for line in lines], None
    for line in lessons.lines:  # in the order of the rows: a merged cell counts for those below it
        said = line.facts["practice"] = line.facts.get("practice", said)
    for at, line in enumerate(lines):
        name = line.facts.pop("practice")
        if name is None and found and practices.lines:
            week = found[min(at // DAYS, len(found) - 1)]
        else:
            titles = _titles(name, at // DAYS + 1, languages)
            key = titles[LANGUAGES[0]].casefold()
            if key not in known:
                if practices.lines:
                    lessons.flaw(line, Flaw(("practice",), "no_practice", {"name": titles[LANGUAGES[0]]}))
                found.append(Week(columns.slug(key) or f"praktik-{len(found) + 1}", titles, None, []))
            week = known.setdefault(key, found[-1])
        if week.lines and week.lines[-1] is not lines[at - 1] and "day" in line.facts:
            lessons.flaw(line, Flaw(("practice",), "torn", {"name": week.titles.get(LANGUAGES[0], week.id)}))
        week.lines.append(line)
    for week in found:
        _steps(week)
    return sorted(found, key=lambda week: rows.index(id(week.lines[0])) if week.lines else len(rows))


def _of_row(line: Line) -> Week:
    titles = {one: line.parts[one]["title"] for one in LANGUAGES if "title" in line.parts[one]}
    name = line.facts.get("id") or columns.slug(titles.get(LANGUAGES[0], "")) or f"baris-{line.number}"
    return Week(str(name), titles, line, [])


def _titles(name: str | None, number: int, languages: Sequence[str]) -> dict[str, str]:
    if name is not None:
        return dict.fromkeys(languages, name)
    return {one: Texts(one).plain("content.sheet.week", number=number) for one in languages}


def _steps(week: Week) -> None:
    """The five steps in their order, where a row does not name its own; a side lesson is something to try."""
    days = 0
    for line in week.lines:
        line.facts.setdefault("step", STEPS[days % len(STEPS)] if "day" in line.facts else "try")
        days += "day" in line.facts
