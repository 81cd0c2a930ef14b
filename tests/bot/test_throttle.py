"""The pace of the courier, by a clock that a test moves."""

from datetime import datetime, timedelta

import pytest

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
    for chat in chats:
        hands.moment = throttle.free_at(chat)
        throttle.take(chat)
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
        throttle.take(chat)
    assert len(throttle._chats) < 2100
