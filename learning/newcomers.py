"""What somebody is told who has just joined: when the first lesson comes, or in a few lines what they come into."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from community import calendar
from community.notes import clipped
from content.lessons import Lesson, Pack
from content.texts import Texts
from learning import programmes
from learning.programmes import Standing
from storage.database import Session
from storage.models import Group, Person

MOST_LINES = 10
_ABOUT = 160  # characters of what the pack is about: whole sentences, as many as fit


async def welcome(session: Session, person: Person, group: Group, now: datetime, say: Texts) -> list[str]:
    """Lines of plain text for a teacher of the group, at most ten; none where there is nothing to tell yet.

    Before the first lesson: when it comes. Afterwards they start today: what it is about, how far it is, this week's
    titles, and that nothing is owed.
    """
    standing = await programmes.of_group(session, group.id)
    if standing is None:
        return []
    zone, title = person.zone or group.zone, standing.pack.title(say.language)
    if standing.enrolment.finished_at is not None:
        return [say.plain("readiness.joining.over", title=title)]
    coming = _when(standing.enrolment.next_at, now, zone, say)
    if not standing.enrolment.position:
        return [say.plain("readiness.joining.first", day=coming[0], hour=coming[1])] if coming else []
    lines = _about(standing, say)
    if coming:
        lines.append(say.plain("readiness.joining.next", day=coming[0], hour=coming[1]))
    return lines[:MOST_LINES]


def _when(moment: datetime | None, now: datetime, zone: str, say: Texts) -> tuple[str, str] | None:
    """Day and hour on the person's own wall; a moment that has just passed comes within the minute."""
    if moment is None:
        return None
    there = max(moment, now).astimezone(ZoneInfo(zone))
    return calendar.spoken(there.date(), say), f"{there.hour:02}.{there.minute:02}"


def _about(standing: Standing, say: Texts) -> list[str]:
    pack, number = standing.pack, standing.enrolment.position
    lines = [
        say.plain("readiness.joining.runs", title=pack.title(say.language)),
        say.plain("readiness.joining.about", words=_in_short(pack.description(say.language))),
        "",
        say.plain("readiness.joining.place", number=number, of=len(pack.lessons)),
    ]
    last = pack.lessons[min(number, len(pack.lessons)) - 1]
    practice = next((one for one in pack.practices if one.id == last.practice), None)
    if practice is not None:
        titles = " · ".join(lesson.text(say.language).title for lesson in _week(pack, last))
        lines.append(say.plain("readiness.joining.week", practice=practice.title(say.language), titles=titles))
    return [*lines, "", say.plain("readiness.joining.nothing_owed")]


def _in_short(about: str) -> str:
    first, *rest = re.split(r"(?<=[.!?])\s+", about.strip())
    for sentence in rest:
        if len(first) + 1 + len(sentence) > _ABOUT:
            break
        first = f"{first} {sentence}"
    return clipped(first, _ABOUT)


def _week(pack: Pack, last: Lesson) -> list[Lesson]:
    """The lessons of the practice that the last one belongs to: a week is one practice."""
    return [lesson for lesson in pack.lessons if lesson.practice == last.practice]
