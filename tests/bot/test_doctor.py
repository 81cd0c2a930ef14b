"""`sejawat doctor` asks Telegram through python-telegram-bot, and says what needs a hand."""

from pathlib import Path

from bot.commands.doctor import Finding, examine
from bot.line import Line
from bot.settings import load
from playground import server
from playground.client import Playground
from storage import schema
from storage.database import Database
from tests.web.pages import site


async def _found(**settings: object) -> dict[str, Finding]:
    return {finding.about: finding async for finding in examine(load(**settings))}


async def test_a_sound_installation_has_nothing_to_mend_but_privacy_mode(one_database_url: str):
    telegram = await server.start(page=False)
    told = {"bot_token": "42:PLAYGROUND", "telegram_api_url": telegram.url, "database_url": one_database_url}
    found = await _found(**told)
    assert [about for about, finding in found.items() if not finding.fine] == ["privacy mode"]
    assert found["token"].words == "@SejawatBot"
    async with Playground(telegram.url) as playground:
        await playground.privacy(False)
    line = Line(telegram.url, "42:PLAYGROUND")
    await line.call("setWebhook", {"url": "http://127.0.0.1:1/elsewhere"})
    found = await _found(**told)
    await line.close()
    await telegram.stop()
    assert found["privacy mode"].fine
    assert not found["webhook"].fine
    assert "WEBHOOK_URL says polling" in found["webhook"].words


async def test_the_dashboards_door_is_asked_at_its_public_address(one_database: Database, one_database_url: str):
    told = {"database_url": one_database_url}
    assert (await _found(**told))["dashboard"].words == "opens on this machine alone: WEB_URL names no address"
    async with site(one_database) as here:
        url = str(here.browser.make_url("")).rstrip("/")
        assert (await _found(web_url=url, **told))["dashboard"] == Finding(True, "dashboard", f"{url}/dasbor answers")
    assert "cannot be reached" in (await _found(web_url=url, **told))["dashboard"].words
    telegram = await server.start(page=False)
    found = (await _found(web_url=telegram.url, **told))["dashboard"]
    await telegram.stop()
    assert not found.fine and "something else" in found.words


async def test_nobody_at_the_other_end_is_said_in_words(one_database_url: str):
    found = await _found(bot_token="42:x", telegram_api_url="http://127.0.0.1:9", database_url=one_database_url)
    assert not found["network"].fine
    assert found["database"] == Finding(True, "database", "sound")


async def test_an_old_schema_and_a_missing_token_are_named(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path}/none.db"
    found = await _found(database_url=url)
    assert found["database"].words == f"the schema is not at {schema.newest_revision()}: run `sejawat db upgrade`"
    assert "BOT_TOKEN is not set" in found["token"].words
