"""What is told of a group's meeting: an invitation to the group, the rest in private to whom it concerns."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from coaching import due
from coaching.session_letters import OWN_REASONS, when, zone_of
from community import attention, calendar, groups, people
from community.calendar import SchoolCalendar, local_day
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Group, Meeting, Person
from storage.outbox import post_many

FIRST = "meet"  # every letter's key begins with it and the meeting's number
AT_ONCE = 200
LASTS = timedelta(minutes=90)  # after which who led it is asked for the minutes
STILL_TIMELY = timedelta(days=3)
_TOMORROW, _MINUTES = 0, 1


def door(row: Meeting, say: Texts) -> list[list[Button]]:
    """The way to the meeting's page."""
    return [[button(say.plain("meetings.button.open"), f"mt:{row.id}")]]


def _private(person: Person, group: Group, row: Meeting, what: str, html: str, rows: list[list[Button]]) -> list[Draft]:
    if person.tg_user_id is None or not person.reachable or person.consented_at is None:
        return []
    named = f"{FIRST}:{row.id}:{what}:{person.id}"
    drafted = message(
        person.tg_user_id, html, buttons=rows, key=named, lane=Lane.REMINDER, person_id=person.id, group_id=group.id
    )
    return [drafted]


async def _send(session: Session, group: Group, drafts: Sequence[Draft], now: datetime) -> None:
    """Not before the quiet hours are over."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    held = [replace(one, due_at=days.awake_after(now, group.zone)) for one in drafts]
    await attention.counted(session, [one for one in held if one.person_id is not None], now)
    await post_many(session, held, now)


async def invited(session: Session, group: Group, row: Meeting, now: datetime) -> None:
    """The group learns when it meets; nobody is named."""
    await _to_group(session, group, row, "invited", now)


async def called_off(session: Session, group: Group, row: Meeting, by: Person, why: str, now: datetime) -> None:
    """The group learns that it does not meet and why, not by whom; who would have led it is told in private."""
    await _to_group(session, group, row, "called_off", now, why=why)
    await _to_leader(session, group, row, by, "called_off", now, why=why)


async def moved(
    session: Session, group: Group, row: Meeting, by: Person, before: datetime, why: str, now: datetime
) -> None:
    """The group learns when it meets instead and why, not by whom; who leads it is told in private, too."""
    await _to_group(session, group, row, "moved", now, why=why, before=before)
    await _to_leader(session, group, row, by, "moved", now, why=why, before=before)


async def _to_leader(
    session: Session, group: Group, row: Meeting, by: Person, what: str, now: datetime, **more: Any
) -> None:
    leader = await session.get(Person, row.leader_id) if row.leader_id else None
    if leader is None or leader.id == by.id:
        return
    say = Texts(leader.language)
    words = say(f"meetings.news.{what}", **_said(row, zone_of(leader, group), say, **more))
    rows = door(row, say)
    named = f"{what}.{int(row.starts_at.timestamp())}"
    await _send(session, group, _private(leader, group, row, named, words, rows), now)


def _said(row: Meeting, zone: str, say: Texts, why: str = "", before: datetime | None = None) -> dict[str, object]:
    reason = say.plain(f"sessions.reason.{why}") if why in OWN_REASONS else why
    old = when(before, zone, say) if before else ""
    return {"when": when(row.starts_at, zone, say), "reason": reason, "before": old}


async def _to_group(session: Session, group: Group, row: Meeting, what: str, now: datetime, **more: Any) -> None:
    if not groups.is_active(group):
        return
    say = Texts(group.language)
    words = say(f"meetings.news.{what}", **_said(row, group.zone, say, **more))
    chat = await groups.current_chat(session, group.id)
    key = f"{FIRST}:{row.id}:{what}" + (f".{int(row.starts_at.timestamp())}" if what == "moved" else "")
    drafted = message(chat, words, key=key, lane=Lane.REMINDER, group_id=group.id, not_after=row.starts_at)
    await _send(session, group, [drafted], now)


async def ask_to_lead(session: Session, group: Group, row: Meeting, turn: Person, now: datetime) -> None:
    """It is somebody's turn: yes, or not this time."""
    say = Texts(turn.language)
    rows = [[
        button(say.plain("meetings.button.lead"), f"mtlead:{row.id}:1"),
        button(say.plain("meetings.button.not_now"), f"mtlead:{row.id}:0"),
    ]]  # fmt: skip
    words = say("meetings.news.your_turn", group=group.title, when=when(row.starts_at, zone_of(turn, group), say))
    await _send(session, group, _private(turn, group, row, f"lead.{int(now.timestamp())}", words, rows), now)


