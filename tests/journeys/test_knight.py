"""Classroom coaching over HTTP to its end: a late coach, a supergroup, a month of silence, and the next round."""

from datetime import datetime

from sqlalchemy import select

from coaching import observations
from playground.client import words
from storage.models import Cycle, CycleNote, CycleStep, GroupChat, Observation, Person
from tests.journeys.house import House, open_house
from tests.journeys.school import Side, last, settle_in, told, writes

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
WORKFLOW = "Coaching kelas"
NOTED = "Yang cepat menjawab lebih dulu"


def wall(said: str) -> datetime:
    """Half a minute after that time in Jakarta: every rhythm has had its turn."""
    return datetime.fromisoformat(f"2026-{said}:30+07:00")


async def agree_on(coach: Side, other: Side, said: str, shown: str) -> None:
    """One side writes a time, the other taps it."""
    before = await coach.opens()
    for label in ("Atur pertemuan", "Tawarkan waktu", "Tulis waktunya sendiri"):
        await coach.taps(label, before)
    await coach.writes(said)
    await other.taps(shown)


async def plans_together(coach: Side, teacher: Side) -> None:
    """The pre-conference, as far as the teacher goes: an hour to meet, the focus, what to look at."""
    await agree_on(coach, teacher, "Selasa 9.00", "Selasa, 4 Agu pukul 09.00")
    await teacher.does("Menunggu lima detik sesudah bertanya.", "Siapa saja yang menjawab.")


async def watches(house: House, coach: Side, teacher: Side, *first: str) -> None:
    """The lesson is seen: notes by tap, the teacher's scores, then the coach's. ``first``: taps before the lesson."""
    before = await coach.opens()
    for label in ("Pengamatan", "Kualitas pembelajaran", *first, "Murid bertanya", "Guru menunggu"):
        await coach.taps(label, before)
    await coach.writes(NOTED)
    await _scores(house, teacher, "Buka")
    await _scores(house, coach, "Buka")
    row = (await house.rows(Observation))[-1]
    assert row.opened_at is not None


async def _scores(house: House, side: Side, door: str) -> None:
    """Five criteria by the room, as test_watching_a_lesson does by hand; the last one by taps, and then given."""
    async with house.assistant.database.writing() as session:
        person = (await session.scalars(select(Person).where(Person.tg_user_id == side.user))).one()
        number = (await session.scalars(select(Observation.id).order_by(Observation.id.desc()).limit(1))).one()
        for place in range(5):
            now = house.assistant.clock.now()
            await observations.score(session, person, number, place, 1, "Terlihat di awal pelajaran.", now)
    before = await side.hands.last() - 1
    await side.taps(door, before)
    for label in ("Beri nilai", "Mulai terlihat"):
        await side.taps(label, before)
    await side.writes("Dua murid bertanya lagi.")
    await side.taps("Selesai", before)


async def follows_up_on(house: House, coach: Side, teacher: Side) -> None:
    """The post-conference: the teacher speaks first, each promises something, nobody ends it without."""
    await teacher.promises("Menunggu lima detik di kelas 4.")
    await teacher.does("Murid yang pendiam mulai menjawab.")
    await coach.promises("Membawa contoh pertanyaan terbuka.")
    await coach.does("Bapak/Ibu sabar menunggu: dua kali, lima detik.", "Bagaimana dengan baris belakang?")
    for side in (coach, teacher):
        before = await side.opens()
        await side.taps("Janji: ", before)
        await side.taps("Sudah ditepati", before)


async def _late(house: House, ratna: Side, sari: Side) -> None:
    """The coach is reminded the day before and once when it is late; then Sari hears that she need not ask."""
    marks = {one: await one.hands.last() for one in (ratna, sari)}
    await house.turned(wall("08-05T14:00"))
    await ratna.hands.sees("Pertemuan awal bersama Sari: sampai", after=marks[ratna])
    await house.turned(wall("08-07T14:00"))
    await ratna.hands.sees("Pertemuan awal bersama Sari lewat dari", after=marks[ratna])
    assert not [one for one in await told(house, sari.user, after=marks[sari]) if "Pertemuan awal" in one]
    await house.turned(wall("08-10T14:00"))
    heard = await sari.hands.sees("Pertemuan awal masih menunggu Ratna", after=marks[sari])
    assert "tidak perlu menagih" in words(heard)


