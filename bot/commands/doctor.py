"""`sejawat doctor`: says what is wrong, asking Telegram through a second client."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

FREE_BYTES = 500_000_000


class Finding(NamedTuple):
    fine: bool
    about: str
    words: str


def doctor() -> None:
    """Check token, privacy mode, webhook, database, clock and disk; exit 1 when something needs a hand."""
    from bot.settings import load

    settings = load()
    bad = asyncio.run(_print_all(settings))
    raise SystemExit(1 if bad else 0)


async def _print_all(settings: object) -> int:
    bad = 0
    async for fine, about, words in examine(settings):
        bad += not fine
        print(f"{'ok ' if fine else '!! '} {about}: {words}", file=sys.stdout)
    return bad


async def examine(settings: object) -> AsyncIterator[Finding]:
    """Every finding, in the order in which a person would look."""
    from bot.settings import Settings

    assert isinstance(settings, Settings)
    for finding in (*_database(settings.database_url), _disk(settings.database_url)):
        yield finding
    yield await _dashboard(settings.public_url)
    if not settings.bot_token:
        yield Finding(False, "token", "BOT_TOKEN is not set: `sejawat run` starts the playground, not Telegram")
        return
    async for finding in _telegram(settings.api_url, settings.token, settings.webhook_url):
        yield finding


async def _telegram(api_url: str, token: str, webhook_url: str | None) -> AsyncIterator[Finding]:
    # python-telegram-bot is another author's reading of the same protocol: what both see is Telegram's doing.
    from telegram import Bot
    from telegram.error import InvalidToken, TelegramError

    try:
        async with Bot(token, base_url=f"{api_url}/bot", base_file_url=f"{api_url}/file/bot") as bot:
            me = await bot.get_me()
            yield Finding(True, "token", f"@{me.username}")
            reads = bool(me.can_read_all_group_messages)
            told = "off: groups are read" if reads else "on: make the bot an admin of each group, or groups stay unread"
            yield Finding(reads, "privacy mode", told)
            hook = await bot.get_webhook_info()
            yield _webhook(hook.url, webhook_url, hook.pending_update_count, hook.last_error_message)
            rights = await bot.get_my_default_administrator_rights()
            yield Finding(True, "default admin rights", "set" if rights.can_manage_chat else "none asked for")
    except InvalidToken:
        yield Finding(False, "token", "Telegram refuses it: copy it again from @BotFather")
        return
    except TelegramError as error:
        yield Finding(False, "network", f"{api_url} cannot be asked: {error}")
        return
    yield await _clock(api_url)


async def _dashboard(url: str) -> Finding:
    """Does the door of the dashboard answer at its public address? Whatever comes between shows here."""
    import aiohttp

    if not url:
        return Finding(True, "dashboard", "opens on this machine alone: WEB_URL names no address")
    try:
        limit = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=limit) as http, http.get(f"{url}/dasbor") as answer:
            policy = answer.headers.get("Content-Security-Policy", "")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return Finding(False, "dashboard", f"{url} cannot be reached; is the assistant running, and its web server?")
    if answer.status == 401 and policy.startswith("default-src 'none'"):
        return Finding(True, "dashboard", f"{url}/dasbor answers")
    return Finding(False, "dashboard", f"{url}/dasbor is answered by something else; pass it on to WEB_PORT as it is")


def _webhook(registered: str, wanted: str | None, pending: int, error: str | None) -> Finding:
    if (registered or None) != wanted:
        told = f"Telegram sends to {registered or 'nobody (polling)'}, WEBHOOK_URL says {wanted or 'polling'}"
        return Finding(False, "webhook", f"{told}; start the assistant once, it tells Telegram")
    if error:
        return Finding(False, "webhook", f"{pending} updates wait; last error: {error}")
    return Finding(True, "webhook", f"{registered or 'polling'}, {pending} updates wait")


async def _clock(api_url: str) -> Finding:
    import aiohttp

    from scheduler.clock import SystemClock

    try:
        async with aiohttp.ClientSession() as http, http.get(api_url, allow_redirects=False) as answer:
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, KeyError, TimeoutError, ValueError):
        return Finding(True, "clock", "could not be compared")
    apart = abs(SystemClock().now() - theirs)
    fine = apart < timedelta(seconds=30)
    advice = "" if fine else "; set the machine's clock (timedatectl set-ntp true)"
    return Finding(fine, "clock", f"{apart.total_seconds():.0f} s from Telegram's{advice}")


def _database(url: str) -> list[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    from storage import schema

    try:
        found = schema.problems(url)
    except SQLAlchemyError as error:
        return [Finding(False, "database", f"cannot be opened: {type(error).__name__}; check DATABASE_URL")]
    return [Finding(False, "database", words) for words in found] or [Finding(True, "database", "sound")]


def _disk(url: str) -> Finding:
    from sqlalchemy import make_url

    place = Path(make_url(url).database or ".").parent if url.startswith("sqlite") else Path()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Finding(free > FREE_BYTES, "disk", f"{free / 1e9:.1f} GB free")
