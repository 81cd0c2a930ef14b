"""A step of HARMONI over HTTP at the teacher's pace: left half-way, taken up days later, by voice, and read back."""

from datetime import datetime, timedelta

from sqlalchemy import select

from coaching import cycles
from coaching.rights import Side
from content.texts import Texts
from playground.client import words
from playground.hands import Hands
from storage.models import Commitment, Cycle, CycleNote, Group, Person
from tests.coaching.cast import answers, ends
from tests.journeys.test_attacks import Town, town

MONDAY = datetime.fromisoformat("2026-08-10T09:00:00+07:00")  # a week after she began


async def _at_the_reflection(here: Town) -> None:
    """HARMONI between Bu Ratna and Sari, at its third step: three questions, which are for Sari alone."""
    now = here.house.assistant.clock.now()
    async with here.house.assistant.database.writing() as session:
        found = {one.name: one for one in await session.scalars(select(Person))}
        sari, ratna = found["Sari"], found["Ratna"]
        group = await session.get_one(Group, here.group)
        cycle = await cycles.offer(session, ratna, group, "harmoni", Side.COACHEE, [sari.id], now)
        await cycles.answer(session, sari, cycle.id, True, now)
        for who in (sari, ratna, sari):
            await answers(session, who, cycle, "Sudah", now)
            await ends(session, who, cycle, now)
        assert cycle.step == "refleksi"


class _Phone:
    def __init__(self, here: Town, name: str) -> None:
        self.here, self.hands = here, Hands(here.house.playground, here.ids[name], Texts("id"))

    async def opens(self) -> int:
        before = await self.hands.last()
        await self.hands.writes("/coaching")
        await self.taps("Coaching HARMONI", before)
        return before

    async def taps(self, label: str, before: int) -> None:
        await self.hands.taps(label, after=before)
        await self.here.house.settled()

    async def writes(self, text: str) -> None:
        await self.hands.writes(text)
        await self.here.house.settled()

    async def speaks(self) -> str:
        """A voice note; gives what Telegram calls it for everybody."""
        await self.hands.playground.send(self.hands.user, self.hands.user, kind="voice")
        await self.here.house.settled()
        heard = await self.hands.playground.messages(self.hands.user, viewer=self.hands.user)
        return str(next(one["voice"]["file_unique_id"] for one in reversed(heard) if "voice" in one))

    async def heard(self, before: int) -> set[str]:
        """The voices that came after that message."""
        there = await self.hands.playground.messages(self.hands.user, viewer=self.hands.user, after=before)
        return {one["voice"]["file_unique_id"] for one in there if "voice" in one}


async def test_a_step_is_left_taken_up_days_later_spoken_and_read_back(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await _at_the_reflection(here)
        sari, ratna = _Phone(here, "sari"), _Phone(here, "ratna")
        before = await sari.opens()
        await sari.taps("Jawab (3)", before)
        await sari.writes("Salam pagi sudah jalan.")
        await sari.taps("Nanti saja", before)

        await here.house.turned(MONDAY)
        await _taken_up(here, sari)
        await _read_back(here, sari)
        await _nothing_for_the_coach(here, ratna)
        await _promised_aloud(here, sari, ratna)


async def _taken_up(here: Town, sari: _Phone) -> None:
    """A week later: words out of the blue are no answer; /coaching goes on at the second of three."""
    await sari.writes("Selamat pagi, ini lanjutan saya")
    assert len([one for one in await here.house.rows(CycleNote) if one.step_id == await _step(here)]) == 1
    before = await sari.opens()
    await sari.taps("Jawab (2)", before)
    await sari.hands.sees("Pertanyaan 2 dari 3", after=before)
    await sari.speaks()
    await sari.hands.sees("Pertanyaan 3 dari 3", after=before)
    await sari.writes("Cara bertanya.")


async def _step(here: Town) -> int:
    notes: list[CycleNote] = await here.house.rows(CycleNote, CycleNote.ask == "tercapai")
    return notes[0].step_id


async def _read_back(here: Town, sari: _Phone) -> None:
    """All three stand there; the first is said anew, the voice is heard, and only then the step is done."""
    told = words(await sari.hands.sees("jawaban Bapak/Ibu", after=0))
    assert all(one in told for one in ("Salam pagi sudah jalan.", "pesan suara", "Cara bertanya."))
    before = await sari.hands.last() - 1
    await sari.taps("Ubah 1", before)
    await sari.writes("Salam pagi dan doa sudah jalan.")
    again = words(await sari.hands.sees("Salam pagi dan doa sudah jalan.", after=before))
    assert "Cara bertanya." in again
    before = await sari.hands.last()
    await sari.taps("Dengarkan dan lihat (1)", 0)
    assert len(await sari.heard(before)) == 1
    (cycle,) = await here.house.rows(Cycle)
    assert cycle.step == "refleksi"
    await sari.taps("Bagian saya selesai", 0)
    (cycle,) = await here.house.rows(Cycle)
    assert cycle.step == "matriks"
    kept = await here.house.rows(CycleNote, CycleNote.step_id == await _step(here))
    assert {one.ask: (one.medium, one.audience) for one in kept} == {
        "tercapai": ("text", "me"), "kesenjangan": ("voice", "me"), "ditingkatkan": ("text", "me"),
    }  # fmt: skip


async def _nothing_for_the_coach(here: Town, ratna: _Phone) -> None:
    before = await ratna.opens()
    await ratna.taps("Baca catatan", before)
    await ratna.hands.sees("Catatan Coaching HARMONI", after=before)
    there = str(await ratna.hands.playground.messages(ratna.hands.user, viewer=ratna.hands.user))
    assert "Salam pagi" not in there and await ratna.heard(0) == set()


async def _promised_aloud(here: Town, sari: _Phone, ratna: _Phone) -> None:
    """A promise in Sari's own voice, with a title; Bu Ratna hears it by a tap."""
    before, other = await sari.opens(), await ratna.hands.last()
    await sari.taps("Buat janji", before)
    spoken = await sari.speaks()
    under = await sari.hands.sees("janji suara, 0:", after=before)
    await sari.taps("Beri judul", before)
    await sari.writes("Ke kelas Pak Budi")
    day = under["reply_markup"]["inline_keyboard"][0][0]["text"]
    await sari.taps(day, await sari.hands.last() - 1)
    (kept,) = await here.house.rows(Commitment)
    assert kept.text == "Ke kelas Pak Budi" and kept.file_id and kept.seconds
    assert kept.due_on > (MONDAY + timedelta(days=1)).date()
    await ratna.taps("Dengarkan: Ke kelas Pak Budi", other)
    assert await ratna.heard(other) == {spoken}
