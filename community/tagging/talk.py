"""Follows one conversation and tags each message in its thread."""

from collections import deque

from community.tagging.confidence import of_rule
from community.tagging.reading import read_message
from community.tagging.rules import judge
from community.tagging.values import Line, Said, Tag

REMEMBERED = 6
"""How many messages before it a message is read with."""

ASKING = frozenset(("asks_for_material", "asks_for_help", "asks_logistics", "follow_up_question", "tells_trouble"))


def tag(said: Said) -> Tag:
    """The type of one message by the codebook, with its doubt and its reason. Never raises, whatever the text."""
    verdict = judge(read_message(said))
    second = verdict.secondary if verdict.secondary != verdict.label else None
    return Tag(verdict.label, second, of_rule(verdict.reason), f"tagging.{verdict.reason}", verdict.evidence[:80])


def line_of(said: Said, tagged: Tag) -> Line:
    """What the next messages of the thread need to know of this one."""
    asks = "?" in said.text or tagged.reason.removeprefix("tagging.") in ASKING
    return Line(tagged.label, said.sender, asks)


class Talk:
    """One group's conversation as it comes in: tag, remember, forget what is too far back."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=REMEMBERED)

    @property
    def thread(self) -> tuple[Line, ...]:
        """The few messages before the next one, oldest first."""
        return tuple(self._lines)

    def remember(self, said: Said, tagged: Tag) -> None:
        """Add a message, with the label it ended up with, to the thread."""
        self._lines.append(line_of(said, tagged))
