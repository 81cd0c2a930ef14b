"""How a meeting was led, by three signs: seen by those who were there, read by who led it, named nowhere else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coaching import meetings
from coaching.meetings import Chaired
from coaching.refusals import Gone, NotNow
from coaching.rights import Meet
from community.refusals import Refusal
from content import rubrics
from content.rubrics import Criterion
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Meeting, MeetingAttendance, Person

SIGNS = 3
LONGEST = 300
LEAST = 3  # others who looked: with fewer, who led it would know who said what


@dataclass(frozen=True, slots=True)
class Seen:
    """What the others saw: how many of them each sign, and the lines they wrote, without a name."""

    own: str | None
    others: int
    counts: tuple[int, ...]
    lines: tuple[str, ...]

    @property
    def is_able(self) -> bool:
        """All three signs, each seen by more than half of the others."""
        return self.others >= LEAST and all(2 * one > self.others for one in self.counts)


def signs() -> tuple[Criterion, ...]:
    """The three signs, in their order."""
    return rubrics.house()["facilitation"].criteria


async def _own(session: Session, found: Chaired) -> MeetingAttendance:
    """The person's own line of a meeting that was held. Raises Gone for who was not there, NotNow before its end."""
    row = await session.scalar(
        select(MeetingAttendance).where(
            MeetingAttendance.meeting_id == found.row.id, MeetingAttendance.person_id == found.person.id,
            MeetingAttendance.present.is_(True),
        )
    )  # fmt: skip
    if row is None:
        raise Gone
    if found.row.state != "held":
        raise NotNow
    return row


async def own(session: Session, person: Person | None, meeting_id: int) -> tuple[Chaired, MeetingAttendance]:
    """What the person said so far. Raises NeedsConsent, Gone, NotNow."""
    found = await meetings.take(session, person, meeting_id, Meet.SCORE)
    return found, await _own(session, found)


async def tap(session: Session, person: Person | None, meeting_id: int, sign: int, now: datetime) -> MeetingAttendance:
    """One sign was seen, or was not after all. Raises as own, Gone for a sign that is none."""
    _, row = await own(session, person, meeting_id)
    if not 0 <= sign < SIGNS:
        raise Gone
    said = list(row.signs or "0" * SIGNS)
    said[sign] = "0" if said[sign] == "1" else "1"
    row.signs, row.scored_at = "".join(said), now
    await session.flush()
    return row


async def say_seen(session: Session, person: Person | None, meeting_id: int, words: str, now: datetime) -> Chaired:
    """One line of what was seen. Raises as own, Refusal for none or an endless one."""
    found, row = await own(session, person, meeting_id)
    said = " ".join(words.split())
    if not said or len(said) > LONGEST:
        raise Refusal("meetings.write.words", most=LONGEST)
    row.seen, row.scored_at, row.signs = said, now, row.signs or "0" * SIGNS
    await session.flush()
    return found


async def read(session: Session, person: Person | None, meeting_id: int) -> Seen:
    """How one's own leading was seen, once one has scored it oneself. Raises as meetings.take, and NotNow."""
    found = await meetings.take(session, person, meeting_id, Meet.READ_SCORES)
    mine = await _own(session, found)
    if mine.signs is None:
        raise NotNow("meetings.signs.own_first")
    rows = await session.scalars(select(MeetingAttendance).where(MeetingAttendance.meeting_id == meeting_id))
    return _seen(rows.all(), found.person.id)


def _seen(rows: Sequence[MeetingAttendance], leader_id: int) -> Seen:
    own = next((one.signs for one in rows if one.person_id == leader_id), None)
    others = [one for one in rows if one.person_id != leader_id and one.present and one.signs]
    if len(others) < LEAST:
        return Seen(own, len(others), (0,) * SIGNS, ())
    counts = tuple(sum((one.signs or "")[n] == "1" for one in others) for n in range(SIGNS))
    return Seen(own, len(others), counts, tuple(sorted(one.seen for one in others if one.seen)))


async def able_by_month(session: Session, groups: Sequence[Group]) -> dict[int, dict[str, tuple[int, int]]]:
    """By group and month ("2026-07"): how many leaders showed all three signs, of how many whom enough others saw.

    One query.
    """
    rows = await session.execute(
        select(Meeting, MeetingAttendance)
        .join(MeetingAttendance, MeetingAttendance.meeting_id == Meeting.id)
        .where(
            among(session, Meeting.group_id, [group.id for group in groups]), Meeting.state == "held",
            Meeting.leader_id.is_not(None),
        )
        .order_by(Meeting.id)
    )  # fmt: skip
    by_meeting: dict[int, tuple[Meeting, list[MeetingAttendance]]] = {}
    for meeting, line in rows:
        by_meeting.setdefault(meeting.id, (meeting, []))[1].append(line)
    zones = {group.id: ZoneInfo(group.zone) for group in groups}
    able: dict[int, dict[str, dict[int, bool]]] = {group.id: defaultdict(dict) for group in groups}
    for meeting, lines in by_meeting.values():
        seen = _seen(lines, meeting.leader_id or 0)
        if seen.others >= LEAST:
            month = meeting.starts_at.astimezone(zones[meeting.group_id]).strftime("%Y-%m")
            leader, there = meeting.leader_id or 0, able[meeting.group_id][month]
            there[leader] = there.get(leader, False) or seen.is_able
    return {
        number: {month: (sum(found.values()), len(found)) for month, found in sorted(months.items())}
        for number, months in able.items()
    }
