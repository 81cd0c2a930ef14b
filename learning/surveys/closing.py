"""A survey closes by the clock or by a tap: no answer is taken after that, and what had no name loses its marks."""

from datetime import datetime

from sqlalchemy import select, update

from community import calendar, groups, people, rights
from content.instruments import Instrument, from_json
from content.texts import Texts
from learning.refusals import Gone
from learning.surveys import answers, opening, words
from learning.surveys import rights as who
from storage.database import Session
from storage.letters import Lane, message
from storage.models import Group, Person, Survey
from storage.outbox import post


async def close_due(session: Session, now: datetime) -> int:
    """Close what has been open long enough; gives how many."""
    due = (
        await session.execute(
            select(Survey, Group)
            .join(Group, Group.id == Survey.group_id)
            .where(Survey.opened_at.is_not(None), Survey.closed_at.is_(None), Survey.closes_at <= now)
            .order_by(Survey.closes_at, Survey.id)
            .limit(opening.AT_ONCE)
            .with_for_update(of=Survey, skip_locked=True)
        )
    ).all()
    for survey, group in due:
        if await _close(session, survey, group, now):
            await _tell(session, survey, from_json(survey.content), group, now)
    return len(due)


async def close(session: Session, person: Person | None, survey_id: int, now: datetime) -> None:
    """By who leads it, before its time. Raises NeedsConsent, NotAllowed, Gone."""
    _, survey, _, group = await who.led(session, person, survey_id)
    if survey.opened_at is None or not await _close(session, survey, group, now):
        raise Gone


async def _close(session: Session, survey: Survey, group: Group, now: datetime) -> bool:
    """False where somebody else has closed it."""
    closed = await session.scalar(
        update(Survey)
        .where(Survey.id == survey.id, Survey.closed_at.is_(None))
        .values(closed_at=now, reminds_at=None)
        .returning(Survey.id)
        .execution_options(synchronize_session=False)
    )
    if closed is None:
        return False
    await session.refresh(survey)
    if survey.anonymous:
        await answers.shuffle(session, survey)
    if groups.is_active(group):
        await post(session, words.closing(survey, group, await groups.current_chat(session, group.id)), now)
    return True


async def _tell(session: Session, survey: Survey, instrument: Instrument, group: Group, now: datetime) -> None:
    """Whoever opened it reads that it is closed, once it is not quiet."""
    person = await session.get(Person, survey.opened_by) if survey.opened_by else None
    if person is None or person.consented_at is None or not person.reachable or person.tg_user_id is None:
        return
    if not rights.may(await people.roles_in(session, person.id, group.id), who.leads(instrument)):
        return
    done, asked = (await answers.counted(session, [survey.id]))[survey.id]
    school = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    html, rows = words.closed_notice(survey, instrument, group, Texts(person.language), done, asked)
    draft = message(
        person.tg_user_id, html, buttons=rows, key=f"survey:closed:{survey.id}", lane=Lane.REMINDER,
        person_id=person.id, group_id=group.id, due_at=school.awake_after(now, group.zone),
    )  # fmt: skip
    await post(session, draft, now)
