"""Minutes as people type them, put in order: what was discussed, what was decided, who does what until when."""

import re
from dataclasses import dataclass

from reports.papers.paper import lines_of

_HEADINGS = {
    "discussed": ("pembahasan", "pembicaraan", "yang dibahas", "dibahas", "discussion", "discussed"),
    "decided": ("keputusan", "kesepakatan", "kesimpulan", "hasil", "disepakati", "yang disepakati", "decisions",
                "decision", "decided"),
    "follow": ("tindak lanjut", "rencana tindak lanjut", "rtl", "tugas", "siapa melakukan apa", "follow-up",
               "follow up", "next steps"),
}  # fmt: skip
_PARTS = {heading: part for part, headings in _HEADINGS.items() for heading in headings}
_HEADING = re.compile(r"(?:[A-Da-d1-4][.)]\s*)?([^:]{2,30}?)\s*(?::\s*(.*))?$")
_BETWEEN = re.compile(r"\s+[-–—]\s+|\s*[|;]\s*")


@dataclass(frozen=True, slots=True)
class Minutes:
    """``follow``: what, who, when; the last two may be empty."""

    discussed: tuple[str, ...] = ()
    decided: tuple[str, ...] = ()
    follow: tuple[tuple[str, str, str], ...] = ()


def read(words: str | None) -> Minutes:
    """Every line goes somewhere: below the heading before it, and before any heading to what was discussed."""
    found: dict[str, list[str]] = {part: [] for part in _HEADINGS}
    part = "discussed"
    for line in lines_of(words):
        heading = _HEADING.match(line)
        named = _PARTS.get(heading[1].casefold()) if heading else None
        if heading and named:
            part = named
            found[part] += [heading[2].strip()] if heading[2] else []
        else:
            found[part].append(_unnumbered(line))
    return Minutes(tuple(found["discussed"]), tuple(found["decided"]), tuple(_task(one) for one in found["follow"]))


def _unnumbered(line: str) -> str:
    """The paper numbers lines itself."""
    return re.sub(r"^\d{1,2}[.)]\s+", "", line)


def _task(line: str) -> tuple[str, str, str]:
    what, *rest = [one.strip() for one in _BETWEEN.split(line, maxsplit=2)]
    return what, rest[0] if rest else "", rest[1] if len(rest) > 1 else ""
