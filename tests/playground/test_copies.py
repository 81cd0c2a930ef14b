"""Copying and forwarding many messages at once: albums, polls, quizzes that keep their answer, and TDLib's refusals."""

from playground.client import Playground
from tests.playground.conftest import RawBot, School


async def test_an_album_stays_an_album_and_the_copies_carry_no_name(
    people: Playground, bot: RawBot, school: School
) -> None:
    sent = [await people.send(school.sari, school.sari, f"{n}", kind="photo", album="a") for n in range(3)]
    sent.append(await people.send(school.sari, school.sari, "Sampai jumpa"))
    copied = await bot.do("copyMessages", chat_id=school.group, from_chat_id=school.sari, message_ids=sent)
    assert [set(one) for one in copied] == [{"message_id"}] * 4
    there = (await people.messages(school.group))[-4:]
    albums = [message.get("media_group_id") for message in there]
    assert albums[0] == albums[1] == albums[2] is not None
    assert albums[3] is None and albums[0] != "a"
    assert [message.get("caption") or message["text"] for message in there] == ["0", "1", "2", "Sampai jumpa"]
    assert not any("forward_origin" in message for message in there)


async def test_a_forwarded_album_of_a_channel_shows_the_channel(
    people: Playground, bot: RawBot, school: School
) -> None:
    channel = await people.add_channel("Dinas", creator=school.budi)
    sent = [
        await people.send(school.sari, school.sari, kind="photo", album="a", forward_from=channel) for _ in range(2)
    ]
    (update, *_) = await bot.fresh("message")
    assert update["forward_origin"]["chat"]["title"] == "Dinas"
    await bot.do("forwardMessages", chat_id=school.group, from_chat_id=school.sari, message_ids=sent)
    there = (await people.messages(school.group))[-2:]
    assert {message["forward_origin"]["type"] for message in there} == {"channel"}
    assert len({message["media_group_id"] for message in there}) == 1


async def test_a_copied_poll_is_the_bots_own_and_its_votes_come_to_the_bot(
    people: Playground, bot: RawBot, school: School
) -> None:
    sent = await people.send(school.sari, school.sari, "Kapan?", kind="poll", options=["Senin", "Rabu"])
    await people.vote(school.sari, school.sari, sent, [0])
    await bot.do("copyMessages", chat_id=school.group, from_chat_id=school.sari, message_ids=[sent])
    copy = (await people.messages(school.group))[-1]
    assert (copy["poll"]["question"], copy["poll"]["total_voter_count"]) == ("Kapan?", 0)
    await bot.forget()
    await people.vote(school.budi, school.group, copy["message_id"], [1])
    (told,) = await bot.fresh("poll")
    assert (told["id"], told["total_voter_count"]) == (copy["poll"]["id"], 1)


async def test_a_quiz_is_copied_only_while_the_bot_knows_its_answer(
    people: Playground, bot: RawBot, school: School
) -> None:
    own = await people.send(school.sari, school.sari, "2 + 3?", kind="poll", options=["4", "5"], correct=1)
    passed_on = await people.send(
        school.sari, school.sari, "2 + 3?", kind="poll", options=["4", "5"], correct=1, forward_from=school.tamu
    )
    polls = [message["poll"] for message in await bot.fresh("message")]
    assert [poll.get("correct_option_ids") for poll in polls] == [[1], None]
    wanted = {"chat_id": school.group, "from_chat_id": school.sari}
    assert len(await bot.do("copyMessages", **wanted, message_ids=[own, passed_on])) == 1, "the other is skipped"
    assert await bot.refusal("copyMessages", **wanted, message_ids=[passed_on]) == (
        "Bad Request: messages can't be forwarded"
    )
    assert await bot.refusal("copyMessage", **wanted, message_id=passed_on) == "Bad Request: message can't be copied"


async def test_what_is_not_there_not_in_order_or_protected_is_refused_as_tdlib_does(
    people: Playground, bot: RawBot, school: School
) -> None:
    first, second = [await people.send(school.sari, school.sari, text) for text in ("satu", "dua")]
    closed = await people.send(school.sari, school.sari, "rahasia", protected=True)
    wanted = {"chat_id": school.group, "from_chat_id": school.sari}
    for method in ("copyMessages", "forwardMessages"):
        for ids, words in (
            ([9999], "there are no messages to forward"),
            ([second, first], "message identifiers must be in a strictly increasing order"),
            ([first, first], "message identifiers must be in a strictly increasing order"),
            ([closed], "messages can't be forwarded"),
        ):
            assert await bot.refusal(method, **wanted, message_ids=ids) == f"Bad Request: {words}"
        assert len(await bot.do(method, **wanted, message_ids=[first, closed, 9999])) == 1


async def test_the_private_chat_is_read_from_even_after_the_person_blocked_the_bot(
    people: Playground, bot: RawBot, school: School
) -> None:
    sent = await people.send(school.sari, school.sari, "Besok rapat")
    await people.block(school.sari)
    copied = await bot.do("copyMessages", chat_id=school.group, from_chat_id=school.sari, message_ids=[sent])
    assert len(copied) == 1
