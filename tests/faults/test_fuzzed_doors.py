"""Buttons, deep links and the word of a Mini App, mutated by chance: nothing breaks, nobody reads what is others'."""

import json
import os
import random
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.app import Assistant
from bot.settings import load
from playground import mini_apps
from scheduler.clock import TurnableClock
from storage.models import Arrival, BotAccount, Group, GroupChat, Letter
from tests.journeys.house import House, Tireless
from tests.journeys.test_attacks import ASKED, SECRET, START, TITLE, TO_COACH, Town, _settle_in, buttons
from tests.journeys.test_forged_buttons import DONE, KOP, PIECE, PRAISE, ROOM, THEIRS, forged, of_sari, pressed
from web import init_data

SEED = int(os.environ.get("SEJAWAT_SEED", "20260803"))
BATCH = 20
NOW = START.astimezone(UTC)
IDS = {name: 7_000_001 + number for number, name in enumerate(("hendra", "ratna", "sari", "agus", "lain", "tamu"))}
CHAT, ELSEWHERE = -1009990001, -1009990002
#: What only the school may read; "Sari" and the group's title are said nowhere else.
THEIR_WORDS = (SECRET, TO_COACH, ASKED, PIECE, PRAISE, DONE, KOP, ROOM, TITLE)
LINKS = "abcdefghijklmnopqrstuvwxyz"  # the first letter says whose door it is
ODD = (
    "", "0", "-1", "1", "2", "²", "٣", "１", "9" * 18, "9" * 19, "9" * 40, "1.5", "1e9", "0x1", "None", "True", "..",
    "2026-08-05", "2026-13-45", "20260803", "08:00", "25:61", "id", "xx", "all", "me", "coach", "group", "yes", "now",
    "\x00", "\ud7ff", "\u202e", "<b>", "&amp;", "%s", "{x}", "'; drop table people; --", "a" * 64, "#1", " ", "*",
)  # fmt: skip


class Doors:
    """A school with everything in it and no line to Telegram; whoever fuzzes is fed in as Telegram would."""

    def __init__(self, town: Town, known: list[str], numbers: list[int]) -> None:
        self.town, self.known, self.numbers = town, known, numbers
        self.names, self.number = sorted(pressed()), 1_000_000

    async def feed(self, updates: list[dict[str, Any]]) -> None:
        assistant = self.town.house.assistant
        await assistant.intake.take(updates)
        while await assistant.pump.listen() or await assistant.pump.talk():
            pass

    def tap(self, who: str, data: str) -> dict[str, Any]:
        self.number += 1
        under = self._message(who) | {"from": {"id": 42, "is_bot": True, "first_name": "Sejawat"}, "text": "x"}
        query = {"id": str(self.number), "from": _person(who), "chat_instance": "1", "message": under, "data": data}
        return {"update_id": self.number, "callback_query": query}

    def says(self, who: str, text: str) -> dict[str, Any]:
        self.number += 1
        return {"update_id": self.number, "message": self._message(who) | {"text": text}}

    def _message(self, who: str) -> dict[str, Any]:
        chat = {"id": IDS[who], "type": "private", "first_name": who.title()}
        return {"message_id": self.number, "date": int(NOW.timestamp()), "chat": chat, "from": _person(who)}

    def data(self, rng: random.Random) -> str:
        """Up to 64 bytes: bytes of any kind, a button with its parts exchanged, one that is known with slips in it."""
        match rng.randint(0, 3):
            case 0:
                made = bytes(rng.randrange(256) for _ in range(rng.randint(1, 64))).decode("utf-8", "ignore")
            case 1:
                made = _slipped(rng.choice(self.known), rng)
            case _:
                parts = [self._part(rng) for _ in range(rng.randint(0, 4))]
                made = ":".join([rng.choice(self.names), *parts])
        return _short(made) or "x"

    def payload(self, rng: random.Random) -> str:
        made = rng.choice(LINKS) + "".join(
            rng.choice(("-", "_", "")) + self._part(rng) for _ in range(rng.randint(1, 3))
        )
        return _short(_slipped(made, rng) if rng.random() < 0.5 else made)

    def _part(self, rng: random.Random) -> str:
        return str(rng.choice(self.numbers)) if rng.random() < 0.6 else rng.choice(ODD)


def _person(who: str) -> dict[str, Any]:
    return {"id": IDS[who], "is_bot": False, "first_name": who.title(), "language_code": "id"}


def _short(text: str) -> str:
    """As many of its characters as Telegram lets a button carry; a surrogate cannot come over the line."""
    return text.encode("utf-8", "ignore")[:64].decode("utf-8", "ignore")


def _slipped(text: str, rng: random.Random) -> str:
    """One to three signs or parts changed, taken away or doubled."""
    for _ in range(rng.randint(1, 3)):
        parts = text.split(":")
        at, where = rng.randrange(len(parts)), rng.randrange(len(text) + 1)
        match rng.randint(0, 4):
            case 0:
                parts[at] = rng.choice(ODD)
            case 1:
                parts.insert(at, rng.choice(parts))
            case 2:
                del parts[at]
            case 3:
                parts = [text[:where] + chr(rng.choice((0, 58, 48, 0x660, 0x2028, 0x1F600))) + text[where:]]
            case _:
                parts = [text[:where] + text[where + 1 :]]
        text = ":".join(parts)
        if not text:
            return "x"
    return text


