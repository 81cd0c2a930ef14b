"""From "Unggah daftar" to members that are stored: what is said on the way, and what each step may do."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community import people, rights, roster, roster_sheet
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from community.roster import Change, Plan, Standing
from community.roster_sheet import COLUMNS, Sheet
from content.texts import Texts
from storage.database import Session
from storage.letters import MOST_FETCHED, Button, Draft, Upload, button, document, fetch, message
from storage.models import Attachment, Group, Person
from storage.outbox import attach

CAME = "community.roster_came"
_SHOWN = 3_000  # characters of a list of mistakes; how many more there are is said
_NAMED = 8
Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done, in words; letters to those who got a role; and who needs another menu, with all their roles."""

    words: str
    rows: Rows
    letters: list[Draft]
    gained: list[tuple[Person, set[Role]]]


async def begin(session: Session, person: Person | None, group_id: int, say: Texts) -> tuple[str, Rows]:
    """How to send a sheet, with an empty one to take along. Raises NeedsConsent, NotAllowed."""
    group = await _listing(session, person, group_id)
    columns = ", ".join(say.plain(f"roster.column.{column}") for column in COLUMNS)
    rows = [[button(say.plain("roster.sample"), f"roster:sample:{group_id}")]]
    return say("roster.how", group=group.title, columns=columns, kilobytes=MOST_FETCHED // 1000), rows


async def _listing(session: Session, person: Person | None, group_id: int) -> Group:
    await rights.require(session, person, Action.LIST_MEMBERS, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise NotAllowed
    return group


async def sample(
    session: Session, person: Person | None, group_id: int, chat_id: int, say: Texts, now: datetime
) -> Draft:
    """The empty sheet. Raises NeedsConsent, NotAllowed."""
    await _listing(session, person, group_id)
    digest = await attach(session, say.plain("roster.file_name"), roster_sheet.template(say), now)
    return document(chat_id, digest, say("roster.sample_caption"))


async def groups_for(session: Session, person: Person | None) -> list[Group]:
    """The groups whose members this person may list. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    listing = {role for role in Role if rights.may({role}, Action.LIST_MEMBERS)}
    found = await people.groups_of(session, person.id, listing)
    if not found:
        raise NotAllowed
    return found


async def sent(session: Session, person: Person | None, group_id: int, file: Upload) -> Draft:
    """A sheet was sent: it is fetched, and comes back as CAME. Raises NeedsConsent, NotAllowed, Refusal."""
    await _listing(session, person, group_id)
    if file.size > MOST_FETCHED:
        raise Refusal("roster.too_many_bytes", kilobytes=MOST_FETCHED // 1000)
    return fetch(file, CAME, user_id=person.tg_user_id or 0 if person else 0, then_data={"group": group_id})


async def came(
    session: Session,
    person: Person | None,
    group_id: int,
    answer: dict[str, Any],
    say: Texts,
    now: datetime,
    *,
    is_owner: bool,
) -> tuple[str, Rows]:
    """The file is here: what it would change, or everything that is wrong in it. Raises as roster.standing does."""
    if not answer.get("ok"):
        await _listing(session, person, group_id)
        return say("roster.not_fetched"), []
    if person is None:
        raise NeedsConsent
    kept = await roster.file(session, person, str(answer["result"]["attachment"]))
    sheet, here, made = await _looked_at(session, person, group_id, kept, say, now, is_owner)
    if made.problems:
        await roster.drop(session, kept)
        return _wrong(made, say), [[button(say.plain("roster.sample"), f"roster:sample:{group_id}")]]
    return _preview(sheet, here, made, say), _choice(made, here, group_id, kept, say)


async def _looked_at(
    session: Session, person: Person, group_id: int, kept: Attachment, say: Texts, now: datetime, is_owner: bool
) -> tuple[Sheet, Standing, Plan]:
    await _listing(session, person, group_id)
    # Off the loop, since it may take a second, and before the group's row is locked.
    sheet = await asyncio.to_thread(roster_sheet.read, kept.content, say)
    here = await roster.standing(session, group_id, person, now)
    own = await people.roles_in(session, person.id, group_id)
    return sheet, here, roster.plan(sheet, here, own, person.id, say, is_owner=is_owner)


def _wrong(made: Plan, say: Texts) -> str:
    """Every mistake a line, as far as one message holds them."""
    lines: list[str] = []
    for problem in made.problems:
        if sum(len(one) + 1 for one in lines) + len(problem) > _SHOWN:
            break
        lines.append(problem)
    words = say("roster.problems", count=len(made.problems), lines="\n".join(lines))
    left = len(made.problems) - len(lines)
    return f"{words}\n{say('roster.more', count=left)}" if left else words


def _preview(sheet: Sheet, here: Standing, made: Plan, say: Texts) -> str:
    parts = [
        say(
            "roster.preview", group=here.group.title, new=len(made.new), changed=len(made.changed), same=made.same
        )
    ]  # fmt: skip
    if made.changed:
        parts.append(say("roster.changed", names=_some([one.line.name for one in made.changed], say)))
    if made.schools:
        parts.append(say("roster.new_schools", names=_some([line.school for line in made.schools.values()], say)))
    moved = [here.schools[name].name for name in made.gugus if name in here.schools]
    if moved:
        parts.append(say("roster.new_gugus", names=_some(moved, say)))
    if made.invite:
        parts.append(say("roster.by_invitation", names=_some(_invited(made, say), say)))
    if made.twins:
        parts.append(say("roster.twins", names=_some(made.twins, say)))
    if sheet.unused:
        parts.append(say("roster.unused", names=_some(sheet.unused, say)))
    return "\n\n".join(parts)


def _invited(made: Plan, say: Texts) -> list[str]:
    return [
        say.plain("roster.invited", name=name, role=say.plain(f"community.role.{role}")) for name, role in made.invite
    ]


def _some(names: list[str], say: Texts) -> str:
    """The first few, and how many more."""
    shown = ", ".join(names[:_NAMED])
    return say.plain("roster.and_more", names=shown, count=len(names) - _NAMED) if len(names) > _NAMED else shown


def _choice(made: Plan, here: Standing, group_id: int, kept: Attachment, say: Texts) -> Rows:
    short = kept.digest[: roster.DIGEST]
    drop = button(say.plain("roster.drop"), f"roster:drop:{short}")
    if made.new or made.changed or made.schools or made.gugus:
        return [[button(say.plain("roster.apply"), f"roster:apply:{group_id}:{short}")], [drop]]
    return [[drop]] if not made.invite else [*_invitations(made, group_id, say), [drop]]


def _invitations(made: Plan, group_id: int, say: Texts) -> Rows:
    """One button a role; each tap makes a link for one person."""
    roles = dict.fromkeys(role for _, role in made.invite)
    return [
        [button(say.plain("roster.invite", role=say.plain(f"community.role.{role}")), f"invite:{group_id}:{role}")]
        for role in roles
    ]


async def applied(
    session: Session, person: Person | None, group_id: int, digest: str, say: Texts, now: datetime, *, is_owner: bool
) -> Applied:
    """ "Simpan": looked at once more, since the group may have changed meanwhile, and stored as a whole.

    Raises NeedsConsent, NotAllowed, and a Refusal when the sheet is gone or no longer fits.
    """
    if person is None:
        raise NeedsConsent
    kept = await roster.file(session, person, digest)
    _, here, made = await _looked_at(session, person, group_id, kept, say, now, is_owner)
    if made.problems:
        raise Refusal("roster.no_longer_fits")
    told = await roster.apply(session, made, here, now)
    await roster.drop(session, kept)
    words = say("roster.applied", group=here.group.title, new=len(made.new), changed=len(made.changed), same=made.same)
    if made.invite:
        words += "\n\n" + say("roster.by_invitation", names=_some(_invited(made, say), say))
    gained = [(one.member.person, await people.roles(session, one.member.person.id)) for one in told]
    letters = [_told(one, here.group, person, role) for one in told for role in one.roles]
    return Applied(words, _invitations(made, group_id, say), letters, gained)


def _told(one: Change, group: Group, by: Person, role: Role) -> Draft:
    """Nobody finds out by chance what they have become."""
    person = one.member.person
    say = Texts(person.language)
    named = say.plain(f"community.role.{role}")
    words = say("roster.got_role", by=people.display(by, say), role=named, group=group.title)
    about = say(f"community.invitation.about.{role}")
    return message(person.tg_user_id or 0, f"{words}\n{about}", person_id=person.id, group_id=group.id)


async def dropped(session: Session, person: Person | None, digest: str) -> None:
    """ "Tidak jadi". Raises NeedsConsent, and a Refusal when the sheet is gone already."""
    if person is None:
        raise NeedsConsent
    await roster.drop(session, await roster.file(session, person, digest))
