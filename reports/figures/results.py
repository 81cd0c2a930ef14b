"""The two tables of a programme: six aspects before and after, and the four kinds of what is said."""

from datetime import datetime, timedelta
from functools import partial

from content.figures import Unit, catalogue
from reports import overview
from reports.dashboard.values import Look
from reports.figures import answered, entered, surveyed, teachers
from reports.figures.sums import of_all
from reports.figures.values import Figure, FigureTable, Note, Period, Row, change, missing, of_messages, too_soon
from storage.database import Session

MONTH = timedelta(days=30)
SOONEST = timedelta(days=14)  # before that, one quiet day would be told as a fall
RESULTS, KINDS = "results", "kinds"


async def begun(session: Session, look: Look) -> datetime:
    """Since when there can be something: the start of that time, or when the first of the groups began."""
    return max(look.since, await overview.beginning_of(session, look.groups))


def ends_of(since: datetime, until: datetime) -> tuple[Period, Period]:
    """The first and the last month of a stretch, or its two halves where it is shorter than two."""
    long = max(timedelta(0), min(MONTH, (until - since) / 2))
    return (since, since + long), (until - long, until)


async def table(session: Session, look: Look) -> FigureTable:
    """Six aspects, each with its first month, its last month and the change; what nobody gives yet says so.

    Of what began a few days ago all is told as it is, and nothing is compared.
    """
    here = await teachers.teachers(session, look)
    since = min(await begun(session, look), look.until)
    soon = look.until - since < SOONEST
    first, last = ends_of(since, look.until)
    ends = (first, (since, look.until) if soon else last)
    took, take = [await teachers.participation(session, look, here, one) for one in ends]
    used, use = [await teachers.technology(session, look, here, one) for one in ends]
    months = [one for _, one in await entered.facilitation(session, look)]
    led = missing("facilitation", "share", "entered", (look.since, look.until))
    start, end = (months[0], months[-1]) if len(months) > 1 else (led, months[0] if months else led)
    rows = [
        _row("participation", _unsaid(took) if soon else took, take),
        _row("facilitation", (start,), (end,)),
        await _strategies(session, look, ends, soon),
        await _engaged(session, look, (first, last)),
        _row("technology", _unsaid(used) if soon else used, use),
        await _of_survey(session, look, "motivation", (first, last)),
    ]
    return FigureTable(RESULTS, ("aspect", "before", "after", "change"), tuple(rows), ("change", "months", "few"))


def _unsaid(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    return tuple(too_soon(one) for one in figures)


def _row(name: str, before: tuple[Figure, ...], after: tuple[Figure, ...]) -> Row:
    moved = [change(last.key, first, last) for first, last in zip(before, after, strict=True)]
    return Row(name, (before, after, moved))


async def _of_survey(session: Session, look: Look, name: str, ends: tuple[Period, Period]) -> Row:
    """The first and the last survey of that time; one alone is how things are."""
    found = await surveyed.of_survey(session, look, name)
    if not found:
        return _nothing(name, "share", ends, "none_yet")
    none = missing(name, "share", "computed", ends[0])
    return _row(name, (found[0] if len(found) > 1 else none,), (found[-1],))


async def _strategies(session: Session, look: Look, ends: tuple[Period, Period], soon: bool) -> Row:
    """Who said that they used something in class, by the first and the last survey; and who left evidence of it."""
    found = await surveyed.of_survey(session, look, "strategies")
    none = [missing("strategies.said", "share", "computed", one) for one in ends]
    said = (found[0] if len(found) > 1 else none[0], found[-1] if found else none[1])
    before, after = await of_all(session, look, partial(teachers.showed, spans=ends))
    return _row("strategies", (said[0], too_soon(before) if soon else before), (said[1], after))


async def _engaged(session: Session, look: Look, ends: tuple[Period, Period]) -> Row:
    """Usual lessons, lessons with the module, by how many percent these are above: two kinds of lessons, not times."""
    found = {one.part: one for one in await of_all(session, look, answered.engagement)}
    if "" not in found:
        return _nothing("engagement", "percent", ends, "none_yet")
    if found[""].value is None:
        return _nothing("engagement", "percent", ends, "few")
    return Row("engagement", ((found["usual"],), (found["module"],), (found[""],)))


def _nothing(name: str, unit: Unit, ends: tuple[Period, Period], why: Note) -> Row:
    source = catalogue()[name].source
    first, last = (missing(name, unit, source, one, why) for one in ends)
    return Row(name, ((first,), (last,), (missing(name, "change", source, last.period, why),)))


async def kinds(session: Session, look: Look) -> FigureTable:
    """The four kinds: what each is, and its share of the four with its interval; beside it of all messages."""
    shares, period = await look.shares(session), (look.since, look.until)
    of_all = {one.label: one for one in shares.of_all}
    whole = {name: of_messages(f"talk.all-{name}", one, period) for name, one in of_all.items()}
    rows = [Row(one.label, (of_messages(f"talk.{one.label}", one, period), whole[one.label])) for one in shares.of_four]
    rows.append(Row("other", (None, whole["other"])))
    return FigureTable(KINDS, ("kind", "of_four", "of_all", "description"), tuple(rows), ("interval", "few_messages"))
