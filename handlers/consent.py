"""Asking for consent, taking the answer, showing and changing it."""

from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import consent, joining, people, purposes, readiness
from handlers import menu
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import rewrite, word
from handlers.visiting import Answer, Visit
from learning import leaving, newcomers
from storage.letters import Draft, Policy, button, button_answer, link, message
from storage.models import Person

_AT_ONCE = timedelta(minutes=1)  # an answer in the group that comes later answers nothing


def router() -> Router:
    door = Router(name="consent")
    door.callback_query.register(yes, InPrivate(), Pressed("consent:yes"))
    door.callback_query.register(read, InPrivate(), Pressed("consent:read"))
    door.callback_query.register(no, InPrivate(), Pressed("consent:no"))
    door.callback_query.register(stop, InPrivate(), Pressed("consent:stop"))
    door.callback_query.register(stopped, InPrivate(), Pressed("consent:stopped"))
    door.callback_query.register(stays, InPrivate(), Pressed("consent:stays"))
    door.callback_query.register(purpose, InPrivate(), Pressed("purpose"))
    door.callback_query.register(addressed, InPrivate(), Pressed("address"))
    door.message.register(privacy, InPrivate(), Command("privasi", "privacy", ignore_case=True))
    return door


def _days(visit: Visit) -> int:
    """RETENTION_DAYS as the front hall gives it to the visit; the setting's own default otherwise."""
    return int(visit.retention_days)


async def consent_needed(
    visit: Visit, query: CallbackQuery | None, payload: str, answered: int | None = None
) -> Answer:
    """A room refused with NeedsConsent: ask in private, or show the way there from a group.

    ``answered``: the message in the group that is answered.
    """
    if query is not None and not visit.private:
        return _private_chat(visit, query, payload)
    if not visit.private:
        return _way_from_group(visit, answered)
    # Whoever opens a link came by themselves; a command in passing is one of the two times.
    return await ask(visit, payload, unasked=not payload)


def _private_chat(visit: Visit, query: CallbackQuery, payload: str) -> Draft:
    draft = button_answer(query.id)
    draft.params["url"] = visit.deep_link(payload)
    return draft


def _way_from_group(visit: Visit, answered: int | None) -> Draft:
    """To them alone where Telegram lets an admin do so. Nobody else is to learn here who has not agreed."""
    if visit.group is None or not visit.group.bot_is_admin:
        return elsewhere(visit, answered)
    rows = [[link(visit.say.plain("learning.open_private"), visit.deep_link(""))]]
    aside = message(
        visit.chat_id, visit.say("community.consent.in_private"), buttons=rows, policy=Policy.ONCE,
        not_after=visit.now + _AT_ONCE, then="community.aside_sent",
        then_data={"chat_id": visit.chat_id, "reply_to": answered}, forgets=True,
    )  # fmt: skip
    aside.params["ephemeral_message_parameters"] = {"receiver_user_id": visit.user_id}
    return aside


