"""Silence is no: what an update may leave behind in the inbox."""

import json
from typing import Any

import pytest
from aiogram.types import Update
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sorting import Sorter
from bot.stripping import actors
from tests.storage.test_database import NOW

BOT, SARI, TAMU = 42, 1001, 1002
GROUP = {"id": -100500, "type": "supergroup", "title": "Guru SDN Melati 2"}
SECRET = "rahasia-tamu"


def _user(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": SECRET if number == TAMU else "Sari", "username": f"{SECRET}x"}


def _message(author: int, **more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1785715200, "chat": GROUP, "from": _user(author)} | more


def _row(update: dict[str, Any], agreed: set[int]) -> dict[str, Any]:
    return Sorter(BOT, "SejawatBot").row({"update_id": 9} | update, agreed, NOW)


def test_the_talk_of_somebody_who_has_not_agreed_leaves_only_a_count():
    row = _row({"message": _message(TAMU, text=f"{SECRET} besok rapat")}, {SARI})
    assert (row["lane"], row["raw"]) == ("listen", {"count": {"chat_id": -100500, "date": 1785715200}})


def test_the_talk_of_somebody_who_agreed_is_kept_to_be_listened_to():
    row = _row({"message": _message(SARI, text="Ada yang punya LKPD pecahan?")}, {SARI})
    assert row["lane"] == "listen"
    assert row["raw"]["message"]["text"] == "Ada yang punya LKPD pecahan?"
    assert row["raw"]["message"]["from"]["first_name"] == "Sari"


def test_an_answer_to_a_silent_colleague_does_not_carry_the_colleague_along():
    told = _message(
        SARI,
        text="Setuju",
        reply_to_message=_message(TAMU, text=SECRET, message_id=4),
        quote={"text": SECRET, "position": 0},
        forward_origin={"type": "user", "sender_user": _user(TAMU), "date": 1},
        entities=[{"type": "text_mention", "offset": 0, "length": 6, "user": _user(TAMU)}],
        contact={"phone_number": SECRET, "first_name": SECRET},
        new_chat_members=None,
    )
    row = _row({"message": told}, {SARI})
    assert SECRET not in json.dumps(row["raw"]).replace(f"{SECRET}x", "")
    assert row["raw"]["message"]["reply_to_message"]["message_id"] == 4


def test_a_command_is_kept_without_name_and_without_what_follows_it():
    row = _row({"message": _message(TAMU, text=f"/bantuan@SejawatBot {SECRET}")}, set())
    assert row["lane"] == "both", "counted with the others, and answered"
    assert row["raw"]["message"]["text"] == "/bantuan@SejawatBot"
    assert SECRET not in json.dumps(row["raw"])


def test_the_payload_of_start_is_kept_for_it_is_what_the_link_said():
    private = {"id": TAMU, "type": "private", "first_name": SECRET}
    row = _row({"message": _message(TAMU, text="/start gabc123", chat=private)}, set())
    assert row["raw"]["message"]["text"] == "/start gabc123"
    assert SECRET not in json.dumps(row["raw"])


def test_a_command_for_another_bot_is_talk_of_the_group():
    assert _row({"message": _message(SARI, text="/cuaca@LainBot")}, {SARI})["lane"] == "listen"


def test_a_reply_to_the_assistant_is_both_listened_to_and_answered():
    ours = {"message_id": 4, "date": 1, "chat": GROUP, "from": {"id": BOT, "is_bot": True, "first_name": "Sejawat"}}
    assert _row({"message": _message(SARI, text="Sudah", reply_to_message=ours)}, {SARI})["lane"] == "both"


def test_an_anonymous_admin_is_nobody_in_particular():
    told = _message(1087968824, text=SECRET, sender_chat=GROUP)
    assert _row({"message": told}, {1087968824})["raw"] == {"count": {"chat_id": -100500, "date": 1785715200}}


def test_the_same_person_is_found_wherever_they_act():
    assert actors({"update_id": 1, "poll_answer": {"user": _user(SARI)}}) == {SARI}
    assert actors({"update_id": 1, "chat_member": {"from": _user(TAMU), "new_chat_member": {"user": _user(SARI)}}}) == {
        SARI,
        TAMU,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "user", "name"]), inner),
    max_leaves=6,
)
EXTRA = st.dictionaries(
    st.sampled_from(
        ["text", "caption", "quote", "poll", "contact", "venue", "photo", "document", "reply_to_message", "entities",
         "external_reply", "forward_origin", "via_bot", "sender_chat", "new_chat_members", "left_chat_member",
         "pinned_message"]
    ),
    JSON,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(EXTRA, st.sampled_from(["message", "edited_message"]))
def test_whatever_a_silent_person_sends_none_of_it_is_stored(extra: dict[str, Any], kind: str):
    row = _row({kind: _message(TAMU, **extra)}, {SARI})
    assert SECRET not in json.dumps({name: row[name] for name in ("raw", "error", "queue")})


@settings(max_examples=200, deadline=None)
@given(EXTRA)
def test_what_is_kept_is_still_an_update_that_can_be_read_or_is_counted_as_odd(extra: dict[str, Any]):
    row = _row({"message": _message(SARI, **{name: value for name, value in extra.items() if name == "quote"})}, {SARI})
    assert row["state"] == "new"
    Update.model_validate({"update_id": 9} | row["raw"])


def test_the_words_of_a_silent_colleague_are_not_kept_because_somebody_passes_them_on():
    for origin in (
        {"type": "user", "sender_user": _user(TAMU), "date": 1},
        {"type": "hidden_user", "sender_user_name": SECRET},
    ):
        row = _row({"message": _message(SARI, text=SECRET, forward_origin=origin)}, {SARI})
        assert row["raw"] == {"count": {"chat_id": -100500, "date": 1785715200}}
    channel = {"type": "channel", "chat": {"id": -1, "type": "channel", "title": "Berita"}, "message_id": 1, "date": 1}
    assert _row({"message": _message(SARI, text="Berita", forward_origin=channel)}, {SARI})["lane"] == "listen"


FILE = {"file_id": SECRET, "file_unique_id": SECRET}
SIZED = FILE | {"width": 9, "height": 9}
PASSED_ON: dict[str, dict[str, Any]] = {
    "text": {"text": f"{SECRET} besok", "entities": [{"type": "bold", "offset": 0, "length": 4}]},
    "photo": {"photo": [SIZED], "caption": SECRET, "media_group_id": "7"},
    "document": {"document": FILE | {"file_name": SECRET}, "caption": SECRET},
    "audio": {"audio": FILE | {"duration": 3, "title": SECRET}},
    "video": {"video": SIZED | {"duration": 3}},
    "animation": {"animation": SIZED | {"duration": 3}, "document": FILE},
    "voice": {"voice": FILE | {"duration": 3}},
    "video_note": {"video_note": FILE | {"length": 9, "duration": 3}},
    "sticker": {"sticker": SIZED | {"type": "regular", "is_animated": False, "is_video": False, "emoji": SECRET}},
    "location": {"location": {"latitude": 1.5, "longitude": 1.5}},
    "contact": {"contact": {"phone_number": SECRET, "first_name": SECRET}},
}


@pytest.mark.parametrize("kind", PASSED_ON)
@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "sender_user": {"id": TAMU, "is_bot": False, "first_name": SECRET}, "date": 1},
        {"type": "user", "sender_user": {"id": 1003, "is_bot": False, "first_name": SECRET}, "date": 1},
        {"type": "hidden_user", "sender_user_name": SECRET, "date": 1},
    ],
    ids=["silent", "agreed", "hidden"],
)
def test_of_what_is_passed_on_in_private_only_the_kind_is_kept(kind: str, origin: dict[str, Any]):
    private = {"id": SARI, "type": "private", "first_name": "Sari"}
    told = _message(SARI, chat=private, forward_origin=origin, **PASSED_ON[kind])
    raw = _row({"message": told}, {SARI, 1003})["raw"]
    assert SECRET not in json.dumps(raw).replace(f"{SECRET}x", "")
    kept = Update.model_validate({"update_id": 9} | raw).message
    assert kept is not None and kept.content_type == kind
    assert kept.forward_origin is not None, "so that nobody takes it for the sender's own"
    assert kept.media_group_id == PASSED_ON[kind].get("media_group_id")


