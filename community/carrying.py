"""An open question is carried on: to the group's peers, then to the mentor, then to the pengampu, each once.

Those who are assigned to the asker are asked, else who shared or answered something alike before, else all of that
role; in Model 1 the pengampu right after the peers. Who might know more is told to them alone.

Counted in working hours, so that nothing happens at night or in the holidays. Nobody is named as somebody who did not
answer; what is shown is the question.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from community import assignments, budget, calendar, consultations, groups, leaves, people
from community.calendar import SchoolCalendar, hours_begin, local_day, working_hours_after
from community.consultations import Waiting
from community.library import knowing
from community.notes import clipped
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from community.roles import Role
from community.schedule import Coming, Viewer
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, link, message
from storage.models import Consultation, Group, Letter, Person
from storage.outbox import post_many

HOURS = (2, 4, 8, 0)  # what a facilitator may choose; 0: questions are not carried on
AT_ONCE = 200
LISTED = 10
SHOWN = 300  # characters of a question that a letter quotes
PEERS, MENTOR, COURSE_FACILITATOR, ALL_ASKED = 1, 2, 3, 4
_REACHES = {MENTOR: (Role.MENTOR, Role.COACH), COURSE_FACILITATOR: (Role.COURSE_FACILITATOR,)}
_SEES = (Role.FACILITATOR, Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR, Role.PRINCIPAL)
ACTION = "consult"
KEY = "consult"  # consult:7 before the group, consult:7:2:15 to one who accompanies, consult:7:ask to who asked


async def carry_due(session: Session, now: datetime) -> int:
    """Everything that waited long enough; gives how many questions were looked at."""
    await _know_posts(session)
    found = await consultations.waiting(session, Consultation.next_at <= now, most=AT_ONCE)
    if not found:
        return 0
    days = await calendar.calendars_of(session, {one.group.school_id for one in found})
    drafts = [draft for one in found for draft in await _carried(session, one, days[one.group.school_id], now)]
    await session.flush()
    await post_many(session, drafts, now)
    return len(found)


async def _know_posts(session: Session) -> None:
    """Which Telegram message brought a question before the group: replies to it are answers, too."""
    key = select(Letter.result["message_id"].as_integer()).where(
        Letter.key == KEY + ":" + Consultation.id.cast(Letter.key.type), Letter.state == "delivered"
    )
    await session.execute(
        update(Consultation)
        .where(Consultation.stage > PEERS, Consultation.post_id.is_(None), Consultation.settled_at.is_(None))
        .values(post_id=key.scalar_subquery())
        .execution_options(synchronize_session=False)
    )


async def _carried(session: Session, one: Waiting, days: SchoolCalendar, now: datetime) -> list[Draft]:
    """The letters of one question's next stage; where it is settled, or nobody is there to be asked, none."""
    row, hours = one.row, one.group.consult_hours
    if one.answered or one.said.label != "consultation":
        consultations.close(row, "reply" if one.answered else "tag", now)
        return []
    if one.group.state != "active" or not hours:
        row.next_at = None
        return []
    if row.stage == 0:
        row.stage, row.next_at = PEERS, working_hours_after(days, row.asked_at, hours, one.group.zone)
        return []
    begins = hours_begin(days, now, one.group.zone)
    if begins > now:  # the clock stood still, or the calendar has changed since
        row.next_at = begins
        return []
    row.next_at = working_hours_after(days, now, hours, one.group.zone)
    if one.advised and row.guessed_at is None:
        row.guessed_at = now
        return _is_it_answered(one)
    return await _next_stage(session, one, now)


async def _next_stage(session: Session, one: Waiting, now: datetime) -> list[Draft]:
    row = one.row
    while row.stage < ALL_ASKED:
        stage, row.stage = row.stage, row.stage + 1
        drafts = [_before_peers(one)] if stage == PEERS else await _to_helpers(session, one, stage, now)
        if row.stage == ALL_ASKED:
            row.next_at = None
        if drafts:
            return drafts
    return []


def _quoted(one: Waiting) -> str:
    return clipped(" ".join((one.said.text or "").split()), SHOWN)


def _done(one: Waiting, say: Texts) -> list[list[Button]]:
    return [[button(say.plain("consultations.button.done"), f"consdone:{one.row.id}")]]


