"""Broadcasts: who is reached and how many, each copy one letter, stopped and taken back, and numbers that add up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select, update

from community import addressees, arrivals, broadcasts, groups, ledger, migration, people, recalls
from community.addressees import Sender
from community.broadcasts import Over, Piece
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import Lane, Policy
from storage.models import Attention, Broadcast, Enrolment, Group, GroupChat, Letter, Membership, Person, Programme
from tests.community.cast import NOW, somebody
from tests.community.district import HENDRA, District, a_draft, copies, district
from tests.counting import statements

SAY = Texts("id")
LATER = NOW + timedelta(minutes=5)
EVENING = datetime(2026, 7, 6, 14, 0, tzinfo=UTC)  # Monday, 21.00 in Jakarta


async def _confirmed(session: Session, here: District, now: datetime = NOW, **target: Any) -> Broadcast:
    cast = await a_draft(session, here, **target)
    count = await addressees.count(session, here.hendra, cast.target)
    shown = broadcasts.size(cast.target, count)
    return await broadcasts.confirm(session, here.hendra, cast.id, shown, now, typed=True)


async def _delivered(session: Session, at: datetime = NOW, *where: Any) -> None:
    result = {"message_ids": [77, 78]}
    done = update(Letter).where(Letter.key.startswith("cast:"), *where)
    await session.execute(done.values(state="delivered", result=result, finished_at=at))


# Who, and how many


async def test_the_count_is_of_those_in_the_chats_as_every_figure_counts_them(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        await somebody(session, "Wati", None, group=here.groups[0], roles=(Role.TEACHER,))  # without Telegram
        await somebody(session, "Made", 81, group=here.groups[1], roles=(Role.COACH,))
        await somebody(session, "Dinas", 82, group=here.groups[1], roles=(Role.AGENCY,))
        here.groups[2].headcount, here.groups[3].headcount = None, 40
        await session.flush()
        found = await addressees.count(session, here.hendra, {"to": "groups", "by": "all"})
        there = [await groups.teachers(session, group) for group in here.groups]
        assert [without for _, without in there] == [1, 0, 0, 0], "Wati has no Telegram, so nothing reaches her"
        assert (found.groups, found.people) == (4, sum(in_chat for in_chat, _ in there))
        assert found.names == ("KKG 00", "KKG 01", "KKG 02", "KKG 03")


@pytest.mark.parametrize(
    "target, found",
    [
        ({"by": "all"}, ["KKG 00", "KKG 01", "KKG 02", "KKG 03"]),
        ({"by": "school", "values": ["SD Melati"]}, ["KKG 00", "KKG 02"]),
        ({"by": "gugus", "values": ["Timur"]}, ["KKG 01", "KKG 03"]),
        ({"by": "programme", "values": ["awal"]}, ["KKG 00"]),
        ({"by": "programme", "values": ["Kabupaten"]}, ["KKG 01", "KKG 02"]),
        ({"by": "group", "values": ["KKG 03", "Lain"]}, ["KKG 03"]),  # a group of somebody else is no group of ours
        ({"by": "gugus", "values": ["Selatan"]}, []),
    ],
)
async def test_groups_are_narrowed_by_what_they_belong_to(
    database: Database, target: dict[str, Any], found: list[str]
) -> None:
    async with database.writing() as session:
        here = await district(session)
        together = Programme(title="Kabupaten", started_on=NOW.date(), created_at=NOW)
        session.add(together)
        await session.flush()
        for at, programme in ((0, None), (1, together.id), (2, together.id)):
            row = Enrolment(group_id=here.groups[at].id, pack="awal", version=1, programme_id=programme, started_at=NOW)
            session.add(row)
        session.add(Enrolment(group_id=here.groups[3].id, pack="awal", version=1, started_at=NOW, finished_at=NOW))
        await session.flush()
        ids: dict[str, Any] = {group.title: group.id for group in await session.scalars(select(Group))}
        ids |= {"SD Melati": here.groups[0].school_id, "Kabupaten": together.id}
        values = [ids.get(value, value) for value in target.get("values", [])]
        batch = await addressees.batch(session, here.hendra, target | {"to": "groups", "values": values}, 0, 100)
        titles = [(await session.get_one(Group, one.number)).title for one in batch]
        assert titles == found


async def test_only_who_agreed_and_can_be_written_to_is_a_person_to_send_to(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)  # two of three teachers agreed, in each of four groups
        blocked = await session.scalar(select(Person).where(Person.name == "Guru 0.0"))
        assert blocked is not None
        blocked.reachable = False
        await people.give_role(session, here["Ratna"].id, here.groups[0].id, Role.COACH, NOW)
        await people.give_role(session, here["Ratna"].id, here.groups[1].id, Role.COACH, NOW)
        teachers = await addressees.count(session, here.hendra, {"to": "people", "roles": ["teacher"]})
        everybody = await addressees.count(session, here.hendra, {"to": "people"})
        assert teachers.people == 7
        assert everybody.people == 9, "Ratna once although in two groups, Dewi, and not the sender"
        held = await addressees.roles(session, here.hendra, {"to": "people"})
        assert held == {Role.TEACHER: 7, Role.COACH: 1, Role.PRINCIPAL: 1}


async def test_an_owner_reaches_every_group_at_work_and_a_facilitator_their_own(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        here.groups[0].state = "left"
        await session.flush()
        target = {"to": "groups", "by": "all"}
        owner = Sender(here["Owner"], is_owner=True)
        assert (await addressees.count(session, here.hendra, target)).groups == 3
        assert (await addressees.count(session, owner, target)).groups == 4
        for name in ("Dewi", "Tamu"):  # a principal of a group, and a stranger
            with pytest.raises(NotAllowed):
                await broadcasts.begin(session, Sender(here[name]), NOW)
        with pytest.raises(NeedsConsent):
            addressees.sender(None, is_owner=True)


# Gathering


@pytest.mark.parametrize(
    "piece, key",
    [
        (Piece(5, "unknown"), "kind"),
        (Piece(5, "invoice"), "kind"),
        (Piece(5, "text", is_protected=True), "protected"),
        (Piece(5, "poll", hides_answer=True), "quiz"),
    ],
)
async def test_what_cannot_be_copied_is_refused_while_it_is_put_together(
    database: Database, piece: Piece, key: str
) -> None:
    async with database.writing() as session:
        cast = await broadcasts.begin(session, (await district(session)).hendra, NOW)
        with pytest.raises(Refusal) as refused:
            await broadcasts.gather(session, cast, piece)
        assert refused.value.text_key == f"broadcasts.cannot.{key}"
        assert cast.content is not None and cast.content["messages"] == []


async def test_an_album_is_several_messages_and_one_receipt_and_ids_stay_in_order(database: Database) -> None:
    async with database.writing() as session:
        cast = await broadcasts.begin(session, (await district(session)).hendra, NOW)
        told = [
            Piece(7, "photo", "a"),
            Piece(5, "photo", "a"),
            Piece(6, "photo", "a"),
            Piece(8, "poll"),
            Piece(8, "poll"),
        ]
        assert [await broadcasts.gather(session, cast, one) for one in told] == [True, False, False, True, True]
        assert cast.content is not None
        assert broadcasts.copy(cast.content, -3) == (
            "copyMessages", {"chat_id": -3, "from_chat_id": HENDRA, "message_ids": [5, 6, 7, 8]},
        )  # fmt: skip


@pytest.mark.parametrize("posts, method", [([True, True], "forwardMessages"), ([True, False], "copyMessages")])
async def test_channel_posts_alone_are_forwarded_anything_else_is_copied(
    database: Database, posts: list[bool], method: str
) -> None:
    async with database.writing() as session:
        cast = await broadcasts.begin(session, (await district(session)).hendra, NOW)
        for at, post in enumerate(posts):
            await broadcasts.gather(session, cast, Piece(at + 1, "text", is_channel_post=post))
        assert cast.content is not None
        assert broadcasts.copy(cast.content, -3)[0] == method


async def test_there_is_an_end_to_what_one_broadcast_holds(database: Database) -> None:
    async with database.writing() as session:
        cast = await broadcasts.begin(session, (await district(session)).hendra, NOW)
        for number in range(broadcasts.MOST_MESSAGES):
            await broadcasts.gather(session, cast, Piece(number + 1, "text"))
        with pytest.raises(Refusal, match="more"):
            await broadcasts.gather(session, cast, Piece(500, "text"))


# Sending


async def test_confirming_writes_one_letter_for_each_group_and_twice_is_once(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        again = await broadcasts.confirm(session, here.hendra, cast.id, 4, NOW)
        assert (again.id, again.state) == (cast.id, "sent")
        letters = await copies(session)
        assert [letter.key for letter in letters] == [f"cast:{cast.id}:g{group.id}" for group in here.groups]
        first = letters[0]
        assert (first.lane, first.policy, first.method) == (Lane.BROADCAST, Policy.ONCE, "copyMessages")
        assert first.params == {"chat_id": -1, "from_chat_id": HENDRA, "message_ids": [11]}
        assert first.not_after == first.due_at + timedelta(hours=24)
        assert await broadcasts.send_due(session, LATER) == 0


async def test_a_count_that_changed_is_shown_again_and_a_great_one_is_not_tapped(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await a_draft(session, here)
        assert (await broadcasts.confirm(session, here.hendra, cast.id, 3, NOW)).state == "draft"
        monkeypatch.setitem(broadcasts.BOUNDS, "groups", 3)
        assert (await broadcasts.confirm(session, here.hendra, cast.id, 4, NOW)).state == "draft"
        assert (await broadcasts.confirm(session, here.hendra, cast.id, 4, NOW, typed=True)).state == "sent"
        empty = await a_draft(session, here, by="gugus", values=["Selatan"])
        with pytest.raises(Refusal, match="nobody"):
            await broadcasts.confirm(session, here.hendra, empty.id, 0, NOW)


async def test_it_goes_out_in_batches_each_with_a_fixed_number_of_statements(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 5)
    async with database.writing() as session:
        here = await district(session, groups=17, teachers=1)
        cast = await _confirmed(session, here)
        assert (len(await copies(session)), cast.state) == (5, "sending")
    counted = []
    for _ in range(3):
        async with database.writing() as session:
            with statements() as seen:
                assert await broadcasts.send_due(session, LATER) in {5, 2}
            counted.append(len(seen))
    assert len(set(counted)) == 1 and counted[0] <= 9, counted
    async with database.writing() as session:
        assert await broadcasts.send_due(session, LATER) == 0
        assert len(await copies(session)) == 17
        assert (await session.get_one(Broadcast, cast.id)).state == "sent"


async def test_a_second_clock_writes_nothing_twice(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        stale = Broadcast(id=cast.id, cursor=0, target=cast.target, content=cast.content, state="sending")
        assert await broadcasts._write_batch(session, stale, here["Hendra"], False, LATER) == 0
        assert len(await copies(session)) == 2


async def test_several_clocks_at_once_write_each_copy_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    async with database.writing() as session:
        here = await district(session, groups=9, teachers=3)
        groups_cast = await _confirmed(session, here)
        people_cast = await _confirmed(session, here, to="people", roles=["teacher"])

    async def clock() -> None:
        for _ in range(40):
            async with database.writing() as session:
                await broadcasts.send_due(session, LATER)

    await asyncio.gather(*(clock() for _ in range(3)))
    async with database.reading() as session:
        keys = [letter.key for letter in await copies(session)]
        assert len(keys) == len(set(keys)) == 9 + 18
        for cast in (groups_cast, people_cast):
            assert (await session.get_one(Broadcast, cast.id)).state == "sent"


async def test_who_loses_the_role_in_the_middle_sends_to_no_more_of_those_groups(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 1)
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        lost = update(Membership).where(
            Membership.group_id.in_([here.groups[1].id, here.groups[3].id]), Membership.role == "facilitator"
        )
        await session.execute(lost.values(until=NOW))
        here.groups[2].state = "left"
        await session.flush()
        for _ in range(4):
            await broadcasts.send_due(session, LATER)
        assert [letter.chat_id for letter in await copies(session)] == [-1]
        cast = await broadcasts.mine(session, here.hendra, cast.id)
        found = await ledger.numbers(session, cast)
        assert (cast.state, found.total, found.waiting, found.gone) == ("sent", 4, 1, 3)


async def test_who_leaves_a_group_takes_the_copies_along_that_wait_for_it(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        await arrivals.member_changed(session, here.groups[1], -2, HENDRA, False, LATER)
        waiting = [letter.chat_id for letter in await copies(session) if letter.state == "pending"]
        assert waiting == [-1, -3, -4]
        found = await ledger.numbers(session, cast)
        assert (found.waiting, found.dropped) == (3, {"other": 1})


async def test_who_leaves_a_group_writes_to_none_of_its_people_any_more(database: Database) -> None:
    """Copies wait for their turn, elsewhere for the morning; whom another group of the sender's has gets theirs."""
    async with database.writing() as session:
        here = await district(session)
        both = await somebody(session, "Wati", 83, group=here.groups[1], roles=(Role.TEACHER,))
        await people.give_role(session, both.id, here.groups[0].id, Role.TEACHER, NOW)
        await _confirmed(session, here, to="people", by="group", values=[here.groups[1].id])
        assert {one.state for one in await copies(session)} == {"pending"}
        await arrivals.member_changed(session, here.groups[1], -2, HENDRA, False, LATER)
        waiting = [letter.chat_id for letter in await copies(session) if letter.state == "pending"]
        assert waiting == [83]
        assert len(await copies(session)) > 1, "others were among them"


