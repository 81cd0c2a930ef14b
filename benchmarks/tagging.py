"""How well the tagger reads: `python -m benchmarks.tagging [CODED.jsonl]` makes every table of docs/tagging.md.

Groups are left out a few at a time and tagged by a model of all others; the unseen conversations are tagged by the
model as it stands. Where a file is named, the tags of the groups left out are written to it, for `sejawat agreement`.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from benchmarks import tagging_exports
from community.tagging import FOUR, LABELS, standard, tag_by_rules
from community.tagging.agreement import Agreement, agreement
from community.tagging.left_out import Answer, counted_of, doubts_of, left_out, told
from community.tagging.messages import Groups, Message, read_messages
from community.tagging.model import Doubts
from community.tagging.training import examples, train
from reports.shares import from_tags

DATA = Path(__file__).parents[1] / "tests" / "data"
BUILT_ON = [DATA / "conversations.jsonl", DATA / "more_conversations.jsonl"]
UNSEEN = DATA / "unseen_conversations.jsonl"
PARTS = 15
"""The groups are left out in so many parts, each part by a training of its own."""

DRAWN = 1000
"""Groups are drawn anew so often for an interval."""

SEED = 20261128

Coded = list[tuple[Message, str]]
"""Messages with the label they were given."""


def main(out: Path | None) -> None:
    """Measure everything once; about a quarter of an hour."""
    built = [message for file in BUILT_ON for message in read_messages(file)]
    unseen = list(read_messages(UNSEEN))
    joined = _progress("rules and model", left_out(examples(built), PARTS))
    alone = _progress("model alone", left_out(examples(built, with_rules=False), PARTS))
    if out:
        out.write_text("".join(_line(one) for one in joined), encoding="utf-8")
    words_only = train(examples(built, with_rules=False))
    parts = {
        "groups left out": (built, {
            "rules alone": _by_rules(built), "model alone": _coded(alone), "rules and model": _coded(joined),
        }),
        "unseen": (unseen, {
            "rules alone": _by_rules(unseen), "model alone": _coded(list(told(unseen, words_only))),
            "rules and model": _coded(list(told(unseen, standard()))),
        }),
    }  # fmt: skip
    for name, (_, systems) in parts.items():
        print(f"\n## {name}\n")
        print("\n".join(_systems(systems)))
        whole = systems["rules and model"]
        for title, lines in (("by group", _by(whole, "group")), ("by kind", _by(whole, "kind"))):
            print(f"\n### {title}\n")
            print("\n".join(lines))
        print("\n### confusion\n")
        print("\n".join(_confusion(agreement(_pairs(whole)))))
    print("\n## shares\n")
    print("\n".join(_shares("groups left out", joined, _doubts_without)))
    print("\n".join(_shares("unseen", list(told(unseen, standard())), _doubts_of_old)[2:]))
    print("\n## as WhatsApp gives it\n")
    print("\n".join(tagging_exports.lines()))


def _progress(name: str, answers: Iterator[Answer]) -> list[Answer]:
    print(f"{name} …", file=sys.stderr)
    return list(answers)


def _line(one: Answer) -> str:
    kept = one.message | {"label": one.tagged.label, "secondary": one.tagged.secondary}
    return json.dumps(kept | {"confidence": one.tagged.confidence}, ensure_ascii=False) + "\n"


def _by_rules(messages: Sequence[Message]) -> Coded:
    groups = Groups(tag_by_rules)
    return [(message, groups.tag(message).label) for message in messages]


def _coded(answers: Sequence[Answer]) -> Coded:
    return [(one.message, one.tagged.label) for one in answers]


def _pairs(coded: Coded) -> list[tuple[str, str]]:
    return [(str(message["label"]), label) for message, label in coded]


def _grouped(coded: Coded, field: str) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for one in coded:
        found.setdefault(str(one[0].get(field)), []).append(one)
    return found


def _systems(systems: dict[str, Coded]) -> Iterator[str]:
    yield "| | macro-F1 | 95 % | alpha | 95 % |"
    yield "|---|---|---|---|---|"
    for name, coded in systems.items():
        found, groups = agreement(_pairs(coded)), list(_grouped(coded, "group").values())
        drawn, chance = [], random.Random(SEED)
        for _ in range(DRAWN):
            again = [one for group in chance.choices(groups, k=len(groups)) for one in group]
            drawn.append(_two(agreement(_pairs(again))))
        f1, alpha = (sorted(values) for values in zip(*drawn, strict=True))
        low, high = round(0.025 * DRAWN), round(0.975 * DRAWN) - 1
        ours = _two(found)
        yield (
            f"| {name} | {ours[0]:.3f} | {f1[low]:.3f} to {f1[high]:.3f} "
            f"| {ours[1]:.3f} | {alpha[low]:.3f} to {alpha[high]:.3f} |"
        )


def _two(found: Agreement) -> tuple[float, float]:
    return found.macro_f1, found.alpha or 0.0


def _by(coded: Coded, field: str) -> Iterator[str]:
    yield f"| {field} | messages | macro-F1 | alpha |"
    yield "|---|---|---|---|"
    for name, part in sorted(_grouped(coded, field).items()):
        found = agreement(_pairs(part))
        alpha = "–" if found.alpha is None else f"{found.alpha:.2f}"
        yield f"| {name} | {found.messages} | {found.macro_f1:.2f} | {alpha} |"


def _confusion(found: Agreement) -> Iterator[str]:
    yield f"| coder \\ tagger | {' | '.join(LABELS)} | F1 |"
    yield "|---" * (len(LABELS) + 2) + "|"
    for label, row in found.confusion.items():
        yield f"| {label} | {' | '.join(str(row[one]) for one in LABELS)} | {found.f1[label]:.2f} |"


def _doubts_without(answers: Sequence[Answer], group: str) -> Doubts:
    """What the mistakes in all other groups say, so that no group is corrected by its own."""
    return doubts_of([one for one in answers if str(one.message.get("group")) != group])


def _doubts_of_old(_: Sequence[Answer], __: str) -> Doubts:
    """The stored doubts; the stored model's probabilities are warmed already."""
    return replace(standard().doubts, warmth=1.0)


