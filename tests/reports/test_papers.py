"""Papers: the PDF and the DOCX of one value say the same, whatever stands in it."""

import io
import json
from typing import Any

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from content.texts import LANGUAGES
from reports import papers
from reports.papers import arabic
from reports.papers.paper import (
    Block,
    Cell,
    Code,
    Head,
    Listed,
    Pairs,
    Paper,
    Pictures,
    Signed,
    Signer,
    Table,
    Words,
    clean,
    heads,
)
from tests.reports import reading_back
from tests.reports.test_certificate import DATA

PLAN: dict[str, Any] = {
    "title": "Rencana (RHK)", "about": "Sari · SDN Melati", "made": "2026-07-22", "counts": True, "total": 40,
    "columns": [["number", ""], ["result", ""], ["points", ""], ["when_text", "carrying_out"],
                ["place", "carrying_out"]],
    "rows": [{"number": 1, "result": "Belajar menakar", "points": 8, "when_text": "minggu ke-3 Mei", "place": "4B"}],
    "sections": [{"title": "Komitmen", "lines": ["Sari mencoba dua kali", "Ratna melihat"]}],
}  # fmt: skip
SIGNED: dict[str, Any] = {
    "head": {"lines": ["SDN MELATI 2", "Jalan Melati 2"], "picture": ""},
    "signers": [
        {"above": ["Mengetahui,"], "role": "Kepala Sekolah", "name": "Wardani", "nip": ""},
        {"above": ["...................., 20 Agustus 2026"], "role": "Fasilitator", "name": "", "nip": ""},
    ],
}
NAMES = (
    "Sari Wulandari 🌸", "محمد عبد الرحمن",
    "Raden Ajeng Dewi Kusumaningtyas Pramudhawardhani Sastroatmodjo, S.Pd.SD., M.Pd.",
    "𝐁𝐮𝐝𝐢 Hartono", "Đỗ Łukasz Ёлкина", "X" * 90,
)  # fmt: skip


def photo(width: int = 640, height: int = 480) -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (width, height), (90, 140, 120)).save(into, "JPEG")
    return into.getvalue()


def everything(names: int = 60) -> Paper:
    """One of each block, with as many people as that."""
    rows = tuple((str(n), NAMES[n % len(NAMES)], "SDN Melati 2", f"{n}." if n % 2 else "") for n in range(1, names + 1))
    head = (Cell("No", rows=2), Cell("Nama", rows=2), Cell("Lainnya", columns=2)), (Cell("Asal"), Cell("Tanda"))
    blocks: tuple[Block, ...] = (
        Words("Notulen pertemuan", "title"), Words("KKG Melati", "under"),
        Pairs((("Hari/tanggal", "Rabu, 22 Juli 2026"), ("Acara", "Bahasan " * 60))), Words("A. Pembahasan", "heading"),
        Words("Baris satu\nBaris dua " + NAMES[1]), Listed(tuple(f"Hal {n}" for n in range(12))),
        Table(head, rows, (1, 6, 3, 2), centred=(0,), tall=True),
        Table(heads("Apa", "Siapa"), (("", ""),), (3, 1), small=True),
        Words("Dokumentasi", "heading"), Pictures((("f1", "Diskusi"), ("f2", "Hilang"), ("f3", "Papan"))),
        Signed((
            Signer(("Mengetahui,",), "Kepala Sekolah"), Signer(("Melati, 22 Juli 2026",), "Notulis", NAMES[2], "NIP 1"),
        )),
        Code("https://t.me/x?start=cek_A", "Pindai kode ini"),
    )  # fmt: skip
    return Paper("Notulen", "2026-07-22", blocks, Head(("SDN MELATI 2", "Jalan Melati 2, Tangerang")))


def both(kind: str, data: dict[str, Any], pictures: dict[str, bytes] | None = None) -> tuple[bytes, bytes]:
    pdf, file = (papers.draw(kind, data, "id", form, pictures) for form in papers.FORMS)
    return pdf, file


