"""What coaching came to: work plans, steps of HARMONI, modules, media. Who is coached is known: few are not told."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_, select

from coaching import workflows
from coaching.rights import Side
from content import workflows as files
from content.rubrics import house as rubrics
from reports.dashboard.values import Look
from reports.figures.sums import Tell
from reports.figures.values import Figure, careful, count, together
from storage.bulk import among
from storage.database import Session
from storage.models import (
    Cycle,
    CycleMember,
    CycleNote,
    CycleStep,
    ModuleScore,
    ModuleVersion,
    RubricVersion,
    WorkflowVersion,
)

HARMONI, MODULE, MEDIA, AIW = "harmoni", "pdca", "media-assistance", "aiw"


def running(session: Session, look: Look) -> list[ColumnElement[bool]]:
    """Cycles of these groups that ran at some time of it."""
    return [
        among(session, Cycle.group_id, [one.id for one in look.groups]), Cycle.started_at < look.until,
        or_(Cycle.ended_at.is_(None), Cycle.ended_at >= look.since), Cycle.state.in_(("active", "paused", "closed")),
    ]  # fmt: skip


async def coached_to_plan(session: Session, look: Look) -> dict[int, set[int]]:
    """By group, whom a cycle accompanies that yields a work plan."""
    rows = await session.execute(
        select(Cycle.group_id, WorkflowVersion, CycleMember.person_id)
        .select_from(WorkflowVersion)
        .join(Cycle, Cycle.version_id == WorkflowVersion.id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .where(*running(session, look))
        .where(CycleMember.side == str(Side.COACHEE), CycleMember.asked.is_(False), CycleMember.since < look.until)
    )
    found: dict[int, set[int]] = {group.id: set() for group in look.groups}
    for number, version, person_id in rows:
        if any("plan" in step.needs for step in workflows.of(version).steps):
            found[number].add(person_id)
    return found


async def harmoni(session: Session, look: Look) -> Tell:
    """Of the cycles, how many have done each step; the whole way down, so that it reads as a funnel."""
    by_group = await _steps_done(session, look, HARMONI)
    steps = files.house()[HARMONI].steps
    period = (look.since, look.until)

    def tell(ids: Collection[int]) -> list[Figure]:
        done = _of(by_group, ids)
        return [
            careful(f"harmoni.{step.id}", sum(step.id in one for one in done.values()), len(done), period)
            for step in steps
        ]

    return tell


Done = Mapping[int, set[str]]  # by cycle, the steps that were done


def _of(by_group: Mapping[int, Done], ids: Collection[int]) -> Done:
    return {cycle: steps for number in ids for cycle, steps in by_group.get(number, {}).items()}


async def _steps_done(session: Session, look: Look, workflow: str) -> dict[int, dict[int, set[str]]]:
    """By group and cycle, the steps that were done before the end of that time."""
    rows = await session.execute(
        select(Cycle.group_id, Cycle.id, CycleStep.step, CycleStep.done_at)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .outerjoin(CycleStep, CycleStep.cycle_id == Cycle.id)
        .where(*running(session, look), WorkflowVersion.workflow == workflow)
    )
    found: dict[int, dict[int, set[str]]] = {}
    for group_id, number, step, done_at in rows:
        there = found.setdefault(group_id, {}).setdefault(number, set())
        if step is not None and done_at is not None and done_at < look.until:
            there.add(step)
    return found


async def modules(session: Session, look: Look) -> tuple[Figure, ...]:
    """Modules with a version from that time: all, by what they are for, by where they are, by criteria met."""
    made = (
        select(ModuleVersion.cycle_id, func.max(ModuleVersion.number).label("number"))
        .where(ModuleVersion.made_at >= look.since, ModuleVersion.made_at < look.until)
        .group_by(ModuleVersion.cycle_id)
        .subquery()
    )
    rows = await session.execute(
        select(Cycle.id, Cycle.state, Cycle.step, ModuleVersion.id)
        .join(made, made.c.cycle_id == Cycle.id)
        .join(ModuleVersion, (ModuleVersion.cycle_id == Cycle.id) & (ModuleVersion.number == made.c.number))
        .where(among(session, Cycle.group_id, [one.id for one in look.groups]))
    )
    found = {number: (state, step, version) for number, state, step, version in rows}
    met = await _criteria_met(session, [version for _, _, version in found.values()])
    topics = Counter(await _topics(session, found))
    states = Counter("done" if state == "closed" else step for state, step, _ in found.values())
    rungs = Counter(met.get(version, 0) for _, _, version in found.values())
    period, workflow = (look.since, look.until), files.house()[MODULE]
    options = next(ask for step in workflow.steps for ask in step.asks if ask.id == "jenis").options
    parts = [(f"topic-{one.id}", topics[one.id]) for one in options]
    parts += [(f"step-{one.id}", states[one.id]) for one in workflow.steps] + [("done", states["done"])]
    parts += [(f"aiw-{n}", rungs[n]) for n in range(len(rubrics()[AIW].criteria) + 1)]
    return (
        count("modules", len(found), period),
        *[count(f"modules.{name}", n, period, len(found)) for name, n in parts],
    )


async def _criteria_met(session: Session, versions: Sequence[int]) -> dict[int, int]:
    """By version, how many criteria of authentic work stand on the highest rung."""
    if not versions:
        return {}
    rows = await session.execute(
        select(ModuleScore.version_id, func.count())
        .join(RubricVersion, RubricVersion.id == ModuleScore.rubric_id)
        .where(among(session, ModuleScore.version_id, versions), RubricVersion.rubric == AIW)
        .where(ModuleScore.level == rubrics()[AIW].levels[-1].id)
        .group_by(ModuleScore.version_id)
    )
    return {row[0]: row[1] for row in rows}


async def _topics(session: Session, cycles: Mapping[int, object]) -> Iterable[str]:
    """What each module is for, by the newest tap that says so."""
    return dict(await _taps(session, cycles, "jenis")).values()


async def _taps(session: Session, cycles: Mapping[int, object], ask: str) -> list[tuple[int, str]]:
    """What was tapped at that question, by cycle, oldest first."""
    if not cycles:
        return []
    rows = await session.execute(
        select(CycleNote.cycle_id, CycleNote.text)
        .where(among(session, CycleNote.cycle_id, cycles), CycleNote.ask == ask, CycleNote.medium == "tap")
        .where(CycleNote.audience == "both")
        .order_by(CycleNote.id)
    )
    return [(number, said or "") for number, said in rows]


async def media(session: Session, look: Look) -> Tell:
    """Assistance by steps done, media by their kind, how often they were used, and reflections given."""
    by_group = await _steps_done(session, look, MEDIA)
    period, workflow = (look.since, look.until), files.house()[MEDIA]
    every = _of(by_group, by_group)
    newest = {ask: dict(await _taps(session, every, ask)) for ask in ("jenis", "kali")}

    def tell(ids: Collection[int]) -> list[Figure]:
        done = _of(by_group, ids)
        found = [
            careful(f"media.step-{step.id}", sum(step.id in one for one in done.values()), len(done), period)
            for step in workflow.steps
        ]
        for ask, tapped in newest.items():
            counted = Counter(one for cycle in done for one in set(tapped.get(cycle, "").split(",")))
            options = next(each for step in workflow.steps for each in step.asks if each.id == ask).options
            found += together([careful(f"media.{ask}-{one.id}", counted[one.id], len(done), period) for one in options])
        return found

    return tell
