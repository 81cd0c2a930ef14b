"""Groups talk for two weeks, some people having agreed and some not: what is kept, and of whom."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from community import conversation
from learning import programmes
from playground.client import Playground
from storage.database import Session
from storage.models import Group, GroupChat, Letter, Membership, Message, MessageCount, Person
from tests.filled import filled
from tests.journeys.house import House, open_house

Json = dict[str, Any]
TALK = [json.loads(line) for line in Path("tests/data/conversations.jsonl").read_text(encoding="utf-8").splitlines()]
THOUGHTS = (
    "Sudah saya coba, anak-anak lebih berani bertanya.",
    "Kelompok cepat selesai duluan, besok saya siapkan tantangan tambahan.",
    "Masih ramai di awal, tetapi tanda jempolnya membantu saya melihat siapa yang bingung.",
)
ALL = {line["group"] for line in TALK}
SOME = {"D4", "D5"}  # in two zones; all eight in the big run
NOT_PEOPLE = {"(sistem)", "(system)", "Bot Belajar Harian"}
MONDAY = date(2025, 10, 6)  # the groups talked in different years; here all begin in this week, without holidays
ZONES = {"D4": "Asia/Makassar"}
BEFORE = timedelta(hours=14)  # how long before its first message a group is set up
CLOSE = timedelta(minutes=10)  # messages this near to each other may share a turn of the clock
IDLE = timedelta(minutes=45)  # after such a silence everything under way is waited for


@dataclass
class Crowd:
    """One group of the talk, as it stands in the playground."""

    chat: int
    people: dict[str, int]  # sender to Telegram id
    agreed: set[str]
    coach: str
    group_id: int = 0
    looked: int = 0  # the newest message seen when somebody last looked for a prompt
    ids: dict[str, int] = field(default_factory=dict)  # id of the line to message id


def _beginnings(talk: list[Json]) -> list[tuple[datetime, Json]]:
    """Every line on its weekday and at its hour, and before each group's first line the group itself."""
    found: list[tuple[datetime, Json]] = []
    for name in sorted({line["group"] for line in talk}):
        lines = [line for line in talk if line["group"] == name]
        first = datetime.fromisoformat(lines[0]["sent_at"])
        earlier = (first.date() - MONDAY).days // 7 * timedelta(weeks=1)
        found.append((first - earlier - BEFORE, {"begin": name, "lines": lines}))
        found += [(datetime.fromisoformat(line["sent_at"]) - earlier, line) for line in lines]
    return sorted(found, key=lambda one: one[0])


def _half_past_three(after: datetime) -> datetime:
    """When the coaches' digests are due next in Jakarta, and have been due for an hour in Makassar."""
    local = after.astimezone(ZoneInfo("Asia/Jakarta"))
    today = local.replace(hour=15, minute=31, second=0)
    return today if today > local else today + timedelta(days=1)


async def _move_in(house: House, name: str, lines: list[Json]) -> Crowd:
    """A group whose every third member has not agreed; the first who did is its coach."""
    play = house.playground
    senders = list(dict.fromkeys(line["sender"] for line in lines if line["sender"] not in NOT_PEOPLE))
    people = {sender: await play.add_user(sender) for sender in senders}
    agreed = {sender for number, sender in enumerate(senders) if number % 3 != 2}
    first = next(sender for sender in senders if sender in agreed)
    chat = await play.add_group(f"Grup {name}", creator=people[first], members=list(people.values()))
    await play.add_bot(chat, people[first], admin=True)
    await house.settled()
    crowd = Crowd(chat, people, agreed, first)
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        crowd.group_id = group.id
        group.state, group.zone, group.prompt_time = "active", ZONES.get(name, "Asia/Jakarta"), "06:30"
        group.set_up_at = now
        for sender in agreed:
            await _agree(session, crowd, sender, now)
        await session.flush()
        await programmes.enrol(session, group.id, "awal", now)
    for sender in agreed:
        await play.start(people[sender])
    await house.settled()
    return crowd


async def _agree(session: Session, crowd: Crowd, sender: str, now: datetime) -> None:
    person = Person(
        tg_user_id=crowd.people[sender], name=sender, consented_at=now, created_at=now, reachable=True, language="id"
    )
    session.add(person)
    await session.flush()
    roles = ["teacher", "coach"] if sender == crowd.coach else ["teacher"]
    for role in roles:
        session.add(Membership(person_id=person.id, group_id=crowd.group_id, role=role, since=now))


async def _say(play: Playground, crowd: Crowd, line: Json) -> None:
    if line["sender"] in NOT_PEOPLE:
        return
    kind = "text" if line["kind"] in {"link", "poll"} else line["kind"]
    answered = crowd.ids.get(line["reply_to"] or "")
    crowd.ids[line["id"]] = await play.send(
        crowd.people[line["sender"]],
        crowd.chat,
        line["text"] or ("📊" if kind == "text" else ""),
        kind=kind,
        file_name=line["file_name"],
        reply_to=answered,
    )


