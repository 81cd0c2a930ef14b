"""The buttons of the weekly synthesis and the pulse: pass on, say yes to it, answer, switch off."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import people
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import called_in_group, thumb
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import exchange, pulses
from storage import letters
from storage.letters import Button, button, button_answer


def router() -> Router:
    door = Router(name="synthesis")
    door.callback_query.register(pass_on, InPrivate(), Pressed("passon"))
    passing_on = Command("bagikan", "passon", ignore_case=True)
    door.message.register(pass_on_reply, InGroup(), passing_on)
    door.message.register(how_to_pass_on, InPrivate(), passing_on)
    door.callback_query.register(agree, InPrivate(), Pressed("passok"))
    door.callback_query.register(answer, Pressed("pulse"))
    asked = Command("denyut", "pulse", ignore_case=True)
    door.message.register(settings, InPrivate(), asked)
    door.message.register(settings_in_group, InGroup(), asked)
    door.callback_query.register(switch, InPrivate(), Pressed("pulseto"))
    return door


async def pass_on(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A facilitator finds it worth passing on to the other groups."""
    target = await exchange.mark(visit.session, visit.person, word(args, 0), visit.now)
    name = people.display(target.author, visit.say)
    return button_answer(query.id, visit.say.plain("peers.exchange.author_is_asked", name=name), alert=True)


async def pass_on_reply(message: Message, visit: Visit) -> Answer:
    """/bagikan as a reply, in the group: a thumb is the receipt."""
    answered = message.reply_to_message.message_id if message.reply_to_message else 0
    await exchange.mark_message(visit.session, visit.person, visit.group, visit.chat_id, answered, visit.now)
    return thumb(message, visit)


async def how_to_pass_on(_message: Message, visit: Visit) -> Answer:
    """/bagikan in private, where there is nothing to reply to."""
    return letters.message(visit.user_id, await exchange.explain(visit.session, visit.person, visit.say))


async def agree(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The author's answer; a yes can still be taken back."""
    code, how = word(args, 0), word(args, 1)
    said = await exchange.agree(visit.session, visit.person, code, how, visit.now)
    no = [[button(visit.say.plain("peers.exchange.answer.take_back"), f"passok:{code}:{exchange.NO}")]]
    return rewrite(query, visit, visit.say(f"peers.exchange.said.{said}"), no if said != exchange.NO else None)


async def answer(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One to five, without a name."""
    value = number(args, 1)
    await pulses.answer(visit.session, visit.person, visit.fingerprint, number(args, 0), value, visit.now)
    return button_answer(query.id, visit.say.plain("peers.pulse.kept", value=value))


async def settings(_message: Message, visit: Visit) -> Answer:
    """/denyut: where it is on."""
    words, rows = await _settings(visit)
    return letters.message(visit.user_id, words, buttons=rows)


async def settings_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    words, rows = await _settings(visit)
    return called_in_group(message, visit, [letters.message(visit.user_id, words, buttons=rows)])


async def _settings(visit: Visit) -> tuple[str, list[list[Button]]]:
    say, found = visit.say, await pulses.standings(visit.session, visit.person)
    rows = [
        [button(say.plain(f"peers.pulse.switch_{'off' if one.on else 'on'}", group=one.group.title)[:64],
                f"pulseto:{one.group.id}:{int(not one.on)}")]
        for one in found
    ]  # fmt: skip
    return say("peers.pulse.about" if found else "peers.pulse.no_group"), rows


async def switch(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """On or off for one group."""
    await pulses.switch(visit.session, visit.person, number(args, 0), word(args, 1) == "1", visit.now)
    return rewrite(query, visit, *await _settings(visit))
