"""Who is in a group, what the bot gets to see there, and what becomes of a group."""

from datetime import timedelta
from typing import Any

import pytest

from playground.client import Playground
from tests.playground.conftest import RawBot, School


@pytest.fixture
async def shy(people: Playground, bot: RawBot) -> School:
    """As ``school``, but the bot is a plain member in privacy mode."""
    sari, budi, tamu = [await people.add_user(name) for name in ("Sari", "Budi", "Tamu")]
    group = await people.add_group("SDN Melati", creator=sari, members=[budi])
    await people.add_bot(group, sari)
    await bot.forget()
    return School(group, sari, budi, tamu)


async def seen(bot: RawBot) -> list[str]:
    return [message.get("text", "") for message in await bot.fresh("message")]


async def test_in_privacy_mode_the_bot_sees_what_is_meant_for_it(people: Playground, bot: RawBot, shy: School) -> None:
    await people.send(shy.budi, shy.group, "obrolan biasa")
    await people.send(shy.budi, shy.group, "/bantuan")
    await people.send(shy.budi, shy.group, "/bantuan@BotLain")
    assert await seen(bot) == []
    await people.send(shy.budi, shy.group, "/bantuan@SejawatBot")
    assert await seen(bot) == ["/bantuan@SejawatBot"]
    sent = await bot.do("sendMessage", chat_id=shy.group, text="Halo")
    await people.send(shy.budi, shy.group, "/bantuan")
    await people.send(shy.budi, shy.group, "balasan", reply_to=sent["message_id"])
    await people.title(shy.group, "Nama baru")
    assert await seen(bot) == ["/bantuan", "balasan", ""]


async def test_a_general_command_goes_to_the_bot_that_spoke_last(people: Playground, bot: RawBot, shy: School) -> None:
    other = RawBot(bot.url, bot.session, "7:LAIN")
    await other.do("getMe")
    await people.add_bot(shy.group, shy.sari, bot_id=7)
    await other.forget()
    mine = await bot.do("sendMessage", chat_id=shy.group, text="Halo")
    await other.do("sendMessage", chat_id=shy.group, text="Saya juga")
    await bot.forget()
    await people.send(shy.budi, shy.group, "/bantuan")
    assert (await seen(bot), await seen(other)) == ([], ["/bantuan"])
    await people.send(shy.budi, shy.group, "/bantuan", reply_to=mine["message_id"])
    assert (await seen(bot), await seen(other)) == (["/bantuan"], [])


async def test_a_message_meant_for_two_shy_bots_goes_to_one(people: Playground, bot: RawBot, shy: School) -> None:
    other = RawBot(bot.url, bot.session, "7:LAIN")
    await other.do("getMe")
    await people.add_bot(shy.group, shy.sari, bot_id=7)
    await other.forget()
    await bot.forget()
    await people.send(shy.budi, shy.group, "/bantuan@SejawatBot", via_bot=7)
    assert len(await seen(bot)) + len(await seen(other)) == 1


async def test_switching_privacy_off_takes_effect_when_the_bot_is_added_again(
    people: Playground, bot: RawBot, shy: School
) -> None:
    await people.privacy(False)
    assert (await bot.do("getMe"))["can_read_all_group_messages"] is True
    await people.send(shy.budi, shy.group, "belum terlihat")
    assert await seen(bot) == []
    await people.remove_bot(shy.group, shy.sari)
    await people.add_bot(shy.group, shy.sari)
    await bot.forget()
    await people.send(shy.budi, shy.group, "terlihat")
    assert await seen(bot) == ["terlihat"]


