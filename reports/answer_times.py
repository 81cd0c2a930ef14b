"""How soon the roles of a group answer each other: pengampu, mentors, teachers, as figures without names."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from community import calendar, groups, interactions, rights, tallies
from community.calendar import SchoolCalendar
from community.interactions import Asked, Roles, spoke_as
from community.refusals import NotAllowed
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from learning import answer_times
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Person

WEEKS = 8
LEAST_ANSWERS, LEAST_PEOPLE = 5, 3  # below either, a figure points at somebody
# Who is asked, and by whom: seed 004's pairs, and colleagues among themselves.
PAIRS = (
    (Role.COURSE_FACILITATOR, Role.MENTOR), (Role.MENTOR, Role.TEACHER), (Role.COURSE_FACILITATOR, Role.TEACHER),
    (Role.TEACHER, Role.TEACHER),
)  # fmt: skip
Pair = tuple[Role | None, Role | None]
When = tuple[SchoolCalendar, str, datetime]  # the school's days, the group's zone, now
_PAIRS = frozenset[Pair](PAIRS)
# Of whoever replied and whom: the pairs that this is part of, for replies count both ways.
_MET: dict[Pair, frozenset[Pair]] = {
    (by, to): _PAIRS & {(by, to), (to, by)} for by in (*Role, None) for to in (*Role, None)
}


@dataclass(frozen=True, slots=True)
class PairTime:
    """One pair of roles: of `asked` questions and worksheets of `by`, so many were answered first by a `to`.

    `hours` are the working hours each of those answers took, shortest first; `replies` are those in the group, both
    ways; `people` are all who took part in either.
    """

    to: Role
    by: Role
    asked: int
    hours: tuple[float, ...]
    replies: int
    people: int

    @property
    def is_few(self) -> bool:
        return len(self.hours) < LEAST_ANSWERS or self.people < LEAST_PEOPLE

    @property
    def median(self) -> float:
        return median(self.hours)

    @property
    def three_quarters(self) -> float:
        """Within how many hours three quarters of the answers came."""
        return quantiles(self.hours, n=4, method="inclusive")[2]


@dataclass(frozen=True, slots=True)
class Times:
    """All pairs of a group in [since, until), from the `agreed` of `present` people in it."""

    group: Group
    pairs: Sequence[PairTime]
    agreed: int
    present: int


async def gather(session: Session, group: Group, now: datetime, since: datetime | None = None) -> Times:
    """From ``since``, else the last WEEKS weeks; as many queries as for many groups."""
    return (await of_groups(session, [group], now, since))[group.id]


async def of_groups(
    session: Session, here: Sequence[Group], now: datetime, since: datetime | None = None
) -> dict[int, Times]:
    """The same of many groups, by their number; eight queries or so, however many they are."""
    ids, since = [group.id for group in here], since or now - timedelta(weeks=WEEKS)
    asked = await interactions.questions(session, ids, since, now)
    handed = await answer_times.hand_ins(session, ids, since, now)
    replies = await tallies.replies(session, here, since, now)
    held = await interactions.roles(session, ids)
    days = await calendar.calendars_of(session, {group.school_id for group in here})
    present, agreed = await groups.teachers_of(session, here), await groups.agreed_of(session, ids)
    found = {}
    for group in here:
        both = [*asked[group.id], *handed[group.id]]
        pairs = _pairs(both, replies[group.id], held[group.id], (days[group.school_id], group.zone, now))
        found[group.id] = Times(group, pairs, agreed[group.id], present[group.id][0])
    return found


def _pairs(asked: Iterable[Asked], replies: Mapping[tuple[int, int], int], held: Roles, when: When) -> list[PairTime]:
    """Everything that was asked or replied is looked at once, and put where its pair of roles is."""
    days, zone, now = when
    waited, hours = Counter[Role | None](), defaultdict[Pair, list[float]](list)
    exchanged, people = Counter[Pair](), defaultdict[Pair, set[int | None]](set)
    for one in asked:
        by = spoke_as(held, one.asker, one.at)
        waited[by] += 1
        if one.answered_at is not None and by is not None:
            pair: Pair = (spoke_as(held, one.answerer, one.answered_at), by)
            if pair in _PAIRS:
                hours[pair].append(calendar.working_hours_between(days, one.at, one.answered_at, zone))
                people[pair] |= {one.asker, one.answerer}
    roles = {number: spoke_as(held, number, now) for number in held}
    for both, n in replies.items():
        for said in _MET[roles.get(both[0]), roles.get(both[1])]:
            exchanged[said] += n
            people[said].update(both)
    return [
        PairTime(to, by, waited[by], tuple(sorted(hours[to, by])), exchanged[to, by], len(people[to, by]))
        for to, by in PAIRS
    ]


async def page(
    session: Session, person: Person | None, group_id: int, say: Texts, now: datetime
) -> tuple[str, list[list[Button]]]:
    """The figures in plain words. Raises NeedsConsent, NotAllowed for all but facilitator and pengampu."""
    await rights.require(session, person, Action.SEE_ANSWER_TIMES, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise NotAllowed
    times = await gather(session, group, now)
    lines = [_line(one, say) for one in times.pairs]
    words = [
        say("assignments.times.title", group=group.title, weeks=WEEKS), *lines,
        say("assignments.times.whose", agreed=times.agreed, present=times.present),
    ]  # fmt: skip
    return "\n\n".join(words), [[button(say.plain("assignments.button.page"), f"asg:page:{group_id}")]]


def _line(one: PairTime, say: Texts) -> str:
    name = f"assignments.times.pair.{one.to}.{one.by}"
    if one.is_few:
        return say("assignments.times.few", pair=say.plain(name))
    words = say(
        "assignments.times.line", pair=say.plain(name), to=say.plain(f"community.role.{one.to}"), n=len(one.hours),
        asked=one.asked, half=spoken(one.median, say), most=spoken(one.three_quarters, say),
    )  # fmt: skip
    return words + " " + say("assignments.times.replies", n=one.replies)


def spoken(hours: float, say: Texts) -> str:
    """Working hours as people say them: less than an hour, 3 hours, from 16 on in school days of eight."""
    if hours < 1:
        return say.plain("assignments.times.at_once")
    if hours < 16:
        return say.plain("assignments.times.hours", n=round(hours))
    return say.plain("assignments.times.days", n=round(hours / 8))
