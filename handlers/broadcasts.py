"""/sebar: gathered in the private chat, aimed by taps, confirmed once. What became of it is in handlers.ledger."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.enums import ContentType, MessageOriginType
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, Poll

from community import broadcasts, composing
from community.addressees import PEOPLE
from community.broadcasts import Piece
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently
from handlers.ledger import me, shown
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from storage.letters import message as letter
from storage.models import Broadcast


class Composing(StatesGroup):
    """What the next message in the private chat is: a piece of the broadcast, a moment, or the number."""

    gathering = State()
    when = State()
    number = State()


class NoCommand(Filter):
    """Anything that is not a command: commands go on working while something is put together."""

    async def __call__(self, message: Message) -> bool:
        return not (message.text or "").startswith("/")


class Digits(Filter):
    """A number alone; other words at this moment are about something else."""

    async def __call__(self, message: Message) -> bool:
        return (message.text or "").strip().replace(".", "").isdecimal()


def router() -> Router:
    door = Router(name="broadcasts")
    door.message.register(begin, InPrivate(), Command("sebar", "broadcast", ignore_case=True))
    door.message.register(elsewhere, InGroup(), Command("sebar", "broadcast", ignore_case=True))
    cancel = Command("batal", "cancel", ignore_case=True)
    door.message.register(cancelled, InPrivate(), StateFilter(*Composing.__states__), cancel)
    door.message.register(gathered, InPrivate(), StateFilter(Composing.gathering), Recently(), NoCommand())
    door.message.register(moment_typed, InPrivate(), StateFilter(Composing.when), Recently(), Words())
    door.message.register(number_typed, InPrivate(), StateFilter(Composing.number), Recently(), Digits())
    for name, step in _STEPS.items():
        door.callback_query.register(step, InPrivate(), Pressed(f"cast:{name}"))
    return door


async def _draft(visit: Visit, args: list[str]) -> Broadcast:
    return await broadcasts.drafted(visit.session, me(visit), number(args, 0))


async def _listen(state: FSMContext, to: State, cast_id: int, visit: Visit) -> None:
    await state.set_state(to)
    await state.set_data({"cast": cast_id, "at": visit.now.isoformat()})


async def _being_made(state: FSMContext, visit: Visit) -> Broadcast | None:
    """The draft that the next words belong to; None when it is gone, and the words are free again."""
    cast_id = int((await state.get_data()).get("cast", 0))
    try:
        return await broadcasts.drafted(visit.session, me(visit), cast_id)
    except broadcasts.Over:
        await state.clear()  # a refusal would undo this
        return None


async def begin(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """What is to go out?"""
    cast = await broadcasts.begin(visit.session, me(visit), visit.now)
    await _listen(state, Composing.gathering, cast.id, visit)
    words, rows = composing.opening(cast, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def gathered(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """One piece of it; an album comes as several messages and gets one receipt."""
    cast = await _being_made(state, visit)
    if cast is None:
        return letter(visit.chat_id, visit.say(broadcasts.Over.text_key))
    if not await broadcasts.gather(visit.session, cast, _piece(message)):
        return None
    words, rows = composing.received(cast, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


def _piece(message: Message) -> Piece:
    from_channel = message.forward_origin is not None and message.forward_origin.type == MessageOriginType.CHANNEL
    return Piece(
        message.message_id, ContentType(message.content_type).value, message.media_group_id, from_channel,
        bool(message.has_protected_content), _hides_answer(message.poll),
    )  # fmt: skip


def _hides_answer(poll: Poll | None) -> bool:
    return poll is not None and poll.type == "quiz" and not poll.correct_option_ids


async def next_step(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """It is complete: where to?"""
    page = composing.whom(await _draft(visit, args), visit.say)
    await state.clear()
    return rewrite(query, visit, *page)


async def towards(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Groups or people."""
    cast = await _draft(visit, args)
    page = await composing.towards(visit.session, me(visit), cast, word(args, 1), visit.say)
    return rewrite(query, visit, *page)


