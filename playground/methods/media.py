"""Sending files: photos, documents, audio, video, voice, stickers, animations, albums; and getFile."""

from typing import Any

from playground.call import Call, method
from playground.entities import formatted, formatted_text
from playground.files import file_id, media, read_file_id
from playground.limits import CAPTION, DOWNLOAD, MEDIA_GROUP, UPLOAD_OTHER, UPLOAD_PHOTO
from playground.outgoing import draft, send
from playground.refusal import Refusal, bad
from playground.state import Json, StoredFile

_UNCAPTIONED = ("sticker", "video_note")


@method("sendPhoto")
def send_photo(call: Call) -> Json:
    """A picture of at most 10 MB."""
    return _send(call, "photo")


@method("sendDocument")
def send_document(call: Call) -> Json:
    """Any file of at most 50 MB."""
    return _send(call, "document")


@method("sendAudio")
def send_audio(call: Call) -> Json:
    """Music, with performer and title if given."""
    return _send(call, "audio")


@method("sendVideo")
def send_video(call: Call) -> Json:
    """A film."""
    return _send(call, "video")


@method("sendVideoNote")
def send_video_note(call: Call) -> Json:
    """A round film."""
    return _send(call, "video_note")


@method("sendVoice")
def send_voice(call: Call) -> Json:
    """A voice note."""
    return _send(call, "voice")


@method("sendSticker")
def send_sticker(call: Call) -> Json:
    """A sticker."""
    return _send(call, "sticker")


@method("sendAnimation")
def send_animation(call: Call) -> Json:
    """A moving picture without sound."""
    return _send(call, "animation")


def _send(call: Call, kind: str) -> Json:
    file = _file(call, kind, call.args.text(kind), kind)
    caption, entities = ("", []) if kind in _UNCAPTIONED else formatted(
        call.world, call.args, "caption", "parse_mode", "caption_entities"
    )  # fmt: skip
    ready = draft(call, kind)
    return send(call, ready, content_of(call, kind, file, caption, entities, call.args.values))


def content_of(call: Call, kind: str, file: StoredFile, caption: str, entities: list[Json], more: Json) -> Json:
    """The content of a message with a file. Raises 400 for a caption that is too long."""
    if len(caption) > CAPTION:
        raise bad("message caption is too long")
    extra: Json = {}
    for name in ("performer", "title") if kind == "audio" else ():
        if more.get(name):
            extra[name] = str(more[name])
    for name in ("duration", "width", "height"):
        wanted = str(more.get(name, ""))
        if (
            wanted.isdigit()
            and kind not in ("photo", "document", "sticker")
            and (name == "duration" or kind != "voice")
        ):
            extra |= {name: int(wanted)} if kind not in ("audio", "video_note") or name == "duration" else {}
    shown = media(file, **extra)
    content: Json = {kind: shown}
    if kind == "animation" and isinstance(shown, dict):
        content["document"] = {key: shown[key] for key in ("file_unique_id", "file_size", "file_name", "mime_type")}
    if caption:
        content |= {"caption": caption} | ({"caption_entities": entities} if entities else {})
    if str(more.get("has_spoiler", "")).lower() in ("true", "1") and kind in ("photo", "video", "animation"):
        content["has_media_spoiler"] = True
    if str(more.get("show_caption_above_media", "")).lower() in ("true", "1") and kind in (
        "photo",
        "video",
        "animation",
    ):
        content["show_caption_above_media"] = True
    return content


def _file(call: Call, kind: str, value: str, field: str) -> StoredFile:
    """The file that an argument means: an upload, a file_id, or an address (which this simulator does not fetch)."""
    upload = call.args.files.get(value.removeprefix("attach://")) if value.startswith("attach://") else None
    upload = upload or call.args.files.get(field)
    if upload is not None:
        if not upload.content:
            raise bad("file must be non-empty")
        limit = UPLOAD_PHOTO if kind == "photo" else UPLOAD_OTHER
        if len(upload.content) > limit:
            raise Refusal(413, "Request Entity Too Large")
        return call.world.store(kind, upload.content, upload.name, upload.mime)
    if not value or value.startswith("attach://"):
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if "." in value or ":" in value or "/" in value:
        if not value.lower().startswith(("http://", "https://")):
            raise bad("wrong HTTP URL specified")
        raise bad("failed to get HTTP URL content")  # nothing here comes from the internet
    file = call.world.files.get(read_file_id(value, call.bot.id))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if file.kind != kind:
        raise bad(f"can't use file of type {_type(file.kind)} as {_type(kind)}")
    return file


