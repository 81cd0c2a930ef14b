"""A group's programme: which pack it follows, and the lesson that is due."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, literal, select, update

from community import calendar
from content import packs
from content.packs import Lesson, Pack
from content.texts import Texts
from learning import prompts
from storage.base import UtcDateTime
from storage.database import WROTE_LETTERS, Session, insert
from storage.letters import Draft, Lane, message
from storage.models import Delivery, Enrolment, Group, GroupChat, Letter, School
from storage.outbox import post

log = logging.getLogger(__name__)

WORKDAYS = "mon,tue,wed,thu,fri"  # of a group without a school
STILL_FRESH = timedelta(hours=6)
UNTIL = time(20)  # quiet hours begin
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Due:
    """An enrolment whose moment has come."""

    enrolment: Enrolment
    group: Group
    chat_id: int
    workdays: str
    following: datetime

    @property
    def due_at(self) -> datetime:
        assert self.enrolment.next_at is not None  # that is what was asked for
        return self.enrolment.next_at

    @property
    def day(self) -> Any:
        return calendar.local_day(self.due_at, self.group.zone)

    @property
    def not_after(self) -> datetime:
        evening = datetime.combine(self.day, UNTIL, ZoneInfo(self.group.zone)).astimezone(UTC)
        return min(self.due_at + STILL_FRESH, evening)


async def enrol(session: Session, group_id: int, pack_id: str, now: datetime) -> Enrolment:
    """The group follows this pack from its next prompt hour on; another pack it followed ends.

    Asked again for the same pack, the place in it stays and only the next moment is set anew (the hour or the
    working days may have changed). A pack that was gone through stays finished. Raises UnknownPack.
    """
    chosen = packs.pack(pack_id)
    # Two facilitators may finish the set-up at the same moment: the group's row is the lock.
    group = (await session.scalars(select(Group).where(Group.id == group_id).with_for_update())).one()
    await session.execute(
        update(Enrolment)
        .where(Enrolment.group_id == group_id, Enrolment.pack != pack_id, Enrolment.finished_at.is_(None))
        .values(next_at=None, finished_at=now)
    )
    known = select(Enrolment).where(Enrolment.group_id == group_id, Enrolment.pack == pack_id)
    enrolment = await session.scalar(known.order_by(Enrolment.id.desc()).limit(1))
    if enrolment is None:
        enrolment = Enrolment(group_id=group_id, pack=pack_id, version=chosen.version, position=0, started_at=now)
        session.add(enrolment)
    if enrolment.finished_at is not None and enrolment.position >= len(chosen.lessons):
        return enrolment
    enrolment.finished_at = None
    enrolment.next_at = await _first_moment(session, group, now)
    await session.flush()
    return enrolment


async def _first_moment(session: Session, group: Group, now: datetime) -> datetime:
    """The next prompt hour; on a day that had its prompt already, that of the next working day."""
    workdays = await session.scalar(select(School.workdays).where(School.id == group.school_id))
    today = calendar.local_day(now, group.zone)
    had_one = select(Delivery.id).where(Delivery.group_id == group.id, Delivery.day == today).limit(1)
    if await session.scalar(had_one):
        now = datetime.combine(today, time.max, ZoneInfo(group.zone)).astimezone(UTC)
    return calendar.workday_after(now, group.prompt_time, group.zone, workdays or WORKDAYS)


async def deliver_due(session: Session, now: datetime) -> int:
    """Write the prompts that are due; gives how many enrolments were dealt with.

    A moment that comes too late (the assistant was down), or on a day that has become a holiday, moves the lesson
    to the next working day. The next moments are set before anything is written, so that neither a second clock
    nor a lesson that cannot be written stands in the way. Queries: a fixed number, and one INSERT for each letter.
    """
    due = await _due(session, now)
    if not due:
        return 0
    gone_out, dropped = await _history(session, due)
    chosen: list[tuple[_Due, Lesson, str]] = []
    values: dict[int, tuple[datetime | None, int]] = {}
    for one in due:
        row = one.enrolment
        values[row.id] = (one.following, row.position)
        try:
            pack = packs.pack(row.pack)
            lesson = _next_lesson(pack, gone_out[one.group.id])
            if lesson is None:
                values[row.id] = (None, len(pack.lessons))
            elif now < one.not_after and calendar.is_workday(one.day, one.workdays):
                words = prompts.words(lesson, Texts(one.group.language), greeting=one.group.greeting)
                chosen.append((one, lesson, words))
                values[row.id] = (one.following, pack.lessons.index(lesson) + 1)
        except Exception as error:
            log.error("the prompt of enrolment %s could not be written (%s)", row.id, type(error).__name__)
    claimed = await _claim(session, values, now)
    chosen = [one for one in chosen if one[0].enrolment.id in claimed]
    ids = await _deliveries(session, [(one, lesson) for one, lesson, _ in chosen], dropped, now)
    for one, lesson, words in chosen:
        delivery_id = ids.get(_key(one.enrolment, lesson))
        if delivery_id is not None:
            await _write(session, _letter(one, lesson, words, delivery_id), dropped, now)
    return len(claimed)


async def _due(session: Session, now: datetime) -> list[_Due]:
    rows = await session.execute(
        select(Enrolment, Group, GroupChat.tg_chat_id, School.workdays)
        .join(Group, Group.id == Enrolment.group_id)
        .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
        .outerjoin(School, School.id == Group.school_id)
        .where(Enrolment.next_at <= now, Group.state == "active")
        .order_by(Enrolment.next_at, Enrolment.id)
        .limit(AT_ONCE)
        .execution_options(populate_existing=True)
    )
    found: dict[int, _Due] = {}
    for enrolment, group, chat_id, workdays in rows:
        days = workdays or WORKDAYS
        try:
            following = calendar.workday_after(_since(enrolment, group, now), group.prompt_time, group.zone, days)
        except (ValueError, KeyError) as error:
            # Pushed away for a day: it must be seen again, and it must not fill every round.
            log.error("group %s has no next school day (%s)", group.id, type(error).__name__)
            following = now + timedelta(days=1)
        found.setdefault(enrolment.id, _Due(enrolment, group, chat_id, days, following))
    return list(found.values())


def _since(enrolment: Enrolment, group: Group, now: datetime) -> datetime:
    """From when the next moment is looked for: an outage over one morning must not cost today's prompt as well."""
    today = calendar.local_day(now, group.zone)
    if enrolment.next_at is None or calendar.local_day(enrolment.next_at, group.zone) >= today:
        return now
    return datetime.combine(today, time.min, ZoneInfo(group.zone)).astimezone(UTC) - timedelta(seconds=1)


