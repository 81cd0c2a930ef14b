"""A plan as a sheet and back: fourteen columns under two rows of headings, mistakes by cell, never half a plan."""

import io
import threading
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from coaching import plan_bringing, plan_rights, plan_sheets, plans
from coaching.plan_rights import PlanAct
from coaching.plan_sheets import COLUMNS
from community.refusals import Refusal
from content import plans as files
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import MOST_FETCHED, Upload
from storage.models import Attachment, PlanRow, WorkPlan
from storage.outbox import attach
from tests.coaching.cast import NOW, Coached, begun, school
from tests.coaching.plan_rows import ROWS, cells

SAY = Texts("id")
KNOWN = {one.id: one for one in files.house()}
TOP = ["No", "RHK Pengembangan Kompetensi", "Tujuan Pengembangan Kompetensi", "Kuantitas", "Poin", "Jumlah Poin",
       "Materi Pengembangan Kompetensi yang Ditingkatkan", "Tantangan", "Antisipasi/ Solusi", "Rencana Pelaksanaan",
       None, None, "Dukungan", None]  # fmt: skip
BELOW = [*[None] * 9, "Waktu", "Tempat", "Persiapan", "Asal", "Bentuk"]


def xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def read(content: bytes, *, counts: bool = True) -> plan_sheets.Sheet:
    return plan_sheets.read(content, SAY, KNOWN, counts=counts)


def as_rows(values: list[dict[str, Any]]) -> list[PlanRow]:
    return [PlanRow(number=at, **row) for at, row in enumerate(values, 1)]


def test_the_form_of_the_schools_is_read_with_its_slips_of_the_pen() -> None:
    scanned = ["Risk Pengembangan Kompetensi" if one == TOP[1] else one for one in TOP]
    below = [{"Persiapan": "Periapan", "Asal": "Asas"}.get(one or "", one) for one in BELOW]
    for head in ([TOP, BELOW], [["Form coaching pengisian RHK"], [], scanned, below]):
        sheet = read(xlsx(*head, *cells()))
        assert (sheet.problems, sheet.remarks, sheet.unused) == ([], [], [])
        assert [{name: row[name] for name in ROWS[0]} for row in sheet.rows] == ROWS
        assert sum(row["quantity"] * row["points"] for row in sheet.rows) == 32
    assert [row["kind"] for row in sheet.rows] == [None, "peserta-praktik-baik", None]


def test_what_goes_out_has_two_rows_of_headings_and_comes_back_as_it_was() -> None:
    content = plan_sheets.write(as_rows(ROWS), SAY)
    sheet = load_workbook(io.BytesIO(content))["RHK"]
    assert {str(one) for one in sheet.merged_cells.ranges} == {
        *(f"{column}1:{column}2" for column in "ABCDEFGHI"), "J1:L1", "M1:N1",
    }  # fmt: skip
    assert [cell.value for cell in sheet[1]][:2] == ["No", "RHK Pengembangan Kompetensi"]
    assert [sheet["J1"].value, sheet["M1"].value] == ["Rencana Pelaksanaan", "Dukungan"]
    assert [cell.value for cell in sheet[2]][9:] == ["Waktu", "Tempat", "Persiapan", "Asal", "Bentuk"]
    assert (sheet.max_column, sheet.max_row) == (14, 5) == (len(COLUMNS), 2 + len(ROWS))
    assert [sheet[f"F{row}"].value for row in (3, 4, 5)] == [16, 8, 8]
    assert [{name: row[name] for name in ROWS[0]} for row in read(content).rows] == ROWS


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "'="])
def test_what_looks_like_a_formula_is_words_on_both_ways(sign: str) -> None:
    evil = f'{sign}HYPERLINK("http://x.example","klik")'.strip()
    row = ROWS[0] | {"aim": evil, "result": f"{sign}2+3".strip()}
    content = plan_sheets.write(as_rows([row]), SAY)
    cells_out = [cell for line in load_workbook(io.BytesIO(content))["RHK"].iter_rows() for cell in line]
    assert not any(cell.data_type == "f" for cell in cells_out)
    assert not any(str(cell.value or "").startswith(("=", "+", "-", "@")) for cell in cells_out)
    back = read(content).rows[0]
    assert (back["aim"], back["result"]) == (row["aim"], row["result"])
    by_hand = read(b"RHK,Tujuan\nSeminar,=1+1\n")
    assert by_hand.rows[0]["aim"] == "=1+1"


