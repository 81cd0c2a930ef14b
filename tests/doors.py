"""The conversations of some doors, connected once for all tests of a process: it takes longer than most tests do."""

from functools import cache
from types import ModuleType

from aiogram import Dispatcher

from bot.fsm import VisitStorage


@cache
def connected(*doors: ModuleType) -> Dispatcher:
    """A dispatcher with these doors in this order; it holds nothing of what was said."""
    dispatcher = Dispatcher(storage=VisitStorage())
    for door in doors:
        dispatcher.include_router(door.router())
    return dispatcher
