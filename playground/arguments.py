"""Arguments of a call as Telegram reads them: text first, from query, form, JSON or multipart, lenient with numbers."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from playground.refusal import bad

_NUMBER = re.compile(r"\s*([+-]?\d+)")


@dataclass
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    content: bytes


@dataclass
class Arguments:
    """The call's fields; values that came as JSON are kept as their JSON text, as TBA keeps them."""

    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def put(self, name: str, value: object) -> None:
        """Add a value that came as JSON."""
        if value is None:
            return
        self.values[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def has(self, name: str) -> bool:
        return bool(self.values.get(name))

    def text(self, name: str) -> str:
        """The text, "" when missing."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0, least: int | None = None, most: int | None = None) -> int:
        """A whole number; what does not begin with one counts as 0, as TBA's to_integer does; clamped, not refused."""
        text = self.values.get(name)
        if text is None or text == "":
            return default
        return clamp(integer(text), least, most)

    def flag(self, name: str, default: bool = False) -> bool:
        """true, yes and 1 are true; anything else is not."""
        text = self.values.get(name)
        if text is None or text == "":
            return default
        return text.strip().lower() in ("true", "yes", "1")

    def json(self, name: str, words: str) -> Any:
        """Decoded JSON, None when missing. Raises 400 with ``words`` when it cannot be read."""
        text = self.values.get(name)
        if text is None or text == "":
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise bad(words) from None

    def shown(self) -> dict[str, Any]:
        """The arguments for the log: JSON decoded where it is JSON, files by name and size."""
        shown: dict[str, Any] = {}
        for name, text in self.values.items():
            shown[name] = text
            if text[:1] in ("{", "[") or (text in ("true", "false") or re.fullmatch(r"-?\d{1,18}", text)):
                try:
                    shown[name] = json.loads(text)
                except ValueError:
                    continue
        for name, file in self.files.items():
            shown[name] = {"file_name": file.name, "file_size": len(file.content), "mime_type": file.mime}
        return shown


def integer(text: str) -> int:
    """The whole number a text begins with, else 0."""
    found = _NUMBER.match(text)
    return int(found[1]) if found else 0


def clamp(value: int, least: int | None, most: int | None) -> int:
    if least is not None and value < least:
        return least
    return most if most is not None and value > most else value
