"""What somebody corrects about themselves: the name they go by, how they are addressed, where they teach."""

from datetime import datetime

from sqlalchemy import select

from community import calendar, joining, looks, people, school_years
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, ask, button
from storage.models import Person, Posting, School

Page = tuple[str, list[list[Button]]]
SHOWN = 10  # looks in one message


async def page(session: Session, person: Person | None, say: Texts, zone: str, now: datetime) -> Page:
    """What is kept of oneself, and a button beside each thing. Raises NeedsConsent."""
    who = _agreed(person)
    grade, school = (await school_years.last_postings(session, [who.id])).get(who.id, ("", ""))
    taught = school_years.where_taught(grade, school, say)
    words = say("corrections.page", name=people.display(who, say), taught=taught or say.plain("corrections.unknown"))
    rows = [[button(say.plain("corrections.name"), "fix:name")], [button(say.plain("corrections.address"), "fix:as")]]
    rows.append([button(say.plain("corrections.taught"), "fix:year")])
    if who.named_themselves:
        rows.append([button(say.plain("corrections.telegram"), "fix:telegram")])
    return words, [*rows, [button(say.plain("corrections.back"), "fix:back")]]


def _agreed(person: Person | None) -> Person:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    return person


def name_asked(person: Person | None, say: Texts) -> str:
    """Which name? Raises NeedsConsent."""
    _agreed(person)
    return say("corrections.ask_name", most=people.NAME_LENGTH)


async def named(session: Session, person: Person | None, said: str, say: Texts) -> str:
    """The name as they write it; Telegram's does not replace it from now on. Raises NeedsConsent, Refusal."""
    who, name = _agreed(person), " ".join(said.split())
    if not 1 <= len(name) <= people.NAME_LENGTH or not any(sign.isalpha() for sign in name):
        raise Refusal("corrections.no_name", most=people.NAME_LENGTH)
    who.name, who.named_themselves = name, True
    await session.flush()
    return say("corrections.named", name=people.display(who, say))


async def as_in_telegram(session: Session, person: Person | None, say: Texts) -> tuple[str, Draft]:
    """Telegram's name again, which is asked for. Raises NeedsConsent."""
    who = _agreed(person)
    who.named_themselves = False
    await session.flush()
    chat = who.tg_user_id or 0
    named = {"user_id": chat, "chat_id": chat}
    return say("corrections.asked_telegram"), ask("getChat", "community.named", chat_id=chat, then_data=named)


def addressed(person: Person | None, say: Texts) -> Page:
    """How they want to be addressed. Raises NeedsConsent."""
    _agreed(person)
    return say("community.address.ask"), joining.addresses(say)


async def taught(session: Session, person: Person | None, say: Texts, zone: str, now: datetime) -> Page:
    """Class and school of this school year, whether they were asked or not. Raises NeedsConsent."""
    who = _agreed(person)
    year = school_years.year_of(calendar.local_day(now, who.zone or zone))
    await school_years.unasked(session, who, year, now)
    query = select(Posting.grade, School.name).outerjoin(School, School.id == Posting.school_id)
    row = (await session.execute(query.where(Posting.person_id == who.id, Posting.school_year == year))).one()
    known = school_years.where_taught(row.grade or "", row.name or "", say)
    _, rows = school_years.question(year, ("", ""), "", say)
    now_known = known or say.plain("corrections.unknown")
    return say("corrections.year", year=year, taught=now_known), rows


async def who_looked(session: Session, person: Person | None, say: Texts, zone: str) -> Page:
    """Who opened theirs of late, the newest first. Raises NeedsConsent."""
    who = _agreed(person)
    found = await looks.at(session, who, SHOWN + 1)
    lines = [_line(one, say, who.zone or zone) for one in found[:SHOWN]]
    parts = [say("looks.title"), "\n".join(lines) or say("looks.none")]
    parts += [say("looks.more")] if len(found) > SHOWN else []
    return "\n\n".join([*parts, say("looks.kept")]), [[button(say.plain("corrections.back"), "fix:back")]]


def _line(one: looks.Line, say: Texts, zone: str) -> str:
    day = calendar.spoken(calendar.local_day(one.at, zone), say)
    told = {"day": day, "who": one.who(say), "what": one.words(say)}
    if one.of is None and one.group is not None:
        return say("looks.line_group", group=one.group.title, **told)
    return say("looks.line", **told)
