"""Rows of five scores, each packed into one whole number: to add rows is to add numbers.

A field of 64 bits for each label, in steps of 2^-40. Whole numbers add up to the same in any order, so what is put
together from parts that were kept is, to the last bit, what is added up anew; the steps are finer than the model's own
numbers (half precision, 2^-24). A packed row is one object of some 68 bytes, a tuple of floats was six of 200 in all.
"""

from collections.abc import Iterable
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Rows = npt.NDArray[np.float32]

Packed = int
After = dict[str, Packed]
"""The rows of the pairs that one word begins, by the word that follows."""
Scores = tuple[float, float, float, float, float]
"""In the order of `LABELS`."""

STEP = 2.0**-40
"""What a field counts in. Fields hold 2^23, and no text of 4,096 characters comes near that."""

_BITS, _BYTES = 64, 40
_SIGNS = sum(1 << _BITS * place + _BITS - 1 for place in range(5))
_ALL_SIGNS = _SIGNS | _SIGNS << 5 * _BITS
_FIELD = (1 << _BITS) - 1
_fields, _all_fields = Struct("<5q").unpack, Struct("<10q").unpack


def packed(row: Iterable[float]) -> Packed:
    """Five scores as one number."""
    return sum(round(score / STEP) << _BITS * place for place, score in enumerate(row))


def all_packed(rows: "Rows") -> list[Packed]:
    """Every row of a table as one number: as `packed`, quicker for many."""
    import numpy as np

    raw = np.rint(rows.astype(np.float64) / STEP).astype("<i8").tobytes()
    whole = (int.from_bytes(raw[at : at + _BYTES], "little") for at in range(0, len(raw), _BYTES))
    return [(one ^ _SIGNS) - _SIGNS for one in whole]


def scores(total: Packed, share: float = 1.0) -> Scores:
    """The five scores of a sum of rows, each multiplied by `share`.

    The carry of a field below zero is undone by adding half a field to each and turning its first bit back.
    """
    a, b, c, d, e = _fields(((total + _SIGNS) ^ _SIGNS).to_bytes(_BYTES, "little"))
    step = STEP * share
    return a * step, b * step, c * step, d * step, e * step


def scores_of_both(total: Packed, share: float, rest: Packed) -> Scores:
    """The five scores of one sum of rows, multiplied by `share`, and of another, taken apart at once."""
    both = total + (rest << 5 * _BITS) + _ALL_SIGNS ^ _ALL_SIGNS
    a, b, c, d, e, v, w, x, y, z = _all_fields(both.to_bytes(2 * _BYTES, "little"))
    step = STEP * share
    return a * step + v * STEP, b * step + w * STEP, c * step + x * STEP, d * step + y * STEP, e * step + z * STEP


def apart(total: Packed, ours: int, theirs: int) -> int:
    """By how many steps one field of a sum of rows is above another."""
    fields = total + _SIGNS  # half a field added to each: none borrows from the next
    return (fields >> _BITS * ours & _FIELD) - (fields >> _BITS * theirs & _FIELD)
