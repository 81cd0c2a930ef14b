"""One's own journal by week: what stands in it, turning its pages, opening, printing; and nobody else's."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from community.notes import MESSAGE, SHOWN, _units, packed, pieces
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from learning import journal, printing
from learning.refusals import NotYours
from storage.database import Database
from storage.models import Attachment, Delivery, Person, Reflection, Trial
from tests.learning.conftest import Cast, Door, data_of, words_of
from tests.learning.test_guided import ANSWERS, PHOTO
from tests.learning.test_talk import BUDI, GROUP, SARI, STRANGER, VOICE, rows, unreachable

JAKARTA, PAPUA = "Asia/Jakarta", "Asia/Jayapura"
SAY = Texts("id")


def wall(text: str, zone: str = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


async def fill(database: Database, cast: Cast, prompt: Delivery, moments: list[datetime], who: str = "Sari") -> None:
    """A reflection at each moment."""
    async with database.writing() as session:
        for number, at in enumerate(moments):
            session.add(
                Reflection(
                    delivery_id=prompt.id,
                    person_id=cast[who].id,
                    audience="me",
                    medium="text",
                    created_at=at,
                    text=f"Catatan {number}",
                )
            )


async def test_what_was_given_stands_in_the_week_newest_first(database: Database, door: Door, prompt: Delivery) -> None:
    (empty,) = await door.message(SARI, "/jurnal")
    assert "masih kosong" in words_of(empty)
    await door.tap(SARI, f"goal:{prompt.id}")
    await door.message(SARI, "Tiga kartu.")
    door.now += timedelta(minutes=1)
    await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    await door.message(SARI, "Mereka <berebut> kartu.")
    door.now += timedelta(minutes=1)
    await door.tap(SARI, f"to:{prompt.id}:coach")
    await door.message(SARI, None, **VOICE)
    door.now += timedelta(minutes=1)
    await door.tap(SARI, f"guide:{prompt.id}")
    await door.message(SARI, ANSWERS[0])
    (page,) = await door.message(SARI, "/journal")
    words = words_of(page)
    assert words.startswith("<b>Jurnal 20 Jul – 26 Jul</b>")
    told = ["Refleksi terpandu, belum selesai", "Refleksi, untuk coach", "Dicoba di kelas"]
    assert re.findall(r"<i>(.+)</i>", words) == [*told, "Tujuan pekan, untuk diri sendiri"]
    for quoted in (
        "“Kami menakar air.”",
        "“Pesan suara, 17 detik”",
        "“Mereka &lt;berebut&gt; kartu.”",
        "“Tiga kartu.”",
    ):
        assert quoted in words
    kinds = [data.split(":")[0] for data in data_of(page)]
    assert kinds == ["rshow", "rshow", "tshow", "rshow", "jfile"]


async def test_an_entry_opens_with_its_words_its_reader_and_what_may_be_done(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"to:{prompt.id}:coach")
    await door.message(SARI, "Ramai & seru.")
    (row,) = await rows(database, Reflection)
    (shown,) = await door.tap(SARI, f"rshow:{row.id}")
    assert "Ramai &amp; seru." in words_of(shown)
    assert "Yang membaca: <b>Bu Ratna, kepala sekolah</b>" in words_of(shown)
    assert data_of(shown) == [f"redit:{row.id}", f"rwho:{row.id}", f"rdel:{row.id}"]
    below = shown.params["reply_markup"]["inline_keyboard"]
    assert [len(row) for row in below] == [2, 1], "three in a row break on a narrow phone"
    await door.tap(SARI, f"tried:{prompt.id}", GROUP)
    (trial,) = await rows(database, Trial)
    (shown,) = await door.tap(SARI, f"tshow:{trial.id}")
    assert "Tanpa cerita" in words_of(shown)
    await door.tap(SARI, data_of(shown)[0])
    await door.message(SARI, "Mereka berbisik.")
    (shown,) = await door.tap(SARI, f"tshow:{trial.id}")
    assert "Mereka berbisik." in words_of(shown)


async def test_voices_and_pictures_come_along(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, None, caption="Sudut baca baru.", **PHOTO)
    await door.tap(SARI, f"guide:{prompt.id}")
    for words in ANSWERS[:3]:
        await door.message(SARI, words)
    await door.message(SARI, None, **VOICE)
    photo, guided = await rows(database, Reflection)
    picture, text = await door.tap(SARI, f"rshow:{photo.id}")
    assert (picture.method, picture.params["photo"]) == ("sendPhoto", "foto-b")
    assert "Sudut baca baru." in words_of(text)
    voice, text = await door.tap(SARI, f"rshow:{guided.id}")
    assert (voice.method, voice.params["caption"]) == ("sendVoice", "Langkah berikutnya")
    assert all(words in words_of(text) for words in ANSWERS[:3])


async def test_a_draft_in_the_journal_leads_back_into_it(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    await door.message(SARI, ANSWERS[0])
    (row,) = await rows(database, Reflection)
    (shown,) = await door.tap(SARI, f"rshow:{row.id}")
    assert data_of(shown) == [f"guide:{prompt.id}", f"rdel:{row.id}"]
    (sure,) = await door.tap(SARI, f"rdel:{row.id}")
    (kept,) = await door.tap(SARI, data_of(sure)[1])
    assert data_of(kept) == [f"guide:{prompt.id}"]
    await door.tap(SARI, data_of(sure)[0])
    assert await rows(database, Reflection) == []


async def test_pages_turn_by_weeks_that_hold_something(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    busy = [wall("2026-08-12 09:00") + timedelta(minutes=number) for number in range(10)]
    moments = [wall("2026-07-21 09:00"), *busy, wall("2026-09-01 09:00")]
    await fill(database, cast, prompt, moments)
    await fill(database, cast, prompt, [wall("2026-09-20 09:00")], "Budi")
    (page,) = await door.message(SARI, "/jurnal")
    assert data_of(page)[1:] == ["jweek:2026-08-10:0", "jfile"]
    assert page.params["reply_markup"]["inline_keyboard"][1][0]["text"] == "‹ 10 Agu"
    (page,) = await door.tap(SARI, "jweek:2026-08-10:0")
    assert data_of(page)[8:] == ["jweek:2026-08-10:1", "jweek:2026-08-31:0", "jfile"]
    (page,) = await door.tap(SARI, "jweek:2026-08-10:1")
    assert words_of(page).count("Catatan") == 2
    assert data_of(page)[2:] == ["jweek:2026-07-20:0", "jweek:2026-08-10:0", "jfile"]
    (page,) = await door.tap(SARI, "jweek:2026-07-20:0")
    assert data_of(page)[1:] == ["jweek:2026-08-10:0", "jfile"]


@pytest.mark.parametrize(
    "data", ["jweek", "jweek:x:y", "jweek:9999-12-31:0", "jweek:0001-01-01:9", "jweek:2026-07-25:99"]
)
async def test_a_forged_page_is_the_newest(
    database: Database, door: Door, cast: Cast, prompt: Delivery, data: str
) -> None:
    await fill(database, cast, prompt, [wall("2026-07-22 09:00")])
    (page,) = await door.tap(SARI, data)
    assert "Catatan 0" in words_of(page)


async def test_the_week_is_that_of_the_persons_wall(database: Database, cast: Cast, prompt: Delivery) -> None:
    sunday = wall("2026-07-26 23:00")  # Monday, 01:00 in Papua
    await fill(database, cast, prompt, [sunday])
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        here = await journal.page(session, sari, None, 0, "Asia/Makassar")
        assert (here.monday, here.entries[0].day) == (date(2026, 7, 20), date(2026, 7, 26))
        sari.zone = PAPUA
        there = await journal.page(session, sari, None, 0, JAKARTA)
        assert (there.monday, there.entries[0].day) == (date(2026, 7, 27), date(2026, 7, 27))


async def test_nobody_opens_what_another_wrote(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"to:{prompt.id}:group")
    await door.message(SARI, "Untuk grup.")
    await door.tap(SARI, f"tried:{prompt.id}")
    (row,), (trial,) = await rows(database, Reflection), await rows(database, Trial)
    for data in (f"rshow:{row.id}", f"tshow:{trial.id}"):
        with pytest.raises(NotYours):
            await door.tap(BUDI, data)
        with pytest.raises(NeedsConsent):
            await door.tap(STRANGER, data)
    for data in ("rshow:999", "tshow:x", "tshow:" + "9" * 40):
        with pytest.raises(Refusal):
            await door.tap(SARI, data)
    with pytest.raises(NeedsConsent):
        await door.message(STRANGER, "/jurnal")


async def test_in_the_group_it_is_answered_in_private(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    thumb, page = await door.message(SARI, "/jurnal", GROUP)
    assert (thumb.method, page.chat_id) == ("setMessageReaction", SARI)
    await unreachable(database, cast, "Sari")
    (way,) = await door.message(SARI, "/jurnal", GROUP)
    assert data_of(way) == ["https://t.me/sejawat_bot?start="]


class Page(HTMLParser):
    """The tags in a page, and whether each that was opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.addresses: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        self.open += [tag] if tag != "meta" else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_all_of_it_is_one_page_that_needs_nothing_from_elsewhere(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    await fill(database, cast, prompt, [wall("2026-07-21 09:00"), wall("2026-08-12 09:00")])
    await door.tap(SARI, f"to:{prompt.id}:group")
    await door.message(SARI, "<script>alert(1)</script> & lagi")
    await door.tap(SARI, f"guide:{prompt.id}")
    for words in ANSWERS:
        await door.message(SARI, words)
    (file,) = await door.tap(SARI, "jfile")
    assert (file.method, file.chat_id) == ("sendDocument", SARI)
    assert "/dataku" in file.params["caption"]
    async with database.reading() as session:
        kept = (await session.scalars(select(Attachment))).one()
    assert (kept.name, kept.person_id) == ("jurnal-2026-07-22.html", cast["Sari"].id)
    written = kept.content.decode()
    page = Page()
    page.feed(written)
    assert page.open == []
    assert page.addresses == []
    assert not page.seen & {"script", "img", "link", "iframe"}
    for words in ("Catatan 0", "Catatan 1", *ANSWERS, "&lt;script&gt;", "Jurnal Bu Sari", "10 Agu – 16 Agu 2026"):
        assert words in written
    assert written.index("Catatan 1") < written.index("&lt;script&gt;") < written.index("Catatan 0"), "newest first"


async def test_an_empty_journal_is_not_printed(database: Database, door: Door, cast: Cast, prompt: Delivery) -> None:
    (words,) = await door.tap(SARI, "jfile")
    assert "masih kosong" in words_of(words)
    async with database.writing() as session:
        assert await printing.file(session, cast["Sari"], SAY, JAKARTA, door.now) is None


async def test_what_is_long_is_opened_whole(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    long = " ".join(f"kata{number}&" for number in range(420))
    await door.message(SARI, long[:4_096])
    (row,) = await rows(database, Reflection)
    drafts = await door.tap(SARI, f"rshow:{row.id}")
    told = " ".join(words_of(one) for one in drafts)
    assert all(f"kata{number}&amp;" in told for number in range(400))
    assert all(_units(words_of(one)) <= MESSAGE for one in drafts)
    assert [bool(data_of(one)) for one in drafts] == [False, True], "the buttons stand below the last"
    (page,) = await door.message(SARI, "/jurnal")
    assert _units(words_of(page)) < MESSAGE


async def test_the_lost_lesson_of_an_entry_does_not_hide_it(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    await fill(database, cast, prompt, [wall("2026-07-22 09:00")])
    async with database.writing() as session:
        await session.execute(update(Delivery).values(lesson="hilang"))
    (page,) = await door.message(SARI, "/jurnal")
    assert "Ajakan yang sudah tidak ada" in words_of(page)


texts = st.text(st.sampled_from("a &<😀\n"), max_size=200)


@settings(max_examples=60, derandomize=True)
@given(texts, st.integers(5, 60))
def test_pieces_lose_nothing_and_fit(text: str, most: int) -> None:
    parts = pieces(text, most)
    assert "".join("".join(parts).split()) == "".join(text.split())
    escaped = [part.replace("&", "&amp;").replace("<", "&lt;") for part in parts]
    assert all(part and _units(part) <= most for part in escaped)


@settings(max_examples=60, derandomize=True)
@given(st.lists(st.text("ab", min_size=1, max_size=20), max_size=12), st.integers(20, 60))
def test_packed_blocks_keep_their_order_and_fit(blocks: list[str], most: int) -> None:
    messages = packed(blocks, most)
    assert "\n\n".join(messages) == "\n\n".join(blocks)
    assert all(_units(one) <= most for one in messages)
    assert SHOWN < MESSAGE