async def _take_part(house: House, crowd: Crowd) -> None:
    """Two of those who agreed answer a prompt that has just arrived: one by a button, one in the group."""
    said = await house.playground.messages(crowd.chat, after=crowd.looked)
    crowd.looked = max([crowd.looked, *(message["message_id"] for message in said)])
    prompts = [
        message
        for message in said
        if "refl:" in str(message.get("reply_markup")) and message["message_id"] not in crowd.ids.values()
    ]
    if not prompts:
        return
    prompt = prompts[-1]["message_id"]
    if f"took {prompt}" in crowd.ids:
        return
    crowd.ids[f"took {prompt}"] = prompt
    one, two = sorted(crowd.agreed - {crowd.coach})[:2]
    await house.playground.press(crowd.people[one], crowd.chat, prompt, label="Sudah")
    thought = THOUGHTS[prompt % len(THOUGHTS)]
    await house.playground.send(crowd.people[two], crowd.chat, thought, reply_to=prompt)


async def everything(house: House) -> str:
    """All that is stored, as one text."""
    found = []
    async with house.assistant.database.reading() as session:
        for table in await filled(session):
            found += [repr(tuple(row)) for row in await session.execute(select(table))]
    return "\n".join(found)


@pytest.mark.parametrize("groups", [SOME, pytest.param(ALL, marks=pytest.mark.chaos)], ids=["two", "eight"])
async def test_messages_of_people_who_agreed_are_tagged_and_nobody_elses_is_anywhere(
    one_database_url: str, groups: set[str]
):
    talk = [line for line in TALK if line["group"] in groups]
    events = _beginnings(talk)
    crowds: dict[str, Crowd] = {}
    async with open_house(one_database_url, events[0][0]) as house:
        previous = turned = events[0][0]
        for moment, line in events:
            if moment - previous > IDLE:
                await house.settled()
                for crowd in crowds.values():
                    await _take_part(house, crowd)
                await house.settled()
                if (digests := _half_past_three(previous)) < moment:
                    await house.turned(digests)
            previous = moment
            if moment - turned > CLOSE and moment > await house.playground.clock():
                await house.playground.turn(to=moment)
                turned = moment
            if "begin" in line:
                crowds[line["begin"]] = await _move_in(house, line["begin"], line["lines"])
            else:
                await _say(house.playground, crowds[line["group"]], line)
        await house.settled()
        await _check_messages(house, crowds)
        await _check_silence(house, crowds, talk)
        await _check_reports(house, crowds)
        digests = await house.rows(Letter, Letter.key.startswith("digest:"))
        for crowd in crowds.values():
            told = await house.playground.messages(crowd.people[crowd.coach])
            print("\n".join(f"--- {message.get('text')}\n" for message in told if message["from"]["is_bot"]))
        assert {letter.group_id for letter in digests} == {crowd.group_id for crowd in crowds.values()}


async def _check_messages(house: House, crowds: dict[str, Crowd]) -> None:
    stored: dict[int, dict[int, Message]] = defaultdict(dict)
    for message in await house.rows(Message):
        stored[message.group_id][message.tg_message_id] = message
    for name, crowd in crowds.items():
        expected = {
            crowd.ids[line["id"]]: line for line in TALK if line["group"] == name and line["sender"] in crowd.agreed
        }
        took = {number for what, number in crowd.ids.items() if what.startswith("took")}
        ours = {number: message for number, message in stored[crowd.group_id].items() if number in expected}
        assert set(ours) == set(expected), name
        assert len(stored[crowd.group_id]) == len(expected) + len(took), "and each answer to a prompt"
        assert all(message.label and message.reason for message in ours.values())
        counted = await house.rows(MessageCount, MessageCount.group_id == crowd.group_id)
        said = [line for line in TALK if line["group"] == name and line["sender"] not in NOT_PEOPLE]
        assert sum(count.messages for count in counted) == len(said) + len(took)


async def _check_silence(house: House, crowds: dict[str, Crowd], talk: list[Json]) -> None:
    stored = await everything(house)
    agreed_words = {line["text"] for line in talk if line["sender"] in crowds[line["group"]].agreed}
    for line in talk:
        crowd = crowds[line["group"]]
        if line["sender"] in crowd.agreed or line["sender"] in NOT_PEOPLE:
            continue
        if len(line["text"]) > 15 and not any(line["text"] in words for words in agreed_words):
            assert line["text"] not in stored, line["id"]
        if line["file_name"]:
            assert line["file_name"] not in stored, line["id"]
        assert str(crowd.people[line["sender"]]) not in stored, line["sender"]


async def _check_reports(house: House, crowds: dict[str, Crowd]) -> None:
    """The report of each group counts exactly what was recorded."""
    long_ago, now = house.assistant.clock.now() - timedelta(days=4000), house.assistant.clock.now()
    async with house.assistant.database.reading() as session:
        for crowd in crowds.values():
            group = await session.get_one(Group, crowd.group_id)
            counts = await conversation.counts(session, [group], long_ago, now)
            recorded = await house.rows(Message, Message.group_id == crowd.group_id)
            assert counts.total == len(recorded)
