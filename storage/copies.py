"""Safe copies of an SQLite database: taken while the assistant runs, put back while it does not."""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from storage import schema

STAMP = "sejawat-%Y%m%dT%H%M%SZ.db"  # sorts by age
_BESIDE = ("-wal", "-shm")
_FIRST_SHARED, _SHARED_BYTES = 0x40000002, 510  # where SQLite's file format puts the lock of everybody who reads


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy in one file, while others write; ValueError when what came out is not sound.

    It gets its name only when it is whole and on the disk, and only its owner may read it: it holds people's words.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(0o600)
    try:
        _copy(source, part)
        part.replace(target)
        _to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    reading = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(reading, uri=True)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
        new.execute("vacuum")  # what was deleted lies in free pages until it is written over: not in a backup
        # Out of WAL: a copy that can be read from a medium nobody can write to.
        new.execute("pragma journal_mode=delete")
        told = new.execute("pragma integrity_check(1)").fetchone()[0]
    if told != "ok":
        raise ValueError(f"{source} is damaged: {told.splitlines()[-1]}")
    _to_disk(part)


def _to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_into(source: Path, folder: Path, now: datetime, keep: int | None = None) -> tuple[Path, Sequence[Path]]:
    """A copy in ``folder`` named by its moment; gives it and the older ones that went, all but the newest ``keep``."""
    target = folder / now.astimezone(UTC).strftime(STAMP)
    if target.exists():
        raise ValueError(f"{target} exists already")
    copy_sqlite(source, target)
    copies = sorted(folder.glob("sejawat-????????T??????Z.db"))
    gone = copies[:-keep] if keep else []
    for old in gone:
        old.unlink()
    return target, gone


def restore_sqlite(source: Path, target: Path) -> Path | None:
    """Check a copy, bring it to the newest schema and put it in place; what stood there is kept and named.

    ValueError, and nothing changed, when the copy is unfit or somebody still has the database open.
    """
    if not _is_sqlite(source):
        raise ValueError(f"{source} cannot be restored: it is no SQLite database")
    if is_open(target):
        raise ValueError(f"{target} is in use: stop the assistant first")
    kept = target.with_name(f"{target.name}.before-restore") if target.exists() else None
    if kept and kept.exists():
        raise ValueError(f"{kept} is in the way: move it first, it is the copy of an earlier restore")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.restoring")
    try:
        copy_sqlite(source, fresh)
        _make_fit(fresh, source)
        if kept:
            _put_aside(target, kept)
        fresh.replace(target)
        _to_disk(target.parent)
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{source} cannot be restored: {error}") from None
    finally:
        for left in (fresh, *_beside(fresh)):
            left.unlink(missing_ok=True)
    return kept


def _make_fit(fresh: Path, source: Path) -> None:
    """Bring a copy of an earlier version to the newest schema; ValueError for one that cannot be."""
    url = f"sqlite+aiosqlite:///{fresh}"
    if schema.revision(url) is None:
        raise ValueError(f"{source} cannot be restored: it is not Sejawat's")
    if not (schema.is_newer(url) or schema.is_current(url)):
        schema.upgrade(url)
    if found := schema.problems(url):
        raise ValueError(f"{source} cannot be restored: {found[0]}")


def _put_aside(target: Path, kept: Path) -> None:
    """Renamed, not copied: what is replaced may be damaged, and then every byte of it is wanted."""
    for old, new in zip((target, *_beside(target)), (kept, *_beside(kept)), strict=True):
        with contextlib.suppress(FileNotFoundError):
            old.replace(new)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in _BESIDE]


def is_open(path: Path) -> bool:
    """Whether another process has the database open.

    Asked of the lock that SQLite holds on a file in WAL for as long as it is open, and not through SQLite: opening a
    damaged database would throw away the log beside it.
    """
    if not path.exists():
        return False
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_BYTES, _FIRST_SHARED)
        except OSError:
            return True
    return False


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"
