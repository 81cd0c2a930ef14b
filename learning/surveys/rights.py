"""Who opens a survey and reads what it came to, and who answers it."""

from community import people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.instruments import Instrument, from_json
from learning.refusals import Gone
from storage.database import Session
from storage.models import Group, Person, Survey


class Closed(Refusal):
    """The survey takes no answers any more, or none yet."""

    text_key = "surveys.closed"


def leads(instrument: Instrument) -> Action:
    """The cell of the table that opens and reads this instrument."""
    return Action.SURVEY_COACHING if instrument.by_coach else Action.SURVEY


async def led(session: Session, person: Person | None, survey_id: int) -> tuple[Person, Survey, Instrument, Group]:
    """A survey for who may read it. Raises NeedsConsent, NotAllowed, Gone."""
    if person is None:
        raise NeedsConsent
    survey = await session.get(Survey, survey_id)
    if survey is None:
        raise Gone
    instrument = from_json(survey.content)
    await rights.require(session, person, leads(instrument), survey.group_id)
    return person, survey, instrument, await session.get_one(Group, survey.group_id)


async def answering(session: Session, person: Person | None, survey_id: int) -> tuple[Person, Survey, Instrument]:
    """An open survey for somebody whose part it is to answer it. Raises NeedsConsent, NotAllowed, Gone, Closed.

    Whoever came into the group later may answer as well; whoever has left it may not.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent(f"v{survey_id}")
    survey = await session.get(Survey, survey_id)
    if survey is None:
        raise Gone
    instrument = from_json(survey.content)
    own = await people.roles_in(session, person.id, survey.group_id)
    if not rights.may(own, Action.ANSWER_SURVEY) or own.isdisjoint(answerers(instrument)):
        raise NotAllowed
    if survey.opened_at is None or survey.closed_at is not None:
        raise Closed
    return person, survey, instrument


def answerers(instrument: Instrument) -> frozenset[Role]:
    """The roles that are asked."""
    return frozenset(Role(one) for one in instrument.answers)
