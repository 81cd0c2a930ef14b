"""What people are told when a coach's seat changes hands: the teacher, whoever takes it, and those who could."""

from collections.abc import Sequence
from datetime import datetime

from coaching import letters, seats
from coaching.rights import ROLES, Side
from coaching.seats import Seat
from community import people
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Draft, button
from storage.models import Commitment, Cycle, CycleMember, Group, Person

_Sitting = Sequence[tuple[CycleMember, Person]]


async def handed_over(
    session: Session, seat: Seat, to: Person, fallen: Sequence[Commitment], number: int, now: datetime
) -> None:
    """``seat`` was given up: the teacher learns to whom and what of the promises falls, the new coach what they see."""
    drafts: list[Draft] = []
    there = await seats.sitting(session, seat.cycle.id)
    for _, one in there:
        say = Texts(one.language)
        said = {"name": people.display(seat.person, say), "workflow": seat.workflow.title.of(one.language)}
        if one.id == to.id:
            parts = [say("seats.handed_to_you", who=_makers(there, say), **said), *_closed("old", seat.cycle, say)]
        else:
            parts = [say("seats.handed_over", to=people.display(to, say), **said), *_closed("yours", seat.cycle, say)]
            parts += _fallen(fallen, say)
        words = "\n\n".join(parts)
        drafts += letters.to(one, seat.group, seat.cycle, words, letters.key(seat.cycle, "handed", number, one), [])
    await letters.send(session, seat.group, drafts, now)


def _makers(there: _Sitting, say: Texts) -> str:
    """Who is accompanied, as plain text."""
    names = [people.display(one, say) for row, one in there if row.side == Side.COACHEE]
    return say.plain("coaching.and").join(names)


def _closed(whose: str, cycle: Cycle, say: Texts) -> list[str]:
    """Who opens the earlier notes: the teacher; in a group nobody alone. ``whose``: yours, old."""
    return [] if cycle.between == "group" else [say(f"seats.{whose}_closed")]


def _fallen(fallen: Sequence[Commitment], say: Texts) -> list[str]:
    """The promises that nobody will keep now."""
    return [say("seats.fallen", words=one.text) for one in fallen]


async def stands_in(session: Session, seat: Seat, to: Person, number: int, now: datetime) -> None:
    """Who keeps an eye on a cycle for a while learns of which, and what they see."""
    say = Texts(to.language)
    there = await seats.sitting(session, seat.cycle.id)
    words = say(
        "seats.you_stand_in", name=people.display(seat.person, say), who=_makers(there, say),
        workflow=seat.workflow.title.of(to.language),
    )  # fmt: skip
    named = letters.key(seat.cycle, "stands", number, to)
    await letters.send(session, seat.group, letters.to(to, seat.group, seat.cycle, words, named, []), now)


async def fell_free(
    session: Session, cycle: Cycle, group: Group, workflow: Workflow, gone: Person | None,
    fallen: Sequence[Commitment], number: int, now: datetime,
) -> None:  # fmt: skip
    """A cycle rests without its coach: those who sit there are told, and whoever could take the seat is offered it.

    ``gone``: who sat there; None for somebody who is not to be named any more.
    """
    there = await seats.sitting(session, cycle.id)
    drafts: list[Draft] = []
    for row, one in there:
        say = Texts(one.language)
        words = say("seats.vacated", name=_named(gone, say), workflow=workflow.title.of(one.language))
        words = "\n\n".join([words, *_fallen(fallen, say)])
        if row.side == Side.COACHEE:
            drafts += letters.to(one, group, cycle, words, letters.key(cycle, "vacated", number, one), [])
    learning = {one.id for row, one in there if row.side == Side.COACHEE}
    for one in await people.with_role(session, group.id, ROLES[cycle.between][Side.COACH]):
        if one.id not in learning:
            drafts += _free(one, cycle, group, workflow, gone, there, number)
    await letters.send(session, group, drafts, now)


def _named(gone: Person | None, say: Texts) -> str:
    return people.display(gone, say) if gone is not None else say.plain("seats.a_coach")


def _free(
    one: Person, cycle: Cycle, group: Group, workflow: Workflow, gone: Person | None, there: _Sitting, number: int
) -> list[Draft]:
    say = Texts(one.language)
    told = say(
        "seats.free", name=_named(gone, say), who=_makers(there, say), group=group.title,
        workflow=workflow.title.of(one.language),
    )  # fmt: skip
    words = "\n\n".join([told, *_closed("old", cycle, say)])
    rows = [[button(say.plain("seats.button.take"), f"cyctake:{group.id}:{cycle.id}")]]
    return letters.to(one, group, cycle, words, letters.key(cycle, "free", number, one), rows)
