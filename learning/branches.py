"""What a lesson says to one kind of reader: by what they said of themselves, answered or chose."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import select

from community import people, readiness
from community.refusals import NeedsConsent, NotAllowed
from content.lessons import READINESS, Branch, Lesson, Pack, UnknownPack, branches_for
from content.texts import Texts
from learning import deliveries, prompts, versions
from learning.refusals import Gone
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, button, message
from storage.models import Delivery, Group, LessonAnswer, Person

MOST = 1_500  # characters of all that stands under one prompt; a prompt and this fit one message
Reading = tuple[int, int, Lesson]  # whose eyes, which prompt, its lesson


class Aside(NamedTuple):
    """What is added for one reader: HTML without an empty line before it, and rows of buttons to side lessons."""

    html: str
    rows: list[list[Button]]


async def asides_for(session: Session, readings: Sequence[Reading]) -> dict[tuple[int, int], Aside]:
    """By person and prompt, for those to whom something is said; in their language.

    Conditions are readiness and what was chosen in an earlier lesson of the same enrolment; what goes by this
    lesson's own quiz or choice is said when it is answered. At most five queries, however many readings there are.
    """
    asked = [(person_id, key, lesson) for person_id, key, lesson in readings if _said_now(lesson, lesson.branches)]
    if not asked:
        return {}
    said = await readiness.of(session, {person_id for person_id, *_ in asked})
    # Who has said nothing of themselves can only be meant by what they chose.
    asked = [one for one in asked if said[one[0]] or any(branch.on == "choice" for branch in one[2].branches)]
    if not asked:
        return {}
    ids = {person_id for person_id, *_ in asked}
    rows = await session.execute(select(Person.id, Person.language).where(among(session, Person.id, ids)))
    languages = {row.id: row.language for row in rows}
    columns = select(Delivery.id, Delivery.enrolment_id, Delivery.pack, Delivery.version)
    found = await session.execute(columns.where(among(session, Delivery.id, {key for _, key, _ in asked})))
    shown = {one.id: one for one in found}
    chosen = await _chosen(session, ids, {one.enrolment_id for one in shown.values()})
    kept = await versions.known(session, {(one.pack, one.version) for one in shown.values()})
    asides: dict[tuple[int, int], Aside] = {}
    for person_id, key, lesson in asked:
        delivery = shown.get(key)
        if delivery is None or person_id not in languages:
            continue
        answers = chosen.get((person_id, delivery.enrolment_id), {})
        fits = _said_now(lesson, branches_for(lesson, readiness=said[person_id], quiz=None, choices=answers))
        pack = kept.get((delivery.pack, delivery.version))
        if fits:
            asides[person_id, key] = aside(delivery.id, lesson, fits, pack, Texts(languages[person_id]))
    return asides


def _said_now(lesson: Lesson, branches: Sequence[Branch]) -> list[Branch]:
    return [
        one for one in branches
        if one.on in READINESS or (one.on == "choice" and one.of not in (None, lesson.id))
    ]  # fmt: skip


async def _chosen(
    session: Session, person_ids: set[int], enrolment_ids: set[int]
) -> Mapping[tuple[int, int], dict[str, str]]:
    """What each person chose in each enrolment, by lesson."""
    rows = await session.execute(
        select(LessonAnswer.person_id, Delivery.enrolment_id, Delivery.lesson, LessonAnswer.value)
        .join(Delivery, Delivery.id == LessonAnswer.delivery_id)
        .where(
            LessonAnswer.kind == "choice", among(session, LessonAnswer.person_id, person_ids),
            among(session, Delivery.enrolment_id, enrolment_ids),
        )
    )  # fmt: skip
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for person_id, enrolment_id, lesson, value in rows:
        found[person_id, enrolment_id][lesson] = value
    return found


def aside(delivery_id: int, lesson: Lesson, fits: Sequence[Branch], pack: Pack | None, say: Texts) -> Aside:
    """The words of these branches, and the way to their side lessons; what would be too long is left out."""
    told, parts, rows = lesson.text(say.language).branches, list[str](), list[list[Button]]()
    for branch in fits:
        words, side = told[branch.number], _side(pack, branch.lesson)
        part = say("means.aside", words=words) if words else ""
        if side is not None:
            title = side.text(say.language).title
            part = part or say("means.aside_lesson", title=title)
        if not part or sum(map(len, parts)) + len(part) > MOST:
            continue
        parts.append(part)
        if side is not None:
            label = say.plain("means.open_lesson", title=side.text(say.language).title)
            rows.append([button(label[:60], f"side:{delivery_id}:{side.id}")])
    return Aside("\n\n".join(parts), rows)


def _side(pack: Pack | None, lesson_id: str | None) -> Lesson | None:
    return next((one for one in pack.side if one.id == lesson_id), None) if pack is not None else None


async def side_of(session: Session, delivery: Delivery, lesson_id: str) -> Lesson:
    """A side lesson of the prompt's pack. Raises Gone."""
    try:
        pack = await versions.get(session, delivery.pack, delivery.version)
    except UnknownPack:
        raise Gone from None
    side = _side(pack, lesson_id)
    if side is None:
        raise Gone
    return side


