"""/berkas in the chat: which paper, of what, how it will look, what is still empty; then the files."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from coaching import meetings, rubrics
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.rights import Meet
from community import looks, people, rights
from community.calendar import local_day
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.texts import Texts
from reports import plan_paper
from reports.papers import (
    FORMS,
    as_text,
    full_day,
    long_day,
    meeting_papers,
    month,
    month_report,
    observation_report,
    signing,
)
from reports.papers.belongings import FIRST
from reports.papers.making import FIELDS, OF_GROUPS, OF_MEETINGS, Desk, Kind, Made, Subject
from reports.papers.paper import Paper
from storage.database import Session, insert
from storage.letters import Button, Draft, button
from storage.models import Group, Meeting, MeetingPaper, Observation, Person

MONTHS, MEETINGS = 6, 8  # to choose from
LONGEST = {"place": 120, "number": 60}
_MAKES = rights.ALLOWED[Action.MAKE_PAPERS]


def subject(name: str, number: int, detail: int = 0) -> Subject:
    """What a button says. Raises Gone for a kind that is none."""
    if name not in set(Kind):
        raise Gone
    return Subject(Kind(name), number, detail)


def _tap(say: Texts, name: str, data: str) -> Button:
    return button(say.plain(f"papers.button.{name}"), data)


async def start(session: Session, person: Person | None, say: Texts) -> Page:
    """The papers of one's group, or which group. Raises NeedsConsent, NotAllowed."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, _MAKES)
    if not found:
        raise NotAllowed("papers.nobody")
    if len(found) == 1:
        return await of_group(session, person, found[0].id, say)
    return say("papers.page.which"), [[button(one.title[:60], f"pap:{one.id}")] for one in found[:20]]


async def of_group(session: Session, person: Person | None, group_id: int, say: Texts) -> Page:
    """Which paper? Raises NeedsConsent, NotAllowed."""
    group = await _group(session, person, group_id)
    rows = [[_tap(say, kind, f"papof:{kind}:{group_id}")] for kind in OF_GROUPS]
    return say("papers.page.title", group=group.title), [*rows, [_tap(say, "kop", f"papkop:{group_id}")]]


