"""Tujuan pekan and Refleksi pekan: the buttons on the first and the last day of a practice."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community.notes import Note
from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, album_taken, can_write_to, doorway, in_private, listen, private_of
from handlers.kept import stored
from handlers.reflections import audience_buttons
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import own_talk, readers, reading, weekly
from learning.weekly import Week
from storage import letters
from storage.letters import Button, Draft, button


class Planning(StatesGroup):
    """The next words are a goal, or the look back on it."""

    writing = State()


def router() -> Router:
    door = Router(name="weekly")
    door.callback_query.register(goal, Pressed("goal"))
    door.callback_query.register(week, Pressed("week"))
    for start in weekly.PAYLOADS:
        door.message.register(begin_by_link, InPrivate(), StartPayload(start))
    door.callback_query.register(replace, InPrivate(), Pressed("wnew"))
    door.callback_query.register(leave, InPrivate(), Pressed("wold"))
    door.callback_query.register(choose_reader, InPrivate(), Pressed("wto"))
    gives = Gives(photos=True, talk=False)
    door.message.register(keep, InPrivate(), StateFilter(Planning.writing), Recently(), gives)
    return door


async def goal(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button on the first day."""
    return await _begin(query, visit, state, number(args, 0), "goal")


async def week(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button on the last day."""
    return await _begin(query, visit, state, number(args, 0), "week")


async def _begin(query: CallbackQuery, visit: Visit, state: FSMContext, delivery_id: int, kind: str) -> Answer:
    if not can_write_to(visit):
        start = next(one for one, meant in weekly.PAYLOADS.items() if meant == kind)
        return doorway(query, visit, f"{start}{delivery_id}")
    return in_private(query, visit, [await _asked(visit, private_of(state, visit.user_id), delivery_id, kind)])


async def begin_by_link(message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The button opened the private chat."""
    start = (message.text or "").partition(" ")[2].strip()[:2]
    return await _asked(visit, state, number([payload], 0), weekly.PAYLOADS[start])


async def _asked(visit: Visit, state: FSMContext, delivery_id: int, kind: str) -> Draft:
    """The question; where there is an answer to it already, whether a new one shall take its place."""
    found = await weekly.invite(visit.session, visit.person, delivery_id, kind)
    words, rows = _kept_before(found, visit) if found.before is not None else await _question(found, visit)
    if found.before is None:
        await listen(state, Planning.writing, visit, delivery=delivery_id, kind=kind, audience="me")
    return letters.message(visit.user_id, words, buttons=rows)


def _kept_before(found: Week, visit: Visit) -> tuple[str, list[list[Button]]]:
    say, key = visit.say, found.invitation.delivery.id
    words = say("journal.weekly.before_goal" if found.kind == "goal" else "journal.weekly.before_week")
    if found.before is not None and not found.discreet:
        words = f"{words}\n\n{say('learning.quoted', words=reading.glimpse(found.before, say, 300))}"
    rows = [
        [button(say.plain("journal.button.replace"), f"wnew:{key}:{found.kind}")],
        [button(say.plain("journal.button.leave"), "wold")],
    ]
    return words, rows


async def _question(found: Week, visit: Visit, chosen: str = "") -> tuple[str, list[list[Button]]]:
    """The question, one's own goal where it looks back on it, and who could read the answer."""
    say, at = visit.say, found.invitation
    ask = "journal.weekly.ask_goal" if found.kind == "goal" else "journal.weekly.ask_week"
    told = [say(ask, title=found.practice.title(say.language)), *_own_goal(found, visit)]
    if found.kind == "week":
        told += await own_talk.lately(visit.session, visit.person, say, visit.now)
    reader = readers.audience_named(chosen or "me", at.readers, at.group.title, say, at.heads)
    which = "chosen" if chosen else "choose"
    # A goal has no pupils to show yet: no word of photos.
    told.append(
        say(f"journal.weekly.{which}" if found.kind == "goal" else f"learning.reflection.{which}", reader=reader)
    )
    rows = audience_buttons(at.readers, visit, f"wto:{at.delivery.id}:{found.kind}", chosen, at.heads)
    if found.discreet and found.goal is not None:
        rows.append([button(say.plain("journal.button.show"), f"rshow:{found.goal.id}")])
    return "\n\n".join(told), rows


def _own_goal(found: Week, visit: Visit) -> list[str]:
    say = visit.say
    if found.kind != "week":
        return []
    if found.goal is None:
        return [say("journal.weekly.no_goal")]
    if found.discreet:
        return [say("journal.weekly.goal_hidden")]
    return [say("journal.weekly.goal", words=reading.glimpse(found.goal, say, 600))]


async def replace(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Ya, ganti: the next words take the place of the old ones."""
    return await _chosen(query, visit, state, number(args, 0), word(args, 1), "")


async def choose_reader(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Who shall read it, before it is written."""
    return await _chosen(query, visit, state, number(args, 0), word(args, 1), word(args, 2))


async def _chosen(
    query: CallbackQuery, visit: Visit, state: FSMContext, delivery_id: int, kind: str, audience: str
) -> Answer:
    found = await weekly.invite(visit.session, visit.person, delivery_id, kind, audience or "me")
    await listen(state, Planning.writing, visit, delivery=delivery_id, kind=kind, audience=audience or "me")
    words, rows = await _question(found, visit, audience)
    return rewrite(query, visit, words, rows)


async def leave(query: CallbackQuery, visit: Visit) -> Answer:
    """Biarkan yang lama."""
    return rewrite(query, visit, visit.say("journal.weekly.left"))


async def keep(message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words themselves."""
    data = await state.get_data()
    await state.clear()
    key, kind, audience = int(data.get("delivery", 0)), str(data.get("kind", "")), str(data.get("audience", "me"))
    found = await weekly.keep(visit.session, visit.person, key, kind, audience, note, visit.now)
    album = await album_taken(message, state)
    return stored(found, message, visit, *([visit.say("learning.reflection.first_photo")] if album else []))
