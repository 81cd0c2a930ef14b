"""A group's members from a sheet: looked at first, then applied; the same sheet twice changes nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, or_, select

from community import calendar, people, rights, roster_sheet
from community.refusals import NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from community.roster_sheet import Line, Sheet, key
from community.school_years import year_of
from content.texts import Texts
from storage.database import Session
from storage.models import Attachment, Group, Membership, Person, Posting, School

DIGEST = 16  # so many letters of a file's digest stand in a button


@dataclass(slots=True)
class Member:
    """Somebody of the group now, with where they teach this year."""

    person: Person
    roles: set[Role] = field(default_factory=set)
    posting: Posting | None = None

    @property
    def joined(self) -> bool:
        return self.person.tg_user_id is not None


@dataclass(slots=True)
class Standing:
    """The group as it is: members and schools by their name without capitals."""

    group: Group
    year: str
    members: dict[str, list[Member]]
    schools: dict[str, School]
    own: School | None  # the school of the group itself


@dataclass(slots=True)
class Change:
    """What a line changes of a member; ``school`` and ``grade`` are None where they stay."""

    line: Line
    member: Member
    school: str | None = None  # by its key
    grade: str | None = None
    zone: str | None = None
    roles: list[Role] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.school or self.grade or self.zone or self.roles)


@dataclass(slots=True)
class Plan:
    """What a sheet comes to. ``invite``: roles that somebody takes by a link of their own."""

    new: list[Line] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    invite: list[tuple[str, Role]] = field(default_factory=list)
    schools: dict[str, Line] = field(default_factory=dict)  # new ones, by key, and the line that names them first
    gugus: dict[str, str] = field(default_factory=dict)  # of schools, by key, where it is another one
    twins: list[str] = field(default_factory=list)  # joined, and still on the list of those without Telegram
    problems: list[str] = field(default_factory=list)


async def standing(session: Session, group_id: int, by: Person | None, now: datetime) -> Standing:
    """The group with its members, for who may list them; five queries. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, by, Action.LIST_MEMBERS, group_id)
    group = await session.scalar(select(Group).where(Group.id == group_id).with_for_update())
    if group is None or by is None:
        raise NotAllowed
    year = year_of(calendar.local_day(now, group.zone))
    found = await session.execute(
        select(Person, Membership.role, Posting)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Posting, (Posting.person_id == Person.id) & (Posting.school_year == year))
        .where(
            Membership.group_id == group_id, Membership.until.is_(None),
            or_(Person.tg_user_id.is_(None), Person.consented_at.is_not(None)),
        )
        .order_by(Person.id)
    )  # fmt: skip
    members: dict[int, Member] = {}
    for person, role, posting in found:
        members.setdefault(person.id, Member(person, set(), posting)).roles.add(Role(role))
    by_name: dict[str, list[Member]] = {}
    for one in members.values():
        by_name.setdefault(key(one.person.name), []).append(one)
    schools = await _schools(session, group, by, list(members.values()))
    own = next((school for school in schools.values() if school.id == group.school_id), None)
    return Standing(group, year, by_name, schools, own)


async def _schools(session: Session, group: Group, by: Person, members: list[Member]) -> dict[str, School]:
    """The schools that are meant when one of them is named here: of the facilitator's groups, and of the members.

    Another district has an "SDN 1" of its own. Among two of one name the group's own wins.
    """
    facilitated = await people.groups_of(session, by.id, {Role.FACILITATOR})
    ids = {one.school_id for one in facilitated} | {one.posting.school_id for one in members if one.posting}
    found = await session.scalars(select(School).where(School.id.in_(ids - {None})).order_by(School.id.desc()))
    schools = {key(school.name): school for school in found}
    own = await session.get(School, group.school_id) if group.school_id else None
    return schools | ({key(own.name): own} if own else {})


def plan(sheet: Sheet, here: Standing, own_roles: set[Role], own_id: int, say: Texts, *, is_owner: bool) -> Plan:
    """What the sheet would do. With problems it does nothing."""
    made = Plan(problems=list(sheet.problems))
    for line in sheet.lines:
        member = _member(line, sheet, here, made, say)
        _school(line, sheet, here, made, say)
        held = member.roles if member else set()
        missing = [role for role in line.roles if role not in held]
        for role in missing:
            to_themselves = member is not None and member.person.id == own_id and role is not Role.TEACHER
            if to_themselves or not rights.may_give(own_roles, role, is_owner=is_owner):
                role_name = say.plain(f"community.role.{role}")
                made.problems.append(roster_sheet.said(sheet, line.row, "role", "not_given", say, role=role_name))
        if member is None or not member.joined:
            made.invite += [(line.name, role) for role in missing if role is not Role.TEACHER]
        if member is not None:
            change = _change(line, member, here, [role for role in missing if member.joined or role is Role.TEACHER])
            made.changed += [change] if change else []
            made.same += not change
        elif Role.TEACHER in line.roles:
            made.new.append(line)
    known = {name: key(school.gugus or "") for name, school in here.schools.items()}
    made.gugus = {name: gugus for name, gugus in made.gugus.items() if known.get(name) != key(gugus)}
    return made


