"""What somebody sends as a sheet may be made to fill the memory: it is refused before it does."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from content.sheets import cells

MEGABYTE = 1_000_000
_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def book(*pages: tuple[int, int]) -> bytes:
    """A workbook with one filled cell a page, at that row and column."""
    made = Workbook()
    assert made.active is not None
    made.remove(made.active)
    for at, (row, column) in enumerate(pages):
        made.create_sheet(f"Lembar {at}").cell(row, column, "nama")
    into = io.BytesIO()
    made.save(into)
    return into.getvalue()


def with_part(name: str, words: bytes, content: bytes | None = None) -> bytes:
    """The workbook with that part in place of its own."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or book((1, 1)))) as source,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.namelist():
            if part != name:
                target.writestr(part, source.read(part))
        target.writestr(name, words)
    return into.getvalue()


def lying(name: str, words: bytes, claimed: int) -> bytes:
    """As with_part, but the archive says that the part has ``claimed`` bytes, and their sum agrees."""
    content = bytearray(with_part(name, words))
    told = struct.pack("<I", claimed)
    for mark, size_at, sum_at, name_at in ((_LOCAL, 22, 14, 30), (_CENTRAL, 24, 16, 46)):
        at = content.find(mark)
        while content[at + name_at : at + name_at + len(name)] != name.encode():
            at = content.find(mark, at + 1)
            assert at >= 0
        content[at + size_at : at + size_at + 4] = told
        content[at + sum_at : at + sum_at + 4] = struct.pack("<I", zlib.crc32(words[:claimed]))
    return bytes(content)


def _bzip2() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_BZIP2) as packed:
        packed.writestr("[Content_Types].xml", b"0" * (200 * MEGABYTE))
    return into.getvalue()


def _parts(number: int) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as packed:
        for at in range(number):
            packed.writestr(f"xl/worksheets/{at}.xml", b"")
    return into.getvalue()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "unpacks to a mountain": (lambda: with_part("xl/workbook.xml", b"<" * (60 * MEGABYTE)), "too_big"),
    "says that it is small": (lambda: lying("[Content_Types].xml", b"0" * (200 * MEGABYTE), 100), "unreadable"),
    "unpacks in another way": (_bzip2, "unreadable"),
    "has countless parts": (lambda: _parts(30_000), "too_big"),
    "has its cells far out on many pages": (lambda: book(*[(2_000, 300)] * 12), "too_big"),
    "is nothing but commas": (lambda: b"nama\n" + b"," * (4 * MEGABYTE), "too_big"),
    "is nothing but lines": (lambda: b"nama\n" + b"\n" * (4 * MEGABYTE), "too_big"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_sheet_that_would_fill_the_memory_is_refused_before_it_does(name: str) -> None:
    make, key = BOMBS[name]
    content = make()
    cells.tables(book((1, 1)), ("Anggota",), lambda words: words == "nama")  # what reading loads is not of the bomb
    tracemalloc.start()
    try:
        with pytest.raises(cells.Unreadable) as refused:
            cells.tables(content, ("Anggota",), lambda words: words == "nama")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(refused.value) == key
    assert peak < 60 * MEGABYTE


def test_a_photo_in_a_workbook_is_passed_over() -> None:
    photo = with_part("xl/media/logo.png", b"\x89PNG" + bytes(30 * MEGABYTE), book((2, 1)))
    tables = cells.tables(photo, ("Anggota",), lambda words: words == "nama")
    assert tables == {}, "a header and no row: read all the same"


def test_a_page_of_formatted_rows_is_a_page_of_few_cells() -> None:
    made = Workbook()
    page = made.active
    assert page is not None
    page.append(["nama"])
    page.append(["Sari"])
    for row in range(3, 2_001):
        page.cell(row, 20).number_format = "0.00"
    into = io.BytesIO()
    made.save(into)
    (table,) = cells.tables(into.getvalue(), ("Anggota",), lambda words: words == "nama").values()
    assert [[cell.text for cell in row] for _, row in table.rows] == [["Sari"]]
