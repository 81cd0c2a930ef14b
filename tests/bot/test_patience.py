"""A lively class is never slowed; a script is told once and then passed over, and loses nothing by it."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.app import Assistant
from bot.patience import Pace, Patience
from bot.settings import load
from content.texts import Texts
from scheduler.clock import TurnableClock
from storage.models import Arrival, BotAccount, Group, GroupChat, Letter, Membership, Message, Person
from tests.storage.test_database import NOW

CHAT = -1009990001
SCRIPT = 880_001


def written(user: int, at: datetime, text: str = "/hariini", chat: int = 0, **more: Any) -> dict[str, Any]:
    kind = "supergroup" if chat else "private"
    body = {"message_id": 1, "date": int(at.timestamp()), "chat": {"id": chat or user, "type": kind}}
    return {"message": body | {"from": {"id": user, "is_bot": False, "first_name": "-"}, "text": text} | more}


def tapped(user: int, chat: int = 0) -> dict[str, Any]:
    where = {"message_id": 1, "date": 1, "chat": {"id": chat or user, "type": "supergroup" if chat else "private"}}
    who = {"id": user, "is_bot": False, "first_name": "-"}
    return {"callback_query": {"id": "1", "chat_instance": "", "from": who, "data": "x", "message": where}}


def met(asked: Iterator[tuple[dict[str, Any], datetime]]) -> Counter[Pace]:
    patience = Patience()
    return Counter(patience.pace(number, raw, at) for number, (raw, at) in enumerate(asked, start=1))


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


LIVELY = {
    "forty teachers write at once": ((written(1000 + one, NOW, chat=CHAT), NOW) for one in range(40)),
    "forty teachers tap at once, and once more": ((tapped(1000 + one % 40, CHAT), NOW) for one in range(80)),
    "a teacher taps ten buttons in ten seconds": ((tapped(7), seconds(one)) for one in range(10)),
    "thirty messages and an album are forwarded": ((written(7, NOW, "foto"), NOW) for _ in range(40)),
    "a message a second for an hour": ((written(7, seconds(one), "ya"), seconds(one)) for one in range(3600)),
    "a day's messages come at once after an outage": (
        (written(7, seconds(60 * one), "ya"), seconds(86_400)) for one in range(300)
    ),
    "a group chats while forty answer a prompt": (
        (written(1000 + one % 40, seconds(one / 10), "Sudah saya coba", CHAT), NOW) for one in range(400)
    ),
    "anonymous admins of many groups share one account": (
        (written(1087968824, NOW, "ya", -1000 - one, sender_chat={"id": -1000 - one}), NOW) for one in range(200)
    ),
    "what Telegram tells by itself is nobody's asking": (({"poll_answer": {"poll_id": "1"}}, NOW) for _ in range(500)),
}


@pytest.mark.parametrize("asked", LIVELY.values(), ids=LIVELY.keys())
def test_a_lively_class_is_answered(asked: Iterator[tuple[dict[str, Any], datetime]]) -> None:
    found = met(asked)
    assert set(found) == {Pace.ANSWER}


def test_fifty_commands_a_second_are_told_once_and_then_passed_over() -> None:
    found = met((written(SCRIPT, seconds(one / 50)), seconds(one / 50)) for one in range(50 * 60))
    assert found[Pace.TELL] == 1
    assert 90 <= found[Pace.ANSWER] <= 100, "forty at once, then one a second: what can be answered at all"


def test_after_a_rest_everything_is_answered_again_and_the_next_flood_is_told_again() -> None:
    patience, number = Patience(), 0
    for start in (0, 300):
        found = Counter[Pace]()
        for one in range(100):
            number += 1
            found[patience.pace(number, written(SCRIPT, seconds(start)), seconds(start + one / 50))] += 1
        assert (found[Pace.TELL], found[Pace.ANSWER]) == (1, 40)


def test_who_floods_a_group_with_commands_is_not_shamed_there_and_keeps_taps_and_words_open() -> None:
    patience = Patience()
    alone = [patience.pace(one, written(SCRIPT, NOW, chat=CHAT), NOW) for one in range(1, 200)]
    assert set(alone[40:]) == {Pace.SILENCE}, "their own measure ends first, and nobody reads of it"
    others = [patience.pace(1000 + one, written(3000 + one, NOW, chat=CHAT), NOW) for one in range(60)]
    assert Counter(others) == {Pace.ANSWER: 20, Pace.TELL: 1, Pace.SILENCE: 39}
    assert patience.pace(2001, tapped(5001, CHAT), NOW) is Pace.ANSWER
    assert patience.pace(2002, written(5002, NOW, "Sudah saya coba", CHAT), NOW) is Pace.ANSWER
    assert patience.pace(2003, written(5002, NOW), NOW) is Pace.ANSWER, "in private"


def test_an_update_that_is_tried_again_counts_once() -> None:
    patience = Patience()
    assert {patience.pace(7, written(SCRIPT, NOW), NOW) for _ in range(100)} == {Pace.ANSWER}
    assert patience.pace(8, written(SCRIPT, NOW), NOW) is Pace.ANSWER


def test_what_is_remembered_stays_small() -> None:
    patience = Patience()
    for number in range(1, 20_000):
        patience.pace(number, written(number, seconds(number / 100), "ya"), seconds(number / 100))
    assert len(patience._glasses) <= 4096


async def test_the_flood_is_stored_and_listened_to_and_a_colleague_is_answered_meanwhile(one_database_url: str) -> None:
    assistant = Assistant(load(bot_token="42:PLAYGROUND", database_url=one_database_url), TurnableClock(NOW))
    assistant.account = BotAccount(id=42, username="SejawatBot", name="Sejawat", reads_all=False, asked_at=NOW)
    async with assistant.database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", added_at=NOW)
        agreed = {"language": "id", "reachable": True, "consented_at": NOW, "created_at": NOW}
        people = [Person(tg_user_id=one, name=f"Guru {one}", **agreed) for one in (SCRIPT, SCRIPT + 1)]
        session.add_all([group, *people])
        await session.flush()
        session.add(GroupChat(tg_chat_id=CHAT, group_id=group.id))
        session.add_all([Membership(person_id=one.id, group_id=group.id, role="teacher", since=NOW) for one in people])
    await assistant.build()
    flood = [_update(number, written(SCRIPT, NOW, "/bantuan")) for number in range(1, 151)]
    spoken = [_update(200 + one, written(SCRIPT, NOW, f"/bantuan {one}", CHAT, message_id=one)) for one in range(1, 31)]
    await assistant.intake.take([*flood, *spoken, _update(300, written(SCRIPT + 1, NOW, "/bantuan"))])
    while await assistant.pump.listen() or await assistant.pump.talk():
        pass
    async with assistant.database.reading() as session:
        states = dict((await session.execute(select(Arrival.state, func.count()).group_by(Arrival.state))).all())
        assert states == {"done": 41, "slowed": 140}
        assert await session.scalar(select(func.count()).select_from(Message)) == 30, "listening goes on"
        told = [one.params["text"] for one in await session.scalars(select(Letter).where(Letter.chat_id == SCRIPT))]
        assert len(told) == 41
        assert told.count(Texts("id")("common.slowly")) == 1
        answered = select(func.count()).select_from(Letter).where(Letter.chat_id == SCRIPT + 1)
        assert await session.scalar(answered) == 1
        assert await session.scalar(select(func.count()).select_from(Letter).where(Letter.chat_id == CHAT)) == 0
    await assistant.database.close()


def _update(number: int, raw: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": number} | raw
