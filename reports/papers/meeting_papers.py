"""The papers of a meeting: invitation, attendance list and minutes, in the form that schools write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from coaching import meetings
from coaching.rights import Meet
from community import people, rights
from community.calendar import local_day
from community.refusals import Refusal
from community.rights import Action
from learning import synthesis
from reports.papers import letterheads, minutes, photos, signing
from reports.papers.days import clock, full_day, long_day
from reports.papers.making import Desk, Kind, Made, Subject
from reports.papers.paper import (
    Block,
    Cell,
    Listed,
    Pairs,
    Paper,
    Pictures,
    Signed,
    Signer,
    Table,
    Words,
    heads,
    lines_of,
)
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Meeting, MeetingPaper, Person, Posting, School

_DOTS = "." * 60
_BLANK = 5  # lines for those who are not in the group's chat
_EMPTY = 15  # lines of a list on which nobody stands yet
_BY_HAND = 6  # dotted lines of minutes that nobody has written yet
_LINE = "." * 110


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting with everything its papers say of it."""

    row: Meeting
    group: Group
    place: str
    number: str
    leader: Person | None
    writer: Person | None
    there: tuple[Person, ...]  # ticked as present
    members: tuple[Person, ...]


async def take(desk: Desk, meeting_id: int) -> Held:
    """Raises NeedsConsent, Gone, NotAllowed for whoever makes no papers in its group."""
    found = await meetings.take(desk.session, desk.person, meeting_id, Meet.SEE)
    await rights.require(desk.session, desk.person, Action.MAKE_PAPERS, found.group.id)
    row, session = found.row, desk.session
    typed = await session.get(MeetingPaper, meeting_id, populate_existing=True)
    members = await meetings.members(session, found.group.id)
    present = await meetings.present(session, meeting_id)
    return Held(
        row, found.group, (typed.place if typed else "") or "", (typed.number if typed else "") or "",
        await _person(session, row.leader_id if row.leader_agreed_at is not None else None),
        await _person(session, row.minutes_by), tuple(one for one in members if one.id in present), tuple(members),
    )  # fmt: skip


async def _person(session: Session, number: int | None) -> Person | None:
    """Somebody who may be named: whoever agrees no more is not."""
    found = await session.get(Person, number) if number is not None else None
    return found if found is not None and found.consented_at is not None else None


async def made(desk: Desk, subject: Subject) -> Made:
    """The paper of that kind. Raises as take."""
    held = await take(desk, subject.number)
    build = {Kind.INVITATION: _invitation, Kind.ATTENDANCE: _attendance, Kind.MINUTES: _minutes}[subject.kind]
    title, blocks, lacks = await build(desk, held)
    head = await letterheads.of(desk.session, held.group)
    name = desk.say.plain(f"papers.file.{subject.kind}", day=long_day(_day(held), desk.say))
    lacks += [] if head.lines or head.picture else ["kop"]
    paper = Paper(title, desk.today(held.group).isoformat(), tuple(blocks), head)
    signs = subject.kind is not Kind.MINUTES or desk.person.id in _sign_minutes(held, desk)
    return Made(paper, held.group, name, tuple(lacks), f"meet{held.row.id}", signs=signs)


def _sign_minutes(held: Held, desk: Desk) -> tuple[int | None, int]:
    """Who led, and who wrote them down: where nobody has, whoever has the paper made."""
    return held.leader.id if held.leader is not None else None, (held.writer or desk.person).id


def _when(desk: Desk, held: Held) -> list[tuple[str, str]]:
    """Day, hour and place, as every paper of a meeting says them."""
    say, zone = desk.say, held.group.zone
    return [
        (say.plain("papers.said.day"), full_day(_day(held), say)),
        (say.plain("papers.said.hour"), say.plain("papers.said.hours", clock=clock(held.row.starts_at, zone, say))),
        (say.plain("papers.said.place"), held.place or _DOTS),
        (say.plain("papers.said.event"), say.plain("papers.said.meeting", group=held.group.title)),
    ]


