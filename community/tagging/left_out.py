"""How the tagger does on groups it has not seen: each group is tagged by a model of all the others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import log
from typing import NamedTuple

from community.tagging.messages import Groups, Message
from community.tagging.model import Doubts, Model
from community.tagging.quantify import corrected, step
from community.tagging.talk import CERTAIN, Weighed, tag, weigh
from community.tagging.training import Example, train
from community.tagging.values import LABELS, Tag

WARMTHS = [0.6 + 0.05 * step for step in range(29)]


class Answer(NamedTuple):
    """One labelled message and what was said of it by a model that had not seen its group."""

    message: Message
    tagged: Tag
    chances: tuple[float, ...]


def left_out(found: Sequence[Example], parts: int | None = None) -> Iterator[Answer]:
    """Every message tagged by a model that was trained without its group, in the order of the messages.

    Groups are left out one by one, or in so many parts: fewer trainings, a little less to learn from.
    """
    answers: dict[str, Answer] = {}
    for model, unseen in without(found, parts):
        answers |= {str(one.message["id"]): one for one in told(unseen, model)}
    return iter([answers[str(one.message["id"])] for one in found])


def without(found: Sequence[Example], parts: int | None = None) -> Iterator[tuple[Model, list[Message]]]:
    """For each part of the groups a model that was trained without it, and its messages."""
    groups = list(dict.fromkeys(_group(one) for one in found))
    part = {group: place % (parts or len(groups)) for place, group in enumerate(groups)}
    for number in sorted(set(part.values())):
        model = train([one for one in found if part[_group(one)] != number])
        yield model, [one.message for one in found if part[_group(one)] == number]


def told(messages: Sequence[Message], model: Model) -> Iterator[Answer]:
    """What a model says of these messages, each in the thread of its own earlier answers."""
    groups = Groups(partial(tag, model=model))
    for message in messages:
        said = groups.said(message)
        yield Answer(message, groups.tag(message), certain(weigh(said, model)))


def certain(found: Weighed) -> tuple[float, ...]:
    """The probabilities of a message; what the rules know by its sender is certain."""
    if found.verdict.reason not in CERTAIN:
        return found.chances
    return tuple(float(label == found.verdict.label) for label in LABELS)


def _group(one: Example) -> str:
    return str(one.message.get("group"))


def doubts_of(answers: Sequence[Answer]) -> Doubts:
    """What the mistakes on groups left out say of the mistakes to expect."""
    warmth = min(WARMTHS, key=lambda one: _surprise(answers, one))
    gold = [str(one.message["label"]) for one in answers]
    pairs = [(label, one.tagged.label) for label, one in zip(gold, answers, strict=True)]
    first = Doubts(
        warmth=warmth,
        usual=tuple(gold.count(label) / len(gold) for label in LABELS),
        mistaken=tuple(_mistaken(answers, warmth, label) for label in LABELS),
        moved=tuple(sum((label in pair) and pair[0] != pair[1] for pair in pairs) / len(pairs) for label in LABELS),
        drift=(0.0,) * len(LABELS),
    )
    return replace(first, drift=_drift(answers, first))


def warmed(chances: Sequence[float], warmth: float) -> list[float]:
    """Probabilities of a model with warmth 1 as they are with another."""
    cooled = [max(one, 1e-12) ** (1 / warmth) for one in chances]
    return [one / sum(cooled) for one in cooled]


def _surprise(answers: Sequence[Answer], warmth: float) -> float:
    return -sum(log(warmed(one.chances, warmth)[LABELS.index(one.message["label"])]) for one in answers)


def _mistaken(answers: Sequence[Answer], warmth: float, label: str) -> tuple[float, ...]:
    """Where the probability lies that the told label does not have; every other label keeps a little of it."""
    place = LABELS.index(label)
    rest = [0.01 * (other != place) for other in range(len(LABELS))]
    for one in answers:
        if one.tagged.label == label:
            chances = warmed(one.chances, warmth)
            rest = [total + chances[other] * (other != place) for other, total in enumerate(rest)]
    return tuple(one / sum(rest) for one in rest)


def _drift(answers: Sequence[Answer], doubts: Doubts) -> tuple[float, ...]:
    """How far whole groups were off after the correction, beyond what their single mistakes explain."""
    groups: dict[str, list[Answer]] = {}
    for one in answers:
        groups.setdefault(str(one.message.get("group")), []).append(one)
    beyond = [0.0] * len(LABELS)
    for members in groups.values():
        found = corrected(counted_of(members, doubts.warmth), doubts)
        for place, label in enumerate(LABELS):
            off = found.shares[label] - sum(one.message["label"] == label for one in members) / len(members)
            beyond[place] += off**2 - found.spread[label] ** 2
    return tuple(max(0.0, one / len(groups)) ** 0.5 for one in beyond)


def counted_of(answers: Sequence[Answer], warmth: float) -> Counter[tuple[str, int]]:
    """The tags as they are counted for shares, with the confidence they have at this warmth."""
    return Counter(
        (
            one.tagged.label,
            step(warmed(one.chances, warmth)[LABELS.index(one.tagged.label)] if max(one.chances) < 1 else 1),
        )
        for one in answers
    )
