"""`/dataku` and `/hapusdata`: a copy of everything, and its deletion after two questions."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import consent, people
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.visiting import Answer, Visit
from reports import person
from storage.letters import Button, Draft, button, change, document, link, message


def router() -> Router:
    made = Router(name="mydata")
    copy = Command("dataku", "mydata", ignore_case=True)
    deletion = Command("hapusdata", "deleteme", ignore_case=True)
    made.message.register(my_data, copy, InPrivate())
    made.message.register(ask_to_forget, deletion, InPrivate())
    made.message.register(
        only_privately, Command("dataku", "mydata", "hapusdata", "deleteme", ignore_case=True), InGroup()
    )
    made.callback_query.register(ask_again, Pressed("forget"))
    made.callback_query.register(forget_now, Pressed("forgetnow"))
    made.callback_query.register(keep, Pressed("forgetno"))
    return made


async def my_data(message_: Message, visit: Visit) -> Answer:
    kept = await person.copy_files(visit.session, visit.user_id, visit.say, visit.zone, visit.now, visit.fingerprint)
    if kept is None:
        return message(visit.user_id, visit.say("reports.mine.nothing"))
    words = "mydata.caption", "reports.mine.caption"
    return [document(visit.user_id, one, visit.say(key)) for one, key in zip(kept, words, strict=True)]


async def ask_to_forget(message_: Message, visit: Visit) -> Answer:
    if await people.known(visit.session, visit.user_id) is None:
        return message(visit.user_id, visit.say("reports.mine.nothing"))
    buttons = [[_no(visit)], [button(visit.say.plain("reports.forget.yes"), "forget")]]
    return message(visit.user_id, visit.say("reports.forget.ask"), buttons=buttons)


async def only_privately(message_: Message, visit: Visit) -> Answer:
    door = [[link(visit.say.plain("reports.ask.open"), f"https://t.me/{visit.me.username}")]]
    words = visit.say("reports.mine.private_only")
    return message(visit.chat_id, words, buttons=door, reply_to=message_.message_id)


async def ask_again(query: CallbackQuery, visit: Visit) -> Answer:
    buttons = [[_no(visit)], [button(visit.say.plain("reports.forget.really"), "forgetnow")]]
    return _turned(query, visit, "reports.forget.sure", buttons)


async def forget_now(query: CallbackQuery, visit: Visit) -> Answer:
    stored = await person.forget_user(visit.session, visit.user_id, visit.now, visit.fingerprint)
    if stored:
        await consent.decline(visit.session, visit.fingerprint, visit.now)
    visit.person = None  # from here on they are a stranger: the reply leaves no trace either
    return _turned(query, visit, "reports.forget.done" if stored else "reports.mine.nothing", [])


async def keep(query: CallbackQuery, visit: Visit) -> Answer:
    return _turned(query, visit, "reports.forget.kept", [])


def _no(visit: Visit) -> Button:
    return button(visit.say.plain("reports.forget.no"), "forgetno")


def _turned(query: CallbackQuery, visit: Visit, key: str, buttons: list[list[Button]]) -> Draft:
    if query.message is None:
        return message(visit.user_id, visit.say(key), buttons=buttons)
    return change(visit.user_id, visit.say(key), buttons=buttons, message_id=query.message.message_id)
