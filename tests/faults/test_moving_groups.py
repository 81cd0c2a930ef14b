"""Groups that move or send the assistant away in the middle of a broadcast: each word once, nothing lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from learning import programmes
from storage.letters import Draft, Lane, Policy, message
from storage.models import Enrolment, Group, GroupChat, Letter, Membership, Message, Person
from storage.outbox import post_many
from tests.journeys.house import House, open_house
from tests.waiting import eventually

SUNDAY = datetime(2026, 8, 2, 9, 0, tzinfo=UTC)
FIRST_PROMPT, SECOND_PROMPT, THIRD_PROMPT = (datetime(2026, 8, day, 23, 31, tzinfo=UTC) for day in (2, 3, 4))
WORDS = [f"kabar {number}" for number in range(8)]


async def _groups(house: House, number: int) -> tuple[int, list[int]]:
    """Basic groups of one teacher who has agreed; they follow a pack."""
    play = house.playground
    await play.floods(False)
    sari = await play.add_user("Sari")
    chats = [await play.add_group(f"SDN Melati {one}", creator=sari, kind="group") for one in range(number)]
    for chat in chats:
        await play.add_bot(chat, sari, admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        person = Person(tg_user_id=sari, name="Sari", reachable=True, consented_at=now, created_at=now)
        session.add(person)
        await session.flush()
        for group in list(await session.scalars(select(Group))):
            group.state, group.set_up_at = "active", now
            session.add(Membership(person_id=person.id, group_id=group.id, role="teacher", since=now))
            await programmes.enrol(session, group.id, "awal", now)
    await play.start(sari)
    return sari, chats


async def _cast(house: House, sari: int, chats: list[int]) -> None:
    """Eight words to each group, and a copy of what a facilitator wrote, which is never repeated."""
    wrote = await house.playground.send(sari, sari, "Materi pekan ini")
    await house.settled()
    async with house.assistant.database.writing() as session:
        for chat in chats:
            drafts = [message(chat, one, key=f"{one}:{chat}", lane=Lane.BROADCAST) for one in WORDS]
            copy = {"chat_id": chat, "from_chat_id": sari, "message_ids": [wrote]}
            drafts.append(
                Draft("copyMessages", copy, chat, key=f"copy:{chat}", policy=Policy.ONCE, lane=Lane.BROADCAST)
            )
            await post_many(session, drafts, house.assistant.clock.now())


async def _said(house: House, *chats: int) -> list[str]:
    found = [one for chat in chats for one in await house.playground.messages(chat) if one["from"]["is_bot"]]
    return [one.get("text", "") for one in found if one.get("text") in (*WORDS, "Materi pekan ini")]


async def _under_way(house: House, chat: int, at_least: int) -> None:
    """Until so many have arrived; the clock runs on, a second for each."""

    async def so_many() -> bool:
        await house.playground.turn(by=timedelta(seconds=1.1))
        return len(await _said(house, chat)) >= at_least

    await eventually(so_many, timeout=30, about="some of the broadcast to have gone out")


def _forbidden(call: dict[str, Any], chat: int) -> bool:
    told = call["params"].get("chat_id") == chat and call["method"].lower() == "sendmessage"
    return told and call["status"] == 403


async def test_a_group_upgraded_in_the_middle_gets_the_rest_in_its_new_chat(one_database_url: str):
    async with open_house(one_database_url, SUNDAY) as house:
        sari, chats = await _groups(house, 3)
        await _cast(house, sari, chats)
        await _under_way(house, chats[0], 2)
        await house.playground.fault("slow", method="sendMessage", chat=chats[0], times=1, seconds=0.3)
        new = await house.playground.migrate(chats[0])
        await house.settled()
        assert sorted(await _said(house, chats[0], new)) == sorted([*WORDS, "Materi pekan ini"]), "each of them once"
        assert len(await _said(house, new)) >= len(WORDS) - 4, "what waited has come along"
        for chat in chats[1:]:
            assert sorted(await _said(house, chat)) == sorted([*WORDS, "Materi pekan ini"])
        letters = await house.rows(Letter, Letter.lane == int(Lane.BROADCAST))
        assert {one.state for one in letters} == {"delivered"}
        rows = await house.rows(GroupChat, GroupChat.tg_chat_id.in_((chats[0], new)))
        assert len({row.group_id for row in rows}) == 1
        assert {row.tg_chat_id: row.current for row in rows} == {chats[0]: False, new: True}
        await house.turned(FIRST_PROMPT)
        prompts = [one for one in await house.playground.messages(new) if "refl:" in str(one.get("reply_markup"))]
        assert len(prompts) == 1


async def test_a_group_that_sends_the_assistant_away_is_paused_and_comes_back_with_its_data(one_database_url: str):
    async with open_house(one_database_url, SUNDAY) as house:
        sari, (chat, other) = await _groups(house, 2)
        await house.playground.send(sari, chat, "Terima kasih, Bu.")
        await _cast(house, sari, [chat, other])
        await _under_way(house, chat, 2)
        await house.playground.remove_bot(chat, sari)
        await house.settled()
        said, calls = await _said(house, chat), await house.playground.calls()
        assert len(said) < len(WORDS)
        assert sorted(await _said(house, other)) == sorted([*WORDS, "Materi pekan ini"])
        ends = {one.key: one.state for one in await house.rows(Letter, Letter.chat_id == chat)}
        assert {ends[f"{one}:{chat}"] for one in WORDS if one not in said} == {"refused"}
        to_it = [one["params"].get("text") for one in calls if _forbidden(one, chat)]
        assert len(to_it) == len(set(to_it)), "each was tried once"
        (row,) = await house.rows(Group, Group.title == "SDN Melati 0")
        assert (row.state, row.left_at is not None) == ("left", True)
        await house.turned(FIRST_PROMPT)
        await house.turned(SECOND_PROMPT)
        after = await house.playground.calls(after=len(calls))
        assert not [one for one in after if one["params"].get("chat_id") == chat], "nobody writes to it meanwhile"
        await house.playground.add_bot(chat, sari, admin=True)
        await house.settled()
        (row,) = await house.rows(Group, Group.title == "SDN Melati 0")
        assert (row.state, row.left_at) == ("active", None)
        kept = [await house.rows(table, table.group_id == row.id) for table in (Membership, Enrolment, Message)]
        assert [len(rows) for rows in kept] == [1, 1, 1]
        await house.turned(THIRD_PROMPT)
        prompts = [one for one in await house.playground.messages(chat) if "refl:" in str(one.get("reply_markup"))]
        assert len(prompts) == 1, "the programme goes on where it was"
        assert await _said(house, chat) == said, "and what failed is not made up for"
