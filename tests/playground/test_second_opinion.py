"""What the simulator says is read by two other libraries without a field unknown or missing."""

from collections.abc import Iterator
from typing import Any

import aiogram.methods
import pytest
from aiogram.types import Update as AiogramUpdate
from pydantic import BaseModel, TypeAdapter
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters, TelegramObject, Update, User
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, RetryAfter

from playground.call import METHODS
from playground.client import Playground
from playground.methods import ABSENT
from playground.server import RunningPlayground
from tests.playground.conftest import RawBot, School

#: Fields of Bot API 10.1 to 10.3, which python-telegram-bot 22.8 (10.0) does not know yet; aiogram 3.31 does.
NEWER_THAN_PTB = {
    ("User", "supports_join_request_queries"),
    ("ChatMemberAdministrator", "can_send_welcome_messages"),
    ("Message", "receiver_user"),
    ("Message", "ephemeral_message_id"),
}

KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member", "chat_member",
    "message_reaction", "poll", "poll_answer", "callback_query",
}  # fmt: skip


def unread_by_ptb(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, TelegramObject):
        for name in value.api_kwargs:
            yield type(value).__name__, name
        slots = {name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())}
        for name in slots | set(getattr(value, "__dict__", {})):
            if name not in ("_bot", "api_kwargs", "_id_attrs"):
                yield from unread_by_ptb(getattr(value, name, None))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from unread_by_ptb(one)


