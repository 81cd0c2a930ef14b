"""Damaged, hostile and endless Telegram exports: read as far as they go, or refused in a sentence, within bounds."""

import random
import tracemalloc
from collections.abc import Callable

import pytest

from community.imports.sources import Reader, Source
from community.imports.telegram_html import read_html
from community.imports.telegram_json import read_json
from community.imports.telegram_page import MOST_BETWEEN
from community.imports.telegram_stream import LONGEST, PIECE
from community.imports.values import BadExport, Export, Spoken
from content.texts import phrases
from tests.exports.telegram_files import MORNING, WIB, as_json, chat, day, full, media, message, page, post, source

TALK = [
    message(key, ("Sari", "Budi", "Made")[key % 3], f"pesan {key} \x1f \\x41 – ya", MORNING + 60 * key, poll={})
    for key in range(1, 9)
]
SINGLE = as_json(chat(TALK))
FULL = as_json(full([chat(TALK, "A"), chat(TALK[:3], "B")], [chat(TALK[:1], "C")]), None)
HTML = page(
    [day("5 October 2026"), *(post(key, "Sari", f"pesan {key}", body=media("media_file", "a")) for key in range(8))]
)


def json_export(raw: bytes) -> Export:
    return read_json(source(raw), WIB)


def html_export(raw: bytes) -> Export:
    return read_html([source(raw, "messages.html")], WIB)


def read_all(opens: Callable[[bytes], Export], raw: bytes) -> tuple[list[Spoken], int]:
    """What is read, and how much was not understood; a refusal has words, and nothing else is raised."""
    refusal, export, said = "", None, list[Spoken]()
    try:
        export = opens(raw)
        said = list(export)
    except BadExport as bad:
        refusal = bad.text_key
        export = None
    assert export or refusal in phrases("id")
    for one in said:
        assert one.at.__class__ is int and one.text.__class__ is str and one.key.__class__ is int
        assert one.sender is None or one.sender
    return said, export.reading.how_many_not_understood if export else 0


@pytest.mark.parametrize("raw, whole", [(SINGLE, 8), (FULL, 8)])
def test_a_file_cut_anywhere_is_read_up_to_there_and_said_so(raw: bytes, whole: int) -> None:
    end = raw.rindex(b'"text_entities": []')
    before = 0
    for cut in range(0, end, 7):
        said, missed = read_all(json_export, raw[:cut])
        assert len(said) >= before or b'"chats"' in raw
        assert said == list(json_export(raw))[: len(said)]
        begun = b'"messages": [' in raw[:cut]
        assert missed == begun or (raw is FULL and len(said) == whole)
        before = len(said)
    assert len(read_all(json_export, raw)[0]) == whole


def test_the_line_where_a_file_breaks_off_is_told() -> None:
    cut = SINGLE[: SINGLE.index(b'"pesan 6')]
    export = json_export(cut)
    assert [one.key for one in export] == [1, 2, 3, 4, 5]
    assert export.reading.not_understood[0].line == cut.count(b"\n") + 1
    assert export.reading.not_understood[0].excerpt


def test_what_is_wrong_in_the_middle_ends_it_there() -> None:
    export = json_export(SINGLE.replace(b'"id": 4,', b'"id": vier,'))
    assert [one.key for one in export] == [1, 2, 3]
    wrong = SINGLE[: SINGLE.index(b'"id": 4,')].count(b"\n") + 1
    assert wrong <= export.reading.not_understood[0].line <= wrong + 30


@pytest.mark.parametrize("opens, raw", [(json_export, SINGLE), (json_export, FULL), (html_export, HTML)])
def test_damaged_files_never_raise_anything_but_a_sentence(opens: Callable[[bytes], Export], raw: bytes) -> None:
    _damage(opens, raw, 150, seed=5)


@pytest.mark.chaos
@pytest.mark.parametrize(
    "opens, raw, times", [(json_export, SINGLE, 40_000), (json_export, FULL, 40_000), (html_export, HTML, 20_000)]
)
def test_very_many_damaged_files_never_raise_anything_but_a_sentence(
    opens: Callable[[bytes], Export], raw: bytes, times: int
) -> None:
    _damage(opens, raw, times, seed=6)


