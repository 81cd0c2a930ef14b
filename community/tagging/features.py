"""What the model weighs of a message: its words, what the rules found in it, and where it stands in the thread."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from community.tagging.reading import Reading, file_tells
from community.tagging.threads import BUSINESS, NEAR
from community.tagging.values import Line
from community.tagging.verdict import Verdict

NGRAMS = range(2, 6)
"""Lengths of the letter sequences that stand for a word nobody has listed."""


@lru_cache(maxsize=1 << 15)
def letters(word: str) -> tuple[str, ...]:
    """The letter sequences of a word, its two ends marked: `bu` gives `<b`, `bu`, `u>`, `<bu`, `bu>`, `<bu>`."""
    marked = f"<{word}>"
    return tuple(marked[at : at + n] for n in NGRAMS for at in range(len(marked) - n + 1))


def pairs(words: list[str]) -> Iterator[str]:
    """Each word with the one after it, the beginning and the end of the message included."""
    before = "^"
    for word in words:
        yield f"{before} {word}"
        before = word
    yield f"{before} $"


def of_rules(verdict: Verdict) -> list[str]:
    """What the rules answered: the part that is left out to measure the model alone."""
    return [f"rule:{verdict.label}", f"reason:{verdict.reason}"]


_LENGTHS = [f"length:{bits}" for bits in range(7)]


def of_message(reading: Reading) -> list[str]:
    """What the message itself shows besides its words."""
    said = reading.said
    found = [f"kind:{said.kind}", _LENGTHS[min(6, len(reading.words).bit_length())]]
    found += [f"signal:{signal}" for signal in reading.hits]
    found += [f"emoji:{name}" for name in reading.emoji]
    if reading.asks:
        found.append("asks")
    if not reading.core:
        found.append("nothing carries")
    for link in reading.links:
        found += ["link", f"host:{_host(link)}", f"link:{file_tells(link)}"]
    if said.file_name:
        ending = said.file_name.rpartition(".")[2].lower()
        found += [f"file:{file_tells(said.file_name)}", f"ending:{ending[:8]}"]
    return found


def _host(link: str) -> str:
    return link.partition("://")[2].partition("/")[0].removeprefix("www.").lower() or "www"


Turn = tuple[str, bool, bool]
"""A message of the thread: its label, whether it asks, whether the same person wrote it."""


class Standing(NamedTuple):
    """Where a message stands in its thread, in parts that come again and again."""

    quoted: tuple[Turn | None, str, str]
    """The message it quotes, its own size, and what the rules say of it."""
    before: tuple[tuple[Turn, ...], str, str]
    """The few messages before it, the nearest first, with size and rule as well."""
    pause: tuple[str, str]
    """How long the group was silent, and what for the last message was; empty where the times are not known."""


def standing(reading: Reading, verdict: Verdict | None) -> Standing:
    """What went before, what it quotes, whose turn it was, how long ago that was."""
    said = reading.said
    size = "short" if reading.size <= 2 else "middle" if reading.size <= 6 else "long"
    rule = verdict.label if verdict else ""
    near = said.thread[: -NEAR - 1 : -1]
    line = said.answers
    quoted = (line.label, line.is_question, line.sender == said.sender) if line else None
    pause = _pause(near[0], said.at) if near else ""
    turns = tuple([(line.label, line.is_question, line.sender == said.sender) for line in near])
    return Standing((quoted, size, rule), (turns, size, rule), (pause, near[0].label if pause else ""))


def _pause(last: Line, at: int | None) -> str:
    if at is None or last.at is None:
        return ""
    minutes = (at - last.at) / 60
    return "none" if minutes < 5 else "short" if minutes < 30 else "long" if minutes < 180 else "another day"


def of_thread(where: Standing) -> list[str]:
    """The features of a standing, all three parts."""
    return [*of_quoted(*where.quoted), *of_before(*where.before), *of_pause(*where.pause)]


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


def of_pause(pause: str, label: str) -> Iterator[str]:
    """What the silence before it says about it, in four steps."""
    if pause:
        yield from (f"pause:{pause}", f"pause:{pause} after:{label}")