async def _history(session: Session, due: Sequence[_Due]) -> tuple[dict[int, set[tuple[str, str]]], set[str]]:
    """The lessons each group got or is getting; and the letters that were too late to be sent at all."""
    rows = await session.execute(
        select(Delivery.group_id, Delivery.pack, Delivery.lesson, Delivery.letter_key, Letter.state)
        .outerjoin(Letter, Letter.key == Delivery.letter_key)
        .where(Delivery.group_id.in_([one.group.id for one in due]))
    )
    gone_out: dict[int, set[tuple[str, str]]] = defaultdict(set)
    dropped: set[str] = set()
    for group_id, pack_id, lesson_id, key, state in rows:
        if state == "dropped":
            dropped.add(key)
        else:
            gone_out[group_id].add((pack_id, lesson_id))
    return gone_out, dropped


def _next_lesson(pack: Pack, gone_out: set[tuple[str, str]]) -> Lesson | None:
    """The first that has not gone out: a new version of the pack may have put another in between."""
    return next((lesson for lesson in pack.lessons if (pack.id, lesson.id) not in gone_out), None)


async def _claim(session: Session, values: dict[int, tuple[datetime | None, int]], now: datetime) -> set[int]:
    """Set next moment and place where nobody has yet; gives the enrolments that are ours to deal with."""
    # Typed also where it is NULL: PostgreSQL would take a CASE of bare NULLs for text.
    moments = {key: literal(at, UtcDateTime()) for key, (at, _) in values.items()}
    ended = [key for key, (at, _) in values.items() if at is None]
    claimed = await session.scalars(
        update(Enrolment)
        .where(Enrolment.id.in_(values), Enrolment.next_at <= now)
        .values(
            next_at=case(moments, value=Enrolment.id),
            position=case({key: position for key, (_, position) in values.items()}, value=Enrolment.id),
            finished_at=case((Enrolment.id.in_(ended), literal(now, UtcDateTime())), else_=Enrolment.finished_at),
        )
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    )
    return set(claimed.all())


async def _deliveries(
    session: Session, chosen: Sequence[tuple[_Due, Lesson]], dropped: set[str], now: datetime
) -> dict[str, int]:
    """A row for each lesson that goes out, by the key of its letter."""
    if not chosen:
        return {}
    rows = [
        {
            "group_id": one.group.id,
            "enrolment_id": one.enrolment.id,
            "pack": one.enrolment.pack,
            "version": one.enrolment.version,
            "lesson": lesson.id,
            "minutes": lesson.minutes,
            "day": one.day,
            "letter_key": _key(one.enrolment, lesson),
            "due_at": one.due_at,
        }
        for one, lesson in chosen
    ]
    statement = insert(session, Delivery).values(rows)
    # A lesson whose letter came too late keeps its row, with what people may have written about it.
    again = {"day": statement.excluded.day, "due_at": statement.excluded.due_at}
    added = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["letter_key"], set_=again, where=Delivery.letter_key.in_(dropped or {""})
        ).returning(Delivery.letter_key, Delivery.id)
    )
    return {row.letter_key: row.id for row in added}


def _key(enrolment: Enrolment, lesson: Lesson) -> str:
    return f"prompt:{enrolment.group_id}:{enrolment.pack}:{lesson.id}"


def _letter(one: _Due, lesson: Lesson, words: str, delivery_id: int) -> Draft:
    return message(
        one.chat_id, words, buttons=prompts.buttons(Texts(one.group.language), delivery_id), silent=True,
        key=_key(one.enrolment, lesson), lane=Lane.REMINDER, not_after=one.not_after, group_id=one.group.id,
        then="learning.prompt_delivered", then_data={"delivery": delivery_id, "chat_id": one.chat_id},
    )  # fmt: skip


async def _write(session: Session, draft: Draft, dropped: set[str], now: datetime) -> None:
    if draft.key not in dropped:
        await post(session, draft, now)
        return
    # It was never sent, so it is still the same debt: the letter is due again.
    fresh: dict[str, Any] = {"chat_id": draft.chat_id, "params": draft.params, "then_data": draft.then_data}
    fresh |= {"due_at": now, "not_after": draft.not_after, "state": "pending", "error": None, "finished_at": None}
    await session.execute(update(Letter).where(Letter.key == draft.key, Letter.state == "dropped").values(**fresh))
    session.info[WROTE_LETTERS] = True
