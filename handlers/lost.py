"""What no other conversation understood: a slip of the thumb, a bare word, a greeting."""

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from community import people, smalltalk
from handlers import menu
from handlers.consent import ask
from handlers.filters import InGroup, InPrivate
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Mentions(Filter):
    """A command that names the assistant: `/laporn@sejawat_bot`; others in a group may be for another bot."""

    async def __call__(self, message: Message, visit: Visit) -> bool:
        word = (message.text or "").split(maxsplit=1)[0] if message.text else ""
        return word.startswith("/") and word.lower().endswith(f"@{visit.me.username}".lower())


def router() -> Router:
    door = Router(name="lost")
    door.message.register(in_private, InPrivate())
    door.message.register(in_group, InGroup(), Mentions())
    return door


async def in_private(message: Message, visit: Visit) -> Answer:
    """The nearest command, a short answer to small talk, or the way to the help."""
    meant = smalltalk.understand(message.text or "", menu.NAMES)
    if meant is not None and meant.command:
        return letter(visit.chat_id, visit.say("community.lost.meant", command=f"/{meant.command}"))
    if visit.person is None:
        return await ask(visit, unasked=True)
    name = people.display(visit.person, visit.say)
    return letter(
        visit.chat_id, visit.say(f"community.talk.{meant.talk}" if meant else "community.lost.how", name=name)
    )


async def in_group(message: Message, visit: Visit) -> Answer:
    """A mistyped command to the assistant in a group."""
    meant = smalltalk.understand(message.text or "", menu.NAMES)
    if meant is None or not meant.command or not visit.user_id:
        return None
    words = visit.say("community.lost.meant", command=f"/{meant.command}")
    return letter(visit.chat_id, words, reply_to=message.message_id)