def test_what_one_passes_on_of_oneself_is_ones_own():
    private = {"id": SARI, "type": "private", "first_name": "Sari"}
    own = {"type": "user", "sender_user": _user(SARI), "date": 1}
    raw = _row({"message": _message(SARI, chat=private, text="Catatan saya", forward_origin=own)}, {SARI})["raw"]
    assert raw["message"]["text"] == "Catatan saya" and "forward_origin" not in raw["message"]


def test_our_own_buttons_stay_with_an_answer_to_our_message_without_their_labels():
    ours = {"message_id": 4, "date": 1, "chat": GROUP, "from": {"id": BOT, "is_bot": True, "first_name": "Sejawat"}}
    keyboard = {"inline_keyboard": [[{"text": f"Coach: {SECRET}", "callback_data": "refl:7"}]]}
    told = _message(SARI, text="Sudah", reply_to_message=ours | {"reply_markup": keyboard})
    kept = _row({"message": told}, {SARI})["raw"]["message"]["reply_to_message"]
    assert kept["reply_markup"] == {"inline_keyboard": [[{"text": "-", "callback_data": "refl:7"}]]}
    theirs = ours | {"from": _user(TAMU), "reply_markup": keyboard}
    row = _row({"message": _message(SARI, text="Sudah", reply_to_message=theirs)}, {SARI})
    assert "reply_markup" not in row["raw"]["message"]["reply_to_message"]


