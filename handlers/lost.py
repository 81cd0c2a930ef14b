"""What no other conversation understood: a slip of the thumb, a bare word, a greeting."""

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from community import consent, people, smalltalk
from handlers import menu
from handlers.consent import ask
from handlers.filters import InGroup, InPrivate
from handlers.visiting import Answer, Visit
from storage.letters import Draft
from storage.letters import message as letter

TOLD = 8  # so many words are no slip of the thumb: somebody told something, and should know that it is not kept


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
    text = message.text or ""
    meant = smalltalk.understand(text, menu.NAMES)
    if meant is not None and meant.command:
        return letter(visit.chat_id, visit.say("community.lost.meant", command=f"/{meant.command}"))
    greeting = f"community.talk.{meant.talk}" if meant else ""
    if visit.person is None:
        return await ask(visit, unasked=True) if text.startswith("/") else _to_a_stranger(visit, greeting)
    name = people.display(visit.person, visit.say)
    return letter(visit.chat_id, visit.say(greeting or f"community.lost.{_unasked(message)}", name=name))


def _unasked(message: Message) -> str:
    """What came although nothing was asked: something given (a recording, a picture, a file, sentences), or not."""
    sent = (message.voice, message.audio, message.video, message.video_note, message.photo, message.document)
    return "given" if any(sent) or len((message.text or "").split()) >= TOLD else "how"


def _to_a_stranger(visit: Visit, greeting: str) -> Draft:
    """What this is, for who asks before agreeing; the question of consent only when they want to read it."""
    say = visit.say
    greeted = [say(greeting, name=say.plain("community.address.colleague"))] if greeting else []
    words = "\n\n".join([*greeted, say("community.start.about")])
    return letter(visit.chat_id, words, buttons=[[consent.read(say, label="first")]])


async def in_group(message: Message, visit: Visit) -> Answer:
    """A mistyped command to the assistant in a group."""
    meant = smalltalk.understand(message.text or "", menu.NAMES)
    if meant is None or not meant.command or not visit.user_id:
        return None
    words = visit.say("community.lost.meant", command=f"/{meant.command}")
    return letter(visit.chat_id, words, reply_to=message.message_id)
