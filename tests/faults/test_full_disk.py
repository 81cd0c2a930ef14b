"""A disk without room: nothing is confirmed that could not be kept, and when there is room it goes on by itself."""

import itertools
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage.models import Arrival
from tests.journeys.house import House, open_house
from tests.waiting import eventually

START = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
PEOPLE = 12
FILLER = 1  # rows of no bot of ours


async def _room(house: House, pages: int) -> None:
    """How many pages the database may have; SQLite says of one more what it says of a full disk."""
    async with house.assistant.database.writing() as session:
        await session.execute(text(f"pragma max_page_count = {pages}"))


async def _filled(house: House) -> None:
    """Take the room that is left in pages there are already: first by large rows, then by small ones."""
    for raw in ({"filler": "x" * 1_000}, None):
        for number in itertools.count():
            try:
                async with house.assistant.database.writing() as session:
                    row = {
                        "bot_id": FILLER,
                        "update_id": number + (raw is None) * 100_000,
                        "queue": "f",
                        "lane": "talk",
                    }
                    session.add(Arrival(**row, state="done", raw=raw, received_at=START))
            except OperationalError:
                break


async def _answered(house: House, people: list[int]) -> int:
    chats = [await house.playground.messages(person) for person in people]
    return sum(any(message["from"]["is_bot"] for message in chat) for chat in chats)


async def test_what_comes_while_the_disk_is_full_is_answered_when_there_is_room(
    one_database_url: str, caplog: pytest.LogCaptureFixture
):
    async with open_house(one_database_url, START) as house:
        await house.settled()
        await _room(house, 1)  # SQLite makes it as many as there are
        await _filled(house)
        people = [await house.playground.add_user(f"Guru {number}") for number in range(PEOPLE)]
        for person in people:
            await house.playground.start(person)

        async def refused() -> bool:
            return "updates could not be taken (OperationalError)" in caplog.text

        await eventually(refused, timeout=30, about="the first batch that cannot be kept")
        unconfirmed = sum((await house.playground.state())["pending"].values())
        kept = await house.rows(Arrival, Arrival.update_id > 0, Arrival.bot_id != FILLER)
        assert unconfirmed > 0
        assert unconfirmed + len(kept) >= PEOPLE, "what is not kept is still at Telegram"
        await _room(house, 1_000_000)

        async def all_of_them() -> bool:
            await house.settled()
            return await _answered(house, people) == PEOPLE

        await eventually(all_of_them, timeout=60, about="everybody to be answered")
