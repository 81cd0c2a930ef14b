"""What closed surveys bring to the figures of a group."""

from datetime import timedelta
from typing import Any

import pytest

from content.instruments import house
from reports.dashboard.values import Look
from reports.figures import entered, gathering
from storage.database import Database, Session
from storage.models import Survey, SurveyAnswer, UnnamedAnswer
from tests.reports.cast import Cast, cast, wall

NOW = wall("2026-12-01 09:00")


async def surveyed(session: Session, here: Cast, name: str, day: str, given: list[dict[str, Any]], **rest: Any) -> None:
    """A survey that opened that day; its answers are of the group's people, or of nobody."""
    opens, one = wall(f"{day} 08:00"), house()[name]
    chosen = {"phase": "once", "closed_at": opens + timedelta(days=3)} | rest
    made = Survey(
        group_id=here.group.id, instrument=name, content=one.to_json(), way="private", anonymous=one.anonymous,
        opens_at=opens, opened_at=opens, closes_at=opens + timedelta(days=3), created_at=opens, **chosen,
    )  # fmt: skip
    session.add(made)
    await session.flush()
    for who, answers in zip(here.people.values(), given, strict=False):
        for item, value in answers.items():
            if one.anonymous:
                kept: Any = UnnamedAnswer(survey_id=made.id, mark=f"{who.id:04}", item=item, value={"is": value})
            else:
                kept = SurveyAnswer(survey_id=made.id, person_id=who.id, item=item, value={"is": value})
            session.add(kept)
    await session.flush()


async def test_the_share_that_said_yes_month_by_month_of_closed_surveys(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        look = Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)
        assert await entered.of_survey(session, look, "motivation") == []
        await surveyed(session, here, "motivation", "2026-09-07", [{"semangat": 3}, {"semangat": 2}, {"semangat": 1}])
        await surveyed(session, here, "motivation", "2026-11-09", [{"semangat": level} for level in (4, 5, 5)])
        await surveyed(session, here, "motivation", "2026-11-23", [{"semangat": 1}], closed_at=None)
        first, last = await entered.of_survey(session, look, "motivation")
        assert (first.key, first.value, first.n, first.of) == ("motivation", 0.0, 0, 3)
        assert (last.value, last.n, last.of, last.period[0]) == (1.0, 3, 3, wall("2026-11-01 00:00"))
        found = {one.id: one for one in await gathering.gather(session, look)}
        assert found["motivation"].value == 1.0
        await surveyed(session, here, "strategies", "2026-11-09", [{"dipakai": one} for one in ("ya", "ya", "belum")])
        (few,) = await entered.of_survey(session, look, "strategies")
        assert (few.value, few.note) == (None, "few"), "one of three would be a name"


async def test_obstacles_without_names_are_told_from_five_answers_on(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        while len(here.people) < 5:
            await here.joins(f"Guru {len(here.people)}")
        look = Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)
        each = [{"kendala": ["waktu", "digital"]}] * 2 + [{"kendala": ["waktu"]}] * 3
        await surveyed(session, here, "needs", "2026-09-07", each[:4])
        assert await entered.obstacles(session, look) == ()
        await surveyed(session, here, "needs", "2026-09-14", each, phase="start")
        found = await entered.obstacles(session, look)
        assert [(one.key, one.n, one.of) for one in found[:2]] == [("needs.waktu", 5, 5), ("needs.digital", 2, 5)]
        assert found[1].low == pytest.approx(0.1176, abs=1e-4)
