"""A pack made in the chat, lesson by lesson as teachers would see it, before it goes out."""

from content import previews
from content.lessons import Lesson
from content.texts import Texts
from learning import media, prompts, quizzes
from learning.authoring import Made
from learning.notes import MESSAGE
from learning.refusals import Gone
from storage.letters import Button, Draft, button, message

Shown = tuple[str, list[list[Button]]]
# What a button under a prompt does here; those that are not named say that this is only a preview.
_HERE = {"media": "pvmedia", "quiz": "pvquiz", "choose": "pvmore", "sheet": "pvmore"}


def lesson_at(made: Made, place: int) -> Lesson:
    """The lesson of that place, those without a day last. Raises Gone."""
    lessons = (*made.pack.lessons, *made.pack.side)
    if not 0 <= place < len(lessons):
        raise Gone
    return lessons[place]


def page(made: Made, place: int, say: Texts) -> Shown:
    """A lesson with the buttons it will have, and the ways to the one before and the one after."""
    lesson, key = lesson_at(made, place), made.row.id
    rows = [
        [_here(one, key, place) for one in row]
        for row in prompts.buttons(say, 0, lesson)
    ]  # fmt: skip
    of = len(made.pack.lessons) + len(made.pack.side)
    turn = [button("‹", f"pv:{key}:{place - 1}")] if place else []
    turn.append(button(say.plain("means.pack.place", at=place + 1, of=of), f"pv:{key}:{place}"))
    turn += [button("›", f"pv:{key}:{place + 1}")] if place + 1 < of else []
    more = [
        button(say.plain("means.pack.extras"), f"pvmore:{key}:{place}"),
        button(say.plain("means.pack.back"), f"pk:{key}"),
    ]
    return prompts.words(lesson, say), [*rows, turn, more]


def _here(one: Button, key: int, place: int) -> Button:
    name, *rest = str(one.get("callback_data", "")).split(":")
    data = f"{_HERE[name]}:{key}:{place}" if name in _HERE else "pvno"
    return button(one["text"], f"{data}:{rest[1]}" if name == "media" else data)


def medium(made: Made, place: int, number: int, chat_id: int, say: Texts) -> Draft:
    """A medium as a tap on it will bring it; one whose file nobody has sent yet in words. Raises Gone."""
    lesson = lesson_at(made, place)
    if number >= len(lesson.media):
        raise Gone
    one, text = lesson.media[number], lesson.text(say.language).media[number]
    if media.lies_elsewhere(one):
        return media.linked(one, text, chat_id, say)
    if one.file in made.missing:
        return message(chat_id, say("means.medium.unsent", title=text.title, alt=text.alt))
    return media.as_file(one, text, made.pack.id, chat_id, say)


def quiz(made: Made, place: int, chat_id: int, say: Texts) -> Draft:
    """The quiz as Telegram will show it; what is answered here is kept nowhere. Raises Gone."""
    return quizzes.poll(lesson_at(made, place), chat_id, say)


def extras(made: Made, place: int, say: Texts) -> list[str]:
    """Everything the lesson brings along, and whom its branches speak to, each part short enough for a message."""
    lesson = lesson_at(made, place)
    parts = [*previews.extras(lesson, say), *previews.branches(made.pack, lesson, say)]
    pages: list[str] = []
    for part in parts or [say("means.pack.extras_none")]:
        if pages and len(pages[-1]) + len(part) + 2 <= MESSAGE:
            pages[-1] = f"{pages[-1]}\n\n{part}"
        else:
            pages.append(part)
    return pages
