"""A file that somebody sends comes in: downloaded by the courier, kept among the attachments, told to the room."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.line import Line
from reports import import_files
from storage import letters, post_office
from storage.database import Database
from storage.letters import Upload
from storage.models import Arrival, Attachment, Person
from storage.whereabouts import without_place
from tests.bot.test_courier import BOT, Office, office
from tests.storage.test_database import NOW
from tests.storage.test_whereabouts import picture
from tests.waiting import eventually

__all__ = ["office"]

CONTENT = b"nama;kelas\nSari;4\n"


async def _sent(office: Office, content: bytes = CONTENT) -> str:
    """Sari sends a file in private; the id by which the assistant may fetch it."""
    await office.playground.send(office.sari, office.sari, kind="document", file_name="guru.csv", content=content)
    updates = await office.playground.updates_sent()
    return str(updates[-1]["message"]["document"]["file_id"])


async def _fetched(office: Office, file_id: str, most: int = letters.MOST_FETCHED) -> dict[str, Any]:
    file = Upload(file_id, "guru.csv", 0)
    draft = letters.fetch(file, "test.came", user_id=office.sari, then_data={"group": 3}, most=most)
    await office.post(replace(draft, key="sheet"))
    await office.settled()
    return await _answer(office)


async def _answer(office: Office) -> dict[str, Any]:
    async with office.database.reading() as session:
        arrival = (await session.scalars(select(Arrival))).one()
    assert arrival.raw is not None
    answer: dict[str, Any] = arrival.raw["answer"]
    return answer


async def _kept(database: Database) -> list[Attachment]:
    async with database.reading() as session:
        return list(await session.scalars(select(Attachment)))


async def test_the_bytes_are_kept_and_the_answer_names_them(office: Office):
    answer = await _fetched(office, await _sent(office))
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (answer["ok"], answer["then"]) == (True, "test.came")
    assert answer["result"] == {"attachment": digest, "name": "guru.csv", "size": len(CONTENT)}
    data = answer["data"]
    assert (data["user_id"], data["chat_id"], data["group"]) == (office.sari, office.sari, 3)
    (kept,) = await _kept(office.database)
    assert (kept.digest, kept.name, kept.content) == (digest, "guru.csv", CONTENT)
    assert (await office.letter("sheet")).result is None, "Telegram's path is not kept"


async def test_a_picture_is_kept_without_the_place_where_it_was_taken(office: Office):
    taken = picture("JPEG")
    answer = await _fetched(office, await _sent(office, taken))
    (kept,) = await _kept(office.database)
    assert kept.content == without_place(taken) != taken
    assert answer["result"] == {"attachment": kept.digest, "name": "guru.csv", "size": len(kept.content)}


async def test_a_file_beyond_the_limit_is_not_downloaded(office: Office):
    answer = await _fetched(office, await _sent(office, b"x" * 2_001), most=2_000)
    assert (answer["ok"], answer["error"]) == (False, "file is too big")
    assert await _kept(office.database) == []


async def test_a_file_that_telegram_does_not_have_is_told_as_such(office: Office):
    answer = await _fetched(office, "AgADmade-up")
    assert (answer["ok"], answer["result"]) == (False, None)
    assert "wrong file_id" in answer["error"]


async def test_an_outage_on_the_way_is_waited_for(office: Office):
    file_id = await _sent(office)
    await office.playground.fault("outage", method="getFile")
    draft = letters.fetch(Upload(file_id, "guru.csv", 0), "test.came", user_id=office.sari)
    await office.post(replace(draft, key="sheet"))

    async def tried() -> bool:
        return (await office.letter("sheet")).attempts > 0

    await eventually(tried, about="the first try")
    for _ in range(3):
        await office.later(15)
    await office.settled()
    assert (await _answer(office))["ok"] is True


async def test_the_size_is_counted_while_the_bytes_come(office: Office):
    file_id = await _sent(office, b"y" * 5_000)
    line = Line(office.playground.url, f"{BOT}:PLAYGROUND", timeout=3)
    path = (await line.call("getFile", {"file_id": file_id})).result["file_path"]
    assert (await line.download(path, 5_000)).result == b"y" * 5_000
    assert (await line.download(path, 4_999)).words == "file is too big"
    assert (await line.download("documents/none.txt", 5_000)).words == "HTTP 404 instead of the file"
    await line.close()


async def test_the_same_bytes_belong_to_whoever_sent_them_last(database: Database):
    async with database.writing() as session:
        people = [Person(tg_user_id=number, name=name, created_at=NOW) for number, name in ((1, "Sari"), (2, "Budi"))]
        session.add_all(people)
        await session.flush()
        for person in people:
            digest = await post_office.receive(session, f"{person.name}.csv", CONTENT, person.id, NOW)
    (kept,) = await _kept(database)
    assert (kept.digest, kept.name, kept.person_id) == (digest, "Budi.csv", people[1].id)
    async with database.writing() as session:
        await post_office.clean(session, NOW + timedelta(days=5))
    assert await _kept(database) == []


def test_a_long_name_is_cut_to_what_is_kept():
    draft = letters.fetch(Upload("f", "x" * 300, 0), "t", user_id=1)
    assert draft.then_data["download"]["name"] == "x" * 128


CHAT = b"27/07/26 06.30 - Bu Ratnawulan: Selamat pagi\n27/07/26 06.31 - Pak Yusufandi: Pagi Bu\n"
LOOK = {"what": "look", "group": 1, "zone": "Asia/Jakarta", "order": None}


async def _looked(office: Office, content: bytes) -> dict[str, Any]:
    file = Upload(await _sent(office, content), "chat.txt", 0)
    draft = letters.fetch(file, "test.looked", user_id=office.sari, read=LOOK)
    await office.post(replace(draft, key="sheet"))
    await office.settled()
    return await _answer(office)


async def test_a_conversation_is_read_where_it_comes_in_and_its_bytes_are_kept_nowhere(office: Office):
    answer = await _looked(office, CHAT)
    assert answer["ok"], answer
    assert (answer["result"]["found"]["messages"], answer["result"]["found"]["people"]) == (2, 2)
    assert "Ratnawulan" not in str(answer)
    assert await _kept(office.database) == []


async def test_a_file_that_breaks_its_reader_is_told_as_such(office: Office, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("Bu Ratnawulan")

    monkeypatch.setattr(import_files, "read", breaks)
    answer = await _looked(office, CHAT)
    assert (answer["ok"], answer["result"], answer["error"]) == (False, None, "it cannot be read")
    assert (await office.letter("sheet")).state == "refused"
