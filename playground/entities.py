"""Texts with entities: parse modes, entities given in JSON, and those that Telegram finds by itself."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playground import html_mode, markdown_mode
from playground.arguments import Arguments
from playground.limits import ENTITIES, RAW_TEXT_BYTES
from playground.links import link_entity
from playground.refusal import bad
from playground.shapes import person
from playground.state import Json
from playground.utf16 import cleaned, index, length

if TYPE_CHECKING:
    from playground.world import World

_MODES: dict[str, Callable[[str], tuple[str, list[Json]]]] = {
    "html": html_mode.parse,
    "markdownv2": markdown_mode.parse_v2,
    "markdown": markdown_mode.parse_legacy,
}
_NAMES = """
mention hashtag cashtag bot_command url email phone_number bold italic underline strikethrough spoiler
blockquote expandable_blockquote code pre text_link text_mention custom_emoji date_time
"""
_GIVEN = frozenset(_NAMES.split())
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+|(?<![\w@./])(?:www\.|t\.me/)[^\s<>\"]+)"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+\.[A-Za-z]{2,})"
    r"|(?P<bot_command>(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@]))"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d_])\w{1,256})"
)
_STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
#: A text of nothing but these is empty to Telegram (TD strip_empty_characters).
_BLANK = " \n\t\u00a0\u1680\u180e\u200b\u200c\u200d\u2060\u202f\u205f\u2800\u3000\ufeff\ufe0f\u00ad" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
#: Which of two entities over the same words comes first (TD MessageEntity.cpp); all others stand between.
_RANKS = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "text_link": 49, "text_mention": 49, "bold": 90,
    "italic": 91, "underline": 92, "strikethrough": 93, "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})


def formatted(
    world: "World", arguments: Arguments, name: str = "text", mode: str = "parse_mode", given: str = "entities"
) -> tuple[str, list[Json]]:
    """A text argument with its entities, cleaned and trimmed.

    Raises 400 for a text beyond 32 KB, an unknown parse mode, entities that cannot be read (TBA get_formatted_text).
    """
    return formatted_text(world, arguments.text(name), arguments.text(mode), arguments.json(given, _json_words()))


def formatted_text(world: "World", raw: str, mode: str, given: object) -> tuple[str, list[Json]]:
    """As ``formatted``, from the values themselves."""
    if len(raw.encode("utf-8", "surrogatepass")) > RAW_TEXT_BYTES:
        raise bad("text is too long")
    if not _is_utf8(raw):
        raise bad("strings must be encoded in UTF-8")
    if mode and mode.lower() != "none":
        if mode.lower() not in _MODES:
            raise bad("unsupported parse_mode")
        text, entities = _MODES[mode.lower()](raw)
    else:
        text, entities = raw, explicit(raw, given)
    text, entities = _trimmed(_clean_with(text, entities))
    return text, ordered(text, [_named(world, entity) for entity in entities])


def explicit(text: str, given: object) -> list[Json]:
    """Entities given as JSON, checked against the text."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad("can't parse entities JSON object: expected an Array")
    entities = []
    for one in given[:ENTITIES]:
        if not isinstance(one, dict):
            raise bad("can't parse MessageEntity: expected an Object")
        kind, offset, units = one.get("type"), one.get("offset"), one.get("length")
        if not isinstance(offset, int) or not isinstance(units, int):
            name = "offset" if not isinstance(offset, int) else "length"
            raise bad(f"can't parse MessageEntity: Can't find field \"{name}\"")
        if kind not in _GIVEN:
            raise bad("can't parse MessageEntity: unsupported type specified")
        _check_place(text, offset, units)
        entity = _given(one, {"offset": offset, "length": units})
        if entity is not None:
            entities.append(entity)
    return entities


def found(text: str, taken: list[Json]) -> list[Json]:
    """Commands, mentions, hashtags, addresses that nobody marked; nothing inside code or links."""
    entities: list[Json] = []
    closed = [(e["offset"], e["offset"] + e["length"]) for e in taken if e["type"] in _OPAQUE]
    for hit in _FOUND.finditer(text):
        kind = hit.lastgroup or ""
        piece = hit[0].rstrip(".,;:!?)'") if kind == "url" else hit[0]
        offset, units = length(text[: hit.start()]), length(piece)
        if not any(start < offset + units and offset < end for start, end in closed):
            entities.append({"type": kind, "offset": offset, "length": units})
    return entities


