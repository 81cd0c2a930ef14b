"""From what Telegram says to what is owed in answer: the doors of the community, each update in its own visit."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import User
from sqlalchemy import func, select

from bot.settings import Settings
from bot.visit import Visits
from community import groups, people, purposes
from community.roles import Role
from content.texts import Texts
from handlers import arrivals, invitations, lost, members, setup, start
from handlers import consent as consent_door
from scheduler.clock import TurnableClock
from storage.database import Database
from storage.models import (
    Arrival,
    BotAccount,
    ConsentRequest,
    ConversationState,
    Enrolment,
    Group,
    Invitation,
    Letter,
    Membership,
    Person,
    School,
)
from tests.community.cast import CHAT, NOW
from tests.doors import connected

ME = BotAccount(id=1, username="sejawat_bot", name="Sejawat", reads_all=True, asked_at=NOW)
HENDRA, SARI, TAMU, OWNER = 70, 11, 99, 5
MODULES = (arrivals, consent_door, invitations, members, setup, start, lost)
SAY = Texts("id")


class Town:
    """Lets people act, and reads what the assistant owes them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        answers: dict[str, Any] = {}
        for module in MODULES:
            answers |= getattr(module, "ANSWERS", {})
        settings = Settings(_env_file=None, bot_token="1:x", admin_ids=frozenset({OWNER}))  # type: ignore[call-arg]
        clock = TurnableClock(NOW)
        bot = Bot("1:x")
        # aiogram compares `/command@name` with this; without it, it would ask Telegram in the middle of a visit.
        bot._me = User(id=ME.id, is_bot=True, first_name=ME.name, username=ME.username)
        self.visits = Visits(database, connected(*MODULES), bot, clock, settings, answers, ME)
        self._numbers = count(1)
        self._read = 0

    async def gets(self, **update: Any) -> list[Letter]:
        number = next(self._numbers)
        raw = update if "answer" in update else {"update_id": number} | update
        await self.visits.receive(Arrival(id=number, update_id=number, attempts=0, raw=raw, received_at=NOW))
        assert self.visits.counted["done"] + self.visits.counted["refused"] == number, self.visits.counted
        async with self.database.reading() as session:
            new = list(await session.scalars(select(Letter).where(Letter.id > self._read).order_by(Letter.id)))
        self._read = max([letter.id for letter in new], default=self._read)
        return [letter for letter in new if letter.method != "setMyCommands"]

    async def says(self, user: int, text: str, chat: int | None = None, **more: Any) -> list[Letter]:
        body = {"message_id": 1, "date": 1, "chat": _chat(chat or user), "from": _user(user), "text": text}
        return await self.gets(message=body | more)

    async def taps(self, user: int, data: str, chat: int | None = None) -> list[Letter]:
        carried = {"message_id": 2, "date": 1, "chat": _chat(chat or user)}
        query = {"id": "9", "chat_instance": "1", "from": _user(user), "data": data, "message": carried}
        return await self.gets(callback_query=query)

    async def answers(self, letter: Letter, result: Any) -> list[Letter]:
        answer = {"then": letter.then, "data": letter.then_data, "ok": result is not None, "result": result}
        return await self.gets(answer=answer | {"error": None if result else "Bad Request", "letter": letter.key})

    async def added(self) -> None:
        bot = {"id": 1, "is_bot": True, "first_name": "Sejawat", "username": "sejawat_bot"}
        old, new = {"user": bot, "status": "left"}, {"user": bot, "status": "member"}
        body = {"chat": _chat(CHAT), "date": 1, "from": _user(HENDRA), "old_chat_member": old, "new_chat_member": new}
        await self.gets(my_chat_member=body)

    async def agrees(self, user: int, name: str) -> None:
        await self.says(user, "/start")
        *_, question = await self.taps(user, "consent:yes")
        await self.answers(question, {"id": user, "type": "private", "first_name": name})


def _user(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "-", "language_code": "id"}


