"""Many rows in one statement: the same as one by one, on both engines."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from storage.base import NaiveMoment
from storage.bulk import among, insert_rows
from storage.database import Database
from storage.letters import message
from storage.models import Attention, Letter, Person
from storage.outbox import call_off, called_off, post, post_many

NOW = datetime(2026, 8, 3, 6, 30, 0, 125, tzinfo=UTC)
HERE = timezone(timedelta(hours=7))


async def _people(database: Database, many: int) -> None:
    async with database.writing() as session:
        session.add_all(Person(id=number, name=f"Guru {number}", created_at=NOW) for number in range(1, many + 1))


async def test_a_letter_posted_with_others_is_the_letter_posted_alone(database: Database) -> None:
    drafts = [
        message(
            -100, 'Halo “Bu Sari” <b>\\ \' " \n%s {x} 🌱', buttons=[[{"text": "Ya", "callback_data": "x:1"}]], key=key,
            due_at=NOW.astimezone(HERE), not_after=NOW + timedelta(hours=6), then="a.b", then_data={"n": 1},
        )
        for key in ("alone", "with others")
    ]  # fmt: skip
    async with database.writing() as session:
        await post(session, drafts[0], NOW)
        await post_many(session, [drafts[1], drafts[1]], NOW)
        await post_many(session, [drafts[1]], NOW)
    async with database.reading() as session:
        rows = (await session.scalars(select(Letter).order_by(Letter.id))).all()
    assert [row.key for row in rows] == ["alone", "with others"]
    told = [
        {column.name: getattr(row, column.name) for column in Letter.__table__.c if column.name not in ("id", "key")}
        for row in rows
    ]
    assert told[0] == told[1]
    assert told[1]["due_at"] == NOW


async def test_rows_that_are_there_are_left_alone_renewed_or_added_to(database: Database) -> None:
    await _people(database, 2)
    row = {"person_id": 1, "week": date(2026, 8, 3), "messages": 1, "minutes": 10, "refused": 0}
    other = row | {"person_id": 2}
    async with database.writing() as session:
        unique = ["person_id", "week"]
        assert await insert_rows(session, Attention, [row, other], unique=unique, returning=["person_id"])
        assert await insert_rows(session, Attention, [row], unique=unique, returning=["person_id"]) == []
        await insert_rows(session, Attention, [row], unique=unique, add=["messages", "minutes"])
        await insert_rows(session, Attention, [other | {"minutes": 99}], unique=unique, update=["minutes"])
        assert await insert_rows(session, Attention, [], unique=unique) == []
    async with database.reading() as session:
        found = (await session.scalars(select(Attention).order_by(Attention.person_id))).all()
    assert [(one.messages, one.minutes, one.week) for one in found] == [
        (2, 20, date(2026, 8, 3)), (1, 99, date(2026, 8, 3)),
    ]  # fmt: skip


async def test_a_moment_without_a_zone_is_refused_here_too(database: Database) -> None:
    draft = message(1, "x", key="k", due_at=NOW.replace(tzinfo=None))
    with pytest.raises(NaiveMoment):
        async with database.writing() as session:
            await post_many(session, [draft], NOW)


async def test_keys_are_read_once_and_not_for_every_row_looked_at(database: Database) -> None:
    if database.is_sqlite:
        return  # there they are a table of their own
    await _people(database, 3)
    async with database.reading() as session:
        some = select(Person.id).where(among(session, Person.id, [1, 3, 7])).order_by(Person.id)
        assert (await session.scalars(some)).all() == [1, 3]
        asked = some.compile(dialect=session.get_bind().dialect)
        connection = await session.connection()
        plan = "\n".join((await connection.exec_driver_sql(f"EXPLAIN {asked}", asked.params)).scalars())
    assert "= ANY ('{1,3,7}'::bigint[])" in plan, plan


async def test_a_debt_called_off_before_it_is_owed_is_never_sent(database: Database) -> None:
    await _people(database, 1)
    keys = [f"agenda:{number}:2026-08-03:ask:1" for number in range(1_200)]
    strange = 'ask:"1",\\{}'
    async with database.writing() as session:
        await post(session, message(5, "x", key="sent", person_id=1), NOW)
        await call_off(session, [keys[7], strange, "sent"], 1, NOW)
        assert await called_off(session, [*keys, strange, "sent"]) == {keys[7], strange}, (
            "what is owed already stays so"
        )
        assert await called_off(session, []) == set()
        assert not await post(session, message(5, "x", key=strange, person_id=1), NOW)
        await post_many(session, [message(5, "x", key=key, person_id=1) for key in keys[6:9]], NOW)
    async with database.reading() as session:
        rows = await session.execute(select(Letter.key, Letter.state).order_by(Letter.key))
        assert {row.key: row.state for row in rows} == {
            keys[6]: "pending", keys[7]: "dropped", keys[8]: "pending", strange: "dropped", "sent": "pending",
        }  # fmt: skip


@pytest.mark.parametrize("many", [0, 1, 1_200])
async def test_a_thousand_keys_are_one_parameter(database: Database, many: int) -> None:
    await _people(database, 3)
    async with database.reading() as session:
        wanted = [2, *range(10, 10 + many - 1)] if many else []
        found = (await session.scalars(select(Person.id).where(among(session, Person.id, wanted)))).all()
    assert found == ([2] if many else [])
