"""Umpan balik: a colleague responds to what was shared, in private on purpose, or by simply replying in the group."""

from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note, clipped
from content.texts import Texts
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import (
    Gives,
    Recently,
    called_in_group,
    calls,
    can_write_to,
    doorway,
    in_private,
    listen,
    private_of,
    put_aside,
    recent,
    set_aside,
)
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import feedback, replies, targets
from learning.feedback import NO_CRITERION, RECOGNITION, SUGGESTION, Begun, Given, Invitation
from storage import letters
from storage.letters import Button, Draft, Policy, button


class Giving(StatesGroup):
    """The next words are feedback; while its kind is chosen they wait for that."""

    choosing = State()
    writing = State()


class ReplyToPost(Filter):
    """A reply to what the assistant posted for a colleague; the handler may take ``code``."""

    async def __call__(self, message: Message, visit: Visit) -> bool | dict[str, Any]:
        answered = message.reply_to_message
        if answered is None or answered.from_user is None or answered.from_user.id != visit.me.id:
            return False
        # The button under it says what it is, also when its delivery was never confirmed; older posts have none.
        code = next((call[0] for call in calls(message, "fb", visit) if call), None)
        code = code or await targets.in_post(visit.session, message.chat.id, answered.message_id)
        return {"code": code} if code else False


