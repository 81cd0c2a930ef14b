"""How soon roles answer each other: counted by hand, silent where it would point at somebody, read by two roles."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from reports import answer_times
from reports.answer_times import LEAST_ANSWERS, LEAST_PEOPLE, PairTime
from storage.database import Database
from storage.models import Consultation, HandIn, Membership, Person
from tests.reports.cast import Cast, cast, wall

SAY = Texts("id")
NOW = wall("2026-11-20 16:00")
MONDAY = wall("2026-11-16 08:00")
T, M, G = Role.TEACHER, Role.MENTOR, Role.COURSE_FACILITATOR


async def _asked(here: Cast, who: str, at: datetime, *answers: tuple[str, float]) -> None:
    """A question, and replies to it so many hours later."""
    said = await here.says(who, "consultation", at)
    here.session.add(
        Consultation(group_id=here.group.id, message_id=said.id, person_id=here.people[who].id, asked_at=at)
    )
    for by, hours in answers:
        await here.says(by, "other", at + timedelta(hours=hours), reply_to=said.tg_message_id)


async def _handed(here: Cast, who: str, at: datetime, by: str | None, answered_at: datetime | None) -> None:
    prompt = await here.prompt(at - timedelta(hours=7))
    given = here.people[by].id if by else None
    here.session.add(
        HandIn(
            delivery_id=prompt.id, person_id=here.people[who].id, handed_at=at, medium="text", text="Lembar kerja",
            answered_by=given, answered_at=answered_at,
        )
    )  # fmt: skip
    await here.session.flush()


async def _filled(here: Cast) -> None:
    await here.joins("Made", M)
    await here.joins("Putu", G)
    await _asked(here, "Sari", MONDAY, ("Made", 1))
    await _asked(here, "Sari", MONDAY, ("Made", 2))
    await _asked(here, "Budi", MONDAY, ("Made", 3))
    await _asked(here, "Budi", MONDAY, ("Made", 4))
    await _asked(here, "Wati", MONDAY, ("Made", 5))
    await _asked(here, "Wati", MONDAY, ("Putu", 1), ("Made", 2))  # the first answer counts
    await _asked(here, "Wati", MONDAY)
    # From two in the afternoon until eight the next morning: two hours of school.
    await _handed(here, "Sari", wall("2026-11-16 14:00"), "Made", wall("2026-11-17 08:00"))


async def test_median_counts_and_denominators_are_those_counted_by_hand(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await _filled(here)
        times = await answer_times.gather(session, here.group, NOW)
        found = {(one.to, one.by): one for one in times.pairs}
        mentors = found[M, T]
        assert (mentors.asked, mentors.hours) == (8, (1, 2, 2, 3, 4, 5))
        assert (mentors.median, mentors.three_quarters) == (2.5, 3.75)
        assert (mentors.replies, mentors.people) == (6, 4)
        assert (found[G, T].asked, found[G, T].hours, found[G, T].replies) == (8, (1,), 1)
        assert (found[G, M].asked, found[T, T].hours) == (0, ())
        assert (times.agreed, times.present) == (3, 4)
        words, _ = await answer_times.page(session, here.people["Putu"], here.group.id, SAY, NOW)
        assert "Mentor dan guru</b>: 6 dari 8 dijawab mentor" in words
        assert words.count("belum cukup jawaban") == 3
        assert "3 dari 4 guru setuju" in words
        assert [name for name in ("Made", "Sari", "Budi", "Wati") if name in words] == [], "of roles, not of people"


async def test_who_withdrew_is_in_no_figure(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await _filled(here)
        await session.execute(update(Person).where(Person.name == "Wati").values(consented_at=None))
        (mentors,) = [one for one in (await answer_times.gather(session, here.group, NOW)).pairs if one.to is M]
        assert (mentors.asked, mentors.hours, mentors.people) == (5, (1, 2, 2, 3, 4), 3)
        await session.execute(update(Person).where(Person.name == "Made").values(consented_at=None))
        (mentors,) = [one for one in (await answer_times.gather(session, here.group, NOW)).pairs if one.to is M]
        assert (mentors.asked, mentors.hours, mentors.replies) == (5, (), 0)


async def test_a_role_counts_as_it_was_when_it_was_said_and_old_talk_no_more(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await _filled(here)
        made = here.people["Made"].id
        await session.execute(update(Membership).where(Membership.person_id == made).values(until=NOW))
        (mentors,) = [one for one in (await answer_times.gather(session, here.group, NOW)).pairs if one.to is M]
        assert len(mentors.hours) == 6, "a mentor then"
        later = NOW + timedelta(weeks=answer_times.WEEKS)
        assert {one.asked for one in (await answer_times.gather(session, here.group, later)).pairs} == {0}


@pytest.mark.parametrize(
    "hours, people, few",
    [
        (LEAST_ANSWERS, LEAST_PEOPLE, False), (LEAST_ANSWERS - 1, LEAST_PEOPLE, True), (0, 0, True),
        (LEAST_ANSWERS, LEAST_PEOPLE - 1, True), (50, 2, True),
    ],
)  # fmt: skip
def test_what_would_point_at_somebody_is_not_told(hours: int, people: int, few: bool) -> None:
    assert PairTime(M, T, 60, (1.0,) * hours, 9, people).is_few is few


@pytest.mark.parametrize("role", [None, *Role])
async def test_facilitator_and_pengampu_read_it_and_nobody_else(database: Database, role: Role | None) -> None:
    async with database.writing() as session:
        here = await cast(session)
        one = await here.joins("Lain", *([role] if role else []))
        if role in (Role.FACILITATOR, G):
            assert "Waktu menjawab" in (await answer_times.page(session, one, here.group.id, SAY, NOW))[0]
        else:
            with pytest.raises(NotAllowed):
                await answer_times.page(session, one, here.group.id, SAY, NOW)
        with pytest.raises(NeedsConsent):
            await answer_times.page(session, None, here.group.id, SAY, NOW)


@pytest.mark.parametrize(
    "hours, words", [(0.2, "kurang dari satu jam"), (1.4, "1 jam"), (15, "15 jam"), (16, "2 hari sekolah")]
)
def test_hours_are_said_as_people_say_them(hours: float, words: str) -> None:
    assert answer_times.spoken(hours, SAY) == words
