"""The data of a study: who is in it, what they did week by week, and the words they gave for it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from community import pupils
from community.import_names import Hiding
from community.purposes import STUDY, WORDS, who_agreed
from learning.kinds import REFLECTS
from reports.happenings import happenings
from reports.pseudonyms import Pseudonyms
from reports.research.anonymity import ANY, Coarser, Outcome, anonymous, nothing, phase, year
from storage.database import Session
from storage.models import Delivery, Group, Membership, Person, Posting, Reflection, School

MEASURES = {"seen": "lessons_seen", "tried": "lessons_tried", "reflected": "reflections", "feedback": "feedback_given",
            "step": "coaching_steps"}  # fmt: skip
STEPS = (
    Coarser("joined", "year", year),
    Coarser("grade", "phase", phase),
    Coarser("joined", "nothing", nothing),
    Coarser("school", "nothing", nothing),
    Coarser("grade", "nothing", nothing),
    Coarser("role", "nothing", nothing),
    Coarser("group", "nothing", nothing),
)
"""From what tells least to what tells most; the group is the last, as it is what studies compare."""
# Somebody with several roles is written by the one that weighs most.
_ROLES = ("principal", "coach", "course_facilitator", "mentor", "facilitator", "agency", "teacher")


class TooFew(ValueError):
    """Fewer people than k said yes: nothing of single people may be written."""


@dataclass(frozen=True, slots=True)
class Word:
    """A reflection that its writer gave for research: ``id`` is a code, names and numbers are taken out of ``text``.

    Of pupils those that are called pupils by name: community.pupils says how far that goes.
    """

    id: str
    person: str
    week: date
    lesson: str
    text: str


@dataclass(frozen=True, slots=True)
class Data:
    """Everything that is written down; ``measures`` are counts by (person, week, measure).

    ``groups`` holds for each group's code and week the lessons that came; ``members`` of the groups, ``agreed`` of
    them to the study.
    """

    people: Outcome
    measures: dict[tuple[str, date, str], int]
    groups: dict[tuple[str, date], int]
    words: tuple[Word, ...]
    members: int
    agreed: int


async def gather(
    session: Session, codes: Pseudonyms, groups: Collection[int], since: datetime, until: datetime, k: int, *,
    words: bool,
) -> Data:  # fmt: skip
    """What is written of these groups in [since, until). Raises TooFew.

    Who stands out by their attributes is left out everywhere, so that no table tells more than another.
    """
    home = {one.id: one for one in await session.scalars(select(Group).where(Group.id.in_(groups)))}
    roles = await _roles(session, home)
    agreed = set(await session.scalars(who_agreed(STUDY))) & roles.keys()
    if len(agreed) < k:
        raise TooFew
    rows = {one.id: one for one in await session.scalars(select(Person).where(Person.id.in_(agreed)))}
    names = {one: codes.person(person) for one, person in rows.items()}
    people = anonymous(await _attributes(session, codes, rows, names, roles, home), STEPS, k)
    if not people.kept:
        raise TooFew
    kept = {one: code for one, code in names.items() if code in people.kept}
    shown = {row["group"] for row in people.kept.values()}
    lessons = await _lessons(session, codes, home, since, until)
    return Data(
        people, await _measures(session, kept, home, since, until),
        {key: n for key, n in lessons.items() if key[0] in shown},
        await _words(session, codes, kept, home, since, until) if words else (), len(roles), len(agreed),
    )  # fmt: skip


async def _roles(session: Session, home: Mapping[int, Group]) -> dict[int, tuple[int, str]]:
    """Of everybody with a role now: the group they are written under, and the role that weighs most in it."""
    query = select(Membership.person_id, Membership.group_id, Membership.role).where(
        Membership.group_id.in_(home), Membership.until.is_(None)
    )
    found: dict[int, tuple[int, str]] = {}
    for person, group, role in await session.execute(query.order_by(Membership.person_id, Membership.id)):
        first, known = found.get(person, (group, role))
        found[person] = (first, min(known, role, key=_ROLES.index) if group == first else known)
    return found


async def _attributes(
    session: Session, codes: Pseudonyms, rows: Mapping[int, Person], names: Mapping[int, str],
    roles: Mapping[int, tuple[int, str]], home: Mapping[int, Group],
) -> dict[str, dict[str, str]]:  # fmt: skip
    """Group, role, school, class and month of joining by code; what nobody said is a star."""
    schools = {one.id: codes.school(one) for one in await session.scalars(select(School))}
    postings = select(Posting).where(Posting.person_id.in_(rows)).order_by(Posting.school_year)
    posted = {one.person_id: one for one in await session.scalars(postings)}  # the newest is the last
    found = {}
    for one, person in rows.items():
        group, role = home[roles[one][0]], roles[one][1]
        posting = posted.get(one)
        school = (posting.school_id if posting else None) or group.school_id
        found[names[one]] = {
            "group": codes.group(group), "role": role, "school": schools.get(school or 0, ANY),
            "grade": (posting.grade if posting else None) or ANY, "joined": f"{person.created_at:%Y-%m}",
        }  # fmt: skip
    return found


def _week(at: datetime, group: Group) -> date:
    """The Monday of the week in which it was on the group's wall."""
    day = at.astimezone(ZoneInfo(group.zone)).date()
    return day - timedelta(days=day.weekday())


