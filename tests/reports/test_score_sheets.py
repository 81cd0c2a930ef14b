"""Scores that come in as a sheet: mistakes by their cell, a comparison where there is one, and nothing that is kept."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from community.refusals import NeedsConsent, NotAllowed
from content.texts import Texts
from reports import score_sheets
from storage.database import Database
from storage.letters import Draft, Upload
from storage.models import Attachment, Person
from storage.post_office import receive
from tests.learning.conftest import MORNING, Cast, seed

SAY = Texts("id")
HEAD = ("Kode", "Kelompok", "Awal", "Akhir")


@pytest.fixture
async def cast(database: Database) -> Cast:
    async with database.writing() as session:
        return await seed(session)


def xlsx(*rows: tuple[object, ...]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.title = "Skor"
    for row in (HEAD, *rows):
        page.append(row)
    book.save(out)
    return out.getvalue()


async def came(database: Database, cast: Cast, content: bytes) -> list[Draft]:
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        digest = await receive(session, "skor.xlsx", content, hendra.id, MORNING)
        answer = {"ok": True, "result": {"attachment": digest, "name": "skor.xlsx", "size": len(content)}}
        found = await score_sheets.came(session, hendra, answer, 103, SAY, MORNING)
        kept = select(func.count()).select_from(Attachment).where(Attachment.digest == digest)
        assert await session.scalar(kept) == 0, "thrown away once it was read"
        return found


async def test_every_mistake_is_named_by_its_cell(database: Database, cast: Cast) -> None:
    (told,) = await came(database, cast, xlsx(("A1", "program", "tiga", 4), ("A2", "", 2, 3), ("A1", "program", 1, 2)))
    said = str(told.params["text"])
    assert "C2:" in said and "B3:" in said and "tiga" in said


async def test_two_groups_are_compared_and_the_workbook_comes_along(database: Database, cast: Cast) -> None:
    rows = [(f"P{n}", "program", 2 + n % 3, 4 + (n * 7 % 5) / 4) for n in range(12)]
    rows += [(f"K{n}", "pembanding", 2 + n % 3, 2.5 + (n * 3 % 5) / 4) for n in range(12)]
    told, book = await came(database, cast, xlsx(*rows))
    assert "program" in str(told.params["text"]) and book.method == "sendDocument"
    async with database.reading() as session:
        content = await session.scalar(
            select(Attachment.content).where(Attachment.digest == book.params["document"]["attachment"])
        )
    assert len(load_workbook(io.BytesIO(content or b"")).sheetnames) > 2


async def test_one_group_alone_is_told_that_two_are_needed(database: Database, cast: Cast) -> None:
    (told,) = await came(database, cast, xlsx(*[(f"P{n}", "program", 1, 2) for n in range(4)]))
    assert "tepat dua kelompok" in str(told.params["text"])


async def test_only_who_leads_a_group_gets_and_sends_a_sheet_and_nobody_reads_anothers(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        for name in ("Sari", "Tamu"):
            for call in (
                score_sheets.begin(session, cast[name], 1, SAY, MORNING),
                score_sheets.sent(session, cast[name], Upload("x", "skor.xlsx", 10)),
            ):
                with pytest.raises(NotAllowed):
                    await call
        with pytest.raises(NeedsConsent):
            await score_sheets.begin(session, None, 1, SAY, MORNING)
        digest = await receive(session, "skor.xlsx", xlsx(("A", "program", 1, 2)), cast["Sari"].id, MORNING)
        answer = {"ok": True, "result": {"attachment": digest}}
        (told,) = await score_sheets.came(session, cast["Hendra"], answer, 103, SAY, MORNING)
        assert "tidak bisa diambil" in str(told.params["text"])
        ask, empty = await score_sheets.begin(session, cast["Hendra"], 103, SAY, MORNING)
        assert "kode (jangan nama)" in str(ask.params["text"]) and empty.method == "sendDocument"
