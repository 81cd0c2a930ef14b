"""Trains the model on labelled conversations; `python -m community.tagging FILE…` does it and keeps the outcome.

Needs scikit-learn (`make research`); using the model does not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from community.tagging.features import letters, of_message, of_rules, of_thread, pairs, standing
from community.tagging.messages import Groups, Message
from community.tagging.model import FILE, Doubts, Model
from community.tagging.reading import Reading, read_message
from community.tagging.rules import judge
from community.tagging.talk import tag_by_rules
from community.tagging.values import LABELS
from community.tagging.verdict import Verdict

PENALTY = 1.5
"""scikit-learn's C: the inverse of the strength with which large weights are held down."""

SEEN = 2
"""In how many messages a pair of words or a sequence of letters must stand to get a row."""

WEIGHTS = {"w": 1.0, "b": 1.0, "c": 1.3, "rule": 1.0, "reason": 1.0, "signal": 0.7}
ALONE = 2
"""Every second message is learnt once more without its thread: where few people agreed, the thread has gaps."""

THREAD, MESSAGE = 0.6, 0.8
"""How strongly a part speaks before the training: what is small must prove itself against the penalty."""

RULES_BUILT_ON = "D"
"""First letter of the groups whose mistakes the rules were corrected by. There the rules look better than they are,
so the training does not see their answers."""

Features = defaultdict[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message as the training sees it."""

    message: Message
    label: str
    features: Features


def examples(messages: Iterable[Message], *, with_rules: bool = True) -> list[Example]:
    """Every message with its features, in a thread of labels that the rules gave."""
    groups, found = Groups(tag_by_rules), []
    for message in messages:
        said = groups.said(message)
        reading = read_message(said)
        hidden = not with_rules or str(message.get("group", "")).startswith(RULES_BUILT_ON)
        found.append(
            Example(message, str(message["label"]), _features(reading, None if hidden else judge(reading), with_rules))
        )
        groups.tag(message)
    return found


def _features(reading: Reading, verdict: Verdict | None, with_signals: bool) -> Features:
    words = reading.words
    found: Features = defaultdict(float)
    scale = max(1, len(words)) ** -0.5
    for pair in pairs(words):
        found[f"b {pair}"] += scale * WEIGHTS["b"]
    for word in words:
        found[f"w {word}"] += scale * WEIGHTS["w"]
        many = _letters(word) if word != "?" else ()
        for one in many:
            found[f"c {one}"] += scale * WEIGHTS["c"] / len(many) ** 0.5
    for flag in of_message(reading):
        if with_signals or not flag.startswith("signal:"):
            found[flag] += WEIGHTS.get(flag.partition(":")[0], MESSAGE)
    for flag in of_rules(verdict.label, verdict.reason) if verdict else ():
        found[flag] += WEIGHTS["rule"]
    for flag in of_thread(standing(reading, verdict.label if verdict else "")):
        found[flag] += THREAD
    return found


_letters = lru_cache(maxsize=1 << 15)(letters)


def _weight(name: str) -> float:
    """What a feature was multiplied with before the training; its row carries the factor afterwards."""
    for end in (" ", ":"):
        if (start := name.partition(end)[0]) in WEIGHTS:
            return WEIGHTS[start]
    return THREAD if name.startswith(THREAD_NAMES) else MESSAGE


THREAD_NAMES = ("quotes", "before", "goes on", "topic", "asked:", "own:", "pause")


def _alone(one: Example) -> Example:
    features = {name: value for name, value in one.features.items() if not name.startswith(THREAD_NAMES)}
    return Example(one.message, one.label, defaultdict(float, features))


def made_of(found: Sequence[Example]) -> str:
    """A digest of what a model is trained on: it changes with a message, a label, a phrase or a feature."""
    digest = sha256()
    for one in found:
        digest.update(f"{one.label} {sorted((name, round(value, 6)) for name, value in one.features.items())}".encode())
    return digest.hexdigest()


def train(found: Sequence[Example], doubts: Doubts | None = None) -> Model:
    """A model of these examples; the same examples always give the same model."""
    digest = made_of(found)
    found = [*found, *(_alone(one) for one in found[::ALONE])]
    seen = Counter(name for one in found for name in one.features)
    names = sorted(name for name, n in seen.items() if n >= SEEN or name[:2] not in ("b ", "c "))
    places = {name: place for place, name in enumerate(names)}
    cells = [
        (line, places[name], value)
        for line, one in enumerate(found)
        for name, value in one.features.items()
        if name in places
    ]
    lines, columns, values = zip(*cells, strict=True)
    table = csr_matrix((values, (lines, columns)), shape=(len(found), len(names)))
    fitted = LogisticRegression(C=PENALTY, max_iter=400).fit(table, [one.label for one in found])
    order = [list(fitted.classes_).index(label) for label in LABELS]
    factors = np.array([_weight(name) for name in names])[:, None]
    rows = np.ascontiguousarray(fitted.coef_[order].T * factors, np.float32)
    return Model(names, rows, fitted.intercept_[order].astype(np.float32), doubts, digest)


def with_hidden(model: Model, rows: Mapping[str, Sequence[float]], hidden_of: str) -> Model:
    """The model with rows for the features that only a file has which an export left out."""
    names = [*model.names.split("\n"), *sorted(rows)]
    more = np.array([rows[name] for name in sorted(rows)], np.float32)
    return Model(names, np.vstack([model.rows, more]), model.start, model.doubts, model.made_of, hidden_of)


def write(model: Model, path: Path = FILE) -> None:
    """Keep a model as plain arrays: half precision, no pickle."""
    names = np.frombuffer(model.names.encode(), np.uint8)
    doubts: dict[str, Any] = {name: np.array(value, np.float32) for name, value in asdict(model.doubts).items()}
    np.savez_compressed(
        path, names=names, rows=model.rows.astype(np.float16), start=model.start, made_of=model.made_of,
        hidden_of=model.hidden_of, **doubts,
    )  # fmt: skip
