"""What somebody may look at on the dashboard: groups, and what several groups of theirs make together.

Nobody's right is kept anywhere: every page asks for the places of its reader anew, and a place that is not among them
does not exist.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from community import people, rights
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.models import Enrolment, Group, Person, Programme, School


class Kind(StrEnum):
    """What a place is; its word in an address."""

    GROUP = "grup"
    SCHOOL = "sekolah"
    GUGUS = "gugus"
    PROGRAMME = "program"
    COUNTS = "angka"  # of all groups for which one gets counts alone


ALL = "semua"  # the one place of a kind that has only one


@dataclass(frozen=True, slots=True)
class Place:
    """A group or several. ``id`` names it among those of its kind, and is none of the person's secrets."""

    kind: Kind
    id: str
    title: str
    groups: tuple[Group, ...]
    may_import: bool = False  # this person, a conversation from elsewhere into this one group


async def of_person(session: Session, person: Person | None, say: Texts) -> list[Place]:
    """Everything they may look at, groups first. Raises NeedsConsent, or NotAllowed where there is nothing."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    held = await people.held_by(session, person.id)
    seen = [(group, roles) for group, roles in held if rights.may(roles, Action.SEE_FIGURES)]
    groups = [group for group, _ in seen]
    counted = [group for group, roles in held if rights.may(roles, Action.SEE_COUNTS)]
    found = [
        Place(Kind.GROUP, str(group.id), group.title, (group,), rights.may(roles, Action.IMPORT))
        for group, roles in seen
    ]
    found += [*await _of_schools(session, groups), *await _of_programmes(session, groups)]
    if counted:
        found.append(Place(Kind.COUNTS, ALL, say.plain("dashboard.place.counts"), tuple(counted)))
    if not found:
        raise NotAllowed("dashboard.nobody")
    return found


async def may_open(session: Session, person: Person | None) -> bool:
    """Is there anything for them?"""
    if person is None or person.consented_at is None:
        return False
    return bool(await people.groups_of(session, person.id, _who_may(Action.SEE_FIGURES) | _who_may(Action.SEE_COUNTS)))


def _who_may(action: Action) -> set[Role]:
    return {role for role in Role if rights.may({role}, action)}


async def _of_schools(session: Session, groups: Sequence[Group]) -> list[Place]:
    """Schools and gugus with two groups or more: with one, its page is the group's."""
    ids = {group.school_id for group in groups if group.school_id is not None}
    schools = {one.id: one for one in await session.scalars(select(School).where(among(session, School.id, ids)))}
    by_school: dict[str, list[Group]] = {}
    by_gugus: dict[str, list[Group]] = {}
    for group in groups:
        school = schools.get(group.school_id or 0)
        if school is not None:
            by_school.setdefault(str(school.id), []).append(group)
            by_gugus.setdefault(school.gugus or "", []).append(group)
    by_gugus.pop("", None)
    names = {str(number): school.name for number, school in schools.items()}
    return [
        *_several(Kind.SCHOOL, by_school, names),
        *_several(Kind.GUGUS, by_gugus, {name: name for name in by_gugus}),
    ]


async def _of_programmes(session: Session, groups: Sequence[Group]) -> list[Place]:
    by_id = {group.id: group for group in groups}
    rows = await session.execute(
        select(Programme.id, Programme.title, Enrolment.group_id)
        .join(Enrolment, Enrolment.programme_id == Programme.id)
        .where(among(session, Enrolment.group_id, by_id))
        .distinct()
        .order_by(Programme.id, Enrolment.group_id)
    )
    names: dict[str, str] = {}
    members: dict[str, list[Group]] = {}
    for number, title, group_id in rows:
        names[str(number)] = title
        members.setdefault(str(number), []).append(by_id[group_id])
    return list(_several(Kind.PROGRAMME, members, names))


def _several(kind: Kind, members: dict[str, list[Group]], names: dict[str, str]) -> Iterator[Place]:
    for number in sorted(members, key=lambda one: (names[one].casefold(), one)):
        if len(members[number]) > 1:
            yield Place(kind, number, names[number], tuple(members[number]))
