"""Telegram's messages.html: joined and forwarded posts, zones, several pages, and a generated chat that comes back."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.imports.telegram_html import read_html
from community.imports.values import BadExport, Spoken
from tests.exports.telegram_files import MORNING, WIB, day, media, page, post, service, source


def read(*posts: str) -> list[Spoken]:
    return list(read_html([source(page(posts), "messages.html")], WIB))


def test_a_post_comes_back_with_all_it_says() -> None:
    link = '<a href="#go_to_message11" onclick="return GoToMessage(11)">this message</a>'
    assert read(
        day("5 October 2026"),
        post(11, "Sari", "Selamat pagi, <Bapak> & Ibu\nsehat?"),
        post(12, "Budi", "Pagi", MORNING + 60, reply=link),
    ) == [
        Spoken(MORNING, "Sari", "Selamat pagi, <Bapak> & Ibu\nsehat?", key=11),
        Spoken(MORNING + 60, "Budi", "Pagi", key=12, reply_to=11),
    ]


@pytest.mark.parametrize(
    "link, key",
    [
        ('<a href="messages2.html#go_to_message1200">this message</a>', 1200),
        ("a message in another chat", None),
        ('<a href="https://contoh.id/#halaman">this message</a>', None),
    ],
)
def test_what_a_post_answers(link: str, key: int | None) -> None:
    assert read(post(1300, "Sari", "ya", reply=link))[0].reply_to == key


def test_a_joined_post_is_of_whom_spoke_before_also_over_a_service_line() -> None:
    said = read(post(1, "Sari", "a"), post(2, None, "b"), service(3, "Budi joined group by link"), post(4, None, "c"))
    assert [(one.sender, one.text) for one in said] == [
        ("Sari", "a"), ("Sari", "b"), (None, "Budi joined group by link"), ("Sari", "c"),
    ]  # fmt: skip


FORWARDED = """
       <div class="forwarded body">

        <div class="from_name">
Agus  <span class="date details" title="01.01.2020 10:00:00 UTC+07:00"> 01.01.2020 10:00:00</span>
        </div>

        <div class="text">
dari grup sebelah
        </div>

       </div>