PIECES = [
    b'"', b"\\", b"\\x", b"\\x0", b"\\u12", b"{", b"}", b"[", b"]", b",", b":", b"null", b"1e999", b"\xff", b"\x00",
    b"\n", b"<!--", b"<div class='message'", b"</div>", b"<a href=", b"<script>", b"&#x110000;", b"&#99999999999;",
    b"<![CDATA[", b"9" * 400, b'id="message9999999999999999999"', b'title="99.99.9999 99:99:99 UTC+99:99"',
]  # fmt: skip


def _damage(opens: Callable[[bytes], Export], raw: bytes, times: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        damaged = bytearray(raw)
        for _ in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(damaged) + 1), chance.choice((0, 1, 5, 200))
            match chance.randrange(4):
                case 0:
                    del damaged[at : at + length]
                case 1:
                    damaged[at:at] = chance.choice(PIECES)
                case 2:
                    damaged[at : at + length] = chance.randbytes(length)
                case 3:
                    damaged[at:at] = damaged[at : at + length] * 3
        read_all(opens, bytes(damaged))


class Endless(Reader):
    """A file that begins and then says the same over and over, without having it anywhere."""

    def __init__(self, head: bytes, again: bytes, most: int) -> None:
        self._head, self._again, self._most, self.given = head, again, most, 0
        self._begun = len(head)

    def read(self, size: int = -1) -> bytes:
        if self.given >= self._most:
            return b""
        if self._head:
            given, self._head = self._head[:size], self._head[size:]
        else:
            begun = (self.given - self._begun) % len(self._again)
            given = (self._again * (size // len(self._again) + 2))[begun : begun + size]
        self.given += len(given)
        return given

    def close(self) -> None:
        pass


LONG = 3 << 20
OPENED = b'{"name": "A", "type": "private_supergroup", "messages": [{"id": 1, "type": "message", '


@pytest.mark.parametrize(
    "head, again",
    [
        (OPENED + b'"text": "', b"a"),
        (OPENED + b'"text": "', b"\\\\"),
        (OPENED + b'"text": ', b"["),
        (OPENED + b'"text": ', b'{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":'),
        (OPENED + b'"text": [', b"1,"),
        (OPENED + b'"text": [', b'{"text":"a"},'),
        (OPENED, b'"a":1,'),
        (b'{"messages": [', b"["),
        (b"{", b'"a":1,'),
        (b"", b"["),
        (b'{"chats":{"list":[', b'{"messages":[]},'),
        (b"", b" "),
        (b"", b"9"),
    ],
)
def test_what_never_ends_is_given_up_within_bounds(head: bytes, again: bytes) -> None:
    opened: list[Endless] = []

    def opens() -> Reader:
        opened.append(Endless(head, again, 1 << 31))
        return opened[-1]

    tracemalloc.start()
    try:
        said = list(read_json(Source("result.json", opens), WIB))
    except BadExport:
        said = []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said == []
    assert max(one.given for one in opened) < 3 * LONGEST
    assert peak < 24 << 20


BEGUN = HTML[: HTML.index(b"pesan 3")]


@pytest.mark.parametrize(
    "head, again",
    [
        (BEGUN, b"<"), (BEGUN, b"<!--"), (b"", b"<!--"), (BEGUN, b"<div class='"), (BEGUN, b"<div>"), (b"", b"<div>"),
        (BEGUN, b"a"), (b"", b"a"), (BEGUN, b"&"), (BEGUN, b"<a "), (b"", b"&#x"),
    ],
)  # fmt: skip
def test_a_page_that_never_ends_is_given_up_soon(head: bytes, again: bytes) -> None:
    endless = Endless(head, again, 1 << 31)
    try:
        said = list(read_html([Source("messages.html", lambda: endless)], WIB))
    except BadExport:
        said = []
    assert [one.key for one in said] in ([], [0, 1, 2])
    assert endless.given < MOST_BETWEEN + (1 << 16)


def test_a_long_export_is_never_held_in_memory() -> None:
    one = as_json(message(7, "Sari", "Selamat pagi, Bapak/Ibu. Besok kita kumpul jam sembilan ya." * 3)) + b",\n"

    def opens() -> Reader:
        return Endless(b'{"name": "KKG", "type": "private_group", "messages": [', one, LONG)

    tracemalloc.start()
    export = read_json(Source("result.json", opens), WIB)
    many = sum(1 for _ in export)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert many == pytest.approx(LONG / len(one), abs=PIECE)
    assert peak < LONG / 10
