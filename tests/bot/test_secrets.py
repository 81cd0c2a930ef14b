"""Secrets come from the environment or from files, and the token is in no log, error, trace or list of processes."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.line import Line
from bot.logs import Discreet, JsonLines, last_words
from bot.settings import SECRETS, BadSetting, Settings, load
from playground import server
from playground.client import Playground
from tests.waiting import eventually

TOKEN = "7512345678:AAGq3-Zt_9vQmW4xYb7cDe8fGh1iJk2lMnO"
VALUES = {
    "bot_token": TOKEN,
    "webhook_secret": "rahasia-webhook",
    "research_key": "k" * 40,
    "record_store_auth": "sekolah:rahasia",
    "metrics_token": "kata-untuk-prometheus",
    "database_url": "postgresql+psycopg://sejawat:rahasia@127.0.0.1/sejawat",
    "redis_url": "redis://sejawat:rahasia@127.0.0.1:6379/0",
}


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("way", ["environment", "env file"])
def test_each_secret_may_lie_in_a_file(name: str, way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (name, f"{name}_file"):
        monkeypatch.delenv(one.upper(), raising=False)
    path, env = tmp_path / "secret", tmp_path / ".env"
    path.write_text(VALUES[name] + "\n", encoding="utf-8")
    if way == "environment":
        monkeypatch.setenv(f"{name.upper()}_FILE", str(path))
    else:
        env.write_text(f"{name.upper()}_FILE={path}\n{name.upper()}=\n", encoding="utf-8")
    assert _shown(load(_env_file=env), name) == VALUES[name]
    for spoilt, why in ((b"", "is empty"), (b"\xff\xfe\x00", "cannot be read"), (None, "cannot be read")):
        path.unlink() if spoilt is None else path.write_bytes(spoilt)
        with pytest.raises(BadSetting, match=why):
            load(_env_file=env)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_two_places_is_refused_and_not_repeated(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(VALUES[name], encoding="utf-8")
    monkeypatch.setenv(name.upper(), VALUES[name])
    monkeypatch.setenv(f"{name.upper()}_FILE", str(tmp_path / "secret"))
    with pytest.raises(BadSetting, match="both set") as refused:
        load(_env_file=None)
    assert VALUES[name] not in str(refused.value)


def test_every_setting_that_is_secret_is_named_as_one() -> None:
    hidden = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    assert hidden | {"database_url", "redis_url"} == set(SECRETS)


def test_the_password_of_a_database_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://sejawat:rahasia@127.0.0.1/sejawat")
    with pytest.raises(BadSetting) as refused:
        load(_env_file=None)
    assert "rahasia" not in str(refused.value)
    assert "postgresql+psycopg://" in str(refused.value)


async def test_what_a_library_says_of_its_address_is_logged_without_the_token(
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = f"http://127.0.0.1:9/bot{TOKEN}/getMe"
    try:
        async with aiohttp.ClientSession() as http, http.get(address, max_redirects=1):
            pass
    except aiohttp.ClientError as error:
        raised = error
    told = Discreet("%(message)s")
    for words in (address, f"file {address} and 'bot{TOKEN}'"):
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "calling %s", (words,), (type(raised), raised, None))
        for one in (told, JsonLines("all")):
            assert TOKEN not in one.format(record) and "[token]" in one.format(record)
    try:
        raise RuntimeError(address) from raised
    except RuntimeError as error:
        last_words(RuntimeError, error, error.__traceback__)
    err = capsys.readouterr().err
    assert TOKEN not in err
    assert "RuntimeError because of ClientConnectorError" in err and "test_secrets.py" in err


async def test_a_failed_call_says_nothing_of_its_address() -> None:
    line = Line("http://127.0.0.1:9", TOKEN)
    for reply in (await line.call("getMe", {}), await line.download("x", 9)):
        assert TOKEN not in repr(reply)
    await line.close()


async def test_a_running_assistant_shows_its_token_nowhere(tmp_path: Path) -> None:
    """At the most talkative level, with Telegram answering and then gone: nothing on stderr, in argv or in environ.

    Nor does it tell who wrote what.
    """
    secret = tmp_path / "token"
    secret.write_text(TOKEN, encoding="utf-8")
    telegram = await server.start(page=False)
    environment = {name: value for name, value in os.environ.items() if name != "BOT_TOKEN"} | {
        "BOT_TOKEN_FILE": str(secret), "TELEGRAM_API_URL": telegram.url, "LOG_LEVEL": "DEBUG", "WEB_PORT": "0",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/sejawat.db",
    }  # fmt: skip
    with (tmp_path / "stderr").open("wb") as said:
        command = [sys.executable, "-m", "bot", "run"]
        running = await asyncio.to_thread(subprocess.Popen, command, env=environment, stdout=said, stderr=said)
        try:
            await eventually(lambda: _says(tmp_path / "stderr", "ready as"), timeout=60, about="the assistant")
            for name in ("cmdline", "environ"):
                assert TOKEN.encode() not in Path(f"/proc/{running.pid}/{name}").read_bytes()
            async with Playground(telegram.url) as outside:
                guru = await outside.add_user("Sari Rahasia")
                await outside.start(guru, "gWORTRAHASIA")
                await eventually(lambda: _answered(outside, guru), about="an answer")
            await telegram.stop()
            await eventually(lambda: _says(tmp_path / "stderr", "could not be taken"), timeout=60, about="an outage")
        finally:
            running.send_signal(signal.SIGTERM)
            await asyncio.to_thread(running.wait, 90)
    written = (tmp_path / "stderr").read_bytes()
    assert TOKEN.encode() not in written
    assert TOKEN.partition(":")[2].encode() not in written
    assert [word for word in (b"Rahasia", b"WORTRAHASIA", b"INSERT", b"executing") if word in written] == []


async def _answered(outside: Playground, guru: int) -> bool:
    return any(one["from"]["is_bot"] for one in await outside.messages(guru, viewer=guru))


async def _says(path: Path, words: str) -> bool:
    return words in path.read_text(encoding="utf-8", errors="replace")
