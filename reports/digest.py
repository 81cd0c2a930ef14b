"""The digest of who accompanies a group: who reflected, who may like a word, what waits; nothing without news."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import aliased

from community import calendar, looks, people, rights
from community.calendar import SchoolCalendar
from community.refusals import NotAllowed
from community.roles import Role
from content.texts import Texts
from learning import activity, hand_ins, readable, readers
from reports import good_news
from reports.digest_words import buttons, letter_html
from reports.silence import silent
from storage.database import Session
from storage.letters import Lane, message
from storage.models import Delivery, Group, Letter, Membership, Person, Question, Reflection
from storage.outbox import post

log = logging.getLogger(__name__)

WALL = "15:30"  # when school is over and the coach is not yet home
UNTIL = time(20)  # quiet hours begin
LOOKS_BACK = timedelta(days=7)
AT_ONCE = 100
SEEING = frozenset(role for role in Role if rights.may({role}, rights.Action.SEE_DIGEST))
_other = aliased(Membership)
# Whoever accompanies a group in two roles gets one digest of it: by the role they got first.
_READS = (
    Membership.role.in_(SEEING), Membership.until.is_(None),
    ~exists().where(
        _other.person_id == Membership.person_id, _other.group_id == Membership.group_id, _other.until.is_(None),
        _other.role.in_(SEEING), _other.id < Membership.id,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Digest:
    """What a coach, mentor or pengampu is told of one group. Everything in it, they may read."""

    group: Group
    at: datetime
    reflections: Sequence[Reflection]
    tried: Sequence[int]  # people, by id
    silent: Sequence[int]
    newly_silent: bool
    waiting: Sequence[Question]
    good: good_news.GoodNews | None
    names: Mapping[int, Person]
    sheets: Sequence[hand_ins.Waiting] = ()
    answered: Sequence[hand_ins.Waiting] = ()  # by another of those who accompany: to be read all the same

    @property
    def is_empty(self) -> bool:
        """Nothing happened, nothing waits, and nobody has just fallen silent: then nothing is sent (I10)."""
        return not (self.reflections or self.tried or self.waiting or self.sheets or self.newly_silent)


async def send_due(session: Session, now: datetime) -> int:
    """Write the digests that are due and set the next ones; gives how many memberships were dealt with."""
    await _set_first(session, now)
    due = await session.execute(
        select(Membership.id, Membership.digest_next_at, Group.school_id, Person.id, Group.id, Person, Group)
        .join(Person, Person.id == Membership.person_id)
        .join(Group, Group.id == Membership.group_id)
        .where(
            *_READS,
            Membership.digest_next_at <= now,
        )
        .order_by(Membership.digest_next_at)
        .limit(AT_ONCE)
    )
    handled = 0
    rows = due.all()  # keeps Person and Group at hand; after a digest that failed, get_one reads them anew
    days = await calendar.calendars_of(session, {row.school_id for row in rows})
    for membership_id, seen, school_id, coach_id, group_id, *_ in rows:
        coach, group = await session.get_one(Person, coach_id), await session.get_one(Group, group_id)
        then = following(now, _zone(coach, group), days[school_id])
        if seen is None or not await claim(session, membership_id, seen, then):
            continue
        handled += 1
        try:
            async with session.begin_nested():
                await _send(session, coach, group, seen, now)
        except Exception as error:
            # Its next moment is set already, so that it does not stop the others. The name of the error
            # only: its text could hold somebody's words.
            log.error("digest of membership %s could not be written (%s)", membership_id, type(error).__name__)
    return handled


async def _set_first(session: Session, now: datetime) -> None:
    """Who has just got the role gets a first moment."""
    new = await session.execute(
        select(Membership.id, Person, Group)
        .join(Person, Person.id == Membership.person_id)
        .join(Group, Group.id == Membership.group_id)
        .where(
            *_READS,
            Membership.digest_next_at.is_(None),
        )
        .limit(AT_ONCE)
    )
    rows = new.all()
    days = await calendar.calendars_of(session, {group.school_id for _, _, group in rows}) if rows else {}
    for membership_id, coach, group in rows:
        first = following(now, _zone(coach, group), days[group.school_id])
        await claim(session, membership_id, None, first)


def following(now: datetime, zone: str, days: SchoolCalendar) -> datetime:
    """The next digest; for a school without a working day tomorrow, so that its row cannot stop the others."""
    try:
        return days.moment_after(now, WALL, zone, prompt=False)
    except ValueError:
        return now + timedelta(days=1)


async def claim(session: Session, membership_id: int, seen: datetime | None, then: datetime) -> bool:
    """Move the digest of a coach from the moment that was seen to the next; False where somebody else has."""
    as_seen = Membership.digest_next_at.is_(None) if seen is None else Membership.digest_next_at == seen
    claimed = await session.scalar(
        update(Membership)
        .where(Membership.id == membership_id, as_seen)
        .values(digest_next_at=then)
        .returning(Membership.id)
        .execution_options(synchronize_session=False)
    )
    return claimed is not None


async def _send(session: Session, coach: Person, group: Group, due_at: datetime, now: datetime) -> None:
    here = ZoneInfo(_zone(coach, group))
    day = due_at.astimezone(here).date()
    not_after = datetime.combine(day, UNTIL, here).astimezone(UTC)
    reachable = coach.tg_user_id is not None and coach.reachable and coach.consented_at is not None
    if not reachable or coach.tg_user_id is None or group.state != "active" or now >= not_after:
        return
    digest = await gather(session, coach, group, await _last_sent(session, coach, group, now), now)
    if digest.is_empty:
        return
    draft = message(
        coach.tg_user_id, letter_html(digest, Texts(coach.language)), key=f"digest:{coach.id}:{group.id}:{day}",
        lane=Lane.REMINDER, not_after=not_after, person_id=coach.id, group_id=group.id,
        buttons=buttons(digest, Texts(coach.language)) or None,
    )  # fmt: skip
    if await post(session, draft, now):
        await _noted(session, coach, digest, now)


async def _noted(session: Session, coach: Person, digest: Digest, now: datetime) -> None:
    """Whose words stand in it."""
    of = {one.person_id for one in digest.reflections} | {one.person_id for one in digest.waiting}
    of |= {one.row.person_id for one in (*digest.sheets, *digest.answered)}
    if of:
        await looks.note(session, coach, looks.Kind.DIGEST, now, of=of, group_id=digest.group.id)


async def _last_sent(session: Session, coach: Person, group: Group, now: datetime) -> datetime:
    """When this coach last got a digest of this group; at most a week ago."""
    last: datetime | None = await session.scalar(
        select(func.max(Letter.created_at)).where(
            Letter.key.startswith(f"digest:{coach.id}:{group.id}:", autoescape=True),
            Letter.state.in_(("pending", "sending", "delivered", "unknown")),
        )
    )
    return max(last, now - LOOKS_BACK) if last else now - LOOKS_BACK


async def asked(session: Session, person: Person | None, now: datetime, group: Group | None = None) -> list[Digest]:
    """`/ringkasan`: the digests of this person's groups (or of one) since the working day before, empty ones too.

    Raises NeedsConsent, or NotAllowed for somebody who accompanies nobody there.
    """
    if person is None or group is not None:
        await rights.require(session, person, rights.Action.SEE_DIGEST, group.id if group else 0)
    if person is None:
        return []
    coached = [group] if group else await people.groups_of(session, person.id, SEEING)
    if not coached:
        raise NotAllowed("reports.digest.nobody")
    days = await calendar.calendars_of(session, {one.school_id for one in coached})
    found = []
    for one in coached:
        since = _school_day_before(now, _zone(person, one), days[one.school_id])
        found.append(await gather(session, person, one, since, now, answered_since=now - LOOKS_BACK))
        await _noted(session, person, found[-1], now)
    return found


def _school_day_before(now: datetime, zone: str, days: SchoolCalendar) -> datetime:
    """Local midnight at the beginning of the last school day before today; a week ago in a long holiday."""
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    before = (today - timedelta(days=number) for number in range(1, LOOKS_BACK.days + 1))
    day = next((one for one in before if days.is_open(one)), today - LOOKS_BACK)
    return datetime.combine(day, time(), here).astimezone(UTC)


async def gather(
    session: Session, coach: Person, group: Group, since: datetime, now: datetime,
    answered_since: datetime | None = None,
) -> Digest:  # fmt: skip
    """What happened in [since, now) that this person may know; a fixed number of queries.

    Worksheets that another has answered are told from `answered_since` on, by default from `since`.
    """
    found = await readable.by(session, coach, group.id, since)
    told = _newest([one for one in found if one.person_id != coach.id and one.audience != "me"])
    acts = await activity.of_group(session, group.id, since, now)
    tried = [one.person_id for one in acts if one.tried and one.person_id != coach.id]
    before = {person.id: person for person in await silent(session, group, since, coach.id)}
    after = {person.id: person for person in await silent(session, group, now, coach.id)}
    waiting = await _waiting(session, coach, group)
    sheets = await hand_ins.readable_by(session, coach, group, now, answered_since or since)
    wanted = {one.person_id for one in told} | set(tried) | {one.person_id for one in waiting}
    wanted |= {one.row.person_id for one in sheets}
    brought = {one.person_id for one in told if one.entered_by is not None}  # also of colleagues without Telegram
    wanted |= {one.entered_by for one in told if one.entered_by is not None}
    agree = or_(Person.consented_at.is_not(None), Person.id.in_(brought) & Person.tg_user_id.is_(None))
    people_told = await session.scalars(select(Person).where(Person.id.in_(wanted), agree))
    names = {person.id: person for person in people_told} | before | after
    digest = Digest(
        group=group,
        at=now,
        reflections=[one for one in told if one.person_id in names],
        tried=[person_id for person_id in tried if person_id in names],
        silent=list(after),
        newly_silent=bool(after.keys() - before.keys()),
        waiting=[one for one in waiting if one.person_id in names],
        good=None,
        names=names,
        sheets=[one for one in sheets if one.row.answered_at is None and one.row.person_id in names],
        answered=[one for one in sheets if one.row.answered_at is not None and one.row.person_id in names],
    )
    return replace(digest, good=await good_news.best(session, digest, set(before), since))


def _newest(told: Sequence[Reflection]) -> list[Reflection]:
    """All that was given to who accompanies; of several in the group on one prompt the last one of each person.

    In the group one often goes on in a second message. A goal is another matter than what came of it.
    """
    seen: set[tuple[int, int, bool]] = set()
    kept = []
    for one in told:  # newest first
        matter = (one.person_id, one.delivery_id, one.kind == "goal")
        if one.audience == "coach" or matter not in seen:
            kept.append(one)
        if one.audience != "coach":
            seen.add(matter)
    return kept


async def _waiting(session: Session, coach: Person, group: Group) -> Sequence[Question]:
    """Questions to the coach that nobody has answered, the oldest first; those to the coach before are not theirs."""
    since = await readers.accompanies_since(session, coach, group.id)
    if since is None:
        return []
    found = await session.scalars(
        select(Question)
        .join(Delivery, Delivery.id == Question.delivery_id)
        .where(
            Delivery.group_id == group.id,
            Question.audience == "coach",
            Question.answered_at.is_(None),
            Question.created_at >= since,
            Question.person_id != coach.id,
        )
        .order_by(Question.created_at, Question.id)
    )
    return found.all()


def _zone(coach: Person, group: Group) -> str:
    return coach.zone or group.zone
