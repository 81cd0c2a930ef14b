"""`sejawat analyze`: a table, or one JSON object; files in a folder; a question at a terminal, exit 2 without one."""

import json
import os
import pty
import select
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.commands import app
from tests.exports.telegram_files import as_json, chat, full, message, page, post
from tests.house.tree import ROOT

SEJAWAT = (sys.executable, "-m", "bot", "analyze")


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["analyze", *map(str, words)])


@pytest.fixture
def telegram(tmp_path: Path) -> Path:
    said = [message(key, ("Sari", "Budi")[key % 2], "Rapat besok jam 9 di ruang guru ya") for key in range(1, 31)]
    path = tmp_path / "result.json"
    path.write_bytes(as_json(chat([*said, {"id": 31, "type": "unsupported"}])))
    return path


@pytest.fixture
def whatsapp(tmp_path: Path) -> Path:
    """Six weeks in an Indonesian telephone."""
    path, at, lines = tmp_path / "Chat WhatsApp dengan KKG.txt", datetime(2026, 10, 1, 7, 5), []  # noqa: DTZ001
    for n in range(60):
        lines.append(f"{at:%d/%m/%y %H.%M} - {('Sari', 'Budi', 'Bu Ratna')[n % 3]}: Terima kasih banyak Bu, membantu")
        at += timedelta(hours=17)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def unclear(tmp_path: Path) -> Path:
    """Neither the dates nor the words say which of the two is the day."""
    path = tmp_path / "WhatsApp Chat with Team.txt"
    path.write_text("1/2/26, 2:10 PM - Sari: Hello\n1/2/26, 2:12 PM - Budi: Hi\n", encoding="utf-8")
    return path


def test_a_telegram_export_becomes_a_table(telegram: Path) -> None:
    told = run(telegram)
    assert told.exit_code == 0, told.stderr
    four = json.loads(run(telegram, "--json").stdout)["shares"]["of_four"]["coordination"]
    shown = f"{four['share']:.0%} ({four['low']:.0%}–{four['high']:.0%})".replace("%", "")
    for words in (
        "Telegram JSON, KKG Melati",
        "Koordinasi agenda",
        shown if len(shown) <= 12 else shown.replace(" ", ""),
        "message 31: unsupported",
        "baris ",
    ):
        assert words in told.stdout
    assert told.stderr == ""
    assert "Sari" not in told.stdout


def test_json_is_one_object_and_nothing_else(telegram: Path, tmp_path: Path) -> None:
    told = run(telegram, "--json", "--out", tmp_path / "hasil", "--reference")
    assert told.exit_code == 0, told.stderr
    figures = json.loads(told.stdout)
    assert (figures["messages"], figures["people"], figures["not_understood"]) == (30, 2, 1)
    told_of = figures["shares"]["of_four"]["coordination"]
    assert told_of["n"] == 30
    assert 0.9 < told_of["share"] <= told_of["high"] <= 1
    assert figures["first"] == "2026-10-05T09:00:00+07:00"


def test_a_whatsapp_export_is_read_in_the_zone_it_is_said_to_be_of(whatsapp: Path) -> None:
    told = json.loads(run(whatsapp, "--zone", "WIT", "--json").stdout)
    assert (told["messages"], told["people"], told["first"]) == (60, 3, "2026-10-01T07:05:00+09:00")
    other = json.loads(run(whatsapp, "--zone", "Asia/Makassar", "--json").stdout)
    assert other["first"] == "2026-10-01T07:05:00+08:00"


def test_pages_of_html_are_one_chat(tmp_path: Path) -> None:
    paths = [tmp_path / "messages2.html", tmp_path / "messages.html"]
    for path, key in zip(paths, (2, 1), strict=True):
        path.write_bytes(page([post(key, "Sari", f"pesan {key}")]))
    told = json.loads(run(*paths, "--json").stdout)
    assert (told["messages"], told["people"], told["grammar"]) == (2, 1, "Telegram HTML, 2 pages")


def test_a_chat_of_a_full_export_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(
        as_json(full([chat([message(1, "Sari")], "KKG Kecil"), chat([message(1, "Budi")] * 3, "KKG Besar")]))
    )
    assert json.loads(run(path, "--json").stdout)["messages"] == 3
    told = json.loads(run(path, "--chat", "kkg kecil", "--json").stdout)
    assert (told["messages"], "KKG Kecil" in told["grammar"]) == (1, True)
    _refused(run(path, "--chat", "KKG Mawar"), "Yang ada: KKG Kecil, KKG Besar")
    _refused(run(path, path, "--chat", "KKG Kecil"), "satu result.json")


