"""A survey is planned, opens in its group, and asks in private whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, select

from community import budget, calendar, groups, leaves, moments, people, rights
from community.calendar import SchoolCalendar
from community.refusals import NeedsConsent, Refusal
from content import instruments
from content.instruments import Instrument, Way, from_json
from content.texts import Texts
from learning.due import REMINDS_AT, evening
from learning.refusals import Gone
from learning.surveys import rights as who
from learning.surveys import words
from storage.bulk import insert_rows
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Group, Person, Survey, SurveySeat
from storage.outbox import called_off, post_many

AT_ONCE = 50
DAYS = (1, 3, 5, 10)
"""For how many school days it may stay open."""

PHASES = ("start", "end", "once")
AHEAD = timedelta(days=30)
CLOSES_AT, EARLY = "15:00", "06:30"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a facilitator chose. ``at`` None: now."""

    instrument: Instrument
    group_id: int
    way: Way
    at: datetime | None
    days: int
    phase: str


async def plan(session: Session, person: Person | None, chosen: Plan, now: datetime) -> Survey:
    """The survey of that plan; one that opens now has opened when this returns.

    Raises NeedsConsent, NotAllowed, Gone for what was forged, and Refusal where one of the kind is under way already.
    """
    await rights.require(session, person, who.leads(chosen.instrument), chosen.group_id)
    if person is None:
        raise NeedsConsent
    _check(chosen, now)
    group = await session.get_one(Group, chosen.group_id)
    if not groups.is_active(group):
        raise Refusal("surveys.no_group")
    under_way = select(Survey.id).where(
        Survey.group_id == group.id, Survey.instrument == chosen.instrument.id, Survey.closed_at.is_(None)
    )
    if await session.scalar(under_way.limit(1)) is not None:
        raise Refusal("surveys.already")
    survey = Survey(
        group_id=group.id, opened_by=person.id, instrument=chosen.instrument.id, content=chosen.instrument.to_json(),
        phase=chosen.phase, way=chosen.way, anonymous=chosen.instrument.anonymous, opens_at=chosen.at or now,
        closes_at=await closing(session, group, chosen.at or now, chosen.days), created_at=now,
    )  # fmt: skip
    session.add(survey)
    await session.flush()
    if chosen.at is None:
        await open_now(session, survey, group, now)
    return survey


def _check(chosen: Plan, now: datetime) -> None:
    known = instruments.house().get(chosen.instrument.id) is not None
    if not known or chosen.way not in chosen.instrument.ways or chosen.days not in DAYS or chosen.phase not in PHASES:
        raise Gone
    if chosen.at is not None and not now < chosen.at <= now + AHEAD:
        raise Refusal("surveys.when.past")


async def _calendar(session: Session, group: Group) -> SchoolCalendar:
    found: SchoolCalendar = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    return found


async def closing(session: Session, group: Group, opens: datetime, days: int) -> datetime:
    """When school is nearly over on the ``days``-th school day after it opened."""
    school = await _calendar(session, group)
    day = _last(school, calendar.local_day(opens, group.zone), days)
    return school.moment_on(day, CLOSES_AT, group.zone, prompt=False)


def _last(school: SchoolCalendar, day: date, days: int) -> date:
    ahead = school.open_days_after(day, days)
    return ahead[-1] if ahead else day + timedelta(days=days)


def _reminding(school: SchoolCalendar, opened: datetime, closes: datetime, zone: str) -> datetime | None:
    """Once: after school on the school day before it closes, else on the morning of that day; None: too late."""
    first, last = calendar.local_day(opened, zone), calendar.local_day(closes, zone)
    between = [first + timedelta(days=n) for n in range(1, (last - first).days)]
    before = [day for day in between if school.is_open(day)]
    at = (before[-1], REMINDS_AT) if before else (last, EARLY)
    moment = school.moment_on(*at, zone, prompt=False)
    return moment if opened < moment < closes else None


