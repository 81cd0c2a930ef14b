"""A generated chat in any grammar comes back message by message; a damaged one comes back or is refused in words."""

import gc
import os
import re
import resource
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.imports.opening import open_export
from community.imports.values import BadExport
from tests.exports.told import ZONE, opened

Clock = Callable[[datetime], str]


def half(at: datetime) -> tuple[int, str]:
    return at.hour % 12 or 12, "AM" if at.hour < 12 else "PM"


FORMS: dict[str, Clock] = {
    "id": lambda at: f"{at:%d/%m/%y %H.%M} - ",
    "id iphone": lambda at: f"[{at:%d/%m/%y, %H.%M.%S}] ",
    "us": lambda at: f"{at.month}/{at.day}/{at:%y}, {half(at)[0]}:{at:%M}\u202f{half(at)[1]} - ",
    "us iphone": lambda at: f"[{at.month}/{at.day}/{at:%y}, {half(at)[0]}:{at:%M:%S} {half(at)[1]}] ",
    "id in us iphone": lambda at: f"[{at.month}/{at.day}/{at:%y %H.%M.%S}] ",
    "gb": lambda at: f"{at:%d/%m/%Y, %H:%M} - ",
    "br": lambda at: f"{at:%d/%m/%Y %H:%M} - ",
    "nl": lambda at: f"{at:%d-%m-%Y %H:%M} - ",
    "de": lambda at: f"{at:%d.%m.%y, %H:%M} - ",
    "ca": lambda at: f"{at:%Y-%m-%d}, {half(at)[0]}:{at:%M} {half(at)[1][0].lower()}.m. - ",
    "es": lambda at: f"{at.day}/{at.month}/{at.year}, {half(at)[0]}:{at:%M} {half(at)[1][0].lower()}.\u00a0m. - ",
    "zh": lambda at: f"[{at.year}/{at.month}/{at.day} {at:%H:%M:%S}] ",
    "ko": lambda at: f"[{at:%Y/%m/%d} {'오전' if at.hour < 12 else '오후'} {half(at)[0]:02}:{at:%M}] ",
    "vi": lambda at: f"[{at:%H:%M:%S}, {at.day}/{at.month}/{at:%y}] ",
    "th": lambda at: f"[{at.day}/{at.month}/{at.year + 543} BE, {at:%H:%M:%S}] ",
    "jp": lambda at: f"[{at.day}/{at.month}/R{at.year - 2018}, {at:%H:%M:%S}] ",
    "fi": lambda at: f"{at.day}.{at.month}.{at.year} klo {at.hour}.{at:%M} - ",
    "2013": lambda at: f"{at:%d/%m/%y %H:%M:%S}: ",
}
SECONDS = {"id iphone", "us iphone", "id in us iphone", "zh", "vi", "th", "jp", "2013"}
BEGAN = datetime(2025, 8, 29, 6, 0, 7, tzinfo=ZONE)
NAMES = ["Sari", "Budi Santoso", "+62 812-0000-0001", "Ust. Agus, S.Pd.", "Dewi 🌸", "Made - SD 3", "~ Wati", "Anda"]


class Said(NamedTuple):
    at: datetime
    name: str
    text: str


