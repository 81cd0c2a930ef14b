"""The monthly recap: to a teacher alone, what they tried and what colleagues took from it; silence without news."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import aliased

from community import budget
from community.roles import Role
from content.lessons import Lesson
from content.texts import Texts
from learning import versions
from learning.due import evening
from learning.kinds import REFLECTS
from reports import recap_talk, recap_turns, recap_words
from reports.recap_talk import Talked
from reports.recap_turns import Turn
from reports.recap_words import Month
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Delivery, Feedback, Group, Membership, Person, Reflection, Trial
from storage.outbox import post_many

AT_ONCE = 200
MINUTES = 1
LOOKS_BACK = timedelta(days=60)  # an older lesson is no suggestion any more


@dataclass(slots=True)
class _Facts:
    """What is read for all of a turn at once."""

    tried: list[tuple[int, datetime, int]] = field(default_factory=list)  # person, moment, prompt
    reflected: list[tuple[int, datetime, int]] = field(default_factory=list)
    feedback: list[Any] = field(default_factory=list)
    prompts: list[Delivery] = field(default_factory=list)  # of the last weeks, in the order they came
    lessons: dict[int, Lesson] = field(default_factory=dict)
    talked: dict[int, list[Talked]] = field(default_factory=dict)  # by person


async def send_due(session: Session, now: datetime) -> int:
    """Write the recaps that are due and set the next ones; gives how many people were dealt with.

    Queries: a fixed number for up to AT_ONCE people, and one for each moment that is set.
    """
    begun = await _begin(session, now)
    due = await session.execute(
        select(Person, Person.recap_next_at)
        .where(Person.recap_next_at <= now)
        .order_by(Person.recap_next_at, Person.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = {person.id: (person, at) for person, at in due}
    if not rows:
        return begun
    turns = await recap_turns.of_people(session, {number: one for number, (one, _) in rows.items()}, now)
    turns = {number: one for number, one in turns.items() if one.person.consented_at is not None}
    away = await recap_turns.away(session, list(turns.values()))
    going, moments = [], dict[int, datetime | None](dict.fromkeys(rows))
    for number, one in turns.items():
        ready = one.is_time(now) and number not in away
        # Put off, not left out.
        moments[number] = one.next_month() if ready else recap_turns.moment(one.days, now, one.zone)
        going += [one] if ready and one.person.reachable and one.person.tg_user_id else []
    claimed = await _move_on(session, moments, now)
    await _tell(session, [one for one in going if one.person.id in claimed], now)
    return begun + len(rows)


async def _begin(session: Session, now: datetime) -> int:
    """Teachers without a moment get their first: in the month to come."""
    teaches = (
        exists()
        .where(Membership.person_id == Person.id, Membership.role == str(Role.TEACHER), Membership.until.is_(None))
        .where(Group.id == Membership.group_id, Group.state == "active")
    )
    new = await session.scalars(
        select(Person)
        .where(Person.recap_next_at.is_(None), Person.consented_at.is_not(None), teaches)
        .order_by(Person.id)
        .limit(AT_ONCE)
    )
    found = {person.id: person for person in new}
    turns = await recap_turns.of_people(session, found, now) if found else {}
    await _move_on(session, {number: one.next_month() for number, one in turns.items()}, None)
    return len(turns)


async def _move_on(session: Session, moments: Mapping[int, datetime | None], now: datetime | None) -> set[int]:
    """Set the next moments, those that fall together in one statement; gives whose row was still as it was seen."""
    together: dict[datetime | None, list[int]] = defaultdict(list)
    for number, moment in moments.items():
        together[moment].append(number)
    seen = Person.recap_next_at <= now if now is not None else Person.recap_next_at.is_(None)
    claimed: set[int] = set()
    for moment, numbers in together.items():
        moved = await session.scalars(
            update(Person)
            .where(among(session, Person.id, numbers), seen)
            .values(recap_next_at=moment)
            .returning(Person.id)
            .execution_options(synchronize_session=False)
        )
        claimed |= set(moved)
    return claimed


async def _tell(session: Session, going: Sequence[Turn], now: datetime) -> None:
    """A letter for each in whose month something happened, within their budget."""
    if not going:
        return
    facts = await _facts(session, going, now)
    months = {one.person.id: _month(one, facts) for one in going}
    told = [one for one in going if not months[one.person.id].is_empty]
    wants = [budget.Want(one.person.id, one.group.id, one.today, MINUTES) for one in told]
    admitted = await budget.admit(session, wants)
    drafts = [_letter(one, months[one.person.id]) for one in told if one.person.id in admitted]
    await post_many(session, drafts, now)


def _letter(one: Turn, month: Month) -> Draft:
    say = Texts(one.person.language)
    return message(
        one.person.tg_user_id or 0, recap_words.html(month, say), buttons=recap_words.buttons(month, say),
        key=f"recap:{one.person.id}:{one.first:%Y-%m}", lane=Lane.REMINDER, person_id=one.person.id,
        group_id=one.group.id, not_after=evening(one.days, one.today, one.zone),
    )  # fmt: skip


async def _facts(session: Session, going: Sequence[Turn], now: datetime) -> _Facts:
    """Five queries and the packs, whoever they are: acts, feedback both ways, the prompts of the last weeks.

    Besides, of the groups' talk, two for each zone in which somebody lives.
    """
    ids = [one.person.id for one in going]
    since, until = min(one.since for one in going), max(one.until for one in going)
    facts = _Facts()
    tried = select(Trial.person_id, Trial.at, Trial.delivery_id).where(among(session, Trial.person_id, ids))
    tried = tried.where(Trial.at >= min(since, now - LOOKS_BACK))
    tried = tried.order_by(Trial.at, Trial.id)  # lessons are told in the order they were tried
    facts.tried = [(by, at, number) for by, at, number in await session.execute(tried)]
    reflected = select(Reflection.person_id, Reflection.created_at, Reflection.delivery_id).where(
        among(session, Reflection.person_id, ids), Reflection.kind.in_(REFLECTS), Reflection.created_at >= since,
        Reflection.created_at < until,
    )  # fmt: skip
    reflected = reflected.order_by(Reflection.created_at, Reflection.id)
    facts.reflected = [(by, at, number) for by, at, number in await session.execute(reflected)]
    giver, receiver = aliased(Person), aliased(Person)
    feedback = (
        select(Feedback.giver_id, Feedback.receiver_id, Feedback.kind, Feedback.helped, Feedback.created_at)
        .join(giver, giver.id == Feedback.giver_id)
        .join(receiver, receiver.id == Feedback.receiver_id)
        .where(
            or_(among(session, Feedback.giver_id, ids), among(session, Feedback.receiver_id, ids)),
            Feedback.created_at >= since, Feedback.created_at < until, giver.consented_at.is_not(None),
            receiver.consented_at.is_not(None),
        )
    )  # fmt: skip
    facts.feedback = list(await session.execute(feedback))
    groups = {here.id for one in going for here in one.groups}
    prompts = await session.scalars(
        select(Delivery)
        .where(
            among(session, Delivery.group_id, groups), Delivery.delivered_at.is_not(None),
            Delivery.due_at >= now - LOOKS_BACK,
            or_(Delivery.person_id.is_(None), among(session, Delivery.person_id, ids)),
        )
        .order_by(Delivery.due_at, Delivery.id)
    )  # fmt: skip
    facts.prompts = list(prompts)
    facts.talked = await recap_talk.of_turns(session, going)
    done = {number for _, _, number in (*facts.tried, *facts.reflected)}
    older = await session.scalars(select(Delivery).where(among(session, Delivery.id, done)))
    facts.lessons = await versions.lessons_of(session, {one.id: one for one in (*facts.prompts, *older)}.values())
    return facts


def _month(one: Turn, facts: _Facts) -> Month:
    """One teacher's own month. Nobody else's figures are looked at."""
    mine, language = one.person.id, one.person.language

    def titles(acts: Collection[tuple[int, datetime, int]]) -> list[str]:
        prompts = [number for by, at, number in acts if by == mine and one.since <= at < one.until]
        lessons = [facts.lessons[number] for number in dict.fromkeys(prompts) if number in facts.lessons]
        return [lesson.text(language).title for lesson in lessons]

    told = [row for row in facts.feedback if one.since <= row.created_at < one.until]
    got = [row.kind for row in told if row.receiver_id == mine]
    return Month(
        first=one.first, tried=titles(facts.tried), reflected=titles(facts.reflected),
        helped=sum(row.giver_id == mine and bool(row.helped) for row in told),
        recognised=got.count("recognition"), replied=got.count("reply"), suggestion=_suggestion(one, facts),
        talked=facts.talked[mine],
    )  # fmt: skip


def _suggestion(one: Turn, facts: _Facts) -> tuple[int, Lesson] | None:
    """The first lesson neither tried nor reflected on of the pack that came last, by its prompt."""
    here = {group.id for group in one.groups}
    theirs = [
        row
        for row in facts.prompts
        if row.group_id in here and row.person_id in (None, one.person.id) and row.id in facts.lessons
    ]
    done = {number for by, _, number in (*facts.tried, *facts.reflected) if by == one.person.id}
    newest = max((row.enrolment_id for row in theirs), default=0)
    return next(
        ((row.id, facts.lessons[row.id]) for row in theirs if row.enrolment_id == newest and row.id not in done), None
    )
