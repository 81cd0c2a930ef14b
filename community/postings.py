"""Where a person teaches in a school year: their own answer, by tap or typed, and the years before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlalchemy import or_, select

from community import people
from community.refusals import NeedsConsent, Refusal
from community.roles import Role
from community.school_years import Page, starting_in, where_taught
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Membership, Person, Posting, School

GRADES = tuple(str(number) for number in range(1, 13))
_GRADE_LENGTH = range(1, 33)
_SCHOOL_LENGTH = range(3, 129)
MOST_NEW = 3  # schools that one person may add in a school year: a slip of the finger, and one more
_OFFERED, _ALIKE = 3, 80  # so many known schools, and so many percent alike
_PUBLIC = re.compile(r"\b(tk|sd|smp|sma|smk|mi|mts|ma|slb) (?:negeri|neg)\b")
_SIGNS = re.compile(r"[^\w\s]+")


async def _asked(session: Session, person: Person | None, first: int) -> tuple[Person, Posting]:
    """The posting of the school year that begins in ``first``, if the person was asked about it."""
    if person is None:
        raise NeedsConsent
    year = starting_in(first)
    found = await session.scalar(select(Posting).where(Posting.person_id == person.id, Posting.school_year == year))
    if found is None:
        raise Refusal("calendar.wrong.year")
    return person, found


async def _before(session: Session, posting: Posting) -> Posting | None:
    """What the person last told of a year before."""
    query = select(Posting).where(Posting.person_id == posting.person_id, Posting.school_year < posting.school_year)
    told = query.where(Posting.grade.is_not(None) | Posting.school_id.is_not(None))
    return await session.scalar(told.order_by(Posting.school_year.desc()).limit(1))


async def _own_school(session: Session, person: Person) -> int | None:
    """The school of the first group the person teaches in."""
    groups = await people.groups_of(session, person.id, {Role.TEACHER})
    return next((group.school_id for group in groups if group.school_id), None)


async def _kept(session: Session, posting: Posting, say: Texts, now: datetime) -> str:
    posting.answered_at = now
    await session.flush()
    school = await session.get(School, posting.school_id) if posting.school_id else None
    known = where_taught(posting.grade or "", school.name if school else "", say)
    return say("calendar.year.kept", year=posting.school_year, known=known or say.plain("calendar.year.open"))


async def same(session: Session, person: Person | None, first: int, say: Texts, now: datetime) -> str:
    """As in the year before; gives the words. Raises NeedsConsent, or a Refusal for a year nobody asked about."""
    person, posting = await _asked(session, person, first)
    before = await _before(session, posting)
    posting.grade = before.grade if before else posting.grade
    school_id = before.school_id if before and before.school_id else None
    posting.school_id = school_id or await _own_school(session, person)
    return await _kept(session, posting, say, now)


async def ask_class(session: Session, person: Person | None, first: int, say: Texts) -> Page:
    """Which class; the numbers to tap, anything else to type."""
    await _asked(session, person, first)
    keys = [button(grade, f"year:grade:{first}:{grade}") for grade in GRADES]
    return say("calendar.year.which_class"), [keys[:6], keys[6:]]


async def in_class(session: Session, person: Person | None, first: int, said: str, say: Texts, now: datetime) -> str:
    """The class, as tapped or typed; the school stays what it was. Raises as same, and a Refusal for an empty one."""
    person, posting = await _asked(session, person, first)
    grade = " ".join(said.split())
    for word in ("kelas ", "class ", "grade "):
        grade = grade[len(word) :] if grade.lower().startswith(word) else grade
    if len(grade) not in _GRADE_LENGTH or not any(sign.isalnum() for sign in grade):
        raise Refusal("calendar.wrong.class")
    posting.grade = grade
    if posting.school_id is None:
        before = await _before(session, posting)
        posting.school_id = (before.school_id if before else None) or await _own_school(session, person)
    return await _kept(session, posting, say, now)


async def ask_school(session: Session, person: Person | None, first: int, say: Texts) -> str:
    """Which school, to type."""
    await _asked(session, person, first)
    return say("calendar.year.which_school")


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said to a school's name. ``settled``: the class comes next; otherwise which school is meant."""

    html: str
    rows: list[list[Button]]
    settled: bool


