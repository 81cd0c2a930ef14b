"""Readiness: what suits a teacher, by their own word; read by them, by who accompanies them and by their buddy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community import calendar, looks, people, rights
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.lessons import READINESS
from content.texts import Texts
from storage.bulk import among
from storage.database import Session, insert
from storage.letters import Button, Draft, button, message
from storage.models import Group, Pairing, Person, Readiness

QUESTIONS = tuple(READINESS)
UNSAID = "-"  # in a button: leave it open
_TEACHES = frozenset({Role.TEACHER})
_PER_PAGE = 25
# Whoever wants another pace than the group's is told how to get it; it is never taken for them.
_OWN_PACE = ("slow", "fast")
# An answer that asks for somebody who keeps company: a slow pace, no apps yet, telling by voice.
COMPANY = (("pace", "slow"), ("tools", "none"), ("mode", "voice"))
Rows = list[list[Button]]


def asks_for_company(said: Mapping[str, str]) -> bool:
    """Does what somebody said ask for a buddy? They decide all the same."""
    return any(said.get(name) == value for name, value in COMPANY)


def voice_first(said: Mapping[str, str]) -> bool:
    """Is somebody to be offered their voice before the keys? By their own word; without one, who has no apps yet."""
    return said.get("mode") == "voice" or ("mode" not in said and said.get("tools") == "none")


async def of(session: Session, person_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What each of these people said, by question; who said nothing has nothing. One query."""
    found: dict[int, dict[str, str]] = {person_id: {} for person_id in person_ids}
    if found:
        for row in await session.scalars(select(Readiness).where(among(session, Readiness.person_id, found))):
            found[row.person_id] = {name: value for name in QUESTIONS if (value := getattr(row, name))}
    return found


async def keep(session: Session, person: Person, question: str, value: str, now: datetime) -> None:
    """One answer; UNSAID takes it back. What is neither changes nothing (buttons can be forged)."""
    if value not in (*READINESS.get(question, ()), UNSAID) or question not in READINESS:
        return
    await _write(session, person, now, **{question: None if value == UNSAID else value})


async def _write(session: Session, person: Person, now: datetime, **changed: str | None) -> None:
    row = {"person_id": person.id, "updated_at": now} | changed
    statement = insert(session, Readiness).values(row)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["person_id"], set_={"updated_at": now} | changed)
    )


async def at_joining(session: Session, person: Person, say: Texts, now: datetime) -> Draft | None:
    """The first of five questions, for a teacher who was never asked; each may be left open."""
    asked = await session.scalar(select(Readiness.person_id).where(Readiness.person_id == person.id))
    if asked is not None or Role.TEACHER not in await people.roles(session, person.id):
        return None
    await _write(session, person, now)
    words, rows = await _asking(session, person, QUESTIONS[0], say)
    return message(person.tg_user_id or 0, words, buttons=rows)


async def _asking(session: Session, person: Person, question: str, say: Texts) -> tuple[str, Rows]:
    """A question at joining: who will see the answers stands there before anything is said."""
    place = say("readiness.place", number=QUESTIONS.index(question) + 1, of=len(QUESTIONS))
    parts = [place, say(f"readiness.ask.{question}")]
    if question == QUESTIONS[0]:
        parts.append(say("readiness.who_sees", names=await _companions(session, person, say)))
    rows = [_answers("ready:join", question, say)]
    rows.append(
        [
            button(say.plain("readiness.later"), f"ready:join:{question}:{UNSAID}"),
            button(say.plain("readiness.enough"), "ready:enough"),
        ]
    )
    return "\n\n".join(parts), rows


async def _companions(session: Session, person: Person, say: Texts) -> str:
    """Who accompanies the person, by name; or the word for whoever will."""
    names: dict[str, None] = {}
    for group in await people.groups_of(session, person.id, _TEACHES):
        for one in await people.with_role(session, group.id, rights.READERS["coach"]):
            if one.id != person.id:
                names.setdefault(people.display(one, say))
    return ", ".join(names) or say.plain("readiness.companion")


