"""Joining links and invitations: making them, renewing them, opening them."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import invitations, joining
from handlers.consent import own_menu
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.rewriting import number, word
from handlers.visiting import Answer, Visit
from learning import newcomers


def router() -> Router:
    door = Router(name="invitations")
    door.message.register(join, InPrivate(), StartPayload("g"))
    door.message.register(accept, InPrivate(), StartPayload("i"))
    door.message.register(links, InPrivate(), Command("gabung", "join", ignore_case=True))
    door.message.register(poster, InGroup(), Command("gabung", "join", ignore_case=True))
    door.callback_query.register(renew, InPrivate(), Pressed("join:renew"))
    door.callback_query.register(link_of, InPrivate(), Pressed("join:of"))
    door.message.register(invite, InPrivate(), Command("undang", "invite", ignore_case=True))
    door.callback_query.register(invited, InPrivate(), Pressed("invite"))
    return door


async def join(_message: Message, visit: Visit, payload: str) -> Answer:
    """The reusable link of teachers."""
    return await _opened("g", payload, visit)


async def accept(_message: Message, visit: Visit, payload: str) -> Answer:
    """A single-use link to another role."""
    return await _opened("i", payload, visit)


async def _opened(letter: str, token: str, visit: Visit) -> Answer:
    drafts = await joining.opened(
        visit.session, letter, token, visit.person, visit.chat_id, visit.say, visit.now, is_owner=visit.is_owner,
        tell=newcomers.welcome,
    )  # fmt: skip
    return [*drafts, await own_menu(visit)]


async def links(_message: Message, visit: Visit) -> Answer:
    """/gabung in private: link, QR and the text for WhatsApp."""
    return await _links(visit, None)


async def link_of(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The group whose link is wanted."""
    return await _links(visit, number(args, 0))


async def _links(visit: Visit, group_id: int | None) -> Answer:
    return await invitations.join_links(
        visit.session, visit.person, group_id, visit.chat_id, visit.say, visit.deep_link, visit.now
    )


async def renew(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The joining link went round too far: a new one."""
    return await invitations.renewed(
        visit.session, number(args, 0), visit.person, visit.chat_id, visit.say, visit.deep_link, visit.now
    )


async def poster(_message: Message, visit: Visit) -> Answer:
    """/gabung in the group: one message with the button."""
    return await invitations.poster(visit.session, visit.group, visit.person, visit.chat_id, visit.deep_link, visit.now)


async def invite(_message: Message, visit: Visit) -> Answer:
    """/undang: for which group?"""
    return await invitations.whom_to_invite(visit.session, visit.person, visit.is_owner, None, visit.chat_id, visit.say)


async def invited(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A group was chosen (which role?), or a role (here is the link)."""
    group_id, who, to = number(args, 0), visit.person, visit.chat_id
    if len(args) < 2:
        return await invitations.whom_to_invite(visit.session, who, visit.is_owner, group_id, to, visit.say)
    return await invitations.invited(
        visit.session, group_id, word(args, 1), who, visit.is_owner, to, visit.say, visit.deep_link, visit.now
    )