async def at_school(
    session: Session, person: Person | None, first: int, said: str, say: Texts, now: datetime, *, sure: bool = False
) -> Answered:
    """The school by its name; then the class is asked.

    Where nobody around them teaches at one of that name, schools of nearly the same name are offered first, unless
    they are ``sure``. Raises as same, and a Refusal for no name, or for one new school too many.
    """
    person, posting = await _asked(session, person, first)
    name = " ".join(said.split())
    if len(name) not in _SCHOOL_LENGTH or not any(sign.isalpha() for sign in name):
        raise Refusal("calendar.wrong.school")
    around = await _around(session, person)
    school = next((one for one in around if one.name.casefold() == name.casefold()), None)
    if school is None and not sure and (alike := _alike(name, around)):
        rows = [[button(one.name[:60], f"year:is:{first}:{one.id}")] for one in alike]
        rows.append([button(say.plain("calendar.year.new_school", name=name)[:60], f"year:new:{first}")])
        return Answered(say("calendar.year.alike", name=name), rows, settled=False)
    if school is None:
        if (posting.new_schools or 0) >= MOST_NEW:
            raise Refusal("calendar.wrong.schools", most=MOST_NEW)
        posting.new_schools = (posting.new_schools or 0) + 1
        school = await _new_school(session, person, name, now)
    return await _moved(session, person, posting, school, first, say, now)


async def is_school(
    session: Session, person: Person | None, first: int, school_id: int, say: Texts, now: datetime
) -> Answered:
    """One of the schools that were offered. Raises as same, and a Refusal for one out of the person's sight."""
    person, posting = await _asked(session, person, first)
    school = next((one for one in await _around(session, person) if one.id == school_id), None)
    if school is None:
        raise Refusal("calendar.wrong.year")
    return await _moved(session, person, posting, school, first, say, now)


async def _moved(
    session: Session, person: Person, posting: Posting, school: School, first: int, say: Texts, now: datetime
) -> Answered:
    if posting.school_id != school.id:
        posting.school_id, posting.grade = school.id, None
    words = await _kept(session, posting, say, now)
    asks, rows = await ask_class(session, person, first, say)
    return Answered(f"{words}\n\n{asks}", rows, settled=True)


async def _around(session: Session, person: Person) -> Sequence[School]:
    """The schools of the person's groups and colleagues: one of the same name elsewhere is another school."""
    here = select(Membership.group_id).where(Membership.person_id == person.id, Membership.until.is_(None))
    colleagues = select(Membership.person_id).where(Membership.group_id.in_(here), Membership.until.is_(None))
    near = or_(
        School.id.in_(select(Group.school_id).where(Group.id.in_(here))),
        School.id.in_(select(Posting.school_id).where(Posting.person_id.in_(colleagues))),
    )
    return (await session.scalars(select(School).where(near).order_by(School.id))).all()


def _alike(name: str, schools: Sequence[School]) -> list[School]:
    """The schools that may be meant, the likeliest first: "SD Negeri Kenari 1" is "SDN Kenari 1"."""
    spelt = {one.id: _plain(one.name) for one in schools}
    found = process.extract(_plain(name), spelt, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=_OFFERED)
    by_id = {one.id: one for one in schools}
    return [by_id[number] for _, _, number in found]


def _plain(name: str) -> str:
    return _PUBLIC.sub(r"\1n", " ".join(_SIGNS.sub("", name.casefold()).split()))


async def _new_school(session: Session, person: Person, name: str, now: datetime) -> School:
    """Like the school they come from, but for its name."""
    own_id = await _own_school(session, person)
    own = await session.get(School, own_id) if own_id else None
    school = School(name=name, zone=own.zone if own else person.zone or "Asia/Jakarta", created_at=now)
    if own is not None:
        school.workdays, school.policy_profile, school.province = own.workdays, own.policy_profile, own.province
    session.add(school)
    await session.flush()
    return school