# Letters of every kind, line breaks, and pieces that stamps, marks and colons are made of.
PIECES = st.sampled_from([
    "halo", " ", "\n", ": ", ":", " - ", "[", "]", "30/08/25", "18.00", "18:00", "<", ">", "(", ")", "Info", "🙏", "é",
    "@", "\u2028", "\x0b", "\x85", "https://contoh.id/a?b=1", "admin", "%", "null", "12", "٣", "PM", "...",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs"]), max_size=8), max_size=12)
CHATS = st.lists(
    st.builds(
        Said, st.integers(-200_000_000, 100_000_000).map(lambda away: BEGAN + timedelta(seconds=away)),
        st.sampled_from(NAMES),
        TEXTS.map(lambda pieces: "a" + "".join(pieces) + "z"),
    ),
    max_size=12,
)  # fmt: skip


def written(chat: list[Said], form: Clock, ends: str = "\n") -> str:
    return "".join(f"{form(one.at)}{one.name}: {one.text}\n" for one in chat).replace("\n", ends)


def never_a_stamp(text: str) -> str:
    """A line that begins like a stamp cannot be told from one: here none does."""
    return text.replace("\n", "\n· ")


@settings(max_examples=int(os.environ.get("CHATS", "150")), deadline=None)
@given(chat=CHATS, form=st.sampled_from(sorted(FORMS)), ends=st.sampled_from(["\n", "\r\n"]), last=st.booleans())
def test_a_chat_comes_back_message_by_message(chat: list[Said], form: str, ends: str, last: bool) -> None:
    begins = [Said(BEGAN + timedelta(day), name, "halo") for day in (0, 1) for name in NAMES]  # tells the order
    chat = begins + [one._replace(text=never_a_stamp(one.text)) for one in chat]
    text = written(chat, FORMS[form], ends)
    found = opened(text if last else text.removesuffix(ends))
    exact = form in SECONDS
    assert [(one.at, one.sender, one.text, one.kind, one.deleted) for one in found] == [
        (int(one.at.replace(second=one.at.second * exact).timestamp()), one.name, one.text,
         "text", False)
        for one in chat
    ]  # fmt: skip
    assert found.reading.how_many_not_understood == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_long_chat_is_the_same_wherever_its_blocks_end(form: str) -> None:
    chance, at = Random(form), BEGAN
    chat = []
    for number in range(4000):
        at += timedelta(minutes=chance.randrange(90))
        text = f"{number} " + "kata 🙏 " * chance.randrange(9) + "\nbaris: dua" * (number % 17 == 0) + "."
        chat.append(Said(at, chance.choice(NAMES), text))
    found = opened(written(chat, FORMS[form]))
    assert [(one.sender, one.text) for one in found] == [(one.name, one.text) for one in chat]
    line, keys = 1, []
    for one in chat:
        keys.append(line)
        line += one.text.count("\n") + 1
    assert [one.key for one in found] == keys


def damaged(data: bytes, chance: Random) -> bytes:
    """A file after one to four accidents: cut, turned over, written twice, a letter or a block changed."""
    whole = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(whole) or 1), chance.randint(1, 60)
        piece = bytes(whole[at : at + size])
        match chance.randrange(8):
            case 0:
                del whole[at : at + size]
            case 1:
                whole[at:at] = piece * chance.randint(1, 4)
            case 2:
                whole[at : at + size] = chance.randbytes(size)
            case 3:
                whole[at : at + 1] = bytes([chance.randrange(256)])
            case 4:
                whole[at:at] = chance.choice((b"\n", b"\r", b": ", b"[", "\u200e".encode(), "٣".encode(), b"99", b"\0"))
            case 5:
                del whole[at:]
            case 6:
                whole[at : at + size] = piece[::-1]
            case _:
                whole[at:at] = bytes(whole[max(0, at - 300) : at])
    return bytes(whole)


def try_damaged(budget: int, seed: int) -> dict[str, int]:
    """How it went with so many damaged files; anything but messages or a sentence is raised."""
    chance, went = Random(seed), {"read": 0, "refused": 0}
    files = [path.read_bytes() for path in sorted((Path(__file__).parent / "whatsapp").glob("*.txt"))]
    for number in range(budget):
        given = damaged(chance.choice(files), chance)
        try:
            for one in open_export([given], ZoneInfo("Asia/Jakarta"), "dmy"):
                assert one.key >= 1 and one.kind and (one.sender or one.kind == "service"), (seed, number, one)
            went["read"] += 1
        except BadExport:
            went["refused"] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}, file {number}: {given!r}") from error
    return went


def test_damaged_files_are_read_or_refused() -> None:
    seed = int(os.environ.get("SEED", "20260803"))
    print(f"seed {seed}")
    went = try_damaged(600, seed)
    assert went["read"] > 300
    assert went["refused"] > 20


@pytest.mark.chaos
def test_a_hundred_thousand_damaged_files_in_memory_that_stays() -> None:
    """What lives is counted block by block, which costs nothing; the most there was at once, by the system."""
    seed = int(os.environ.get("SEED", "20260803"))
    print(f"seed {seed}")
    try_damaged(2000, seed)
    alive, most = living(), peak()
    went: Counter[str] = Counter()
    for number in range(100):
        went.update(try_damaged(1000, seed + number))
        assert living() - alive < 5000, (number, went)
    print(dict(went), f"{living() - alive} blocks, {peak() - most} bytes")
    assert went.total() == 100_000
    assert peak() - most < 20_000_000


def living() -> int:
    """Blocks of memory that Python holds, about a hundred bytes each; patterns that `re` remembers are left out."""
    re.purge()
    gc.collect()
    return sys.getallocatedblocks()


def peak() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
