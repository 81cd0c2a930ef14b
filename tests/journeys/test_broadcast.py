"""A broadcast end to end over HTTP: an album and a poll to fourteen groups, trouble on the way, stopped, taken back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from content.texts import Texts
from playground.client import words
from playground.hands import Hands, calm, hurried
from storage.models import Broadcast, Group, GroupChat, Letter, Membership, Person, Reflection
from tests.journeys.house import House, open_house
from tests.waiting import eventually

START = datetime.fromisoformat("2026-08-04T08:00:00+07:00")  # a Tuesday in term
MORNING = datetime.fromisoformat("2026-08-05T07:00:05+07:00")
SAY = Texts("id")
GROUPS = 14


@dataclass
class District:
    """Pak Hendra, who facilitates all groups, and his private chat."""

    house: House
    hendra: Hands
    user: int
    teacher: int
    chats: list[int]

    async def composes(self) -> None:
        """/sebar with an album of three pictures, a poll and a line of text, up to the preview."""
        playground, user = self.house.playground, self.user
        await self.hendra.writes("/sebar")
        await self.hendra.sees("Kirim apa yang ingin disebar")
        for number in range(3):
            await playground.send(user, user, f"Foto {number}", kind="photo", album="lomba")
        await playground.send(user, user, "Kapan rapat?", kind="poll", options=["Senin", "Rabu"])
        await self.hendra.writes("Sampai bertemu di gugus.")
        await self.house.settled()
        for label in ("Lanjut", "Ke grup", f"Semua grup saya ({GROUPS})"):
            await self.hendra.taps(label)
        await self.hendra.sees("Kapan dikirim?")

    async def heard(self, chat: int) -> list[str]:
        """What the assistant brought into a chat: captions, questions and words, without what it says of itself."""
        there: list[dict[str, Any]] = await self.house.playground.messages(chat)
        ours = [one for one in there if one.get("from", {}).get("is_bot")]
        return [one.get("caption") or one.get("poll", {}).get("question") or one.get("text", "") for one in ours]

    async def refreshes(self, line: str) -> str:
        """Tap Perbarui until the ledger says so; its words. The clock runs as it does: letters may be held back."""

        async def shown() -> str:
            await self.hendra.taps("Perbarui")
            await asyncio.sleep(1.1)  # the edit waits for the chat's second
            found = [words(one) for one in await self.house.playground.messages(self.user)]
            return next((text for text in reversed(found) if "Terkirim" in text and line in text), "")

        told: str = await eventually(shown, about=f"the ledger to say {line!r}", timeout=30)
        return told

    async def copies(self) -> dict[int, Letter]:
        """The letters of the broadcast, by the number of their group."""
        letters = await self.house.rows(Letter, Letter.key.startswith("cast:"))
        return {int(letter.key.rpartition("g")[2]): letter for letter in letters}


CONTENT = ["Foto 0", "Foto 1", "Foto 2", "Kapan rapat?", "Sampai bertemu di gugus."]


@pytest.fixture
async def district(one_database_url: str) -> AsyncIterator[District]:
    async with _opened(one_database_url) as found:
        yield found


@pytest.fixture
async def either_district(database_url: str) -> AsyncIterator[District]:
    async with _opened(database_url) as found:
        yield found


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[District]:
    """Fourteen groups with the assistant in them, all of Pak Hendra's."""
    async with open_house(url, START) as house:
        playground = house.playground
        user, teacher = await playground.add_user("Hendra"), await playground.add_user("Sari")
        await playground.start(user)
        await playground.floods(False)  # the set-up is not what this is about
        chats = []
        for number in range(GROUPS):
            # The last one is a basic group that will become a supergroup.
            kind = "group" if number == GROUPS - 1 else "supergroup"
            chat = await playground.add_group(f"KKG {number:02}", creator=user, members=[teacher], kind=kind)
            await playground.add_bot(chat, user)
            chats.append(chat)
        await house.settled(timeout=40)
        await _agreed(house, user)
        await playground.floods(True)
        yield District(house, Hands(playground, user, SAY), user, teacher, chats)