def unread_by_aiogram(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield type(value).__name__, name
        for name in type(value).model_fields:
            yield from unread_by_aiogram(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from unread_by_aiogram(one)


async def a_busy_day(people: Playground, bot: RawBot, school: School) -> None:
    """Everything that can happen, once."""
    await people.floods(False)
    await bot.updates(allowed_updates=sorted(KINDS))
    group, sari, budi = school.group, school.sari, school.budi
    await bot.do("getMe")
    first = await people.send(budi, group, "Selamat pagi @SejawatBot, lihat https://contoh.id #pagi")
    await people.send(sari, group, "Pagi juga", reply_to=first, quote="pagi")
    for kind in (
        "photo",
        "document",
        "voice",
        "audio",
        "video",
        "video_note",
        "animation",
        "sticker",
        "location",
        "contact",
    ):
        await people.send(sari, group, "Keterangan", kind=kind)
    await people.send(sari, group, "Diteruskan", forward_from=budi)
    await people.edit(budi, group, first, "Selamat siang")
    await people.react(budi, group, first, "👍")
    await people.promote(group, budi, anonymous=True, custom_title="Wakil")
    await people.send(budi, group, "Saya tanpa nama")
    await people.demote(group, budi)
    await people.restrict(group, budi, {"can_send_messages": True})
    await people.join(school.tamu, group)
    await people.leave(school.tamu, group)
    await people.title(group, "SDN Melati 2")
    await bot.do("banChatMember", chat_id=group, user_id=school.tamu)
    await bot.do("unbanChatMember", chat_id=group, user_id=school.tamu)
    await everything_a_bot_sends(people, bot, school)
    await looking_around(bot, school)
    await a_forum_and_a_channel(people, bot, school)
    await people.block(sari)
    await people.unblock(sari)
    await people.deactivate(school.tamu)


async def everything_a_bot_sends(people: Playground, bot: RawBot, school: School) -> None:
    group, sari = school.group, school.sari
    keyboard = {
        "inline_keyboard": [[{"text": "Ya", "callback_data": "ya"}, {"text": "Web", "url": "https://contoh.id"}]]
    }
    sent = await bot.do("sendMessage", chat_id=group, text="<b>Hai</b> <a href='https://contoh.id'>tautan</a>",
        parse_mode="HTML", reply_markup=keyboard)  # fmt: skip
    press = await people.press(sari, group, sent["message_id"], label="Ya")
    await bot.do("answerCallbackQuery", callback_query_id=press, text="baik")
    own = await bot.do("sendMessage", chat_id=group, text="Hanya Anda", reply_markup=keyboard,
        ephemeral_message_parameters={"receiver_user_id": sari})  # fmt: skip
    await people.press(sari, group, 0, label="Ya")
    await bot.do("editEphemeralMessageText", chat_id=group, receiver_user_id=sari,
        ephemeral_message_id=own["ephemeral_message_id"], text="Masih hanya Anda")  # fmt: skip
    await bot.do(
        "editMessageText", chat_id=group, message_id=sent["message_id"], text="Hai lagi", reply_markup=keyboard
    )
    await bot.do("pinChatMessage", chat_id=group, message_id=sent["message_id"])
    poll = await bot.do("sendPoll", chat_id=group, question="Kapan?", options=["Senin", "Selasa"], is_anonymous=False)
    await people.vote(sari, group, poll["message_id"], [1])
    await bot.do("stopPoll", chat_id=group, message_id=poll["message_id"])
    await bot.do("sendPoll", chat_id=group, question="2+2?", options=["3", "4"], type="quiz", correct_option_id=1,
        explanation="empat", open_period=60)  # fmt: skip
    voice = await people.send(sari, sari, kind="voice")
    (spoken,) = [m for m in await bot.fresh("message") if m.get("voice") and m["chat"]["id"] == sari]
    await bot.do("getFile", file_id=spoken["voice"]["file_id"])
    await bot.do("sendVoice", chat_id=sari, voice=spoken["voice"]["file_id"], caption="ini",
        reply_parameters={"message_id": voice})  # fmt: skip
    await bot.do("forwardMessage", chat_id=group, from_chat_id=sari, message_id=voice)
    await bot.do("copyMessage", chat_id=group, from_chat_id=sari, message_id=voice, caption="salinan")
    await bot.do("sendLocation", chat_id=sari, latitude=-6.2, longitude=106.8)
    await bot.do("sendChatAction", chat_id=sari, action="typing")
    await bot.do("setMessageReaction", chat_id=sari, message_id=voice, reaction=[{"type": "emoji", "emoji": "🙏"}])
    await bot.do("deleteMessage", chat_id=group, message_id=sent["message_id"])
    await people.press(sari, group, sent["message_id"], data="ya")


async def looking_around(bot: RawBot, school: School) -> None:
    group = school.group
    for method in (
        "getChat",
        "getChatAdministrators",
        "getChatMemberCount",
        "exportChatInviteLink",
        "createChatInviteLink",
    ):
        await bot.do(method, chat_id=group)
    await bot.do("getChat", chat_id=school.sari)
    for user in (school.sari, school.budi, school.tamu, 42):
        await bot.do("getChatMember", chat_id=group, user_id=user)
    await bot.do("setMyCommands", commands=[{"command": "mulai", "description": "Mulai"}], language_code="id")
    await bot.do("getMyCommands", language_code="id")
    for name in ("getMyName", "getMyDescription", "getMyShortDescription", "getChatMenuButton", "getWebhookInfo",
                 "getMyDefaultAdministratorRights"):  # fmt: skip
        await bot.do(name)


async def a_forum_and_a_channel(people: Playground, bot: RawBot, school: School) -> None:
    forum = await people.add_group("KKG", creator=school.sari, forum=True)
    await people.add_bot(forum, school.sari, admin=True)
    topic = await bot.do("createForumTopic", chat_id=forum, name="Berbagi")
    await people.send(school.sari, forum, "Di topik", thread=topic["message_thread_id"])
    await bot.do("sendMessage", chat_id=forum, message_thread_id=topic["message_thread_id"], text="Baik")
    await bot.do("closeForumTopic", chat_id=forum, message_thread_id=topic["message_thread_id"])
    channel = await people.add_channel("Kabar", creator=school.sari)
    await people.add_bot(channel, school.sari, admin=True)
    post = await people.send(school.sari, channel, "Kabar pagi")
    await people.edit(school.sari, channel, post, "Kabar siang")
    await bot.do("sendMessage", chat_id=channel, text="Dari bot")
    await people.send(school.sari, school.group, "Sebagai kanal", as_chat=channel)
    small = await people.add_group("Kecil", creator=school.sari, kind="group")
    await people.add_bot(small, school.sari)
    await people.migrate(small)
    await people.remove_bot(forum, school.sari)


def _result_type(method: str) -> Any:
    for name in aiogram.methods.__all__:
        known = getattr(aiogram.methods, name)
        if str(getattr(known, "__api_method__", "")) == method:
            return known.__returning__
    raise AssertionError(f"aiogram knows no method {method}")


async def test_updates_are_read_whole_by_both_libraries(people: Playground, bot: RawBot, school: School) -> None:
    await a_busy_day(people, bot, school)
    sent = await people.updates_sent()
    kinds = {name for update in sent for name in update if name != "update_id"}
    assert kinds == KINDS
    for update in sent:
        assert list(unread_by_aiogram(AiogramUpdate.model_validate(update))) == [], update
        assert set(unread_by_ptb(Update.de_json(update, None))) <= NEWER_THAN_PTB, update


def test_both_libraries_notice_an_invented_field_deep_inside() -> None:
    chat = {"id": 1, "type": "private", "first_name": "Sari", "shoe_size": 38}
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "text": "x"}}
    assert list(unread_by_aiogram(AiogramUpdate.model_validate(update))) == [("Chat", "shoe_size")]
    assert list(unread_by_ptb(Update.de_json(update, None))) == [("Chat", "shoe_size")]


