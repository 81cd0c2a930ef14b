"""Tags each message of a conversation in its thread: the rules first, then the model that weighs their answer."""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache
from math import exp
from typing import NamedTuple

from community.tagging.features import standing
from community.tagging.model import Model, Seen
from community.tagging.own import Own, signs
from community.tagging.reading import Reading, read_message
from community.tagging.reasons import named, words_for
from community.tagging.rules import judge
from community.tagging.values import LABELS, Line, Said, Tag
from community.tagging.verdict import Verdict

BATCH = 500
"""Messages to look at in one stretch: enough to be quicker, few enough to hold."""

REMEMBERED = 5
"""How many messages before it a message is read with."""

ASKING = frozenset(
    f"tagging.{reason}"
    for reason in (
        "asks_for_material", "asks_for_help", "asks_logistics", "follow_up_question", "tells_trouble", "reads_as_asking"
    )
)  # fmt: skip
CERTAIN = frozenset(("system_line",))
"""What the rules know by the sender: no words outweigh it."""

SECOND = 0.25
"""How likely a second purpose must be to be told."""

RULE_ALONE = 0.5


@cache
def standard() -> Model:
    """The model that comes with the assistant; read once."""
    return Model.read()


class Weighed(NamedTuple):
    """What was found out about one message before it is told: reading, rule and the probability of each label."""

    reading: Reading
    verdict: Verdict
    chances: tuple[float, ...]


def look(texts: Iterable[str]) -> list[Seen]:
    """Look at many texts before they are tagged in their threads: the same work at a stretch costs less."""
    return [*map(standard().look, texts)]


def tag_by_rules(said: Said) -> Tag:
    """The type of one message by the rules alone. Never raises, whatever the text."""
    verdict = judge(read_message(said))
    return _by_rule(verdict, RULE_ALONE)


def tag(said: Said, model: Model | None = None, own: Own | None = None, *, with_words: bool = True) -> Tag:
    """The type of one message by the codebook, with its doubt and its reason. Never raises, whatever the text.

    The rules answer first; the model weighs their answer with the words and the thread. Where it comes to another
    label, the tag says so (`source` is model) and the reason gives the words that spoke for it. A group's own model,
    where it has one, corrects the outcome; what it turns around has the source model, too. `with_words` says whether
    the words that spoke for the model's answer are looked for: not where only labels are counted.
    """
    used = model or standard()
    found = weigh(said, used)
    verdict, chances = found.verdict, found.chances
    if verdict.reason in CERTAIN:
        return _by_rule(verdict, 1.0)
    best = max(chances)
    before = label = LABELS[chances.index(best)]
    if own is not None:
        chances = own.chances(chances, signs(found.reading, verdict, used))
        best = max(chances)
        label = LABELS[chances.index(best)]
    if label == verdict.label:
        return _by_rule(verdict, round(best, 3), "rule" if before == label else "model")
    second = verdict.label if chances[LABELS.index(verdict.label)] >= SECOND else None
    reason = f"tagging.{named(found.reading, label)}"
    evidence = words_for(found.reading, label, verdict.label, used)[:80] if with_words else ""
    return Tag(label, second, round(best, 3), reason, evidence, "model")


def weigh(said: Said, model: Model) -> Weighed:
    """Rule and probabilities of one message, before the likeliest label is told."""
    seen = said.seen
    if seen is None or seen.model is not model:
        seen = model.look(said.text)
    reading = read_message(said, seen.shown)
    verdict = judge(reading)
    where = standing(reading, verdict.label)
    scores = model.scores(seen, (said.kind, said.file_name), verdict[:2], where)
    return Weighed(reading, verdict, chances(scores, model.doubts.warmth))


def chances(scores: Sequence[float], warmth: float) -> tuple[float, ...]:
    """Scores as probabilities; a warmth above 1 makes them less sure."""
    top = max(scores)
    odds = [exp((one - top) / warmth) for one in scores]
    whole = sum(odds)
    return tuple([one / whole for one in odds])


def _by_rule(verdict: Verdict, confidence: float, source: str = "rule") -> Tag:
    second = verdict.secondary if verdict.secondary != verdict.label else None
    return Tag(verdict.label, second, confidence, f"tagging.{verdict.reason}", verdict.evidence[:80], source)


def line_of(said: Said, tagged: Tag) -> Line:
    """What the next messages of the thread need to know of this one."""
    asks = "?" in said.text or tagged.reason in ASKING
    return Line(tagged.label, said.sender, asks, said.at)


class Talk:
    """One group's conversation as it comes in: remember what was said, forget what is too far back."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque(maxlen=REMEMBERED)

    @property
    def thread(self) -> tuple[Line, ...]:
        """The few messages before the next one, oldest first."""
        return tuple(self._lines)

    def remember(self, line: Line) -> None:
        """Add a message, with the label it ended up with, to the thread."""
        self._lines.append(line)