def _chat(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": "-"}
    return {"id": chat, "type": "supergroup", "title": "KKG Melati"}


def words(letters: list[Letter]) -> str:
    return "\n".join(str((letter.params or {}).get("text", "")) for letter in letters)


def data_of(letters: list[Letter]) -> list[str]:
    rows = [row for one in letters for row in ((one.params or {}).get("reply_markup") or {}).get("inline_keyboard", [])]
    return [button.get("callback_data") or button["url"] for row in rows for button in row]


def labels_of(letters: list[Letter]) -> list[str]:
    rows = [row for one in letters for row in ((one.params or {}).get("reply_markup") or {}).get("inline_keyboard", [])]
    return [button["text"] for row in rows for button in row]


def member(user: int, status: str) -> dict[str, Any]:
    return {"user": _user(user), "status": status}


@pytest.fixture
async def town(one_database_url: str) -> AsyncIterator[Town]:
    database = Database(one_database_url)
    yield Town(database)
    await database.close()


async def _set_up(town: Town) -> int:
    """The group, set up by Pak Hendra from the first command to the last tap; its id."""
    await town.added()
    (question,) = await town.says(HENDRA, "/aturgrup", CHAT)
    (way,) = await town.answers(question, member(HENDRA, "creator"))
    (url,) = data_of([way])
    payload = url.partition("?start=")[2]
    (consent,) = await town.says(HENDRA, f"/start {payload}")
    assert f"consent:yes:{payload}" in data_of([consent])
    *_, named = await town.taps(HENDRA, f"consent:yes:{payload}")
    await town.answers(named, {"id": HENDRA, "type": "private", "first_name": "Hendra"})
    onward = await town.taps(HENDRA, f"address:bapak:{payload}")
    assert "Pak Hendra" in words(onward)
    (question,) = await town.says(HENDRA, f"/start {payload}")
    await town.answers(question, member(HENDRA, "administrator"))
    for said in ("setup:language:id", "setup:zone:wita"):
        await town.taps(HENDRA, said)
    assert "Program" in words(await town.says(HENDRA, "SDN Melati 1"))
    await town.taps(HENDRA, "setup:programme:awal")
    assert "belum saya pahami" in words(await town.says(HENDRA, "pagi-pagi"))
    await town.says(HENDRA, "jam 6.20")
    for said in ("setup:workdays:6", "setup:profile:none"):
        await town.taps(HENDRA, said)
    assert "06.20" in words(await town.says(HENDRA, "Selamat belajar"))
    letters = await town.taps(HENDRA, "setup:save")
    assert "Grup sudah siap" in words(letters)
    assert [letter.chat_id for letter in letters if "Grup sudah siap" in words([letter])] == [CHAT]
    async with town.database.reading() as session:
        group = await groups.by_chat(session, CHAT)
        assert group is not None
        return group.id


async def test_an_admin_sets_a_group_up_and_is_facilitator_of_it_alone(town: Town) -> None:
    group_id = await _set_up(town)
    async with town.database.reading() as session:
        group = await session.get(Group, group_id)
        assert group is not None
        assert (group.state, group.zone, group.prompt_time) == ("active", "Asia/Makassar", "06:20")
        school = (await session.scalars(select(School))).one()
        assert (school.name, school.workdays, school.policy_profile) == (
            "SDN Melati 1", "mon,tue,wed,thu,fri,sat", "none",
        )  # fmt: skip
        hendra = await people.by_user(session, HENDRA)
        assert hendra is not None
        assert await people.roles_in(session, hendra.id, group_id) == {Role.FACILITATOR}
        assert (await session.scalars(select(Enrolment.pack))).all() == ["awal"]
        assert await session.scalar(select(func.count()).select_from(ConversationState)) == 0
    await town.taps(HENDRA, "setup:save")
    assert await _alerted(town)


async def _alerted(town: Town) -> bool:
    async with town.database.reading() as session:
        last = (await session.scalars(select(Letter).order_by(Letter.id.desc()).limit(1))).one()
    return last.method == "answerCallbackQuery" and "/aturgrup" in last.params["text"]  # type: ignore[index]


@pytest.mark.parametrize("status, said", [("member", "Hanya admin"), (None, "memastikan")])
async def test_nobody_else_gets_into_the_set_up(town: Town, status: str | None, said: str) -> None:
    await town.added()
    (question,) = await town.says(TAMU, "/aturgrup", CHAT)
    assert question.forgets
    result = member(TAMU, status) if status else None
    assert said in words(await town.answers(question, result))
    await town.agrees(TAMU, "Tamu")
    (question,) = await town.says(TAMU, "/start s1")
    assert said in words(await town.answers(question, result))
    for forged in ("setup:language:id", "setup:edit:hour", "setup:save"):
        await town.taps(TAMU, forged)
        assert await _alerted(town)
    async with town.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Membership)) == 0


