"""Which enrolments are due, and when each comes next: by the school's calendar, on the wall of the group or person."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from community import calendar, leaves
from community.calendar import SchoolCalendar
from community.calendar.quiet import hours
from community.roles import Role
from content.lessons import Lesson, Pack
from learning import versions
from learning.prompts import Frame
from storage.database import Session
from storage.models import Enrolment, Group, GroupChat, Membership, Person

log = logging.getLogger(__name__)

STILL_FRESH = timedelta(hours=6)
AT_ONCE = 1000
REMINDS_AT = "15:30"  # when school is over


@dataclass(frozen=True, slots=True)
class Due:
    """An enrolment whose moment has come, of a group or of one person of it."""

    enrolment_id: int
    group_id: int
    person_id: int | None
    chat_id: int
    pack: Pack | None  # None: it cannot be found any more
    pack_id: str
    version: int
    position: int
    due_at: datetime
    told_skip: date | None
    language: str
    greeting: str | None
    zone: str
    days: SchoolCalendar
    day: date  # the local date it is due on
    not_after: datetime  # later than this the prompt does not go out any more on that day
    following: datetime  # when the one after it comes
    remind_at: datetime | None  # when those who have not answered are reminded: the next school day, after school
    here: bool  # the person can be written to and is not away; a group always is


@dataclass(frozen=True, slots=True)
class Chosen:
    """A lesson that goes out now."""

    due: Due
    lesson: Lesson
    frame: Frame
    position: int  # the place in the pack after it
    key: str  # of its letter


async def claimed(session: Session, now: datetime) -> list[Due]:
    """The enrolments due by now, at most AT_ONCE, locked until the transaction ends: a second clock takes others.

    Seven queries, however many there are.
    """
    rows = (
        await session.execute(
            select(
                Enrolment.id, Enrolment.group_id, Enrolment.person_id, Enrolment.pack, Enrolment.version,
                Enrolment.position, Enrolment.next_at, Enrolment.told_skip, GroupChat.tg_chat_id, Group.school_id,
                Group.language, Group.greeting, Group.zone, Group.prompt_time, Person.tg_user_id,
                Person.language.label("own_language"), Person.zone.label("own_zone"),
                Person.prompt_time.label("own_time"), Person.workdays.label("own_days"), Person.consented_at,
                Person.reachable, still_here().label("still_here"),
            )
            .join(Group, Group.id == Enrolment.group_id)
            .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
            .outerjoin(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.next_at <= now, Group.state == "active")
            .order_by(Enrolment.next_at, Enrolment.group_id, Enrolment.id)  # what a group shares is read once
            .limit(AT_ONCE)
            .with_for_update(of=Enrolment, skip_locked=True)
        )
    ).all()  # fmt: skip
    if not rows:
        return []
    calendars = await calendar.calendars_of(session, {row.school_id for row in rows})
    packs = await versions.known(session, {(row.pack, row.version) for row in rows})
    away = await _away(session, rows, now)
    found: dict[int, Due] = {}
    wall = _Wall(now)
    for row in rows:
        if row.id not in found:
            found[row.id] = _due(row, calendars[row.school_id], packs, away, wall)
    return list(found.values())


def still_here() -> Any:
    """Of an enrolment at one's own pace: the person has not left the group it belongs to."""
    return exists().where(
        Membership.person_id == Enrolment.person_id, Membership.group_id == Enrolment.group_id,
        Membership.role != str(Role.AGENCY), Membership.until.is_(None),
    )  # fmt: skip


async def _away(session: Session, rows: Sequence[Any], now: datetime) -> set[int]:
    by_day: dict[date, list[int]] = {}
    for row in rows:
        if row.person_id is not None:
            day = calendar.local_day(now, row.own_zone or row.zone)
            by_day.setdefault(day, []).append(row.person_id)
    found: set[int] = set()
    for day, people in by_day.items():
        found |= await leaves.away(session, people, day)
    return found


@dataclass(frozen=True, slots=True)
class _Times:
    """Everything about when, the same for all who share calendar, wall and zone."""

    day: date
    not_after: datetime
    following: datetime
    remind_at: datetime | None


class _Wall:
    """Works the times out, each once in a turn."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._known: dict[tuple[int, datetime, str, str], _Times] = {}

    def times(self, days: SchoolCalendar, due_at: datetime, wall: str, zone: str, group_id: int) -> _Times:
        key = (id(days), due_at, wall, zone)
        if key not in self._known:
            self._known[key] = self._worked_out(days, due_at, wall, zone, group_id)
        return self._known[key]

    def _worked_out(self, days: SchoolCalendar, due_at: datetime, wall: str, zone: str, group_id: int) -> _Times:
        day = calendar.local_day(due_at, zone)
        following = _moment(days, _since(due_at, zone, self._now), wall, zone)
        if following is None:
            # Pushed away for a day: it must be seen again, and it must not fill every round.
            log.error("group %s has no next school day", group_id)
            following = self._now + timedelta(days=1)
        tonight = datetime.combine(day, time.max, ZoneInfo(zone)).astimezone(UTC)
        return _Times(
            day, min(due_at + STILL_FRESH, evening(days, day, zone)), following,
            _moment(days, tonight, REMINDS_AT, zone, prompt=False),
        )  # fmt: skip


def _due(row: Any, days: SchoolCalendar, packs: dict[versions.Key, Pack], away: set[int], on: _Wall) -> Due:
    (
        number,
        group_id,
        person_id,
        pack_id,
        version,
        position,
        next_at,
        told_skip,
        chat_id,
        _,
        language,
        greeting,
        zone,
        prompt_time,
        tg_user_id,
        own_language,
        own_zone,
        own_time,
        own_days,
        consented_at,
        can_be_reached,
        still_here,
    ) = row  # fmt: skip — by name each value is looked up anew, which counts when thousands are due
    zone, personal = own_zone or zone, person_id is not None
    days = days.with_week(own_days)
    times = on.times(days, next_at, own_time or prompt_time, zone, group_id)
    reachable = tg_user_id and consented_at and can_be_reached and still_here and person_id not in away
    return Due(
        enrolment_id=number, group_id=group_id, person_id=person_id,
        chat_id=(tg_user_id or 0) if personal else chat_id,
        pack=packs.get((pack_id, version)), pack_id=pack_id, version=version, position=position,
        due_at=next_at, told_skip=told_skip, language=own_language or language,
        greeting=None if personal else greeting, zone=zone, days=days, day=times.day, not_after=times.not_after,
        following=times.following, remind_at=times.remind_at, here=not personal or bool(reachable),
    )  # fmt: skip


def evening(days: SchoolCalendar, day: date, zone: str) -> datetime:
    """When quiet hours begin on that day; in Ramadan that is before the fast is broken."""
    return datetime.combine(day, hours(days.is_fasting(day)).closes, ZoneInfo(zone)).astimezone(UTC)


def _moment(days: SchoolCalendar, since: datetime, wall: str, zone: str, *, prompt: bool = True) -> datetime | None:
    try:
        return days.moment_after(since, wall, zone, prompt=prompt)
    except (ValueError, KeyError):
        return None


def _since(due_at: datetime, zone: str, now: datetime) -> datetime:
    """From when the next moment is looked for: an outage over one morning must not cost today's prompt as well."""
    today = calendar.local_day(now, zone)
    if calendar.local_day(due_at, zone) >= today:
        return now
    return datetime.combine(today, time.min, ZoneInfo(zone)).astimezone(UTC) - timedelta(seconds=1)