def _answers(data: str, question: str, say: Texts, chosen: str | None = None) -> list[Button]:
    labels = {value: say.plain(f"readiness.label.{question}.{value}") for value in READINESS[question]}
    return [
        button(f"✓ {label}" if value == chosen else label, f"{data}:{question}:{value}")
        for value, label in labels.items()
    ]


async def said(
    session: Session, person: Person | None, question: str, value: str, say: Texts, now: datetime
) -> tuple[str, Rows]:
    """A tap at joining: it is kept, and the next question takes its place. Raises NeedsConsent."""
    person = _own(person)
    await keep(session, person, question, value, now)
    following = QUESTIONS[QUESTIONS.index(question) + 1 :] if question in QUESTIONS else ()
    return await _asking(session, person, following[0], say) if following else await thanks(session, person, say)


async def thanks(session: Session, person: Person | None, say: Texts) -> tuple[str, Rows]:
    """The end of the questions: what is kept, and where to change it. Raises NeedsConsent."""
    words, _ = await page(session, person, say)
    return f"{say('readiness.thanks')}\n\n{words}", []


async def page(session: Session, person: Person | None, say: Texts) -> tuple[str, Rows]:
    """/kesiapan: one's own answers, each to be changed, and the way to one's own hours. Raises NeedsConsent."""
    person = _own(person)
    mine = (await of(session, [person.id]))[person.id]
    lines = [
        say(
            "readiness.line",
            name=say.plain(f"readiness.name.{name}"),
            value=say.plain(f"readiness.label.{name}.{mine[name]}") if name in mine else say.plain("readiness.unsaid"),
        )
        for name in QUESTIONS
    ]
    parts = ["\n".join([say("readiness.title"), *lines])]
    if mine.get("pace") in _OWN_PACE:
        parts.append(say("readiness.own_pace"))
    keys = [button(say.plain(f"readiness.name.{name}"), f"ready:ask:{name}") for name in QUESTIONS]
    rows = [keys[:3], keys[3:], [button(say.plain("readiness.hours.title"), "ready:hours")]]
    if await _accompanied(session, person):
        rows.append([button(say.plain("readiness.teachers"), "ready:groups")])
    return "\n\n".join(parts), rows


async def ask(session: Session, person: Person | None, question: str, say: Texts) -> tuple[str, Rows]:
    """One question again, from /kesiapan; a made-up one leads back. Raises NeedsConsent."""
    person = _own(person)
    if question not in READINESS:
        return await page(session, person, say)
    mine = (await of(session, [person.id]))[person.id].get(question)
    rows = [_answers("ready:set", question, say, mine)]
    rows.append(
        [
            button(say.plain("readiness.leave_open"), f"ready:set:{question}:{UNSAID}"),
            button(say.plain("readiness.back"), "ready:page"),
        ]
    )
    return say(f"readiness.ask.{question}"), rows


async def changed(
    session: Session, person: Person | None, question: str, value: str, say: Texts, now: datetime
) -> tuple[str, Rows]:
    """A new answer, from /kesiapan. Raises NeedsConsent."""
    person = _own(person)
    await keep(session, person, question, value, now)
    return await page(session, person, say)


def _own(person: Person | None) -> Person:
    if person is None:
        raise NeedsConsent
    return person


def _short(said: dict[str, str], say: Texts) -> str:
    """ "ponsel sendiri · sinyal lemah", as plain text."""
    return " · ".join(say.plain(f"readiness.short.{name}.{value}") for name, value in said.items())


async def summary(session: Session, viewer: Person | None, person_id: int, say: Texts, now: datetime) -> str:
    """What somebody said, in a line of plain text, for whoever may know; empty when they said nothing.

    That is the person, whoever accompanies a group in which they teach, and this week's partner. Raises NeedsConsent,
    NotAllowed.
    """
    viewer = _own(viewer)
    person = await session.get(Person, person_id)
    if person is None or person.consented_at is None:
        raise NotAllowed
    if (
        person_id != viewer.id
        and not await _accompanies(session, viewer, person_id)
        and not await _partners(session, viewer, person_id, now)
    ):
        raise NotAllowed
    return _short((await of(session, [person_id]))[person_id], say)


