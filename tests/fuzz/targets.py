"""What is tried, each as a function of bytes: it may refuse in the way it promises, and must do nothing else."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.line import Outcome, _read
from bot.sorting import Sorter, number
from bot.stripping import actors
from coaching import own_workflows
from community.imports.opening import open_export
from community.imports.values import BadExport
from web import init_data

NOW = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
TOKEN = "42:PLAYGROUND"
JAKARTA = ZoneInfo("Asia/Jakarta")
_SORTER = Sorter(42, "SejawatBot")
_USER = {"id": 7, "first_name": "Sari"}
_FIELDS = {"query_id": "AAF0", "user": json.dumps(_USER), "auth_date": str(int(NOW.timestamp()))}
_WORD = urlencode(_FIELDS | {"hash": init_data.signature(_FIELDS, TOKEN)})


def mini_app(data: bytes) -> None:
    """The query string that a Mini App hands over: Telegram's own, field by field, or nobody's."""
    signed = init_data.read(data.decode("utf-8", "replace"), TOKEN, NOW)
    assert signed is None or signed.user_id == 7


def signed_mini_app(data: bytes) -> None:
    """What Telegram signed may still be nonsense: the value of ``user``, and after a NUL that of ``auth_date``."""
    user, _, date = data.decode("utf-8", "replace").partition("\0")
    fields = {"user": user, "auth_date": date or _FIELDS["auth_date"]}
    init_data.read(urlencode(fields | {"hash": init_data.signature(fields, TOKEN)}), TOKEN, NOW)


def update(data: bytes) -> None:
    """An update as JSON: a row of the inbox, or counted as odd."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return
    if number(told) is not None:
        actors(told)
        row = _SORTER.row(told, {7}, NOW)
        assert (row["raw"] is None) == (row["state"] != "new")


def export(data: bytes) -> None:
    """A WhatsApp or Telegram export: read message by message, or refused in a sentence."""
    try:
        for one in open_export([data], JAKARTA, "dmy"):
            assert isinstance(one.key, int) and one.kind
    except BadExport:
        return


def workflow(data: bytes) -> None:
    """A workflow of a group's own: sound, or wrong with a line and a reason."""
    found = own_workflows.checked("alur.yaml", data, [], "id")
    assert (found.workflow is None) == bool(found.problems)


def answer(data: bytes) -> None:
    """An answer of Telegram's: some outcome, never an error."""
    for status in (200, 400, 429, 502):
        assert _read(status, data).outcome in set(Outcome)


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (mini_app, signed_mini_app, update, export, workflow, answer)
}


def seeds(target: str) -> Sequence[bytes]:
    """Good ones to begin with."""
    data = Path(__file__).parents[1] / "data"
    said = {"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 3}}
    found: dict[str, Sequence[bytes]] = {
        "mini_app": [_WORD.encode()],
        "signed_mini_app": [_FIELDS["user"].encode(), b'{"id": 9007199254740993}', b"[7]\x001785718800"],
        "update": (data / "updates.jsonl").read_bytes().splitlines(),
        "export": [
            b"30/08/25 18.00 - Sari: halo\n30/08/25 18.01 - Budi: <Media tidak disertakan>\n",
            "[05/03/2025, 10:14:33] Sari: \u200eIMG-1.jpg (file attached)\n".encode(),
            _telegram(),
            b'<div class="message default clearfix" id="message1"><div class="pull_right date details" '
            b'title="05.03.2025 10:14:33 UTC+07:00">10:14</div><div class="from_name">Sari</div>'
            b'<div class="text">halo</div></div>',
        ],
        "workflow": [_workflow()],
        "answer": [json.dumps(one).encode() for one in (said, {"ok": True, "result": {"message_id": 1}})],
    }
    return found[target]


def _telegram() -> bytes:
    message: dict[str, Any] = {
        "id": 1,
        "type": "message",
        "date_unixtime": "1741144473",
        "from": "Sari",
        "text": "halo",
    }
    message |= {"date": "2025-03-05T10:14:33", "from_id": "user7"}
    return json.dumps({"name": "KKG", "type": "private_group", "id": 1, "messages": [message]}).encode()


def _workflow() -> bytes:
    from content import workflows

    return (workflows.FOLDER / "knight.yaml").read_bytes()
