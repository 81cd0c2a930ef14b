"""A start that cannot be made says in one line why, leaves with exit 2, and nothing is left open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _run(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": f"sqlite+aiosqlite:///{folder}/new/sejawat.db", "WEB_PORT": "0"}
    command = [sys.executable, "-m", "bot", "run"]
    return subprocess.run(command, env=environment | settings, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"BOT_TOKEN": "zzz"}, "BOT_TOKEN: the given value cannot be used"),
        ({"BOT_TOKEN": "42:abc", "TIMEZONE": "Mars"}, "TIMEZONE: 'Mars' cannot be used"),
        ({"BOT_TOKEN": "42:abc", "TELEGRAM_API_URL": "http://127.0.0.1:9"}, "check the network and try again"),
        ({"BOT_TOKEN": "42:abc", "DATABASE_URL": "postgresql+psycopg://a@127.0.0.1:9/a"}, "cannot be used: connection"),
        ({"BOT_TOKEN": "42:abc", "DATABASE_URL": "sqlite+aiosqlite:////proc/no/sejawat.db"}, "cannot be used: "),
    ],
    ids=["a bad token", "a bad zone", "nobody answers", "no database server", "no place for the database"],
)
def test_what_keeps_it_from_starting_is_said_in_one_line(tmp_path: Path, settings: dict[str, str], said: str):
    ended = _run(tmp_path, **settings)
    assert ended.returncode == 2
    told = [line for line in ended.stderr.splitlines() if not line.startswith("Bringing the database")]
    assert len(told) == 1, ended.stderr
    assert told[0].startswith("sejawat: ")
    assert said in told[0]