@pytest.mark.parametrize("names", [0, 1, 60])
def test_both_files_of_a_paper_say_the_same(names: int) -> None:
    plain = json.loads(json.dumps(everything(names).plain()))
    pdf, file = both("office", plain, {"f1": photo(), "f3": photo(300, 900)})
    said = reading_back.words(reading_back.of_docx(file))
    shown = reading_back.words(reading_back.of_pdf(pdf))
    broken = {word for word in shown | said if "X" in word}  # ninety letters in a row are broken by the narrow column
    repeated = {"No", "Nama", "Lainnya", "Asal", "Tanda"}  # headings are said again on each page
    assert {word for word in said - shown if word not in broken} == set()
    assert {word for word in shown - said if word not in broken} <= repeated
    assert sum(len(word) * n for word, n in shown.items() if "X" in word) == 90 * (names // len(NAMES))


def test_a_photo_that_is_gone_leaves_no_empty_frame() -> None:
    pdf, file = both("office", everything(1).plain(), {"f1": photo()})
    assert "Hilang" not in reading_back.of_pdf(pdf) + reading_back.of_docx(file)
    assert len(docx.Document(io.BytesIO(file)).inline_shapes) == 2, "the photo and the code"


@pytest.mark.parametrize(
    "kind, data",
    [("certificate", DATA | {"check": "https://t.me/x?start=cek_B"}), ("certificate", DATA | SIGNED), ("plan", PLAN)],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_certificate_and_work_plan_say_the_same_in_both(kind: str, data: dict[str, Any], language: str) -> None:
    pdf, file = (papers.draw(kind, data, language, form) for form in papers.FORMS)
    said, shown = (reading_back.words(text) for text in (reading_back.of_docx(file), reading_back.of_pdf(pdf)))
    between = reading_back.words("· ·" if kind == "certificate" else "")  # the three facts at its foot
    assert shown == said - between


def test_letterhead_and_signatures_of_a_certificate_stand_on_its_one_page() -> None:
    long = {
        "name": NAMES[2] * 2,
        "pack": "Pembelajaran berdiferensiasi dan asesmen " * 4,
        "practices": ["Praktik"] * 12,
    }
    for data in (DATA | SIGNED, DATA | SIGNED | long):
        (page,) = reading_back.pages(papers.draw("certificate", data, "id"))
        assert "SDN MELATI 2" in page and page.index("Kepala Sekolah,") < page.index("Wardani") < page.index("Nomor")
        assert "...................., 20 Agustus 2026" in page, "the town is written by hand"
    picture = DATA | {"head": {"lines": [], "picture": "k1"}}
    assert b"/Subtype /Image" in papers.draw("certificate", picture, "id", "pdf", {"k1": photo(1200, 240)})
    assert b"/Subtype /Image" not in papers.draw("certificate", picture, "id", "pdf"), "it was deleted meanwhile"


def test_it_is_a4_and_a_signature_is_not_torn_from_its_name() -> None:
    for lines in (26, 29, 32, 35):
        signed = Signed((Signer(("Melati, 22 Juli 2026",), "Notulis", "Sari", "NIP 19"),))
        paper = Paper("Uji", "2026-07-22", (*(Words(f"Baris {n}", "lead") for n in range(lines)), signed))
        told = reading_back.pages(papers.draw("office", paper.plain(), "id"))
        (page,) = (one for one in told if "Notulis" in one)
        assert "Sari" in page and "Melati, 22" in page and "NIP 19" in page
    box = PdfReader(io.BytesIO(papers.draw("office", everything(1).plain(), "id"))).pages[0].mediabox
    section = docx.Document(io.BytesIO(papers.draw("office", everything(1).plain(), "id", "docx"))).sections[0]
    assert (round(box.width), round(box.height)) == (595, 842)
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)  # type: ignore[union-attr]


def test_headings_of_a_table_stand_on_every_page() -> None:
    told = reading_back.pages(papers.draw("office", everything(60).plain(), "id"))
    assert len(told) > 2
    assert [("Nama" in page) for page in told if "SDN Melati 2" in page] == [True] * sum(
        "SDN Melati 2" in p for p in told
    )


def test_arabic_is_joined_and_read_from_the_right() -> None:
    assert [hex(ord(sign)) for sign in arabic.joined("محمد")] == ["0xfee3", "0xfea4", "0xfee4", "0xfeaa"]
    assert arabic.joined("لا") == "\ufefb", "lam and alef are one sign"
    assert arabic.in_order("Ustaz " + arabic.joined("محمد")) == "Ustaz \ufeaa\ufee4\ufea4\ufee3"
    long = Words("أول " + "السلام عليكم " * 20 + "أخير", "lead")
    pdf = papers.draw("office", Paper("Uji", "2026-07-22", (long,)).plain(), "id")
    first, *others = (reading_back.words(line) for line in reading_back.of_pdf(pdf).strip().splitlines())
    assert first["أول"] and not first["أخير"] and others[-1]["أخير"], "a broken line keeps its own words"


@pytest.mark.parametrize(
    "raw, shown",
    [
        ("Sari 🌸👩🏽‍🏫", "Sari"), ("𝐒𝐚𝐫𝐢", "Sari"), ("a\x00\x0bb", "ab"), ("  dua  \r\n\tbaris ", "dua\nbaris"),
        ("25 °C, № 3", "25 °C, № 3"), ("½ + x²", "½ + x²"), ("\u202egnp.exe", "gnp.exe"),
    ],
)  # fmt: skip
def test_words_are_what_every_drawer_can_write(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_the_same_paper_is_the_same_pdf_and_an_unknown_form_says_so() -> None:
    data = everything(3).plain()
    assert papers.draw("office", data, "id") == papers.draw("office", data, "id")
    with pytest.raises(ValueError, match="as odt"):
        papers.draw("office", data, "id", "odt")
    with pytest.raises(ValueError, match="as docx; known: certificate, office, plan"):
        papers.draw("portfolio", {}, "id", "docx")


def test_no_heading_and_no_date_stands_at_the_foot_of_a_page_before_what_it_is_of() -> None:
    told = (Words("E. Hasil", "heading"), Words("Rabu", "day"), Words("Diputuskan:", "lead"), Listed(("Menakar",)))
    for above in range(20, 40):
        blocks = (*(Words("Baris.", "lead") for _ in range(above)), *told)
        pages = reading_back.pages(papers.draw("office", Paper("Laporan", "2026-08-20", blocks).plain(), "id"))
        together = [page for page in pages if "Menakar" in page]
        assert all(words in together[0] for words in ("E. Hasil", "Rabu", "Diputuskan")), above
