"""What coders found: how often each theme is there, and how far two of them agree beyond chance."""

from dataclasses import dataclass

from community.tagging.agreement import Pair, alpha, kappa
from reports.shares import Share, share
from reports.themes.sheet import Coding

ENOUGH, TENTATIVE = 0.8, 2 / 3
"""K. Krippendorff, "Content analysis" (2004), 241: what he asks for, and the least for tentative conclusions."""


@dataclass(frozen=True, slots=True)
class Count:
    """A theme by one coder: in how many texts, and by how many of those who wrote them."""

    theme: str
    texts: Share
    writers: Share


@dataclass(frozen=True, slots=True)
class Agreed:
    """A theme by two coders on the same texts; ``alpha`` and ``kappa`` are None where nobody ever differs in use.

    ``differ`` are the texts that only one of them gave the theme, to be talked over.
    """

    theme: str
    first: int
    second: int
    both: int
    same: float
    alpha: float | None
    kappa: float | None
    differ: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``alone`` counts texts that one sheet has and the other has not; ``unshared`` are themes of one sheet alone."""

    texts: int
    alone: int
    unshared: tuple[str, ...]
    themes: tuple[Agreed, ...]


def counts(coding: Coding) -> list[Count]:
    """Every theme with its shares of texts and of writers, in the sheet's order."""
    everybody = len(set(coding.writers.values()))
    made = []
    for theme in coding.themes:
        there = [text for text, themes in coding.found.items() if theme in themes]
        writers = len({coding.writers[text] for text in there})
        made.append(Count(theme, share(theme, len(there), len(coding.found)), share(theme, writers, everybody)))
    return made


def compare(first: Coding, second: Coding) -> Comparison:
    """How far they agree on the texts that both coded, theme by theme; capitals in a theme's name do not matter."""
    common = [text for text in first.found if text in second.found]
    theirs = {theme.casefold(): theme for theme in second.themes}
    themes = [(theme, theirs[theme.casefold()]) for theme in first.themes if theme.casefold() in theirs]
    ours = {theme.casefold() for theme in first.themes}
    unshared = [theme for theme in first.themes if theme.casefold() not in theirs]
    unshared += [theme for theme in second.themes if theme.casefold() not in ours]
    return Comparison(
        len(common), len(first.found) + len(second.found) - 2 * len(common), tuple(unshared),
        tuple(_agreed(one, other, first, second, common) for one, other in themes) if common else (),
    )  # fmt: skip


def _agreed(one: str, other: str, first: Coding, second: Coding, common: list[str]) -> Agreed:
    marks = [(one in first.found[text], other in second.found[text]) for text in common]
    pairs: list[Pair] = [(str(a), str(b)) for a, b in marks]
    differ = tuple(text for text, (a, b) in zip(common, marks, strict=True) if a != b)
    return Agreed(
        one, sum(a for a, _ in marks), sum(b for _, b in marks), sum(a and b for a, b in marks),
        1 - len(differ) / len(common), alpha(pairs), kappa(pairs), differ,
    )  # fmt: skip
