"""Where the bytes of an export come from: a file, a member of a zip, what somebody sent; never more than is allowed."""

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from community.imports.values import BadExport

MOST_BYTES = 512 << 20
"""Of one text, unpacked. A million messages of a hundred letters are a fifth of it."""
MOST_OF_A_DIRECTORY = 4 << 20
"""Bytes of a zip's list of members: forty thousand of them, where an export holds at most ten thousand files."""

Given = Path | str | bytes | BinaryIO
"""What may be opened: a path, the bytes of a document, or an open binary file that can be rewound."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_FOOT, _FOOT_64, _PLACE_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"


class Reader:
    """A stream that says in words when it is broken or longer than allowed. Close it, or use it in `with`."""

    def __init__(self, stream: BinaryIO, *closes: BinaryIO | zipfile.ZipFile) -> None:
        self._stream, self._closes, self._left = stream, closes, MOST_BYTES

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end. What a zip declares as a member's size is not believed."""
        most = self._left + 1
        try:
            read = self._stream.read(most if size < 0 else min(size, most))
        except _BROKEN as error:
            raise BadExport("imports.broken") from error
        self._left -= len(read)
        if self._left < 0:
            raise BadExport("imports.too_big", megabytes=MOST_BYTES >> 20)
        return read

    def close(self) -> None:
        """Close what was opened for it; a file that was given open stays so."""
        for one in self._closes:
            one.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Source:
    """One text of an export, to be read as often as needed: `open()` begins at its first byte each time."""

    def __init__(self, name: str, opens: Callable[[], Reader]) -> None:
        self.name = name
        """Its file name, without folders; empty when nobody said one."""
        self.open = opens


def sources(given: Given, name: str = "") -> list[Source]:
    """The file itself; of a zip, the members that may be texts of an export, in the order of the zip.

    :raises BadExport: it cannot be opened, or is a zip that is damaged, locked or too large.
    """
    if isinstance(given, str | Path):
        name = Path(given).name
    one = Source(name, partial(_whole, given, name))
    with one.open() as reader:
        head = reader.read(4)
    return _members(given, name) if head in (b"PK\3\4", _FOOT) else [one]


def _stream(given: Given, name: str) -> tuple[BinaryIO, bool]:
    """The bytes from the first on, and whether they were opened here."""
    if isinstance(given, bytes):
        return io.BytesIO(given), True
    if isinstance(given, str | Path):
        try:
            return Path(given).open("rb"), True
        except OSError as error:
            raise BadExport("imports.cannot_open", name=name) from error
    given.seek(0)
    return given, False


def _whole(given: Given, name: str) -> Reader:
    stream, ours = _stream(given, name)
    return Reader(stream, *([stream] if ours else []))


def _members(given: Given, name: str) -> list[Source]:
    stream, ours = _stream(given, name)
    try:
        if _directory_bytes(stream) > MOST_OF_A_DIRECTORY:
            raise BadExport("imports.too_many_files")
        with zipfile.ZipFile(stream) as archive:
            chosen = [info for info in archive.infolist() if _may_be_text(info)]
    except BadExport:
        raise
    except (*_BROKEN, NotImplementedError) as error:
        raise BadExport("imports.broken") from error
    finally:
        if ours:
            stream.close()
    if not chosen:
        raise BadExport("imports.nothing_inside")
    return [Source(_last_part(info), partial(_member, given, name, info)) for info in chosen]


def _directory_bytes(stream: BinaryIO) -> int:
    """How long the list of members at the end of a zip is, looked up before the standard library reads all of it."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - (1 << 16) - 22 - 20))
    tail = stream.read()
    foot = tail.rfind(_FOOT)
    if foot < 0 or len(tail) < foot + 22:
        raise BadExport("imports.broken")
    length = int.from_bytes(tail[foot + 12 : foot + 16], "little")
    if foot >= 20 and tail[foot - 20 : foot - 16] == _PLACE_64:
        stream.seek(int.from_bytes(tail[foot - 12 : foot - 4], "little"))
        record = stream.read(56)
        length = int.from_bytes(record[40:48], "little") if record[:4] == _FOOT_64 else MOST_OF_A_DIRECTORY + 1
    stream.seek(0)
    return length


def _may_be_text(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in path.parts)
    return not info.is_dir() and not hidden and path.suffix.casefold() in {".txt", ".json", ".html"}


def _last_part(info: zipfile.ZipInfo) -> str:
    return PurePosixPath(info.filename.replace("\\", "/")).name


def _member(given: Given, name: str, info: zipfile.ZipInfo) -> Reader:
    """A member is read where it lies, never unpacked to a path: what its name says of folders does not matter."""
    if info.flag_bits & 1:
        raise BadExport("imports.locked")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others may ask for any memory
        raise BadExport("imports.broken")
    stream, ours = _stream(given, name)
    try:
        archive = zipfile.ZipFile(stream)
        member = archive.open(info)
    except (*_BROKEN, NotImplementedError) as error:
        if ours:
            stream.close()
        raise BadExport("imports.broken") from error
    return Reader(member, member, archive, *([stream] if ours else []))  # type: ignore[arg-type]
