"""Of many groups at once: what happened in each since a moment of its own."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from storage.bulk import among
from storage.database import Session


def within(
    session: Session, since: Mapping[int, datetime], group_id: Any, at: Any, until: datetime
) -> ColumnElement[bool]:
    """``group_id`` is one of these groups, and ``at`` lies between the group's own moment and ``until``, excluded."""
    together: dict[datetime, list[int]] = defaultdict(list)
    for number, moment in since.items():
        together[moment].append(number)
    starts = [and_(among(session, group_id, numbers), at >= moment) for moment, numbers in together.items()]
    return and_(or_(false(), *starts), at < until)
