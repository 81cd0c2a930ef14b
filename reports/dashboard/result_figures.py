"""What a programme came to, as pages show it: both tables, curves, modules, plans, readiness, the pulse."""

from collections.abc import Sequence

from content.texts import Texts
from reports.charts.values import Lines, Pairs, Profile
from reports.dashboard.values import Bars, Figure, Look
from reports.figures import charts, cycles, entered, rhythms, surveyed, voices, words
from reports.figures import competences as touched
from reports.figures import plans as work_plans
from reports.figures import results as tables
from reports.figures.sums import of_all
from reports.figures.values import Figure as Found
from reports.figures.values import FigureTable
from reports.tables import Cell, Table
from storage.database import Session


async def results(session: Session, look: Look, say: Texts) -> Figure:
    """Six aspects with their start, their end and the change."""
    table = await tables.table(session, look)
    return _laid_out("capaian", table, look, say, charts.pairs(table, say))


async def kinds(session: Session, look: Look, say: Texts) -> Figure:
    """The four kinds of what is said, each with what it is; the picture of it stands beside the types."""
    return _laid_out("pola", await tables.kinds(session, look), look, say, None)


def _laid_out(key: str, table: FigureTable, look: Look, say: Texts, chart: Pairs | None) -> Figure:
    shown = words.as_table(table, say)
    return Figure(key, shown, chart, words.exact(table.figures(), shown.title, look.zone, say))


async def facilitation(session: Session, look: Look, say: Texts) -> Figure | None:
    """Able leaders month by month."""
    found = await entered.facilitation(session, look)
    title = say.plain("figures.table.facilitation")
    rows = tuple((words.month(name, say), words.told(one, say, whole=True)) for name, one in found)
    return _listed(
        "fasilitasi", "facilitation", [one for _, one in found], look, say, charts.months(found, title, say), rows
    )


async def observed(session: Session, look: Look, say: Texts) -> Figure | None:
    """What was seen of the five dimensions in meetings; the questionnaire is another figure."""
    found = await of_all(session, look, entered.observed)
    return _listed("plca", "plca", found, look, say, charts.bars(found, say.plain("figures.table.plca"), say))


async def asked(session: Session, look: Look, say: Texts) -> Figure | None:
    """The five dimensions by the questionnaire, as means with their n."""
    found = await surveyed.asked(session, look, "plca")
    title = say.plain("figures.table.asked")
    return _listed("angket", "asked", found, look, say, charts.profile(found, "plca", title, say))


async def obstacles(session: Session, look: Look, say: Texts) -> Figure | None:
    """What stands in the way, the most frequent first: now where it was asked since the start, else at the start."""
    found = await surveyed.obstacles(session, look)
    latest = [one for one in found if one.id == "obstacles"] or list(found)
    return _listed(
        "kendala", "obstacles", latest, look, say, charts.bars(latest, say.plain("figures.table.obstacles"), say)
    )


async def rhythm(session: Session, look: Look, say: Texts) -> Figure | None:
    """Planned and done."""
    found = await of_all(session, look, rhythms.planned)
    return _listed("irama", "rhythm", found, look, say, charts.bars(found, say.plain("figures.table.rhythm"), say))


async def modules(session: Session, look: Look, say: Texts) -> Figure | None:
    """Modules by what they are for, by step and by criteria; nothing where none is made."""
    found = await cycles.modules(session, look)
    if not found[0].value:
        return None
    return _listed("modul", "modules", found, look, say, charts.bars(found, say.plain("figures.table.modules"), say))


async def plans(session: Session, look: Look, say: Texts) -> Figure | None:
    """Work plans and the steps of HARMONI that lead to them."""
    found = [*await of_all(session, look, work_plans.told), *await of_all(session, look, cycles.harmoni)]
    return _listed("rhk", "plans", found, look, say, charts.bars(found, say.plain("figures.table.plans"), say))


async def competences(session: Session, look: Look, say: Texts) -> Figure | None:
    """The four competences, by any way and by each; the picture holds the first alone."""
    found = await of_all(session, look, touched.told)
    if not any(one.value or one.note == "few" for one in found):
        return None
    title, by_any_way = say.plain("figures.table.competences"), [one for one in found if "-" not in one.part]
    return _listed("kompetensi", "competences", found, look, say, charts.bars(by_any_way, title, say))


