"""A facilitator's sheet becomes a pack and comes back without loss; bad cells are named by address, all at once."""

import csv
import io
import json
import re
import tempfile
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from bot.commands import app
from content import pack_sheets, pack_writing, packs
from content.pack_sheets import BadSheet
from content.sheets import columns
from content.sheets.cells import letters, neutral, restored
from tests.content import generated
from tests.content.sample import body, sample, written

FORMS = ["rencana.xlsx", "rencana.csv"]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(pack=generated.packs())
def test_import_of_an_export_is_the_pack(pack: packs.Pack) -> None:
    for name in FORMS:
        assert pack_sheets.read(name, pack_sheets.write(name, pack)) == pack
    assert packs.from_json(json.loads(json.dumps(packs.to_json(pack)))) == pack
    with tempfile.TemporaryDirectory() as place:
        pack_writing.write(pack, Path(place) / pack.id)
        assert packs.read(Path(place) / pack.id) == pack


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("pack", [sample(), *packs.every()], ids=lambda pack: pack.id)
def test_a_pack_of_the_house_survives_a_sheet(pack: packs.Pack, name: str) -> None:
    assert pack_sheets.read(name, pack_sheets.write(name, pack)) == pack


@given(words=st.text(st.sampled_from("'=+-@ab\t＝"), max_size=6))
def test_what_a_sheet_would_take_for_a_formula_is_hidden_and_found_again(words: str) -> None:
    assert restored(neutral(words)) == words
    assert not neutral(words).startswith(tuple("=+-@\t＝"))


def test_no_cell_of_a_sheet_begins_like_a_formula() -> None:
    book = load_workbook(io.BytesIO(pack_sheets.write("a.xlsx", sample())))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any(cell.value == "'=5" for cell in cells)
    assert [cell.coordinate for cell in cells if cell.value.startswith(tuple("=+-@")) or cell.data_type == "f"] == []


def changed(header: str, value: object, row: int = 2, sheet: str = "Pelajaran") -> tuple[str, bytes]:
    """The sample's sheet with one cell changed, and the address of that cell."""
    book = load_workbook(io.BytesIO(pack_sheets.write("a.xlsx", sample())))
    column = next(cell.column for cell in book[sheet][1] if cell.value == header)
    book[sheet].cell(row, column).value = value
    file = io.BytesIO()
    book.save(file)
    return f"{sheet}!{letters(column - 1)}{row}", file.getvalue()


def problems(content: bytes, name: str = "a.xlsx", language: str = "en") -> list[tuple[str, str]]:
    with pytest.raises(BadSheet) as bad:
        pack_sheets.read(name, content, language=language)
    return bad.value.problems


