"""Work plans: complete ones of those that are coached, and points within the bounds."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select

from coaching import plan_checks, plans
from coaching.plan_rights import CONFIRMS
from community.calendar import local_day
from community.school_years import year_of
from content.plans import Profile
from reports.dashboard.values import Look
from reports.figures import cycles
from reports.figures.sums import Tell
from reports.figures.values import Figure, careful
from storage.bulk import among
from storage.database import Session
from storage.models import Membership, Person, PlanRow, WorkPlan


@dataclass(frozen=True, slots=True)
class Plan:
    """Somebody's plan as it stands: what the policy asks of it, and its points."""

    person_id: int
    profile: Profile
    points: int
    is_complete: bool

    @property
    def suffices(self) -> bool:
        """Its points are within the bounds, which there are."""
        bounds = self.profile.points
        return bounds is not None and bounds.least <= self.points <= bounds.most


async def of_groups(session: Session, look: Look) -> Callable[[Collection[int]], list[Plan]]:
    """The newest plan of each person in some of these groups, for the school year in which that time ends."""
    year, ids = year_of(local_day(look.until, look.zone)), [one.id for one in look.groups]
    rows = await session.scalars(
        select(WorkPlan)
        .where(among(session, WorkPlan.group_id, ids), WorkPlan.created_at < look.until)
        .where(WorkPlan.period.startswith(year))
        .order_by(WorkPlan.id)
    )
    every = rows.all()
    lines: dict[int, list[PlanRow]] = defaultdict(list)
    for line in await session.scalars(
        select(PlanRow).where(among(session, PlanRow.plan_id, [one.id for one in every]))
    ):
        lines[line.plan_id].append(line)
    profiles, confirmed_in = await plans.profiles_in(session, ids), await _groups_with_principals(session, look)

    def of(numbers: Collection[int]) -> list[Plan]:
        newest = {one.person_id: one for one in every if one.group_id in numbers}
        return [_plan(one, lines[one.id], profiles, confirmed_in) for one in newest.values()]

    return of


async def _groups_with_principals(session: Session, look: Look) -> Mapping[int, frozenset[int]]:
    """By group, who there can confirm a plan."""
    rows = await session.execute(
        select(Membership.group_id, Membership.person_id).where(
            among(session, Membership.group_id, [one.id for one in look.groups]), Membership.until.is_(None),
            Membership.role.in_([str(role) for role in CONFIRMS]),
            exists().where(
                Person.id == Membership.person_id, Person.consented_at.is_not(None), Person.reachable.is_(True),
                Person.tg_user_id.is_not(None),
            ),
        )
    )  # fmt: skip
    found: dict[int, set[int]] = defaultdict(set)
    for group_id, person_id in rows:
        found[group_id].add(person_id)
    return {number: frozenset(people) for number, people in found.items()}


def _plan(
    row: WorkPlan, lines: list[PlanRow], profiles: Mapping[int, Profile], able: Mapping[int, frozenset[int]]
) -> Plan:  # fmt: skip
    asked = profiles[row.group_id or 0]
    profile = Profile(period=asked.period) if row.is_free else asked
    can_be = bool(able.get(row.group_id or 0, frozenset()) - {row.person_id})
    lacks = plan_checks.lacking(
        profile, lines, is_confirmed=row.confirmed_at is not None, can_be_confirmed=profile.confirmed and can_be
    )
    return Plan(row.person_id, profile, plans.sum_of(lines), lacks is None)


async def told(session: Session, look: Look) -> Tell:
    """Complete plans of those who are coached to make one, and points that suffice."""
    period, by_group = (look.since, look.until), await cycles.coached_to_plan(session, look)
    of = await of_groups(session, look)

    def tell(ids: Collection[int]) -> list[Figure]:
        coached, there = {one for number in ids for one in by_group[number]}, of(ids)
        complete = sum(one.is_complete and one.person_id in coached for one in there)
        counted = [one for one in there if one.profile.points is not None]
        return [
            careful("plans", complete, len(coached), period),
            careful("points", sum(one.suffices for one in counted), len(counted), period),
        ]

    return tell
