"""What those who accompany others have before them today at an hour, and what their coachees are still asking."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, or_, select

from coaching.rights import ACCOMPANIES, Side
from community import consultations
from community.calendar import local_day
from reports.running import Maker, Running
from storage.bulk import among
from storage.database import Session
from storage.models import CoachingSession, Group, Meeting, Membership, SessionSeat

SESSION, VISIT, MEETING = "session_today", "visit_today", "meeting_today"


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment of one person today."""

    kind: str
    person_id: int
    number: int  # of the session or meeting
    at: datetime
    group_id: int
    school_id: int | None
    zone: str
    title: str  # of the group
    cycle_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of somebody's coachee that nobody answered, from a day before."""

    person_id: int  # who accompanies the asker
    cycle_id: int
    asker: Maker
    words: str
    asked_on: date


_Seats = Sequence[tuple[int, int, Side]]


async def of(
    session: Session, person_ids: Collection[int], seated: _Seats, cycles: Mapping[int, Running], now: datetime
) -> list[Booked]:
    """Sessions of their cycles, their visits, meetings of groups they accompany: still to come today. Two queries."""
    ahead = await _sessions(session, person_ids, seated, cycles, now)
    ahead += await _meetings(session, person_ids, now)
    today = [one for one in ahead if local_day(one.at, one.zone) == local_day(now, one.zone)]
    # Whoever accompanies a group in two roles goes to its meeting once.
    return list({(one.person_id, one.kind, one.number): one for one in today}.values())


async def _sessions(
    session: Session, person_ids: Collection[int], seated: _Seats, cycles: Mapping[int, Running], now: datetime
) -> list[Booked]:
    visits = (SessionSeat.session_id == CoachingSession.id) & (SessionSeat.side == str(Side.COACH))
    roles = [str(role) for role in ACCOMPANIES]
    still = exists().where(
        Membership.person_id == SessionSeat.person_id, Membership.group_id == CoachingSession.group_id,
        Membership.until.is_(None), Membership.role.in_(roles),
    )  # fmt: skip
    rows = await session.execute(
        select(CoachingSession, Group, SessionSeat.person_id)
        .join(Group, Group.id == CoachingSession.group_id)
        .outerjoin(SessionSeat, visits & among(session, SessionSeat.person_id, person_ids))
        .where(
            CoachingSession.state == "agreed", CoachingSession.starts_at > now,
            CoachingSession.starts_at <= now + timedelta(days=1), Group.state == "active",
            or_(
                among(session, CoachingSession.cycle_id, cycles),
                CoachingSession.cycle_id.is_(None) & SessionSeat.person_id.is_not(None) & still,
            ),
        )
    )  # fmt: skip
    found = []
    for row, group, visitor in rows:
        who = [person for person, number, _ in seated if number == row.cycle_id] if row.cycle_id else [visitor]
        kind, where = SESSION if row.cycle_id else VISIT, (group.id, group.school_id, group.zone, group.title)
        found += [Booked(kind, one, row.id, row.starts_at or now, *where, row.cycle_id) for one in who]
    return found


async def _meetings(session: Session, person_ids: Collection[int], now: datetime) -> list[Booked]:
    rows = await session.execute(
        select(Meeting.id, Meeting.starts_at, Group, Membership.person_id)
        .join(Group, Group.id == Meeting.group_id)
        .join(Membership, Membership.group_id == Group.id)
        .where(
            Meeting.state == "planned", Meeting.starts_at > now, Meeting.starts_at <= now + timedelta(days=1),
            Group.state == "active", Membership.until.is_(None),
            Membership.role.in_([str(role) for role in ACCOMPANIES]), among(session, Membership.person_id, person_ids),
        )
    )  # fmt: skip
    return [
        Booked(MEETING, person, number, at, group.id, group.school_id, group.zone, group.title)
        for number, at, group, person in rows
    ]


async def asked(session: Session, seated: _Seats, cycles: Mapping[int, Running], now: datetime) -> list[Asked]:
    """Open questions of those who sit on the other side, asked in the cycle's own group before today; one query.

    Elsewhere a coach is a stranger, and what was asked there is not theirs to read.
    """
    makers = {who.id for one in cycles.values() for who in one.makers}
    waiting: dict[tuple[int, int], list[consultations.Unanswered]] = defaultdict(list)
    for one in await consultations.unanswered(session, makers):
        waiting[one.group_id, one.asker_id].append(one)
    found: dict[tuple[int, int], Asked] = {}
    for person, number, _ in seated if waiting else ():
        cycle = cycles.get(number)
        if cycle is None:
            continue
        theirs = [(who, one) for who in cycle.makers for one in waiting.get((cycle.group_id, who.id), ())]
        for who, one in theirs:
            day = local_day(one.at, cycle.zone)
            if day < local_day(now, cycle.zone):
                # Of two cycles with the same teacher the question stands in one line.
                found.setdefault((person, one.number), Asked(person, number, who, one.words, day))
    return list(found.values())
