"""Requests that Telegram refuses, and the exact words it refuses them with (as TBA and TDLib have it)."""

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from playground.client import Playground
from tests.playground.conftest import RawBot, School

SAME = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
ROW = {"text": "Ya", "callback_data": "ya"}


def keyboard(*rows: Any) -> Any:
    return {"inline_keyboard": list(rows)}


TO_SARI = [
    ({}, "message text is empty"),
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "x" * 32_769}, "text is too long"),
    ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
    (
        {"text": "<b>x", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "é<foo>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "foo" at byte offset 2'),
    (
        {"text": "<b>abcdef</i>", "parse_mode": "HTML"},
        'can\'t parse entities: Unmatched end tag at byte offset 9, expected "</b>", found "</i>"',
    ),
    ({"text": "ab</b>", "parse_mode": "HTML"}, "can't parse entities: Unexpected end tag at byte offset 2"),
    ({"text": "a < b", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ({"text": "a <b", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 2"),
    (
        {"text": "Selesai.", "parse_mode": "MarkdownV2"},
        "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
    ),
    (
        {"text": "é*x", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of Bold entity at byte offset 2",
    ),
    (
        {"text": "[x](http://a", "parse_mode": "MarkdownV2"},
        "can't parse entities: Can't find end of a URL at byte offset 4",
    ),
    (
        {"text": "é_x", "parse_mode": "Markdown"},
        "can't parse entities: Can't find end of the entity starting at byte offset 2",
    ),
    (
        {"text": "abc", "entities": [{"type": "bold", "offset": 9, "length": 1}]},
        "entity begins after the end of the text at UTF-16 offset 9",
    ),
    (
        {"text": "abc", "entities": [{"type": "bold", "length": 1}]},
        "can't parse MessageEntity: Can't find field \"offset\"",
    ),
    ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    (
        {"text": "x", "reply_markup": keyboard([{"text": "a"}])},
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "x", "reply_markup": keyboard([{"callback_data": "a"}])},
        "can't parse inline keyboard button: Can't find field \"text\"",
    ),
    ({"text": "x", "reply_markup": keyboard([{"text": "a", "callback_data": "x" * 65}])}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": keyboard([{"text": "a", "callback_data": "é" * 33}])}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": keyboard([ROW] * 9)}, "reply markup is too long"),
    ({"text": "x", "reply_markup": keyboard(*[[ROW] * 8] * 13)}, "reply markup is too long"),
    (
        {"text": "x", "reply_markup": keyboard([{"text": "a", "url": "ftp://x"}])},
        "inline keyboard button URL 'ftp://x' is invalid: Unsupported URL protocol",
    ),
    ({"text": "x", "reply_parameters": {"message_id": 999_999}}, "message to be replied not found"),
    ({"text": "x", "reply_parameters": "7"}, "object expected as reply parameters"),
    ({"text": "x", "message_thread_id": 1}, "message thread not found"),
]


@pytest.mark.parametrize("params, words", TO_SARI)
async def test_a_message_is_refused(bot: RawBot, school: School, params: dict[str, Any], words: str) -> None:
    assert await bot.refusal("sendMessage", chat_id=school.sari, **params) == f"Bad Request: {words}"


OTHER = [
    ("sendMessage", {"text": "x"}, "chat_id is empty"),
    ("sendMessage", {"text": "x", "chat_id": "halo"}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": -5}, "chat not found"),
    ("sendMessage", {"text": "x", "chat_id": "@nobody_here"}, "chat not found"),
    ("sendPhoto", {"chat_id": "SARI"}, "there is no photo in the request"),
    ("sendDocument", {"chat_id": "SARI"}, "there is no document in the request"),
    (
        "sendVoice",
        {"chat_id": "SARI", "voice": "bukan!"},
        "wrong remote file identifier specified: Wrong character in the string",
    ),
    (
        "sendVoice",
        {"chat_id": "SARI", "voice": "AgADbukanini"},
        "wrong remote file identifier specified: can't unserialize it",
    ),
    ("sendPhoto", {"chat_id": "SARI", "photo": "ftp://x/y"}, "wrong HTTP URL specified"),
    ("sendPhoto", {"chat_id": "SARI", "photo": "https://contoh.id/x.png"}, "failed to get HTTP URL content"),
    ("sendMediaGroup", {"chat_id": "SARI", "media": []}, "too few messages to send as an album"),
    ("getFile", {}, "file_id not specified"),
    ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
    ("editMessageText", {"chat_id": "SARI", "message_id": 999_999, "text": "x"}, "message to edit not found"),
    ("editMessageText", {"chat_id": "SARI", "text": "x"}, "message identifier is not specified"),
    ("deleteMessage", {"chat_id": "SARI", "message_id": 999_999}, "message to delete not found"),
    (
        "deleteMessages",
        {"chat_id": "SARI", "message_ids": list(range(1, 102))},
        "too many message identifiers specified",
    ),
    ("pinChatMessage", {"chat_id": "GROUP", "message_id": 999_999}, "message to pin not found"),
    (
        "forwardMessage",
        {"chat_id": "SARI", "from_chat_id": "GROUP", "message_id": 999_999},
        "message to forward not found",
    ),
    ("copyMessage", {"chat_id": "SARI", "from_chat_id": "GROUP", "message_id": 999_999}, "message to copy not found"),
    ("setMessageReaction", {"chat_id": "GROUP", "message_id": 999_999}, "message to react not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "query is too old and response timeout expired or query ID is invalid",
    ),
    ("sendPoll", {"chat_id": "GROUP", "question": "x", "options": []}, "poll must have at least one answer option"),
    ("sendPoll", {"chat_id": "GROUP", "question": "x", "options": ["x"] * 13}, "poll can't have more than 12 options"),
    (
        "sendPoll",
        {"chat_id": "GROUP", "question": "x", "options": ["x" * 101]},
        "poll options length must not exceed 100",
    ),
    (
        "sendPoll",
        {"chat_id": "GROUP", "question": "x" * 301, "options": ["x"]},
        "poll question length must not exceed 300",
    ),
    ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, "command must be non-empty"),
    ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}, "command length must not exceed 32"),
    ("setMyCommands", {"commands": [{"command": "Mulai", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("createForumTopic", {"chat_id": "GROUP", "name": "x"}, "the chat is not a forum"),
    ("getChatMember", {"chat_id": "GROUP", "user_id": 0}, "invalid user_id specified"),
    ("banChatMember", {"chat_id": "GROUP", "user_id": "SARI"}, "can't remove chat owner"),
    ("setChatDescription", {"chat_id": "GROUP", "description": ""}, "chat description is not modified"),
    ("sendChatAction", {"chat_id": "SARI", "action": "singing"}, "wrong parameter action in request"),
    ("setWebhook", {"url": "http://contoh.id/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    (
        "setWebhook",
        {"url": "https://contoh.id:8081/x"},
        "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
    ),
    ("setWebhook", {"url": "https://10.0.0.1/x"}, "bad webhook: IP address 10.0.0.1 is reserved"),
    ("setWebhook", {"url": "https://x.id", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ("setWebhook", {"url": "https://x.id", "secret_token": "a" * 257}, "secret token is too long"),
    (
        "sendMessage",
        {
            "chat_id": "GROUP",
            "text": "x",
            "reply_markup": keyboard([{"text": "a", "web_app": {"url": "https://x.id"}}]),
        },
        "BUTTON_TYPE_INVALID",
    ),
]


@pytest.mark.parametrize("method, params, words", OTHER)
async def test_a_call_is_refused(bot: RawBot, school: School, method: str, params: dict[str, Any], words: str) -> None:
    named = {"SARI": school.sari, "GROUP": school.group}
    meant = {key: named.get(value, value) if isinstance(value, str) else value for key, value in params.items()}
    assert await bot.refusal(method, **meant) == f"Bad Request: {words}"


async def test_arguments_are_checked_before_the_chat_and_the_chat_before_the_content(
    bot: RawBot, school: School
) -> None:
    bad_button = keyboard([{"text": "a", "callback_data": "x" * 65}])
    assert await bot.refusal("sendMessage", chat_id=-5, text="<b>", parse_mode="HTML") != "Bad Request: chat not found"
    assert (
        await bot.refusal("sendMessage", chat_id=-5, text="x", reply_markup=bad_button) == "Bad Request: chat not found"
    )
    assert (
        await bot.refusal("sendMessage", chat_id=school.sari, text="x" * 4097, reply_parameters={"message_id": 999_999})
        == "Bad Request: message to be replied not found"
    )


async def test_who_cannot_be_written_to(people: Playground, bot: RawBot, school: School) -> None:
    async def words(chat: int) -> str:
        return await bot.refusal("sendMessage", chat_id=chat, text="x")

    assert await words(school.tamu) == "Bad Request: chat not found"
    await people.join(school.tamu, school.group)
    assert await words(school.tamu) == "Forbidden: bot can't initiate conversation with a user"
    await people.block(school.sari)
    assert await words(school.sari) == "Forbidden: bot was blocked by the user"
    await people.start(school.sari)
    await bot.do("sendMessage", chat_id=school.sari, text="x")
    await people.deactivate(school.sari)
    assert await words(school.sari) == "Forbidden: user is deactivated"
    assert await words(42) == "Forbidden: the bot can't send messages to the bot"


@pytest.mark.parametrize("kind, place", [("group", "group chat"), ("supergroup", "supergroup chat")])
async def test_groups_the_bot_is_not_in(people: Playground, bot: RawBot, kind: str, place: str) -> None:
    sari = await people.add_user("Sari")
    group = await people.add_group("SDN", creator=sari, kind=kind)
    assert await bot.refusal("sendMessage", chat_id=group, text="x") == "Bad Request: chat not found"
    await people.add_bot(group, sari)
    await bot.do("leaveChat", chat_id=group)
    assert await bot.refusal("sendMessage", chat_id=group, text="x") == f"Forbidden: bot is not a member of the {place}"
    await people.add_bot(group, sari)
    await people.kick(group, 42)
    assert await bot.refusal("sendMessage", chat_id=group, text="x") == f"Forbidden: bot was kicked from the {place}"


async def test_a_muted_bot_may_not_write(people: Playground, bot: RawBot, school: School) -> None:
    await people.restrict(school.group, 42, {})
    refused = "Bad Request: not enough rights to send {} to the chat"
    assert await bot.refusal("sendMessage", chat_id=school.group, text="x") == refused.format("text messages")
    poll = {"chat_id": school.group, "question": "x", "options": ["a"]}
    assert await bot.refusal("sendPoll", **poll) == refused.format("polls")


async def test_edits_that_change_nothing_or_are_not_ours(people: Playground, bot: RawBot, school: School) -> None:
    sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=keyboard([ROW]))
    mine = {"chat_id": school.sari, "message_id": sent["message_id"]}
    assert await bot.refusal("editMessageText", **mine, text="x", reply_markup=keyboard([ROW])) == SAME
    edited = await bot.do("editMessageText", **mine, text="x")
    assert "reply_markup" not in edited
    assert await bot.refusal("editMessageText", **mine, text="x" * 4097) == "Bad Request: MESSAGE_TOO_LONG"
    await people.floods(False)
    theirs = await people.send(school.sari, school.sari, "punya saya")
    their = {"chat_id": school.sari, "message_id": theirs}
    assert await bot.refusal("editMessageText", **their, text="x") == "Bad Request: message can't be edited"
    asked = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup={"force_reply": True})
    again = {"chat_id": school.sari, "message_id": asked["message_id"]}
    assert await bot.refusal("editMessageText", **again, text="y") == "Bad Request: message can't be edited"
    spot = await bot.do("sendLocation", chat_id=school.sari, latitude=1, longitude=1)
    there = {"chat_id": school.sari, "message_id": spot["message_id"]}
    assert (
        await bot.refusal("editMessageText", **there, text="y")
        == "Bad Request: there is no text in the message to edit"
    )


async def test_deleting_needs_age_or_rights(people: Playground, bot: RawBot, school: School) -> None:
    theirs = await people.send(school.budi, school.group, "punya saya")
    await people.demote(school.group, 42)
    params = {"chat_id": school.group, "message_id": theirs}
    assert await bot.refusal("deleteMessage", **params) == "Bad Request: message can't be deleted"
    own = await bot.do("sendMessage", chat_id=school.group, text="x")
    await people.turn(by=timedelta(hours=49))
    params = {"chat_id": school.group, "message_id": own["message_id"]}
    assert await bot.refusal("deleteMessage", **params) == "Bad Request: message can't be deleted for everyone"
    await people.promote(school.group, 42)
    assert await bot.do("deleteMessages", chat_id=school.group, message_ids=[theirs, own["message_id"], 999_999])


async def test_topics_that_are_closed_or_gone(people: Playground, bot: RawBot, school: School) -> None:
    forum = await people.add_group("KKG", creator=school.sari, forum=True)
    await people.add_bot(forum, school.sari, admin=True)
    topic = await people.topic(forum, "Berbagi")
    here = {"chat_id": forum, "message_thread_id": topic}
    await bot.do("closeForumTopic", **here)
    assert await bot.refusal("closeForumTopic", **here) == "Bad Request: TOPIC_NOT_MODIFIED"
    await people.demote(forum, 42)
    assert await bot.refusal("sendMessage", **here, text="x") == "Bad Request: TOPIC_CLOSED"
    general = {"chat_id": forum, "message_thread_id": 1}
    assert await bot.refusal("sendMessage", **general, text="x") == "Bad Request: message thread not found"


async def test_a_callback_is_answered_once_and_in_time(people: Playground, bot: RawBot, school: School) -> None:
    sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=keyboard([ROW]))
    first = await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
    assert (
        await bot.refusal("answerCallbackQuery", callback_query_id=first, text="x" * 201)
        == "Bad Request: MESSAGE_TOO_LONG"
    )
    await bot.do("answerCallbackQuery", callback_query_id=first)
    late = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await bot.refusal("answerCallbackQuery", callback_query_id=first) == late
    second = await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
    await people.turn(by=timedelta(seconds=151))
    assert await bot.refusal("answerCallbackQuery", callback_query_id=second) == late


async def test_tokens_paths_and_methods(bot: RawBot) -> None:
    async def answer(path: str) -> tuple[int, Any]:
        async with bot.session.get(f"{bot.url}{path}") as got:
            return got.status, (await got.json())["description"]

    assert await answer("/botnonsense/getMe") == (401, "Unauthorized: invalid token specified")
    assert await answer("/bot042:X/getMe") == (401, "Unauthorized: invalid token specified")
    assert (await bot.do("getme"))["id"] == 42
    assert await answer("/bot42:OTHER/getMe") == (401, "Unauthorized")
    assert await answer("/bot42:PLAYGROUND/sendCake") == (404, "Not Found: method not found")
    assert await answer("/bot42:PLAYGROUND") == (404, "Not Found")


async def test_arguments_come_by_query_form_json_and_multipart(bot: RawBot, school: School) -> None:
    url = f"{bot.url}/bot42:PLAYGROUND/SENDMESSAGE"
    markup = keyboard([ROW])
    plain = {"chat_id": str(school.sari), "text": "x", "reply_markup": json.dumps(markup)}
    part = aiohttp.FormData(plain, default_to_multipart=True)
    await bot.do("getMe")
    for given in ({"params": plain}, {"data": plain}, {"json": {**plain, "reply_markup": markup}}):
        async with bot.session.post(url, **given) as answer:
            assert (await answer.json())["result"]["reply_markup"] == markup
    await bot.session.post(f"{bot.url}/playground/floods", json={"on": False})
    async with bot.session.post(url, data=part) as answer:
        assert (await answer.json())["result"]["reply_markup"] == markup
    async with bot.session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert (await answer.json())["description"] == "Bad Request: can't parse JSON-encoded request"


async def test_a_button_with_several_actions_does_the_first(bot: RawBot, school: School) -> None:
    both = keyboard([{"text": "a", "callback_data": "x", "url": "https://contoh.id"}])
    sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=both)
    assert sent["reply_markup"] == keyboard([{"text": "a", "url": "https://contoh.id"}])
