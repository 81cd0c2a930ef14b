"""A count of people, or of what few people did, written so that it points at nobody.

A principal knows who is coached and who teaches which class: "1 of 8 is late" is a name for them, and so is "11 of 12
reflected" for the twelfth. One and two, from either end, are therefore written as fewer than three and as at least all
but two; of four or three, whatever is neither none nor all is "some". What is of one or two altogether is not written.
None and all speak of the whole group, and are.
"""

from content.texts import Texts

LEAST = 3


def shown(n: int, of: int, say: Texts) -> str | None:
    """``n`` of ``of`` as plain text, without the denominator; None where even that points at somebody.

    Raises ValueError unless 0 <= n <= of.
    """
    ends = bounds(n, of)
    if ends is None:
        return None
    if ends[0] == ends[1]:
        return str(n)
    if ends == (1, of - 1):
        return say.plain("week.few.some")
    if ends[0] == 1:
        return say.plain("week.few.less", n=LEAST)
    return say.plain("week.few.at_least", n=ends[0])


def bounds(n: int, of: int) -> tuple[int, int] | None:
    """The smallest and the largest number that `shown` leaves possible; None where nothing is told.

    Raises ValueError unless 0 <= n <= of.
    """
    if not 0 <= n <= of:
        raise ValueError(f"a part of {of} is not {n}")
    if 0 < of < LEAST:
        return None
    if n in (0, of):
        return n, n
    if of < 2 * LEAST - 1:
        return 1, of - 1  # both ends meet: what is not the one would be the other
    if n < LEAST:
        return 1, LEAST - 1
    return (of - LEAST + 1, of - 1) if of - n < LEAST else (n, n)


def total(n: int, say: Texts) -> str | None:
    """A number of which nothing is a part, such as questions asked in a week; None for one or two."""
    return None if 0 < n < LEAST else str(n)
