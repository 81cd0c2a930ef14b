"""`/program`: where the group is, what one may steer, a private copy, one's own pace, the week's budget."""

from collections.abc import Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import budget, calendar
from content.lessons import Pack
from content.texts import Texts
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import called_in_group
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import copies, panel, programmes
from learning.panel import Change, Panel
from learning.programmes import Standing
from storage.letters import Button, button, button_answer, message

MOST = 20  # groups or packs on one message

Shown = tuple[str, list[list[Button]]]


def router() -> Router:
    door = Router(name="programmes")
    asked = Command("program", "programme", ignore_case=True)
    door.message.register(show, InPrivate(), asked)
    door.message.register(show_in_group, InGroup(), asked)
    for name, handler in (
        ("prog", of_group), ("proglater", later), ("progstop", stop), ("proggo", go_on), ("progmove", to_newest),
        ("progpick", pick), ("progset", before_change), ("progyes", change), ("progown", alone),
        ("progownset", begun_alone), ("progcopy", copy), ("budget", budgets), ("budgetset", allowed),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def show(_message: Message, visit: Visit) -> Answer:
    """The only group's panel, or the question which."""
    words, rows = await _first(visit)
    return message(visit.user_id, words, buttons=rows)


async def show_in_group(asked: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    words, rows = await _first(visit)
    return called_in_group(asked, visit, [message(visit.user_id, words, buttons=rows)])


async def _first(visit: Visit) -> Shown:
    found = await panel.groups(visit.session, visit.person)
    if len(found) == 1:
        return await _panel(visit, found[0].id)
    rows = [[button(group.title[:48], f"prog:{group.id}")] for group in found[:MOST]]
    return visit.say("programmes.which"), rows


async def _panel(visit: Visit, group_id: int) -> Shown:
    found, say = await panel.of_group(visit.session, visit.person, group_id), visit.say
    parts = [_where(found.standing, found.group.title, found.group.zone, say)]
    if found.own is not None:
        zone = (visit.person.zone if visit.person else None) or found.group.zone
        parts.append(_where(found.own, say.plain("programmes.own"), zone, say))
    return "\n\n".join(parts), [*_steering(found, say), *_learning(found, say)]


def _where(standing: Standing | None, title: str, zone: str, say: Texts) -> str:
    """One programme in three lines: what, how far, when next."""
    if standing is None:
        return say("programmes.nothing", title=title)
    one = standing.enrolment
    words = say("programmes.where", title=title, pack=standing.pack.title(say.language), position=one.position,
                of=len(standing.pack.lessons), version=one.version)  # fmt: skip
    if one.next_at is None:
        return words + "\n" + say("programmes.finished" if one.finished_at else "programmes.paused")
    day = calendar.spoken(calendar.local_day(one.next_at, zone), say)
    return words + "\n" + say("programmes.next", day=day, hour=calendar.wall_of(one.next_at, zone))


def _steering(found: Panel, say: Texts) -> list[list[Button]]:
    if not found.steers:
        return []
    rows = _moves(found.standing, say)
    rows.append([
        button(say.plain("programmes.pick"), f"progpick:{found.group.id}"),
        button(say.plain("programmes.budget"), f"budget:{found.group.id}"),
    ])  # fmt: skip
    rows.append([button(say.plain("course.button"), f"course:{found.group.id}")])
    rows.append([button(say.plain("switches.button_page"), f"comes:{found.group.id}")])
    return rows


def _moves(standing: Standing | None, say: Texts) -> list[list[Button]]:
    """Postpone, pause, resume, take the newer version: what there is to do with one enrolment."""
    if standing is None:
        return []
    one = standing.enrolment
    if one.next_at is not None:
        names = ["later", "stop"]
    elif one.position < len(standing.pack.lessons):
        names = ["go"]
    else:
        names = []
    rows = [[button(say.plain(f"programmes.{name}"), f"prog{name}:{one.id}") for name in names]] if names else []
    if standing.newer is not None:
        label = say.plain("programmes.move", version=standing.newer.version)
        rows.append([button(label, f"progmove:{one.id}")])
    return rows


def _learning(found: Panel, say: Texts) -> list[list[Button]]:
    if not found.learns:
        return []
    label = say.plain("programmes.copy_off" if found.copied else "programmes.copy_on")
    copying = [[button(label, f"progcopy:{found.group.id}:{0 if found.copied else 1}")]]
    rows = copying if found.teaches else []
    if found.own is not None:
        return rows + _moves(found.own, say)
    return [*rows, [button(say.plain("programmes.alone"), f"progown:{found.group.id}")]]


async def of_group(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One group's panel in place of the list."""
    return rewrite(query, visit, *await _panel(visit, number(args, 0)))


async def later(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The next lesson comes a school day later."""
    enrolment = number(args, 0)
    await programmes.postpone(visit.session, visit.person, enrolment, visit.now)
    return await _after(query, visit, enrolment, "programmes.postponed")


async def stop(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """No lessons for now."""
    await programmes.pause(visit.session, visit.person, number(args, 0))
    return await _after(query, visit, number(args, 0), "programmes.stopped")


async def go_on(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Lessons again."""
    await programmes.resume(visit.session, visit.person, number(args, 0), visit.now)
    return await _after(query, visit, number(args, 0), "programmes.resumed")


async def to_newest(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """On purpose: the newer version from the next lesson on."""
    await programmes.move_to_newest(visit.session, visit.person, number(args, 0), visit.now)
    return await _after(query, visit, number(args, 0), "programmes.moved")


async def _after(query: CallbackQuery, visit: Visit, enrolment_id: int, key: str) -> Answer:
    """A short word on top, and the panel as it is now."""
    group_id = await programmes.group_of(visit.session, enrolment_id)
    return [button_answer(query.id, visit.say.plain(key)), rewrite(query, visit, *await _panel(visit, group_id))]


async def pick(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which programme shall the group follow?"""
    group_id = number(args, 0)
    found = await panel.packs_for(visit.session, visit.person, group_id)
    standing = await programmes.of_group(visit.session, group_id)
    now = standing.pack.id if standing else ""
    return rewrite(query, visit, *_packs(found, visit.say, "programmes.pick_one", f"progset:{group_id}", now))


def _packs(found: Sequence[Pack], say: Texts, key: str, data: str, now: str = "") -> Shown:
    """What may be chosen; the one that is followed now is marked."""
    lines = [
        say("programmes.line", pack=pack.title(say.language), about=pack.description(say.language), n=len(pack.lessons))
        for pack in found[:MOST]
    ]
    titles = {pack.id: ("✓ " if pack.id == now else "") + pack.title(say.language)[:60] for pack in found[:MOST]}
    rows = [[button(title, f"{data}:{pack}")] for pack, title in titles.items()]
    return "\n\n".join([say(key), *lines]), [
        *rows,
        [button(say.plain("programmes.back"), f"prog:{data.split(':')[1]}")],
    ]


async def before_change(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What it would mean for everybody in the group; a tap on it does it."""
    found = await panel.ahead(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    say, data = visit.say, f"{found.group.id}:{found.pack.id}"
    sure = [] if found.runs else [[button(say.plain("programmes.change.yes"), f"progyes:{data}")]]
    rows = [
        [button(say.plain("programmes.look"), f"pv:{data.replace(':', '.')}:0")],
        [button(say.plain("programmes.back"), f"progpick:{found.group.id}")],
    ]
    return rewrite(query, visit, _meaning(found, say), [*sure, *rows])


def _meaning(found: Change, say: Texts) -> str:
    """The pack, what stops, when and where it begins, and the question."""
    pack, language, before = found.pack, say.language, found.before
    parts = [
        say("programmes.line", pack=pack.title(language), about=pack.description(language), n=len(pack.lessons)),
    ]
    if found.runs:
        return "\n\n".join([*parts, say("programmes.change.runs")])
    if before is not None and before.pack.id != pack.id and before.enrolment.finished_at is None:
        place = {"position": before.enrolment.position, "of": len(before.pack.lessons)}
        parts.append(say("programmes.change.stops", pack=before.pack.title(language), **place))
    zone = found.group.zone
    when = {"day": calendar.spoken(calendar.local_day(found.at, zone), say), "hour": calendar.wall_of(found.at, zone)}
    begins = "programmes.change.goes_on" if found.position else "programmes.change.begins"
    parts += [say(begins, number=found.position + 1, **when), say("programmes.change.ask", title=found.group.title)]
    return "\n\n".join(parts)


async def change(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Another programme for the group."""
    await panel.change(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    toast = button_answer(query.id, visit.say.plain("programmes.change.done"))
    return [toast, rewrite(query, visit, *await _panel(visit, number(args, 0)))]


async def alone(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which programme at one's own pace?"""
    found = await panel.packs_alone(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, *_packs(found, visit.say, "programmes.alone_one", f"progownset:{number(args, 0)}"))


async def begun_alone(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It begins at the next prompt hour, in private."""
    await panel.begin_alone(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    return rewrite(query, visit, *await _panel(visit, number(args, 0)))


async def copy(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A private copy of the group's prompts, or none any more."""
    wanted = word(args, 1) == "1"
    await copies.choose(visit.session, visit.person, number(args, 0), wanted)
    toast = visit.say.plain("programmes.copied" if wanted else "programmes.not_copied")
    return [button_answer(query.id, toast), rewrite(query, visit, *await _panel(visit, number(args, 0)))]


async def budgets(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """How much may the assistant cost a teacher in a week?"""
    found, say = await panel.of_group(visit.session, visit.person, number(args, 0)), visit.say
    rows = [
        [button(say.plain("programmes.per_week", messages=m, minutes=t), f"budgetset:{number(args, 0)}:{at}")]
        for at, (m, t) in enumerate(budget.CHOICES)
    ]
    words = say("programmes.ask_budget", messages=found.group.budget_messages, minutes=found.group.budget_minutes)
    return rewrite(query, visit, words, rows)


async def allowed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The bound from now on."""
    messages, minutes = await panel.allow(visit.session, visit.person, number(args, 0), number(args, 1))
    toast = visit.say.plain("programmes.allowed", messages=messages, minutes=minutes)
    return [button_answer(query.id, toast), rewrite(query, visit, *await _panel(visit, number(args, 0)))]
