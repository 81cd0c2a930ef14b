"""What answers come to, as values: scales with mean and spread, how answers are spread, what was ranked first.

A response is what one person answered, by item: a level from 1 up, an option's id, several of them, a number or words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, stdev
from typing import Any

from content.instruments import Instrument, Item

ENOUGH = 5
"""Answers of an anonymous survey below which nothing of it is shown."""

Response = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scale:
    """A sub-scale, or the whole where there are none (``id`` empty): mean and SD on the scale's own levels (1 up).

    ``n`` people answered at least two thirds of its items; ``sd`` is None of fewer than two.
    """

    id: str
    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How the ``n`` answers to one item fall on its levels or options, in their order.

    Of a ranked item ``places`` are the mean places of the options, 1 for first, by those who ranked them. ``yes`` of
    the ``n`` gave an answer that counts as one; None where the item has none.
    """

    item: Item
    counts: tuple[int, ...]
    n: int
    places: tuple[float | None, ...] = ()
    yes: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that was asked for."""

    item: Item
    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that may be shown. ``answered`` of ``asked`` people gave at least one answer.

    ``enough`` is False where an anonymous survey has too few: then nothing else is told. ``words`` are in the order of
    the alphabet, so that they do not tell who came first.
    """

    asked: int
    answered: int
    enough: bool
    scales: tuple[Scale, ...] = ()
    spreads: tuple[Spread, ...] = ()
    amounts: tuple[Amount, ...] = ()
    words: tuple[tuple[Item, tuple[str, ...]], ...] = ()
    right: Scale | None = None


def level(item: Item, answer: int, levels: int) -> int:
    """A level as it counts: of a reversed item the other way round."""
    return levels + 1 - answer if item.reversed else answer


def score(instrument: Instrument, items: Sequence[Item], response: Response) -> float | None:
    """The mean of one person's answers to these items, None where fewer than two thirds of them are answered."""
    found = [level(one, response[one.id], len(instrument.scale)) for one in items if one.id in response]
    return fmean(found) if items and len(found) >= ceil(2 * len(items) / 3) else None


def share_right(instrument: Instrument, response: Response) -> float | None:
    """The share (0..1) of right answers of a test; what was passed over counts as not known, nothing at all as None."""
    tested = instrument.rights
    if not any(one.id in response for one in tested):
        return None
    return len([one for one in tested if response.get(one.id) == one.right]) / len(tested)


def of_person(instrument: Instrument, response: Response) -> dict[str, float]:
    """One person's scores by sub-scale ("" of the whole), and under "right" the share of right answers."""
    found = {name: score(instrument, items, response) for name, items in _scales(instrument)}
    found["right"] = share_right(instrument, response) if instrument.rights else None
    return {name: value for name, value in found.items() if value is not None}


def _scales(instrument: Instrument) -> Iterable[tuple[str, Sequence[Item]]]:
    if instrument.subscales:
        return [(one.id, instrument.of(one.id)) for one in instrument.subscales]
    rated = [one for one in instrument.items if one.kind == "likert"]
    return [("", rated)] if rated else []


def figures(instrument: Instrument, responses: Sequence[Response], asked: int, *, anonymous: bool) -> Figures:
    """What the answers come to; of an anonymous survey nothing below ENOUGH answers, item by item too."""
    given = [one for one in responses if one]
    least = ENOUGH if anonymous else 1
    if len(given) < least:
        return Figures(max(asked, len(given)), len(given), False)
    each = [of_person(instrument, one) for one in given]
    names = [name for name, _ in _scales(instrument)]
    return Figures(
        asked=max(asked, len(given)), answered=len(given), enough=True,
        scales=tuple(_scale(name, each) for name in names if _n(name, each) >= least),
        spreads=tuple(one for one in _spreads(instrument, given) if one.n >= least),
        amounts=tuple(one for one in _amounts(instrument, given) if one.n >= least),
        words=tuple((one, said) for one, said in _words(instrument, given) if len(said) >= least),
        right=_scale("right", each) if instrument.rights and _n("right", each) >= least else None,
    )  # fmt: skip


def _n(name: str, each: Sequence[Mapping[str, float]]) -> int:
    return sum(name in one for one in each)


def _scale(name: str, each: Sequence[Mapping[str, float]]) -> Scale:
    values = [one[name] for one in each if name in one]
    return Scale(name, fmean(values), stdev(values) if len(values) > 1 else None, len(values))


def _spreads(instrument: Instrument, given: Sequence[Response]) -> Iterable[Spread]:
    for item in instrument.items:
        answers = [one[item.id] for one in given if item.id in one]
        if item.kind == "likert":
            counted = Counter(answers)
            levels = tuple(counted[at] for at in range(1, len(instrument.scale) + 1))
            yield Spread(item, levels, len(answers), yes=_yes(item, answers))
        elif item.kind == "choice":
            chosen = Counter(name for one in answers for name in (one if item.several else [one]))
            counts = tuple(chosen[option.id] for option in item.options)
            yield Spread(item, counts, len(answers), _places(item, answers) if item.ranked else (), _yes(item, answers))


def _yes(item: Item, answers: Sequence[Any]) -> int | None:
    if item.agrees_from is not None:
        return len([one for one in answers if one >= (item.agrees_from or 0)])
    return len([one for one in answers if one in item.agrees]) if item.agrees else None


def _places(item: Item, answers: Sequence[Sequence[str]]) -> tuple[float | None, ...]:
    found = [[one.index(option.id) + 1 for one in answers if option.id in one] for option in item.options]
    return tuple(fmean(places) if places else None for places in found)


def _amounts(instrument: Instrument, given: Sequence[Response]) -> Iterable[Amount]:
    for item in instrument.items:
        values = [float(one[item.id]) for one in given if item.kind == "number" and item.id in one]
        if values:
            yield Amount(item, fmean(values), stdev(values) if len(values) > 1 else None, len(values))


def _words(instrument: Instrument, given: Sequence[Response]) -> Iterable[tuple[Item, tuple[str, ...]]]:
    for item in instrument.items:
        if item.kind == "text":
            yield item, tuple(sorted(one[item.id] for one in given if item.id in one))


@dataclass(frozen=True, slots=True)
class Pair:
    """One person before and after, on one scale. ``code`` stands for them and says nothing of who they are."""

    code: str
    before: float | None
    after: float | None


def pairs(
    instrument: Instrument, before: Mapping[str, Response], after: Mapping[str, Response]
) -> dict[str, list[Pair]]:
    """By sub-scale, everybody who answered at least once; responses by a code that is the same both times."""
    first = {code: of_person(instrument, one) for code, one in before.items() if one}
    last = {code: of_person(instrument, one) for code, one in after.items() if one}
    names = [name for name, _ in _scales(instrument)] + (["right"] if instrument.rights else [])
    codes = sorted(first.keys() | last.keys())
    return {
        name: [Pair(code, first.get(code, {}).get(name), last.get(code, {}).get(name)) for code in codes]
        for name in names
    }
