"""Surveys over HTTP: by name before and after, without names, as Telegram's poll, and by those who may not."""

import io
from datetime import datetime
from typing import Any

from aiohttp import ClientSession
from openpyxl import load_workbook
from sqlalchemy import select

from bot.visit import fingerprint
from content.texts import Texts
from learning.surveys import asking
from playground.client import words
from storage.models import Arrival, Letter, Look, Person, Survey, SurveyAnswer, SurveySeat, UnnamedAnswer
from tests.journeys.house import TOKEN, House, open_house
from tests.journeys.phones import Phone, moved_in

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
TEACHERS = ("sari", "budi", "rini", "tono", "wati", "agus")
ROLES = {"hendra": "facilitator", **dict.fromkeys(TEACHERS, "teacher")}


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"{moment}:30+07:00")


async def opens(who: Phone, instrument: str, *steps: str) -> None:
    """From /survei to the yes."""
    await who.looks_anew()
    await who.writes("/survei")
    await who.taps("Buka survei baru", instrument, *steps)


async def answers(who: Phone, *given: str) -> None:
    """From the letter to the end: what begins with an arrow is a tap, the rest is written."""
    await who.taps("Jawab")
    await goes_on(who, *given)


async def goes_on(who: Phone, *given: str) -> None:
    for one in given:
        await (who.taps(one[1:]) if one.startswith("→") else who.writes(one))


async def ends(who: Phone, survey: Survey) -> None:
    """Straight to the end, as somebody does who passes over the rest."""
    last = (await who.seen())[-1]["message_id"]
    await who.house.playground.press(who.user, who.user, last, data=f"svq:{survey.id}:9")
    await who.house.settled()


async def answered_by(house: House, name: str, survey: Survey, *values: Any) -> None:
    """What the phone would bring, without it: an answer to every item in its order."""
    async with house.assistant.database.writing() as session:
        person = (await session.scalars(select(Person).where(Person.name == name))).one()
        mark, say = fingerprint(TOKEN, person.tg_user_id or 0), Texts("id")
        for at_, value in enumerate(values):
            if isinstance(value, str):
                await asking.write(session, person, mark, survey.id, at_, value, say)
            for choice in value if isinstance(value, tuple) else ():
                await asking.answer(session, person, mark, survey.id, at_, choice, say)
        await asking.show(session, person, mark, survey.id, len(values), say)


async def newest(house: House) -> Survey:
    found: Survey = (await house.rows(Survey))[-1]
    return found


async def sheet(who: Phone) -> dict[str, list[tuple[Any, ...]]]:
    """The newest workbook they got, by page."""
    play = who.house.playground
    there = [one for one in await play.messages(who.user, viewer=who.user) if "document" in one]
    name = there[-1]["document"]["file_name"]
    assert name.startswith("survei-") and name.endswith(".xlsx")
    address = f"{who.house.url}/playground/file/{there[-1]['document']['file_id']}"
    async with ClientSession() as browser, browser.get(address) as answer:
        book = load_workbook(io.BytesIO(await answer.read()))
    return {page.title: list(page.iter_rows(values_only=True)) for page in book}