async def _hand(desk: Desk, held: Held, earliest: date = date.min) -> Signer:
    hand = await signing.of(desk.session, desk.person, held.group.id, desk.said, desk.say)
    return hand.signer(max(desk.today(held.group), earliest), desk.say)


def _day(held: Held) -> date:
    """Of the meeting: nobody signs for having been there before it."""
    return local_day(held.row.starts_at, held.group.zone)


async def _invitation(desk: Desk, held: Held) -> tuple[str, list[Block], list[str]]:
    """Number, enclosures and subject; to whom; when and where; what will be talked about; who invites."""
    say, group, agenda = desk.say, held.group.title, lines_of(held.row.agenda)
    hand = await _hand(desk, held)
    blocks: list[Block] = [
        Words(hand.above[0], "right"),
        Pairs((
            (say.plain("papers.said.number"), held.number or "." * 30), (say.plain("papers.said.enclosed"), "-"),
            (say.plain("papers.said.about"), say.plain("papers.said.invited")),
        )),
        Words(say.plain("papers.said.to", group=group)), Words(say.plain("papers.said.greeting")),
        Words(say.plain("papers.said.invite", group=group)), Pairs(tuple(_when(desk, held)), indented=True),
    ]  # fmt: skip
    blocks += [Words(say.plain("papers.said.agenda")), Listed(tuple(agenda))] if agenda else []
    blocks += [Words(say.plain("papers.said.thanks")), Signed((Signer((), hand.role, hand.name, hand.nip),))]
    lacks = [name for name, there in (("place", held.place), ("number", held.number), ("agenda", agenda)) if not there]
    return say.plain("papers.said.invited"), blocks, lacks


async def _attendance(desk: Desk, held: Held) -> tuple[str, list[Block], list[str]]:
    """Those who were there, or before that all members; each signs left or right, as it is done."""
    say = desk.say
    listed = held.there or held.members
    units = await _units(desk.session, held.group, listed)
    names = [(people.bare(one, say), units[one.id]) for one in listed]
    blank = _BLANK if names else _EMPTY
    rows = [
        (f"{n}.", name, unit, f"{n}." if n % 2 else "", "" if n % 2 else f"{n}.")
        for n, (name, unit) in enumerate([*names, *[("", "")] * blank], 1)
    ]
    said = [say.plain(f"papers.said.{name}") for name in ("no", "name", "unit", "hand")]
    head = (Cell(said[0]), Cell(said[1]), Cell(said[2]), Cell(said[3], columns=2))
    title = say.plain("papers.said.att_title")
    blocks: list[Block] = [
        Words(title, "title"), Pairs(tuple(_when(desk, held))),
        Table((head,), tuple(rows), (1.3, 6, 4.3, 2.4, 2.4), centred=(0,), tall=True),
    ]  # fmt: skip
    blocks += [Words(say.plain("papers.said.there", n=len(held.there)))] if held.there else []
    blocks.append(await _both_sign(desk, held))
    lacks = ["place"] * (not held.place) + ["there"] * (not held.there and held.row.starts_at <= desk.now)
    return title, blocks, lacks


async def _both_sign(desk: Desk, held: Held) -> Signed:
    """The principal at the left; whoever is the principal signs alone."""
    above = await signing.above(desk.session, desk.person, held.group.id, desk.say)
    return Signed((*above, await _hand(desk, held, _day(held))))


async def _units(session: Session, group: Group, listed: Sequence[Person]) -> dict[int, str]:
    """Where each teaches, by their own word, else the school of the group."""
    school = await session.get(School, group.school_id) if group.school_id is not None else None
    rows = await session.execute(
        select(Posting.person_id, School.name)
        .join(School, School.id == Posting.school_id)
        .where(among(session, Posting.person_id, [one.id for one in listed]))
        .order_by(Posting.school_year)
    )
    posted = {row.person_id: row.name for row in rows}
    return {one.id: posted.get(one.id, school.name if school else "") for one in listed}


