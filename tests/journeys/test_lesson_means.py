"""What a lesson brings along, over HTTP: made from a sheet, used by teachers, answered by the coach."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from content import pack_sheets, packs
from content.texts import Texts
from playground.client import words
from playground.files import default_bytes
from playground.hands import Hands, hurried
from storage.models import (
    Delivery,
    Enrolment,
    Evidence,
    Group,
    GroupChat,
    HandIn,
    LessonAnswer,
    LessonPoll,
    MediaFile,
    Membership,
    PackVersion,
    Person,
    Trial,
)
from tests.content.sample import sample
from tests.journeys.house import House, open_house
from tests.journeys.test_real_talk import everything

SUNDAY = datetime.fromisoformat("2026-08-02T16:00:00+07:00")
MONDAY = datetime.fromisoformat("2026-08-03T07:31:00+07:00")
WEDNESDAY = datetime.fromisoformat("2026-08-05T12:00:00+07:00")
ROLES = {"sari": "teacher", "budi": "teacher", "hendra": "facilitator", "ratna": "coach", "agus": "mentor"}
SAY = Texts("id")


class Stage:
    """The people of one group, each with a phone."""

    def __init__(self, house: House, ids: dict[str, int], chat: int) -> None:
        self.house, self.ids, self.chat, self.play = house, ids, chat, house.playground

    def __getitem__(self, name: str) -> Hands:
        return Hands(self.play, self.ids[name], SAY)

    async def sends(self, name: str, kind: str, text: str = "", **file: Any) -> None:
        await self.play.send(self.ids[name], self.ids[name], text, kind=kind, **file)

    async def private(self, name: str) -> list[dict[str, Any]]:
        there: list[dict[str, Any]] = await self.play.messages(self.ids[name])
        return [one for one in there if one.get("from", {}).get("is_bot")]

    async def quiz(self, name: str) -> dict[str, Any]:
        """The quiz poll in the private chat."""
        await self.house.settled()
        return next(one for one in reversed(await self.private(name)) if "poll" in one)


async def _settle_in(house: House) -> Stage:
    """Two teachers, a coach and a facilitator who have agreed, and a guest who has not, in one group."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*ROLES, "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["hendra"], members=[ids[n] for n in ids if n != "hendra"])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.prompt_time = "active", "07:30"
        for name, role in ROLES.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in ROLES:
        await play.start(ids[name])
    await house.settled()
    return Stage(house, ids, chat)


async def _made(stage: Stage) -> None:
    """Pak Hendra sends a sheet and a photo, looks at it as teachers will, publishes it and begins it."""
    hendra = stage["hendra"]
    pack = sample()._replace(audience="teacher")
    await hendra.writes("/paket")
    await hendra.sees("Paket buatan SDN Melati 2")
    first = pack.lessons[0]
    long = {one: text._replace(title="J" * 90) for one, text in first.texts.items()}
    bad = pack._replace(lessons=(first._replace(texts=long), *pack.lessons[1:]))
    await stage.sends("hendra", "document", file_name="contoh.xlsx", content=pack_sheets.write("contoh.xlsx", bad))
    await hendra.sees("belum ada yang disimpan")
    assert await stage.house.rows(PackVersion) == []
    await stage.sends("hendra", "document", file_name="contoh.xlsx", content=pack_sheets.write("contoh.xlsx", pack))
    await hendra.sees("tersimpan sebagai draf, versi 1")
    await hendra.taps("Kirim berkasnya")
    await hendra.sees("media/papan.png")
    await stage.sends("hendra", "photo", content=default_bytes("photo"))
    await hendra.sees("Semua berkasnya lengkap.")
    await hendra.taps("Lihat sebagai guru")
    await hendra.taps("Kuis")
    preview = await stage.quiz("hendra")
    await stage.play.vote(stage.ids["hendra"], stage.ids["hendra"], preview["message_id"], [0])
    await hendra.taps("Foto")
    await stage.house.settled()
    assert "photo" in (await stage.private("hendra"))[-1]
    await hendra.taps("›")
    await hendra.sees("Satu soal 2")
    await hendra.taps("Kembali ke paket")
    await hendra.taps("Terbitkan")
    await hendra.taps("Ya, terbitkan")
    await hendra.sees("sudah terbit")
    await hendra.writes("/program")
    await hendra.taps("Ganti program")
    await hendra.taps("Contoh")
    await hendra.taps("Ya, ganti")
    await stage.house.settled()


