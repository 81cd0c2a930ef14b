"""How soon the roles of a group answer each other: pengampu, mentors, teachers, as figures without names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from community import calendar, groups, interactions, rights
from community.calendar import SchoolCalendar
from community.interactions import Asked, Replies, Roles, spoke_as
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
    """From ``since``, else the last WEEKS weeks; eight queries or so, however much was said."""
    since = since or now - timedelta(weeks=WEEKS)
    asked = [
        *await interactions.questions(session, group.id, since, now),
        *await answer_times.hand_ins(session, group.id, since, now),
    ]
    replies = await interactions.replies(session, group.id, since, now)
    held = await interactions.roles(session, group.id)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    pairs = [_pair(to, by, asked, replies, held, (days, group.zone, now)) for to, by in PAIRS]
    present, _ = await groups.teachers(session, group)
    return Times(group, pairs, await groups.agreed(session, group.id), present)


def _pair(
    to: Role, by: Role, asked: Collection[Asked], replies: Collection[Replies], held: Roles,
    when: tuple[SchoolCalendar, str, datetime],
) -> PairTime:  # fmt: skip
    days, zone, now = when
    theirs = [one for one in asked if spoke_as(held, one.asker, one.at) is by]
    answered = [
        (one, one.answered_at) for one in theirs
        if one.answered_at is not None and spoke_as(held, one.answerer, one.answered_at) is to
    ]  # fmt: skip
    hours = sorted(calendar.working_hours_between(days, one.at, at, zone) for one, at in answered)
    both = [one for one in replies if {spoke_as(held, one.by, now), spoke_as(held, one.to, now)} == {to, by}]
    people = {number for one, _ in answered for number in (one.asker, one.answerer)}
    people |= {number for one in both for number in (one.by, one.to)}
    return PairTime(to, by, len(theirs), tuple(hours), sum(one.n for one in both), len(people))


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
