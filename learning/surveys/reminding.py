"""Who has not answered is reminded once, in private."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from community import calendar, groups, moments
from content.instruments import from_json
from learning.surveys import opening
from storage.database import Session
from storage.models import Group, Person, Survey, SurveySeat
from storage.outbox import post_many


async def remind_due(session: Session, now: datetime) -> int:
    """Write the reminders that are due; where it is quiet, a little later. Gives how many surveys were seen."""
    rows = (
        await session.execute(
            select(Survey, Group)
            .join(Group, Group.id == Survey.group_id)
            .where(Survey.reminds_at <= now, Survey.closed_at.is_(None))
            .order_by(Survey.reminds_at, Survey.id)
            .limit(opening.AT_ONCE)
            .with_for_update(of=Survey, skip_locked=True)
        )
    ).all()
    days = await calendar.calendars_of(session, {group.school_id for _, group in rows}) if rows else {}
    for survey, group in rows:
        school = days[group.school_id]
        opens = moments.opening(school, now, group.zone)
        if opens > now and opens < survey.closes_at:
            survey.reminds_at = opens
            continue
        survey.reminds_at = None
        if opens > now or not groups.is_active(group):
            continue
        silent = await _silent(session, survey)
        drafts = await opening.letters(
            session, survey, from_json(survey.content), group, silent, school, now, reminder=True
        )
        await post_many(session, drafts, now)
    await session.flush()
    return len(rows)


async def _silent(session: Session, survey: Survey) -> Sequence[Person]:
    """Those who were asked, still agree and have not answered."""
    found = await session.scalars(
        select(Person)
        .join(SurveySeat, SurveySeat.person_id == Person.id)
        .where(
            SurveySeat.survey_id == survey.id, SurveySeat.answered.is_(False), Person.consented_at.is_not(None),
            Person.tg_user_id.is_not(None),
        )
        .order_by(Person.id)
    )  # fmt: skip
    return found.all()
