"""Feedback a colleague gives on purpose: a strength, a question, a suggestion that was asked for, or recognition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import aliased

from community import attention, calendar, groups, people, rights
from community.notes import Note, clipped, shown
from community.refusals import NeedsConsent, Refusal
from community.rights import Action
from content.texts import Texts
from learning import targets
from learning.refusals import Gone, NotYours
from learning.targets import Target
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Feedback, Group, Letter, Person
from storage.outbox import post

RECOGNITION, SUGGESTION = "recognition", "suggestion"
KINDS = ("strength", "question", SUGGESTION, RECOGNITION)
# A suggestion stays between two people.
ALOUD = ("strength", "question", RECOGNITION)
NO_CRITERION = "n"
_QUOTED = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody sees before giving: the target, what to look at, and the kinds that are open to them."""

    target: Target
    criteria: Sequence[str]
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Begun:
    """A kind was chosen. ``choose``: one of these criteria first. ``waits``: its author is asked whether they want it.

    Otherwise the next words are the feedback, on ``criterion`` if there is one.
    """

    target: Target
    kind: str
    criterion: str | None = None
    choose: Sequence[str] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """Stored feedback; `arrives`: the receiver's private chat is open; `aloud`: the group may be told, too."""

    feedback: Feedback
    target: Target
    arrives: bool

    @property
    def aloud(self) -> bool:
        return self.feedback.kind in ALOUD


async def invite(session: Session, person: Person | None, code: str) -> Invitation:
    """What could be said about it. Raises NeedsConsent, NotAllowed, Gone, and Refusal for one's own."""
    person, target = await _others(session, person, code)
    wanted = target.piece is None or target.piece.wants_suggestion
    kinds = [kind for kind in KINDS if wanted or kind != SUGGESTION]
    return Invitation(target, await targets.criteria(session, target, person.language), kinds)


async def _others(session: Session, person: Person | None, code: str) -> tuple[Person, Target]:
    person, target = await targets.opened(session, person, code, Action.GIVE_FEEDBACK)
    if target.author.id == person.id:
        raise Refusal("peers.feedback.own")
    return person, target


async def begin(
    session: Session, person: Person | None, code: str, kind: str, place: str | None, now: datetime
) -> Begun:
    """A kind, and the place of a criterion (NO_CRITERION: none in particular; None: not chosen yet).

    A suggestion on a reflection waits until its author said that they would like it: they are asked, once.
    Raises as invite, and a Refusal where a suggestion is not wanted or its author cannot be asked.
    """
    person, target = await _others(session, person, code)
    if not await _open_to(session, target, person, kind):
        await _ask_author(session, target, person, now)
        return Begun(target, kind, waits=True)
    listed = [] if kind == RECOGNITION else await targets.criteria(session, target, person.language)
    if place is None and len(listed) > 1:
        return Begun(target, kind, choose=listed)
    return Begun(target, kind, _criterion(listed, "0" if place is None else place))


def _criterion(listed: Sequence[str], place: str) -> str | None:
    at = int(place) if place.isascii() and place.isdecimal() and len(place) < 3 else len(listed)
    return listed[at] if at < len(listed) else None


async def _open_to(session: Session, target: Target, giver: Person, kind: str) -> bool:
    """May this kind be given now? Raises Gone for no kind, Refusal for a suggestion that a piece does not ask for."""
    if kind not in KINDS:
        raise Gone
    if kind != SUGGESTION:
        return True
    if target.piece is not None:
        if not target.piece.wants_suggestion:
            raise Refusal("peers.feedback.no_suggestion")
        return True
    # The letter that brought the author's yes is the yes.
    said = exists().where(Letter.key == _leave_key("yes", target.reflection_id, giver.id), Letter.state != "dropped")
    return bool(await session.scalar(select(said)))


def _leave_key(name: str, reflection_id: int | None, giver_id: int) -> str:
    return f"feedback:{name}:{reflection_id}:{giver_id}"


