"""Daily counts: whatever happens to messages, what is kept is what a recount finds; and what is read of it."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete, func, select, update

from community import conversation, daily_counts, groups, tallies
from community.daily_counts import OfWeek, Spoken, Tagged
from community.listening import Heard, record
from community.tagging import LABELS
from community.tagging.quantify import step
from storage.database import Database, Session
from storage.models import Group, Message, Person, TagCount, TalkCount, WeekCount
from tests.community.cast import a_group, somebody
from tests.counting import statements
from tests.reports.cast import cast, wall

NOW = datetime(2026, 8, 3, 15, 30, tzinfo=UTC)  # half an hour before midnight in Makassar
CHATS = (-1, -2)
NEW_CHAT = -1009
WORDS = (
    "Terima kasih banyak, Bu", "Ada yang punya LKPD pecahan?", "Rapat besok jam 9 di ruang guru", "Siap",
    "Ini saya bagikan https://contoh.sch.id/lkpd", "Bagaimana cara mengajarkan pecahan?",
)  # fmt: skip
USERS = (71, 72, 73, 74)


class History:
    """Two groups in two zones, four people (one of whom never agreed), and what happens to what they say."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.said: list[tuple[int, int, int]] = []  # chat, number, user
        self.number = 0

    async def begin(self) -> None:
        for chat, zone in zip(CHATS, ("Asia/Jakarta", "Asia/Makassar"), strict=True):
            await a_group(self.session, chat, zone=zone, added_at=NOW, set_up_at=NOW)
        self.leads = await somebody(self.session, "Hendra", 70)
        for user in USERS:
            await somebody(self.session, f"Guru {user}", user, yes=user != USERS[-1])

    async def say(self, seed: int, many: int) -> None:
        """A batch: new messages, some of which answer older ones; once in a while one comes twice or is edited."""
        batch = []
        for place in range(many):
            dice = seed * 31 + place * 7
            chat, user, at = CHATS[dice % 2], USERS[dice % 4], NOW + timedelta(minutes=20 * (dice % 300))
            self.number += 1
            body: dict[str, Any] = {
                "message_id": self.number, "date": int(at.timestamp()), "text": WORDS[dice % len(WORDS)],
                "from": {"id": user}, "chat": {"id": chat},
            }  # fmt: skip
            older = [number for where, number, _ in self.said if where == chat]
            if older and dice % 3:
                body["reply_to_message"] = {"message_id": older[dice % len(older)]}
            agreed = user != USERS[-1]
            batch += [Heard(chat, at, body if agreed else None)] * (2 if dice % 11 == 0 else 1)
            self.said += [(chat, self.number, user)] * agreed
        await record(self.session, batch)

    async def edit(self, seed: int, many: int) -> None:
        """Messages say something else; one of them twice in the same batch, and one was never recorded."""
        batch = []
        for place in range(many if self.said else 0):
            chat, number, user = self.said[(seed + place // 2) % len(self.said)]
            at = NOW + timedelta(days=9)
            body = {
                "message_id": number if seed % 5 else 9_000 + place, "date": int(NOW.timestamp()),
                "edit_date": int(at.timestamp()), "text": WORDS[(seed + place) % len(WORDS)], "from": {"id": user},
                "chat": {"id": chat},
            }  # fmt: skip
            batch.append(Heard(chat, NOW, body, edited=True))
        await record(self.session, batch)

    async def correct(self, seed: int, _many: int) -> None:
        """The facilitator says what some message is for."""
        messages = (await self.session.scalars(select(Message).order_by(Message.id))).all()
        if messages:
            row = messages[seed % len(messages)]
            before = {name: getattr(row, name) for name in ("label", "confidence", "source")}
            row.label, row.confidence, row.source = LABELS[seed % len(LABELS)], 1.0, "person"
            await self.session.flush()
            await daily_counts.retagged(self.session, row, before)

    async def forget(self, seed: int, _many: int) -> None:
        """Somebody has everything of theirs deleted."""
        user = USERS[seed % 3]
        person = await self.session.scalar(select(Person).where(Person.tg_user_id == user))
        if person is not None:
            await conversation.forget(self.session, person, NOW)
            number = person.id
            await self.session.execute(delete(Person).where(Person.id == number))
            self.said = [one for one in self.said if one[2] != user]
            left = select(func.count()).where((TalkCount.person_id == number) | (TalkCount.to_id == number))
            assert await self.session.scalar(left) == 0

    async def expire(self, seed: int, _many: int) -> None:
        """Words go, tags stay, and so do the counts."""
        await conversation.expire_text(self.session, NOW + timedelta(days=30 + seed % 5), 30)

    async def migrate(self, _seed: int, _many: int) -> None:
        """The first group becomes a supergroup whose new chat was heard of first; what is said goes on there."""
        if await groups.by_chat(self.session, NEW_CHAT) is None:
            await a_group(self.session, NEW_CHAT, zone="Asia/Jayapura", state="waiting", added_at=NOW)
            body = {
                "message_id": 1, "date": int(NOW.timestamp()), "text": "Halo", "from": {"id": USERS[0]},
                "chat": {"id": NEW_CHAT},
            }  # fmt: skip
            await record(self.session, [Heard(NEW_CHAT, NOW, body)])
            await groups.migrated(self.session, CHATS[0], NEW_CHAT, NOW)

    async def all_right(self) -> None:
        """Every group's counts are what its messages say."""
        for number in (await self.session.scalars(select(Group.id))).all():
            kept = await _kept(self.session, number)
            assert await daily_counts.recount(self.session, number), "kept, and not what a recount finds"
            assert await _kept(self.session, number) == kept


async def _kept(session: Session, group_id: int) -> tuple[dict[Any, int], dict[Any, int], dict[Any, Any]]:
    tags = (await session.scalars(select(TagCount).where(TagCount.group_id == group_id))).all()
    weeks = (await session.scalars(select(WeekCount).where(WeekCount.group_id == group_id))).all()
    talk = (await session.scalars(select(TalkCount).where(TalkCount.group_id == group_id))).all()
    return (
        {tuple(getattr(one, name) for name in Tagged._fields): one.messages for one in tags if one.messages},
        {tuple(getattr(one, name) for name in OfWeek._fields): one.messages for one in weeks if one.messages},
        {tuple(getattr(one, name) for name in Spoken._fields): (one.messages, one.last_at) for one in talk},
    )


ACTS = ("say", "say", "say", "edit", "correct", "forget", "expire", "migrate")


@given(
    acts=some.lists(
        some.tuples(some.sampled_from(ACTS), some.integers(0, 999), some.integers(1, 12)), min_size=2, max_size=10
    )
)
@example(acts=[("edit", 3, 4), ("migrate", 0, 0), ("say", 8, 9), ("forget", 0, 0), ("say", 2, 9)])
@example(acts=[("forget", 0, 1), ("forget", 1, 1), ("forget", 110, 1)])  # nobody is left
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_what_is_kept_is_what_a_recount_finds(
    database: Database, acts: list[tuple[str, int, int]]
) -> None:
    """Each history is played in a transaction that is taken back."""
    async with database.writing() as session:
        story = History(session)
        await story.begin()
        await story.say(5, 9)
        assert await session.scalar(select(func.count()).select_from(TagCount))
        for name, seed, many in acts:
            await getattr(story, name)(seed, many)
            session.expire_all()
        await story.all_right()
        await session.rollback()


async def test_a_recount_mends_what_is_not_right_and_says_so(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "resource", NOW)
        assert await daily_counts.recount(session, here.group.id)
        await session.execute(update(TagCount).values(messages=7))
        assert not await daily_counts.recount(session, here.group.id)
        assert await session.scalar(select(TagCount.messages)) == 1
        await session.execute(update(WeekCount).values(messages=7))
        assert not await daily_counts.recount(session, here.group.id)
        assert await session.scalar(select(WeekCount.messages)) == 1


async def test_another_zone_has_other_days_and_weeks(database: Database) -> None:
    """What /aturgrup changes moves every day of the group, and who wrote late on a Sunday writes in the next week."""
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "resource", wall("2026-11-22 23:30"))
        assert await session.scalar(select(WeekCount.day)) == date(2026, 11, 16)
        here.group.zone = "Asia/Makassar"
        await session.flush()
        assert not await daily_counts.recount(session, here.group.id)
        assert await session.scalar(select(TagCount.day)) == date(2026, 11, 23)
        assert await session.scalar(select(WeekCount.day)) == date(2026, 11, 23)


async def test_of_who_is_forgotten_no_week_tells(database: Database) -> None:
    """A row of nothing would still tell in which week they spoke."""
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "resource", wall("2026-11-11 08:00"))
        await here.says("Sari", "resource", wall("2026-11-18 08:00"))
        await here.says("Budi", "resource", wall("2026-11-18 09:00"))
        await conversation.forget(session, await session.get_one(Person, here.people["Sari"].id), NOW)
        left = (await session.execute(select(WeekCount.day, WeekCount.label, WeekCount.messages))).all()
        assert left == [(date(2026, 11, 16), "resource", 1)]


