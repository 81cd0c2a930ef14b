"""What closed surveys bring to the figures of a group."""

from datetime import timedelta
from statistics import fmean, stdev
from typing import Any

import pytest

from content.instruments import house
from content.texts import LANGUAGES, Texts
from reports.charts.values import Lines
from reports.dashboard import survey_figures
from reports.dashboard.values import Look
from reports.figures import answered, gathering, results, sums, values, words
from reports.figures import surveyed as surveys
from reports.intervals import student
from storage.database import Database, Session
from storage.models import Survey, SurveyAnswer, UnnamedAnswer
from tests.counting import statements
from tests.reports.cast import JOINED, Cast, cast, wall

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


def _look(here: Cast) -> Look:
    return Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)


async def test_the_share_that_said_yes_month_by_month_of_closed_surveys(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        assert await surveys.of_survey(session, _look(here), "motivation") == []
        await surveyed(session, here, "motivation", "2026-09-07", [{"semangat": 3}, {"semangat": 2}, {"semangat": 1}])
        await surveyed(session, here, "motivation", "2026-11-09", [{"semangat": level} for level in (4, 5, 5)])
        await surveyed(session, here, "motivation", "2026-11-23", [{"semangat": 1}], closed_at=None)
        first, last = await surveys.of_survey(session, _look(here), "motivation")
        assert (first.key, first.value, first.n, first.of) == ("motivation", 0.0, 0, 3)
        assert (last.value, last.n, last.of, last.period[0]) == (1.0, 3, 3, wall("2026-11-01 00:00"))
        found = {one.id: one for one in await gathering.gather(session, _look(here))}
        assert found["motivation"].value == 1.0
        await surveyed(session, here, "strategies", "2026-11-09", [{"dipakai": one} for one in ("ya", "ya", "belum")])
        (few,) = await surveys.of_survey(session, _look(here), "strategies")
        assert few.key == "strategies.said"
        assert (few.value, few.note) == (None, "few"), "one of three would be a name"


async def test_confidence_is_told_week_by_week(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        look = Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)
        for day, level in (("2026-11-04", 2), ("2026-11-11", 4), ("2026-11-18", 5)):
            await surveyed(session, here, "confidence", day, [{"yakin": level}] * 3)
        found = await surveys.of_survey(session, look, "confidence")
        assert [(one.value, one.of, *one.period) for one in found] == [
            (0.0, 3, wall("2026-11-02 00:00"), wall("2026-11-09 00:00")),
            (1.0, 3, wall("2026-11-09 00:00"), wall("2026-11-16 00:00")),
            (1.0, 3, wall("2026-11-16 00:00"), wall("2026-11-23 00:00")),
        ]
        latest = {one.id: one for one in await gathering.gather(session, look)}["confidence"]
        assert latest.period == found[-1].period


async def test_obstacles_without_names_are_told_from_five_answers_on(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        while len(here.people) < 5:
            await here.joins(f"Guru {len(here.people)}")
        look = Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)
        each = [{"kendala": ["waktu", "digital"]}] * 2 + [{"kendala": ["waktu"]}] * 3
        await surveyed(session, here, "needs", "2026-09-07", each[:4])
        assert await surveys.obstacles(session, look) == ()
        await surveyed(session, here, "needs", "2026-09-14", each, phase="start")
        found = await surveys.obstacles(session, look)
        assert [(one.key, one.n, one.of) for one in found[:2]] == [("needs.waktu", 5, 5), ("needs.digital", 2, 5)]
        assert found[1].low == pytest.approx(0.1176, abs=1e-4)


async def _teachers(session: Session, many: int) -> tuple[Cast, Look]:
    here = await cast(session)
    while len(here.people) < many:
        await here.joins(f"Guru {len(here.people)}")
    for one in here.people.values():
        one.consented_at = JOINED
    return here, Look((here.group,), wall("2026-08-01 00:00"), NOW, NOW, here.group.zone)


CLASSES = [(50, 70), (40, 60), (60, 84), (50, 75), (80, 96), (20, 26)]  # +40, +50, +40, +50, +20 and +30 percent


async def test_engagement_is_compared_class_by_class_from_five_classes_on(database: Database) -> None:
    async with database.writing() as session:
        here, look = await _teachers(session, 6)
        assert await sums.of_all(session, look, answered.engagement) == ()
        given = [{"biasa": usual, "modul": module} for usual, module in CLASSES]
        await surveyed(session, here, "engagement", "2026-09-07", given[:4])
        assert await sums.of_all(session, look, answered.engagement) == (), (
            "an unnamed survey with four answers is none"
        )
        await surveyed(session, here, "engagement", "2026-10-05", [*given[:4], {"biasa": 30}])
        (few,) = await sums.of_all(session, look, answered.engagement)
        assert (few.value, few.note) == (None, "few"), "four classes that were watched twice"
        await surveyed(session, here, "engagement", "2026-11-09", given)
        by_part = {one.part: one for one in await sums.of_all(session, look, answered.engagement)}
        changes = [40.0, 50.0, 40.0, 50.0, 40.0, 50.0, 40.0, 50.0, 20.0, 30.0]
        assert by_part[""].value == pytest.approx(fmean(changes)) and by_part[""].n == 10
        assert by_part["usual"].value == pytest.approx(50.0) and by_part["module"].n == 10
        reach = 2.262157 * stdev(changes) / 10**0.5
        assert by_part[""].low == pytest.approx(fmean(changes) - reach, abs=0.01)
        row = next(one for one in (await results.table(session, look)).rows if one.name == "engagement")
        shown = values.FigureTable("results", (), (row,)).figures()
        assert [one.part for one in shown] == ["usual", "module", ""]
        assert words.told(by_part[""], Texts("id")).startswith("41,0 % (34–48) · n = 10")
        assert await survey_figures.engagement(session, look, Texts("id")) is not None


async def test_the_ladder_is_told_month_by_month_by_the_schools_own_word(database: Database) -> None:
    async with database.writing() as session:
        here, look = await _teachers(session, 3)
        assert await answered.ladder(session, look) == []
        await surveyed(session, here, "participation", "2026-08-10", [{"anak-tangga": "ditanya"}])
        two = [{"anak-tangga": "bermitra"}, {"anak-tangga": "ditanya"}]
        await surveyed(session, here, "participation", "2026-11-09", two)
        found = await answered.ladder(session, look)
        assert [(month, one.part, one.n, one.of) for month, one in found] == [
            ("2026-08", "ditanya", 1, 1), ("2026-11", "ditanya", 1, 2), ("2026-11", "bermitra", 1, 2),
        ]  # fmt: skip
        for language in LANGUAGES:
            figure = await survey_figures.ladder(session, look, Texts(language))
            assert figure is not None and figure.chart is not None and len(figure.table.rows) == 3
        assert figure.table.rows[0][1] == "Teachers are asked"


async def test_digital_pedagogy_before_and_after_with_its_gain(database: Database) -> None:
    async with database.writing() as session:
        here, look = await _teachers(session, 6)
        items = [one for one in house()["digital-pedagogy"].items if one.kind == "likert"]
        levels = ([3, 3, 3, 3, 4], [4, 4, 4, 5, 5])
        before, after = [[{one.id: level for one in items} for level in some] for some in levels]
        await surveyed(session, here, "digital-pedagogy", "2026-08-10", before, phase="start")
        first = {one.part: one for one in await sums.of_all(session, look, answered.digital)}
        assert (first["before-alat"].note, first["gain-alat"].note) == ("none_yet", "none_yet")
        await surveyed(session, here, "digital-pedagogy", "2026-11-09", after, phase="end")
        found = {one.part: one for one in await sums.of_all(session, look, answered.digital)}
        assert len(found) == 4 * 5, "three parts and the whole"
        told = [found[f"{side}-whole"].value for side in ("before", "after", "change", "percent", "gain")]
        assert told == pytest.approx([3.2, 4.4, 1.2, 37.5, 1.2 / 1.8])
        for language in LANGUAGES:
            figure = await survey_figures.digital(session, look, Texts(language))
            assert figure is not None and figure.chart is not None
            assert figure.exact is not None and len(figure.exact.rows) == 20
        assert figure.table.rows[0] == ("Use of technology: start", "3.20 · n = 5")
        few = Look((here.group,), wall("2026-11-01 00:00"), NOW, NOW, here.group.zone)
        await surveyed(session, here, "digital-pedagogy", "2026-11-23", before[:1], closed_at=None)
        assert {one.note for one in await sums.of_all(session, few, answered.digital)} == {"", "none_yet"}


async def test_of_four_people_no_mean_is_told(database: Database) -> None:
    async with database.writing() as session:
        here, look = await _teachers(session, 4)
        items = [one.id for one in house()["digital-pedagogy"].items]
        await surveyed(session, here, "digital-pedagogy", "2026-11-09", [dict.fromkeys(items, 4)] * 4)
        assert all(one.value is None for one in await sums.of_all(session, look, answered.digital))


@pytest.mark.parametrize("df, quantile", [(4, 2.776445), (5, 2.570582), (9, 2.262157), (30, 2.042272), (100, 1.983972)])
def test_students_interval_is_near_the_tables(df: int, quantile: float) -> None:
    given = [float(one % 7) for one in range(df + 1)]
    low, high = student(given)
    assert (high - low) / 2 == pytest.approx(quantile * stdev(given) / (df + 1) ** 0.5, rel=0.003)
    with pytest.raises(ValueError, match="five values"):
        student(given[:4])


async def test_answers_are_shown_month_by_month_and_confidence_week_by_week(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        nothing = _look(here)
        assert await survey_figures.months(session, nothing, Texts("id")) is None
        assert await survey_figures.confidence(session, nothing, Texts("id")) is None
        await surveyed(session, here, "motivation", "2026-09-07", [{"semangat": level} for level in (3, 2, 1)])
        await surveyed(session, here, "motivation", "2026-11-09", [{"semangat": level} for level in (4, 5, 5)])
        await surveyed(session, here, "strategies", "2026-11-16", [{"dipakai": one} for one in ("ya", "ya", "belum")])
        for day, level in (("2026-11-11", 2), ("2026-11-18", 5)):
            await surveyed(session, here, "confidence", day, [{"yakin": level}] * 3)
        look = _look(here)
        for language in LANGUAGES:
            say = Texts(language)
            monthly = await survey_figures.months(session, look, say)
            weekly = await survey_figures.confidence(session, look, say)
            assert monthly is not None and weekly is not None and monthly.exact is not None
        assert monthly.table.columns == ("Month", "Motivation and ownership", "Strategies used in class")
        assert monthly.table.rows == (
            ("Sep 2026", "0% (0–56), 0 of 3", None),
            ("Nov 2026", "100% (44–100), 3 of 3", "too few, it could point at somebody"),
        )
        assert isinstance(monthly.chart, Lines) and isinstance(weekly.chart, Lines)
        assert [line.values for line in monthly.chart.lines] == [(0.0, 1.0), (None, None)]
        assert [row[0] for row in weekly.table.rows] == ["9 Nov", "16 Nov"]
        assert (weekly.chart.steps, weekly.chart.lines[0].values) == (("9 Nov", "16 Nov"), (0.0, 1.0))
        with statements() as sent:
            await survey_figures.months(session, look, say)
        assert sent == [], "what was read for one figure is not read again for another"


async def test_what_is_known_from_elsewhere_names_its_paper_and_is_no_target(one_database: Database) -> None:
    async with one_database.writing() as session:
        look = _look(await cast(session))
        for language in LANGUAGES:
            found = await survey_figures.background(session, look, Texts(language))
            entries = [one for one in gathering.catalogue().values() if one.source == "constant"]
            assert [one.number for one in entries] == [23, 26, 32, 33]
            assert len(found.table.rows) == sum(len(one.values) for one in entries)
            papers = {row[3] for row in found.table.rows}
            assert papers == {one.paper for one in entries} and found.chart is None
        assert found.table.notes[0].endswith("Not a target.")
        assert ("PISA 2018: Reading", "74") in {row[:2] for row in found.table.rows}
