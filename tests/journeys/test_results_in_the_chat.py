"""Hendra reads the two tables of results below /laporan, as words, picture and files; who teaches gets none of it."""

import csv
import io
from datetime import datetime

import openpyxl

from community.roles import Role
from storage.models import Attachment, Letter
from tests.journeys.house import House, open_house
from tests.journeys.school import last, settle_in, tap, told, writes

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")


async def test_from_the_report_to_the_tables_and_their_files(one_database_url: str) -> None:
    roles = {"hendra": Role.FACILITATOR, "sari": Role.TEACHER, "budi": Role.TEACHER}
    async with open_house(one_database_url, START) as house:
        here = await settle_in(house, roles, by="hendra")
        hendra, sari = here.ids["hendra"], here.ids["sari"]
        await house.playground.send(sari, here.chat, "Ada yang punya contoh soal pecahan kelas 4?")
        await writes(house, hendra, "/laporan")
        await tap(house, hendra, "Laporan", "Tabel capaian")
        words = (await last(house, hendra, "Capaian utama"))["text"]
        for row in (
            "Tingkat Partisipasi", "Kemampuan fasilitasi", "Penerapan strategi", "Keterlibatan murid",
            "Penggunaan teknologi", "Motivasi intrinsik", "Pola percakapan grup", "Tautan, berkas, video",
            "1 dari 2", "belum ada", "pesan belum cukup",
        ):  # fmt: skip
            assert row.casefold() in words.casefold(), row
        await tap(house, hendra, "Kondisi awal", "Gambar", "XLSX", "CSV")
        sent = [one.method for one in await house.rows(Letter, Letter.state == "delivered")]
        assert sent.count("sendPhoto") == 2 and sent.count("sendDocument") == 2, "the report's picture and this one"
        book, rows = await files(house)
        assert [page.title for page in book.worksheets] == ["1", "2", "3", "4", "5"]
        assert book["1"]["A3"].value == "Tingkat partisipasi KBP" and book["1"]["B2"].value == "Kondisi awal"
        assert {row[0].value for row in book["4"].iter_rows(min_row=3)} >= {
            "1 Reaksi",
            "2 Belajar",
            "3 Perilaku",
            "4 Hasil",
        }
        chat = next(row for row in rows if (row["Angka"], row["Bagian"]) == ("Partisipasi guru", "Menulis di grup"))
        assert (chat["n"], chat["Dari"], chat["Nilai"], chat["Asal"]) == ("1", "2", "0.5", "dihitung")
        assert any("Bukan target" in row["Catatan"] and row["Angka"] == "PISA 2018" for row in rows)
        await tap(house, hendra, "Kondisi awal", "6 bulan")
        shown = await last(house, hendra, "Kondisi awal")
        assert shown["reply_markup"]["inline_keyboard"][0][0]["text"] == "30 hari"
        before = len(await told(house, sari))
        await house.playground.press(sari, sari, (await last(house, sari, ""))["message_id"], data="results:grup:1:30")
        after = await told(house, sari)
        assert not any("Kondisi awal" in one for one in after) and len(after) >= before


async def files(house: House) -> tuple[openpyxl.Workbook, list[dict[str, str]]]:
    """The workbook and the rows of the CSV that were sent."""
    kept = {one.name: one.content for one in await house.rows(Attachment)}
    book = openpyxl.load_workbook(io.BytesIO(kept["sejawat-capaian.xlsx"]))
    text = kept["sejawat-capaian.csv"].decode("utf-8-sig")
    return book, list(csv.DictReader(io.StringIO(text)))
