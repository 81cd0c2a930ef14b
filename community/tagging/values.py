"""What the tagger reads, and what it answers with."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from community.tagging.model import Seen

LABELS = ("resource", "consultation", "coordination", "motivation", "other")
FOUR = LABELS[:4]
"""The four professional types of the codebook; `other` is what is none of them."""
HIDDEN = "media"
"""The kind of a file that an export left out, so that nobody knows what it was."""


class Line(NamedTuple):
    """One earlier message of the thread, as far as the tagger remembers it; `at` is in seconds since 1970."""

    label: str
    sender: str = ""
    is_question: bool = False
    at: int | None = None


class Said(NamedTuple):
    """What the tagger reads of one message.

    `kind` is text, photo, document, video, voice, sticker, poll, link, service or HIDDEN. `answers` is the message it
    quotes; `thread` holds the few messages before it, oldest first; `at` is when it was sent, in seconds since 1970.
    """

    text: str
    kind: str = "text"
    file_name: str | None = None
    sender: str = ""
    answers: Line | None = None
    thread: tuple[Line, ...] = ()
    at: int | None = None
    seen: "Seen | None" = None
    """What its text shows, where many were looked at before (`talk.look`); it changes no answer."""

    @property
    def reply_to_label(self) -> str | None:
        """What the message it quotes is for; None when it quotes none that is known."""
        return self.answers.label if self.answers else None


class Tag(NamedTuple):
    """A label with its doubt: `confidence` from 0 to 1, `reason` a text key, `evidence` the words that matched.

    `source` is rule, model (where the words and the thread outweighed the rule) or person.
    """

    label: str
    secondary: str | None
    confidence: float
    reason: str
    evidence: str
    source: str = "rule"
