"""HARMONI over HTTP from the first contact to closing: seven steps, the plan by sheet, a coach who is late once."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from content.texts import Texts
from playground.client import words
from playground.hands import Hands
from storage.models import (
    Commitment,
    Cycle,
    CycleNote,
    CycleStep,
    Group,
    GroupChat,
    Membership,
    Person,
    PlanRow,
    School,
)
from tests.coaching.plan_rows import cells
from tests.coaching.test_plan_sheets import BELOW, TOP, xlsx
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
ROLES = {"sari": "teacher", "ratna": "coach", "hendra": "facilitator"}
SAY = Texts("id")


def _wall(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-08-{said}:30+07:00")


async def _settle_in(house: House) -> dict[str, Hands]:
    """A school that goes by the rule of 2024, with a teacher, her coach and a facilitator who have agreed."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in ROLES}
    chat = await play.add_group("SDN Melati 2", creator=ids["hendra"], members=[ids["sari"], ids["ratna"]])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        school = School(name="SDN Melati 2", zone="Asia/Jakarta", policy_profile="pmm_2024", created_at=now)
        session.add(school)
        await session.flush()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.school_id = "active", school.id
        for name, role in ROLES.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in ROLES:
        await play.start(ids[name])
    await house.settled()
    return {name: Hands(play, ids[name], SAY) for name in ROLES}


class _Side:
    """One side of the cycle, at their phone."""

    def __init__(self, house: House, hands: Hands) -> None:
        self.house, self.hands = house, hands

    async def opens(self) -> int:
        """The cycle's page; gives the message before it."""
        before = await self.hands.last()
        await self.hands.writes("/coaching")
        await self.hands.taps("Coaching HARMONI", after=before)
        await self.house.settled()
        return before

    async def taps(self, label: str, after: int) -> None:
        await self.hands.taps(label, after=after)
        await self.house.settled()

    async def does(self, *given: str) -> None:
        """Opens the cycle and answers in order; what begins with a sign is a tap, or a photo. Then it is done."""
        before = await self.opens()
        if given:
            await self.taps("Jawab", before)
        for one in given:
            if one.startswith("→"):
                await self.taps(one[1:], before)
            elif one == "foto":
                await self.hands.playground.send(self.hands.user, self.hands.user, "Kelas saya", kind="photo")
                await self.house.settled()
                await self.taps("Tidak ada", before)
                await self.taps("Jawab", before)
            else:
                await self.hands.writes(one)
                await self.house.settled()
        await self.taps("Bagian saya selesai", before)

    async def promises(self, what: str) -> None:
        before = await self.opens()
        await self.taps("Buat janji", before)
        await self.hands.writes(what)
        under = await self.hands.sees("Sampai kapan?", after=before)
        day = under["reply_markup"]["inline_keyboard"][0][0]["text"]
        await self.taps(day, before)

    async def sends(self, content: bytes) -> int:
        before = await self.hands.last()
        await self.hands.playground.send(
            self.hands.user, self.hands.user, "/rhk", kind="document", file_name="rhk.xlsx", content=content
        )
        await self.house.settled()
        return before


async def _brings_the_plan(house: House, sari: _Side) -> None:
    """With a mistake first, of which nothing is kept; then the three rows, which make 32."""
    bad = cells()
    bad[1][3] = "dua"
    before = await sari.sends(xlsx(TOP, BELOW, *bad))
    await sari.hands.sees("D4: ‘dua’ bukan angka dari 1 sampai 99", after=before)
    assert await house.rows(PlanRow) == []
    good = cells()
    good[1][12], good[1][13] = "", ""  # whose support is the next step's question
    before = await sari.sends(xlsx(TOP, BELOW, *good))
    await sari.hands.sees("Jumlahnya 32 poin.", after=before)
    await sari.taps("Simpan", before)
    await sari.hands.sees("Jumlah: 32 poin. Sudah cukup (32 sampai 128).", after=before)
    assert len(await house.rows(PlanRow)) == 3
    await sari.does()


async def _names_the_support(house: House, sari: _Side) -> None:
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


async def _is_late(house: House, sari: _Side, ratna: _Side) -> None:
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
        hands = await _settle_in(house)
        sari, ratna = _Side(house, hands["sari"]), _Side(house, hands["ratna"])
        before = await ratna.hands.last()
        await ratna.hands.writes("/coaching")
        for label in ("Mulai yang baru", "Coaching HARMONI", "Sari"):
            await ratna.taps(label, before)
        await sari.taps("Ya, mau", 0)

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


async def _is_closed(house: House, sari: _Side) -> None:
    """What is left: every step done, a promise of each side, what was the teacher's alone; and a paper she chose."""
    (cycle,) = await house.rows(Cycle)
    assert (cycle.state, cycle.step) == ("closed", "pelaksanaan")
    opened = [one.step for one in await house.rows(CycleStep)]
    assert opened == ["hubungan", "tujuan", "refleksi", "matriks", "dukungan", "narasi", "pelaksanaan"]
    assert {one.side for one in await house.rows(Commitment)} == {"coach", "coachee"}
    notes: list[Any] = await house.rows(CycleNote)
    alone = {one.ask for one in notes if one.audience == "me"}
    assert alone == {"tercapai", "kesenjangan", "ditingkatkan", "hasil", "puas"}
    assert [one.text for one in notes if one.ask == "puas"] == ["sangat"]
    before = await sari.hands.last()
    await sari.hands.writes("/rhk")
    for label in ("Cetak", "☐ Tindak lanjut", "Buat PDF"):
        await sari.taps(label, before)
    paper = await sari.hands.sees("yang Bapak/Ibu pilih untuk dicetak", after=before)
    assert paper["document"]["file_name"] == "RHK-2026-2027-1.pdf"
