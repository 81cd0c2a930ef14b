"""Packs that facilitators make for their group: taken from a sheet, kept as versions, published and retired."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import func, select, update

from community import people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content import pack_sheets, packs
from content.lessons import Lesson, Medium, Pack
from content.pack_limits import Limits
from content.texts import LANGUAGES, Texts
from learning.media import STORED
from learning.refusals import Gone
from learning.sent import Sent
from storage.database import Session
from storage.models import Enrolment, Group, PackVersion, Person

MOST_BYTES = 1_000_000  # of a sheet; one with 60 lessons in two languages has 200,000
MOST_PACKS = 30  # of a group, retired ones not counted
MOST_ID = 32
# Telegram's own bounds, in its units.
TELEGRAM = Limits(4_096, 1_024, 300, 100, 12, 200, 2, 50_000_000, 10_000_000)
# As what a medium may be sent; a picture sent as a document keeps its sharpness, a recording may be a voice note.
TAKES = {
    "photo": ("photo", "document"), "document": ("document",), "audio": ("audio", "voice"),
    "video": ("video", "document"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One version on a group's shelf."""

    id: int
    title: str
    version: int
    status: str


@dataclass(frozen=True, slots=True)
class Made:
    """A version with its pack, as it may be shown to a facilitator of its group; `running` follow it now."""

    row: PackVersion
    group: Group
    pack: Pack
    running: int = 0

    @property
    def missing(self) -> dict[str, tuple[str, int]]:
        """Files that nobody has sent yet: the kind of each, and the place of its lesson."""
        return _missing(self.pack)


@dataclass(frozen=True, slots=True)
class Given:
    """What became of a file: `file` is its name in the pack, `kind` what that place waits for; `kept`: it fits."""

    made: Made
    file: str
    kind: str
    kept: bool


async def groups(session: Session, person: Person | None) -> list[Group]:
    """The groups this person may make packs for, at least one. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, {role for role in Role if rights.may({role}, Action.SET_UP)})
    if not found:
        raise NotAllowed
    return found


async def shelf(session: Session, person: Person | None, group_id: int, language: str) -> tuple[Group, list[Listed]]:
    """A group's drafts and published packs, the newest version of each first. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, person, Action.SET_UP, group_id)
    group = await session.get_one(Group, group_id)
    titles = PackVersion.content["titles"]
    title = func.coalesce(titles[language].as_string(), titles[LANGUAGES[0]].as_string())
    rows = await session.execute(
        select(PackVersion.id, title.label("title"), PackVersion.version, PackVersion.status)
        .where(PackVersion.group_id == group_id, PackVersion.status != "retired")
        .order_by(PackVersion.pack, PackVersion.version.desc())
    )
    return group, [Listed(row.id, row.title, row.version, row.status) for row in rows]


async def opened(session: Session, person: Person | None, version_id: int) -> Made:
    """A version of a pack, for a facilitator of the group it was made for. Raises NeedsConsent, NotAllowed, Gone."""
    if person is None:
        raise NeedsConsent
    query = select(PackVersion, Group).join(Group, Group.id == PackVersion.group_id).where(PackVersion.id == version_id)
    found = (await session.execute(query)).one_or_none()
    if found is None:  # also one of the house, which nobody changes here
        raise Gone
    row, group = found
    await rights.require(session, person, Action.SET_UP, group.id)
    following = select(func.count()).select_from(Enrolment).where(
        Enrolment.pack == row.pack, Enrolment.version == row.version, Enrolment.finished_at.is_(None)
    )  # fmt: skip
    return Made(row, group, packs.from_json(row.content), await session.scalar(following) or 0)


@cache
def template() -> bytes:
    """The sheet to begin with: the first week of the house's starter pack, as XLSX."""
    house = packs.pack("awal")
    week = house.practices[0]
    lessons = tuple(one for one in house.lessons if one.id in week.lessons)
    words = {
        name: {one: Texts(one).plain(f"means.pack.template_{name}") for one in house.languages}
        for name in ("title", "about")
    }
    small = house._replace(
        id="paket-kami", version=1, status="draft", titles=words["title"], descriptions=words["about"],
        practices=(week,), lessons=lessons, side=(),
    )  # fmt: skip
    return pack_sheets.write("paket.xlsx", small)


def sheet_of(made: Made) -> bytes:
    """The sheet of a version, under the name its group gave it."""
    lessons, side = (
        tuple(one._replace(media=tuple(_plain(medium) for medium in one.media)) for one in part)
        for part in (made.pack.lessons, made.pack.side)
    )
    own = made.pack.id.removesuffix(_suffix(made.group.id))
    return pack_sheets.write("paket.xlsx", made.pack._replace(id=own, lessons=lessons, side=side))


def _plain(medium: Medium) -> Medium:
    """Without Telegram's id, which says nothing in a sheet."""
    return medium._replace(url=None, size_kb=None) if medium.file else medium


def _suffix(group_id: int) -> str:
    return f"-{group_id}"


