"""Reflecting with four small questions, at the teacher's own pace: a draft until the last one, then one text."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import delete, select

from community.notes import Note
from community.refusals import Refusal
from community.rights import Action
from content.lessons import Lesson
from content.texts import LANGUAGES, Texts
from learning import deliveries, discreet, readers, reflections
from learning.kinds import DRAFT
from learning.readers import Reader
from learning.reflections import Kept
from learning.refusals import Gone
from storage.database import Session
from storage.models import Delivery, Group, Person, Reflection

PARTS = ("happened", "pupils", "shows", "next")
MORE = "more"  # the one follow-up
_WHOLE_WORD = 3  # a word of so few letters begins too many others
Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a guided reflection stands: the open question, or the whole when there is none.

    `part` is one of PARTS, or MORE with `about` naming the part it asks after once more; None when it is done, and
    then `kept` is the whole, or None where every question was skipped. `fresh`: nothing has been answered yet.
    """

    delivery: Delivery
    group: Group
    lesson: Lesson
    audience: str
    readers: list[Reader]
    heads: list[Person]
    discreet: bool
    part: str | None
    about: str | None = None
    fresh: bool = False
    kept: Kept | None = None

    @property
    def number(self) -> int:
        """Which question of the four it is, from 1; the follow-up is none of them."""
        return PARTS.index(self.part) + 1 if self.part in PARTS else 0


async def begin(session: Session, person: Person | None, delivery_id: int, audience: str, now: datetime) -> Step:
    """The first question, or the one where the person left off; a reader chosen anew counts for a draft too.

    Raises NeedsConsent, NotAllowed, Gone, and Refusal for an audience that does not exist there.
    """
    person, delivery, group, lesson = await _opened(session, person, delivery_id)
    row = await reflections.draft_of(session, person, delivery.id)
    if audience:
        reflections.exists(audience, await readers.of_group(session, group.id, person))
    if row is None and await _finished(session, person, delivery):
        row = await _new_draft(session, person, delivery, audience or "me", now)  # another one beside it
    if row is not None and audience:
        row.parts = (row.parts or {}) | {"audience": audience, "chosen_at": now.isoformat()}
        await session.flush()
    parts: Parts = (row.parts or {}) if row is not None else _begun(audience or "me", now)
    return await _step(session, person, delivery, group, lesson, parts, _open(parts))


async def _opened(session: Session, person: Person | None, delivery_id: int) -> tuple[Person, Delivery, Group, Lesson]:
    return await deliveries.opened(session, person, delivery_id, Action.REFLECT, "r")


async def _step(
    session: Session, person: Person, delivery: Delivery, group: Group, lesson: Lesson, parts: Parts, part: str | None
) -> Step:
    found = await readers.of_group(session, group.id, person)
    chosen = parts.get("audience", "me")
    return Step(
        delivery, group, lesson,
        audience=chosen if chosen != "coach" or await _named(session, found, group, parts) else "me",
        readers=found, heads=await readers.principals(session, group.id, person),
        discreet=await discreet.is_shared(session, person.id), part=part, about=parts.get("asked"),
        fresh=not any(name in parts for name in PARTS),
    )  # fmt: skip


async def _named(session: Session, found: list[Reader], group: Group, parts: Parts) -> bool:
    """Are all who would read it those whose names stood there? The coach may have left since, or another have come."""
    chosen_at = datetime.fromisoformat(parts["chosen_at"]) if "chosen_at" in parts else None
    since = [await readers.accompanies_since(session, one.person, group.id) for one in found]
    return bool(since) and all(chosen_at is None or (at is not None and at <= chosen_at) for at in since)


async def answer(
    session: Session, person: Person | None, delivery_id: int, part: str, audience: str, note: Note, now: datetime
) -> Step:
    """Words or a voice note for one question; the last answer to it stands. The next question, or the whole.

    ``audience`` is the one chosen at the beginning; a draft that exists keeps its own.
    Raises NeedsConsent, NotAllowed, Gone for a question that is not there, and Refusal for such an audience.
    """
    person, delivery, group, lesson = await _opened(session, person, delivery_id)
    row = await _draft(session, person, delivery, group, part, audience, now)
    parts = dict(row.parts or {})
    _put(parts, part, note)
    return await _go_on(session, row, parts, person, delivery, group, lesson, now)


async def skip(
    session: Session, person: Person | None, delivery_id: int, part: str, audience: str, now: datetime
) -> Step:
    """No answer to this question; one that is there already stays. Raises as answer."""
    person, delivery, group, lesson = await _opened(session, person, delivery_id)
    row = await _draft(session, person, delivery, group, part, audience, now)
    parts = dict(row.parts or {})
    if part not in parts:
        _put(parts, part, Note(""))
    return await _go_on(session, row, parts, person, delivery, group, lesson, now)


async def _draft(
    session: Session, person: Person, delivery: Delivery, group: Group, part: str, audience: str, now: datetime
) -> Reflection:
    """The draft, begun with the answer to the first question. Raises Refusal for a question of one that is whole."""
    row = await reflections.draft_of(session, person, delivery.id)
    if row is None:
        known(part)
        if part != PARTS[0] or await _finished(session, person, delivery):
            raise Refusal("journal.guided.done")
        reflections.exists(audience, await readers.of_group(session, group.id, person))
        row = await _new_draft(session, person, delivery, audience, now)
    return row


async def _finished(session: Session, person: Person, delivery: Delivery) -> bool:
    query = select(Reflection.id).where(
        Reflection.delivery_id == delivery.id, Reflection.person_id == person.id, Reflection.kind == "guided"
    )
    return await session.scalar(query.limit(1)) is not None


def _begun(audience: str, now: datetime) -> Parts:
    return {"audience": audience, "chosen_at": now.isoformat()}