def test_the_folder_gets_a_page_a_picture_and_a_sheet(telegram: Path, tmp_path: Path) -> None:
    out = tmp_path / "baru" / "hasil"
    told = run(telegram, "--out", out, "--language", "en")
    assert told.exit_code == 0, told.stderr
    assert sorted(path.name for path in out.iterdir()) == ["analysis.html", "analysis.png", "analysis.xlsx"]
    assert (out / "analysis.png").read_bytes().startswith(b"\x89PNG")
    assert '<html lang="en">' in (out / "analysis.html").read_text(encoding="utf-8")
    assert [line.split(": ")[1] for line in told.stderr.splitlines()] == [
        str(out / name) for name in ("analysis.html", "analysis.png", "analysis.xlsx")
    ]


def test_one_programmes_figures_are_told_on_request_only(telegram: Path) -> None:
    assert "bukan target" not in run(telegram).stdout
    assert "hasil satu program, bukan target" in run(telegram, "--reference").stdout


@pytest.mark.parametrize(
    "words, problem",
    [
        (["--zone", "Jakarta Raya"], "--zone Jakarta Raya: WIB, WITA, WIT"),
        (["--zone", "../etc/passwd"], "--zone ../etc/passwd: "),
        (["--order", "ymd"], "--order ymd: dmy atau mdy"),
        (["--out", __file__], "adalah berkas; sebutkan sebuah folder"),
        (["--language", "fr"], "--language fr: id | en"),
    ],
)
def test_a_bad_option_is_one_clear_line_and_exit_2(telegram: Path, words: list[str], problem: str) -> None:
    _refused(run(telegram, *words), problem)


def test_a_bad_file_is_one_clear_line_and_exit_2(tmp_path: Path, telegram: Path) -> None:
    _refused(run(tmp_path / "tidak-ada.txt"), "tidak-ada.txt tidak ada")
    odd = tmp_path / "soto.txt"
    odd.write_bytes(bytes(range(256)) * 12)
    _refused(run(odd), "")
    _refused(run(tmp_path), "")
    text = tmp_path / "_chat.txt"
    text.write_text("[28/04/26, 16.31.34] Sari: Halo\n", encoding="utf-8")
    _refused(run(telegram, text), "")


def _refused(told: Result, problem: str) -> None:
    assert told.exit_code == 2, (told.stdout, told.stderr, told.exception)
    assert problem in told.stderr
    assert told.stderr.startswith("sejawat: ")
    assert len(told.stderr.strip().splitlines()) == 1
    assert told.stdout == ""


def test_unclear_dates_are_exit_2_where_nobody_can_be_asked(unclear: Path) -> None:
    _refused(run(unclear), "ulangi dengan --order dmy atau --order mdy")


@pytest.mark.parametrize("order, first", [("dmy", "2026-02-01"), ("mdy", "2026-01-02")])
def test_the_order_may_be_said(unclear: Path, order: str, first: str) -> None:
    assert json.loads(run(unclear, "--order", order, "--json").stdout)["first"].startswith(first)


def test_at_a_terminal_the_order_is_asked_until_it_is_one(unclear: Path) -> None:
    """On the terminal stands the question; on stdout, which goes elsewhere, the object alone."""
    ours, theirs = pty.openpty()
    asked = subprocess.Popen([*SEJAWAT, str(unclear), "--json"], cwd=ROOT, stdin=theirs, stderr=theirs, stdout=-1)
    os.close(theirs)
    shown = b""
    for answer in (b"5 Januari\n", b"MDY\n"):
        while shown.count(b"(mdy)?") == shown.count(b"\x00"):
            assert select.select([ours], [], [], 30)[0], shown
            shown += os.read(ours, 4096)
        shown += b"\x00"
        os.write(ours, answer)
    out, _ = asked.communicate(timeout=60)
    os.close(ours)
    assert asked.returncode == 0
    assert json.loads(out)["first"].startswith("2026-01-02")


def test_neither_aiogram_nor_sqlalchemy_is_loaded(telegram: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from bot.commands import app\n"
        "try: app(sys.argv[1:])\n"
        "finally: print(*sorted({'aiogram', 'aiohttp', 'sqlalchemy', 'telegram'} & set(sys.modules)), file=sys.stderr)"
    )
    words = [sys.executable, "-c", program, "analyze", str(telegram), "--json", "--out", str(tmp_path / "hasil")]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == ""
    assert json.loads(done.stdout)["messages"] == 30
