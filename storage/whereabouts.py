"""Takes out of a picture or a film where it was made, before it is kept; what is seen and how it is turned stay.

Sources: EXIF 2.32 (CIPA DC-008), PNG 1.2 with eXIf, ISO 14496-12, QuickTime File Format, WebP container. A file of
another kind, or a broken one, is given back as it is: nothing is read out of it here.
"""

import contextlib
import re
import struct
import zlib
from collections.abc import Iterator

from storage.film_tracks import pieces, unseen

_PNG = b"\x89PNG\r\n\x1a\n"
_GPS_TAG, _EXIF_TAG, _MAKERS_TAG = 0x8825, 0x8769, 0x927C
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}  # bytes by EXIF type
_XMP = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_MORE = b"MPF\0"  # where other pictures begin, behind the end of this one
_INTO = (b"moov", b"trak", b"udta")  # boxes that hold boxes
_PLACES = (b"\xa9xyz", b"loci")
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # where the bits of a JPEG end
_EXIF = re.compile(rb"II\*\0|MM\0\*")  # HEIC and AVIF keep it among the pictures' bytes
_MOST_DEEP, _MOST_PICTURES, _MOST_DIRECTORIES = 6, 64, 4


def without_place(content: bytes) -> bytes:
    """The same file without coordinates: JPEG, PNG, WebP, HEIC, AVIF, MP4 and MOV."""
    try:
        if content[:2] == b"\xff\xd8":
            return _jpeg(content)
        if content[:8] == _PNG:
            return _png(content)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            return _webp(content)
        if content[4:8] == b"ftyp":
            return _boxes(content)
    except (struct.error, IndexError, ValueError):
        return content
    return content


def _jpeg(content: bytes) -> bytes:
    """Up to its end: telephones put films and other pictures behind it, with places of their own."""
    kept, at = bytearray(content[:2]), 2
    while at + 4 <= len(content):
        name = content[at + 1]
        if content[at] != 0xFF or name == 0xFF:  # what a reader passes over
            found = content.find(b"\xff", at + 1)
            at = found if found >= 0 else len(content)
            continue
        if name == 0xD9:
            break
        size = 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        kept += _segment(content[at : at + size], name)
        at += size
        if name == 0xDA:
            mark = _MARK.search(content, at)
            end = mark.start() if mark else len(content)  # some break off
            kept += content[at:end]
            at = end
    return bytes(kept + content[at : at + 2])


def _segment(segment: bytes, name: int) -> bytes:
    """What of a part of a JPEG is kept."""
    body = segment[4:]
    if name == 0xE1 and body.startswith(b"Exif\0"):
        made = _tiff(body[6:])
        return segment[:10] + made if made else b""
    told = name == 0xED or (name == 0xE1 and body.startswith(_XMP))  # 0xED: names of towns
    return b"" if told or (name == 0xE2 and body.startswith(_MORE)) else segment


def _tiff(content: bytes) -> bytes:
    """EXIF of the same length whose directory of places is empty; nothing for one that cannot be read.

    Its maker's own note is emptied, too: some tell there where it was, and no two in the same way.
    """
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return b""
    made = bytearray(content)
    try:
        directory = struct.unpack_from(f"{order}I", content, 4)[0]
        for _ in range(_MOST_DIRECTORIES):  # of the picture, of its small one
            for entry in _entries(content, order, directory):
                tag, _, _, there = struct.unpack_from(f"{order}HHII", content, entry)
                if tag == _GPS_TAG:
                    _emptied(made, order, there)
                elif tag == _EXIF_TAG:
                    _without_note(made, order, there)
            after = directory + 2 + 12 * struct.unpack_from(f"{order}H", content, directory)[0]
            directory = struct.unpack_from(f"{order}I", content, after)[0] if after + 4 <= len(content) else 0
            if not directory:
                break
    except struct.error:
        return b""
    return bytes(made)


def _entries(content: bytes, order: str, directory: int) -> Iterator[int]:
    """Where the entries of a directory begin."""
    count = struct.unpack_from(f"{order}H", content, directory)[0]
    yield from range(directory + 2, min(directory + 2 + 12 * count, len(content) - 11), 12)