def _member(line: Line, sheet: Sheet, here: Standing, made: Plan, say: Texts) -> Member | None:
    """Whom the line means: who has joined goes before a namesake on the list."""
    namesakes = here.members.get(line.key, [])
    joined, listed = [one for one in namesakes if one.joined], [one for one in namesakes if not one.joined]
    if len(joined) > 1 or (not joined and len(listed) > 1):
        made.problems.append(roster_sheet.said(sheet, line.row, "name", "namesakes", say, name=line.name))
        return None
    if joined and listed:
        made.twins.append(line.name)
    return next(iter(joined or listed), None)


def _school(line: Line, sheet: Sheet, here: Standing, made: Plan, say: Texts) -> None:
    """A school not known yet, and the gugus of a school; a line without a school speaks of the group's own."""
    name = key(line.school) or (key(here.own.name) if here.own else "")
    if line.school and name not in here.schools:
        made.schools.setdefault(name, line)
    if not line.gugus:
        return
    if not name:
        made.problems.append(roster_sheet.said(sheet, line.row, "gugus", "gugus_of_school", say))
        return
    other = made.gugus.setdefault(name, line.gugus)
    if key(other) != key(line.gugus):
        made.problems.append(roster_sheet.said(sheet, line.row, "gugus", "other_gugus", say, other=other))


def _change(line: Line, member: Member, here: Standing, roles: list[Role]) -> Change:
    """A filled cell that says something else than what is stored. A zone that somebody chose themselves stays."""
    change, posting = Change(line, member, roles=roles), member.posting
    named = key(line.school)
    if named and (here.schools.get(named) is None or posting is None or posting.school_id != here.schools[named].id):
        change.school = named
    if line.grade and (posting is None or posting.grade != line.grade):
        change.grade = line.grade
    if line.zone and line.zone != member.person.zone and not (member.joined and member.person.zone):
        change.zone = line.zone
    return change


async def apply(session: Session, made: Plan, here: Standing, now: datetime) -> list[Change]:
    """Do what was planned, all of it; gives the changes in which somebody who has joined got a role."""
    schools = await _made_schools(session, made, here, now)
    group_id = here.group.id
    added = [Person(name=one.name, language="id", zone=one.zone or None, created_at=now) for one in made.new]
    session.add_all(added)
    await session.flush()
    teacher = str(Role.TEACHER)
    session.add_all(Membership(person_id=one.id, group_id=group_id, role=teacher, since=now) for one in added)
    session.add_all(
        Posting(
            person_id=person.id, school_year=here.year, grade=one.grade or None,
            school_id=schools[key(one.school)].id if one.school else None,
        )
        for person, one in zip(added, made.new, strict=True) if one.school or one.grade
    )  # fmt: skip
    for change in made.changed:
        person, posting = change.member.person, change.member.posting
        person.zone = change.zone or person.zone
        if change.school or change.grade:
            posting = posting or Posting(person_id=person.id, school_year=here.year)
            posting.school_id = schools[change.school].id if change.school else posting.school_id
            posting.grade = change.grade or posting.grade
            session.add(posting)
        for role in change.roles:
            await people.give_role(session, person.id, group_id, role, now)
    await session.flush()
    return [change for change in made.changed if change.roles and change.member.joined]


async def _made_schools(session: Session, made: Plan, here: Standing, now: datetime) -> dict[str, School]:
    """All schools by key: new ones keep the week, the province and the rules of the group's own."""
    schools, own = dict(here.schools), here.own
    for name, line in made.schools.items():
        school = School(name=line.school, zone=line.zone or here.group.zone, created_at=now)
        if own is not None:
            school.workdays, school.policy_profile, school.province = own.workdays, own.policy_profile, own.province
        schools[name] = school
        session.add(school)
    for name, gugus in made.gugus.items():
        schools[name].gugus = gugus
    await session.flush()
    return schools


async def file(session: Session, person: Person, digest: str) -> Attachment:
    """A sheet that this person sent, by the beginning of its digest. Raises Refusal once it is gone."""
    is_one = len(digest) >= DIGEST and digest.isascii() and digest.isalnum()
    found = select(Attachment).where(
        Attachment.digest.startswith(digest, autoescape=True), Attachment.person_id == person.id
    )
    kept = (await session.scalars(found.limit(1))).first() if is_one else None
    if kept is None:
        raise Refusal("roster.gone")
    return kept


async def drop(session: Session, kept: Attachment) -> None:
    """The sheet has done its work: the names in it are not kept a second time."""
    await session.execute(delete(Attachment).where(Attachment.digest == kept.digest))
