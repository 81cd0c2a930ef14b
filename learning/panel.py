"""What one person may see and steer of the programmes around them: `/program`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community import budget, people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.lessons import Pack
from learning import copies, programmes
from learning.programmes import Standing
from storage.database import Session
from storage.models import Group, Person

AUDIENCES = ("teacher", "facilitator", "coach")
# A pack is for those who hold the role; a group follows packs for teachers or for its facilitators.
FOR_GROUPS = {"teacher", "facilitator"}


@dataclass(frozen=True, slots=True)
class Panel:
    """A group's programme as this person sees it."""

    group: Group
    standing: Standing | None
    steers: bool  # may postpone, pause, change and set the budget
    learns: bool  # may follow something at their own pace
    teaches: bool  # may have a private copy of the group's prompts
    copied: bool
    own: Standing | None  # what the person follows at their own pace


@dataclass(frozen=True, slots=True)
class Change:
    """What it would mean for the group to follow `pack`: `before` is what it follows now or followed last.

    `runs`: it is this pack that is coming already. `position`: lessons of it that have gone out, where it goes on;
    `at`: the moment of the next one.
    """

    group: Group
    pack: Pack
    before: Standing | None
    runs: bool
    position: int
    at: datetime


async def groups(session: Session, person: Person | None) -> list[Group]:
    """The groups whose programme the person has to do with. Raises NeedsConsent, or a Refusal where there is none."""
    if person is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id)
    if not found:
        raise Refusal("learning.none_yet")
    return found


async def of_group(session: Session, person: Person | None, group_id: int) -> Panel:
    """One group's panel. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    roles = await people.roles_in(session, person.id, group_id)
    group = await session.get(Group, group_id)
    if not roles or group is None or group.state == "left":
        raise NotAllowed
    learns = bool(programmes.audiences(roles))
    return Panel(
        group=group,
        standing=await programmes.of_group(session, group_id),
        steers=rights.may(roles, Action.SET_UP),
        learns=learns,
        teaches=Role.TEACHER in roles,
        copied=learns and group_id in await copies.wanted_by(session, person.id),
        own=await programmes.own(session, person.id) if learns else None,
    )


async def packs_for(session: Session, person: Person | None, group_id: int) -> Sequence[Pack]:
    """What a facilitator may choose for the group. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, person, Action.SET_UP, group_id)
    return await programmes.choices(session, group_id, FOR_GROUPS)


async def packs_alone(session: Session, person: Person | None, group_id: int) -> Sequence[Pack]:
    """What somebody may follow alone, by the roles they hold. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    mine = programmes.audiences(await people.roles_in(session, person.id, group_id))
    if not mine:
        raise NotAllowed("learning.join_first")
    return await programmes.choices(session, group_id, mine)


async def look(session: Session, person: Person | None, group_id: int, pack_id: str) -> Pack:
    """A pack that a facilitator may choose for the group. Raises NeedsConsent, NotAllowed, or a Refusal."""
    found = {pack.id: pack for pack in await packs_for(session, person, group_id)}
    if pack_id not in found:
        raise Refusal("learning.programme.no_such_pack")
    return found[pack_id]


async def ahead(session: Session, person: Person | None, group_id: int, pack_id: str, now: datetime) -> Change:
    """What `change` would do. Raises as look."""
    pack = await look(session, person, group_id, pack_id)
    group = await session.get_one(Group, group_id)
    before = await programmes.of_group(session, group_id)
    known = await programmes.begun(session, group_id, pack_id)
    runs = known is not None and known.next_at is not None
    at = await programmes.first_moment(session, group, now)
    return Change(group, pack, before, runs, known.position if known else 0, at)


async def change(session: Session, person: Person | None, group_id: int, pack_id: str, now: datetime) -> None:
    """The group follows another pack from its next prompt hour on. Raises as look."""
    await look(session, person, group_id, pack_id)
    await programmes.enrol(session, group_id, pack_id, now)


async def begin_alone(session: Session, person: Person | None, group_id: int, pack_id: str, now: datetime) -> None:
    """The person follows a pack at their own pace. Raises NeedsConsent, NotAllowed, and a Refusal."""
    if pack_id not in {pack.id for pack in await packs_alone(session, person, group_id)}:
        raise Refusal("learning.programme.no_such_pack")
    await programmes.begin_own_pace(session, person, group_id, pack_id, now)


async def allow(session: Session, person: Person | None, group_id: int, choice: int) -> tuple[int, int]:
    """One of the offered budgets for a person's week; gives messages and minutes.

    Raises NeedsConsent, NotAllowed, and a Refusal for one that is not offered.
    """
    await rights.require(session, person, Action.SET_UP, group_id)
    if not 0 <= choice < len(budget.CHOICES):
        raise Refusal
    await budget.allow(session, group_id, *budget.CHOICES[choice])
    return budget.CHOICES[choice]