async def seen_by(
    session: Session, person: Person | None, delivery_id: int, payload: str
) -> tuple[Person, Delivery, Group, Lesson]:
    """A prompt, for somebody who may read it: whatever their role in its group.

    Raises NeedsConsent with the payload that leads back here, NotAllowed, Gone.
    """
    if person is None:
        raise NeedsConsent(payload)
    delivery, group, lesson = await deliveries.get(session, delivery_id)
    theirs = delivery.person_id in (None, person.id)
    if not theirs or not await people.roles_in(session, person.id, group.id):
        raise NotAllowed("learning.join_first")
    return person, delivery, group, lesson


async def open_side(session: Session, person: Person | None, delivery_id: int, lesson_id: str, say: Texts) -> Draft:
    """A side lesson as a private message; whoever reads the prompt may read what it leads to.

    Raises NeedsConsent, NotAllowed, Gone.
    """
    person, delivery, *_ = await seen_by(session, person, delivery_id, "")
    side = await side_of(session, delivery, lesson_id)
    return await side_letter(session, person, delivery, side, say)


async def side_letter(session: Session, person: Person, delivery: Delivery, side: Lesson, say: Texts) -> Draft:
    """The side lesson; to reflect on it is to reflect on the prompt it belongs to, so the buttons are the prompt's."""
    found = (await asides_for(session, [(person.id, delivery.id, side)])).get((person.id, delivery.id))
    words = prompts.words(side, say)
    rows = side_buttons(say, delivery.id, side)
    if found is not None:
        words, rows = f"{words}\n\n{found.html}", rows + found.rows
    return message(person.tg_user_id or 0, words, buttons=rows)


async def sides_once(
    session: Session, person: Person | None, delivery: Delivery, fits: Sequence[Branch], say: Texts
) -> list[Draft]:
    """The side lessons of these branches, each under a key that makes it one letter, however often it is led to."""
    found = []
    for branch in fits:
        if branch.lesson and person is not None:
            side = await side_of(session, delivery, branch.lesson)
            draft = await side_letter(session, person, delivery, side, say)
            found.append(replace(draft, key=f"side:{delivery.id}:{side.id}:{person.id}", person_id=person.id))
    return found


def side_buttons(say: Texts, delivery_id: int, side: Lesson) -> list[list[Button]]:
    """Reflect, tried and ask as under the prompt; its media name the side lesson besides."""
    rows = [
        [key for key in row if not key["callback_data"].startswith("share:")]
        for row in prompts.buttons(say, delivery_id, side._replace(quiz=None, choice=None, worksheet=None))
    ]
    for row in rows:
        for key in row:
            if key["callback_data"].startswith("media:"):
                key["callback_data"] += f":{side.id}"
    return [row for row in rows if row]
