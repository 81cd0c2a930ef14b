"""What waits in the groups somebody leads: questions without an answer, who has gone quiet, what to talk about next.

Everything here is for who leads a group, in private. A question was asked before the group, by name, so its asker may
be named; in what is proposed for a meeting nobody is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from coaching import workflows
from community import calendar, consultations
from community.calendar import SchoolCalendar
from content.texts import LANGUAGES
from learning import agenda, agenda_letters, course_events, synthesis_facts
from reports import group_talk, quiet
from reports.group_talk import Talk
from reports.quiet import Quiet
from storage.bulk import among
from storage.database import Session
from storage.models import Cycle, CycleStep, Group, Meeting, Person, WorkflowVersion

LOOKS_BACK = timedelta(days=30)  # so long the words of a message are kept
AHEAD = timedelta(days=8)  # a meeting next week is worth preparing now
STUCK_SINCE = timedelta(days=7)
MANY = 3  # cycles at one step: fewer would tell whose they are
OPEN_AT_ONCE = 4000


@dataclass(frozen=True, slots=True)
class Open:
    """A question to the group that nobody has answered; `words` are gone once a message is too old."""

    asker: Person
    words: str
    asked_at: datetime
    days: int  # school days since


@dataclass(frozen=True, slots=True)
class Stuck:
    """So many coaching cycles of the group are late at the same step."""

    step: Mapping[str, str]  # its title, by language
    cycles: int


@dataclass(slots=True)
class GroupWeek:
    """One group, as who leads it is told."""

    group: Group
    open: list[Open] = field(default_factory=list)
    quiet: list[Quiet] = field(default_factory=list)
    practice: Mapping[str, str] = field(default_factory=dict)
    stuck: list[Stuck] = field(default_factory=list)
    meets_at: datetime | None = None  # within AHEAD
    talk: Talk = field(default_factory=Talk)

    @property
    def proposes(self) -> bool:
        """Is there something to bring to the next meeting? What the lessons are about alone, only before one."""
        return bool(self.open or self.stuck or (self.practice and self.meets_at))

    @property
    def is_empty(self) -> bool:
        return not (self.open or self.quiet or self.proposes) and self.talk.is_empty


async def gather(
    session: Session, groups: Sequence[Group], now: datetime, known: Mapping[int | None, SchoolCalendar] | None = None
) -> dict[int, GroupWeek]:
    """Each group's week by its number; a fixed number of queries, however many groups and people there are.

    ``known`` are the calendars of their schools, where they were read already.
    """
    found = {group.id: GroupWeek(group) for group in groups}
    if not found:
        return {}
    days = known or await calendar.calendars_of(session, {group.school_id for group in groups})
    await _open(session, found, days, now)
    for number, them in (await quiet.of_groups(session, groups, days, now)).items():
        found[number].quiet = them
    for number, titles in (await agenda_letters.practices(session, list(found))).items():
        found[number].practice = titles
    for number, stuck in (await _stuck(session, list(found), now)).items():
        found[number].stuck = stuck
    for number, at in (await _meetings(session, groups, days, now)).items():
        found[number].meets_at = at
    for number, talk in (await group_talk.gather(session, groups, days, now)).items():
        found[number].talk = talk
    return found


async def _open(
    session: Session, found: Mapping[int, GroupWeek], days: Mapping[int | None, SchoolCalendar], now: datetime
) -> None:
    asked: list[tuple[int, Person, str, datetime]] = [
        (one.group.id, one.asker, one.said.text or "", one.row.asked_at)
        for one in await consultations.open_in(session, list(found), OPEN_AT_ONCE)
    ]
    spans = {number: synthesis_facts.Week(week.group, now - LOOKS_BACK, now) for number, week in found.items()}
    await synthesis_facts.questions(session, spans, now)
    for number, span in spans.items():
        asked += [(number, person, one.text, one.created_at) for one, person in span.questions]
    for number, person, words, at in sorted(asked, key=lambda one: one[3]):
        week = found[number]
        day, today = calendar.local_day(at, week.group.zone), calendar.local_day(now, week.group.zone)
        age = days[week.group.school_id].working_days_between(day + timedelta(days=1), today)
        week.open.append(Open(person, " ".join(words.split()), at, age))


async def _stuck(session: Session, group_ids: Sequence[int], now: datetime) -> dict[int, list[Stuck]]:
    """Steps at which MANY cycles of a group are more than a week late, the most first."""
    cycles = func.count(Cycle.id.distinct())
    rows = (
        await session.execute(
            select(Cycle.group_id, WorkflowVersion, CycleStep.step, cycles)
            .join(CycleStep, CycleStep.cycle_id == Cycle.id)
            .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
            .where(
                among(session, Cycle.group_id, group_ids), Cycle.state == "active", CycleStep.step == Cycle.step,
                CycleStep.done_at.is_(None), CycleStep.due_on < (now - STUCK_SINCE).date(),
            )
            .group_by(Cycle.group_id, WorkflowVersion.id, CycleStep.step)
            .having(cycles >= MANY)
            .order_by(cycles.desc(), CycleStep.step)
        )
    ).all()  # fmt: skip
    found: dict[int, list[Stuck]] = defaultdict(list)
    for group_id, version, step, number in rows:
        late = workflows.of(version).step(step)
        if late is not None:
            found[group_id].append(Stuck({language: late.title.of(language) for language in LANGUAGES}, number))
    return found


async def _meetings(
    session: Session, groups: Sequence[Group], days: Mapping[int | None, SchoolCalendar], now: datetime
) -> dict[int, datetime]:
    """When each group meets next, within AHEAD: as planned under /pertemuan, or weekly by its programme's clock."""
    rows = await session.execute(
        select(Meeting.group_id, func.min(Meeting.starts_at))
        .where(
            among(session, Meeting.group_id, [one.id for one in groups]), Meeting.state == "planned",
            Meeting.starts_at > now, Meeting.starts_at <= now + AHEAD,
        )
        .group_by(Meeting.group_id)
    )  # fmt: skip
    found = {row[0]: row[1] for row in rows}
    weekly = await agenda.meetings(session, groups)
    programmes = await course_events.running(session, list(weekly)) if weekly else {}
    for group in groups:
        meeting = weekly.get(group.id)
        dated = agenda.upcoming(meeting, days[group.school_id], group.zone, now) if meeting else None
        if dated is not None and dated.at <= now + AHEAD and agenda.has_agenda(programmes.get(group.id), dated.day):
            found[group.id] = min(dated.at, found.get(group.id, dated.at))
    return found
