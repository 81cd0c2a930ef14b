"""The programme clock in /program: look, begin with several groups, join a running one, set the meeting day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import calendar
from community.notes import Note
from content import courses
from content.texts import Texts
from handlers.course_page import Shown, page
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import agenda, course
from storage import letters
from storage.letters import Button, Draft, button, button_answer
from storage.models import Group

MOST = 20  # groups or programmes on one message


class Beginning(StatesGroup):
    """Which groups begin, and what the programme is called."""

    choosing = State()
    naming = State()


def router() -> Router:
    door = Router(name="course")
    for name, handler in (
        ("course", show), ("crnew", begin), ("crtog", toggle), ("crmon", months), ("crname", name_it), ("crgo", go),
        ("crjoin", programmes), ("crjoinset", join), ("crday", weekdays), ("crhour", hours), ("crmeet", meet),
        ("crnomeet", meet_no_more),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    gives = Gives(talk=False)
    door.message.register(named, InPrivate(), StateFilter(Beginning.naming), Recently(), gives)
    return door


async def show(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A group's clock."""
    return rewrite(query, visit, *await page(visit, number(args, 0)))


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Which groups begin together? This one is chosen already."""
    return await _choose(query, visit, state, number(args, 0), {number(args, 0)})


async def toggle(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One group more, or one less."""
    chosen = set((await state.get_data()).get("groups", [])) ^ {number(args, 1)}
    return await _choose(query, visit, state, number(args, 0), chosen)


async def _choose(
    query: CallbackQuery, visit: Visit, state: FSMContext, group_id: int, chosen: Collection[int]
) -> Draft:  # fmt: skip
    free, say = await course.free_groups(visit.session, visit.person, group_id), visit.say
    kept = [group.id for group in free if group.id in chosen]
    await listen(state, Beginning.choosing, visit, groups=kept)
    rows = [[_choice(group, group.id in kept, group_id, say)] for group in free[:MOST]]
    rows.append([button(say.plain("course.start.go_on"), f"crmon:{group_id}")] if kept else [])
    rows.append([button(say.plain("course.page.back"), f"course:{group_id}")])
    return rewrite(query, visit, say("course.start.groups"), [row for row in rows if row])


def _choice(group: Group, chosen: bool, group_id: int, say: Texts) -> Button:
    label = say.plain("course.start.chosen" if chosen else "course.start.free", group=group.title)
    return button(label[:60], f"crtog:{group_id}:{group.id}")


async def months(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """In which month does it begin?"""
    found, say = await course.months(visit.session, visit.person, number(args, 0), visit.now), visit.say
    names = say.plain("common.months").split()
    rows = [
        [button(say.plain("course.start.month_name", month=names[day.month - 1], year=day.year),
                f"crname:{number(args, 0)}:{day:%Y%m%d}")]
        for day in found
    ]  # fmt: skip
    return rewrite(query, visit, say("course.start.month"), rows)


async def name_it(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What is it called?"""
    group_id, chosen = number(args, 0), (await state.get_data()).get("groups", [])
    await listen(state, Beginning.naming, visit, groups=chosen, first=number(args, 1), group=group_id)
    rows = [[button(visit.say.plain("course.start.use"), f"crgo:{group_id}")]]
    return rewrite(query, visit, visit.say("course.start.title", title=_usual(visit.say)), rows)


def _usual(say: Texts) -> str:
    return next(iter(courses.house().values())).title.of(say.language)


async def go(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """It begins under its usual name."""
    return rewrite(query, visit, *await _started(visit, state, _usual(visit.say)))


async def named(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """It begins under the name that was typed."""
    words, rows = await _started(visit, state, note.text or "")
    return letters.message(visit.user_id, words, buttons=rows)


async def _started(visit: Visit, state: FSMContext, title: str) -> Shown:
    """The programme, and the question for the meeting day. Data of a conversation is as little to be trusted."""
    data: dict[str, Any] = await state.get_data()
    chosen: Sequence[int] = data.get("groups", [])
    first = _day(str(data.get("first", "")))
    programme = await course.start(visit.session, visit.person, chosen, first, title, visit.now)
    await state.clear()
    day = calendar.spoken(programme.started_on, visit.say)
    words, rows = await _weekdays(visit, int(data.get("group", 0)) if data.get("group") in chosen else chosen[0])
    return visit.say("course.start.started", title=programme.title, day=day) + "\n\n" + words, rows


def _day(written: str) -> date:
    """``20260803`` as a date; the first of all days, which is never offered, for what is none."""
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        return date.min


async def programmes(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which running programme shall this group join?"""
    group_id, say = number(args, 0), visit.say
    found = await course.joinable(visit.session, visit.person, group_id, visit.now)
    rows = [[button(one.title[:60], f"crjoinset:{group_id}:{one.id}")] for one in found[:MOST]]
    rows.append([button(say.plain("course.page.back"), f"course:{group_id}")])
    return rewrite(query, visit, say("course.start.which" if found else "course.start.none"), rows)


async def join(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """From now on with the others; then the meeting day."""
    await course.join(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return rewrite(query, visit, *await _weekdays(visit, number(args, 0)))


async def weekdays(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """On which day does the group meet?"""
    return rewrite(query, visit, *await _weekdays(visit, number(args, 0)))


async def _weekdays(visit: Visit, group_id: int) -> Shown:
    found, say = await agenda.weekdays(visit.session, visit.person, group_id), visit.say
    names = say.plain("common.weekdays").split()
    keys = [button(names[day], f"crhour:{group_id}:{day}") for day in found]
    rows = [keys[at : at + 3] for at in range(0, len(keys), 3)]
    return say("course.start.weekday"), [*rows, [button(say.plain("course.start.never"), f"crnomeet:{group_id}")]]


async def hours(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """At what time?"""
    keys = [
        button(wall.replace(":", "."), f"crmeet:{number(args, 0)}:{number(args, 1)}:{at}")
        for at, wall in enumerate(agenda.HOURS)
    ]
    return rewrite(query, visit, visit.say("course.start.hour"), [keys[:4], keys[4:]])


async def meet(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Day and hour are kept."""
    group_id = number(args, 0)
    await agenda.meet(visit.session, visit.person, group_id, number(args, 1), number(args, 2), visit.now)
    return await _after(query, visit, group_id, "course.start.met")


async def meet_no_more(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """No weekly agenda."""
    await agenda.meet_no_more(visit.session, visit.person, number(args, 0))
    return await _after(query, visit, number(args, 0), "course.start.met")


async def _after(query: CallbackQuery, visit: Visit, group_id: int, key: str) -> Answer:
    """A short word on top, and the group's page as it is now."""
    return [button_answer(query.id, visit.say.plain(key)), rewrite(query, visit, *await page(visit, group_id))]
