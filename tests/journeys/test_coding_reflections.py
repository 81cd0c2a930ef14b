"""A facilitator gives reflections themes over HTTP: a sheet goes out, comes back days later, and is compared."""

import io
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from openpyxl import load_workbook
from sqlalchemy import select

from community import purposes
from community.purposes import WORDS
from content import packs
from playground.client import words
from storage.models import Arrival, Delivery, Enrolment, Group, GroupChat, Letter, Look, Person, Reflection
from tests.journeys.house import House, open_house
from tests.journeys.phones import Phone, moved_in

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")
ROLES = {"hendra": "facilitator", "sari": "teacher", "budi": "teacher"}


async def reflected(house: House, chat: int) -> None:
    """Two teachers reflect for the group and give their words."""
    now = house.assistant.clock.now()
    async with house.assistant.database.writing() as session:
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        course = Enrolment(group_id=group.id, pack="awal", version=1, started_at=now)
        session.add(course)
        await session.flush()
        prompt = Delivery(
            group_id=group.id, enrolment_id=course.id, version=1, pack="awal", day=now.date(), letter_key="p",
            lesson=packs.pack("awal").lessons[0].id, due_at=now, delivered_at=now,
        )  # fmt: skip
        session.add(prompt)
        await session.flush()
        for person in await session.scalars(select(Person).where(Person.name.in_(("Sari", "Budi")))):
            session.add(
                Reflection(
                    delivery_id=prompt.id, person_id=person.id, audience="group", medium="text", created_at=now,
                    text=f"{person.name} melihat murid berani",
                )
            )  # fmt: skip
            await purposes.answer(session, person, WORDS, True, now)


async def document(who: Phone) -> tuple[str, bytes]:
    """The newest file they got."""
    play = who.house.playground
    told: dict[str, Any] = [one for one in await play.messages(who.user, viewer=who.user) if "document" in one][-1]
    address = f"{who.house.url}/playground/file/{told['document']['file_id']}"
    async with ClientSession() as browser, browser.get(address) as answer:
        return told["document"]["file_name"], await answer.read()


def coded(content: bytes, *themes: str) -> bytes:
    book, out = load_workbook(io.BytesIO(content)), io.BytesIO()
    for row, theme in enumerate(themes, start=2):
        book.worksheets[0].cell(row, 4).value = theme
    book.save(out)
    return out.getvalue()


async def test_from_the_sheet_to_how_far_two_coders_agree(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        phones, chat = await moved_in(house, ROLES)
        hendra, sari = phones["hendra"], phones["sari"]
        await reflected(house, chat)
        await hendra.writes("/survei")
        await hendra.taps("Tema refleksi", "Ambil lembar")
        name, blank = await document(hendra)
        assert name.startswith("tema-refleksi-")
        assert b"Sari" not in blank and load_workbook(io.BytesIO(blank)).worksheets[0]["C2"].value.startswith("[nama]")
        assert {one.kind for one in await house.rows(Look)} == {"reflection"}
        await sari.writes("/privasi")
        await sari.taps("Siapa melihat")
        assert "Hendra" in await sari.reads("refleksi")
        # Deciding takes days: the file is known by its name, whatever was talked about meanwhile.
        await house.turned(START + timedelta(days=3))
        await hendra.writes("/batal")
        await hendra.sends("document", file_name=name, content=coded(blank, "berani", "berani; waktu"))
        assert "Dari 2 tulisan, 2 penulis" in await hendra.reads("Tema yang ditemukan")
        await hendra.taps("Bandingkan")
        await hendra.sends("document", file_name="punya bu ratna.xlsx", content=coded(blank, "berani", "berani"))
        assert "Hanya ada di satu lembar: waktu" in await hendra.reads("Kesepakatan")
        await hendra.sends("document", file_name=name, content=b"PK rusak")
        await hendra.reads("perlu diperbaiki")
        # A teacher has no button for it; forged, it brings nothing.
        await sari.writes("/survei")
        assert not any("Tema" in label for label in await sari.labels())
        before = len(await sari.files("document"))
        under = (await sari.seen())[-1]["message_id"]
        group = (await house.rows(Group))[0].id
        for data in ("themes", f"thmget:{group}", "thmget:x", "thmcmp:0123456789abcdef"):
            await house.playground.press(sari.user, sari.user, under, data=data)
        await sari.sends("document", file_name=name, content=coded(blank, "berani"))
        await house.settled()
        assert len(await sari.files("document")) == before
        assert not any("Tema yang ditemukan" in words(one) for one in await sari.seen())
        assert await house.rows(Letter, Letter.state == "refused") == []
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
