"""Figures as a reader of one language writes them."""

from content.texts import Texts

SMALLEST_P = 1e-5


def number(value: float, say: Texts, digits: int = 2) -> str:
    """1,25 in Indonesian, 1.25 in English; a value that rounds to nothing has no sign."""
    shown = f"{value:.{digits}f}"
    if not float(shown):
        shown = shown.lstrip("-")
    return shown.replace("-", "−").replace(".", say.plain("learning.decimal"))


def chance(p: float, say: Texts) -> str:
    """p with two digits that tell something, or below the smallest that is worth telling apart."""
    if p < SMALLEST_P:
        return f"p < {number(SMALLEST_P, say, 5)}"
    digits = 2 if p >= 0.1 else 3 if p >= 0.01 else 4 if p >= 0.001 else 5
    return f"p = {number(p, say, digits)}"
