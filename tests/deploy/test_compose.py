"""compose.yaml, the Containerfile and nginx.conf: what they name exists, holds no secret, and runs as processes."""

import asyncio
import re
import shlex
import signal
import tomllib
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, make_url, text

from bot.app import STOP_SECONDS
from bot.parts import Part, parts_of
from bot.serving import PAGES_SECONDS
from playground import server
from storage import schema
from tests.deploy import units
from tests.nursery import RUN, Child, Nursery
from tests.services import postgres_programs
from web import exports

SERVICES: dict[str, Any] = yaml.safe_load((units.ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "sejawat"}
RUNNING = {name: one for name, one in OURS.items() if name != "schema"}
CONTAINERFILE = (units.DEPLOY / "Containerfile").read_text(encoding="utf-8")
NGINX = (units.DEPLOY / "nginx.conf").read_text(encoding="utf-8")
SECRET = "rahasia-42"
ENV = {"POSTGRES_PASSWORD": "Rahasia-42", "BOT_TOKEN": "42:PLAYGROUND", "WEBHOOK_SECRET": SECRET}
ENV |= {"WEBHOOK_URL": "https://sejawat.example/telegram"}


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
            if re.search("PASSWORD|TOKEN|SECRET|DATABASE_URL|WEBHOOK_URL", name):
                with pytest.raises(KeyError, match=r"put a line [A-Z_]+=\S+ into \.env"):
                    _filled(str(value), {})
    assert {one["env_file"] for one in OURS.values()} == {".env"}


def test_every_part_runs_and_what_only_one_may_do_has_a_standby():
    named = [sorted(parts_of(one["command"][3:])) for one in RUNNING.values()]
    assert all(one["command"][:3] == ["sejawat", "run", "--only"] for one in RUNNING.values())
    assert {part for parts in named for part in parts} == set(Part)
    assert [named.count([part]) for part in (Part.COURIER, Part.CLOCK)] == [2, 2]
    assert SERVICES["webhook"]["scale"] >= 2
    assert SERVICES["schema"]["command"] == ["sejawat", "db", "upgrade"]
    waits = {name: one["depends_on"] for name, one in RUNNING.items()}
    assert set(map(str, waits.values())) == {"{'schema': {'condition': 'service_completed_successfully'}}"}


def test_the_database_is_made_for_whom_the_others_say_it_is():
    told = SERVICES["database"]["environment"]
    url = make_url(_filled(SERVICES["courier"]["environment"]["DATABASE_URL"], ENV))
    assert (url.username, url.database) == (told["POSTGRES_USER"], told["POSTGRES_DB"])
    assert url.password == _filled(told["POSTGRES_PASSWORD"], ENV) == "Rahasia-42"
    assert url.host in SERVICES
    assert SERVICES["schema"]["depends_on"][url.host]["condition"] == "service_healthy"
    assert make_url(SERVICES["webhook"]["environment"]["REDIS_URL"]).host in SERVICES


def test_there_are_connections_enough_for_twice_the_webhooks():
    """For each process 16 that write, 8 that read, and two lines of its own."""
    (most,) = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["database"]["command"]))
    assert int(most) >= 26 * (len(RUNNING) + 3 * SERVICES["webhook"]["scale"]) + 10


def test_all_are_shut_in_seen_through_nginx_alone_and_granted_time_to_stop():
    for name, service in SERVICES.items():
        assert ("ports" in service) is (name == "nginx"), name
        if name != "database":  # its image needs to become another user by itself
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
    for service in RUNNING.values():
        assert units.seconds(service["stop_grace_period"]) >= STOP_SECONDS + PAGES_SECONDS + 20
    assert re.search(r"^USER sejawat$", CONTAINERFILE, re.MULTILINE)
    assert {SERVICES[name]["user"].split(":")[0] for name in ("nginx", "redis")}.isdisjoint({"0", "root"})


def test_nginx_passes_on_to_services_that_are_there_and_nothing_that_is_for_those_inside():
    port = SERVICES["webhook"]["environment"]["WEB_PORT"]
    assert re.findall(r"set \$(\w+) http://(\w+):(\d+);", NGINX) == [("webhook",) * 2 + (port,), ("web",) * 2 + (port,)]
    assert {"webhook", "web"} <= set(SERVICES)
    places = dict(re.findall(r"location (?:[=~] )?(\S+) \{([^}]*)\}", NGINX))
    upload = "^/dasbor/grup/[0-9]+/riwayat$"
    assert set(places) == {"/telegram", "/dasbor", upload, "/alive", "/"}
    assert "proxy_pass $web;" in places[upload] and "proxy_request_buffering off;" in places[upload]
    let_through = int(re.findall(r"client_max_body_size (\d+)m;", places[upload])[0])
    assert exports.MOST_BYTES < let_through << 20 < exports.MOST_BYTES * 1.1, "what is too large is told by the page"
    assert "proxy_pass $webhook;" in places["/telegram"] and "non_idempotent" in places["/telegram"]
    assert "proxy_pass $web;" in places["/dasbor"]
    assert "return 404;" in places["/"]
    assert "$request_uri" not in NGINX and "$args" not in NGINX, "links that open the dashboard are in no log"
    written = re.findall(r"(?:pid|_temp_path) (/[^;]+);", NGINX)
    assert {str(Path(one).parent) for one in written} == set(SERVICES["nginx"]["tmpfs"])
    assert NGINX.count("{") == NGINX.count("}")
    inside = SERVICES["nginx"]["ports"][0].rpartition(":")[2]
    assert f"listen {inside} ssl;" in NGINX


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


