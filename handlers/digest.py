"""`/ringkasan`: the coach's digest, now; and what stands in it, opened by a tap."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.kept import shown
from handlers.reports import privately
from handlers.rewriting import number
from handlers.visiting import Answer, Visit
from learning import readable
from reports import digest
from reports.digest_words import buttons, letter_html
from storage import letters
from storage.letters import Draft


def router() -> Router:
    made = Router(name="digest")
    asked = Command("ringkasan", "digest", ignore_case=True)
    made.message.register(digest_now, asked, InPrivate())
    made.message.register(digest_in_group, asked, InGroup())
    made.callback_query.register(open_reflection, InPrivate(), Pressed("ropen"))
    return made


async def digest_now(message: Message, visit: Visit) -> Answer:
    told = await digest.asked(visit.session, visit.person, visit.now)
    return _letters(told, visit)


async def digest_in_group(message: Message, visit: Visit) -> Answer:
    if visit.group is None:
        return None
    told = await digest.asked(visit.session, visit.person, visit.now, visit.group)
    return privately(_letters(told, visit), message.message_id, visit)


async def open_reflection(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Baca, Dengarkan, Lihat foto: a reflection to its end."""
    found = await readable.opened(visit.session, visit.person, number(args, 0), visit.now)
    return shown(readable.letters(found, visit.chat_id, visit.say, visit.key), found.discreet, visit)


def _letters(told: Sequence[digest.Digest], visit: Visit) -> list[Draft]:
    """Named as digests of their group: who leaves is taken out of these as well."""
    return [
        letters.message(
            visit.user_id,
            letter_html(one, visit.say),
            buttons=buttons(one, visit.say) or None,
            key=f"digest:asked:{visit.key}.{place}",
            group_id=one.group.id,
        )
        for place, one in enumerate(told)
    ]