def _shares(name: str, answers: Sequence[Answer], doubts_for: Callable[[Sequence[Answer], str], Doubts]) -> list[str]:
    groups: dict[str, list[Answer]] = {}
    for one in answers:
        groups.setdefault(str(one.message.get("group")), []).append(one)
    counted, corrected, within, cases = [], [], 0, 0
    for group, members in groups.items():
        doubts = doubts_for(answers, group)
        gold = _four([str(one.message["label"]) for one in members])
        raw = _four([one.tagged.label for one in members])
        found = from_tags(counted_of(members, doubts.warmth), doubts).of_four
        counted.append(mean(abs(raw[label] - gold[label]) for label in FOUR))
        corrected.append(mean(abs((one.value or 0) - gold[one.label]) for one in found))
        within += sum((one.low or 0) <= gold[one.label] <= (one.high or 0) for one in found)
        cases += len(found)
    doubts = doubts_for(answers, "")
    pooled = from_tags(counted_of(answers, doubts.warmth), doubts).of_four
    gold = _four([str(one.message["label"]) for one in answers])
    off = mean(abs((one.value or 0) - gold[one.label]) for one in pooled)
    return [
        "| | groups | as counted, mean error | corrected, mean error | all pooled | within the 95 % interval |",
        "|---|---|---|---|---|---|",
        f"| {name} | {len(groups)} | {100 * mean(counted):.1f} | {100 * mean(corrected):.1f} | {100 * off:.1f} "
        f"| {within} of {cases} ({within / cases:.0%}) |",
    ]


def _four(labels: Sequence[str]) -> dict[str, float]:
    total = sum(label in FOUR for label in labels) or 1
    return {label: labels.count(label) / total for label in FOUR}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