def router() -> Router:
    door = Router(name="feedback")
    asked = Command("umpanbalik", "feedback", ignore_case=True)
    door.message.register(choose, InPrivate(), asked)
    door.message.register(choose_in_group, InGroup(), asked)
    door.callback_query.register(begin, Pressed("fb"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("u"))
    door.callback_query.register(choose_kind, InPrivate(), Pressed("fbkind"))
    door.message.register(early, InPrivate(), StateFilter(Giving.choosing), Recently(), Gives(talk=False))
    door.message.register(keep, InPrivate(), StateFilter(Giving.writing), Recently(), Gives())
    door.callback_query.register(say_in_group, InPrivate(), Pressed("fbgroup"))
    door.callback_query.register(helped, InPrivate(), Pressed("fbhelp"))
    door.callback_query.register(may_suggest, InPrivate(), Pressed("fbmay"))
    door.message.register(heard, InGroup(), Gives(), ReplyToPost())
    door.edited_message.register(heard_again, InGroup(), Gives(), ReplyToPost())
    return door


async def choose(_message: Message, visit: Visit) -> Answer:
    """/umpanbalik: what colleagues shared lately."""
    found = await targets.recent(visit.session, visit.person, visit.now)
    rows = [[button(clipped(one.named(visit.say), 60), f"fb:{one.code}")] for one in found]
    words = visit.say("peers.feedback.which" if rows else "peers.feedback.nothing_shared")
    return letters.message(visit.user_id, words, buttons=rows)


async def choose_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    draft = await choose(message, visit)
    return called_in_group(message, visit, [draft] if isinstance(draft, Draft) else [])


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button under a reflection or a piece, or in the list."""
    code = word(args, 0)
    if not can_write_to(visit):
        return doorway(query, visit, f"u{code}" if targets.read(code)[0] else "")
    words, rows = await _begun(code, visit, private_of(state, visit.user_id))
    return in_private(query, visit, [letters.message(visit.user_id, words, buttons=rows)])


async def begin_by_link(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The button opened the private chat."""
    words, rows = await _begun(payload, visit, state)
    return letters.message(visit.chat_id, words, buttons=rows)


async def _begun(code: str, visit: Visit, private: FSMContext) -> tuple[str, list[list[Button]]]:
    """The question; whatever else was under way in private is over, or the words would land there."""
    found = await feedback.invite(visit.session, visit.person, code)
    await listen(private, Giving.choosing, visit, code=found.target.code)
    return _question(found, visit)


def _question(found: Invitation, visit: Visit) -> tuple[str, list[list[Button]]]:
    """What it is, what to look at, and the kinds of feedback."""
    say, target = visit.say, found.target
    name = people.display(target.author, say)
    words = [say("peers.feedback.on_what", name=name, title=target.title(say, 300))]
    if found.criteria:
        words.append(say("peers.feedback.look_at", criteria=" · ".join(found.criteria)))
    words.append(say("peers.feedback.ask", name=name))
    return "\n\n".join(words), _kinds(target.code, found.kinds, say)


def _kinds(code: str, kinds: Sequence[str], say: Texts) -> list[list[Button]]:
    keys = [button(say.plain(f"peers.kind.{kind}"), f"fbkind:{code}:{kind}") for kind in kinds]
    return [keys[at : at + 2] for at in range(0, len(keys), 2)]


async def early(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """Written before the kind was chosen: it waits. A suggestion may need a yes first, so it is not among them."""
    found = await feedback.invite(visit.session, visit.person, str((await state.get_data()).get("code", "")))
    await set_aside(state, note)
    kinds = [kind for kind in found.kinds if kind != SUGGESTION]
    words = visit.say("peers.feedback.early", name=people.display(found.target.author, visit.say))
    return letters.message(visit.chat_id, words, buttons=_kinds(found.target.code, kinds, visit.say))


async def choose_kind(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The kind, and where there are two criteria one of them; then the next words are it."""
    code, kind, place = word(args, 0), word(args, 1), word(args, 2) or None
    begun = await feedback.begin(visit.session, visit.person, code, kind, place, visit.now)
    if begun.waits:
        name = people.display(begun.target.author, visit.say)
        return rewrite(query, visit, visit.say("peers.feedback.author_is_asked", name=name))
    if notes := await _waiting(state, code, kind, visit):
        return await _given_early(query, visit, state, begun, notes)
    # While the criterion is chosen, words are taken already: for none in particular.
    await listen(state, Giving.writing, visit, code=code, kind=kind, place=place or _unless(begun))
    return rewrite(query, visit, *_asked(begun, visit))


def _unless(begun: Begun) -> str:
    return NO_CRITERION if begun.choose else "0"


def _asked(begun: Begun, visit: Visit) -> tuple[str, list[list[Button]] | None]:
    if begun.choose:
        return visit.say("peers.feedback.which_criterion"), _criteria(begun, visit)
    return _write(begun, people.display(begun.target.author, visit.say), visit), None


async def _waiting(state: FSMContext, code: str, kind: str, visit: Visit) -> list[Note]:
    """What was written for this before its kind was known; suggestions are written after it."""
    data = await state.get_data()
    chosen = await state.get_state() == Giving.choosing.state and data.get("code") == code and kind != SUGGESTION
    return put_aside(data) if chosen and recent(data, visit) else []


async def _given_early(
    query: CallbackQuery, visit: Visit, state: FSMContext, begun: Begun, notes: list[Note]
) -> Answer:
    await state.clear()
    for note in notes:
        given = await feedback.keep(
            visit.session, visit.person, begun.target.code, begun.kind, NO_CRITERION, note, visit.now
        )  # fmt: skip
    return rewrite(query, visit, *_given(given, visit))


def _criteria(begun: Begun, visit: Visit) -> list[list[Button]]:
    data = f"fbkind:{begun.target.code}:{begun.kind}"
    rows = [[button(clipped(one, 60), f"{data}:{at}")] for at, one in enumerate(begun.choose)]
    return [*rows, [button(visit.say.plain("peers.button.in_general"), f"{data}:{NO_CRITERION}")]]


def _write(begun: Begun, name: str, visit: Visit) -> str:
    words = [visit.say(f"peers.feedback.write.{begun.kind}", name=name)]
    words += [visit.say("peers.feedback.look_at", criteria=begun.criterion)] if begun.criterion else []
    return "\n\n".join([*words, visit.say("peers.feedback.how", name=name)])


async def keep(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words themselves."""
    data = await state.get_data()
    await state.clear()
    code, kind, place = (str(data.get(name, "")) for name in ("code", "kind", "place"))
    given = await feedback.keep(visit.session, visit.person, code, kind, place, note, visit.now)
    words, rows = _given(given, visit)
    return letters.message(visit.chat_id, words, buttons=rows)


def _given(given: Given, visit: Visit) -> tuple[str, list[list[Button]] | None]:
    """Where it is now; recognition may be said in the group as well, and so may what is no suggestion."""
    say, key = visit.say, given.feedback.id
    words = "peers.feedback.brought" if given.arrives else "peers.feedback.cannot_reach"
    label = "peers.button.tell_group" if given.feedback.kind == RECOGNITION else "peers.button.group_too"
    rows = [[button(say.plain(label), f"fbgroup:{key}")]] if given.aloud else None
    return say(words, name=people.display(given.target.author, say)), rows


async def say_in_group(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Sampaikan di grup."""
    await feedback.say_in_group(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("peers.feedback.said_in_group"))


async def helped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Terbantu: the giver hears of it once, and the button has done its work."""
    await feedback.helped(visit.session, visit.person, number(args, 0), visit.now)
    toast = letters.button_answer(query.id, visit.say.plain("peers.feedback.helped_kept"))
    return [toast, *_without_button(query, visit)]


def _without_button(query: CallbackQuery, visit: Visit) -> list[Draft]:
    """The words stay (they may stand under a voice), their button goes."""
    if query.message is None:
        return []
    params = {"chat_id": visit.chat_id, "message_id": query.message.message_id}
    return [Draft("editMessageReplyMarkup", params, visit.chat_id, policy=Policy.REPEAT)]


async def may_suggest(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The author of a reflection says whether a suggestion is welcome."""
    wanted = word(args, 2) == "1"
    await feedback.wants_suggestion(visit.session, visit.person, number(args, 0), number(args, 1), wanted, visit.now)
    return rewrite(query, visit, visit.say("peers.feedback.welcome" if wanted else "peers.feedback.not_now"))


async def heard(message: Message, visit: Visit, note: Note, code: str) -> Answer:
    """A reply in the group to a colleague's post: kept, and nothing is said."""
    if visit.group is not None:
        await replies.to_post(
            visit.session, visit.person, visit.group.id, code, note, message.message_id, visit.now
        )  # fmt: skip
    return None


async def heard_again(message: Message, visit: Visit, note: Note, code: str) -> Answer:
    """That reply, edited."""
    if visit.group is not None:
        await replies.edited(visit.session, visit.person, visit.group.id, note, message.message_id, visit.now)
    return None