def ordered(text: str, entities: list[Json]) -> list[Json]:
    """All entities of a text in Telegram's order, at most 100 (the rest is ignored)."""
    marked = _merged([entity for entity in entities if entity["length"] > 0])
    every = marked + [e for e in found(text, marked) if e not in marked]
    return sorted(every, key=_place)[:ENTITIES]


def _merged(entities: list[Json]) -> list[Json]:
    """Neighbours of one style become one entity; code holds no other entities (TD fix_entities)."""
    code = [(e["offset"], e["offset"] + e["length"]) for e in entities if e["type"] in ("code", "pre")]
    free = [
        e for e in entities
        if e["type"] in ("code", "pre") or not any(a <= e["offset"] and e["offset"] + e["length"] <= b for a, b in code)
    ]  # fmt: skip
    merged: list[Json] = []
    for entity in sorted(free, key=_place):
        before = next((e for e in reversed(merged) if e["type"] == entity["type"]), None)
        if before is not None and entity["type"] in _STYLES and _touch(before, entity):
            joined = before | {"length": max(_end(before), _end(entity)) - before["offset"]}
            if not any(_cross(joined, other) for other in free if other["type"] != entity["type"]):
                before["length"] = joined["length"]
                continue
        merged.append(dict(entity))
    return merged


def _place(entity: Json) -> tuple[int, int, int]:
    return entity["offset"], -entity["length"], _RANKS.get(entity["type"], 50)


def _end(entity: Json) -> int:
    return int(entity["offset"] + entity["length"])


def _touch(before: Json, entity: Json) -> bool:
    return int(entity["offset"]) <= _end(before)


def _cross(one: Json, other: Json) -> bool:
    """Whether two entities overlap without one holding the other."""
    first, second = sorted((one, other), key=_place)
    return bool(first["offset"] < second["offset"] < _end(first) < _end(second))


def _named(world: "World", entity: Json) -> Json:
    """A mention of a known person carries the person; of an unknown one it is plain text."""
    if "user_id" not in entity:
        return entity
    rest = {key: value for key, value in entity.items() if key != "user_id"}
    if entity["user_id"] not in world.users:
        return rest | {"length": 0}
    return rest | {"user": person(world, entity["user_id"])}


def _given(one: Json, place: Json) -> Json | None:
    kind = one["type"]
    if kind == "text_link":
        return link_entity(str(one.get("url", "")), place)
    if kind == "text_mention":
        user = one.get("user")
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            raise bad("can't parse MessageEntity: Can't find field \"user\"")
        return {"type": kind} | place | {"user_id": user["id"]}
    if kind in ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"):
        return None  # Telegram finds these by itself
    extra = {name: one[name] for name in ("language", "custom_emoji_id", "unix_time") if name in one}
    return {"type": kind} | place | extra


def _check_place(text: str, offset: int, units: int) -> None:
    if offset < 0 or offset > 1_000_000:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if units < 0 or units > 1_000_000:
        raise bad(f"can't parse MessageEntity: receive entity with incorrect length {units}")
    total = length(text)
    if offset > total:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + units > total:
        where = f"ends after the end of the text at UTF-16 offset {offset + units}"
        raise bad(f"entity beginning at UTF-16 offset {offset} {where}")
    if index(text, offset) is None:
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {offset}")
    if index(text, offset + units) is None:
        where = f"ends in a middle of a UTF-16 symbol at byte offset {offset + units}"
        raise bad(f"entity beginning at UTF-16 offset {offset} {where}")


def _clean_with(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Clean the text; entities keep covering what they covered."""
    clean = cleaned(text)
    if clean == text or not entities:
        return clean, entities
    moved = []
    for entity in entities:
        start, end = index(text, entity["offset"]), index(text, entity["offset"] + entity["length"])
        before, until = length(cleaned(text[:start])), length(cleaned(text[:end]))
        moved.append(entity | {"offset": before, "length": until - before})
    return clean, moved


def _trimmed(both: tuple[str, list[Json]]) -> tuple[str, list[Json]]:
    text, entities = both
    short = text.strip(" \n\t")
    if not short.strip(_BLANK):
        return "", []
    if short == text:
        return text, entities
    lead = len(text) - len(text.lstrip(" \n\t"))
    total = length(short)
    kept = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(total, entity["offset"] + entity["length"] - lead)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return short, kept


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _json_words() -> str:
    return "can't parse entities JSON object"
