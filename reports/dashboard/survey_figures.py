"""What surveys came to, as pages show it, over months and weeks; beside it what is known from other studies."""

from collections.abc import Sequence

from content.figures import catalogue
from content.texts import Texts
from reports.charts.values import Profile
from reports.dashboard.values import Bars, Figure, Look
from reports.figures import answered, charts, gathering, surveyed, words
from reports.figures.sums import of_all
from reports.figures.values import Figure as Found
from reports.tables import Table
from storage.database import Session


async def engagement(session: Session, look: Look, say: Texts) -> Figure | None:
    """Usual lessons, lessons with the module, and the change class by class."""
    found = await of_all(session, look, answered.engagement)
    if not found:
        return None
    title = say.plain("figures.table.engagement")
    chart = charts.percents([one for one in found if one.part], title, say)
    rows = tuple((words.name_of(one, say), words.told(one, say, whole=True)) for one in found)
    return _figure("keterlibatan", "engagement", rows, found, look, say, chart)


async def ladder(session: Session, look: Look, say: Texts) -> Figure | None:
    """The rungs on which schools put themselves, month by month."""
    found = await answered.ladder(session, look)
    if not found:
        return None
    title = say.plain("figures.table.ladder")
    columns = tuple(say.plain(f"figures.column.{name}") for name in ("month", "what", "value"))
    rows = tuple((words.month(month, say), words.name_of(one, say), words.counts(one, say)) for month, one in found)
    table = Table(title, columns, rows, (say.plain("figures.foot.ladder"),))
    every = [one for _, one in found]
    chart = charts.bars(answered.latest(found), title, say)
    return Figure("tangga", table, chart, words.exact(every, title, look.zone, say))


async def digital(session: Session, look: Look, say: Texts) -> Figure | None:
    """The three parts and the whole, before and after, with their gain."""
    found = await of_all(session, look, answered.digital)
    if not found:
        return None
    title = say.plain("figures.table.digital")
    chart: Profile | None = charts.profile(
        [one for one in found if one.part.startswith("after-")], answered.DIGITAL, title, say
    )
    rows = tuple((words.name_of(one, say), words.precise(one, say)) for one in found)
    return _figure("digital", "digital", rows, found, look, say, chart)


# Instruments that are asked every month or so, in the order of their columns.
MONTHLY = ("motivation", "strategies", "coaching-satisfaction")


async def months(session: Session, look: Look, say: Texts) -> Figure | None:
    """What teachers answer month by month: motivation, strategies used, satisfied with coaching."""
    said = {name: await surveyed.of_survey(session, look, name) for name in MONTHLY}
    titles = {name: catalogue()[each[0].id].title.of(say.language) for name, each in said.items() if each}
    lines = {title: {_month(one): one for one in said[name]} for name, title in titles.items()}
    steps = sorted({month for each in lines.values() for month in each})
    if not steps:
        return None
    title, every = say.plain("figures.table.asked_months"), [one for each in said.values() for one in each]
    rows = tuple(
        (words.month(step, say), *(_cell(each.get(step), say) for each in lines.values())) for step in steps
    )  # fmt: skip
    columns = (say.plain("figures.column.month"), *lines)
    table = Table(title, columns, rows, _notes("asked_months", every, say))
    drawn = {name: [each.get(step) for step in steps] for name, each in lines.items()}
    told = say.plain("figures.chart.told_line", title=title)
    chart = charts.beside([words.month(step, say) for step in steps], drawn, told)
    return Figure("survei", table, chart, words.exact(every, title, look.zone, say))


def _month(one: Found) -> str:
    return f"{one.period[0]:%Y-%m}"


def _cell(one: Found | None, say: Texts) -> str | None:
    return None if one is None else words.told(one, say, whole=True)


async def confidence(session: Session, look: Look, say: Texts) -> Figure | None:
    """Teachers who are confident, week by week."""
    found = await surveyed.of_survey(session, look, "confidence")
    if not found:
        return None
    title = say.plain("figures.table.confidence")
    rows = tuple((words.week(one.period[0].date(), say), words.told(one, say, whole=True)) for one in found)
    columns = (say.plain("dashboard.column.week"), say.plain("figures.column.value"))
    table = Table(title, columns, rows, _notes("confidence", found, say))
    return Figure("yakin", table, charts.weekly(found, title, say), words.exact(found, title, look.zone, say))


async def background(_session: Session, look: Look, say: Texts) -> Figure:
    """What is known from elsewhere, each with whose it is: read beside a programme's figures, never aimed at."""
    entries = [one for one in catalogue().values() if one.source == "constant"]
    every, rows = list[Found](), list[tuple[str, ...]]()
    for entry in entries:
        known = gathering.known(entry, look)
        every += known
        for one in known:
            name = entry.title.of(say.language)
            part = words.name_of(one, say)
            named = name if part == name else say.plain("figures.named", name=name, words=part)
            rows.append((named, words.told(one, say), entry.words.of(say.language), entry.paper or ""))
    title = say.plain("figures.table.background")
    columns = tuple(say.plain(f"figures.column.{name}") for name in ("what", "value", "description", "source"))
    table = Table(title, columns, tuple(rows), (say.plain("figures.foot.background"),))
    return Figure("latar", table, None, words.exact(every, title, look.zone, say))


def _notes(name: str, found: Sequence[Found], say: Texts) -> tuple[str, ...]:
    notes = [say.plain(f"figures.foot.{name}")]
    notes += [say.plain("figures.foot.interval")] if any(one.low is not None for one in found) else []
    return tuple(notes)


def _figure(
    key: str, name: str, rows: tuple[tuple[str, str], ...], found: tuple[Found, ...], look: Look, say: Texts,
    chart: Bars | Profile | None,
) -> Figure:  # fmt: skip
    title = say.plain(f"figures.table.{name}")
    columns = (say.plain("figures.column.what"), say.plain("figures.column.value"))
    notes = _notes(name, found, say)
    return Figure(key, Table(title, columns, rows, notes), chart, words.exact(found, title, look.zone, say))
