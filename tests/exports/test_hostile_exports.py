"""Files made to harm: refused in one sentence, in memory that does not grow with what they pretend to be."""

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from community.imports.opening import open_export
from community.imports.values import BadExport
from content.texts import LANGUAGES, Texts
from tests.exports.told import ZONE, opened

LINE = b"30/08/25 18.00 - Sari: halo\n"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return held.getvalue()


def read(given: bytes) -> int:
    return len(list(opened(given)))


@pytest.mark.parametrize("given", [
    zipped(("_chat.txt", LINE)), zipped(("Chat WhatsApp dengan KKG.txt", LINE)),
    zipped(("__MACOSX/._chat.txt", b"\0\5\x16\7"), ("_chat.txt", LINE), ("00000001-PHOTO.jpg", b"\xff\xd8")),
    zipped(("Chat WhatsApp dengan KKG.txt", LINE), ("tugas.txt", b"bukan obrolan"), ("nilai.html", b"<html>"),
           ("data.json", b"{}")),
    zipped(("../../../etc/_chat.txt", LINE)), zipped(("..\\..\\_chat.txt", LINE)), zipped(("/_chat.txt", LINE)),
    zipped(("dalam.zip", zipped(("_chat.txt", b"lain"))), ("_chat.txt", LINE)),
    zipped(("_chat.txt", LINE), method=zipfile.ZIP_STORED),
    b"\xef\xbb\xbf" + LINE, LINE[:-1], LINE.replace(b"\n", b"\r\n"), LINE.decode().encode("utf-16"),
], ids=lambda _: "file")  # fmt: skip
def test_what_is_only_packed_otherwise_is_read(given: bytes) -> None:
    assert [(one.sender, one.text) for one in opened(given)] == [("Sari", "halo")]


def test_a_file_that_somebody_holds_open_is_read_and_stays_open(tmp_path: Path) -> None:
    for given in (LINE, zipped(("_chat.txt", LINE))):
        held = io.BytesIO(given)
        assert len(list(open_export([held], ZONE))) == 1
        assert not held.closed
        path = tmp_path / "berkas"
        path.write_bytes(given)
        assert len(list(open_export([path], ZONE))) == len(list(open_export([str(path)], ZONE))) == 1


def locked() -> bytes:
    given = bytearray(zipped(("_chat.txt", LINE)))
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        given[given.index(signature) + place] |= 1
    return bytes(given)


def lying_about_its_list() -> bytes:
    given = bytearray(zipped(("_chat.txt", LINE)))
    at = given.rindex(b"PK\5\6")
    given[at + 12 : at + 16] = struct.pack("<I", 900_000_000)
    return bytes(given)


def broken_inside() -> bytes:
    given = bytearray(zipped(("_chat.txt", LINE * 900)))
    given[60:70] = b"xxxxxxxxxx"
    return bytes(given)


def named(given: bytes | str) -> str:
    """A zip holds the time of day: its bytes, and even their number, would name another test in every process."""
    return given if isinstance(given, str) else "file"


@pytest.mark.parametrize(("given", "why"), [
    (b"", "not_an_export"), (b"halo\n" * 9, "not_an_export"), (bytes(range(256)) * 40, "not_an_export"),
    (b"\x89PNG\r\n\x1a\n" + bytes(5000), "not_an_export"), (b"PK\3\4 dan tidak ada apa-apa", "broken"),
    (zipped(("_chat.txt", b"\0" * 90)), "not_an_export"), (LINE + bytes(40) + LINE, "broken"),
    (bytes(9) + LINE, "broken"), (zipped(("_chat.txt", b"\xef\xbb\xbf" + LINE[:9] + bytes(2) + LINE * 3)), "broken"),
    (zipped(("foto.jpg", LINE)), "nothing_inside"),
    (zipped(("dalam.zip", zipped(("_chat.txt", LINE)))), "nothing_inside"), (zipped(), "nothing_inside"),
    (zipped(("_chat.txt", LINE), method=zipfile.ZIP_LZMA), "broken"), (locked(), "locked"),
    (zipped(("_chat.txt", LINE))[:-30], "broken"), (lying_about_its_list(), "too_many_files"),
    (broken_inside(), "broken"), (LINE + "30/08/25 18.01 - Sari: café\n".encode("cp1252"), "encoding"),
    (LINE * 9000 + b"\xff", "encoding"), (LINE + b"x" * (3 << 20), "too_long"),
    (LINE + b"baris\n" * 400_000, "too_long"), (LINE.decode().encode("utf-16")[2:], "not_an_export"),
    (zipped(("a/_chat.txt", LINE), ("result.json", b'{"messages": []}'), ("b.txt", b"x"))[:40], "broken"),
], ids=named)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(given: bytes, why: str) -> None:
    with pytest.raises(BadExport) as refused:
        read(given)
    assert refused.value.text_key == f"imports.{why}"
    for language in LANGUAGES:
        assert Texts(language).plain(refused.value.text_key, **refused.value.blanks)