async def _agreed(house: House, user: int) -> None:
    """Pak Hendra has agreed and facilitates every group; the groups are set up."""
    async with house.assistant.database.writing() as session:
        hendra = Person(tg_user_id=user, name="Hendra", consented_at=START, created_at=START, reachable=True)
        session.add(hendra)
        await session.execute(update(Group).values(state="active", headcount=2))
        await session.flush()
        for group_id in await session.scalars(select(Group.id)):
            role = Membership(person_id=hendra.id, group_id=group_id, role="facilitator", since=START)
            session.add(role)


async def test_everybody_gets_it_once_and_the_ledger_tells_of_the_others(either_district: District) -> None:
    """One group removed the assistant and one moved while nobody told us, one muted it, one answer was lost."""
    district, house, playground = either_district, either_district.house, either_district.house.playground
    await district.composes()
    assert (await district.heard(district.user))[-6:-1] == CONTENT, "the preview is the copies themselves"
    review = await district.hendra.sees("14 grup, 14 guru")
    assert "5 kiriman" in words(review)
    await district.hendra.taps("Rabu, 5 Agu, 07.00")
    await district.hendra.sees("Dikirim: Rabu, 5 Agu, 07.00 WIB")
    for _ in range(2):
        confirm = await district.hendra.finds("Sebarkan ke 14 grup")
        await playground.press(district.user, district.user, confirm[0]["message_id"], data=confirm[1]["callback_data"])
    await district.hendra.sees("Dijadwalkan Rabu, 5 Agu, 07.00 WIB")
    await house.settled()
    assert await district.copies() == {}, "not a minute early"

    await playground.fault("409", method="getUpdates", times=1000)
    await district.hendra.writes("/bantuan")  # the last thing that we are told: the poll that waits brings it
    await district.hendra.sees("Yang dapat dilakukan")
    removed, muted, lost, moved = district.chats[0], district.chats[1], district.chats[2], district.chats[-1]
    await playground.remove_bot(removed, district.user)
    await playground.restrict(muted, 42, {"can_send_messages": False})
    await playground.fault("answer_lost", method="copyMessages", chat=lost)
    new = await playground.migrate(moved)
    await calm(playground)
    async with hurried(playground, 1):
        await playground.turn(to=MORNING)
        await eventually(lambda: _written(house, GROUPS), about="all copies to be written", timeout=30)
        await eventually(lambda: _closed(house), about="all copies to be settled", timeout=30)
    await playground.clear_faults()

    states = {letter.chat_id: letter.state for letter in (await district.copies()).values()}
    assert (states.pop(removed), states.pop(muted), states.pop(lost)) == ("refused", "refused", "unknown")
    assert states == dict.fromkeys([*district.chats[3:-1], new], "delivered")
    for chat in (*district.chats[3:-1], new, lost):
        assert (await district.heard(chat))[-5:] == CONTENT, "once, and in order"
        assert (await district.heard(chat)).count("Foto 0") == 1
    album = [one.get("media_group_id") for one in (await playground.messages(new))[-5:]]
    assert len(set(album[:3])) == 1 and album[0] is not None

    told = await district.refreshes("Belum pasti: 1")
    for line in (
        "Terkirim: 11 dari 14", "Menunggu: 0", "Tidak diterima: 2", "Belum pasti: 1",
        "bot sudah dikeluarkan dari grup: 1 (KKG 00)", "bot tidak boleh menulis di grup: 1 (KKG 01)",
    ):  # fmt: skip
        assert line in told
    calls = [one["params"]["chat_id"] for one in await playground.calls(method="copyMessages")]
    assert len([chat for chat in calls if int(chat) != district.user]) == GROUPS + 1, "one for each, and one moved"
    await _the_group_is_known_by_its_new_chat(house, moved, new)


async def _written(house: House, letters: int) -> bool:
    return len(await house.rows(Letter, Letter.key.startswith("cast:"))) == letters


async def _closed(house: House) -> bool:
    return not await house.rows(Letter, Letter.key.startswith("cast"), Letter.state.in_(("pending", "sending")))


async def _the_group_is_known_by_its_new_chat(house: House, old: int, new: int) -> None:
    rows = await house.rows(GroupChat, GroupChat.tg_chat_id.in_((old, new)))
    assert {row.tg_chat_id: row.current for row in rows} == {old: False, new: True}
    assert len({row.group_id for row in rows}) == 1


