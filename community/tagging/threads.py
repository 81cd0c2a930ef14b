"""What the thread says about a message: what it answers, and what is still open."""

from community.tagging.reading import Reading

NEAR = 4
"""How many messages back an answer without a quote may lie."""

BUSINESS = ("consultation", "coordination", "resource")


def topic(reading: Reading) -> str | None:
    """What the talk is about that this message answers: the quoted one's label, or the last business nearby."""
    if reading.said.reply_to_label is not None:
        return reading.said.reply_to_label
    near = reading.said.thread[-NEAR:]
    return next((line.label for line in reversed(near) if line.label in BUSINESS), None)


def just_before(reading: Reading) -> str | None:
    """The label of what it answers, or of the message right before it."""
    if reading.said.reply_to_label is not None:
        return reading.said.reply_to_label
    return reading.said.thread[-1].label if reading.said.thread else None


def asked(reading: Reading, label: str) -> bool:
    """Whether somebody else asked a question of this kind in the messages nearby."""
    if reading.said.reply_to_label is not None and reading.said.reply_to_label != label:
        return False
    return any(
        line.is_question and line.label == label and line.sender != reading.said.sender
        for line in reading.said.thread[-NEAR:]
    )


def own_last(reading: Reading) -> str | None:
    """The label of the sender's own message right before this one."""
    last = reading.said.thread[-1] if reading.said.thread else None
    return last.label if last and reading.said.sender and last.sender == reading.said.sender else None
