"""Counts and agreement of themes as tables, sentences and one JSON object."""

from collections.abc import Sequence
from typing import Any

from content.texts import Texts
from reports.evaluation.numbers import number
from reports.shares import Share, percent
from reports.tables import Cell, Table, as_text
from reports.themes.agreeing import ENOUGH, TENTATIVE, Agreed, Comparison, Count

WIDTH = 96


def counts_table(counts: Sequence[Count], say: Texts, coder: int = 0) -> Table:
    """Each theme in texts and among writers, with intervals where there are enough; of the first or second coder."""
    rows: list[tuple[Cell, ...]] = [
        (one.theme, one.texts.n, percent(one.texts), one.writers.n, percent(one.writers)) for one in counts
    ]
    columns = tuple(say.plain(f"themes.column.{name}") for name in ("theme", "texts", "share", "writers", "of_writers"))
    of = [say.plain("themes.of", texts=counts[0].texts.of, writers=counts[0].writers.of)] if counts else []
    name = {0: "counts", 1: "counts_first", 2: "counts_second"}[coder]
    return Table(say.plain(f"themes.{name}"), columns, tuple(rows), tuple(of))


def agreement_table(found: Comparison, say: Texts) -> Table:
    """Each theme by both coders."""
    rows: list[tuple[Cell, ...]] = [
        (one.theme, one.first, one.second, one.both, f"{100 * one.same:.0f} %", _figure(one.alpha, say),
         _figure(one.kappa, say), say.plain(f"themes.verdict.{verdict(one)}"))
        for one in found.themes
    ]  # fmt: skip
    names = ("theme", "first", "second", "both", "same", "alpha", "kappa", "verdict")
    notes = [say.plain("themes.common", n=found.texts)]
    notes += [say.plain("themes.alone", n=found.alone)] * bool(found.alone)
    notes += [say.plain("themes.unshared", themes=", ".join(found.unshared))] * bool(found.unshared)
    columns = tuple(say.plain(f"themes.column.{name}") for name in names)
    return Table(say.plain("themes.agreement"), columns, tuple(rows), (*notes, say.plain("themes.how")))


def differing_table(found: Comparison, say: Texts) -> Table:
    """The texts that only one of both gave a theme, to be talked over."""
    rows = tuple((one.theme, text) for one in found.themes for text in one.differ)
    columns = tuple(say.plain(f"themes.column.{name}") for name in ("theme", "text"))
    return Table(say.plain("themes.talk_over"), columns, rows)


def terminal(counts: Sequence[Count], found: Comparison | None, say: Texts) -> str:
    """The counts of the first coder, the agreement, and the texts to talk over."""
    tables = [counts_table(counts, say), *([agreement_table(found, say)] if found and found.themes else [])]
    parts = [line for table in tables for line in (table.title.upper(), as_text(table, WIDTH), "\n".join(table.notes))]
    if found is not None:
        parts += [say.plain("themes.nothing_common")] * (not found.themes)
        talk = [f"{one.theme}: {', '.join(one.differ)}" for one in found.themes if one.differ]
        parts += [say.plain("themes.talk_over"), "\n".join(talk)] if talk else []
    return "\n\n".join(parts)


def verdict(one: Agreed) -> str:
    if one.alpha is None:
        return "none"
    return "enough" if one.alpha >= ENOUGH else "tentative" if one.alpha >= TENTATIVE else "low"


def _figure(value: float | None, say: Texts) -> str:
    return "–" if value is None else number(value, say)


def plain(counts: Sequence[Count], found: Comparison | None) -> dict[str, Any]:
    """The figures as one JSON object, unrounded."""
    made: dict[str, Any] = {
        "counts": {one.theme: {"texts": _share(one.texts), "writers": _share(one.writers)} for one in counts}
    }
    if found is not None:
        made["agreement"] = {
            "texts": found.texts, "only_in_one": found.alone, "themes_of_one": list(found.unshared),
            "themes": {
                one.theme: {
                    "first": one.first, "second": one.second, "both": one.both, "same": one.same, "alpha": one.alpha,
                    "kappa": one.kappa, "differ": list(one.differ),
                }
                for one in found.themes
            },
        }  # fmt: skip
    return made


def _share(one: Share) -> dict[str, float | int | None]:
    return {"n": one.n, "of": one.of, "share": one.value, "low": one.low, "high": one.high}
