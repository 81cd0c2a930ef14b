"""A district of groups for the tests of broadcasts: who facilitates, who teaches, and a private chat to talk in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiogram import Bot
from aiogram.types import User
from sqlalchemy import select

from bot.settings import Settings
from bot.visit import Visits
from community import people
from community.addressees import Sender
from community.roles import Role
from content.texts import Texts
from handlers import broadcasts, consent, ledger, lost, schedule, start
from scheduler.clock import TurnableClock
from storage.database import Database, Session
from storage.models import Arrival, BotAccount, Broadcast, Group, Letter, Person, School
from tests.community.cast import NOW, a_group, somebody
from tests.doors import connected

ME = BotAccount(id=1, username="sejawat_bot", name="Sejawat", reads_all=True, asked_at=NOW)
HENDRA, RATNA, TAMU, OWNER, DEWI = 70, 71, 99, 5, 72
SAY = Texts("id")


@dataclass
class District:
    """Groups in order, and people by name."""

    groups: list[Group] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Person:
        return self.people[name]

    @property
    def hendra(self) -> Sender:
        return Sender(self["Hendra"])


async def district(session: Session, groups: int = 4, teachers: int = 3) -> District:
    """``groups`` groups with ``teachers`` teachers each, of whom the last has not agreed; Hendra facilitates all.

    Odd groups are of SD Anggrek in gugus Timur, even ones of SD Melati in gugus Barat. Dewi is principal of the
    first group, Tamu of nothing; one more group is nobody's whom we know.
    """
    found = District()
    for name, user in (("Hendra", HENDRA), ("Ratna", RATNA), ("Dewi", DEWI), ("Tamu", TAMU), ("Owner", OWNER)):
        found.people[name] = await somebody(session, name, user)
    schools = [School(name=name, zone="Asia/Jakarta", gugus=gugus, created_at=NOW)
               for name, gugus in (("SD Melati", "Barat"), ("SD Anggrek", "Timur"))]  # fmt: skip
    session.add_all(schools)
    await session.flush()
    user = count(1000)
    for number in range(groups):
        group = await a_group(
            session, -(number + 1), title=f"KKG {number:02}", school_id=schools[number % 2].id, headcount=teachers + 1
        )
        found.groups.append(group)
        await people.give_role(session, found["Hendra"].id, group.id, Role.FACILITATOR, NOW)
        for place in range(teachers):
            await somebody(
                session, f"Guru {number}.{place}", next(user), group=group, roles=(Role.TEACHER,),
                yes=place < teachers - 1,
            )  # fmt: skip
    await people.give_role(session, found["Dewi"].id, found.groups[0].id, Role.PRINCIPAL, NOW)
    await a_group(session, -900, title="Lain", headcount=40)
    return found


async def a_draft(session: Session, here: District, to: str = "groups", **target: Any) -> Broadcast:
    """A broadcast of one message, aimed and ready for the last question."""
    cast = Broadcast(
        created_by=here["Hendra"].id, state="draft", created_at=NOW, cursor=0,
        content={"chat": HENDRA, "messages": [11], "posts": 0, "album": None},
        target={"to": to, "by": "all", "values": [], "roles": []} | target,
    )  # fmt: skip
    session.add(cast)
    await session.flush()
    return cast


async def copies(session: Session) -> list[Letter]:
    """The copies that were written, in order."""
    query = select(Letter).where(Letter.key.startswith("cast:")).order_by(Letter.id)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


class Talk:
    """People write to the assistant and tap its buttons, each in a visit of its own."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, TurnableClock(NOW)
        modules = (broadcasts, consent, ledger, schedule, start, lost)
        answers: dict[str, Any] = {}
        for module in modules:
            answers |= getattr(module, "ANSWERS", {})
        settings = Settings(_env_file=None, bot_token="1:x", admin_ids=frozenset({OWNER}))  # type: ignore[call-arg]
        bot = Bot("1:x")
        bot._me = User(id=ME.id, is_bot=True, first_name=ME.name, username=ME.username)
        self.visits = Visits(database, connected(*modules), bot, self.clock, settings, answers, ME)
        self._numbers, self._messages, self._read = count(1), count(10), 0

    def later(self, **ahead: float) -> datetime:
        return self.clock.turn(by=timedelta(**ahead))

    async def gets(self, **update: Any) -> list[Letter]:
        number = next(self._numbers)
        raw = update if "answer" in update else {"update_id": number} | update
        await self.visits.receive(
            Arrival(id=number, update_id=number, attempts=0, raw=raw, received_at=self.clock.now())
        )
        assert self.visits.counted["done"] + self.visits.counted["refused"] == number, self.visits.counted
        async with self.database.reading() as session:
            query = select(Letter).where(Letter.id > self._read, ~Letter.key.startswith("cast"))
            new = list(await session.scalars(query.order_by(Letter.id)))
        self._read = max([letter.id for letter in new], default=self._read)
        return new

    async def says(self, user: int, text: str | None = None, chat: int = 0, **more: Any) -> list[Letter]:
        body = {"message_id": next(self._messages), "date": 1, "chat": _chat(chat or user), "from": _user(user)}
        return await self.gets(message=body | ({"text": text} if text else {}) | more)

    async def taps(self, user: int, data: str) -> list[Letter]:
        carried = {"message_id": 2, "date": 1, "chat": _chat(user)}
        return await self.gets(
            callback_query={"id": "9", "chat_instance": "1", "from": _user(user), "data": data, "message": carried}
        )

    async def answers_to(self, letter: Letter, ids: list[int]) -> list[Letter]:
        """Telegram's answer to copies comes back."""
        result = [{"message_id": number} for number in ids]
        return await self.gets(
            answer={"then": letter.then, "data": letter.then_data, "ok": True, "result": result, "error": None}
        )

    async def gathers(self, user: int = HENDRA, text: str = "Besok rapat KKG") -> int:
        """A draft with one message in it; its id."""
        await self.says(user, "/sebar")
        (got,) = await self.says(user, text)
        (again, *_) = data_of([got])
        return int(again.split(":")[2])


def _user(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "-", "language_code": "id"}


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private" if chat > 0 else "supergroup", "first_name": "-"}


def words(letters: list[Letter]) -> str:
    return "\n".join(str((letter.params or {}).get("text", "")) for letter in letters)


def data_of(letters: list[Letter]) -> list[str]:
    rows = [row for one in letters for row in ((one.params or {}).get("reply_markup") or {}).get("inline_keyboard", [])]
    return [key.get("callback_data") or key["url"] for row in rows for key in row]


def labels_of(letters: list[Letter]) -> list[str]:
    rows = [row for one in letters for row in ((one.params or {}).get("reply_markup") or {}).get("inline_keyboard", [])]
    return [key["text"] for row in rows for key in row]
