"""Pieces: a module, a medium or a lesson clip that a teacher shows to colleagues, and what to look at in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from community import groups, people, rights
from community.notes import MESSAGE, SHOWN, clipped, fitted
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.texts import Texts
from learning import posting, targets
from learning.refusals import Gone, NotYours
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Delivery, Group, Person, Piece
from storage.outbox import post

MODULE, MEDIUM, CLIP = "module", "medium", "clip"
LONGEST = 180  # seconds of a clip
MOST_CRITERIA, CRITERION = 2, 69  # two lines of it fit into a piece
TITLE = 128
OWN = 5
SENDS = {
    "photo": "sendPhoto", "document": "sendDocument", "video": "sendVideo", "video_note": "sendVideoNote",
    "audio": "sendAudio", "voice": "sendVoice",
}  # fmt: skip
# In this order; "kind" is asked where the file does not say, "group" where there is more than one.
STEPS = ("kind", "group", "title", "criteria", "suggestion")

Drawer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody sends to be shown: a file by Telegram's file_id, or words alone."""

    file_kind: str | None = None
    file_id: str | None = None
    seconds: int | None = None
    is_film: bool = False  # a film sent as a file, whose length nobody can see
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The drawer after an answer and the step that stands now (None: all is answered); what may be chosen there."""

    drawer: Drawer
    step: str | None
    choices: Sequence[tuple[str, str]] = ()  # value and label


async def groups_of(session: Session, person: Person | None) -> list[Group]:
    """Where the person may show something. Raises NeedsConsent, NotAllowed for nowhere."""
    if person is None:
        raise NeedsConsent
    found = await people.groups_of(session, person.id, rights.ALLOWED[Action.SHOW_PIECE])
    if not found:
        raise NotAllowed("learning.join_first")
    return found


async def begin(session: Session, person: Person | None, shown: Shown, title: str = "") -> Turn:
    """Something was sent. Raises NeedsConsent, NotAllowed, and Refusal for a film too long or sent as a file."""
    found = await groups_of(session, person)
    if shown.is_film:
        raise Refusal("peers.piece.film_as_file")
    if shown.file_kind in ("video", "video_note") and (shown.seconds or 0) > LONGEST:
        raise Refusal("peers.piece.too_long", minutes=LONGEST // 60)
    drawer: Drawer = {
        "file_kind": shown.file_kind, "file_id": shown.file_id, "seconds": shown.seconds, "text": shown.text,
    }  # fmt: skip
    if shown.file_kind in ("video", "video_note"):
        drawer["kind"] = CLIP
    if len(found) == 1:
        drawer["group"] = found[0].id
    if title.strip():
        drawer["title"] = " ".join(title.split())[:TITLE]
    return await turn(session, person, drawer)


async def turn(session: Session, person: Person | None, drawer: Drawer) -> Turn:
    """The first step that has no answer, with its choices in the person's language."""
    found = await groups_of(session, person)
    step = next((name for name in STEPS if name not in drawer), None)
    if step is None or person is None:
        return Turn(drawer, step)
    say = Texts(person.language)
    if step == "kind":
        return Turn(drawer, step, [(kind, say.plain(f"peers.piece.kind.{kind}")) for kind in (MODULE, MEDIUM)])
    if step == "group":
        return Turn(drawer, step, [(str(group.id), group.title) for group in found])
    if step == "criteria":
        chosen: list[str] = drawer.get("chosen", [])
        offered = await _criteria_now(session, int(drawer["group"]), person.language)
        listed = [(str(at), f"✓ {one}" if one in chosen else one) for at, one in enumerate(offered)]
        return Turn(
            drawer, step, [*listed, ("done", say.plain("peers.button.done" if chosen else "peers.button.none"))]
        )
    if step == "suggestion":
        return Turn(drawer, step, [("1", say.plain("peers.button.yes_please")), ("0", say.plain("peers.button.no"))])
    return Turn(drawer, step)


async def _criteria_now(session: Session, group_id: int, language: str) -> list[str]:
    """What the practice that the group is working on looks at."""
    latest = await session.scalar(
        select(Delivery)
        .where(Delivery.group_id == group_id, Delivery.person_id.is_(None), Delivery.delivered_at.is_not(None))
        .order_by(Delivery.delivered_at.desc(), Delivery.id.desc())
        .limit(1)
    )
    found = await targets.of_lesson(session, latest, language) if latest is not None else []
    return [clipped(one, CRITERION) for one in found]


async def chosen(session: Session, person: Person | None, drawer: Drawer, step: str, value: str) -> Turn:
    """A button of a step; one that does not belong to the step that stands changes nothing. Raises as turn."""
    stands = await turn(session, person, drawer)
    if stands.step != step or value not in {offered for offered, _ in stands.choices}:
        return stands
    if step == "criteria" and value != "done":
        offered = await _criteria_now(session, int(drawer["group"]), person.language if person else "id")
        return await turn(session, person, drawer | {"chosen": _toggled(drawer.get("chosen", []), offered[int(value)])})
    if step == "criteria":
        return await turn(session, person, drawer | {"criteria": drawer.get("chosen", [])})
    answers: Mapping[str, Any] = {"kind": value, "group": value, "suggestion": value == "1"}
    return await turn(session, person, drawer | {step: answers[step]})


