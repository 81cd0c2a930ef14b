"""Under /program: what comes to the group by itself, each with a switch."""

from aiogram import Router
from aiogram.types import CallbackQuery

from community import calendar
from content.texts import Texts
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import agenda, switches
from learning.switches import Switches
from storage.letters import Button, button


def router() -> Router:
    door = Router(name="switches")
    door.callback_query.register(show, InPrivate(), Pressed("comes"))
    door.callback_query.register(switch, InPrivate(), Pressed("comeset"))
    return door


async def show(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One group's turns."""
    found = await switches.of_group(visit.session, visit.person, number(args, 0))
    words = visit.say("switches.about", group=found.group.title)
    return rewrite(query, visit, f"{words}\n\n{_lines(found, visit.say)}", _rows(found, visit.say))


async def switch(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """On or off; what has changed is said first."""
    name, on, say = word(args, 1), word(args, 2) == "1", visit.say
    found = await switches.switch(visit.session, visit.person, number(args, 0), name, on, visit.now)
    what = say.plain(f"switches.name.{name}")
    parts = [say(f"switches.{'on' if on else 'off'}", name=what, group=found.group.title)]
    parts += [say(f"switches.stays.{name}")] if not on else []
    return rewrite(query, visit, "\n\n".join([" ".join(parts), _lines(found, say)]), _rows(found, say))


def _lines(found: Switches, say: Texts) -> str:
    lines = [say("switches.line", name=say.plain(f"switches.name.{one}"), how=_how(found, one, say))
             for one in switches.NAMES]  # fmt: skip
    return "\n".join(lines)


def _how(found: Switches, name: str, say: Texts) -> str:
    """In a few words: on and when next, or off."""
    if name == agenda.NAME:
        if found.meeting is None:
            return say.plain("switches.how.not_set")
        weekday = say.plain("common.weekdays").split()[found.meeting.weekday]
        return say.plain("switches.how.meets", weekday=weekday, hour=found.meeting.wall.replace(":", "."))
    if name in found.off:
        return say.plain("switches.how.off")
    if name not in found.next_at:
        return say.plain("switches.how.on")
    day = calendar.spoken(calendar.local_day(found.next_at[name], found.group.zone), say)
    return say.plain("switches.how.next", day=day)


def _rows(found: Switches, say: Texts) -> list[list[Button]]:
    group_id = found.group.id
    rows = []
    for one in switches.NAMES:
        off = one in found.off
        label = say.plain(f"switches.button.{'on' if off else 'off'}", name=say.plain(f"switches.name.{one}"))
        sets = f"course:{group_id}" if off and one == agenda.NAME else f"comeset:{group_id}:{one}:{int(off)}"
        rows.append([button(label, sets)])
    return [*rows, [button(say.plain("programmes.back"), f"prog:{group_id}")]]
