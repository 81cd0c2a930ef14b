"""A module by PDCA over HTTP, from first contact to closing: versions, six criteria, tried once more, side by side."""

from datetime import datetime

from playground.client import words
from storage.models import Cycle, CycleStep, ModuleScore, ModuleVersion
from tests.journeys.house import House, open_house
from tests.journeys.phones import Phone, moved_in

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
PDCA = "Modul ajar bersama"
ROLES = {"ratna": "principal", "sari": "teacher", "dewi": "teacher"}


async def _begins(ratna: Phone, sari: Phone, dewi: Phone) -> None:
    await ratna.writes("/coaching")
    await ratna.taps("Mulai yang baru", PDCA, "Sari", "Dewi", "Ajak 2 orang")
    for one in (sari, dewi):
        await one.taps("Ya, mau")
    await ratna.opens(PDCA)
    await ratna.taps("Pasang papan di grup")


async def _plans(sari: Phone, dewi: Phone) -> None:
    """Dewi holds the step; without a first version of the module it is not done."""
    await dewi.opens(PDCA)
    await dewi.taps("Pemegang langkah", "Saya yang pegang", "Jawab")
    await dewi.gives("Murid membandingkan pecahan.", "→Pembelajaran berdiferensiasi", "Sari mengajar lebih dulu.")
    await dewi.opens(PDCA)
    assert "Simpan dulu satu versi" in await dewi.is_told("Bagian saya selesai")
    await dewi.taps("Modul ajar", "Simpan versi baru")
    await dewi.sends("document", "Pecahan di pasar", file_name="pecahan.pdf", content=b"%PDF-1.4 modul")
    await dewi.reads("Versi 1 tersimpan.")
    await sari.reads("Dewi menyimpan versi 1 dari modul: Pecahan di pasar")
    await dewi.does(PDCA)


async def _tries(sari: Phone, *given: str) -> None:
    await sari.opens(PDCA)
    await sari.taps("Pemegang langkah", "Saya yang pegang")
    await sari.does(PDCA, *given)


async def _looks(ratna: Phone, sari: Phone, rung: str, question: str) -> None:
    """Six criteria, two taps each; who accompanies gives a strength and a question."""
    await sari.opens(PDCA)
    await sari.taps("Modul ajar", "Lihat kriterianya")
    for number in range(1, 7):
        await sari.reads(f"Kriteria {number} dari 6")
        await sari.taps(rung)
        asked = [one for one in await sari.seen() if "Apa yang terlihat?" in words(one)][-1]
        await sari.taps(asked["reply_markup"]["inline_keyboard"][0][0]["text"])
    await sari.reads("Semua kriteria sudah disepakati.")
    await ratna.does(PDCA, question)
    await sari.does(PDCA)


async def _improves(house: House, ratna: Phone, sari: Phone, dewi: Phone, link: str, ready: str) -> None:
    await dewi.opens(PDCA)
    await dewi.taps("Modul ajar", "Simpan versi baru")
    await dewi.writes(link)
    await dewi.promises(PDCA, "Mencoba di kelas 5B.")
    await ratna.promises(PDCA, "Mengosongkan jam Rabu.")
    await ratna.does(PDCA, ready)
    await dewi.does(PDCA, "Contohnya diganti; murid belum mengenal timbangan.")


async def _side_by_side(ratna: Phone) -> None:
    """The second version beside the first: what was agreed then and now, and both to look at."""
    await ratna.opens(PDCA)
    await ratna.taps("Modul ajar", "Versi 2", "Bandingkan dengan yang sebelumnya")
    told = await ratna.reads("Versi 1 dan versi 2: Pecahan di pasar")
    assert told.count("Mulai terlihat → Jelas terlihat") == 6 and "contoh.sch.id/pecahan-2" in told
    assert len(await ratna.files("document")) == 1


async def test_a_module_is_made_tried_and_improved(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, chat = await moved_in(house, ROLES)
        ratna, sari, dewi = (people[name] for name in ROLES)
        await _begins(ratna, sari, dewi)
        await _plans(sari, dewi)
        await _tries(sari, "Kelas 5A; kami mulai dari pasar.", "Satu kelompok bertengkar soal timbangan.", "📷")
        await _looks(ratna, sari, "Mulai terlihat", "Contohnya dekat. Apa yang membuat mereka ragu?")
        await _improves(house, ratna, sari, dewi, "https://contoh.sch.id/pecahan-2", "→Dicoba sekali lagi")
        await _tries(sari, "Kelas 5B, tanpa timbangan.", "Mereka saling menjelaskan.")
        await _looks(ratna, sari, "Jelas terlihat", "Alasannya jelas. Bagaimana yang cepat selesai?")
        await _side_by_side(ratna)
        await _improves(house, ratna, sari, dewi, "https://contoh.sch.id/pecahan-3", "→Sudah siap")

        (cycle,) = await house.rows(Cycle)
        assert cycle.state == "closed"
        opened = [one.step for one in await house.rows(CycleStep)]
        assert opened == ["rancang", "coba", "periksa", "perbaiki", "coba", "periksa", "perbaiki"]
        kept = [(one.number, one.medium) for one in await house.rows(ModuleVersion)]
        assert kept == [(1, "document"), (2, "link"), (3, "link")]
        assert len(await house.rows(ModuleScore)) == 12
        await ratna.reads("Modul ajar bersama (PDCA) bersama Dewi dan Sari selesai")
        await ratna.taps("Putaran berikutnya")
        await sari.taps("Ya, mau")
        told = "\n".join([words(one) for one in await house.playground.messages(chat)])
        assert "✅ Memperbaiki (Act)" in told and "Selesai. Terima kasih" in told
        assert not any(one in told for one in ("timbangan", "Mulai terlihat", "contoh.sch.id", "lewat dari"))
