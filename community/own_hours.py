"""A person's own hour, weekdays and zone, for what comes to them in private; what they leave open is the group's."""

from community import calendar, people
from community.calendar import DAYS
from community.refusals import NeedsConsent
from community.roles import Role
from community.setup_answers import HOURS, ZONES, Misunderstood, hour
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Person, School

GROUPS_OWN = "-"  # in a button: as in the group
_ACROSS = 4
Rows = list[list[Button]]


async def page(session: Session, person: Person | None, say: Texts, problem: str | None = None) -> tuple[str, Rows]:
    """ "Jam dan hari saya", below what was wrong with the last answer. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    group, week = await _theirs(session, person)
    wall, zone = (
        person.prompt_time or (group.prompt_time if group else ""),
        person.zone or (group.zone if group else ""),
    )
    days = (person.workdays or week).split(",")
    named = dict(zip(DAYS, say.plain("common.weekdays").split(), strict=True))
    words = say(
        "readiness.hours.page",
        hour=wall.replace(":", ".") or say.plain("readiness.hours.unknown"),
        days=", ".join(named[day] for day in DAYS if day in days),
        zone=next((say.plain(f"community.zone.{name}") for name, one in ZONES.items() if one == zone), zone)
        or say.plain("readiness.hours.unknown"),
    )
    return (f"{say(problem)}\n\n{words}" if problem else words), _rows(person, days, named, say)


async def _theirs(session: Session, person: Person) -> tuple[Group | None, str]:
    """The first group they teach in, and its school's week: what goes for them as long as they say nothing."""
    taught = await people.groups_of(session, person.id, {Role.TEACHER})
    group = taught[0] if taught else None
    school = await session.get(School, group.school_id) if group and group.school_id else None
    return group, school.workdays if school else calendar.FIVE_DAYS


def _rows(person: Person, days: list[str], named: dict[str, str], say: Texts) -> Rows:
    def marked(label: str, chosen: bool) -> str:
        return f"✓ {label}" if chosen else label

    hours = [
        button(marked(one.replace(":", "."), one == person.prompt_time), f"ready:hour:{one.replace(':', '')}")
        for one in HOURS
    ]
    week = [button(marked(named[day], day in days), f"ready:day:{day}") for day in DAYS]
    zones = [
        button(marked(say.plain(f"community.zone.{name}"), zone == person.zone), f"ready:zone:{name}")
        for name, zone in ZONES.items()
    ]
    rows = [hours[at : at + _ACROSS] for at in range(0, len(hours), _ACROSS)]
    rows += [week[at : at + _ACROSS] for at in range(0, len(week), _ACROSS)]
    rows += [zones, [button(say.plain("readiness.hours.as_group"), f"ready:hour:{GROUPS_OWN}")]]
    return [*rows, [button(say.plain("readiness.back"), "ready:page")]]


async def choose(session: Session, person: Person | None, what: str, value: str) -> str | None:
    """Keep an hour ("0630", "jam 6"), a day that is added or taken off, or a zone; GROUPS_OWN lets go of all three.

    The answer is the key of what is wrong, or None. Raises NeedsConsent.
    """
    if person is None:
        raise NeedsConsent
    if value == GROUPS_OWN:
        person.prompt_time = person.workdays = person.zone = None
    elif what == "hour":
        try:
            person.prompt_time = hour(value)
        except Misunderstood as problem:
            return problem.text_key
    elif what == "zone" and value in ZONES:
        person.zone = ZONES[value]
    elif what == "day" and value in DAYS:
        days = set((person.workdays or (await _theirs(session, person))[1]).split(",")) ^ {value}
        if not days:
            return "readiness.hours.one_day"
        person.workdays = ",".join(day for day in DAYS if day in days)
    await session.flush()
    return None
