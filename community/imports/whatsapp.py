"""Reads a WhatsApp export, message by message, in memory that does not grow with it."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, count, repeat
from operator import add
from typing import Any
from zoneinfo import ZoneInfo

from community.imports.sources import Source
from community.imports.values import BadExport, NotUnderstood, Reading, Spoken
from community.imports.whatsapp_blocks import LONGEST, blocks, probed, wide
from community.imports.whatsapp_bodies import Bodies
from community.imports.whatsapp_names import Names
from community.imports.whatsapp_orders import decided, settled
from community.imports.whatsapp_stamps import Clocks, Days, Fields, Grammar, Impossible, Sampler
from community.imports.whatsapp_words import MARKS, words

_SAMPLE = 1 << 16  # letters looked at to tell the grammar, and more until there is a stamp
_MOST_BEFORE = 1 << 20  # letters before the first stamp
_MARKED = tuple(MARKS)
# Looked for inside a text: places, and what an admin deleted. Few blocks hold one of them.
_RARE = ("maps.google.com/", "foursquare.com/v/", "dihapus oleh admin", "message was deleted by a")
_PROBES = tuple(word.encode() for word in _RARE)
_ENDS = frozenset((">", ")", " ", ""))  # the last letter of what may stand for something else
_LIKE_A_STAMP = re.compile(rf"\n[\d\[{MARKS}]")
_STANDS_FOR = {text: ("text" if kind == "deleted" else "media" if kind == "unseen" else kind, kind == "deleted")
               for text, kind in words().exactly.items()}  # fmt: skip
_NOTED, _EXCERPT = 100, 80
_MANY = 20_000  # names remembered; more only where somebody made a file up


_Fields = tuple[int, str | None, str, str, str | None, bool, bool, int, None]
"""Those of `Spoken`, in its order."""
_NEW, _SPOKEN = tuple.__new__, repeat(Spoken)  # a tuple made twice costs half of a call of Spoken
_NOTHING, _NO = repeat(None), repeat(False)


def read_chat(source: Source, zone: ZoneInfo, order: str | None = None) -> "Chat":
    """An export of WhatsApp, opened: its grammar and the order of its dates are known, nothing is read yet.

    :raises BadExport: it is none, or cannot be read to its end.
    :raises AmbiguousDates: day and month cannot be told apart, and `order` (`dmy`, `mdy`) was not given.
    """
    grammar = _grammar(source)
    if grammar is None:
        raise BadExport("imports.not_an_export")
    look = _Look(grammar)
    for block in blocks(source):
        look.at(block)
    longer = look.names.accepted(blocks(source)) if look.names.candidates() else []
    found = look.order(order)
    return Chat(source, grammar, Days(grammar, found, zone), Bodies(longer, bool(grammar.shape.opens)), found)


def _grammar(source: Source) -> Grammar | None:
    sampler, taken = Sampler(), 0
    lines: list[str] = []
    for block in blocks(source):
        lines += [line for line in block.split("\n") if line[:1].isdigit() or line[:1] in ("[", *_MARKED)]
        taken += len(block)
        if taken > _SAMPLE:
            grammar = sampler.grammar(lines)
            if grammar is not None or taken > _MOST_BEFORE:
                return grammar
            lines.clear()
    return sampler.grammar(lines)


class _Look:
    """The first look at a whole file: what its dates and names tell."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar, self._header = grammar, grammar.header()
        self._dates: list[Fields] = []
        self._order: str | None = settled(grammar.shape, [])
        self._indonesian = False
        self.names = Names(self._header)

    def at(self, block: str) -> None:
        """The next block of the file."""
        self.names.look(block)
        if self._order is None:
            place = 2 if self._grammar.shape.time_first else 1
            for date in dict.fromkeys(found[place] for found in self._header.finditer("\n" + block)):
                fields = self._grammar.fields(date)
                if self._dates[-1:] != [fields]:
                    self._dates.append(fields)
            self._indonesian = self._indonesian or any(word in block for word in words().indonesian)
            self._order = settled(self._grammar.shape, self._dates)

    def order(self, asked: str | None) -> str:
        """After the last block."""
        return self._order or decided(
            self._grammar.shape, self._dates, self._grammar.padded, self._indonesian, asked
        )  # fmt: skip


