"""Each door through which somebody sees what is others' leaves its line: what kind, of whom, by which door."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.commands import app
from bot.commands.exporting import noted
from bot.settings import load
from coaching import cycle_notes, pages
from coaching.cycle_notes import Given
from community.looks import Door, Kind
from content import packs
from content.texts import LANGUAGES, Texts
from learning import hand_ins
from reports.figures import pages as figures
from storage.database import Database, Session
from storage.models import HandIn, Look
from tests.coaching.cast import NOW as LATER
from tests.coaching.cast import begun, coached
from tests.reports.cast import Cast, cast, wall
from tests.web.pages import site

SAY = Texts("id")


async def _lines(session: Session) -> set[tuple[str, str, int | None]]:
    return {(one.kind, one.door, one.of_id) for one in await session.scalars(select(Look))}


def _kinds_written() -> set[str]:
    """Every kind that some module notes."""
    root = Path(__file__).parents[2]
    found = set()
    for room in ("community", "learning", "coaching", "reports", "bot", "web", "handlers"):
        for path in (root / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            found |= {kind for kind in Kind.__members__ if f"Kind.{kind}" in text}
    return found


def test_every_kind_of_look_is_written_down_somewhere_and_has_its_words() -> None:
    assert _kinds_written() == set(Kind.__members__)
    for language in LANGUAGES:
        say = Texts(language)
        assert all(say.plain(f"looks.kind.{kind}") for kind in Kind)
        assert all(say.plain(f"looks.{door}") for door in Door)


@pytest.fixture
def school(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sejawat.db"
    path.write_bytes(sqlite_template.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


def _at(path: Path, act: Callable[[Session], Awaitable[Any]]) -> Any:
    async def within() -> Any:
        database = Database(f"sqlite+aiosqlite:///{path}")
        try:
            async with database.writing() as session:
                return await act(session)
        finally:
            await database.close()

    return asyncio.run(within())


def test_what_the_operator_takes_is_written_down_and_read_by_command(school: Path) -> None:
    async def filled(session: Session) -> int:
        here: Cast = await cast(session)
        await here.says("Sari", "resource", wall("2026-11-18 09:00"))
        return here.people["Sari"].tg_user_id or 0

    sari = _at(school, filled)
    assert CliRunner().invoke(app, ["report", "KKG Melati"]).exit_code == 0
    assert _at(school, _lines) == {("report", "command", None)}
    told = CliRunner().invoke(app, ["looks", "--of", str(sari), "--language", "en"])
    assert told.exit_code == 0 and told.stdout.splitlines()[0] == "When (UTC),Who,What,By,Whose,Group"
    again = CliRunner().invoke(app, ["looks", "--of", str(sari), "--language", "en"]).stdout
    assert "who runs Sejawat,this record,the operator's command,Bu Sari" in again, "reading it is a look, too"
    nobody = CliRunner().invoke(app, ["looks", "--by", "1"])
    assert nobody.exit_code == 2 and "nobody with the Telegram id 1 is known" in nobody.stderr


async def test_coaching_notes_leave_a_line_for_each_person_shown(database: Database) -> None:
    async with database.writing() as session:
        here = await coached(session)
        cycle = await begun(session, here)
        await cycle_notes.add(session, here.sari, cycle.id, Given("text", "Tanya jawab masih sepi"), LATER, "both")
        await cycle_notes.add(session, here.sari, cycle.id, Given("text", "Hanya saya"), LATER, "me")
        await pages.notes(session, here.sari, cycle.id, SAY, LATER)
        assert await _lines(session) == set(), "one's own are nobody's look"
        await pages.notes(session, here.ratna, cycle.id, SAY, LATER)
        assert await _lines(session) == {("coaching", "chat", here.sari.id)}


async def test_a_file_taken_from_the_dashboard_leaves_a_line_and_a_refused_one_does_not(one_database: Database) -> None:
    async with site(one_database) as here:
        await here.enters("Hendra")
        where = f"/dasbor/grup/{here.group.id}"
        assert (await here.browser.get(f"{where}/jenis.xlsx")).status == 200
        assert (await here.browser.get(f"{where}/rahasia.xlsx")).status == 404
        assert (await here.browser.get("/dasbor/grup/999/jenis.xlsx")).status == 404
        async with one_database.reading() as session:
            rows = list(await session.scalars(select(Look)))
            assert [(one.kind, one.door, one.reader_id, one.group_id) for one in rows] == [
                ("figures", "dashboard", here.people["Hendra"].id, here.group.id)
            ]


async def test_a_file_of_results_taken_in_the_chat_leaves_a_line_of_its_group(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra, now = here.people["Hendra"], wall("2026-11-18 16:00")
        for what in ("see", "xlsx", "csv"):
            await figures.asked(session, hendra, ["grup", str(here.group.id), "all", what], SAY, now, None)
        rows = [(one.kind, one.door, one.reader_id, one.group_id) for one in await session.scalars(select(Look))]
        assert rows == [("figures", "chat", hendra.id, here.group.id)] * 2, "words on a screen leave none"


async def test_a_worksheet_that_is_opened_leaves_a_line(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        at = await here.prompt(wall("2026-11-18 06:30"))
        at.lesson = packs.pack("awal").lessons[0].id
        sheet = HandIn(
            delivery_id=at.id, person_id=here.people["Sari"].id, medium="text", text="satu",
            handed_at=wall("2026-11-18 14:00"),
        )  # fmt: skip
        session.add(sheet)
        await session.flush()
        await hand_ins.opened(session, here.people["Ratna"], sheet.id, wall("2026-11-18 16:00"))
        assert await _lines(session) == {("worksheet", "chat", here.people["Sari"].id)}


def test_what_is_exported_leaves_a_line_of_each_group(school: Path) -> None:
    async def filled(session: Session) -> None:
        await cast(session)

    _at(school, filled)
    settings = load(_env_file=None, bot_token="42:PLAYGROUND", database_url=f"sqlite+aiosqlite:///{school}")
    asyncio.run(noted(settings, Kind.RECORDS, None))
    assert _at(school, _lines) == {("records", "command", None)}