"""


def test_the_name_in_a_forwarded_body_is_not_the_sender_and_its_date_not_the_moment() -> None:
    said = read(post(1, "Sari", body=FORWARDED), post(2, None, body=FORWARDED, at=MORNING + 5))
    assert said == [
        Spoken(MORNING, "Sari", "dari grup sebelah", key=1),
        Spoken(MORNING + 5, "Sari", "dari grup sebelah", key=2),
    ]


@pytest.mark.parametrize(
    "zone, off", [(" UTC+07:00", 0), ("", 0), (" UTC+09:00", -7200), (" UTC-03:30", 37800), (" UTC+00:00", 25200)]
)
def test_the_zone_in_the_title_counts_and_without_one_that_of_the_reader(zone: str, off: int) -> None:
    assert read(post(1, "Sari", "pagi", zone=zone))[0].at == MORNING + off


@pytest.mark.parametrize(
    "name, sender",
    [
        ("Sari  via @gif", "Sari"),
        ("Deleted Account", "Deleted Account"),
        ("", "Deleted Account"),
        ("Bu  Sri", "Bu Sri"),
    ],
)
def test_who_a_post_is_of(name: str, sender: str) -> None:
    assert read(post(1, name, "a"))[0].sender == sender


WRAP = '<div class="media_wrap clearfix"><a class="{kind} clearfix pull_left" href="{href}"><img src="x"/></a></div>'
POLL = """
<div class="media_wrap clearfix"><div class="media_poll"><div class="question bold">
Rapat kapan?
</div><div class="details">
Anonymous poll
</div><div class="answer">
- Senin <span class="details">2 votes, chosen vote</span>
</div><div class="answer">
- Rabu
</div><div class="total details	">
2 votes
</div></div></div>
"""


@pytest.mark.parametrize(
    "body, kind, name, text",
    [
        (media("media_photo", "Photo"), "photo", None, ""),
        (media("media_photo", "Sticker", status="🙏, 20 KB"), "sticker", None, ""),
        (media("media_video", "Animation"), "video", None, ""),
        (media("media_video", "Video file"), "video", None, ""),
        (media("media_voice_message", "Voice message", "voice_messages/audio_1.ogg"), "voice", "audio_1.ogg", ""),
        (media("media_file", "LKPD pecahan.pdf"), "document", "LKPD pecahan.pdf", ""),
        (media("media_file", "RPP.docx", "files/RPP (2).docx"), "document", "RPP (2).docx", ""),
        (media("media_file", "File"), "document", None, ""),
        (media("media_audio_file", "Audio file"), "document", None, ""),
        (media("media_contact", "Budi", status="+62 …"), "contact", None, ""),
        (media("media_location", "Location"), "location", None, ""),
        (WRAP.format(kind="photo_wrap", href="photos/photo_1.jpg"), "photo", None, ""),
        (WRAP.format(kind="sticker_wrap", href="stickers/s.webp"), "sticker", None, ""),
        (WRAP.format(kind="video_file_wrap", href="video_files/Praktik IPA.mp4"), "video", "Praktik IPA.mp4", ""),
        (POLL, "poll", None, "Rapat kapan?\nSenin\nRabu"),
    ],
)
def test_what_a_post_is(body: str, kind: str, name: str | None, text: str) -> None:
    told = read(post(1, "Sari", body=body))[0]
    assert (told.kind, told.file_name, told.text, told.sender) == (kind, name, text, "Sari")


def test_a_caption_stands_beside_its_file() -> None:
    told = read(post(1, "Sari", "ini LKPD-nya", body=media("media_file", "LKPD.pdf")))[0]
    assert (told.kind, told.file_name, told.text) == ("document", "LKPD.pdf", "ini LKPD-nya")


def test_a_call_is_a_line_of_the_program() -> None:
    assert read(post(1, "Sari", body=media("media_call", "Sari")))[0].sender is None


def test_links_and_marks_in_a_text_are_its_words() -> None:
    marked = '<div class="text">\nLihat <a href="https://contoh.id">contoh.id</a>, <strong>besok</strong><br>ya\n</div>'
    assert read(post(1, "Sari", body=marked))[0].text == "Lihat contoh.id, besok\nya"


def test_reactions_and_signatures_are_not_said() -> None:
    around = (
        '<div class="signature details">\nBu Ratna\n</div><span class="reactions"><span class="emoji">👍</span></span>'
    )
    assert read(post(1, "KKG", "pengumuman", body=around))[0].text == "pengumuman"


def test_service_lines_have_the_moment_before_them_and_days_are_none() -> None:
    said = read(
        day("5 October 2026"), service(1, "Hendra created group «KKG»"), post(2, "Sari", "a"),
        day("6 October 2026", 2), service(3, "Hendra pinned this message"),
    )  # fmt: skip
    midnight = MORNING - 9 * 3600
    assert [(one.at, one.sender, one.kind) for one in said] == [
        (midnight, None, "service"), (MORNING, "Sari", "text"), (MORNING, None, "service"),
    ]  # fmt: skip


def test_what_says_no_moment_or_is_unsupported_is_counted_with_its_line() -> None:
    unsupported = "This message is not supported by this version of Telegram Desktop. Please update the application."
    broken = post(2, "Sari", "b").replace("title=", "data-title=")
    raw = page([post(1, "Sari", "a"), broken, service(3, unsupported), post(4, None, "d"), post(5, "B", zone=" WIB")])
    export = read_html([source(raw, "messages.html")], WIB)
    assert [one.key for one in export] == [1, 4]
    assert export.reading.how_many_not_understood == 3
    lines = raw.decode().splitlines()
    for one, key in zip(export.reading.not_understood, (2, 3, 5), strict=True):
        assert f'id="message{key}"' in lines[one.line - 1]
        assert one.excerpt == f"message {key}"


def test_pages_are_read_in_the_order_of_their_numbers() -> None:
    names = ["messages.html", *(f"messages{number}.html" for number in range(2, 13))]
    files = [source(page([post(at, "Sari", name)]), name) for at, name in enumerate(names, start=1)]
    random.Random(1).shuffle(files)
    export = read_html(files, WIB)
    assert [one.text for one in export] == names
    assert export.reading.grammar == "Telegram HTML, 12 pages"


def test_a_page_that_breaks_off_gives_what_it_has_and_says_so() -> None:
    raw = page([post(1, "Sari", "a"), post(2, "Budi", "bagian ini hilang")])
    cut = raw[: raw.index(b"hilang")]
    export = read_html([source(cut, "messages.html"), source(page([post(3, "Made", "c")]), "messages2.html")], WIB)
    assert [(one.key, one.text) for one in export] == [(1, "a"), (2, "bagian ini"), (3, "c")]
    (told,) = export.reading.not_understood
    assert (told.line, told.excerpt) == (cut.count(b"\n") + 1, "messages.html")


def test_pages_of_two_chats_are_refused() -> None:
    with pytest.raises(BadExport) as refused:
        read_html([source(page([]), "messages.html"), source(page([]), "messages.html")], WIB)
    assert refused.value.text_key == "imports.several_chats"


def test_a_page_without_messages_is_refused() -> None:
    with pytest.raises(BadExport) as refused:
        list(read_html([source("<html><body>Resep soto</body></html>", "soto.html")], WIB))
    assert refused.value.text_key == "imports.not_an_export"


word = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=12)
texts = st.lists(st.lists(word, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3).map("\n".join)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["Sari", "Budi", "Bu Ratna: 4A"]), texts, st.integers(0, 10**6)), min_size=1),
    st.integers(1, 4),
)
def test_a_generated_chat_comes_back_message_by_message(told: list[tuple[str, str, int]], pages: int) -> None:
    posts: list[str] = []
    wanted: list[Any] = []
    before = None
    for key, (sender, text, after) in enumerate(told, start=1):
        posts.append(post(key, None if sender == before else sender, text, MORNING + after))
        wanted.append(Spoken(MORNING + after, sender, text, key=key))
        before = sender
    size = -(-len(posts) // pages)
    files = [
        source(page(posts[at : at + size]), f"messages{number}.html")
        for number, at in enumerate(range(0, len(posts), size), start=1)
    ]
    export = read_html(files, WIB)
    assert list(export) == wanted
    assert export.reading.how_many_not_understood == 0
