"""How far two coders agree: Krippendorff's alpha, Cohen's kappa, F1, confusion and the error of the shares."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from community.tagging.values import FOUR, LABELS

Pair = tuple[str, str]
"""A gold label and the coded label of the same message."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of one comparison; `None` where a figure is not defined (one label only, or no message)."""

    messages: int
    alpha: float | None
    kappa: float | None
    macro_f1: float
    f1: dict[str, float]
    confusion: dict[str, dict[str, int]]
    shares: dict[str, dict[str, dict[str, float]]]
    share_error: dict[str, float]


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """Everything about how two coders agree on the same messages, gold first."""
    confusion = _confusion(pairs)
    f1 = {label: _f1(confusion, label) for label in LABELS}
    used = [f1[label] for label in LABELS if any(label in pair for pair in pairs)]
    shares = {"of_four": _shares(confusion, FOUR), "of_all": _shares(confusion, LABELS)}
    return Agreement(
        messages=len(pairs),
        alpha=alpha(pairs),
        kappa=kappa(pairs),
        macro_f1=sum(used) / len(used) if used else 0.0,
        f1=f1,
        confusion=confusion,
        shares=shares,
        share_error={
            name: sum(abs(s["coded"] - s["gold"]) for s in of.values()) / len(of) for name, of in shares.items()
        },
    )


def alpha(pairs: Sequence[Pair]) -> float | None:
    """Krippendorff's alpha for nominal data, two coders, no missing value (Krippendorff 2011, section A).

    1 minus observed disagreement over the disagreement expected when all 2n values are shuffled.
    """
    values = Counter(label for pair in pairs for label in pair)
    total = sum(values.values())
    expected = total * total - sum(n * n for n in values.values())
    if not expected:
        return None
    differing = sum(1 for gold, coded in pairs if gold != coded)
    return 1 - (total - 1) * 2 * differing / expected


def kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa: agreement beyond what each coder's own shares would give (Cohen 1960)."""
    if not pairs:
        return None
    gold, coded = Counter(g for g, _ in pairs), Counter(c for _, c in pairs)
    observed = sum(1 for g, c in pairs if g == c) / len(pairs)
    chance = sum(gold[label] * coded[label] for label in gold) / len(pairs) ** 2
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _confusion(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    counted = Counter(pairs)
    return {gold: {coded: counted[gold, coded] for coded in LABELS} for gold in LABELS}


def _f1(confusion: dict[str, dict[str, int]], label: str) -> float:
    """Harmonic mean of precision and recall; 0 where the label was never right."""
    right = confusion[label][label]
    gold, coded = sum(confusion[label].values()), sum(row[label] for row in confusion.values())
    return 2 * right / (gold + coded) if right else 0.0


def _shares(confusion: dict[str, dict[str, int]], labels: Sequence[str]) -> dict[str, dict[str, float]]:
    gold = {label: sum(confusion[label].values()) for label in labels}
    coded = {label: sum(row[label] for row in confusion.values()) for label in labels}
    all_gold, all_coded = sum(gold.values()) or 1, sum(coded.values()) or 1
    return {label: {"gold": gold[label] / all_gold, "coded": coded[label] / all_coded} for label in labels}