async def media(session: Session, look: Look, say: Texts) -> Figure | None:
    """Assistance with media."""
    found = await of_all(session, look, cycles.media)
    return _listed("media", "media", found, look, say, charts.bars(found, say.plain("figures.table.media"), say))


async def feedback(session: Session, look: Look, say: Texts) -> Figure | None:
    """How soon answers come, by pairs of roles."""
    return _listed("tanggapan", "feedback", await of_all(session, look, rhythms.feedback), look, say, None)


async def readiness(session: Session, look: Look, say: Texts) -> Figure | None:
    """What suits teachers, as counts."""
    found = await of_all(session, look, voices.ready)
    return _listed(
        "kesiapan", "readiness", found, look, say, charts.bars(found, say.plain("figures.table.readiness"), say)
    )


ASKING = ("phone-shared", "signal-weak", "mode-voice", "tools-none", "pace-slow")  # what asks for something else
DRAWN = 4  # lines that are told apart without colour


async def readiness_weeks(session: Session, look: Look, say: Texts) -> Figure | None:
    """The same week by week, of the answers that ask for something else than usual; nothing of a single week."""
    found = await voices.ready_weeks(session, look)
    if len(found) < 2:
        return None
    by_part = [{one.part: one for one in each} for each in found.values()]
    names = {part: next((words.name_of(each[part], say) for each in by_part if part in each), "") for part in ASKING}
    weeks = tuple(words.week(monday, say) for monday in found)
    rows = tuple(
        (name, *(words.counts(each.get(part), say) for part in ASKING if names[part]))
        for name, each in zip(weeks, by_part, strict=True)
    )
    title = say.plain("figures.table.readiness_weeks")
    columns = (say.plain("dashboard.column.week"), *(name for name in names.values() if name))
    table = Table(title, columns, rows, (say.plain("figures.foot.readiness_weeks"),))
    lines = {names[part]: [each.get(part) for each in by_part] for part in ASKING if names[part]}
    told = say.plain("figures.chart.told_weeks", title=title)
    chart = charts.beside(weeks, dict(list(lines.items())[:DRAWN]), told)
    every = [one for each in found.values() for one in each]
    return Figure("kesiapanpekan", table, chart, words.exact(every, title, look.zone, say))


async def pulse(session: Session, look: Look, say: Texts) -> Figure | None:
    """The four drivers month by month."""
    found = await voices.pulse(session, look)
    title = say.plain("figures.table.pulse")
    rows = tuple((words.month(month, say), *(words.told(one, say) for one in each)) for month, each in found.items())
    names = tuple(words.name_of(one, say) for each in list(found.values())[:1] for one in each)
    every = [one for each in found.values() for one in each]
    if not every:
        return None
    columns = (say.plain("figures.column.month"), *names)
    table = Table(title, columns, rows, (say.plain("figures.foot.pulse"),))
    return Figure("denyut", table, charts.pulse(found, title, say), words.exact(every, title, look.zone, say))


def _listed(
    key: str, name: str, found: Sequence[Found], look: Look, say: Texts, chart: Bars | Lines | Profile | None,
    rows: tuple[tuple[Cell, ...], ...] | None = None,
) -> Figure | None:  # fmt: skip
    """A figure a line; nothing where none of them counted anything, or was kept back."""
    if not any(one.of or one.value or one.note == "few" for one in found):
        return None
    title = say.plain(f"figures.table.{name}")
    lines = rows or tuple((words.name_of(one, say), words.counted(one, say)) for one in found)
    columns = (say.plain("figures.column.what"), say.plain("figures.column.value"))
    notes = [say.plain(f"figures.foot.{name}")] if name in _FEET else []
    notes += [say.plain("figures.foot.interval")] if any(one.low is not None for one in found) else []
    table = Table(title, columns, lines, tuple(notes))
    return Figure(key, table, chart, words.exact(found, title, look.zone, say))


_FEET = frozenset({
    "asked", "obstacles", "facilitation", "plca", "rhythm", "modules", "competences", "feedback", "readiness",
})  # fmt: skip
