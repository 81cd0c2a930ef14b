"""Ephemeral messages: who may send them, who sees them, and how they change (Bot API 10.2 and 10.3)."""

from datetime import timedelta
from typing import Any

import pytest

from playground.client import Playground
from tests.playground.conftest import RawBot, School

MARKUP = {"inline_keyboard": [[{"text": "Ya", "callback_data": "ya"}]]}


async def whisper(bot: RawBot, school: School, **more: Any) -> dict[str, Any]:
    """The envelope of an ephemeral message to Budi."""
    to = {"receiver_user_id": school.budi} | more
    return await bot.ask("sendMessage", chat_id=school.group, text="hanya Anda", ephemeral_message_parameters=to,
                         reply_markup=MARKUP)  # fmt: skip


async def test_only_the_receiver_sees_it(people: Playground, bot: RawBot, school: School) -> None:
    sent = (await whisper(bot, school))["result"]
    assert sent["message_id"] == 0
    assert sent["receiver_user"]["id"] == school.budi
    mine = await people.messages(school.group, viewer=school.budi)
    assert [m["text"] for m in mine if m.get("ephemeral")] == ["hanya Anda"]
    theirs = await people.messages(school.group, viewer=school.sari)
    assert not any(m.get("ephemeral") for m in theirs)


async def test_it_is_edited_and_deleted_by_its_own_methods(people: Playground, bot: RawBot, school: School) -> None:
    sent = (await whisper(bot, school))["result"]
    which = {
        "chat_id": school.group,
        "receiver_user_id": school.budi,
        "ephemeral_message_id": sent["ephemeral_message_id"],
    }
    assert await bot.do("editEphemeralMessageText", **which, text="lain") is True
    (seen,) = [m for m in await people.messages(school.group, viewer=school.budi) if m.get("ephemeral")]
    assert seen["text"] == "lain"
    wrong = which | {"receiver_user_id": school.sari}
    assert await bot.refusal("editEphemeralMessageText", **wrong, text="x") == "Bad Request: message to edit not found"
    assert await bot.do("deleteEphemeralMessage", **which) is True
    assert await bot.refusal("deleteEphemeralMessage", **which) == "Bad Request: message to delete not found"


async def test_a_tap_on_it_comes_with_its_id_and_may_be_answered_by_another(
    people: Playground, bot: RawBot, school: School
) -> None:
    sent = (await whisper(bot, school))["result"]
    await people.demote(school.group, 42)
    await bot.forget()
    press = await people.press(school.budi, school.group, 0, label="Ya")
    (tap,) = await bot.fresh("callback_query")
    assert tap["message"]["ephemeral_message_id"] == sent["ephemeral_message_id"]
    assert (await whisper(bot, school))["description"] == "Bad Request: CHAT_ADMIN_REQUIRED"
    assert (await whisper(bot, school, callback_query_id=press))["ok"]
    await people.turn(by=timedelta(seconds=16))
    assert "query is too old" in (await whisper(bot, school, callback_query_id=press))["description"]


async def test_it_needs_a_member_and_a_group(bot: RawBot, school: School) -> None:
    stranger = await whisper(bot, school, receiver_user_id=school.tamu)
    assert stranger["description"] == "Bad Request: USER_NOT_PARTICIPANT"
    to_bot = await whisper(bot, school, receiver_user_id=42)
    assert to_bot["description"] == "Bad Request: USER_NOT_PARTICIPANT"
    to = {"receiver_user_id": school.sari}
    assert "only in groups" in await bot.refusal(
        "sendMessage", chat_id=school.sari, text="x", ephemeral_message_parameters=to
    )


async def test_an_ephemeral_command_is_seen_by_sender_and_bot_and_answered_within_15_seconds(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.demote(school.group, 42)
    await bot.forget()
    await people.send(school.budi, school.group, "/refleksi", ephemeral=True)
    (asked,) = await bot.fresh("message")
    assert (asked["message_id"], asked["from"]["id"]) == (0, school.budi)
    reply = {"ephemeral_message_id": asked["ephemeral_message_id"]}
    params = {"chat_id": school.group, "text": "x", "reply_parameters": reply}
    assert "must be an ephemeral message" in await bot.refusal("sendMessage", **params)
    to = {"ephemeral_message_parameters": {"receiver_user_id": school.budi}}
    await bot.do("sendMessage", **params, **to)
    assert not any(m.get("ephemeral") for m in await people.messages(school.group, viewer=school.sari))
    await people.turn(by=timedelta(seconds=17))
    assert await bot.refusal("sendMessage", **params, **to) == "Bad Request: MESSAGE_ID_INVALID"


async def test_waiting_for_a_new_one_does_not_find_an_old_one(people: Playground, bot: RawBot, school: School) -> None:
    await whisper(bot, school)
    later = await people.send(school.sari, school.group, "obrolan")
    with pytest.raises(TimeoutError):
        await people.wait_message(school.group, viewer=school.budi, after=later, contains="hanya", timeout=0.05)
    await whisper(bot, school)
    found = await people.wait_message(school.group, viewer=school.budi, after=later, contains="hanya", timeout=1)
    assert found["ephemeral"] is True
