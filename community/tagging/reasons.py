"""Why the model came to another label than the rules: which words spoke for it."""

from community.tagging.model import Model
from community.tagging.reading import Reading
from community.tagging.values import LABELS
from community.tagging.verdict import ASKS, TROUBLE

WORDS = 3
"""How many words a reason names at most."""

_NAMES = {
    "resource": "reads_as_material",
    "coordination": "reads_as_organising",
    "motivation": "reads_as_support",
    "other": "reads_as_talk",
}


def words_for(reading: Reading, label: str, instead_of: str, model: Model) -> str:
    """The words that spoke most for `label`, as they were written.

    Where no word spoke for it the thread did; then the message's first words stand for it, or its file or kind.
    """
    spoke = _words(reading, LABELS.index(label), LABELS.index(instead_of), model)
    said = reading.said
    return spoke or _first(reading) or said.file_name or said.text[:20].strip() or said.kind


def named(reading: Reading, label: str) -> str:
    """The reason's name, a key of `tagging.toml`."""
    if label != "consultation":
        return _NAMES[label]
    return "reads_as_asking" if reading.asks or reading.has(*ASKS, *TROUBLE) else "reads_as_advice"


def _first(reading: Reading) -> str:
    return " ".join(word for word in reading.written[:WORDS] if word)


def _words(reading: Reading, ours: int, theirs: int, model: Model) -> str:
    """The words that speak most for our label against theirs, in the order of the message."""
    core = sorted(reading.core)
    spoke = zip(model.force(reading.shown, core, ours, theirs), core, strict=True)
    best = sorted(place for force, place in sorted(spoke, reverse=True)[:WORDS] if force > 0)
    return " ".join(reading.written[place] for place in best if reading.written[place])
