"""Words that come right after a reflection, when nothing was asked: do they belong to it?"""

from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from community import smalltalk
from community.notes import Note
from handlers import menu
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, put_aside, recent, remember, set_aside
from handlers.kept import confirmation, reader_of, swept_away
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import adding
from learning.reflections import Kept
from storage import letters
from storage.letters import Button, button

SOON = timedelta(minutes=30)


class JustReflected(Filter):
    """Something was kept a moment ago and is there still; the handler may take ``found``. No bare word of a command."""

    async def __call__(self, message: Message, state: FSMContext, visit: Visit) -> bool | dict[str, Any]:
        data = await state.get_data()
        if "kept" not in data or await state.get_state() is not None or not recent(data, visit, SOON):
            return False
        if smalltalk.understand(message.text or "", menu.NAMES) is not None:
            return False
        found = await adding.to(visit.session, visit.person, int(data["kept"]))
        return {"found": found} if found is not None else False


def router() -> Router:
    door = Router(name="adding")
    door.message.register(offer, InPrivate(), Gives(photos=True, talk=False), JustReflected())
    door.callback_query.register(add, InPrivate(), Pressed("radd"))
    door.callback_query.register(leave, InPrivate(), Pressed("rnot"))
    return door


async def offer(message: Message, visit: Visit, state: FSMContext, note: Note, found: Kept) -> Answer:
    """It waits until they have said; on a shared phone it leaves the chat meanwhile."""
    await set_aside(state, note)
    words = visit.say("learning.reflection.add", reader=reader_of(found, visit))
    asked = letters.message(visit.chat_id, words, buttons=[_ways(found, visit)])
    return [asked, *(swept_away(message, visit) if found.discreet else [])]


def _ways(found: Kept, visit: Visit) -> list[Button]:
    labels = {f"radd:{found.reflection.id}": "learning.button.add", "rnot": "learning.button.not_this"}
    return [button(visit.say.plain(label), data) for data, label in labels.items()]


async def add(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Tambahkan: all that has come since."""
    data, key = await state.get_data(), number(args, 0)
    notes = put_aside(data) if data.get("kept") == key else []
    if not notes:
        return rewrite(query, visit, visit.say("learning.reflection.nothing_to_add"))
    for note in notes:
        found = await adding.add(visit.session, visit.person, key, note, visit.now)
    await remember(state, visit, key)
    words = visit.say("learning.reflection.added", reader=reader_of(found, visit))
    return rewrite(query, visit, words, confirmation(found, visit)[1])


async def leave(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Bukan: it is kept nowhere."""
    if "kept" in await state.get_data():
        await state.set_data({})
    return rewrite(query, visit, visit.say("learning.reflection.not_added"))
