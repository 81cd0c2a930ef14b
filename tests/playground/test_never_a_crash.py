"""Whatever a bot asks, it gets Telegram's envelope back: no method falls over bad arguments."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.call import METHODS
from tests.playground.conftest import RawBot, School

_WORDS = """
chat_id user_id message_id message_ids text caption parse_mode entities reply_markup reply_parameters
message_thread_id media photo document voice file_id question options type correct_option_ids open_period
close_date commands scope language_code name description url secret_token allowed_updates offset limit permissions
until_date reaction receiver_user_id ephemeral_message_id ephemeral_message_parameters callback_query_id
from_chat_id menu_button rights action latitude longitude link_preview_options explanation custom_title invite_link
title phone_number first_name quote_parse_mode icon_color
"""
NAMES = _WORDS.split()
TEXTS = ["[", "{}", "[]", "[[]]", "null", '{"type": 5}', "attach://x", "HTML", "MarkdownV2", "-1", "\ud83d", "\0"]
_FIELDS = """
type text inline_keyboard keyboard message_id media offset length command callback_data url web_app copy_text user
chat_id emoji quote receiver_user_id login_url force_reply input_field_placeholder
"""
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=12)
NESTED = st.recursive(
    st.none() | st.integers(-5, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_FIELDS.split()), inner, max_size=4),
    max_leaves=8,
)
GARBAGE = SCALARS | st.sampled_from(TEXTS) | NESTED


async def envelope(bot: RawBot, method: str, params: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(params).encode()
    headers = {"Content-Type": "application/json"}
    async with bot.session.post(f"{bot.url}/bot42:PLAYGROUND/{method}", data=body, headers=headers) as answer:
        assert answer.content_type == "application/json", (method, params, await answer.text())
        read: dict[str, Any] = await answer.json()
        assert answer.status == (200 if read["ok"] else read["error_code"])
        return read


async def test_every_method_answers_without_arguments(bot: RawBot, school: School) -> None:
    for method in METHODS:
        await envelope(bot, method, {})


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(sorted(set(METHODS) - {"getupdates", "setwebhook", "leavechat"})),
    chat=st.sampled_from(["SARI", "GROUP", "NONE"]),
    params=st.dictionaries(st.sampled_from(NAMES), GARBAGE, max_size=8),
)
async def test_garbage_is_refused_and_never_a_crash(
    bot: RawBot, school: School, method: str, chat: str, params: dict[str, Any]
) -> None:
    meant = {"SARI": {"chat_id": school.sari}, "GROUP": {"chat_id": school.group}, "NONE": {}}[chat]
    usual = {"text": "x", "message_id": 2, "user_id": school.budi, "from_chat_id": school.group, "options": ["a"]}
    usual |= {"question": "x", "permissions": {}, "commands": [], "name": "x", "receiver_user_id": school.budi}
    answer = await envelope(bot, method, usual | params | meant)
    assert answer["ok"] or answer["error_code"] in (400, 403, 413, 429)
