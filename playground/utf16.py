"""Offsets in UTF-16 code units, the way Telegram counts entities."""

import unicodedata


def length(text: str) -> int:
    """How many UTF-16 code units a text has."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def index(text: str, offset: int) -> int | None:
    """The position in the str for a UTF-16 offset; None inside a surrogate pair or beyond the end."""
    units = 0
    for position, character in enumerate(text):
        if units == offset:
            return position
        units += 2 if ord(character) > 0xFFFF else 1
    return len(text) if units == offset else None


def part(text: str, offset: int, units: int) -> str:
    """The piece of a text that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[2 * offset : 2 * (offset + units)].decode("utf-16-le", "replace")


def cleaned(text: str) -> str:
    """Control characters become blanks, carriage returns go (TD clean_input_string)."""
    if text.isprintable():
        return text
    kept = []
    for character in text:
        if character == "\r":
            continue
        # Line and paragraph separators and directional overrides are dropped, other controls are blanks.
        if character in "\u2028\u2029\u202a\u202b\u202c\u202d\u202e":
            continue
        kept.append(" " if character != "\n" and unicodedata.category(character) == "Cc" else character)
    return "".join(kept)
