"""Files: small honest bytes for every kind, per-bot ids that can be told from rubbish, and where to download them."""

import base64
import binascii
import hashlib
import struct
import zlib

from playground.refusal import bad
from playground.state import Json, StoredFile

MIMES = {
    "photo": "image/png", "document": "text/plain", "voice": "audio/ogg", "audio": "audio/mpeg",
    "video": "video/mp4", "video_note": "video/mp4", "animation": "video/mp4", "sticker": "image/webp",
}  # fmt: skip
ENDINGS = {
    "photo": "png", "document": "txt", "voice": "oga", "audio": "mp3", "video": "mp4", "video_note": "mp4",
    "animation": "mp4", "sticker": "webp",
}  # fmt: skip
FOLDERS = {"photo": "photos", "voice": "voice", "audio": "music", "video": "videos", "sticker": "stickers"}
_MARK = b"\x05pg"
_WRONG = "wrong remote file identifier specified: "


def default_bytes(kind: str) -> bytes:
    """A small file of this kind, made here so that nothing needs to be shipped."""
    if kind == "photo":
        return _png(32, 24)
    if kind == "voice":
        return _ogg()
    if kind == "sticker":
        return b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8L" + struct.pack("<I", 17) + bytes([0x2F]) + bytes(17)
    if kind == "audio":
        return bytes([0xFF, 0xFB, 0x90, 0x64]) + bytes(413)
    if kind in ("video", "video_note", "animation"):
        return struct.pack(">I", 20) + b"ftypisom" + struct.pack(">I", 512) + b"isom" + struct.pack(">I", 8) + b"mdat"
    return b"Catatan kecil.\n"


def unique_id(content: bytes, kind: str, serial: int) -> str:
    """The id that is the same for every bot; equal bytes sent twice are two files."""
    digest = hashlib.sha256(content + f"{kind}{serial}".encode()).digest()[:11]
    return "AgAD" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def file_id(file: StoredFile, bot_id: int) -> str:
    """The id by which one bot may send or fetch the file; another bot cannot use it."""
    raw = _MARK + struct.pack(">Q", bot_id) + file.kind[0].encode() + file.unique_id.encode()
    return base64.urlsafe_b64encode(raw + struct.pack(">I", zlib.crc32(raw))).decode().rstrip("=")


def read_file_id(text: str, bot_id: int | None) -> str:
    """The unique id inside a file_id; Refusal with Telegram's words when it is not one of this bot's."""
    if any(not (c.isascii() and (c.isalnum() or c in "-_")) for c in text):
        raise bad(_WRONG + "Wrong character in the string")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise bad(_WRONG + "Wrong string length") from None
    body, crc = raw[:-4], raw[-4:]
    if not body.startswith(_MARK) or struct.pack(">I", zlib.crc32(body)) != crc:
        raise bad(_WRONG + "can't unserialize it" if raw[:1] != b"\0" else _WRONG + "Wrong last symbol")
    if bot_id is not None and struct.unpack(">Q", body[3:11])[0] != bot_id:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return body[12:].decode()


def media(file: StoredFile, **extra: object) -> Json | list[Json]:
    """The Bot API object of a file, without its per-bot id (shapes adds it)."""
    common: Json = {"file_unique_id": file.unique_id, "file_size": len(file.content)}
    if file.kind == "photo":
        width, height = _png_size(file.content) or (1280, 960)
        sizes = [common | {"width": width, "height": height}]
        if file.small is not None:
            # Telegram lists the smallest size first.
            size: Json = {"file_unique_id": file.small.unique_id, "file_size": len(file.small.content)}
            sizes.insert(0, size | {"width": min(90, width), "height": min(67, height)})
        return sizes
    if file.kind == "voice":
        return common | {"duration": 3, "mime_type": file.mime} | extra
    if file.kind == "sticker":
        shape: Json = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return common | shape | extra
    named = common | {"file_name": file.name, "mime_type": file.mime}
    if file.kind == "audio":
        return named | {"duration": 30} | extra
    if file.kind in ("video", "animation"):
        return named | {"width": 640, "height": 360, "duration": 5} | extra
    if file.kind == "video_note":
        return common | {"length": 240, "duration": 5} | extra
    return named | extra


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + bytes([90, 140, 120]) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _ogg() -> bytes:
    """One Ogg page with an Opus head: enough for whoever looks at the first bytes of a voice note."""
    packet = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 0, 48_000, 0, 0)
    return b"OggS" + struct.pack("<BBqIII", 0, 2, 0, 1, 0, 0) + bytes([1, len(packet)]) + packet
