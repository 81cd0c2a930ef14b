"""compose.yaml and the Containerfile: what they name exists, holds no secret, and runs as a process."""

import asyncio
import re
import shlex
import signal
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, make_url, text

from bot.app import STOP_SECONDS
from bot.serving import PAGES_SECONDS
from playground import server
from storage import schema
from tests.deploy import units
from tests.services import postgres_programs

SERVICES: dict[str, Any] = yaml.safe_load((units.ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
CONTAINERFILE = (units.DEPLOY / "Containerfile").read_text(encoding="utf-8")
ENV = {"POSTGRES_PASSWORD": "Rahasia-42", "BOT_TOKEN": "42:PLAYGROUND"}


def _filled(words: str, env: dict[str, str]) -> str:
    """``${NAME}``, ``${NAME:-otherwise}`` and ``${NAME:?complaint}`` as Compose fills them; KeyError for the last."""

    def one(found: re.Match[str]) -> str:
        name, sign, more = found.groups()
        if sign == ":?" and name not in env:
            raise KeyError(more)
        return env.get(name, more or "")

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", one, words)


def test_no_secret_stands_in_it_and_a_missing_one_is_asked_for():
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if re.search("PASSWORD|TOKEN|SECRET|URL", name):
                with pytest.raises(KeyError, match=r"POSTGRES_PASSWORD=… into \.env"):
                    _filled(str(value), {})
    assert SERVICES["assistant"]["env_file"] == ".env"


def test_the_database_is_made_for_whom_the_assistant_says_it_is():
    told = SERVICES["database"]["environment"]
    url = make_url(_filled(SERVICES["assistant"]["environment"]["DATABASE_URL"], ENV))
    assert (url.username, url.database) == (told["POSTGRES_USER"], told["POSTGRES_DB"])
    assert url.password == _filled(told["POSTGRES_PASSWORD"], ENV) == "Rahasia-42"
    assert url.host in SERVICES
    assert SERVICES["assistant"]["depends_on"][url.host]["condition"] == "service_healthy"


def test_it_is_shut_in_seen_from_this_machine_alone_and_granted_time_to_stop():
    assistant = SERVICES["assistant"]
    assert assistant["read_only"] is True
    assert assistant["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in assistant["ports"])
    assert "ports" not in SERVICES["database"]
    assert units.seconds(assistant["stop_grace_period"]) >= STOP_SECONDS + PAGES_SECONDS + 20


def test_the_image_gets_every_room_and_nothing_that_was_not_named():
    copied = re.findall(r"^COPY (.+) \S+$", CONTAINERFILE, re.MULTILINE)
    sources = {word.rstrip("/") for line in copied for word in shlex.split(line)}
    found = tomllib.loads((units.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {room.rstrip("*") for room in found["packages"]["find"]["include"]}
    assert sources == rooms | {"requirements/run.txt", "pyproject.toml", "README.md", "LICENSE"}
    assert all((units.ROOT / source).exists() for source in sources)
    assert "COPY . " not in CONTAINERFILE


def test_image_and_unit_start_the_same_command():
    started = units.unit("sejawat.service")["Service"]["ExecStart"].removeprefix(f"{units.HOME}/.venv/bin/")
    command = re.search(r"^CMD (.+)$", CONTAINERFILE, re.MULTILINE)
    assert command is not None
    assert yaml.safe_load(command[1]) == started.split()


@pytest.mark.postgres
async def test_each_service_runs_as_it_is_written(postgres: str, tmp_path: Path):
    """The assistant and both health checks, with the database's host and the ports of this machine instead."""
    there, port = make_url(postgres), units.free_port()
    told = SERVICES["database"]["environment"]
    administrator = create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f"create role {told['POSTGRES_USER']} login"))
        connection.execute(text(f"create database {told['POSTGRES_DB']} owner {told['POSTGRES_USER']}"))
    telegram = await server.start(page=False)
    env = {name: _filled(str(value), ENV) for name, value in SERVICES["assistant"]["environment"].items()}
    url = make_url(env["DATABASE_URL"]).set(host=there.host, port=there.port)
    env |= {"DATABASE_URL": url.render_as_string(hide_password=False), "WEB_PORT": str(port)}
    env |= {"WEB_HOST": "127.0.0.1", "BOT_TOKEN": ENV["BOT_TOKEN"], "TELEGRAM_API_URL": telegram.url}
    programs = postgres_programs()
    assert programs is not None
    kind, *alive = SERVICES["database"]["healthcheck"]["test"]
    assert kind == "CMD"
    alive = [str(programs / alive[0]), *alive[1:], f"--host={there.host}", f"--port={there.port}"]
    command = yaml.safe_load(re.search(r"^CMD (.+)$", CONTAINERFILE, re.MULTILINE)[1])  # type: ignore[index]
    line = units.here(f"{units.HOME}/.venv/bin/{shlex.join(command)}", tmp_path)
    _, *healthy = SERVICES["assistant"]["healthcheck"]["test"]
    asked = [units.here(f"{units.HOME}/.venv/bin/{healthy[0]}", tmp_path), *healthy[1:]]
    asked = [word.replace(":8080/", f":{port}/") for word in asked]
    try:
        assert await units.run(alive, tmp_path, units.bare({})) == (0, "")
        assert (await units.run(asked, tmp_path, units.bare({})))[0] != 0, "nobody is there yet"
        async with units.started(line, tmp_path, units.bare(env)) as assistant:
            assert await units.run(asked, tmp_path, units.bare({})) == (0, "")
            assistant.send_signal(signal.SIGTERM)
            await asyncio.wait_for(assistant.communicate(), 30)
            assert assistant.returncode == 0
        assert schema.problems(env["DATABASE_URL"]) == []
        assert list(tmp_path.iterdir()) == [], "its own file system may be read-only"
    finally:
        await telegram.stop()
        with administrator.connect() as connection:
            connection.execute(text(f"drop database {told['POSTGRES_DB']} with (force)"))
            connection.execute(text(f"drop role {told['POSTGRES_USER']}"))
        administrator.dispose()
