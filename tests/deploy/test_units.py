"""The units of systemd, run as they are written: their commands, folders, environment and notices."""

import asyncio
import contextlib
import re
import signal
import socket
from pathlib import Path

import aiohttp

from bot.app import STOP_SECONDS
from bot.serving import PAGES_SECONDS
from playground import server
from playground.client import Playground
from storage import schema
from tests.deploy import units
from tests.waiting import eventually

PAGE = (units.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
UNITS = ("sejawat.service", "sejawat-backup.service")


def _env_of_the_page(folder: Path, **more: str) -> str:
    """`.env.example` with the lines changed that the page names, and ``more``."""
    block = re.search(r"Four lines need you:\n\n```\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    wanted = dict(line.split("=", 1) for line in block[1].splitlines())
    wanted["DATABASE_URL"] = units.here(wanted["DATABASE_URL"], folder)
    text = (units.ROOT / ".env.example").read_text(encoding="utf-8")
    for name, value in (wanted | more).items():
        text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert found == 1, name
    return text


async def test_the_service_and_its_backup_run_as_they_are_written(tmp_path: Path):
    """Installed as the page says, in the unit's folder and environment, with systemd's socket to speak to."""
    service, backup = (units.unit(name)["Service"] for name in UNITS)
    home, port = units.installed(tmp_path), units.free_port()
    telegram = await server.start(page=False)
    mine = {"BOT_TOKEN": "42:PLAYGROUND", "ADMIN_IDS": "7", "TELEGRAM_API_URL": telegram.url, "WEB_PORT": str(port)}
    (home / ".env").write_text(_env_of_the_page(tmp_path, **mine), encoding="utf-8")
    name, value = units.here(service["Environment"], tmp_path).split("=")
    systemd = {name: value, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "600000"}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(systemd["NOTIFY_SOCKET"])
        heard.settimeout(10)
        line = units.here(service["ExecStart"], tmp_path)
        async with units.started(line, home, units.bare(systemd)) as assistant, Playground(telegram.url) as outside:
            assert [heard.recv(64) for _ in range(2)] == [b"READY=1", b"WATCHDOG=1"]
            guru = await outside.add_user("Sari")
            await outside.start(guru)
            await eventually(lambda: _answers(outside, guru), about="an answer")
            async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/health") as answer:
                assert (await answer.json())["updates"] == {"done": 1}
            ended, said = await units.run(units.here(backup["ExecStart"], tmp_path), home, units.bare({}))
            assert ended == 0, said
            _hear_out(heard)  # systemd reads all the time
            assistant.send_signal(signal.SIGTERM)
            last, _ = await asyncio.wait_for(assistant.communicate(), 30)
            assert assistant.returncode == 0, last.decode()[-2000:]
        assert _hear_out(heard)[-1] == b"STOPPING=1"
    await telegram.stop()
    (copy,) = (tmp_path / units.BACKUPS[1:]).iterdir()
    assert schema.problems(f"sqlite+aiosqlite:///{copy}") == []


def _hear_out(heard: socket.socket) -> list[bytes]:
    """What has been told meanwhile."""
    heard.setblocking(False)
    told: list[bytes] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            told.append(heard.recv(64))
    return told


async def _answers(outside: Playground, person: int) -> bool:
    return any(message["from"]["is_bot"] for message in await outside.messages(person))


def test_a_stop_is_granted_the_time_it_may_take():
    granted = units.seconds(units.unit("sejawat.service")["Service"]["TimeoutStopSec"])
    assert granted >= STOP_SECONDS + PAGES_SECONDS + 20  # and a rhythm under way


def test_a_program_that_cannot_start_is_started_again_for_ever():
    """The line to Telegram may come back hours after the machine, and a start without it ends with 2."""
    service = units.unit("sejawat.service")
    assert (service["Service"]["Restart"], service["Unit"]["StartLimitIntervalSec"]) == ("on-failure", "0")
    assert "RestartPreventExitStatus" not in service["Service"]


def test_both_services_are_shut_in_and_may_write_where_they_have_to():
    for name in UNITS:
        service = units.unit(name)["Service"]
        assert {service[key] for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices")} == {"yes"}
        assert (service["User"], service["WorkingDirectory"]) == ("sejawat", units.HOME)
        assert (service["ProtectSystem"], service["UMask"], service["CapabilityBoundingSet"]) == ("strict", "0077", "")
        assert f"/var/lib/{service['StateDirectory']}" == units.STATE
    assert units.unit("sejawat-backup.service")["Service"]["ReadWritePaths"] == units.BACKUPS


def test_the_timer_wakes_the_backup_and_makes_up_for_a_night_that_was_off():
    timer = units.unit("sejawat-backup.timer")
    assert (units.DEPLOY / "sejawat-backup.service").exists(), "a timer starts the service of its name"
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d:\d\d", timer["Timer"]["OnCalendar"])
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
