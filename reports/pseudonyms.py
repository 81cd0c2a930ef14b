"""Codes in place of people, groups and schools, made with a key that stays with who exports."""

import hashlib
import hmac
from base64 import b32encode

from storage.models import Group, Person, School

LEAST_KEY = 32
"""Characters of the key: whoever could guess it could try all the numbers there are."""
_LENGTH = 13  # letters and figures of a code: 65 bits, so that two of a million never meet


class WeakKey(ValueError):
    """The key is too short to keep anything secret."""


class Pseudonyms:
    """The same key gives the same codes, another key others; without it a code leads nowhere.

    HMAC-SHA256 of what the row is and when it was made: a number that is given anew after a deletion is somebody
    else. The key comes from the environment or a file, never from the database.
    """

    def __init__(self, key: str) -> None:
        if len(key.strip()) < LEAST_KEY:
            raise WeakKey
        self._key = key.strip().encode()

    def of_study(self, name: str) -> "Pseudonyms":
        """Codes of one study alone: the same people cannot be followed from one study's files into another's."""
        return Pseudonyms(
            hmac.new(self._key, f"study\x1f{name.strip().casefold()}".encode(), hashlib.sha256).hexdigest()
        )

    def person(self, person: Person) -> str:
        return "g" + self.code("person", person.id, person.created_at.isoformat())

    def group(self, group: Group) -> str:
        return "k" + self.code("group", group.id, group.added_at.isoformat())

    def school(self, school: School) -> str:
        return "s" + self.code("school", school.id, school.created_at.isoformat())

    def code(self, *of: object) -> str:
        """Thirteen small letters and figures."""
        digest = hmac.new(self._key, "\x1f".join(map(str, of)).encode(), hashlib.sha256).digest()
        return b32encode(digest).decode().lower()[:_LENGTH]
