"""Tags each message of a conversation in its thread: the rules first, then the model that weighs their answer."""

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cache
from math import exp
from typing import NamedTuple

from community.tagging.model import Model, Seen
from community.tagging.own import Own, signs
from community.tagging.packed import Scores
from community.tagging.reading import Reading, read_message
from community.tagging.reasons import named, words_for
from community.tagging.rules import judge
from community.tagging.values import LABELS, Line, Said, Tag
from community.tagging.verdict import Verdict

BATCH = 100
"""Messages to look at in one stretch: enough to be quicker, few enough to be in the cache when they are tagged."""

REMEMBERED = 5
"""How many messages before it a message is read with."""

ASKING = frozenset(
    f"tagging.{reason}"
    for reason in (
        "asks_for_material", "asks_for_help", "asks_logistics", "follow_up_question", "tells_trouble", "reads_as_asking"
    )
)  # fmt: skip
CERTAIN = frozenset(("system_line", "shop"))
"""What the rules know by the sender, or by an address without a word: nothing outweighs it."""

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
    the words that spoke for the answer are looked for: not where only labels are counted.
    """
    used = model or standard()
    reading, verdict, scores = _weighed(said, used, with_words)
    if verdict.reason in CERTAIN:
        return _by_rule(verdict, 1.0)
    odds, whole = _odds(scores, used.doubts.warmth)
    before = label = LABELS[odds.index(1.0)]
    if own is not None:
        odds, whole = own.chances([one / whole for one in odds], signs(reading, verdict, used)), 1.0
        label = LABELS[odds.index(max(odds))]
    best = round(max(odds) / whole, 3)
    if label == verdict.label:
        return _by_rule(verdict, best, "rule" if before == label else "model")
    second = verdict.label if odds[LABELS.index(verdict.label)] / whole >= SECOND else None
    reason = f"tagging.{named(reading, label)}"
    evidence = words_for(reading, label, verdict.label, used)[:80] if with_words else ""
    return Tag(label, second, best, reason, evidence, "model")


def weigh(said: Said, model: Model) -> Weighed:
    """Rule and probabilities of one message, before the likeliest label is told."""
    reading, verdict, scores = _weighed(said, model)
    return Weighed(reading, verdict, chances(scores, model.doubts.warmth))


def _weighed(said: Said, model: Model, with_words: bool = True) -> tuple[Reading, Verdict, Scores]:
    seen = said.seen
    if seen is None or seen.model is not model:
        seen = model.look(said.text)
    reading = read_message(said, seen.shown, with_words=with_words)
    verdict = judge(reading)
    return reading, verdict, model.scores(seen, reading, verdict[:2])


def chances(scores: Scores, warmth: float) -> tuple[float, ...]:
    """Scores as probabilities; a warmth above 1 makes them less sure."""
    odds, whole = _odds(scores, warmth)
    return tuple([one / whole for one in odds])


def _odds(scores: Scores, warmth: float) -> tuple[Sequence[float], float]:
    """How likely each label is beside the likeliest, which has 1.0, and the sum of that."""
    top = max(scores)
    a, b, c, d, e = scores
    odds = (
        exp((a - top) / warmth),
        exp((b - top) / warmth),
        exp((c - top) / warmth),
        exp((d - top) / warmth),
        exp((e - top) / warmth),
    )
    return odds, sum(odds)


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
