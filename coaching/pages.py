"""What a cycle looks like to one who sits in it: the list of one's cycles, where one stands, the notes, the history."""

from collections.abc import Sequence
from datetime import date, datetime

from coaching import (
    closed_cycles,
    commitments,
    cycle_notes,
    doorways,
    history,
    holders,
    naming,
    needs,
    plan_checks,
    seats,
    session_letters,
    sessions,
    spoken_promises,
    steps,
)
from coaching.rights import BEGINS, BRINGS, Act, Side, may
from coaching.seats import Seat
from coaching.steps import Standing
from community import calendar, looks, people
from community.calendar import local_day
from community.notes import clipped, packed
from community.refusals import NeedsConsent
from content.texts import Texts
from content.workflows import Ask
from storage.database import Session
from storage.letters import Button, button
from storage.models import Commitment, CycleNote, Person

Page = tuple[str, list[list[Button]]]
MOST = 20  # cycles in a list
PROMISES = 6


def _names(found: Sequence[Person], say: Texts) -> str:
    return naming.of_people(found, say)


async def partners(session: Session, seat: Seat) -> list[Person]:
    """The other side, without a stand-in."""
    return [person for row, person in await seats.others(session, seat) if row.side != Side.STAND_IN]


async def listed(session: Session, person: Person | None, say: Texts, now: datetime) -> Page:
    """Every cycle the person sits in, with whose turn it is; and the way to a new one. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    mine = (await seats.of_person(session, person))[:MOST]
    lines, rows = [], []
    for seat in mine:
        with_whom = _names(await partners(session, seat), say)
        title = seat.workflow.title.of(say.language)
        state = await _state(session, seat, say, now)
        lines.append(say("coaching.page.line", workflow=title, name=with_whom, state=state))
        label = say.plain("coaching.button.cycle", workflow=title, name=with_whom)
        rows.append([button(label[:60], f"cyc:{seat.cycle.id}")])
    roles = await people.roles(session, person.id)
    begins = not roles.isdisjoint(BEGINS)
    rows += [[button(say.plain("coaching.button.new"), "cycnew")]] * begins
    rows += await closed_cycles.door(session, person, say)
    if not roles.isdisjoint(BRINGS):
        rows.append([button(say.plain("own_workflows.button.door"), "owns")])
    head = say("coaching.page.list" if lines else "coaching.page.none" if begins else "coaching.page.none_here")
    return "\n\n".join([head, *lines]), rows


async def _state(session: Session, seat: Seat, say: Texts, now: datetime) -> str:
    """One line, as plain text: the step and whose turn it is, or that it waits or rests."""
    found = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    if found is None:
        return say.plain(f"coaching.state.{_rest(seat)}", until=_until(seat, say))
    whose = "mine" if found.is_mine else "theirs"
    late = "_late" if found.is_late(local_day(now, seat.group.zone)) else ""
    return say.plain(
        f"coaching.state.{whose}{late}", n=found.number, of=len(seat.workflow.steps),
        step=found.step.title.of(say.language), due=calendar.spoken(found.row.due_on, say),
    )  # fmt: skip


def _rest(seat: Seat) -> str:
    state = seat.cycle.state
    return "paused_until" if state == "paused" and seat.cycle.paused_until is not None else state


def _until(seat: Seat, say: Texts) -> str:
    return calendar.spoken(seat.cycle.paused_until, say) if seat.cycle.paused_until is not None else ""


def _resting(seat: Seat, say: Texts) -> str:
    return say(f"coaching.page.{_rest(seat)}", until=_until(seat, say))


async def of_cycle(
    session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime, note: str = ""
) -> Page:
    """Where one cycle stands: the step, until when, whose part is open, what was promised, what can be done.

    ``note`` is a sentence above it. Raises NeedsConsent, Gone.
    """
    seat = await seats.take(session, person, cycle_id, Act.SEE)
    names = _names(await partners(session, seat), say)
    found = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    parts = [note] if note else []
    parts.append(say("coaching.page.title", workflow=seat.workflow.title.of(say.language), name=names))
    parts.append(await _standing(session, found, say, now) if found else _resting(seat, say))
    parts += [line] if found and (line := await holders.line(session, found, say)) else []
    zone = session_letters.zone_of(seat.person, seat.group)
    arranged = await sessions.standing(session, seat, now)
    parts += [session_letters.line(one, zone, say, now, elsewhere=True) for one in arranged]
    promises = await commitments.standing(session, seat)
    if promises:
        today = local_day(now, seat.group.zone)
        parts.append("\n".join([say("coaching.page.promises"), *_promises(promises, seat, today, say)]))
    return "\n\n".join(parts), await _buttons(session, seat, found, promises, say)


async def _standing(session: Session, found: Standing, say: Texts, now: datetime) -> str:
    step, language = found.step, say.language
    late = "_late" if found.is_late(local_day(now, found.seat.group.zone)) else ""
    sides = [await _waited_for(session, found.seat, side, say) for side in found.owes]
    if "plan" in step.needs and await plan_checks.plan_needed(session, found.seat, found.row) == "plan_waits":
        sides = [say.plain("coaching.page.head")]  # the teacher has asked: it is not with them any more
    letter = f"{step.letter} · " if step.letter else ""
    return say(
        f"coaching.page.step{late}", n=found.number, of=len(found.seat.workflow.steps),
        title=letter + step.title.of(language), words=step.words.of(language),
        due=calendar.spoken(found.row.due_on, say), owes=say.plain("coaching.and").join(sides),
    )  # fmt: skip


async def _waited_for(session: Session, seat: Seat, side: Side, say: Texts) -> str:
    """Whose part is open, by name; of several makers, and of an empty seat, what the workflow calls the side."""
    are_several = seat.is_group and side is Side.COACHEE
    if side is seat.side and not are_several:
        return say.plain("coaching.page.me")
    there = [] if are_several else [one for _, one in await seats.others(session, seat, side)]
    called = seat.workflow.sides["coach" if side is Side.COACH else "coachee"].of(say.language)
    return _names(there, say) or called


def _promises(promises: Sequence[tuple[Commitment, Person]], seat: Seat, today: date, say: Texts) -> list[str]:
    return [
        say(
            f"coaching.page.promise{'_late' if row.due_on < today else ''}",
            words=clipped(row.text, 120),
            name=say.plain("coaching.page.me") if who.id == seat.person.id else people.display(who, say),
            due=calendar.spoken(row.due_on, say),
        )
        for row, who in promises[:PROMISES]
    ]


async def _buttons(
    session: Session, seat: Seat, found: Standing | None, promises: Sequence[tuple[Commitment, Person]], say: Texts
) -> list[list[Button]]:
    number, rows = seat.cycle.id, list[list[Button]]()

    def tap(name: str, data: str, **blanks: object) -> Button:
        return button(say.plain(f"coaching.button.{name}", **blanks)[:60], data)

    if found is not None and may(seat.side, Act.ANSWER):
        left = await needs.open_asks(session, seat, found.step, found.row)
        if left:
            rows.append([tap("answer", f"cycask:{number}", n=len(left))])
        if len(left) < len(needs.asks_of(found.step, seat.side)):
            rows.append([tap("review", f"cycback:{number}")])
        if found.is_mine and not any(one.required for one in left):
            rows.append([tap("done", f"cycend:{number}:{found.row.id}")])
        meeting = button(say.plain("sessions.button.arrange"), f"ses:{number}")
        rows.append([tap("promise", f"cycprom:{number}"), meeting])
        rows.append([tap("nudge", f"cycnudge:{number}"), tap("write", f"cycwrite:{number}")])
        own = [row for row, who in promises if who.id == seat.person.id]
        rows += [[tap("kept", f"cyckept:{row.id}", words=clipped(row.text, 40))] for row in own[:PROMISES]]
    rows += spoken_promises.doors([row for row, _who in promises[:PROMISES]], say)
    rows += await doorways.of(session, seat, found, say)
    if may(seat.side, Act.READ):
        rows.append([tap("notes", f"cycnotes:{number}"), tap("more", f"cycmore:{number}")])
    return rows


async def notes(session: Session, person: Person | None, cycle_id: int, say: Texts, now: datetime) -> list[str]:
    """What was said in a cycle, as far as this person reads it, in as few messages as it needs."""
    seat, found = await cycle_notes.readable(session, person, cycle_id)
    of = [writer.id for _, _, writer in found]
    if of:
        await looks.note(session, seat.person, looks.Kind.COACHING, now, of=of, group_id=seat.group.id)
    two = not seat.is_group
    blocks = [say("coaching.notes.title", workflow=seat.workflow.title.of(say.language))]
    for note, step_id, writer in found:
        step = seat.workflow.step(step_id)
        ask = step.asked(note.ask) if step is not None and note.ask else None
        blocks.append(
            say(
                "coaching.notes.one",
                step=step.title.of(say.language) if step else "",
                ask=ask.ask.of(say.language) if ask else say.plain("coaching.notes.beside"),
                name=people.display(writer, say),
                said=clipped(said(note, ask, say), 900),
                reader=say.plain(f"coaching.reader.{'two' if two and note.audience == 'both' else note.audience}"),
            )
        )
    return packed(blocks if found else [say("coaching.notes.none")])


def said(note: CycleNote, ask: Ask | None, say: Texts) -> str:
    """The words of a note as plain text; for a tap the option's title, for a voice or a file that it is one."""
    if note.medium == cycle_notes.TAP:
        chosen = (note.text or "").split(cycle_notes.SEVERAL)
        titles = [one.title.of(say.language) for one in ask.options if one.id in chosen] if ask else []
        return ", ".join(titles) or say.plain("coaching.button.yes")
    kind = say.plain(f"coaching.medium.{note.medium}", seconds=note.seconds or 0) if note.file_id else ""
    return "\n".join(part for part in (note.text or "", kind) if part)


async def past(session: Session, person: Person | None, cycle_id: int, say: Texts) -> list[str]:
    """The history of a cycle, line by line. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await seats.take(session, person, cycle_id, Act.SEE_HISTORY)
    lines = []
    for one, who in await history.with_names(session, seat.cycle):
        step = seat.workflow.step(one.step or "")
        said = say.plain(
            f"coaching.history.{one.what}", step=step.title.of(say.language) if step else "",
            name=people.display(who, say) if who else say.plain("coaching.history.somebody"),
        )  # fmt: skip
        day = calendar.spoken(local_day(one.at, seat.group.zone), say)
        lines.append(say("coaching.history.line", day=day, said=said))
    return packed([say("coaching.history.title"), *lines])