async def test_telegrams_word_about_one_person_is_no_word_about_another(town: Town) -> None:
    await town.added()
    await town.agrees(TAMU, "Tamu")
    (question,) = await town.says(TAMU, "/start s1")
    assert "Hanya admin" in words(await town.answers(question, member(HENDRA, "creator")))


@pytest.mark.parametrize("payload", ["s999", "sx", "s", "s1e3", "s" + "9" * 30])
async def test_a_guessed_set_up_link_opens_nothing(town: Town, payload: str) -> None:
    await town.added()
    await town.agrees(TAMU, "Tamu")
    assert "/aturgrup" in words(await town.says(TAMU, f"/start {payload}"))


async def test_an_anonymous_admin_gets_the_way_and_channels_and_bots_get_nothing(town: Town) -> None:
    await town.added()
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    here, channel = _chat(CHAT), {"id": -100777, "type": "channel", "title": "Kabar"}
    (way,) = await town.says(0, "/aturgrup", CHAT, **{"from": anonymous}, sender_chat=here)
    assert data_of([way]) == ["https://t.me/sejawat_bot?start=s1"]
    assert await town.says(0, "/aturgrup", CHAT, **{"from": anonymous | {"id": 136817688}}, sender_chat=channel) == []
    assert await town.says(0, "/aturgrup", CHAT, **{"from": anonymous | {"id": 55}}) == []
    assert await town.says(0, "/bantuan", CHAT, **{"from": anonymous | {"id": 55}}) == []


async def test_help_names_six_things_first_and_the_rest_behind_a_tap(town: Town) -> None:
    await _set_up(town)
    (first,) = await town.says(HENDRA, "/bantuan")
    assert words([first]).count("\n/") == 6
    assert data_of([first]) == ["help:more"]
    (whole,) = [one for one in await town.taps(HENDRA, "help:more") if one.method == "editMessageText"]
    told = words([whole])
    for command in ("laporan", "program", "jadwal", "privasi", "hapusdata", "batal", "mulai"):
        assert f"/{command} · " in told
    assert words([first]).split("\n/")[1] in told and not data_of([whole])


async def test_a_set_up_is_left_and_taken_up_again_and_cancelled(town: Town) -> None:
    await town.added()
    await town.agrees(HENDRA, "Hendra")
    (question,) = await town.says(HENDRA, "/start s1")
    await town.answers(question, member(HENDRA, "creator"))
    await town.taps(HENDRA, "setup:language:en")
    await town.says(HENDRA, "/bantuan")
    (question,) = await town.says(HENDRA, "/start s1")
    assert "2 dari 8" in words(await town.answers(question, member(HENDRA, "creator")))
    assert "dibatalkan" in words(await town.says(HENDRA, "/batal"))
    assert "Tidak ada" in words(await town.says(HENDRA, "/batal"))
    await town.taps(HENDRA, "setup:zone:wib")
    assert await _alerted(town)


async def _opened_again(town: Town, group_id: int, user: int = HENDRA) -> list[Letter]:
    (question,) = await town.says(user, f"/start s{group_id}")
    return await town.answers(question, member(user, "administrator"))


