"""Media assistance over HTTP from first contact to closing: a board, several makers, a holder for each step."""

from datetime import datetime

from playground.client import words
from storage.models import Commitment, Cycle, CycleNote, CycleStep
from tests.journeys.house import House, open_house
from tests.journeys.phones import Phone, moved_in

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
MEDIA = "Pendampingan media"
ROLES = {"hendra": "facilitator", "sari": "teacher", "budi": "teacher", "wati": "teacher", "rini": "teacher"}
SAID = ("Murid suka bergerak", "Pecahan", "Kartu pecahan kurang besar", "Bu Sari memakai gambar", "Kartu dua warna")


def _wall(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-08-{said}:30+07:00")


async def _board(house: House, chat: int) -> list[str]:
    """Everything the assistant said in the group, as it stands there now."""
    told = await house.playground.messages(chat)
    return [words(one) for one in told if one["from"]["is_bot"] and "Pendampingan media" in words(one)]


async def _begins(hendra: Phone, sari: Phone, budi: Phone) -> None:
    """Four are asked, two say yes; Pak Hendra puts the board up, and Sari takes the first step in hand."""
    await hendra.writes("/coaching")
    await hendra.taps("Mulai yang baru", MEDIA, "Sari", "Budi", "Wati", "Rini", "Ajak 4 orang")
    for one in (sari, budi):
        await one.reads("di grup hanya tampak langkahnya")
        await one.taps("Ya, mau")
    await hendra.opens(MEDIA)
    await hendra.taps("Pasang papan di grup")
    await hendra.reads("Papannya sudah ada di grup")
    await sari.opens(MEDIA)
    await sari.reads("Pemegang langkah: belum ada.")
    await sari.taps("Pemegang langkah", "Saya yang pegang")
    await sari.reads("Pemegang langkah: Bapak/Ibu.")


async def _finds_the_need(house: House, chat: int, hendra: Phone, sari: Phone, budi: Phone) -> None:
    await budi.opens(MEDIA)
    assert not any(label.startswith("Bagian saya selesai") for label in await budi.labels()), "it is Sari's to end"
    await budi.taps("Jawab")
    await budi.gives(SAID[0])  # a colleague may answer all the same
    await sari.does(MEDIA, "🎤")
    await hendra.does(MEDIA, SAID[1])
    (board,) = await _board(house, chat)
    assert "✅ Mengenali kebutuhan · Sari" in board and "▶️ Berlatih sambil membuat" in board
    assert "Yang ikut: Budi, Sari" in board and "Pendamping: Hendra" in board
    await hendra.looks_anew()
    await hendra.writes("/coaching")
    await hendra.taps(MEDIA, "Baca catatan")
    await hendra.reads(SAID[0])
    assert len(await hendra.files("voice")) == 1, "what Sari said is heard"


async def _practises(house: House, hendra: Phone, sari: Phone, budi: Phone, wati: Phone) -> None:
    """A time to meet; the step is left with Budi, who leaves it half-way and takes it up four days later."""
    await hendra.opens(MEDIA)
    await hendra.taps("Atur pertemuan", "Tawarkan waktu", "Tulis waktunya sendiri")
    await hendra.writes("Kamis 10.00")
    await sari.taps("Kamis")
    await hendra.opens(MEDIA)
    await hendra.taps("Pemegang langkah", "Budi")
    await budi.reads("Hendra menitipkan langkah Berlatih sambil membuat")
    await budi.opens(MEDIA)
    await budi.taps("Jawab", "Digital", "Nanti saja")
    await wati.taps("Ya, mau")  # later than the others, and welcome
    await hendra.does(MEDIA)
    for one in (sari, budi, wati):
        await one.looks_anew()
    await house.turned(_wall("19T14:00"))
    told = "\n".join([words(one) for one in await budi.seen()])
    assert "Berlatih sambil membuat bersama" in told, "the holder is reminded"
    for one in (sari, wati):
        assert not any("Berlatih sambil membuat bersama" in words(each) for each in await one.seen())


async def _moves_to_a_supergroup(house: House, chat: int, budi: Phone) -> int:
    """Telegram gives the group a new number; the next change puts the board up there."""
    moved = await house.playground.migrate(chat)
    await house.settled()
    assert await _board(house, moved) == []
    await budi.does(MEDIA, SAID[2])
    (board,) = await _board(house, moved)
    assert "✅ Berlatih sambil membuat · Budi" in board and "Yang ikut: Budi, Sari, Wati" in board
    return moved


async def _develops(house: House, hendra: Phone, sari: Phone, budi: Phone, wati: Phone) -> None:
    """Wati's photo shows a pupil: Pak Hendra alone sees it."""
    await wati.opens(MEDIA)
    await wati.taps("Pemegang langkah", "Saya yang pegang")
    await wati.opens(MEDIA)
    await wati.taps("Jawab")
    await wati.sends("photo", "Murid memakai kartu")
    await wati.reads("Ada wajah atau nama murid?")
    await wati.taps("Ada wajah atau nama murid")
    await wati.does(MEDIA, SAID[3])
    await hendra.does(MEDIA, SAID[4])
    for one, sees in ((hendra, 1), (sari, 0)):
        await one.opens(MEDIA)
        await one.taps("Baca catatan")
        assert len(await one.files("photo")) == sees
        await one.reads(SAID[3])
    await sari.does(MEDIA, "→Dua atau tiga kali")
    await hendra.does(MEDIA, "Berkelompok tiga-tiga.", "Murid saling bertanya.", "Sebagian masih menebak.")
    assert {one.step for one in await house.rows(CycleStep)} == {
        "kebutuhan", "pelatihan", "pengembangan", "kelas", "refleksi",
    }  # fmt: skip


async def _closes(house: House, chat: int, hendra: Phone, sari: Phone, budi: Phone) -> None:
    await budi.opens(MEDIA)
    await budi.taps("Jawab")
    await budi.gives("Murid lebih lama bertahan.", "Waktunya kurang, itu urusan saya.")
    await sari.opens(MEDIA)
    assert "urusan saya" not in "\n".join([words(one) for one in await sari.seen()])
    await sari.taps("Jawab")
    await sari.gives("Saya kurang sabar.", "Nilai naik sedikit.", "Kartu lebih besar.")
    await sari.opens(MEDIA)
    assert "janji bertanggal" in await sari.is_told("Bagian saya selesai")
    await sari.promises(MEDIA, "Mencetak kartu besar.")
    await sari.does(MEDIA)
    await hendra.promises(MEDIA, "Mencarikan kertas tebal.")
    for one in (sari, hendra):
        await one.looks_anew()
    await hendra.does(MEDIA, "Saling memberi masukan tanpa diminta.")
    await hendra.taps("Putaran berikutnya")
    await sari.reads("Pendampingan media ajar bersama Hendra, Budi, dan Wati selesai")
    await sari.taps("Ya, mau")
    (board,) = await _board(house, chat)
    assert "Selesai. Terima kasih" in board and board.count("✅") == 5


async def test_media_are_made_from_first_contact_to_the_next_round(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, chat = await moved_in(house, ROLES, kind="group")
        hendra, sari, budi, wati, rini = (people[name] for name in ROLES)
        await _begins(hendra, sari, budi)
        await _finds_the_need(house, chat, hendra, sari, budi)
        await _practises(house, hendra, sari, budi, wati)
        moved = await _moves_to_a_supergroup(house, chat, budi)
        await _develops(house, hendra, sari, budi, wati)
        await _closes(house, moved, hendra, sari, budi)

        first, second = await house.rows(Cycle)
        assert (first.state, second.state, second.follows_id) == ("closed", "active", first.id)
        given = [one for one in await house.rows(Commitment) if one.cycle_id == first.id]
        assert {one.side for one in given} == {"coach", "coachee"} and all(one.due_on for one in given)
        notes = await house.rows(CycleNote)
        assert not any(one.shows_pupils for one in notes), "what shows a pupil goes at closing"
        assert {one.person_id for one in notes if one.ask == "kelemahan"} == {
            one.person_id for one in notes if one.ask in ("kekuatan", "dampak")
        }, "each keeps what did not work to themselves"
        told = "\n".join([words(one) for place in (chat, moved) for one in await house.playground.messages(place)])
        assert not any(one in told for one in (*SAID, "lewat dari", "terlambat", "Rini", "menunggu"))
        assert [words(one) for one in await rini.seen() if "Pendampingan media" in words(one)] == [
            words(one) for one in await rini.seen() if "mengajak Bapak/Ibu ikut" in words(one)
        ], "who has not answered hears nothing but the invitation"
