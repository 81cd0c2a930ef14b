"""The certificate as a paper: what stands on it can be read, whatever letters a name has."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest

from bot import parcels
from bot.line import Upload
from community import people
from content.texts import LANGUAGES, Texts
from reports import papers
from reports.papers import pen
from storage.database import Database
from storage.models import Letter, Person

DATA: dict[str, Any] = {
    "name": "Sari Wulandari", "school": "SD Melati", "pack": "Alat digital sederhana", "hours": 2.1,
    "practices": ["Kabar yang sampai", "Satu alat"], "since": "2026-07-22", "issued": "2026-08-20",
    "number": "SJW-2026-12-7",
}  # fmt: skip


def size(pdf: bytes) -> tuple[int, float, float]:
    """Pages, and the size of the first in points."""
    width, height = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()  # type: ignore[union-attr]
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf)), float(width), float(height)


def letters_of(pdf: bytes) -> set[str]:
    """Every letter that the fonts in the paper were given shapes for, by their own tables of signs."""
    found: set[str] = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            text = stream
        if b"beginbfchar" in text or b"beginbfrange" in text:
            found |= {chr(int(code, 16)) for code in re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4})>", text)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_landscape_page(language: str) -> None:
    pages, width, height = size(papers.draw("certificate", DATA, language))
    assert (pages, round(width), round(height)) == (1, 842, 595)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Raden Ajeng Dewi Kusumaningtyas Pramudhawardhani Sastroatmodjo " * 2},
        {"practices": [f"Praktik yang namanya panjang sekali, nomor {n}" for n in range(12)]},
        {"school": "", "practices": []},
        {"pack": "Pembelajaran berdiferensiasi dan asesmen formatif untuk guru kelas rendah dan kelas tinggi " * 2},
        {"name": "🌸"},
    ],
)
def test_however_long_or_empty_its_words_it_stays_one_page(change: dict[str, Any]) -> None:
    assert size(papers.draw("certificate", DATA | change, "id"))[0] == 1


def test_less_than_an_hour_is_not_said_out_loud() -> None:
    drawn = [letters_of(papers.draw("certificate", DATA | {"hours": hours}, "id")) for hours in (0.4, 1.4)]
    assert ["4" in one for one in drawn] == [False, True], "no date and no number on this paper has a four"


def test_letters_of_other_languages_have_their_shapes_and_ornaments_become_letters() -> None:
    drawn = letters_of(papers.draw("certificate", DATA | {"name": "Łukasz Ёлкина Đỗ 𝐑𝐢𝐧𝐢 🌸"}, "id"))
    assert set("ŁЁлкинаĐỗRini") <= drawn
    assert not drawn & {"🌸", "𝐑"}


def test_the_same_certificate_is_the_same_file() -> None:
    assert papers.draw("certificate", DATA, "id") == papers.draw("certificate", DATA, "id")


def test_without_the_fonts_it_is_still_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen, "fonts", lambda: None)
    assert size(papers.draw("certificate", DATA | {"name": "Sari Ёлкина"}, "id"))[0] == 1


def test_the_fonts_come_from_a_package_that_is_not_loaded_for_it() -> None:
    folder = pen.fonts()
    assert isinstance(folder, Path) and folder.is_dir()


def test_a_paper_nobody_draws_says_so() -> None:
    with pytest.raises(ValueError, match="certificate, office, plan, portfolio"):
        papers.draw("poster", {}, "id")


@pytest.mark.parametrize(
    "written, bare",
    [
        ("Sari Wulandari", "Sari Wulandari"), ("Bu Sari", "Sari"), ("PAK Budi", "Budi"), ("Bu", "Bu"),
        ("Budiman", "Budiman"), ("  ", "rekan"),
    ],
)  # fmt: skip
def test_the_name_on_a_paper_has_no_form_of_address(written: str, bare: str) -> None:
    found = people.bare(Person(name=written, address="ibu"), Texts("id"))
    assert found.casefold() == (bare if bare != "rekan" else people.display(Person(name=""), Texts("id"))).casefold()


async def test_the_courier_draws_the_paper_into_the_letter(database: Database) -> None:
    paper = {"kind": "certificate", "data": DATA, "language": "en", "name": "certificate-1.pdf"}
    letter = Letter(key="x", method="sendDocument", params={"chat_id": 5, "document": {"paper": paper}}, chat_id=5)
    packed = await parcels.packed(database, letter)
    assert isinstance(packed, dict)
    assert packed["document"] == Upload("certificate-1.pdf", papers.draw("certificate", DATA, "en"))