@contextmanager
def _database(postgres: str) -> Iterator[Any]:
    """The role and the database that the service of that name makes."""
    told = SERVICES["database"]["environment"]
    administrator = create_engine(f"{postgres}/postgres", isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f"create role {told['POSTGRES_USER']} login"))
        connection.execute(text(f"create database {told['POSTGRES_DB']} owner {told['POSTGRES_USER']}"))
    try:
        yield make_url(postgres)
    finally:
        with administrator.connect() as connection:
            connection.execute(text(f"drop database {told['POSTGRES_DB']} with (force)"))
            connection.execute(text(f"drop role {told['POSTGRES_USER']}"))
        administrator.dispose()


def _environment(name: str, there: Any, redis: str, **more: str) -> dict[str, str]:
    """A service's own, with the addresses of this machine in the place of the containers'."""
    env = {key: _filled(str(value), ENV) for key, value in SERVICES[name]["environment"].items()}
    url = make_url(env["DATABASE_URL"]).set(host=there.host, port=there.port)
    env |= {"DATABASE_URL": url.render_as_string(hide_password=False), "REDIS_URL": redis, "WEB_HOST": "127.0.0.1"}
    return env | {"BOT_TOKEN": ENV["BOT_TOKEN"], "WEBHOOK_SECRET": SECRET} | more


def _command(name: str, folder: Path) -> list[str]:
    program, *words = SERVICES[name]["command"]
    return [units.here(f"{units.HOME}/.venv/bin/{program}", folder), *words]


def _healthy(name: str, port: int, folder: Path) -> list[str]:
    _, program, *words = SERVICES[name]["healthcheck"]["test"]
    asked = [word.replace(":8080/", f":{port}/") for word in words]
    return [units.here(f"{units.HOME}/.venv/bin/{program}", folder), *asked]


@pytest.mark.postgres
async def test_the_services_run_as_they_are_written(postgres: str, redis: str, tmp_path: Path, nursery: Nursery):
    """Each command and environment as a process, with the health check of its service; then a stop.

    Of those that stay the words are run in a process that was forked; the program itself: tests/deploy/test_units.py.
    """
    programs = postgres_programs()
    assert programs is not None
    telegram = await server.start(page=False)
    with _database(postgres) as there:
        _, *alive = SERVICES["database"]["healthcheck"]["test"]
        alive = [str(programs / alive[0]), *alive[1:], f"--host={there.host}", f"--port={there.port}"]
        assert await units.run(alive, tmp_path, units.bare({})) == (0, "")
        env = _environment("schema", there, redis)
        early = await units.run(_command("clock", tmp_path), tmp_path, units.bare(env))
        assert early[0] == 2 and "run `sejawat db upgrade`; several processes start when" in early[1]
        assert (await units.run(_command("schema", tmp_path), tmp_path, units.bare(env)))[0] == 0
        assert schema.problems(env["DATABASE_URL"]) == []
        ports = {name: units.free_port() for name in ("webhook", "courier", "clock", "web")}
        hook = f"http://127.0.0.1:{ports['webhook']}/telegram"
        async with AsyncExitStack() as stack:

            async def begun(name: str, port: int) -> Child:
                more = {"WEB_PORT": str(port), "TELEGRAM_API_URL": telegram.url, "WEBHOOK_URL": hook}
                program, *words = SERVICES[name]["command"]
                assert program == "sejawat"
                told = units.bare(_environment(name, there, redis, **more))
                process = await nursery.born(RUN, *words, cwd=tmp_path, env=told)
                stack.callback(process.kill)
                return await units.ready(process, process.stderr)

            running = await asyncio.gather(*(begun(name, port) for name, port in ports.items()))
            asked = [
                units.run(_healthy(name, port, tmp_path), tmp_path, units.bare({})) for name, port in ports.items()
            ]
            assert await asyncio.gather(*asked) == [(0, "")] * len(ports)
            for process in running:
                process.send_signal(signal.SIGTERM)
            await asyncio.gather(*(asyncio.wait_for(process.communicate(), 30) for process in running))
            assert [process.returncode for process in running] == [0] * len(ports)
    assert list(tmp_path.iterdir()) == [], "its own file system may be read-only"
    await telegram.stop()
