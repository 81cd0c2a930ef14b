"""What suits teachers, kept week by week as counts of their group: nobody stands in it, and no step of one or two.

Of the answers themselves only the latest is kept, with its person. Here a group has a number for each answer. What
would point at somebody is not written, and neither is a change that one or two people could have made: whoever knows
who joined that week would read their answer off the difference. Until three have moved, the numbers of before stand.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import func, select

from community import calendar
from community.budget import monday
from community.roles import Role
from content.lessons import READINESS
from learning import turns, weeks
from reports.few import LEAST
from reports.figures.values import points_at
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Membership, Person, Readiness, ReadinessCount

NAME, WALL = "readiness", "15:00"
Numbers = Mapping[str, int]  # of one question, by answer
_KEY = ("group_id", "week", "question", "answer")


async def count_due(session: Session, now: datetime) -> int:
    """Write this week's counts of the groups that are due; gives how many were dealt with. A fixed number of queries.

    A group is counted at once when it begins, then on the first school day of each week.
    """
    begun = await turns.begin(session, NAME, lambda _days, _zone: now)
    due = await turns.claimed(session, NAME, now)
    if not due:
        return begun
    ids = [one.group.id for one in due]
    said, told = await _said(session, ids), await _told(session, ids)
    weeks_of = {one.group.id: monday(calendar.local_day(now, one.group.zone)) for one in due}
    rows = [
        {"group_id": number, "week": week, "question": question, "answer": answer, "n": n}
        for number, week in weeks_of.items()
        for question in READINESS
        for answer, n in kept(told[number].get(question), said[number][question]).items()
    ]
    await insert_rows(session, ReadinessCount, rows, unique=list(_KEY), update=["n"])
    moments = {one.group.id: weeks.opens_after(one.days, now, WALL, one.group.zone) for one in due}
    await turns.move_on(session, NAME, moments, now)
    return begun + len(due)


def kept(before: Numbers | None, now: Numbers) -> Numbers:
    """What is written of one question: the numbers as they are, those of ``before``, or nothing."""
    whole = sum(now.values())
    if not whole or any(points_at(n, whole) for n in now.values()):
        return {}
    if before is None or not 0 < _moved(before, now) < LEAST:
        return now
    return before


def _moved(before: Numbers, now: Numbers) -> int:
    """How many people at least must have come, gone or changed their mind between the two."""
    steps = [now[answer] - before.get(answer, 0) for answer in now]
    return max(sum(step for step in steps if step > 0), -sum(step for step in steps if step < 0))


async def _said(session: Session, group_ids: Collection[int]) -> dict[int, dict[str, Counter[str]]]:
    """By group and question, how many of its teachers who agree gave each answer; an answer nobody gave is a zero."""
    columns = [getattr(Readiness, question) for question in READINESS]
    rows = await session.execute(
        select(Membership.group_id, *columns)
        .join(Person, Person.id == Membership.person_id)
        .join(Readiness, Readiness.person_id == Membership.person_id)
        .where(
            among(session, Membership.group_id, group_ids), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), Person.consented_at.is_not(None),
        )
    )  # fmt: skip
    found = {
        number: {question: Counter(dict.fromkeys(answers, 0)) for question, answers in READINESS.items()}
        for number in group_ids
    }
    for number, *answers in rows:
        for question, answer in zip(READINESS, answers, strict=True):
            if answer in found[number][question]:
                found[number][question][answer] += 1
    return found


async def _told(session: Session, group_ids: Collection[int]) -> dict[int, dict[str, dict[str, int]]]:
    """By group and question, the newest numbers that were written."""
    newest = (
        select(ReadinessCount.group_id, ReadinessCount.question, func.max(ReadinessCount.week).label("week"))
        .where(among(session, ReadinessCount.group_id, group_ids))
        .group_by(ReadinessCount.group_id, ReadinessCount.question)
        .subquery()
    )
    rows = await session.scalars(
        select(ReadinessCount).join(
            newest,
            (newest.c.group_id == ReadinessCount.group_id)
            & (newest.c.question == ReadinessCount.question)
            & (newest.c.week == ReadinessCount.week),
        )
    )
    found: dict[int, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for one in rows:
        found[one.group_id][one.question][one.answer] = one.n
    return found


async def by_week(
    session: Session, group_ids: Collection[int], first: date, last: date
) -> dict[date, dict[str, dict[str, int]]]:
    """The weeks (their Mondays) from ``first`` to ``last``, oldest first: by question, the sum of these groups."""
    rows = await session.execute(
        select(ReadinessCount.week, ReadinessCount.question, ReadinessCount.answer, func.sum(ReadinessCount.n))
        .where(among(session, ReadinessCount.group_id, group_ids), ReadinessCount.week.between(monday(first), last))
        .group_by(ReadinessCount.week, ReadinessCount.question, ReadinessCount.answer)
        .order_by(ReadinessCount.week)
    )
    found: dict[date, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for week, question, answer, n in rows:
        found[week][question][answer] = int(n)
    return found
