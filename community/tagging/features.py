"""What the model weighs of a message: its words, what the rules found in it, and where it stands in the thread."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from community.tagging.reading import Reading, Shown, file_tells
from community.tagging.threads import BUSINESS, NEAR
from community.tagging.values import LABELS, Line

NGRAMS = range(2, 6)
"""Lengths of the letter sequences that stand for a word nobody has listed."""


def letters(word: str) -> tuple[str, ...]:
    """The letter sequences of a word, its two ends marked: `bu` gives `<b`, `bu`, `u>`, `<bu`, `bu>`, `<bu>`."""
    marked = f"<{word}>"
    return tuple(marked[at : at + n] for n in NGRAMS for at in range(len(marked) - n + 1))


def pairs(words: Sequence[str]) -> Iterator[str]:
    """Each word with the one after it, the beginning and the end of the message included."""
    before = "^"
    for word in words:
        yield f"{before} {word}"
        before = word
    yield f"{before} $"


def of_rules(label: str, reason: str) -> list[str]:
    """What the rules answered: the part that is left out to measure the model alone."""
    return [f"rule:{label}", f"reason:{reason}"]


def of_message(reading: Reading) -> list[str]:
    """What the message itself shows besides its words."""
    return of_kind(reading.said.kind, reading.said.file_name) + of_text(reading.shown)


def of_kind(kind: str, file_name: str | None) -> list[str]:
    """What sort of message it is."""
    if not file_name:
        return [f"kind:{kind}"]
    ending = file_name.rpartition(".")[2].lower()
    return [f"kind:{kind}", f"file:{file_tells(file_name)}", f"ending:{ending[:8]}"]


Signs = tuple[int, bool, bool, frozenset[str]]
"""What a text shows besides its words, signals and links, as many texts do: how many words it has, in bits and 6 at
most; whether it asks, whether a word carries something; its emoji."""


def signs_of(shown: Shown) -> Signs:
    """The signs of a text."""
    return min(6, len(shown.words).bit_length()), shown.asks, bool(shown.core), shown.emoji


def of_text(shown: Shown) -> list[str]:
    """What its text shows besides its words, wherever it stands."""
    return [*of_signs(*signs_of(shown)), *map(of_signal, shown.hits), *of_links(shown.links)]


def of_signs(length: int, asks: bool, carries: bool, emoji: Iterable[str]) -> list[str]:
    """The features of its signs."""
    found = [f"length:{length}", *map("emoji:{}".format, emoji)]
    if asks:
        found.append("asks")
    if not carries:
        found.append("nothing carries")
    return found


def of_signal(signal: str) -> str:
    """The feature of a signal that its phrases give."""
    return f"signal:{signal}"


def of_links(links: Iterable[str]) -> Iterator[str]:
    """What its links are."""
    for link in links:
        yield from ("link", f"host:{_host(link)}", f"link:{file_tells(link)}")


def _host(link: str) -> str:
    return link.partition("://")[2].partition("/")[0].removeprefix("www.").lower() or "www"


Turn = tuple[str, bool, bool]
"""A message of the thread: its label, whether it asks, whether the same person wrote it."""


class Standing(NamedTuple):
    """Where a message stands in its thread."""

    quoted: Turn | None
    """The message it quotes."""
    before: tuple[Turn, ...]
    """The few messages before it, the nearest first."""
    pause: str
    """How long the group was silent; empty where the times are not known."""
    size: str
    """Its own."""
    rule: str
    """What the rules say of it; empty where they are not asked."""


def standing(reading: Reading, rule: str) -> Standing:
    """What went before, what it quotes, whose turn it was, how long ago that was; `rule` is what the rules say."""
    said = reading.said
    many, sender = len(reading.core), said.sender
    near = said.thread[: -NEAR - 1 : -1]
    line = said.answers
    return Standing(
        (line.label, line.is_question, line.sender == sender) if line else None,
        tuple([(label, asks, who == sender) for label, who, asks, _ in near]),
        _PAUSES[_pause(near[0], said.at)] if near else "",
        "short" if many <= 2 else "middle" if many <= 6 else "long",
        rule,
    )


def place(reading: Reading, rule: str) -> int:
    """A number for each standing there is, found in half the time."""
    said = reading.said
    many, sender = len(reading.core), said.sender
    near = said.thread[: -NEAR - 1 : -1]
    found = 0
    for label, who, asks, _ in near:  # five bits for each that is there, none of them 0
        found = found << 5 | _TURNS[label] + (2 if asks else 0) + (who == sender)
    found <<= 5
    if line := said.answers:
        found |= _TURNS[line.label] + (2 if line.is_question else 0) + (line.sender == sender)
    size = 0 if many <= 2 else 1 if many <= 6 else 2
    return ((found * 5 + (_pause(near[0], said.at) if near else 0)) * 3 + size) * 6 + _RULES[rule]


_TURNS = {label: 1 + 4 * number for number, label in enumerate(LABELS)}
_RULES = {label: number for number, label in enumerate(("", *LABELS))}
_PAUSES = ("", "none", "short", "long", "another day")


def _pause(last: Line, at: int | None) -> int:
    if at is None or last.at is None:
        return 0
    seconds = at - last.at
    return 1 if seconds < 300 else 2 if seconds < 1800 else 3 if seconds < 10_800 else 4


def of_thread(where: Standing) -> list[str]:
    """The features of a standing, all three parts."""
    quoted, before, pause, size, rule = where
    return [*of_quoted(quoted, size, rule), *of_before(before, size, rule), *of_pause(pause, before)]


def of_quoted(turn: Turn | None, size: str, rule: str) -> Iterator[str]:
    """What the message it quotes says about it."""
    if turn is None:
        yield "quotes nothing"
        return
    label, asks, own = turn
    yield from (f"quotes:{label}", f"quotes:{label} {size}", f"quotes:{label}{'?' if asks else ''}")
    if rule:
        yield f"quotes:{label} rule:{rule}"
    if own:
        yield "quotes oneself"


def of_before(turns: tuple[Turn, ...], size: str, rule: str) -> Iterator[str]:
    """What the messages before it say about it."""
    if not turns:
        return
    label, asks, own = turns[0]
    mark = "?" if asks else ""
    yield from (f"before {back}:{turn[0]}" for back, turn in enumerate(turns[:3]))
    yield from (f"before:{label} {size}", f"before:{label}{mark}")
    if rule:
        yield f"before:{label} rule:{rule}"
    if own:
        yield f"goes on:{label}{mark}"
    topic = next((one for one, _, _ in turns if one in BUSINESS), "")
    asked = next((one for one, asking, theirs in turns if asking and not theirs), "")
    before = next((one for one, _, theirs in turns if theirs), "")
    yield from (f"topic:{topic} {size}", f"asked:{asked} {size}", f"own:{before}")


def of_pause(pause: str, turns: tuple[Turn, ...]) -> Iterator[str]:
    """What the silence before it says about it, in four steps, and what for the last message was."""
    if pause:
        yield from (f"pause:{pause}", f"pause:{pause} after:{turns[0][0]}")
