"""/libur as words and buttons: what is marked for a school, and what follows from a new mark."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from community import people
from community.calendar import days, nation
from community.calendar.dates import spans
from community.calendar.kinds import kind_of
from community.calendar.quiet import local_day
from community.calendar.school import OPEN, SchoolCalendar
from community.calendar.spoken import spoken, spoken_span
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import ALLOWED, Action
from content import calendars
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import CalendarDay, Group, Person, School


class Page(NamedTuple):
    """Words and buttons; ``before``: the calendars that this has changed, as they were."""

    html: str
    buttons: list[list[Button]]
    before: Mapping[int | None, SchoolCalendar] = MappingProxyType({})


RAMADAN_HOURS = ("06:30", "07:00", "07:30", "08:00", "09:00", "13:00")
RULE = "-"  # no hour or province of one's own
_MOST_SHOWN = 40
_LOOKS_AHEAD = timedelta(days=120)


async def choose(session: Session, person: Person | None, said: str, say: Texts, now: datetime) -> Page:
    """/libur: the page of the only school one may mark days for, with the days typed after the command marked.

    With several schools: the question which, whose buttons carry the days. Raises NeedsConsent, NotAllowed, a Refusal.
    """
    if person is None:
        raise NeedsConsent
    own = await people.groups_of(session, person.id, ALLOWED[Action.MARK_DAYS])
    if not own:
        raise NotAllowed
    if len({group.school_id for group in own}) == 1:
        if said:
            return await typed(session, person, own[0].id, said, say, now)
        return await page(session, person, own[0].id, say, now)
    carried = ""
    if said:
        first, last, kind, _ = _understood(said, local_day(now, own[0].zone))
        carried = f":{first:%Y%m%d}:{last:%Y%m%d}:{kind}"
    rows = [[button(group.title[:48], f"off:of:{group.id}{carried}")] for group in own[:_MOST_SHOWN]]
    return Page(say("calendar.off.which"), rows)


def _understood(said: str, today: date) -> tuple[date, date, str, str]:
    """First and last day, kind and label. Raises a Refusal where no day is understood."""
    found = spans(said, today)
    if found is None:
        raise Refusal("calendar.wrong.date")
    return found.first, found.last, *kind_of(found.rest)


async def of_group(
    session: Session, person: Person | None, group_id: int, carried: list[str], say: Texts, now: datetime
) -> Page:
    """The school was chosen; ``carried`` are first day, last day and kind, where some were typed before."""
    if len(carried) != 3:
        return await page(session, person, group_id, say, now)
    first, last = (_day(text) for text in carried[:2])
    return await marking(session, person, group_id, carried[2], first, last, "", say, now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("calendar.wrong.date") from None


async def page(
    session: Session, person: Person | None, group_id: int, say: Texts, now: datetime, note: str = ""
) -> Page:
    """What is marked ahead, each with a button to take it away, and one tap for today and tomorrow."""
    group, school = await days.own_school(session, person, group_id)
    today = local_day(now, group.zone)
    marked = await days.marked(session, person, group_id, now)
    rows = []
    for ahead, key in ((0, "today"), (1, "tomorrow")):
        day = today + timedelta(days=ahead)
        rows.append([button(say.plain(f"calendar.off.{key}", day=spoken(day, say)), f"off:day:{group_id}:{day}")])
    rows += [
        [button(f"✕ {_named(row, today, say)}"[:60], f"off:remove:{group_id}:{row.id}")] for row in marked[:_MOST_SHOWN]
    ]
    rows.append([button(say.plain("calendar.off.other"), f"off:write:{group_id}")])
    rows.append(
        [
            button(say.plain("calendar.off.ramadan"), f"off:ramadan:{group_id}"),
            button(say.plain("calendar.off.province"), f"off:province:{group_id}"),
        ]
    )
    words = [note, say("calendar.off.page", school=school.name, count=len(marked)), _unknown(today, say)]
    return Page("\n\n".join(filter(None, words)), rows)


def _named(row: CalendarDay, today: date, say: Texts) -> str:
    kind = row.label or say.plain(f"calendar.kind.{row.kind}")
    return say.plain("calendar.off.row", days=spoken_span(row.first_day, row.last_day, today, say), kind=kind)


def _unknown(today: date, say: Texts) -> str:
    """A word about joint leave that nobody has decreed yet, when its year comes into sight."""
    year = (today + _LOOKS_AHEAD).year
    return "" if nation.joint_leave_known(year) else say("calendar.off.no_joint_leave", year=year)


async def typed(session: Session, person: Person | None, group_id: int, said: str, say: Texts, now: datetime) -> Page:
    """Mark the days somebody typed. Raises as days.mark, and a Refusal where no day is understood."""
    group, _ = await days.own_school(session, person, group_id)
    first, last, kind, label = _understood(said, local_day(now, group.zone))
    return await marking(session, person, group_id, kind, first, last, label, say, now)


async def tapped(session: Session, person: Person | None, group_id: int, day: str, say: Texts, now: datetime) -> Page:
    """One tap: that day is off. The button carries its day, so that yesterday's button does not mark today."""
    off = _day(day)
    return await marking(session, person, group_id, "closed", off, off, "", say, now)


