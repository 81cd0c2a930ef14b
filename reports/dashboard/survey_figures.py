"""What surveys came to, as pages show it: engagement of pupils, the ladder of participation, digital pedagogy."""

from content.texts import Texts
from reports.charts.values import Profile
from reports.dashboard.values import Bars, Figure, Look
from reports.figures import answered, charts, words
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


def _figure(
    key: str, name: str, rows: tuple[tuple[str, str], ...], found: tuple[Found, ...], look: Look, say: Texts,
    chart: Bars | Profile | None,
) -> Figure:  # fmt: skip
    title = say.plain(f"figures.table.{name}")
    columns = (say.plain("figures.column.what"), say.plain("figures.column.value"))
    notes = [say.plain(f"figures.foot.{name}")]
    notes += [say.plain("figures.foot.interval")] if any(one.low is not None for one in found) else []
    return Figure(key, Table(title, columns, rows, tuple(notes)), chart, words.exact(found, title, look.zone, say))