@given(
    spans=some.lists(some.tuples(some.integers(0, 8 * 24 * 60), some.integers(0, 8 * 24 * 60)), min_size=4, max_size=4)
)
@settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_span_is_told_as_the_messages_tell_it(database: Database, spans: list[tuple[int, int]]) -> None:
    """Whole days from the counts, the ends from messages: no span is off by a message, in either zone."""
    async with database.writing() as session:
        story = History(session)
        await story.begin()
        for seed in (5, 17, 91):
            await story.say(seed, 40)
        here = (await session.scalars(select(Group).order_by(Group.id))).all()
        rows = (await session.scalars(select(Message))).all()
        for first, second in spans:
            since, until = (NOW - timedelta(days=1) + timedelta(minutes=one) for one in (first, second))
            said = [row for row in rows if since <= row.sent_at < until]
            found = await conversation.counts(session, here, since, until)
            assert found.total == len(said)
            assert found.tags == Counter((row.label, step(row.confidence)) for row in said)
            for group in here:
                ours = [row for row in said if row.group_id == group.id]
                assert found.of_group[group.id] == (len(ours), len({row.person_id for row in ours}))
            if since < until:
                weeks = await conversation.by_week(session, here, since, until)
                zones = {group.id: ZoneInfo(group.zone) for group in here}
                days = [(row.sent_at.astimezone(zones[row.group_id]).date(), row.label) for row in said]
                assert {
                    (week.monday, label): n for week in weeks for label, n in week.by_label.items() if n
                } == Counter((day - timedelta(days=day.weekday()), label) for day, label in days)
            writers = {(row.chat_id, row.tg_message_id): row.person_id for row in rows}
            to = Counter((row.person_id, writers.get((row.chat_id, row.reply_to or 0))) for row in said)
            replied = await tallies.replies(session, here, since, until)
            assert sum(replied.values(), Counter()) == Counter(
                {both: n for both, n in to.items() if both[1] is not None and both[0] != both[1]}
            )
        await session.rollback()


