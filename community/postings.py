"""Where a person teaches in a school year: their own answer, by tap or typed, and the years before it."""

from datetime import datetime

from sqlalchemy import or_, select

from community import people
from community.refusals import NeedsConsent, Refusal
from community.roles import Role
from community.school_years import Page, starting_in, where_taught
from content.texts import Texts
from storage.database import Session
from storage.letters import button
from storage.models import Group, Membership, Person, Posting, School

GRADES = tuple(str(number) for number in range(1, 13))
_GRADE_LENGTH = range(1, 33)
_SCHOOL_LENGTH = range(3, 129)


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


async def at_school(session: Session, person: Person | None, first: int, said: str, say: Texts, now: datetime) -> Page:
    """The school by its name, a new row where nobody around them teaches there; then the class is asked."""
    person, posting = await _asked(session, person, first)
    name = " ".join(said.split())
    if len(name) not in _SCHOOL_LENGTH or not any(sign.isalpha() for sign in name):
        raise Refusal("calendar.wrong.school")
    school = await _known_school(session, person, name)
    if school is None:
        school = await _new_school(session, person, name, now)
    if posting.school_id != school.id:
        posting.school_id, posting.grade = school.id, None
    words = await _kept(session, posting, say, now)
    asks, rows = await ask_class(session, person, first, say)
    return f"{words}\n\n{asks}", rows


async def _known_school(session: Session, person: Person, name: str) -> School | None:
    """A school of that name among those of the person's groups and colleagues: elsewhere it is another one."""
    here = select(Membership.group_id).where(Membership.person_id == person.id, Membership.until.is_(None))
    colleagues = select(Membership.person_id).where(Membership.group_id.in_(here), Membership.until.is_(None))
    near = or_(
        School.id.in_(select(Group.school_id).where(Group.id.in_(here))),
        School.id.in_(select(Posting.school_id).where(Posting.person_id.in_(colleagues))),
    )
    schools = await session.scalars(select(School).where(near).order_by(School.id))
    return next((one for one in schools if one.name.casefold() == name.casefold()), None)


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
