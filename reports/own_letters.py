"""The letters that come to one person by the morning and by the week, as /jadwal lists them and leaves one out."""

from sqlalchemy import literal, select, union_all

from community import calendar
from community.schedule import Coming, Viewer
from learning import own_weeks
from reports import mornings
from storage.database import Session
from storage.models import Morning, PersonTurn


async def coming(session: Session, viewer: Viewer) -> list[Coming]:
    """The next letter of each kind; without anything to say it stays away. One query."""
    person = viewer.person
    moments = union_all(
        select(literal(mornings.ACTION).label("name"), Morning.next_at).where(Morning.person_id == person.id),
        select(PersonTurn.name, PersonTurn.next_at).where(PersonTurn.person_id == person.id),
    ).subquery()
    found = []
    for name, at in await session.execute(select(moments.c.name, moments.c.next_at)):
        if not viewer.soon(at):
            continue
        what = viewer.say.plain(f"schedule.own.{name}")
        if name == mornings.ACTION:
            found.append(Coming(at, viewer.zone(), what, name, person.id))
            continue
        groups = tuple(place.group for place in viewer.places if place.may(own_weeks.ACTIONS[name]))[:1]
        if groups:
            found.append(Coming(at, viewer.zone(groups[0]), what, name, person.id, groups, waits_for_leave=True))
    return found


async def skip_week(session: Session, one: Coming) -> bool:
    """The next letter of the week is left out; False where it went out meanwhile."""
    school = one.groups[0].school_id
    days = (await calendar.calendars_of(session, {school}))[school]
    return await own_weeks.skip(session, one.action, one.number, one.at, one.zone, days)
