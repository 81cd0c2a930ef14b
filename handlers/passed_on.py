"""Words of somebody else, forwarded to the assistant in private: they are not taken for the sender's own.

What of them may be kept is decided in bot.stripping; here the sender is told. Before every other door, so that no
answer, note or work is made of another person's message.
"""

from aiogram import Router
from aiogram.enums import MessageOriginType
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.broadcasts import Composing
from handlers.filters import InPrivate
from handlers.giving import recent
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class PassedOn(Filter):
    """A person's message passed on; while a broadcast is put together it is a piece of that."""

    async def __call__(self, message: Message, state: FSMContext, visit: Visit) -> bool:
        if message.forward_origin is None or message.forward_origin.type != MessageOriginType.HIDDEN_USER:
            return False
        gathering = await state.get_state() == Composing.gathering.state
        return not (gathering and recent(await state.get_data(), visit))


def router() -> Router:
    door = Router(name="passed_on")
    door.message.register(refused, InPrivate(), PassedOn())
    return door


async def refused(_message: Message, visit: Visit) -> Answer:
    """It is said that nothing was kept, and what to do instead: once for all that comes in the same minute."""
    words = visit.say("community.lost.passed_on")
    return letter(visit.chat_id, words, key=f"passed:{visit.user_id}:{visit.now:%Y%m%d%H%M}")
