"""Several exports of one chat become one, each message once, whoever exported them and however they name people."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest

from community.imports import merging
from community.imports.opening import open_export
from community.imports.values import BadExport, Spoken
from tests.exports.told import ZONE

BEGAN = datetime(2025, 8, 14, 7, 0, tzinfo=ZONE)
PEOPLE = {"Sari": "Bu Sari SD 4", "Budi": "+62 812-0000-0002", "Dewi": "~ Dewi", "Agus": "Anda"}
Line = tuple[datetime, str, str]


def android(lines: list[Line]) -> bytes:
    return "".join(f"{at:%d/%m/%y %H.%M} - {name}: {text}\n" for at, name, text in lines).encode()


def iphone(lines: list[Line]) -> bytes:
    """The same people as another telephone calls them."""
    return "".join(
        f"[{at:%d/%m/%y, %H.%M.%S}] {PEOPLE.get(name, name)}: {text}\n" for at, name, text in lines
    ).encode()  # fmt: skip


def talk(count: int, seed: int = 3) -> list[Line]:
    """Talk in which the same short answers come several times a minute, from several people."""
    chance, at = Random(seed), BEGAN
    lines = []
    for number in range(count):
        at += timedelta(seconds=chance.choice((0, 1, 7, 20, 300)))
        text = chance.choice(("Siap", "Terima kasih", "🙏", f"Materi nomor {number}", f"Rapat {number}"))
        lines.append((at, chance.choice(list(PEOPLE)), text))
    return lines


def merged(*files: bytes) -> list[Spoken]:
    return list(open_export(files, ZONE))


def minutes(lines: list[Line]) -> Counter[tuple[int, str, str]]:
    return Counter((int(at.timestamp()) // 60, name, text) for at, name, text in lines)


def found(messages: list[Spoken]) -> Counter[tuple[int, str | None, str]]:
    return Counter((one.at // 60, one.sender, one.text) for one in messages)


@pytest.mark.parametrize("second", [android, iphone])
@pytest.mark.parametrize("overlap", [0, 1, 300, 1000])
def test_two_that_overlap(second: Callable[[list[Line]], bytes], overlap: int) -> None:
    lines = talk(1500)
    # Where two meet within a minute, the same words from people named differently cannot be told apart.
    middle = next(at for at in range(750, 1500) if lines[at - 1][0].minute != lines[at][0].minute)
    both = merged(android(lines[: middle + overlap // 2]), second(lines[middle - (overlap + 1) // 2 :]))
    assert len(both) == len(lines)
    assert Counter((one.at // 60, one.text) for one in both) == Counter(
        (int(at.timestamp()) // 60, text) for at, _, text in lines
    )  # fmt: skip
    if overlap >= 300 and second is iphone:
        assert found(both) == minutes(lines)
    assert [one.key for one in both] == list(range(1, len(lines) + 1))
    assert [one.at // 60 for one in both] == sorted(one.at // 60 for one in both)


def test_five_pieces_in_any_order_and_one_of_them_twice() -> None:
    lines = talk(2000)
    pieces = [lines[at : at + 560] for at in (0, 360, 720, 1080, 1440)]
    files = [android(pieces[3]), iphone(pieces[1]), android(pieces[0]), android(pieces[3]), iphone(pieces[4]),
             android(pieces[2])]  # fmt: skip
    both = merged(*files)
    assert found(both) == minutes(lines)
    assert {one.sender for one in both} == {*PEOPLE}


def test_equal_messages_of_a_minute_are_as_many_as_were_written() -> None:
    five = [(BEGAN + timedelta(seconds=n), name, "Siap") for n, name in enumerate([*PEOPLE, "Sari"])]
    rest = [(BEGAN + timedelta(minutes=n), "Sari", f"nomor {n}") for n in range(1, 9)]
    assert found(merged(android(five + rest), iphone(five[2:] + rest))) == minutes(five + rest)
    assert found(merged(android(rest), android(five + rest))) == minutes(five + rest)


def test_a_name_somebody_gave_is_better_than_a_number() -> None:
    lines = talk(600)
    assert {one.sender for one in merged(iphone(lines), android(lines))} == {"Bu Sari SD 4", "Budi", "Dewi", "Agus"}


def test_what_was_deleted_or_changed_later_is_one_message() -> None:
    lines = [(BEGAN + timedelta(minutes=n // 2), "Sari", f"nomor {n}") for n in range(20)]
    later = [(at, name, {4: "Pesan ini telah dihapus", 7: "nomor tujuh <Pesan ini diedit>"}.get(n, text))
             for n, (at, name, text) in enumerate(lines)]  # fmt: skip
    for files in ((android(lines), iphone(later)), (iphone(later), android(lines))):
        both = merged(*files)
        assert len(both) == 20
        assert (both[4].text, both[4].deleted) == ("", True)
        assert (both[7].text, both[7].edited) == ("nomor tujuh", True)
        assert len({one.sender for one in both}) == 1


def test_media_left_out_of_one_of_them_and_lines_of_the_program() -> None:
    one = (
        b"30/08/25 18.00 - Sari: <Media tidak disertakan>\n30/08/25 18.01 - Sari: halo semua\n"
        b"30/08/25 18.02 - Anda menambahkan Tono\n"
    )
    other = (
        "[30/08/25, 18.00.05] Sari: ‎<terlampir: 00000001-PHOTO-2025-08-30-18-00-05.jpg>\n"
        "[30/08/25, 18.01.05] Sari: halo semua\n[30/08/25, 18.02.05] ‎Sari added Tono\n"
    ).encode()
    both = merged(one, other)
    assert [(each.kind, each.sender, each.at % 60) for each in both] == [
        ("photo", "Sari", 5), ("text", "Sari", 5), ("service", None, 5),
    ]  # fmt: skip
    assert both[0].file_name == "00000001-PHOTO-2025-08-30-18-00-05.jpg"


def test_two_chats_of_the_same_days_are_refused() -> None:
    other = [(at, name, f"lain {number}") for number, (at, name, _) in enumerate(talk(300))]
    with pytest.raises(BadExport, match="several_chats"):
        merged(android(talk(300)), android(other))


def test_more_than_can_be_held_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MOST", 500)
    with pytest.raises(BadExport, match="too_many_to_merge"):
        merged(android(talk(300)), android(talk(300)))


def test_what_was_not_understood_is_kept_of_all() -> None:
    odd = b"Riwayat\n" + android(talk(40))
    export = open_export([odd, odd, iphone(talk(40))], ZONE)
    assert len(list(export)) == 40
    assert export.reading.how_many_not_understood == 2
    assert export.reading.grammar == "WhatsApp Android, d/m/yy H.MM; WhatsApp iPhone, [d/m/yy, H.MM.SS]"
