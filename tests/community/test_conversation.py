"""Counts of the conversation, tags that are looked at, words that go."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from community import conversation
from community.refusals import NeedsConsent, NotAllowed
from storage.database import Database
from storage.models import Message
from tests.reports.cast import Cast, cast, wall

NOON = wall("2026-11-18 12:00")
WEEK = (wall("2026-11-16 00:00"), wall("2026-11-23 00:00"))


async def test_labels_sources_and_writers_are_counted_within_the_period_and_the_group(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        await here.says("Sari", "resource", NOON)
        await here.says("Sari", "resource", NOON, source="person")
        await here.says("Budi", "other", WEEK[0])
        await here.says("Wati", "motivation", WEEK[1])  # the end is not part of it
        await there.says("Sari", "coordination", NOON)
        found = await conversation.counts(session, [here.group], *WEEK)
        assert found.by_label == {"resource": 2, "consultation": 0, "coordination": 0, "motivation": 0, "other": 1}
        assert found.by_source == {"rule": 2, "person": 1}
        assert (found.total, found.people) == (3, 2)


async def test_weeks_begin_on_monday_midnight_of_the_groups_zone(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session, zone="Asia/Makassar")
        await here.says("Sari", "resource", wall("2026-11-15 23:59", "Asia/Makassar"))
        await here.says("Sari", "resource", wall("2026-11-16 00:00", "Asia/Makassar"))
        await here.says("Budi", "consultation", wall("2026-11-24 09:00", "Asia/Makassar"))
        weeks = await conversation.by_week(session, [here.group], wall("2026-11-10 00:00"), wall("2026-11-25 00:00"))
        told = [(week.monday, week.by_label["resource"], week.by_label["consultation"]) for week in weeks]
        assert told == [(date(2026, 11, 9), 1, 0), (date(2026, 11, 16), 1, 0), (date(2026, 11, 23), 0, 1)]


async def test_the_anonymous_count_adds_up_whole_days(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for day, messages in ((15, 100), (16, 5), (18, 7), (19, 100)):
            await here.counts(date(2026, 11, day), messages)
        days = {here.group.id: (date(2026, 11, 16), date(2026, 11, 18))}
        assert await conversation.anonymous(session, days) == {here.group.id: 12}


async def _doubtful(here: Cast) -> Message:
    await here.says("Sari", "other", NOON, confidence=0.95)
    await here.says("Sari", "other", NOON, confidence=0.2, source="person")
    await here.says("Sari", "other", NOON, confidence=0.3, text=None)
    await here.says("Rini", "other", NOON, confidence=0.1)  # has not agreed (any more)
    await here.says("Budi", "other", NOON, confidence=0.6)
    return await here.says("Sari", "other", NOON, confidence=0.4, secondary="consultation", text="Ada LKPD pecahan?")


async def test_a_facilitators_word_stands_above_the_rule(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        worst = await _doubtful(here)
        hendra = here.people["Hendra"]
        row = await conversation.retag(session, worst.id, "consultation", hendra, NOON)
        assert (row.label, row.secondary, row.source, row.confidence) == ("consultation", None, "person", 1.0)
        assert row.tagged_by == hendra.id


@pytest.mark.parametrize("who", ["Sari", "Ratna", "Rini", "Tamu", None])
async def test_nobody_else_corrects_a_tag(database: Database, who: str | None) -> None:
    async with database.writing() as session:
        here = await cast(session)
        worst = await _doubtful(here)
        person = here.people[who] if who else None
        with pytest.raises((NotAllowed, NeedsConsent)):
            await conversation.retag(session, worst.id, "resource", person, NOON)
        assert (await session.get_one(Message, worst.id)).label == "other"


async def test_a_facilitator_of_another_group_corrects_nothing_here(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Mawar", -1002)
        row = await here.says("Sari", "other", NOON)
        with pytest.raises(NotAllowed):
            await conversation.retag(session, row.id, "resource", there.people["Hendra"], NOON)


async def test_unknown_labels_and_messages_are_refused(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        row = await here.says("Sari", "other", NOON)
        with pytest.raises(ValueError, match="one of resource"):
            await conversation.retag(session, row.id, "gossip", here.people["Hendra"], NOON)
        with pytest.raises(conversation.TagGone):
            await conversation.retag(session, row.id + 1, "other", here.people["Hendra"], NOON)


async def test_words_go_after_the_retention_days_and_tags_stay(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "resource", NOON - timedelta(days=30, seconds=1), file_name="LKPD Sari.docx")
        await here.says("Sari", "consultation", NOON - timedelta(days=30))
        assert await conversation.expire_text(session, NOON, 30) == 1
        assert await conversation.expire_text(session, NOON, 30) == 0
        columns = (Message.label, Message.text, Message.evidence, Message.file_name, Message.reason)
        rows = [tuple(row) for row in await session.execute(select(*columns).order_by(Message.id))]
        assert rows == [
            ("resource", None, None, None, "tagging.asks_for_help"),
            ("consultation", "Ini pesan", "minta", None, "tagging.asks_for_help"),
        ]


async def test_a_copy_holds_the_words_and_forgetting_leaves_none(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "resource", NOON, text="Ini LKPD pecahan")
        kept = await here.says("Budi", "other", NOON, source="person", tagged_by=here.people["Sari"].id)
        copy = await conversation.copy_of(session, here.people["Sari"])
        assert [one["text"] for one in copy["messages"]] == ["Ini LKPD pecahan"]
        assert copy["tags_corrected"] == 1
        await conversation.forget(session, here.people["Sari"], NOON)
        left = (await session.execute(select(Message.id, Message.tagged_by, Message.source))).all()
        assert [tuple(row) for row in left] == [(kept.id, None, "person")]
