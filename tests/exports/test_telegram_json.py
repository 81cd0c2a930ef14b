"""Telegram's result.json: both layouts, old and new, and a generated chat that comes back message by message."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.imports.telegram_json import read_json
from community.imports.telegram_stream import PIECE
from community.imports.values import BadExport, Spoken
from tests.exports.telegram_files import MORNING, WIB, as_json, chat, full, message, source

OMITTED = "(File not included. Change data exporting settings to download.)"


def read(*messages: Any) -> list[Spoken]:
    return list(read_json(source(as_json(chat(messages))), WIB))


def test_a_message_comes_back_with_all_it_says() -> None:
    said = read(
        message(11, "Sari", "Selamat pagi, Bapak/Ibu"),
        message(12, "Budi", "Pagi", MORNING + 60, edited_unixtime=str(MORNING + 90), reply_to_message_id=11),
    )
    assert said == [
        Spoken(MORNING, "Sari", "Selamat pagi, Bapak/Ibu", key=11),
        Spoken(MORNING + 60, "Budi", "Pagi", edited=True, key=12, reply_to=11),
    ]


def test_an_answer_to_a_message_of_another_chat_answers_nothing_here() -> None:
    assert read(message(2, "Sari", "ya", reply_to_message_id=1, reply_to_peer_id="channel5"))[0].reply_to is None


@pytest.mark.parametrize(
    "text, entities, told",
    [
        ("apa adanya", [], "apa adanya"),
        (["Lihat ", {"type": "link", "text": "https://contoh.id/lkpd"}, " ya"], [], "Lihat https://contoh.id/lkpd ya"),
        ([{"type": "bold", "text": "Rapat"}, " jam 9", {"type": "custom_emoji", "text": "🙏"}], [], "Rapat jam 9🙏"),
        ([None, 7, {"type": "bold"}, "sisa"], [], "sisa"),
        ("", [{"type": "plain", "text": "hanya di "}, {"type": "code", "text": "sini"}], "hanya di sini"),
        (None, None, ""),
    ],
)
def test_a_text_is_a_string_or_a_list_of_parts(text: Any, entities: Any, told: str) -> None:
    assert read(message(1, "Sari", text, text_entities=entities))[0].text == told


@pytest.mark.parametrize(
    "more, kind, name",
    [
        ({"photo": OMITTED, "width": 10, "height": 10}, "photo", None),
        ({"photo": "photos/photo_1@05-10-2026_09-00-00.jpg"}, "photo", None),
        ({"file": OMITTED, "file_name": "RPP pecahan.docx"}, "document", "RPP pecahan.docx"),
        ({"file": "files/LKPD kelas 4.pdf", "mime_type": "application/pdf"}, "document", "LKPD kelas 4.pdf"),
        ({"file": OMITTED, "mime_type": "application/pdf"}, "document", None),
        ({"file": "(File exceeds maximum size. Change data exporting settings to download.)"}, "document", None),
        ({"file": OMITTED, "mime_type": "image/png"}, "photo", None),
        ({"file": OMITTED, "media_type": "sticker", "sticker_emoji": "🙏"}, "sticker", None),
        ({"file": OMITTED, "media_type": "voice_message", "mime_type": "audio/ogg"}, "voice", None),
        ({"file": OMITTED, "media_type": "video_file", "mime_type": "video/mp4"}, "video", None),
        ({"file": OMITTED, "media_type": "video_message"}, "video", None),
        ({"file": OMITTED, "media_type": "animation", "mime_type": "video/mp4"}, "video", None),
        ({"file": "audio_files/lagu.mp3", "media_type": "audio_file"}, "document", "lagu.mp3"),
        ({"contact_information": {"first_name": "Budi"}}, "contact", None),
        ({"location_information": {"latitude": -6.2, "longitude": 106.8}}, "location", None),
        ({}, "text", None),
    ],
)  # fmt: skip
def test_what_a_message_is(more: dict[str, Any], kind: str, name: str | None) -> None:
    told = read(message(1, "Sari", "keterangan", **more))[0]
    assert (told.kind, told.file_name, told.text) == (kind, name, "keterangan")


@pytest.mark.parametrize(
    "poll",
    [
        {"question": "Rapat kapan?", "closed": False, "answers": [{"text": "Senin", "voters": 0}, {"text": "Rabu"}]},
        {"question": ["Rapat ", {"text": "kapan?"}], "answers": [{"text": ["Senin"]}, {"text": "Rabu"}]},
    ],
)  # fmt: skip
def test_a_poll_is_its_question_and_answers(poll: dict[str, Any]) -> None:
    told = read(message(1, "Sari", poll=poll))[0]
    assert (told.kind, told.text) == ("poll", "Rapat kapan?\nSenin\nRabu")


def test_a_service_line_has_no_sender() -> None:
    made = {"type": "service", "actor": "Hendra", "actor_id": "user5", "action": "create_group", "title": "KKG Melati"}
    line = message(1, None, members=["Sari", None]) | made
    assert read(line) == [Spoken(MORNING, None, "create_group KKG Melati", "service", key=1)]


def test_people_are_accounts_not_names() -> None:
    said = read(
        message(1, "Sari", from_id="user1"), message(2, "Sari", from_id="user2"), message(3, None, from_id="user3"),
        message(4, None, from_id="user4"), message(5, "Sari", from_id="user1"), message(6, "KKG", from_id="channel9"),
    )  # fmt: skip
    assert [one.sender for one in said] == ["Sari", "Sari (user2)", "user3", "user4", "Sari", "KKG"]


def test_an_old_export_has_numbers_as_accounts_no_moment_and_1970_as_edited() -> None:
    """Before 2021: the local time of the computer is all there is."""
    old = {
        "id": 7, "type": "message", "date": "2019-10-05T09:00:00", "edited": "1970-01-01T07:00:00", "from": "Sari",
        "from_id": 4296841234, "text": "Pagi",
    }  # fmt: skip
    later = old | {"id": 8, "edited": "2019-10-05T09:05:00"}
    first, second = read(old, later)
    assert first == Spoken(1_570_240_800, "Sari", "Pagi", key=7)
    assert second.edited


def test_the_part_before_a_group_became_a_supergroup_has_negative_ids() -> None:
    said = read(message(-999_998, "Sari", "lama"), message(3, "Budi", "ya", reply_to_message_id=-999_998))
    assert [(one.key, one.reply_to) for one in said] == [(-999_998, None), (3, -999_998)]


def test_what_says_neither_when_nor_what_is_counted_and_the_rest_is_read() -> None:
    odd: list[Any] = [
        {"id": 2, "type": "unsupported"}, "kata", 7, None, [], {"type": "message"}, message(3, "Budi") | {"id": "3"},
        message(4, "Budi", date_unixtime="banyak"), message(5, "Budi") | {"date_unixtime": None, "date": "kemarin"},
        message(6, "Budi", date_unixtime="9" * 40), message(7, "Budi") | {"type": "story"},
    ]  # fmt: skip
    export = read_json(source(as_json(chat([message(1, "Sari", "pagi"), *odd, message(9, "Sari", "siang")]))), WIB)
    assert [one.key for one in export] == [1, 9]
    assert export.reading.how_many_not_understood == len(odd)
    assert export.reading.not_understood[0].excerpt == "message 2: unsupported"
    lines = [one.line for one in export.reading.not_understood]
    assert lines == sorted(lines) and lines[0] > 10


def test_going_through_it_twice_gives_the_same() -> None:
    export = read_json(source(as_json(chat([message(1, "Sari"), {"id": 2, "type": "unsupported"}]))), WIB)
    assert list(export) == list(export)
    assert export.reading.how_many_not_understood == 1


SMALL = chat([message(1, "Budi", "halo")], "Gugus Kenari")
LARGE = chat([message(key, "Sari", f"ke-{key}") for key in range(1, 6)], "KKG Mawar")
PRIVATE = chat([message(key, "Dewi", "rahasia") for key in range(1, 20)], "Dewi", "personal_chat")
SAVED = chat([message(1, "Hendra", "catatan")], None, "saved_messages")


@pytest.mark.parametrize(
    "asked, first, grammar",
    [
        (None, "ke-1", "Telegram JSON, full export, chat 4 of 5, KKG Mawar, private supergroup"),
        ("gugus kenari", "halo", "Telegram JSON, full export, chat 2 of 5, Gugus Kenari, private supergroup"),
        ("Dewi", "rahasia", "Telegram JSON, full export, chat 3 of 5, personal chat"),
    ],
)
def test_of_a_full_export_the_largest_group_or_the_one_asked_for_is_read(
    asked: str | None, first: str, grammar: str
) -> None:
    whole = full([SAVED, SMALL, PRIVATE, LARGE], [chat([message(1, "Agus")], "Grup lama")])
    export = read_json(source(as_json(whole)), WIB, asked)
    said = list(export)
    assert (said[0].text, export.reading.grammar) == (first, grammar)
    assert len(said) == {"ke-1": 5, "halo": 1, "rahasia": 19}[first]


def test_without_a_group_the_largest_chat_is_read_and_its_person_not_named() -> None:
    export = read_json(source(as_json(full([SAVED, PRIVATE]))), WIB)
    assert len(list(export)) == 19
    assert "Dewi" not in export.reading.grammar


def test_the_single_layout_says_its_chat() -> None:
    assert read_json(source(as_json(SMALL)), WIB).reading.grammar == "Telegram JSON, Gugus Kenari, private supergroup"


@pytest.mark.parametrize(
    "raw, key",
    [
        (as_json({"about": "…", "chats": {"list": []}}), "imports.not_an_export"),
        (b"{}", "imports.not_an_export"),
        (b"", "imports.not_an_export"),
        (b'{"messages": 7}', "imports.not_an_export"),
        (as_json(chat([])).decode().encode("utf-16"), "imports.not_an_export"),
        (bytes(range(256)) * 40, "imports.not_an_export"),
    ],
)
def test_a_file_without_a_chat_is_refused(raw: bytes, key: str) -> None:
    with pytest.raises(BadExport) as refused:
        read_json(source(raw), WIB)
    assert refused.value.text_key == key


def test_a_name_that_no_chat_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(BadExport) as refused:
        read_json(source(as_json(full([SMALL, LARGE, PRIVATE]))), WIB, "KKG Anggrek")
    assert refused.value.blanks == {"name": "KKG Anggrek", "known": "Gugus Kenari, KKG Mawar"}


def test_an_empty_group_has_no_messages() -> None:
    assert read() == []


@pytest.mark.parametrize("before", range(PIECE - 60, PIECE + 5))
def test_illegal_escapes_are_mended_wherever_a_piece_ends(before: int) -> None:
    """``\\x1F`` becomes the character; an escaped backslash before an x stays one."""
    text = "a" * before + "\x1f\x0b|\\x41|\\\\x42|\\" + "\x01" + "z"
    raw = as_json(chat([message(1, "Sari", text)]), None)
    assert b"\\x1F\\x0B|\\\\x41|\\\\\\\\x42|\\\\\\x01z" in raw
    assert [one.text for one in read_json(source(raw), WIB)] == [text]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert [one.key for one in read_json(source(b"\xef\xbb\xbf" + as_json(SMALL)), WIB)] == [1]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)
accounts = st.sampled_from(["Sari", "Budi", "Bu Ratna: kelas 4", "Made"])


@st.composite
def chats(draw: st.DrawFn) -> list[Spoken]:
    told: list[Spoken] = []
    for key in range(1, draw(st.integers(0, 12)) + 1):
        at, text = MORNING + draw(st.integers(-(10**6), 10**6)), draw(words)
        reply = draw(st.none() | st.integers(1, key))
        told.append(Spoken(at, draw(accounts), text, key=key, reply_to=reply, edited=draw(st.booleans())))
    return told


def written(one: Spoken) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if one.reply_to is not None:
        more["reply_to_message_id"] = one.reply_to
    if one.edited:
        more["edited_unixtime"] = str(one.at + 5)
    parts = [one.text[:7], {"type": "bold", "text": one.text[7:]}] if one.key % 2 else one.text
    return message(one.key, one.sender, parts, one.at, **more)


@settings(max_examples=60, deadline=None)
@given(chats(), st.booleans(), st.sampled_from([None, 0, 1]))
def test_a_generated_chat_comes_back_message_by_message(told: list[Spoken], is_full: bool, indent: int | None) -> None:
    here = chat(map(written, told))
    raw = as_json(full([SAVED, here], [PRIVATE]) if is_full else here, indent)
    export = read_json(source(raw), WIB)
    assert list(export) == [one._replace(text=one.text.replace("\0", "")) for one in told]
    assert export.reading.how_many_not_understood == 0


@given(words, st.integers(0, 60))
def test_a_nul_is_left_off_and_nothing_else(text: str, where: int) -> None:
    """JSON can say it and no database keeps it; a chance of one in a hundred thousand is no test of it."""
    with_nul = text[:where] + "\0" + text[where:]
    assert [one.text for one in read(message(1, "Sari", with_nul))] == [text.replace("\0", "")]
