"""A teacher and this week's partner: did they meet, who is it, in or out of the pairs."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update

from community import budget, calendar, leaves, people, readiness
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from learning import pair_weeks, pair_words, turns
from learning.pair_words import Partner, Rows
from learning.pairs import ASKS
from learning.refusals import Gone
from learning.turns import Turn
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Group, Membership, Pairing, Person
from storage.outbox import called_off, post_many

_TEACHES = frozenset({Role.TEACHER})
Team = tuple[str, date, int]


async def ask_due(session: Session, now: datetime) -> int:
    """Ask once more, on the last school day, who has not said whether they met; gives how many groups were looked at.

    Whoever does not answer is never asked again. A fixed number of queries.
    """
    due = await turns.claimed(session, ASKS, now)
    if not due:
        return 0
    await turns.move_on(session, ASKS, {one.group.id: None for one in due}, now)
    going = {one.group.id: one for one in due if one.is_time(now)}
    asked = await _unanswered(session, going)
    partners = await _partners(session, [pairing for pairing, _ in asked])
    asked = [(pairing, person) for pairing, person in asked if partners[pairing.id]]
    off = await called_off(session, [_asks_key(row) for row, _ in asked])
    asked = [(row, person) for row, person in asked if _asks_key(row) not in off]
    wants = [budget.Want(one.id, row.group_id, going[row.group_id].day) for row, one in asked]
    admitted = await budget.admit(session, wants)
    drafts = [_question(going[row.group_id], row, one, partners[row.id]) for row, one in asked if one.id in admitted]
    await post_many(session, drafts, now)
    return len(due)


async def _unanswered(session: Session, going: dict[int, Turn]) -> list[tuple[Pairing, Person]]:
    """Of these groups, this week: who has not answered, can be written to, still takes part and is not away."""
    if not going:
        return []
    week_of = {number: pair_weeks.week_of(one.days, one.day) for number, one in going.items()}
    rows = await session.execute(
        select(Pairing, Person)
        .join(Person, Person.id == Pairing.person_id)
        .where(
            among(session, Pairing.group_id, list(going)), Pairing.week.in_(set(week_of.values())),
            Pairing.answered_at.is_(None), Person.consented_at.is_not(None), Person.reachable.is_(True),
            Person.tg_user_id.is_not(None),
            exists().where(
                Membership.person_id == Person.id, Membership.group_id == Pairing.group_id,
                Membership.role == str(Role.TEACHER), Membership.until.is_(None), Membership.pairs,
            ),
        )
        .order_by(Pairing.id)
    )  # fmt: skip
    found = [(row, person) for row, person in rows if week_of[row.group_id] == row.week]
    ids, days = [person.id for _, person in found], {one.day for one in going.values()}
    away = {day: await leaves.away(session, ids, day) for day in days}
    return [(row, person) for row, person in found if person.id not in away[going[row.group_id].day]]


def _asks_key(row: Pairing) -> str:
    return pair_words.key(row.week, row.group_id, row.person_id, asks=True)


async def asked_about(session: Session, person: Person, weeks: Mapping[int, date]) -> dict[int, str]:
    """Of groups by their week: where the person has not said whether they met, the debt of the question; one query."""
    query = select(Pairing).where(
        Pairing.person_id == person.id, Pairing.group_id.in_(weeks), Pairing.answered_at.is_(None)
    )
    return {row.group_id: _asks_key(row) for row in await session.scalars(query) if row.week == weeks[row.group_id]}


def _question(one: Turn, row: Pairing, person: Person, partners: Sequence[Partner]) -> Draft:
    say = Texts(person.language)
    words = say("pairs.asks", names=pair_words.named(partners, row.group_id, say))
    return pair_words.letter(
        person, row.group_id, words, pair_words.buttons(row.id, say, leave=False),
        _asks_key(row), one.due_at, one.not_after,
    )  # fmt: skip


def _still_there() -> ColumnElement[bool]:
    """Of a pairing: the person teaches in the group still. Whoever has left is neither shown nor shown anybody."""
    return exists().where(
        Membership.person_id == Pairing.person_id, Membership.group_id == Pairing.group_id,
        Membership.role == str(Role.TEACHER), Membership.until.is_(None),
    )  # fmt: skip


async def _partners(session: Session, rows: Collection[Pairing]) -> dict[int, list[Partner]]:
    """The others of each one's team who are still with us and in their group; one query."""
    teams: dict[Team, list[Pairing]] = defaultdict(list)
    for row in rows:
        teams[row.pool, row.week, row.team].append(row)
    found: dict[int, list[Partner]] = {row.id: [] for row in rows}
    if not teams:
        return found
    others = await session.execute(
        select(Pairing.pool, Pairing.week, Pairing.team, Person, Group)
        .join(Person, Person.id == Pairing.person_id)
        .join(Group, Group.id == Pairing.group_id)
        .where(
            Pairing.pool.in_({pool for pool, *_ in teams}), Pairing.week.in_({week for _, week, _ in teams}),
            Person.consented_at.is_not(None), _still_there(),
        )
        .order_by(Pairing.gives_first.desc(), Pairing.id)
    )  # fmt: skip
    for pool, week, team, person, group in others:
        for row in teams.get((pool, week, team), ()):
            if row.person_id != person.id:
                found[row.id].append(Partner(person, group))
    return found