async def take(
    session: Session, person: Person | None, group_id: int, name: str, content: bytes, say: Texts, now: datetime
) -> Made:
    """The pack of a sheet as the group's draft; of a pack it has already it is the next version.

    An older draft of it goes; files sent for the version before stay with it. Raises NeedsConsent, NotAllowed,
    pack_sheets.BadSheet, and a Refusal for a name that is too long or a shelf that is full.
    """
    await rights.require(session, person, Action.SET_UP, group_id)
    pack = await asyncio.to_thread(pack_sheets.read, name, content, language=say.language, limits=TELEGRAM)
    most = MOST_ID - len(_suffix(group_id))
    if len(pack.id) > most:
        raise Refusal("means.pack.long_id", most=most)
    key = pack.id + _suffix(group_id)  # so that no two groups, nor the house, use one name
    kept = select(PackVersion).where(PackVersion.pack == key, PackVersion.group_id == group_id)
    before = (await session.scalars(kept.order_by(PackVersion.version.desc()))).all()
    if not before and await _shelved(session, group_id) >= MOST_PACKS:
        raise Refusal("means.pack.too_many", n=MOST_PACKS)
    version = (before[0].version if before else 0) + 1
    known = _files(packs.from_json(before[0].content)) if before else {}
    pack = _with(pack._replace(id=key, version=version, status="draft"), known)
    for one in before:
        if one.status == "draft":
            await session.delete(one)
    await session.flush()
    row = PackVersion(
        pack=key, version=version, status="draft", content=packs.to_json(pack), group_id=group_id,
        created_by=person.id if person else None, created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return Made(row, await session.get_one(Group, group_id), pack)


async def _shelved(session: Session, group_id: int) -> int:
    here = (PackVersion.group_id == group_id, PackVersion.status != "retired")
    return await session.scalar(select(func.count(PackVersion.pack.distinct())).where(*here)) or 0


def _files(pack: Pack) -> dict[str, Medium]:
    """The files of a pack that somebody has sent, by their names."""
    sent = (one for lesson in (*pack.lessons, *pack.side) for one in lesson.media)
    return {one.file: one for one in sent if one.file and (one.url or "").startswith(STORED)}


def _with(pack: Pack, files: Mapping[str, Medium]) -> Pack:
    """The pack with these files in their places."""

    def filled(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
        return tuple(one._replace(media=tuple(place(medium) for medium in one.media)) for one in lessons)

    def place(medium: Medium) -> Medium:
        known = files.get(medium.file or "")
        fits = known is not None and known.kind == medium.kind
        return medium._replace(url=known.url, size_kb=known.size_kb) if known is not None and fits else medium

    return pack._replace(lessons=filled(pack.lessons), side=filled(pack.side))


def _missing(pack: Pack) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for place, lesson in enumerate((*pack.lessons, *pack.side)):
        for medium in lesson.media:
            if medium.file and medium.url is None:
                found.setdefault(medium.file, (medium.kind, place))
    return found


async def give_file(session: Session, person: Person | None, version_id: int, what: Sent) -> Given:
    """A file for a draft: for the place that bears its name, else for the first that is empty.

    Raises NeedsConsent, NotAllowed, Gone (nothing is missing), and a Refusal for what is no draft any more.
    """
    made = await _draft(session, person, version_id)
    missing = made.missing
    if not missing:
        raise Gone
    named = f"media/{what.name}"
    file = named if named in missing else next(iter(missing))
    kind = missing[file][0]
    if what.file_id is None or what.medium not in TAKES[kind]:
        return Given(made, file, kind, False)
    size = -(-what.size // 1024) or None
    pack = _with(made.pack, {file: Medium(kind, file, f"{STORED}{what.medium}:{what.file_id}", size)})
    made.row.content = packs.to_json(pack)
    await session.flush()
    return Given(Made(made.row, made.group, pack), file, kind, True)


async def _draft(session: Session, person: Person | None, version_id: int) -> Made:
    made = await opened(session, person, version_id)
    if made.row.status != "draft":
        raise Refusal("means.pack.only_drafts")
    return made


async def publish(session: Session, person: Person | None, version_id: int) -> Made:
    """From now on groups can begin it; versions before it are retired, whoever follows one keeps it.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal for what is no draft, or lacks a file.
    """
    made = await _draft(session, person, version_id)
    if made.missing:
        raise Refusal("means.pack.not_yet")
    pack = made.pack._replace(status="published")
    older = (PackVersion.pack == made.row.pack, PackVersion.status == "published")
    await session.execute(
        update(PackVersion).where(*older).values(status="retired").execution_options(synchronize_session=False)
    )
    made.row.status, made.row.content = "published", packs.to_json(pack)
    await session.flush()
    return Made(made.row, made.group, pack)


async def retire(session: Session, person: Person | None, version_id: int) -> Made:
    """Nobody can begin it any more; whoever follows it goes on to its end.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal for what is not published. A draft simply goes.
    """
    made = await opened(session, person, version_id)
    if made.row.status == "draft":
        await session.delete(made.row)
    elif made.row.status == "published":
        made.row.status = "retired"
    else:
        raise Refusal("means.pack.only_published")
    await session.flush()
    return made