def _before_peers(one: Waiting) -> Draft:
    """Once more before the group, in reply to the question itself, silently."""
    say = Texts(one.group.language)
    return message(
        one.chat.tg_chat_id, say("consultations.peers"), buttons=_done(one, say), reply_to=one.said.tg_message_id,
        silent=True, key=f"{KEY}:{one.row.id}", lane=Lane.REMINDER, group_id=one.group.id,
    )  # fmt: skip


def _is_it_answered(one: Waiting) -> list[Draft]:
    """Somebody said something that may be the answer: only who asked knows."""
    if one.asker.tg_user_id is None or not one.asker.reachable:
        return []
    say = Texts(one.asker.language)
    rows = [[
        button(say.plain("consultations.button.done"), f"consdone:{one.row.id}"),
        button(say.plain("consultations.button.not_yet"), f"consnot:{one.row.id}"),
    ]]  # fmt: skip
    return [message(
        one.asker.tg_user_id, say("consultations.is_it", group=one.group.title, words=_quoted(one)), buttons=rows,
        key=f"{KEY}:{one.row.id}:ask", lane=Lane.REMINDER, person_id=one.asker.id, group_id=one.group.id,
    )]  # fmt: skip


async def _to_helpers(session: Session, one: Waiting, stage: int, now: datetime) -> list[Draft]:
    """In private to who is assigned to the asker, else to all of that role: who can be written to, within a budget."""
    group = one.group
    if stage == MENTOR and await _is_led_by_pengampu(session, one):
        return []
    for role in _REACHES[stage]:
        there = [person for person in await people.with_role(session, group.id, {role}) if _reached(person, one)]
        if there:
            break
    else:
        return []
    assigned = (await assignments.companions(session, group, one.asker.id)).get(role)
    away = await leaves.away(session, [person.id for person in there], local_day(now, group.zone))
    present = [person for person in there if person.id not in away] or there  # all away: a question is not lost
    knows = await _knows(session, group.id, [one])
    fit = {person.id for person in knows[one.row.id]}
    theirs = [person for person in present if person.id == assigned]
    fitting = [person for person in present if person.id in fit and person.id != assigned]
    others = [person for person in present if person.id not in fit and person.id != assigned]
    for helpers in (theirs, fitting, others):
        if drafts := await _admitted(session, one, helpers, stage, now, knows[one.row.id]):
            return drafts
    return []


async def _knows(session: Session, group_id: int, found: Sequence[Waiting]) -> dict[int, list[Person]]:
    """Who might answer these questions, by the question's number."""
    asked = [knowing.Open(one.row.id, one.said.text or "", one.asker.id) for one in found]
    return await knowing.fits(session, group_id, asked)


async def _is_led_by_pengampu(session: Session, one: Waiting) -> bool:
    """Model 1, and a pengampu can be written to: nobody is asked before them."""
    if await assignments.model_in(session, one.group) != 1:
        return False
    there = await people.with_role(session, one.group.id, _REACHES[COURSE_FACILITATOR])
    return any(_reached(person, one) for person in there)


async def _admitted(
    session: Session, one: Waiting, helpers: Sequence[Person], stage: int, now: datetime, knows: Sequence[Person]
) -> list[Draft]:
    wants = [budget.Want(person.id, one.group.id, local_day(now, person.zone or one.group.zone)) for person in helpers]
    admitted = await budget.admit(session, wants)
    return [_to_helper(person, one, stage, knows) for person in helpers if person.id in admitted]


def _reached(person: Person, one: Waiting) -> bool:
    agrees = person.consented_at is not None and person.tg_user_id is not None and person.reachable
    return agrees and person.id != one.asker.id


def _to_helper(person: Person, one: Waiting, stage: int, knows: Sequence[Person]) -> Draft:
    say = Texts(person.language)
    words = say("consultations.helper", name=people.display(one.asker, say), group=one.group.title, words=_quoted(one))
    if names := _named([other for other in knows if other.id != person.id], say):
        words = f"{words}\n{say('library.might_answer', names=names)}"
    rows = [*_way_there(one, say), *_done(one, say)]
    return message(
        person.tg_user_id or 0, words, buttons=rows, key=f"{KEY}:{one.row.id}:{stage}:{person.id}",
        lane=Lane.REMINDER, person_id=person.id, group_id=one.group.id,
    )  # fmt: skip


