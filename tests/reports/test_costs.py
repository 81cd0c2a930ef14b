"""The report says what the assistant cost the teachers in the week, and what the bound kept back."""

from sqlalchemy import select, update

from community import budget, school_years
from community.notes import Note
from content.texts import Texts
from learning import feedback, targets
from reports import overview, words
from reports.costs import of_week
from reports.periods import Period
from storage.database import Database
from storage.models import Attention, Delivery, Membership, Reflection
from tests.reports.cast import cast, wall

NOW = wall("2026-11-18 16:00")


async def test_prompts_count_for_everybody_letters_for_their_reader(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for day in ("2026-11-13", "2026-11-16", "2026-11-17"):  # a Friday, and two days of this week
            await here.prompt(wall(f"{day} 08:00"))
        await session.execute(update(Delivery).values(minutes=10))
        monday = budget.monday(NOW.date())
        session.add(Attention(person_id=here.people["Sari"].id, week=monday, messages=3, minutes=12, refused=2))
        session.add(Attention(person_id=here.people["Ratna"].id, week=monday, messages=9, minutes=9, refused=9))
        await session.flush()
        cost = await of_week(session, here.group, NOW)
        told = words.message_html(await overview.of_group(session, here.group, Period.WEEK, NOW), Texts("id"))
    assert (cost.of, cost.messages, cost.minutes, cost.refused) == (3, 3.0, 24.0, 2)
    assert "Rata-rata 3 pesan dan sekitar 24 menit untuk tiap guru (3 guru yang setuju)" in told
    assert "2 pesan tidak dikirim" in told
    assert "Sari" not in told


async def test_what_colleagues_wrote_and_the_question_of_the_year_are_costs_too(database: Database) -> None:
    at = wall("2026-07-15 14:00")  # a Wednesday in the weeks in which a new year is asked about
    async with database.writing() as session:
        here = await cast(session)
        joined = wall("2026-05-04 08:00")
        await session.execute(update(Membership).values(since=joined))
        prompt = await here.prompt(wall("2026-07-15 08:00"))
        await here.reflects("Sari", prompt, at, audience="group")
        note = (await session.scalars(select(Reflection.id))).one()
        code = f"{targets.REFLECTION}{note}"
        await feedback.keep(session, here.people["Budi"], code, "strength", None, Note("Bagus, Bu."), at)
        after_feedback = await of_week(session, here.group, at)
        asked = await school_years.due(session, at)
        cost = await of_week(session, here.group, at)
    assert (after_feedback.of, after_feedback.messages, after_feedback.minutes) == (3, 1 + 1 / 3, 1 / 3)
    assert (asked, cost.messages, cost.minutes) == (3, 1 + 1 / 3 + 1, 1 / 3 + 1)
