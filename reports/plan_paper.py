"""A work plan on paper: the plan, and of its cycle only what the teacher ticks, each with a tap of their own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from coaching import plan_checks, plan_rights, plans, workflows
from coaching.pages import Page
from coaching.plan_pages import period_words, tap
from coaching.plan_rights import PlanAct, PlanSeat
from coaching.plan_sheets import COLUMNS
from community import calendar, people
from community.calendar import local_day
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Commitment, Cycle, CycleNote, CycleStep, Group, Person, PlanRow, School, WorkflowVersion

# What may go along, by its letter in a button: promises and conclusion, what comes next. Nothing is ticked at first.
PARTS = {"k": "commitments", "t": "evidence"}  # the need of the steps whose agreed answers belong to it


def ticked(letters: str) -> str:
    """The known letters of a choice, each once, in their order (buttons can be forged)."""
    return "".join(one for one in PARTS if one in letters)


async def choice(session: Session, person: Person | None, plan_id: int, chosen: str, say: Texts) -> Page:
    """What goes on the paper, to be ticked. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.PRINT)
    now_ticked = ticked(chosen)
    rows = []
    for one in PARTS if seat.plan.cycle_id is not None else ():
        other = now_ticked.replace(one, "") if one in now_ticked else ticked(now_ticked + one)
        label = f"{'☑' if one in now_ticked else '☐'} {say.plain(f'plans.paper.part_{one}')}"
        rows.append([button(label[:60], f"rhkpaper:{plan_id}:{other or '-'}")])
    rows.append([tap(say, "print", f"rhkprint:{plan_id}:{now_ticked or '-'}")])
    rows.append([button(say.plain("plans.paper.editable"), f"rhkprint:{plan_id}:{now_ticked or '-'}:docx")])
    words = say("plans.paper.choose" if seat.plan.cycle_id is not None else "plans.paper.only_plan")
    return words, [*rows, [tap(say, "back", "rhk")]]


async def letter(
    session: Session, person: Person | None, plan_id: int, chosen: str, say: Texts, now: datetime, form: str = "pdf"
) -> Draft:
    """The paper as a document, PDF or DOCX; the courier draws it. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await plan_rights.take(session, person, plan_id, PlanAct.PRINT)
    data = await of_plan(session, seat, ticked(chosen), say, now)
    form = form if form in ("pdf", "docx") else "pdf"
    name = f"{say.plain('plans.paper.file_name', period=seat.plan.period.replace('/', '-'))}.{form}"
    chat = seat.person.tg_user_id or 0
    params = {
        "chat_id": chat, "parse_mode": "HTML", "caption": say("plans.paper.caption"),
        "document": {"paper": {"kind": "plan", "data": data, "language": say.language, "name": name, "form": form}},
    }  # fmt: skip
    return Draft("sendDocument", params, chat, person_id=seat.person.id)


async def of_plan(
    session: Session, seat: PlanSeat, parts: Collection[str], say: Texts, now: datetime
) -> dict[str, Any]:
    """What the paper says, as plain JSON."""
    plan = seat.plan
    rows = await plans.rows_of(session, plan.id)
    found = await plan_checks.standing(session, plan, rows)
    group = await session.get(Group, plan.group_id) if plan.group_id is not None else None
    school = await session.get(School, group.school_id) if group is not None and group.school_id else None
    about = [people.bare(seat.person, say), school.name if school else "", period_words(plan.period, say)]
    zone = seat.person.zone or (group.zone if group is not None else "Asia/Jakarta")
    if plan.confirmed_at is not None:
        day = calendar.spoken(local_day(plan.confirmed_at, zone), say)
        about.append(say.plain("plans.paper.confirmed", day=day))
    return {
        "title": say.plain("plans.paper.title"), "about": " · ".join(filter(None, about)),
        "made": local_day(now, zone).isoformat(), "counts": found.counts, "total": found.sum,
        "columns": [list(one) for one in COLUMNS], "rows": [_row(row) for row in rows],
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
