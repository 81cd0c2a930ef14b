"""A random sample of a group's messages that is the same for everybody who looks at it, drawn without keeping a list.

Each message gets a number from its own and a seed of group and week; one in SHARE_OF belongs to the sample. Because
that does not hang on its tag or on other messages, it is settled as soon as the message is there.
"""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, case, literal
from sqlalchemy import cast as as_type

from storage.models import Message

WEEKS = 4
"""The running week and the ones before it; older messages lose their words soon."""

SHARE_OF = 4
_PRIME = 2_147_483_647  # the square of anything below it fits a BIGINT of either database


def monday(moment: datetime, zone: str) -> date:
    """The Monday of the moment's local week."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def begins(now: datetime, zone: str) -> datetime:
    """Since when messages belong to the sample: the first of WEEKS Mondays, at midnight of the zone."""
    return _midnight(monday(now, zone) - timedelta(weeks=WEEKS - 1), zone)


def _seed(group_id: int, week: date) -> tuple[int, int]:
    digest = sha256(f"{group_id} {week.isoformat()}".encode()).digest()
    return 1 + int.from_bytes(digest[:8]) % (_PRIME - 1), int.from_bytes(digest[8:16]) % _PRIME


def number(group_id: int, message_id: int, week: date) -> int:
    """The number of one message; the same that `drawn` makes the database count."""
    factor, start = _seed(group_id, week)
    mixed = (message_id % _PRIME * factor + start) % _PRIME
    return mixed * mixed % _PRIME


def is_drawn(message: Message, now: datetime, zone: str) -> bool:
    """Whether this message belongs to the sample of the last weeks."""
    week = monday(message.sent_at, zone)
    recent = message.sent_at >= begins(now, zone)
    return recent and number(message.group_id, message.id, week) < _PRIME // SHARE_OF


def drawn(group_id: int, now: datetime, zone: str) -> ColumnElement[int]:
    """The number of every message of the last weeks, as an expression; the lowest come first."""
    last = monday(now, zone)
    weeks = [last - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    factor, start = (
        case(
            *(
                (Message.sent_at < _midnight(week + timedelta(weeks=1), zone), literal(seed[part], BigInteger))
                for week in weeks[:-1]
                for seed in (_seed(group_id, week),)
            ),
            else_=literal(_seed(group_id, last)[part], BigInteger),
        )
        for part in (0, 1)
    )
    prime = literal(_PRIME, BigInteger)
    mixed = (as_type(Message.id, BigInteger) % prime * factor + start) % prime
    found: ColumnElement[int] = mixed * mixed % prime
    return found


def among_drawn(group_id: int, now: datetime, zone: str) -> ColumnElement[bool]:
    """The messages of the sample."""
    return (Message.sent_at >= begins(now, zone)) & (drawn(group_id, now, zone) < _PRIME // SHARE_OF)
