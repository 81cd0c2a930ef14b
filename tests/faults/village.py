"""Six people who learn for four weeks with an assistant whose process may be killed at any time."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, func, select

from community.calendar import SchoolCalendar
from playground import server
from playground.client import Playground
from scheduler.clock import TurnableClock
from storage import schema
from storage.base import Base
from storage.models import Arrival, Letter
from tests.faults.books import Count, NeverArrivedError, Scales
from tests.faults.lives import Lives
from tests.faults.moving_in import CAST, move_in
from tests.waiting import eventually

SUNDAY = datetime(2026, 8, 2, 9, 0, tzinfo=UTC)
# On the wall in Jakarta: the prompt, two breaks, the coach's digest, the reminders of the evening.
LOOKS = ((6, 31), (9, 40), (12, 15), (15, 31), (18, 40))
JAKARTA = timedelta(hours=7)
SENDS = {"sendmessage", "sendphoto", "senddocument"}
OPEN = ("pending", "sending")
DAYS = SchoolCalendar()


@dataclass
class Village:
    """The people, their group, and the database as it is seen from outside."""

    playground: Playground
    engine: Engine
    lives: Lives
    users: dict[str, int]
    chat: int
    count: Count = field(default_factory=Count)
    calls_seen: int = 0
    updates_seen: set[int] = field(default_factory=set)
    expired: set[int] = field(default_factory=set)
    letters: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    scales: Scales = field(default_factory=Scales)

    async def rests(self, timeout: float = 90.0) -> None:
        """Nothing undelivered, nothing to be dealt with, no letter due; the clock runs while letters wait."""

        async def quiet() -> bool:
            state = await self.playground.state()
            if any(state["pending"].values()) or await self._taps_again(state["expired"]):
                return False
            now = await self.playground.clock()
            with self.engine.connect() as connection:
                new = connection.scalar(select(func.count()).where(Arrival.state == "new"))
                # Those of the next minute too: a second try comes ten seconds after the first.
                waits = Letter.state.in_(OPEN), Letter.due_at <= now + timedelta(seconds=60)
                letters = connection.scalar(select(func.count()).where(*waits))
            if letters:
                await self.playground.do("clock", by_seconds=5)
            return not new and not letters

        await eventually(quiet, timeout=timeout, about="the village to come to rest")

    async def turned(self, to: datetime) -> None:
        """The clock goes on to a moment, and everything that is due by then is asked."""
        await self.playground.turn(to=max(to, await self.playground.clock()))

        async def asked() -> bool:
            told = self.lives.asked.read_text(encoding="utf-8") if self.lives.asked.exists() else ""
            return bool(told) and datetime.fromisoformat(told) >= to

        await eventually(asked, timeout=90, about=f"everything due by {to} to be asked")
        await self.rests()

    async def taps(self, name: str, data: str, chat: int | None = None) -> None:
        """The newest button that calls back like this, in private or in the group."""
        user = self.users[name]
        for message in reversed(await self.playground.messages(chat or user, viewer=user)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    if re.match(data, key.get("callback_data", "")):
                        await self.playground.press(
                            user, chat or user, message["message_id"], data=key["callback_data"]
                        )
                        return
        if self._settled_as("unknown", chat or user):
            raise NeverArrivedError(data)
        raise AssertionError(f"no button {data!r} for {name}; {self._amiss()}")

    async def _taps_again(self, expired: dict[str, list[int]]) -> bool:
        """Telegram forgets a tap after 150 seconds, and two deaths take longer: whoever tapped does so once more."""
        new = {number for numbers in expired.values() for number in numbers} - self.expired
        self.expired |= new
        for update in await self.playground.updates_sent() if new else ():
            if update["update_id"] in new and (tap := update.get("callback_query")):
                under = tap["message"]
                await self.playground.press(
                    tap["from"]["id"], under["chat"]["id"], under["message_id"], data=tap["data"]
                )
                self.count.tapped_again += 1
        return bool(new)

    def _settled_as(self, state: str, chat: int) -> bool:
        with self.engine.connect() as connection:
            found = select(Letter.id).where(
                Letter.chat_id == chat, Letter.state == state, Letter.method == "sendMessage"
            )
            return connection.scalar(found.limit(1)) is not None

    def _amiss(self) -> str:
        """What is not as it should be, for whoever reads that something is missing."""
        with self.engine.connect() as connection:
            updates = select(Arrival.update_id, Arrival.state, Arrival.error).where(Arrival.state != "done")
            letters = select(Letter.key, Letter.method, Letter.state, Letter.error).where(Letter.state != "delivered")
            found = [connection.execute(query).all() for query in (updates, letters)]
        broken = [line for line in self.lives.last_words().splitlines() if "broke" in line or "Error" in line]
        return f"updates {found[0]}, letters {found[1]}, said {broken[-8:]}"

    async def writes(self, name: str, text: str, chat: int | None = None, reply_to: int | None = None) -> int:
        return await self.playground.send(self.users[name], chat or self.users[name], text, reply_to=reply_to)

    async def prompt(self) -> int:
        said = await self.playground.messages(self.chat)
        return int(next(one["message_id"] for one in reversed(said) if "refl:" in str(one.get("reply_markup"))))

    async def day(self, day: date) -> None:
        """From the prompt to the evening; on school days people talk, try, reflect, ask and answer."""
        opened = DAYS.is_open(day)
        for at, (hours, minutes) in enumerate(LOOKS):
            midnight = datetime.combine(day, datetime.min.time(), UTC) - JAKARTA
            if opened or (hours, minutes) in (LOOKS[0], LOOKS[-1]):
                await self.turned(midnight + timedelta(hours=hours, minutes=minutes))
                if opened:
                    await self._act(day, at)
        self.count.days += 1
        self.count.school_days += opened
        await self._reckon()

    async def _act(self, day: date, at: int) -> None:
        """Several at once, as people do: the assistant may die between any two."""
        match at:
            case 0:
                await self.writes("hendra", f"Selamat pagi, rapat tanggal {day.day} jam 10 di ruang guru.", self.chat)
                await self.writes(
                    "sari", f"Hari {day.day}: dua belas murid sudah bisa.", self.chat, await self.prompt()
                )
                await self.taps("budi", "tried:", self.chat)
            case 1:
                await self.taps("rini", "refl:", self.chat)
                await self.rests()
                await self.writes("rini", f"Catatan tanggal {day.day}: kelompok kecil lebih tenang.")
                await self.taps("tono", "tried:", self.chat)
                await self.writes("budi", "Bagaimana cara menjelaskan pecahan di kelas 4?", self.chat)
            case 2:
                await self.taps("tono", "ask:", self.chat)
                await self.rests()
                await self.taps("tono", "askto:.*:coach")
                await self.rests()
                await self.writes("tono", f"Murid saya cepat bosan, Bu. Tanggal {day.day}.")
                await self.rests()
                await self.taps("ratna", "answer:")
                await self.rests()
                await self.writes("ratna", "Coba beri pilihan tugas, Pak.")
            case 3:
                await self.writes("ratna", "/ringkasan")
                await self.writes("sari", "/coaching")
                await self.writes("hendra", "Terima kasih, hebat sekali.", self.chat)
            case _:
                return
        await self.rests()

    async def _reckon(self) -> None:
        """The day's books: every update known and dealt with, every letter settled, nothing twice unless unsure."""
        updates = {update["update_id"] for update in await self.playground.updates_sent()}
        updates -= self.updates_seen | self.expired
        calls = await self.playground.calls(after=self.calls_seen)
        self.calls_seen += len(calls)
        arrived = [
            (one["params"].get("chat_id"), one["params"].get("text"))
            for one in calls if one["method"].lower() in SENDS and one["ok"]
        ]  # fmt: skip
        with self.engine.connect() as connection:
            found = connection.execute(select(Arrival.update_id, Arrival.state, Arrival.error)).all()
            states = {number: f"{state} {error or ''}".strip() for number, state, error in found}
            rows = connection.execute(select(Letter).where(Letter.params.is_not(None))).all()
        sent = [row for row in rows if row.method.lower() in SENDS and row.state != "pending"]
        self.count.twice, self.count.doubled = self.scales.weigh(arrived, sent)
        self.count.lost_updates += [f"{one}: {states.get(one)}" for one in updates if states.get(one) != "done"]
        assert not self.count.lost_updates, f"{self.count.lost_updates}; {self._amiss()}"
        self.count.updates += len(updates)
        self.count.sent += len(arrived)
        self.updates_seen |= updates
        self._look_into_the_outbox()

    def _look_into_the_outbox(self) -> None:
        """Each letter as it was seen last: answers in a conversation go after two days."""
        with self.engine.connect() as connection:
            columns = Letter.key, Letter.method, Letter.state, Letter.unknowns, Letter.due_at
            self.letters |= {key: tuple(rest) for key, *rest in connection.execute(select(*columns))}

    def close_the_books(self, now: datetime) -> Count:
        """What all the days came to."""
        with self.engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                self.count.rows[table.name] = connection.scalar(select(func.count()).select_from(table)) or 0
        self._look_into_the_outbox()
        for key, (method, state, unknowns, due_at) in self.letters.items():
            # The menus are told at every start; of the edits that count, one that waits takes the next one's words.
            if not method.endswith("MyCommands") and not key.startswith("counts:"):
                self.count.kinds[f"{re.sub(r'[0-9a-f]*[0-9][0-9a-f]*', '#', key)} {method}"] += 1
            self.count.lost_letters += [key] if state in OPEN and due_at <= now else []
            self.count.letters += method.lower() in SENDS
            self.count.gone_unknown += state == "unknown"
            self.count.unknowns += unknowns
        self.count.kills, self.count.deaths = self.lives.kills, self.lives.deaths()
        return self.count