async def test_a_survey_by_name_at_the_start_and_at_the_end_with_one_reminder(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, _ = await moved_in(house, {name: ROLES[name] for name in ("hendra", "sari", "budi", "rini")})
        hendra, sari, budi, rini = phones.values()
        await opens(hendra, "Mengajar dengan alat digital", "sekarang", "3 hari sekolah", "awal")
        told = await hendra.reads("Periksa dulu")
        assert "tanpa nama" in told and "Ditanya: guru" in told and "9 pertanyaan, sekitar 2 menit" in told
        await hendra.taps("Ya, buka")
        assert "0 dari 3 orang sudah menjawab" in await hendra.reads("Survei dibuka")

        # Sari answers all; Budi stops in the middle; Rini does nothing.
        assert "Fasilitator dan kepala sekolah membaca" in await sari.reads("Mengajar dengan alat digital")
        survey = await newest(house)
        await answers(sari, "→Dengan banyak bantuan", "Yang kedua apa ya?")
        await sari.reads("Ketuk salah satu jawabannya")
        await goes_on(sari, " dengan banyak  bantuan.", "→Dengan banyak bantuan")
        await ends(sari, survey)
        await sari.reads("3 dari 9 pertanyaan terjawab")
        await answers(budi, *["→Belum bisa"] * 3)
        await house.turned(at("2026-08-05T15:30"))
        again = [one.key for one in await house.rows(Letter, Letter.key.startswith("survey:again:"))]
        assert len(again) == 2, "on Wednesday after school, to the two who have not answered"
        assert "sebentar lagi ditutup" not in words((await sari.seen())[-1])
        await budi.looks_anew()
        await budi.writes("/survei")
        await budi.taps("Jawab: Mengajar")
        assert "Sudah dilalui: 3 dari 9" in await budi.reads("Sudah dilalui")
        await budi.taps("Lanjutkan")
        assert "4/9" in await budi.reads("4/9")
        await goes_on(budi, "→Lewati", "→Kembali", "→Kembali", "→Kembali", "→Kembali")
        await goes_on(budi, "→Dengan sedikit bantuan")
        await ends(budi, survey)
        await house.turned(at("2026-08-06T15:00"))
        survey = await newest(house)
        assert survey.closed_at is not None and survey.reminds_at is None
        assert len(await house.rows(Letter, Letter.key.startswith("survey:again:"))) == 2, "once"
        await hendra.reads("sudah ditutup. 2 dari 3 orang menjawab")
        await rini.reads("sebentar lagi ditutup")

        # A month on: the same people once more, and Rini, who has no score from before.
        await house.turned(at("2026-09-07T08:00"))
        await opens(hendra, "Mengajar dengan alat digital", "sekarang", "1 hari sekolah", "akhir", "Ya, buka")
        for who, given in ((sari, "→Bisa sendiri"), (budi, "→Dengan sedikit bantuan"), (rini, "→Bisa menolong")):
            await who.looks_anew()
            await who.writes("/survei")
            await who.taps("Jawab: Mengajar", "Mulai", *[given[1:]] * 3)
            await ends(who, await newest(house))
        await hendra.looks_anew()
        await hendra.writes("/survei")
        await hendra.taps("Mengajar dengan alat digital (akhir)", "Lihat hasil")
        result = await hendra.reads("3 dari 3 orang menjawab")
        assert result.startswith("3 dari 3"), "n first"
        assert "menjawab dua kali: 2" in result and "Memakai teknologi" in result
        # Use of technology: Sari 2, Budi (3+1+1)/3 before; 4, 3 and 5 after: 1.83 to 4.00, gain 0.68.
        assert "1,83 4,00 0,68" in " ".join(result.split())
        for name in ("Sari", "Budi", "Rini"):
            assert name not in result
        await hendra.taps("Unduh XLSX")
        pages = await sheet(hendra)
        pairs = next(rows for title, rows in pages.items() if "Pasangan Memakai" in title)
        assert sorted((round(row[2] or 0, 2), row[3]) for row in pairs[1:]) == [(0, 5), (1.67, 3), (2, 4)]
        assert not any(name in str(pages) for name in ("Sari", "Budi", "Rini"))
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []


async def test_without_names_nothing_shows_of_four_and_the_fifth_opens_it(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, _ = await moved_in(house, ROLES)
        hendra, sari = phones["hendra"], phones["sari"]
        secret = "Listrik sering padam di kelas saya"
        given = ("→Tidak ada waktu bersama", "→Terlalu banyak administrasi", "→Lanjut", secret,
                 "→Contoh yang bisa", "→Jam yang dijaga", "→Lanjut", "1 jam", "45 menit")  # fmt: skip
        for round_ in (4, 5):
            await opens(hendra, "Kebutuhan dan kendala", "sekarang", "1 hari sekolah", "sekali saja", "Ya, buka")
            survey = await newest(house)
            for name in TEACHERS[1:round_]:
                await answered_by(house, name.title(), survey, (0, 2), secret, (0, 3), "45")
            await sari.looks_anew()
            await sari.writes("/survei")
            await sari.taps("Jawab: Kebutuhan", "Mulai")
            await goes_on(sari, *given)
            assert len(await house.rows(SurveySeat, SurveySeat.survey_id == survey.id, SurveySeat.answered)) == round_
            assert await house.rows(SurveyAnswer) == []
            marks = {one.mark for one in await house.rows(UnnamedAnswer, UnnamedAnswer.survey_id == survey.id)}
            assert len(marks) == round_ and all(len(mark) == 64 for mark in marks)
            await hendra.looks_anew()
            await hendra.writes("/survei")
            await hendra.taps(f"Kebutuhan dan kendala · SDN Melati 2 ({round_}/6)")
            page = await hendra.reads("orang sudah menjawab")
            assert f"{round_} dari 6" in page and "Lihat hasil" not in page, "not while it is open"
            await house.playground.press(hendra.user, hendra.user, (await hendra.seen())[-1]["message_id"],
                                         data=f"svres:{survey.id}")  # fmt: skip
            await house.settled()
            await hendra.taps("Tutup sekarang", "Lihat hasil")
            marks = {one.mark for one in await house.rows(UnnamedAnswer, UnnamedAnswer.survey_id == survey.id)}
            assert marks == {f"{n:04}" for n in range(1, round_ + 1)}, "nobody can be found again"
            told = await hendra.reads(f"{round_} dari 6 orang menjawab")
            if round_ < 5:
                assert "paling sedikit 5 jawaban" in told and "Unduh" not in told
                await house.playground.press(
                    hendra.user, hendra.user, (await hendra.seen())[-1]["message_id"], data=f"svxlsx:{survey.id}"
                )
                await house.settled()
                said = str(await sheet(hendra))
                assert "paling sedikit 5" in said
                everything = " ".join(words(one) for one in await hendra.seen()) + said
                for hidden in (secret, "administrasi", "45", "Contoh"):
                    assert hidden not in everything, hidden
        assert "survey" in {one.kind for one in await house.rows(Look)}
        assert secret in told and "Tidak ada waktu" in told and "57–100 %" in told
        assert told.index("Tidak ada waktu") < told.index("Tidak ada kendala"), "ranked"
        assert "45,00" in told
        # Nothing else in the house still tells who said it: neither letters nor conversations.
        letters = [str(one.params) for one in await house.rows(Letter, Letter.key.startswith("v"))]
        assert not any(secret in one for one in letters if "orang menjawab" not in one)


async def test_whoever_opens_a_survey_is_told_when_too_few_can_answer_it_and_may_leave_at_every_step(
    one_database_url: str,
) -> None:
    async with open_house(one_database_url, START) as house:
        phones, _ = await moved_in(house, {name: ROLES[name] for name in ("hendra", "sari", "budi", "rini")})
        hendra = phones["hendra"]
        await opens(hendra, "Kebutuhan dan kendala", "sekarang", "1 hari sekolah", "sekali saja")
        assert "baru 3 orang yang bisa ditanya" in await hendra.reads("Periksa dulu")
        await opens(hendra, "Semangat", "sekarang", "1 hari sekolah", "sekali saja")
        assert "yang bisa ditanya" not in await hendra.reads("Periksa dulu"), "by name a few can be told of"
        for steps in ((), ("Semangat",), ("Semangat", "sekarang"), ("Semangat", "sekarang", "1 hari sekolah")):
            await hendra.looks_anew()
            await hendra.writes("/survei")
            await hendra.taps("Buka survei baru", *steps, "Tidak jadi")
            await hendra.reads("tidak jadi dibuka")
        assert await house.rows(Survey) == []


async def test_buttons_in_the_group_take_an_answer_that_nobody_there_sees(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, chat = await moved_in(house, {name: ROLES[name] for name in ("hendra", "sari", "budi")})
        hendra, sari, budi = phones.values()
        tamu = await house.playground.add_user("Tamu")
        await house.playground.join(tamu, chat)
        await opens(hendra, "Rasa percaya diri", "tombol di grup", "sekarang", "1 hari sekolah", "sekali saja")
        assert "Anggota lain tidak melihat pilihan" in await hendra.reads("Periksa dulu")
        await hendra.taps("Ya, buka")
        (asked,) = [one for one in await house.playground.messages(chat, viewer=sari.user) if "svb:" in str(one)]
        before = await house.playground.messages(chat, viewer=sari.user)

        async def taps(user: int, label: str) -> str:
            tapped = await house.playground.press(user, chat, asked["message_id"], label=label)
            answer = await house.playground.callback_answer(tapped)
            await house.settled()
            return str((answer or {}).get("text", ""))

        for user, label in ((sari.user, "Yakin"), (sari.user, "Sangat yakin"), (budi.user, "Tidak yakin")):
            assert "Tersimpan" in await taps(user, label)
        for user in (tamu, hendra.user):
            assert "Tersimpan" not in await taps(user, "Cukup yakin"), "teachers who have agreed are asked"
        kept = sorted(one.value["is"] for one in await house.rows(SurveyAnswer))
        assert kept == [1, 5]
        assert await house.playground.messages(chat, viewer=sari.user) == before, "the group sees nothing of it"
        await house.turned(at("2026-08-04T15:00"))
        (closed,) = [
            one for one in await house.playground.messages(chat, viewer=sari.user)
            if one["message_id"] == asked["message_id"]
        ]  # fmt: skip
        assert "svb:" not in str(closed), "no button is left"
        await hendra.taps("Lihat hasil")
        assert "Sangat yakin" in await hendra.reads("2 dari 2 orang menjawab")


async def test_a_native_poll_counts_votes_that_change_and_are_taken_back(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, chat = await moved_in(house, {name: ROLES[name] for name in ("hendra", "sari", "budi", "rini")})
        hendra, sari, budi, rini = phones.values()
        tamu = await house.playground.add_user("Tamu")
        await house.playground.join(tamu, chat)
        await opens(hendra, "Rasa percaya diri", "jajak pendapat", "sekarang", "1 hari sekolah", "sekali saja")
        assert "melihat siapa memilih apa" in await hendra.reads("Periksa dulu")
        await hendra.taps("Ya, buka")
        there = await house.playground.messages(chat, viewer=sari.user)
        poll = next(one for one in there if "poll" in one)
        for told in ("jawaban guru yang sudah setuju", "sampai Selasa, 4 Agu, 15.00", "dibaca fasilitator dan kepala"):
            assert told in poll["poll"]["question"], "who reads it is named before it is given"
        assert poll["poll"]["is_anonymous"] is False and len(poll["poll"]["options"]) == 5
        assert await house.rows(Letter, Letter.key.startswith("survey:ask:")) == [], "the group is asked, nobody apart"

        async def votes(user: int, *options: int) -> dict[str, Any]:
            await house.playground.vote(user, chat, poll["message_id"], list(options))
            await house.settled()
            return {one.person_id: one.value for one in await house.rows(SurveyAnswer)}

        assert list((await votes(sari.user, 3)).values()) == [{"is": 4}]
        assert list((await votes(sari.user, 4)).values()) == [{"is": 5}], "changed"
        assert len(await votes(budi.user, 0)) == 2
        assert len(await votes(tamu, 2)) == 2, "who has not agreed is not counted"
        assert len(await votes(hendra.user, 2)) == 2, "teachers are asked"
        assert list((await votes(budi.user)).values()) == [{"is": 5}], "taken back"
        seats = await house.rows(SurveySeat, SurveySeat.answered)
        assert len(seats) == 1
        await house.turned(at("2026-08-04T15:00"))
        closed = next(one for one in await house.playground.messages(chat, viewer=sari.user) if "poll" in one)
        assert closed["poll"]["is_closed"] is True
        await hendra.taps("Lihat hasil")
        told = await hendra.reads("1 dari 3 orang menjawab")
        assert "Sangat yakin" in told and rini.user != sari.user
        # Scores of a test come in as a sheet, and what is wrong is named by its cell.
        await hendra.looks_anew()
        await hendra.writes("/survei")
        await hendra.taps("Skor dari lembar")
        sheet_ = b"Kode;Kelompok;Awal;Akhir\nA1;program;tiga;4\n"
        await hendra.sends("document", file_name="skor.csv", content=sheet_)
        assert "C2:" in await hendra.reads("perlu diperbaiki")
        assert await house.rows(Letter, Letter.state == "refused") == []


async def test_nobody_votes_for_another_answers_too_late_or_opens_where_they_do_not_lead(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, _ = await moved_in(house, {name: ROLES[name] for name in ("hendra", "sari", "budi")})
        others, _ = await moved_in(house, {"dewi": "facilitator", "made": "teacher"}, title="KKG Anggrek")
        hendra, sari, budi, dewi, made = [*phones.values(), *others.values()]
        await opens(hendra, "Semangat", "sekarang", "1 hari sekolah", "sekali saja", "Ya, buka")
        survey = await newest(house)
        await answers(sari, "→Meningkat")
        await sari.sends("voice")
        await sari.reads("Pesan suara belum bisa disimpan di survei")
        await goes_on(sari, "Anak-anak lebih berani")

        async def forges(who: Phone, data: str) -> str:
            await who.writes("/survei")
            under = (await who.seen())[-1]["message_id"]
            tapped = await house.playground.press(who.user, who.user, under, data=data)
            answer = await house.playground.callback_answer(tapped)
            await house.settled()
            return str((answer or {}).get("text", ""))

        before = [(one.person_id, one.item, one.value) for one in await house.rows(SurveyAnswer)]
        for who in (made, dewi):
            for data in (f"svgo:{survey.id}", f"svq:{survey.id}:0", f"sva:{survey.id}:0:4", f"svskip:{survey.id}:0",
                         f"sv:{survey.id}", f"svres:{survey.id}", f"svxlsx:{survey.id}", f"svclose:{survey.id}",
                         f"svb:{survey.id}:3"):  # fmt: skip
                await forges(who, data)
        for who in (budi, sari, made, dewi):  # for a group one does not lead
            await forges(who, f"svok:plca:{survey.group_id}:private:now:3:start")
            await forges(who, f"svres:{survey.id}") if who is not sari else None
        assert [(one.person_id, one.item, one.value) for one in await house.rows(SurveyAnswer)] == before
        assert [one.id for one in await house.rows(Survey)] == [survey.id]
        for who in (budi, made, dewi):
            assert not any("berani" in words(one) for one in await who.seen()), "nobody reads another's answers"

        # An invented level, an item that is not there, an hour long past, a yes for 400 days.
        for data in (f"sva:{survey.id}:0:9", f"sva:{survey.id}:7:0", f"svq:{survey.id}:99", f"sva:{survey.id}:1:0"):
            await forges(budi, data)
        for end in ("private:29000000:3:start", "private:now:400:start", "poll:now:3:start", "private:now:3:x", "x"):
            await forges(hendra, f"svok:plca:{survey.group_id}:{end}")
        assert [one.id for one in await house.rows(Survey)] == [survey.id]
        assert len(await house.rows(SurveyAnswer)) == 2

        # After closing no tap and no words are taken, not even of somebody in the middle of it.
        await budi.taps("Jawab", "Mulai", "Menurun")
        await hendra.looks_anew()
        await hendra.writes("/survei")
        await hendra.taps("Semangat", "Tutup sekarang")
        await budi.writes("Terlambat menjawab")
        assert "tidak menerima jawaban" in await forges(budi, f"sva:{survey.id}:0:4")
        late = [one.value for one in await house.rows(SurveyAnswer, SurveyAnswer.item == "mengapa")]
        assert late == [{"is": "Anak-anak lebih berani"}]
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