async def _prompt(stage: Stage) -> int:
    """Monday morning: the first lesson stands in the group."""
    await stage.play.turn(to=MONDAY)
    found = await stage["sari"].sees("Satu soal", stage.chat)
    await stage.house.settled()
    assert "Kuis" in words(found) and "Lembar kerja" in words(found)
    return int(found["message_id"])


async def _quiz_and_choice(stage: Stage) -> None:
    sari, play = stage["sari"], stage.play
    await sari.taps("Kuis", stage.chat)
    poll = await stage.quiz("sari")
    await play.vote(stage.ids["sari"], stage.ids["sari"], poll["message_id"], [0])
    await sari.sees("Baca lagi papan tulis.")
    await sari.taps("Kuis", stage.chat)
    await sari.sees("Kuisnya sudah saya kirim, pesan yang ini.")
    await sari.taps("Pilihan saya", stage.chat)
    await sari.taps("Belum")
    await sari.sees("✓ Belum")
    await stage.house.settled()
    assert (
        sum("Satu soal" in words(one) and "Sudah saya coba" in words(one) for one in await stage.private("sari")) == 1
    )
    assert await stage.house.rows(LessonPoll)
    kept = {(one.kind, one.value, one.correct) for one in await stage.house.rows(LessonAnswer)}
    assert kept == {("quiz", "0", False), ("choice", "belum", None)}


async def _worksheet(stage: Stage) -> None:
    sari, ratna = stage["sari"], stage["ratna"]
    await sari.taps("Lembar kerja", stage.chat)
    sheet = await sari.sees("Lembar kerja: Catatan")
    assert "Yang membaca: Agus dan Ratna." in words(sheet) and "Rabu, 5 Agu" in words(sheet)
    await stage.sends("sari", "photo", "Papan kami")
    done = await sari.sees("tersimpan. Yang membaca: Agus dan Ratna.")
    assert "Soalnya satu." in words(done)
    await stage.play.turn(to=WEDNESDAY)
    await stage.house.settled()
    before = await ratna.last()
    await ratna.writes("/ringkasan")
    assert "Sari · Catatan, 2 hari sekolah" in words(await ratna.sees("Lembar kerja menunggu", after=before))
    await ratna.taps("Tanggapi Sari", after=before)
    await ratna.sees("Silakan tulis tanggapan")
    assert any("photo" in one for one in await stage.private("ratna"))
    await ratna.writes("Bagus, Bu. Besok coba lagi.")
    await ratna.sees("sudah saya sampaikan kepada Sari")
    assert "Besok coba lagi." in words(await sari.sees("Tanggapan Ratna"))
    (row,) = await stage.house.rows(HandIn)
    assert (row.medium, row.late, row.answer) == ("photo", False, "Bagus, Bu. Besok coba lagi.")


async def _worksheet_by_voice(stage: Stage) -> None:
    """Pak Budi speaks his, the mentor hears it and answers by voice, and Pak Budi hears that again at the worksheet."""
    budi, agus = stage["budi"], stage["agus"]
    await budi.taps("Lembar kerja", stage.chat)
    await budi.sees("Lembar kerja: Catatan")
    await stage.sends("budi", "voice")
    await budi.sees("tersimpan. Yang membaca: Agus dan Ratna.")
    before = await agus.last()
    await agus.writes("/ringkasan")
    digest = words(await agus.sees("Lembar kerja menunggu", after=before))
    assert "• Budi · Catatan" in digest and "ditanggapi\n• Sari · Catatan" in digest
    await agus.taps("Lembar kerja Sari", after=before)
    assert "photo" in await agus.sees("Sari (SDN Melati 2)", after=before)
    assert not any("Besok coba lagi." in words(one) for one in await stage.private("agus"))
    await agus.taps("Tanggapi Budi", after=before)
    await agus.sees("Silakan tulis tanggapan")
    assert "voice" in await agus.sees("Budi (SDN Melati 2)", after=before)
    await stage.sends("agus", "voice")
    await agus.sees("sudah saya sampaikan kepada Budi")
    assert "voice" in await budi.sees("Tanggapan Agus")
    before = await budi.last()
    await budi.taps("Lembar kerja", stage.chat)
    await budi.sees("berupa pesan suara", after=before)
    assert "voice" in await budi.sees("Tanggapan Agus untuk lembar kerja", after=before)
    await stage.house.settled()
    (row,) = [one for one in await stage.house.rows(HandIn) if one.medium == "voice"]
    assert row.file_id and row.answer_file_id and row.seconds and row.answer_seconds


