"""An answer to a tap takes the place of the message that carried the button."""

from aiogram.types import CallbackQuery

from handlers.visiting import Visit
from storage.letters import Draft, Keyboard, change, message


def rewrite(query: CallbackQuery, visit: Visit, html: str, buttons: Keyboard | None = None) -> Draft:
    """Changes the tapped message; where Telegram no longer shows it, the words come as a new one."""
    if query.message is None:
        return message(visit.chat_id, html, buttons=buttons)
    return change(visit.chat_id, html, buttons=buttons, message_id=query.message.message_id)


def number(args: list[str], place: int) -> int:
    """The id at this place of a button's data; 0, which no row has, for what is none (buttons can be forged)."""
    text = args[place] if place < len(args) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def word(args: list[str], place: int) -> str:
    """The word at this place of a button's data, or nothing."""
    return args[place] if place < len(args) else ""
