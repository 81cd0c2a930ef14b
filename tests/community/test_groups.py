"""Groups: arriving, leaving, moving to another chat id, and how many they are."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community import arrivals, groups, members, people
from community.arrivals import Standing
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.models import (
    BotAccount,
    Consultation,
    Group,
    GroupChat,
    Letter,
    Membership,
    Message,
    MessageCount,
    TagReview,
)
from storage.outbox import post
from tests.community.cast import CHAT, NOW, a_group, somebody

NEW_CHAT = -100_999_000
DEAF = BotAccount(id=1, username="sejawat_bot", name="Sejawat", reads_all=False, asked_at=NOW)
HEARING = BotAccount(id=1, username="sejawat_bot", name="Sejawat", reads_all=True, asked_at=NOW)
ADDED, PROMOTED = Standing(False, True, False), Standing(True, True, True)
DEMOTED, REMOVED = Standing(True, True, False), Standing(True, False, False)


async def stands(session: Session, standing: Standing, me: BotAccount = HEARING, later: int = 0) -> list[str]:
    """What the group is told."""
    at = NOW + timedelta(minutes=later)
    drafts = await arrivals.stands(session, CHAT, "KKG Melati", standing, me, "id", at)
    return [draft.params["text"] for draft in drafts if draft.method == "sendMessage"]


async def test_a_new_group_hears_six_lines_and_waits_for_its_admin(database: Database) -> None:
    async with database.writing() as session:
        told = await stands(session, ADDED)
        group = await groups.by_chat(session, CHAT)
        assert group is not None
        assert (group.state, group.title, groups.is_active(group)) == ("waiting", "KKG Melati", False)
        assert [len(words.splitlines()) for words in told] == [6]


async def test_privacy_mode_is_told_once_and_again_when_it_changes(database: Database) -> None:
    async with database.writing() as session:
        blind = "belum dapat membaca"
        assert blind in (await stands(session, ADDED, DEAF))[0]
        assert await stands(session, DEMOTED, DEAF) == []
        (sees,) = await stands(session, PROMOTED, DEAF)
        assert "terbaca" in sees
        assert await stands(session, PROMOTED, DEAF) == []
        assert blind in (await stands(session, DEMOTED, DEAF))[0]


async def test_a_group_that_sent_the_assistant_away_is_paused_and_comes_back_with_its_row(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, set_up_at=NOW, headcount=9)
        assert await stands(session, REMOVED) == []
        assert (group.state, group.left_at, groups.is_active(group)) == ("left", NOW, False)
        (back,) = await stands(session, ADDED)
        assert "kembali" in back and "Pengaturan yang lama" in back
        assert groups.is_active(group)
        assert await session.scalar(select(func.count()).select_from(Group)) == 1


async def test_a_group_never_set_up_waits_again_after_coming_back(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, state="waiting")
        await stands(session, REMOVED)
        (back,) = await stands(session, ADDED)
        assert group.state == "waiting"
        assert "belum diatur" in back and "Pengaturan yang lama" not in back


async def test_being_thrown_out_of_the_old_half_of_a_supergroup_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, set_up_at=NOW)
        await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        await stands(session, REMOVED)
        assert groups.is_active(group)


@pytest.mark.parametrize("times", [1, 2])
async def test_a_group_keeps_its_row_when_it_becomes_a_supergroup(database: Database, times: int) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        for _ in range(times):
            await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        for chat in (CHAT, NEW_CHAT):
            found = await groups.by_chat(session, chat)
            assert found is not None
            assert found.id == group.id
        assert await groups.current_chat(session, group.id) == NEW_CHAT
        assert await session.scalar(select(func.count()).select_from(GroupChat)) == 2


async def test_the_new_chat_may_be_heard_of_before_the_old_one_says_where_it_went(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, set_up_at=NOW)
        other = await a_group(session, NEW_CHAT, state="waiting", title="KKG Melati baru")
        sari = await somebody(session, "Sari", 11, group=other, roles=(Role.TEACHER,))
        day = NOW.date()
        session.add_all(MessageCount(group_id=one.id, day=day, messages=n) for one, n in ((group, 3), (other, 4)))
        await session.flush()
        for _ in range(2):
            stays = await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        assert stays is not None
        assert (stays.id, stays.title, stays.state) == (group.id, "KKG Melati baru", "active")
        assert await people.roles_in(session, sari.id, group.id) == {Role.TEACHER}
        counted = (await session.execute(select(MessageCount.group_id, MessageCount.messages))).all()
        assert [tuple(row) for row in counted] == [(group.id, 7)]
        assert await session.scalar(select(func.count()).select_from(Group)) == 1
        assert await groups.current_chat(session, group.id) == NEW_CHAT


async def test_of_two_rows_the_one_that_was_set_up_stays(database: Database) -> None:
    async with database.writing() as session:
        await a_group(session, state="waiting")
        ready = await a_group(session, NEW_CHAT, set_up_at=NOW)
        stays = await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        assert stays is not None
        assert stays.id == ready.id
        assert await groups.current_chat(session, ready.id) == NEW_CHAT


async def test_questions_and_what_was_said_of_tags_go_along_when_two_rows_become_one(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, set_up_at=NOW)
        other = await a_group(session, NEW_CHAT, state="waiting")
        sari = await somebody(session, "Sari", 11, group=other, roles=(Role.TEACHER,))
        chat = await session.scalar(select(GroupChat).where(GroupChat.group_id == other.id))
        assert chat is not None
        said = Message(
            group_id=other.id, chat_id=chat.id, tg_message_id=5, person_id=sari.id, sent_at=NOW, kind="text",
            text="Ada yang punya LKPD pecahan?", label="consultation", confidence=0.9, reason="tagging.asks_for_help",
            source="rule",
        )  # fmt: skip
        session.add(said)
        await session.flush()
        session.add_all([
            Consultation(group_id=other.id, message_id=said.id, person_id=sari.id, asked_at=NOW, next_at=NOW),
            TagReview(group_id=other.id, message_id=said.id, reviewer_id=sari.id, label="other", why="sample", at=NOW),
        ])  # fmt: skip
        await session.flush()
        stays = await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        assert stays is not None and stays.id == group.id
        for table in (Consultation, TagReview):
            assert (await session.scalars(select(table.group_id))).all() == [group.id], table.__tablename__


async def test_a_move_of_an_unknown_group_is_no_group(database: Database) -> None:
    async with database.writing() as session:
        assert await groups.migrated(session, -1, -2, NOW) is None
        assert await session.scalar(select(func.count()).select_from(GroupChat)) == 0


@pytest.mark.parametrize(
    "headcount, expected",
    [
        (None, 3),  # before Telegram was asked: the teachers we know, one of them without Telegram
        (10, 8),  # ten members, without the coach, the principal and the facilitator who does not teach; plus Wati
        (2, 3),  # never fewer than we know
    ],
)
async def test_the_figures_count_from_those_who_teach(database: Database, headcount: int | None, expected: int) -> None:
    async with database.writing() as session:
        group = await a_group(session, headcount=headcount)
        await somebody(session, "Sari", 1, group=group, roles=(Role.TEACHER,))
        await somebody(session, "Budi", 2, group=group, roles=(Role.TEACHER, Role.MENTOR))
        await somebody(session, "Wati", None, group=group, roles=(Role.TEACHER,))
        for user, (name, role) in enumerate(
            [("Ratna", Role.COACH), ("Made", Role.PRINCIPAL), ("Hendra", Role.FACILITATOR)], 10
        ):
            await somebody(session, name, user, group=group, roles=(role,))
        await somebody(session, "Dewi", 20, group=group, roles=(Role.AGENCY,))  # not a member of the chat
        assert await groups.size(session, group) == expected
        assert await groups.teachers(session, group) == (expected - 1, 1)
        assert await groups.agreed(session, group.id) == 2


@pytest.mark.parametrize("headcount, there", [(None, ""), (10, "kira-kira ada 9 orang")])
async def test_the_list_of_members_tells_teachers_who_agreed_from_people_in_the_chat(
    database: Database, headcount: int | None, there: str
) -> None:
    async with database.writing() as session:
        group = await a_group(session, headcount=headcount)
        await somebody(session, "Sari", 1, group=group, roles=(Role.TEACHER,))
        await somebody(session, "Wati", None, group=group, roles=(Role.TEACHER,))
        hendra = await somebody(session, "Hendra", 2, group=group, roles=(Role.FACILITATOR,))
        words, _ = await members.page(session, group.id, hendra, Texts("id"))
        assert "1 guru sudah setuju" in words and "Rekan tanpa Telegram: 1" in words
        assert there in words and ("orang" in words) is bool(there)


async def test_leaving_ends_every_role_and_coming_back_brings_only_the_teachers(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        sari = await somebody(session, "Sari", 1, group=group, roles=(Role.TEACHER, Role.COACH))
        left = await arrivals.member_changed(session, group, CHAT, 1, False, NOW)
        assert await people.roles_in(session, sari.id, group.id) == set()
        back = await arrivals.member_changed(session, group, CHAT, 1, True, NOW)
        assert await people.roles_in(session, sari.id, group.id) == {Role.TEACHER}
        assert left[0].key == back[0].key  # one question to Telegram for all who come and go together


async def test_a_stranger_who_joins_leaves_no_trace_but_a_new_count(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        (question,) = await arrivals.member_changed(session, group, CHAT, 4242, True, NOW)
        assert question.method == "getChatMemberCount"
        assert "4242" not in str(question)
        assert await session.scalar(select(func.count()).select_from(Membership)) == 0


async def test_the_headcount_leaves_the_assistant_out(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        await groups.counted(session, group.id, 13)
        assert group.headcount == 12


async def test_every_group_is_counted_once_a_day(database: Database) -> None:
    async with database.writing() as session:
        for number in range(3):
            await a_group(session, CHAT - number, state="left" if number == 2 else "active")
        assert [await groups.recount_due(session, NOW) for _ in range(2)] == [2, 0]
        assert await groups.recount_due(session, NOW + timedelta(days=1)) == 2
        assert await session.scalar(select(func.count()).select_from(Letter)) == 4


async def test_the_same_chat_is_one_group_however_often_it_is_met(database: Database) -> None:
    async with database.writing() as session:
        first = await groups.ensure(session, CHAT, "KKG Melati", "id", NOW)
        assert (await groups.ensure(session, CHAT, "KKG Melati", "id", NOW)).id == first.id


async def test_letters_of_a_joined_up_group_go_along(database: Database) -> None:
    async with database.writing() as session:
        group, other = await a_group(session, set_up_at=NOW), await a_group(session, NEW_CHAT, state="waiting")
        await post(session, groups.count_again(other.id, NEW_CHAT, NOW, "now"), NOW)
        await groups.migrated(session, CHAT, NEW_CHAT, NOW)
        assert await session.scalar(select(Letter.group_id)) == group.id
