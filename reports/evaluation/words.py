"""The figures of a study as tables and sentences, for a terminal, a page and a sheet; and as one JSON object."""

import textwrap
from typing import Any

from content.texts import Texts
from reports.evaluation.figures import Evaluation
from reports.evaluation.numbers import chance, number
from reports.evaluation.sentences import attrition, limits, reading, statistic
from reports.evaluation.values import Effect, Estimate
from reports.tables import Cell, Table, as_text

WIDTH = 96


def arms_table(found: Evaluation, say: Texts) -> Table:
    """Both groups: who is compared, means with standard deviations, and how far they came."""
    names = ["arm", "listed", "n", "before", "after", "points", "percent", "gain"]
    rows = []
    for arm in (found.programme, found.comparison):
        (first, first_sd), (last, last_sd) = arm.before, arm.after
        rows.append((
            arm.name, arm.loss.listed, arm.n, f"{number(first, say)} ({number(first_sd, say)})",
            f"{number(last, say)} ({number(last_sd, say)})", number(arm.gain.points, say),
            _or_dash(arm.gain.percent, say, 1), _or_dash(arm.gain.of_means, say),
        ))  # fmt: skip
    columns = tuple(say.plain(f"evaluation.arm.{name}") for name in names)
    return Table(say.plain("evaluation.arm.title"), columns, tuple(rows), tuple(_arm_notes(found, say)))


def _arm_notes(found: Evaluation, say: Texts) -> list[str]:
    notes = [say.plain("evaluation.arm.note")]
    if found.study.high is None:
        return [*notes, say.plain("evaluation.arm.no_scale")]
    one, other = (_or_dash(arm.gain.of_people, say) for arm in (found.programme, found.comparison))
    notes.append(say.plain("evaluation.arm.gain_note", programme=one, comparison=other))
    if full := found.programme.gain.full + found.comparison.gain.full:
        notes.append(say.plain("evaluation.arm.gain_full", n=full))
    return notes


def results_table(found: Evaluation, say: Texts) -> Table:
    """The difference by every method, the one to be read marked; the test of the ANCOVA and the sizes."""
    analysis, rows = found.ancova, list[tuple[Cell, ...]]()
    ways: list[tuple[str, Estimate | None]] = [("ancova", analysis.difference), ("hc3", found.hc3)]
    ways += [("cr2", found.clustered.difference)] if found.clustered else []
    for name, value in [*ways, ("quade", None)]:
        mark = "* " if name == found.reading.method else ""
        own = "_own" if found.by_start and name in ("hc3", "cr2") else ""
        label = mark + say.plain(f"evaluation.result.{name}{own}", df=found.quade.df2)
        if value is None:
            rows.append((label, number(found.quade.f, say), None, chance(found.quade.p, say)))
        else:
            rows.append((label, number(value.value, say), _between(value, say), chance(value.p, say)))
    test = say.plain("evaluation.result.f", df=analysis.test.df2)
    rows.append((test, number(analysis.test.f, say), None, chance(analysis.test.p, say)))
    rows.append((say.plain("evaluation.result.eta"), number(analysis.partial_eta_squared, say, 3), None, None))
    for arm, mean in ((found.programme, analysis.programme), (found.comparison, analysis.comparison)):
        label = say.plain("evaluation.result.adjusted", arm=arm.name, at=number(analysis.at, say))
        rows.append((label, number(mean.value, say), _between(mean, say), None))
    rows += _size_rows(found, say)
    columns = tuple(say.plain(f"evaluation.result.{name}") for name in ("what", "value", "interval", "p"))
    notes = (say.plain("evaluation.result.read"), say.plain("evaluation.result.d_note"))
    return Table(say.plain("evaluation.result.title"), columns, tuple(rows), notes)


def _size_rows(found: Evaluation, say: Texts) -> list[tuple[Cell, ...]]:
    if found.sizes is None:
        return []
    sized = [("g", found.sizes.g), ("g_adjusted", found.sizes.adjusted)]
    return [
        (say.plain("evaluation.result.d"), number(found.sizes.d, say), None, None),
        *((say.plain(f"evaluation.result.{name}"), number(one.value, say), _between(one, say), None)
          for name, one in sized),
    ]  # fmt: skip


def start_table(found: Evaluation, say: Texts) -> Table:
    """The difference at several scores before; without rows where one difference stands for all."""
    rows = [
        (number(at, say), number(one.value, say), _between(one, say), chance(one.p, say))
        for at, one in sorted(found.by_start)
    ]
    names = ("start.at", "start.difference", "result.interval", "result.p")
    columns = tuple(say.plain(f"evaluation.{name}") for name in names)
    return Table(say.plain("evaluation.start.title"), columns, tuple(rows), (say.plain("evaluation.start.note"),))