class _Known(dict[str | None, str | None]):
    """Who is surely meant by a name as it stands, in letters or in bytes."""

    def __init__(self, bodies: Bodies, narrow: bool) -> None:
        super().__init__()
        self._bodies, self._narrow = bodies, narrow

    def __missing__(self, name: str | None) -> str | None:
        if name is None:
            return None
        sender = self._bodies.known.get(wide(name) if self._narrow else name)
        if sender is not None:
            if len(self) > _MANY:
                self.clear()
            self[name] = sender
        return sender


class Chat:
    """The messages of one export, in the order of the file, as often as they are asked for."""

    def __init__(self, source: Source, grammar: Grammar, days: Days, bodies: Bodies, order: str) -> None:
        self.reading = Reading(grammar.name(order))
        self._source, self._grammar, self._begins = source, grammar, grammar.begins()
        self._days, self._clocks, self._bodies, self._sampler = days, Clocks(), bodies, Sampler()
        self._narrow, self._known = grammar.narrow, _Known(bodies, grammar.narrow)
        self._firsts = (self._clocks, days) if grammar.shape.time_first else (days, self._clocks)

    def __iter__(self) -> Iterator[Spoken]:
        self.reading.not_understood.clear()
        self.reading.how_many_not_understood = 0
        return chain.from_iterable(self._read())

    def _read(self) -> Iterator[list[Spoken]]:
        """Block by block. The last message of a block may go on in the next, so it waits with its stamp and name."""
        waiting: list[Any] = []
        line, careful = 1, False
        for block, careful_too in probed(self._source, _PROBES, self._narrow):
            parts = self._begins.split("\n" + block)
            if waiting:
                parts[:1] = [*waiting[:3], waiting[3] + parts[0]]
            else:
                line += self._before(parts.pop(0), line)
            if len(parts) >= 4 and not self._possible(*parts[-4:-2]):
                parts, line = self._mended(parts, line)
            waiting = parts[-4:]
            if waiting and len(waiting[3]) > LONGEST:
                raise BadExport("imports.too_long", line=line)
            made, line = self._messages(parts[:-4], line, careful or careful_too)
            careful = careful_too or (careful and not made)
            yield made
        yield self._messages(waiting, line, careful=True)[0]

    def _messages(self, parts: list[Any], line: int, careful: bool) -> tuple[list[Spoken], int]:
        """Stamps' halves, names and texts made into messages; also the line after them.

        Most messages are a text of somebody who spoke before: they are made all at once, without a step of Python for
        each. `careful`: WhatsApp's own marks, or words that are looked for inside a text, may stand in them.
        """
        first, second = self._firsts
        try:
            ats = list(map(add, map(first.__getitem__, parts[::4]), map(second.__getitem__, parts[1::4])))
        except Impossible:
            return self._messages(*self._mended(parts, line), careful)
        texts: list[str] = parts[3::4]
        if self._narrow:
            texts = [text if text.isascii() else wide(text) for text in texts]
        senders = list(map(self._known.__getitem__, parts[2::4]))
        kinds, deleted, lines = ["text"] * len(texts), [False] * len(texts), list[int]()
        others: list[tuple[int, _Fields]] = []
        for place in self._others(senders, texts, careful):
            sender, text, here = senders[place], texts[place], line + place
            if "\n" in text:
                lines += range(line + len(lines), here + 1)
                line += text.count("\n")
            if sender is None or self._days.uneven:
                others.append((place, self._carefully(parts[4 * place : 4 * place + 3], text, ats[place], here)))
            elif text in _STANDS_FOR:
                (kinds[place], deleted[place]), texts[place] = _STANDS_FOR[text], ""
            elif "\n" not in text or not self._only_lines(text, here, careful):
                others.append((place, (ats[place], *self._bodies.said(sender, text), here, None)))
        lines += range(line + len(lines), line + len(texts))
        columns = zip(ats, senders, texts, kinds, _NOTHING, deleted, _NO, lines, _NOTHING)  # noqa: B905 some are endless
        made = list(map(_NEW, _SPOKEN, columns))
        for place, fields in others:
            made[place] = _NEW(Spoken, fields)
        return made, line + len(texts)

    def _others(self, senders: list[str | None], texts: list[str], careful: bool) -> Iterable[int]:
        """The places of those that may be something else than one line said by somebody known."""
        if self._days.uneven:
            return range(len(texts))
        ends, stands_for, each = _ENDS, _STANDS_FOR, zip(count(), senders, texts)
        if careful:
            return [place for place, sender, text in each
                    if sender is None or not text.isascii() or "\n" in text or not text or text[-1] in ends
                    or text in stands_for or any(map(text.__contains__, _RARE))]  # fmt: skip
        return [place for place, sender, text in each
                if sender is None or "\n" in text or text in stands_for
                or not text or (text[-1] in ends and (text[-1] != ")" or "." in text))]  # fmt: skip

    def _only_lines(self, text: str, line: int, careful: bool) -> bool:
        """A text of several lines, as nearly all of them are no more than that: no file with a caption, no poll."""
        special = careful or text[-1:] in _ENDS or ")\n" in text or ":\n" in text or ">\n" in text
        if special or _LIKE_A_STAMP.search(text):
            self._other_stamps(text, line)
        return not special

    def _carefully(self, head: list[Any], text: str, at: int, line: int) -> _Fields:
        """A message on its own: of somebody not yet known, of the program, of a day with an hour more or less."""
        one, two, name = head
        body = text if name is None else f"{self._wide(name)}: {text}"
        midnight = self._days.uneven.get(one) or self._days.uneven.get(two)
        if midnight is not None:  # the hour of the clock, not so many hours after midnight
            at = int((midnight + timedelta(seconds=at - int(midnight.timestamp()))).timestamp())
        if ":" not in body and body.isascii():
            return at, None, body.strip(), "service", None, False, False, line, None
        if "\n" in body:
            self._other_stamps(body, line)
        return at, *self._bodies.read(body), line, None

    def _possible(self, one: str, two: str) -> bool:
        first, second = self._firsts
        try:
            first[one], second[two]
        except Impossible:
            return False
        return True

    def _mended(self, parts: list[Any], line: int) -> tuple[list[Any], int]:
        """What looks like a stamp but is no moment goes back to the text before it, and is noted."""
        mended: list[Any] = []
        start = line
        for one, two, name, text in zip(*[iter(parts)] * 4, strict=True):
            if self._possible(one, two):
                mended += (one, two, name, text)
            else:
                raw = self._grammar.written(one, two) + (text if name is None else f"{name}: {text}")
                self._note(line, self._wide(raw))
                if mended:
                    mended[-1] += "\n" + raw
                else:
                    start = line + text.count("\n") + 1
            line += text.count("\n") + 1
        return mended, start

    def _wide(self, text: str) -> str:
        return wide(text) if self._narrow else text

    def _before(self, text: str, line: int) -> int:
        """Lines before the first message: noted; gives how many."""
        for number, one in enumerate(self._wide(text).split("\n")[1:]):
            if one.strip():
                self._note(line + number, one)
        return text.count("\n")

    def _other_stamps(self, body: str, line: int) -> None:
        """Within a text, a line that begins like a message in another grammar: perhaps two exports in one file."""
        for number, one in enumerate(body.split("\n")):
            if number and (one[:1].isdigit() or one[:1] in ("[", *_MARKED)):
                stamp = self._sampler.stamp(one)
                if stamp is not None and stamp.shape != self._grammar.shape:
                    self._note(line + number, one)

    def _note(self, line: int, text: str) -> None:
        self.reading.how_many_not_understood += 1
        if len(self.reading.not_understood) < _NOTED:
            self.reading.not_understood.append(NotUnderstood(line, text.split("\n", 1)[0][:_EXCERPT]))