async def open_due(session: Session, now: datetime) -> int:
    """Open what is due; where the school may not be written to at that moment, it waits. Gives how many were seen."""
    rows = (
        await session.execute(
            select(Survey, Group)
            .join(Group, Group.id == Survey.group_id)
            .where(Survey.opens_at <= now, Survey.opened_at.is_(None), Survey.closed_at.is_(None))
            .order_by(Survey.opens_at, Survey.id)
            .limit(AT_ONCE)
            .with_for_update(of=Survey, skip_locked=True)
        )
    ).all()
    for survey, group in rows:
        if groups.is_active(group):
            await open_now(session, survey, group, now)
        else:
            await session.delete(survey)  # the group has sent the assistant away: nobody is asked
    return len(rows)


async def open_now(session: Session, survey: Survey, group: Group, now: datetime) -> None:
    """It opens, or waits for the next moment at which the school may be written to."""
    school = await _calendar(session, group)
    opens = moments.opening(school, now, group.zone)
    if opens > now:
        length = survey.closes_at - survey.opens_at
        survey.opens_at = opens
        if survey.closes_at < opens + timedelta(hours=4):
            survey.closes_at = school.moment_after(opens + min(length, timedelta(days=1)), CLOSES_AT, group.zone)
        await session.flush()
        return
    survey.opened_at = now
    survey.reminds_at = _reminding(school, now, survey.closes_at, group.zone)
    await session.flush()
    instrument = from_json(survey.content)
    asked = await audience(session, group, instrument)
    rows = [{"survey_id": survey.id, "person_id": one.id, "answered": False} for one in asked]
    await insert_rows(session, SurveySeat, rows, unique=["survey_id", "person_id"])
    drafts = [words.in_group(survey, instrument, group, await groups.current_chat(session, group.id))]
    if survey.way == "private":
        drafts += await letters(session, survey, instrument, group, asked, school, now, reminder=False)
    await post_many(session, drafts, now)


async def audience(session: Session, group: Group, instrument: Instrument) -> list[Person]:
    """Everybody of the group in a role that answers, who has agreed and is on Telegram."""
    found = await people.with_role(session, group.id, who.answerers(instrument))
    return [one for one in found if one.consented_at is not None and one.tg_user_id is not None]


def key_of(survey_id: int, person_id: int, *, reminder: bool) -> str:
    """The debt of asking somebody, and of reminding them."""
    return f"survey:{'again' if reminder else 'ask'}:{survey_id}:{person_id}"


async def letters(
    session: Session, survey: Survey, instrument: Instrument, group: Group, asked: Sequence[Person],
    school: SchoolCalendar, now: datetime, *, reminder: bool,
) -> list[Draft]:  # fmt: skip
    """To each of those who can be written to, are not away, have room in their week and have not called it off."""
    day = calendar.local_day(now, group.zone)
    away = await leaves.away(session, [one.id for one in asked], day)
    keys = {one.id: key_of(survey.id, one.id, reminder=reminder) for one in asked}
    off = await called_off(session, keys.values())
    here = [one for one in asked if one.reachable and one.id not in away and keys[one.id] not in off]
    minutes = 0 if reminder else words.minutes(instrument)
    admitted = await budget.admit(session, [budget.Want(one.id, group.id, day, minutes) for one in here])
    found = []
    for one in here:
        if one.id in admitted:
            say = Texts(one.language)
            html, rows = words.invitation(survey, instrument, group, say, reminder=reminder)
            found.append(
                message(
                    one.tg_user_id or 0, html, buttons=rows, silent=not reminder, key=keys[one.id],
                    lane=Lane.REMINDER, person_id=one.id, group_id=group.id,
                    not_after=min(survey.closes_at, evening(school, day, group.zone)),
                )
            )  # fmt: skip
    return found


async def drop(session: Session, person: Person | None, survey_id: int) -> None:
    """A survey that has not opened yet does not take place. Raises NeedsConsent, NotAllowed, Gone."""
    _, survey, _, _ = await who.led(session, person, survey_id)
    if survey.opened_at is not None:
        raise Gone
    await session.execute(delete(Survey).where(Survey.id == survey.id, Survey.opened_at.is_(None)))


def hours(school: SchoolCalendar, zone: str, now: datetime) -> list[datetime]:
    """Hours to propose: the next ones of school days, outside of lessons."""
    found = []
    for wall in (EARLY, "12:30", REMINDS_AT):
        found.append(school.moment_after(now, wall, zone, prompt=False))
    return sorted(found)


def at_minute(minute: int) -> datetime:
    """The moment of so many minutes since 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)