async def test_an_admin_sees_everything_and_hears_of_members(people: Playground, bot: RawBot, school: School) -> None:
    await bot.updates(allowed_updates=["message", "my_chat_member", "chat_member", "message_reaction"])
    await bot.forget()
    message = await people.send(school.budi, school.group, "obrolan biasa")
    await people.react(school.sari, school.group, message, "❤")
    await people.join(school.tamu, school.group)
    waiting = await bot.updates()
    kinds = [kind for update in waiting for kind in update if kind != "update_id"]
    assert kinds == ["message", "message_reaction", "chat_member", "message"]
    assert waiting[1]["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "❤"}]
    assert waiting[2]["chat_member"]["old_chat_member"]["status"] == "left"
    assert waiting[3]["message"]["new_chat_members"][0]["id"] == school.tamu
    await people.demote(school.group, 42)
    await bot.forget()
    await people.react(school.sari, school.group, message, None)
    await people.leave(school.tamu, school.group)
    assert [sorted(body) for body in await bot.fresh("chat_member")] == []


async def test_the_bot_is_told_how_it_comes_and_goes(people: Playground, bot: RawBot) -> None:
    sari = await people.add_user("Sari")
    group = await people.add_group("SDN", creator=sari, kind="group")
    await people.add_bot(group, sari, admin=True)
    await people.remove_bot(group, sari)
    changes = [
        (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
        for change in await bot.fresh("my_chat_member")
    ]
    assert changes == [("left", "member"), ("member", "administrator"), ("administrator", "kicked")]


async def test_blocking_and_unblocking_are_told_in_private(people: Playground, bot: RawBot, school: School) -> None:
    await people.block(school.sari)
    with pytest.raises(ValueError, match="has blocked the bot"):
        await people.send(school.sari, school.sari, "halo")
    await people.start(school.sari, "kembali")
    changes = await bot.fresh()
    assert [c["new_chat_member"]["status"] for c in changes[:2]] == ["kicked", "member"]
    assert changes[2]["text"] == "/start kembali"


async def test_a_basic_group_becomes_a_supergroup(people: Playground, bot: RawBot) -> None:
    sari = await people.add_user("Sari")
    old = await people.add_group("SDN", creator=sari, kind="group")
    await people.add_bot(old, sari)
    await bot.forget()
    new = await people.migrate(old)
    assert new < -1_000_000_000_000 < old
    moved = {m["chat"]["id"]: m for m in await bot.fresh("message")}
    assert moved[old]["migrate_to_chat_id"] == new
    assert moved[new]["migrate_from_chat_id"] == old
    assert moved[new]["message_id"] == 1
    for method, params in (("sendMessage", {"text": "x"}), ("getChat", {}), ("deleteMessage", {"message_id": 1})):
        refused = await bot.ask(method, chat_id=old, **params)
        assert refused["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
        assert refused["parameters"] == {"migrate_to_chat_id": new}
    await bot.do("sendMessage", chat_id=new, text="x")
    with pytest.raises(ValueError, match="use that id"):
        await people.send(sari, old, "halo")


async def test_anonymous_admins_and_channels_do_not_show_who_they_are(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.promote(school.group, school.budi, anonymous=True, custom_title="Wakil")
    channel = await people.add_channel("Kabar", creator=school.sari)
    await people.send(school.budi, school.group, "tanpa nama")
    await people.send(school.sari, school.group, "sebagai kanal", as_chat=channel)
    anonymous, as_channel = await bot.fresh("message")
    assert (anonymous["from"]["id"], anonymous["sender_chat"]["id"]) == (1_087_968_824, school.group)
    assert anonymous["author_signature"] == "Wakil"
    assert (as_channel["from"]["id"], as_channel["sender_chat"]["id"]) == (136_817_688, channel)


async def test_answers_quotes_topics_and_albums(people: Playground, bot: RawBot, school: School) -> None:
    first = await people.send(school.sari, school.group, "Kapan kita 😀 bertemu?")
    second = await people.send(school.budi, school.group, "Besok", reply_to=first, quote="bertemu")
    await people.send(school.sari, school.group, "Baik", reply_to=second)
    await people.send(school.sari, school.group, "Foto", kind="photo", album="77")
    await people.send(school.sari, school.group, kind="photo", album="77")
    _, quoting, nested, one, two = await bot.fresh("message")
    assert quoting["quote"] == {"text": "bertemu", "position": 14, "is_manual": True}
    assert (quoting["message_thread_id"], "is_topic_message" in quoting) == (first, False)
    assert nested["reply_to_message"]["message_id"] == second
    assert "reply_to_message" not in nested["reply_to_message"]
    assert one["media_group_id"] == two["media_group_id"] == "77"
    forum = await people.add_group("KKG", creator=school.sari, forum=True)
    await people.add_bot(forum, school.sari, admin=True)
    topic = await people.topic(forum, "Berbagi")
    await people.send(school.sari, forum, "di topik", thread=topic)
    await people.send(school.sari, forum, "umum")
    in_topic, general = (await bot.fresh("message"))[-2:]
    assert (in_topic["message_thread_id"], in_topic["is_topic_message"]) == (topic, True)
    assert in_topic["reply_to_message"]["forum_topic_created"]["name"] == "Berbagi"
    assert "message_thread_id" not in general


async def test_a_pin_comes_back_to_the_bot_that_set_it(people: Playground, bot: RawBot, school: School) -> None:
    sent = await bot.do("sendMessage", chat_id=school.group, text="Penting")
    await bot.do("pinChatMessage", chat_id=school.group, message_id=sent["message_id"])
    (told,) = await bot.fresh("message")
    assert told["pinned_message"]["text"] == "Penting"
    assert (await bot.do("getChat", chat_id=school.group))["pinned_message"]["message_id"] == sent["message_id"]
    await people.promote(school.group, 42, rights={"can_delete_messages": True})
    refused = await bot.refusal("unpinChatMessage", chat_id=school.group)
    assert refused == "Bad Request: not enough rights to manage pinned messages in the chat"


async def test_polls_tell_the_bot_who_chose_what(people: Playground, bot: RawBot, school: School) -> None:
    async def ask(**more: Any) -> int:
        sent = await bot.do("sendPoll", chat_id=school.group, question="Kapan?", options=["Senin", "Rabu"], **more)
        return int(sent["message_id"])

    open_poll = await ask(is_anonymous=False)
    await people.vote(school.budi, school.group, open_poll, [1])
    await people.vote(school.budi, school.group, open_poll, [])
    counts, answer, _, taken_back = await bot.fresh()
    assert [option["voter_count"] for option in counts["options"]] == [0, 1]
    assert (answer["user"]["id"], answer["option_ids"], answer["option_persistent_ids"]) == (school.budi, [1], ["1"])
    assert taken_back["option_ids"] == []
    secret = await ask()
    await people.vote(school.budi, school.group, secret, [0])
    assert await bot.fresh("poll_answer") == []
    short = await ask(open_period=60)
    await bot.forget()
    await people.turn(by=timedelta(seconds=61))
    assert [poll["is_closed"] for poll in await bot.fresh("poll")] == [True]
    with pytest.raises(ValueError, match="closed"):
        await people.vote(school.budi, school.group, short, [0])
    closed = {"chat_id": school.group, "message_id": short}
    assert await bot.refusal("stopPoll", **closed) == "Bad Request: poll has already been closed"


async def test_a_restriction_ends_by_itself_and_nobody_is_told(people: Playground, bot: RawBot, school: School) -> None:
    until = int((await people.clock()).timestamp()) + 60
    await bot.do("restrictChatMember", chat_id=school.group, user_id=school.budi, permissions={}, until_date=until)
    with pytest.raises(ValueError, match="restricted"):
        await people.send(school.budi, school.group, "halo")
    await bot.forget()
    await people.turn(by=timedelta(seconds=61))
    await people.send(school.budi, school.group, "halo")
    assert await seen(bot) == ["halo"]
    member = await bot.do("getChatMember", chat_id=school.group, user_id=school.budi)
    assert member["status"] == "member"


async def test_a_tapped_message_that_is_gone_or_old_comes_without_its_text(
    people: Playground, bot: RawBot, school: School
) -> None:
    markup = {"inline_keyboard": [[{"text": "Ya", "callback_data": "ya"}]]}
    for make_unreachable in ("delete", "age"):
        sent = await bot.do("sendMessage", chat_id=school.sari, text="x", reply_markup=markup)
        if make_unreachable == "delete":
            await bot.do("deleteMessage", chat_id=school.sari, message_id=sent["message_id"])
        else:
            await people.turn(by=timedelta(hours=49))
        await people.press(school.sari, school.sari, sent["message_id"], label="Ya")
        (tap,) = await bot.fresh("callback_query")
        assert tap["data"] == "ya"
        assert (tap["message"]["message_id"], tap["message"]["date"]) == (sent["message_id"], 0)
        assert "text" not in tap["message"]


async def test_menus_are_kept_by_scope_and_language(bot: RawBot, school: School) -> None:
    menu = [{"command": "mulai", "description": "Mulai"}]
    scope = {"type": "chat", "chat_id": school.sari}
    await bot.do("setMyCommands", commands=menu, scope=scope, language_code="id")
    assert await bot.do("getMyCommands", scope=scope, language_code="id") == menu
    assert await bot.do("getMyCommands", scope=scope) == []
    await bot.do("deleteMyCommands", scope=scope, language_code="id")
    assert await bot.do("getMyCommands", scope=scope, language_code="id") == []
    assert await bot.refusal("setMyCommands", commands=menu, scope={"type": "chat", "chat_id": -5}) == (
        "Bad Request: chat not found"
    )


async def test_files_are_downloaded_as_they_were_sent(people: Playground, bot: RawBot, school: School) -> None:
    await people.send(school.sari, school.sari, "daftar", kind="document", file_name="nilai.csv", content=b"a,b\n")
    (message,) = await bot.fresh("message")
    assert message["document"]["file_name"] == "nilai.csv"
    file = await bot.do("getFile", file_id=message["document"]["file_id"])
    assert file["file_path"].endswith(".csv")
    async with bot.session.get(f"{bot.url}/file/bot42:PLAYGROUND/{file['file_path']}") as answer:
        assert await answer.read() == b"a,b\n"
    async with bot.session.get(f"{bot.url}/playground/file/{message['document']['file_id']}") as answer:
        assert await answer.read() == b"a,b\n"
    other = RawBot(bot.url, bot.session, "7:LAIN")
    assert "wrong file_id" in await other.refusal("getFile", file_id=message["document"]["file_id"])


async def test_in_a_channel_the_bot_sees_posts_of_others_and_counts_of_reactions(
    people: Playground, bot: RawBot, school: School
) -> None:
    channel = await people.add_channel("Kabar", creator=school.sari)
    await people.add_bot(channel, school.sari, admin=True)
    await bot.updates(allowed_updates=["channel_post", "message_reaction_count"])
    await bot.forget()
    await bot.do("sendMessage", chat_id=channel, text="punya bot")
    post = await people.send(school.sari, channel, "punya Sari")
    await people.react(school.sari, channel, post, "👏")
    told, counts = await bot.fresh()
    assert (told["text"], "from" in told) == ("punya Sari", False)
    assert counts["reactions"] == [{"type": {"type": "emoji", "emoji": "👏"}, "total_count": 1}]


async def test_a_link_with_a_payload_brings_the_bot_and_says_so(people: Playground, bot: RawBot) -> None:
    sari = await people.add_user("Sari")
    group = await people.add_group("SDN", creator=sari)
    await people.add_bot(group, sari, admin=True, payload="abc")
    told = await bot.fresh()
    assert [told[0]["new_chat_member"]["status"], told[-1]["text"]] == ["administrator", "/start@SejawatBot abc"]


async def test_whoever_leaves_is_named_and_a_deleted_group_is_gone(
    people: Playground, bot: RawBot, school: School
) -> None:
    await people.leave(school.budi, school.group)
    assert [m["left_chat_member"]["id"] for m in await bot.fresh("message")] == [school.budi]
    pinned = await people.send(school.sari, school.group, "penting")
    await people.pin(school.sari, school.group, pinned)
    assert (await bot.fresh("message"))[-1]["pinned_message"]["text"] == "penting"
    await people.delete_group(school.group)
    refused = await bot.refusal("sendMessage", chat_id=school.group, text="x")
    assert refused == "Forbidden: the group chat was deleted"


async def test_a_supergroup_is_found_by_its_username_and_a_person_is_not(people: Playground, bot: RawBot) -> None:
    sari = await people.add_user("Sari", username="bu_sari")
    group = await people.add_group("KKG", creator=sari, username="kkg_kenari")
    await people.add_bot(group, sari)
    await people.start(sari)
    assert (await bot.do("sendMessage", chat_id="@KKG_Kenari", text="x"))["chat"]["id"] == group
    assert await bot.refusal("sendMessage", chat_id="@bu_sari", text="x") == "Bad Request: chat not found"


async def test_a_banned_person_cannot_come_back_alone(people: Playground, bot: RawBot, school: School) -> None:
    await bot.do("banChatMember", chat_id=school.group, user_id=school.budi)
    with pytest.raises(ValueError, match="was banned"):
        await people.join(school.budi, school.group)
    await bot.do("unbanChatMember", chat_id=school.group, user_id=school.budi, only_if_banned=True)
    await people.join(school.budi, school.group)
    assert (await bot.do("getChatMember", chat_id=school.group, user_id=school.budi))["status"] == "member"
