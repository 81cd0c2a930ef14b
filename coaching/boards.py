"""The board of a group's cycle in the group's chat: which steps are done, which one is open, who holds it.

No day stands there and nobody's answer, so that nobody can be read off it as late (I10). It is one message, changed in
place; where the group has moved to another chat, it is put up there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, select, update

from coaching import workflows
from community import calendar, groups, people
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Draft, Lane, change, message
from storage.models import Cycle, CycleMember, CycleStep, Group, GroupChat, Letter, Person, WorkflowVersion
from storage.outbox import post

if TYPE_CHECKING:
    from coaching.seats import Seat

# Lines of the history after which the board looks different.
SHOWS = frozenset({
    "accepted", "opened", "closed", "held", "paused", "resumed", "stopped", "handed_over", "took_over", "vacated",
})  # fmt: skip


def key_of(cycle: Cycle) -> str:
    """The message that is changed from then on: the newest that was put up."""
    return f"cyc:{cycle.id}:board:{cycle.board}"


async def put_up(session: Session, seat: "Seat", now: datetime) -> None:
    """The board stands in the group's chat from now on; one from before says where to look."""
    cycle, group = seat.cycle, seat.group
    say, before = Texts(group.language), key_of(cycle) if cycle.board else None
    chat = await groups.current_chat(session, group.id)
    if before is not None and await _stands_in(session, before) == chat:
        await _change(session, group, chat, before, say("boards.moved"), now)
    await _new(session, cycle, group, seat.workflow, chat, now)


async def bring_up_to_date(session: Session, cycle: Cycle, now: datetime) -> None:
    """What the board says is what there is; nothing where none was put up, or the group sent the assistant away."""
    row = (await session.execute(
        select(Group, GroupChat.tg_chat_id, WorkflowVersion)
        .join(GroupChat, and_(GroupChat.group_id == Group.id, GroupChat.current.is_(True)))
        .join(WorkflowVersion, WorkflowVersion.id == cycle.version_id)
        .where(Group.id == cycle.group_id, Group.state == "active")
    )).first()  # fmt: skip
    if not cycle.board or row is None:
        return
    group, chat, version = row
    if await _stands_in(session, key_of(cycle)) != chat:
        await _new(session, cycle, group, workflows.of(version), chat, now)
        return
    words = await _words(session, cycle, workflows.of(version), Texts(group.language))
    await _change(session, group, chat, key_of(cycle), words, now)


async def _stands_in(session: Session, key: str) -> int | None:
    """The chat the board was put up in, if it got there; numbers of messages do not move along with a group."""
    found: int | None = await session.scalar(
        select(Letter.chat_id).where(Letter.key == key, Letter.state.not_in(("dropped", "refused")))
    )
    return found


async def _new(
    session: Session, cycle: Cycle, group: Group, workflow: Workflow, chat: int, now: datetime
) -> None:  # fmt: skip
    cycle.board += 1
    await session.flush()
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    words = await _words(session, cycle, workflow, Texts(group.language))
    draft = message(
        chat, words, silent=True, key=key_of(cycle), group_id=group.id, due_at=days.awake_after(now, group.zone),
        lane=Lane.REMINDER,
    )  # fmt: skip
    await post(session, draft, now)


async def _change(session: Session, group: Group, chat: int, key: str, words: str, now: datetime) -> None:
    """A change that still waits takes the newest words: several of one moment are one."""
    draft = change(chat, words, edits=key, lane=Lane.REMINDER, group_id=group.id)
    waiting = await session.scalar(
        update(Letter)
        .where(Letter.edits == key, Letter.state == "pending")
        .values(params=draft.params)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    if waiting is None:
        number = await session.scalar(select(func.count()).select_from(Letter).where(Letter.edits == key))
        await post(session, _named(draft, f"{key}@{number}"), now)


def _named(draft: Draft, key: str) -> Draft:
    return Draft(**{name: getattr(draft, name) for name in draft.__slots__} | {"key": key})


async def _words(session: Session, cycle: Cycle, workflow: Workflow, say: Texts) -> str:
    """The board as Telegram HTML, in the group's language."""
    there = await _there(session, cycle)
    rows = await session.scalars(
        select(CycleStep)
        .where(CycleStep.cycle_id == cycle.id)
        .order_by(CycleStep.id)
        .execution_options(populate_existing=True)
    )
    newest = {one.step: one for one in rows}
    holders = await _holders(session, list(newest.values()))
    lines = [
        _line(step.title.of(say.language), newest.get(step.id), holders, say) for step in workflow.steps
    ]  # fmt: skip
    parts = [say("boards.title", workflow=workflow.title.of(say.language)), "\n".join(lines)]
    makers = [people.display(one, say) for side, one in there if side == "coachee"]
    accompany = [people.display(one, say) for side, one in there if side == "coach"]
    if makers:
        parts.append(say("boards.makers", names=", ".join(makers)))
    if accompany:
        side = workflow.sides["coach"].of(say.language)
        parts.append(say("boards.accompanied", side=side, names=", ".join(accompany)))
    if cycle.state in ("paused", "closed", "stopped"):
        parts.append(say(f"boards.{cycle.state}"))
    return "\n\n".join(parts)


def _line(title: str, row: CycleStep | None, holders: dict[int, Person], say: Texts) -> str:
    mark = "to_come" if row is None else "done" if row.done_at is not None else "open"
    holder = holders.get(row.holder_id or 0) if row is not None else None
    held = say("boards.held_by", name=people.display(holder, say)) if holder is not None else ""
    return say(f"boards.{mark}", title=title) + held


async def _there(session: Session, cycle: Cycle) -> Sequence[tuple[str, Person]]:
    rows = await session.execute(
        select(CycleMember.side, Person)
        .join(Person, Person.id == CycleMember.person_id)
        .where(CycleMember.cycle_id == cycle.id, CycleMember.until.is_(None), CycleMember.asked.is_(False))
        .where(Person.consented_at.is_not(None))
        .order_by(CycleMember.id)
    )
    return [(side, person) for side, person in rows]


async def _holders(session: Session, rows: Sequence[CycleStep]) -> dict[int, Person]:
    """Who held or holds a step, as long as they agree to be kept."""
    numbers = {one.holder_id for one in rows if one.holder_id is not None}
    if not numbers:
        return {}
    found = await session.scalars(select(Person).where(Person.id.in_(numbers), Person.consented_at.is_not(None)))
    return {one.id: one for one in found}