async def test_set_up_again_a_group_keeps_its_programme_and_nothing_is_handed_out_twice(town: Town) -> None:
    group_id = await _set_up(town)
    check = await _opened_again(town, group_id)
    assert "Program: Sepuluh hari pertama" in words(check)
    assert "setup:save" in data_of(check)
    typed = words(await town.says(HENDRA, "6.45"))
    assert "kosong" not in typed
    assert "pilih dulu" in typed
    await town.taps(HENDRA, "setup:edit:hour")
    assert "Jam kirim: 06.45" in words(await town.says(HENDRA, "6.45"))
    saved = await town.taps(HENDRA, "setup:save")
    assert "/gabung" in words(saved)
    assert [letter.method for letter in saved] == ["answerCallbackQuery", "editMessageText"]
    async with town.database.reading() as session:
        assert (await session.scalars(select(Enrolment.pack))).all() == ["awal"]
        assert (await session.scalars(select(Group.prompt_time))).all() == ["06:45"]


async def test_a_second_facilitator_gets_the_joining_link_too(town: Town) -> None:
    group_id = await _set_up(town)
    await town.agrees(SARI, "Sari")
    await _opened_again(town, group_id, SARI)
    assert "sendPhoto" in [letter.method for letter in await town.taps(SARI, "setup:save")]


async def test_set_up_again_another_programme_is_marked_and_said_before_it_is_saved(town: Town) -> None:
    group_id = await _set_up(town)
    await _opened_again(town, group_id)
    question = await town.taps(HENDRA, "setup:edit:programme")
    assert "Sekarang grup mengikuti Sepuluh hari pertama" in words(question)
    labels = labels_of(question)
    assert "✓ Sepuluh hari pertama" in labels
    assert "Pembelajaran berdiferensiasi dan asesmen formatif" in labels
    assert "Sepuluh hari pertama berhenti" in words(await town.taps(HENDRA, "setup:programme:media"))
    assert "berhenti" not in words(await town.taps(HENDRA, "setup:programme:awal"))


@pytest.mark.parametrize("stopped", ["paused", "finished"])
async def test_set_up_again_a_programme_that_stands_still_is_not_begun_anew(town: Town, stopped: str) -> None:
    group_id = await _set_up(town)
    async with town.database.writing() as session:
        one = (await session.scalars(select(Enrolment))).one()
        one.next_at = None
        if stopped == "finished":
            one.position, one.finished_at = 10, NOW
    await _opened_again(town, group_id)
    assert "Tersimpan" in words(await town.taps(HENDRA, "setup:save"))
    async with town.database.reading() as session:
        assert (await session.scalars(select(Enrolment.next_at))).all() == [None]


async def test_a_teacher_joins_by_the_link_and_a_silent_one_leaves_no_trace(town: Town) -> None:
    group_id = await _set_up(town)
    async with town.database.reading() as session:
        token = (await session.scalars(select(Invitation.token))).one()
    (question,) = await town.says(SARI, f"/start g{token}")
    letters = await town.taps(SARI, f"consent:yes:g{token}")
    assert "sebagai guru" in words(letters)
    assert question.forgets
    (asked,) = await town.says(TAMU, f"/start g{token}")
    assert "Bolehkah" in words([asked])
    assert "Tidak ada yang saya simpan" in words(await town.taps(TAMU, "consent:no"))
    assert "perlu persetujuan" in words(await town.says(TAMU, "/entahapa"))
    async with town.database.reading() as session:
        sari = await people.by_user(session, SARI)
        assert sari is not None
        assert await people.roles_in(session, sari.id, group_id) == {Role.TEACHER}
        assert await session.scalar(select(func.count()).select_from(Person)) == 2
        states = await session.scalars(select(ConversationState.user_id))
        assert TAMU not in states.all()


async def test_a_facilitator_lists_colleagues_without_telegram_and_takes_one_off(town: Town) -> None:
    group_id = await _set_up(town)
    assert f"member:add:{group_id}" in data_of(await town.says(HENDRA, "/anggota"))
    await town.taps(HENDRA, f"member:add:{group_id}")
    listed = await town.says(HENDRA, "1. Bu Wati\n2. Pak Agus\n\nbu wati")
    assert "2 nama" in words(listed)
    assert "0 guru sudah setuju" in words(listed) and "Rekan tanpa Telegram: 2" in words(listed)
    removal = data_of(listed)[0]
    await town.agrees(TAMU, "Tamu")
    await town.taps(TAMU, removal)
    assert "Rekan tanpa Telegram: 1" in words(await town.taps(HENDRA, removal))
    assert "Rekan tanpa Telegram: 1" in words(await town.taps(HENDRA, removal))
    assert "peran tertentu" in words(await town.says(TAMU, "/anggota"))


