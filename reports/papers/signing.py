"""Who signs a paper: name, office, NIP and town as they are typed at that moment; kept only when they say so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete

from community import people
from community.refusals import NeedsConsent, Refusal
from community.roles import Role
from content.texts import Texts
from reports.papers.days import long_day
from reports.papers.paper import Signer, lines_of
from storage.database import Session, insert
from storage.models import Person, Signature

LONGEST = 80
_NIP = 18
_DOTS = "." * 20


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody signs. ``nip`` is 18 digits or empty."""

    name: str
    role: str
    nip: str = ""
    place: str = ""

    def signer(self, day: date, say: Texts) -> Signer:
        """With place and date above: Tangerang, 27 November 2026."""
        return Signer((f"{self.place or _DOTS}, {long_day(day, say)}",), self.role, self.name, spelled(self.nip))

    def plain(self) -> dict[str, str]:
        """For the state of a conversation."""
        return asdict(self)


def spelled(nip: str) -> str:
    """NIP 19800101 200501 1 001: birth, entry, sex and number, as offices space it."""
    return f"NIP {nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if nip else ""


def read(words: str) -> Hand:
    """Lines somebody typed: name, office, perhaps a NIP, perhaps a town. Raises Refusal."""
    lines, nip, others = lines_of(words), "", list[str]()
    for line in lines:
        digits = re.sub(r"\D", "", line)
        if len(digits) >= 6 or (digits and not _names_something(line)):
            if len(digits) != _NIP or nip:
                raise Refusal("papers.sign.nip")
            nip = digits
        else:
            others.append(line)
    if not 2 <= len(others) <= 3 or max(map(len, others)) > LONGEST:
        raise Refusal("papers.sign.lines", most=LONGEST)
    return Hand(others[0], others[1], nip, others[2] if len(others) > 2 else "")


def _names_something(line: str) -> bool:
    """Does it hold a word besides the number? "SDN 2" does, "123" and "NIP 123" are numbers cut short."""
    return any(sign.isalpha() for sign in line.casefold().removeprefix("nip"))


async def of(session: Session, person: Person, group_id: int, said: Mapping[str, Any] | None, say: Texts) -> Hand:
    """As was said for this paper, else as they keep it, else by name and role alone."""
    if said:
        return Hand(**{name: str(said.get(name) or "") for name in ("name", "role", "nip", "place")})
    kept = await session.get(Signature, person.id, populate_existing=True)
    if kept is not None:
        return Hand(kept.name, kept.role, kept.nip or "", kept.place or "")
    roles = await people.roles_in(session, person.id, group_id)
    office = next((one for one in (Role.PRINCIPAL, Role.FACILITATOR) if one in roles), None) or "guru"
    return Hand(people.bare(person, say), say.plain(f"papers.said.{office}"))


async def keep(session: Session, person: Person | None, said: Mapping[str, Any], now: datetime) -> None:
    """For the next papers too. Raises NeedsConsent, Refusal for what has been forgotten meanwhile."""
    if person is None:
        raise NeedsConsent
    if not said.get("name"):
        raise Refusal("papers.sign.lines", most=LONGEST)
    row = {"name": said["name"], "role": said["role"], "nip": said["nip"] or None, "place": said["place"] or None}
    added = insert(session, Signature).values(row | {"person_id": person.id, "at": now})
    await session.execute(added.on_conflict_do_update(index_elements=["person_id"], set_=row | {"at": now}))


async def drop(session: Session, person: Person | None) -> None:
    """Kept no longer. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    gone = delete(Signature).where(Signature.person_id == person.id)
    await session.execute(gone.execution_options(synchronize_session=False))


async def is_kept(session: Session, person: Person) -> bool:
    """Have they asked to keep one?"""
    return await session.get(Signature, person.id, populate_existing=True) is not None


async def above(session: Session, person: Person, group_id: int, say: Texts) -> list[Signer]:
    """The principal's place to sign, with their name where the group has one who agreed; none beside their own."""
    there = await people.with_role(session, group_id, {Role.PRINCIPAL})
    if person.id in {one.id for one in there}:
        return []
    return [Signer((say.plain("papers.said.known"),), say.plain("papers.said.principal"), _name_of(there, say))]


def _name_of(there: Sequence[Person], say: Texts) -> str:
    """Of the first who agreed; else empty, to be written by hand."""
    agreed = [one for one in there if one.consented_at is not None]
    return people.bare(agreed[0], say) if agreed else ""


async def for_another(session: Session, person: Person, group_id: int, day: date, say: Texts) -> list[Signer]:
    """Who signs what somebody else is given: the principal, and whoever facilitates; by name alone, as they said no
    more for this paper. Nobody signs for themselves."""
    leads = [one for one in await people.with_role(session, group_id, {Role.FACILITATOR}) if one.id != person.id]
    facilitator = Hand(_name_of(leads, say), say.plain("papers.said.facilitator"))
    return [*await above(session, person, group_id, say), facilitator.signer(day, say)]
