"""`/ringkasan`: the coach's digest, now."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from handlers.filters import InGroup, InPrivate
from handlers.reports import privately
from handlers.visiting import Answer, Visit
from reports import digest
from reports.digest_words import letter_html
from storage import letters


def router() -> Router:
    made = Router(name="digest")
    asked = Command("ringkasan", "digest", ignore_case=True)
    made.message.register(digest_now, asked, InPrivate())
    made.message.register(digest_in_group, asked, InGroup())
    return made


async def digest_now(message: Message, visit: Visit) -> Answer:
    told = await digest.asked(visit.session, visit.person, visit.now)
    return [letters.message(visit.user_id, letter_html(one, visit.say)) for one in told]


async def digest_in_group(message: Message, visit: Visit) -> Answer:
    if visit.group is None:
        return None
    told = await digest.asked(visit.session, visit.person, visit.now, visit.group)
    drafts = [letters.message(visit.user_id, letter_html(one, visit.say)) for one in told]
    return privately(drafts, message.message_id, visit)