async def _ask_author(session: Session, target: Target, giver: Person, now: datetime) -> None:
    author = target.author
    if not author.reachable or author.tg_user_id is None:
        raise Refusal("peers.feedback.cannot_ask", name=people.display(author, Texts(giver.language)))
    say = Texts(author.language)
    words = say("peers.feedback.may_suggest", name=people.display(giver, say), title=target.title(say))
    data = f"fbmay:{target.reflection_id}:{giver.id}"
    row = [
        button(say.plain("peers.button.yes_please"), f"{data}:1"),
        button(say.plain("peers.button.not_now"), f"{data}:0"),
    ]
    draft = message(
        author.tg_user_id, words, buttons=[row], silent=True,
        key=_leave_key("ask", target.reflection_id, giver.id), lane=Lane.REMINDER, person_id=giver.id,
        group_id=target.group.id, due_at=await awake(session, target.group, author, now),
    )  # fmt: skip
    await attention.brought(session, draft, author, target.group.zone, now)


async def wants_suggestion(
    session: Session, person: Person | None, reflection_id: int, giver_id: int, wanted: bool, now: datetime
) -> None:
    """The author says whether they would like it. A yes reaches the giver; a no stays with the author.

    Raises NeedsConsent, Gone (also where nobody asked), NotYours.
    """
    target = await targets.find(session, f"{targets.REFLECTION}{reflection_id}")
    if person is None:
        raise NeedsConsent
    if target.author.id != person.id:
        raise NotYours
    asked = await session.scalar(select(Letter.id).where(Letter.key == _leave_key("ask", reflection_id, giver_id)))
    giver = await session.get(Person, giver_id)
    if asked is None or giver is None or giver.consented_at is None or giver.tg_user_id is None:
        raise Gone
    if not wanted:
        return
    say = Texts(giver.language)
    draft = message(
        giver.tg_user_id, say("peers.feedback.suggest_now", name=people.display(person, say)),
        buttons=[[button(say.plain("peers.button.write"), f"fbkind:{target.code}:{SUGGESTION}")]], silent=True,
        key=_leave_key("yes", reflection_id, giver_id), lane=Lane.REMINDER, person_id=person.id,
        group_id=target.group.id, due_at=await awake(session, target.group, giver, now),
    )  # fmt: skip
    await post(session, draft, now)