async def test_an_owner_invites_and_a_teacher_cannot(town: Town) -> None:
    group_id = await _set_up(town)
    await town.agrees(OWNER, "Dewi")
    await town.agrees(SARI, "Sari")
    assert f"invite:{group_id}" in data_of(await town.says(OWNER, "/undang"))
    roles = data_of(await town.taps(OWNER, f"invite:{group_id}"))
    assert f"invite:{group_id}:agency" in roles
    link = words(await town.taps(OWNER, f"invite:{group_id}:agency"))
    token = link.partition("?start=i")[2].split()[0]
    assert "peran tertentu" in words(await town.says(SARI, "/undang"))
    await town.taps(SARI, f"invite:{group_id}:coach")
    async with town.database.reading() as session:
        made = await session.scalars(select(Invitation.role).where(Invitation.role != "teacher"))
        assert made.all() == ["agency"]
    assert "Dinas" in words(await town.says(SARI, f"/start i{token}"))
    assert "tidak berlaku" in words(await town.says(TAMU, f"/start i{token}"))


async def test_a_renewed_link_replaces_the_old_one(town: Town) -> None:
    group_id = await _set_up(town)
    first = (await town.says(HENDRA, "/gabung"))[0].params
    renewed = await town.taps(HENDRA, f"join:renew:{group_id}")
    second = next(one.params for one in renewed if one.method == "sendPhoto")
    assert first is not None
    assert second is not None
    assert first["caption"] != second["caption"]
    poster = await town.says(HENDRA, "/gabung", CHAT)
    assert data_of(poster)[0] in second["caption"]


async def test_language_privacy_and_small_talk_are_answered(town: Town) -> None:
    await town.agrees(SARI, "Sari")
    assert "Sami-sami" in words(await town.says(SARI, "matur nuwun"))
    assert "/refleksi" in words(await town.says(SARI, "refleski"))
    assert "/laporan" in words(await town.says(SARI, "/laporn@sejawat_bot", CHAT))
    assert await town.says(SARI, "/laporn", CHAT) == []
    assert "English" in words(await town.taps(SARI, "language:en"))
    assert "You agreed on" in words(await town.says(SARI, "/privasi"))
    await town.taps(SARI, "consent:stop")
    assert "nothing" in words(await town.taps(SARI, "consent:stopped"))
    async with town.database.reading() as session:
        assert await people.by_user(session, SARI) is None
    assert "chat pribadi" in words(await town.says(SARI, "/privasi", CHAT))


async def test_further_uses_are_no_until_they_are_said_and_end_with_the_consent(town: Town) -> None:
    await town.agrees(SARI, "Sari")

    async def standing() -> set[str]:
        async with town.database.reading() as session:
            sari = (await session.scalars(select(Person).where(Person.tg_user_id == SARI))).one()
            return await purposes.agreed(session, sari)

    page = await town.says(SARI, "/privasi")
    assert (await standing(), data_of(page)[:3]) == (set(), [f"purpose:{one}:yes" for one in purposes.PURPOSES])
    page = await town.taps(SARI, "purpose:words:yes")
    assert await standing() == {"words", "study"}, "words mean nothing without the figures they belong to"
    assert data_of(page)[:3] == ["purpose:records:yes", "purpose:study:no", "purpose:words:no"]
    for forged in ("purpose", "purpose:everything:yes", "purpose:records", "purpose:study:no"):
        await town.taps(SARI, forged)
    assert await standing() == set()
    await town.taps(SARI, "purpose:records:yes")
    await town.taps(SARI, "consent:stopped")
    await town.agrees(SARI, "Sari")
    assert await standing() == set(), "a new consent is no yes to anything else"


