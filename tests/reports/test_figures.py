"""Figures as values: what they count, of how many, what they keep back, and what they say where there is nothing."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from coaching import workflows as kept
from community.roles import Role
from content import figures as catalogue
from content import instruments, packs, rubrics, workflows
from content.texts import Texts
from reports.dashboard import figures as dashboard
from reports.dashboard import result_figures
from reports.dashboard.places import Kind, Place
from reports.dashboard.values import Bars, Look
from reports.figures import (
    charts,
    competences,
    cycles,
    entered,
    frames,
    gathering,
    plans,
    results,
    rhythms,
    sums,
    teachers,
    values,
    voices,
    words,
)
from reports.figures import surveyed as surveys
from reports.figures.values import Figure, careful, share, together
from storage.database import Database
from storage.models import (
    Consultation,
    Cycle,
    CycleMember,
    CycleNote,
    CycleStep,
    Evidence,
    HandIn,
    Meeting,
    MeetingAttendance,
    Membership,
    ModuleScore,
    ModuleVersion,
    PlanRow,
    Pulse,
    PulseAnswer,
    Readiness,
    RubricVersion,
    School,
    WorkPlan,
)
from tests.counting import statements
from tests.reports.cast import JOINED, Cast, cast, wall
from tests.reports.test_survey_figures import surveyed

NOW = wall("2026-11-30 16:00")
PERIOD = (JOINED, NOW)


def look(*here: Cast) -> Look:
    return Look(tuple(one.group for one in here), JOINED, NOW, NOW, here[0].group.zone)


def numbers(found: Figure) -> tuple[int | None, int | None]:
    return found.n, found.of


async def more(here: Cast, *names: str) -> None:
    for name in names:
        await here.joins(name, Role.TEACHER)


async def met(here: Cast, at: str, *there: str, state: str = "held", leader: str = "Sari", signs: str = "") -> Meeting:
    """A meeting, who was there, and what all but the leader saw."""
    row = Meeting(
        group_id=here.group.id, starts_at=wall(at), state=state, leader_id=here.people[leader].id, created_at=JOINED
    )
    here.session.add(row)
    await here.session.flush()
    for name in there:
        said = signs if name != leader else "111"
        here.session.add(
            MeetingAttendance(meeting_id=row.id, person_id=here.people[name].id, present=True, signs=said or None)
        )
    await here.session.flush()
    return row


async def cycle(here: Cast, workflow: str, of: str, step: str, *done: str, state: str = "active") -> Cycle:
    """A cycle that somebody is coached in, with the steps that are done."""
    version = await kept.stored(here.session, workflows_house(workflow), JOINED)
    row = Cycle(
        version_id=version.id, group_id=here.group.id, between="coach", state=state, step=step,
        started_at=wall("2026-10-05 08:00"),
    )  # fmt: skip
    here.session.add(row)
    await here.session.flush()
    here.session.add(
        CycleMember(cycle_id=row.id, person_id=here.people[of].id, side="coachee", since=JOINED, reads_since=JOINED)
    )
    for name in (*done, step):
        at = wall("2026-10-20 10:00")
        here.session.add(
            CycleStep(
                cycle_id=row.id,
                step=name,
                opened_at=at,
                due_on=date(2026, 10, 30),
                done_at=at if name in done else None,
            )
        )
    await here.session.flush()
    return row


def workflows_house(name: str) -> workflows.Workflow:
    return workflows.house()[name]


def test_every_figure_is_in_the_catalogue_with_its_source() -> None:
    found = catalogue.catalogue()
    assert [one.number for one in found.values()] == list(range(1, 34))
    sources = {one.number: one.source for one in found.values()}
    assert {number for number, source in sources.items() if source == "constant"} == {23, 26, 32, 33}
    assert {number for number, source in sources.items() if source == "entered"} == {3, 5, 15, 19}
    assert all(one.paper for one in found.values() if one.source == "constant")
    assert {one.level for one in found.values()} == {None, *catalogue.LEVELS}
    assert {one.part for one in found.values()} == set(catalogue.PARTS)


def test_what_is_wrong_in_the_catalogue_is_named_with_its_line(tmp_path: Path) -> None:
    whole = catalogue.FILE.read_text(encoding="utf-8")
    path = tmp_path / "figures.yaml"
    for old, new in (
        ("number: 2\n", "number: 1\n"),
        ('    paper: "OECD', '    peper: "OECD'),
        ("part: input", "part: x"),
    ):
        path.write_text(whole.replace(old, new, 1), encoding="utf-8")
        found = catalogue.check(path)
        assert found and found[0].line > 4, old


@pytest.mark.parametrize("n, of", [(0, 0), (1, 1), (0, 3), (3, 3), (1, 3), (2, 9), (8, 9), (3, 6), (4, 5)])
def test_a_part_of_few_is_not_in_the_value_at_all(n: int, of: int) -> None:
    found = careful("plans", n, of, PERIOD)
    told = of == 0 or (of >= 3 and (n in (0, of) or min(n, of - n) >= 3))
    assert (found.note == "few") is not told
    if not told:
        assert (found.value, found.n, found.of, found.low, found.high) == (None,) * 5


def test_one_hidden_part_hides_what_it_could_be_reckoned_from() -> None:
    parts = [careful("readiness.x", n, 10, PERIOD) for n in (1, 4, 5)]
    assert [one.note for one in parts] == ["few", "", ""]
    assert {one.note for one in together(parts)} == {"few"}


def test_shares_hold_their_bounds_whatever_is_counted() -> None:
    dice = random.Random(7)
    for _ in range(500):
        of = dice.randint(0, 60)
        found = share("participation.chat", dice.randint(0, of), of, PERIOD)
        if of:
            assert found.low is not None and found.value is not None and found.high is not None
            assert 0 <= found.low <= found.value <= found.high <= 1
        else:
            assert found.value is None and found.note == "nobody"


async def test_meetings_and_chat_are_told_apart_and_a_teacher_of_two_groups_is_one(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        there = await cast(session, "KKG Kenanga", -1002)
        await met(here, "2026-10-12 13:00", "Sari", "Budi", "Ratna")
        await met(here, "2026-10-19 13:00", "Wati", state="cancelled")
        await here.says("Sari", "resource", wall("2026-10-13 09:00"))
        await here.says("Ratna", "coordination", wall("2026-10-13 09:05"))
        asked = look(here)
        known = await teachers.teachers(session, asked)
        meetings, chat = await teachers.participation(session, asked, known, PERIOD)
        assert numbers(meetings) == (2, 4) and numbers(chat) == (1, 4), "Ratna teaches nobody here"
        sari = here.people["Sari"]
        session.add(Membership(person_id=sari.id, group_id=there.group.id, role=Role.TEACHER, since=JOINED))
        await session.flush()
        both = look(here, there)
        assert (await teachers.teachers(session, both)).size == 8, "four and five, of whom one is the same"
        mean = (await teachers.technology(session, asked, known, PERIOD))[2]
        assert mean.value == pytest.approx(0.125), "a quarter wrote, nobody left anything"


async def test_an_empty_group_has_every_figure_and_none_of_them_a_number_that_is_not_there(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for name in list(here.people):
            here.people.pop(name)
        asked = look(here)
        found = await gathering.gather(session, asked)
        assert {one.id for one in found} == set(catalogue.catalogue()) - gathering.ELSEWHERE
        constants = [one for one in found if one.source == "constant"]
        assert {one.value for one in constants} == {0.49, 32.0, 34.0, 36.0, 74.0, 73.0, 71.0}
        entered_ones = [one for one in found if one.source == "entered"]
        assert entered_ones and all(one.value is None and one.note for one in entered_ones)
        assert all(one.value in (None, 0.0) for one in found if one.source == "computed")
        for say in (Texts("id"), Texts("en")):
            lines = words.exact(found, "x", asked.zone, say).rows
            assert len({(row[0], row[1]) for row in lines}) == len(lines), "each by a name of its own"
            assert all("Bukan target" in str(row[-1]) or "Not a target" in str(row[-1]) for row in lines if row[8] in (
                "angka latar", "background",
            ))  # fmt: skip
            assert {row[0] for row in frames.by_level(found, say).rows} == {
                say.plain(f"figures.level.l{one}") for one in catalogue.LEVELS
            }
            assert len({row[0] for row in frames.by_part(found, say).rows}) == 4
        table = await results.table(session, asked)
        assert [row.name for row in table.rows] == [
            "participation", "facilitation", "strategies", "engagement", "technology", "motivation",
        ]  # fmt: skip
        for at in (2, 3, 5):
            given = [one for one in values.FigureTable("", (), (table.rows[at],)).figures() if one.part != "shown"]
            assert given and {one.note for one in given} == {"none_yet"}


async def test_a_year_of_nothing_and_one_message(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        year = Look((here.group,), NOW - timedelta(days=365), NOW, NOW, here.group.zone)
        await here.says("Sari", "consultation", wall("2026-10-13 09:00"))
        kinds = await results.kinds(session, year)
        assert all(one.value is None and one.note == "too_few_messages" for one in kinds.figures())
        assert [one.n for one in kinds.figures() if one.key == "talk.consultation"] == [1]
        table = await results.table(session, year)
        first = table.rows[0].cells[0]
        assert isinstance(first, tuple) and first[0].period[0] == JOINED, "before the group there is no silence"


async def test_the_last_month_against_the_first(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await met(here, "2026-10-05 13:00", "Sari")
        await met(here, "2026-11-20 13:00", "Sari", "Budi", "Wati")
        row = (await results.table(session, look(here))).rows[0]
        before, after, moved = (next(one for one in cell if one.part == "meetings") for cell in row.cells)  # type: ignore[union-attr]
        assert numbers(before) == (1, 4) and numbers(after) == (3, 4)
        assert moved.value == pytest.approx(0.5) and moved.unit == "change" and moved.low is None


@pytest.mark.parametrize("days, compared", [(3, False), (13, False), (14, True)])
async def test_a_group_of_a_few_days_is_told_as_it_is_and_not_compared(
    database: Database, days: int, compared: bool
) -> None:
    """Its first half against its second would be yesterday against today: a fall of a hundred points overnight."""
    async with database.writing() as session:
        here = await cast(session)
        await here.says("Sari", "consultation", JOINED + timedelta(hours=20))
        young = Look((here.group,), JOINED - timedelta(days=30), JOINED + timedelta(days=days), NOW, here.group.zone)
        row = (await results.table(session, young)).rows[0]
        before, after, moved = (next(one for one in cell if one.part == "chat") for cell in row.cells)  # type: ignore[union-attr]
        if compared:
            assert (numbers(before), numbers(after), moved.value) == ((1, 4), (0, 4), pytest.approx(-0.25))
        else:
            assert (before.note, moved.note, numbers(after)) == ("too_soon", "too_soon", (1, 4))
            assert after.period[0] == JOINED


async def test_facilitation_by_month_keeps_back_a_leader_who_would_be_known(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await more(here, "Agus", "Dewi", "Made")
        everybody = ("Sari", "Budi", "Wati", "Agus", "Dewi", "Made")
        await met(here, "2026-10-05 13:00", *everybody, leader="Sari", signs="110")
        for at, leader, signs in (("02", "Sari", "111"), ("09", "Budi", "111"), ("16", "Wati", "111")):
            await met(here, f"2026-11-{at} 13:00", *everybody, leader=leader, signs=signs)
        found = await entered.facilitation(session, look(here))
        assert [(month, one.note, one.n, one.of) for month, one in found] == [
            ("2026-10", "few", None, None), ("2026-11", "", 3, 3),
        ]  # fmt: skip


async def test_planned_and_done_by_rhythm(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for at, state in (("2026-10-05", "held"), ("2026-10-12", "cancelled"), ("2026-11-02", "held")):
            await met(here, f"{at} 13:00", state=state)
        await met(here, "2026-12-07 13:00", state="planned")
        prompt = await here.prompt(wall("2026-10-06 06:30"))
        for name, late in (("Sari", False), ("Budi", False), ("Wati", False)):
            session.add(
                HandIn(
                    delivery_id=prompt.id, person_id=here.people[name].id, medium="text", late=late,
                    handed_at=wall("2026-10-07 10:00"),
                )
            )  # fmt: skip
        await session.flush()
        found = {one.part: one for one in await sums.of_all(session, look(here), rhythms.planned)}
        assert numbers(found["meetings"]) == (2, 3), "what is still to come is not due"
        assert numbers(found["lessons"]) == (1, 1) and found["visits"].note == "nobody"
        timely = (await sums.of_all(session, look(here), rhythms.feedback))[-1]
        assert timely.part == "in_time" and numbers(timely) == (3, 3)


async def test_the_worked_example_of_a_plan_comes_to_32_points(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        school = School(name="SDN Melati 1", zone="Asia/Jakarta", created_at=JOINED, policy_profile="pmm_2024")
        session.add(school)
        await session.flush()
        here.group.school_id = school.id
        await more(here, "Agus", "Dewi", "Made")
        for name, points in (("Sari", 8), ("Budi", 8), ("Wati", 8), ("Agus", 2), ("Dewi", 2), ("Made", 2)):
            await cycle(here, "harmoni", name, _steps()[3], *_steps()[:3])
            plan = WorkPlan(
                person_id=here.people[name].id, group_id=here.group.id, period="2026/2027-1", created_at=JOINED
            )
            session.add(plan)
            await session.flush()
            for number, (times, each) in enumerate(((2, points), (2, 4), (2, 4)), 1):
                session.add(
                    PlanRow(
                        plan_id=plan.id, number=number, result="Belajar", quantity=times, points=each,
                        competence="pedagogik",
                    )
                )  # fmt: skip
        await session.flush()
        there = (await plans.of_groups(session, look(here)))([here.group.id])
        assert sorted(one.points for one in there) == [20, 20, 20, 32, 32, 32]
        found = {one.key: one for one in await sums.of_all(session, look(here), plans.told)}
        assert numbers(found["plans"]) == (3, 6) and numbers(found["points"]) == (3, 6)
        touched = {one.part: one for one in await sums.of_all(session, look(here), competences.told)}
        assert touched["plan-pedagogik"].note == "few", "Rini alone has no plan: six of seven would be her name"
        assert numbers(touched["plan-sosial"]) == (0, 7)
        funnel = await sums.of_all(session, look(here), cycles.harmoni)
        assert [numbers(one) for one in funnel] == [(6, 6)] * 3 + [(0, 6)] * 4


def _steps() -> list[str]:
    return [one.id for one in workflows_house("harmoni").steps]


async def test_competences_are_counted_by_plan_by_aim_and_by_lesson_and_a_teacher_once(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await more(here, "Agus", "Dewi", "Made", "Tuti", "Yono")
        plan, aim, lesson = ("Sari", "Budi", "Wati"), ("Agus", "Dewi", "Made"), ("Sari", "Agus", "Tuti")
        for name in plan:
            row = WorkPlan(
                person_id=here.people[name].id, group_id=here.group.id, period="2026/2027", created_at=JOINED
            )
            session.add(row)
            await session.flush()
            session.add(PlanRow(plan_id=row.id, number=1, result="x", competence="pedagogik", quantity=1))
        for name in aim:
            row_ = await cycle(here, "harmoni", name, _steps()[1])
            step = (await session.scalars(select(CycleStep.id).where(CycleStep.cycle_id == row_.id))).one()
            for said in ("sosial", "pedagogik"):  # the second tap stands
                session.add(
                    CycleNote(
                        cycle_id=row_.id, step_id=step, person_id=here.people[name].id, ask="kompetensi",
                        audience="both", audience_at=JOINED, medium="tap", text=said, created_at=JOINED,
                    )
                )  # fmt: skip
                await session.flush()
        prompt = await here.prompt(wall("2026-10-06 06:30"))
        prompt.lesson = next(one.id for one in packs.pack("awal").lessons if one.competence == "sosial")
        other = await here.prompt(wall("2026-10-07 06:30"))
        for name in lesson:
            await here.tries(name, prompt, wall("2026-10-06 10:00"))
            await here.reflects(name, prompt, wall("2026-10-06 11:00"), audience="me")
        await here.tries("Yono", other, wall("2026-10-07 10:00"))  # a lesson that its pack has lost
        found = {one.part: one for one in await sums.of_all(session, look(here), competences.told)}
        assert {part: numbers(one) for part, one in found.items() if one.n} == {
            "pedagogik": (6, 9), "plan-pedagogik": (3, 9), "aim-pedagogik": (3, 9), "sosial": (3, 9),
            "lesson-sosial": (3, 9),
        }  # fmt: skip
        assert numbers(found["four"]) == (0, 9) and len(found) == 4 * 4 + 1
        page = await result_figures.competences(session, look(here), Texts("id"))
        assert page is not None and len(page.table.rows) == 17
        assert page.table.rows[5][0] == "Kompetensi pedagogik: di rencana kerja"
        assert isinstance(page.chart, Bars) and len(page.chart.bars) == 5


async def test_evidence_stands_beside_what_teachers_said_of_strategies_in_class(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await more(here, "Agus", "Dewi", "Made")
        prompt = await here.prompt(wall("2026-10-06 06:30"))
        for name, day in (
            ("Sari", "10-07"),
            ("Budi", "11-20"),
            ("Agus", "11-20"),
            ("Dewi", "11-21"),
            ("Dewi", "11-22"),
        ):
            session.add(
                Evidence(
                    delivery_id=prompt.id, person_id=here.people[name].id, medium="link", text="https://example.org",
                    created_at=wall(f"2026-{day} 10:00"),
                )
            )  # fmt: skip
        await surveyed(session, here, "strategies", "2026-11-09", [{"dipakai": "ya"}] * 3)
        found = {one.key: one for one in await gathering.gather(session, look(here))}
        assert numbers(found["strategies.shown"]) == (4, 7) and numbers(found["strategies.said"]) == (3, 3)
        row = next(one for one in (await results.table(session, look(here))).rows if one.name == "strategies")
        each = [values.FigureTable("x", (), (values.Row("", (cell,)),)).figures() for cell in row.cells[:2]]
        assert [[(one.part, one.note, one.n) for one in some] for some in each] == [
            [("said", "none_yet", None), ("shown", "few", None)], [("said", "", 3), ("shown", "", 3)],
        ], "one of seven in the first month would be a name"  # fmt: skip
        shown = words.as_table(await results.table(session, look(here)), Texts("id")).rows
        assert any("dengan bukti" in str(row[2]) and "menurut guru sendiri" in str(row[2]) for row in shown)


async def test_modules_by_topic_step_and_criteria_and_media_by_kind(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        aiw = rubrics.house()["aiw"]
        rubric = RubricVersion(rubric="aiw", version=1, digest="x", content=aiw.to_json())
        session.add(rubric)
        await session.flush()
        for topic, step, met_ones in (("diferensiasi", "coba", 0), ("projek", "periksa", 2)):
            row = await cycle(here, "pdca", "Sari", step)
            line = (await session.scalars(select(CycleStep).where(CycleStep.cycle_id == row.id))).one()
            version = ModuleVersion(
                cycle_id=row.id, step_id=line.id, number=1, title="Pecahan", medium="link",
                made_by=here.people["Sari"].id, made_at=wall("2026-10-22 10:00"),
            )  # fmt: skip
            session.add(version)
            note = CycleNote(
                cycle_id=row.id, step_id=line.id, person_id=here.people["Sari"].id, ask="jenis", audience="both",
                audience_at=JOINED, medium="tap", text=topic, created_at=JOINED,
            )  # fmt: skip
            session.add(note)
            await session.flush()
            for one in aiw.criteria[:met_ones]:
                session.add(
                    ModuleScore(
                        version_id=version.id, rubric_id=rubric.id, step_id=line.id, criterion=one.id, level="jelas",
                        person_id=here.people["Sari"].id, seen="Alasan", at=JOINED,
                    )
                )  # fmt: skip
        await session.flush()
        found = {one.part: one.n for one in await cycles.modules(session, look(here))}
        assert found[""] == 2 and found["topic-diferensiasi"] == 1 and found["topic-lain"] == 0
        assert (found["step-coba"], found["step-periksa"], found["done"]) == (1, 1, 0)
        assert [found[f"aiw-{n}"] for n in range(4)] == [1, 0, 1, 0]
        assert {one.note for one in await sums.of_all(session, look(here), cycles.media)} == {"nobody"}


async def test_a_sum_does_not_give_away_what_one_group_alone_keeps_back(database: Database) -> None:
    async with database.writing() as session:
        here, there = await cast(session), await cast(session, "KKG Kenanga", -1002)
        for group, done in ((here, (True, False, False)), (there, (True, True, True))):
            for name, is_done in zip(("Sari", "Budi", "Wati"), done, strict=True):
                await cycle(group, "harmoni", name, _steps()[1], *_steps()[: int(is_done)])
        both = look(here, there)
        assert (await sums.of_all(session, look(here), cycles.harmoni))[0].note == "few"
        assert (await sums.of_all(session, look(there), cycles.harmoni))[0].n == 3
        first = (await sums.of_all(session, both, cycles.harmoni))[0]
        assert (first.note, first.n) == ("few", None), "four of six without three of three is one of three"
        row = await cycle(there, "harmoni", "Sari", _steps()[1])
        assert row.id and numbers((await sums.of_all(session, both, cycles.harmoni))[1]) == (0, 7)


async def test_however_many_groups_there_are_each_figure_asks_as_often(database: Database) -> None:
    """A district's page: what is kept back is looked for in every group, without asking for each."""
    async with database.writing() as session:
        here = [await cast(session, f"KKG {n}", -1001 - n) for n in range(5)]
        for each in here:
            for n in range(4):
                asks = await each.says("Budi", "consultation", wall(f"2026-11-{2 + n:02} 08:00"))
                session.add(
                    Consultation(
                        group_id=each.group.id, message_id=asks.id, person_id=asks.person_id, asked_at=asks.sent_at
                    )
                )  # fmt: skip
                at, to = asks.sent_at + timedelta(hours=1), asks.tg_message_id
                await each.says("Sari", "consultation", at, reply_to=to)
        await session.flush()
        for make in (*gathering.TOGETHER, voices.ready):
            cost = []
            for groups in (here[:2], here):
                with statements() as seen:
                    await sums.of_all(session, look(*groups), make)
                cost.append(len(seen))
            assert cost[0] == cost[1] <= 12, make
        (teachers,) = [one for one in await sums.of_all(session, look(*here), rhythms.feedback)
                       if one.key == "feedback.teacher-teacher"]  # fmt: skip
        assert (teachers.n, teachers.of, teachers.value) == (20, 20, 1.0)


