"""Buddies: asked once and in private, named only after a yes, and told in private who would like company."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.refusals import Refusal
from handlers import buddies as door_of_buddies
from learning import buddies, buddy_board
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import Enrolment, Evidence, Leave, Letter, Membership, Person, Readiness
from tests.learning.conftest import MORNING, Cast, Door, data_of, words_of
from tests.learning.finished import WEEKS, did, enrolled, finishes

SARI, BUDI, RATNA, MADE, TAMU, GROUP = 100, 101, 102, 104, 106, -1001
ASKS = MORNING + timedelta(hours=9, minutes=10)  # 15:40 on the wall


@pytest.fixture
async def desk(database: Database, cast: Cast) -> Door:
    return Door(database, door_of_buddies)


async def _ended(session: Session, cast: Cast, *names: str) -> Enrolment:
    """The group went through the pack and these finished it; the turn of the group is begun."""
    enrolment = await enrolled(session, cast)
    for name in names:
        await finishes(session, cast, enrolment, name)
    await buddies.ask_due(session, MORNING)
    return enrolment


async def _keys(session: Session, start: str) -> list[str]:
    query = select(Letter.key).where(Letter.key.startswith(start)).order_by(Letter.id)
    return list(await session.scalars(query))


async def _posted(session: Session) -> list[Letter]:
    query = select(Letter).where(Letter.key.startswith("buddies:")).order_by(Letter.id)
    return list(await session.scalars(query))


async def test_who_finished_is_asked_once_in_private_and_nobody_else(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await _ended(session, cast, "Sari")
        await did(session, cast, enrolment, "Budi", "tried", WEEKS[0][0])
        assert await _keys(session, "buddy:") == []  # school is not over yet
        assert await buddies.ask_due(session, ASKS) == 1
        [letter] = (await session.scalars(select(Letter).where(Letter.key.startswith("buddy:")))).all()
        assert (letter.key, letter.chat_id) == (f"buddy:{enrolment.id}:{cast['Sari'].id}", SARI)
        assert "Boleh nama Bapak/Ibu saya tawarkan" in (letter.params or {})["text"]
        assert await buddies.ask_due(session, ASKS) == 0
        for days in range(1, 8):
            await buddies.ask_due(session, ASKS + timedelta(days=days))
        assert len(await _keys(session, "buddy:")) == 1
        assert await _posted(session) == []  # silence is no yes


async def test_who_finishes_late_is_asked_on_the_school_day_after(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await _ended(session, cast)
        await buddies.ask_due(session, ASKS)
        saturday = MORNING + timedelta(days=31)
        await finishes(session, cast, enrolment, "Sari", saturday)
        await buddies.ask_due(session, saturday + timedelta(hours=9))
        assert await _keys(session, "buddy:") == []
        for days in range(1, 5):
            await buddies.ask_due(session, ASKS + timedelta(days=31 + days))
        assert len(await _keys(session, "buddy:")) == 1


@pytest.mark.parametrize("why", ["away", "unreachable", "withdrew", "left", "not cascading", "no evidence"])
async def test_who_is_not_there_or_has_not_finished_is_not_asked(database: Database, cast: Cast, why: str) -> None:
    async with database.writing() as session:
        enrolment = await _ended(session, cast, "Sari")
        sari = await session.get_one(Person, cast["Sari"].id)
        if why == "away":
            session.add(Leave(person_id=sari.id, first_day=ASKS.date(), last_day=ASKS.date(), created_at=MORNING))
        elif why == "unreachable":
            sari.reachable = False
        elif why == "withdrew":
            sari.consented_at = None
        elif why == "left":
            await session.execute(update(Membership).where(Membership.person_id == sari.id).values(until=MORNING))
        elif why == "not cascading":
            (await session.get_one(Enrolment, enrolment.id)).pack = "awal"
        else:
            for row in await session.scalars(select(Evidence)):
                await session.delete(row)
        await session.flush()
        await buddies.ask_due(session, ASKS)
        assert await _keys(session, "buddy:") == []


async def test_a_yes_is_named_in_the_group_and_the_next_by_editing_up_to_three(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        for number, name in enumerate(("Rini", "Wati", "Agus")):
            person = Person(
                tg_user_id=200 + number, name=name, consented_at=MORNING, reachable=True, created_at=MORNING
            )
            session.add(person)
            await session.flush()
            cast.people[name] = person
            session.add(Membership(person_id=person.id, group_id=cast.melati.id, role="teacher", since=MORNING))
        enrolment = await _ended(session, cast, "Sari", "Budi", "Rini", "Wati")
    said = []
    for number, user in enumerate((SARI, BUDI, 200, 201)):
        desk.now = MORNING + timedelta(minutes=number)
        [told] = await desk.tap(user, f"buddy:{enrolment.id}:yes")
        said.append(words_of(told))
        assert data_of(told) == [f"buddy:{enrolment.id}:no"]
    assert [("tiga nama" in words) for words in said] == [False, False, False, True]
    async with database.reading() as session:
        first, *edits = await _posted(session)
        assert (first.chat_id, first.method) == (GROUP, "sendMessage")
        assert (first.params or {})["disable_notification"] is True
        assert [edit.edits for edit in edits] == [first.key] * 2
        words = [(one.params or {})["text"] for one in (first, *edits)]
    assert "Bu Sari bersedia" in words[0]
    assert "Bu Sari dan Budi bersedia" in words[1]
    assert "Bu Sari, Budi dan Rini bersedia" in words[2]
    # Who steps back makes room for the fourth.
    desk.now = MORNING + timedelta(minutes=9)
    [told] = await desk.tap(BUDI, f"buddy:{enrolment.id}:no")
    assert data_of(told) == [f"buddy:{enrolment.id}:yes"]
    async with database.reading() as session:
        last = (await _posted(session))[-1]
        assert "Bu Sari, Rini dan Wati bersedia" in (last.params or {})["text"]


async def test_a_no_names_nobody_and_saying_yes_twice_is_one_message(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        enrolment = await _ended(session, cast, "Sari")
    await desk.tap(SARI, f"buddy:{enrolment.id}:no")
    async with database.reading() as session:
        assert await _posted(session) == []
    for _ in range(2):
        await desk.tap(SARI, f"buddy:{enrolment.id}:yes")
    async with database.reading() as session:
        assert len(await _posted(session)) == 1


@pytest.mark.parametrize("user, enrolment", [(BUDI, "real"), (MADE, "real"), (RATNA, "real"), (SARI, "0"), (SARI, "x")])
async def test_a_forged_yes_names_nobody(database: Database, cast: Cast, desk: Door, user: int, enrolment: str) -> None:
    async with database.writing() as session:
        row = await _ended(session, cast, "Sari")
    with pytest.raises(Refusal):
        await desk.tap(user, f"buddy:{row.id if enrolment == 'real' else enrolment}:yes")
    async with database.reading() as session:
        assert await session.scalar(select(Membership.id).where(Membership.buddy_since.is_not(None))) is None


async def _offered(database: Database, cast: Cast, desk: Door) -> str:
    """Sari offers; what the button under the group's message says to the assistant."""
    async with database.writing() as session:
        enrolment = await _ended(session, cast, "Sari")
    await desk.tap(SARI, f"buddy:{enrolment.id}:yes")
    async with database.reading() as session:
        [letter] = await _posted(session)
        [[key]] = (letter.params or {})["reply_markup"]["inline_keyboard"]
    return str(key["callback_data"])


