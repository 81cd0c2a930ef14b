"""The monthly report of a group: its meetings, what else went on, its talk in figures with their doubt, and photos."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from coaching.refusals import Gone
from community import rights
from community.calendar import local_day
from community.rights import Action
from reports.conversation import Shares, shares
from reports.papers import letterheads, minutes, photos, signing
from reports.papers.days import full_day, long_day, month
from reports.papers.making import Desk, Made, Subject
from reports.papers.meeting_papers import written
from reports.papers.paper import Block, Paper, Pictures, Signed, Table, Words, heads, lines_of
from reports.participation import Participation, participation
from reports.shares import percent
from storage.bulk import among
from storage.database import Session
from storage.models import CoachingSession, Group, Meeting, MeetingAttendance, School

_CUT = 8  # lines of minutes without headings that go into a report


def span(number: int, zone: str) -> tuple[datetime, datetime]:
    """[first midnight, that of the next month) there, in UTC; 202611 is November. Raises Gone for no month."""
    year, of_year = divmod(number, 100)
    if not (2000 <= year <= 9998 and 1 <= of_year <= 12):
        raise Gone
    ends = (date(year, of_year, 1), date(year + of_year // 12, of_year % 12 + 1, 1))
    since, until = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in ends)
    return since, until


async def made(desk: Desk, subject: Subject) -> Made:
    """Raises NeedsConsent, NotAllowed, Gone."""
    await rights.require(desk.session, desk.person, Action.MAKE_PAPERS, subject.number)
    group = await desk.session.get(Group, subject.number)
    if group is None:
        raise Gone
    since, until = span(subject.detail, group.zone)
    first, say = local_day(since, group.zone), desk.say
    held = await _held(desk.session, group, since, until)
    shown = await photos.shown(desk.session, [one.id for one in held])
    blocks: list[Block] = [
        Words(say.plain("papers.said.mon_title"), "title"),
        Words(say.plain("papers.said.mon_under", group=group.title, month=month(first, say), year=first.year), "under"),
        *await _intro(desk, group, first), *await _meetings(desk, group, held),
        *_activities(desk, await participation(desk.session, group, since, min(until, desk.now)),
                     await _sessions(desk.session, group, since, until)),
        *_talk(desk, await shares(desk.session, group, since, min(until, desk.now))), *_results(desk, group, held),
    ]  # fmt: skip
    if shown:
        pictures = tuple((photos.name(one), say.plain("papers.said.photos")) for one in shown)
        blocks += [Words(say.plain("papers.said.photos"), "heading"), Pictures(pictures)]
    blocks += [Words(say.plain("papers.said.closing"), "heading"), Words(say.plain("papers.said.closing_words"))]
    blocks.append(await _signed(desk, group))
    head = await letterheads.of(desk.session, group)
    name = say.plain("papers.file.mon", month=f"{month(first, say)} {first.year}")
    lacks = ["kop"] * (not (head.lines or head.picture)) + ["photos"] * (not shown)
    paper = Paper(say.plain("papers.said.mon_title"), desk.today(group).isoformat(), _lettered(blocks), head)
    return Made(paper, group, name, tuple(lacks), f"group{group.id}")


async def _held(session: Session, group: Group, since: datetime, until: datetime) -> Sequence[Meeting]:
    found = await session.scalars(
        select(Meeting)
        .where(Meeting.group_id == group.id, Meeting.state == "held")
        .where(Meeting.starts_at >= since, Meeting.starts_at < until)
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return found.all()


async def _intro(desk: Desk, group: Group, first: date) -> list[Block]:
    say = desk.say
    school = await desk.session.get(School, group.school_id) if group.school_id is not None else None
    words = say.plain("papers.said.intro_words", group=group.title, month=month(first, say), year=first.year)
    words += " " + say.plain("papers.said.intro_school", school=school.name) if school else ""
    return [Words(say.plain("papers.said.intro"), "heading"), Words(words)]


async def _meetings(desk: Desk, group: Group, held: Sequence[Meeting]) -> list[Block]:
    """Day, agenda and how many were there; who was not is nobody's business."""
    say, heading = desk.say, Words(desk.say.plain("papers.said.meetings"), "heading")
    if not held:
        return [heading, Words(say.plain("papers.said.no_meetings"))]
    counted = await desk.session.execute(
        select(MeetingAttendance.meeting_id, func.count().label("people"))
        .where(among(desk.session, MeetingAttendance.meeting_id, [one.id for one in held]))
        .where(MeetingAttendance.present.is_(True))
        .group_by(MeetingAttendance.meeting_id)
    )
    there = {row.meeting_id: row.people for row in counted}
    rows = tuple(
        (f"{n}.", full_day(local_day(one.starts_at, group.zone), say), "\n".join(lines_of(one.agenda)) or "–",
         str(there.get(one.id, 0)))
        for n, one in enumerate(held, 1)
    )  # fmt: skip
    titles = (say.plain("papers.said.no"), say.plain("papers.said.date"), say.plain("papers.said.agenda").rstrip(":"),
              say.plain("papers.said.present"))  # fmt: skip
    return [heading, Table(heads(*titles), rows, (1.3, 5, 8, 1.9), centred=(0, 3))]


