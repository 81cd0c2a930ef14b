"""The weekly letter about mentors: counted by hand, to their own pengampu alone, nothing where nothing is."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from community import assignments
from community.assignments import GUIDES, MENTORS
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from reports import mentor_letters, mentors
from reports.mentors import MentorWeek
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.models import Assignment, Consultation, HandIn, Leave, Letter
from tests.reports.cast import Cast, cast, wall

SAY = Texts("id")
M, G = Role.MENTOR, Role.COURSE_FACILITATOR
FRIDAY = wall("2026-11-13 16:00")
MONDAY = wall("2026-11-16 14:15")


async def _asked(here: Cast, who: str, at: str, *, stage: int = 3, by: str = "", hours: float = 0) -> None:
    said = await here.says(who, "consultation", wall(at))
    here.session.add(
        Consultation(
            group_id=here.group.id, message_id=said.id, person_id=here.people[who].id, asked_at=wall(at), stage=stage
        )
    )  # fmt: skip
    if by:
        await here.says(by, "other", wall(at) + timedelta(hours=hours), reply_to=said.tg_message_id)


async def _cast(session: Session) -> Cast:
    """Putu accompanies Made (Sari, Budi) and Wayan (Wati); Ketut accompanies Nyoman, who has nobody yet."""
    here = await cast(session)
    for name, role in (("Made", M), ("Nyoman", M), ("Wayan", M), ("Ketut", G), ("Putu", G)):
        await here.joins(name, role, address=None)
    began = wall("2026-10-05 08:00")
    for link, pairs in (
        (GUIDES, {"Made": "Putu", "Wayan": "Putu", "Nyoman": "Ketut"}),
        (MENTORS, {"Sari": "Made", "Budi": "Made", "Wati": "Wayan"}),
    ):
        numbers = {here.people[of].id: here.people[by].id for of, by in pairs.items()}
        await assignments.add(session, here.group.id, link, numbers, None, began)
    return here


async def _filled(session: Session) -> Cast:
    here = await _cast(session)
    await _asked(here, "Sari", "2026-11-02 08:00", by="Made", hours=1)
    await _asked(here, "Sari", "2026-11-03 08:00", by="Made", hours=3)
    await _asked(here, "Budi", "2026-11-12 08:00", by="Made", hours=5)
    await _asked(here, "Budi", "2026-11-11 09:00")  # was brought to Made, and waits
    await _asked(here, "Sari", "2026-11-13 09:00", stage=2)  # its peers are asked still
    prompt = await here.prompt(wall("2026-11-12 06:30"))
    sheet = {"delivery_id": prompt.id, "medium": "text", "text": "Lembar kerja"}
    session.add(HandIn(person_id=here.people["Sari"].id, handed_at=wall("2026-11-12 13:00"), **sheet))
    await here.says("Nyoman", "other", wall("2026-11-13 09:00"))
    await session.flush()
    return here


async def _weeks(session: Session, here: Cast, of: str) -> dict[str, MentorWeek]:
    found = await mentors.gather(session, here.group, MONDAY)
    return {week.mentor.name: week for week in found.of(here.people[of].id)}


async def test_each_figure_is_the_one_counted_by_hand(database: Database) -> None:
    async with database.writing() as session:
        here = await _filled(session)
        weeks = await _weeks(session, here, "Putu")
        made, wayan = weeks["Made"], weeks["Wayan"]
        assert set(weeks) == {"Made", "Wayan"}, "Nyoman is Ketut's"
        assert (made.teachers, made.waiting, made.oldest) == (2, 2, 2)  # Thursday and Friday lie between
        assert (list(made.hours), made.median, made.lately, made.silent_for) == ([1, 3, 5], 3, 1, 0)
        # Nothing was heard of Wayan since the 5th of October: 29 school days until Friday the 13th of November.
        assert (wayan.teachers, wayan.waiting, wayan.median, wayan.silent_for) == (1, 0, None, 29)
        nyoman = (await _weeks(session, here, "Ketut"))["Nyoman"]
        assert (nyoman.teachers, nyoman.silent_for, nyoman.is_news) == (0, 0, False)


async def test_the_letter_goes_once_a_week_to_the_pengampu_it_is_about(database: Database) -> None:
    async with database.writing() as session:
        here = await _filled(session)
        for moment in (FRIDAY, MONDAY - timedelta(minutes=1), MONDAY, MONDAY, MONDAY + timedelta(hours=1)):
            while await mentor_letters.send_due(session, moment):
                pass
        (letter,) = (await session.scalars(select(Letter).where(Letter.key.startswith("mentors:")))).all()
        assert letter.chat_id == here.people["Putu"].tg_user_id and letter.key.endswith(":2026-11-16")
        words = (letter.params or {})["text"]
        assert "Made</b>, 2 guru. Menunggu jawaban: 2, yang terlama 2 hari sekolah." in words
        assert "Biasanya menjawab dalam 3 jam (dari 3 jawaban)" in words
        assert "Wayan</b>, 1 guru. Sudah 29 hari sekolah tidak terdengar" in words
        assert words.index("Made") < words.index("Wayan"), "where something waits comes first"
        assert [name for name in ("Nyoman", "Sari", "Budi", "Wati", "pecahan") if name in words] == []
        while await mentor_letters.send_due(session, MONDAY + timedelta(days=7)):
            pass
        assert len((await session.scalars(select(Letter.id).where(Letter.key.startswith("mentors:")))).all()) == 2


@pytest.mark.parametrize("why", ["nothing", "model 1", "released", "on leave", "no budget"])
async def test_where_nothing_is_to_be_said_nothing_is_sent(database: Database, why: str) -> None:
    async with database.writing() as session:
        here = await (_cast(session) if why == "nothing" else _filled(session))
        if why == "nothing":
            for name in ("Made", "Wayan", "Nyoman"):
                await here.says(name, "other", MONDAY - timedelta(days=8))
        elif why == "model 1":
            here.group.model = 1
        elif why == "released":
            await session.execute(delete(Assignment).where(Assignment.by_id == here.people["Putu"].id))
        elif why == "on leave":
            session.add(
                Leave(
                    person_id=here.people["Putu"].id, first_day=MONDAY.date(), last_day=MONDAY.date(), created_at=FRIDAY
                )
            )
        else:
            here.group.budget_messages = 0
        await session.flush()
        for moment in (FRIDAY, MONDAY):
            while await mentor_letters.send_due(session, moment):
                pass
        assert (await session.scalars(select(Letter.id).where(Letter.key.startswith("mentors:")))).all() == []


@pytest.mark.parametrize("role", [None, *Role])
async def test_only_a_pengampu_may_ask_for_it_and_reads_of_their_own(database: Database, role: Role | None) -> None:
    async with database.writing() as session:
        here = await _filled(session)
        one = await here.joins("Lain", *([role] if role else []))
        if role is G:
            words, rows = await mentor_letters.asked(session, one, SAY, MONDAY)
            assert "Belum ada mentor" in words and rows == []
            assert "Made" in (await mentor_letters.asked(session, here.people["Putu"], SAY, MONDAY))[0]
        else:
            with pytest.raises(NotAllowed):
                await mentor_letters.asked(session, one, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await mentor_letters.asked(session, None, SAY, MONDAY)


async def test_who_is_away_is_not_called_silent(database: Database) -> None:
    async with database.writing() as session:
        here = await _filled(session)
        wayan = here.people["Wayan"].id
        day = MONDAY.date()
        session.add(Leave(person_id=wayan, first_day=day, last_day=day, created_at=FRIDAY))
        assert (await _weeks(session, here, "Putu"))["Wayan"].silent_for == 0


def test_the_rhythm_stands_in_the_timetable() -> None:
    assert mentor_letters.send_due in [rhythm.work for rhythm in timetable(30)]