async def keep(
    session: Session, person: Person | None, code: str, kind: str, place: str | None, note: Note, now: datetime
) -> Given:
    """Store it and bring it to its receiver in private. Raises as begin; Gone where no words are expected."""
    begun = await begin(session, person, code, kind, place or NO_CRITERION, now)
    if person is None or begun.waits:
        raise Gone
    target = begun.target
    row = Feedback(
        group_id=target.group.id, giver_id=person.id, receiver_id=target.author.id, kind=kind,
        reflection_id=target.reflection_id, piece_id=target.piece_id, medium=note.medium, text=note.text,
        file_id=note.file_id, seconds=note.seconds, created_at=now,
        criterion=begun.criterion[:70] if begun.criterion else None,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return Given(row, target, await _bring(session, row, target, person, now))


async def _bring(session: Session, row: Feedback, target: Target, giver: Person, now: datetime) -> bool:
    receiver = target.author
    if not receiver.reachable or receiver.tg_user_id is None:
        return False
    say = Texts(receiver.language)
    keys = [[button(say.plain("peers.button.helped"), f"fbhelp:{row.id}")]]
    draft = shown(
        _note(row), receiver.tg_user_id, say, _heading(say, "for_you", row, target, giver), buttons=keys,
        key=f"feedback:{row.id}", lane=Lane.REMINDER, person_id=giver.id, group_id=target.group.id,
        due_at=await awake(session, target.group, receiver, now),
    )  # fmt: skip
    await attention.brought(session, draft, receiver, target.group.zone, now)
    return True


def _note(row: Feedback) -> Note:
    return Note(row.text, row.file_id, row.seconds)


def _heading(say: Texts, where: str, row: Feedback, target: Target, giver: Person) -> str:
    """Who gives what on what: `where` is for_you or in_group."""
    on = say.plain("peers.feedback.on", criterion=row.criterion) if row.criterion else ""
    blanks = {"name": people.display(giver, say), "title": target.title(say), "on": on}
    if where == "in_group":
        blanks["receiver"] = people.display(target.author, say)
    return say(f"peers.feedback.{where}.{row.kind}", **blanks)


async def awake(session: Session, group: Group, person: Person | None, now: datetime) -> datetime:
    """``now``, or when the quiet hours end where the person is (None: where the group is)."""
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    return days.awake_after(now, (person.zone if person else None) or group.zone)


async def say_in_group(session: Session, person: Person | None, feedback_id: int, now: datetime) -> bool:
    """The giver lets the group hear it too, once. False when the group was told before.

    Raises NeedsConsent, Gone, NotYours, NotAllowed, and Refusal for a suggestion.
    """
    if person is None:
        raise NeedsConsent
    row = await session.get(Feedback, feedback_id)
    if row is None:
        raise Gone
    if row.giver_id != person.id:
        raise NotYours
    if row.kind not in ALOUD:
        raise Refusal("peers.feedback.stays_private")
    code = f"{targets.REFLECTION}{row.reflection_id}" if row.reflection_id else f"{targets.PIECE}{row.piece_id}"
    target = await targets.find(session, code)
    await rights.require(session, person, Action.GIVE_FEEDBACK, target.group.id)
    chat_id, say = await groups.current_chat(session, target.group.id), Texts(target.group.language)
    draft = shown(
        _note(row), chat_id, say, _heading(say, "in_group", row, target, person),
        reply_to=await targets.place(session, target, chat_id), key=f"feedback:{row.id}:group",
        person_id=person.id, group_id=target.group.id, due_at=await awake(session, target.group, None, now),
    )  # fmt: skip
    return await post(session, draft, now)


async def helped(session: Session, person: Person | None, feedback_id: int, now: datetime) -> None:
    """The receiver says that it helped; the first time the giver hears of it, and there it ends.

    Raises NeedsConsent, Gone, NotYours.
    """
    if person is None:
        raise NeedsConsent
    row = await session.get(Feedback, feedback_id)
    if row is None:
        raise Gone
    if row.receiver_id != person.id:
        raise NotYours
    first = await session.scalar(
        update(Feedback)
        .where(Feedback.id == row.id, Feedback.helped.is_not(True))
        .values(helped=True)
        .returning(Feedback.id)
        .execution_options(synchronize_session=False)
    )
    giver = await session.get(Person, row.giver_id)
    if first is None or giver is None or giver.consented_at is None or not giver.reachable or not giver.tg_user_id:
        return
    group = await session.get_one(Group, row.group_id)
    await attention.brought(session, await _thanks(session, row, group, giver, person, now), giver, group.zone, now)


async def _thanks(
    session: Session, row: Feedback, group: Group, giver: Person, receiver: Person, now: datetime
) -> Draft:
    say = Texts(giver.language)
    words = clipped(row.text or "", _QUOTED) or say.plain("peers.feedback.by_voice")
    return message(
        giver.tg_user_id or 0, say("peers.feedback.it_helped", name=people.display(receiver, say), words=words),
        silent=True, key=f"feedback:{row.id}:thanks", lane=Lane.REMINDER, person_id=receiver.id, group_id=group.id,
        due_at=await awake(session, group, giver, now),
    )  # fmt: skip


async def received(session: Session, person_id: int, since: datetime, until: datetime) -> list[tuple[Feedback, Person]]:
    """What the person got in [since, until) from people who still agree, with its giver, oldest first."""
    giver = aliased(Person)
    rows = await session.execute(
        select(Feedback, giver)
        .join(giver, giver.id == Feedback.giver_id)
        .where(
            Feedback.receiver_id == person_id, Feedback.created_at >= since, Feedback.created_at < until,
            giver.consented_at.is_not(None),
        )
        .order_by(Feedback.created_at, Feedback.id)
    )  # fmt: skip
    return [(row, person) for row, person in rows]
