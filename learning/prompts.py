"""The daily prompt as a message: a lesson's words, what its foot tells, and its buttons."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from content.lessons import Lesson
from content.texts import Texts
from storage.letters import Button, button


class Counts(NamedTuple):
    """How many teachers tried, how many reflected, of how many in the group."""

    tried: int
    reflected: int
    of: int

    def __str__(self) -> str:
        return f"{self.tried}/{self.reflected}/{self.of}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a lesson's own words, as plain text in the reader's language."""

    greeting: str | None = None
    moved: str | None = None  # why it comes later than expected
    review: tuple[str, ...] = ()  # on a review day: the titles of the days before
    pause: str | None = None  # why none comes on the next days, and when it goes on

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> "Frame":
        """As it was kept with the prompt."""
        found = dict(stored or {})
        return cls(**found | {"review": tuple(found.get("review", ()))})

    def stored(self) -> dict[str, Any] | None:
        """To be kept with the prompt, so that a new count changes nothing else; None when there is nothing."""
        found = {"greeting": self.greeting, "moved": self.moved, "review": self.review, "pause": self.pause}
        return {name: value for name, value in found.items() if value} or None


BARE = Frame()


def words(lesson: Lesson, say: Texts, *, frame: Frame = BARE, counts: Counts | None = None) -> str:
    """The prompt as Telegram HTML, its title first: the list of chats shows no more, and a greeting is always the same.

    Without answers yet it has no count: a zero would only shame.
    """
    text = lesson.text(say.language)
    parts = [say("learning.prompt.title", title=text.title)]
    parts += [say("learning.prompt.greeting", words=frame.greeting)] if frame.greeting else []
    parts += [say("learning.prompt.note", words=frame.moved)] if frame.moved else []
    parts += [
        text.html,
        say("learning.prompt.try_today", act=text.try_today, minutes=lesson.minutes),
        say("learning.prompt.question", question=text.question),
    ]
    parts += [say("learning.prompt.review", titles=" · ".join(frame.review))] if frame.review else []
    parts += [say("learning.prompt.note", words=frame.pause)] if frame.pause else []
    if counts is not None and (counts.tried or counts.reflected):
        parts.append(say("learning.prompt.counts", **counts._asdict()))
    return "\n\n".join(parts)


# A key before it belongs to a prompt: its label, and what it calls back with the prompt's number after the name.
Key = tuple[str, str, str]


def buttons(say: Texts, delivery_id: int, lesson: Lesson) -> list[list[Button]]:
    """Reflect, tried it, ask, pass on; below them what this lesson brings along, two in a row."""
    return numbered(keys(say, lesson), delivery_id)


def numbered(rows: list[list[Key]], delivery_id: int | str) -> list[list[Button]]:
    """The keys of a lesson as the buttons of one prompt, or of a form with the place of its number."""
    return [[button(label, f"{name}:{delivery_id}{rest}") for label, name, rest in row] for row in rows]


def keys(say: Texts, lesson: Lesson) -> list[list[Key]]:
    """The keys under every prompt with this lesson."""

    def row(*names: str) -> list[Key]:
        return [(say.plain(f"learning.button.{name}"), _DATA[name], "") for name in names]

    more = [
        name
        for name, there in (
            ("goal", lesson.step == "see" and lesson.day is not None),
            ("week", lesson.step == "reflect" and lesson.day is not None),
            ("quiz", lesson.quiz),
            ("choose", lesson.choice),
            ("sheet", lesson.worksheet),
        )
        if there
    ]
    below = row(*more) + _media(say, lesson)
    return [row("reflect", "tried"), row("ask", "share"), *(below[at : at + 2] for at in range(0, len(below), 2))]


_DATA = {
    "reflect": "refl", "tried": "tried", "ask": "ask", "share": "share", "goal": "goal", "week": "week",
    "quiz": "quiz", "choose": "choose", "sheet": "sheet",
}  # fmt: skip


def _media(say: Texts, lesson: Lesson) -> list[Key]:
    """A medium is opened by a tap, and its button says what it costs on a weak line."""
    found: list[Key] = []
    for number, medium in enumerate(lesson.media):
        label = say.plain(f"learning.medium.{medium.kind}")
        if medium.size_kb:
            label = f"{label} · {size(medium.size_kb, say)}"
        found.append((label, "media", f":{number}"))
    return found


def size(kilobytes: int, say: Texts) -> str:
    """As people say it: 48 KB, 3,2 MB; number and unit stay on one line."""
    if kilobytes < 1000:
        return f"{kilobytes}\N{NO-BREAK SPACE}KB"
    megabytes = f"{kilobytes / 1000:.1f}"
    return f"{megabytes.replace('.', say.plain('learning.decimal'))}\N{NO-BREAK SPACE}MB"
