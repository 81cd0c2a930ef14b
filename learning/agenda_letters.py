"""The letters around a weekly meeting: teachers are asked the day before, the group reads the agenda that morning."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from community import budget, calendar, leaves, people
from community.roles import Role
from content.texts import Texts
from learning import agenda, course_events, turns, versions
from learning.agenda import ASK, POST, Dated
from learning.turns import Turn
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, Lane, button, change, message
from storage.models import AgendaNote, Enrolment, Group, Letter, Membership, Person
from storage.outbox import called_off, post, post_many

PARTS = ("mastered", "not_yet", "strategy")
MINUTES = 2  # of a teacher's time to answer
QUOTED = 6  # notes of one part


@dataclass(frozen=True, slots=True)
class Going:
    """A group whose meeting is prepared or posted now."""

    turn: Turn
    meeting: Dated


@dataclass(frozen=True, slots=True)
class Facts:
    """What an agenda is made of."""

    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    practices: dict[str, str] = field(default_factory=dict)  # this week's, by language
    leaders: list[Person] = field(default_factory=list)


async def send_due(session: Session, now: datetime) -> int:
    """Ask teachers, and post agendas, where it is time; gives how many groups were dealt with.

    Queries: a fixed number for up to turns.AT_ONCE groups, besides one for each moment at which some come next.
    """
    asked, going = await _claimed(session, ASK, now)
    await _ask(session, going, now)
    posted, going = await _claimed(session, POST, now)
    if going:
        facts = await _facts(session, [(one.turn.group, one.meeting.week) for one in going])
        await post_many(session, [_agenda(one, facts[one.turn.group.id]) for one in going], now)
    return asked + posted


async def _claimed(session: Session, name: str, now: datetime) -> tuple[int, list[Going]]:
    """How many groups were due, and those of them that have a meeting to prepare."""
    due = await turns.claimed(session, name, now)
    if not due:
        return 0, []
    meetings = await agenda.meetings(session, [one.group for one in due])
    programmes = await course_events.running(session, [one.group.id for one in due])
    moments: dict[int, datetime | None] = {}
    going = []
    for one in due:
        group, meeting = one.group, meetings.get(one.group.id)
        moments[group.id] = None
        if meeting is None or group.id not in programmes:
            continue  # no clock any more: it is not looked at again
        moments[group.id] = agenda.following(name, meeting, one.days, group.zone, now)
        if not one.is_time(now):
            continue
        dated = agenda.falling(name, meeting, one.days, group.zone, one.day)
        if dated is not None and agenda.has_agenda(programmes[group.id], dated.day):
            going.append(Going(one, dated))
    await turns.move_on(session, name, moments, now)
    return len(due), going


async def _ask(session: Session, going: Sequence[Going], now: datetime) -> None:
    """The three buttons, in private, to teachers who are here and have room in the week's budget."""
    if not going:
        return
    one_of = {one.turn.group.id: one for one in going}
    rows = await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, list(one_of)), Membership.role == Role.TEACHER,
            Membership.until.is_(None), Person.consented_at.is_not(None), Person.reachable.is_(True),
            Person.tg_user_id.is_not(None),
        )
        .order_by(Membership.group_id, Person.id)
    )  # fmt: skip
    teachers: dict[int, tuple[Person, Going]] = {}
    for group_id, person in rows:
        teachers.setdefault(person.id, (person, one_of[group_id]))
    by_day: dict[date, list[int]] = defaultdict(list)
    for number, (_, one) in teachers.items():
        by_day[one.turn.day].append(number)
    away: set[int] = set()
    for day, numbers in by_day.items():
        away |= await leaves.away(session, numbers, day)
    keys = {number: ask_key(one.turn.group.id, one.meeting.week, number) for number, (_, one) in teachers.items()}
    off = await called_off(session, keys.values())
    wants = [
        budget.Want(number, one.turn.group.id, one.turn.day, MINUTES)
        for number, (_, one) in teachers.items()
        if number not in away and keys[number] not in off
    ]
    admitted = await budget.admit(session, wants)
    await post_many(session, [_question(*both) for number, both in teachers.items() if number in admitted], now)


def _question(person: Person, one: Going) -> Draft:
    say, group = Texts(person.language), one.turn.group
    words = say(
        "course.agenda.ask", day=calendar.spoken(one.meeting.day, say), group=group.title,
        hour=calendar.wall_of(one.meeting.at, group.zone),
    )  # fmt: skip
    rows = [[button(say.plain(f"course.agenda.part.{part}"), f"agnote:{group.id}:{part}")] for part in PARTS]
    return message(
        person.tg_user_id or 0, words, buttons=rows, key=ask_key(group.id, one.meeting.week, person.id),
        lane=Lane.REMINDER, person_id=person.id, group_id=group.id, not_after=one.turn.not_after,
    )  # fmt: skip