@asynccontextmanager
async def village(folder: Path, rng: random.Random, *, dying: bool) -> AsyncIterator[Village]:
    """Moved in on a Sunday; from then on the process may be killed."""
    folder.mkdir(parents=True)
    database_url = f"sqlite+aiosqlite:///{folder / 'village.db'}"
    schema.upgrade(database_url)
    telegram = await server.start(clock=TurnableClock(SUNDAY), page=False)
    engine = create_engine(f"sqlite:///{folder / 'village.db'}")
    async with Playground(telegram.url) as playground:
        await playground.floods(False)
        lives = Lives(playground, database_url, folder, rng)
        keeping = asyncio.create_task(lives.keep())
        try:
            users = {name: await playground.add_user(name.title()) for name in CAST}
            members = [user for name, user in users.items() if name != "hendra"]
            chat = await playground.add_group("SDN Melati 2", creator=users["hendra"], members=members)
            here = Village(playground, engine, lives, users, chat)
            await here.turned(SUNDAY)  # somebody is awake
            await playground.add_bot(chat, users["hendra"], admin=True)
            await here.rests()
            await move_in(playground, database_url, chat, users)
            for user in users.values():
                await playground.start(user)
            await here.rests()
            if dying:
                lives.may_die()
            yield here
        finally:
            lives.end()
            await asyncio.gather(keeping, return_exceptions=True)
            engine.dispose()
            await telegram.stop()
    keeping.result()


async def weeks(folder: Path, days: int, rng: random.Random, *, dying: bool) -> Count:
    """So many days from Monday on."""
    async with village(folder, rng, dying=dying) as here:
        try:
            for number in range(1, days + 1):
                await here.day((SUNDAY + timedelta(days=number)).date())
        except NeverArrivedError:
            here.count.given_up = 1
            await here.rests()
        return here.close_the_books(await here.playground.clock())