async def test_a_command_in_passing_asks_twice_and_a_link_or_start_every_time(town: Town) -> None:
    asked = ["Bolehkah" in words(await town.says(TAMU, "/gabung")) for _ in range(3)]
    assert asked == [True, True, False]
    assert "Bolehkah" in words(await town.says(TAMU, "/start"))
    assert "Bolehkah" in words(await town.says(TAMU, "/privasi"))


async def test_a_no_is_answered_with_one_line_and_a_way_back_to_the_question(town: Town) -> None:
    await _set_up(town)
    async with town.database.reading() as session:
        link = f"g{(await session.scalars(select(Invitation.token))).one()}"
    await town.says(TAMU, f"/start {link}")
    assert f"consent:read:{link}" in data_of(await town.taps(TAMU, f"consent:no:{link}"))
    for _ in range(3):
        (line,) = await town.says(TAMU, f"/start {link}")
        assert "Bolehkah" not in words([line])
        assert len(words([line])) < 160
        assert data_of([line]) == [f"consent:read:{link}"]
    _, question = await town.taps(TAMU, f"consent:read:{link}")
    assert question.method == "editMessageText"
    assert "Bolehkah" in words([question])
    assert data_of([question]) == [f"consent:yes:{link}", f"consent:no:{link}"]
    assert question.forgets
    _, question = await town.taps(TAMU, "consent:read:tidak;ada")
    assert data_of([question]) == ["consent:yes", "consent:no"]
    await town.taps(TAMU, "consent:yes")
    assert "Bapak/Ibu setuju pada" in words(await town.taps(TAMU, "consent:read"))


async def test_who_agrees_without_a_link_is_told_how_to_join(town: Town) -> None:
    await _set_up(town)
    async with town.database.reading() as session:
        link = f"g{(await session.scalars(select(Invitation.token))).one()}"
    assert "tekan Gabung di grup itu" in words(await town.taps(TAMU, "consent:yes"))
    assert "Gabung di grup itu" not in words(await town.taps(SARI, f"consent:yes:{link}"))
    assert "Gabung di grup itu" not in words(await town.taps(HENDRA, "consent:yes")), "who has a role is in a group"


VOICE: dict[str, Any] = {"file_id": "v", "file_unique_id": "v", "duration": 9}
FILE: dict[str, Any] = {"file_id": "f", "file_unique_id": "f", "file_name": "modul.pdf"}


@pytest.mark.parametrize(
    "sent, told",
    [
        ({"voice": VOICE}, "/refleksi"), ({"document": FILE}, "/karya"), ({"sticker": None}, "belum paham"),
        ({"text": "Tadi murid saya senang sekali, tujuh orang berani maju"}, "belum saya simpan"),
        ({"text": "apa itu RPP?"}, "belum paham"),
    ],
)  # fmt: skip
async def test_what_is_given_unasked_is_told_where_it_belongs(town: Town, sent: dict[str, Any], told: str) -> None:
    await town.agrees(SARI, "Sari")
    body: dict[str, Any] = {"message_id": 1, "date": 1, "chat": _chat(SARI), "from": _user(SARI)}
    sent = {name: one for name, one in sent.items() if one is not None}
    assert told in words(await town.gets(message=body | sent))


@pytest.mark.parametrize("said", ["Halo pak, ini apa ya?", "assalamualaikum", "Ini untuk apa"])
async def test_a_stranger_who_asks_is_told_what_this_is(town: Town, said: str) -> None:
    for _ in range(3):
        (told,) = await town.says(TAMU, said)
        assert "teman belajar" in words([told]) or "asisten untuk guru" in words([told])
        assert "Bolehkah" not in words([told])
        assert data_of([told]) == ["consent:read"]
        assert told.forgets
    async with town.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ConsentRequest)) == 0
    assert "Bolehkah" in words(await town.taps(TAMU, "consent:read"))


async def _is_admin(town: Town, admin: bool) -> None:
    async with town.database.writing() as session:
        (await session.scalars(select(Group))).one().bot_is_admin = admin


