"""What the groups did together since their last synthesis, read for many of them with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from community import calendar, leaves, spans
from community.library import outcome
from community.library.outcome import Outcome
from community.roles import Role
from learning import exchange
from learning.deliveries import told_of
from learning.exchange import Passed
from learning.kinds import REFLECTS
from storage.bulk import among
from storage.database import Session
from storage.models import (
    Delivery,
    Feedback,
    Group,
    GroupChat,
    Letter,
    Membership,
    Message,
    Person,
    Piece,
    Question,
    Reflection,
    Trial,
)

MOST = 3  # of what is quoted or named from elsewhere


@dataclass(slots=True)
class Week:
    """One group's time together. Every name in it may be told in the group."""

    group: Group
    since: datetime
    until: datetime
    resources: int = 0  # messages that handed over something reusable
    reflections: int = 0  # for the group
    quotes: list[tuple[str, Person]] = field(default_factory=list)
    pieces: list[tuple[Piece, Person]] = field(default_factory=list)
    questions: list[tuple[Question, Person]] = field(default_factory=list)  # to the group, nobody answered yet
    tried: int = 0  # teachers
    teachers: int = 0  # of how many who joined and were not away
    thanks: list[Person] = field(default_factory=list)  # gave feedback or recognition; by name
    passed: list[Passed] = field(default_factory=list)
    talk: Outcome = field(default_factory=Outcome)

    @property
    def open(self) -> list[tuple[str, Person]]:
        """What can be quoted of what nobody answered: questions about a lesson, then those of the talk."""
        told = [(one.text, person) for one, person in self.questions]
        return told + [(one.words, one.asker) for one in self.talk.waiting if one.words]

    @property
    def is_empty(self) -> bool:
        """Nothing happened and nothing came from elsewhere: then nothing is said (I10)."""
        return not (
            self.resources or self.reflections or self.pieces or self.questions or self.tried or self.thanks
            or self.passed or not self.talk.is_empty
        )  # fmt: skip


async def gather(session: Session, groups: Mapping[int, tuple[Group, datetime]], until: datetime) -> dict[int, Week]:
    """The weeks of these groups, each from its own moment on; seventeen queries, however many groups there are."""
    weeks = {number: Week(group, since, until) for number, (group, since) in groups.items()}
    if not weeks:
        return {}
    await _talk(session, weeks, until)
    await _reflections(session, weeks, until)
    await _pieces(session, weeks, until)
    await _tried(session, weeks, until)
    await questions(session, weeks, until)
    await _consulted(session, weeks, until)
    await _thanks(session, weeks, until)
    passed = await exchange.passed_to(session, {number: week.since for number, week in weeks.items()}, until, MOST)
    for number, found in passed.items():
        weeks[number].passed = found
    return weeks


def _within(
    session: Session, weeks: Mapping[int, Week], group_id: Any, at: Any, until: datetime
) -> ColumnElement[bool]:
    """Of these groups, since the moment of each."""
    return spans.within(session, {number: week.since for number, week in weeks.items()}, group_id, at, until)