def test_every_mistake_is_named_by_its_cell_and_nothing_is_kept() -> None:
    bad = [list(row) for row in cells()]
    bad[0][3], bad[0][7] = "dua", "x" * 501
    bad[1][1], bad[1][4] = "", 900
    bad[2][1] = "Peserta berbagi praktik baik"
    bad[2][4] = 6
    sheet = read(xlsx(TOP, BELOW, *bad))
    assert sheet.problems == [
        "H3: lebih dari 500 huruf",
        "D3: ‘dua’ bukan angka dari 1 sampai 99",
        "B4: RHK-nya belum diisi",
        "E4: ‘900’ bukan angka dari 1 sampai 128",
        "E5: menurut katalog, Peserta berbagi praktik baik bernilai 4 poin",
    ]
    assert sheet.rows == []


def test_a_sum_row_is_passed_over_and_another_sum_is_told() -> None:
    rows = [list(row) for row in cells()]
    rows[0][5] = 18
    sheet = read(xlsx(TOP, BELOW, *rows, ["Jumlah", None, None, None, None, 32], [None, "Jumlah", None, 6, None, 32]))
    assert sheet.remarks == ["F3: di lembar 18, hitungan saya 16"] and len(sheet.rows) == 3
    assert [row["points"] for row in read(xlsx(TOP, BELOW, *rows), counts=False).rows] == [None] * 3


def bomb(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return file.getvalue()


@pytest.mark.parametrize(
    "content, key",
    [
        (bomb(plan_sheets.MOST_UNPACKED + 1), "plans.sheet.too_big"),
        (bomb(1000), "plans.sheet.unreadable"),
        (b"PK\x03\x04 nothing", "plans.sheet.unreadable"),
        (b"\0\1\2" * 50, "plans.sheet.unreadable"),
        (b"", "plans.sheet.no_table"),
        (xlsx(["nama", "kelas"], ["Sari", "4"]), "plans.sheet.no_table"),
        (xlsx(TOP, BELOW), "plans.sheet.no_rows"),
        (xlsx(TOP, BELOW, *[[1, "Seminar"]] * (plans.MOST_ROWS + 1)), "plans.sheet.too_many_rows"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(content: bytes, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.text_key == key


_VALUE = st.one_of(
    st.none(), st.integers(-5, 10**9), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    st.datetimes(), st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["=1+1", "@x", "2 kali", "8 poin", "minggu ke-3 Mei", "Peserta berbagi praktik baik", "x" * 600]),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(_VALUE, max_size=15), max_size=6), heads=st.sampled_from([[TOP, BELOW], [TOP], [BELOW]]),
       counts=st.booleans())  # fmt: skip
def test_a_fuzzed_sheet_is_read_or_refused(rows: list[list[Any]], heads: list[list[Any]], counts: bool) -> None:
    try:
        sheet = read(_written(*heads, *rows), counts=counts)
    except Refusal:
        return
    assert sheet.rows or sheet.problems
    for row in sheet.rows:
        assert row["result"] and all(len(row[name]) <= plans.LONGEST for name in plan_sheets.WRITTEN)
        assert row["quantity"] is None or 1 <= row["quantity"] <= plans.MOST_TIMES


def _written(*rows: list[Any]) -> bytes:
    from openpyxl.utils.exceptions import IllegalCharacterError

    try:
        return xlsx(*rows)
    except (IllegalCharacterError, ValueError):  # what no program writes into a cell
        return xlsx(*rows[:1])


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 4000), put=st.binary(min_size=1, max_size=6))
def test_a_damaged_file_is_read_or_refused(at: int, put: bytes) -> None:
    whole = bytearray(_WHOLE)
    whole[at % len(whole) : at % len(whole) + len(put)] = put
    try:
        sheet = read(bytes(whole))
    except Refusal:
        return
    assert sheet.rows or sheet.problems


_WHOLE = xlsx(TOP, BELOW, *cells())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1, max_size=40), max_size=4))
def test_words_come_back_as_they_were_written(words: list[str]) -> None:
    kept = [" ".join(one.split()) for one in words]
    rows = [ROWS[0] | {"aim": one, "place": one} for one in kept]
    if rows:
        found = read(plan_sheets.write(as_rows(rows), SAY)).rows
        assert [(row["aim"], row["place"]) for row in found] == [(one, one) for one in kept]


