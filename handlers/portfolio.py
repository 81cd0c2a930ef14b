"""/portofolio: what one has done, for oneself alone; and a PDF with the reflections one chooses."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import called_in_group
from handlers.kept import shown
from handlers.rewriting import word
from handlers.visiting import Answer, Visit
from reports import portfolio
from storage import letters
from storage.letters import Draft, button


def router() -> Router:
    door = Router(name="portfolio")
    asked = Command("portofolio", "portfolio", ignore_case=True)
    door.message.register(look, InPrivate(), asked)
    door.message.register(look_in_group, InGroup(), asked)
    door.callback_query.register(look_by_button, InPrivate(), Pressed("pf"))
    door.callback_query.register(choose, InPrivate(), Pressed("pfpdf"))
    door.callback_query.register(download, InPrivate(), Pressed("pfget"))
    return door


async def look(_message: Message, visit: Visit) -> Answer:
    """One screen of all there is."""
    return await _look(visit)


async def look_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group: answered in private."""
    return called_in_group(message, visit, [await _look(visit)])


async def look_by_button(_query: CallbackQuery, visit: Visit) -> Answer:
    """The same, from the monthly recap."""
    return await _look(visit)


async def _look(visit: Visit) -> Draft:
    found = await portfolio.gather(visit.session, visit.person)
    rows = [] if found.is_empty else [[button(visit.say.plain("portfolio.button.pdf"), "pfpdf")]]
    return letters.message(visit.user_id, portfolio.listed(found, visit.say), buttons=rows)


async def choose(_query: CallbackQuery, visit: Visit) -> Answer:
    """Unduh PDF: which reflections go along, asked each time."""
    say = visit.say
    rows = [[button(say.plain(f"portfolio.button.{name}"), f"pfget:{name}")] for name in portfolio.CHOICES]
    return letters.message(visit.user_id, say("portfolio.export.ask"), buttons=rows)


async def download(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The paper; on a shared phone it leaves the chat again."""
    draft, shared = await portfolio.letter(
        visit.session, visit.person, word(args, 0), visit.user_id, visit.say, visit.zone, visit.now
    )
    return shown([draft], shared, visit)