BAD: list[tuple[str, object, str]] = [
    ("Hari", "besok", "a whole number belongs here"),
    ("Hari", 5, "days go 1, 2, 3 without a gap; this should be 2"),
    ("Langkah", "lompat", "one of lihat, rancang, coba, amati, renungkan"),
    ("Menit", 90, "at most 15"),
    ("Menit", 7.5, "a whole number belongs here"),
    ("Kompetensi", "ramah", "one of pedagogik, kepribadian, sosial, profesional"),
    ("Kompetensi", None, "this is missing"),
    ("SAMR", "canggih", "one of substitution, augmentation, modification, redefinition"),
    ("Judul (Indonesia)", "x" * 61, "longer than 60 characters"),
    ("Judul (Indonesia)", None, "is missing in id"),
    ("Judul (Inggris)", None, "is missing in en"),
    ("Judul (Inggris)", "<b>One</b>", "<b> would be read as it stands; write it without tags"),
    ("Judul (Inggris)", "One\ntask", "one line only"),
    ("Isi (Indonesia)", "Pendek.", "the body has 1 word; 60 to 120 are read on a phone"),
    ("Media 1 jenis", "patung", "one of foto, dokumen, audio, video, tautan"),
    ("Media 1 berkas", "C:/papan.png", "a file's name looks like media/picture.png"),
    ("Media 2 tautan", "contoh.id", "a url begins with https:// and has no spaces"),
    ("Kuis (Indonesia)", None, "is missing in id"),
    ("Kuis jawaban benar", None, "this is missing"),
    ("Kuis pilihan 2 (Inggris)", None, "is missing in en"),
    ("Kuis pilihan 2 (Indonesia)", "3", "two options are alike"),
    ("Pilihan 2 kode", "Belum siap", "small letters, digits and single hyphens, at most 32"),
    ("Pilihan 1 (Indonesia)", "x" * 41, "longer than 40 characters"),
    ("Lembar kerja hari", "dua", "a whole number belongs here"),
    ("Tanda 1 (Indonesia)", "x" * 61, "longer than 60 characters"),
    ("Cabang 1 bila", "kuis salah", "a condition looks like one of: kuis: benar/salah"),
    ("Cabang 1 bila", "sinyal: ungu", "a condition looks like one of: kuis: benar/salah"),
    ("Cabang 2 bila", "pilihan: mungkin", "the choice of 01-satu has no option mungkin; there are siap, belum"),
    ("Cabang 2 pelajaran", "s9-tidak-ada", "no lesson s9-tidak-ada in this pack"),
    ("Cabang 2 pelajaran", "02-dua", "02-dua has a day; a branch leads to a lesson under side"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value", "words"), BAD)
def test_a_bad_cell_is_named_by_its_address_and_nothing_else_is(header: str, value: object, words: str) -> None:
    row = 3 if value == 5 else 2
    address, content = changed(header, value, row)
    told = problems(content)
    assert [one for one, _ in told] == [address], told
    assert told[0][1].startswith(words)


def test_bad_cells_of_every_sheet_are_named_in_the_readers_language() -> None:
    cells: list[tuple[str, str, object, str]] = [
        ("Paket", "Status", "baru", "pilih satu: draf, terbit, ditarik"),
        ("Paket", "Judul (Inggris)", None, "belum ada dalam bahasa en"),
        ("Paket", "Bahasa", "id, jv", "bahasanya [id], atau [id, en]"),
        ("Praktik", "Kriteria 1 (Indonesia)", "x" * 61, "lebih dari 60 huruf"),
        ("Praktik", "Kode", "Pekan Satu", "huruf kecil, angka, dan satu tanda hubung di antaranya, paling banyak 32"),
    ]
    for sheet, header, value, words in cells:
        address, content = changed(header, value, 2, sheet)
        assert (address, words) in problems(content, language="id")


def test_all_bad_cells_are_named_at_once() -> None:
    book = load_workbook(io.BytesIO(changed("Menit", 90)[1]))
    book["Pelajaran"]["F3"] = "ramah"
    book["Paket"]["C2"] = "baru"
    file = io.BytesIO()
    book.save(file)
    assert [address for address, _ in problems(file.getvalue())] == ["Paket!C2", "Pelajaran!F3", "Pelajaran!E2"]


def test_a_date_that_the_program_made_of_a_fraction_is_named() -> None:
    address, content = changed("Kuis pilihan 1 (Indonesia)", datetime(2025, 2, 1, tzinfo=None))  # noqa: DTZ001
    told = "the program made a date of this; format the cell as text and type it again"
    assert problems(content) == [(address, told)]


def test_numbers_and_ticks_in_cells_of_words_are_words() -> None:
    _, content = changed("Kuis pilihan 1 (Indonesia)", 3.0)
    assert pack_sheets.read("a.xlsx", content) == sample()
    _, content = changed("Berantai", True, 2, "Paket")
    assert pack_sheets.read("a.xlsx", content) == sample()


def test_a_column_nobody_knows_and_one_that_stands_twice_are_named() -> None:
    rows = [["Judul", "Isi", "Isi", "Catatan"], ["Satu", "x", "x", "y"]]
    told = problems(as_csv(rows), "a.csv")
    assert ("Pelajaran!C1", "the column “Isi” stands twice") in told
    assert ("Pelajaran!D1", "the column “Catatan” is not known; take it out, or see how it is spelt") in told
    assert any(one == "Pelajaran!A2" and "the column “Kompetensi” is not there" in words for one, words in told)


MINIMAL = [
    ["Judul", "Isi", "Coba hari ini", "Pertanyaan refleksi", "Kompetensi"],
    *([f"Hari ke-{day}", body("id"), "Coba satu soal.", "Apa yang tampak?", "Pedagogik"] for day in range(1, 8)),
]


def as_csv(rows: list[list[str]], sign: str = ",") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=sign).writerows(rows)
    return file.getvalue().encode()


def as_xlsx(rows: list[list[str]], title: str) -> bytes:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        as_csv(MINIMAL),
        as_csv(MINIMAL, ";"),
        as_csv(MINIMAL, "\t"),
        as_csv([["", ""], *MINIMAL]),
        as_csv(MINIMAL).decode().encode("utf-16"),
        b"\xef\xbb\xbf" + as_csv(MINIMAL),
        as_xlsx(MINIMAL, "Sheet1"),
        as_xlsx(MINIMAL, "pelajaran"),
    ],
)
def test_a_sheet_with_the_words_alone_is_a_pack(content: bytes) -> None:
    pack = pack_sheets.read("Pecahan kelas 4.xlsx", content)
    assert (pack.id, pack.title("id"), pack.title("en")) == ("pecahan-kelas-4", "Pecahan kelas 4", "Pecahan kelas 4")
    assert (pack.version, pack.status, pack.audience, pack.languages) == (1, "draft", "teacher", ("id",))
    assert [(week.id, week.title("id"), len(week.lessons)) for week in pack.practices] == [
        ("pekan-1", "Pekan 1", 5), ("pekan-2", "Pekan 2", 2),
    ]  # fmt: skip
    assert [lesson.id for lesson in pack.lessons][:2] == ["01-hari-ke-1", "02-hari-ke-2"]
    assert [lesson.step for lesson in pack.lessons] == ["see", "plan", "try", "look", "reflect", "see", "plan"]
    assert pack.lessons[6].text("en").title == "Hari ke-7"
    assert pack_sheets.read("a.csv", pack_sheets.write("a.csv", pack)) == pack


