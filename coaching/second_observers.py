"""A second observer, asked in by the one who is watched: what they see alone shows how far two agree."""

from datetime import datetime

from sqlalchemy import delete, update

from coaching import observation_letters, observations
from coaching.observations import Watch
from coaching.refusals import Gone, NotNow
from coaching.rights import ACCOMPANIES, Look, Part
from community import people
from community.roles import Role
from storage.database import Session
from storage.models import Observation, ObservationNote, ObservationScore, Person

_ASKED = ACCOMPANIES | {Role.TEACHER, Role.FACILITATOR}


async def candidates(session: Session, person: Person | None, observation_id: int) -> tuple[Watch, list[Person]]:
    """Who of the group could watch, too. Raises NeedsConsent, Gone, NotAllowed, NotNow where there is one already."""
    watch = await observations.going_on(session, person, observation_id, Look.INVITE)
    if watch.row.second_id is not None:
        raise NotNow("observations.second_there")
    taken = {watch.row.observed_id, watch.row.observer_id}
    there = await people.with_role(session, watch.group.id, _ASKED)
    able = [one for one in there if one.id not in taken and one.consented_at and one.reachable and one.tg_user_id]
    return watch, able


async def invite(session: Session, person: Person | None, observation_id: int, who: int, now: datetime) -> Watch:
    """That colleague is asked; they see the rubric, their own notes and their own scores. Raises as candidates."""
    watch, able = await candidates(session, person, observation_id)
    second = next((one for one in able if one.id == who), None)
    if second is None:
        raise Gone
    watch.row.second_id = second.id
    await session.flush()
    await observation_letters.invited(session, watch, second, now)
    return watch


async def release(session: Session, person: Person | None, observation_id: int, now: datetime) -> Watch:
    """Without a second one after all; notes and scores of theirs go. Raises NotNow when they have given them all."""
    watch = await observations.going_on(session, person, observation_id, Look.RELEASE)
    if watch.row.second_id is None or watch.has_given(Part.SECOND):
        raise NotNow
    who = watch.row.second_id
    released = await session.scalar(
        update(Observation)
        .where(Observation.id == watch.row.id, Observation.second_id == who, Observation.second_done_at.is_(None))
        .values(second_id=None)
        .returning(Observation.id)
        .execution_options(synchronize_session=False)
    )
    if released is None:
        raise NotNow
    for table in (ObservationNote, ObservationScore):
        await session.execute(
            delete(table)
            .where(table.observation_id == watch.row.id, table.person_id == who)
            .execution_options(synchronize_session=False)
        )
    await session.refresh(watch.row)
    await observations.opened_if_complete(session, watch, now)
    return watch