async def _facts(session: Session, wanted: Sequence[tuple[Group, date]]) -> dict[int, Facts]:
    """Notes, practice and facilitators of each group for that week; four queries."""
    weeks = {group.id: week for group, week in wanted}
    found = {number: Facts() for number in weeks}
    ids = list(weeks)
    notes = await session.execute(
        select(AgendaNote.group_id, AgendaNote.week, AgendaNote.part, AgendaNote.text)
        .join(Person, Person.id == AgendaNote.person_id)
        .where(
            among(session, AgendaNote.group_id, ids), AgendaNote.week.in_(set(weeks.values())),
            Person.consented_at.is_not(None),
        )
        .order_by(AgendaNote.created_at, AgendaNote.id)
    )  # fmt: skip
    for group_id, week, part, text in notes:
        if week == weeks[group_id]:
            found[group_id].notes[part].append(text)
    leaders = await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, ids), Membership.role == Role.FACILITATOR, Membership.until.is_(None),
            Person.consented_at.is_not(None),
        )
        .order_by(Membership.since, Person.id)
    )  # fmt: skip
    for group_id, person in leaders:
        found[group_id].leaders.append(person)
    for group_id, titles in (await practices(session, ids)).items():
        found[group_id].practices.update(titles)
    return found


async def practices(session: Session, group_ids: Sequence[int]) -> Mapping[int, dict[str, str]]:
    """What the lessons of each group are about now, by language; where nothing runs, nothing."""
    rows = (
        await session.execute(
            select(Enrolment.group_id, Enrolment.pack, Enrolment.version, Enrolment.position).where(
                among(session, Enrolment.group_id, group_ids), Enrolment.person_id.is_(None),
                Enrolment.next_at.is_not(None),
            )
        )
    ).all()  # fmt: skip
    packs = await versions.known(session, {(row.pack, row.version) for row in rows})
    found = {}
    for row in rows:
        pack = packs.get((row.pack, row.version))
        if pack is not None and pack.lessons:
            lesson = pack.lessons[min(max(row.position - 1, 0), len(pack.lessons) - 1)]
            found[row.group_id] = pack.practice(lesson.practice).titles
    return found


def key_of(group_id: int, week: date) -> str:
    """The letter that brings a group its agenda."""
    return f"agenda:{group_id}:{week}"


def ask_key(group_id: int, week: date, person_id: int) -> str:
    """The letter that asks a teacher what they bring."""
    return f"{key_of(group_id, week)}:ask:{person_id}"


def _agenda(one: Going, facts: Facts) -> Draft:
    group = one.turn.group
    return message(
        one.turn.chat_id, _words(group, one.meeting, facts), silent=True, key=key_of(group.id, one.meeting.week),
        lane=Lane.REMINDER, group_id=group.id, not_after=min(one.turn.not_after, one.meeting.at),
    )  # fmt: skip


def _words(group: Group, meeting: Dated, facts: Facts) -> str:
    """The agenda as HTML: pupils' work first, in 45 minutes."""
    say = Texts(group.language)
    day, hour = calendar.spoken(meeting.day, say), calendar.wall_of(meeting.at, group.zone)
    practice = facts.practices.get(say.language)
    parts = [
        say("course.agenda.title", day=day, hour=hour),
        "\n".join([say("course.agenda.work"), *_told(facts, "mastered", say), *_told(facts, "not_yet", say)]),
        "\n".join([say("course.agenda.strategy"), *_told(facts, "strategy", say)]),
        say("course.agenda.practice")
        + "\n"
        + (say("course.agenda.practice_line", title=practice) if practice else say("course.agenda.practice_free")),
        say("course.agenda.closing"),
    ]
    names = ", ".join(people.display(person, say) for person in facts.leaders[:3])
    return "\n\n".join([*parts, say("course.agenda.led", names=names) if names else say("course.agenda.led_open")])


def _told(facts: Facts, part: str, say: Texts) -> list[str]:
    """The notes of one part without their authors; where there is none, the question."""
    notes = list(dict.fromkeys(facts.notes.get(part, [])))
    if not notes:
        return [say(f"course.agenda.question.{part}")]
    lines = [say("course.agenda.quote", words=words) for words in notes[:QUOTED]]
    lines += [say("course.agenda.more", n=len(notes) - QUOTED)] if len(notes) > QUOTED else []
    head = [] if part == "strategy" else [say(f"course.agenda.part.{part}") + ":"]
    return head + lines


async def refresh(session: Session, group: Group, chat_id: int, meeting: Dated, note_id: int, now: datetime) -> None:
    """A note that comes after the agenda was posted, and before the meeting, still gets into it."""
    key = key_of(group.id, meeting.week)
    if await session.scalar(select(Letter.id).where(Letter.key == key)) is None:
        return
    facts = (await _facts(session, [(group, meeting.week)]))[group.id]
    draft = change(
        chat_id, _words(group, meeting, facts), edits=key, key=f"{key}:note:{note_id}", lane=Lane.REMINDER,
        group_id=group.id, not_after=meeting.at,
    )  # fmt: skip
    await post(session, draft, now)