async def test_a_command_in_the_group_tells_nobody_who_has_not_agreed(town: Town) -> None:
    await _set_up(town)
    await _is_admin(town, False)
    (said,) = await town.says(TAMU, "/gabung", CHAT)
    assert "setuju" not in words([said])
    assert said.params is not None
    assert said.params["reply_parameters"]["message_id"] == 1
    assert data_of([said]) == ["https://t.me/sejawat_bot?start="]


async def test_where_the_assistant_is_admin_only_they_see_that_they_are_asked(town: Town) -> None:
    await _set_up(town)
    await _is_admin(town, True)
    (aside,) = await town.says(TAMU, "/gabung", CHAT)
    assert aside.params is not None
    assert aside.params["ephemeral_message_parameters"] == {"receiver_user_id": TAMU}
    assert "persetujuan" in words([aside])
    assert aside.forgets
    assert await town.answers(aside, {"message_id": 0}) == []
    (instead,) = await town.answers(aside, None)
    assert "setuju" not in words([instead])
    assert data_of([instead]) == ["https://t.me/sejawat_bot?start="]


async def test_blocking_the_private_chat_is_noted_and_opening_it_again_too(town: Town) -> None:
    await town.agrees(SARI, "Sari")
    seen = []
    bot = {"id": 1, "is_bot": True, "first_name": "Sejawat"}
    for old, new in (("member", "kicked"), ("kicked", "member")):
        change = {"old_chat_member": {"user": bot, "status": old}, "new_chat_member": {"user": bot, "status": new}}
        for side in change.values():
            side.update({"until_date": 0} if side["status"] == "kicked" else {})
        await town.gets(my_chat_member={"chat": _chat(SARI), "date": 1, "from": _user(SARI)} | change)
        async with town.database.reading() as session:
            sari = await people.by_user(session, SARI)
            assert sari is not None
            seen.append(sari.reachable)
    assert seen == [False, True]


async def test_a_new_name_in_telegram_is_taken_over(town: Town) -> None:
    await town.agrees(SARI, "Sari")
    await town.says(SARI, "/start", **{"from": _user(SARI) | {"first_name": "Sari", "last_name": "Wulandari"}})
    async with town.database.reading() as session:
        sari = await people.by_user(session, SARI)
        assert sari is not None
        assert sari.name == "Sari Wulandari"


async def test_a_group_moves_and_changes_its_name(town: Town) -> None:
    await town.added()
    await town.gets(message={"message_id": 3, "date": 1, "chat": _chat(CHAT), "migrate_to_chat_id": -100_5})
    moved = {"message_id": 1, "date": 1, "chat": _chat(-100_5)}
    await town.gets(message=moved | {"migrate_from_chat_id": CHAT})
    await town.gets(message=moved | {"message_id": 2, "new_chat_title": "KKG Kenanga"})
    async with town.database.reading() as session:
        group = (await session.scalars(select(Group))).one()
        assert (group.title, await groups.current_chat(session, group.id)) == ("KKG Kenanga", -100_5)


async def test_a_stranger_who_forges_the_withdrawal_leaves_no_trace(town: Town) -> None:
    assert "tidak" in words(await town.taps(TAMU, "consent:stopped"))
    async with town.database.reading() as session:
        written = (await session.scalars(select(Letter).order_by(Letter.id))).all()
        assert [one.method for one in written] == ["answerCallbackQuery", "editMessageText"]
        assert all(one.forgets for one in written if one.chat_id == TAMU)
        assert await session.scalar(select(func.count()).select_from(ConsentRequest)) == 0


async def test_who_took_the_yes_back_is_not_asked_again_unasked(town: Town) -> None:
    await town.agrees(SARI, "Sari")
    await town.taps(SARI, "consent:stopped")
    assert "Bolehkah" not in words(await town.says(SARI, "/gabung"))
    assert "Bolehkah" in words(await town.says(SARI, "/privasi"))
    await town.taps(SARI, "consent:yes")
    async with town.database.reading() as session:
        assert await people.by_user(session, SARI) is not None
        assert await session.scalar(select(func.count()).select_from(ConsentRequest)) == 0
