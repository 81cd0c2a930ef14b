"""Figures as papers print them, read from words: an F with its degrees of freedom, or two means on a scale."""

import re
from dataclasses import dataclass
from typing import Any

from content.texts import Texts
from reports.evaluation.numbers import chance, number
from reports.evaluation.published import normalised_gain, p_of_f, partial_eta_squared

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,9})?)"
_F = re.compile(rf"F\s*\(\s*(\d{{1,6}})\s*[,;]\s*{_NUMBER}\s*\)\s*=\s*{_NUMBER}", re.IGNORECASE)
_ARROW, _OF = r"\s*(?:->|→|–|—|ke|to)\s*", r"\s*(?:/|dari|of)\s*"
_MEANS = re.compile(rf"{_NUMBER}{_ARROW}{_NUMBER}(?:{_OF}{_NUMBER})?", re.IGNORECASE)
FIVE = 5.0  # levels of the scale where none is named, as most questionnaires have them


class BadFigure(ValueError):
    """Neither of the two ways of printing; the message is what was given."""


@dataclass(frozen=True, slots=True)
class PrintedF:
    """F(df1, df2) = f."""

    f: float
    df1: float
    df2: float


@dataclass(frozen=True, slots=True)
class PrintedMeans:
    """The mean before and after, on levels up to ``most``."""

    before: float
    after: float
    most: float


Printed = PrintedF | PrintedMeans


def from_words(words: str) -> Printed:
    """`F(1,117) = 15.86`, or `3.12 -> 4.36`, with ` / 5` where the scale has other levels. Raises BadFigure."""
    clean = words.strip()
    if (found := _F.fullmatch(clean)) is not None:
        df1, df2, f = (_value(one) for one in found.groups())
        if df1 >= 1 and df2 > 0:
            return PrintedF(f, df1, df2)
    elif (found := _MEANS.fullmatch(clean)) is not None:
        before, after, most = (_value(one) for one in (*found.groups()[:2], found[3] or str(FIVE)))
        if max(before, after) <= most:
            return PrintedMeans(before, after, most)
    raise BadFigure(clean[:60])


def _value(words: str) -> float:
    return float(words.replace(",", "."))


def plain(one: Printed) -> dict[str, Any]:
    """Every figure that follows, unrounded. Raises NeedsResearch: p needs SciPy."""
    if isinstance(one, PrintedF):
        return {
            "f": one.f, "df1": one.df1, "df2": one.df2, "p": p_of_f(one.f, one.df1, one.df2),
            "partial_eta_squared": partial_eta_squared(one.f, one.df1, one.df2),
        }  # fmt: skip
    change = one.after - one.before
    return {
        "before": one.before, "after": one.after, "most": one.most, "change": change,
        "percent": 100 * change / one.before if one.before else None,
        "normalised_gain": normalised_gain(one.before, one.after, one.most),
    }  # fmt: skip


def told(one: Printed, say: Texts) -> str:
    """The same in a sentence. Raises NeedsResearch."""
    found = plain(one)
    if isinstance(one, PrintedF):
        return say.plain(
            "evaluation.printed.f", df1=f"{one.df1:g}", df2=f"{one.df2:g}", f=number(one.f, say),
            p=chance(found["p"], say), eta=number(found["partial_eta_squared"], say, 3),
        )  # fmt: skip
    gain = found["normalised_gain"]
    return say.plain(
        "evaluation.printed.means", before=number(one.before, say), after=number(one.after, say),
        most=f"{one.most:g}", change=number(found["change"], say),
        percent="–" if found["percent"] is None else number(found["percent"], say, 1),
        gain="–" if gain is None else number(gain, say),
    )  # fmt: skip