async def test_stopped_in_the_middle_and_taken_back(district: District) -> None:
    house, playground = district.house, district.house.playground
    held = district.chats[4:6]
    for chat in held:  # Telegram lets these two wait for two minutes
        await playground.fault("429", method="copyMessages", chat=chat, retry_after=120)
    await district.composes()
    await district.hendra.taps("Sekarang")
    await district.hendra.taps("Sebarkan ke 14 grup")
    await eventually(lambda: _delivered(house, GROUPS - 2), about="the others to get it", timeout=30)
    told = await district.refreshes("Menunggu: 2")
    assert "Terkirim: 12 dari 14" in told
    await district.hendra.taps("Hentikan")
    await district.hendra.sees("dihentikan: 2")
    await playground.turn(by=timedelta(minutes=5))
    await house.settled()
    for chat in held:
        assert "Foto 0" not in await district.heard(chat)

    await district.hendra.taps("Tarik kembali")
    await district.hendra.taps("Ya, tarik kembali")
    await house.settled()
    told = await district.refreshes("Sudah ditarik: 12 dari 12")
    assert "Sedang ditarik" not in told and "Tidak dapat ditarik" not in told
    for chat in district.chats:
        assert not set(CONTENT) & set(await district.heard(chat))
    await house.turned(house.assistant.clock.now() + timedelta(seconds=10))  # the rhythm sees that nothing is left
    (cast,) = await house.rows(Broadcast)
    assert (cast.state, cast.ended_at is not None) == ("withdrawn", True)
    back = await playground.calls(method="deleteMessages")
    assert len(back) == 12, "one call for each chat, whatever it got"


async def _delivered(house: House, letters: int) -> bool:
    found = await house.rows(Letter, Letter.key.startswith("cast:"), Letter.state == "delivered")
    return len(found) == letters


async def test_a_forwarded_quiz_and_a_protected_post_are_refused_and_a_channel_post_keeps_its_channel(
    district: District,
) -> None:
    house, playground, user = district.house, district.house.playground, district.user
    channel = await playground.add_channel("Dinas Pendidikan", creator=district.teacher)
    await district.hendra.writes("/sebar")
    await district.hendra.sees("Kirim apa yang ingin disebar")
    await playground.send(user, user, "2+3?", kind="poll", options=["4", "5"], correct=1, forward_from=channel)
    await district.hendra.sees("Kuis yang diteruskan tidak dapat disalin")
    await playground.send(user, user, "Rahasia", protected=True)
    await district.hendra.sees("dilindungi pengirim asalnya")
    await playground.send(user, user, "Jadwal ANBK", kind="document", forward_from=channel)
    for label in ("Lanjut", "Ke grup", "Pilih grup", "KKG 03", "Selesai, 1 dipilih", "Sekarang", "Sebarkan ke 1 grup"):
        await district.hendra.taps(label)
    await eventually(lambda: _delivered(house, 1), about="the post to arrive", timeout=30)
    post = (await playground.messages(district.chats[3]))[-1]
    assert (post["caption"], post["forward_origin"]["chat"]["title"]) == ("Jadwal ANBK", "Dinas Pendidikan")
    assert await playground.calls(method="forwardMessages")


async def test_words_of_a_colleague_passed_on_go_into_a_broadcast_and_nowhere_else(district: District) -> None:
    house, playground, user = district.house, district.house.playground, district.user
    silent = await playground.add_user("Tamu")
    await district.hendra.writes("/sebar")
    await district.hendra.sees("Kirim apa yang ingin disebar")
    await playground.send(user, user, "Kata Tamu: rapat pindah", forward_from=silent)
    await district.hendra.sees("Diterima")
    for label in ("Lanjut", "Ke grup", "Pilih grup", "KKG 03", "Selesai, 1 dipilih", "Sekarang", "Sebarkan ke 1 grup"):
        await district.hendra.taps(label)
    await eventually(lambda: _delivered(house, 1), about="the words to arrive", timeout=30)
    assert (await playground.messages(district.chats[3]))[-1]["text"] == "Kata Tamu: rapat pindah"
    await district.hendra.writes("/refleksi")
    await playground.send(user, user, "Kata Tamu: anak-anak senang", forward_from=silent)
    await district.hendra.sees("Pesan terusan dari orang lain tidak saya simpan")
    await playground.send(user, user, "LKPD Tamu", kind="document", forward_from=silent)
    await house.settled()
    told = [text for text in await district.heard(user) if "Pesan terusan" in text]
    assert len(told) == 1, "once for all of them"
    assert await house.rows(Reflection) == []
