"""A new text of the consent: who agreed to an older one is told once, in a line, what the new one names beside."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, cast, exists, func, or_, select, update

from community import attention, calendar, consent
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, Lane, message
from storage.models import Consent, Group, Leave, Membership, Person
from storage.outbox import post_many

AT_ONCE = 300
TELLS_FROM = time(13, 0)  # when lessons are over
_NEWEST = int(consent.TEXT_VERSION)
_Place = tuple[int | None, str]  # school and zone
_NOWHERE: _Place = (None, "Asia/Jakarta")  # of who is in no group


async def tell_due(session: Session, now: datetime) -> int:
    """Tell who agreed to an older text, in the afternoon of a school day of theirs; gives how many were dealt with.

    The person's own mark claims the line, so that two clocks tell once, and it stays when the letter has gone: what
    was told is not told again. The law wants everybody to know (UU 27/2022, article 21), so the line takes room in
    the week's budget and is never refused by it.
    """
    looked_up = await _look_up(session)
    if await session.scalar(select(Person.id).where(*_older(), _can_be_told()).limit(1)) is None:
        return looked_up
    groups = await _open_groups(session, now)
    nowhere = await _fitting(session, [_NOWHERE], now)
    people = await _untold(session, groups, bool(nowhere), now)
    if not people:
        return looked_up
    claim = (
        update(Person)
        .where(among(session, Person.id, [row.id for row in people]), *_older())
        .values(consent_told=_NEWEST)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    ours = set(await session.scalars(claim))
    drafts = [_line(row) for row in people if row.id in ours]
    await post_many(session, drafts, now)
    await attention.counted(session, drafts, now)
    return looked_up + len(ours)


def _older() -> tuple[ColumnElement[bool], ...]:
    return Person.consented_at.is_not(None), Person.consent_told < _NEWEST


async def _look_up(session: Session) -> int:
    """Marks people of whom it is not written down yet which text they know: the one of their last yes."""
    last = (
        select(cast(Consent.text_version, Integer))
        .where(Consent.person_id == Person.id, Consent.agreed.is_(True))
        .order_by(Consent.at.desc(), Consent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    unknown = select(Person.id).where(Person.consented_at.is_not(None), Person.consent_told.is_(None)).limit(AT_ONCE)
    ids = list(await session.scalars(unknown))
    if ids:
        known = func.coalesce(last, _NEWEST)  # without a proof there is nothing to compare with
        marked = update(Person).where(among(session, Person.id, ids)).values(consent_told=known)
        await session.execute(marked.execution_options(synchronize_session=False))
    return len(ids)


async def _open_groups(session: Session, now: datetime) -> list[int]:
    """The active groups of people who are to be told, where it is the afternoon of a school day."""
    rows = (
        await session.execute(
            select(Group.id, Group.school_id, Group.zone)
            .join(Membership, Membership.group_id == Group.id)
            .join(Person, Person.id == Membership.person_id)
            .where(*_older(), _can_be_told(), Membership.until.is_(None), Group.state == "active")
            .distinct()
        )
    ).all()
    fitting = await _fitting(session, {(row.school_id, row.zone) for row in rows}, now)
    return [row.id for row in rows if (row.school_id, row.zone) in fitting]


async def _fitting(session: Session, places: Collection[_Place], now: datetime) -> set[_Place]:
    if not places:
        return set()
    days = await calendar.calendars_of(session, {school_id for school_id, _ in places})
    return {
        (school_id, zone)
        for school_id, zone in places
        if days[school_id].is_open(calendar.local_day(now, zone))
        and now.astimezone(ZoneInfo(zone)).time() >= TELLS_FROM
        and not days[school_id].is_quiet(now, zone)
    }


def _can_be_told() -> ColumnElement[bool]:
    return Person.reachable.is_(True) & Person.tg_user_id.is_not(None)


async def _untold(session: Session, groups: Collection[int], nowhere: bool, now: datetime) -> list[Any]:
    """Who is in one of these groups, or in none at all, and not away."""
    today = calendar.local_day(now, "Asia/Jakarta")
    away = exists().where(Leave.person_id == Person.id, Leave.first_day <= today, Leave.last_day >= today)
    seat = exists().where(Membership.person_id == Person.id, Membership.until.is_(None))
    here: list[ColumnElement[bool]] = [seat.where(among(session, Membership.group_id, groups))]
    if nowhere:
        living = select(Group.id).where(Group.state == "active")
        here.append(~seat.where(Membership.group_id.in_(living)))
    query = (
        select(Person.id, Person.tg_user_id, Person.language, Person.consent_told)
        .where(*_older(), _can_be_told(), ~away, or_(*here))
        .order_by(Person.id)
        .limit(AT_ONCE)
    )
    return list((await session.execute(query)).all())


def _line(row: Any) -> Draft:
    return message(
        row.tg_user_id, line(row.consent_told, Texts(row.language)), silent=True, lane=Lane.REMINDER,
        key=f"consent:{_NEWEST}:{row.id}", person_id=row.id,
    )  # fmt: skip


def line(known: int, say: Texts) -> str:
    """What the text of today names beside the one of version ``known``, and where it stands; Telegram HTML."""
    new = [say.plain(f"community.consent.names.v{version}") for version in range(known + 1, _NEWEST + 1)]
    return say("community.consent.news", what="; ".join(new))