async def _talk(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    rows = await session.execute(
        select(Message.group_id, func.count())
        .where(Message.label == "resource", _within(session, weeks, Message.group_id, Message.sent_at, until))
        .group_by(Message.group_id)
    )
    for group_id, number in rows:
        weeks[group_id].resources = number


async def _reflections(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    """How many were for the group, and the newest words of up to three people, in the order they were said."""
    rows = await session.execute(
        select(Delivery.group_id, Reflection.text, Person)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .join(Person, Person.id == Reflection.person_id)
        .where(
            Reflection.audience == "group", Reflection.kind.in_(REFLECTS), Person.consented_at.is_not(None),
            _within(session, weeks, Delivery.group_id, Reflection.created_at, until),
        )
        .order_by(Reflection.created_at.desc(), Reflection.id.desc())
    )  # fmt: skip
    for group_id, text, person in rows:
        week = weeks[group_id]
        week.reflections += 1
        known = person.id in {one.id for _, one in week.quotes}
        if text and text.strip() and not known and len(week.quotes) < MOST:
            week.quotes.insert(0, (text, person))


async def _pieces(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    rows = await session.execute(
        select(Piece, Person)
        .join(Person, Person.id == Piece.person_id)
        .where(Person.consented_at.is_not(None), _within(session, weeks, Piece.group_id, Piece.created_at, until))
        .order_by(Piece.created_at, Piece.id)
    )
    for piece, person in rows:
        weeks[piece.group_id].pieces.append((piece, person))


async def _tried(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    """How many teachers tried something, of how many who joined and are not on leave on that day."""
    rows = await session.execute(
        select(Delivery.group_id, func.count(Trial.person_id.distinct()))
        .join(Delivery, Delivery.id == Trial.delivery_id)
        .join(Person, Person.id == Trial.person_id)
        .where(told_of(), _within(session, weeks, Delivery.group_id, Trial.at, until))
        .group_by(Delivery.group_id)
    )
    for group_id, number in rows:
        weeks[group_id].tried = number
    teach = await session.execute(
        select(Membership.group_id, Membership.person_id).where(
            among(session, Membership.group_id, list(weeks)),
            Membership.role == str(Role.TEACHER),
            Membership.until.is_(None),
        )
    )
    by_group: dict[int, set[int]] = defaultdict(set)
    for group_id, person_id in teach:
        by_group[group_id].add(person_id)
    away = await _away(session, weeks, by_group, until)
    for number, week in weeks.items():
        week.teachers = max(len(by_group[number] - away[calendar.local_day(until, week.group.zone)]), week.tried)


async def _away(
    session: Session, weeks: Mapping[int, Week], by_group: Mapping[int, Collection[int]], until: datetime
) -> dict[date, set[int]]:
    """Who is on leave, by the local day of their group: three zones have at most two of them."""
    by_day: dict[date, set[int]] = defaultdict(set)
    for number, week in weeks.items():
        by_day[calendar.local_day(until, week.group.zone)] |= set(by_group[number])
    return {day: await leaves.away(session, people, day) for day, people in by_day.items()}


async def questions(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    """Into each week: what was asked of the group, and no recorded message answers it. Two queries."""
    rows = (
        await session.execute(
            select(Delivery.group_id, Question, Person, Letter.result, Letter.chat_id)
            .join(Delivery, Delivery.id == Question.delivery_id)
            .join(Person, Person.id == Question.person_id)
            .outerjoin(Letter, Letter.key == Question.letter_key)
            .where(
                Question.audience == "group", Question.answered_at.is_(None), Person.consented_at.is_not(None),
                _within(session, weeks, Delivery.group_id, Question.created_at, until),
            )
            .order_by(Question.created_at, Question.id)
        )
    ).all()  # fmt: skip
    numbers = {(row.chat_id, (row.result or {}).get("message_id")) for row in rows}
    answered = await _answered(session, {(chat, number) for chat, number in numbers if chat and number})
    for group_id, question, person, result, chat_id in rows:
        if (chat_id, (result or {}).get("message_id")) not in answered:
            weeks[group_id].questions.append((question, person))


async def _answered(session: Session, messages: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of these messages, by chat and number, somebody replied to."""
    if not messages:
        return set()
    rows = await session.execute(
        select(GroupChat.tg_chat_id, Message.reply_to)
        .join(GroupChat, GroupChat.id == Message.chat_id)
        .where(
            GroupChat.tg_chat_id.in_({chat for chat, _ in messages}),
            Message.reply_to.in_({number for _, number in messages}),
        )
        .distinct()
    )
    return {(chat, number) for chat, number in rows if number is not None}


async def _consulted(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    since = {number: week.since for number, week in weeks.items()}
    for number, found in (await outcome.of_groups(session, since, until)).items():
        weeks[number].talk = found


async def _thanks(session: Session, weeks: Mapping[int, Week], until: datetime) -> None:
    """Who gave feedback or recognition, in the order of their names: thanks are no ranking."""
    receiver = aliased(Person)
    rows = await session.execute(
        select(Feedback.group_id, Person)
        .join(Person, Person.id == Feedback.giver_id)
        .join(receiver, receiver.id == Feedback.receiver_id)
        .where(
            Person.consented_at.is_not(None), receiver.consented_at.is_not(None),
            _within(session, weeks, Feedback.group_id, Feedback.created_at, until),
        )
    )  # fmt: skip
    givers: dict[int, dict[int, Person]] = defaultdict(dict)
    for group_id, person in rows:
        givers[group_id][person.id] = person
    for group_id, found in givers.items():
        weeks[group_id].thanks = sorted(found.values(), key=_by_name)


def _by_name(person: Person) -> tuple[str, int]:
    return person.name.casefold(), person.id
