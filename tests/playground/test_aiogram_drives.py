"""The assistant's own library drives the simulator: form data, uploads, albums, the newest parameters."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramMigrateToChat, TelegramNetworkError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BotCommandScopeChat,
    BufferedInputFile,
    EphemeralMessageParameters,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputPollOption,
    MenuButtonCommands,
    ReactionTypeEmoji,
    ReplyParameters,
)

from playground.client import Playground
from playground.files import default_bytes
from playground.server import RunningPlayground
from tests.playground.conftest import School


@pytest.fixture
async def aiogram(server: RunningPlayground, school: School) -> AsyncIterator[Bot]:
    bot = Bot("42:PLAYGROUND", session=AiohttpSession(api=TelegramAPIServer.from_base(server.url)))
    yield bot
    await bot.session.close()


async def test_texts_buttons_and_answers(aiogram: Bot, people: Playground, school: School) -> None:
    rows = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Ya", callback_data="ya")]])
    sent = await aiogram.send_message(school.group, "<b>Halo</b>", parse_mode="HTML", reply_markup=rows)
    assert sent.html_text == "<b>Halo</b>"
    press = await people.press(school.budi, school.group, sent.message_id, label="Ya")
    (update,) = await aiogram.get_updates(timeout=1, allowed_updates=["callback_query", "message"])
    assert update.callback_query is not None
    assert update.callback_query.id == press
    own = await aiogram.send_message(
        school.group,
        "hanya Anda",
        ephemeral_message_parameters=EphemeralMessageParameters(receiver_user_id=school.budi, callback_query_id=press),
    )
    assert own.ephemeral_message_id is not None
    assert await aiogram.answer_callback_query(press, "baik")
    asked = await aiogram.send_message(
        school.sari,
        "Apa yang dicoba?",
        reply_markup=ForceReply(input_field_placeholder="Tulis di sini"),
    )
    answer = await people.send(school.sari, school.sari, "Diskusi", reply_to=asked.message_id)
    reply = await aiogram.send_message(
        school.sari, "Terima kasih", reply_parameters=ReplyParameters(message_id=answer, quote="Diskusi")
    )
    assert reply.quote is not None
    assert await aiogram.set_message_reaction(school.sari, answer, [ReactionTypeEmoji(emoji="🙏")])


async def test_files_albums_and_menus(aiogram: Bot, people: Playground, school: School) -> None:
    await people.floods(False)
    picture = BufferedInputFile(default_bytes("photo"), "papan.png")
    album = await aiogram.send_media_group(
        school.group, [InputMediaPhoto(media=picture, caption="satu"), InputMediaPhoto(media=picture)]
    )
    assert album[0].media_group_id == album[1].media_group_id
    assert album[0].photo is not None
    downloaded = await aiogram.download(album[0].photo[-1])
    assert downloaded is not None
    assert downloaded.read() == default_bytes("photo")
    sent = await aiogram.send_document(school.sari, BufferedInputFile(b"a,b\n", "nilai.csv"), caption="nilai")
    edited = await aiogram.edit_message_media(
        InputMediaPhoto(media=album[0].photo[-1].file_id), chat_id=school.sari, message_id=sent.message_id
    )
    assert not isinstance(edited, bool)
    assert edited.photo is not None
    poll = await aiogram.send_poll(school.group, "Kapan?", [InputPollOption(text="Senin")], is_anonymous=False)
    assert (await aiogram.stop_poll(school.group, poll.message_id)).is_closed
    scope = BotCommandScopeChat(chat_id=school.sari)
    menu = [BotCommand(command="mulai", description="Mulai", is_ephemeral=True)]
    assert await aiogram.set_my_commands(menu, scope, "id")
    kept = await aiogram.get_my_commands(scope, "id")
    assert [command.model_dump() for command in kept] == [command.model_dump() for command in menu]
    assert await aiogram.set_chat_menu_button(school.sari, MenuButtonCommands())


async def test_trouble_comes_as_the_exceptions_that_the_courier_knows(
    aiogram: Bot, people: Playground, school: School
) -> None:
    await people.fault("429", retry_after=7)
    with pytest.raises(TelegramRetryAfter) as throttled:
        await aiogram.send_message(school.sari, "x")
    assert throttled.value.retry_after == 7
    await people.fault("html502")
    with pytest.raises(ClientDecodeError):
        await aiogram.send_message(school.sari, "x")
    for kind in ("answer_lost", "outage"):
        await people.fault(kind)
        with pytest.raises(TelegramNetworkError):
            await aiogram.send_message(school.sari, "x")
    small = await people.add_group("Kecil", creator=school.sari, kind="group")
    await people.add_bot(small, school.sari)
    new = await people.migrate(small)
    with pytest.raises(TelegramMigrateToChat) as moved:
        await aiogram.send_message(small, "x")
    assert moved.value.migrate_to_chat_id == new