async def _signs_and_evidence(stage: Stage) -> None:
    budi = stage["budi"]
    await budi.taps("Sudah saya coba", stage.chat)
    await budi.taps("☐ Murid membaca")
    await budi.finds("☑ Murid membaca")
    await budi.taps("Kirim bukti")
    await budi.sees("Wajah dan nama murid tidak ikut")
    await stage.sends("budi", "video", "Tangan murid")
    await budi.sees("Bukti tersimpan")
    await stage.house.settled()
    (trial,) = await stage.house.rows(Trial)
    (evidence,) = await stage.house.rows(Evidence)
    assert (trial.checks, evidence.medium) == ("1", "video")


async def _nothing_of_the_guest(stage: Stage, prompt: int) -> None:
    """Tamu taps everything under the prompt; what comes is the question of consent."""
    tamu = stage.ids["tamu"]
    shown = next(m for m in await stage.play.messages(stage.chat, viewer=tamu) if m["message_id"] == prompt)
    for row in shown["reply_markup"]["inline_keyboard"]:
        for key in row:
            if key["callback_data"].split(":")[0] in {"quiz", "choose", "sheet", "media"}:
                tap = await stage.play.press(tamu, stage.chat, prompt, data=key["callback_data"])
                answer = await stage.play.callback_answer(tap)
                assert answer and "start=" in answer["url"]
    await stage["tamu"].taps("Kuis", stage.chat)
    await stage["tamu"].finds("Ya, saya setuju")
    await stage.house.settled()
    assert str(tamu) not in await everything(stage.house)


async def _a_house_file_goes_up_once(stage: Stage) -> None:
    """A lesson of the house's pack with a photo: uploaded for the first who opens it, sent by its id to the second."""
    pack = packs.pack("media")
    lesson = next(one for one in pack.lessons if one.media and one.media[0].kind == "photo")
    async with stage.house.assistant.database.writing() as session:
        now = stage.house.assistant.clock.now()
        group_id = (await session.scalars(select(Group.id))).one()
        course = Enrolment(group_id=group_id, pack=pack.id, version=pack.version, started_at=now)
        session.add(course)
        await session.flush()
        session.add(
            Delivery(
                group_id=group_id, enrolment_id=course.id, pack=pack.id, version=pack.version, lesson=lesson.id,
                day=now.date(), letter_key="p", due_at=now, delivered_at=now,
            )
        )  # fmt: skip
    for name in ("sari", "budi"):
        who = stage[name]
        before = await who.last()
        await who.writes("/hariini")
        await who.sees(lesson.text("id").title, after=before)
        await who.taps("Foto · ", after=before)
        shown = await who.sees(lesson.text("id").media[0].title, after=before)
        await stage.house.settled()
        assert "photo" in shown
    (kept,) = [one for one in await stage.house.rows(MediaFile) if one.kind == "photo"]
    assert kept.file_id
    calls = await stage.play.calls(method="sendPhoto")
    assert kept.file_id in json.dumps(calls[-1]) and kept.file_id not in json.dumps(calls[-2]["params"])


async def test_a_lesson_with_everything_from_the_sheet_to_the_answer(one_database_url: str) -> None:
    async with open_house(one_database_url, SUNDAY) as house:
        stage = await _settle_in(house)
        async with hurried(house.playground, 1):
            await _made(stage)
            prompt = await _prompt(stage)
            await _quiz_and_choice(stage)
            await _nothing_of_the_guest(stage, prompt)
            await _signs_and_evidence(stage)
            await _worksheet(stage)
            await _worksheet_by_voice(stage)
            await _a_house_file_goes_up_once(stage)
        assert house.assistant.visits.counted["failed"] == house.assistant.visits.counted["odd"] == 0
