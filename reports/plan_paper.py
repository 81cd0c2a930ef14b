"""A work plan on paper: the plan, and of its cycle only what the teacher ticks, each with a tap of their own."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from coaching import plan_checks, plan_rights, plans, workflows
from coaching.plan_pages import period_words
from coaching.plan_rights import PlanAct, PlanSeat
from coaching.plan_sheets import COLUMNS
from community import calendar, people
from community.calendar import local_day
from content.texts import Texts
from content.workflows import Workflow
from reports.papers import letterheads, plan, signing
from reports.papers.making import Desk, Made, Subject
from reports.papers.paper import Head, Signer
from storage.database import Session
from storage.letters import Button, button
from storage.models import Commitment, Cycle, CycleNote, CycleStep, Group, Person, PlanRow, School, WorkflowVersion

# What may go along, by its letter: promises and conclusion, what comes next. Nothing is ticked at first.
PARTS = {"k": "commitments", "t": "evidence"}  # the need of the steps whose agreed answers belong to it


def ticked(bits: int) -> str:
    """The letters of the parts in a button's number, in their order; bits that mean nothing are none (forged ones)."""
    return "".join(letter for place, letter in enumerate(PARTS) if bits >> place & 1)


async def made(desk: Desk, subject: Subject) -> Made:
    """The paper with what the teacher ticked, to be signed by them and their principal. Raises Gone, NotAllowed."""
    session, say = desk.session, desk.say
    seat = await plan_rights.take(session, desk.person, subject.number, PlanAct.PRINT)
    group = await session.get(Group, seat.plan.group_id) if seat.plan.group_id is not None else None
    data = await of_plan(session, seat, ticked(subject.detail), say, desk.now)
    signers = await _signers(desk, group, date.fromisoformat(data["made"]))
    head = await letterheads.of(session, group) if group is not None else Head()
    name = say.plain("papers.file.rhk", period=seat.plan.period.replace("/", "-"))
    lacks = () if head.lines or head.picture else ("kop",)
    ask = say("plans.paper.choose" if seat.plan.cycle_id is not None else "plans.paper.only_plan")
    return Made(plan.paper(data, say, head, signers), group, name, lacks, f"plan{seat.plan.id}", ask)


async def _signers(desk: Desk, group: Group | None, day: date) -> tuple[Signer, ...]:
    """The principal at the left, whose plan it is at the right."""
    number = group.id if group is not None else 0  # which no group has
    hand = await signing.of(desk.session, desk.person, number, desk.said, desk.say)
    above = await signing.above(desk.session, desk.person, number, desk.say)
    return (*above, hand.signer(day, desk.say))


async def ticks(desk: Desk, subject: Subject) -> list[list[Button]]:
    """What goes on the paper, to be ticked; only where the plan came from a cycle. Raises as made."""
    seat = await plan_rights.take(desk.session, desk.person, subject.number, PlanAct.PRINT)
    rows = []
    for place, letter in enumerate(PARTS if seat.plan.cycle_id is not None else ()):
        box = "☑" if letter in ticked(subject.detail) else "☐"
        other = replace(subject, detail=subject.detail ^ 1 << place)
        label = f"{box} {desk.say.plain(f'plans.paper.part_{letter}')}"
        rows.append([button(label[:60], f"papsee:{other.data}")])
    return rows


async def of_plan(
    session: Session, seat: PlanSeat, parts: Collection[str], say: Texts, now: datetime
) -> dict[str, Any]:
    """What the paper says, as plain JSON."""
    row = seat.plan
    rows = await plans.rows_of(session, row.id)
    found = await plan_checks.standing(session, row, rows)
    group = await session.get(Group, row.group_id) if row.group_id is not None else None
    school = await session.get(School, group.school_id) if group is not None and group.school_id else None
    about = [people.bare(seat.person, say), school.name if school else "", period_words(row.period, say)]
    zone = seat.person.zone or (group.zone if group is not None else "Asia/Jakarta")
    if row.confirmed_at is not None:
        day = calendar.spoken(local_day(row.confirmed_at, zone), say)
        about.append(say.plain("plans.paper.confirmed", day=day))
    return {
        "title": say.plain("plans.paper.title"), "about": " · ".join(filter(None, about)),
        "made": local_day(now, zone).isoformat(), "counts": found.counts, "total": found.sum,
        "columns": [list(one) for one in COLUMNS], "rows": [_row(one) for one in rows],
        "sections": await _sections(session, seat, parts, say),
    }  # fmt: skip


def _row(row: PlanRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name, _ in COLUMNS}


async def _sections(session: Session, seat: PlanSeat, parts: Collection[str], say: Texts) -> list[dict[str, Any]]:
    """The ticked parts of the cycle: the teacher's own agreed answers, and the promises of both."""
    if seat.plan.cycle_id is None or not parts:
        return []
    row = await session.execute(
        select(Cycle, WorkflowVersion)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(Cycle.id == seat.plan.cycle_id)
    )
    cycle, version = row.one()
    found = []
    for one in parts:
        lines = await _said(session, seat, cycle, workflows.of(version), PARTS[one], say)
        lines += await _promises(session, cycle, say) if one == "k" else []
        if lines:
            found.append({"title": say.plain(f"plans.paper.part_{one}"), "lines": lines})
    return found


async def _said(session: Session, seat: PlanSeat, cycle: Cycle, workflow: Workflow, need: str, say: Texts) -> list[str]:
    """The teacher's own written answers, meant for both from the start, at the steps that have that need."""
    asks = {
        (step.id, ask.id): ask.ask.of(say.language)
        for step in workflow.steps if need in step.needs for ask in step.asks if ask.fixed
    }  # fmt: skip
    rows = await session.execute(
        select(CycleNote, CycleStep.step)
        .join(CycleStep, CycleStep.id == CycleNote.step_id)
        .where(CycleNote.cycle_id == cycle.id, CycleNote.person_id == seat.person.id, CycleNote.audience == "both")
        .where(CycleNote.medium == "text")
        .order_by(CycleNote.id)
    )
    newest = {(step, note.ask or ""): note.text or "" for note, step in rows}
    return [f"{asks[key]} {words}" for key, words in newest.items() if key in asks]


async def _promises(session: Session, cycle: Cycle, say: Texts) -> Sequence[str]:
    rows = await session.execute(
        select(Commitment, Person)
        .join(Person, Person.id == Commitment.person_id)
        .where(Commitment.cycle_id == cycle.id, Commitment.let_go_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
    )
    return [
        say.plain("plans.paper.promise", name=people.bare(who, say), words=row.text,
                  due=calendar.spoken(row.due_on, say))
        for row, who in rows
    ]  # fmt: skip
