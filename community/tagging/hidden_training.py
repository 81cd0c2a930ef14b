"""What the thread tells of a file that an export left out: learnt from conversations with all their files left out.

The rows are a correction of what the model says of such a message by its thread and the words below it. They are
trained after it, with its scores held as they are: so of no other message it says anything else than before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256

from community.tagging import own
from community.tagging.features import standing
from community.tagging.hidden import is_hidden, of_hidden
from community.tagging.messages import Groups, Message
from community.tagging.model import Model
from community.tagging.reading import read_message
from community.tagging.rules import judge
from community.tagging.talk import tag, tag_by_rules, weigh
from community.tagging.values import HIDDEN, LABELS, Said, Tag

FILES = frozenset(("photo", "document", "video", "voice", "sticker"))
BELOW = frozenset(("photo", "document", "video"))
"""What may have words below it in WhatsApp."""
EVERY_ONE = ("hidden", "hidden below")
NOTHING = (0.0,) * len(LABELS)


def left_out(messages: Iterable[Message], *, with_words: bool) -> Iterator[Message]:
    """The messages as an export without media has them: no quotes, all files alike, perhaps no words below them."""
    for message in messages:
        kept = message | {"reply_to": None}
        if message["kind"] in FILES:
            text = message["text"] if with_words and message["kind"] in BELOW else ""
            kept |= {"kind": HIDDEN, "file_name": None, "text": text}
        yield kept


def hidden(messages: Iterable[Message], by: Callable[[Said], Tag]) -> Iterator[tuple[Message, Said]]:
    """Every file left out of these conversations, in the thread as it is tagged."""
    groups = Groups(by)
    for message in messages:
        said = groups.said(message)
        if is_hidden(said):
            yield message, said
        groups.remember(message, said, by(said))


def flags_of(said: Said) -> tuple[str, ...]:
    """The features that the rows are for."""
    reading = read_message(said)
    return tuple(of_hidden(standing(reading, judge(reading).label), bool(reading.words)))


def answers(messages: Sequence[Message], model: Model) -> Iterator[own.Answer]:
    """What is to be learnt from these conversations, beside what a model says that has not seen them.

    Twice: as newer telephones export them, and what has words below it once more without.
    """
    by = partial(tag, model=model, with_words=False)
    below = {one["id"] for one in left_out(messages, with_words=True) if one["kind"] == HIDDEN and one["text"]}
    for with_words in (True, False):
        for number, (message, said) in enumerate(hidden(left_out(messages, with_words=with_words), by)):
            if with_words or message["id"] in below:
                yield own.Answer(number, str(message["label"]), flags_of(said), weigh(said, model).chances, drawn=True)


def rows_of(found: Sequence[own.Answer]) -> dict[str, tuple[float, ...]]:
    """Five scores for each feature, in the order of LABELS."""
    rows = dict(own.train(found).rows)
    always = rows.pop(own.ALWAYS)
    for name in EVERY_ONE:  # each such message has one of the two
        rows[name] = tuple(one + more for one, more in zip(rows.get(name, NOTHING), always, strict=True))
    return rows


def made_of(messages: Sequence[Message]) -> str:
    """A digest of what the rows are trained on, in a thread of labels that the rules gave."""
    digest = sha256()
    for with_words in (True, False):
        for message, said in hidden(left_out(messages, with_words=with_words), tag_by_rules):
            digest.update(f"{message['label']} {flags_of(said)}".encode())
    return digest.hexdigest()
