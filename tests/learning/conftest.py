"""Two schools with their people, and a way to talk to the conversations of this room without a network."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Update
from sqlalchemy import select

from bot.fsm import under_way
from content.texts import Texts
from handlers import guided, journal, lessons, questions, reflections, weekly
from handlers.visiting import Visit
from learning import deliveries, delivering, programmes
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import BotAccount, Delivery, Group, GroupChat, Letter, Membership, Person, School
from storage.outbox import post
from tests.doors import connected

# A Wednesday; 06:30 in Jakarta is 23:30 UTC of the day before.
EVENING_BEFORE = datetime(2026, 7, 21, 12, 0, tzinfo=UTC)
MORNING = datetime(2026, 7, 21, 23, 30, tzinfo=UTC)
ME = BotAccount(id=42, username="sejawat_bot", name="Sejawat", reads_all=True, asked_at=MORNING)
CHATS = {"Kombel Melati": -1001, "KKG Anggrek": -1002}
BOT = Bot("42:TEST")


@dataclass
class Cast:
    """Rows by name."""

    groups: dict[str, Group] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def melati(self) -> Group:
        return self.groups["Kombel Melati"]

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


ROLES = [
    ("Sari", "Kombel Melati", "teacher"),
    ("Budi", "Kombel Melati", "teacher"),
    ("Ratna", "Kombel Melati", "coach"),
    ("Ratna", "Kombel Melati", "principal"),
    ("Hendra", "Kombel Melati", "facilitator"),
    ("Made", "KKG Anggrek", "teacher"),
    ("Dewi", "KKG Anggrek", "coach"),
]


async def seed(session: Session) -> Cast:
    """Kombel Melati in Jakarta, KKG Anggrek in Makassar; everybody has agreed and can be written to."""
    cast, at = Cast(), EVENING_BEFORE
    school = School(name="SD Melati", zone="Asia/Jakarta", workdays="mon,tue,wed,thu,fri", created_at=at)
    session.add(school)
    await session.flush()
    for title, zone in (("Kombel Melati", "Asia/Jakarta"), ("KKG Anggrek", "Asia/Makassar")):
        row = Group(title=title, zone=zone, state="active", school_id=school.id, added_at=at, headcount=5)
        session.add(row)
        await session.flush()
        session.add(GroupChat(tg_chat_id=CHATS[title], group_id=row.id, current=True))
        cast.groups[title] = row
    for number, name in enumerate(("Sari", "Budi", "Ratna", "Hendra", "Made", "Dewi", "Tamu")):
        person = Person(
            tg_user_id=100 + number, name=name, address="ibu" if name in {"Sari", "Ratna"} else "none",
            consented_at=at, reachable=True, created_at=at,
        )  # fmt: skip
        session.add(person)
        cast.people[name] = person
    await session.flush()
    for name, title, role in ROLES:
        session.add(Membership(person_id=cast[name].id, group_id=cast.groups[title].id, role=role, since=at))
    await session.flush()
    return cast


@pytest.fixture
async def cast(database: Database) -> Cast:
    async with database.writing() as session:
        return await seed(session)


@pytest.fixture
async def prompt(database: Database, cast: Cast) -> Delivery:
    """The first lesson stands in Kombel Melati, as message 500."""
    async with database.writing() as session:
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        await delivering.deliver_due(session, MORNING)
        found = (await session.scalars(select(Delivery))).one()
        await deliveries.arrived(session, found.id, -1001, 500, MORNING)
        letter = (await session.scalars(select(Letter))).one()
        letter.state, letter.result = "delivered", {"message_id": 500, "chat_id": -1001}
    async with database.reading() as session:
        return (await session.scalars(select(Delivery))).one()


async def letters(database: Database, *where: Any) -> list[Letter]:
    """Letters in the order they were written."""
    async with database.reading() as session:
        return list(await session.scalars(select(Letter).where(*where).order_by(Letter.id)))


class Door:
    """Says something to the assistant as somebody, and shows what it would answer; letters are posted as in life."""

    def __init__(self, database: Database, *more: Any) -> None:
        self.database, self.now, self._number = database, MORNING, 0
        self._dispatcher = connected(guided, journal, lessons, questions, reflections, weekly, *more)

    async def message(self, user_id: int, text: str | None = None, chat_id: int = 0, **rest: Any) -> list[Draft]:
        return await self._send("message", user_id, chat_id or user_id, self._body(user_id, text, chat_id, rest))

    async def edit(self, user_id: int, text: str, chat_id: int, **rest: Any) -> list[Draft]:
        return await self._send("edited_message", user_id, chat_id, self._body(user_id, text, chat_id, rest))

    async def tap(self, user_id: int, data: str, chat_id: int = 0) -> list[Draft]:
        shown = self._body(42, "…", chat_id or user_id, {"message_id": 900})
        shown["chat"] = self._chat(chat_id or user_id)
        body = {"id": "c1", "from": self._user(user_id), "chat_instance": "x", "data": data, "message": shown}
        return await self._send("callback_query", user_id, chat_id or user_id, body)

    def _body(self, user_id: int, text: str | None, chat_id: int, rest: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        body = {"message_id": self._number, "date": 1, "chat": self._chat(chat_id or user_id)}
        return body | {"from": self._user(user_id)} | ({"text": text} if text else {}) | rest

    @staticmethod
    def _chat(chat_id: int) -> dict[str, Any]:
        return {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "first_name": "-"}

    @staticmethod
    def _user(user_id: int) -> dict[str, Any]:
        return {"id": user_id, "is_bot": user_id == 42, "first_name": "-"}

    async def _send(self, kind: str, user_id: int, chat_id: int, body: dict[str, Any]) -> list[Draft]:
        from community import groups, people

        self._number += 1
        async with self.database.writing() as session:
            token = under_way.set((session, self.now))
            try:
                person = await people.by_user(session, user_id)
                group = await groups.by_chat(session, chat_id) if chat_id < 0 else None
                visit = Visit(
                    session=session, now=self.now, say=Texts("id"), me=ME, key=f"v{self._number}", user_id=user_id,
                    chat_id=chat_id, fingerprint="f", person=person, group=group,
                )  # fmt: skip
                update = Update.model_validate({"update_id": self._number, kind: body})
                said: Any = await self._dispatcher.feed_update(BOT, update, visit=visit)
            finally:
                under_way.reset(token)
            drafts = [said] if isinstance(said, Draft) else list(said) if isinstance(said, list) else []
            for number, draft in enumerate(drafts):
                await post(session, replace(draft, key=draft.key or f"{visit.key}.{number}"), self.now)
            return drafts


@pytest.fixture
async def door(database: Database, prompt: Delivery) -> Door:
    return Door(database)


def words_of(draft: Draft) -> str:
    return str(draft.params.get("text") or draft.params.get("caption") or "")


def data_of(draft: Draft) -> list[str]:
    """What the buttons call back, in order."""
    rows = draft.params.get("reply_markup", {}).get("inline_keyboard", [])
    return [key.get("callback_data") or key["url"] for row in rows for key in row]
