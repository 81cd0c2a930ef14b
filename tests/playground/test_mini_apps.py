"""A Mini App opens as Telegram opens it: aiogram, which has a hand of its own for it, agrees with the signature."""

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from aiogram.utils.web_app import safe_parse_webapp_init_data

from playground.client import Playground
from tests.playground.conftest import TOKEN, RawBot

NAME = "Ni Made & “Ayu” +1=2"
ROWS = [
    [{"text": "Buka dasbor", "web_app": {"url": "http://127.0.0.1:8080/dasbor"}}],
    [{"text": "Lain", "callback_data": "x"}],
]


async def test_who_opens_it_is_signed_so_that_aiogram_believes_it(people: Playground, bot: RawBot) -> None:
    await bot.do("getMe")
    made = await people.add_user(NAME)
    await people.start(made)
    sent = await bot.do("sendMessage", chat_id=made, text="Dasbor", reply_markup={"inline_keyboard": ROWS})
    address = await people.open_app(made, made, sent["message_id"], "Buka")
    page, _, fragment = address.partition("#")
    assert page == "http://127.0.0.1:8080/dasbor"
    word = parse_qs(fragment)["tgWebAppData"][0]
    told = safe_parse_webapp_init_data(TOKEN, word)
    assert told.user is not None and (told.user.id, told.user.first_name) == (made, NAME)
    assert told.auth_date == (await people.clock()).replace(microsecond=0).astimezone(UTC)
    assert datetime.fromtimestamp(int(parse_qs(word)["auth_date"][0]), UTC) == told.auth_date
    with pytest.raises(ValueError):
        safe_parse_webapp_init_data("43:OTHER", word)
    other = await people.open_app(made, made, sent["message_id"], "Buka")
    assert parse_qs(other.partition("#")[2])["tgWebAppData"][0] != word, "each opening is a word of its own"
    with pytest.raises(ValueError, match="no button 'Lain' that opens a Mini App"):
        await people.open_app(made, made, sent["message_id"], "Lain")
