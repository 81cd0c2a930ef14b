"""`/laporan`: the group's figures as table and picture, in the private chat of who may see them."""

from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community.refusals import Refusal
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.visiting import Answer, Visit
from reports import before_after, overview, week_pages
from reports.dashboard.places import Kind
from reports.days import span
from reports.overview import Overview
from reports.periods import Period
from reports.words import figure, message_html
from storage.letters import Button, Draft, button, change, link, message
from storage.models import Group

_NAMES = {Period.WEEK: "reports.ask.week", Period.MONTH: "reports.ask.month", Period.ALL: "reports.ask.all"}


def router() -> Router:
    made = Router(name="reports")
    asked = Command("laporan", "report", ignore_case=True)
    made.message.register(report, asked, InPrivate())
    made.message.register(report_in_group, asked, InGroup())
    made.callback_query.register(report_of, Pressed("report"))
    return made


async def report(message: Message, visit: Visit) -> Answer:
    if await overview.reads_sums_alone(visit.session, visit.person):
        return await week_pages.start(visit.session, visit.person, visit.say, visit.now)
    groups = await overview.groups_for(visit.session, visit.person)
    if len(groups) > 1:
        return choice(groups, visit, "reports.ask.group", "report")
    told = await overview.for_person(visit.session, visit.person, groups[0].id, Period.MONTH, visit.now)
    return shown(told, visit)


async def report_in_group(message: Message, visit: Visit) -> Answer:
    if visit.group is None:
        return None
    told = await overview.for_person(visit.session, visit.person, visit.group.id, Period.MONTH, visit.now)
    return privately(shown(told, visit), message.message_id, visit)


async def report_of(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    group_id, period = numbered(args)
    told = await overview.for_person(visit.session, visit.person, group_id, _period(period), visit.now)
    return shown(told, visit, query.message.message_id if query.message else None)


def shown(told: Overview, visit: Visit, replaces: int | None = None) -> list[Draft]:
    """The table with its buttons, then the pictures, which are drawn on their way out."""
    say, chat = visit.say, visit.user_id
    html, buttons = message_html(told, say), _buttons(told, visit)
    drafts = [
        change(chat, html, buttons=buttons, message_id=replaces)
        if replaces is not None
        else message(chat, html, buttons=buttons)
    ]
    when = span(told.since, told.until, told.group.zone, say)
    for drawing, caption in (
        (figure(told, say.language), say("reports.picture.caption", group=told.group.title, span=when)),
        (before_after.figure(told, say.language), before_after.caption(told, say)),
    ):
        if drawing is not None:
            params: dict[str, Any] = {"chat_id": chat, "photo": {"drawing": drawing}, "caption": caption}
            drafts.append(Draft("sendPhoto", params | {"parse_mode": "HTML"}, chat))
    return drafts


def _buttons(told: Overview, visit: Visit) -> list[list[Button]]:
    say, number = visit.say, told.group.id
    periods = [
        button(say.plain(key), f"report:{number}:{period}") for period, key in _NAMES.items() if period != told.period
    ]
    more = [button(say.plain("reports.ask.review", n=told.to_review), f"tags:{number}")] if told.to_review else []
    if told.has_results and told.period is not None:
        more.append(button(say.plain("figures.button.results"), f"results:{Kind.GROUP}:{number}:{told.period}"))
    return [periods, more] if more else [periods]


def choice(groups: Sequence[Group], visit: Visit, question: str, name: str) -> Draft:
    """A button for each group; Telegram takes up to 100."""
    rows = [[button(group.title[:60], f"{name}:{group.id}")] for group in groups[:90]]
    return message(visit.user_id, visit.say(question), buttons=rows)


def privately(drafts: Sequence[Draft], reply_to: int, visit: Visit) -> list[Draft]:
    """Figures and names are for the private chat: the group only reads that they are on their way."""
    say = visit.say
    if visit.person is not None and visit.person.reachable:
        return [message(visit.chat_id, say("reports.ask.sent_privately"), reply_to=reply_to), *drafts]
    door = [[link(say.plain("reports.ask.open"), f"https://t.me/{visit.me.username}")]]
    return [message(visit.chat_id, say("reports.ask.open_privately"), buttons=door, reply_to=reply_to)]


def numbered(args: list[str]) -> tuple[int, str]:
    """The group's number and what follows it; a button that was tampered with is refused."""
    if not args or not args[0].isdecimal() or len(args[0]) > 18:
        raise Refusal
    return int(args[0]), args[1] if len(args) > 1 else ""


def _period(name: str) -> Period:
    return Period(name) if name in set(Period) else Period.MONTH