def _toast(draft: Draft) -> str:
    assert draft.method == "answerCallbackQuery"
    return str(draft.params["text"])


async def test_the_buddy_hears_in_private_who_would_like_company_once_a_day(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        session.add(Readiness(person_id=cast["Budi"].id, signal="weak", updated_at=MORNING))
    data = await _offered(database, cast, desk)
    toasts = []
    for hours in (0, 1, 24):
        desk.now = MORNING + timedelta(hours=hours)
        [told] = await desk.tap(BUDI, data, GROUP)
        toasts.append(_toast(told))
    assert ["sudah saya kabari" in one for one in toasts] == [True, False, True]
    async with database.reading() as session:
        found = (await session.scalars(select(Letter).where(Letter.key.startswith("accompany:")))).all()
        assert [one.chat_id for one in found] == [SARI, SARI]
        assert {one.person_id for one in found} == {cast["Budi"].id}
        text = (found[0].params or {})["text"]
        assert "<b>Budi</b> dari Kombel Melati" in text
        assert "sinyal" not in text.lower()  # nothing of readiness to who may not know it


async def test_at_night_the_buddy_is_let_sleep(database: Database, cast: Cast, desk: Door) -> None:
    data = await _offered(database, cast, desk)
    desk.now = MORNING + timedelta(hours=15, minutes=30)  # 22:00
    await desk.tap(BUDI, data, GROUP)
    async with database.reading() as session:
        due = await session.scalar(select(Letter.due_at).where(Letter.key.startswith("accompany:")))
    assert due == MORNING + timedelta(hours=23)  # 05:30


@pytest.mark.parametrize("user, change", [(MADE, ""), (TAMU, ""), (SARI, ""), (BUDI, "nobody"), (BUDI, "stepped back")])
async def test_a_forged_or_late_tap_tells_nobody(
    database: Database, cast: Cast, desk: Door, user: int, change: str
) -> None:
    data = await _offered(database, cast, desk)
    if change == "nobody":
        data = f"accomp:{cast.melati.id}:{cast['Made'].id}"
    elif change:
        async with database.writing() as session:
            await session.execute(update(Membership).values(buddy_since=None))
    with pytest.raises(Refusal):
        await desk.tap(user, data, GROUP)
    async with database.reading() as session:
        assert await _keys(session, "accompany:") == []


@pytest.mark.parametrize("how", ["left", "withdrew"])
async def test_who_leaves_or_withdraws_is_named_no_longer(database: Database, cast: Cast, desk: Door, how: str) -> None:
    await _offered(database, cast, desk)
    async with database.writing() as session:
        if how == "left":
            await session.execute(update(Membership).where(Membership.person_id == cast["Sari"].id).values(until=ASKS))
        else:
            await session.execute(update(Person).where(Person.name == "Sari").values(consented_at=None))
        await buddies.ask_due(session, ASKS)
        *_, last = await _posted(session)
        assert last.edits and "Sari" not in str(last.params)
        assert "belum ada rekan" in (last.params or {})["text"]
        many = len(await _posted(session))
        await buddies.ask_due(session, ASKS)
        assert len(await _posted(session)) == many


async def test_a_forgotten_buddy_is_named_no_longer(database: Database, cast: Cast, desk: Door) -> None:
    await _offered(database, cast, desk)
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        await buddies.forget(session, sari, ASKS)
        *_, last = await _posted(session)
        assert "Sari" not in str(last.params)


def test_the_message_of_a_group_is_found_by_its_key() -> None:
    assert buddy_board.key_of(7, "alat-digital") == "buddies:7:alat-digital"


def test_it_stands_in_the_timetable() -> None:
    assert buddies.ask_due in [rhythm.work for rhythm in timetable(30)]
