"""The pace of the courier, by a clock that a test moves."""

import heapq
import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.throttle import Throttle
from tests.storage.test_database import NOW


class Hands:
    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


def _send(throttle: Throttle, hands: Hands, chats: list[int | None]) -> list[float]:
    """Send one letter after the other as soon as allowed; gives the second of each."""
    moments = []
    for letter, chat in enumerate(chats):
        hands.moment = throttle.free_at(chat)
        throttle.take(chat, letter, hands.moment)
        throttle.settle(chat, letter)
        moments.append((hands.moment - NOW).total_seconds())
    return moments


def _most_within(moments: list[float], span: float) -> int:
    return max(sum(start <= moment < start + span for moment in moments) for start in moments)


@pytest.mark.parametrize(
    ("chats", "span", "most"),
    [
        (list(range(1, 301)), 1.0, 30),
        ([7] * 30, 1.0, 1),
        ([-100] * 65, 60.0, 20),
        ([chat for _ in range(25) for chat in (-1, -2, -3)], 60.0, 60),
    ],
    ids=["300 private chats", "one chat", "one group", "three groups in turn"],
)
def test_no_stretch_of_time_holds_more_than_telegram_allows(chats: list[int | None], span: float, most: int):
    hands = Hands()
    moments = _send(Throttle(hands.now), hands, chats)
    assert _most_within(moments, span) <= most


def test_thirty_a_second_are_nearly_reached():
    hands = Hands()
    moments = _send(Throttle(hands.now), hands, list(range(1, 301)))
    assert moments[-1] < 9.4  # 300 letters, 30 at once at second 0: 9 s are the best that is possible


WAY = 0.04  # seconds of a call that nothing holds up, half of it there and half back


def _arrivals(held_up: list[tuple[float, float]]) -> list[float]:
    """Letters to as many chats, thirty under way at most, each held up there and back; gives when each arrived."""
    hands, waiting, under_way, arrived = Hands(), list(enumerate(held_up)), [], []
    throttle = Throttle(hands.now)
    while waiting or under_way:
        while waiting and len(under_way) < 30 and throttle.free_at(waiting[0][0] + 1) <= hands.moment:
            letter, (there, back) = waiting.pop(0)
            throttle.take(letter + 1, letter, hands.moment)
            now = (hands.moment - NOW).total_seconds()
            arrived.append(now + WAY / 2 + there)
            heapq.heappush(under_way, (now + WAY + there + back, letter))
        answered = NOW + timedelta(seconds=under_way[0][0]) if under_way else hands.moment
        free = throttle.free_at(waiting[0][0] + 1) if waiting and len(under_way) < 30 else answered
        hands.moment = min(answered, max(free, hands.moment)) if under_way else free
        while under_way and NOW + timedelta(seconds=under_way[0][0]) <= hands.moment:
            letter = heapq.heappop(under_way)[1]
            throttle.settle(letter + 1, letter)
    return arrived


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_is_held_up_on_its_way_counts_from_its_arrival(seed: int):
    """Departures thirty a second are not enough: a call that waited for its line arrives with those of the next."""
    rng = random.Random(seed)
    longest = rng.choice([0.03, 0.3, 2.0])
    held_up = [(rng.uniform(0, longest), rng.uniform(0, longest)) for _ in range(150)]
    held_up = [(0.0, 0.0) if rng.random() < 0.2 else one for one in held_up]
    assert _most_within(_arrivals(held_up), 1.0) <= 30


def test_a_way_that_is_always_as_long_costs_nothing():
    arrived = _arrivals([(0.0, 0.0)] * 600)
    assert max(arrived) < 19 * 1.03 + 3 * WAY + 0.1


def test_a_clock_that_is_set_back_stops_nobody():
    hands = Hands()
    throttle = Throttle(hands.now)
    _send(throttle, hands, [-100] * 20)
    hands.moment = NOW - timedelta(hours=1)
    assert throttle.free_at(-100) <= hands.moment + timedelta(seconds=61)
    assert throttle.free_at(None) <= hands.moment + timedelta(seconds=2)
    hands.moment += timedelta(seconds=61)  # and the second is over when it is over, not when the hour has come again
    assert throttle.free_at(-100) == hands.moment
    assert throttle.busy() == []


def test_a_pause_is_no_longer_for_a_clock_that_is_set_back():
    hands = Hands()
    throttle = Throttle(hands.now)
    throttle.pause(-100, 40)
    hands.moment -= timedelta(hours=1)
    assert throttle.busy() == [-100]
    hands.moment += timedelta(seconds=41)
    assert throttle.busy() == []


def test_a_call_that_never_left_takes_no_room():
    hands = Hands()
    throttle = Throttle(hands.now)
    for letter in range(30):
        throttle.take(letter + 1, letter, hands.moment)
    assert throttle.free_at(99) > NOW
    for letter in range(30):
        throttle.give_back(letter)
    assert throttle.free_at(99) == NOW


def test_a_refused_chat_waits_alone():
    hands = Hands()
    throttle = Throttle(hands.now)
    throttle.pause(-100, 7)
    assert throttle.free_at(-100) >= NOW + timedelta(seconds=7)
    assert throttle.free_at(-200) == NOW
    assert throttle.busy() == [-100]
    hands.moment = NOW + timedelta(seconds=8)
    assert throttle.busy() == []


def test_a_pause_of_everything_holds_button_answers_too():
    hands = Hands()
    throttle = Throttle(hands.now)
    throttle.pause(None, 5)
    assert throttle.free_at(None) > NOW + timedelta(seconds=4)


def test_memory_of_idle_chats_is_given_back():
    hands = Hands()
    throttle = Throttle(hands.now)
    for chat in range(1, 3000):
        hands.moment = throttle.free_at(chat) + timedelta(seconds=2)
        throttle.take(chat, chat, hands.moment)
        throttle.settle(chat, chat)
    assert len(throttle._chats) < 2100
