"""Which lesson goes out when: in the group's zone, on school days, once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from content import packs
from content.packs import UnknownPack
from learning import delivering, programmes
from storage.database import Database
from storage.models import Delivery, Enrolment, Group, GroupChat, Letter
from tests.counting import statements
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, letters

LESSONS = packs.pack("awal").lessons


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def enrolled(database: Database, group: Group, now: datetime, pack: str = "awal") -> Enrolment:
    async with database.writing() as session:
        return await programmes.enrol(session, group.id, pack, now)


async def deliver(database: Database, now: datetime) -> int:
    async with database.writing() as session:
        return await delivering.deliver_due(session, now)


async def enrolment(database: Database, group: Group) -> Enrolment:
    async with database.reading() as session:
        return (await session.scalars(select(Enrolment).where(Enrolment.group_id == group.id))).one()


async def test_the_first_prompt_is_the_next_school_morning(database: Database, cast: Cast) -> None:
    row = await enrolled(database, cast.melati, EVENING_BEFORE)
    assert (row.next_at, row.position) == (MORNING, 0)


async def test_enrolling_twice_keeps_the_place_and_takes_the_new_hour(database: Database, cast: Cast) -> None:
    first = await enrolled(database, cast.melati, EVENING_BEFORE)
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(prompt_time="07:15"))
    again = await enrolled(database, cast.melati, EVENING_BEFORE)
    assert (again.id, again.next_at) == (first.id, MORNING + timedelta(minutes=45))


async def test_a_new_hour_on_a_day_that_had_its_prompt_begins_the_day_after(database: Database, cast: Cast) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    await deliver(database, MORNING)
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(prompt_time="08:00"))
    again = await enrolled(database, cast.melati, MORNING + timedelta(minutes=10))
    assert (again.next_at, again.position) == (MORNING + timedelta(days=1, minutes=90), 1)


async def test_another_pack_ends_the_one_before(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = packs.pack("awal")._replace(id="lain")
    known = packs.pack
    monkeypatch.setattr(packs, "pack", lambda name: other if name == "lain" else known(name))
    await enrolled(database, cast.melati, EVENING_BEFORE)
    await enrolled(database, cast.melati, EVENING_BEFORE, "lain")
    async with database.reading() as session:
        rows = {row.pack: row for row in await session.scalars(select(Enrolment))}
    assert (rows["awal"].next_at, rows["awal"].finished_at) == (None, EVENING_BEFORE)
    assert rows["lain"].next_at == MORNING


async def test_a_pack_that_does_not_exist_is_named(database: Database, cast: Cast) -> None:
    with pytest.raises(UnknownPack, match="'tidak-ada'"):
        await enrolled(database, cast.melati, EVENING_BEFORE, "tidak-ada")


async def test_a_due_prompt_is_written_once_silently_and_not_for_ever(database: Database, cast: Cast) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    assert await deliver(database, MORNING - timedelta(seconds=1)) == 0
    assert await deliver(database, MORNING) == 1
    assert await deliver(database, MORNING) == 0
    (letter,) = await letters(database)
    row = await enrolment(database, cast.melati)
    assert letter.key == f"prompt:{row.id}:{LESSONS[0].id}"
    assert (letter.lane, letter.policy, letter.then) == (2, "again", "learning.prompt_delivered")
    assert letter.not_after == MORNING + timedelta(hours=6)
    assert letter.params is not None
    assert letter.params["disable_notification"] is True
    assert LESSONS[0].text("id").title in letter.params["text"]
    assert "dari" not in letter.params["text"].split("<b>Untuk direfleksikan</b>")[1]
    keys = [
        key["callback_data"].split(":")[0] for row in letter.params["reply_markup"]["inline_keyboard"] for key in row
    ]
    assert keys == ["refl", "tried", "ask", "share", "goal"]
    row = await enrolment(database, cast.melati)
    assert (row.position, row.next_at) == (1, MORNING + timedelta(days=1))


async def test_an_afternoon_prompt_is_not_sent_after_eight(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await session.execute(update(Group).where(Group.id == cast.melati.id).values(prompt_time="16:00"))
    await enrolled(database, cast.melati, MORNING)
    await deliver(database, at("2026-07-22T09:00"))
    (letter,) = await letters(database)
    assert letter.not_after == at("2026-07-22T13:00"), "20:00 in Jakarta"


async def test_each_group_has_its_own_morning(database: Database, cast: Cast) -> None:
    for group in cast.groups.values():
        await enrolled(database, group, EVENING_BEFORE)
    assert await deliver(database, MORNING - timedelta(hours=1)) == 1, "06:30 in Makassar"
    assert [letter.chat_id for letter in await letters(database)] == [-1002]
    assert await deliver(database, MORNING) == 1
    assert [letter.chat_id for letter in await letters(database)] == [-1002, -1001]


async def test_independence_day_has_no_prompt(database: Database, cast: Cast) -> None:
    row = await enrolled(database, cast.melati, at("2026-08-14T01:00"))  # a Friday, after the hour
    assert row.next_at == at("2026-08-17T23:30"), "Tuesday the 18th in Jakarta; Monday is a holiday"


async def test_a_day_that_became_a_holiday_moves_the_lesson(database: Database, cast: Cast) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    holiday = at("2026-08-16T23:30")
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(next_at=holiday))
    assert await deliver(database, holiday) == 1
    assert await letters(database) == []
    row = await enrolment(database, cast.melati)
    assert (row.position, row.next_at) == (0, holiday + timedelta(days=1))


@pytest.mark.parametrize(("late", "goes_out"), [(timedelta(hours=5, minutes=59), True), (timedelta(hours=6), False)])
async def test_a_missed_morning_moves_the_lesson_and_skips_none(
    database: Database, cast: Cast, late: timedelta, goes_out: bool
) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    assert await deliver(database, MORNING + late) == 1
    assert bool(await letters(database)) is goes_out
    row = await enrolment(database, cast.melati)
    assert (row.position, row.next_at) == (int(goes_out), MORNING + timedelta(days=1))


@pytest.mark.parametrize("state", ["waiting", "left"])
async def test_a_group_that_is_not_active_gets_nothing_and_loses_nothing(
    database: Database, cast: Cast, state: str
) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    async with database.writing() as session:
        await session.execute(update(Group).values(state=state))
    assert await deliver(database, MORNING) == 0
    row = await enrolment(database, cast.melati)
    assert (row.position, row.next_at) == (0, MORNING)


async def test_a_letter_that_was_too_late_on_its_way_is_owed_again(database: Database, cast: Cast) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    await deliver(database, MORNING)
    async with database.writing() as session:
        await session.execute(update(Letter).values(state="dropped", finished_at=MORNING))
    await deliver(database, MORNING + timedelta(days=1))
    (letter,) = await letters(database)
    assert (letter.state, letter.due_at) == ("pending", MORNING + timedelta(days=1))
    assert letter.not_after == MORNING + timedelta(days=1, hours=6)
    async with database.reading() as session:
        delivery = (await session.scalars(select(Delivery))).one()
    assert delivery.day.isoformat() == "2026-07-23"


async def test_ten_lessons_take_ten_school_days_and_then_it_is_over(database: Database, cast: Cast) -> None:
    await enrolled(database, cast.melati, EVENING_BEFORE)
    days = []
    for number in range(16):
        await deliver(database, MORNING + timedelta(days=number))
    async with database.reading() as session:
        days = [row.day.isoformat() for row in await session.scalars(select(Delivery).order_by(Delivery.id))]
    assert days == [f"2026-07-{day}" for day in (22, 23, 24, 27, 28, 29, 30, 31)] + ["2026-08-03", "2026-08-04"]
    row = await enrolment(database, cast.melati)
    assert (row.next_at, row.position) == (None, 10)
    assert row.finished_at is not None
    again = await enrolled(database, cast.melati, MORNING + timedelta(days=20))
    assert (again.id == row.id, again.position) == (False, 0), "what was gone through may begin anew"
    assert again.next_at is not None


async def test_a_lesson_that_cannot_be_written_does_not_stop_the_others(database: Database, cast: Cast) -> None:
    for group in cast.groups.values():
        await enrolled(database, group, EVENING_BEFORE)
    async with database.writing() as session:
        lost = Enrolment.group_id == cast.groups["KKG Anggrek"].id
        await session.execute(update(Enrolment).where(lost).values(pack="hilang"))
    assert await deliver(database, MORNING) == 2
    assert [letter.chat_id for letter in await letters(database)] == [-1001]
    row = await enrolment(database, cast.groups["KKG Anggrek"])
    assert row.next_at is not None
    assert row.next_at > MORNING


@pytest.mark.parametrize("many", [5, 50])
async def test_many_groups_cost_as_many_statements_as_a_few(database: Database, cast: Cast, many: int) -> None:
    async with database.writing() as session:
        for number in range(many):
            group = Group(title=f"Gugus {number}", state="active", added_at=EVENING_BEFORE)
            session.add(group)
            await session.flush()
            session.add(GroupChat(tg_chat_id=-5000 - number, group_id=group.id, current=True))
            await programmes.enrol(session, group.id, "awal", EVENING_BEFORE)
    with statements() as said:
        assert await deliver(database, MORNING) == many
    begun = [one for one in said if not one.startswith(("BEGIN", "COMMIT"))]
    assert len([one for one in begun if one.startswith("INSERT INTO outbox")]) == 1
    assert len(begun) <= 9, "due, two of the calendar, packs, dropped, next moments, prompts, form, letters"


async def test_an_outage_over_some_mornings_does_not_cost_the_prompt_of_today(database: Database, cast: Cast) -> None:
    """Down since Wednesday's hour, up again on Friday twenty minutes after the hour: Friday has its prompt."""
    await enrolled(database, cast.melati, EVENING_BEFORE)
    friday = MORNING + timedelta(days=2, minutes=20)
    assert await deliver(database, friday) == 1
    assert await deliver(database, friday) == 1
    (letter,) = await letters(database)
    assert letter.not_after == MORNING + timedelta(days=2, hours=6)
    assert await deliver(database, friday) == 0
    assert (await enrolment(database, cast.melati)).next_at == MORNING + timedelta(days=5)
