"""The conversation's state commits with the change that goes with it."""

import asyncio

import pytest
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import select

from bot.fsm import VisitStorage, under_way
from storage.database import Database
from storage.models import ConversationState, School
from tests.storage.test_database import NOW


class Steps(StatesGroup):
    zone = State()


KEY = StorageKey(bot_id=42, chat_id=-1001, user_id=7, thread_id=3, business_connection_id="b", destiny="default")


async def test_the_state_is_set_after_a_write_without_waiting_for_a_lock(database: Database):
    storage = VisitStorage()
    async with asyncio.timeout(2):  # a second connection would wait here for the writer, which is this block
        async with database.writing() as session:
            session.add(School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=NOW))
            await session.flush()
            token = under_way.set((session, NOW))
            await storage.set_state(KEY, Steps.zone)
            await storage.set_data(KEY, {"zone": "Asia/Makassar"})
            under_way.reset(token)
    async with database.writing() as session:
        under_way.set((session, NOW))
        assert await storage.get_state(KEY) == "Steps:zone"
        assert await storage.get_data(KEY) == {"zone": "Asia/Makassar"}


async def test_a_change_that_fails_takes_its_state_with_it(database: Database):
    storage = VisitStorage()
    with pytest.raises(RuntimeError):
        async with database.writing() as session:
            under_way.set((session, NOW))
            await storage.set_state(KEY, Steps.zone)
            raise RuntimeError("the room refused")
    async with database.reading() as session:
        assert await session.scalar(select(ConversationState.state)) is None


@pytest.mark.parametrize(
    "other",
    [
        {"bot_id": 43},
        {"chat_id": -1002},
        {"user_id": 8},
        {"thread_id": None},
        {"business_connection_id": None},
        {"destiny": "second"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_each_of_the_six_fields_tells_conversations_apart(database: Database, other: dict[str, object]):
    from dataclasses import replace

    storage = VisitStorage()
    async with database.writing() as session:
        under_way.set((session, NOW))
        await storage.set_state(KEY, Steps.zone)
        assert await storage.get_state(replace(KEY, **other)) is None


async def test_an_ended_conversation_leaves_no_row(database: Database):
    storage = VisitStorage()
    async with database.writing() as session:
        under_way.set((session, NOW))
        await storage.set_state(KEY, Steps.zone)
        await storage.set_data(KEY, {"a": 1})
        await storage.set_data(KEY, {})
        await storage.set_state(KEY, None)
        assert (await session.scalars(select(ConversationState))).all() == []
        with pytest.raises(DataNotDictLikeError):
            await storage.set_data(KEY, ["not", "a", "mapping"])  # type: ignore[arg-type]