async def test_who_no_longer_agrees_sends_nothing_more(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        planned = await a_draft(session, here)
        planned.due_at = NOW + timedelta(days=1)
        await broadcasts.confirm(session, here.hendra, planned.id, 4, NOW)
        here["Hendra"].consented_at = None
        await session.flush()
        assert await broadcasts.send_due(session, NOW + timedelta(days=1)) == 1
        assert await broadcasts.send_due(session, NOW + timedelta(days=1)) == 0
        assert await copies(session) == []
        assert (await session.get_one(Broadcast, planned.id, populate_existing=True)).state == "stopped"


async def test_a_group_that_moves_gets_its_copy_in_its_new_chat(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        for old, new in ((-2, -1002), (-4, -1004)):  # one is written already, the other not yet
            await migration.migrated(session, old, new, NOW)
        await broadcasts.send_due(session, LATER)
        await broadcasts.send_due(session, LATER)
        written = {letter.key.rpartition(":")[2]: letter.chat_id for letter in await copies(session)}
        assert written == {f"g{group.id}": chat for group, chat in zip(here.groups, (-1, -2, -3, -1004), strict=True)}
        assert cast.groups == 4


async def test_an_owners_broadcast_goes_on_while_they_are_owner(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        owner = Sender(here["Owner"], is_owner=True)
        for owners, letters in (({5}, 5), (set(), 0)):
            cast = await a_draft(session, here)
            cast.created_by, cast.due_at = owner.person.id, NOW + timedelta(days=1)
            await broadcasts.confirm(session, owner, cast.id, 5, NOW)
            while await broadcasts.send_due(session, NOW + timedelta(days=1), owners):
                pass
            assert len([one for one in await copies(session) if one.key.startswith(f"cast:{cast.id}:")]) == letters


async def test_at_night_and_on_days_off_it_waits_for_the_morning_of_each_group(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session, groups=3)
        here.groups[1].zone, here.groups[2].zone = "Asia/Makassar", "Asia/Jayapura"
        await session.flush()
        evening = NOW.replace(hour=12, minute=30)  # 19.30, 20.30 and 21.30 by the three clocks
        await _confirmed(session, here, evening)
        due = [letter.due_at for letter in await copies(session)]
        day = timedelta(days=1)
        assert due == [evening, NOW.replace(hour=23), NOW.replace(hour=22)]
        assert all(letter.not_after == letter.due_at + day for letter in await copies(session))


async def test_confirmed_late_in_the_evening_it_is_planned_for_the_morning(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here, EVENING)
        assert (cast.state, cast.due_at) == ("scheduled", NOW.replace(day=7, hour=0))
        assert await copies(session) == []
        assert await broadcasts.send_due(session, NOW.replace(hour=23, minute=59)) == 0, "never early"
        assert await broadcasts.send_due(session, NOW.replace(day=7, hour=0)) == 4


async def test_a_broadcast_that_breaks_does_not_stand_before_the_others(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.writing() as session:
        here = await district(session)
        for hour in (1, 2):
            cast = await a_draft(session, here)
            cast.due_at = NOW + timedelta(hours=hour)
            await broadcasts.confirm(session, here.hendra, cast.id, 4, NOW)
        whole = broadcasts.post_many

        async def breaks(session: Session, drafts: Any, now: datetime) -> None:
            if drafts[0].key.startswith(f"cast:{cast.id - 1}:"):
                raise RuntimeError("no")
            await whole(session, drafts, now)

        monkeypatch.setattr(broadcasts, "post_many", breaks)
        now = NOW + timedelta(hours=3)
        assert [await broadcasts.send_due(session, now) for _ in range(3)] == [1, 4, 0]
        monkeypatch.setattr(broadcasts, "post_many", whole)
        assert await broadcasts.send_due(session, now + broadcasts.PUSHED_AWAY) == 4
        assert len(await copies(session)) == 8


async def test_copies_count_against_the_week_of_who_reads_them(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session, groups=2)
        await _confirmed(session, here)  # two agreed teachers in each of two groups
        await _confirmed(session, here, to="people", roles=["principal", "teacher"])
        rows = (await session.execute(select(Person.name, Attention.week, Attention.messages).join(Person))).all()
        assert {week for _, week, _ in rows} == {NOW.date()}
        counted = {name: messages for name, _, messages in rows}
        assert counted == {"Guru 0.0": 2, "Guru 0.1": 2, "Guru 1.0": 2, "Guru 1.1": 2, "Dewi": 1}


# Whose it is


async def test_another_ones_broadcast_cannot_be_seen_changed_stopped_or_taken_back(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        draft, sent = await a_draft(session, here), await _confirmed(session, here)
        dewi, owner = Sender(here["Dewi"]), Sender(here["Owner"], is_owner=True)
        for cast in (draft, sent):
            for act in (
                broadcasts.mine(session, dewi, cast.id), broadcasts.confirm(session, dewi, cast.id, 4, NOW),
                recalls.stop(session, dewi, cast.id, NOW), recalls.withdraw(session, dewi, cast.id, NOW),
            ):  # fmt: skip
                with pytest.raises(NotAllowed):
                    await act
        with pytest.raises(NotAllowed):
            await broadcasts.confirm(session, owner, draft.id, 4, NOW)
        with pytest.raises(Over):
            await recalls.stop(session, here.hendra, 10**9, NOW)
        with pytest.raises(Over):
            await recalls.withdraw(session, here.hendra, draft.id, NOW)
        assert (await recalls.stop(session, owner, sent.id, NOW)).state == "stopped"


# Stopped, taken back


async def test_stopping_drops_what_waits_and_twice_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        await _delivered(session, NOW, Letter.chat_id == -1)
        for _ in range(2):
            cast = await recalls.stop(session, here.hendra, cast.id, LATER)
            found = await ledger.numbers(session, cast)
            assert (cast.state, found.sent, found.waiting, found.dropped) == ("stopped", 1, 0, {"stopped": 3})
        assert [letter.params is None for letter in await copies(session)] == [False, True, True, True]


async def test_stopped_before_its_time_nothing_was_written_and_all_of_it_counts_as_stopped(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here, EVENING)
        cast = await recalls.stop(session, here.hendra, cast.id, EVENING)
        assert await broadcasts.send_due(session, EVENING + timedelta(days=2)) == 0
        assert (await ledger.numbers(session, cast)).dropped == {"stopped": 4}


async def test_what_was_sent_is_deleted_while_telegram_allows_it(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here)
        now = NOW + timedelta(hours=50)
        await _delivered(session, now - timedelta(hours=1), Letter.chat_id.in_([-1, -2]))
        await _delivered(session, now - timedelta(hours=49), Letter.chat_id == -3)
        await migration.migrated(session, -2, -1002, NOW)  # the numbers of its messages are others' now
        cast = await recalls.withdraw(session, here.hendra, cast.id, now)
        back = (await session.scalars(select(Letter).where(Letter.key.startswith("castback:")))).all()
        assert [(one.key, one.method, one.params, one.policy) for one in back] == [
            (f"castback:{cast.id}:g{here.groups[0].id}", "deleteMessages",
             {"chat_id": -1, "message_ids": [77, 78]}, Policy.REPEAT),
        ]  # fmt: skip
        assert await recalls.withdraw_due(session, now) == 0
        await session.execute(update(Letter).where(Letter.key == back[0].key).values(state="delivered"))
        cast = await broadcasts.mine(session, here.hendra, cast.id)
        found = await ledger.numbers(session, cast)
        assert (found.sent, found.taken_back, found.being_taken_back, found.dropped) == (3, 1, 0, {"stopped": 1})
        html, _ = await ledger.page(session, cast, SAY, "Asia/Jakarta", now)
        assert "Sudah ditarik: 1 dari 3" in html
        assert "Tidak dapat ditarik: 2" in html


async def test_a_copy_on_its_way_when_it_is_taken_back_is_deleted_after_it_arrived(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 2)
    async with database.writing() as session:
        here = await district(session, groups=5)
        cast = await _confirmed(session, here)
        while await broadcasts.send_due(session, NOW):
            pass
        await _delivered(session, NOW, Letter.chat_id != -5)
        await session.execute(update(Letter).where(Letter.chat_id == -5).values(state="sending"))
        await recalls.withdraw(session, here.hendra, cast.id, LATER)
        assert [await recalls.withdraw_due(session, LATER) for _ in range(2)] == [2, 0]
        assert (await session.get_one(Broadcast, cast.id, populate_existing=True)).ended_at is None
        await _delivered(session, LATER, Letter.chat_id == -5)
        assert [await recalls.withdraw_due(session, LATER) for _ in range(2)] == [1, 0]
        assert (await session.get_one(Broadcast, cast.id, populate_existing=True)).ended_at == LATER


# The ledger


@pytest.mark.parametrize(
    "words, to_person, meant",
    [
        ("Forbidden: bot was kicked from the supergroup chat", False, "removed"),
        ("Forbidden: bot is not a member of the group chat", False, "removed"),
        ("Forbidden: the group chat was deleted", False, "removed"),
        ("Bad Request: chat not found", False, "removed"),
        ("Bad Request: chat not found", True, "closed"),
        ("Bad Request: not enough rights to send text messages to the chat", False, "muted"),
        ("Bad Request: TOPIC_CLOSED", False, "muted"),
        ("Forbidden: bot was blocked by the user", True, "blocked"),
        ("Forbidden: user is deactivated", True, "deactivated"),
        ("Forbidden: bot can't initiate conversation with a user", True, "closed"),
        ("Bad Request: there are no messages to forward", False, "original"),
        ("Bad Request: messages can't be forwarded", True, "original"),
        ("Bad Request: something new", False, "other"),
        (None, True, "other"),
    ],
)
def test_a_refusal_is_said_in_plain_words(words: str | None, to_person: bool, meant: str) -> None:
    assert ledger.reason(words, to_person=to_person) == meant
    assert SAY.plain(f"broadcasts.reason.{meant}")


async def test_the_ledger_says_what_became_of_every_copy_and_why(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session, groups=6)
        cast = await _confirmed(session, here)
        kicked, muted = "Forbidden: bot was kicked from the supergroup chat", "Bad Request: not enough rights to send"
        for chat, state, error in (
            (-1, "delivered", None), (-2, "refused", kicked), (-3, "refused", kicked), (-4, "refused", muted),
            (-5, "unknown", "no answer"),
        ):  # fmt: skip
            await session.execute(update(Letter).where(Letter.chat_id == chat).values(state=state, error=error))
        with statements() as seen:
            html, rows = await ledger.page(session, cast, SAY, "Asia/Jakarta", LATER)
        assert len(seen) == 2
        for line in (
            "6 grup", "Terkirim: 1 dari 6", "Menunggu: 1", "Tidak diterima: 3",
            "• bot sudah dikeluarkan dari grup: 2 (KKG 01, KKG 02)", "• bot tidak boleh menulis di grup: 1 (KKG 03)",
            "Belum pasti: 1", "Keadaan pukul 08.05",
        ):  # fmt: skip
            assert line in html
        calls = [key["callback_data"] for row in rows for key in row]
        assert calls == [f"cast:{verb}:{cast.id}" for verb in ("see", "stop", "back")]


async def test_nobody_is_named_for_having_blocked_the_assistant(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        cast = await _confirmed(session, here, to="people", roles=["teacher"])
        error = "Forbidden: bot was blocked by the user"
        await session.execute(update(Letter).where(Letter.chat_id == 1000).values(state="refused", error=error))
        html, _ = await ledger.page(session, cast, SAY, "Asia/Jakarta", LATER)
        assert "8 orang" in html and "memblokir bot: 1" in html
        assert "Guru" not in html


_STATES = some.sampled_from(["pending", "sending", "delivered", "refused", "unknown", "dropped"])


@given(
    some.lists(some.tuples(_STATES, some.sampled_from([None, "stopped", "too late", "x"])), max_size=5),
    some.integers(0, 8), some.sampled_from(["scheduled", "sending", "sent", "stopped", "withdrawn"]),
)  # fmt: skip
@settings(max_examples=40, derandomize=True, deadline=None)
async def test_the_numbers_of_a_ledger_add_up(letters: list[tuple[str, str | None]], planned: int, state: str) -> None:
    await _adds_up(letters, planned, state)


async def _adds_up(letters: list[tuple[str, str | None]], planned: int, state: str) -> None:
    """On rows that were never stored: the sums are Python's."""

    class Rows:
        async def execute(self, query: Any) -> Any:
            rows = [(one, error, 1) for one, error in letters] if "count" in str(query) else []
            return rows if "castback" not in str(query.compile().params) else []

    cast = Broadcast(id=1, state=state, target={"to": "people"}, people=planned, groups=0, ended_at=NOW)
    cast.content = {"complete": True} if state in {"sent", "withdrawn"} else {}
    found = await ledger.numbers(Rows(), cast)  # type: ignore[arg-type]
    parts = [found.sent, found.waiting, found.unknown, found.gone, *found.refused.values(), *found.dropped.values()]
    assert sum(parts) == found.total == max(planned, len(letters))


# Leaving


async def test_who_withdraws_stops_what_was_planned_and_what_waits_for_them(database: Database) -> None:
    from community import consent

    async with database.writing() as session:
        here = await district(session)
        theirs = await _confirmed(session, here)
        await people.give_role(session, here["Ratna"].id, here.groups[0].id, Role.FACILITATOR, NOW)
        ratna = Sender(here["Ratna"])
        other = await a_draft(session, here, to="people", roles=["facilitator"])
        other.created_by = ratna.person.id
        await broadcasts.confirm(session, ratna, other.id, 1, NOW)
        await consent.withdraw(session, here["Hendra"], LATER)
        states = {letter.key: letter.state for letter in await copies(session)}
        assert set(states.values()) == {"dropped"}, "to groups, and to the one who left"
        assert len(states) == 5
        assert (await session.get_one(Broadcast, theirs.id, populate_existing=True)).state == "stopped"


async def test_old_drafts_go_and_a_new_one_takes_the_place_of_the_last(database: Database) -> None:
    async with database.writing() as session:
        here = await district(session)
        await broadcasts.begin(session, here.hendra, NOW)
        await broadcasts.begin(session, here.hendra, NOW)
        assert await session.scalar(select(func.count()).select_from(Broadcast)) == 1
        assert await broadcasts.tidy(session, NOW + timedelta(hours=47)) == 0
        assert await broadcasts.tidy(session, NOW + timedelta(hours=49)) == 1
        assert await session.scalar(select(func.count()).select_from(GroupChat)) == 5
