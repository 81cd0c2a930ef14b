"""What /jadwal lists of surveys: that one opens in a group one leads, and that one is going to be reminded."""

from sqlalchemy import or_, select

from community.schedule import Coming, Viewer
from content.instruments import from_json
from learning.surveys import opening, words
from learning.surveys import rights as who
from storage.bulk import among
from storage.database import Session
from storage.models import Survey, SurveySeat


async def lines(session: Session, viewer: Viewer) -> list[Coming]:
    """Unordered; two queries at most, and none where no survey is planned or open."""
    places = {place.group.id: place for place in viewer.places if place.surveyed}
    if not places:
        return []
    query = select(Survey).where(
        among(session, Survey.group_id, list(places)), Survey.closed_at.is_(None),
        or_(Survey.opened_at.is_(None), Survey.reminds_at.is_not(None)),
    )  # fmt: skip
    found = (await session.scalars(query.order_by(Survey.id))).all()
    waits = await _waiting(session, viewer, [one.id for one in found if viewer.soon(one.reminds_at)])
    told = []
    for one in found:
        place = places[one.group_id]
        title = words.titled(one, viewer.say)
        if one.opened_at is None and viewer.soon(one.opens_at) and place.may(who.leads(from_json(one.content))):
            what = viewer.say.plain("schedule.own.survey_opens", title=title)
            what = viewer.say.plain("schedule.in_group", what=what, group=place.group.title)
            told.append(
                Coming(
                    one.opens_at, viewer.zone(place.group), what, "", one.id, (place.group,), leads_to=f"sv:{one.id}"
                )
            )
        if one.id in waits and one.reminds_at is not None:
            what = viewer.say.plain("schedule.own.survey", title=title, group=place.group.title)
            debt = opening.key_of(one.id, viewer.person.id, reminder=True)
            told.append(
                Coming(
                    one.reminds_at, viewer.zone(place.group), what, "survey", one.id, (place.group,), debts=(debt,),
                    waits_for_leave=True,
                )
            )  # fmt: skip
    return told


async def _waiting(session: Session, viewer: Viewer, survey_ids: list[int]) -> set[int]:
    """Those that the person was asked and has not answered."""
    query = select(SurveySeat.survey_id).where(
        SurveySeat.survey_id.in_(survey_ids), SurveySeat.person_id == viewer.person.id, SurveySeat.answered.is_(False)
    )
    return set(await session.scalars(query)) if survey_ids else set()
