"""What became of a broadcast: its ledger, refreshed in place, stopped, taken back."""

from aiogram import Router
from aiogram.types import CallbackQuery

from community import addressees, broadcasts, ledger, recalls
from community.addressees import Sender
from community.composing import Page
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from storage.letters import button
from storage.letters import message as letter
from storage.models import Broadcast


def router() -> Router:
    door = Router(name="ledger")
    for name, step in (("see", see), ("stop", stop), ("back", ask_back), ("undo", undo), ("past", past)):
        door.callback_query.register(step, InPrivate(), Pressed(f"cast:{name}"))
    return door


def me(visit: Visit) -> Sender:
    """Who broadcasts. Raises NeedsConsent for who has not agreed."""
    return addressees.sender(visit.person, visit.is_owner)


async def shown(visit: Visit, cast: Broadcast) -> Page:
    """The ledger as of now."""
    _, zone = await broadcasts.hours(visit.session, me(visit), cast.target)
    return await ledger.page(visit.session, cast, visit.say, zone, visit.now)


async def see(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """How it stands now."""
    cast = await recalls.confirmed(visit.session, me(visit), number(args, 0))
    return rewrite(query, visit, *await shown(visit, cast))


async def stop(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What waits is not sent any more."""
    cast = await recalls.stop(visit.session, me(visit), number(args, 0), visit.now)
    return rewrite(query, visit, *await shown(visit, cast))


async def ask_back(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Before taking it back: what that does."""
    cast = await recalls.confirmed(visit.session, me(visit), number(args, 0))
    rows = [
        [button(visit.say.plain("broadcasts.button.really_withdraw"), f"cast:undo:{cast.id}")],
        [button(visit.say.plain("broadcasts.button.keep"), f"cast:see:{cast.id}")],
    ]
    return rewrite(query, visit, visit.say("broadcasts.really_withdraw"), rows)


async def undo(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Copies are deleted wherever Telegram allows it."""
    cast = await recalls.withdraw(visit.session, me(visit), number(args, 0), visit.now)
    return rewrite(query, visit, *await shown(visit, cast))


async def past(query: CallbackQuery, visit: Visit) -> Answer:
    """The last broadcasts."""
    person = me(visit).person
    words, rows = await ledger.recent(visit.session, person.id, visit.say, person.zone or visit.zone)
    return letter(visit.chat_id, words, buttons=rows or None)
