"""A prompt that brings along everything a lesson may, in Kombel Melati, and a door behind which its handlers stand."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from content.lessons import Pack
from handlers import checks, choices, media, quizzes, worksheets
from learning import versions
from storage.database import Database
from storage.letters import Draft
from storage.models import Delivery, Enrolment, Person, Readiness
from tests.content.sample import sample
from tests.learning.conftest import MORNING, Cast, Door

SARI, BUDI, RATNA, HENDRA, MADE, TAMU, NOBODY = 100, 101, 102, 103, 104, 106, 999
GROUP = -1001
WEDNESDAY = date(2026, 7, 22)


class MeansDoor(Door):
    """Also answers quizzes, and tells the assistant what Telegram made of a letter."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, checks, choices, media, quizzes, worksheets)

    async def vote(self, user_id: int, poll_id: str, *options: int) -> list[Draft]:
        body = {"poll_id": poll_id, "option_ids": list(options), "user": self._user(user_id)}
        body["option_persistent_ids"] = [str(one) for one in options]
        return await self._send("poll_answer", user_id, user_id, body)


async def prompt_of(
    database: Database, cast: Cast, number: int = 0, *, pack: Pack | None = None, person: str | None = None,
    at: datetime = MORNING, enrolment: int | None = None,
) -> Delivery:  # fmt: skip
    """The sample's lesson of that number as a prompt that has arrived; in the enrolment given, else in a new one."""
    pack = pack or sample()
    owner = cast[person].id if person else None
    async with database.writing() as session:
        await versions.keep(session, pack._replace(status="published"), at)
        if enrolment is None:
            row = Enrolment(
                group_id=cast.melati.id, person_id=owner, pack=pack.id, version=pack.version, started_at=at
            )  # fmt: skip
            session.add(row)
            await session.flush()
            enrolment = row.id
        lesson = pack.lessons[number]
        found = Delivery(
            group_id=cast.melati.id, enrolment_id=enrolment, person_id=owner, pack=pack.id, version=pack.version,
            lesson=lesson.id, minutes=lesson.minutes, day=(at + timedelta(hours=7)).date(),
            letter_key=f"prompt:{enrolment}:{lesson.id}", due_at=at, delivered_at=at, tg_chat_id=GROUP,
            tg_message_id=500 + number,
        )  # fmt: skip
        session.add(found)
        await session.flush()
        key = found.id
    async with database.reading() as session:
        return await session.get_one(Delivery, key)


async def ready(database: Database, person: Person, **said: str) -> None:
    """What the person said of themselves at joining."""
    async with database.writing() as session:
        session.add(Readiness(person_id=person.id, updated_at=MORNING, **said))


async def rows(database: Database, model: Any, *where: Any) -> list[Any]:
    """Rows of a table, in their order."""
    async with database.reading() as session:
        return list(await session.scalars(select(model).where(*where)))
