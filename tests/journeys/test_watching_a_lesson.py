"""A lesson is watched over HTTP: taps while it goes on, the teacher scores first, both read; and a school's file."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from playground.client import words
from storage.models import (
    Cycle,
    CycleStep,
    Group,
    GroupChat,
    Membership,
    Observation,
    ObservationScore,
    Person,
    School,
    WorkflowVersion,
)
from tests.content.test_workflows import GOOD
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
ROLES = {"ratna": "coach", "sari": "teacher", "kusuma": "principal"}


async def _settle_in(house: House) -> dict[str, int]:
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*ROLES, "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["kusuma"], members=[ids[name] for name in ROLES])
    await play.add_bot(chat, ids["kusuma"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        school = School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=now)
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
    return ids


async def _last(house: House, user: int, contains: str) -> dict[str, Any]:
    """The newest message of the assistant to that person that holds these words."""
    await house.settled()
    told = await house.playground.messages(user, viewer=user)
    found = [one for one in told if one["from"]["is_bot"] and contains in words(one)]
    assert found, f"nothing with {contains!r} among {[words(one) for one in told[-4:]]}"
    return found[-1]


async def _tap(house: House, user: int, contains: str, *labels: str) -> None:
    for label in labels:
        shown = await _last(house, user, contains)
        await house.playground.press(user, user, shown["message_id"], label=label)
        await house.settled()


async def _scores_all(house: House, user: int, level: str) -> None:
    """Six criteria, two taps each: the level, and the first line that is offered."""
    for number in range(1, 7):
        await _tap(house, user, f"Nilai {number} dari 6", level)
        asked = await _last(house, user, "Apa yang terlihat?")
        first = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        await house.playground.press(user, user, asked["message_id"], data=first)
        await house.settled()
    await _tap(house, user, "Nilai Bapak/Ibu", "Selesai")


async def test_a_lesson_is_watched_and_both_read_what_was_seen(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, play = await _settle_in(house), house.playground
        ratna, sari = ids["ratna"], ids["sari"]
        await play.send(ratna, ratna, "/coaching")
        await _tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await _tap(house, ratna, "Alur apa", "Coaching kelas")
        await _tap(house, ratna, "bersama siapa", "Sari")
        await _tap(house, sari, "mengajak Bapak/Ibu memulai", "Ya, mau")
        async with house.assistant.database.writing() as session:  # the first talk has been held
            await session.execute(update(Cycle).values(step="observasi"))
            await session.execute(update(CycleStep).values(step="observasi"))

        await play.send(ratna, ratna, "/coaching")
        await _tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await _tap(house, ratna, "Melihat pelajaran", "Pengamatan")
        await _tap(house, ratna, "dengan rubrik apa", "Kualitas pembelajaran")
        await _tap(house, ratna, "Ketuk yang terlihat", "Murid bertanya")
        await _tap(house, ratna, "Catatan Bapak/Ibu", "Murid bertanya", "Guru menunggu")
        await play.send(ratna, ratna, "Suasana kelas", kind="photo")
        await _tap(house, ratna, "Ada wajah atau nama murid", "Ada")
        assert "hapus saat siklus selesai" in words(await _last(house, ratna, "Terima kasih. Foto itu"))
        await _tap(house, ratna, "Catatan Bapak/Ibu", "Beri nilai")
        assert await house.rows(ObservationScore) == [], "the one who is watched scores first"

        await _tap(house, sari, "akan mengamati", "Buka")
        await _tap(house, sari, "Bapak/Ibu lebih dulu", "Beri nilai")
        await _scores_all(house, sari, "Mulai terlihat")
        await _tap(house, ratna, "Sekarang giliran Bapak/Ibu", "Buka")
        await _tap(house, ratna, "Yang diamati sudah memberi nilai", "Beri nilai")
        await _scores_all(house, ratna, "Terlihat")
        (row,) = await house.rows(Observation)
        assert row.opened_at is not None
        seen = await house.rows(ObservationScore)
        assert len(seen) == 12 and all(one.seen for one in seen)
        assert {one.seen for one in seen if one.person_id == row.observer_id} == {"Murid bertanya (2 kali)"}

        await _tap(house, sari, "sudah masuk dan terbuka", "Buka")
        await _tap(house, sari, "Bacalah berdua", "Baca semuanya")
        assert "Murid bertanya (2 kali)" in words(await _last(house, sari, "(versi 1)"))
        assert not any("photo" in one for one in await play.messages(sari, viewer=sari)), "it stays with the coach"


async def test_a_school_brings_a_workflow_of_its_own(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, play = await _settle_in(house), house.playground
        kusuma, ratna = ids["kusuma"], ids["ratna"]
        for text, told in ((GOOD.replace("days: 3", "days: 0"), "baris 29"), (GOOD, "2 langkah")):
            await play.send(kusuma, kusuma, "/coaching")
            await _tap(house, kusuma, "Belum ada coaching", "Alur milik sekolah")
            await _tap(house, kusuma, "belum punya alur", "Kirim alur")
            await _last(house, kusuma, "Kirim berkas .yaml")
            await play.send(kusuma, kusuma, kind="document", file_name="alur.yaml", content=text.encode())
            await _last(house, kusuma, told)
        await play.send(ratna, ratna, "/coaching")
        await _tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await _last(house, ratna, "Dua langkah")
        await _tap(house, kusuma, "2 langkah", "Tarik: Dua langkah")
        (row,) = await house.rows(WorkflowVersion)
        assert not row.offered
