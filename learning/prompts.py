"""The daily prompt as a message: a lesson's words, the count of answers at its foot, three buttons."""

from typing import NamedTuple

from content.packs import Lesson
from content.texts import Texts
from storage.letters import Button, button


class Counts(NamedTuple):
    """How many teachers tried, how many reflected, of how many in the group."""

    tried: int
    reflected: int
    of: int

    def __str__(self) -> str:
        return f"{self.tried}/{self.reflected}/{self.of}"


def words(lesson: Lesson, say: Texts, *, greeting: str | None = None, counts: Counts | None = None) -> str:
    """The prompt as Telegram HTML. Without answers yet it has no foot: a zero would only shame."""
    text = lesson.text(say.language)
    parts = [say("learning.prompt.greeting", words=greeting)] if greeting else []
    parts += [
        say("learning.prompt.title", title=text.title),
        text.html,
        say("learning.prompt.try_today", act=text.try_today, minutes=lesson.minutes),
        say("learning.prompt.question", question=text.question),
    ]
    if counts is not None and (counts.tried or counts.reflected):
        parts.append(say("learning.prompt.counts", **counts._asdict()))
    return "\n\n".join(parts)


def buttons(say: Texts, delivery_id: int) -> list[list[Button]]:
    """Reflect, tried it, ask."""
    return [
        [
            button(say.plain("learning.button.reflect"), f"refl:{delivery_id}"),
            button(say.plain("learning.button.tried"), f"tried:{delivery_id}"),
        ],
        [button(say.plain("learning.button.ask"), f"ask:{delivery_id}")],
    ]
