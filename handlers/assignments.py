"""/pendampingan: the model of a group, who accompanies whom, and how soon each role answers."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import assignment_pages as pages
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports import answer_times, mentor_letters
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="assignments")
    command = Command("pendampingan", "accompany", ignore_case=True)
    door.message.register(asked, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(page, InPrivate(), Pressed("asg:page"))
    door.callback_query.register(model, InPrivate(), Pressed("asg:model"))
    door.callback_query.register(even, InPrivate(), Pressed("asg:even"))
    door.callback_query.register(pick, InPrivate(), Pressed("asg:pick"))
    door.callback_query.register(assigned, InPrivate(), Pressed("asg:set"))
    door.callback_query.register(times, InPrivate(), Pressed("asg:times"))
    door.callback_query.register(mentors, InPrivate(), Pressed("asg:mentors"))
    return door


async def asked(_message: Message, visit: Visit) -> Answer:
    """The page of one's group."""
    words, rows = await pages.choose(visit.session, visit.person, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def page(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The page of the chosen group."""
    return rewrite(query, visit, *await pages.page(visit.session, visit.person, number(args, 0), visit.say))


async def model(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Model 1, Model 2, or as the roles say."""
    shown = await pages.modelled(visit.session, visit.person, number(args, 0), number(args, 1), visit.say)
    return rewrite(query, visit, *shown)


async def even(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Bagi rata."""
    shown = await pages.shared(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *shown)


async def pick(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Whom one of them accompanies."""
    by, part = number(args, 2), number(args, 3)
    shown = await pages.pick(visit.session, visit.person, number(args, 0), word(args, 1), by, part, visit.say)
    return rewrite(query, visit, *shown)


async def assigned(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A name was tapped."""
    group, by, of, part = (number(args, at) for at in (0, 2, 3, 4))
    shown = await pages.assigned(visit.session, visit.person, group, word(args, 1), by, of, part, visit.say, visit.now)
    return rewrite(query, visit, *shown)


async def times(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """How soon each role answers."""
    shown = await answer_times.page(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *shown)


async def mentors(query: CallbackQuery, visit: Visit) -> Answer:
    """A pengampu's own mentors, now."""
    return rewrite(query, visit, *await mentor_letters.asked(visit.session, visit.person, visit.say, visit.now))