async def _plan(session: Session, cast: Coached) -> WorkPlan:
    await begun(session, cast)
    return await plans.mine(session, cast.sari, NOW)


async def _came(session: Session, cast: Coached, plan: WorkPlan, content: bytes) -> tuple[str, str]:
    digest = await attach(session, "RHK.xlsx", content, NOW, cast.sari.id)
    answer = {"ok": True, "result": {"attachment": digest}}
    words, _ = await plan_bringing.came(session, cast.sari, plan.id, answer, SAY, NOW)
    return words, digest


async def test_a_sheet_is_looked_at_then_kept_as_a_whole(database: Database) -> None:
    async with school(database) as (session, cast):
        plan = await _plan(session, cast)
        words, digest = await _came(session, cast, plan, xlsx(TOP, BELOW, *cells()))
        assert "3 baris" in words and await plans.rows_of(session, plan.id) == []
        await plan_bringing.keep(session, cast.sari, plan.id, digest[:16], SAY, NOW)
        rows = await plans.rows_of(session, plan.id)
        assert [row.when_text for row in rows] == [one["when_text"] for one in ROWS]
        assert rows[1].times == {"spans": [["2027-02-15", "2027-02-21"], ["2027-05-08", "2027-05-14"]]}
        assert await session.get(Attachment, digest) is None, "the file has done its work"
        with pytest.raises(Refusal):
            await plan_bringing.keep(session, cast.sari, plan.id, digest[:16], SAY, NOW)


async def test_a_sheet_with_one_mistake_leaves_the_plan_as_it_was(database: Database) -> None:
    async with school(database) as (session, cast):
        plan = await _plan(session, cast)
        seat = await plan_rights.take(session, cast.sari, plan.id, PlanAct.EDIT)
        await plans.replace(session, seat, [ROWS[0]], NOW)
        before = plan.revision
        bad = cells()
        bad[2][3] = "banyak"
        words, digest = await _came(session, cast, plan, xlsx(TOP, BELOW, *bad))
        assert "Belum ada yang disimpan" in words and "D5" in words
        assert await session.get(Attachment, digest) is None
        assert [row.result for row in await plans.rows_of(session, plan.id)] == [ROWS[0]["result"]]
        assert plan.revision == before
        with pytest.raises(Refusal):
            await plan_bringing.sent(session, cast.sari, plan.id, Upload("f", "x.xlsx", MOST_FETCHED + 1))
        for other in (cast.ratna, cast.dewi, cast.tamu):
            with pytest.raises(Refusal):
                await plan_bringing.sent(session, other, plan.id, Upload("f", "x.xlsx", 10))


async def test_a_sheet_is_read_off_the_loop(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    real = plan_sheets.read

    def noted(*args: Any, **more: Any) -> plan_sheets.Sheet:
        threads.append(threading.get_ident())
        return real(*args, **more)

    monkeypatch.setattr(plan_sheets, "read", noted)
    async with school(database) as (session, cast):
        await _came(session, cast, await _plan(session, cast), _WHOLE)
    assert threads and threading.get_ident() not in threads
