"""Several people in one sentence: "Sari", "Sari dan Budi", "Sari, Budi, dan Wati"."""

from collections.abc import Iterable

from community import people
from community.people import Named
from content.texts import Texts


def together(names: Iterable[str], say: Texts) -> str:
    """The names in their order, as plain text; empty for nobody."""
    *before, last = list(names) or [""]
    joined = say.plain("coaching.and")
    if len(before) < 2:
        return joined.join([*before, last])
    return f"{', '.join(before)},{joined}{last}"


def of_people(found: Iterable[Named], say: Texts) -> str:
    """What they are called, in one sentence."""
    return together([people.display(one, say) for one in found], say)
