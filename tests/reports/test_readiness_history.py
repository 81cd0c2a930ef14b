"""Readiness week by week: counts alone, nothing that points at somebody, no step of one or two, on both databases."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from community import readiness
from community.roles import Role
from content.lessons import READINESS
from content.texts import LANGUAGES, Texts
from reports import few, person, readiness_history
from reports.charts.values import Lines
from reports.dashboard import pictures, result_figures
from reports.dashboard.figures import Shown
from reports.dashboard.places import Kind, Place
from reports.dashboard.values import Look
from reports.figures import voices
from storage.database import Database, Session
from storage.models import GroupTurn, ReadinessCount
from tests.counting import statements
from tests.reports.cast import Cast, cast, wall

FIRST = wall("2026-10-05 15:00")  # a Monday
WEEK = timedelta(days=7)


async def _says(session: Session, here: Cast, question: str, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        await readiness.keep(session, here.people[name], question, value, FIRST)


async def _eight(session: Session) -> Cast:
    """Eight teachers who agree, by number; and Rini, who does not."""
    here = await cast(session)
    for n in range(8):
        await here.joins(f"Guru {n}", Role.TEACHER)
    return here


async def _counted(session: Session, now: object) -> None:
    while await readiness_history.count_due(session, now):  # type: ignore[arg-type]
        pass


async def _kept(session: Session, week: date) -> dict[str, int]:
    rows = await session.scalars(select(ReadinessCount).where(ReadinessCount.week == week))
    return {f"{one.question}-{one.answer}": one.n for one in rows}


@pytest.mark.parametrize(
    "before, now, kept",
    [
        (None, (4, 4), (4, 4)),
        (None, (0, 0), None),
        (None, (1, 7), None),
        (None, (2, 0), None),
        (None, (3, 0), (3, 0)),
        ((4, 4), (4, 4), (4, 4)),
        ((4, 4), (5, 4), (4, 4)),  # one more came: their answer is not read off the difference
        ((4, 4), (3, 5), (4, 4)),  # one changed their mind
        ((4, 4), (3, 4), (4, 4)),  # one left
        ((4, 4), (6, 4), (4, 4)),
        ((4, 4), (7, 4), (7, 4)),
        ((6, 3), (3, 6), (3, 6)),
        ((4, 4), (8, 1), None),
    ],
)
def test_what_is_written_of_a_question(
    before: tuple[int, int] | None, now: tuple[int, int], kept: tuple[int, int] | None
) -> None:
    named = [None if one is None else dict(zip(("strong", "weak"), one, strict=True)) for one in (before, now, kept)]
    assert readiness_history.kept(named[0], named[1] or {}) == (named[2] or {})


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_two_weeks_laid_side_by_side_never_tell_of_fewer_than_three(first: list[int], then: list[int]) -> None:
    names = ("slow", "steady", "fast")
    told = readiness_history.kept(None, dict(zip(names, first, strict=True)))
    next_ = readiness_history.kept(told or None, dict(zip(names, then, strict=True)))
    for one in (told, next_):
        assert not any(0 < n < few.LEAST or 0 < sum(one.values()) - n < few.LEAST for n in one.values())
    if told and next_:
        steps = [next_[name] - told[name] for name in names]
        moved = max(sum(s for s in steps if s > 0), -sum(s for s in steps if s < 0))
        assert moved == 0 or moved >= few.LEAST


async def test_weeks_are_counted_once_without_a_person_and_survive_one_who_goes(database: Database) -> None:
    async with database.writing() as session:
        here = await _eight(session)
        await _says(session, here, "signal", {f"Guru {n}": "weak" if n < 4 else "strong" for n in range(8)})
        await _says(session, here, "phone", {"Guru 0": "shared", "Guru 1": "own", "Guru 2": "own"})
        here.people["Guru 7"].consented_at = None
        await _counted(session, FIRST)
        monday = date(2026, 10, 5)
        assert await _kept(session, monday) == {"signal-strong": 3, "signal-weak": 4}, "one phone is somebody's"
        await _counted(session, FIRST + timedelta(hours=3))
        assert await session.scalar(select(func.count()).select_from(ReadinessCount)) == 2
        await person.forget(session, here.people["Guru 0"], FIRST)
        await _counted(session, FIRST + WEEK)
        assert await _kept(session, monday + WEEK) == await _kept(session, monday), "one who goes is no difference"
        columns = {one.name for one in ReadinessCount.__table__.columns}
        assert columns == {"group_id", "week", "question", "answer", "n"}
        next_at = (await session.scalars(select(GroupTurn.next_at).where(GroupTurn.name == "readiness"))).one()
        assert next_at == wall("2026-10-19 15:00")


async def test_the_curve_of_some_weeks_on_a_page_and_as_picture(database: Database) -> None:
    async with database.writing() as session:
        here = await _eight(session)
        weeks = (("weak",) * 6 + ("strong",) * 2, ("weak",) * 3 + ("strong",) * 5, ("weak",) * 8)
        look = Look((here.group,), FIRST - WEEK, FIRST + 4 * WEEK, FIRST + 4 * WEEK, here.group.zone)
        say = Texts("id")
        assert await result_figures.readiness_weeks(session, look, say) is None
        for at, said in enumerate(weeks):
            await _says(session, here, "signal", {f"Guru {n}": one for n, one in enumerate(said)})
            await _says(session, here, "pace", {f"Guru {n}": "slow" for n in range(8)})
            await _counted(session, FIRST + at * WEEK)
        found = await voices.ready_weeks(session, look)
        weak = {week.day: [one.n for one in each if one.part == "signal-weak"] for week, each in found.items()}
        assert weak == {5: [], 12: [3], 19: [8]}, "two of eight are not written"
        for language in LANGUAGES:
            figure = await result_figures.readiness_weeks(session, look, Texts(language))
            assert figure is not None and isinstance(figure.chart, Lines)
            assert len(figure.table.columns) == 3 and len(figure.table.rows) == 3
            shown = Shown(Place(Kind.GROUP, "1", "KKG", (here.group,)), "Oktober", [], [figure])
            assert pictures.drawn(figure, shown, "png", Texts(language)).startswith(b"\x89PNG")
        assert figure.table.rows[1][1:] == ("3 of 8", "8 of 8")


async def test_several_groups_are_summed_from_what_each_of_them_tells(database: Database) -> None:
    async with database.writing() as session:
        here, there = await _eight(session), await cast(session, "KKG Mawar", -1002)
        await _says(session, here, "mode", {f"Guru {n}": "voice" if n < 3 else "text" for n in range(8)})
        await _says(session, there, "mode", {"Sari": "voice", "Budi": "text"})
        await _counted(session, FIRST)
        both = Look((here.group, there.group), FIRST - WEEK, FIRST + WEEK, FIRST + WEEK, here.group.zone)
        (each,) = (await voices.ready_weeks(session, both)).values()
        assert {one.part: (one.n, one.of) for one in each} == {"mode-text": (5, 8), "mode-voice": (3, 8)}


async def test_as_many_queries_for_many_groups_as_for_one(database: Database) -> None:
    costs = []
    async with database.writing() as session:
        for n in range(12):
            here = await cast(session, f"KKG {n}", -2000 - n)
            people = [one for one in here.people.values() if one.consented_at]
            for one in people[:3]:
                await readiness.keep(session, one, "tools", "some", FIRST)
            await session.flush()
            if n not in (1, 11):
                continue
            await readiness_history.count_due(session, FIRST)
            now = FIRST + WEEK * (1 + (n == 11))
            with statements() as seen:
                assert await readiness_history.count_due(session, now) > 0
            costs.append(len(seen))
    assert costs[0] == costs[1] <= 10


def test_every_question_and_answer_fits_its_column() -> None:
    assert all(len(one) <= 8 for question, answers in READINESS.items() for one in (question, *answers))
