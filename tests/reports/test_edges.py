"""An empty group, one person, one message, a year of nothing: every figure, the report and the pages read well."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from math import isfinite

import pytest

from community.roles import Role
from content.texts import LANGUAGES, Texts
from reports import before_after, overview, week_pages, words
from reports.dashboard import figures as pages
from reports.dashboard import pictures, places
from reports.dashboard.places import Kind, Place
from reports.dashboard.values import Drawing
from reports.figures import gathering, results
from reports.figures import pages as chat
from reports.figures import words as told
from reports.periods import Period
from reports.tables import as_csv, as_text, as_xlsx
from storage.database import Database, Session
from storage.models import Group, GroupChat
from tests.reports.cast import Cast, wall

NOW = wall("2026-11-30 16:00")
Filled = Callable[[Session], Awaitable[Cast]]


async def _bare(session: Session, days: int) -> Cast:
    group = Group(
        title="", state="active", zone="Asia/Jayapura", language="id", added_at=NOW - timedelta(days=days)
    )  # fmt: skip
    session.add(group)
    await session.flush()
    chat_ = GroupChat(group_id=group.id, tg_chat_id=-1001, current=True)
    session.add(chat_)
    await session.flush()
    return Cast(session, group, chat_)


async def empty(session: Session) -> Cast:
    """Nobody in it."""
    return await _bare(session, 0)


async def one_person(session: Session) -> Cast:
    """A teacher who leads it, too, and is principal of the school."""
    here = await _bare(session, 40)
    await here.joins("Sari Satu-satunya", Role.TEACHER, Role.FACILITATOR, Role.PRINCIPAL)
    return here


async def one_message(session: Session) -> Cast:
    """And she has said one thing."""
    here = await one_person(session)
    await here.says("Sari Satu-satunya", "consultation", NOW - timedelta(days=1))
    return here


async def a_year_of_nothing(session: Session) -> Cast:
    """Four people and no word for a year."""
    here = await _bare(session, 366)
    await here.joins("Bu Ratna", Role.FACILITATOR, Role.PRINCIPAL)
    for n in range(3):
        await here.joins(f"Guru {n}", Role.TEACHER)
    return here


EDGES = (empty, one_person, one_message, a_year_of_nothing)


@pytest.mark.parametrize("filled", EDGES)
@pytest.mark.parametrize("period", [Period.WEEK, Period.ALL])
async def test_every_figure_is_a_number_or_says_why_not(one_database: Database, filled: Filled, period: Period) -> None:
    async with one_database.writing() as session:
        here = await filled(session)
        look = await pages.looked(session, [here.group], period, NOW)
        found = [*await gathering.gather(session, look), *(await results.table(session, look)).figures()]
        for one in found:
            numbers = [one.value, one.low, one.high]
            assert all(number is None or isfinite(number) for number in numbers), one
            assert (one.value is None) is bool(one.note) or one.source == "constant", one
            assert one.unit != "share" or one.value is None or 0 <= one.value <= 1, one
        for language in LANGUAGES:
            say = Texts(language)
            assert as_csv(told.exact(found, "x", look.zone, say)).count("\n") == len(found) + 1


@pytest.mark.parametrize("filled", EDGES)
@pytest.mark.parametrize("part", list(pages.parts()))
async def test_every_page_of_the_dashboard(one_database: Database, filled: Filled, part: str) -> None:
    async with one_database.writing() as session:
        here = await filled(session)
        place = Place(Kind.GROUP, str(here.group.id), here.group.title, (here.group,))
        for language in LANGUAGES:
            say, asked = Texts(language), {"bagian": part, "periode": Period.ALL.value}
            seen = await pages.shown(session, place, asked, NOW, say)
            assert seen.has_something is (part != "kegiatan" and filled is one_message)
            for one in seen.figures:
                assert as_text(one.table) and as_csv(one.exact or one.table) and as_xlsx(one.table, NOW)
                words_ = as_csv(one.table) + as_csv(one.exact or one.table)
                assert not any(name in words_ for name in here.people)
                if one.chart is not None and not isinstance(one.chart, Drawing):
                    assert 0 < pictures.height(one, seen) < 5000


@pytest.mark.parametrize("filled", EDGES)
async def test_the_report_and_the_results_in_the_chat(one_database: Database, filled: Filled) -> None:
    async with one_database.writing() as session:
        here = await filled(session)
        for period in (Period.WEEK, Period.ALL):
            seen = await overview.of_group(session, here.group, period, NOW)
            look = await pages.looked(session, [here.group], period, NOW)
            place = Place(Kind.GROUP, str(here.group.id), here.group.title, (here.group,))
            tables = [await results.table(session, look), await results.kinds(session, look)]
            for language in LANGUAGES:
                say = Texts(language)
                message = words.message_html(seen, say)
                assert 0 < len(message) < 4096 and "None" not in message and "nan" not in message
                assert (words.figure(seen, language) is None) is (filled is not one_message)
                assert before_after.figure(seen, language) is None
                shown = chat.told_html(place, look, tables, say)
                assert len(shown) < 4096 and "None" not in shown and "nan" not in shown
                assert not any(name in message + shown for name in here.people)
                picture = chat.pictured(place, look, tables[0], say)
                assert picture is None or picture.to_json()["shape"] == "pairs"


@pytest.mark.parametrize("filled", EDGES[1:])
async def test_the_letters_of_the_week_of_whoever_is_alone(one_database: Database, filled: Filled) -> None:
    async with one_database.writing() as session:
        here = await filled(session)
        leads = next(iter(here.people.values()))
        drafts = await week_pages.start(session, leads, Texts("id"), NOW)
        photos = [one for one in drafts if one.method == "sendPhoto"]
        assert len(photos) == (1 if filled is one_message else 0), "of the principal's one there is nothing to draw"
        every = await places.of_person(session, leads, Texts("id"))
        assert {one.kind for one in every} >= {Kind.GROUP, Kind.COUNTS}
        place = next(one for one in every if one.kind is Kind.COUNTS)
        counted = await pages.shown(session, place, {}, NOW, Texts("id"))
        assert all(cell in (None, "0", "", "3") for row in counted.figures[0].table.rows for cell in row[1:])
