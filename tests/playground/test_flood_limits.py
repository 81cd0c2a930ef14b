"""The three flood limits, with the clock turned instead of waited for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.client import Playground
from playground.flood import Floods
from playground.refusal import Refusal
from tests.playground.conftest import RawBot, School

START = datetime(2026, 8, 3, tzinfo=UTC)


async def test_one_chat_takes_three_at_once_and_then_one_a_second(
    people: Playground, bot: RawBot, school: School
) -> None:
    for _ in range(3):
        await bot.do("sendMessage", chat_id=school.sari, text="x")
    async with bot.session.post(
        f"{bot.url}/bot42:PLAYGROUND/sendMessage", json={"chat_id": school.sari, "text": "x"}
    ) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "1"
        body = await answer.json()
    assert body["description"] == "Too Many Requests: retry after 1"
    assert body["parameters"] == {"retry_after": 1}
    await bot.do("sendMessage", chat_id=school.group, text="another chat is not paused")
    await people.turn(by=timedelta(seconds=1))
    await bot.do("sendMessage", chat_id=school.sari, text="x")


async def test_a_group_takes_twenty_a_minute(people: Playground, bot: RawBot, school: School) -> None:
    for _ in range(20):
        await bot.do("sendMessage", chat_id=school.group, text="x")
        await people.turn(by=timedelta(seconds=1))
    refused = await bot.ask("sendMessage", chat_id=school.group, text="x")
    assert 35 <= refused["parameters"]["retry_after"] <= 40
    await people.turn(by=timedelta(seconds=refused["parameters"]["retry_after"]))
    await bot.do("sendMessage", chat_id=school.group, text="x")


def test_all_chats_together_take_thirty_a_second() -> None:
    floods = Floods()
    for chat in range(1, 31):
        floods.spend(42, chat, START)
    with pytest.raises(Refusal, match="retry after 1"):
        floods.spend(42, 31, START)
    floods.spend(43, 31, START)
    floods.spend(42, 31, START + timedelta(seconds=0.1))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, -1, -2]), st.floats(0, 3)), max_size=120))
def test_whatever_happens_no_limit_is_ever_exceeded(acts: list[tuple[int, float]]) -> None:
    floods, now = Floods(), START
    sent: list[tuple[int, datetime]] = []
    for chat, pause in acts:
        now += timedelta(seconds=pause)
        try:
            floods.spend(42, chat, now)
        except Refusal as refusal:
            now += timedelta(seconds=(refusal.parameters or {})["retry_after"])
            # Whoever waits as long as asked is let through.
            floods.spend(42, chat, now)
        sent.append((chat, now))
    for chat, at in sent:
        same = [other for where, other in sent if where == chat]
        assert sum(1 for other in same if timedelta(0) <= other - at < timedelta(seconds=1)) <= 4
        if chat < 0:
            assert sum(1 for other in same if timedelta(0) <= other - at < timedelta(minutes=1)) <= 20


async def test_a_refused_call_costs_nothing(bot: RawBot, school: School) -> None:
    for _ in range(5):
        await bot.refusal("sendMessage", chat_id=school.sari, text="")
    for _ in range(3):
        await bot.do("sendMessage", chat_id=school.sari, text="x")
