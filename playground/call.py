"""One call of a bot: who calls, with what, and the register of methods that can answer it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playground.arguments import Arguments
from playground.world import Bot, World


@dataclass
class Call:
    """A call while it is answered; ``note`` is the description that some successes carry."""

    world: World
    bot: Bot
    args: Arguments
    note: str | None = None


Method = Callable[[Call], Any | Awaitable[Any]]
METHODS: dict[str, Method] = {}


def method(*names: str) -> Callable[[Method], Method]:
    """Enter a function into the register under Telegram's names, which are case-insensitive."""

    def entered(function: Method) -> Method:
        for name in names:
            METHODS[name.lower()] = function
        return function

    return entered
