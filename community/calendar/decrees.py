"""What an owner of the assistant sets for the country or a province: Ramadan, Idul, joint leave, school holidays."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from community.calendar import nation
from community.calendar.dates import spans
from community.calendar.days import calendars_of, checked
from community.calendar.kinds import kind_of
from community.calendar.pages import Page, choose
from community.calendar.quiet import local_day
from community.calendar.school import SchoolCalendar
from community.calendar.spoken import spoken_span
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import calendars
from content.texts import Texts
from storage.database import Session
from storage.letters import button
from storage.models import CalendarDay, Group, Person

_FEASTS = {
    nation.FITRI: re.compile(r"(hari raya )?(idul ?fitri|id ?ul ?fitri|lebaran|eid al-fitr|fitri)\b"),
    nation.ADHA: re.compile(r"(hari raya )?(idul ?adha|id ?ul ?adha|kurban|qurban|eid al-adha|adha)\b"),
}
_RAMADAN = re.compile(r"(awal )?ramad?[hd]?an\b")
_NATION = re.compile(r"(nasional|national|cuti bersama|joint leave)\b")
_PROVINCE = re.compile(r"(provinsi|propinsi|province)\s+")
_NEAR = timedelta(days=15)
_SHORTEST_FAST = timedelta(days=28)  # between the first and the last day
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Decree:
    """Days for a whole country or a province, as an owner typed them."""

    kind: str
    first: date
    last: date
    label: str = ""
    province: str | None = None


def decree(said: str, today: date) -> Decree | None:
    """What an owner's words set; None where they begin like nothing that is set for more than one school.

    Raises a Refusal where the day or the province is not understood.
    """
    words = " ".join(said.lower().split())
    if _RAMADAN.match(words):
        return _ramadan(said, today)
    for feast, pattern in _FEASTS.items():
        if pattern.match(words):
            return _eid(said, feast, today)
    if found := _PROVINCE.match(words):
        return _of_province(" ".join(said.split())[found.end() :], today)
    return _plain(said, today, None) if _NATION.match(words) else None


def _span(said: str, today: date) -> tuple[date, date, str]:
    found = spans(said, today)
    if found is None:
        raise Refusal("calendar.wrong.date")
    return found.first, found.last, found.rest


def _ramadan(said: str, today: date) -> Decree:
    """Its first day is enough: it lasts until the day before Idul, as that is reckoned."""
    first, last, _ = _span(said, today)
    reckoned = nation.fast_of(first)
    if reckoned is None or abs(first - reckoned[0]) > _NEAR:
        raise Refusal("calendar.wrong.ramadan")
    if first == last:
        last = max(reckoned[1], first + _SHORTEST_FAST)
    return Decree("ramadan", first, last)


def _eid(said: str, feast: str, today: date) -> Decree:
    first, last, _ = _span(said, today)
    near = nation.feast_near(first)
    if near is None or near[1] != feast:
        raise Refusal("calendar.wrong.eid")
    if first == last and feast == nation.FITRI:
        last = first + timedelta(days=1)  # both days of it are holidays
    return Decree("eid", first, last)


def _of_province(said: str, today: date) -> Decree:
    words, known = said.lower(), []
    for key, names in calendars.provinces().items():
        known += [(name, key) for name in {key, *(name.lower() for name in names)} if words.startswith(name)]
    # "papua barat daya" is not "papua barat", and not "papua".
    name, key = max(known, key=lambda one: len(one[0]), default=("", ""))
    if not key or words[len(name) : len(name) + 1].isalnum():
        raise Refusal("calendar.wrong.province")
    return _plain(said[len(name) :], today, key)


def _plain(said: str, today: date, province: str | None) -> Decree:
    first, last, rest = _span(said, today)
    kind, label = kind_of(re.sub(r"(?i)^(nasional|national)\b\s*", "", rest))
    return Decree(kind, first, last, label, province)


async def decreed(
    session: Session, person: Person | None, is_owner: bool, one: Decree, now: datetime, today: date
) -> CalendarDay:
    """Keep it; what was set for the same days, fast or feast before no longer counts. Raises NotAllowed, a Refusal."""
    if not is_owner:
        raise NotAllowed
    checked(one.first, one.last, today)
    scope = "province" if one.province else "nation"
    same = [row.id for row in await _rows(session, scope, one.province) if _replaced(row, one)]
    await session.execute(delete(CalendarDay).where(CalendarDay.id.in_(same)))
    row = CalendarDay(
        scope=scope, province=one.province, first_day=one.first, last_day=one.last, kind=one.kind, label=one.label,
        created_by=person.id if person else None, created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def _rows(session: Session, scope: str, province: str | None) -> list[CalendarDay]:
    query = select(CalendarDay).where(CalendarDay.scope == scope, CalendarDay.province.is_not_distinct_from(province))
    return list(await session.scalars(query))


def _replaced(row: CalendarDay, one: Decree) -> bool:
    if "ramadan" in (row.kind, one.kind):
        return row.kind == one.kind and nation.islamic_year(row.first_day) == nation.islamic_year(one.first)
    if "eid" in (row.kind, one.kind):
        return row.kind == one.kind and nation.feast_near(row.first_day) == nation.feast_near(one.first)
    return one.first <= row.first_day and row.last_day <= one.last


async def lifted(session: Session, is_owner: bool, day_id: int) -> None:
    """What was set for country or province is no longer so. Raises NotAllowed."""
    if not is_owner:
        raise NotAllowed
    await session.execute(delete(CalendarDay).where(CalendarDay.id == day_id, CalendarDay.scope != "school"))


async def page(session: Session, is_owner: bool, today: date, say: Texts, note: str = "") -> Page:
    """What owners set and is not over, each with a button to take it back, and how to set more. Raises NotAllowed."""
    if not is_owner:
        raise NotAllowed
    query = select(CalendarDay).where(CalendarDay.scope != "school", CalendarDay.last_day >= today)
    marked = list(await session.scalars(query.order_by(CalendarDay.first_day, CalendarDay.id).limit(_MOST_SHOWN)))
    rows = [[button(f"✕ {named(row, today, say)}"[:60], f"off:lift:{row.id}")] for row in marked]
    words = say("calendar.nation.page", count=len(marked))
    return Page(f"{note}\n\n{words}" if note else words, rows)


def named(row: CalendarDay, today: date, say: Texts) -> str:
    """What was set, and for when, as plain text."""
    kind = row.label or say.plain(f"calendar.kind.{row.kind}")
    if row.kind == "eid" and (feast := nation.feast_near(row.first_day)):
        kind = nation.feast_names(feast[1])[say.language == "en"]
    names = calendars.provinces().get(row.province or "")
    where = names[0] if names else say.plain("calendar.nation.whole")
    days = spoken_span(row.first_day, row.last_day, today, say)
    return say.plain("calendar.nation.row", days=days, kind=kind, where=where)


async def asked(
    session: Session, person: Person | None, is_owner: bool, said: str, zone: str, say: Texts, now: datetime
) -> Page:
    """/libur, with whatever was typed after it: of one's own school, or by an owner of the whole country.

    Raises NeedsConsent, NotAllowed, or a Refusal that says what was not understood.
    """
    today = local_day(now, zone)
    one = decree(said, today) if is_owner else None
    if one is not None:
        before = await _every_calendar(session)
        row = await decreed(session, person, is_owner, one, now, today)
        note = say("calendar.nation.marked", what=named(row, today, say))
        return (await page(session, is_owner, today, say, note))._replace(before=before)
    try:
        found = await choose(session, person, said, say, now)
    except (NeedsConsent, NotAllowed):
        if not is_owner:
            raise
        return await page(session, is_owner, today, say)
    if not is_owner:
        return found
    return found._replace(buttons=[*found.buttons, [button(say.plain("calendar.nation.open"), "off:nation")]])


async def _every_calendar(session: Session) -> dict[int | None, SchoolCalendar]:
    """Of every school that has a group, and of groups without one."""
    query = select(Group.school_id).where(Group.state == "active").distinct()
    return await calendars_of(session, {None, *(await session.scalars(query))})


async def taken_back(session: Session, is_owner: bool, day_id: int, zone: str, say: Texts, now: datetime) -> Page:
    """The button beside what was set. Raises NotAllowed."""
    before = await _every_calendar(session) if is_owner else {}
    await lifted(session, is_owner, day_id)
    found = await page(session, is_owner, local_day(now, zone), say, say("calendar.off.removed"))
    return found._replace(before=before)
