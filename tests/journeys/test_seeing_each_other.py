"""Two colleagues see each other's class over HTTP: check sheet, lesson, feedback, and the same the other way round."""

from storage.models import Commitment, Cycle, CycleNote, CycleStep, Observation, ObservationNote
from tests.journeys.house import House, open_house
from tests.journeys.school import Place, Side, last, settle_in, told
from tests.journeys.test_knight import NOTED, START, agree_on, watches

WORKFLOW = "Saling melihat kelas"
ROLES = {"dewi": "teacher", "sari": "teacher", "budi": "teacher", "ratna": "principal", "faisal": "facilitator"}
SHEET = "Siapa bertanya\nBerapa lama murid menunggu\nSiapa yang belum diajak"
BEFORE = ("Lembar cek pra-observasi", "Fokusnya dipilih guru", "Murid diberi tahu", "Kembali")
ALONE = "→Jawaban tadi untuk saya saja"
TO_TRY, STORY = "Saya mau meniru cara menunggunya.", "Saya lupa satu kelompok di belakang."


async def _one_way(house: House, looks: Side, seen: Side, said: str, shown: str, dewi: Side, sari: Side) -> None:
    """Before, during and after one lesson; a time to meet is offered by who began, whichever way it goes."""
    await agree_on(dewi, sari, said, shown)
    await seen.does("Menunggu sesudah bertanya.", SHEET)
    await looks.does()
    await watches(house, looks, seen, *BEFORE)
    await looks.does(TO_TRY)  # hers alone, as nothing else was said
    await seen.promises("Mengajak baris belakang bertanya.")
    await seen.answers(STORY, ALONE)
    await seen.does()
    await looks.promises("Mencoba menunggu lima detik.")
    await looks.answers("Murid diberi waktu: dua kali, lima detik.", "Bagaimana dengan kelompok belakang?")


async def test_two_colleagues_see_each_other_and_both_are_seen(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="faisal")
        dewi, sari = (Side(house, place.ids[name], WORKFLOW) for name in ("dewi", "sari"))
        await dewi.invites("Sari")
        await last(house, sari.user, "mengajak Bapak/Ibu saling belajar")
        await sari.taps("Ya, mau")
        await _one_way(house, dewi, sari, "Selasa 9.00", "Selasa, 4 Agu pukul 09.00", dewi, sari)
        await dewi.does()
        assert "Langkah 4 dari 6: Bergantian: pra-observasi" in (await told(house, dewi.user))[-1]
        await _one_way(house, sari, dewi, "Rabu 10.00", "Rabu, 5 Agu pukul 10.00", dewi, sari)
        await sari.does()
        await _is_closed(house, place, dewi, sari)


async def _is_closed(house: House, place: Place, dewi: Side, sari: Side) -> None:
    """Both have looked and both were looked at; what was for both is read by both, and by nobody else of the school."""
    (cycle,) = await house.rows(Cycle)
    assert cycle.state == "closed"
    steps = [one.step for one in await house.rows(CycleStep)]
    assert steps == ["pra-1", "lihat-1", "umpan-1", "pra-2", "lihat-2", "umpan-2"]
    ways = await house.rows(Observation)
    assert len(ways) == 2 and (ways[0].observer_id, ways[0].observed_id) == (ways[1].observed_id, ways[1].observer_id)
    assert all(one.opened_at is not None for one in ways)
    ticked = [one for one in await house.rows(ObservationNote) if one.medium == "check"]
    assert len(ticked) == 4, "two lines of the sheet before each lesson"
    assert len({(one.person_id, one.step_id) for one in await house.rows(Commitment)}) == 4
    alone = {(one.ask, one.audience) for one in await house.rows(CycleNote) if one.ask in ("ditiru", "cerita")}
    assert alone == {("ditiru", "me"), ("cerita", "me")}
    for one in (dewi, sari):
        before = await one.opens_closed()
        await one.taps("Baca catatan", before)
        read = "\n".join(await told(house, one.user, after=before))
        assert read.count("Berapa lama murid menunggu") == 2 and read.count("kelompok belakang?") == 2
        assert read.count(TO_TRY) == read.count(STORY) == 1, "one's own, and not what the other keeps"
    secrets = (SHEET[:14], NOTED, TO_TRY, STORY, "Mengajak baris", "kelompok belakang")
    elsewhere = [await told(house, place.ids[name]) for name in ("budi", "ratna", "faisal")]
    said = "\n".join([*await told(house, place.ids["budi"], place.chat), *(one for them in elsewhere for one in them)])
    assert [one for one in secrets if one in said] == []