async def _aside_sent(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram did not take it: the words that everybody gets."""
    return None if answer["ok"] else elsewhere(visit, data.get("reply_to"))


def elsewhere(visit: Visit, answered: int | None) -> Draft:
    """The way into the private chat, in words that say nothing about who asked."""
    rows = [[link(visit.say.plain("learning.open_private"), visit.deep_link(""))]]
    return message(visit.chat_id, visit.say("learning.in_private"), buttons=rows, reply_to=answered)


async def ask(visit: Visit, payload: str = "", *, unasked: bool, again: bool = False) -> Draft:
    """The question of consent in private."""
    return await consent.question(
        visit.session, visit.user_id, visit.fingerprint, payload, visit.say, _days(visit), visit.now,
        unasked=unasked, again=again,
    )  # fmt: skip


async def read(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Baca lagi: the question in place of the line that offered it; to who has agreed, what they agreed to."""
    if visit.person is not None:
        return await _standing(visit, visit.person)
    asked = (await ask(visit, consent.carried(word(args, 0)), unasked=False, again=True)).params
    return rewrite(query, visit, asked["text"], asked["reply_markup"]["inline_keyboard"])


async def yes(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The person agrees."""
    shown = query.message.message_id if query.message else None
    drafts = await joining.said_yes(
        visit.session, visit.user_id, visit.fingerprint, word(args, 0), visit.say.language, shown, visit.now,
        tell=newcomers.welcome,
    )  # fmt: skip
    return [*drafts, await own_menu(visit)]


async def no(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The person declines; said by somebody who had agreed, it is a withdrawal. The way back leads to the same link."""
    if visit.person is not None:
        return await stopped(query, visit)
    await consent.decline(visit.session, visit.fingerprint, visit.now)
    return rewrite(
        query,
        visit,
        visit.say("community.consent.declined"),
        [[consent.read(visit.say, consent.carried(word(args, 0)))]],
    )


async def privacy(_message: Message, visit: Visit) -> Answer:
    """/privasi: what one agreed to, or the question."""
    if visit.person is None:
        return await ask(visit, unasked=False)
    return await _standing(visit, visit.person)


async def _standing(visit: Visit, person: Person) -> Draft:
    words, rows = await joining.privacy(visit.session, person, visit.say, _days(visit))
    return message(visit.chat_id, words, buttons=rows)


async def purpose(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Yes or no to one more thing the data may serve."""
    if visit.person is None:
        return await ask(visit, unasked=True)
    await purposes.answer(visit.session, visit.person, word(args, 0), word(args, 1) == "yes", visit.now)
    words, rows = await joining.privacy(visit.session, visit.person, visit.say, _days(visit))
    return rewrite(query, visit, words, rows)


async def stop(query: CallbackQuery, visit: Visit) -> Answer:
    """Before stopping: what happens then."""
    rows = [
        [button(visit.say.plain("community.consent.really_stop"), "consent:stopped")],
        [button(visit.say.plain("community.consent.stay"), "consent:stays")],
    ]
    return rewrite(query, visit, visit.say("community.consent.before_stop"), rows)


async def stays(query: CallbackQuery, visit: Visit) -> Answer:
    """Thought better of stopping."""
    return rewrite(query, visit, visit.say("community.consent.as_it_was"))


async def stopped(query: CallbackQuery, visit: Visit) -> Answer:
    """The consent is withdrawn."""
    words = rewrite(query, visit, visit.say("community.consent.stopped"))
    if visit.person is None:
        return words  # a menu would name somebody of whom nothing is kept
    await leaving.withdraw(visit.session, visit.person, visit.now)
    await consent.decline(visit.session, visit.fingerprint, visit.now)
    return [words, menu.private(visit.user_id, (), visit.say.language)]


async def addressed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """How the person wants to be addressed."""
    if visit.person is None:
        return await ask(visit, unasked=True)
    shown = query.message.message_id if query.message else None
    payload = consent.carried(word(args, 1))
    onward = visit.deep_link(payload) if payload else None
    kept = await joining.addressed(visit.session, visit.person, word(args, 0), visit.say, shown, onward)
    asked = await readiness.at_joining(visit.session, visit.person, visit.say, visit.now)
    return [kept, asked] if asked else kept


async def own_menu(visit: Visit) -> Draft:
    """The menu of this private chat, after a role was gained."""
    person = await people.by_user(visit.session, visit.user_id)
    language = person.language if person else visit.say.language
    return menu.private(visit.user_id, await joining.roles(visit.session, person), language)


async def _named(answer: dict[str, Any], _data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram tells the name of somebody who has just agreed."""
    chat = answer["result"] if answer["ok"] else None
    if visit.person is not None and isinstance(chat, dict):
        full = f"{chat.get('first_name') or ''} {chat.get('last_name') or ''}"
        await people.named(visit.session, visit.person, full)
    return None


ANSWERS = {"community.named": _named, "community.aside_sent": _aside_sent}
