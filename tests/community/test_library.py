"""The library as rules: one address for one page, what a name tells, what is collected and what stays out."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from community import consent, conversation, listening
from community.library import bringing, facts, indexing, links, searching, showing
from community.library.collecting import BEFORE_LIBRARY, first_line, keeps_out
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import LANGUAGES, Texts
from storage.database import Database, Session
from storage.models import Consent, Group, LibraryEntry, LibraryTerm, LibraryWord, Message, Person
from tests.community.cast import CHAT, NOW, a_group, somebody
from tests.counting import statements

SAY = Texts("id")
SARI, BUDI, HENDRA = 1001, 1002, 1003
YOUTUBE, DRIVE = "https://youtube.com/watch?v=dQw4w9WgXcQ", "https://drive.google.com/file/d/1AbCdEfGhIjKlMn"


@pytest.mark.parametrize(
    "address, same",
    [
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", YOUTUBE),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&t=30s&feature=share", YOUTUBE),
        ("http://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("youtube.com/embed/dQw4w9WgXcQ.", YOUTUBE),
        ("https://www.youtube.com/playlist?list=PL9&si=x", "https://youtube.com/playlist?list=PL9"),
        ("https://drive.google.com/file/d/1AbCdEfGhIjKlMn/view?usp=sharing", DRIVE),
        ("https://drive.google.com/open?id=1AbCdEfGhIjKlMn&usp=drive_fs", DRIVE),
        ("https://drive.google.com/uc?export=download&id=1AbCdEfGhIjKlMn", DRIVE),
        ("https://drive.google.com/file/d/1AbCdEfGhIjKlMn/view?resourcekey=0-x", f"{DRIVE}?resourcekey=0-x"),
        ("https://drive.google.com/drive/u/0/folders/1AbCdEfGhIjKlMn?usp=sharing",
         "https://drive.google.com/drive/folders/1AbCdEfGhIjKlMn"),
        ("https://docs.google.com/presentation/d/1AbCdEfGhIjKlMn/edit#slide=id.p",
         "https://docs.google.com/presentation/d/1AbCdEfGhIjKlMn"),
        ("https://Contoh.Sch.id/bahan/?utm_source=wa&fbclid=1&b=2&a=1#atas).", "https://contoh.sch.id/bahan?a=1&b=2"),
        ("https://m.contoh.sch.id:443/x", "https://contoh.sch.id/x"),
        ("https://contoh.sch.id:8080/x", "https://contoh.sch.id:8080/x"),
        ("https://belajar.example/#/bab/1", "https://belajar.example#/bab/1"),
        ("https://id.example/wiki/Nilai_(tempat)", "https://id.example/wiki/Nilai_(tempat)"),
        ("rumahbelajar.example", "https://rumahbelajar.example"),
        ("https://sari:rahasia@contoh.sch.id", None),
        ("https://localhost/x", None),
        ("https://10.0.0.1/x", None),
        ("bukan alamat", None),
        (f"https://contoh.sch.id/{'x' * 600}", None),
    ],
)  # fmt: skip
def test_the_same_page_has_one_address(address: str, same: str | None) -> None:
    assert links.canonical(address) == same


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"https?://[a-z.]{1,12}/[ -~]{0,40}"))
def test_an_address_made_plain_stays_as_it_is(address: str) -> None:
    once = links.canonical(address)
    assert once is None or (links.canonical(once) == once and once.startswith("https://") and " " not in once)


@pytest.mark.parametrize(
    "name, title, told",
    [
        ("LKPD_Pecahan-Senilai_Kelas4.docx", "LKPD Pecahan Senilai Kelas 4", ("matematika", "4", "lkpd")),
        ("Modul Ajar IPAS Fase B (1).pdf", "Modul Ajar IPAS Fase B", ("ipas", "b", "modul")),
        ("ModulAjarMTK_Kelas10.pdf", "Modul Ajar MTK Kelas 10", ("matematika", "10", "modul")),
        ("RPP kls VI P5.docx", "RPP kls VI P5", ("kokurikuler", "6", "modul")),
        ("rppm_tk_b.pdf", "rppm tk b", (None, "tk", "modul")),
        ("kelas ini.pdf", "kelas ini", (None, None, None)),
        ("bank%20soal%20bahasa%20inggris.pdf", "bank soal bahasa inggris", ("inggris", None, "soal")),
    ],
)
def test_a_file_name_is_read(name: str, title: str, told: tuple[str | None, ...]) -> None:
    assert (facts.readable(name), tuple(facts.of(name))) == (title, told)


@pytest.mark.parametrize("name", ["DOC-20260803-WA0012.pdf", "document (3).pdf", "Scan 12.pdf", "file_baru_final.docx"])
def test_some_names_say_nothing(name: str) -> None:
    assert facts.says_nothing(name)


@pytest.mark.parametrize(
    "name, out",
    [
        ("Daftar Nilai Kelas 4B.xlsx", True),
        ("daftar_siswa_2026.pdf", True),
        ("ABSEN-kelas-5.xlsx", True),
        ("Rapor_semester1.docx", True),
        ("Nama siswa penerima KIP.xlsx", True),
        ("IMG_2031.JPG", True),
        ("praktik mengajar.mp4", True),
        ("Modul nilai tempat kelas 2.pdf", False),
        ("Nilai Pancasila fase C.pptx", False),
        ("LKPD siswa pecahan.docx", False),
        ("Rubrik penilaian presentasi.docx", False),
    ],
)
def test_lists_of_pupils_and_pictures_stay_out(name: str, out: bool) -> None:
    assert keeps_out(name) is out


@pytest.mark.parametrize(
    "text, line",
    [
        ("Assalamualaikum Bapak/Ibu, izin share modul ajar pecahan\nSemoga bermanfaat", "modul ajar pecahan"),
        ("https://contoh.sch.id\nVideo fotosintesis untuk kelas 5 👇", "Video fotosintesis untuk kelas 5"),
        ("🙏🙏", ""),
        ("Pak, ini", ""),
    ],
)
def test_the_first_line_that_says_something(text: str, line: str) -> None:
    assert first_line(text) == line


async def _cast(session: Session) -> tuple[Group, dict[int, Person]]:
    group = await a_group(session)
    roles = {SARI: ("Sari", Role.TEACHER), BUDI: ("Budi", Role.TEACHER), HENDRA: ("Hendra", Role.FACILITATOR)}
    return group, {
        number: await somebody(session, name, number, group=group, roles=(role,))
        for number, (name, role) in roles.items()
    }


def said(number: int, text: str = "", *, by: int = SARI, chat: int = CHAT, **more: Any) -> listening.Heard:
    at = NOW + timedelta(minutes=number)
    body = {
        "message_id": number, "date": int(at.timestamp()), "chat": {"id": chat, "type": "supergroup"},
        "from": {"id": by, "is_bot": False, "first_name": "x"},
    }  # fmt: skip
    body |= {"caption" if "document" in more or "photo" in more else "text": text} if text else {}
    return listening.heard({"edited_message" if "edit_date" in more else "message": body | more})


def a_file(name: str, kind: str = "application/pdf") -> dict[str, Any]:
    return {"document": {"file_id": f"id-{name}", "file_name": name, "mime_type": kind}}


async def _titles(session: Session) -> list[str]:
    return list(await session.scalars(select(LibraryEntry.title).order_by(LibraryEntry.id)))


@pytest.mark.parametrize(
    "message, titles",
    [
        (said(1, "Bapak Ibu, ini video pecahan kelas 4 https://youtu.be/dQw4w9WgXcQ"), ["ini video pecahan kelas 4"]),
        (said(1, **a_file("LKPD_Pecahan_Kelas4.pdf")), ["LKPD Pecahan Kelas 4"]),
        (said(1, "LKPD pecahan kelas 4, silakan", **a_file("DOC-2026-WA1.pdf")), ["LKPD pecahan kelas 4, silakan"]),
        (said(1, "Rapat di https://zoom.us/j/123 ya"), []),
        (said(1, "Mohon isi https://forms.gle/abc sebelum Jumat"), []),
        (said(1, **a_file("Daftar nilai kelas 4.xlsx")), []),
        (said(1, "Media pecahan dari kardus, silakan ditiru", photo=[{"file_id": "x"}]), []),
        (said(1, "LKPD pecahan kelas 4, silakan diunduh", **a_file("lkpd.png", "image/png")), []),
        (said(1, "Selamat pagi semua"), []),
    ],
)  # fmt: skip
async def test_what_is_collected(database: Database, message: listening.Heard, titles: list[str]) -> None:
    async with database.writing() as session:
        await _cast(session)
        await listening.record(session, [message, message])
        assert await _titles(session) == titles


def test_a_hidden_link_gives_its_words_and_a_room_beside_it_stays_out() -> None:
    text = "🙏 Modul ajar pecahan, dan rapatnya di https://meet.google.com/abc, semoga bermanfaat"
    entities = [
        {"type": "text_link", "offset": 3, "length": 18, "url": "https://contoh.sch.id/modul?utm_medium=x"},
        {"type": "url", "offset": 39, "length": 27},
    ]
    assert links.of_message({"entities": entities}, text) == [("https://contoh.sch.id/modul", "Modul ajar pecahan")]
    assert links.of_message({}, text) == [], "without the entities only the room is seen"
    twice = "https://youtu.be/dQw4w9WgXcQ dan www.youtube.com/watch?v=dQw4w9WgXcQ"
    assert links.of_message({}, twice) == [(YOUTUBE, "")]


async def test_a_batch_that_shares_costs_one_statement_more_and_any_other_none(database: Database) -> None:
    async with database.writing() as session:
        await _cast(session)
        for texts, most in (("Selamat pagi Bapak Ibu", 7), ("Ini video pecahan https://youtu.be/dQw4w9WgXcQ", 8)):
            first = 1 if most == 7 else 200
            batch = [said(first + n, f"{texts} {n}") for n in range(100)]
            with statements() as seen:
                assert await listening.record(session, batch) == 100
            assert len(seen) == most
        assert len(await _titles(session)) == 100


async def test_an_edit_and_a_correction_collect_anew(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        when = int(NOW.timestamp()) + 99
        await listening.record(session, [said(1, "Ini video pecahan https://youtu.be/dQw4w9WgXcQ")])
        await listening.record(
            session, [said(1, "Ini video perkalian kelas 3 https://youtu.be/aaaaaaaaaaa", edit_date=when)]
        )
        (entry,) = (await session.scalars(select(LibraryEntry))).all()
        assert (entry.title, entry.grade, entry.url) == (
            "Ini video perkalian kelas 3", "3", "https://youtube.com/watch?v=aaaaaaaaaaa",
        )  # fmt: skip
        for label, n in (("other", 0), ("resource", 1), ("motivation", 0)):
            await conversation.retag(session, entry.message_id, label, people[HENDRA], NOW)
            assert len(await _titles(session)) == n
        await listening.record(session, [said(1, "Maaf, salah kirim", edit_date=when)])
        assert await _titles(session) == []


async def _shared(session: Session, *files: str, by: int = SARI, first: int = 1, chat: int = CHAT) -> None:
    batch = [said(first + n, "Silakan dipakai", by=by, chat=chat, **a_file(name)) for n, name in enumerate(files)]
    await listening.record(session, batch)


SHELF = (
    "LKPD_Pecahan_Kelas4.pdf", "LKPD_Pecahan_Kelas5.pdf", "Modul Ajar Perkalian Kelas 3.docx",
    "Bank Soal Matematika Fase B.pdf", "Media Fotosintesis Kelas 5.pptx", "Rubrik Membaca Nyaring.docx",
)  # fmt: skip


@pytest.mark.parametrize(
    "text, first, n",
    [
        ("pecahan kelas 4", "LKPD Pecahan Kelas 4", 1),
        ("pecahan", "LKPD Pecahan Kelas 5", 2),
        ("pecehan kelas 5", "LKPD Pecahan Kelas 5", 1),
        ("fotosintetis", "Media Fotosintesis Kelas 5", 1),
        ("fotosintesa kls 5", "Media Fotosintesis Kelas 5", 1),
        ("perkal", "Modul Ajar Perkalian Kelas 3", 1),
        ("soal mtk", "Bank Soal Matematika Fase B", 1),
        ("soal matematika kelas 4", "Bank Soal Matematika Fase B", 1),
        ("lembar kerja pecahan kelas 4", "LKPD Pecahan Kelas 4", 1),
        ("tolong carikan rubrik membaca nyaring ya", "Rubrik Membaca Nyaring", 1),
        ("kelas 5", "Media Fotosintesis Kelas 5", 2),
        ("tata surya kelas 5", None, 0),
        ("", None, 0),
        ("???", None, 0),
    ],
)
async def test_what_a_search_finds(database: Database, text: str, first: str | None, n: int) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, *SHELF)
        found = await searching.search(session, people[BUDI], text)
        assert ([hit.entry.title for hit in found.hits][:1], len(found.hits)) == ([first] if first else [], n)


async def test_a_search_costs_the_same_however_much_there_is_and_says_what_it_read(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        costs = []
        for first in (1, 100):
            await _shared(session, *SHELF, first=first)
            await indexing.index_due(session, NOW)
            with statements() as seen:
                found = await searching.search(session, people[BUDI], "pecehan kelas 4")
            costs.append(len(seen))
        assert costs[0] == costs[1] == 7
        assert found.read_as == {"pecehan": "pecahan"}
        words, rows = showing.page(found, "pecehan kelas 4", 0, SAY)
        assert "Saya baca sebagai: pecahan" in words and "dibagikan 2 kali" in words and "kelas 4" in words
        assert [str(key.get("callback_data", key.get("url")))[:12] for key in rows[0]] == ["libget:7", "https://t.me"]


async def test_nothing_found_offers_the_nearest_words_of_ones_own_groups_alone(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        other = await a_group(session, -1_007)
        await somebody(session, "Tono", 2001, group=other, roles=(Role.TEACHER,))
        await _shared(session, *SHELF)
        await _shared(session, "Materi_Perkantoran_Rahasia.pdf", by=2001, chat=-1_007)
        found = await searching.search(session, people[BUDI], "perkantin")
        assert found.hits == [] and found.near == ["perkalian"]
        assert "Maksudnya" in showing.page(found, "perkantin", 0, SAY)[0]
        assert (await searching.search(session, people[BUDI], "rahasia")).hits == []
        nobody = await searching.search(session, people[BUDI], "xyzzyq")
        assert nobody.near == [] and "Belum ada" in showing.page(nobody, "xyzzyq", 0, SAY)[0]


async def test_who_may_search_and_where(database: Database) -> None:
    async with database.writing() as session:
        group, people = await _cast(session)
        other = await a_group(session, -1_007)
        stranger = await somebody(session, "Tamu", 9)
        dinas = await somebody(session, "Dinas", 10, group=group, roles=(Role.AGENCY,))
        await _shared(session, *SHELF)
        with pytest.raises(NeedsConsent):
            await searching.search(session, None, "pecahan")
        for who, where in ((stranger, None), (dinas, None), (people[BUDI], other.id)):
            with pytest.raises(NotAllowed):
                await searching.search(session, who, "pecahan", where)
        entry = (await session.scalars(select(LibraryEntry.id).limit(1))).one()
        for who in (stranger, dinas):
            with pytest.raises(NotAllowed):
                await bringing.file(session, who, entry, 9)
        with pytest.raises(bringing.NoEntry):
            await bringing.file(session, people[BUDI], 999, BUDI)


async def test_the_same_thing_is_shown_once_and_what_only_looks_alike_is_not(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, "LKPD_Pecahan_Kelas4.pdf", "LKPD Pecahan kelas 4 (1).pdf", "LKPD_Pecahan_Kelas5.pdf")
        text = "Video pecahan bagus, silakan "
        shared = (
            "https://youtu.be/dQw4w9WgXcQ?si=1",
            "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
            "youtu.be/bbbbbbbbbbb",
        )
        await listening.record(session, [said(50 + n, f"{text}https://{one.removeprefix('https://')}", by=BUDI)
                                         for n, one in enumerate(shared)])  # fmt: skip
        hits = (await searching.search(session, people[HENDRA], "pecahan")).hits
        assert sorted((hit.entry.kind, hit.times) for hit in hits) == [
            ("file", 1), ("file", 2), ("link", 1), ("link", 2),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "error, says, gone",
    [
        ("Bad Request: wrong file identifier/HTTP URL specified", "library.gone", True),
        ("Bad Request: message to copy not found", "library.gone", True),
        ("Bad Request: wrong file_id or the file is temporarily unavailable", "library.gone", True),
        ("Forbidden: bot was blocked by the user", "library.not_now", False),
    ],
)
async def test_a_dead_file_says_so_and_comes_last(database: Database, error: str, says: str, gone: bool) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, "LKPD Pecahan Kelas 4.pdf", "Soal Pecahan Kelas 4.pdf")
        newest = (await searching.search(session, people[BUDI], "pecahan kelas 4")).hits[0].entry
        draft = await bringing.file(session, people[BUDI], newest.id, BUDI)
        assert (draft.method, draft.params["document"]) == ("sendDocument", newest.file_id)
        assert await bringing.brought(session, newest.id, False, error, NOW) == says
        found = await searching.search(session, people[BUDI], "pecahan kelas 4")
        assert [hit.entry.id == newest.id for hit in found.hits] == ([False, True] if gone else [True, False])
        words, rows = showing.page(found, "pecahan", 0, SAY)
        assert ("berkas ini sudah tidak ada" in words) is gone
        assert sum("libget" in str(row) for row in rows) == 2 - gone
        assert await bringing.brought(session, newest.id, True, "", NOW) is None
        assert newest.gone_at is None


async def test_a_file_whose_id_is_not_known_is_copied_from_its_message(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await listening.record(session, [said(7, "Silakan", **a_file("Undangan rapat KKG.pdf"))])
        row = (await session.scalars(select(Message))).one()
        await conversation.retag(session, row.id, "resource", people[HENDRA], NOW)
        entry = (await session.scalars(select(LibraryEntry))).one()
        draft = await bringing.file(session, people[BUDI], entry.id, BUDI)
        assert (draft.method, draft.params) == (
            "copyMessage", {"from_chat_id": CHAT, "message_id": 7, "chat_id": BUDI},
        )  # fmt: skip


@pytest.mark.parametrize("how", ["withdraws", "is forgotten"])
async def test_nothing_is_left_of_who_takes_the_yes_back(database: Database, how: str) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, "LKPD Pecahan Kelas 4.pdf", "Rahasia Nenek.pdf")
        await _shared(session, "Soal Pecahan Kelas 4.pdf", by=BUDI, first=20)
        await indexing.index_due(session, NOW)
        if how == "withdraws":
            await consent.withdraw(session, people[SARI], NOW)
        else:
            await conversation.forget(session, people[SARI], NOW)
        found = await searching.search(session, people[BUDI], "pecahan")
        assert [hit.entry.title for hit in found.hits] == ["Soal Pecahan Kelas 4"]
        words = set(await session.scalars(select(LibraryWord.word)))
        assert "nenek" not in words and {"pecahan"} <= words
        assert "nenek" not in set(await session.scalars(select(LibraryTerm.word)))


async def test_an_entry_outlives_the_text_of_its_message(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, *SHELF)
        await conversation.expire_text(session, NOW + timedelta(days=400), 30)
        assert set(await session.scalars(select(Message.file_name))) == {None}
        assert (await searching.search(session, people[BUDI], "fotosintesis")).hits
        copy = await conversation.copy_of(session, people[SARI])
        assert [one["title"] for one in copy["library"]["shared"]] == [facts.readable(name) for name in SHELF]


@pytest.mark.parametrize("versions, kept", [(["1"], False), (["2"], True), (["1", "2"], True), ([], True)])
async def test_who_agreed_before_there_was_a_library_is_in_it_no_longer_than_their_text(
    database: Database, versions: list[str], kept: bool
) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, *SHELF)
        for version in versions:
            yes = {"person_id": people[SARI].id, "agreed": True, "text_version": version, "language": "id", "at": NOW}
            session.add(Consent(**yes))
        await session.flush()
        for days, there in ((29, True), (31, kept)):
            await conversation.expire_text(session, NOW + timedelta(days=days), 30)
            assert bool(await _titles(session)) is there
    assert consent.TEXT_VERSION != BEFORE_LIBRARY and "/cari" in consent.text("id", 30)


async def test_pages_of_five_and_a_search_that_fits_into_a_button(database: Database) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(
            session,
            *(f"Soal pecahan paket {word}.pdf" for word in ["satu", "dua", "tiga", "empat", "lima", "enam", "tujuh"]),
        )
        text = f"pecahan: {'panjang ' * 20}"
        found = await searching.search(session, people[BUDI], "pecahan")
        first, second, beyond = (showing.page(found, text, at, SAY) for at in (0, 1, 9))
        assert [row[-1]["callback_data"].split(":")[:2] for row in (first[1][-1], second[1][-1])] == [
            ["find", "1"], ["find", "0"],
        ]  # fmt: skip
        assert len(first[1][:-1]) == 5 and len(second[1][:-1]) == 2 and beyond == second
        assert all(len(key["callback_data"].encode()) <= 64 for key in first[1][-1])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_two_buttons_fit_beside_each_other_on_a_phone_and_a_title_is_no_sermon(
    database: Database, language: str
) -> None:
    async with database.writing() as session:
        _, people = await _cast(session)
        await _shared(session, "LKPD_pecahan.pdf", f"Modul_pecahan_{'senilai_' * 15}.docx")
        found = await searching.search(session, people[BUDI], "pecahan")
        words, rows = showing.page(found, "pecahan", 0, Texts(language))
        assert [len(row) for row in rows] == [2, 2]
        assert all(len(key["text"]) <= 14 for row in rows for key in row), "more breaks the line at 390 px"
        assert all(len(line) <= 90 for line in words.splitlines())
