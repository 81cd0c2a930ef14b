"""What a study may say and what it may not, in sentences for whoever decides about training."""

from collections.abc import Iterator

from content.texts import Texts
from reports.evaluation.clusters import LEAST_DF
from reports.evaluation.figures import Arm, Evaluation
from reports.evaluation.numbers import chance, number
from reports.evaluation.values import Check

SMALL = 15
"""People per group below which a result is called easily changed."""
NEAR, FAR = 0.05, 0.25
"""Standard deviations between the groups at the beginning: what needs adjusting, and what adjusting cannot mend.

What Works Clearinghouse, Standards Handbook 4.1 (2020), on baseline equivalence.
"""
UNEVEN = 0.05
"""Difference of the parts that are missing, from which it is mentioned."""


def reading(found: Evaluation, say: Texts) -> list[str]:
    """What can be said: the difference, which assumptions held, what was done where they did not, and its size."""
    said = [_difference(found, say)]
    if found.reading.method == "quade":
        said.append(say.plain("evaluation.say.by_ranks"))
    said += [*_assumptions(found, say), *_schools(found, say)]
    if found.sizes is not None:
        g = found.sizes.adjusted
        low, high = number(g.low, say), number(g.high, say)
        said.append(say.plain("evaluation.say.size", g=number(g.value, say), low=low, high=high))
    return said


def attrition(found: Evaluation, say: Texts) -> list[str]:
    """Who is compared, and whether those who are not were like them."""
    said = [line for arm in (found.programme, found.comparison) for line in _loss(arm, say)]
    apart = abs(found.programme.loss.share - found.comparison.loss.share)
    if apart >= UNEVEN:
        said.append(say.plain("evaluation.say.uneven_loss", points=number(100 * apart, say, 0)))
    return said


def limits(found: Evaluation, say: Texts) -> list[str]:
    """What cannot be said: no cause without a lot, and what the groups were before."""
    said = [say.plain("evaluation.say.drawn" if found.study.drawn else "evaluation.say.no_cause")]
    if found.sizes is not None:
        apart = abs(found.sizes.before)
        key = "alike" if apart <= NEAR else "apart" if apart <= FAR else "far"
        said.append(say.plain(f"evaluation.say.{key}", value=number(apart, say)))
    if min(found.programme.n, found.comparison.n) < SMALL:
        said.append(say.plain("evaluation.say.small", least=SMALL))
    return said


def _difference(found: Evaluation, say: Texts) -> str:
    read = found.reading
    key = "unclear" if not read.differs else "higher" if read.difference.value > 0 else "lower"
    return say.plain(
        f"evaluation.say.{key}", programme=found.programme.name, comparison=found.comparison.name,
        value=number(read.difference.value, say), size=number(abs(read.difference.value), say),
        low=number(read.difference.low, say), high=number(read.difference.high, say), p=chance(read.p, say),
    )  # fmt: skip


def _assumptions(found: Evaluation, say: Texts) -> Iterator[str]:
    failed = {check.name: check for check in found.failed}
    if not failed:
        yield say.plain("evaluation.say.all_hold")
    if "slopes" in failed:
        one = failed["slopes"]
        yield say.plain("evaluation.say.slopes", value=number(one.statistic, say), df=one.df2, p=chance(one.p, say))
    if failed.keys() & {"brown_forsythe", "bartlett"} and not ("brown_forsythe" not in failed and "shape" in failed):
        key = "unequal_other" if found.reading.method == "cr2" else "variances"
        both = {check.name: chance(check.p, say) for check in found.checks}
        yield say.plain(
            f"evaluation.say.{key}", brown_forsythe=both.get("brown_forsythe", "–"), bartlett=both.get("bartlett", "–")
        )
    if "shape" in failed:
        key = "shape" if found.reading.method == "quade" else "shape_other"
        one = failed["shape"]
        yield say.plain(f"evaluation.say.{key}", value=number(one.statistic, say, 3), p=chance(one.p, say))


def _schools(found: Evaluation, say: Texts) -> Iterator[str]:
    if (by := found.clustered) is not None:
        yield say.plain(
            "evaluation.say.schools", programme=by.schools_programme, comparison=by.schools_comparison,
            alike=number(by.alike, say), df=number(by.difference.df, say, 1),
        )  # fmt: skip
        if not by.enough:
            yield say.plain("evaluation.say.few_schools", least=LEAST_DF)
    elif found.schools != "several":
        yield say.plain(f"evaluation.say.{found.schools}")


def _loss(arm: Arm, say: Texts) -> Iterator[str]:
    lost = arm.loss
    if lost.compared == lost.listed:
        yield say.plain("evaluation.say.whole", arm=arm.name, listed=lost.listed)
        return
    yield say.plain(
        "evaluation.say.loss", arm=arm.name, listed=lost.listed, compared=lost.compared,
        share=number(100 * lost.share, say, 0), without_before=lost.without_before, without_after=lost.without_after,
    )  # fmt: skip
    if lost.before_left is not None and lost.before_stayed is not None:
        left, stayed = number(lost.before_left, say), number(lost.before_stayed, say)
        yield say.plain("evaluation.say.left", arm=arm.name, left=left, stayed=stayed)


def statistic(check: Check, say: Texts) -> str:
    """F(1, 117) = 0,08, K²(1) = 0,87 or W = 0,994."""
    if check.name == "shape":
        return f"W = {number(check.statistic, say, 3)}"
    if check.df2 is None:
        return f"K²({check.df1}) = {number(check.statistic, say)}"
    return f"F({check.df1}, {check.df2}) = {number(check.statistic, say)}"