async def _becomes_a_supergroup(house: House, chat: int, ratna: Side, faisal: int) -> None:
    """In the middle: the same group, the same dates (the 17th is a holiday), and answers in the new chat."""
    before = (await house.rows(CycleStep))[-1].due_on
    moved = await house.playground.migrate(chat)
    await house.settled()
    assert {(one.tg_chat_id, one.current) for one in await house.rows(GroupChat)} == {(chat, False), (moved, True)}
    assert len({one.group_id for one in await house.rows(GroupChat)}) == 1
    await house.playground.send(faisal, moved, "/libur")
    assert await told(house, faisal, moved), "asked in the new chat, answered in the new chat"
    mark = await ratna.hands.last()
    await house.turned(wall("08-14T14:00"))
    await ratna.hands.sees("Melihat pelajaran bersama Sari: sampai Selasa, 18 Agu", after=mark)
    assert (await house.rows(CycleStep))[-1].due_on == before


async def _silent(house: House, ratna: Side, sari: Side) -> None:
    """A month without a word: two reminders to her, one to her coach, who also sees it one morning of the week."""
    marks = {one: await one.hands.last() for one in (ratna, sari)}
    week = [f"09-{day}T06:45" for day in range(21, 26)]
    for moment in ("08-26T14:00", "08-28T14:00", "08-31T14:00", "09-14T14:00", *week):
        await house.turned(wall(moment))
    heard = [one for one in await told(house, sari.user, after=marks[sari]) if "Tindak lanjut" in one]
    assert len(heard) == 2, heard
    assert "sampai" in heard[0] and "lewat dari" in heard[1]
    coach = await told(house, ratna.user, after=marks[ratna])
    assert len([one for one in coach if "Tindak lanjut masih menunggu Sari" in one]) == 1
    mornings = [one for one in coach if "Yang menunggu Bapak/Ibu hari ini" in one]
    assert len(mornings) == 1 and "Sari tertahan" in mornings[0] and "Tindak lanjut" in mornings[0], mornings


async def _takes_it_up_again(house: House, ratna: Side, sari: Side) -> None:
    """A kind word of the coach by one tap; the step is still there, what she said is read back, and she goes on."""
    await ratna.taps("1 · Sari")
    mark = await sari.hands.last()
    await ratna.taps("Sapa")
    await sari.hands.sees("Ratna menyapa Bapak/Ibu", after=mark)
    await sari.taps("Buka", mark)
    page = await last(house, sari.user, "Langkah 4 dari 4")
    assert "Sudah lewat dari" in words(page)
    await sari.taps("Baca catatan", mark)
    assert "Tindak lanjut" in words(await last(house, sari.user, "pesan suara"))
    await sari.does("Memberi kesempatan baris belakang.")


async def test_a_coach_is_late_the_group_moves_and_the_teacher_is_silent_for_a_month(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        roles = {"ratna": "coach", "sari": "teacher", "faisal": "facilitator"}
        place = await settle_in(house, roles, by="faisal", kind="group")
        ratna, sari = (Side(house, place.ids[name], WORKFLOW) for name in ("ratna", "sari"))
        await ratna.invites("Sari")
        await sari.taps("Ya, mau")
        await plans_together(ratna, sari)
        await _late(house, ratna, sari)
        await ratna.does()
        await _becomes_a_supergroup(house, place.chat, ratna, place.ids["faisal"])
        await watches(house, ratna, sari)
        await ratna.does()
        await follows_up_on(house, ratna, sari)
        await sari.answers("suara")
        await _silent(house, ratna, sari)
        await _takes_it_up_again(house, ratna, sari)
        await _goes_round(house, ratna, sari)


async def _goes_round(house: House, ratna: Side, sari: Side) -> None:
    """Closed, with everything still there; a fortnight on one tap of the coach asks for the next round."""
    (cycle,) = await house.rows(Cycle)
    assert (cycle.state, cycle.step) == ("closed", "lanjut")
    assert [one.step for one in await house.rows(CycleStep)] == ["pra", "observasi", "pasca", "lanjut"]
    asked = [one.ask for one in await house.rows(CycleNote)]
    assert asked == ["fokus", "amati", "terjadi", "kekuatan", "saran", "dicoba", "selanjutnya"]
    await house.turned(wall("10-13T08:00"))
    await ratna.taps("Putaran berikutnya (tiap dua pekan)")
    await sari.taps("Ya, mau")
    first, second = await house.rows(Cycle)
    assert (second.state, second.step, second.follows_id) == ("active", "pra", first.id)
    await writes(house, sari.user, "/coaching")
    assert "Langkah 1 dari 4" in words(await last(house, sari.user, "Coaching Bapak/Ibu"))
