"""Measures each rule on labelled messages and writes `content/tags/confidence.toml`."""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from community.tagging.messages import Groups, read_messages

WEIGHT = 4
"""How many messages the doubt weighs that a rule starts with; rare rules stay near the prior."""


class Answer(NamedTuple):
    """What one rule said of one labelled message, and whether the coder agreed."""

    group: str
    rule: str
    right: bool


def answers(gold: Path) -> list[Answer]:
    """The tagger's answer to every message of a labelled file. Raises `BadFile`."""
    groups = Groups()
    found = []
    for message in read_messages(gold):
        tagged = groups.tag(message)
        right = tagged.label == message.get("label")
        found.append(Answer(str(message.get("group")), tagged.reason.removeprefix("tagging."), right))
    return found


def prior(found: Sequence[Answer]) -> float:
    """The agreement in the group where the tagger does worst: what to expect of a rule never seen before."""
    groups = {answer.group for answer in found}
    return min(_share(a.right for a in found if a.group == group) for group in groups)


def confidences(found: Sequence[Answer]) -> dict[str, float]:
    """Each rule's agreement with the coder, drawn towards the prior the less often the rule answered."""
    start = prior(found)
    seen, right = Counter(a.rule for a in found), Counter(a.rule for a in found if a.right)
    return {rule: round((right[rule] + WEIGHT * start) / (n + WEIGHT), 2) for rule, n in sorted(seen.items())}


def held_out(found: Sequence[Answer]) -> dict[str, float]:
    """How well confidences from all other groups fit each group left out.

    `brier` is the mean squared distance between confidence and outcome, `brier_without` the same for one
    constant confidence; `gap` is the mean distance of confidence and agreement over four equal parts.
    """
    told: list[tuple[float, bool]] = []
    flat: list[tuple[float, bool]] = []
    for group in sorted({a.group for a in found}):
        others = [a for a in found if a.group != group]
        known, start, mean = confidences(others), prior(others), _share(a.right for a in others)
        told += [(known.get(a.rule, start), a.right) for a in found if a.group == group]
        flat += [(mean, a.right) for a in found if a.group == group]
    return {"brier": _brier(told), "brier_without": _brier(flat), "gap": _gap(told)}


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.5


def _brier(told: list[tuple[float, bool]]) -> float:
    return round(sum((p - right) ** 2 for p, right in told) / len(told), 4)


def _gap(told: list[tuple[float, bool]]) -> float:
    ordered, quarter = sorted(told), max(1, len(told) // 4)
    parts = [ordered[at : at + quarter] for at in range(0, len(ordered), quarter)]
    apart = [abs(sum(p for p, _ in part) - sum(r for _, r in part)) for part in parts]
    return round(sum(apart) / len(told), 4)


def as_toml(found: Sequence[Answer]) -> str:
    """The content file: what each rule was right about, how often it answered, and its confidence."""
    seen, right = Counter(a.rule for a in found), Counter(a.rule for a in found if a.right)
    lines = [
        "# Written by `python -m community.tagging.calibration`; see docs/tagging.md. Do not edit by hand.",
        f"prior = {prior(found):.4f}",
        "",
        "[held_out]",
        *(f"{name} = {value}" for name, value in held_out(found).items()),
        "",
        "[rules]",
        *(
            f"{rule} = {{ confidence = {value}, right = {right[rule]}, seen = {seen[rule]} }}"
            for rule, value in confidences(found).items()
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_toml(answers(Path(sys.argv[1]))))
