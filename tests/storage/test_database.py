"""What the two engines promise: no lost update, no naive moment, readers that cannot write."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, StatementError

from reports import person as everything
from storage.base import NaiveMoment
from storage.database import Database
from storage.letters import message
from storage.models import Group, Letter, MessageCount, Person, School
from storage.outbox import post

NOW = datetime(2026, 8, 3, 0, 0, tzinfo=UTC)
WIB = timezone(timedelta(hours=7))


async def _school(database: Database, at: datetime = NOW) -> int:
    async with database.writing() as session:
        school = School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=at)
        session.add(school)
        await session.flush()
        return school.id


async def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database):
    given = datetime(2026, 8, 3, 8, 0, 0, 123456, tzinfo=WIB)
    await _school(database, given)
    async with database.reading() as session:
        found = await session.scalar(select(School.created_at))
        earlier = await session.scalar(select(School.id).where(School.created_at < given - timedelta(seconds=1)))
    assert found == given
    assert found is not None and found.utcoffset() == timedelta(0)
    assert earlier is None


async def test_a_naive_moment_is_refused(database: Database):
    with pytest.raises(StatementError) as refused:
        await _school(database, datetime(2026, 8, 3))  # noqa: DTZ001 — naive on purpose
    assert isinstance(refused.value.orig, NaiveMoment)


async def test_eight_writers_lose_no_update(database: Database):
    async with database.writing() as session:
        group = Group(title="KKG", added_at=NOW)
        session.add(group)
        await session.flush()
        session.add(MessageCount(group_id=group.id, day=NOW.date(), messages=0))

    async def add_ten() -> None:
        for _ in range(10):
            async with database.writing() as session:
                query = select(MessageCount.messages).with_for_update()
                seen = (await session.execute(query)).scalar_one()
                await session.execute(update(MessageCount).values(messages=seen + 1))

    await asyncio.gather(*(add_ten() for _ in range(8)))
    async with database.reading() as session:
        assert await session.scalar(select(MessageCount.messages)) == 80


async def _comes_back(database: Database, words: Any) -> bool:
    draft = replace(message(7, "halo"), key="odd")
    draft.params["odd"] = words
    async with database.writing() as session:
        await post(session, draft, NOW)
    async with database.reading() as session:
        found = (await session.scalars(select(Letter.params))).one()
    return found is not None and found["odd"] == words


@pytest.mark.parametrize("words", ["pecahan 🙏", 'a"\\b', [2**80, 0.1, None], {"": -1.5}])
async def test_json_comes_back_as_it_went_in(database: Database, words: Any):
    assert await _comes_back(database, words)


@pytest.mark.parametrize("words", ["\ud83d", ["\udc00"]])
async def test_on_sqlite_even_half_a_sign_does(sqlite_kept: Callable[[], str], words: Any):
    """PostgreSQL takes none; what SQLite took must not make a row that cannot be read again."""
    database = Database(sqlite_kept())
    assert await _comes_back(database, words)
    await database.close()


async def test_the_reading_door_cannot_write(database: Database):
    await _school(database)
    async with database.reading() as session:
        with pytest.raises(DBAPIError):
            await session.execute(text("update schools set name = 'x'"))


async def test_sqlite_is_durable_and_checks_its_foreign_keys(database: Database):
    if not database.is_sqlite:
        async with database.writing() as session:
            assert await session.scalar(text("show fsync")) in {"on", "off"}
        return
    async with database.writing() as session:
        told = {name: await session.scalar(text(f"pragma {name}")) for name in ("journal_mode", "synchronous")}
        assert await session.scalar(text("pragma foreign_keys")) == 1
    assert told == {"journal_mode": "wal", "synchronous": 2}  # 2 is FULL


async def test_what_is_deleted_or_changed_is_written_over_whatever_sqlite_does_by_itself(
    file_url: str, monkeypatch: pytest.MonkeyPatch
):
    """Debian's SQLite does it unasked, others do not; nothing that deletes turns it off for those after it."""
    opened = sqlite3.connect

    def lets_go(*place: Any, **how: Any) -> sqlite3.Connection:
        connection = opened(*place, **how)
        connection.execute("pragma secure_delete=off")
        return connection

    monkeypatch.setattr(sqlite3, "connect", lets_go)
    database = Database(file_url)
    async with database.writing() as session:
        somebody = Person(tg_user_id=7, name="Sari", created_at=NOW)
        session.add(somebody)
        await session.flush()
        assert await session.scalar(text("pragma secure_delete")) == 1
        await everything.forget(session, somebody, NOW)
    async with database.writing() as session:
        assert await session.scalar(text("pragma secure_delete")) == 1
    await database.close()


async def test_a_commit_with_letters_wakes_and_one_without_does_not(database: Database):
    woken: list[int] = []
    database.on_letters(lambda: woken.append(1))
    await _school(database)
    assert not woken
    async with database.writing() as session:
        assert await post(session, message(7, "Halo", key="hello:7"), NOW)
        assert not woken, "not before the commit"
    assert woken == [1]


async def test_a_transaction_that_fails_leaves_no_letter_and_wakes_nobody(database: Database):
    woken: list[int] = []
    database.on_letters(lambda: woken.append(1))
    with pytest.raises(RuntimeError):
        async with database.writing() as session:
            await post(session, message(7, "Halo", key="hello:7"), NOW)
            raise RuntimeError("the change that caused the letter failed")
    async with database.reading() as session:
        assert await session.scalar(select(Letter.id)) is None
    assert not woken


async def test_the_same_debt_twice_is_one_letter(database: Database):
    for expected in (True, False):
        async with database.writing() as session:
            assert await post(session, message(7, "Halo", key="prompt:1"), NOW) is expected
    async with database.reading() as session:
        assert len((await session.scalars(select(Letter))).all()) == 1


async def test_a_letter_without_a_name_is_refused(database: Database):
    async with database.writing() as session:
        with pytest.raises(ValueError, match="key"):
            await post(session, message(7, "Halo"), NOW)
