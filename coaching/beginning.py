"""Beginning a cycle, tap by tap: in which group, which workflow, with whom; several makers for a group's."""

from collections.abc import Sequence
from datetime import datetime

from coaching import cycles, handovers, offering
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.rights import BEGINS, ROLES, Side
from community import people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Button, button
from storage.models import Cycle, Group, Person

PER_PAGE = 8


async def groups(session: Session, person: Person | None, say: Texts) -> Page:
    """In which group? With one group it is the next question at once. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, BEGINS)
    if not found:
        raise NotAllowed
    if len(found) == 1:
        return await which(session, person, found[0].id, say)
    rows = [[button(one.title[:60], f"cycg:{one.id}")] for one in found[:20]]
    return say("coaching.begin.group"), [*rows, _back(say, "cycs")]


def _back(say: Texts, to: str) -> list[Button]:
    return [button(say.plain("coaching.button.back"), to)]


async def _group(session: Session, person: Person, group_id: int) -> Group:
    found = next((one for one in await people.groups_of(session, person.id, BEGINS) if one.id == group_id), None)
    if found is None:
        raise Gone
    return found


async def which(session: Session, person: Person | None, group_id: int, say: Texts) -> Page:
    """Which workflow? Only those in which the person's role fits a side; and seats that fell free, for a coach."""
    if person is None:
        raise NeedsConsent
    group = await _group(session, person, group_id)
    mine = await people.roles_in(session, person.id, group.id)
    rows, lines = list[list[Button]](), list[str]()
    for one in await offering.offered(session, group):
        if _fits(one, mine):
            rows.append([button(one.title.of(say.language)[:60], f"cycw:{group.id}:{one.id}")])
            lines.append(
                say("coaching.begin.workflow", title=one.title.of(say.language), words=one.words.of(say.language))
            )
    for cycle in await _free(session, person, group, mine):
        rows.append([button(say.plain("coaching.button.take_seat", n=cycle.id), f"cyctake:{group.id}:{cycle.id}")])
    if not rows:
        raise NotAllowed
    return "\n\n".join([say("coaching.begin.which", group=group.title), *lines]), [*rows, _back(say, "cycs")]


def _fits(workflow: Workflow, mine: set[Role]) -> bool:
    sides = ROLES[workflow.between]
    starts = (Side.COACH, Side.COACHEE) if workflow.between == "coach" else (Side.COACH,)
    return any(not sides[side].isdisjoint(mine) for side in starts)


async def _free(session: Session, person: Person, group: Group, mine: set[Role]) -> Sequence[Cycle]:
    if all(mine.isdisjoint(ROLES[between][Side.COACH]) for between in handovers.WAIT):
        return ()
    return await handovers.free_seats(session, person, group.id)


async def whom(
    session: Session, person: Person | None, group_id: int, workflow_id: str, say: Texts, page: int = 0,
    chosen: Sequence[int] = (),
) -> Page:  # fmt: skip
    """With whom? One tap for one colleague; for a group's cycle several, then "done"."""
    if person is None:
        raise NeedsConsent
    group = await _group(session, person, group_id)
    workflow = next((one for one in await offering.offered(session, group) if one.id == workflow_id), None)
    if workflow is None:
        raise Gone
    found = await cycles.partners(session, person, group.id, workflow)
    listed = [(side, one) for side, there in found.items() for one in there]
    if not listed:
        raise Refusal("coaching.begin.nobody")
    shown = listed[page * PER_PAGE : (page + 1) * PER_PAGE]
    base = f"{group.id}:{workflow.id}"
    rows = [[_whom(side, one, base, workflow, one.id in chosen, page, say)] for side, one in shown]
    turns = [
        button(label, f"cycp:{base}:{at}")
        for label, at in (("‹", page - 1), ("›", page + 1))
        if 0 <= at * PER_PAGE < len(listed)
    ]
    rows += [turns] if turns else []
    if chosen:
        rows.append([button(say.plain("coaching.button.ask_them", n=len(chosen)), f"cycall:{base}")])
    several = "several" if workflow.between == "group" else "one"
    rows.append(_back(say, f"cycg:{group.id}"))
    return say(f"coaching.begin.whom_{several}", workflow=workflow.title.of(say.language)), rows


def _whom(side: Side, one: Person, base: str, workflow: Workflow, is_chosen: bool, page: int, say: Texts) -> Button:
    name = people.display(one, say)
    if workflow.between == "group":
        return button(f"{'✓ ' if is_chosen else ''}{name}"[:60], f"cycpick:{base}:{one.id}:{page}")
    as_coach = (
        say.plain("coaching.begin.as_coach", name=name) if side is Side.COACH and workflow.between == "coach" else name
    )
    return button(as_coach[:60], f"cycoff:{base}:{'c' if side is Side.COACH else 't'}:{one.id}")


async def offered(
    session: Session, person: Person | None, group_id: int, workflow_id: str, side: Side, ids: Sequence[int],
    say: Texts, now: datetime,
) -> Page:  # fmt: skip
    """They are asked; who asked sees that it waits for an answer."""
    if person is None:
        raise NeedsConsent
    group = await _group(session, person, group_id)
    cycle = await cycles.offer(session, person, group, workflow_id, side, ids, now)
    return say("coaching.begin.asked"), [[button(say.plain("coaching.button.open"), f"cyc:{cycle.id}")]]