async def _measures(
    session: Session, kept: Mapping[int, str], home: Mapping[int, Group], since: datetime, until: datetime
) -> dict[tuple[str, date, str], int]:
    counts: Counter[tuple[str, date, str]] = Counter()
    for one in await happenings(session, STUDY, home.keys(), since):
        if one.at < until and one.person_id in kept:
            counts[kept[one.person_id], _week(one.at, home[one.group_id]), MEASURES[one.what]] += 1
    return dict(sorted(counts.items()))


async def _lessons(
    session: Session, codes: Pseudonyms, home: Mapping[int, Group], since: datetime, until: datetime
) -> dict[tuple[str, date], int]:
    """Lessons that came to each group by week."""
    query = select(Delivery.group_id, Delivery.delivered_at).where(
        Delivery.group_id.in_(home), Delivery.person_id.is_(None), Delivery.delivered_at >= since,
        Delivery.delivered_at < until,
    )  # fmt: skip
    found: dict[tuple[str, date], int] = defaultdict(int)
    for group_id, at in await session.execute(query):
        if at is not None:
            found[codes.group(home[group_id]), _week(at, home[group_id])] += 1
    return dict(sorted(found.items()))


async def _words(
    session: Session, codes: Pseudonyms, kept: Mapping[int, str], home: Mapping[int, Group], since: datetime,
    until: datetime,
) -> tuple[Word, ...]:  # fmt: skip
    """Reflections of those who gave their words, that coach or group may read."""
    hide = Hiding([name for name in await session.scalars(select(Person.name)) if name])
    query = (
        select(Reflection, Delivery)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .where(
            Reflection.person_id.in_(who_agreed(WORDS)), Reflection.audience.in_(("coach", "group")),
            Reflection.kind.in_(REFLECTS), Delivery.group_id.in_(home), Reflection.created_at >= since,
            Reflection.created_at < until, func.length(Reflection.text) > 0,
        )
        .order_by(Reflection.created_at, Reflection.id)
    )  # fmt: skip
    return tuple(
        Word(
            "t" + codes.code("reflection", one.id, one.created_at.isoformat()), kept[one.person_id],
            _week(one.created_at, home[lesson.group_id]), f"{lesson.pack}/{lesson.lesson}",
            hide(pupils.hidden(one.text or "")),
        )
        for one, lesson in await session.execute(query)
        if one.person_id in kept
    )  # fmt: skip
