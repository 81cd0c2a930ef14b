"""The four competences, teacher by teacher: in their work plan, in an aim they chose, in lessons they worked on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress

from sqlalchemy import String, case, cast, select, union

from coaching.plans import COMPETENCES
from community.calendar import local_day
from community.school_years import year_of
from content.packs import UnknownPack
from learning import versions
from learning.kinds import REFLECTS
from reports.dashboard.values import Look
from reports.figures import cycles
from reports.figures.sums import Tell
from reports.figures.teachers import Teachers, counted
from reports.figures.values import Figure, Period, careful
from storage.bulk import among, among_keys
from storage.database import Session
from storage.models import Cycle, CycleNote, Delivery, PlanRow, Reflection, Trial, WorkPlan

ASK = "kompetensi"  # the question of HARMONI and of finding the need that an aim's competence answers
WAYS = ("plan", "aim", "lesson")

Touched = Mapping[int, set[str]]  # by person, the competences
ByGroup = Mapping[int, Touched]


async def told(session: Session, look: Look) -> Tell:
    """Of all teachers, who has something for each competence (by any way, then by each way), and who for all four."""
    period, teach = (look.since, look.until), await counted(session, look)
    ways = dict(
        zip(WAYS, (await _planned(session, look), await _aimed(session, look), await _learnt(session, look)),
            strict=True)
    )  # fmt: skip

    def tell(ids: Collection[int]) -> list[Figure]:
        here = teach(ids)
        by_way = {way: _joined(found.get(number, {}) for number in ids) for way, found in ways.items()}
        whole = _joined(by_way.values())
        found = _parts("competences.", whole, here, period)
        every = {person for person, some in whole.items() if some.issuperset(COMPETENCES)}
        found.append(careful("competences.four", here.of(every), here.size, period))
        for way, touched in by_way.items():
            found += _parts(f"competences.{way}-", touched, here, period)
        return found

    return tell


def _parts(key: str, touched: Touched, here: Teachers, period: Period) -> list[Figure]:
    """Each competence for itself: they do not add up to anything, so a hidden one is not to be reckoned from others."""
    by = {one: {person for person, some in touched.items() if one in some} for one in COMPETENCES}
    return [careful(f"{key}{one}", here.of(people), here.size, period) for one, people in by.items()]


def _joined(parts: Iterable[Touched]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for part in parts:
        for person, some in part.items():
            found[person] |= some
    return found


def _by_group(rows: Iterable[tuple[int | None, int, str | None]]) -> ByGroup:
    """From rows of group, person and competences that stand with commas between them."""
    found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for group_id, person_id, said in rows:
        if group_id is not None and said:
            found[group_id][person_id] |= set(said.split(",")).intersection(COMPETENCES)
    return found


async def _planned(session: Session, look: Look) -> ByGroup:
    """Rows of the work plans of the school year in which that time ends."""
    year = year_of(local_day(look.until, look.zone))
    rows = await session.execute(
        select(WorkPlan.group_id, WorkPlan.person_id, PlanRow.competence).distinct()
        .join(PlanRow, PlanRow.plan_id == WorkPlan.id)
        .where(among(session, WorkPlan.group_id, [one.id for one in look.groups]), PlanRow.competence.is_not(None))
        .where(WorkPlan.created_at < look.until, WorkPlan.period.startswith(year))
    )  # fmt: skip
    return _by_group((row[0], row[1], row[2]) for row in rows)


async def _aimed(session: Session, look: Look) -> ByGroup:
    """What was tapped for an aim or a gap in cycles that ran in that time; the newest tap of a cycle stands."""
    rows = await session.execute(
        select(Cycle.group_id, CycleNote.person_id, CycleNote.text, Cycle.id)
        .join(Cycle, Cycle.id == CycleNote.cycle_id)
        .where(*cycles.running(session, look))
        .where(CycleNote.ask == ASK, CycleNote.medium == "tap", CycleNote.audience == "both")
        .where(CycleNote.created_at < look.until)
        .order_by(CycleNote.id)
    )
    newest = {(person_id, cycle): (group_id, person_id, said) for group_id, person_id, said, cycle in rows}
    return _by_group(newest.values())


async def _learnt(session: Session, look: Look) -> ByGroup:
    """Lessons that were tried or reflected on in that time."""
    ids = [one.id for one in look.groups]
    rows = await session.execute(
        select(Delivery.pack, Delivery.version, Delivery.lesson)
        .distinct()
        .where(among(session, Delivery.group_id, ids))
    )
    lessons = [(row[0], row[1], row[2]) for row in rows]
    packs = await versions.known(session, {(pack, version) for pack, version, _ in lessons})
    keys: dict[str, list[str]] = defaultdict(list)
    for pack, version, lesson in lessons:
        with suppress(UnknownPack, KeyError):  # its pack has lost it
            keys[packs[pack, version].lesson(lesson).competence].append(f"{pack}/{version}/{lesson}")
    if not keys:
        return {}
    key = Delivery.pack + "/" + cast(Delivery.version, String) + "/" + Delivery.lesson
    competence = case(*[(among_keys(session, key, some), name) for name, some in keys.items()])
    taught = (
        select(Delivery.id, Delivery.group_id, competence.label("competence"))
        .where(among(session, Delivery.group_id, ids))
        .cte("taught")
    )  # used twice, so it is worked out once: by prompt, not by what each teacher did with it
    acts = [
        select(taught.c.group_id, table.person_id, taught.c.competence)
        .join(taught, taught.c.id == table.delivery_id)
        .where(at >= look.since, at < look.until, *more)
        for table, at, more in (
            (Trial, Trial.at, ()), (Reflection, Reflection.created_at, (Reflection.kind.in_(REFLECTS),)),
        )
    ]  # fmt: skip
    return _by_group((row[0], row[1], row[2]) for row in await session.execute(union(*acts)))