def _toggled(chosen: Sequence[str], one: str) -> list[str]:
    if one in chosen:
        return [other for other in chosen if other != one]
    return [*chosen, one][-MOST_CRITERIA:]


async def typed(session: Session, person: Person | None, drawer: Drawer, text: str) -> Turn:
    """Words for the step that stands: a title, or one or two criteria, a line each. Raises as turn."""
    stands = await turn(session, person, drawer)
    if stands.step == "title":
        return await turn(session, person, drawer | {"title": " ".join(text.split())[:TITLE]})
    if stands.step == "criteria":
        lines = [clipped(" ".join(line.split()), CRITERION) for line in text.splitlines() if line.strip()]
        return await turn(session, person, drawer | {"criteria": lines[:MOST_CRITERIA]})
    return stands


async def publish(session: Session, person: Person | None, drawer: Drawer, now: datetime) -> tuple[Piece, Group]:
    """Keep the piece and show it to the group, as one message. Raises NeedsConsent, NotAllowed, Gone."""
    if person is None:
        raise NeedsConsent
    if any(name not in drawer for name in STEPS):
        raise Gone
    group = await session.get(Group, int(drawer["group"]))
    if group is None:
        raise Gone
    await rights.require(session, person, Action.SHOW_PIECE, group.id)
    row = Piece(
        person_id=person.id, group_id=group.id, kind=drawer["kind"], title=drawer["title"], text=drawer["text"],
        file_kind=drawer["file_kind"], file_id=drawer["file_id"], seconds=drawer["seconds"],
        criteria="\n".join(drawer["criteria"]), wants_suggestion=drawer["suggestion"], created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    say, chat_id = Texts(group.language), await groups.current_chat(session, group.id)
    row.letter_key = f"piece:{row.id}@{int(now.timestamp() * 1000)}"
    draft = letter(
        row, chat_id, say, say("peers.piece.in_group", name=people.display(person, say), **_named(row, say)),
        [[button(say.plain("peers.button.give"), f"fb:{targets.PIECE}{row.id}")]],
        key=row.letter_key, person_id=person.id, group_id=group.id, lane=Lane.REPLY,
    )  # fmt: skip
    await post(session, draft, now)
    await session.flush()
    return row, group


def _named(row: Piece, say: Texts) -> dict[str, str]:
    return {"kind": say.plain(f"peers.piece.kind.{row.kind}"), "title": row.title}


def letter(row: Piece, chat_id: int, say: Texts, heading: str, keys: Sequence[Sequence[Button]], **rest: Any) -> Draft:
    """A piece in a chat, silently: its file with the heading as caption, or its words under it.

    A round film takes no caption: in its place stand words, with a button that opens it in private.
    """
    parts = [heading]
    if row.criteria:
        parts.append(say("peers.piece.look_at", criteria=" · ".join(row.criteria.splitlines())))
    if row.wants_suggestion:
        parts.append(say("peers.piece.suggestions_welcome"))
    if row.file_kind is None or row.file_kind == "video_note":
        words = fitted(
            clipped(row.text or "", SHOWN), MESSAGE,
            lambda text: "\n\n".join([parts[0], *([say("peers.piece.words", words=text)] if text else []), *parts[1:]]),
        )  # fmt: skip
        look = [[button(say.plain("peers.button.look"), f"look:{row.id}")]] if row.file_kind else []
        return message(chat_id, words, buttons=[*look, *keys] or None, silent=True, **rest)
    return _file(row, message(chat_id, "", buttons=keys or None, silent=True, **rest), "\n".join(parts))


def _file(row: Piece, draft: Draft, caption: str = "") -> Draft:
    """The letter with the file in place of words."""
    params = {name: value for name, value in draft.params.items() if name not in {"text", "link_preview_options"}}
    params |= {row.file_kind or "": row.file_id} | ({"caption": caption} if caption else {})
    return replace(draft, method=SENDS[row.file_kind or ""], params=params)


def alone(row: Piece, chat_id: int, say: Texts, heading: str) -> Draft:
    """The piece for one person who wants to look at it; a round film comes without words."""
    if row.file_kind == "video_note":
        return _file(row, message(chat_id, "", silent=True))
    return letter(row, chat_id, say, heading, ())


async def own(session: Session, person: Person | None) -> list[Piece]:
    """The person's latest pieces, newest first. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    query = select(Piece).where(Piece.person_id == person.id).order_by(Piece.created_at.desc(), Piece.id.desc())
    return list(await session.scalars(query.limit(OWN)))


async def mine(session: Session, person: Person | None, piece_id: int) -> Piece:
    """A piece of the person's own. Raises NeedsConsent, Gone, NotYours."""
    if person is None:
        raise NeedsConsent
    row = await session.get(Piece, piece_id)
    if row is None:
        raise Gone
    if row.person_id != person.id:
        raise NotYours
    return row


async def withdraw(session: Session, person: Person | None, piece_id: int, now: datetime) -> None:
    """Its owner takes it back: it is gone, in the group as well, and so is what was said about it. Raises as mine."""
    row = await mine(session, person, piece_id)
    await posting.take_back(session, f"piece:{row.id}", now)
    await session.execute(delete(Piece).where(Piece.id == row.id).execution_options(synchronize_session=False))
