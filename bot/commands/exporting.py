"""What every export needs: the key of the codes, the groups that are meant, and the database to read."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands.plainly import about_the_database, fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from community.looks import Kind
    from content.texts import Texts
    from reports.pseudonyms import Pseudonyms
    from storage.database import Session


def texts(language: str) -> "Texts":
    from content.texts import LANGUAGES, Texts

    if language not in LANGUAGES:
        fail(f"--language {language}: {' | '.join(LANGUAGES)}")
    return Texts(language)


def codes(settings: "Settings", key_file: Path | None, say: "Texts") -> "Pseudonyms":
    """The codes of the key in the file, else in the environment; never of one in the database."""
    from reports.pseudonyms import LEAST_KEY, Pseudonyms, WeakKey

    key = settings.research_key.get_secret_value() if settings.research_key else ""
    if key_file is not None:
        try:
            key = key_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            fail(say.plain("exports.no_key_file", path=key_file))
    if not key:
        fail(say.plain("exports.needs_key"))
    try:
        return Pseudonyms(key)
    except WeakKey:
        fail(say.plain("exports.weak_key", least=LEAST_KEY))


@asynccontextmanager
async def reading(settings: "Settings") -> "AsyncIterator[Session]":
    """A session on the database of the settings, which must be at the newest schema."""
    from storage import schema
    from storage.database import Database

    with about_the_database():
        if not schema.is_current(settings.database_url):
            fail("the database is not at the newest schema; run `sejawat db upgrade` first")
        database = Database(settings.database_url)
        try:
            async with database.reading() as session:
                yield session
        finally:
            await database.close()


async def noted(settings: "Settings", kind: "Kind", groups: Collection[int] | None) -> None:
    """Whoever runs the assistant took this of these groups (None: of all) away; who is in them can see it."""
    from sqlalchemy import select

    from community import looks
    from scheduler.clock import SystemClock
    from storage.database import Database
    from storage.models import Group

    with about_the_database():
        database = Database(settings.database_url)
        try:
            async with database.writing() as session:
                every = await session.scalars(select(Group.id)) if groups is None else groups
                for one in sorted(every):
                    await looks.note(session, None, kind, SystemClock().now(), group_id=one, door=looks.Door.COMMAND)
        finally:
            await database.close()


async def groups(session: "Session", named: list[str], say: "Texts") -> list[int] | None:
    """The numbers of the groups that are named; None, which is all of them, where none is."""
    from reports import overview

    chosen = []
    for name in named:
        found = await overview.find(session, name)
        known = "; ".join(f"{one.id} {one.title}" for one in (found or await overview.find(session, ""))[:20])
        if len(found) != 1:
            fail(say.plain(f"exports.{'many_groups' if found else 'no_group'}", name=name, known=known or "–"))
        chosen.append(found[0].id)
    return chosen or None
