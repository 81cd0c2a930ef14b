"""Trouble to order, the clock and its followers, events by viewer, and sentences that say what to do."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from playground.client import Playground
from playground.server import RunningPlayground
from tests.playground.conftest import RawBot, School


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that no event tells of."""
    async with asyncio.timeout(2):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def say(bot: RawBot, school: School, **more: Any) -> dict[str, Any]:
    return await bot.ask("sendMessage", chat_id=school.sari, text="halo", **more)


async def told(people: Playground, school: School) -> int:
    return sum(m.get("text") == "halo" for m in await people.messages(school.sari))


async def test_a_storm_of_429_passes_after_its_number_of_calls(people: Playground, bot: RawBot, school: School) -> None:
    await people.fault("429", times=2, retry_after=9, method="sendMessage", chat=school.sari)
    assert (await say(bot, school))["parameters"] == {"retry_after": 9}
    await bot.do("sendMessage", chat_id=school.group, text="another chat")
    assert not (await say(bot, school))["ok"]
    assert (await say(bot, school))["ok"]
    assert [(c["status"], c["fault"]) for c in await people.calls(method="sendMessage")] == [
        (429, "429"), (200, None), (429, "429"), (200, None),
    ]  # fmt: skip


async def test_a_storm_may_last_for_playground_time(people: Playground, bot: RawBot, school: School) -> None:
    await people.fault("429", seconds=300)
    for _ in range(3):
        assert (await say(bot, school))["error_code"] == 429
    await people.turn(by=timedelta(minutes=5))
    assert (await say(bot, school))["ok"]


async def test_a_502_is_html_and_nothing_was_done(people: Playground, bot: RawBot, school: School) -> None:
    await people.fault("html502")
    async with bot.session.post(f"{bot.url}/bot42:PLAYGROUND/sendMessage", json={"chat_id": school.sari}) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert await told(people, school) == 0


