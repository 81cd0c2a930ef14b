"""A facilitator brings the group's old conversation over HTTP: shown first, kept after a yes, and only for a time."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage.models import (
    Arrival,
    Attachment,
    ConversationState,
    Import,
    ImportedCount,
    ImportedMessage,
    ImportedPerson,
)
from tests.filled import filled
from tests.journeys.house import House, open_house
from tests.journeys.phones import Phone, moved_in

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
NAMES = ("Ratnawulan", "Yusufandi", "812-3456")
SAID = (
    "Bu Ratnawulan SDN 2: Selamat pagi, ada yang punya LKPD pecahan kelas 4?",
    "Pak Yusufandi: Ada Bu Ratnawulan, ini https://drive.google.com/lkpd-pecahan",
    "+62 812-3456-7890: Besok rapat KKG jam 13.00 di SDN 2, jangan lupa ya",
    "Bu Ratnawulan SDN 2: Terima kasih Pak Yusufandi, sangat membantu",
)


def exported() -> bytes:
    """Eight weeks of an Indonesian Android phone's group, one line that is none of its own among them."""
    first, lines = datetime.fromisoformat("2026-05-04T06:30+07:00"), ["tanpa tanggal di atas"]
    for week in range(8):
        for place, said in enumerate(SAID):
            lines.append(f"{first + timedelta(weeks=week, minutes=3 * place):%d/%m/%y %H.%M} - {said}")
    return "\n".join(lines).encode()


async def _named_in(house: House, *tables: Any) -> list[str]:
    """Where a name of the export stands."""
    found = []
    async with house.assistant.database.reading() as session:
        for table in await filled(session, [one.__table__ for one in tables]):
            rows = [repr(tuple(row)) for row in await session.execute(select(table))]
            found += [f"{table.name}: {row}" for row in rows if any(name in row for name in NAMES)]
    return found


async def _sends(hendra: Phone, content: bytes) -> None:
    await hendra.looks_anew()
    await hendra.sends("document", file_name="Chat WhatsApp dengan KKG Yusufandi.txt", content=content)


async def _shown_and_declined(house: House, hendra: Phone) -> None:
    await _sends(hendra, exported())
    preview = await hendra.reads("Belum ada yang disimpan")
    for told in ("32 pesan dari 3 orang", "4 Mei", "22 Jun", "WIB", "30 hari", "1 baris (baris 1)"):
        assert told in preview, told
    assert await _named_in(house) == [], "not a name is stored anywhere"
    assert [await house.rows(table) for table in (Import, ImportedMessage, ImportedPerson, Attachment)] == [[]] * 4
    await hendra.taps("Tidak")
    await hendra.reads("Tidak ada yang disimpan")
    assert await house.rows(ConversationState, ConversationState.data.is_not(None)) == []


async def _kept(house: House, hendra: Phone) -> None:
    await _sends(hendra, exported())
    await hendra.taps("Ya, simpan")
    result = await hendra.reads("Hasil dari berkas ini")
    for told in ("32 pesan baru", "32 pesan dari 3 orang", "Koordinasi agenda"):
        assert told in result, told
    assert [name for name in NAMES if name in result] == []
    assert [len(await hendra.files(kind)) for kind in ("photo", "document")] == [1, 2], "picture; workbook and page"
    assert len(await house.rows(ImportedMessage)) == 32
    assert await _named_in(house) == []
    # A second tap on the same preview finds nothing under way; the same file again brings nothing new.
    await _sends(hendra, exported())
    await hendra.taps("Ya, simpan")
    await hendra.reads("sudah ada")
    assert [len(await hendra.files(kind)) for kind in ("photo", "document")] == [0, 0], "they came with the first"
    assert (await hendra.labels())[-1] == "Cocokkan nama", "which needs the file once more, some other day"
    assert len(await house.rows(Import)) == 1


async def _matched(house: House, hendra: Phone, sari: Phone) -> None:
    await hendra.looks_anew()
    await hendra.writes("/impor")
    assert "4 Mei sampai 22 Jun: 32 pesan dari 3 orang" in await hendra.reads("Yang sudah tersimpan")
    await _sends(hendra, exported() + b"\n01/07/26 06.30 - Bu Ratnawulan SDN 2: Selamat pagi")
    await hendra.taps("Ya, simpan", "Jadikan pembanding")
    await hendra.reads("sebelum dan sesudah")
    await hendra.reads("Hasil dari berkas ini")  # it stands, and so does what else can be done with it
    await hendra.taps("Cocokkan nama")
    assert "Pak Yusufandi (8)" in await hendra.labels()
    assert await _named_in(house) == [], "what was sent to Hendra is not kept"
    await sari.looks_anew()
    await hendra.taps("Bu Ratnawulan SDN 2", "Sari")
    await hendra.reads("Guru 1 adalah Sari")
    await sari.reads("mencocokkan satu nama")
    await sari.taps("Batalkan")
    assert "Sari" not in await hendra.reads("kembali tanpa nama"), "it still stands above that it was"
    await hendra.taps("Bu Ratnawulan SDN 2", "Sari")
    await hendra.taps("Jangan jadikan pembanding")
    await hendra.reads("tidak lagi menunjukkan yang sebelumnya")
    await hendra.taps("Jadikan pembanding")
    assert await _named_in(house) == []


async def test_a_history_is_shown_kept_after_a_yes_matched_compared_and_gone_in_time(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, chat = await moved_in(house, {"hendra": "facilitator", "sari": "teacher", "budi": "teacher"})
        hendra, sari = people["hendra"], people["sari"]
        await _shown_and_declined(house, hendra)
        await _kept(house, hendra)
        await _matched(house, hendra, sari)
        await people["budi"].writes("Ada yang punya kisi-kisi IPA kelas 5?", chat)
        await hendra.looks_anew()
        await hendra.writes("/laporan")
        assert len(await hendra.files("photo")) == 2, "the report, and before and after"
        await sari.looks_anew()
        await sari.writes("/hapusdata")
        await sari.taps("Hapus data saya", "Ya, hapus")
        assert len(await house.rows(ImportedMessage)) == 16, "hers are gone"
        await house.turned(START + timedelta(days=30, hours=2))
        assert await house.rows(ImportedMessage) == []
        assert sum(one.messages for one in await house.rows(ImportedCount)) == 16
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == [], "and nothing breaks"


async def test_who_is_no_facilitator_and_what_is_no_export_are_answered_in_a_sentence(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, _chat = await moved_in(house, {"hendra": "facilitator", "sari": "teacher"})
        hendra, sari = people["hendra"], people["sari"]
        await _sends(sari, exported())
        assert not [one for one in await sari.labels() if one.startswith("Ya")]
        for content in (b"PK\x03\x04 rusak", b"\x00" * 900, b"Halo semua\n" * 20):
            await _sends(hendra, content)
            assert len(await hendra.seen()) == 2, "that it is being read, and one sentence"
        # 4 March or 3 April: asked, not guessed.
        await _sends(hendra, b"3/4/26, 06:30 - Pak Yusufandi: Besok rapat")
        await hendra.taps("Bulan dulu")
        assert "4 Mar" in await hendra.reads("Belum ada yang disimpan")
        await hendra.taps("Untuk penelitian")
        await hendra.writes("Skripsi kombel 2026 sampai 30 Juni 2027")
        preview = await hendra.reads("Belum ada yang disimpan")
        assert "“Skripsi kombel 2026”" in preview
        assert "30 Jun 2027" in preview
        assert await _named_in(house) == []
        assert await house.rows(Import) == []
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