def test_practices_named_in_the_rows_count_for_the_rows_below_them() -> None:
    rows = [["Praktik", *MINIMAL[0]], ["Pecahan", *MINIMAL[1]], ["", *MINIMAL[2]], ["Bangun datar", *MINIMAL[3]]]
    pack = pack_sheets.read("a.csv", as_csv(rows))
    assert [(week.id, week.title("id"), week.lessons) for week in pack.practices] == [
        ("pecahan", "Pecahan", ("01-hari-ke-1", "02-hari-ke-2")), ("bangun-datar", "Bangun datar", ("03-hari-ke-3",)),
    ]  # fmt: skip
    torn = [rows[0], rows[1], rows[3], ["Pecahan", *MINIMAL[2]]]
    assert problems(as_csv(torn), "a.csv") == [
        ("Pelajaran!A4", "the lessons of “Pecahan” stand on days one after another")
    ]


def test_days_may_stand_in_any_order_and_an_empty_day_is_a_side_lesson() -> None:
    head = ["Hari", "Cabang 1 bila", "Cabang 1 pelajaran", *MINIMAL[0]]
    rows = [
        head,
        ["2", "", "", *MINIMAL[1]],
        ["", "", "", *MINIMAL[2]],
        ["1", "langkah: pelan", "s1-hari-ke-2", *MINIMAL[3]],
    ]
    pack = pack_sheets.read("a.csv", as_csv(rows))
    assert [lesson.id for lesson in pack.lessons] == ["01-hari-ke-3", "02-hari-ke-1"]
    assert [lesson.id for lesson in pack.side] == ["s1-hari-ke-2"]


def test_half_an_english_is_named_where_it_is_missing() -> None:
    rows = [[*MINIMAL[0], "Judul (Inggris)"], [*MINIMAL[1], "Day one"], [*MINIMAL[2], ""]]
    told = problems(as_csv(rows), "a.csv")
    assert ("Pelajaran!F3", "is missing in en") in told
    assert ("Pelajaran!A2", "the column “Isi (Inggris)” is not there: is missing in en") in told


UNREADABLE = [
    (b"PK\x03\x04broken", "this is not an XLSX or CSV file that can be read"),
    (b"\xd0\xcf\x11\xe0\0\0\0\0", "this is not an XLSX or CSV file that can be read"),
    (b"", "there is no sheet Pelajaran, or it has no rows"),
    (b"halo", "there is no sheet Pelajaran, or it has no rows"),
    (as_csv(MINIMAL[:1]), "there is no sheet Pelajaran, or it has no rows"),
    (as_xlsx([["Paket"], ["Kode"], ["x"]], "Paket"), "there is no sheet Pelajaran, or it has no rows"),
    (b"a," * 3_000_000, "the file is too big; a pack has at most 2,000 rows and 5 MB"),
    (b"Judul\n" + b"a\n" * 2_001, "the file is too big; a pack has at most 2,000 rows and 5 MB"),
]


@pytest.mark.parametrize(("content", "words"), UNREADABLE)
def test_a_file_that_is_no_sheet_is_said_to_be_none(content: bytes, words: str) -> None:
    assert problems(content, "rencana.xlsx") == [("rencana.xlsx", words)]


def test_a_file_that_unpacks_to_a_mountain_is_not_opened() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<" * 60_000_000)
    assert "too big" in problems(file.getvalue())[0][1]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(lambda words: words.encode("utf-8", "replace")))
