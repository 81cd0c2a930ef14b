"""/aturgrup: from the group into the private chat, through eight questions, to a group that begins."""

from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import assignment_pages, groups, setup
from handlers import menu
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.rewriting import rewrite, word
from handlers.visiting import Answer, Visit
from learning import programmes
from storage.letters import message as letter
from storage.states import StateKey


class SetUp(StatesGroup):
    answering = State()


class Words(Filter):
    """Text that is no command: an answer to what was asked."""

    async def __call__(self, message: Message) -> bool:
        return bool(message.text) and not (message.text or "").startswith("/")


def router() -> Router:
    door = Router(name="setup")
    command = Command("aturgrup", "setup", ignore_case=True)
    door.message.register(asked_in_group, InGroup(), command)
    door.message.register(asked_in_private, InPrivate(), command)
    door.message.register(knock, InPrivate(), StartPayload("s"))
    door.callback_query.register(save, InPrivate(), Pressed("setup:save"))
    door.callback_query.register(tapped, InPrivate(), Pressed("setup"))
    door.message.register(typed, InPrivate(), StateFilter(SetUp.answering), Words())
    return door


def drawer_of(state: FSMContext) -> FSMContext:
    """The set-up's own place in the conversation: talking of something else in between does not lose it."""
    return FSMContext(storage=state.storage, key=replace(state.key, destiny=setup.DESTINY))


async def asked_in_group(message: Message, visit: Visit) -> Answer:
    """/aturgrup: Telegram is asked whether the sender is an admin; an anonymous one is asked about in private."""
    if message.sender_chat is None and message.from_user is not None and message.from_user.is_bot:
        return None
    title = message.chat.title or ""
    group = await groups.ensure(visit.session, visit.chat_id, title, visit.language_hint, visit.now, zone=visit.zone)
    if visit.user_id:
        return setup.ask_if_admin(group, visit.chat_id, visit.user_id, message.message_id)
    anonymous = message.sender_chat is not None and message.sender_chat.id == visit.chat_id
    url = visit.deep_link(f"s{group.id}")
    return setup.go_private(visit.chat_id, message.message_id, True, url, visit.say) if anonymous else None


async def asked_in_private(_message: Message, visit: Visit) -> Answer:
    """/aturgrup belongs into the group that is to be set up."""
    return letter(visit.chat_id, visit.say("community.setup.in_the_group"))


async def knock(_message: Message, visit: Visit, payload: str) -> Answer:
    """The private chat opened through the button of a group."""
    return await setup.knock(visit.session, visit.person, payload)


async def tapped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """An answer by button."""
    drawer = drawer_of(state)
    before = await drawer.get_data()
    turn = await setup.respond(visit.session, visit.person, before, word(args, 0), word(args, 1), visit.say, visit.now)
    await drawer.set_data(turn.drawer)
    await state.set_state(SetUp.answering)
    return rewrite(query, visit, turn.html, turn.buttons)


async def typed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """An answer in words."""
    drawer, said = drawer_of(state), message.text or ""
    before = await drawer.get_data()
    try:
        turn = await setup.respond(visit.session, visit.person, before, None, said, visit.say, visit.now)
    except setup.SetupIsOver as over:  # left lying for too long: it must not hold the private chat
        await drawer.clear()
        await state.clear()
        return letter(visit.chat_id, visit.say(over.text_key))
    await drawer.set_data(turn.drawer)
    return letter(visit.chat_id, turn.html, buttons=turn.buttons)


async def save(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Everything is answered: the group begins, and so does its programme."""
    drawer = drawer_of(state)
    before = await drawer.get_data()
    done = await setup.finish(visit.session, visit.person, before, visit.say, visit.deep_link, visit.now)
    await programmes.follow(visit.session, done.group.id, done.pack, visit.now)
    await drawer.clear()
    await state.clear()
    said = visit.say("community.setup.saved_again" if done.again else "community.setup.saved", group=done.group.title)
    saved = rewrite(query, visit, said, assignment_pages.way(done.group.id, visit.say))
    return [saved, *done.letters, menu.private(visit.user_id, done.roles, visit.say.language)]


async def _asked(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram says what the sender of /aturgrup is in the group."""
    url = visit.deep_link(f"s{int(data['group'])}")
    return setup.go_private(visit.chat_id, data.get("reply_to"), setup.is_admin(answer), url, visit.say)


async def _opened(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram says what the one who opened the private chat is in the group."""
    key = StateKey(visit.me.id, visit.user_id, visit.user_id)
    state, group_id = SetUp.answering.state, int(data["group"])
    standing = await programmes.of_group(visit.session, group_id)
    follows = (standing.pack.id, standing.pack.title(visit.say.language)) if standing else None
    return await setup.opened(visit.session, visit.person, group_id, answer, key, state, visit.now, follows)


ANSWERS = {"community.setup_asked": _asked, "community.setup_opened": _opened}
