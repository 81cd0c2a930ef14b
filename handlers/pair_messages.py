"""Messages between partners who share no group: write or record, answer, stop and begin again."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note
from content.texts import Texts
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number
from handlers.visiting import Answer, Visit
from learning import pair_messages
from storage.letters import button, message


class Messages(StatesGroup):
    """The next words are for the partner of the week."""

    writing = State()


def router() -> Router:
    door = Router(name="pair_messages")
    door.callback_query.register(begin, InPrivate(), Pressed("pair:write"))
    door.callback_query.register(stop, InPrivate(), Pressed("pair:stop"))
    door.callback_query.register(hear, InPrivate(), Pressed("pair:hear"))
    door.message.register(pass_on, InPrivate(), StateFilter(Messages.writing), Recently(), Gives())
    return door


async def begin(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Who reads it is named before anything is written."""
    found = await pair_messages.readers(visit.session, visit.person, number(args, 0), visit.now)
    await listen(state, Messages.writing, visit, pairing=number(args, 0))
    return message(visit.user_id, visit.say("pairs.message.write", names=_names(found, visit.say)))


async def pass_on(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words, or the voice."""
    pairing = int((await state.get_data()).get("pairing", 0))
    await state.clear()
    done = await pair_messages.pass_on(visit.session, visit.person, pairing, note, visit.key, visit.now)
    key = "later" if done.later else "brought"
    rows = [[button(visit.say.plain("pairs.button.more"), f"pair:write:{pairing}")]]
    return message(
        visit.user_id, visit.say(f"pairs.message.{key}", names=_names(done.readers, visit.say)), buttons=rows
    )


async def stop(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """No more messages this week; what was read stays where it is."""
    await pair_messages.choose(visit.session, visit.person, number(args, 0), True, visit.now)
    rows = [[button(visit.say.plain("pairs.button.hear"), f"pair:hear:{number(args, 0)}")]]
    return message(visit.user_id, visit.say("pairs.message.stopped"), buttons=rows)


async def hear(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Messages again."""
    await pair_messages.choose(visit.session, visit.person, number(args, 0), False, visit.now)
    rows = [[button(visit.say.plain("pairs.button.more"), f"pair:write:{number(args, 0)}")]]
    return message(visit.user_id, visit.say("pairs.message.again"), buttons=rows)


def _names(found: Sequence[pair_messages.Reader], say: Texts) -> str:
    return say.plain("learning.and").join(people.display(one.person, say) for one in found)
