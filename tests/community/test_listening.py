"""The listening path: counted, recorded, tagged, in few statements however much is said."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from community.listening import Heard, record
from storage.database import Database
from storage.models import Group, GroupChat, Message, MessageCount, Person
from tests.counting import statements
from tests.storage.test_database import NOW

CHAT, SARI, BUDI = -1001, 71, 72


async def _group(database: Database, chat: int = CHAT, zone: str = "Asia/Jakarta") -> int:
    async with database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", zone=zone, added_at=NOW)
        session.add(group)
        for user, name in ((SARI, "Sari"), (BUDI, "Budi")):
            if await session.scalar(select(Person.id).where(Person.tg_user_id == user)) is None:
                session.add(Person(tg_user_id=user, name=name, consented_at=NOW, created_at=NOW))
        await session.flush()
        session.add(GroupChat(tg_chat_id=chat, group_id=group.id))
        return group.id


def _said(number: int, text: str, *, user: int = SARI, at: datetime = NOW, chat: int = CHAT, **more: Any) -> Heard:
    edited = "edit_date" in more
    body = {"message_id": number, "date": int(at.timestamp()), "text": text, "from": {"id": user}} | more
    return Heard(chat, at, body | {"chat": {"id": chat}}, edited)


async def test_a_hundred_messages_of_three_groups_cost_seven_statements(database: Database):
    for chat in (-1, -2, -3):
        await _group(database, chat)
    batch = [_said(n, f"Terima kasih, Bu {n}", chat=-(n % 3) - 1) for n in range(1, 101)]
    async with database.writing() as session:
        with statements() as seen:
            assert await record(session, batch) == 100
    assert len(seen) == 7  # who and where, the anonymous count, the threads, the messages, and three of counts


async def test_the_anonymous_count_grows_by_the_local_day_and_holds_no_name(database: Database):
    group = await _group(database, zone="Asia/Jayapura")  # nine hours ahead: 15:00 UTC is the next day there
    late = NOW.replace(hour=15, minute=30)
    async with database.writing() as session:
        await record(session, [Heard(CHAT, NOW), Heard(CHAT, late), Heard(CHAT, late), Heard(-999, NOW)])
        await record(session, [Heard(CHAT, late)])
    async with database.reading() as session:
        rows = (await session.scalars(select(MessageCount).order_by(MessageCount.day))).all()
        assert (await session.scalars(select(Message))).all() == []
    assert [(row.group_id, row.day, row.messages) for row in rows] == [
        (group, NOW.date(), 1),
        (group, NOW.date() + timedelta(days=1), 3),
    ]


async def test_the_same_message_twice_is_recorded_once(database: Database):
    await _group(database)
    async with database.writing() as session:
        assert await record(session, [_said(5, "Halo"), _said(5, "Halo")]) == 1
        assert await record(session, [_said(5, "Halo")]) == 0


async def test_an_answer_is_read_in_its_thread(database: Database):
    """Codebook, rule 3: advice inside a consultation is consultation, however short."""
    await _group(database)
    asked = _said(1, "Bapak Ibu, bagaimana mengajar pecahan untuk murid yang belum hafal perkalian?", user=BUDI)
    async with database.writing() as session:
        await record(session, [asked])
    answer = _said(2, "coba pakai kartu bilangan, Pak", reply_to_message={"message_id": 1})
    async with database.writing() as session:
        await record(session, [answer])
        labels = (await session.scalars(select(Message.label).order_by(Message.tg_message_id))).all()
    assert labels == ["consultation", "consultation"]


async def test_an_edit_changes_words_and_tag_but_not_what_a_person_decided(database: Database):
    await _group(database)
    when = int(NOW.timestamp()) + 60
    async with database.writing() as session:
        await record(session, [_said(1, "Halo semua"), _said(2, "Halo semua")])
        corrected = (await session.scalars(select(Message).where(Message.tg_message_id == 2))).one()
        corrected.label, corrected.source = "motivation", "person"
    async with database.writing() as session:
        new = "Ada yang punya LKPD pecahan kelas 4?"
        await record(session, [_said(1, new, edit_date=when), _said(2, new, edit_date=when)])
    async with database.reading() as session:
        rows = (await session.scalars(select(Message).order_by(Message.tg_message_id))).all()
    assert [(row.text, row.label) for row in rows] == [(new, "consultation"), (new, "motivation")]
    assert all(row.edited_at == NOW + timedelta(seconds=60) for row in rows)


async def test_an_edit_in_the_same_batch_as_its_message_is_not_lost(database: Database):
    await _group(database)
    edit = _said(1, "Rapat jam 10", edit_date=int(NOW.timestamp()) + 1)
    async with database.writing() as session:
        await record(session, [_said(1, "Rapat jam 9"), edit])
        assert await session.scalar(select(Message.text)) == "Rapat jam 10"
