"""Telegram's word for who opens the dashboard: forged, aged, doubled or about somebody else, it opens nothing."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from playground import mini_apps
from web import init_data

TOKEN, NOW = "42:PLAYGROUND", datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
HENDRA = 7_000_000_007


def said(token: str = TOKEN, age: timedelta = timedelta(seconds=3), **more: str) -> dict[str, str]:
    """What Telegram signs, by the playground's own hand, which shares no line with ours."""
    fields = {
        "query_id": "AAF0", "user": json.dumps({"id": HENDRA, "first_name": "Hendra & “anak”\n"}, ensure_ascii=False),
        "auth_date": str(int((NOW - age).timestamp())), "signature": "x" * 86,
    } | more  # fmt: skip
    return fields | {"hash": mini_apps.signed(fields, token)}


def read(fields: dict[str, str]) -> int | None:
    signed = init_data.read(urlencode(fields), TOKEN, NOW)
    return signed.user_id if signed else None


def test_a_word_of_telegram_names_who_opens() -> None:
    assert read(said()) == HENDRA
    again = init_data.read("&".join(f"{name}={quote(value)}" for name, value in reversed(said().items())), TOKEN, NOW)
    assert again is not None and again.proof == said()["hash"], "the same word, written otherwise, is the same"


def test_the_documented_example_of_the_rule() -> None:
    """By another hand: printf '1:X' | openssl dgst -sha256 -hmac WebAppData gives the key of the second HMAC."""
    assert init_data.signature({"b": "2", "a": "1"}, "1:X") == (
        "c32fcd897a718d9ff4a513153ef711126e366bd4624d479b4e6aa60aec6b5767"
    )


@pytest.mark.parametrize("name", ["query_id", "user", "auth_date", "signature", "hash"])
def test_no_field_may_be_changed_or_left_out(name: str) -> None:
    whole = said()
    assert read(whole | {name: whole[name] + "0"}) is None
    assert read({one: value for one, value in whole.items() if one != name}) is None


@pytest.mark.parametrize(
    "fields",
    [
        said(token="43:OTHER"),
        said(age=timedelta(hours=1, seconds=1)),
        said(age=timedelta(minutes=-3)),
        said(auth_date="99999999999999999999"),
        said(auth_date="-1"),
        said(auth_date="²"),
        said(user="{}"),
        said(user="[7]"),
        said(user='{"id": true}'),
        said(user='{"id": "7"}'),
        said(user='{"id": 7.0}'),
        said(user='{"id": -7}'),
        said(user="{"),
        {},
    ],
)  # fmt: skip
def test_a_word_that_is_not_telegrams_old_or_about_nobody_opens_nothing(fields: dict[str, str]) -> None:
    assert read(fields) is None


@pytest.mark.parametrize("age", [timedelta(0), timedelta(minutes=59), timedelta(minutes=-1)])
def test_an_hour_is_young_enough_and_a_clock_may_be_a_little_behind(age: timedelta) -> None:
    assert read(said(age=age)) == HENDRA


def test_a_name_said_twice_is_no_word() -> None:
    doubled = urlencode(said()) + "&user=" + quote(json.dumps({"id": 1}))
    assert init_data.read(doubled, TOKEN, NOW) is None
    assert init_data.read(urlencode(said()) + "&hash=" + said()["hash"], TOKEN, NOW) is None


def test_fields_that_run_together_are_not_the_fields_that_were_signed() -> None:
    """Two lines in one value make the same text to be signed, and another person of it."""
    whole = said()
    user = whole.pop("user")
    whole["signature"] += f"\nuser={user}"
    assert init_data.signature({k: v for k, v in whole.items() if k != "hash"}, TOKEN) == whole["hash"]
    assert read(whole | {"user": json.dumps({"id": 1})}) is None
    assert read(whole) is None


@pytest.mark.parametrize(
    "garbage", ["", "&", "=", "hash", "%", "a=%FF&hash=0", "x=" + "y" * 9000, "&".join(f"a{n}=1" for n in range(99))]
)
def test_garbage_is_no_word(garbage: str) -> None:
    assert init_data.read(garbage, TOKEN, NOW) is None
    assert init_data.read(garbage, "", NOW) is None


def test_without_a_token_nobody_is_known() -> None:
    assert init_data.read(urlencode(said(token="")), "", NOW) is None
