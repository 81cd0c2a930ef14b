"""HARMONI over HTTP from the first contact to closing: seven steps, the plan by sheet, a coach who is late once."""

from datetime import datetime
from typing import Any

from playground.client import words
from storage.models import Commitment, Cycle, CycleNote, CycleStep, PlanRow
from tests.coaching.plan_rows import cells
from tests.coaching.test_plan_sheets import BELOW, TOP, xlsx
from tests.journeys.house import House, open_house
from tests.journeys.school import Side, settle_in

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
ROLES = {"sari": "teacher", "ratna": "coach", "hendra": "facilitator"}


def _wall(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-08-{said}:30+07:00")


async def _sends(house: House, side: Side, content: bytes) -> int:
    """A sheet with /rhk under it; gives the message before it."""
    before = await side.hands.last()
    await house.playground.send(
        side.user, side.user, "/rhk", kind="document", file_name="rhk.xlsx", content=content
    )  # fmt: skip
    await house.settled()
    return before


async def _brings_the_plan(house: House, sari: Side) -> None:
    """With a mistake first, of which nothing is kept; then the three rows, which make 32."""
    bad = cells()
    bad[1][3] = "dua"
    before = await _sends(house, sari, xlsx(TOP, BELOW, *bad))
    await sari.hands.sees("D4: ‘dua’ bukan angka dari 1 sampai 99", after=before)
    assert await house.rows(PlanRow) == []
    good = cells()
    good[1][12], good[1][13] = "", ""  # whose support is the next step's question
    before = await _sends(house, sari, xlsx(TOP, BELOW, *good))
    await sari.hands.sees("Jumlahnya 32 poin.", after=before)
    await sari.taps("Simpan", before)
    await sari.hands.sees("Jumlah: 32 poin. Sudah cukup (32 sampai 128).", after=before)
    assert len(await house.rows(PlanRow)) == 3
    await sari.does()


async def _names_the_support(house: House, sari: Side) -> None:
    """One row lacks it: the step waits, and says for what."""
    before = await sari.opens()
    under, done = await sari.hands.finds("Bagian saya selesai", after=before)
    tapped = await house.playground.press(
        sari.hands.user, sari.hands.user, under["message_id"], data=done["callback_data"]
    )
    told = await house.playground.callback_answer(tapped)
    assert told is not None and "perlu asal dan bentuk dukungannya" in told["text"]
    before = await sari.hands.last()
    await sari.hands.writes("/rhk")
    await sari.taps("2. Meningkatnya", before)
    for label, answer in (("Asal dukungan", "kepala sekolah"), ("Bentuk dukungan", "ruang guru")):
        await sari.taps(label, before)
        await sari.hands.writes(answer)
        await house.settled()
    await sari.does()


async def _is_late(house: House, sari: Side, ratna: Side) -> None:
    """The coach is reminded before, and when it is late; then the teacher hears that she need not ask."""
    marks = {"sari": await sari.hands.last(), "ratna": await ratna.hands.last()}
    await house.turned(_wall("07T14:00"))
    await ratna.hands.sees("Opsi dukungan bersama Sari: sampai", after=marks["ratna"])
    await house.turned(_wall("11T14:00"))
    await ratna.hands.sees("Opsi dukungan bersama Sari lewat dari", after=marks["ratna"])
    await house.turned(_wall("12T14:00"))
    told = await sari.hands.sees("masih menunggu Ratna", after=marks["sari"])
    assert "tidak perlu menagih" in words(told)
    await ratna.does("Saya dampingi observasinya.")


async def test_harmoni_from_the_first_contact_to_closing(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="hendra", profile="pmm_2024")
        sari, ratna = (Side(house, place.ids[name], "Coaching HARMONI") for name in ("sari", "ratna"))
        await ratna.invites("Sari")
        await sari.taps("Ya, mau")

        await sari.does("Ingin lebih tenang di kelas.", "→Sudah")
        await ratna.does("Bertemu tiap Rabu; isinya di antara kita.")
        await sari.does("Disiplin positif di kelas 7.", "Murid menegur dengan sopan.", "→Pedagogik")
        await sari.does("Salam pagi sudah jalan.", "Tanya jawab masih sepi.", "Cara bertanya.")
        await _brings_the_plan(house, sari)
        await _names_the_support(house, sari)
        await _is_late(house, sari, ratna)
        await sari.promises("Observasi kelas Pak Budi.")
        await ratna.promises("Menemani observasi itu.")
        await sari.does("Saya mulai dari pertanyaan terbuka.")
        await ratna.does()
        await sari.does("foto", "Murid lebih banyak bertanya.", "Mencoba di kelas 8.", "→Sangat puas")
        await ratna.does("Cara bertanya Bu Sari sudah hidup. Apa berikutnya?")
        await _is_closed(house, sari)


async def _is_closed(house: House, sari: Side) -> None:
    """What is left: every step done, a promise of each side, what was the teacher's alone; and a paper she chose."""
    (cycle,) = await house.rows(Cycle)
    assert (cycle.state, cycle.step) == ("closed", "pelaksanaan")
    opened = [one.step for one in await house.rows(CycleStep)]
    assert opened == ["hubungan", "tujuan", "refleksi", "matriks", "dukungan", "narasi", "pelaksanaan"]
    assert {one.side for one in await house.rows(Commitment)} == {"coach", "coachee"}
    notes: list[Any] = await house.rows(CycleNote)
    alone = {one.ask for one in notes if one.audience == "me"}
    assert alone == {"aman", "tercapai", "kesenjangan", "ditingkatkan", "hasil", "puas"}
    assert [one.text for one in notes if one.ask == "puas"] == ["sangat"]
    before = await sari.hands.last()
    await sari.hands.writes("/rhk")
    for label in ("Cetak", "☐ Tindak lanjut", "Kirim PDF"):
        await sari.taps(label, before)
    paper = await sari.hands.sees("Ini berkasnya", after=before)
    assert paper["document"]["file_name"] == "RHK-2026-2027-1.pdf"
