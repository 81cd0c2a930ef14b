"""After a lesson whose pack says so: a talk of a quarter of an hour is proposed to coach and teacher, once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, select, tuple_

from coaching import letters, seats
from coaching.rights import Side
from community import attention, calendar, people
from content import packs
from content.texts import Texts
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Cycle, CycleMember, Delivery, Group, PackVersion, Person, TalkProposal
from storage.outbox import post_many

AT_ONCE = 200
AFTER, UNTIL = timedelta(hours=6), timedelta(days=3)  # of the lesson: once there was time to try it, while it is fresh
MINUTES = 15


async def propose_due(session: Session, now: datetime) -> int:
    """Propose what is due, outside of quiet hours; gives how many talks. A fixed number of queries for up to 200."""
    rows = await session.execute(
        select(Delivery, Cycle, Group)
        .join(Cycle, Cycle.group_id == Delivery.group_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(Delivery.talk.is_(True), Delivery.delivered_at <= now - AFTER, Delivery.delivered_at > now - UNTIL)
        .where(Cycle.state == "active", Cycle.between == "coach", Cycle.started_at <= Delivery.delivered_at)
        .where(~exists().where(TalkProposal.cycle_id == Cycle.id, TalkProposal.delivery_id == Delivery.id))
        .order_by(Delivery.id, Cycle.id)
        .limit(AT_ONCE)
    )
    found = rows.all()
    if not found:
        return 0
    marks = [{"cycle_id": cycle.id, "delivery_id": delivery.id, "at": now} for delivery, cycle, _ in found]
    fresh = await insert_rows(
        session, TalkProposal, marks, unique=["cycle_id", "delivery_id"], returning=["cycle_id", "delivery_id"]
    )
    ours = {(row.cycle_id, row.delivery_id) for row in fresh}
    seated = await _seated(session, {cycle.id for _, cycle, _ in found})
    named = await _titles(session, [delivery for delivery, *_ in found])
    days = await calendar.calendars_of(session, {group.school_id for *_, group in found})
    drafts: list[Draft] = []
    for delivery, cycle, group in found:
        pair = seated[cycle.id]
        meant = delivery.person_id in (None, getattr(pair.get(Side.COACHEE), "id", 0))
        if (cycle.id, delivery.id) in ours and len(pair) == len(_BOTH) and meant and delivery.id in named:
            at = days[group.school_id].awake_after(now, group.zone)
            drafts += _letters(delivery, cycle, group, pair, named[delivery.id], at)
    await attention.counted(session, drafts, now)
    await post_many(session, drafts, now)
    return len(found)


_BOTH = (Side.COACH, Side.COACHEE)


async def _seated(session: Session, cycle_ids: Collection[int]) -> dict[int, dict[Side, Person]]:
    rows = await session.execute(
        select(CycleMember, Person)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Person, Person.id == CycleMember.person_id)
        .where(among(session, CycleMember.cycle_id, cycle_ids), CycleMember.until.is_(None))
        .where(CycleMember.side.in_([str(side) for side in _BOTH]), exists().where(seats.holds_role()))
        .where(Person.consented_at.is_not(None))
    )
    found: dict[int, dict[Side, Person]] = defaultdict(dict)
    for member, person in rows:
        found[member.cycle_id][Side(member.side)] = person
    return found


async def _titles(session: Session, deliveries: Collection[Delivery]) -> dict[int, dict[str, str]]:
    """What each lesson is called, by language; a lesson that its pack has lost is left out."""
    keys = {(one.pack, one.version) for one in deliveries}
    rows = await session.scalars(
        select(PackVersion).where(tuple_(PackVersion.pack, PackVersion.version).in_(sorted(keys)))
    )
    shelf = {(row.pack, row.version): packs.from_json(row.content) for row in rows}
    found: dict[int, dict[str, str]] = {}
    for one in deliveries:
        try:
            pack = shelf.get((one.pack, one.version)) or packs.pack(one.pack)
            lesson = pack.lesson(one.lesson)
        except (packs.UnknownPack, packs.BadPack):
            continue
        found[one.id] = {language: lesson.text(language).title for language in ("id", "en")}
    return found


def _letters(
    delivery: Delivery, cycle: Cycle, group: Group, pair: dict[Side, Person], title: dict[str, str], at: datetime
) -> list[Draft]:
    drafts: list[Draft] = []
    for side, other in (_BOTH, _BOTH[::-1]):
        reader, say = pair[side], Texts(pair[side].language)
        words = say(f"sessions.talk.{side}", name=people.display(pair[other], say), lesson=title[say.language])
        label, leads_to = ("offer", f"sesof:{cycle.id}:{MINUTES}") if side is Side.COACH else ("free", "free:day")
        rows = [[button(say.plain(f"sessions.button.{label}"), leads_to)]]
        named = letters.key(cycle, "ses.talk", delivery.id, reader)
        drafts += letters.to(reader, group, cycle, words, named, rows, due_at=at, not_after=at + UNTIL)
    return drafts