@pytest.fixture
async def doors(one_database_url: str) -> AsyncIterator[Doors]:
    assistant = Assistant(load(bot_token="42:PLAYGROUND", database_url=one_database_url), TurnableClock(NOW))
    assistant.account = BotAccount(id=42, username="SejawatBot", name="Sejawat", reads_all=True, asked_at=NOW)
    async with assistant.database.writing() as session:
        for chat, title in ((CHAT, TITLE), (ELSEWHERE, "Grup Lain")):
            group = Group(title=title, state="active", added_at=NOW)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=chat, group_id=group.id, current=True))
    await assistant.build()
    assistant.visits.patience = Tireless()
    here = Town(
        House(playground=cast(Any, None), assistant=assistant, url="", telegram=cast(Any, None)), IDS, CHAT, ELSEWHERE
    )
    await _settle_in(here, "{}")
    rows = await of_sari(here)
    yield Doors(here, [*buttons(here), *forged(rows)], sorted(set(rows.values())))
    await assistant.database.close()


async def _stored(doors: Doors) -> list[str]:
    found: list[str] = []
    async with doors.town.house.assistant.database.reading() as session:
        for model in THEIRS:
            found += [f"{model.__tablename__} {tuple(row)!r}" for row in await session.execute(select(model.__table__))]
    return found


async def _many(doors: Doors, batches: int, who: tuple[str, ...]) -> None:
    """Taps and links by these people. Each batch is looked at: none broke, and none brought what is others'."""
    rng, database = random.Random(SEED), doors.town.house.assistant.database
    before, told = await _stored(doors), 0
    for _ in range(batches):
        updates = []
        for _ in range(BATCH):
            name, kind = rng.choice(who), rng.random()
            if kind < 0.7:
                updates.append(doors.tap(name, doors.data(rng)))
            elif kind < 0.9:
                updates.append(doors.says(name, f"/start {doors.payload(rng)}"))
            else:
                updates.append(
                    doors.says(name, rng.choice(("Kata-kata saya", "12", "besok jam 8", "/batal", *ODD[30:36])))
                )
        await doors.feed(updates)
        asked = {one["update_id"]: one for one in updates}
        async with database.reading() as session:
            rows = await session.execute(select(Arrival.update_id, Arrival.state, Arrival.error))
            ends = [(asked[row[0]], row[1], row[2]) for row in rows if row[0] in asked and row[1] not in ("done",)]
            assert ends == [], f"seed {SEED}"
            letters = (await session.scalars(select(Letter).where(Letter.id > told).order_by(Letter.id))).all()
        told = letters[-1].id if letters else told
        for letter in letters:
            said = json.dumps(letter.params, ensure_ascii=False)
            assert letter.chat_id != CHAT, (letter.method, said)
            assert [words for words in THEIR_WORDS if words in said] == [], (letter.key, said)
    after = await _stored(doors)
    lost = [row for row in before if row not in after]
    assert lost == [], f"seed {SEED}: something of the school's has changed"
    print(f"\nseed {SEED}: {batches * BATCH} taps and links; {dict(doors.town.house.assistant.visits.counted)}")


async def test_two_hundred_mutated_taps_and_links_of_strangers_open_nothing(doors: Doors):
    await _many(doors, 12, ("lain", "tamu"))


@pytest.mark.chaos
async def test_twenty_thousand_mutated_taps_and_links_of_strangers_open_nothing(doors: Doors):
    await _many(doors, 1000, ("lain", "tamu"))


# What Telegram signs, by the playground's own hand.
FIELDS = {
    "query_id": "AAF0",
    "user": json.dumps({"id": 7, "first_name": "Sari"}),
    "auth_date": str(int(NOW.timestamp())),
}
WORD = FIELDS | {"hash": mini_apps.signed(FIELDS, "42:PLAYGROUND")}
_TEXT = st.text(max_size=40)


@seed(SEED)
@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.tuples(st.sampled_from([*WORD, "x", ""]) | _TEXT, _TEXT), max_size=40).map(urlencode),
        st.tuples(st.sampled_from(sorted(WORD)), _TEXT).map(lambda one: urlencode({**WORD, one[0]: one[1]})),
        st.tuples(st.integers(0, 250), st.text(min_size=1, max_size=3)).map(
            lambda one: urlencode(WORD)[: one[0]] + one[1] + urlencode(WORD)[one[0] :]
        ),
        st.integers(0, 250).map(lambda at: urlencode(WORD)[:at] + urlencode(WORD)[at + 1 :]),
        st.sampled_from(sorted(WORD)).map(lambda name: f"{urlencode(WORD)}&{name}={quote(WORD[name])}"),
        st.permutations(sorted(WORD)).map(lambda names: urlencode({name: WORD[name] for name in names})),
        st.integers(1, 20_000).map(lambda size: urlencode(WORD) + "&x=" + "y" * size),
    )
)
def test_the_word_of_a_mini_app_is_telegrams_own_or_nobodys(word: str):
    """Whatever it looks like: it names whom Telegram signed, field by field, or nobody; it never raises."""
    for now in (NOW, NOW + timedelta(days=1)):
        signed = init_data.read(word, "42:PLAYGROUND", now)
        if signed is not None:
            assert now == NOW and signed.user_id == 7
            assert sorted(word.split("&")) == sorted(urlencode(WORD).split("&"))


@seed(SEED)
@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["user", "auth_date", "signature", "query_id"]) | _TEXT, _TEXT, max_size=8))
def test_what_telegram_signed_may_say_anything_and_breaks_nothing(fields: dict[str, str]):
    """A signature makes a word Telegram's, not sensible."""
    fields.pop("hash", None)
    word = urlencode(fields | {"hash": init_data.signature(fields, "42:PLAYGROUND")})
    signed = init_data.read(word, "42:PLAYGROUND", NOW)
    assert signed is None or signed.user_id == json.loads(fields["user"])["id"]
