"""What a teacher gives (words, a voice note, a picture), and the private side of a tap in the group."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from community import smalltalk
from community.notes import Note
from community.refusals import NeedsConsent
from handlers.visiting import Visit
from storage.letters import Draft, Lane, Policy, button_answer, link, message

STILL_MEANT = timedelta(hours=12)
_EPHEMERAL = timedelta(seconds=15)  # Telegram: as long after a tap may any bot speak to one member alone


class Gives(Filter):
    """Words that are no command, or a voice note; the handler may take ``note``.

    With ``photos`` also a picture. Without ``talk`` mere thanks or a greeting is not meant: it is answered as such
    (handlers/lost.py), and what was asked stays open.
    """

    def __init__(self, *, photos: bool = False, talk: bool = True) -> None:
        self.photos, self.talk = photos, talk

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        if message.voice is not None:
            return {"note": Note(message.caption, message.voice.file_id, message.voice.duration)}
        if message.photo and self.photos:
            return {"note": Note(message.caption, message.photo[-1].file_id, photo=True)}  # the largest comes last
        text = (message.text or "").strip()
        if not text or text.startswith("/") or (not self.talk and _is_talk(text)):
            return False
        return {"note": Note(text)}


def _is_talk(text: str) -> bool:
    meant = smalltalk.understand(text, {})
    return meant is not None and bool(meant.talk)


class RestOfAlbum(Filter):
    """A further picture of an album whose first one has been taken."""

    async def __call__(self, message: Message, state: FSMContext) -> bool:
        album = message.media_group_id
        return album is not None and (await state.get_data()).get("album") == album


async def album_taken(message: Message, state: FSMContext) -> bool:
    """Remember the album this picture belongs to, so that the rest of it is passed over. False: it stands alone."""
    if message.media_group_id is None or await state.get_state() is not None:
        return False
    await state.set_data({"album": message.media_group_id})
    return True


class Recently(Filter):
    """The question was asked not long ago: words of another day are about something else."""

    def __init__(self, within: timedelta = STILL_MEANT) -> None:
        self.within = within

    async def __call__(self, message: Message, state: FSMContext, visit: Visit) -> bool:
        return recent(await state.get_data(), visit, self.within)


def recent(data: Mapping[str, Any], visit: Visit, within: timedelta = STILL_MEANT) -> bool:
    """As Recently, for what a conversation remembers."""
    asked = data.get("at")
    return isinstance(asked, str) and visit.now - datetime.fromisoformat(asked) < within


async def remember(state: FSMContext, visit: Visit, reflection_id: int) -> None:
    """A reflection was kept just now: nothing is asked, and what comes next may belong to it (handlers/adding.py)."""
    album = (await state.get_data()).get("album")
    found = {"kept": reflection_id, "at": visit.now.isoformat()}
    await state.set_data(found | ({"album": album} if album else {}))


def put_aside(data: Mapping[str, Any]) -> list[Note]:
    """What was given in this conversation before it was clear what it is."""
    return [Note(**kept) for kept in data.get("aside", ())]


async def set_aside(state: FSMContext, note: Note) -> None:
    """Put one more aside; words that follow words are one note."""
    notes = put_aside(await state.get_data())
    if notes and note.medium == notes[-1].medium == "text":
        note = Note(f"{notes.pop().text}\n{note.text}")
    await state.update_data(aside=[asdict(one) for one in (*notes, note)])


def offers(message: Message, name: str, visit: Visit) -> int | None:
    """The number behind our button ``name`` under the message that is answered.

    A message of ours whose delivery was never confirmed has no id we know; its buttons still say what it is.
    """
    return next((int(call[0]) for call in calls(message, name, visit) if call and call[0].isdecimal()), None)


def calls(message: Message, name: str, visit: Visit) -> list[list[str]]:
    """What our buttons ``name`` under the message that is answered call back, in its parts after the name."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.id != visit.me.id:
        return []  # a forwarded copy is the forwarder's
    rows = answered.reply_markup.inline_keyboard if answered.reply_markup else []
    found = [(button.callback_data or "").split(":") for row in rows for button in row]
    return [call[1:] for call in found if call[0] == name]


async def listen(state: FSMContext, to: State, visit: Visit, **data: Any) -> None:
    """The next words in this conversation are for ``to``. Of somebody who has not agreed nothing is remembered."""
    if visit.person is None:
        raise NeedsConsent(f"t{data['delivery']}" if "delivery" in data else "")
    await state.set_state(to)
    await state.set_data(data | {"at": visit.now.isoformat()})


def private_of(state: FSMContext, user_id: int) -> FSMContext:
    """The same person's conversation in the private chat."""
    return FSMContext(storage=state.storage, key=replace(state.key, chat_id=user_id, thread_id=None))


def can_write_to(visit: Visit) -> bool:
    """The private chat is open: what the tap asks for can be said there at once."""
    return visit.private or (visit.person is not None and visit.person.reachable)


def doorway(query: CallbackQuery, visit: Visit, payload: str) -> list[Draft]:
    """The tap opens the private chat; where Telegram offers it, a line in the group that only they see, too."""
    answer = button_answer(query.id)
    answer.params["url"] = visit.deep_link(payload)
    if visit.group is None or not visit.group.bot_is_admin:
        return [answer]
    rows = [[link(visit.say.plain("learning.open_private"), visit.deep_link(payload))]]
    # The answer above does the work; should this one fail, nobody misses anything.
    aside = message(
        visit.chat_id, visit.say("learning.in_private"), buttons=rows, policy=Policy.ONCE, lane=Lane.BUTTON,
        not_after=visit.now + _EPHEMERAL, forgets=visit.person is None,
        person_id=visit.person.id if visit.person else None,
    )  # fmt: skip
    aside.params["ephemeral_message_parameters"] = {"receiver_user_id": visit.user_id, "callback_query_id": query.id}
    return [answer, aside]


def in_private(query: CallbackQuery, visit: Visit, drafts: Sequence[Draft]) -> list[Draft]:
    """What a tap brings stands in the private chat; tapped in the group, a toast says so."""
    toast = "" if visit.private else visit.say.plain("learning.written_privately")
    return [button_answer(query.id, toast), *drafts]


def called_in_group(asked: Message, visit: Visit, drafts: Sequence[Draft]) -> list[Draft]:
    """A command sent in the group: answered in private, with a thumb as a receipt; or with the way there."""
    if can_write_to(visit):
        return [thumb(asked, visit), *drafts]
    rows = [[link(visit.say.plain("learning.open_private"), visit.deep_link(""))]]
    return [message(visit.chat_id, visit.say("learning.in_private"), buttons=rows, reply_to=asked.message_id)]


def thumb(said: Message, visit: Visit) -> Draft:
    """Received: a reaction costs the group no message."""
    params = {
        "chat_id": visit.chat_id,
        "message_id": said.message_id,
        "reaction": [{"type": "emoji", "emoji": "👍"}],
    }
    return Draft("setMessageReaction", params, visit.chat_id, policy=Policy.REPEAT)
