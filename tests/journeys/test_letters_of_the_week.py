"""The letters of the week over HTTP: who has gone quiet is for who leads alone; the principal reads numbers."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from playground.client import words
from storage.models import Consultation, Group, GroupChat, Letter, Membership, Message, Person, PersonTurn, School
from tests.community.kept import kept
from tests.journeys.house import House, open_house
from tests.journeys.phones import moved_in

START = datetime.fromisoformat("2026-08-07T08:00:00+07:00")  # a Friday at school
MONDAY = datetime.fromisoformat("2026-08-10T14:01:00+07:00")
LATER = datetime.fromisoformat("2026-08-10T14:31:00+07:00")
NEXT = datetime.fromisoformat("2026-08-18T14:01:00+07:00")  # the 17th is Independence Day
ROLES = {
    "faisal": "facilitator", "kusuma": "principal", "ratna": "coach", "sari": "teacher", "budi": "teacher",
    "dewi": "teacher",
}  # fmt: skip


async def _settle_in(house: House) -> tuple[dict[str, int], int]:
    """Six people and a guest. Dewi asked three things this week; Budi has said nothing for three weeks."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*ROLES, "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["faisal"], members=[ids[name] for name in ROLES])
    await play.add_bot(chat, ids["faisal"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        school = School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=now)
        session.add(school)
        await session.flush()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.school_id, group.consult_hours = "active", school.id, 0
        room = await session.scalar(select(GroupChat.id).where(GroupChat.tg_chat_id == chat))
        joined = now - timedelta(days=40)
        people = {}
        for name, role in ROLES.items():
            person = Person(
                tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=joined, created_at=now
            )
            session.add(person)
            await session.flush()
            people[name] = person.id
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=joined))
        said = [("budi", now - timedelta(days=18), "Siap"), ("sari", now - timedelta(days=1), "Siap")]
        said += [("dewi", now - timedelta(days=2, hours=n), f"Bagaimana mengajarkan pecahan {n}?") for n in range(3)]
        for number, (name, at, text) in enumerate(said, start=900):
            asks = name == "dewi"
            row = Message(
                group_id=group.id, chat_id=room, tg_message_id=number, person_id=people[name], sent_at=at, text=text,
                kind="text", label="consultation" if asks else "other", confidence=0.9, source="rule",
                reason="tagging.asks_for_help" if asks else "tagging.short",
            )  # fmt: skip
            await kept(session, row)
            if asks:
                session.add(Consultation(group_id=group.id, message_id=row.id, person_id=people[name], asked_at=at))
    for name in (*ROLES, "tamu"):
        await play.start(ids[name])
    await house.turned(START + timedelta(minutes=2))
    return ids, chat


async def _told(house: House, chat: int, viewer: int) -> list[dict[str, Any]]:
    return [one for one in await house.playground.messages(chat, viewer=viewer) if one["from"]["is_bot"]]


async def _last(house: House, user: int, contains: str) -> dict[str, Any]:
    await house.settled()
    found = [one for one in await _told(house, user, user) if contains in words(one)]
    assert found, f"nothing with {contains!r} for {user}"
    return found[-1]


async def test_who_has_gone_quiet_is_named_to_who_leads_alone(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, chat = await _settle_in(house)
        play, faisal, kusuma = house.playground, ids["faisal"], ids["kusuma"]
        await house.turned(MONDAY)
        told = words(await _last(house, faisal, "Pekan ini di SDN Melati 2"))
        assert "Lama tidak terdengar (1)" in told and "Budi, 14 hari sekolah" in told
        assert "Belum terjawab (3)" in told and "Dewi, 3 hari sekolah: Bagaimana mengajarkan pecahan 2?" in told
        assert "1. Bahas bersama: Bagaimana mengajarkan pecahan 2?" in told

        photo = [one for one in await _told(house, faisal, faisal) if "photo" in one][-1]
        assert "Percakapan 7 hari dalam angka" in photo["caption"] and "Budi" not in photo["caption"]

        await house.turned(LATER)
        figures = words(await _last(house, kusuma, "Angka pekan lalu, SDN Melati 2"))
        assert "Pertanyaan di grup: 3, terjawab 0" in figures
        assert not any(name.title() in figures for name in ("budi", "dewi", "sari"))

        # To nobody else, in private or before the group, is anybody named as quiet.
        for name in ROLES:
            shown = [words(one) for one in await _told(house, ids[name], ids[name])] if name != "faisal" else []
            assert not any("Budi" in one and name != "budi" for one in shown), name
            assert not any("terdengar" in one for one in shown), name
        assert not any("Budi" in words(one) for one in await _told(house, chat, ids["sari"]))

        # Who may not, gets nothing by asking; who may, reads it again and switches it off.
        row, _ = await house.rows(Letter, Letter.key.startswith("week:"))
        for name in ("ratna", "sari", "tamu"):
            await play.send(ids[name], ids[name], "/pekan")
        await house.settled()
        await play.send(faisal, faisal, "/pekan")
        page = await _last(house, faisal, "Pekan ini di SDN Melati 2")
        await play.press(faisal, faisal, page["message_id"], label="Jangan kirim tiap pekan")
        await _last(house, faisal, "tidak saya kirim lagi setiap pekan")
        for name in ("ratna", "sari", "tamu"):
            assert not any("Budi" in words(one) for one in await _told(house, ids[name], ids[name])), name
        assert row.person_id is not None
        await house.turned(NEXT)
        assert len(await house.rows(Letter, Letter.key.startswith("week:"))) == 2, "only when asked from now on"
        assert [one.next_at for one in await house.rows(PersonTurn, PersonTurn.name == "week")] == [None]


async def test_the_dinas_reads_sums_and_the_report_of_no_group(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, _ = await moved_in(house, {"hendra": "facilitator", "dina": "agency", "sari": "teacher"})
        dina = phones["dina"]
        (group,) = await house.rows(Group)
        await dina.writes("/laporan")
        assert "Belum ada angka pekan lalu" in await dina.reads("pekan lalu")
        under = (await dina.seen())[-1]["message_id"]
        for data in (f"report:{group.id}", f"report:{group.id}:all"):
            await house.playground.press(dina.user, dina.user, under, data=data)
        await house.settled()
        await dina.writes("/bantuan")
        page = await dina.reads("Yang dapat dilakukan")
        assert "/pekan" in page and "/dasbor" in page and "/laporan" not in page
        for one in await dina.seen():
            assert "Laporan SDN" not in words(one) and "guru" not in words(one)
