"""What somebody has agreed to, for /jadwal: sessions, visits, meetings of a group, and the weeks of a work plan.

Nothing of it is called off on the list itself: others count on it. Its button leads to the page on which it is moved or
called off, with a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, exists, literal, null, or_, select, union_all

from coaching.meetings import MEMBERS
from coaching.rights import Side
from coaching.seats import Seat
from coaching.session_letters import when
from community.notes import clipped
from community.schedule import AHEAD, MOST, Coming, Viewer
from storage.database import Session
from storage.models import (
    CoachingSession,
    Cycle,
    CycleMember,
    Group,
    Meeting,
    PlanRow,
    SessionSeat,
    SessionSeries,
    WorkPlan,
)

_NO_NUMBER, _NO_WORDS = cast(null(), Integer), cast(null(), String)


@dataclass(frozen=True, slots=True)
class Found:
    """What the one query of this page found: appointments as rows, and whether the person sits in a running cycle."""

    rows: Sequence[Any]
    is_seated: bool


async def find(session: Session, viewer: Viewer) -> Found:
    """The person's appointments in the groups that are looked at, the nearest first; one query."""
    if not viewer.places:
        return Found((), False)
    kinds = [_seated(viewer), _sessions(viewer), _meetings(viewer), _series(viewer), _weeks(viewer)]
    rows = (await session.execute(union_all(*kinds).order_by("at", "id").limit(MOST))).all()
    return Found([one for one in rows if one.kind != "seat"], any(one.kind == "seat" for one in rows))


def told(found: Found, viewer: Viewer, mine: Sequence[Seat], names: Mapping[int, str]) -> list[Coming]:
    """They as lines of the list.

    ``mine``: the person's seats in running cycles; ``names``: whom they meet there, by cycle. A stand-in is told when
    the two meet, and neither how nor where.
    """
    groups = {place.group.id: place.group for place in viewer.places}
    seats = {seat.cycle.id: seat for seat in sorted(mine, key=lambda one: one.side is not Side.STAND_IN)}
    return [
        _told(row, groups[row.group_id], seats.get(row.cycle_id), names, viewer)
        for row in found.rows
        if row.cycle_id is None or row.cycle_id in seats
    ]


def _columns(kind: str, row: Any, at: Any, **more: Any) -> Select[*tuple[Any, ...]]:
    """The same columns of each kind, in one order."""
    return select(
        literal(kind, String).label("kind"), row.id.label("id"), at.label("at"), more["group"].label("group_id"),
        more.get("starts", at).label("starts"), more.get("cycle", _NO_NUMBER).label("cycle_id"),
        more.get("minutes", _NO_NUMBER).label("minutes"), more.get("words", _NO_WORDS).label("words"),
        more.get("said", _NO_WORDS).label("said"),
    )  # fmt: skip


def _in(column: Any, viewer: Viewer) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.in_([place.group.id for place in viewer.places])
    return found


def _seats(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """The running cycles that the person sits in; whether a role still goes with the seat is asked elsewhere."""
    mine = select(Cycle.id).join(CycleMember, CycleMember.cycle_id == Cycle.id)
    return mine.where(CycleMember.person_id == viewer.person.id, CycleMember.until.is_(None), Cycle.state == "active")


def _seated(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """One row at most, before all others, where there is such a cycle."""
    now, none = literal(viewer.now, CoachingSession.starts_at.type), literal(0, Integer)
    return select(
        literal("seat", String).label("kind"), none.label("id"), now.label("at"), none.label("group_id"),
        now.label("starts"), _NO_NUMBER.label("cycle_id"), _NO_NUMBER.label("minutes"), _NO_WORDS.label("words"),
        _NO_WORDS.label("said"),
    ).where(_seats(viewer).exists())  # fmt: skip


def _sessions(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Sessions of the person's running cycles, and visits that they make or receive."""
    row = CoachingSession
    visits = exists().where(SessionSeat.session_id == row.id, SessionSeat.person_id == viewer.person.id)
    theirs = or_(row.cycle_id.in_(_seats(viewer)), row.cycle_id.is_(None) & visits)
    about = {"cycle": row.cycle_id, "minutes": row.minutes, "words": cast(row.mode, String)}
    return _columns("session", row, row.starts_at, group=row.group_id, **about).where(
        row.state == "agreed", row.starts_at > viewer.now, theirs, _in(row.group_id, viewer)
    )


def _meetings(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Meetings of the groups that the person goes to the meetings of."""
    there = [place.group.id for place in viewer.places if not MEMBERS.isdisjoint(place.own)]
    row = Meeting
    return _columns("meeting", row, row.starts_at, group=row.group_id).where(
        row.state == "planned", row.starts_at > viewer.now, row.group_id.in_(there)
    )


def _series(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Invitations to visits of theirs that are to go out."""
    row = SessionSeries
    return _columns("invitation", row, row.next_at, group=row.group_id, starts=row.starts_at).where(
        row.person_id == viewer.person.id, row.next_at > viewer.now, row.next_at <= viewer.now + AHEAD,
        _in(row.group_id, viewer),
    )  # fmt: skip


def _weeks(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Rows of their plan whose time comes; in a pause of its cycle nobody is reminded."""
    row = PlanRow
    rests = exists().where(Cycle.id == WorkPlan.cycle_id, Cycle.state == "paused")
    about = {"words": cast(row.result, String), "said": cast(row.when_text, String)}
    return (
        _columns("plan", row, row.remind_at, group=WorkPlan.group_id, **about)
        .join(WorkPlan, WorkPlan.id == row.plan_id)
        .where(WorkPlan.person_id == viewer.person.id, row.remind_at > viewer.now)
        .where(row.remind_at <= viewer.now + AHEAD, ~rests, _in(WorkPlan.group_id, viewer))
    )


def _told(row: Any, group: Group, seat: Seat | None, names: Mapping[int, str], viewer: Viewer) -> Coming:
    say, zone = viewer.say.plain, viewer.zone(group)
    kind, door, blanks = row.kind, "", dict[str, object](group=group.title)
    if kind == "plan":
        door, blanks = f"rhkrow:{row.id}", {"what": clipped(row.words, 40), "when": clipped(row.said, 40)}
    elif kind == "meeting":
        door = f"mt:{row.id}"
    elif kind == "invitation":
        door, blanks = f"vis:{group.id}", blanks | {"when": when(row.starts, zone, viewer.say)}
    elif seat is None:
        kind, door, blanks = "visit", f"vst:{row.id}", blanks | {"minutes": row.minutes}
    else:
        kind = "stand_in" if seat.side is Side.STAND_IN else kind
        door, blanks = f"ses:{seat.cycle.id}", {"name": names.get(seat.cycle.id, ""), "minutes": row.minutes}
        blanks["mode"] = say(f"sessions.mode.{row.words}")
    what = say(f"schedule.appointment.{kind}", **blanks)
    return Coming(row.at, zone, what, groups=(group,), waits_for_leave=kind == "plan", leads_to=door)