def _named(knows: Sequence[Person], say: Texts) -> str:
    return ", ".join(people.display(one, say) for one in knows[: knowing.MOST_NAMED])


def _way_there(one: Waiting, say: Texts) -> list[list[Button]]:
    """A link to the message, where it has an address."""
    url = groups.message_url(one.chat.tg_chat_id, one.said.tg_message_id)
    return [[link(say.plain("consultations.button.there"), url)]] if url else []


async def page(session: Session, person: Person | None, say: Texts) -> list[tuple[str, list[list[Button]]]]:
    """The open questions of the groups one accompanies or facilitates, a message for each group that has any.

    Raises NeedsConsent, NotAllowed for who does neither.
    """
    if person is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, _SEES)
    if not groups:
        raise NotAllowed
    found = await consultations.open_in(session, [one.id for one in groups])
    pages = []
    for group in groups:
        here = [one for one in found if one.group.id == group.id][:LISTED]
        pages.append(_of_group(group, here, await _knows(session, group.id, here), say))
    led = {group.id for group in await people.groups_of(session, person.id, {Role.FACILITATOR})}
    for group, (_, rows) in zip(groups, pages, strict=True):
        if group.id in led:
            rows.append([button(say.plain("consultations.button.change"), f"conshours:{group.id}")])
    return pages


async def waits(session: Session, person: Person) -> bool:
    """Is any question open in the groups one accompanies or facilitates?"""
    groups = await people.groups_of(session, person.id, _SEES)
    return bool(groups and await consultations.open_in(session, [one.id for one in groups]))


def _of_group(
    group: Group, found: Sequence[Waiting], knows: Mapping[int, Sequence[Person]], say: Texts
) -> tuple[str, list[list[Button]]]:
    """The questions of a group, each with who might answer it: the list is read in private."""
    lines = []
    for at, one in enumerate(found, start=1):
        lines.append(say("consultations.line", n=at, words=_quoted(one), name=people.display(one.asker, say)))
        if names := _named(knows[one.row.id], say):
            lines.append(say("library.might_answer_short", names=names))
    head = say("consultations.of_group", group=group.title)
    rows = [
        [button(say.plain("consultations.button.done_n", n=at), f"consdone:{one.row.id}")]
        for at, one in enumerate(found, start=1)
    ]
    return "\n".join([head, *(lines or [say("consultations.none")])]), rows


async def hours_page(
    session: Session, person: Person | None, group_id: int, chosen: int | None, say: Texts
) -> tuple[str, list[list[Button]]]:
    """After how many working hours; a number nobody offered changes nothing. Raises NeedsConsent, NotAllowed."""
    group = await consultations.hours(session, person, group_id, chosen if chosen in HOURS else None)
    words = (
        say("consultations.hours", group=group.title, hours=group.consult_hours)
        if group.consult_hours
        else say("consultations.hours_off", group=group.title)
    )
    rows = [
        [button(_hours_label(one, say), f"conshours:{group.id}:{one}")] for one in HOURS if one != group.consult_hours
    ]
    return words, rows


def _hours_label(hours: int, say: Texts) -> str:
    return say.plain("consultations.button.hours", hours=hours) if hours else say.plain("consultations.button.never")


async def coming(session: Session, viewer: Viewer) -> list[Coming]:
    """Open questions that are going to be carried on in the groups one leads, for /jadwal; one query."""
    led = {place.group.id: place.group for place in viewer.places if place.may(Action.BROADCAST)}
    rows = await session.scalars(
        select(Consultation)
        .where(Consultation.group_id.in_(led), Consultation.next_at > viewer.now, Consultation.stage >= PEERS)
        .order_by(Consultation.next_at, Consultation.id)
        .limit(LISTED)
    )
    return [
        Coming(
            row.next_at, viewer.zone(led[row.group_id]),
            viewer.say.plain("schedule.consult", group=led[row.group_id].title), ACTION, row.id, (led[row.group_id],),
        )
        for row in (rows if led else ())
        if row.next_at is not None
    ]  # fmt: skip


async def skip(session: Session, one: Coming) -> bool:
    """The question is not carried on any further; it stays open in /konsultasi. False where it was, meanwhile."""
    row = await session.get(Consultation, one.number, populate_existing=True)
    if row is None or row.next_at != one.at:
        return False
    row.next_at = None
    await session.flush()
    return True