async def test_every_entry_of_the_list_of_newer_fields_is_needed(
    people: Playground, bot: RawBot, school: School
) -> None:
    await a_busy_day(people, bot, school)
    found = {one for update in await people.updates_sent() for one in unread_by_ptb(Update.de_json(update, None))}
    me = await bot.do("getMe")
    assert found | set(unread_by_ptb(User.de_json(me, None))) == NEWER_THAN_PTB


async def test_answers_have_the_types_that_aiogram_expects(people: Playground, bot: RawBot, school: School) -> None:
    await a_busy_day(people, bot, school)
    calls = [call for call in await people.calls() if call["ok"] and call["method"] != "getUpdates"]
    assert len({call["method"] for call in calls}) > 30
    for call in calls:
        read = TypeAdapter(_result_type(call["method"])).validate_python(call["result"])
        assert list(unread_by_aiogram(read)) == [], call


def test_every_method_of_the_bot_api_is_answered_or_named_as_absent() -> None:
    real = {
        method
        for name in aiogram.methods.__all__
        if isinstance(method := getattr(getattr(aiogram.methods, name), "__api_method__", None), str)
    }
    answered = {method for method in real if method.lower() in METHODS}
    assert answered | ABSENT == real
    assert not answered & ABSENT


async def test_the_bot_of_python_telegram_bot_drives_the_simulator(
    server: RunningPlayground, people: Playground, school: School
) -> None:
    async with Bot("42:PLAYGROUND", base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot") as ptb:
        assert ptb.username == "SejawatBot"
        rows = InlineKeyboardMarkup([[InlineKeyboardButton("Ya", callback_data="ya")]])
        sent = await ptb.send_message(school.group, "<i>Halo</i>", parse_mode="HTML", reply_markup=rows)
        assert sent.text == "Halo"
        assert sent.entities[0].type == "italic"
        await people.press(school.sari, school.group, sent.message_id, label="Ya")
        (update,) = await ptb.get_updates(timeout=1)
        assert update.callback_query is not None
        assert await update.callback_query.answer("terima kasih")
        await ptb.send_document(school.sari, b"satu,dua\n", filename="nilai.csv", caption="berkas")
        picture = await ptb.send_photo(school.sari, (await people_picture(ptb, people, school)), caption="papan tulis")
        file = await ptb.get_file(picture.photo[-1].file_id)
        assert (await file.download_as_bytearray()).startswith(b"\x89PNG")
        assert await ptb.edit_message_text("Selesai", school.group, sent.message_id)
        reply = await ptb.send_message(school.sari, "balas", reply_parameters=ReplyParameters(picture.message_id))
        assert reply.reply_to_message is not None
        assert await ptb.delete_message(school.group, sent.message_id)


async def people_picture(ptb: Bot, people: Playground, school: School) -> str:
    """The file_id of a picture that Sari sent."""
    await people.send(school.sari, school.sari, kind="photo")
    update = (await ptb.get_updates(offset=-1))[-1]
    assert update.message is not None
    return update.message.photo[-1].file_id


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_python_telegram_bot_understands_the_refusals(
    server: RunningPlayground, people: Playground, school: School
) -> None:
    small = await people.add_group("Kecil", creator=school.sari, kind="group")
    await people.add_bot(small, school.sari)
    new = await people.migrate(small)
    async with Bot("42:PLAYGROUND", base_url=f"{server.url}/bot") as ptb:
        with pytest.raises(ChatMigrated) as moved:
            await ptb.send_message(small, "halo")
        assert moved.value.new_chat_id == new
        with pytest.raises(BadRequest, match="Chat not found"):
            await ptb.send_message(999, "halo")
        await people.block(school.sari)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await ptb.send_message(school.sari, "halo")
        await people.fault("429", retry_after=7)
        with pytest.raises(RetryAfter):
            await ptb.send_message(school.group, "halo")
        await people.fault("409")
        with pytest.raises(Conflict):
            await ptb.get_updates()
