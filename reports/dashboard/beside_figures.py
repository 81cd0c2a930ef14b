"""What stands beside a group's types of talk: what was before the assistant came, and how evenly people speak."""

from community import imported_counts, talk
from community.tagging import FOUR, standard
from content.texts import Texts
from reports.dashboard.values import Bar, Bars, Figure, Look
from reports.days import span
from reports.figures import charts
from reports.figures import evenness as even
from reports.group_talk import LEAST_SPEAKERS, told
from reports.shares import ENOUGH, Both, Share, from_tags, percent
from reports.tables import Cell, Table
from storage.database import Session


async def before_and_after(session: Session, look: Look, say: Texts) -> Figure | None:
    """The four types before and since, where the facilitator compares one group with its own past."""
    group = look.groups[0]
    before = await imported_counts.before(session, group) if len(look.groups) == 1 else None
    if before is None:
        return None
    shares = await look.shares(session)
    then, since = from_tags(before.tags, standard().doubts), Both(shares.of_four, shares.of_all)
    rows, bars = list[tuple[Cell, ...]](), list[Bar]()
    for label in FOUR:
        name, row = say.plain(f"reports.label.{label}"), list[Cell]()
        for side, both in (("before", then), ("after", since)):
            one = next(share for share in both.of_four if share.label == label)
            row += [one.n, percent(one)]
            bars += _bar(one, f"{name}, {say.plain(f'imported.picture.{side}_short')}", say)
        rows.append((name, *row))
    columns = ["reports.column.type", "dashboard.column.n_before", "dashboard.column.before"]
    columns += ["dashboard.column.n_after", "dashboard.column.after"]
    when = span(before.since, before.until, group.zone, say)
    notes = [say.plain("dashboard.before.when", span=when), say.plain("dashboard.before.note", needed=ENOUGH)]
    notes += [say.plain("imported.picture.hidden")] * before.has_hidden
    table = Table(say.plain("dashboard.before.title"), tuple(map(say.plain, columns)), tuple(rows), tuple(notes))
    return Figure("sebelum", table, Bars(say.plain("dashboard.before.told"), tuple(bars)) if bars else None)


def _bar(share: Share, name: str, say: Texts) -> list[Bar]:
    if share.value is None:  # too few for a share: a bar beside percentages would be read as one
        return []
    words = say.plain("dashboard.percent", share=f"{100 * share.value:.0f}")
    return [Bar(name, share.value, words, share.low, share.high, share.label)]


async def evenness(session: Session, look: Look, say: Texts) -> Figure | None:
    """How evenly those who wrote did so in one group, and what was shared; nothing of few, and no name."""
    if len(look.groups) != 1:
        return None
    number, counted = look.groups[0].id, await look.counted(session)
    spoken = talk.Spoken(counted.tags, counted.sizes[number])
    if not spoken.sizes:
        return None
    await talk.complete(session, {number: spoken}, look.since, look.until)
    found = told(spoken, counted.of_group[number].size, 0, (), standard().doubts)
    top = found.top_three
    share = None if top is None else say.plain("dashboard.percent", share=f"{100 * top:.0f}")
    gini = None if found.gini is None else round(found.gini, 2)
    rows = (
        (say.plain("dashboard.even.top_three"), share), (say.plain("dashboard.even.gini"), gini),
        (say.plain("dashboard.even.shared"), found.shared),
    )  # fmt: skip
    columns = (say.plain("dashboard.column.what"), say.plain("dashboard.column.n"))
    note = say.plain("dashboard.even.note", speakers=LEAST_SPEAKERS, needed=ENOUGH)
    table = Table(say.plain("dashboard.even.title"), columns, rows, (note,))
    curve = even.told(spoken.sizes.values())
    return Figure("merata", table, charts.lorenz(curve, table.title, say) if curve else None)