async def marking(
    session: Session,
    person: Person | None,
    group_id: int,
    kind: str,
    first: date,
    last: date,
    label: str,
    say: Texts,
    now: datetime,
) -> Page:
    """Mark days, and say what follows from it. Raises as days.mark."""
    group, school = await days.own_school(session, person, group_id)
    before = await days.calendars_of(session, [school.id])
    row = await days.mark(session, person, group_id, kind, first, last, label, now)
    after = (await days.calendars_of(session, [school.id]))[school.id]
    note = follows(row, after, group, local_day(now, group.zone), say)
    return (await page(session, person, group_id, say, now, note))._replace(before=before)


def follows(row: CalendarDay, calendar: SchoolCalendar, group: Group, today: date, say: Texts) -> str:
    """What a mark means for the lessons of the group, as HTML."""
    words = [say("calendar.off.marked", what=_named(row, today, say))]
    if row.kind == OPEN:
        return f"{words[0]} {say('calendar.off.comes', hour=group.prompt_time.replace(':', '.'))}"
    if row.first_day <= today <= row.last_day:
        words.append(say("calendar.off.today_held"))
    after = calendar.open_days_after(max(row.last_day, today), 1)
    if after:
        words.append(say("calendar.off.goes_on", day=spoken(after[0], say)))
    return " ".join(words)


async def removed(
    session: Session, person: Person | None, group_id: int, day_id: int, say: Texts, now: datetime
) -> Page:
    """A mark is taken away."""
    _, school = await days.own_school(session, person, group_id)
    before = await days.calendars_of(session, [school.id])
    await days.unmark(session, person, group_id, day_id)
    return (await page(session, person, group_id, say, now, say("calendar.off.removed")))._replace(before=before)


async def ramadan(session: Session, person: Person | None, group_id: int, say: Texts) -> Page:
    """When prompts shall come in Ramadan. Raises as days.own_school."""
    _, school = await days.own_school(session, person, group_id)
    hours = [button(hour.replace(":", "."), f"off:hour:{group_id}:{hour.replace(':', '')}") for hour in RAMADAN_HOURS]
    rows = [hours[:3], hours[3:], [button(say.plain("calendar.off.by_rule"), f"off:hour:{group_id}:{RULE}")]]
    now = say.plain("calendar.off.by_rule") if school.ramadan_time is None else school.ramadan_time.replace(":", ".")
    return Page(say("calendar.off.ask_hour", now=now), rows)


async def at_hour(session: Session, person: Person | None, group_id: int, hour: str, say: Texts, now: datetime) -> Page:
    """The school's own hour in Ramadan, or the rule again; what no button offers changes nothing."""
    _, school = await days.own_school(session, person, group_id)
    before = await days.calendars_of(session, [school.id])
    chosen = next((one for one in RAMADAN_HOURS if one.replace(":", "") == hour), None)
    if chosen or hour == RULE:
        school.ramadan_time = chosen
        await session.flush()
    return (await page(session, person, group_id, say, now, say("calendar.off.kept")))._replace(before=before)


async def provinces(session: Session, person: Person | None, group_id: int, say: Texts) -> Page:
    """Which province's calendar counts. Raises as days.own_school."""
    _, school = await days.own_school(session, person, group_id)
    known = calendars.provinces()
    buttons = [button(names[0][:32], f"off:prov:{group_id}:{key}") for key, names in known.items()]
    rows = [buttons[at : at + 2] for at in range(0, len(buttons), 2)]
    rows.append([button(say.plain("calendar.off.no_province"), f"off:prov:{group_id}:{RULE}")])
    return Page(say("calendar.off.ask_province", now=_province(school, say)), rows)


def _province(school: School, say: Texts) -> str:
    names = calendars.provinces().get(school.province or "")
    return names[0] if names else say.plain("calendar.off.no_province")


async def in_province(
    session: Session, person: Person | None, group_id: int, province: str, say: Texts, now: datetime
) -> Page:
    """The school's province, or none; one that there is not changes nothing."""
    _, school = await days.own_school(session, person, group_id)
    before = await days.calendars_of(session, [school.id])
    if province in calendars.provinces() or province == RULE:
        school.province = None if province == RULE else province
        await session.flush()
    return (await page(session, person, group_id, say, now, say("calendar.off.kept")))._replace(before=before)
