"""Buttons under the letters of the clock, and the way out of it: done, a week later, survey, pack, leave, end."""

from aiogram import Router
from aiogram.types import CallbackQuery

from community import calendar
from handlers.course_page import page
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import course, course_acts
from storage.letters import button, button_answer, message


def router() -> Router:
    door = Router(name="course_acts")
    for name, handler in (
        ("crdone", done), ("crlater", later), ("crsurvey", survey), ("crpack", pack), ("crend", ask_ending),
        ("crout", ask_leaving), ("crendset", end), ("croutset", leave),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def done(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Sudah: noted; on the group's page the line goes."""
    group_id = await course_acts.done(visit.session, visit.person, number(args, 0), visit.now)
    toast = button_answer(query.id, visit.say.plain("course.noted"))
    return [toast, rewrite(query, visit, *await page(visit, group_id))] if word(args, 1) == "p" else toast


async def later(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tunda sepekan."""
    day = await course_acts.put_off(visit.session, visit.person, number(args, 0), visit.now)
    return button_answer(query.id, visit.say.plain("course.put_off", day=calendar.spoken(day, visit.say)))


async def survey(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The survey is read back; the letter stays as it is."""
    words, rows = await course_acts.survey(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return message(visit.chat_id, words, buttons=rows)


async def pack(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The pack begins."""
    await course_acts.begin_pack(visit.session, visit.person, number(args, 0), visit.now)
    return button_answer(query.id, visit.say.plain("course.pack_begun"))


async def ask_ending(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """End it for all groups? The question comes first."""
    return await _asked(query, visit, number(args, 0), "course.ending.ask", "course.ending.yes", "crendset")


async def ask_leaving(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Take this group out? The question comes first."""
    return await _asked(query, visit, number(args, 0), "course.ending.ask_leave", "course.ending.yes_leave", "croutset")


async def _asked(query: CallbackQuery, visit: Visit, group_id: int, ask: str, yes: str, data: str) -> Answer:
    found, say = await course.of_group(visit.session, visit.person, group_id, visit.now), visit.say
    if found.standing is None:  # somebody else has ended it
        return rewrite(query, visit, *await page(visit, group_id))
    blanks = {"title": found.standing.programme.title}
    blanks |= {"group": found.group.title} if data == "croutset" else {}
    rows = [
        [button(say.plain(yes), f"{data}:{group_id}")],
        [button(say.plain("course.page.back"), f"course:{group_id}")],
    ]
    return rewrite(query, visit, say(ask, **blanks), rows)


async def end(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It has ended for all."""
    await course.end(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("course.ending.ended"))


async def leave(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """This group goes on without it."""
    await course.leave(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("course.ending.left"))
