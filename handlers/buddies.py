"""Buddies: a private yes or not yet to being named, and a colleague's tap who would like company."""

from aiogram import Router
from aiogram.types import CallbackQuery

from community import people
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import buddies
from storage.letters import button, button_answer


def router() -> Router:
    door = Router(name="buddies")
    door.callback_query.register(answer, InPrivate(), Pressed("buddy"))
    door.callback_query.register(accompany, Pressed("accomp"))
    return door


async def answer(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Boleh, or Belum; the other one stays at hand."""
    yes = word(args, 1) == "yes"
    said = await buddies.answer(visit.session, visit.person, number(args, 0), yes, visit.now)
    key = "kept" if said.named else "kept_later"
    blanks = {"group": said.group.title} if yes else {}
    words = visit.say(f"finishing.buddy.{key if yes else 'declined'}", **blanks)
    label = visit.say.plain("finishing.buddy.take_back" if yes else "finishing.buddy.after_all")
    data = f"buddy:{said.enrolment_id}:{'no' if yes else 'yes'}"
    return rewrite(query, visit, words, [[button(label, data)]])


async def accompany(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ditemani …: the toast says that the buddy knows; the group reads nothing of it."""
    told, buddy = await buddies.accompany(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return button_answer(query.id, visit.say.plain(told, name=people.display(buddy, visit.say)), alert=True)