def _emptied(made: bytearray, order: str, directory: int) -> None:
    content = bytes(made)
    for entry in _entries(content, order, directory):
        kind, count = struct.unpack_from(f"{order}HI", content, entry + 2)
        size = _SIZES.get(kind, 1) * count
        if size > 4:
            start = struct.unpack_from(f"{order}I", content, entry + 8)[0]
            _zero(made, start, start + size)
        _zero(made, entry, entry + 12)
    _zero(made, directory, directory + 2)


def _without_note(made: bytearray, order: str, directory: int) -> None:
    content = bytes(made)
    for entry in _entries(content, order, directory):
        tag, kind, count, there = struct.unpack_from(f"{order}HHII", content, entry)
        if tag == _MAKERS_TAG:
            _zero(made, there, there + _SIZES.get(kind, 1) * count)


def _zero(made: bytearray, start: int, end: int) -> None:
    start, end = min(start, len(made)), min(end, len(made))
    made[start:end] = bytes(end - start)


def _png(content: bytes) -> bytes:
    """Without anything that is written in it: programs put places there in many ways, and nobody sees them."""
    kept, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        body, chunk = content[at + 8 : at + 8 + size], content[at : at + 12 + size]
        if name == b"eXIf":
            body = _tiff(body)
            whole = struct.pack(">I", size) + name + body + struct.pack(">I", zlib.crc32(name + body))
            chunk = whole if body else b""
        if name not in (b"iTXt", b"tEXt", b"zTXt"):
            kept += chunk
        at += 12 + size
        if name == b"IEND":
            return bytes(kept)
    return bytes(kept + content[at:])


def _webp(content: bytes) -> bytes:
    made, at, exif = bytearray(content), 12, b""
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        body, end = at + 8, at + 8 + size
        if name == b"EXIF":
            body += 6 if content[body : body + 6] == b"Exif\0\0" else 0
            if exif := _tiff(bytes(made[body:end])):
                made[body:end] = exif
        if name == b"XMP " or (name == b"EXIF" and not exif):
            made[at : at + 4] = b"JUNK"
            _zero(made, at + 8, end)
        at = end + size % 2
    return bytes(made)


def _boxes(content: bytes) -> bytes:
    """MP4, MOV, HEIC and AVIF: boxes of the same size that say nothing."""
    made = bytearray(content)
    _walk(content, made, 0, len(content), 0)
    for number, found in enumerate(_EXIF.finditer(content)):
        if number == _MOST_PICTURES:
            break
        exif = _tiff(bytes(made[found.start() :]))
        made[found.start() :] = exif or made[found.start() :]
    _blank_xmp(content, made)
    return bytes(made)


def _blank_xmp(content: bytes, made: bytearray) -> None:
    """HEIC keeps it among the pictures' bytes, too."""
    start = content.find(b"<x:xmpmeta")
    while start >= 0 and (end := content.find(b"</x:xmpmeta>", start)) >= 0:
        made[start:end] = b" " * (end - start)
        start = content.find(b"<x:xmpmeta", end)


def _walk(content: bytes, made: bytearray, at: int, end: int, deep: int) -> None:
    while at + 8 <= end and deep < _MOST_DEEP:
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        size = end - at if size == 0 else size
        if size < head:
            return
        stop = min(at + size, end)
        body = content[at + head : stop]
        speaks = name == b"meta" and deep and (b"location" in body or b"\xa9xyz" in body)
        if name in _PLACES or speaks or (name == b"uuid" and b"xmpmeta" in body):
            made[at + 4 : at + 8] = b"free"
            _zero(made, at + head, stop)
        elif name == b"trak" and unseen(content, at + head, stop):
            with contextlib.suppress(struct.error):  # as much as can be told of a broken one
                for first, last in pieces(content, at + head, stop):
                    _zero(made, first, last)
            made[at + 4 : at + 8] = b"free"
            _zero(made, at + head, stop)
        elif name in _INTO:
            _walk(content, made, at + head, stop, deep + 1)
        at += size
