"""Takes out of a picture or a film where it was made, before it is kept; what is seen and how it is turned stay.

Sources: EXIF 2.32 (CIPA DC-008), PNG 1.2 with eXIf, ISO 14496-12, QuickTime File Format, WebP container. A file of
another kind, or a broken one, is given back as it is: nothing is read out of it here.
"""

import struct
import zlib
from collections.abc import Iterator

_PNG = b"\x89PNG\r\n\x1a\n"
_GPS_TAG = 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}  # bytes of one value by EXIF type
_XMP = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_PNG_TEXTS = (b"XML:com.adobe.xmp\0", b"Raw profile type exif\0", b"Raw profile type APP1\0", b"Raw profile type xmp\0")
_INTO = (b"moov", b"trak", b"udta")  # boxes that hold boxes
_PLACES = (b"\xa9xyz", b"loci")
_MOST_DEEP, _MOST_PICTURES = 6, 8


def without_place(content: bytes) -> bytes:
    """The same file without coordinates: JPEG, PNG, WebP, HEIC, MP4 and MOV."""
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
    kept, at = bytearray(content[:2]), 2
    while content[at] == 0xFF and content[at + 1] not in (0xDA, 0xD9):  # until the picture itself
        size = 2 + struct.unpack_from(">H", content, at + 2)[0]
        segment, name = content[at : at + size], content[at + 1]
        body = segment[4:]
        if name == 0xE1 and body.startswith(b"Exif\0\0"):
            segment = segment[:10] + _tiff(body[6:])
        if not (name == 0xED or (name == 0xE1 and body.startswith(_XMP))):  # 0xED: names of towns
            kept += segment
        at += size
    return bytes(kept + content[at:])


def _tiff(content: bytes) -> bytes:
    """EXIF of the same length whose directory of places is empty."""
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None:
        return content
    made = bytearray(content)
    for entry in _entries(content, order, struct.unpack_from(f"{order}I", content, 4)[0]):
        if struct.unpack_from(f"{order}H", content, entry)[0] == _GPS_TAG:
            _emptied(made, order, struct.unpack_from(f"{order}I", content, entry + 8)[0])
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


def _zero(made: bytearray, start: int, end: int) -> None:
    start, end = min(start, len(made)), min(end, len(made))
    made[start:end] = bytes(end - start)


def _png(content: bytes) -> bytes:
    kept, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        body, chunk = content[at + 8 : at + 8 + size], content[at : at + 12 + size]
        if name == b"eXIf":
            body = _tiff(body)
            chunk = struct.pack(">I", size) + name + body + struct.pack(">I", zlib.crc32(name + body))
        if not (name in (b"iTXt", b"tEXt", b"zTXt") and body.startswith(_PNG_TEXTS)):
            kept += chunk
        at += 12 + size
    return bytes(kept + content[at:])


def _webp(content: bytes) -> bytes:
    made, at = bytearray(content), 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        body = at + 8
        if name == b"EXIF":
            body += 6 if content[body : body + 6] == b"Exif\0\0" else 0
            made[body : at + 8 + size] = _tiff(content[body : at + 8 + size])
        elif name == b"XMP ":
            made[at : at + 4] = b"JUNK"
            _zero(made, body, body + size)
        at += 8 + size + size % 2
    return bytes(made)


def _boxes(content: bytes) -> bytes:
    """MP4, MOV and HEIC: boxes of the same size that say nothing."""
    made = bytearray(content)
    _walk(content, made, 0, len(content), 0)
    at = content.find(b"Exif\0\0")
    for _ in range(_MOST_PICTURES):  # HEIC keeps it among the pictures' bytes
        if at < 0:
            break
        made[at + 6 :] = _tiff(bytes(made[at + 6 :]))
        at = content.find(b"Exif\0\0", at + 6)
    return bytes(made)


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
        speaks = name == b"meta" and deep and b"location" in content[at + head : stop]
        if name in _PLACES or speaks or (name == b"uuid" and b"xmpmeta" in content[at + head : stop]):
            made[at + 4 : at + 8] = b"free"
            _zero(made, at + head, stop)
        elif name in _INTO:
            _walk(content, made, at + head, stop, deep + 1)
        at += size
