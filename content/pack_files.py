"""The media files of the house's packs, as bytes; what a caller names must lie in the pack's own media folder."""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from content import packs

_PACK = re.compile(r"[a-z0-9-]+")
_FILE = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9._-]*")
# By path, time of change and size: what was read once need not be read again to be named.
_digests: dict[tuple[Path, int, int], str] = {}


class UnknownFile(LookupError):
    """No such file in the pack; the message names it."""


class PackFile(NamedTuple):
    """A file's name, its bytes, and their SHA-256 in hex."""

    name: str
    content: bytes
    digest: str


def located(pack_id: str, file: str) -> Path:
    """Where the file lies. Raises UnknownFile, also for a name or a link that leads out of the folder."""
    folder = packs.FOLDER / pack_id / "media"
    named = _PACK.fullmatch(pack_id) and _FILE.fullmatch(file)
    path = packs.FOLDER / pack_id / file if named else None
    if path is None or not path.is_file() or path.resolve().parent != folder.resolve():
        raise UnknownFile(f"no file {file!r} in pack {pack_id!r}")
    return path


def read(pack_id: str, file: str) -> PackFile:
    """The file's bytes. Raises UnknownFile."""
    path = located(pack_id, file)
    content = path.read_bytes()
    digest = _digests[_sign(path)] = hashlib.sha256(content).hexdigest()
    return PackFile(path.name, content, digest)


def digest(pack_id: str, file: str) -> str | None:
    """The digest of a file that was read before and has not changed since; None for any other."""
    try:
        return _digests.get(_sign(located(pack_id, file)))
    except (UnknownFile, OSError):
        return None


def _sign(path: Path) -> tuple[Path, int, int]:
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size
