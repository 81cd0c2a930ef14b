"""The courier at a Telegram that misbehaves: nothing lost, nothing doubled knowingly, every outcome written down."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot import courier as courier_module
from bot.courier import Courier
from bot.line import Line
from playground import server
from playground.client import Playground
from scheduler.clock import TurnableClock
from storage import letters, post_office
from storage.database import Database, Session
from storage.letters import Draft, Lane, Policy
from storage.models import Arrival, ConversationState, Group, GroupChat, Letter, Person
from storage.outbox import post
from tests.storage.test_database import NOW
from tests.waiting import eventually

BOT = 42
OPEN = ("pending", "sending")


@dataclass
class Office:
    playground: Playground
    database: Database
    clock: TurnableClock
    courier: Courier
    sari: int
    group: int

    async def post(self, *drafts: Draft) -> None:
        async with self.database.writing() as session:
            for draft in drafts:
                await post(session, draft, self.clock.now())

    async def letter(self, key: str) -> Letter:
        async with self.database.reading() as session:
            return (await session.scalars(select(Letter).where(Letter.key == key))).one()

    async def settled(self, timeout: float = 15.0) -> None:
        async def nothing_open() -> bool:
            async with self.database.reading() as session:
                return await session.scalar(select(Letter.id).where(Letter.state.in_(OPEN)).limit(1)) is None

        await eventually(nothing_open, timeout=timeout, about="every letter to be settled")

    async def texts(self, chat: int) -> list[str]:
        return [message["text"] for message in await self.playground.messages(chat) if message["from"]["id"] == BOT]

    async def later(self, seconds: float) -> None:
        self.clock.turn(by=timedelta(seconds=seconds))
        self.courier.wake()


@pytest.fixture
async def office(one_database_url: str) -> AsyncIterator[Office]:
    clock = TurnableClock(NOW)
    telegram = await server.start(clock=clock, page=False)
    database, line = Database(one_database_url), Line(telegram.url, f"{BOT}:PLAYGROUND", timeout=3)
    await line.call("getMe", {})
    courier = Courier(database, line, clock, BOT)
    database.on_letters(courier.wake)
    running = asyncio.create_task(courier.run())
    async with Playground(telegram.url) as playground:
        sari = await playground.add_user("Sari")
        await playground.start(sari)
        group = await playground.add_group("Guru SDN Melati 2", creator=sari, kind="group")
        await playground.add_bot(group, sari, admin=True)
        yield Office(playground, database, clock, courier, sari, group)
    courier.stop()
    await running
    await line.close()
    await database.close()
    await telegram.stop()


def _to(chat: int, words: str, **more: Any) -> Draft:
    return replace(letters.message(chat, words, key=words), **more)


async def test_a_letter_arrives_and_its_message_id_is_kept(office: Office):
    await office.post(_to(office.sari, "halo"))
    await office.settled()
    kept = await office.letter("halo")
    assert kept.state == "delivered"
    assert kept.result is not None
    assert kept.result["message_id"] == (await office.playground.messages(office.sari))[-1]["message_id"]


async def test_letters_to_a_chat_keep_their_order_and_lanes_go_first(office: Office):
    drafts = [_to(office.sari, f"kabar {n}", lane=Lane.BROADCAST) for n in range(3)]
    await office.post(*drafts, _to(office.sari, "jawaban", lane=Lane.REPLY))
    for _ in range(6):
        await office.later(1.2)
        await asyncio.sleep(0.05)
    await office.settled()
    assert await office.texts(office.sari) == ["jawaban", "kabar 0", "kabar 1", "kabar 2"]


async def test_a_letter_that_waits_for_its_chats_second_costs_few_looks(office: Office, monkeypatch):
    looks: list[datetime] = []
    look = post_office.due

    async def counted(session: Session, now: datetime, *more: Any) -> Sequence[Letter]:
        looks.append(now)
        return await look(session, now, *more)

    await office.post(_to(office.sari, "satu"))
    await office.settled()
    monkeypatch.setattr(post_office, "due", counted)
    await office.post(_to(office.sari, "dua"))
    await office.settled()
    assert await office.texts(office.sari) == ["satu", "dua"]
    assert len(looks) <= 8


async def test_letters_that_leave_at_once_cost_one_look(office: Office, monkeypatch: pytest.MonkeyPatch):
    looks: list[datetime] = []
    look = post_office.due

    async def counted(session: Session, now: datetime, *more: Any) -> Sequence[post_office.Due]:
        looks.append(now)
        return await look(session, now, *more)

    await asyncio.sleep(0.2)
    monkeypatch.setattr(post_office, "due", counted)
    monkeypatch.setattr(courier_module, "NET_SECONDS", 60.0)  # looking by itself is not counted
    office.courier.wake()
    await eventually(lambda: _several(looks, 1), about="a look by which it sleeps for a minute")
    await office.post(_to(office.sari, "satu"), _to(office.group, "dua"))
    await office.settled()
    await asyncio.sleep(0.2)
    assert len(looks) == 2
    await office.post(_to(office.sari, "tiga"))  # it waits for its chat's second
    await office.later(2)
    await office.settled()
    assert await office.texts(office.sari) == ["satu", "tiga"]


async def _several(looks: Sequence[datetime], number: int) -> bool:
    return len(looks) >= number


async def test_an_edit_waits_for_the_message_it_changes(office: Office):
    edit = letters.change(office.sari, "dicoba 1", edits="prompt", key="edit")
    await office.post(_to(office.sari, "dicoba 0", key="prompt", due_at=NOW + timedelta(seconds=30)), edit)
    await asyncio.sleep(0.3)
    assert (await office.letter("edit")).state == "pending"
    for _ in range(5):
        await office.later(20)
        await asyncio.sleep(0.1)
    await office.settled()
    assert await office.texts(office.sari) == ["dicoba 1"]


async def test_an_edit_of_a_letter_that_was_refused_is_refused_too(office: Office):
    await office.playground.block(office.sari)
    await office.post(_to(office.sari, "prompt"), letters.change(office.sari, "x", edits="prompt", key="edit"))
    for _ in range(3):
        await asyncio.sleep(0.1)
        await office.later(2)
    await office.settled()
    assert (await office.letter("edit")).error == "the message to edit was never sent (refused)"


@pytest.mark.parametrize(
    ("policy", "sent", "state"),
    [(Policy.AGAIN, 2, "delivered"), (Policy.ONCE, 1, "unknown"), (Policy.REPEAT, 2, "delivered")],
)
async def test_a_lost_answer_is_settled_by_the_policy_of_the_letter(
    office: Office, policy: Policy, sent: int, state: str
):
    await office.playground.fault("answer_lost", method="sendMessage")
    await office.post(_to(office.sari, "prompt", policy=policy))
    await eventually(lambda: _attempted(office, "prompt"), about="the first try")
    await office.later(11)
    await office.settled()
    found = await office.letter("prompt")
    assert (len(await office.texts(office.sari)), found.state, found.unknowns) == (sent, state, 1)


async def _attempted(office: Office, key: str) -> bool:
    letter = await office.letter(key)
    return letter.unknowns > 0


async def test_two_lost_answers_are_enough_for_a_reminder(office: Office):
    await office.playground.fault("answer_lost", method="sendMessage", times=5)
    await office.post(_to(office.sari, "prompt", policy=Policy.AGAIN))
    await eventually(lambda: _attempted(office, "prompt"), about="the first try")
    await office.later(11)
    await office.settled()
    assert (len(await office.texts(office.sari)), (await office.letter("prompt")).state) == (2, "unknown")


async def test_html_instead_of_json_is_unknown_and_no_crash(office: Office):
    await office.playground.fault("html502", method="sendMessage")
    await office.post(_to(office.sari, "sekali", policy=Policy.ONCE), _to(office.group, "lain"))
    await office.settled()
    states = {(await office.letter("sekali")).state, (await office.letter("lain")).state}
    assert states == {"unknown", "delivered"}


async def test_a_429_pauses_that_chat_and_no_other(office: Office):
    await office.playground.fault("429", method="sendMessage", chat=office.group, retry_after=40)
    await office.post(_to(office.group, "untuk grup"))
    await eventually(lambda: _postponed(office, "untuk grup"), about="the refusal")
    await office.post(_to(office.sari, "untuk Sari"))
    await eventually(lambda: _is(office, "untuk Sari", "delivered"), about="the other chat")
    assert (await office.letter("untuk grup")).state == "pending"
    await office.later(41)
    await office.settled()
    assert await office.texts(office.group) == ["untuk grup"]
    assert (await office.letter("untuk grup")).unknowns == 0


async def _postponed(office: Office, key: str) -> bool:
    letter = await office.letter(key)
    return letter.state == "pending" and letter.attempts > 0


async def _is(office: Office, key: str, state: str) -> bool:
    return (await office.letter(key)).state == state


async def test_an_outage_makes_few_letters_unknown_and_loses_none(office: Office):
    people = [await office.playground.add_user(f"Guru {n}") for n in range(20)]
    for person in people:
        await office.playground.start(person)
    await office.playground.fault("outage", seconds=60)
    await office.post(*(_to(person, f"kabar {person}") for person in people))
    await asyncio.sleep(1.5)
    for _ in range(12):
        await office.later(11)
        await asyncio.sleep(0.15)
    await office.settled()
    for person in people:
        assert await office.texts(person) == [f"kabar {person}"]


async def test_somebody_who_blocked_the_assistant_is_not_written_to_again(office: Office):
    async with office.database.writing() as session:
        person = Person(tg_user_id=office.sari, name="Sari", consented_at=NOW, created_at=NOW, reachable=True)
        session.add(person)
    await office.playground.block(office.sari)
    await office.post(_to(office.sari, "prompt"))
    await office.settled()
    async with office.database.reading() as session:
        assert await session.scalar(select(Person.reachable)) is False
    assert "blocked" in ((await office.letter("prompt")).error or "")


async def test_letters_follow_a_group_that_became_a_supergroup(office: Office):
    async with office.database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", added_at=NOW)
        session.add(group)
        await session.flush()
        session.add(GroupChat(tg_chat_id=office.group, group_id=group.id))
    new = await office.playground.migrate(office.group)
    await office.post(_to(office.group, "prompt"), _to(office.group, "laporan"))
    for _ in range(4):
        await asyncio.sleep(0.1)
        await office.later(1.2)
    await office.settled()
    assert await office.texts(new) == ["prompt", "laporan"]
    async with office.database.reading() as session:
        rows = (await session.scalars(select(GroupChat).order_by(GroupChat.id))).all()
    assert [(row.tg_chat_id, row.current) for row in rows] == [(office.group, False), (new, True)]


async def test_what_was_due_at_once_in_an_hour_that_was_taken_back_is_due_now(office: Office):
    """Whoever wrote it had read the clock before; the courier never saw that hour. What is meant for then waits."""
    async with office.database.writing() as session:
        ahead = office.clock.now() + timedelta(days=1)
        await post(session, _to(office.sari, "kabar"), ahead)
        await post(session, _to(office.sari, "pengingat", due_at=ahead + timedelta(hours=1)), ahead)
    await office.later(11)
    await eventually(lambda: _are(office, ["kabar"]), about="the word that was due at once")
    assert (await office.letter("pengingat")).state == "pending"


async def _are(office: Office, texts: list[str]) -> bool:
    return await office.texts(office.sari) == texts


async def _all_of(found: Sequence[Any], number: int) -> bool:
    return len(found) == number


async def test_a_letter_that_is_due_again_waits_until_its_call_has_ended(office: Office, monkeypatch):
    """Its group has moved: nothing in the new chat is under way, so nothing else kept it from being taken up twice."""
    written, attempts = office.courier._write_down, []

    async def slowly(letter: Letter, reply: Any) -> None:
        await written(letter, reply)
        office.courier.wake()
        await asyncio.sleep(0.2)  # a round comes in between
        attempts.append((await office.letter(letter.key)).attempts)

    monkeypatch.setattr(office.courier, "_write_down", slowly)
    new = await office.playground.migrate(office.group)
    await office.post(_to(office.group, "prompt"))
    for _ in range(4):
        await asyncio.sleep(0.1)
        await office.later(1.2)
    await office.settled()
    assert await office.texts(new) == ["prompt"]
    await eventually(lambda: _all_of(attempts, 2), about="both calls to have ended")
    assert attempts == [1, 2]


async def test_deletions_do_not_follow_a_group_where_their_numbers_are_others_messages(office: Office):
    async with office.database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", added_at=NOW)
        session.add(group)
        await session.flush()
        session.add(GroupChat(tg_chat_id=office.group, group_id=group.id))
    await office.post(_to(office.group, "kabar"))
    await office.settled()
    new = await office.playground.migrate(office.group)
    ids = [message["message_id"] for message in await office.playground.messages(new)]
    gone = {"chat_id": office.group, "message_ids": ids}
    drafts = [
        Draft("deleteMessages", gone, office.group, key=f"back {n}", policy=Policy.REPEAT, lane=Lane.REMINDER)
        for n in range(2)
    ]
    await office.post(*drafts, _to(office.group, "prompt", lane=Lane.BROADCAST))
    for _ in range(4):
        await asyncio.sleep(0.1)
        await office.later(1.2)
    await office.settled()
    assert [(await office.letter(f"back {n}")).state for n in range(2)] == ["refused", "refused"]
    assert await office.texts(new) == ["prompt"]
    assert [message["message_id"] for message in await office.playground.messages(new)][: len(ids)] == ids


@pytest.mark.parametrize("addressed", ["old", "new"])
async def test_an_edit_ends_when_its_message_stayed_in_the_chat_that_a_group_has_left(office: Office, addressed: str):
    async with office.database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", added_at=NOW)
        session.add(group)
        await session.flush()
        session.add(GroupChat(tg_chat_id=office.group, group_id=group.id))
    await office.post(_to(office.group, "kabar"))
    await office.settled()
    new = await office.playground.migrate(office.group)
    async with office.database.writing() as session:  # a conversation that has begun in the new chat goes on
        session.add(ConversationState(bot_id=BOT, chat_id=new, user_id=office.sari, state="Setup:hour", updated_at=NOW))
    chat = new if addressed == "new" else office.group
    by_key = letters.change(chat, "dicoba 1", edits="kabar", key="by key")
    numbers = [message["message_id"] for message in await office.playground.messages(new)]
    by_number = letters.change(office.group, "dicoba 2", message_id=numbers[-1], key="by number")
    await office.post(by_key, by_number, _to(office.group, "prompt", lane=Lane.BROADCAST))
    for _ in range(8):
        await asyncio.sleep(0.1)
        await office.later(1.2)
    await office.settled(3)
    ends = {key: (await office.letter(key)).state for key in ("by key", "by number", "prompt")}
    assert ends == {"by key": "refused", "by number": "refused", "prompt": "delivered"}
    assert (await office.letter("by key")).attempts == 1
    assert await office.texts(new) == ["prompt"]
    async with office.database.reading() as session:
        assert await session.scalar(select(ConversationState.state).where(ConversationState.chat_id == new))


async def test_of_many_copies_at_once_every_message_id_is_kept(office: Office):
    sent = [await office.playground.send(office.sari, office.sari, text) for text in ("satu", "dua", "tiga")]
    params = {"chat_id": office.group, "from_chat_id": office.sari, "message_ids": sent}
    await office.post(Draft("copyMessages", params, office.group, key="cast", policy=Policy.ONCE))
    await office.settled()
    there = [message["message_id"] for message in await office.playground.messages(office.group)]
    assert (await office.letter("cast")).result == {"message_ids": there[-3:]}


async def test_a_letter_past_its_time_is_dropped_and_counted(office: Office):
    await office.post(
        _to(
            office.sari,
            "rapat mulai 10 menit lagi",
            due_at=NOW + timedelta(hours=1),
            not_after=NOW + timedelta(hours=2),
        )
    )
    await office.later(3 * 3600)
    await office.settled()
    assert (await office.letter("rapat mulai 10 menit lagi")).state == "dropped"
    assert office.courier.counted["dropped"] == 1
    assert await office.texts(office.sari) == []


async def test_a_letter_whose_sender_died_becomes_unknown_when_its_lease_runs_out(office: Office):
    await office.post(_to(office.sari, "prompt", due_at=NOW + timedelta(minutes=5)))
    async with office.database.writing() as session:
        await session.execute(
            update(Letter).values(state="sending", attempts=1, leased_until=NOW + timedelta(seconds=90))
        )
    await asyncio.sleep(0.1)
    assert (await office.letter("prompt")).state == "sending"
    await office.later(91)
    await eventually(lambda: _attempted(office, "prompt"), about="the lease to run out")
    await office.later(11)
    await office.settled()
    assert (await office.letter("prompt")).state == "delivered"


async def test_an_answer_comes_back_as_an_update_of_our_own(office: Office):
    question = letters.ask("getChatMember", "checked", chat_id=office.group, user_id=office.sari)
    await office.post(replace(question, key="ask", then_data={"user_id": office.sari, "chat_id": office.group}))
    await office.settled()
    async with office.database.reading() as session:
        row = (await session.scalars(select(Arrival))).one()
    assert row.update_id == -(await office.letter("ask")).id
    assert row.raw is not None
    assert (row.raw["answer"]["ok"], row.raw["answer"]["result"]["status"]) == (True, "creator")
    assert (await office.letter("ask")).result is None, "names of members are not kept with the letter"


async def test_of_somebody_who_has_not_agreed_nothing_stays_in_the_outbox(office: Office):
    await office.post(_to(office.sari, "Bolehkah saya mencatat?", key="consent:f00", forgets=True))
    await office.settled()
    found = await office.letter("consent:f00")
    assert (found.state, found.chat_id, found.params, found.result) == ("delivered", None, None, None)


async def test_thirty_letters_to_a_group_earn_no_429(office: Office):
    await office.post(*(_to(office.group, f"kabar {n}", lane=Lane.BROADCAST) for n in range(30)))
    start: datetime = office.clock.now()
    while (office.clock.now() - start) < timedelta(seconds=150):
        await office.later(1.05)
        await asyncio.sleep(0.02)
    await office.settled()
    assert office.courier.counted["throttled"] == 0
    assert await office.texts(office.group) == [f"kabar {n}" for n in range(30)]


async def test_whoever_goes_on_keeps_to_the_pace_of_who_was_before(office: Office):
    """A group takes twenty a minute: the nineteen of the one before count for the one who follows."""
    await office.post(*(_to(office.group, f"kabar {n}") for n in range(40)))
    while len(await office.texts(office.group)) < 19:
        await office.later(1.05)
        await asyncio.sleep(0.02)
    office.courier.stop()
    await asyncio.sleep(0.2)
    line = office.courier._line
    following = Courier(office.database, line, office.clock, BOT)
    running = asyncio.create_task(following.run())
    for _ in range(15):
        office.clock.turn(by=timedelta(seconds=1.05))
        following.wake()
        await asyncio.sleep(0.05)
    assert following.counted["throttled"] == 0
    assert 19 <= len(await office.texts(office.group)) <= 21
    following.stop()
    await running


async def test_of_a_letter_deleted_on_its_way_no_answer_comes_back(office: Office):
    """Somebody has their data removed while a letter to them is in flight."""
    await office.playground.fault("slow", method="getChat", seconds=0.5)
    question = letters.ask("getChat", "community.named", chat_id=office.sari)
    await office.post(replace(question, key="ask"))
    await eventually(lambda: _is(office, "ask", "sending"), about="the call")
    async with office.database.writing() as session:
        await session.execute(delete(Letter))
    await eventually(lambda: _delivered(office), about="the answer of Telegram")
    async with office.database.reading() as session:
        assert (await session.scalars(select(Arrival))).all() == []


async def _delivered(office: Office) -> int:
    return office.courier.counted["delivered"]


async def test_a_letter_that_got_newer_words_on_the_way_is_sent_with_the_newer_ones(office: Office):
    """The counts at a prompt's foot are rewritten in place while their edit waits."""
    looked = office.courier._choose

    def rewritten_between_look_and_claim(candidates: Any, room: int) -> Any:
        with contextlib.closing(sqlite3.connect(office.database.url.database or "")) as other:
            other.execute("update outbox set params = json_set(params, '$.text', 'dicoba 4')")
            other.commit()
        return looked(candidates, room)

    office.courier._choose = rewritten_between_look_and_claim  # type: ignore[method-assign]
    await office.post(_to(office.sari, "dicoba 3"))
    await office.settled()
    assert await office.texts(office.sari) == ["dicoba 4"]


async def test_a_clock_that_jumps_past_the_lease_does_not_double_what_is_under_way(office: Office):
    await office.playground.fault("slow", method="sendMessage", seconds=0.6)
    await office.post(_to(office.sari, "selamat datang"))
    await eventually(lambda: _is(office, "selamat datang", "sending"), about="the call")
    await office.later(3600)
    await office.settled()
    await office.later(60)
    await asyncio.sleep(0.1)
    assert await office.texts(office.sari) == ["selamat datang"]
    assert (await office.letter("selamat datang")).unknowns == 0
