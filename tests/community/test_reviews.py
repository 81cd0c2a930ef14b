"""Which tags people are offered, what each of them said, and how far they agree."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from community import conversation, reviews, sampling
from community.reviews import Agreed, Why
from community.roles import Role
from community.tagging.agreement import alpha
from storage.database import Database, Session
from storage.models import Message, Person, TagReview
from tests.reports.cast import Cast, cast, wall

NOON = wall("2026-11-18 12:00")


def _is_drawn(here: Cast, row: Message) -> bool:
    return sampling.is_drawn(row, NOON, here.group.zone)


async def _says(here: Cast, *, drawn: bool, n: int = 1, **more: object) -> list[Message]:
    """So many messages that are, or are not, in the random sample; the others among them have no words."""
    found: list[Message] = []
    while len(found) < n:
        row = await here.says("Sari", "other", NOON - timedelta(hours=1), **more)
        if _is_drawn(here, row) is drawn:
            found.append(row)
        else:
            row.text = None
    await here.session.flush()
    return found


async def test_the_database_draws_as_the_program_does_anew_for_each_week_and_group(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session, zone="Asia/Jayapura")
        edges = [wall(f"2026-{day} {hour}", "Asia/Jayapura") for day, hour in (
            ("10-25", "23:59"), ("10-26", "00:00"), ("11-01", "23:59"), ("11-02", "00:00"), ("11-15", "23:59"),
            ("11-16", "00:00"),
        )]  # fmt: skip
        rows = [await here.says("Sari", "other", at) for at in edges * 40]
        place = (here.group.id, NOON, here.group.zone)
        drawn = set(await session.scalars(select(Message.id).where(sampling.among_drawn(*place))))
        assert drawn == {row.id for row in rows if _is_drawn(here, row)}
        of_weeks = [sum(row.id in drawn for row in rows[at::6]) for at in range(6)]
        assert of_weeks[0] == 0  # before the first of the four Mondays
        assert all(2 <= n <= 20 for n in of_weeks[1:]), of_weeks
        numbers = dict(
            (await session.execute(select(Message.id, sampling.drawn(*place)).where(Message.id.in_(drawn)))).all()
        )
        assert numbers == {
            row.id: sampling.number(here.group.id, row.id, sampling.monday(row.sent_at, here.group.zone))
            for row in rows if row.id in drawn
        }  # fmt: skip


def test_one_in_four_is_drawn_and_another_week_or_group_draws_others() -> None:
    def drawn(group: int, week: date) -> set[int]:
        ordered = sorted(range(1, 4001), key=lambda n: sampling.number(group, n, week))
        return set(ordered[:1000])

    first, week = drawn(1, date(2026, 11, 16)), date(2026, 11, 16)
    for other in (drawn(2, week), drawn(1, date(2026, 11, 9))):
        assert 180 < len(first & other) < 320  # by chance 250
    assert all(180 < len([n for n in first if low <= n < low + 1000]) < 320 for low in (1, 1001, 2001, 3001))


async def test_uncertain_ones_come_least_certain_first_and_only_where_there_are_words_and_consent(
    database: Database,
) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra = here.people["Hendra"]
        for more in ({"confidence": 0.95}, {"confidence": 0.2, "source": "person"}, {"confidence": 0.3, "text": None}):
            await _says(here, drawn=False, **more)  # type: ignore[arg-type]
        (rinis,) = await _says(here, drawn=False, confidence=0.1)
        rinis.person_id = here.people["Rini"].id  # has not agreed (any more)
        (second,) = await _says(here, drawn=False, confidence=0.6)
        (worst,) = await _says(here, drawn=False, confidence=0.4)
        found = await reviews.offer(session, here.group, hendra, NOON)
        assert (found.message, found.why, found.left) == (worst, Why.UNCERTAIN, 2)
        await conversation.retag(session, worst.id, "other", hendra, NOON)
        found = await reviews.offer(session, here.group, hendra, NOON)
        assert (found.message, found.why, found.left) == (second, Why.UNCERTAIN, 1)


async def _answers(session: Session, here: Cast, who: Person, label: str, most: int = 99) -> list[tuple[int, str]]:
    """Somebody looks at all they are offered, always with the same answer."""
    done: list[tuple[int, str]] = []
    while len(done) < most and (found := await reviews.offer(session, here.group, who, NOON)).message is not None:
        done.append((found.message.id, found.why))
        await conversation.retag(session, found.message.id, label, who, NOON)
    return done


async def test_uncertain_and_drawn_ones_take_turns_and_two_people_get_the_same_draw(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra, yusuf = here.people["Hendra"], await here.joins("Yusuf", Role.FACILITATOR)
        await _says(here, drawn=False, n=3, confidence=0.5)
        await _says(here, drawn=True, n=6, confidence=0.5)
        first = await _answers(session, here, hendra, "motivation", most=7)
        assert [why for _, why in first] == ["uncertain", "sample"] * 3 + ["sample"]
        await _says(here, drawn=True, n=6)  # what comes meanwhile does not push in between
        second = await _answers(session, here, yusuf, "resource")
        assert {why for _, why in second} == {"sample"}
        assert [number for number, _ in second][:4] == [number for number, why in first if why == "sample"]
        kept = select(TagReview.reviewer_id, TagReview.label, TagReview.guess).where(
            TagReview.message_id == second[0][0]
        )
        assert {tuple(row) for row in await session.execute(kept)} == {
            (hendra.id, "motivation", "other"), (yusuf.id, "resource", "other"),
        }  # fmt: skip
        assert (await session.get_one(Message, second[0][0])).label == "resource"  # the newest word stands


async def test_nobody_is_offered_their_own_messages_nor_does_it_count_what_they_say_of_them(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra, yusuf = here.people["Hendra"], await here.joins("Yusuf", Role.FACILITATOR)
        own = [*await _says(here, drawn=True, n=2), *await _says(here, drawn=False, n=2, confidence=0.4)]
        for row in own:
            row.person_id = hendra.id
        await session.flush()
        assert await reviews.waiting(session, here.group, hendra, NOON) == 0
        assert (await reviews.offer(session, here.group, hendra, NOON)).message is None
        assert await reviews.waiting(session, here.group, yusuf, NOON) == 4
        for row in own:  # the tag is shown elsewhere, too
            await conversation.retag(session, row.id, "resource", hendra, NOON)
        assert set(await session.scalars(select(TagReview.why))) == {"overruled"}
        assert await reviews.agreement(session, here.group.id) is None


async def test_nobody_is_asked_for_more_of_the_sample_than_a_figure_needs(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra = here.people["Hendra"]
        drawn = await _says(here, drawn=True, n=reviews.MOST_DRAWN + 2)
        assert await reviews.waiting(session, here.group, hendra, NOON) == reviews.MOST_DRAWN
        for row in drawn[:-3]:
            await conversation.retag(session, row.id, "other", hendra, NOON)
        assert await reviews.waiting(session, here.group, hendra, NOON) == 1
        assert len(await _answers(session, here, hendra, "other")) == 1


async def test_what_is_said_a_second_time_is_not_blind_any_more(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        (row,) = await _says(here, drawn=True)
        for label, why in (("resource", "sample"), ("resource", "sample"), ("other", "overruled")):
            await conversation.retag(session, row.id, label, here.people["Hendra"], NOON)
            kept = (await session.execute(select(TagReview.label, TagReview.why, TagReview.guess))).all()
            assert [tuple(one) for one in kept] == [(label, why, "other")]


FIVE = ("resource", "consultation", "coordination", "motivation", "other")


@pytest.mark.parametrize(
    "common, differing, alike, told",
    [
        (19, 3, False, Agreed(19, None)),
        (20, 3, False, Agreed(20, alpha([(FIVE[n % 5], FIVE[(n + (n < 3)) % 5]) for n in range(20)]))),
        (25, 0, False, Agreed(25, 1.0)),
        (20, 0, True, Agreed(20, None)),  # one type only: nothing to agree on
    ],
)
async def test_two_reviewers_give_alpha_where_there_are_enough(
    database: Database, common: int, differing: int, alike: bool, told: Agreed
) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra, yusuf = here.people["Hendra"], await here.joins("Yusuf", Role.FACILITATOR)
        assert await reviews.agreement(session, here.group.id) is None
        for n in range(common + 2):
            row = await here.says("Sari", FIVE[n % 5], NOON)
            said = {"group_id": here.group.id, "message_id": row.id, "at": NOON, "guess": row.label}
            mine = "other" if alike else row.label
            theirs = mine if n >= differing else FIVE[(n + 1) % 5]
            why = "sample" if n < common else "uncertain"  # what was seen before it was answered tells nothing
            session.add(TagReview(reviewer_id=hendra.id, label=mine, why="sample" if n <= common else why, **said))
            session.add(TagReview(reviewer_id=yusuf.id, label=theirs, why=why, **said))
        await session.flush()
        found = await reviews.agreement(session, here.group.id)
        assert found is not None
        assert found.reviewers == told
        assert found.tagger.n == common + 1
        if not alike and common >= 19:
            assert found.tagger == Agreed(common + 1, 1.0)


async def test_who_leaves_takes_along_what_they_said_and_what_was_said_of_theirs(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        hendra, yusuf = here.people["Hendra"], await here.joins("Yusuf", Role.FACILITATOR)
        of_sari, of_budi = await here.says("Sari", "other", NOON), await here.says("Budi", "other", NOON)
        for who in (hendra, yusuf):
            for row in (of_sari, of_budi):
                await conversation.retag(session, row.id, "resource", who, NOON)
        copied = (await conversation.copy_of(session, hendra))["reviews"]
        assert [(one["label"], one["group_id"]) for one in copied["said"]] == [("resource", here.group.id)] * 2
        assert copied["about_mine"] == []
        of_theirs = (await conversation.copy_of(session, here.people["Sari"]))["reviews"]["about_mine"]
        assert [(one["label"], one["guess"], "flags" in one["seen"]) for one in of_theirs] == [
            ("resource", "other", True)
        ] * 2
        await conversation.forget(session, hendra, NOON)
        await conversation.forget(session, here.people["Sari"], NOON)
        left = (await session.execute(select(TagReview.message_id, TagReview.reviewer_id))).all()
        assert [tuple(row) for row in left] == [(of_budi.id, yusuf.id)]