async def _group(session: Session, person: Person | None, group_id: int) -> Group:
    await rights.require(session, person, Action.MAKE_PAPERS, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise Gone
    return group


async def of_what(session: Session, person: Person | None, name: str, group_id: int, say: Texts, now: datetime) -> Page:
    """Which meeting, month or observation? Raises NeedsConsent, NotAllowed, Gone."""
    kind, group = subject(name, group_id).kind, await _group(session, person, group_id)
    if kind not in OF_GROUPS:
        raise Gone
    back = [_tap(say, "back", f"pap:{group_id}")]
    if kind in OF_MEETINGS:
        found = await _meetings(session, group)
        rows = [[button(full_day(local_day(one.starts_at, group.zone), say), _see(kind, one.id))] for one in found]
        return _asked("meeting", kind, say) if rows else say("papers.page.no_meeting"), [*rows, back]
    if kind is Kind.MONTH:
        rows = [[button(label, _see(kind, group_id, number))] for number, label in _months(group, say, now)]
        return _asked("month", kind, say), [*rows, back]
    if person is None:
        raise NeedsConsent
    rows = [
        [button(_watched(row, version, group, say)[:60], _see(kind, row.id))]
        for row, version in await observation_report.listed(session, person, group_id)
    ]
    return _asked("observation", kind, say) if rows else say("papers.page.no_observation"), [*rows, back]


def _asked(what: str, kind: Kind, say: Texts) -> str:
    return say(f"papers.page.{what}", paper=say.plain(f"papers.button.{kind}"))


def _see(kind: Kind, number: int, detail: int = 0) -> str:
    return f"papsee:{Subject(kind, number, detail).data}"


def _watched(row: Any, version: Any, group: Group, say: Texts) -> str:
    day = long_day(local_day(row.started_at, group.zone), say)
    return f"{day} · {rubrics.of(version).title.of(say.language)}"


async def _meetings(session: Session, group: Group) -> list[Meeting]:
    found = await session.scalars(
        select(Meeting)
        .where(Meeting.group_id == group.id, Meeting.state != "cancelled")
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(MEETINGS)
    )
    return list(found)


def _months(group: Group, say: Texts, now: datetime) -> list[tuple[int, str]]:
    """This month and those before it, by number and name."""
    today = local_day(now, group.zone)
    first, found = today.replace(day=1), list[tuple[int, str]]()
    for _ in range(MONTHS):
        found.append((first.year * 100 + first.month, f"{month(first, say)} {first.year}"))
        first = first.replace(year=first.year - (first.month == 1), month=(first.month - 2) % 12 + 1)
    return found


async def made(desk: Desk, of: Subject) -> Made:
    """The paper as it is now. Raises what its room raises for whoever may not have it."""
    if of.kind is Kind.MONTH:
        return await month_report.made(desk, of)
    if of.kind is Kind.OBSERVATION:
        return await observation_report.made(desk, of)
    if of.kind is Kind.PLAN:
        return await plan_paper.made(desk, of)
    return await meeting_papers.made(desk, of)


async def preview(desk: Desk, of: Subject, note: str = "") -> Page:
    """How it will look, what is still empty and can be written now, and the ways to have it. Raises as made."""
    found, say = await made(desk, of), desk.say
    await _noted(desk, of, found)
    parts, lacks = [note] if note else [], list(found.missing)
    parts.append(as_text.draw(Paper.read(found.paper.plain()), say))
    kop = await _kop(desk, of, found) if "kop" in lacks else []
    if lacks and not kop:  # somebody else brings it
        lacks = ["kop_of_others" if name == "kop" else name for name in lacks]
    if lacks:
        parts.append("\n".join([say("papers.preview.missing"), *(say(f"papers.preview.{name}") for name in lacks)]))
    parts += [found.ask] if found.ask else []
    return "\n\n".join(parts), [*await _fillings(desk, of, found), *kop, *_forms(of, say), [_back(of, found, say)]]


async def _kop(desk: Desk, of: Subject, found: Made) -> list[list[Button]]:
    """The way to bring a letterhead and back, for who makes papers in that group: a teacher's plan is theirs alone."""
    number = _number(found)
    if (await people.roles_in(desk.session, desk.person.id, number)).isdisjoint(_MAKES):
        return []
    return [[_tap(desk.say, "kop", f"papkop:{number}:{of.data}")]]


async def _noted(desk: Desk, of: Subject, found: Made) -> None:
    """Who looks at it: an observation is about the people in it, a plan one's own, all others about their group."""
    if of.kind is Kind.PLAN or found.group is None:
        return
    row = await desk.session.get(Observation, of.number) if of.kind is Kind.OBSERVATION else None
    whom = [one for one in (row.observed_id, row.observer_id, row.second_id) if one] if row else []
    await looks.note(desk.session, desk.person, looks.Kind.PAPER, desk.now, of=whom, group_id=found.group.id)


async def _fillings(desk: Desk, of: Subject, found: Made) -> list[list[Button]]:
    """What may still be written: minutes only once the meeting has begun."""
    say, names = desk.say, FIELDS[of.kind]
    rows = await plan_paper.ticks(desk, of) if of.kind is Kind.PLAN else []
    if of.kind in OF_MEETINGS:
        row = await desk.session.get_one(Meeting, of.number)
        begun = row.starts_at <= desk.now
        rows = [[_tap(say, name, f"papask:{name}:{of.data}")] for name in names if begun or name != "minutes"]
        rows += [[_tap(say, "photos", f"papfoto:{of.number}")]] if of.kind is Kind.MINUTES and begun else []
    return [*rows, *([[_tap(say, "sign", f"papsig:{of.data}")]] if found.signs else [])]


def _forms(of: Subject, say: Texts) -> list[list[Button]]:
    return [[_tap(say, name, f"papget:{of.data}:{name}")] for name in (*FORMS, "both")]


def _back(of: Subject, found: Made, say: Texts) -> Button:
    """Whoever came from an observation or a plan goes back there: not everybody who has one makes papers."""
    others = {Kind.OBSERVATION: f"obs:{of.number}", Kind.PLAN: "rhk"}
    return _tap(say, "back", others.get(of.kind) or f"papof:{of.kind}:{_number(found)}")


def _number(found: Made) -> int:
    """Of its group; 0, which no group has, for a plan without one."""
    return found.group.id if found.group is not None else 0


async def letters(desk: Desk, of: Subject, form: str) -> list[Draft]:
    """The files as documents; the courier draws them. Raises as made."""
    found, chat = await made(desk, of), desk.person.tg_user_id or 0
    await _noted(desk, of, found)
    data, drafts = found.paper.plain(), list[Draft]()
    name = "-".join(found.file_name.split())  # a space would arrive as %20
    for one in (form,) if form in FORMS else FORMS:
        paper = {
            "kind": "office", "data": data, "language": desk.say.language, "form": one,
            "name": f"{name}.{one}", "pictures": found.paper.pictures,
        }  # fmt: skip
        params = {"chat_id": chat, "document": {"paper": paper}}
        params |= {"caption": desk.say("papers.preview.sent"), "parse_mode": "HTML"} if not drafts else {}
        key = f"{FIRST}:{found.about}:{desk.person.id}:{desk.now.timestamp():.6f}:{one}"
        about: dict[str, Any] = {"key": key, "person_id": desk.person.id, "group_id": _number(found) or None}
        drafts.append(Draft("sendDocument", params, chat, forgets=True, **about))  # names, and perhaps a NIP: not kept
    return drafts


async def asking(desk: Desk, of: Subject, field: str) -> Page:
    """What to write. Raises as made, Gone for what that paper does not ask."""
    if field not in FIELDS[of.kind]:
        raise Gone
    await meeting_papers.take(desk, of.number)
    return desk.say(f"papers.ask.{field}"), [[_tap(desk.say, "back", f"papsee:{of.data}")]]


async def typed(desk: Desk, of: Subject, field: str, words: str) -> Page:
    """It was written: the meeting keeps it, so that no other paper asks for it again. Raises as asking, Refusal."""
    await asking(desk, of, field)
    if field in meetings.LONGEST:
        await meetings.write(desk.session, desk.person, of.number, field, words, desk.now)
    else:
        await _note(desk, of.number, field, " ".join(words.split()))
    return await preview(desk, of, desk.say("papers.ask.kept"))


async def _note(desk: Desk, meeting_id: int, field: str, words: str) -> None:
    await meetings.take(desk.session, desk.person, meeting_id, Meet.WRITE)
    if not 1 <= len(words) <= LONGEST[field]:
        raise Refusal("papers.ask.words", most=LONGEST[field])
    row = {field: words, "person_id": desk.person.id}
    added = insert(desk.session, MeetingPaper).values(row | {"meeting_id": meeting_id})
    await desk.session.execute(added.on_conflict_do_update(index_elements=["meeting_id"], set_=row))


async def signing_page(desk: Desk, of: Subject) -> Page:
    """How it is signed now, and how to say it otherwise. Raises as made."""
    found, say = await made(desk, of), desk.say
    hand = await signing.of(desk.session, desk.person, _number(found), desk.said, say)
    rows = [[_tap(say, "back", f"papsee:{of.data}")]]
    if await signing.is_kept(desk.session, desk.person):
        rows.insert(0, [_tap(say, "drop_sign", f"papsigdrop:{of.data}")])
    return say("papers.sign.now", name=hand.name, role=hand.role) + "\n\n" + say("papers.sign.ask"), rows


def signed_page(hand: signing.Hand, of: Subject, say: Texts) -> Page:
    """Only for this paper, or for the next ones too?"""
    rows = [[_tap(say, "keep", f"papsigkeep:{of.data}")], [_tap(say, "once", f"papsee:{of.data}")]]
    return say("papers.sign.ask_keep", name=hand.name, role=hand.role), rows
