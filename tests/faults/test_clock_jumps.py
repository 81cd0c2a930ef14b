"""The machine's clock is set while the assistant works: nothing said twice, nothing lost, nobody waits an hour."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.app import Assistant
from bot.courier import SETTLES_EVERY
from bot.settings import load
from learning import programmes
from playground import server
from playground.client import Playground
from scheduler.clock import TurnableClock
from storage.letters import Lane, message
from storage.models import Arrival, Delivery, Group, GroupChat, Letter
from storage.outbox import post_many
from tests.waiting import eventually

MORNING = datetime(2026, 8, 3, 23, 29, 58, tzinfo=UTC)  # Tuesday 06:29:58 in Jakarta
MANY = 20
BACK, DAY = -timedelta(hours=1), timedelta(days=1)
OPEN = ("pending", "sending")


@dataclass
class Place:
    """The assistant by its own clock, and Telegram by another, as it is outside of tests."""

    playground: Playground
    assistant: Assistant
    clock: TurnableClock
    people: list[int]
    chat: int

    async def all_settled(self, timeout: float) -> None:
        """Everything that is due by now, and nothing waits for an hour that has been taken back."""

        async def nothing_open() -> bool:
            async with self.assistant.database.reading() as session:
                return await session.scalar(select(Letter.id).where(Letter.state.in_(OPEN)).limit(1)) is None

        await eventually(nothing_open, timeout=timeout, about="every letter to be settled")

    async def cast(self, name: str) -> None:
        """A word to everybody, due at once."""
        async with self.assistant.database.writing() as session:
            now = self.clock.now()
            words = [message(one, f"kabar {name}", key=f"{name}:{one}", lane=Lane.BROADCAST) for one in self.people]
            await post_many(session, words, now)

    async def heard(self, name: str) -> list[int]:
        """How often each of them got that word."""
        told = [await self.playground.messages(one) for one in self.people]
        return [sum(one.get("text") == f"kabar {name}" for one in there) for there in told]


@pytest.fixture
async def place(one_database_url: str) -> AsyncIterator[Place]:
    telegram = await server.start(clock=TurnableClock(MORNING), page=False)
    clock = TurnableClock(MORNING)
    told = {"bot_token": "42:PLAYGROUND", "telegram_api_url": telegram.url, "database_url": one_database_url}
    assistant = Assistant(load(**told, web_port=0, webhook_url=None), clock)
    async with assistant.running(), Playground(telegram.url) as playground:
        await playground.floods(False)  # whose own clock has nothing to do with ours
        people = [await playground.add_user(f"Guru {number}") for number in range(MANY)]
        chat = await playground.add_group("KKG Melati", creator=people[0], members=people[1:5])
        await playground.add_bot(chat, people[0], admin=True)
        for one in people:
            await playground.do("start", user=one, payload="")
        here = Place(playground, assistant, clock, people, chat)
        await eventually(lambda: _greeted(here), timeout=30, about="everybody to be greeted")
        await here.all_settled(30)
        yield here
    await telegram.stop()


async def _greeted(here: Place) -> bool:
    async with here.assistant.database.reading() as session:
        known = await session.scalars(select(Arrival.state).where(Arrival.update_id > 0))
        return (states := list(known)).count("done") >= MANY and "new" not in states


@pytest.mark.parametrize("jumps", [(BACK,), (DAY, -DAY)], ids=["an hour back", "a day on and back"])
async def test_a_broadcast_goes_on_when_the_clock_is_set_in_its_middle(place: Place, jumps: tuple[timedelta, ...]):
    await place.cast("satu")
    await eventually(lambda: _some(place), about="the first letters")
    for jump in jumps:
        place.clock.turn(by=jump)
        await asyncio.sleep(0.1)
    await place.cast("dua")
    await eventually(lambda: _heard(place, "dua"), timeout=20, about="what was said after it")
    place.clock.turn(by=SETTLES_EVERY)  # what was still being written when the hands went back
    await place.all_settled(20)
    assert await place.heard("satu") == [1] * MANY
    assert await place.heard("dua") == [1] * MANY


async def _heard(place: Place, name: str) -> bool:
    return all(await place.heard(name))


async def _some(place: Place) -> bool:
    return sum(await place.heard("satu")) > 5


async def test_a_school_morning_has_one_prompt_however_often_its_hour_strikes(place: Place):
    async with place.assistant.database.writing() as session:
        found = select(Group).join(GroupChat).where(GroupChat.tg_chat_id == place.chat)
        group = (await session.scalars(found)).one()
        group.state, group.set_up_at = "active", place.clock.now()
        await programmes.enrol(session, group.id, "awal", place.clock.now() - DAY)

    async def prompts() -> list[int]:
        said = await place.playground.messages(place.chat)
        return [one["message_id"] for one in said if "refl:" in str(one.get("reply_markup"))]

    async def turned(by: timedelta) -> None:
        place.clock.turn(by=by)
        await place.assistant.runner.asked()
        await place.all_settled(20)

    await turned(timedelta(minutes=2))
    assert len(await prompts()) == 1
    for step in (BACK, timedelta(minutes=70), BACK, -BACK):
        await turned(step)
    assert len(await prompts()) == 1, "Tuesday's hour struck three times"
    await turned(DAY)
    assert len(await prompts()) == 2
    await turned(-DAY)
    await turned(timedelta(hours=2))
    await turned(DAY - timedelta(hours=2))
    assert len(await prompts()) == 2, "Wednesday's struck twice"
    async with place.assistant.database.reading() as session:
        lessons = list(await session.scalars(select(Delivery.lesson).order_by(Delivery.id)))
    assert len(lessons) == len(set(lessons)) == 2