async def narrowed(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """All of them, or a list to choose from."""
    cast, way = await _draft(visit, args), word(args, 1)
    if way == "all":
        return await _chosen(query, visit, state, cast)
    return rewrite(query, visit, *await composing.picking(visit.session, me(visit), cast, way, 0, visit.say))


async def turned(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Another page of the list."""
    cast, way, page = await _draft(visit, args), word(args, 1), number(args, 2)
    return rewrite(query, visit, *await composing.picking(visit.session, me(visit), cast, way, page, visit.say))


async def picked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the list is taken, or let go."""
    cast, way, page = await _draft(visit, args), word(args, 1), number(args, 2)
    shown = await composing.picking(visit.session, me(visit), cast, way, page, visit.say, toggled=word(args, 3))
    return rewrite(query, visit, *shown)


async def done_picking(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The list is as it should be."""
    return await _chosen(query, visit, state, await _draft(visit, args))


async def _chosen(query: CallbackQuery, visit: Visit, state: FSMContext, cast: Broadcast) -> Answer:
    """Of people the roles are asked; groups are reviewed at once."""
    if cast.target.get("to") == PEOPLE:
        return rewrite(query, visit, *await composing.roles(visit.session, me(visit), cast, visit.say))
    return await _reviewed(query, visit, state, cast)


async def role(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A role is taken, or let go."""
    cast = await _draft(visit, args)
    page = await composing.roles(visit.session, me(visit), cast, visit.say, toggled=word(args, 1))
    return rewrite(query, visit, *page)


async def review(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What goes to how many; and when?"""
    return await _reviewed(query, visit, state, await _draft(visit, args))


async def _reviewed(query: CallbackQuery, visit: Visit, state: FSMContext, cast: Broadcast, note: str = "") -> Answer:
    """The preview comes once, above the count."""
    await state.clear()
    words, rows = await composing.review(visit.session, me(visit), cast, visit.say, visit.now, note=note)
    if not composing.first_preview(cast):
        return rewrite(query, visit, words, rows)
    closed = rewrite(query, visit, visit.say("broadcasts.preview"))
    return [closed, composing.preview(cast, visit.chat_id), letter(visit.chat_id, words, buttons=rows)]


async def again(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Somewhere else after all."""
    return rewrite(query, visit, *composing.whom(await _draft(visit, args), visit.say))


async def when(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Now, tomorrow morning, or a moment to be typed."""
    cast = await _draft(visit, args)
    if word(args, 1) == "other":
        await _listen(state, Composing.when, cast.id, visit)
        return letter(visit.chat_id, visit.say("broadcasts.when.how"))
    page = await composing.at(visit.session, me(visit), cast, word(args, 1), visit.say, visit.now)
    await _listen(state, Composing.number, cast.id, visit)
    return rewrite(query, visit, *page)


async def moment_typed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The moment in words."""
    cast = await _being_made(state, visit)
    if cast is None:
        return letter(visit.chat_id, visit.say(broadcasts.Over.text_key))
    said = message.text or ""
    words, rows = await composing.typed(visit.session, me(visit), cast, said, visit.say, visit.now)
    await _listen(state, Composing.number, cast.id, visit)
    return letter(visit.chat_id, words, buttons=rows)


async def go(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The yes, by a tap; a second tap shows what the first one began."""
    cast = await broadcasts.confirm(visit.session, me(visit), number(args, 0), number(args, 1), visit.now)
    if cast.state == "draft":
        return await _reviewed(query, visit, state, cast, visit.say("broadcasts.changed"))
    await state.clear()
    return rewrite(query, visit, *await shown(visit, cast))


async def number_typed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The yes, by typing how many."""
    cast = await _being_made(state, visit)
    if cast is None:
        return letter(visit.chat_id, visit.say(broadcasts.Over.text_key))
    cast = await composing.typed_number(visit.session, me(visit), cast, message.text or "", visit.now)
    await state.clear()
    words, rows = await shown(visit, cast)
    return letter(visit.chat_id, words, buttons=rows)


async def dropped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Nothing is sent after all."""
    await _draft(visit, args)
    return rewrite(query, visit, await _given_up(visit, state, "broadcasts.dropped_draft"))


async def cancelled(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """/batal while something is put together."""
    return letter(visit.chat_id, await _given_up(visit, state, "community.cancelled"))


async def _given_up(visit: Visit, state: FSMContext, words: str) -> str:
    await broadcasts.abandon(visit.session, me(visit).person.id)
    await state.clear()
    return visit.say(words)


async def _previewed(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram says which messages it could copy into the sender's own chat."""
    if composing.copied_all(answer, data) or visit.person is None:
        return None
    return letter(visit.chat_id, visit.say("broadcasts.not_copied"))


ANSWERS = {"broadcasts.previewed": _previewed}
_STEPS: dict[str, Callable[..., Any]] = {
    "next": next_step, "to": towards, "by": narrowed, "page": turned, "pick": picked, "done": done_picking,
    "role": role, "review": review, "again": again, "again_when": review, "when": when, "go": go, "drop": dropped,
}  # fmt: skip