async def _accompanies(session: Session, viewer: Person, person_id: int) -> bool:
    theirs = [group.id for group in await people.groups_of(session, person_id, _TEACHES)]
    return any(group.id in theirs for group in await _accompanied(session, viewer))


async def _accompanied(session: Session, viewer: Person) -> list[Group]:
    """The groups whose notes for a coach the viewer may read."""
    return await people.groups_of(session, viewer.id, rights.READERS["coach"])


async def _partners(session: Session, viewer: Person, person_id: int, now: datetime) -> bool:
    """Do the two meet this week? A week begins on the Monday of the group's own zone."""
    mine, theirs = aliased(Pairing), aliased(Pairing)
    together = (mine.pool == theirs.pool) & (mine.week == theirs.week) & (mine.team == theirs.team)
    rows = await session.execute(
        select(mine.week, Group.zone)
        .join(theirs, together)
        .join(Group, Group.id == mine.group_id)
        .where(
            mine.person_id == viewer.id, theirs.person_id == person_id, mine.week >= (now - timedelta(days=8)).date()
        )
    )
    return any(week == _monday(now, zone) for week, zone in rows)


def _monday(now: datetime, zone: str) -> object:
    day = calendar.local_day(now, zone)
    return day - timedelta(days=day.weekday())


async def companion_groups(session: Session, viewer: Person | None) -> list[Group]:
    """The groups of "Kesiapan guru". Raises NeedsConsent, NotAllowed for who accompanies nobody."""
    found = await _accompanied(session, _own(viewer))
    if not found:
        raise NotAllowed
    return found


async def teachers(
    session: Session, viewer: Person | None, group_id: int, number: int, say: Texts, now: datetime
) -> tuple[str, Rows]:  # fmt: skip
    """ "Kesiapan guru" of one group, a page of it: who said something, a line each; the others are only counted.

    Raises NeedsConsent, NotAllowed.
    """
    group = next((one for one in await companion_groups(session, viewer) if one.id == group_id), None)
    if group is None or viewer is None:
        raise NotAllowed
    here = [
        one for one in await people.with_role(session, group_id, _TEACHES) if one.consented_at and one.id != viewer.id
    ]
    spoken = await of(session, [one.id for one in here])
    told = [one for one in here if spoken[one.id]]
    number = min(max(number, 0), max(len(told) - 1, 0) // _PER_PAGE)
    shown = told[number * _PER_PAGE :][:_PER_PAGE]
    if shown:
        whose = [one.id for one in shown]
        await looks.note(session, viewer, looks.Kind.READINESS, now, of=whose, group_id=group_id)
    lines = [say("readiness.of", name=people.display(one, say), words=_short(spoken[one.id], say)) for one in shown]
    parts = [say("readiness.of_group", group=group.title), *lines]
    if len(here) > len(told):
        parts.append(say("readiness.silent", count=len(here) - len(told)))
    return "\n".join(parts), _turning(group_id, number, len(told), say)


def _turning(group_id: int, number: int, of: int, say: Texts) -> Rows:
    places: Sequence[tuple[str, int]] = (("readiness.earlier", number - 1), ("readiness.more", number + 1))
    keys = [
        button(say.plain(name), f"ready:of:{group_id}:{at}") for name, at in places if at >= 0 and at * _PER_PAGE < of
    ]
    return [keys] if keys else []


async def copy_of(session: Session, person: Person) -> dict[str, str]:
    """What the person said, as plain JSON; what they left open is not in it."""
    row = await session.get(Readiness, person.id)
    if row is None:
        return {}
    return (await of(session, [person.id]))[person.id] | {"at": row.updated_at.isoformat()}
