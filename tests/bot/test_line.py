"""What an answer of Telegram lets us know, also one that no Telegram should give."""

import json

import pytest

from bot.line import LONGEST_WAIT, Outcome, _read


@pytest.mark.parametrize(
    "said",
    [
        {"ok": False, "error_code": {"x": 8}}, {"ok": False, "error_code": "429"}, {"ok": False, "error_code": None},
        {"ok": False, "error_code": 429, "parameters": [3]},
        {"ok": False, "error_code": 429, "parameters": {"retry_after": None}},
        {"ok": False, "error_code": 429, "parameters": {"retry_after": "soon"}},
        {"ok": False, "error_code": 429, "parameters": {"retry_after": float("inf")}},
        {"ok": False, "error_code": 429, "parameters": {"retry_after": float("nan")}},
        {"ok": False, "error_code": 400, "parameters": {"migrate_to_chat_id": {}}},
        [], 7, None, "ok", {"ok": True}, {"ok": "true", "result": 1}, {},
    ],
    ids=repr,
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_unknown(said: object) -> None:
    """Found by `make fuzz`: it may not raise, for whoever waits for it has a letter in hand."""
    assert _read(200, json.dumps(said).encode()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("body", [b"", b"\xff", b"<html>", b"[" * 100_000, b'{"ok": tru', b"9" * 5000], ids=len)
def test_what_is_not_json_is_unknown(body: bytes) -> None:
    assert _read(502, body).outcome is Outcome.UNKNOWN


def test_nobody_is_made_to_wait_for_ever() -> None:
    said = {"ok": False, "error_code": 429, "parameters": {"retry_after": 1e300}}
    found = _read(429, json.dumps(said).encode())
    assert (found.outcome, found.retry_after) == (Outcome.THROTTLED, LONGEST_WAIT)
