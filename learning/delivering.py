"""The lesson that is due: written once, for a group or for a person at their own pace, many in one turn."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, literal, select, update

from community import calendar
from content.lessons import Lesson
from content.texts import Texts
from learning import budget, copies, endings, prompts
from learning.due import Chosen, Due, claimed
from learning.prompts import Frame
from learning.skipping import moved, pause
from storage.base import UtcDateTime
from storage.database import WROTE_LETTERS, Session, insert
from storage.letters import Draft, Lane, message
from storage.models import Delivery, Enrolment, Letter
from storage.outbox import post_many

log = logging.getLogger(__name__)


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
    for one in due:
        try:
            found = _chosen(one, dropped.get(one.enrolment_id, set()), now)
        except Exception as error:
            log.error("the prompt of enrolment %s could not be written (%s)", one.enrolment_id, type(error).__name__)
            continue
        chosen += [found] if found is not None else []
        if found is None and one.pack is not None and one.position >= len(one.pack.lessons):
            ended.append(one)
    chosen = await _within_budget(session, chosen)
    await _move_on(session, due, chosen, ended, now)
    ids = await _deliveries(session, chosen)
    drafts = [_letter(one, ids[one.key]) for one in chosen if one.key in ids]
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
    rows = await session.execute(
        select(Delivery.enrolment_id, Delivery.letter_key)
        .join(Letter, Letter.key == Delivery.letter_key)
        .where(Delivery.enrolment_id.in_(enrolment_ids), Delivery.delivered_at.is_(None), Letter.state == "dropped")
    )
    found: dict[int, set[str]] = defaultdict(set)
    for enrolment_id, key in rows:
        found[enrolment_id].add(key)
    return found


def _chosen(one: Due, dropped: set[str], now: datetime) -> Chosen | None:
    """What goes out now; None when the pack is at its end, or today is no day for it."""
    if one.pack is None:
        log.error("pack %r of enrolment %s cannot be found", one.pack_id, one.enrolment_id)
        return None
    lessons = one.pack.lessons
    owed = [lesson for lesson in lessons if f"prompt:{one.enrolment_id}:{lesson.id}" in dropped]
    lesson = owed[0] if owed else lessons[one.position] if one.position < len(lessons) else None
    if lesson is None or not one.here or now >= one.not_after or not one.days.is_open(one.day):
        return None
    frame = Frame(
        greeting=one.greeting,
        moved=moved(one) if one.position else None,
        review=[before.text(one.language).title for before in _week(lessons, lesson)],
        pause=pause(one) if one.position + 1 < len(lessons) else None,
    )
    return Chosen(one, lesson, frame, one.position if owed else one.position + 1)


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
    """Set next moment and place of everything that was due, in one statement for all that come next together."""
    places = {one.due.enrolment_id: one.position for one in chosen}
    told = {one.due.enrolment_id: one.due.following for one in chosen if one.frame.pause}
    over = {one.enrolment_id for one in ended}
    together: dict[tuple[datetime | None, Any], list[int]] = defaultdict(list)
    for one in due:
        skip = calendar.local_day(told[one.enrolment_id], one.zone) - timedelta(days=1) \
            if one.enrolment_id in told else None  # fmt: skip
        moment = None if one.enrolment_id in over else one.following
        together[moment, skip].append(one.enrolment_id)
    moves = case(places, value=Enrolment.id, else_=Enrolment.position) if places else Enrolment.position
    for (moment, skip), ids in together.items():
        values: dict[str, Any] = {"next_at": literal(moment, UtcDateTime())}
        mine = {number: places[number] for number in ids if number in places}
        if mine:
            same = set(mine.values())
            values["position"] = same.pop() if len(same) == 1 and len(mine) == len(ids) else moves
        values |= {"told_skip": skip} if skip else {}
        values |= {"finished_at": now} if moment is None else {}
        await session.execute(
            update(Enrolment)
            .where(Enrolment.id.in_(ids), Enrolment.next_at <= now)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


async def _deliveries(session: Session, chosen: Sequence[Chosen]) -> dict[str, int]:
    """A row for each lesson that goes out, by the key of its letter."""
    if not chosen:
        return {}
    rows = [
        {
            "group_id": one.due.group_id,
            "enrolment_id": one.due.enrolment_id,
            "person_id": one.due.person_id,
            "pack": one.due.pack_id,
            "version": one.due.version,
            "lesson": one.lesson.id,
            "minutes": one.lesson.minutes,
            "day": one.due.day,
            "letter_key": one.key,
            "due_at": one.due.due_at,
            "frame": one.frame.stored(),
            "remind_at": one.due.remind_at,
            "reminded": 0,
        }
        for one in chosen
    ]
    statement = insert(session, Delivery)
    # A lesson whose letter came too late keeps its row, with what people may have written about it.
    again = {name: statement.excluded[name] for name in ("day", "due_at", "frame", "remind_at")}
    added = await session.execute(
        statement.on_conflict_do_update(index_elements=["letter_key"], set_=again).returning(
            Delivery.letter_key, Delivery.id
        ),
        rows,
    )
    return {row.letter_key: row.id for row in added}


def _letter(one: Chosen, delivery_id: int) -> Draft:
    due, say = one.due, Texts(one.due.language)
    return message(
        due.chat_id, prompts.words(one.lesson, say, frame=one.frame),
        buttons=prompts.buttons(say, delivery_id, one.lesson), silent=True, key=one.key, lane=Lane.REMINDER,
        not_after=due.not_after, group_id=due.group_id, person_id=due.person_id,
        then="learning.prompt_delivered", then_data={"delivery": delivery_id, "chat_id": due.chat_id},
    )  # fmt: skip


async def _due_again(session: Session, draft: Draft, now: datetime) -> None:
    """It was never sent, so it is still the same debt: the letter is due again."""
    fresh: dict[str, Any] = {"chat_id": draft.chat_id, "params": draft.params, "then_data": draft.then_data}
    fresh |= {"due_at": now, "not_after": draft.not_after, "state": "pending", "error": None, "finished_at": None}
    await session.execute(update(Letter).where(Letter.key == draft.key, Letter.state == "dropped").values(**fresh))
    session.info[WROTE_LETTERS] = True