def test_who_left_is_told_only_of_somebody_who_agreed():
    for who, kept in ((SARI, True), (TAMU, False)):
        row = _row({"message": _message(who, left_chat_member=_user(who))}, {SARI})
        assert ("left_chat_member" in row["raw"]["message"]) is kept


def _in_private(**more: Any) -> dict[str, Any]:
    private = {"id": SARI, "type": "private", "first_name": "Sari"}
    raw = _row({"message": _message(SARI, chat=private, **more)}, {SARI})["raw"]
    Update.model_validate({"update_id": 9} | raw)
    kept: dict[str, Any] = raw["message"]
    assert SECRET not in json.dumps(kept).replace(f"{SECRET}x", "")
    return kept


def test_of_a_poll_sent_to_the_assistant_is_kept_that_it_is_one_and_whether_it_tells_its_answer():
    options = [{"persistent_id": "0", "text": SECRET, "voter_count": 3}]
    poll = {"id": "9", "question": "Kapan?", "options": options, "type": "quiz", "explanation": SECRET}
    assert _in_private(poll=poll)["poll"] == _in_private(poll=poll | {"total_voter_count": 7})["poll"]
    kept = _in_private(poll=poll | {"correct_option_ids": [0]})["poll"]
    assert (kept["type"], kept["correct_option_ids"], kept["options"], kept["id"]) == ("quiz", [0], [], "-")


def test_of_a_place_a_contact_and_an_origin_is_kept_only_that_there_is_one():
    kept = _in_private(
        location={"latitude": -6.2, "longitude": 106.8}, contact={"phone_number": SECRET, "first_name": SECRET},
        forward_origin={"type": "channel", "chat": {"id": -7, "title": SECRET, "type": "channel"}, "message_id": 3},
        has_protected_content=True,
    )  # fmt: skip
    assert kept["location"] == {"latitude": 0.0, "longitude": 0.0}
    assert kept["forward_origin"]["chat"] == {"id": 0, "type": "channel"}
    assert kept["has_protected_content"] is True
    person = {"type": "user", "sender_user": _user(TAMU), "date": 1}
    assert SECRET not in json.dumps(_in_private(text="Kata rekan", forward_origin=person)["forward_origin"])


def test_in_a_group_neither_place_nor_contact_nor_origin_is_kept():
    channel = {"type": "channel", "chat": {"id": -1, "type": "channel"}, "message_id": 1, "date": 1}
    row = _row(
        {"message": _message(SARI, text="x", forward_origin=channel, location={}, poll={"question": "?"})}, {SARI}
    )
    assert not {"forward_origin", "location", "poll"} & set(row["raw"]["message"])


def test_of_a_member_is_kept_what_they_may_and_no_word_about_them():
    """A custom title and a tag are words; an invitation link names who made it."""
    member = {
        "status": "administrator", "user": _user(SARI), "can_pin_messages": True, "custom_title": SECRET, "tag": SECRET,
        "until_date": 0,
    }  # fmt: skip
    body = {"chat": GROUP, "from": _user(SARI), "date": 1, "old_chat_member": member, "new_chat_member": member}
    link = {"invite_link": f"https://t.me/+{SECRET}", "creator": _user(TAMU)}
    kept = _row({"chat_member": body | {"invite_link": link}}, {SARI})["raw"]["chat_member"]
    assert SECRET not in json.dumps(kept).replace(f"{SECRET}x", "")
    assert kept["new_chat_member"].keys() == {"status", "user", "can_pin_messages", "until_date"}
    assert "invite_link" not in kept