async def test_a_page_of_many_groups_costs_as_many_statements_as_of_two(database: Database) -> None:
    async with database.writing() as session:
        here = [await cast(session, f"KKG {n}", -1001 - n) for n in range(6)]
        for each in here:
            await each.says("Sari", "resource", wall("2026-11-18 08:00"))
            await each.prompt(wall("2026-11-18 06:30"))
        for part in dashboard.parts():
            cost = []
            for groups in (here[:2], here):
                place = Place(Kind.PROGRAMME, "1", "Program", tuple(one.group for one in groups))
                with statements() as seen:
                    await dashboard.shown(session, place, {"bagian": part, "periode": "all"}, NOW, Texts("id"))
                cost.append(len(seen))
            assert cost[0] == cost[1], part


async def test_what_people_say_of_themselves_is_counted_or_not_told(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await more(here, "Agus", "Dewi", "Made")
        for name, signal, phone in zip(
            ("Sari", "Budi", "Wati", "Agus", "Dewi", "Made"), ("weak", "strong") * 3, ("own",) * 5 + ("shared",),
            strict=True,
        ):  # fmt: skip
            session.add(Readiness(person_id=here.people[name].id, signal=signal, phone=phone, updated_at=JOINED))
        await session.flush()
        found = {one.part: one for one in await sums.of_all(session, look(here), voices.ready)}
        assert numbers(found["signal-weak"]) == (3, 6)
        assert {found[f"phone-{one}"].note for one in ("own", "shared")} == {"few"}


async def test_a_pulse_is_told_when_it_is_closed_and_had_five(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        for day, question, closed, many in (
            ("2026-10-05", "trust", True, 5), ("2026-10-26", "agenda", True, 4), ("2026-11-16", "trust", False, 9),
        ):  # fmt: skip
            row = Pulse(
                group_id=here.group.id, week=date.fromisoformat(day), question=question, letter_key=f"pulse:{day}",
                opened_at=wall(f"{day} 12:30"), closed_at=NOW if closed else None,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            for at in range(many):
                session.add(PulseAnswer(pulse_id=row.id, fingerprint=f"{at}" * 8, value=1 + at % 5))
        await session.flush()
        found = await voices.pulse(session, look(here))
        assert {month: [one.n for one in each if one.n] for month, each in found.items()} == {"2026-10": [5]}
        assert [one.value for one in found["2026-10"] if one.part == "trust"] == [3.0]


async def test_a_questionnaire_is_told_of_five_and_stands_beside_what_was_observed(database: Database) -> None:
    async with database.writing() as session:
        here = await cast(session)
        await more(here, "Agus", "Dewi")
        rated = [one.id for one in instruments.house()["plca"].items if one.kind == "likert"]
        each = [dict.fromkeys(rated, level) for level in (1, 2, 3, 1, 3)]  # the fourth has not agreed
        await surveyed(session, here, "plca", "2026-10-05", each)
        assert {one.note for one in await surveys.asked(session, look(here), "plca")} == {"few"}
        await surveyed(session, here, "plca", "2026-11-09", [*each, dict.fromkeys(rated, 4)])
        found = await surveys.asked(session, look(here), "plca")
        turned = [one for one in found if one.value == pytest.approx(2.6)]
        assert len(found) == 5 and {one.n for one in found} == {5} and turned
        chart = charts.profile(found, "plca", "x", Texts("id"))
        assert chart is not None and chart.most == 4 and "n = 5" in chart.points[0].words
        await surveyed(session, here, "needs", "2026-10-12", [{"kendala": ["waktu"]}] * 5)
        every = await gathering.gather(session, look(here))
        for say in (Texts("id"), Texts("en")):
            names = [words.name_of(one, say) for one in every if one.id in ("plca", "obstacles")]
            assert say.plain("figures.table.asked") not in names and len(names) >= 11
        assert "Tidak ada waktu bersama" in [words.name_of(one, Texts("id")) for one in every]
