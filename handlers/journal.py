"""/jurnal: one's own reflections, goals and trials by week; each opens by a tap, and all of it can be printed."""

from collections.abc import Iterator
from datetime import date

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import called_in_group
from handlers.kept import opened, shown
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import discreet, journal, printing, reading
from learning.journal import Page
from storage import letters
from storage.letters import Button, Draft, button

IN_A_ROW = 4


def router() -> Router:
    door = Router(name="journal")
    asked = Command("jurnal", "journal", ignore_case=True)
    door.message.register(newest, InPrivate(), asked)
    door.message.register(newest_in_group, InGroup(), asked)
    door.callback_query.register(turn, InPrivate(), Pressed("jweek"))
    door.callback_query.register(open_reflection, InPrivate(), Pressed("rshow"))
    door.callback_query.register(open_trial, InPrivate(), Pressed("tshow"))
    door.callback_query.register(shut, InPrivate(), Pressed("shut"))
    door.callback_query.register(download, InPrivate(), Pressed("jfile"))
    return door


async def newest(_message: Message, visit: Visit) -> Answer:
    """The newest week with anything in it."""
    return await _newest(visit)


async def newest_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group: answered in private."""
    return called_in_group(message, visit, [await _newest(visit)])


async def _newest(visit: Visit) -> Draft:
    page = await journal.page(visit.session, visit.person, None, 0, visit.zone)
    return letters.message(visit.user_id, reading.listed(page, visit.say), buttons=_below(page, visit))


async def turn(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """‹ and ›: another week, or more of this one."""
    page = await journal.page(visit.session, visit.person, _day(word(args, 0)), number(args, 1), visit.zone)
    return rewrite(query, visit, reading.listed(page, visit.say), _below(page, visit))


def _day(text: str) -> date | None:
    """The Monday in a button's data; None for what is no day (buttons can be forged)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _below(page: Page, visit: Visit) -> list[list[Button]]:
    say = visit.say
    if page.monday is None:
        return []
    keys = [
        button(say.plain("journal.button.open", n=n), f"{'tshow' if one.kind == 'trial' else 'rshow'}:{one.of.id}")
        for n, one in enumerate(page.entries, start=1)
    ]
    rows = [keys[at : at + IN_A_ROW] for at in range(0, len(keys), IN_A_ROW)]
    turns = list(_turns(page, visit))
    return [*rows, *([turns] if turns else []), [button(say.plain("journal.button.download"), "jfile")]]


def _turns(page: Page, visit: Visit) -> Iterator[Button]:
    for name, place in (("older", page.older), ("newer", page.newer)):
        if place is not None:
            monday, part = place
            label = visit.say.plain(f"journal.button.{name}", day=reading.short_day(monday, visit.say))
            yield button(label, f"jweek:{monday.isoformat()}:{part}")


async def open_reflection(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Buka: a reflection with its words, its reader, and what may be done with it."""
    return opened(await journal.reflection(visit.session, visit.person, number(args, 0), visit.zone), visit)


async def open_trial(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Buka: what the pupils did."""
    return opened(await journal.trial(visit.session, visit.person, number(args, 0), visit.zone), visit)


async def shut(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tutup sekarang."""
    await discreet.shut(visit.session, visit.person, word(args, 0), visit.now)
    return None


async def download(query: CallbackQuery, visit: Visit) -> Answer:
    """Unduh: everything as a page to print."""
    digest = await printing.file(visit.session, visit.person, visit.say, visit.zone, visit.now)
    if digest is None:
        return letters.message(visit.chat_id, visit.say("journal.empty"))
    shared = visit.person is not None and await discreet.is_shared(visit.session, visit.person.id)
    caption = visit.say("journal.file_vanishes" if shared else "journal.file")
    return shown([letters.document(visit.chat_id, digest, caption)], shared, visit)
