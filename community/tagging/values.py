"""What the tagger reads, and what it answers with."""

from dataclasses import dataclass

LABELS = ("resource", "consultation", "coordination", "motivation", "other")
FOUR = LABELS[:4]
"""The four professional types of the codebook; `other` is what is none of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One earlier message of the thread, as far as the tagger remembers it."""

    label: str
    sender: str = ""
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the tagger reads of one message.

    `kind` is text, photo, document, video, voice, sticker, poll, link or service. `reply_to_label` is the label
    of the message it answers; `thread` holds the few messages before it, oldest first.
    """

    text: str
    kind: str = "text"
    file_name: str | None = None
    sender: str = ""
    reply_to_label: str | None = None
    thread: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """A label with its doubt: `confidence` from 0 to 1, `reason` a text key, `evidence` the words that matched."""

    label: str
    secondary: str | None
    confidence: float
    reason: str
    evidence: str
    source: str = "rule"
