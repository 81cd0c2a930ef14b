"""A group's report as one value: its conversation and its participation in a period."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community import conversation, imported_counts, people, reviews, rights
from community.imported_counts import Before
from community.refusals import NotAllowed
from community.reviews import Agreement
from community.roles import Role
from reports.conversation import Shares, shares
from reports.costs import Cost, of_week
from reports.participation import Participation, participation
from reports.periods import Period, since
from storage.database import Session
from storage.models import Group, Person


@dataclass(frozen=True, slots=True)
class Overview:
    """What `/laporan` tells."""

    group: Group
    period: Period | None  # None: moments of one's own
    since: datetime
    until: datetime
    shares: Shares
    participation: Participation
    cost: Cost
    agreement: Agreement | None  # of those who looked at tags, and of the tagger with them
    before: Before | None  # what was before the assistant came, where the facilitator compares with it
    to_review: int = 0  # messages whose tag the reader may look at
    has_results: bool = False  # the reader may see the tables of results, too


async def groups_for(session: Session, person: Person | None) -> Sequence[Group]:
    """The groups whose report this person may see. Raises NeedsConsent, or NotAllowed when there is none."""
    if person is None:
        # The rights decide who is asked for consent; which group does not matter to somebody we do not know.
        await rights.require(session, person, rights.Action.SEE_REPORT, 0)
        return ()
    seeing = {role for role in Role if rights.may({role}, rights.Action.SEE_REPORT)}
    found = await people.groups_of(session, person.id, seeing)
    if not found:
        raise NotAllowed("reports.nobody")
    return found


async def reads_sums_alone(session: Session, person: Person | None) -> bool:
    """Do they get sums over their groups, in which few are not written exactly, and the report of none of them?"""
    roles = await people.roles(session, person.id) if person is not None else frozenset[Role]()
    return rights.may(roles, rights.Action.SEE_COUNTS) and not rights.may(roles, rights.Action.SEE_REPORT)


async def for_person(session: Session, person: Person | None, group_id: int, period: Period, now: datetime) -> Overview:
    """The report of a group for somebody who may see it; raises NotAllowed or NeedsConsent otherwise."""
    await rights.require(session, person, rights.Action.SEE_REPORT, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise NotAllowed
    told = await of_group(session, group, period, now)
    roles = await people.roles_in(session, person.id, group.id) if person else ()
    sees = rights.may(roles, rights.Action.SEE_FIGURES)
    return replace(told, to_review=await _to_review(session, person, group, roles, now), has_results=sees)


async def _to_review(
    session: Session, person: Person | None, group: Group, roles: Collection[Role], now: datetime
) -> int:  # fmt: skip
    may = person is not None and rights.may(roles, rights.Action.CORRECT_TAG)
    return await reviews.waiting(session, group, person, now) if person and may else 0


async def of_group(session: Session, group: Group, period: Period, now: datetime) -> Overview:
    """The report of a group up to `now`."""
    start = since(period, now, group.zone, await beginning(session, group))
    return await between(session, group, start, now, period)


async def find(session: Session, named: str) -> Sequence[Group]:
    """Groups by number, else by exact title, else by a part of it (upper or lower case); all for ''."""
    everything = (await session.scalars(select(Group).order_by(Group.title, Group.id))).all()
    wanted = named.casefold()
    tries = (
        [one for one in everything if str(one.id) == named],
        [one for one in everything if one.title.casefold() == wanted],
        [one for one in everything if wanted in one.title.casefold()],
    )
    return next((found for found in tries if found), [])


async def on_days(session: Session, group: Group, first: date | None, last: date | None, now: datetime) -> Overview:
    """The report of the group's local days first..last; from its beginning, up to now, where one is not given.

    Raises ValueError when none of these days has begun yet, or they end before the group's first.
    """
    here = ZoneInfo(group.zone)
    start = since(Period.ALL, now, group.zone, await beginning(session, group))
    if first is not None:
        start = datetime.combine(first, time(), here).astimezone(UTC)
    end = now if last is None else datetime.combine(last + timedelta(days=1), time(), here).astimezone(UTC)
    end = min(end, now)
    if start >= end:
        raise ValueError(
            f"no day to report on: from {start.astimezone(here):%Y-%m-%d} to {end.astimezone(here):%Y-%m-%d}"
        )
    return await between(session, group, start, end)


async def beginning(session: Session, group: Group) -> datetime:
    """When the assistant came, or the oldest message that was brought along."""
    return await beginning_of(session, [group])


async def beginning_of(session: Session, groups: Sequence[Group]) -> datetime:
    """The earliest of several groups; one query. Raises ValueError of none."""
    first = await conversation.first_at(session, [group.id for group in groups])
    return min([group.added_at for group in groups] + list(first.values()))


async def between(
    session: Session, group: Group, start: datetime, end: datetime, period: Period | None = None
) -> Overview:
    """The report of a group for [start, end)."""
    return Overview(
        group=group,
        period=period,
        since=start,
        until=end,
        shares=await shares(session, group, start, end),
        participation=await participation(session, group, start, end),
        cost=await of_week(session, group, end),
        agreement=await reviews.agreement(session, group.id),
        before=await imported_counts.before(session, group),
    )
