"""Names that hold a colon ("Wali Kelas 9C: Bu Ratna: halo"): learnt from a whole file before it is read."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from community.imports.whatsapp_words import bare, words

OFTEN = 3  # times a name has to be seen, always whole
LONGEST_NAME = 100
_MANY = 20_000  # beginnings remembered; more only where somebody made a file up

# A colon after which another follows in the same line, as in a name that holds one. Colons stand for the ends of lines
# meanwhile: a class of one letter is passed over in a quarter of the time that one of two takes.
_TWO = re.compile(rf": (?=([^:]{{1,{LONGEST_NAME}}}+): )")


class Names:
    """Collects what may be longer names, block by block; `candidates` are then looked for once more."""

    def __init__(self, header: re.Pattern[str]) -> None:
        self._header = re.compile(header.pattern.removeprefix("\n"), header.flags)
        self._seen: Counter[str] = Counter()
        self._sure: set[str] = set()
        self._openers: set[str] = set()
        """What people open with, as they spelt it: most of what has two colons."""

    def look(self, block: str) -> None:
        """A block of whole lines: notes each message that begins with two colons or more."""
        for two in _TWO.finditer(block.replace("\n", ":")):
            if two[1] in self._openers:
                continue
            start = block.rfind("\n", 0, two.start()) + 1
            header = self._header.match(block, start)
            if header is None or header.end() > two.start() or ": " in block[header.end() : two.start()]:
                continue
            end = block.find("\n", two.end())
            self._note(block[header.end() : end if end >= 0 else len(block)])

    def _note(self, line: str) -> None:
        pieces = line.split(": ")
        for many in range(2, min(len(pieces), 4)):
            longer, rest = ": ".join(pieces[:many]), ": ".join(pieces[many:])
            if len(longer) > LONGEST_NAME:
                break
            if bare(pieces[many - 1]) in words().openers:
                self._openers.add(pieces[many - 1])
                break
            self._seen[longer] += 1
            if rest[:1] in ("\u200e", "<") and bare(rest) in words().whole:
                self._sure.add(longer)  # nobody types "Bu Ratna: <Media omitted>"
        if len(self._seen) > _MANY:
            self._seen = Counter(dict(self._seen.most_common(_MANY // 2)))

    def candidates(self) -> dict[str, list[str]]:
        """By what stands before their last colon: longer names seen often enough, or once beyond doubt."""
        found: dict[str, list[str]] = defaultdict(list)
        for longer, times in self._seen.items():
            if times >= OFTEN or longer in self._sure:
                found[longer.rpartition(": ")[0]].append(longer)
        return dict(found)

    def accepted(self, blocks: Iterable[str]) -> list[str]:
        """Of the candidates those whose first half never speaks by itself; the longest first."""
        open_ones = self.candidates()
        for block in blocks:
            if not open_ones:
                break
            for first in [first for first in open_ones if self._speaks(first, open_ones[first], block)]:
                del open_ones[first]
        return sorted((name for some in open_ones.values() for name in some), key=len, reverse=True)

    def _speaks(self, first: str, longer: list[str], block: str) -> bool:
        at = -1
        while (at := block.find(first + ": ", at + 1)) >= 0:
            if block.startswith(tuple(longer), at):
                continue
            start = block.rfind("\n", 0, at) + 1
            header = self._header.match(block, start)
            if header is not None and header.end() == at:
                return True
        return False
