"""What the thread says about a message: what it answers, and what is still open."""

from typing import TYPE_CHECKING

from community.tagging.values import Said

if TYPE_CHECKING:
    from community.tagging.reading import Reading

NEAR = 4
"""How many messages back an answer without a quote may lie."""

BUSINESS = ("consultation", "coordination", "resource")


def topic(said: Said) -> str | None:
    """What the talk is about that a message answers: the quoted one's label, or the last business nearby."""
    if said.answers is not None:
        return said.answers.label
    for line in said.thread[: -NEAR - 1 : -1]:
        if line.label in BUSINESS:
            return line.label
    return None


def just_before(reading: "Reading") -> str | None:
    """The label of what it answers, or of the message right before it."""
    if reading.quoted is not None:
        return reading.quoted
    return reading.said.thread[-1].label if reading.said.thread else None


def asked(reading: "Reading", label: str) -> bool:
    """Whether somebody else asked a question of this kind in the messages nearby."""
    if reading.quoted is not None and reading.quoted != label:
        return False
    for line in reading.said.thread[-NEAR:]:
        if line.is_question and line.label == label and line.sender != reading.said.sender:
            return True
    return False


def own_last(reading: "Reading") -> str | None:
    """The label of the sender's own message right before this one."""
    last = reading.said.thread[-1] if reading.said.thread else None
    return last.label if last and reading.said.sender and last.sender == reading.said.sender else None