async def met(
    session: Session, person: Person | None, pairing_id: int, met: bool, say: Texts, now: datetime
) -> tuple[str, Rows]:
    """One side's answer, also a late or a changed one; each side answers for itself.

    Raises NeedsConsent, or Gone for a number that is not the person's own.
    """
    if person is None:
        raise NeedsConsent
    row = await session.scalar(select(Pairing).where(Pairing.id == pairing_id, Pairing.person_id == person.id))
    if row is None:
        raise Gone
    row.met, row.answered_at = met, now
    await session.flush()
    partners = (await _partners(session, [row]))[row.id]
    names = pair_words.named(partners, row.group_id, say) or say.plain("pairs.colleague")
    return say("pairs.met" if met else "pairs.not_met", names=names), pair_words.buttons(row.id, say, met, leave=False)


async def take_part(session: Session, person: Person | None, yes: bool, say: Texts, now: datetime) -> tuple[str, Rows]:
    """In or out, in every group the person teaches in; gives the page as it is then. Raises as page."""
    if person is None:
        raise NeedsConsent
    await choose(session, person, yes)
    return await page(session, person, say, now)


async def choose(session: Session, person: Person, yes: bool) -> None:
    """In or out, as take_part, without its page."""
    await session.execute(
        update(Membership)
        .where(Membership.person_id == person.id, Membership.role == str(Role.TEACHER), Membership.until.is_(None))
        .values(pairs=yes)
        .execution_options(synchronize_session=False)
    )


async def page(session: Session, person: Person | None, say: Texts, now: datetime) -> tuple[str, Rows]:
    """/pasangan: this week's colleague with what suits them, and the way in or out.

    Raises NeedsConsent, NotAllowed for who teaches nowhere.
    """
    if person is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, _TEACHES)
    if not groups:
        raise NotAllowed("learning.join_first")
    takes_part = await _takes_part(session, person)
    row = await _of_week(session, person, now)
    parts, rows = [], Rows()
    if row is not None and (partners := (await _partners(session, [row]))[row.id]):
        parts.append(say("pairs.week", names=pair_words.named(partners, row.group_id, say)))
        parts += [line for one in partners if (line := await _suits(session, person, one, say, now))]
        parts += [say(f"pairs.said_{'met' if row.met else 'not_met'}")] if row.met is not None else []
        rows += pair_words.buttons(row.id, say, row.met, leave=False)
        rows += pair_words.talk(partners, row.group_id, row.id, row.stopped, say)
    elif takes_part:
        parts.append(say("pairs.none_yet"))
    parts.append(say("pairs.is_in" if takes_part else "pairs.is_out"))
    way = ("leave", "pair:out") if takes_part else ("join", "pair:in")
    return "\n\n".join(parts), [*rows, [button(say.plain(f"pairs.button.{way[0]}"), way[1])]]


async def _takes_part(session: Session, person: Person) -> bool:
    """A no in one group is a no."""
    no = select(Membership.id).where(
        Membership.person_id == person.id, Membership.until.is_(None), Membership.pairs.is_(False)
    )
    return await session.scalar(no.limit(1)) is None


async def _of_week(session: Session, person: Person, now: datetime) -> Pairing | None:
    """The person's pairing of the week it is where its group is."""
    rows = (await session.execute(
        select(Pairing, Group)
        .join(Group, Group.id == Pairing.group_id)
        .where(Pairing.person_id == person.id, Pairing.week >= (now - timedelta(days=9)).date(), _still_there())
        .order_by(Pairing.week.desc(), Pairing.id)
    )).all()  # fmt: skip
    days = await calendar.calendars_of(session, {group.school_id for _, group in rows})
    for row, group in rows:
        if row.week == pair_weeks.week_of(days[group.school_id], calendar.local_day(now, group.zone)):
            return row
    return None


async def _suits(session: Session, person: Person, one: Partner, say: Texts, now: datetime) -> str:
    """What suits the partner, by their own word; nothing where they said nothing."""
    try:
        words = await readiness.summary(session, person, one.person.id, say, now)
    except NotAllowed:
        return ""
    return say("pairs.suits", name=people.display(one.person, say), words=words) if words else ""