def _type(kind: str) -> str:
    return {"voice": "VoiceNote", "video_note": "VideoNote"}.get(kind, kind.title())


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[Json]:
    """An album of 2 to 10; its messages share media_group_id. Documents and music do not mix with others."""
    given = call.args.json("media", "can't parse media JSON object")
    if not isinstance(given, list):
        raise bad("expected an Array of InputMedia")
    if not MEDIA_GROUP[0] <= len(given) <= MEDIA_GROUP[1]:
        raise bad(
            "too few messages to send as an album"
            if len(given) < MEDIA_GROUP[0]
            else "too many messages to send as an album"
        )
    contents = [input_media(call, one) for one in given]
    kinds = {next(iter(content)) for content in contents}
    if len(kinds - {"photo", "video"}) > 0 and len(kinds) > 1:
        raise bad("audio and documents can't be mixed with other media types")
    ready = draft(call, next(iter(kinds)))
    album = str(call.world.random.getrandbits(53))
    sent: list[Json] = []
    for number, content in enumerate(contents):
        # An album is one request; only its first message pays.
        sent.append(send(call, ready, content, album=album, free=number > 0))
    return sent


def input_media(call: Call, given: Any) -> Json:
    """The content that an InputMedia object stands for."""
    if not isinstance(given, dict):
        raise bad("can't parse InputMedia: expected an Object")
    kind = str(given.get("type", ""))
    if kind not in ("photo", "video", "audio", "document", "animation"):
        raise bad("can't parse InputMedia: unsupported type specified")
    if not given.get("media"):
        raise bad("can't parse InputMedia: media not found")
    file = _file(call, kind, str(given["media"]), "")
    caption, entities = formatted_text(
        call.world, str(given.get("caption") or ""), str(given.get("parse_mode") or ""), given.get("caption_entities")
    )
    return content_of(call, kind, file, caption, entities, given)


def edited_media(call: Call) -> Json:
    """The content that editMessageMedia asks for."""
    given = call.args.json("media", "can't parse input media JSON object")
    if given is None:
        raise bad("media is empty")
    return input_media(call, given)


@method("getFile")
def get_file(call: Call) -> Json:
    """Where to download a file of at most 20 MiB; the link is good for an hour or more."""
    wanted = call.args.text("file_id")
    if not wanted:
        raise bad("file_id not specified")
    try:
        file = call.world.files.get(read_file_id(wanted, call.bot.id))
    except Refusal:
        file = None
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > DOWNLOAD:
        raise bad("file is too big")
    shown: Json = {"file_id": file_id(file, call.bot.id), "file_unique_id": file.unique_id}
    return shown | {"file_size": len(file.content), "file_path": file.path}


@method("sendLocation")
def send_location(call: Call) -> Json:
    """A point on the map."""
    place = {name: _degrees(call, name) for name in ("latitude", "longitude")}
    ready = draft(call, "location")
    return send(call, ready, {"location": place})


def _degrees(call: Call, name: str) -> float:
    try:
        value = float(call.args.text(name))
    except ValueError:
        raise bad(f"{name} is empty" if not call.args.has(name) else f"wrong {name} specified") from None
    if not abs(value) <= (90 if name == "latitude" else 180):
        raise bad("wrong location specified")
    return value


@method("sendContact")
def send_contact(call: Call) -> Json:
    """A phone number with a name."""
    if not call.args.has("phone_number"):
        raise bad("PHONE_NUMBER_INVALID")
    if not call.args.has("first_name"):
        raise bad("contact first name must be non-empty")
    contact = {
        name: call.args.text(name)
        for name in ("phone_number", "first_name", "last_name", "vcard")
        if call.args.has(name)
    }
    return send(call, draft(call, "text"), {"contact": contact})
