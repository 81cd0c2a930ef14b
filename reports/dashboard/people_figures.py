"""Who takes part, as counts: of how many teachers, with the interval of each share. Nobody is named."""

from collections.abc import Collection

from content.texts import Texts
from reports.conversation import OfGroup
from reports.dashboard.values import Bar, Bars, Figure, Look
from reports.intervals import wilson
from reports.participation import Met, Participation
from reports.tables import Cell, Table
from storage.database import Session
from storage.models import Group

KEY = "partisipasi"
_SIGNS = ("agreed", "wrote", "met", "tried", "reflected")


async def takes_part(session: Session, look: Look, say: Texts) -> Figure:
    """Teachers who agreed, wrote in the chat, came to a meeting, tried and reflected, of all there are."""
    shares = await look.shares(session)
    parts = (await look.took_part(session)).values()
    of = shares.size
    met = (await look.met(session)).values()
    held = sum(one.held for one in met)
    counts = {"agreed": shares.agreed, "wrote": shares.writers} | _summed(parts)
    counts |= {"met": sum(one.teachers for one in met)} if held else {}
    rows, bars = list[tuple[Cell, ...]](), list[Bar]()
    for sign in filter(counts.__contains__, _SIGNS):  # nobody can come to a meeting that was not held
        # Others than teachers write, too, and a group's size may be older than its newest member.
        n, name = min(counts[sign], of), say.plain(f"dashboard.people.{sign}")
        share, words = _share(n, of)
        rows.append((name, n, of, words))
        if of:
            low, high = wilson(n, of)
            bars.append(Bar(name, share, say.plain("dashboard.of", n=n, of=of), low, high))
    notes = [
        say.plain("dashboard.note.interval"),
        say.plain("dashboard.people.prompts", n=sum(p.prompts for p in parts)),
        say.plain("dashboard.people.meetings", n=held) if held else say.plain("dashboard.people.no_meeting"),
    ]
    notes += [say.plain("dashboard.people.twice")] * (len(look.groups) > 1)
    table = Table(say.plain("dashboard.people.title"), _columns(say), tuple(rows), tuple(notes))
    return Figure(KEY, table, Bars(say.plain("dashboard.people.told"), tuple(bars)) if bars else None)


def _summed(parts: Collection[Participation]) -> dict[str, int]:
    return {"tried": sum(one.tried for one in parts), "reflected": sum(one.reflected for one in parts)}


def _columns(say: Texts) -> tuple[str, ...]:
    return tuple(say.plain(f"dashboard.column.{name}") for name in ("what", "teachers", "of", "share"))


def _share(n: int, of: int) -> tuple[float, str | None]:
    """The share (0..1), and as it is written with its interval; nothing of nobody."""
    if not of:
        return 0.0, None
    low, high = wilson(n, of)
    return n / of, f"{100 * n / of:.0f} ({100 * low:.0f}–{100 * high:.0f})"


async def groups_beside(session: Session, look: Look, say: Texts) -> Figure | None:
    """Each group's line, where there are several; in the order of their names, never of their numbers."""
    if len(look.groups) < 2:
        return None
    counted, took = (await look.counted(session)).of_group, await look.took_part(session)
    met = await look.met(session)
    rows = [_line(group, counted[group.id], met[group.id], took[group.id]) for group in look.groups]
    names = ("group", "messages", "wrote", "met", "tried", "reflected", "of")
    columns = tuple(say.plain(f"dashboard.column.{name}") for name in names)
    note = say.plain("dashboard.groups.note")
    return Figure("grup", Table(say.plain("dashboard.groups.title"), columns, tuple(rows), (note,)))


def _line(group: Group, counted: OfGroup, met: Met, took: Participation) -> tuple[Cell, ...]:
    came = met.teachers if met.held else None
    return (group.title, counted.messages, counted.writers, came, took.tried, took.reflected, counted.size)
