"""The results of a survey as the chat shows them, and as a file."""

from datetime import datetime

from community import looks
from content.texts import Texts
from learning.surveys import results
from reports import instruments
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person
from storage.outbox import attach


async def page(session: Session, person: Person | None, survey_id: int, say: Texts) -> tuple[str, list[list[Button]]]:
    """The message and its buttons. Raises as results.of."""
    result = await results.of(session, person, survey_id)
    rows = [[button(say.plain("surveys.button.workbook"), f"svxlsx:{survey_id}")]] if result.figures.enough else []
    return instruments.message_html(result, say), rows


async def file(session: Session, person: Person | None, survey_id: int, say: Texts, now: datetime) -> tuple[str, str]:
    """The workbook among the attachments by its digest, and its caption. Raises as results.of."""
    result = await results.of(session, person, survey_id)
    name = f"survei-{result.survey.instrument}-{survey_id}.xlsx"
    owner = person.id if person else None
    await looks.note(session, person, looks.Kind.SURVEY, now, group_id=result.group.id)
    digest = await attach(session, name, instruments.workbook(result, say), now, owner)
    return digest, say("surveys.result.caption", n=result.figures.answered, of=result.figures.asked)
