"""WhatsApp exports put together in a test: their lines, read."""

from zoneinfo import ZoneInfo

from community.imports.opening import Order, open_export
from community.imports.values import Export, Spoken

ZONE = ZoneInfo("Asia/Jakarta")
STAMP, IPHONE = "30/08/25 18.00 - ", "[30/08/25, 18.00.09] "


def opened(text: str | bytes, order: Order | None = None) -> Export:
    """An export of this text."""
    return open_export([text.encode() if isinstance(text, str) else text], ZONE, order)


def told(*lines: str, stamp: str = STAMP) -> list[Spoken]:
    """What is read of these messages of one minute; one before them tells the grammar."""
    return list(opened("".join(f"{stamp}{line}\n" for line in ("Sari: halo", *lines))))[1:]


def one(line: str, stamp: str = STAMP) -> Spoken:
    """The only message."""
    (found,) = told(line, stamp=stamp)
    return found