async def _sessions(session: Session, group: Group, since: datetime, until: datetime) -> tuple[int, int]:
    """Visits and meetings of two that took place; of whom is not told."""
    found = await session.execute(
        select(CoachingSession.series_id.is_not(None), func.count())
        .where(CoachingSession.group_id == group.id, CoachingSession.state == "held")
        .where(CoachingSession.starts_at >= since, CoachingSession.starts_at < until)
        .group_by(CoachingSession.series_id.is_not(None))
    )
    counted = Counter({bool(is_visit): n for is_visit, n in found})
    return counted[True], counted[False]


def _activities(desk: Desk, part: Participation, sessions: tuple[int, int]) -> list[Block]:
    say = desk.say
    rows = (
        ("prompts", str(part.prompts)), ("tried", say.plain("papers.said.n_of", n=part.tried, of=part.of)),
        ("reflected", say.plain("papers.said.n_of", n=part.reflected, of=part.of)), ("visits", str(sessions[0])),
        ("sessions", str(sessions[1])),
    )  # fmt: skip
    titles = heads(say.plain("papers.said.activity"), say.plain("papers.said.amount"))
    listed = tuple((say.plain(f"papers.said.{name}"), words) for name, words in rows)
    return [Words(say.plain("papers.said.activities"), "heading"), Table(titles, listed, (10, 6))]


def _talk(desk: Desk, found: Shares) -> list[Block]:
    """The four types, each with its number, its share and the interval; nothing where nothing was written."""
    say = desk.say
    if not found.recorded:
        return []
    rows = tuple(
        (say.plain(f"reports.label.{one.label}"), str(one.n), percent(one) or say.plain("papers.said.few"))
        for one in found.of_four
    )
    titles = heads(*(say.plain(f"papers.said.{name}") for name in ("kind", "amount", "share")))
    counted = say.plain("papers.said.talk_of", recorded=found.recorded, counted=found.counted)
    return [
        Words(say.plain("papers.said.talk"), "heading"),
        Words(counted),
        Table(titles, rows, (8, 3, 5), centred=(1, 2)),
    ]


def _results(desk: Desk, group: Group, held: Sequence[Meeting]) -> list[Block]:
    """Of each meeting what was decided and who does what; of minutes without headings their first lines."""
    blocks: list[Block] = []
    for one in held:
        found = minutes.read(one.minutes)
        told = minutes.Minutes(
            () if found.decided or found.follow else found.discussed[:_CUT], found.decided, found.follow
        )
        parts = written(told, desk)
        if parts:
            day = Words(long_day(local_day(one.starts_at, group.zone), desk.say), "day")
            blocks += [day, *(Words(part.text, "lead") if isinstance(part, Words) else part for part in parts)]
    return [Words(desk.say.plain("papers.said.results"), "heading"), *blocks] if blocks else []


async def _signed(desk: Desk, group: Group) -> Signed:
    """The principal at the left; whoever is the principal signs alone."""
    hand = await signing.of(desk.session, desk.person, group.id, desk.said, desk.say)
    return Signed((*await signing.above(desk.session, desk.person, group.id, desk.say),
                   hand.signer(desk.today(group), desk.say)))  # fmt: skip


def _lettered(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """A. Pendahuluan, B. Pertemuan, and so on with those sections that are there."""
    found, letter = list[Block](), iter("ABCDEFGH")
    for one in blocks:
        is_heading = isinstance(one, Words) and one.style == "heading"
        found.append(Words(f"{next(letter)}. {one.text}", "heading") if isinstance(one, Words) and is_heading else one)
    return tuple(found)