def test_a_file_that_is_not_there_or_two_kinds_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="cannot_open"):
        open_export([tmp_path / "tidak-ada.txt"], ZONE)
    with pytest.raises(BadExport, match="mixed"):
        open_export([LINE, b'{"messages": []}'], ZONE)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("_chat.txt", "w") as member:
        for _ in range(700):
            member.write(LINE * 38_000)


def one_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(LINE + b"30/08/25 18.01 - Sari: ")
        file.truncate(2 << 30)  # a hole of zeros: no room is taken on the disk


def one_line_of_letters(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("_chat.txt", "w") as member:
        member.write(LINE)
        for _ in range(60):
            member.write(b"a" * (1 << 20))


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(90_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.txt"), b"")


def everybody_once(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(400_000):
            day = f"{number % 28 + 1:02}/{number % 12 + 1:02}/{number % 90 + 10}"
            file.write(f"{day} 18.00 - Guru {number}: halo: {number}: ya\n")


ONE = """
import resource, sys
from zoneinfo import ZoneInfo
from community.imports.opening import open_export
from community.imports.values import BadExport
open_export([b"30/08/25 18.00 - Sari: halo"], ZoneInfo("Asia/Jakarta"))
begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(sum(1 for _ in open_export([sys.argv[1]], ZoneInfo("Asia/Jakarta"))))
except BadExport as refused:
    print(refused.text_key)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) // 1024)
"""


@pytest.mark.parametrize(("make", "said"), [
    (one_line, "imports.broken"), (one_line_of_letters, "imports.too_long"),
    pytest.param(many_members, "imports.too_many_files", marks=pytest.mark.chaos),
    pytest.param(bomb, "imports.too_big", marks=pytest.mark.chaos),
    pytest.param(everybody_once, "400000", marks=pytest.mark.chaos),
])  # fmt: skip
def test_memory_stays_small_whatever_is_sent(make: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    path = tmp_path / "kiriman"
    make(path)
    found = subprocess.run([sys.executable, "-c", ONE, str(path)], capture_output=True, text=True, check=True)
    answer, megabytes = found.stdout.split()
    assert answer == said
    assert int(megabytes) < 40


@pytest.fixture(autouse=True)
def _nothing_is_left_open(recwarn: pytest.WarningsRecorder) -> Iterator[None]:
    yield
    assert [str(one.message) for one in recwarn if one.category is ResourceWarning] == []


POST = (
    '<div class="message default clearfix" id="message1"><div class="body"><div class="pull_right date details" '
    'title="04.05.2026 06:30:00 UTC+07:00">06:30</div><div class="from_name">Sa\0ri</div>'
    '<div class="text">ca\0fe</div></div></div>'
)
TOLD = {
    "id": 1, "type": "message", "date": "2026-05-04T06:30:00", "from": "Sa\0ri", "from_id": "user1", "text": "ca\0fe",
    "file": "files/lk\0pd.pdf", "mime_type": "application/pdf",
}  # fmt: skip


@pytest.mark.parametrize("given", [
    LINE * 3_000 + b"30/08/25 18.01 - Sa\0ri: ca\0fe\n",
    (LINE.decode() + "30/08/25 18.01 - Sa\0ri: ca\0fe\n").encode("utf-16"),
    json.dumps({"name": "KKG", "type": "private_supergroup", "id": 1, "messages": [TOLD]}).encode(),
    f"<html><body>{POST}</body></html>".encode(),
], ids=["far on", "UTF-16", "Telegram", "Telegram's pages"])  # fmt: skip
def test_nul_that_no_database_keeps_is_in_no_value(given: bytes) -> None:
    *_, last = open_export([given], ZONE, None)
    assert (last.sender, last.text) == ("Sari", "cafe")
    assert last.file_name in (None, "lkpd.pdf")
