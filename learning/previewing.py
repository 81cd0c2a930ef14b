"""A pack, lesson by lesson as teachers would see it, before it goes out or is chosen."""

from collections.abc import Collection
from dataclasses import dataclass

from community.notes import MESSAGE
from content import previews
from content.lessons import Lesson, Pack
from content.texts import Texts
from learning import authoring, media, panel, prompts, quizzes
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import Person

Shown = tuple[str, list[list[Button]]]
# What a button under a prompt does here; those that are not named say that this is only a preview.
_HERE = {"media": "pvmedia", "quiz": "pvquiz", "choose": "pvmore", "sheet": "pvmore"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A pack that is looked at: `key` names it in buttons, `back` and its label lead to where it was opened from.

    `missing` are its files that nobody has sent yet.
    """

    pack: Pack
    key: str
    back: str
    label: str
    missing: Collection[str] = ()


async def opened(session: Session, person: Person | None, key: str) -> Seen:
    """By the number of a version made in the chat ("12"), or one that a group may choose ("<group>.<pack>").

    Both are for facilitators of the group. Raises NeedsConsent, NotAllowed, Gone, and a Refusal.
    """
    number, dot, pack_id = key.partition(".")
    number = number if number.isascii() and number.isdecimal() and len(number) < 19 else "0"
    if dot:
        pack = await panel.look(session, person, int(number), pack_id)
        return Seen(pack, key, f"progset:{key.replace('.', ':')}", "programmes.back")
    seen = await authoring.opened(session, person, int(number))
    return Seen(seen.pack, number, f"pk:{number}", "means.pack.back", seen.missing)


def lesson_at(seen: Seen, place: int) -> Lesson:
    """The lesson of that place, those without a day last. Raises Gone."""
    lessons = (*seen.pack.lessons, *seen.pack.side)
    if not 0 <= place < len(lessons):
        raise Gone
    return lessons[place]


def page(seen: Seen, place: int, say: Texts) -> Shown:
    """A lesson with the buttons it will have, and the ways to the one before and the one after."""
    lesson, key = lesson_at(seen, place), seen.key
    rows = [
        [_here(one, key, place) for one in row]
        for row in prompts.buttons(say, 0, lesson)
    ]  # fmt: skip
    of = len(seen.pack.lessons) + len(seen.pack.side)
    turn = [button("‹", f"pv:{key}:{place - 1}")] if place else []
    turn.append(button(say.plain("means.pack.place", at=place + 1, of=of), f"pv:{key}:{place}"))
    turn += [button("›", f"pv:{key}:{place + 1}")] if place + 1 < of else []
    more = [
        button(say.plain("means.pack.extras"), f"pvmore:{key}:{place}"),
        button(say.plain(seen.label), seen.back),
    ]
    return prompts.words(lesson, say), [*rows, turn, more]


def _here(one: Button, key: str, place: int) -> Button:
    name, *rest = str(one.get("callback_data", "")).split(":")
    data = f"{_HERE[name]}:{key}:{place}" if name in _HERE else "pvno"
    return button(one["text"], f"{data}:{rest[1]}" if name == "media" else data)


def medium(seen: Seen, place: int, number: int, chat_id: int, say: Texts) -> Draft:
    """A medium as a tap on it will bring it; one whose file nobody has sent yet in words. Raises Gone."""
    lesson = lesson_at(seen, place)
    if number >= len(lesson.media):
        raise Gone
    one, text = lesson.media[number], lesson.text(say.language).media[number]
    if media.lies_elsewhere(one):
        return media.linked(one, text, chat_id, say)
    if one.file in seen.missing:
        return message(chat_id, say("means.medium.unsent", title=text.title, alt=text.alt))
    return media.as_file(one, text, seen.pack.id, chat_id, say)


def quiz(seen: Seen, place: int, chat_id: int, say: Texts) -> Draft:
    """The quiz as Telegram will show it; what is answered here is kept nowhere. Raises Gone."""
    return quizzes.poll(lesson_at(seen, place), chat_id, say)


def extras(seen: Seen, place: int, say: Texts) -> list[str]:
    """Everything the lesson brings along, and whom its branches speak to, each part short enough for a message."""
    lesson = lesson_at(seen, place)
    parts = [*previews.extras(lesson, say), *previews.branches(seen.pack, lesson, say)]
    pages: list[str] = []
    for part in parts or [say("means.pack.extras_none")]:
        if pages and len(pages[-1]) + len(part) + 2 <= MESSAGE:
            pages[-1] = f"{pages[-1]}\n\n{part}"
        else:
            pages.append(part)
    return pages
