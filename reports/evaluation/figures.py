"""All figures of one study, gathered in one value, and which of them is to be read."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from reports.evaluation import clusters, robust
from reports.evaluation.ancova import Ancova, Sample, ancova
from reports.evaluation.assumptions import checks
from reports.evaluation.attrition import Loss, loss
from reports.evaluation.clusters import Clustered
from reports.evaluation.effects import Gain, Sizes, gain, sizes
from reports.evaluation.linear import Fit, Numbers
from reports.evaluation.values import ALPHA, LEAST, CannotEvaluate, Check, Estimate, FTest, Study

Method = Literal["ancova", "hc3", "quade", "cr2"]
Schools = Literal["several", "no_schools", "one_school", "one_school_arm"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One group: its name, its losses, and of those compared the means with their standard deviations."""

    name: str
    loss: Loss
    n: int
    before: tuple[float, float]
    after: tuple[float, float]
    gain: Gain


@dataclass(frozen=True, slots=True)
class Reading:
    """The figure to be read: how it was won, the difference in points at the mean score before, and its p.

    With Quade's ranks the p is that of the ranks; the difference and its interval are those of HC3.
    """

    method: Method
    difference: Estimate
    p: float

    @property
    def differs(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that is said of a study. ``by_start``: differences at several scores before, if slopes differ."""

    study: Study
    programme: Arm
    comparison: Arm
    ancova: Ancova
    checks: tuple[Check, ...]
    hc3: Estimate
    quade: FTest
    by_start: tuple[tuple[float, Estimate], ...]
    sizes: Sizes | None
    clustered: Clustered | None
    schools: Schools
    reading: Reading

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.holds)


def evaluate(study: Study) -> Evaluation:
    """The figures of a study. Raises CannotEvaluate where its scores carry none, NeedsResearch without SciPy."""
    sample = _sample(study)
    analysis = ancova(sample)
    found = tuple(checks(sample, analysis))
    parallel = all(check.holds for check in found if check.name == "slopes")
    model, points = (analysis.model, [(0.0, np.array([0.0, 0.0, 1.0]))]) if parallel else robust.by_start(sample)
    weights = points[0][1]
    hc3, ranked = robust.hc3(model, weights), robust.quade(sample)
    schools = _schools(sample)
    clustered = _clustered(sample, analysis, model, weights) if schools == "several" else None
    read = _reading(analysis, found, hc3, ranked, clustered)
    return Evaluation(
        study, _arm(study, study.programme, sample, 1), _arm(study, study.comparison, sample, 0), analysis, found,
        hc3, ranked, () if parallel else tuple((at, _at(sample, clustered, model, one)) for at, one in points),
        sizes(sample, read.difference), clustered, schools, read,
    )  # fmt: skip


def _sample(study: Study) -> Sample:
    rows = [one for one in study.scores if one.complete]
    for name in (study.programme, study.comparison):
        if (n := sum(one.arm == name for one in rows)) < LEAST:
            raise CannotEvaluate("evaluation.cannot.few", arm=name, n=n, least=LEAST)
    return Sample(
        np.array([one.before for one in rows], dtype=np.float64),
        np.array([one.after for one in rows], dtype=np.float64),
        np.array([float(one.arm == study.programme) for one in rows]),
        tuple(one.school for one in rows),
    )


def _arm(study: Study, name: str, sample: Sample, which: int) -> Arm:
    before, after = sample.of(sample.before, which), sample.of(sample.after, which)
    everybody = [one for one in study.scores if one.arm == name]
    return Arm(name, loss(everybody), len(before), _moments(before), _moments(after), gain(before, after, study.high))


def _moments(values: Numbers) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1))


def _schools(sample: Sample) -> Schools:
    """Whether the likeness of teachers of one school can be counted: for that, each group has several schools."""
    if not all(sample.schools):
        return "no_schools"
    one, other, both = clusters.in_each(sample.schools, sample.arm)
    if min(one, other) > 1:
        return "several"
    return "one_school" if one == other and not both else "one_school_arm"


def _clustered(sample: Sample, analysis: Ancova, model: Fit, weights: Numbers) -> Clustered:
    close = clusters.alike(analysis.model.residuals, sample.schools, sample.arm)
    one, other, both = clusters.in_each(sample.schools, sample.arm)
    return Clustered(clusters.cr2(model, sample.schools, weights), one, other, both, close)


def _at(sample: Sample, clustered: Clustered | None, model: Fit, weights: Numbers) -> Estimate:
    return clusters.cr2(model, sample.schools, weights) if clustered else robust.hc3(model, weights)


def _reading(
    analysis: Ancova, found: tuple[Check, ...], hc3: Estimate, ranked: FTest, clustered: Clustered | None
) -> Reading:
    """The rule, the same for every study: schools first, then unequal slopes or variances, then the shape.

    CR2 needs none of the others. Bartlett's word counts only where the shape holds, which it takes for granted. Where
    slopes or variances differ the ranks would be misled, so HC3 comes before them; where the shape alone is odd the
    ranks test, and HC3 says in points how much.
    """
    failed = {check.name for check in found if not check.holds}
    if clustered is not None:
        return Reading("cr2", clustered.difference, clustered.difference.p)
    if failed & {"slopes", "brown_forsythe"} or ("bartlett" in failed and "shape" not in failed):
        return Reading("hc3", hc3, hc3.p)
    if "shape" in failed:
        return Reading("quade", hc3, ranked.p)
    return Reading("ancova", analysis.difference, analysis.test.p)
