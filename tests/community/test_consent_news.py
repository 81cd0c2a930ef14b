"""A new text of the consent: who is told, when, once, and what the line says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import consent, consent_news, people
from community.roles import Role
from content.texts import LANGUAGES, Texts
from storage.database import Database, Session
from storage.models import Attention, Consent, Group, Leave, Letter, Person
from tests.community.cast import a_group, somebody
from tests.counting import statements

BEFORE = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 8, 5, 6, 30, tzinfo=UTC)  # a Wednesday, 13:30 in Jakarta
NEWEST = int(consent.TEXT_VERSION)


async def agreed(session: Session, group: Group | None, name: str, user_id: int, version: int) -> Person:
    """Somebody whose last yes was to that text."""
    roles = (Role.TEACHER,) if group else ()
    person = await somebody(session, name, user_id, group=group, roles=roles)
    yes = {"person_id": person.id, "agreed": True, "language": "id"}
    session.add(Consent(**yes, text_version="1", at=BEFORE - timedelta(days=1)))
    session.add(Consent(**yes, text_version=str(version), at=BEFORE))
    return person


async def tell(database: Database, now: datetime) -> int:
    """The rhythm until it finds nothing more, as the clock does it."""
    found = 0
    for _ in range(9):
        async with database.writing() as session:
            done = await consent_news.tell_due(session, now)
        if not done:
            return found
        found += done
    raise AssertionError("it never ends")


async def told(database: Database) -> list[Letter]:
    async with database.reading() as session:
        return list(await session.scalars(select(Letter).where(Letter.key.startswith("consent:")).order_by(Letter.id)))


async def test_who_agreed_to_an_older_text_is_told_once_however_often_the_clock_asks(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        sari = await agreed(session, group, "Sari", 11, 2)
        budi = await agreed(session, group, "Budi", 12, 1)
        await agreed(session, group, "Rini", 13, NEWEST)
        alone = await agreed(session, None, "Tono", 14, 2)
    await tell(database, AFTERNOON)
    for again in range(1, 4):
        assert await tell(database, AFTERNOON + timedelta(hours=again)) == 0
    letters = await told(database)
    assert [(one.key, one.chat_id) for one in letters] == [
        (f"consent:{NEWEST}:{who.id}", who.tg_user_id) for who in (sari, budi, alone)
    ]
    first, second, _ = [str((one.params or {})["text"]) for one in letters]
    assert "foto kegiatan" in first and "perpustakaan" not in first and "/privasi" in first
    assert "foto kegiatan" in second and "perpustakaan" in second
    assert "\n" not in first + second
    async with database.reading() as session:
        spent = {row.person_id: row.messages for row in await session.scalars(select(Attention))}
    assert spent == {sari.id: 1, budi.id: 1, alone.id: 1}, "it takes its room in the week's budget"


async def test_it_stays_told_when_the_letters_are_gone(database: Database) -> None:
    async with database.writing() as session:
        await agreed(session, await a_group(session), "Sari", 11, 1)
    await tell(database, AFTERNOON)
    async with database.writing() as session:
        for letter in await session.scalars(select(Letter)):
            await session.delete(letter)
    assert await tell(database, AFTERNOON + timedelta(days=400)) == 0
    assert await told(database) == []


@pytest.mark.parametrize(
    ("when", "told_then"),
    [
        ("2026-08-05 12:59", 0),  # lessons
        ("2026-08-05 13:00", 1),
        ("2026-08-05 21:30", 0),  # quiet hours
        ("2026-08-08 14:00", 0),  # a Saturday
        ("2026-08-17 14:00", 0),  # a holiday
    ],
)
async def test_on_the_afternoon_of_a_school_day(database: Database, when: str, told_then: int) -> None:
    async with database.writing() as session:
        await agreed(session, await a_group(session), "Sari", 11, 2)
    await tell(database, datetime.fromisoformat(f"{when}+07:00"))
    assert len(await told(database)) == told_then


async def test_who_cannot_be_told_now_is_told_later_and_who_stopped_never(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        away = await agreed(session, group, "Agus", 11, 2)
        session.add(Leave(person_id=away.id, first_day=date(2026, 8, 3), last_day=date(2026, 8, 5), created_at=BEFORE))
        blocked = await agreed(session, group, "Wati", 12, 2)
        blocked.reachable = False
        gone = await agreed(session, group, "Made", 13, 2)
        await consent.withdraw(session, gone, BEFORE + timedelta(days=2))
        elsewhere = await agreed(session, await a_group(session, -8, state="left"), "Dewi", 14, 2)
    await tell(database, AFTERNOON)
    assert [one.person_id for one in await told(database)] == [elsewhere.id]
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.id == blocked.id).values(reachable=True))
    await tell(database, AFTERNOON + timedelta(days=1))
    assert [one.person_id for one in await told(database)] == [elsewhere.id, away.id, blocked.id]


async def test_a_new_yes_is_to_the_text_of_today(database: Database) -> None:
    async with database.writing() as session:
        person = await agreed(session, await a_group(session), "Sari", 11, 1)
        await consent.withdraw(session, person, BEFORE + timedelta(days=2))
        again = await consent.agree(session, 11, "mark", "id", BEFORE + timedelta(days=3))
        assert again.consent_told == NEWEST
        assert (await consent.copy_of(session, again))["person"]["knows_text_version"] == NEWEST
    assert await tell(database, AFTERNOON) == 0


async def test_a_thousand_people_cost_no_more_queries_than_one(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        for number in range(40):
            who = await agreed(session, group, "Sari", 100 + number, 2)
            who.consent_told = 2
    async with database.writing() as session:
        with statements() as seen:
            assert await consent_news.tell_due(session, AFTERNOON) == 40
    assert len(seen) <= 14
    async with database.writing() as session:
        with statements() as idle:
            assert await consent_news.tell_due(session, AFTERNOON) == 0
    assert len(idle) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_after_the_first_says_in_both_languages_what_is_new(language: str) -> None:
    say = Texts(language)
    for known in range(1, NEWEST):
        assert len(consent_news.line(known, say)) < 400
    for version in range(2, NEWEST + 1):
        assert say.plain(f"community.consent.names.v{version}")


async def test_somebody_listed_without_telegram_is_not_looked_at(database: Database) -> None:
    async with database.writing() as session:
        listed = await somebody(session, "Tono", None)
        await people.give_role(session, listed.id, (await a_group(session)).id, Role.TEACHER, BEFORE)
    assert await tell(database, AFTERNOON) == 0
