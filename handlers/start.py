"""/mulai, /bantuan, /bahasa, /batal: the first and the last word of a conversation."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from community import joining, people
from content.texts import LANGUAGES
from handlers import menu
from handlers.consent import ask, own_menu
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.rewriting import rewrite, word
from handlers.setup import drawer_of
from handlers.visiting import Answer, Visit
from storage.letters import button, link
from storage.letters import message as letter

# Commands that are answered in private even when they are sent in a group.
_ELSEWHERE = (
    "mulai", "start", "bantuan", "help", "bahasa", "language", "privasi", "privacy", "anggota", "members",
    "undang", "invite", "batal", "cancel",
)  # fmt: skip


def router() -> Router:
    door = Router(name="start")
    door.message.register(start, InPrivate(), Command("mulai", "start", ignore_case=True))
    door.message.register(give_help, InPrivate(), Command("bantuan", "help", ignore_case=True))
    door.callback_query.register(more_help, InPrivate(), Pressed("help"))
    door.message.register(languages, InPrivate(), Command("bahasa", "language", ignore_case=True))
    door.callback_query.register(speak, InPrivate(), Pressed("language"))
    door.message.register(cancel, InPrivate(), Command("batal", "cancel", ignore_case=True))
    door.callback_query.register(cancelled, InPrivate(), Pressed("cancel"))
    door.message.register(elsewhere, InGroup(), Command(*_ELSEWHERE, ignore_case=True))
    return door


async def start(message: Message, visit: Visit) -> Answer:
    """Somebody comes by themselves: hello, and the question to those who have not agreed."""
    if visit.person is None:
        hello = letter(visit.chat_id, visit.say("community.start.stranger"), forgets=True)
        return [hello, await ask(visit, unasked=False)]
    await people.greeted(visit.session, visit.person, message.from_user.full_name if message.from_user else "")
    name = people.display(visit.person, visit.say)
    return [letter(visit.chat_id, visit.say("community.start.hello", name=name)), await own_menu(visit)]


async def give_help(_message: Message, visit: Visit) -> Answer:
    """The first commands of one's roles, as text that can be tapped; the others behind a button."""
    roles = await joining.roles(visit.session, visit.person)
    first, whole = (of(roles, visit.say.language) for of in (menu.first_for, menu.commands_for))
    rows = [[button(visit.say.plain("community.help_more"), "help:more")]] if len(first) < len(whole) else None
    return letter(visit.chat_id, _helped(first, visit), buttons=rows)


async def more_help(query: CallbackQuery, visit: Visit) -> Answer:
    """Lainnya: all of them."""
    roles = await joining.roles(visit.session, visit.person)
    return rewrite(query, visit, _helped(menu.commands_for(roles, visit.say.language), visit))


def _helped(commands: list[dict[str, str]], visit: Visit) -> str:
    lines = "\n".join(f"/{one['command']} · {one['description']}" for one in commands)
    return f"{visit.say('community.help')}\n\n{lines}"


async def languages(_message: Message, visit: Visit) -> Answer:
    """/bahasa: which language?"""
    row = [button(visit.say.plain(f"community.language.{name}"), f"language:{name}") for name in LANGUAGES]
    return letter(visit.chat_id, visit.say("community.language.ask"), buttons=[row])


async def speak(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The chosen language; somebody who has not agreed is asked first, since it would be stored."""
    if visit.person is None:
        return await ask(visit, unasked=True)
    await people.speak(visit.session, visit.person, word(args, 0))
    visit.say = type(visit.say)(visit.person.language)
    return [rewrite(query, visit, visit.say("community.language.kept")), await own_menu(visit)]


async def cancel(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """/batal: whatever was under way is over."""
    return letter(visit.chat_id, visit.say(await _cancelled(state)))


async def cancelled(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """The button of the same name."""
    return rewrite(query, visit, visit.say(await _cancelled(state)))


async def _cancelled(state: FSMContext) -> str:
    drawer = drawer_of(state)
    anything = await state.get_state() or await drawer.get_data()
    await state.clear()
    await drawer.clear()
    return "community.cancelled" if anything else "community.nothing_to_cancel"


async def elsewhere(message: Message, visit: Visit) -> Answer:
    """A command of the private chat, sent in a group: the way there."""
    if not visit.user_id or (message.from_user is not None and message.from_user.is_bot):
        return None
    rows = [[link(visit.say.plain("community.to_private"), visit.deep_link(""))]]
    return letter(visit.chat_id, visit.say("community.in_private"), buttons=rows, reply_to=message.message_id)
