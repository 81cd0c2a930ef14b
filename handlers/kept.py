"""What a stored note looks like to its writer: right after saving, opened from the journal, on a shared phone."""

from collections.abc import Sequence

from aiogram.types import Message

from community import notes
from handlers.visiting import Visit
from learning import discreet, kinds, readers, reading
from learning.journal import Opened
from learning.reflections import Kept
from storage import letters
from storage.letters import Button, Draft, button


def reader_of(found: Kept, visit: Visit) -> str:
    """Who reads it, as plain text."""
    row = found.reflection
    return readers.audience_named(row.audience, found.readers, found.group.title, visit.say, found.heads)


def confirmation(found: Kept, visit: Visit) -> tuple[str, list[list[Button]]]:
    """That it is stored and who reads it, with the ways to change that; on a shared phone one opens it first."""
    say, row = visit.say, found.reflection
    if row.kind == kinds.DRAFT:
        return say("journal.guided.later"), going_on(row.delivery_id, visit)
    name = "goal" if row.kind == "goal" and row.medium == "text" else row.medium
    words = say(f"learning.reflection.kept_{name}", reader=reader_of(found, visit), seconds=row.seconds or 0)
    if found.discreet:
        return words, [[button(say.plain("journal.button.show"), f"rshow:{row.id}")]]
    return words, changes(row.id, visit)


def changes(reflection_id: int, visit: Visit) -> list[list[Button]]:
    """Change, another reader, delete: not three in a row, where a narrow phone cuts the words."""
    labels = {"redit": "learning.button.edit", "rwho": "learning.button.reader", "rdel": "learning.button.remove"}
    change, reader, remove = [
        button(visit.say.plain(label), f"{name}:{reflection_id}") for name, label in labels.items()
    ]
    return [[change, reader], [remove]]


def going_on(delivery_id: int, visit: Visit) -> list[list[Button]]:
    """The way back into a guided reflection."""
    return [[button(visit.say.plain("journal.button.go_on"), f"guide:{delivery_id}")]]


def stored(found: Kept, message: Message, visit: Visit, *more: str) -> list[Draft]:
    """The answer to a note that has just been given, with ``more`` sentences below."""
    words, rows = confirmation(found, visit)
    swept = swept_away(message, visit) if found.discreet and found.reflection.audience != "group" else []
    told = [words, *more, *([visit.say("journal.shared.written")] if swept else [])]
    return [letters.message(visit.chat_id, "\n\n".join(told), buttons=rows), *swept]


def swept_away(message: Message, visit: Visit) -> list[Draft]:
    """On a shared phone the teacher's own words leave the chat too."""
    if visit.person is None or not visit.private:
        return []
    return [discreet.written(visit.chat_id, message.message_id, visit.key, visit.person, visit.now)]


def opened(one: Opened, visit: Visit) -> list[Draft]:
    """All of its words, voices and pictures; below the last of them what may be done with it."""
    say, chat = visit.say, visit.chat_id
    drafts = [notes.shown(note, chat, say, heading) for heading, note in reading.media(one.entry.of, say)]
    *before, last = reading.opened(one, say)
    if one.discreet:
        last = f"{last}\n\n{say('journal.shared.vanishes')}"
    drafts += [letters.message(chat, words) for words in before]
    return shown([*drafts, letters.message(chat, last, buttons=_below(one, visit))], one.discreet, visit)


def _below(one: Opened, visit: Visit) -> list[list[Button]]:
    say, entry = visit.say, one.entry
    if one.kept is None:
        rows = [[button(say.plain("learning.button.edit"), f"pupils:{entry.delivery.id}")]]
    elif entry.kind == kinds.DRAFT:
        remove = button(say.plain("learning.button.remove"), f"rdel:{entry.of.id}")
        rows = [*going_on(entry.delivery.id, visit), [remove]]
    else:
        rows = changes(entry.of.id, visit)
    return rows + ([[shut(visit)]] if one.discreet else [])


def shut(visit: Visit) -> Button:
    """Tutup sekarang: for what this visit shows on a shared phone."""
    return button(visit.say.plain("journal.button.shut"), f"shut:{visit.key}")


def shown(drafts: Sequence[Draft], shared: bool, visit: Visit) -> list[Draft]:
    """Messages with private words; on a shared phone each of them goes again after ten minutes."""
    if not shared or visit.person is None:
        return list(drafts)
    return discreet.vanishing(drafts, visit.key, visit.person, visit.now)


async def on_shared_phone(visit: Visit) -> bool:
    """The one who is here said that others use their phone too."""
    return visit.person is not None and await discreet.is_shared(visit.session, visit.person.id)
