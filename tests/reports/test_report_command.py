"""`sejawat report`: the figures on the terminal, the tables and the picture in a folder."""

import asyncio
import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.commands.report import report
from storage.database import Database
from tests.reports.cast import cast, wall


@pytest.fixture
def command(one_database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    async def fill() -> None:
        database = Database(one_database_url)
        async with database.writing() as session:
            here = await cast(session)
            for _ in range(25):
                await here.says("Sari", "resource", wall("2026-10-05 09:00"), confidence=1.0)
            await here.says("Budi", "other", wall("2026-10-12 09:00"), confidence=1.0)
            await cast(session, "KKG Mawar", -1002)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", one_database_url)
    return CliRunner()


def _run(runner: CliRunner, *words: str) -> Result:
    app = typer.Typer()
    app.command()(report)
    return runner.invoke(app, list(words))


def test_it_prints_the_report_of_the_days_asked_for(command: CliRunner) -> None:
    told = _run(command, "melati", "--from", "2026-10-05", "--to", "2026-10-11")
    assert told.exit_code == 0, told.stderr
    assert "5 Okt 2026 – 12 Okt 2026" not in told.stdout
    assert "Laporan KKG Melati\n5 Okt 2026 – 11 Okt 2026" in told.stdout
    assert "25 100 (87–100)" in told.stdout
    assert not re.search(r"</?(b|pre)>", told.stdout)


def test_it_writes_tables_and_picture(command: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "laporan"
    told = _run(command, "Melati", "--to", "2026-10-18", "--out", str(out))
    assert told.exit_code == 0, told.stderr
    assert (out / "shares.png").read_bytes().startswith(b"\x89PNG")
    assert "resource,Berbagi sumber belajar,25,25,1.0," in (out / "shares.csv").read_text()
    weeks = (out / "weeks.csv").read_text().splitlines()
    assert weeks[0] == "week_from,resource,consultation,coordination,motivation,other"
    assert weeks[1:] == ["2026-09-28,0,0,0,0,0", "2026-10-05,25,0,0,0,0", "2026-10-12,0,0,0,0,1"]


@pytest.mark.parametrize(
    "words, problem",
    [
        (["Anggrek"], "no group is called 'Anggrek'; there are: "),
        (["KKG"], "several groups are called 'KKG'; there are: "),
        (["Melati", "--from", "2026-10-08", "--to", "2026-10-07"], "--from 2026-10-08 is after --to 2026-10-07"),
        (["Melati", "--from", "2099-01-01"], "no day to report on: from 2099-01-01 to "),
        (["Melati", "--out", __file__], "is a file; name a folder"),
    ],
)
def test_a_bad_argument_is_one_clear_line_and_exit_2(command: CliRunner, words: list[str], problem: str) -> None:
    told = _run(command, *words)
    assert told.exit_code == 2
    assert problem in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert told.stdout == ""


def test_a_database_that_cannot_be_opened_is_one_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}")
    told = _run(CliRunner(), "Melati")
    assert told.exit_code == 2
    assert "the database cannot be opened" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
