"""/survei, "Skor dari lembar": scores of tests and observations come in as a sheet."""

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, in_private, listen
from handlers.visiting import Answer, Visit
from reports import score_sheets
from storage.letters import Upload


class Scoring(StatesGroup):
    """The next file is a sheet of scores."""

    waiting = State()


def router() -> Router:
    door = Router(name="score_sheets")
    door.callback_query.register(asked, InPrivate(), Pressed("svsheet"))
    door.message.register(sent, InPrivate(), StateFilter(Scoring.waiting), Recently(), Uploads())
    return door


async def asked(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """An empty sheet, and what to do with it."""
    drafts = await score_sheets.begin(visit.session, visit.person, visit.user_id, visit.say, visit.now)
    await listen(state, Scoring.waiting, visit)
    return in_private(query, visit, drafts)


async def sent(_message: Message, visit: Visit, file: Upload) -> Answer:
    """The sheet; a better one may follow."""
    return await score_sheets.sent(visit.session, visit.person, file)


async def _came(answer: dict[str, Any], _data: dict[str, Any], visit: Visit) -> Answer:
    """The file has been fetched."""
    return await score_sheets.came(visit.session, visit.person, answer, visit.user_id, visit.say, visit.now)


ANSWERS = {score_sheets.CAME: _came}