async def test_what_is_asked_of_a_thousand_messages_reads_rows_by_days_not_by_messages(database: Database) -> None:
    """A month of whole days: no message is looked at, and there are fewer rows than messages."""
    async with database.writing() as session:
        here = await cast(session)
        for n in range(300):
            await here.says(("Sari", "Budi")[n % 2], "resource", wall("2026-11-02 08:00") + timedelta(minutes=n))
        tables = (TagCount, WeekCount, TalkCount)
        rows = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
        assert rows == [1, 1, 2]
        await session.execute(delete(Message).execution_options(synchronize_session=False))
        with statements() as seen:
            found = await conversation.counts(session, [here.group], wall("2026-11-01 00:00"), wall("2026-12-01 00:00"))
            weeks = await conversation.by_week(
                session, [here.group], wall("2026-11-02 00:00"), wall("2026-11-30 00:00")
            )
        assert (found.total, found.people, len(seen)) == (300, 2, 3)
        assert [week.by_label["resource"] for week in weeks] == [300, 0, 0, 0]


@pytest.mark.parametrize("other", ["recount", "forget"])
async def test_a_correction_that_is_being_made_meanwhile_is_counted_once(database: Database, other: str) -> None:
    """Whoever counts anew, or takes out what somebody wrote, waits for who is changing a tag at that moment."""
    async with database.writing() as session:
        here = await cast(session)
        said = [await here.says(name, "resource", wall("2026-11-18 08:00")) for name in ("Sari", "Budi")]

    async def meanwhile() -> None:
        async with database.writing() as session:
            if other == "recount":
                await daily_counts.recount(session, here.group.id)
            else:
                await conversation.forget(session, await session.get_one(Person, here.people["Sari"].id), NOW)

    async with database.writing() as session:
        leads = await session.get_one(Person, here.people["Hendra"].id)
        await conversation.retag(session, said[0].id, "motivation", leads, NOW)
        waits = asyncio.create_task(meanwhile())
        await asyncio.sleep(0.3)
        assert not waits.done()
    await waits
    async with database.writing() as session:
        assert await daily_counts.recount(session, here.group.id)
        assert await session.scalar(select(func.sum(TagCount.messages))) == (2 if other == "recount" else 1)


async def test_a_confidence_between_two_steps_is_the_same_step_to_python_and_to_both_databases(
    database: Database,
) -> None:
    """Part of a day is counted by the database, a whole day by us."""
    async with database.writing() as session:
        here = await cast(session)
        for n in range(41):
            await here.says("Sari", "resource", wall("2026-11-18 08:00") + timedelta(minutes=n), confidence=n / 40)
        whole = await conversation.counts(session, [here.group], wall("2026-11-18 00:00"), wall("2026-11-19 00:00"))
        part = await conversation.counts(session, [here.group], wall("2026-11-18 07:00"), wall("2026-11-18 12:00"))
        assert whole.tags == part.tags == Counter(("resource", step(n / 40)) for n in range(41))
        assert part.tags["resource", 20] == 1, "only what is certain"