def checks_table(found: Evaluation, say: Texts) -> Table:
    """Every assumption with its test and what came of it."""
    rows = []
    for check in found.checks:
        verdict = say.plain("evaluation.check.holds" if check.holds else "evaluation.check.fails")
        name = say.plain(f"evaluation.check.{check.name}")
        rows.append((name, statistic(check, say), chance(check.p, say), verdict))
    names = ("check.what", "check.statistic", "result.p", "check.verdict")
    columns = tuple(say.plain(f"evaluation.{name}") for name in names)
    notes = (say.plain("evaluation.check.note"), say.plain("evaluation.check.bartlett_note"))
    return Table(say.plain("evaluation.check.title"), columns, tuple(rows), notes)


def tables(found: Evaluation, say: Texts) -> list[Table]:
    """All that have rows, in the order in which they are read."""
    made = [table(found, say) for table in (arms_table, results_table, start_table, checks_table)]
    return [table for table in made if table.rows]


def sections(found: Evaluation, say: Texts) -> list[tuple[str, list[str]]]:
    """The sentences under their headings: what can be said, who is compared, what cannot be said."""
    parts = {"reading": reading(found, say), "attrition": attrition(found, say), "limits": limits(found, say)}
    return [(say.plain(f"evaluation.page.{name}"), lines) for name, lines in parts.items()]


def terminal(found: Evaluation, say: Texts) -> str:
    """All of it for a terminal."""
    parts = [say.plain("evaluation.title")]
    for title, lines in sections(found, say):
        parts += [title.upper(), "\n".join(_filled(line) for line in lines)]
    for table in tables(found, say):
        notes = "\n".join(_filled(note) for note in table.notes)
        parts += [table.title.upper(), as_text(table, WIDTH), notes]
    return "\n\n".join(parts)


def _filled(line: str) -> str:
    return textwrap.fill(line, WIDTH, break_on_hyphens=False)


def _between(one: Estimate | Effect, say: Texts) -> str:
    return f"{number(one.low, say)} – {number(one.high, say)}"


def _or_dash(value: float | None, say: Texts, digits: int = 2) -> str:
    return "–" if value is None else number(value, say, digits)


def plain(found: Evaluation) -> dict[str, Any]:
    """The figures as one JSON object, unrounded; null where there is none."""
    analysis = found.ancova
    return {
        "groups": {name: _arm(getattr(found, name)) for name in ("programme", "comparison")},
        "ancova": {
            **analysis.test._asdict(), "partial_eta_squared": analysis.partial_eta_squared,
            "difference": analysis.difference._asdict(), "slope": analysis.slope._asdict(), "at": analysis.at,
            "adjusted": {"programme": analysis.programme._asdict(), "comparison": analysis.comparison._asdict()},
        },
        "assumptions": {check.name: {**check._asdict(), "holds": check.holds} for check in found.checks},
        "hc3": found.hc3._asdict(), "quade": found.quade._asdict(),
        "schools": {
            "difference": found.clustered.difference._asdict(), "programme": found.clustered.schools_programme,
            "comparison": found.clustered.schools_comparison, "in_both": found.clustered.in_both,
            "alike": found.clustered.alike, "enough": found.clustered.enough,
        } if found.clustered else None,
        "by_score_before": [{"at": at, **one._asdict()} for at, one in found.by_start],
        "effect": {
            "cohens_d": found.sizes.d, "hedges_g": found.sizes.g._asdict(),
            "hedges_g_adjusted": found.sizes.adjusted._asdict(), "hedges_g_before": found.sizes.before,
        } if found.sizes else None,
        "reading": {
            "method": found.reading.method, "difference": found.reading.difference._asdict(), "p": found.reading.p,
        },
        "drawn_by_lot": found.study.drawn,
    }  # fmt: skip


def _arm(arm: Any) -> dict[str, Any]:
    lost, gained = arm.loss, arm.gain
    return {
        "name": arm.name, "listed": lost.listed, "compared": arm.n, "without_before": lost.without_before,
        "without_after": lost.without_after, "lost_share": lost.share, "before_of_lost": lost.before_left,
        "before": {"mean": arm.before[0], "sd": arm.before[1]}, "after": {"mean": arm.after[0], "sd": arm.after[1]},
        "points": gained.points, "percent": gained.percent, "gain_of_means": gained.of_means,
        "gain_of_people": gained.of_people, "at_the_top_before": gained.full,
    }  # fmt: skip
