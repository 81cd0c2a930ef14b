"""Teachers who take part: in meetings and in the chat, told apart; of all there are, each once."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union

from community import groups, tallies
from community.roles import Role
from reports.dashboard.values import Look
from reports.figures.sums import Tell
from reports.figures.values import Figure, Period, careful, mean_of, share
from storage.bulk import among
from storage.database import Session
from storage.models import (
    Delivery,
    Evidence,
    HandIn,
    LibraryEntry,
    Meeting,
    MeetingAttendance,
    Membership,
    Piece,
)


@dataclass(frozen=True, slots=True)
class Teachers:
    """Those whom we know by their numbers, and how many there are with those whom we do not."""

    ids: frozenset[int]
    size: int

    def of(self, people: Collection[int]) -> int:
        """How many of these people teach here."""
        return len(self.ids.intersection(people))


async def teachers(session: Session, look: Look) -> Teachers:
    """The teachers of all these groups; who teaches in two of them is one. Two queries."""
    return (await counted(session, look))([group.id for group in look.groups])


async def counted(session: Session, look: Look) -> Callable[[Collection[int]], Teachers]:
    """The same of some of these groups, by their numbers; read once for all figures of the page."""
    if not look.teach:
        look.teach.append((await groups.teachers_of(session, look.groups), await teach_in(session, look)))
    sizes, by_group = look.teach[0]

    def of(numbers: Collection[int]) -> Teachers:
        held = [person_id for number in numbers for person_id in by_group[number]]
        ids = frozenset(held)
        return Teachers(ids, max(sum(sum(sizes[number]) for number in numbers) - (len(held) - len(ids)), len(ids)))

    return of


async def teach_in(session: Session, look: Look) -> dict[int, set[int]]:
    """By group, the numbers of those who teach in it; one query."""
    rows = await session.execute(
        select(Membership.group_id, Membership.person_id)
        .where(
            among(session, Membership.group_id, [one.id for one in look.groups]),
            Membership.role == str(Role.TEACHER), Membership.until.is_(None),
        )
    )  # fmt: skip
    found: dict[int, set[int]] = {group.id: set() for group in look.groups}
    for group_id, person_id in rows:
        found[group_id].add(person_id)
    return found


async def attended(session: Session, look: Look, period: Period) -> set[int]:
    """Who was at a meeting that was held in that time."""
    rows = await session.scalars(
        select(MeetingAttendance.person_id).distinct()
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .where(
            among(session, Meeting.group_id, [one.id for one in look.groups]), Meeting.state == "held",
            Meeting.starts_at >= period[0], Meeting.starts_at < period[1], MeetingAttendance.present.is_(True),
        )
    )  # fmt: skip
    return set(rows)


async def wrote(session: Session, look: Look, period: Period) -> set[int]:
    """Who wrote a message that was recorded in that time; read once for all figures of the page."""
    if period not in look.wrote:
        spoke = await tallies.speakers(session, look.groups, *period)
        look.wrote[period] = {person_id for people in spoke.values() for person_id in people}
    return look.wrote[period]


async def stored(session: Session, look: Look, period: Period) -> set[int]:
    """Who left something where others find it again: material of the library, a worksheet, evidence, a piece."""
    ids = [one.id for one in look.groups]
    shared = (
        select(LibraryEntry.person_id)
        .where(among(session, LibraryEntry.group_id, ids), LibraryEntry.kind != "answer")
        .where(LibraryEntry.shared_at >= period[0], LibraryEntry.shared_at < period[1])
    )
    pieces = select(Piece.person_id).where(
        among(session, Piece.group_id, ids), Piece.created_at >= period[0], Piece.created_at < period[1]
    )
    given = [
        select(table.person_id)
        .join(Delivery, Delivery.id == table.delivery_id)
        .where(among(session, Delivery.group_id, ids), at >= period[0], at < period[1])
        for table, at in ((HandIn, HandIn.handed_at), (Evidence, Evidence.created_at))
    ]
    return {row[0] for row in await session.execute(union(shared, pieces, *given))}


async def participation(session: Session, look: Look, here: Teachers, period: Period) -> tuple[Figure, Figure]:
    """Of all teachers, who was at a meeting, and who wrote in the chat."""
    met, spoke = await attended(session, look, period), await wrote(session, look, period)
    return (
        share("participation.meetings", here.of(met), here.size, period),
        share("participation.chat", here.of(spoke), here.size, period),
    )


async def technology(session: Session, look: Look, here: Teachers, period: Period) -> tuple[Figure, Figure, Figure]:
    """Of all teachers, who wrote in the chat, who left material or work, and the mean of the two shares."""
    spoke, left = await wrote(session, look, period), await stored(session, look, period)
    chat = share("technology.chat", here.of(spoke), here.size, period)
    store = share("technology.store", here.of(left), here.size, period)
    return chat, store, mean_of("technology.mean", (chat, store), period)


async def showed(session: Session, look: Look, spans: Sequence[Period] = ()) -> Tell:
    """Of all teachers, who left evidence of what they tried in class, in each of the spans (else in all of that time).

    A photo, a file, a recording or a link. That somebody left one is known to nobody but themselves: carefully.
    """
    spans, teach = spans or ((look.since, look.until),), await counted(session, look)
    left: dict[Period, dict[int, set[int]]] = {span: defaultdict(set) for span in spans}
    for span in spans:
        rows = await session.execute(
            select(Delivery.group_id, Evidence.person_id).distinct()
            .join(Delivery, Delivery.id == Evidence.delivery_id)
            .where(among(session, Delivery.group_id, [one.id for one in look.groups]))
            .where(Evidence.created_at >= span[0], Evidence.created_at < span[1])
        )  # fmt: skip
        for group_id, person_id in rows:
            left[span][group_id].add(person_id)

    def tell(ids: Collection[int]) -> list[Figure]:
        here = teach(ids)
        people = {span: {one for number in ids for one in left[span].get(number, ())} for span in spans}
        return [careful("strategies.shown", here.of(people[span]), here.size, span) for span in spans]

    return tell