async def _minutes(desk: Desk, held: Held) -> tuple[str, list[Block], list[str]]:
    """Who led and wrote, what was discussed and decided, who does what until when; then photos."""
    say, found = desk.say, minutes.read(held.row.minutes)
    title, agenda = say.plain("papers.said.min_title"), lines_of(held.row.agenda)
    names = [people.bare(one, say) if one is not None else "" for one in (held.leader, held.writer or desk.person)]
    about = [
        (say.plain("papers.said.leader"), names[0] or _DOTS), (say.plain("papers.said.writer"), names[1]),
        (say.plain("papers.said.people"),
         say.plain("papers.said.n_people", n=len(held.there)) if held.there else _DOTS),
    ]  # fmt: skip
    blocks: list[Block] = [Words(title, "title"), Pairs((*_when(desk, held), *about))]
    blocks += [Words(say.plain("papers.said.agenda").rstrip(":"), "heading"), Listed(tuple(agenda))] if agenda else []
    blocks += written(found, desk) if held.row.minutes else _by_hand(desk)
    blocks += await _week(desk, held)
    shown = await photos.shown(desk.session, [held.row.id])
    if shown:
        pictures = Pictures(tuple((photos.name(one), say.plain("papers.said.photos")) for one in shown))
        blocks += [Words(say.plain("papers.said.photos"), "heading"), pictures]
    hand, signed = await _hand(desk, held, _day(held)), list[Signer]()
    for who, role, name in zip(_sign_minutes(held, desk), ("leader", "writer"), names, strict=True):
        own, above = who == desk.person.id, hand.above if role == "writer" else ()
        label = say.plain(f"papers.said.{role}")
        signed.append(Signer(above, label, hand.name if own else name, hand.nip if own else ""))
    blocks.append(Signed(tuple(signed)))
    there = {"place": held.place, "agenda": agenda, "minutes": held.row.minutes, "there": held.there, "photos": shown}
    return title, blocks, [name for name, value in there.items() if not value]


def written(found: minutes.Minutes, desk: Desk) -> list[Block]:
    """The three parts of minutes, those that have something in them."""
    say, blocks = desk.say, list[Block]()
    for part, lines in (("discussed", found.discussed), ("decided", found.decided)):
        blocks += [Words(say.plain(f"papers.said.{part}"), "heading"), Listed(lines)] if lines else []
    if found.follow:
        blocks += [Words(say.plain("papers.said.follow"), "heading"), _tasks(found.follow, desk)]
    return blocks


def _tasks(follow: Sequence[tuple[str, str, str]], desk: Desk) -> Table:
    titles = (desk.say.plain(f"papers.said.{name}") for name in ("no", "what", "who", "when"))
    rows = tuple((f"{n}.", *one) for n, one in enumerate(follow, 1))
    return Table(heads(*titles), rows, (1.3, 7, 4, 4), centred=(0,))


def _by_hand(desk: Desk) -> list[Block]:
    """Nobody has written them: lines to fill in, as on the form in the staff room."""
    lines, say = tuple(_LINE for _ in range(_BY_HAND)), desk.say
    return [
        Words(say.plain("papers.said.discussed"), "heading"), Listed(lines),
        Words(say.plain("papers.said.decided"), "heading"), Listed(lines[:3]),
        Words(say.plain("papers.said.follow"), "heading"), _tasks([("", "", "")] * 3, desk),
    ]  # fmt: skip


async def _week(desk: Desk, held: Held) -> list[Block]:
    """What the group's synthesis of that week counted, where there was one: nobody is named in it."""
    day = local_day(held.row.starts_at, held.group.zone)
    try:
        told = await synthesis.plain(desk.session, desk.person, held.group.id, day)
    except Refusal:
        return []
    lines = tuple(lines_of(told))[1:-1]  # without its heading and its last word to WhatsApp
    return [Words(desk.say.plain("papers.said.week"), "heading"), Listed(lines)] if lines else []
