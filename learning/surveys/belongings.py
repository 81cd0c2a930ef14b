"""What surveys keep of one person, to be handed over or deleted."""

from typing import Any

from sqlalchemy import delete, select, update

from content.instruments import from_json
from learning.surveys import answers
from storage.database import Session
from storage.models import Group, Person, Survey, SurveyAnswer, SurveySeat, UnnamedAnswer


async def copy_of(session: Session, person: Person, fingerprint: str = "") -> dict[str, Any]:
    """Which surveys the person was asked in, what they answered, and which they opened, oldest first.

    What they answered without a name is here as long as the survey is open, for who comes with their ``fingerprint``;
    once it is closed it cannot be told from that of others.
    """
    seats = await session.execute(
        select(SurveySeat.answered, Survey, Group.title)
        .join(Survey, Survey.id == SurveySeat.survey_id)
        .join(Group, Group.id == Survey.group_id)
        .where(SurveySeat.person_id == person.id)
        .order_by(Survey.id)
    )
    named = await session.scalars(
        select(SurveyAnswer).where(SurveyAnswer.person_id == person.id).order_by(SurveyAnswer.survey_id)
    )
    given: dict[int, dict[str, Any]] = {}
    for one in named:
        given.setdefault(one.survey_id, {})[one.item] = one.value.get("is")
    for survey_id, item, value in await _unnamed(session, fingerprint):
        given.setdefault(survey_id, {})[item] = value.get("is")
    opened = await session.execute(
        select(Survey, Group.title)
        .join(Group, Group.id == Survey.group_id)
        .where(Survey.opened_by == person.id)
        .order_by(Survey.id)
    )
    return {
        "surveys": [
            _told(survey, title, person) | {"answered": answered, "answers": given.get(survey.id, {})}
            for answered, survey, title in seats
        ],
        "surveys_opened": [
            _told(survey, title, person) | {"at": survey.created_at.isoformat()} for survey, title in opened
        ],
    }


async def _unnamed(session: Session, fingerprint: str) -> list[tuple[int, str, dict[str, Any]]]:
    """What stands under the person's marks in surveys that are open."""
    marks = await _marks(session, fingerprint)
    rows = await session.execute(
        select(UnnamedAnswer.survey_id, UnnamedAnswer.item, UnnamedAnswer.value).where(UnnamedAnswer.mark.in_(marks))
    )
    return [(survey_id, item, value) for survey_id, item, value in rows]


async def _marks(session: Session, fingerprint: str) -> list[str]:
    if not fingerprint:
        return []
    running = select(Survey.id).where(Survey.anonymous, Survey.opened_at.is_not(None), Survey.closed_at.is_(None))
    return [answers.mark(survey_id, fingerprint) for survey_id in await session.scalars(running)]


async def forget_unnamed(session: Session, fingerprint: str) -> None:
    """What the person answered without a name goes, as long as it can be told: while the survey is open."""
    marks = await _marks(session, fingerprint)
    await session.execute(
        delete(UnnamedAnswer).where(UnnamedAnswer.mark.in_(marks)).execution_options(synchronize_session=False)
    )


def _told(survey: Survey, group: str, person: Person) -> dict[str, Any]:
    return {
        "survey": from_json(survey.content).title.of(person.language), "group": group, "phase": survey.phase,
        "without_name": survey.anonymous,
    }  # fmt: skip


async def texts(session: Session, person: Person) -> list[str]:
    """What the person answered in words, by which letters that quote it are recognised."""
    rows = await session.scalars(select(SurveyAnswer.value).where(SurveyAnswer.person_id == person.id))
    return [value["is"] for value in rows if isinstance(value.get("is"), str)]


async def forget(session: Session, person: Person) -> None:
    """Answers and seats go, and the name at the surveys the person opened. For answers without one: forget_unnamed."""
    for statement in (
        delete(SurveyAnswer).where(SurveyAnswer.person_id == person.id),
        delete(SurveySeat).where(SurveySeat.person_id == person.id),
        update(Survey).where(Survey.opened_by == person.id).values(opened_by=None),
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
