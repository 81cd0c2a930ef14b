"""Packs as they stood when somebody began them: a running programme keeps its version."""

from collections.abc import Collection
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select, tuple_

from content import packs
from content.packs import Lesson, Pack, UnknownPack
from storage.database import Session, insert
from storage.models import Delivery, PackVersion

Key = tuple[str, int]

# A stored version never changes, so it is read once; each database has its own.
_read: WeakKeyDictionary[object, dict[Key, Pack]] = WeakKeyDictionary()


async def keep(
    session: Session, pack: Pack, now: datetime, *, group_id: int | None = None, by: int | None = None
) -> None:
    """Store the pack under its version; a version that is stored already stays as it is."""
    row = {
        "pack": pack.id,
        "version": pack.version,
        "status": pack.status,
        "content": packs.to_json(pack),
        "group_id": group_id,
        "created_by": by,
        "created_at": now,
    }
    statement = insert(session, PackVersion).values(row)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["pack", "version"]))


async def known(session: Session, wanted: Collection[Key]) -> dict[Key, Pack]:
    """The packs by id and version, those that cannot be found left out; at most one query."""
    bind = session.get_bind()
    shelf = _read.setdefault(bind.engine if isinstance(bind, Engine) else bind, {})
    missing = [key for key in set(wanted) if key not in shelf]
    if missing:
        stored = select(PackVersion).where(tuple_(PackVersion.pack, PackVersion.version).in_(missing))
        for row in await session.scalars(stored):
            shelf[row.pack, row.version] = packs.from_json(row.content)
    found = {key: shelf[key] for key in wanted if key in shelf}
    for key in set(wanted) - found.keys():
        try:  # begun before versions were stored: the house's own pack is the nearest there is
            found[key] = packs.pack(key[0])
        except (UnknownPack, packs.BadPack):
            continue
    return found


async def get(session: Session, pack_id: str, version: int) -> Pack:
    """One pack in its version. Raises UnknownPack."""
    found = (await known(session, [(pack_id, version)])).get((pack_id, version))
    if found is None:
        raise UnknownPack(f"no version {version} of pack {pack_id!r}")
    return found


async def lesson_of(session: Session, delivery: Delivery) -> Lesson | None:
    """The lesson that went out; None when its pack has lost it."""
    try:
        return (await get(session, delivery.pack, delivery.version)).lesson(delivery.lesson)
    except UnknownPack:
        return None


async def lessons_of(session: Session, deliveries: Collection[Delivery]) -> dict[int, Lesson]:
    """The lessons of many prompts by the prompt's number; those that cannot be found are left out."""
    found = await known(session, {(one.pack, one.version) for one in deliveries})
    lessons: dict[int, Lesson] = {}
    for one in deliveries:
        pack = found.get((one.pack, one.version))
        if pack is not None:
            try:
                lessons[one.id] = pack.lesson(one.lesson)
            except UnknownPack:
                continue
    return lessons


async def newest(session: Session, pack_id: str) -> Pack | None:
    """The newest published pack of that id, of the house or handed in; None where there is none."""
    query = (
        select(PackVersion.version)
        .where(PackVersion.pack == pack_id, PackVersion.status == "published")
        .order_by(PackVersion.version.desc())
        .limit(1)
    )
    stored = await session.scalar(query)
    try:
        house = packs.pack(pack_id)
    except (UnknownPack, packs.BadPack):
        house = None
    if house is not None and house.status == "published" and house.version >= (stored or 0):
        return house
    return await get(session, pack_id, stored) if stored is not None else None
