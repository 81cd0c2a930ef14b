"""Tells of each message of an export what it is for, in its thread."""

from collections import deque
from collections.abc import Iterable, Iterator

from community.imports.values import Spoken
from community.tagging import Said, Tag, Talk, tag

QUOTED = 20_000
"""How many messages back one may lie that is still known to whoever answers it with a quote."""

_KINDS = {"media": "photo"}
"""WhatsApp does not say what it left out on Android; most of it is pictures."""


def tagged(export: Iterable[Spoken]) -> Iterator[tuple[Spoken, Tag]]:
    """Every message that somebody sent, in the order of the export, with its tag; lines of the program are left out.

    A deleted message is a line of the program to the codebook (rule 1), though its sender is known: `other`. What is
    kept meanwhile does not grow with the export.
    """
    talk, labels = Talk(), _Labels()
    for spoken in export:
        if spoken.sender is None:
            continue
        said = Said(
            text=spoken.text,
            kind="service" if spoken.deleted else _KINDS.get(spoken.kind, spoken.kind),
            file_name=spoken.file_name,
            sender=spoken.sender,
            reply_to_label=labels.of(spoken.reply_to),
            thread=talk.thread,
        )
        told = tag(said)
        talk.remember(said, told)
        labels.keep(spoken.key, told.label)
        yield spoken, told


class _Labels:
    """The labels of the messages that may still be quoted."""

    def __init__(self) -> None:
        self._labels: dict[int, str] = {}
        self._order: deque[int] = deque()

    def of(self, key: int | None) -> str | None:
        return None if key is None else self._labels.get(key)

    def keep(self, key: int, label: str) -> None:
        if key not in self._labels:
            self._order.append(key)
            if len(self._order) > QUOTED:
                del self._labels[self._order.popleft()]
        self._labels[key] = label
