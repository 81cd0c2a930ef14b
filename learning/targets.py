"""What colleagues may respond to: a reflection that was shared with the group, or a piece that was shown to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from community import people, rights
from community.notes import clipped, in_a_line
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from content.lessons import Lesson, Pack, UnknownPack
from content.texts import Texts
from learning import versions
from learning.kinds import DRAFT
from learning.refusals import Gone
from storage.database import Session
from storage.models import Delivery, Group, Letter, Person, Piece, Reflection

REFLECTION, PIECE = "r", "p"
RECENT = timedelta(days=14)
MOST = 6
TITLE = 60  # characters of what names it


@dataclass(frozen=True, slots=True)
class Target:
    """One of the two, with its author and group."""

    author: Person
    group: Group
    reflection: Reflection | None = None
    piece: Piece | None = None

    @property
    def code(self) -> str:
        """How buttons and keys name it: r12 for a reflection, p3 for a piece."""
        return (
            f"{REFLECTION}{self.reflection.id}" if self.reflection else f"{PIECE}{self.piece.id if self.piece else 0}"
        )

    @property
    def created_at(self) -> datetime:
        return self.reflection.created_at if self.reflection else self.piece.created_at  # type: ignore[union-attr]

    @property
    def reflection_id(self) -> int | None:
        return self.reflection.id if self.reflection else None

    @property
    def piece_id(self) -> int | None:
        return self.piece.id if self.piece else None

    def title(self, say: Texts, most: int = TITLE) -> str:
        """What it is called, as plain text: a piece's title, or the beginning of a reflection."""
        if self.piece is not None:
            return clipped(self.piece.title, most)
        text = in_a_line(self.reflection.text or "") if self.reflection else ""
        if text or self.reflection is None:
            return clipped(text, most)
        return say.plain(f"peers.target.{'photo' if self.reflection.medium == 'photo' else 'voice'}")

    def named(self, say: Texts) -> str:
        """The same with its author, for a button: "Bu Sari · Kartu pecahan"."""
        return f"{people.display(self.author, say)} · {self.title(say)}"


def read(code: str) -> tuple[str, int]:
    """The kind and number of a code; ("", 0) for what is none (buttons can be forged)."""
    kind, number = code[:1], code[1:]
    if kind not in (REFLECTION, PIECE) or not (number.isascii() and number.isdecimal() and len(number) < 19):
        return "", 0
    return kind, int(number)


async def find(session: Session, code: str) -> Target:
    """What the code names, while its author agrees and the group may read it. Raises Gone."""
    kind, number = read(code)
    rows: Sequence[Target] = []
    if kind == REFLECTION:
        rows = await _reflections(session, Reflection.id == number)
    elif kind == PIECE:
        rows = await _pieces(session, Piece.id == number)
    if not rows:
        raise Gone
    return rows[0]


async def _reflections(session: Session, *where: object, most: int = 1) -> list[Target]:
    found = await session.execute(
        select(Reflection, Person, Group)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .join(Person, Person.id == Reflection.person_id)
        .join(Group, Group.id == Delivery.group_id)
        .where(
            Reflection.audience == "group", Reflection.kind != DRAFT, Person.consented_at.is_not(None),
            *where,  # type: ignore[arg-type]
        )
        .order_by(Reflection.created_at.desc(), Reflection.id.desc())
        .limit(most)
    )  # fmt: skip
    return [Target(author, group, reflection=row) for row, author, group in found]


async def _pieces(session: Session, *where: object, most: int = 1) -> list[Target]:
    found = await session.execute(
        select(Piece, Person, Group)
        .join(Person, Person.id == Piece.person_id)
        .join(Group, Group.id == Piece.group_id)
        .where(Person.consented_at.is_not(None), *where)  # type: ignore[arg-type]
        .order_by(Piece.created_at.desc(), Piece.id.desc())
        .limit(most)
    )
    return [Target(author, group, piece=row) for row, author, group in found]


