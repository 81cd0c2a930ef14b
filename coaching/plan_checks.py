"""Is a plan complete? By the policy of its school: the sum of its points, or the principal's word, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from coaching import letters, plan_rights, plans
from coaching.plan_reminders import KEY
from coaching.plan_rights import PlanAct, PlanSeat
from coaching.refusals import NotNow
from coaching.seats import Seat
from community import people
from community.refusals import Refusal
from content.plans import Bounds, Profile
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import CycleStep, Group, Person, PlanRow, WorkPlan


@dataclass(frozen=True, slots=True)
class Standing:
    """What a plan comes to: ``lacks`` names what is missing (coaching.lacks.…), None when it is complete."""

    profile: Profile
    sum: int
    lacks: str | None

    @property
    def counts(self) -> bool:
        """Points are counted."""
        return self.profile.points is not None

    @property
    def bounds(self) -> Bounds:
        return self.profile.points or Bounds(least=0, most=1)


def lacking(profile: Profile, rows: Sequence[PlanRow], *, is_confirmed: bool, can_be_confirmed: bool) -> str | None:
    """What a plan with these rows lacks: plan, plan_few, plan_many, plan_confirmed; None: nothing.

    A school without a principal here to ask does not keep the teacher waiting.
    """
    if not rows:
        return "plan"
    if profile.points is not None:
        total = plans.sum_of(rows)
        if total < profile.points.least:
            return "plan_few"
        return "plan_many" if total > profile.points.most else None
    return "plan_confirmed" if profile.confirmed and can_be_confirmed and not is_confirmed else None


async def standing(session: Session, plan: WorkPlan, rows: Sequence[PlanRow]) -> Standing:
    """What the plan comes to now."""
    profile = await plans.profile_of(session, plan)
    able = bool(await plan_rights.principals(session, plan)) if profile.confirmed else False
    missing = lacking(profile, rows, is_confirmed=plan.confirmed_at is not None, can_be_confirmed=able)
    if missing == "plan_confirmed" and plan.asked_at is not None:
        missing = "plan_waits"  # the teacher has done their part: they are not sent to ask once more
    return Standing(profile, plans.sum_of(rows), missing)


async def _of_cycle(session: Session, cycle_id: int) -> WorkPlan | None:
    """The newest plan that came from the cycle."""
    return await session.scalar(
        select(WorkPlan).where(WorkPlan.cycle_id == cycle_id).order_by(WorkPlan.id.desc()).limit(1)
    )


async def plan_needed(session: Session, seat: Seat, _row: CycleStep) -> str | None:
    """The need "plan": the cycle has yielded a plan that is complete."""
    plan = await _of_cycle(session, seat.cycle.id)
    return "plan" if plan is None else (await standing(session, plan, await plans.rows_of(session, plan.id))).lacks


async def support_needed(session: Session, seat: Seat, _row: CycleStep) -> str | None:
    """The need "support": every row names whose support and in which form."""
    plan = await _of_cycle(session, seat.cycle.id)
    rows = await plans.rows_of(session, plan.id) if plan is not None else []
    return None if rows and all(row.support_source and row.support_form for row in rows) else "support"


async def ask(session: Session, person: Person | None, plan_id: int, now: datetime) -> WorkPlan:
    """The teacher asks the principal to confirm the plan as it is now; only then does the principal see it.

    Raises NeedsConsent, Gone, NotAllowed, and Refusal for an empty plan, where nobody can be asked, or asked already.
    """
    seat = await plan_rights.take(session, person, plan_id, PlanAct.ASK)
    rows = await plans.rows_of(session, plan_id)
    asked = await plan_rights.principals(session, seat.plan)
    profile = await plans.profile_of(session, seat.plan)
    if not rows:
        raise Refusal("coaching.lacks.plan")
    if not asked or not profile.confirmed:
        raise Refusal("plans.nobody_confirms")
    if seat.plan.asked_at is not None:
        raise NotNow
    seat.plan.asked_at = now
    await session.flush()
    drafts = [one for to in asked for one in _question(seat, to, len(rows))]
    await _send(session, seat.plan, drafts, now)
    return seat.plan


async def to_confirm(session: Session, person: Person | None, say: Texts) -> tuple[list[str], list[list[Button]]]:
    """What waits for a principal's word, as a line and a button for each: the letter may have been passed over."""
    found = await plan_rights.waiting(session, person) if person is not None else []
    names = [(plan, say.plain("plans.button.of", name=people.display(owner, say))) for plan, owner in found]
    told = [say("plans.confirm.waiting", n=len(found))] if found else []
    return told, [[button(label[:60], f"rhksee:{plan.id}")] for plan, label in names]


def _question(seat: PlanSeat, to: Person, rows: int) -> list[Draft]:
    say, plan = Texts(to.language), seat.plan
    words = say("plans.confirm.asked", name=people.display(seat.person, say), n=rows)
    buttons = [[button(say.plain("plans.button.look"), f"rhksee:{plan.id}")]]
    return _to(to, plan, words, f"ask:{plan.revision}", buttons)


async def confirm(
    session: Session, person: Person | None, plan_id: int, revision: int, *, agrees: bool, now: datetime
) -> WorkPlan:
    """The principal's tap: the plan as they saw it is confirmed, or talked over first. The teacher is told.

    Raises NeedsConsent, Gone, NotAllowed, and NotNow where the plan has changed since or was answered already.
    """
    seat = await plan_rights.take(session, person, plan_id, PlanAct.CONFIRM)
    talk = {"asked_at": None, "revision": revision + 1}  # so that the teacher may ask once more
    values = {"confirmed_at": now, "confirmed_by": seat.person.id} if agrees else talk
    claimed = await session.scalar(
        update(WorkPlan)
        .where(WorkPlan.id == plan_id, WorkPlan.revision == revision, WorkPlan.confirmed_at.is_(None))
        .where(WorkPlan.asked_at.is_not(None))
        .values(values)
        .returning(WorkPlan.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        raise NotNow
    await session.refresh(seat.plan)
    owner = await session.get_one(Person, seat.plan.person_id)
    say = Texts(owner.language)
    words = say(f"plans.confirm.{'yes' if agrees else 'talk'}", name=people.display(seat.person, say))
    buttons = [[button(say.plain("plans.button.open"), "rhk")]]
    await _send(session, seat.plan, _to(owner, seat.plan, words, f"answer:{revision}", buttons), now)
    return seat.plan


def _to(to: Person, plan: WorkPlan, words: str, what: str, buttons: list[list[dict[str, str]]]) -> list[Draft]:
    if to.tg_user_id is None or not to.reachable or to.consented_at is None:
        return []
    drafted = message(
        to.tg_user_id, words, buttons=buttons, key=f"{KEY}:{plan.id}:{what}:{to.id}", lane=Lane.REMINDER,
        person_id=to.id, group_id=plan.group_id,
    )  # fmt: skip
    return [drafted]


async def _send(session: Session, plan: WorkPlan, drafts: Sequence[Draft], now: datetime) -> None:
    group = await session.get_one(Group, plan.group_id)
    await letters.send(session, group, drafts, now)
