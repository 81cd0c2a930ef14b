"""The lesson that is due: written once, for a group or for a person at their own pace, many in one turn."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import literal, select, update

from community import budget, calendar
from content.lessons import Lesson
from content.texts import Texts
from learning import copies, endings, prompts
from learning.branches import asides_for
from learning.due import Chosen, Due, claimed
from learning.prompts import Frame
from learning.skipping import moved, pause
from storage import forms
from storage.base import UtcDateTime
from storage.bulk import among, insert_rows
from storage.database import WROTE_LETTERS, Session
from storage.letters import Draft, Lane, message
from storage.models import Delivery, Enrolment, Letter
from storage.outbox import post_many

log = logging.getLogger(__name__)


MANY = 20  # letters alike: from here on what they share is kept beside them, once
Frames = dict[tuple[object, ...], Frame]


async def deliver_due(session: Session, now: datetime) -> int:
    """Write the prompts that are due; gives how many enrolments were dealt with.

    A moment that comes too late (the assistant was down), or on a day that has become a holiday, moves the lesson
    to the next school day. The next moments are set before anything is written, so that a lesson that cannot be
    written does not stand in the way of the others. Queries: a fixed number, however many are due.
    """
    due = await claimed(session, now)
    if not due:
        return 0
    dropped = await _dropped(session, [one.enrolment_id for one in due])
    chosen, ended = [], []
    frames: Frames = {}
    for one in due:
        try:
            found = _chosen(one, dropped.get(one.enrolment_id, set()), frames, now)
        except Exception as error:
            log.error("the prompt of enrolment %s could not be written (%s)", one.enrolment_id, type(error).__name__)
            continue
        chosen += [found] if found is not None else []
        if found is None and one.pack is not None and one.position >= len(one.pack.lessons):
            ended.append(one)
    chosen = await _within_budget(session, chosen)
    await _move_on(session, due, chosen, ended, now)
    ids = await _deliveries(session, chosen)
    drafts = await _letters(session, chosen, ids, now)
    again = {key for keys in dropped.values() for key in keys}
    await post_many(session, [draft for draft in drafts if draft.key not in again], now)
    for draft in drafts:
        if draft.key in again:
            await _due_again(session, draft, now)
    await copies.write(session, [(one, ids[one.key]) for one in chosen if one.key in ids], now)
    await endings.tell(session, ended, now)
    return len(due)


async def _dropped(session: Session, enrolment_ids: Sequence[int]) -> dict[int, set[str]]:
    """Letters of these enrolments that came too late to be sent at all: their lessons are owed still."""
    unsent = select(Delivery.letter_key, Delivery.enrolment_id).where(
        among(session, Delivery.enrolment_id, enrolment_ids), Delivery.delivered_at.is_(None)
    )
    waiting = {row.letter_key: row.enrolment_id for row in await session.execute(unsent)}
    found: dict[int, set[str]] = defaultdict(set)
    if waiting:
        too_late = select(Letter.key).where(Letter.key.in_(waiting), Letter.state == "dropped")
        for key in await session.scalars(too_late):
            found[waiting[key]].add(key)
    return found


def _chosen(one: Due, dropped: set[str], frames: Frames, now: datetime) -> Chosen | None:
    """What goes out now; None when the pack is at its end, or today is no day for it."""
    if one.pack is None:
        log.error("pack %r of enrolment %s cannot be found", one.pack_id, one.enrolment_id)
        return None
    lessons = one.pack.lessons
    owed = [lesson for lesson in lessons if _key(one, lesson) in dropped] if dropped else []
    lesson = owed[0] if owed else lessons[one.position] if one.position < len(lessons) else None
    if lesson is None or not one.here or now >= one.not_after or not one.days.is_open(one.day):
        return None
    like = (id(one.days), one.day, one.following, one.told_skip, one.zone, one.language, one.greeting,
            one.pack_id, one.version, lesson.id, one.position)  # fmt: skip
    if like not in frames:  # many of a turn have the same school days behind and before them
        frames[like] = Frame(
            greeting=one.greeting,
            moved=moved(one) if one.position else None,
            review=tuple(before.text(one.language).title for before in _week(lessons, lesson)),
            pause=pause(one) if one.position + 1 < len(lessons) else None,
        )
    frame = frames[like]
    return Chosen(one, lesson, frame, one.position if owed else one.position + 1, _key(one, lesson))


def _key(one: Due, lesson: Lesson) -> str:
    return f"prompt:{one.enrolment_id}:{lesson.id}"


def _week(lessons: Sequence[Lesson], lesson: Lesson) -> list[Lesson]:
    """On a review day, the lessons of the same practice before it."""
    if lesson.step != "reflect":
        return []
    at = lessons.index(lesson)
    return [one for one in lessons[max(at - 4, 0) : at] if one.practice == lesson.practice]


async def _within_budget(session: Session, chosen: list[Chosen]) -> list[Chosen]:
    """A lesson at one's own pace counts against the week of that person; beyond it, it comes another day."""
    wants = [
        budget.Want(one.due.person_id, one.due.group_id, one.due.day, one.lesson.minutes)
        for one in chosen
        if one.due.person_id is not None
    ]
    admitted = await budget.admit(session, wants)
    return [one for one in chosen if one.due.person_id is None or one.due.person_id in admitted]


