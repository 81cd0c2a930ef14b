"""`sejawat evaluate` from a survey in the database and from printed figures: only who agreed, under codes, one line."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.commands import app
from community import purposes
from community.purposes import STUDY
from community.roles import Role
from content.instruments import house
from learning.surveys import answers
from reports.evaluation import printed, surveyed
from reports.evaluation.values import CannotEvaluate
from reports.pseudonyms import Pseudonyms
from storage.database import Database, Session
from storage.models import School, Survey, SurveyAnswer
from tests.reports.cast import JOINED, Cast, cast, wall

KEY = "kunci-rahasia-untuk-percobaan-saja-0123"
CODES = Pseudonyms(KEY).of_study("evaluate digital-pedagogy")
NAMES = {surveyed.PROGRAMME: "program", surveyed.COMPARISON: "pembanding"}
ITEMS = [one for one in house()["digital-pedagogy"].items if one.kind == "likert"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


# Printed figures


@pytest.mark.parametrize(
    "words, language, told",
    [
        ("F(1,117)=15.86", "id", ("p = 0,00012", "eta kuadrat parsial 0,119")),
        ("f ( 1 ; 117 ) = 15,86", "en", ("p = 0.00012", "partial eta squared 0.119")),
        ("3.12 -> 4.36", "id", ("naik 1,24 (39,7 %)", "gain ternormalisasi 0,66")),
        ("3,12 → 4,36 / 5", "en", ("up by 1.24 (39.7%)", "normalised gain 0.66")),
        ("5 -> 5", "id", ("gain ternormalisasi –",)),
    ],
)
def test_printed_figures(words: str, language: str, told: tuple[str, ...]) -> None:
    done = run("--published", words, "--language", language)
    assert (done.exit_code, done.stderr) == (0, "")
    assert all(one in done.stdout for one in told), done.stdout


def test_printed_figures_as_json_unrounded_and_several_at_once() -> None:
    done = run("--published", "F(1,117)=15.86", "--published", "3.12 ke 4.36 dari 5", "--json")
    first, second = json.loads(done.stdout)
    assert first["p"] == pytest.approx(0.000119, abs=5e-7)
    assert first["partial_eta_squared"] == pytest.approx(0.119374, abs=5e-7)
    assert second["normalised_gain"] == pytest.approx(0.659574, abs=5e-7)


@pytest.mark.parametrize("words", ["", "F(0,117)=1", "F(1,0)=1", "F(1,117)", "6 -> 4", "t(117)=3.98", "<b>", "9" * 500])
def test_what_is_no_printed_figure_is_said_in_one_line(words: str) -> None:
    done = run("--published", words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Tidak terbaca" in done.stderr and len(done.stderr.splitlines()) == 1


@given(st.text(max_size=40))
def test_any_words_are_a_figure_or_a_refusal(words: str) -> None:
    try:
        one = printed.from_words(words)
    except printed.BadFigure:
        return
    assert isinstance(one, printed.PrintedF | printed.PrintedMeans)


# Surveys


async def _answers(session: Session, here: Cast, phase: str, day: str, given: dict[str, int]) -> None:
    opens, one = wall(f"{day} 08:00"), house()["digital-pedagogy"]
    row = Survey(
        group_id=here.group.id, instrument=one.id, content=one.to_json(), way="private", anonymous=False, phase=phase,
        opens_at=opens, opened_at=opens, closes_at=opens + timedelta(days=3), closed_at=opens + timedelta(days=3),
        created_at=opens,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    for name, level in given.items():
        for item in ITEMS:
            who = here.people[name].id
            session.add(SurveyAnswer(survey_id=row.id, person_id=who, item=item.id, value={"is": level}))
    await session.flush()


async def _filled(session: Session) -> tuple[Cast, Cast]:
    """Two groups of eight; all but Guru 7 of each agree to research, Guru 6 has not answered at the end."""
    both = []
    for at, title in enumerate(("KKG Melati", "KKG Mawar")):
        here = await cast(session, title, -1001 - at)
        school = School(name=f"SDN {title}", zone="Asia/Jakarta", created_at=JOINED)
        session.add(school)
        await session.flush()
        here.group.school_id = school.id
        for n in range(8):
            one = await here.joins(f"Guru {n}", Role.TEACHER)
            if n < 7:
                await purposes.answer(session, one, STUDY, True, JOINED)
        before = {f"Guru {n}": 2 + n % 3 for n in range(8)}
        after = {f"Guru {n}": min(5, 2 + n % 3 + (1 - at) + n % 2) for n in range(8) if n != 6}
        await _answers(session, here, "start", "2026-08-10", before)
        await _answers(session, here, "end", "2026-11-09", after)
        both.append(here)
    return both[0], both[1]


async def _gathered(session: Session, here: Cast, there: Cast, subscale: str | None = None) -> surveyed.Surveyed:
    arms = {surveyed.PROGRAMME: [here.group.id], surveyed.COMPARISON: [there.group.id]}
    return await surveyed.gather(session, CODES, "digital-pedagogy", subscale, arms, NAMES)


async def test_only_who_agreed_is_in_it_under_a_code_with_losses_kept(database: Database) -> None:
    async with database.writing() as session:
        here, there = await _filled(session)
        found = await _gathered(session, here, there)
        assert (found.agreed, found.answered, found.in_both) == (14, 16, 0)
        rows = found.study.scores
        assert len(rows) == 14 and {one.arm for one in rows} == {"program", "pembanding"}
        codes = {CODES.person(one): name for name, one in here.people.items()}
        mine = {codes[one.person]: one for one in rows if one.person in codes}
        assert set(mine) == {f"Guru {n}" for n in range(7)}
        assert (mine["Guru 0"].before, mine["Guru 0"].after) == (2.0, 3.0)
        assert (mine["Guru 6"].before, mine["Guru 6"].after) == (2.0, None)
        assert len({one.school for one in rows}) == 2 and not any("SDN" in one.school for one in rows)
        assert (found.study.low, found.study.high) == (1.0, 5.0)
        part = await _gathered(session, here, there, "alat")
        assert [one.before for one in part.study.scores] == [one.before for one in rows]


async def test_who_is_in_both_arms_is_in_none_and_who_took_it_back_is_gone(database: Database) -> None:
    async with database.writing() as session:
        here, there = await _filled(session)
        first = (await session.scalars(select(Survey).where(Survey.group_id == there.group.id))).first()
        assert first is not None
        twice = here.people["Guru 0"].id
        for item in ITEMS:
            session.add(SurveyAnswer(survey_id=first.id, person_id=twice, item=item.id, value={"is": 4}))
        await purposes.answer(session, here.people["Guru 1"], STUDY, False, JOINED)
        await session.flush()
        found = await _gathered(session, here, there)
        assert found.in_both == 1 and len(found.study.scores) == 12
        codes = {CODES.person(here.people[name]) for name in ("Guru 0", "Guru 1")}
        assert not codes & {one.person for one in found.study.scores}


@pytest.mark.parametrize(
    "name, subscale, key",
    [
        ("tidak-ada", None, "no_survey"), ("needs", None, "unnamed"), ("digital-pedagogy", "x", "no_scale"),
        ("confidence", "alat", "no_scale"),
    ],
)  # fmt: skip
def test_a_survey_that_cannot_be_compared_is_said(name: str, subscale: str | None, key: str) -> None:
    with pytest.raises(CannotEvaluate, match=key):
        surveyed.instrument_of(name, subscale)


@pytest.fixture
def installed(one_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill() -> None:
        database = Database(one_database_url)
        async with database.writing() as session:
            await _filled(session)
            await cast(session, "KKG Kosong", -1009)
        await database.close()

    asyncio.run(fill())
    monkeypatch.setenv("DATABASE_URL", one_database_url)
    monkeypatch.setenv("RESEARCH_KEY", KEY)


ASKED = ("--survey", "digital-pedagogy", "--in", "KKG Melati", "--beside", "KKG Mawar")


@pytest.mark.usefixtures("installed")
def test_from_the_database_to_the_page_with_nobodys_name(tmp_path: Path) -> None:
    done = run(*ASKED, "--json", "--out", tmp_path / "hasil")
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert [found["groups"][arm]["compared"] for arm in ("programme", "comparison")] == [6, 6]
    assert "14 orang setuju" in done.stderr and "dari 16" in done.stderr
    page = (tmp_path / "hasil" / "evaluation.html").read_text(encoding="utf-8")
    assert not any(name in page + done.stdout for name in ("Guru", "Melati", "SDN"))


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "words, told",
    [
        (("--survey", "digital-pedagogy"), "--beside"),
        ((*ASKED, "skor.csv"), "satu saja"),
        ((), "satu saja"),
        (("--template",), "satu saja"),
        ((*ASKED, "--of", "x"), "tidak punya bagian"),
        ((*ASKED, "--beside", "KKG Melati"), "kedua kelompok"),
        ((*ASKED[:4], "--beside", "KKG Kosong"), "belum ada survei"),
        ((*ASKED[:4], "--beside", "Kenanga"), "Kenanga"),
        ((*ASKED, "--key-file", "tidak-ada"), "tidak dapat dibaca"),
    ],
)
def test_what_is_missing_is_one_clear_line(words: tuple[str, ...], told: str) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr and "Traceback" not in done.stderr


def test_codes_of_pairs_mean_nothing_outside_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    survey = Survey(group_id=3, instrument="digital-pedagogy")
    mine = [answers.code(survey, number) for number in range(1, 200)]
    assert len(set(mine)) == 199 and mine == [answers.code(survey, number) for number in range(1, 200)]
    monkeypatch.setattr(answers, "_KEY", b"x" * 32)
    assert not set(mine) & {answers.code(survey, number) for number in range(1, 2000)}