async def test_a_lost_answer_was_done_and_an_outage_does_nothing(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.fault("answer_lost")
    with pytest.raises(aiohttp.ClientError):
        await say(bot, school)
    assert await told(people, school) == 1
    await people.fault("outage", seconds=60)
    with pytest.raises(aiohttp.ClientError):
        await say(bot, school)
    with pytest.raises(aiohttp.ClientError):
        await bot.updates()
    await people.turn(by=timedelta(seconds=61))
    assert await told(people, school) == 1
    assert (await say(bot, school))["ok"]
    lost, gone, _, _ = [(c["ok"], c["status"], c["fault"]) for c in (await people.calls())[-4:]]
    assert (lost, gone) == ((True, 200, "answer_lost"), (False, None, "outage"))


async def test_a_slow_answer_was_done_also_for_a_client_that_gave_up(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.fault("slow", seconds=5)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(say(bot, school), 0.2)
    assert await told(people, school) == 1


async def test_an_update_can_be_delivered_twice(people: Playground, bot: RawBot, school: School) -> None:
    await people.fault("duplicate_update")
    await people.send(school.sari, school.sari, "dua kali")
    await people.send(school.sari, school.sari, "sekali")
    first, second = await bot.updates()
    assert await bot.updates(offset=second["update_id"] + 1) == [first]
    assert await bot.updates(offset=first["update_id"] + 1) == []


async def test_ordered_faults_can_be_taken_back_and_unknown_ones_are_explained(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.fault("429", times=99)
    await people.clear_faults()
    assert (await say(bot, school))["ok"]
    with pytest.raises(ValueError, match="choose one of 429, 500, html502"):
        await people.fault("earthquake")


async def test_the_clock_starts_on_a_school_morning_and_is_turned(people: Playground) -> None:
    assert (await people.clock()) - datetime.fromisoformat("2026-08-03T05:55:00+07:00") < timedelta(seconds=5)
    there = datetime.fromisoformat("2026-08-03T06:25:00+07:00")
    assert await people.turn(to=there) - there < timedelta(seconds=1)
    sari = await people.add_user("Sari")
    await people.start(sari)
    (message,) = await people.messages(sari)
    assert 0 <= message["date"] - there.timestamp() < 2


async def test_a_turn_waits_for_those_who_follow(server: RunningPlayground, people: Playground) -> None:
    seen: list[int] = []

    async def follow(session: aiohttp.ClientSession) -> None:
        version: int | None = None
        while True:
            query = {"follower": "asisten"} | ({} if version is None else {"seen": str(version)})
            async with session.get(f"{server.url}/playground/clock", params=query) as answer:
                version = (await answer.json())["version"]
            seen.append(version)

    async with aiohttp.ClientSession() as session:
        following = asyncio.create_task(follow(session))
        await until(lambda: bool(seen))
        for _ in range(3):
            await people.turn(by=timedelta(minutes=1))
            assert seen[-1] == server.telegram.clock.version
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    began = time.perf_counter()
    await people.turn(by=timedelta(minutes=1))
    assert time.perf_counter() - began < 1.9


async def test_events_reach_only_those_who_may_see_them(
    server: RunningPlayground, people: Playground, bot: RawBot, school: School
) -> None:
    async def collect(viewer: int | None) -> list[str]:
        found = []
        async for kind, data in people.events(viewer):
            if kind == "message":
                found.append(data["message"].get("text", ""))
            if kind == "clock":
                return found
        return found

    listening = [asyncio.create_task(collect(viewer)) for viewer in (None, school.sari, school.budi, school.tamu)]
    await until(lambda: len(server.telegram.events.listeners) == 4)
    await bot.do("sendMessage", chat_id=school.group, text="untuk semua")
    await bot.do("sendMessage", chat_id=school.sari, text="untuk Sari")
    to = {"receiver_user_id": school.budi}
    await bot.do("sendMessage", chat_id=school.group, text="untuk Budi", ephemeral_message_parameters=to)
    await people.turn(by=timedelta(seconds=1))
    everything, sari, budi, tamu = await asyncio.wait_for(asyncio.gather(*listening), 2)
    assert everything == ["untuk semua", "untuk Sari", "untuk Budi"]
    assert (sari, budi, tamu) == (["untuk semua", "untuk Sari"], ["untuk semua", "untuk Budi"], [])


async def test_waiting_for_a_message_ends_with_it_or_says_what_was_there(
    people: Playground, bot: RawBot, school: School
) -> None:
    waiting = asyncio.create_task(people.wait_message(school.sari, viewer=school.sari, contains="Selamat"))
    await asyncio.sleep(0.05)
    await bot.do("sendMessage", chat_id=school.sari, text="Selamat pagi")
    assert (await asyncio.wait_for(waiting, 2))["text"] == "Selamat pagi"
    with pytest.raises(TimeoutError, match=r"no message with 'sore'.*Selamat pagi"):
        await people.wait_message(school.sari, contains="sore", timeout=0.1)
    last = (await people.messages(school.sari))[-1]["message_id"]
    with pytest.raises(ValueError, match="has no button 'Ya'"):
        await people.press(school.sari, school.sari, last, label="Ya")


async def test_a_tap_waits_for_its_answer(people: Playground, bot: RawBot, school: School) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya, tentu", "callback_data": "ya"}]]}
    sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=markup)
    press = await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
    waiting = asyncio.create_task(people.callback_answer(press))
    await asyncio.sleep(0.02)
    await bot.do("answerCallbackQuery", callback_query_id=press, text="Baik", show_alert=True)
    answer = await asyncio.wait_for(waiting, 2)
    assert answer is not None
    assert (answer["text"], answer["show_alert"]) == ("Baik", True)
    unanswered = await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
    assert await people.callback_answer(unanswered, timeout=0.05) is None


@pytest.mark.parametrize(
    "name, arguments, words",
    [
        ("dance", {}, "there is no /playground/dance"),
        ("send", {"user": 1, "chat": 1, "text": "x"}, "there is no user 1"),
        ("add_user", {}, "missing a required argument: 'first_name'"),
        ("send", {"user": 1, "chat": 1, "shout": True}, "shout"),
        ("clock", {}, "say where to"),
        ("clock", {"to": "2026-08-03T06:25:00"}, "has no zone"),
        ("start", {"user": 1, "payload": "a b"}, "at most 64"),
    ],
)
async def test_the_control_door_says_what_to_do(
    people: Playground, name: str, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        await people.do(name, **arguments)


async def test_nobody_writes_to_a_bot_they_have_not_started(people: Playground, bot: RawBot) -> None:
    await bot.do("getMe")
    sari = await people.add_user("Sari")
    with pytest.raises(ValueError, match="has not started the bot"):
        await people.send(sari, sari, "halo")


async def test_state_shows_a_viewer_only_their_chats(people: Playground, school: School) -> None:
    assert [chat["id"] for chat in (await people.state(school.tamu))["chats"]] == []
    assert [chat["id"] for chat in (await people.state(school.budi))["chats"]] == [school.group]
    assert {chat["id"] for chat in (await people.state(school.sari))["chats"]} == {school.group, school.sari}
    assert (await people.state())["pending"] == {"42": 0}
