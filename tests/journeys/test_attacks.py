"""What a curious colleague, a coach of elsewhere and a stranger try over HTTP, and what it brings them: nothing."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.serving import pages
from content import packs
from playground.client import words
from storage.base import Base
from storage.models import (
    Arrival,
    Consent,
    Delivery,
    Enrolment,
    Group,
    GroupChat,
    Invitation,
    Letter,
    Membership,
    Message,
    Person,
    Question,
    Reflection,
    School,
    Trial,
)
from tests.filled import filled
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
AGO = timedelta(days=30)
SECRET = "Hanya untuk saya: kelas tadi kacau sekali"
TO_COACH = "Untuk coach saja: dua murid saya belum lancar membaca"
ASKED = "Bolehkah saya mengganti tugas menulis dengan menggambar?"
TITLE = "SDN Melati 2"
# Nasty in HTML, in str.format and in a regular expression, and short enough for a name.
NASTY = '<b>&"{x}</i>(*'
OURS = (Consent, Delivery, Enrolment, Invitation, Membership, Message, Person, Question, Reflection, Trial)

CLOCKS = ("digest_next_at", "recap_next_at")  # set by the clock, whoever does what
OF_THE_CLOCK = ("group_turns",)


@dataclass
class Town:
    """A school with facilitator, coach and teacher, one with every role elsewhere, a guest."""

    house: House
    ids: dict[str, int]
    chat: int
    elsewhere: int
    people: dict[str, int] = field(default_factory=dict)
    group: int = 0
    delivery: int = 0
    private: int = 0
    coached: int = 0
    question: int = 0
    under: dict[str, int] = field(default_factory=dict)  # the message whose buttons somebody taps

    async def writes(self, name: str, text: str, chat: int = 0, **more: Any) -> None:
        """In private, or in a chat."""
        await self.house.playground.send(self.ids[name], chat or self.ids[name], text, **more)

    async def opens(self, name: str, payload: str = "") -> None:
        await self.house.playground.start(self.ids[name], payload)

    async def forges(self, name: str, data: str) -> None:
        """Tap a button that nobody has shown."""
        play, user = self.house.playground, self.ids[name]
        if name not in self.under:
            await self.rests()
            told = await play.messages(user, viewer=user)
            self.under[name] = max(int(one["message_id"]) for one in told if one["from"]["is_bot"])
        await play.press(user, user, self.under[name], data=data)

    async def rests(self) -> None:
        """Until all of this is answered."""
        await self.house.settled()

    async def sees(self, name: str, chat: int = 0) -> str:
        """All that the assistant wrote there, buttons included, and what it has written over since."""
        await self.rests()
        user = self.ids[name]
        told = await self.house.playground.messages(chat or user, viewer=user)
        calls = [one["params"] for one in self.house.telegram.calls.after(0, None)]
        ever = [json.dumps(one, ensure_ascii=False) for one in calls if one.get("chat_id") == (chat or user)]
        return "\n".join([*(words(one) for one in told if one["from"]["is_bot"]), *ever])

    async def stored(self, *tables: Any) -> list[str]:
        """Every row of these tables (of all when none is named), as text."""
        await self.rests()
        every = [one for one in Base.metadata.sorted_tables if one.name not in OF_THE_CLOCK]
        chosen = [one.__table__ for one in tables] or every
        found: list[str] = []
        async with self.house.assistant.database.reading() as session:
            for table in await filled(session, chosen):
                columns = [column for column in table.columns if column.name not in CLOCKS]
                found += [f"{table.name} {tuple(row)!r}" for row in await session.execute(select(*columns))]
        return found


@asynccontextmanager
async def town(database_url: str, *, title: str = TITLE, names: str = "{}", **settings: Any) -> AsyncIterator[Town]:
    """Everybody in place on a school morning, with three notes of Sari: for herself, for the coach, a question."""
    async with open_house(database_url, START, **settings) as house:
        play = house.playground
        await play.floods(False)
        cast = ("hendra", "ratna", "sari", "agus", "lain", "tamu")
        ids = {name: await play.add_user(names.format(name.title())) for name in cast}
        members = [ids[one] for one in ("ratna", "sari", "agus")]
        chat = await play.add_group(title, creator=ids["hendra"], members=members)
        elsewhere = await play.add_group("Grup Lain", creator=ids["lain"])
        await play.add_bot(chat, ids["hendra"], admin=True)
        await play.add_bot(elsewhere, ids["lain"], admin=True)
        await house.settled()
        here = Town(house, ids, chat, elsewhere)
        await _settle_in(here, names)
        for name in ("hendra", "ratna", "sari", "lain"):
            await play.start(ids[name])
        # Every rhythm has been asked once: what one asks of Telegram must not arrive between two looks.
        await house.turned(house.assistant.clock.now() + timedelta(seconds=1))
        await house.settled()
        yield here


async def _settle_in(here: Town, names: str) -> None:
    async with here.house.assistant.database.writing() as session:
        now = here.house.assistant.clock.now()
        groups: dict[int, int] = {}
        for chat in (here.chat, here.elsewhere):
            group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
            group.state, group.set_up_at, groups[chat] = "active", now, group.id
        here.group = groups[here.chat]
        everything = ("teacher", "coach", "mentor", "principal", "course_facilitator", "facilitator", "agency")
        roles = {"hendra": ("facilitator",), "ratna": ("coach",), "sari": ("teacher",), "lain": everything}
        for name, held in roles.items():
            person = Person(
                tg_user_id=here.ids[name], name=names.format(name.title()), language="id", reachable=True,
                consented_at=now - AGO, created_at=now - AGO,
            )  # fmt: skip
            session.add(person)
            await session.flush()
            here.people[name] = person.id
            where = groups[here.elsewhere] if name == "lain" else here.group
            session.add_all(Membership(person_id=person.id, group_id=where, role=one, since=now - AGO) for one in held)
        course = Enrolment(group_id=here.group, pack="awal", version=1, started_at=now)
        session.add(course)
        await session.flush()
        prompt = Delivery(
            group_id=here.group, enrolment_id=course.id, version=1, pack="awal", day=now.date(),
            lesson=packs.pack("awal").lessons[0].id, letter_key="p",
            due_at=now, delivered_at=now, tg_chat_id=here.chat, tg_message_id=1,
        )  # fmt: skip
        session.add(prompt)
        await session.flush()
        sari = {"delivery_id": prompt.id, "person_id": here.people["sari"], "created_at": now}
        mine = Reflection(audience="me", medium="text", text=SECRET, **sari)
        coached = Reflection(audience="coach", medium="text", text=TO_COACH, **sari)
        question = Question(audience="coach", text=ASKED, **sari)
        said = Message(
            group_id=here.group, chat_id=1, tg_message_id=5, person_id=here.people["sari"], sent_at=now, kind="text",
            text="Pesan Sari", label="other", confidence=0.3, reason="tagging.nothing_found", source="rule",
        )  # fmt: skip
        session.add_all([mine, coached, question, said])
        await session.flush()
        here.delivery, here.private, here.coached, here.question = prompt.id, mine.id, coached.id, question.id


def buttons(here: Town) -> list[str]:
    """The buttons of a prompt, of notes and of a group, with numbers that belong to the school and to Sari.

    Those of what groups learn together: tests/journeys/test_forged_buttons.py, which also counts them all.
    """
    with_group: tuple[str, ...] = (
        "report:{}:all",
        "results:grup:{}:30",
        "results:grup:{}:all:xlsx",
        "tags:{}",
        "tagsdone:{}",
        "join:of:{}",
        "join:renew:{}",
        "member:list:{}",
        "member:add:{}",
    )
    with_group += (
        "invite:{}",
        "invite:{}:coach",
        "invite:{}:facilitator",
        "member:remove:{}:3",
        "pkgrp:{}",
        "pktpl:{}",
    )
    with_delivery: tuple[str, ...] = (
        "refl:{}",
        "to:{}:me",
        "to:{}:coach",
        "to:{}:group",
        "tried:{}",
        "ask:{}",
        "askto:{}:coach",
    )
    with_delivery += ("quiz:{}", "chose:{}:0", "sheet:{}", "media:{}:0", "evid:{}", "check:{}:0", "side:{}:s1-lagi")
    with_note = ("redit:{}", "rwho:{}", "raud:{}:group", "raud:{}:coach", "rdel:{}", "rgone:{}", "rstay:{}", "ropen:{}")
    return [
        *(one.format(here.group) for one in with_group),
        *(one.format(here.delivery) for one in with_delivery),
        *(one.format(here.private) for one in with_note), f"rstay:{here.coached}", f"raud:{here.coached}:group",
        f"ropen:{here.coached}",
        f"answer:{here.question}",
        "tag:1:resource", "setup:language:id", "setup:edit:school", "setup:school:#1", "setup:save",
    ]  # fmt: skip


async def test_every_role_of_another_group_opens_nothing_of_this_one(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        before = await here.stored(*OURS)
        for at, data in enumerate(buttons(here)):
            await here.forges("lain", data)
            if at % 8 == 0:
                await here.rests()
            if data.startswith(("member:add", "to:", "askto", "redit", "answer", "setup")):
                await here.writes("lain", "Kata-kata yang menyusup")
        for letter in "rqtmkcwe":
            await here.opens("lain", f"{letter}{here.delivery}")
        await here.opens("lain", f"s{here.group}")
        for command in ("/laporan", "/ringkasan", "/refleksi", "/dataku"):
            await here.writes("lain", command)
        assert [row for row in await here.stored(*OURS) if row not in before and "invitations" not in row] == []
        read = await here.sees("lain")
        assert not any(word in read for word in (SECRET, TO_COACH, ASKED, "Pesan Sari", "Sari", TITLE))
        assert "menyusup" not in await here.sees("hendra", here.chat)
        assert await here.house.rows(Invitation, Invitation.group_id == here.group) == []


async def test_a_colleague_coach_or_facilitator_does_not_read_or_change_a_note_for_oneself(
    one_database_url: str,
) -> None:
    async with town(one_database_url) as here:
        before = await here.stored(Reflection, Membership)
        for name in ("hendra", "ratna"):
            for data in ("redit", "rwho", "rgone", "rstay", "raud"):
                await here.forges(name, f"{data}:{here.private}:group")
            await here.writes(name, "Kata-kata yang menyusup")
            for command in ("/ringkasan", "/dataku"):
                await here.writes(name, command)
        assert await here.stored(Reflection, Membership) == before
        assert SECRET not in await here.sees("hendra") + await here.sees("ratna")
        assert TO_COACH not in await here.sees("hendra")
        assert TO_COACH in await here.sees("ratna"), "the reader that was named reads it"
        assert not any(SECRET in row for row in await here.stored(Letter, Arrival))


async def test_in_the_group_nobody_reads_a_name_a_note_or_a_figure(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        for name in ("hendra", "ratna", "agus"):
            for command in ("/ringkasan", "/dataku"):
                await here.writes(name, command, here.chat)
        await here.writes("hendra", "/laporan", here.chat)
        read = await here.sees("agus", here.chat)
        assert not any(word in read for word in ("Sari", "Agus", "Ratna", SECRET, TO_COACH, ASKED, "%"))


async def test_who_is_no_admin_does_not_become_facilitator_by_a_forged_set_up(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        before = await here.stored(Membership, Group, School)
        await here.opens("sari", f"s{here.group}")
        for data in ("setup:language:id", "setup:edit:hour", "setup:hour:0600", "setup:save"):
            await here.forges("sari", data)
        assert await here.stored(Membership, Group, School) == before


async def test_an_invitation_works_once_and_only_as_what_it_is(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await here.forges("hendra", f"invite:{here.group}:mentor")
        await here.rests()
        made = await here.house.rows(Invitation)
        [token] = [one.token for one in made if one.role == "mentor"]
        await here.opens("lain", f"g{token}")  # as if it were the reusable link
        await here.opens("tamu", f"i{token}")  # asked for consent first: the link is not used up by that
        await here.forges("tamu", f"consent:yes:i{token}")
        await here.opens("sari", f"i{token}")
        await here.opens("lain", f"i{token}")
        await here.rests()
        mentors = await here.house.rows(
            Membership, Membership.role == "mentor", Membership.group_id == here.group, Membership.until.is_(None)
        )
        assert len(mentors) == 1
        assert mentors[0].person_id not in here.people.values(), "only the guest who was first"


async def test_a_renewed_joining_link_is_dead_also_in_an_old_button(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await here.writes("hendra", "/gabung")
        await here.rests()
        [old] = [one.token for one in await here.house.rows(Invitation)]
        await here.opens("tamu", f"g{old}")
        await here.forges("hendra", f"join:renew:{here.group}")
        await here.rests()
        await here.forges("tamu", f"consent:yes:g{old}")
        await here.rests()
        [guest] = await here.house.rows(Person, Person.tg_user_id == here.ids["tamu"])
        assert await here.house.rows(Membership, Membership.person_id == guest.id) == []


async def test_a_stranger_who_tries_buttons_commands_and_links_leaves_no_trace(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await here.opens("tamu")
        plain = ("skip", "cancel", "language:en", "address:ibu", "consent:stop")
        for data in (*buttons(here)[::2], *plain, "forgetnow", "consent:no"):
            await here.forges("tamu", data)
        for payload in (f"r{here.delivery}", f"t{here.delivery}", f"s{here.group}", "gx"):
            await here.opens("tamu", payload)
        for command in ("/laporan", "/dataku", "/hapusdata", "Saya Tamu"):
            await here.writes("tamu", command)
        found = [row for row in await here.stored() if str(here.ids["tamu"]) in row or "Tamu" in row]
        assert found == []
        read = await here.sees("tamu")
        assert not any(word in read for word in (SECRET, TO_COACH, ASKED, "Sari", TITLE))


async def test_after_deletion_old_buttons_bring_nothing_back(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await here.writes("sari", "Sari di sini, selamat pagi semuanya", here.chat)
        await here.forges("sari", f"refl:{here.delivery}")
        await here.forges("sari", "forgetnow")
        for data in (*buttons(here)[10:], "address:ibu", "forgetnow"):
            await here.forges("sari", data)
        await here.writes("sari", "Kata-kata sesudah dihapus")
        await here.writes("sari", "Masih di grup, diam-diam", here.chat)
        signs = (str(here.ids["sari"]), "Sari", SECRET, TO_COACH, ASKED, "sesudah dihapus", "diam-diam")
        found = [row for row in await here.stored() if any(sign in row for sign in signs)]
        assert found == []


async def test_of_somebody_silent_the_group_keeps_a_count_and_nothing_else(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        play, agus = here.house.playground, here.ids["agus"]
        await here.writes("agus", "Agus berbicara tentang nilai klengkeng", here.chat)
        file = {"kind": "document", "file_name": "agus-klengkeng.pdf", "content": b"%PDF"}
        await here.writes("agus", "Berkas Agus", here.chat, **file)
        await here.writes("sari", "Setuju dengan yang di atas", here.chat, reply_to=await _newest(here))
        await play.react(agus, here.chat, await _newest(here), "👍")
        await here.writes("agus", "/aturgrup", here.chat)
        signs = (str(agus), "Agus", "agus", "klengkeng")  # a word that stands in no phrase of ours
        found = [row for row in await here.stored() if any(sign in row for sign in signs)]
        assert found == []


async def _newest(here: Town) -> int:
    return max(int(one["message_id"]) for one in await here.house.playground.messages(here.chat))


async def test_markup_in_names_titles_and_words_is_shown_as_it_is(one_database_url: str) -> None:
    async with town(one_database_url, title=f"{NASTY}{TITLE}", names=NASTY.replace("{x}", "") + "{}") as here:
        async with here.house.assistant.database.writing() as session:
            group = (await session.scalars(select(Group).where(Group.id == here.group))).one()
            group.greeting = (NASTY * 30)[:300]
        for name, commands in {
            "hendra": ("/gabung", "/anggota", "/undang", "/dataku", "/mulai"),
            "ratna": ("/ringkasan",),
            "sari": ("/hariini", "/refleksi", "/mulai"),
        }.items():
            for command in commands:
                await here.writes(name, command)
        for audience in ("me", "coach", "group"):
            await here.forges("sari", f"to:{here.delivery}:{audience}")
            await here.writes("sari", NASTY * 20)
        await here.forges("sari", f"askto:{here.delivery}:coach")
        await here.writes("sari", NASTY * 20)
        await here.forges("hendra", f"tags:{here.group}")
        await here.writes("ratna", "/ringkasan")
        await here.rests()
        # The count at the foot of a prompt that the test never sent is the one letter that cannot arrive.
        lost = await here.house.rows(Letter, Letter.state != "delivered", Letter.edits.is_(None))
        assert [(one.method, one.key, one.error) for one in lost] == []
        assert NASTY * 20 in await here.sees("hendra", here.chat)
        assert await here.house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []


async def test_the_longest_text_telegram_takes_arrives_wherever_it_is_quoted(one_database_url: str) -> None:
    async with town(one_database_url, title="T" * 128) as here:
        longest = "<&>🙂" * 1024
        for audience in ("coach", "group"):
            await here.forges("sari", f"to:{here.delivery}:{audience}")
            await here.writes("sari", longest)
            await here.forges("sari", f"askto:{here.delivery}:{audience}")
            await here.writes("sari", longest)
        await here.forges("ratna", f"answer:{here.question}")
        await here.writes("ratna", longest)
        await here.writes("ratna", "/ringkasan")
        await here.opens("sari", "r" + "9" * 60)
        await here.rests()
        lost = await here.house.rows(Letter, Letter.state != "delivered", Letter.edits.is_(None))
        assert [(one.method, one.key, one.error) for one in lost] == []
        kept = await here.house.rows(Reflection, func.length(Reflection.text) == len(longest))
        assert len(kept) == 2


FORGED: list[dict[str, Any]] = [
    {"answer": {"ok": True, "result": {"status": "creator"}, "then": "community.setup_opened", "data": {"group": 1}}},
    {"count": {"chat_id": -1, "date": 1}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "group"}, "migrate_to_chat_id": "x"}},
    {"callback_query": {"id": "1", "from": {"id": True}, "data": "forgetnow"}},
]


async def test_the_webhook_lets_nobody_in_without_the_secret_and_nothing_in_as_an_answer_of_telegram(
    one_database_url: str,
) -> None:
    async with town(one_database_url) as here:
        hook = {"webhook_url": "https://example.org/telegram", "webhook_secret": SecretStr("right"), "web_port": 0}
        chosen = here.house.assistant.settings.model_copy(update=hook)
        before = await here.stored()
        async with pages(here.house.assistant, chosen) as address, ClientSession() as http:
            update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "text": "/hapusdata"}}
            for secret in ("", "wrong", "rightx", "RIGHT"):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                async with http.post(f"{address}/telegram", json=update, headers=headers) as answer:
                    assert answer.status == 403
        assert await here.stored() == before
        await here.house.assistant.intake.take(
            [{"update_id": 2**40 + number} | one for number, one in enumerate(FORGED)]
        )
        assert [
            row for row in await here.stored() if row not in before and not row.startswith(("inbox", "outbox"))
        ] == []
        kept = await here.house.rows(Arrival, Arrival.update_id >= 2**40)
        assert len(kept) == len(FORGED)
        assert {one.raw for one in kept} == {None}
