"""getUpdates: offsets, clamps, conflicts, expiry, kinds (as TBA and TQueue have it)."""

import asyncio
import time
from datetime import timedelta

import aiohttp

from playground.client import Playground
from playground.server import start
from tests.playground.conftest import RawBot, School


async def three(people: Playground, school: School) -> None:
    for number in range(3):
        await people.send(school.sari, school.sari, f"ke-{number}")


def texts(updates: list[dict[str, dict[str, str]]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_a_higher_offset_confirms_them(
    people: Playground, bot: RawBot, school: School
) -> None:
    await three(people, school)
    first = await bot.updates()
    assert [u["update_id"] - first[0]["update_id"] for u in first] == [0, 1, 2]
    assert await bot.updates(offset=0) == first
    assert await bot.updates(offset=first[1]["update_id"]) == first[1:]
    assert await bot.updates() == first[1:]
    assert await bot.updates(offset=first[2]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(
    people: Playground, bot: RawBot, school: School
) -> None:
    await three(people, school)
    assert texts(await bot.updates(offset=-1)) == ["ke-2"]
    assert texts(await bot.updates()) == ["ke-2"]


async def test_an_offset_far_beyond_the_end_confirms_nothing(people: Playground, bot: RawBot, school: School) -> None:
    await three(people, school)
    newest = (await bot.updates())[-1]["update_id"]
    assert len(await bot.updates(offset=newest + 1000)) == 3


async def test_limit_is_clamped_and_not_refused(people: Playground, bot: RawBot, school: School) -> None:
    for number in range(105):
        await people.send(school.sari, school.sari, str(number))
    assert [len(await bot.updates(limit=limit)) for limit in (1, 7, 500)] == [1, 7, 100]
    assert len(await bot.updates(limit=-3)) == 1


async def test_a_waiting_poll_ends_with_the_next_update(people: Playground, bot: RawBot, school: School) -> None:
    waiting = asyncio.create_task(bot.updates(timeout=50))
    await asyncio.sleep(0.05)
    await people.send(school.sari, school.sari, "halo")
    assert texts(await asyncio.wait_for(waiting, 2)) == ["halo"]


async def test_the_earlier_of_two_polls_is_told_of_the_conflict(
    people: Playground, bot: RawBot, school: School
) -> None:
    earlier = asyncio.create_task(bot.ask("getUpdates", timeout=50))
    await asyncio.sleep(0.05)
    later = asyncio.create_task(bot.updates(timeout=50))
    refused = await asyncio.wait_for(earlier, 2)
    assert refused["error_code"] == 409
    assert refused["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await people.send(school.sari, school.sari, "halo")
    assert texts(await asyncio.wait_for(later, 2)) == ["halo"]


async def test_taps_expire_after_150_seconds_and_messages_after_a_day(
    people: Playground, bot: RawBot, school: School
) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "ya"}]]}
    sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=markup)
    await people.send(school.sari, school.sari, "halo")
    await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
    await people.turn(by=timedelta(seconds=149))
    assert [sorted(u) for u in await bot.updates()] == [["message", "update_id"], ["callback_query", "update_id"]]
    await people.turn(by=timedelta(seconds=2))
    assert texts(await bot.updates()) == ["halo"]
    assert [len(ids) for ids in (await people.state())["expired"].values()] == [1]
    await people.turn(by=timedelta(hours=24))
    assert await bot.updates() == []
    assert [len(ids) for ids in (await people.state())["expired"].values()] == [2]


async def test_kinds_are_remembered_and_filter_what_is_created(people: Playground, bot: RawBot, school: School) -> None:
    async def create() -> list[str]:
        message = await people.send(school.budi, school.group, "x")
        await people.react(school.budi, school.group, message, "👍")
        await people.edit(school.budi, school.group, message, "y")
        kinds = [kind for update in await bot.updates() for kind in update if kind != "update_id"]
        await bot.forget()
        return kinds

    assert await create() == ["message", "edited_message"]
    await bot.updates(allowed_updates=["MESSAGE_REACTION", "no_such_kind"])
    assert await create() == ["message_reaction"]
    assert await create() == ["message_reaction"]
    await bot.updates(allowed_updates="[broken")
    assert await create() == ["message_reaction"]
    await bot.updates(allowed_updates=[])
    assert await create() == ["message", "edited_message"]


async def test_each_bot_has_its_own_queue(people: Playground, bot: RawBot, school: School) -> None:
    other = RawBot(bot.url, bot.session, "7:LAIN")
    assert (await other.do("getMe"))["username"] == "Bot7"
    await people.send(school.sari, school.sari, "rahasia")
    assert await other.updates() == []
    assert texts(await bot.updates()) == ["rahasia"]


async def test_starting_and_stopping_is_quick_and_leaves_no_task(people: Playground) -> None:
    before = asyncio.all_tasks()
    began = time.perf_counter()
    running = await start(page=False)
    async with Playground(running.url) as client, aiohttp.ClientSession() as session:
        sari = await client.add_user("Sari")
        await client.start(sari)
        bot = RawBot(running.url, session)
        polling = asyncio.create_task(bot.ask("getUpdates", offset=10**9, timeout=50))
        listening = asyncio.create_task(anext(client.events()))
        await asyncio.sleep(0)
        await asyncio.wait([listening], timeout=1)
        stopped = time.perf_counter()
        await running.stop()
        assert time.perf_counter() - stopped < 1
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
    assert stopped - began < 1
    assert asyncio.all_tasks() - before == set()


async def test_after_a_quiet_week_the_numbers_start_anew(people: Playground, bot: RawBot, school: School) -> None:
    await three(people, school)
    newest = (await bot.updates())[-1]["update_id"]
    await bot.forget()
    await people.turn(by=timedelta(days=6))
    await people.send(school.sari, school.sari, "masih")
    assert [u["update_id"] for u in await bot.updates()] == [newest + 1]
    await bot.forget()
    await people.turn(by=timedelta(days=7))
    await people.send(school.sari, school.sari, "baru")
    assert [abs(u["update_id"] - newest) > 100 for u in await bot.updates()] == [True]