def test_whatever_a_file_holds_reading_it_ends_in_a_pack_or_in_problems(content: bytes) -> None:
    for name in FORMS:
        assert problems(content, name)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(where=st.integers(0, 8000), inserted=st.text(max_size=8), gone=st.integers(0, 60))
def test_whatever_is_changed_in_a_sheet_reading_it_ends_in_a_pack_or_in_problems(
    where: int, inserted: str, gone: int
) -> None:
    text = pack_sheets.write("a.csv", sample()).decode()
    broken = text[: where % len(text)] + inserted + text[where % len(text) + gone :]
    with suppress(BadSheet):
        assert pack_sheets.read("a.csv", broken.encode("utf-8", "replace")).lessons


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["content", *(str(word) for word in words)])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", FORMS)
def test_the_commands_take_a_pack_out_and_back_with_its_media(tmp_path: Path, name: str) -> None:
    folder, desk = written(tmp_path), tmp_path / "meja"
    desk.mkdir()
    assert run("export", folder, desk / name) == (0, f"{desk / name}: 2 pelajaran, 1 sampingan\n")
    assert (desk / "media" / "papan.png").is_file()
    assert run("import", desk / name, tmp_path / "lagi" / "contoh")[0] == 0
    assert packs.read(tmp_path / "lagi" / "contoh") == sample()
    assert run("check", tmp_path / "lagi" / "contoh")[0] == 0


def test_import_writes_nothing_when_a_cell_is_bad_and_asks_before_it_replaces(tmp_path: Path) -> None:
    folder, plan = written(tmp_path), tmp_path / "rencana.xlsx"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    address, content = changed("Menit", 90)
    plan.write_bytes(content)
    code, told = run("import", plan, folder, "--replace", "--language", "en")
    assert (code, f"{address}: at most 15" in told) == (2, True)
    assert run("import", plan, tmp_path / "baru" / "contoh")[0] == 2
    plan.write_bytes(changed("Menit", 12)[1])
    assert run("import", plan, folder) == (2, f"sejawat: {folder} sudah ada; tambahkan --replace untuk menggantinya\n")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contoh", "papan.png", "rencana.xlsx"]
    assert run("import", plan, folder, "--replace")[0] == 0
    assert packs.read(folder).lessons[0].minutes == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contoh", "papan.png", "rencana.xlsx"]


def test_a_pack_is_only_put_where_a_pack_was_and_under_its_name(tmp_path: Path) -> None:
    plan, other = tmp_path / "rencana.csv", tmp_path / "surat"
    plan.write_bytes(pack_sheets.write("a.csv", sample()))
    other.mkdir()
    assert "bukan folder paket" in run("import", plan, other, "--replace")[1]
    assert "Paket!A3: tertulis contoh, padahal foldernya lain" in run("import", plan, tmp_path / "lain")[1]
    assert "Pelajaran!Q12: media/papan.png tidak ada di folder paket" in run("import", plan, tmp_path / "contoh")[1]
    assert run("import", tmp_path / "tidak-ada.xlsx", tmp_path / "contoh")[0] == 2
    assert not (tmp_path / "contoh").exists()


def test_export_does_not_write_over_a_sheet_that_somebody_works_on(tmp_path: Path) -> None:
    folder, plan = written(tmp_path), tmp_path / "rencana.csv"
    plan.write_text("punya saya", encoding="utf-8")
    assert run("export", folder, plan)[0] == 2
    assert plan.read_text(encoding="utf-8") == "punya saya"
    assert run("export", folder, plan, "--replace")[0] == 0
    assert run("export", folder, tmp_path / "rencana.ods")[0] == 2
    (folder / "id" / "02-dua.md").unlink()
    assert "sejawat content check" in run("export", folder, tmp_path / "lain.csv")[1]


def test_the_page_for_teachers_names_columns_that_are_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "paket.md").read_text(encoding="utf-8")
    headers = re.findall(r"`([A-Z][A-Za-z]+(?: [A-Za-z0-9]+)*(?: \((?:Indonesia|Inggris)\))?)`", page)
    assert len(headers) > 40
    assert [one for one in headers if not pack_sheets.is_header(one) and one not in columns.SHEETS] == []
    named = {columns.plain(one) for one in headers}
    for sheet in columns.SHEETS:
        for column in columns.columns(sheet):
            bare = columns.plain(column.header.rpartition(" (")[0] if column.language else column.header)
            assert re.sub(r"\d+", "1", bare) in named, column.header
    for when in re.findall(r"`(\w+: \w+)`", page):
        assert columns.condition_read(when), when