async def _move_on(
    session: Session, due: Sequence[Due], chosen: Sequence[Chosen], ended: Sequence[Due], now: datetime
) -> None:
    """Set next moment and place of everything that was due, in one statement for all that go on alike."""
    going = {one.due.enrolment_id: one for one in chosen}
    over = {one.enrolment_id for one in ended}
    alike: dict[tuple[datetime | None, int | None, date | None], list[int]] = defaultdict(list)
    for one in due:
        goes = going.get(one.enrolment_id)
        told = calendar.local_day(one.following, one.zone) - timedelta(days=1) if goes and goes.frame.pause else None
        moment = None if one.enrolment_id in over else one.following
        alike[moment, goes.position if goes else None, told].append(one.enrolment_id)
    for (moment, position, told), ids in alike.items():
        values: dict[str, Any] = {"next_at": literal(moment, UtcDateTime())}
        values |= {"position": position} if position is not None else {}
        values |= {"told_skip": told} if told is not None else {}
        values |= {"finished_at": now} if moment is None else {}
        await session.execute(
            update(Enrolment)
            .where(among(session, Enrolment.id, ids), Enrolment.next_at <= now)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


async def _deliveries(session: Session, chosen: Sequence[Chosen]) -> dict[str, int]:
    """A row for each lesson that goes out, by the key of its letter."""
    if not chosen:
        return {}
    # A lesson whose letter came too late keeps its row, with what people may have written about it.
    again = ("day", "due_at", "frame", "remind_at")
    found = await insert_rows(
        session, Delivery, [_row(one) for one in chosen], unique=["letter_key"], update=again,
        returning=["letter_key", "id"],
    )  # fmt: skip
    return {row.letter_key: row.id for row in found}


def _row(one: Chosen) -> dict[str, Any]:
    return {
        "group_id": one.due.group_id,
        "enrolment_id": one.due.enrolment_id,
        "person_id": one.due.person_id,
        "pack": one.due.pack_id,
        "version": one.due.version,
        "lesson": one.lesson.id,
        "minutes": one.lesson.minutes,
        "talk": one.lesson.talk,
        "day": one.due.day,
        "letter_key": one.key,
        "due_at": one.due.due_at,
        "frame": one.frame.stored(),
        "remind_at": one.due.remind_at,
        "reminded": 0,
    }


async def _letters(session: Session, chosen: Sequence[Chosen], ids: dict[str, int], now: datetime) -> list[Draft]:
    """The prompts themselves. Words and keys that several get are put together once, and what many get is kept once."""
    going = [one for one in chosen if one.key in ids]
    asides = await asides_for(session, [(one.due.person_id, ids[one.key], one.lesson) for one in going
                                        if one.due.person_id is not None])  # fmt: skip
    alike: dict[tuple[object, ...], list[Chosen]] = defaultdict(list)
    for one in going:
        alike[one.due.pack_id, one.due.version, one.lesson.id, one.due.language, one.frame].append(one)
    drafts, shared = [], []
    for together in alike.values():
        first = together[0]
        say = Texts(first.due.language)
        words, keys = prompts.words(first.lesson, say, frame=first.frame), prompts.keys(say, first.lesson)
        form = forms.form_of(message(0, words, buttons=prompts.numbered(keys, forms.NUMBER), silent=True))
        if len(together) >= MANY:
            shared.append(form)
        for one in together:
            number, chat_id = ids[one.key], one.due.chat_id
            more = asides.get((one.due.person_id or 0, number))
            if more or len(together) < MANY:
                own = f"{words}\n\n{more.html}" if more else words
                rows = [*prompts.numbered(keys, number), *(more.rows if more else [])]
                params = message(chat_id, own, buttons=rows, silent=True).params
            else:
                params = {"chat_id": chat_id} | forms.alike(form, number)
            drafts.append(_letter(one, number, params))
    await forms.keep(session, shared, now)
    return drafts


def _letter(one: Chosen, delivery_id: int, params: dict[str, Any]) -> Draft:
    due = one.due
    return Draft(
        "sendMessage", params, due.chat_id, key=one.key, lane=Lane.REMINDER, not_after=due.not_after,
        group_id=due.group_id, person_id=due.person_id,
        then="learning.prompt_delivered", then_data={"delivery": delivery_id, "chat_id": due.chat_id},
    )  # fmt: skip


async def _due_again(session: Session, draft: Draft, now: datetime) -> None:
    """It was never sent, so it is still the same debt: the letter is due again."""
    fresh: dict[str, Any] = {"chat_id": draft.chat_id, "params": draft.params, "then_data": draft.then_data}
    fresh |= {"due_at": now, "not_after": draft.not_after, "state": "pending", "error": None, "finished_at": None}
    await session.execute(update(Letter).where(Letter.key == draft.key, Letter.state == "dropped").values(**fresh))
    session.info[WROTE_LETTERS] = True