async def opened(session: Session, person: Person | None, code: str, action: Action) -> tuple[Person, Target]:
    """As find, for somebody who may do ``action`` in its group.

    Raises NeedsConsent with the payload that leads back here, NotAllowed, Gone.
    """
    if person is None:
        raise NeedsConsent(f"u{code}" if read(code)[0] else "")
    target = await find(session, code)
    try:
        await rights.require(session, person, action, target.group.id)
    except NotAllowed:
        raise NotAllowed("learning.join_first") from None
    return person, target


async def recent(session: Session, person: Person | None, now: datetime) -> list[Target]:
    """What colleagues shared lately in the person's groups, newest first, their own left out. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    here = [group.id for group in await people.groups_of(session, person.id, rights.ALLOWED[Action.GIVE_FEEDBACK])]
    since = now - RECENT
    found = await _reflections(
        session, Delivery.group_id.in_(here), Reflection.created_at >= since, Reflection.person_id != person.id,
        most=MOST,
    )  # fmt: skip
    found += await _pieces(
        session, Piece.group_id.in_(here), Piece.created_at >= since, Piece.person_id != person.id, most=MOST
    )
    return sorted(found, key=lambda one: one.created_at, reverse=True)[:MOST]


async def in_post(session: Session, chat_id: int, message_id: int) -> str | None:
    """The code of what the assistant posted as this message."""
    key = await session.scalar(
        select(Letter.key)
        .where(
            Letter.chat_id == chat_id,
            or_(Letter.key.startswith("reflection:"), Letter.key.startswith("piece:")),
            Letter.result["message_id"].as_integer() == message_id,
        )
        .limit(1)
    )
    if key is None:
        return None
    kind, _, rest = key.partition(":")
    return f"{kind[0]}{rest.partition('@')[0]}"


async def in_message(session: Session, group_id: int, chat_id: int, message_id: int) -> str | None:
    """The code of what stands in this message of the group, said by a teacher or posted by the assistant."""
    said = await session.scalar(
        select(Reflection.id)
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .where(
            Delivery.group_id == group_id, Delivery.tg_chat_id == chat_id, Reflection.tg_message_id == message_id,
            Reflection.audience == "group",
        )
        .limit(1)
    )  # fmt: skip
    return f"{REFLECTION}{said}" if said is not None else await in_post(session, chat_id, message_id)


async def place(session: Session, target: Target, chat_id: int) -> int | None:
    """The number of its message in that chat, to reply to; None where that is not known."""
    if target.reflection is not None and target.reflection.tg_message_id is not None:
        delivery = await session.get(Delivery, target.reflection.delivery_id)
        return target.reflection.tg_message_id if delivery and delivery.tg_chat_id == chat_id else None
    prefix = f"reflection:{target.reflection.id}@" if target.reflection else f"piece:{target.piece_id}@"
    result = await session.scalar(
        select(Letter.result)
        .where(
            Letter.person_id == target.author.id, Letter.chat_id == chat_id,
            Letter.key.startswith(prefix, autoescape=True), Letter.state == "delivered",
        )
        .order_by(Letter.id.desc())
        .limit(1)
    )  # fmt: skip
    return int(result["message_id"]) if result and "message_id" in result else None


async def criteria(session: Session, target: Target, language: str) -> list[str]:
    """The one or two things to look at: the piece's own, or those of the practice the reflection is about."""
    if target.piece is not None:
        return target.piece.criteria.splitlines()
    delivery = await session.get(Delivery, target.reflection.delivery_id) if target.reflection else None
    return await of_lesson(session, delivery, language) if delivery else []


async def of_lesson(session: Session, delivery: Delivery, language: str) -> list[str]:
    """The criteria of the practice that a prompt belongs to; none where its pack has lost it."""
    found: Pack | None = (await versions.known(session, {(delivery.pack, delivery.version)})).get(
        (delivery.pack, delivery.version)
    )
    lesson: Lesson | None = await versions.lesson_of(session, delivery)
    if found is None or lesson is None:
        return []
    try:
        return [one.label(language) for one in found.practice(lesson.practice).criteria]
    except UnknownPack:
        return []