async def _new_draft(session: Session, person: Person, delivery: Delivery, audience: str, now: datetime) -> Reflection:
    """Until it is whole it is its writer's alone, whoever shall read it then."""
    row = Reflection(
        delivery_id=delivery.id, person_id=person.id, kind=DRAFT, audience="me", medium="text",
        parts=_begun(audience, now), created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


def known(part: str) -> str:
    """The part, if there is one of that name. Raises Gone."""
    if part not in (*PARTS, MORE):
        raise Gone
    return part


def _put(parts: Parts, part: str, note: Note) -> None:
    """Raises Gone for a question that there is none of, or that has not been asked."""
    if known(part) == MORE and "asked" not in parts:
        raise Gone
    voices = dict(parts.get("voices", {}))
    name, words = part, (note.text or "").strip()
    if part == MORE:  # what was missing joins what was said before
        name, parts[MORE] = parts["asked"], True
        words = "\n".join(said for said in (parts.get(name, ""), words) if said)
    if note.file_id:
        voices[name] = {"file_id": note.file_id, "seconds": note.seconds}
    elif part != MORE:
        voices.pop(name, None)
    parts[name] = words
    parts["voices"] = voices


def _open(parts: Parts) -> str | None:
    """The first question without an answer, then the follow-up; None when there is nothing to ask any more."""
    unanswered = next((name for name in PARTS if name not in parts), None)
    return unanswered or (MORE if "asked" in parts and MORE not in parts else None)


async def _go_on(
    session: Session, row: Reflection, parts: Parts, person: Person, delivery: Delivery, group: Group, lesson: Lesson,
    now: datetime,
) -> Step:  # fmt: skip
    part = _open(parts)
    if part is None and "asked" not in parts and any(given(parts, name) for name in PARTS):
        lacking = missing(parts)
        if lacking is not None:
            parts["asked"], part = lacking, MORE
    row.parts = parts
    await session.flush()
    step = await _step(session, person, delivery, group, lesson, parts, part)
    if part is not None:
        return step
    return await _finish(session, row, person, step, now)


async def _finish(session: Session, row: Reflection, person: Person, step: Step, now: datetime) -> Step:
    """The parts become one text for the chosen reader; where all were skipped nothing is kept."""
    parts = dict(row.parts or {})
    if not any(given(parts, name) for name in PARTS):
        await session.execute(delete(Reflection).where(Reflection.id == row.id))
        return step
    row.kind, row.audience = "guided", step.audience
    row.parts = {name: parts[name] for name in PARTS} | ({"voices": parts["voices"]} if parts["voices"] else {})
    row.text, row.created_at = one_text(row, Texts(person.language)), now
    await session.flush()
    kept = await reflections.told(session, row, person, step.delivery, step.group, now)
    return replace(step, kept=kept)


def given(parts: Parts, name: str) -> bool:
    """There are words or a voice note in this part."""
    return bool(parts.get(name)) or name in parts.get("voices", {})


def missing(parts: Parts) -> str | None:
    """What is worth one more question: pupils who are nowhere in it, or a part left out. Voice is taken as it is."""
    if "pupils" not in parts.get("voices", {}) and not speaks_of_pupils(parts.get("pupils", "")):
        return "pupils"
    return next((name for name in ("shows", "next") if not given(parts, name)), None)


def speaks_of_pupils(words: str) -> bool:
    """One of the words for pupils is in it, in any of the house's languages, also with an ending (muridnya)."""
    said = re.findall(r"\w+", words.casefold())
    return any(
        one == word or (len(word) > _WHOLE_WORD and one.startswith(word)) for one in said for word in _pupil_words()
    )


@cache
def _pupil_words() -> frozenset[str]:
    return frozenset(word for name in LANGUAGES for word in Texts(name).plain("journal.guided.pupil_words").split())


def one_text(row: Reflection, say: Texts) -> str:
    """The parts as plain paragraphs; for a voice note, the words that say it is one."""
    return "\n\n".join(words for _, words in told_parts(row, say))


def told_parts(row: Reflection, say: Texts) -> list[tuple[str, str]]:
    """The parts there are, by name, in plain words."""
    parts, voices = row.parts or {}, reflections.voices_of(row)
    spoken = {name: say.plain("journal.guided.voice", seconds=voice.seconds or 0) for name, voice in voices.items()}
    said = {name: "\n".join(one for one in (parts.get(name), spoken.get(name)) if one) for name in PARTS}
    return [(name, words) for name, words in said.items() if words]


def part_of(row: Reflection, part: str) -> str:
    """The part, if the reflection is a guided one that is whole and has it. Raises Gone."""
    if row.kind != "guided" or part not in PARTS:
        raise Gone
    return part


async def change(
    session: Session, person: Person | None, reflection_id: int, part: str, note: Note, now: datetime
) -> Kept:
    """New words for one part of a guided reflection that is whole. Raises NeedsConsent, Gone, NotYours, NotAllowed."""
    person, found, delivery = await reflections.own(session, person, reflection_id)
    row = found.reflection
    part_of(row, part)
    await reflections.may_still(session, row, person, found.group)
    parts = dict(row.parts or {})
    _put(parts, part, note)
    row.parts = {name: value for name, value in parts.items() if value or name != "voices"}
    row.text = one_text(row, Texts(person.language))
    return await reflections.said_again(session, row, person, delivery, found, now)


async def texts(session: Session, person: Person) -> list[str]:
    """The words of all parts the person wrote, by which letters that quote them are recognised."""
    kept = await session.scalars(
        select(Reflection.parts).where(Reflection.person_id == person.id, Reflection.parts.is_not(None))
    )
    return [str(parts[name]) for parts in kept if parts for name in PARTS if parts.get(name)]