async def answered(session: Session, group: Group, row: Meeting, leader: Person, yes: bool, now: datetime) -> None:
    """Whoever planned it learns the answer."""
    planner = await session.get(Person, row.planned_by) if row.planned_by else None
    if planner is None or planner.id == leader.id:
        return
    say = Texts(planner.language)
    what = "leads" if yes else "leads_not"
    blanks = {"name": people.display(leader, say), "when": when(row.starts_at, zone_of(planner, group), say)}
    words = say(f"meetings.news.{what}", **blanks)
    rows = door(row, say) if yes else [[button(say.plain("meetings.button.choose"), f"mtwho:{row.id}")]]
    named = f"{what}.{leader.id}.{int(now.timestamp())}"
    await _send(session, group, _private(planner, group, row, named, words, rows), now)


async def ask_for_signs(session: Session, group: Group, row: Meeting, them: Sequence[Person], now: datetime) -> None:
    """Those who were there are asked how it was led; who led it is asked first of all to look at it themselves."""
    drafts: list[Draft] = []
    for one in them:
        say = Texts(one.language)
        who = "own" if one.id == row.leader_id else "others"
        rows = [[button(say.plain("meetings.button.signs"), f"mtsign:{row.id}")]]
        drafts += _private(one, group, row, "signs", say(f"meetings.news.signs_{who}", group=group.title), rows)
    await _send(session, group, drafts, now)


def first_word(days: SchoolCalendar, starts_at: datetime, zone: str, now: datetime) -> datetime:
    """The afternoon before, or where that is over, after the meeting."""
    before = days.moment_on(local_day(starts_at, zone) - timedelta(days=1), due.REMINDS_AT, zone, prompt=False)
    return before if before > now else days.awake_after(starts_at + LASTS, zone)


async def remind_due(session: Session, now: datetime) -> int:
    """Who leads is reminded the day before; afterwards they, or else who planned it, are asked how it was.

    Gives how many meetings were due.
    """
    gone = update(Meeting).where(Meeting.remind_at <= now, Meeting.state != "planned").values(remind_at=None)
    await session.execute(gone.execution_options(synchronize_session=False))
    rows = await session.execute(
        select(Meeting, Group, Person)
        .join(Group, Group.id == Meeting.group_id)
        .outerjoin(Person, Person.id == func.coalesce(Meeting.leader_id, Meeting.planned_by))
        .where(Meeting.remind_at <= now)
        .order_by(Meeting.remind_at, Meeting.id)
        .limit(AT_ONCE)
        .with_for_update(of=Meeting, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    days = await calendar.calendars_of(session, {group.school_id for _, group, _ in found}) if found else {}
    drafts: list[Draft] = []
    for row, group, leader in found:
        here = days[group.school_id]
        stage = _MINUTES if now >= row.starts_at else _TOMORROW
        leads = row.leader_id is not None or stage == _MINUTES
        if leader is not None and group.state != "left" and leads:
            drafts += _reminder(row, group, leader, stage)
        row.reminded = stage + 1
        row.remind_at = here.awake_after(row.starts_at + LASTS, group.zone) if stage == _TOMORROW else None
    await session.flush()
    await attention.counted(session, drafts, now)
    await post_many(session, drafts, now)
    return len(found)


def _reminder(row: Meeting, group: Group, leader: Person, stage: int) -> list[Draft]:
    say = Texts(leader.language)
    what = "minutes" if stage == _MINUTES else "tomorrow" if row.agenda else "tomorrow_no_agenda"
    words = say(f"meetings.remind.{what}", group=group.title, when=when(row.starts_at, zone_of(leader, group), say))
    rows = door(row, say)
    if stage == _MINUTES:
        rows.append([button(say.plain("meetings.button.not_held"), f"mtnot:{row.id}")])
    return _private(leader, group, row, f"remind.{stage}.{int(row.starts_at.timestamp())}", words, rows)
