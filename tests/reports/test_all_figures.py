"""A group in which everything happens has a value for each of the 33 figures, with the mark the catalogue gives it."""

from typing import Any

from sqlalchemy import select

from content import figures as catalogue
from content import instruments, packs, rubrics
from content.texts import Texts
from reports.figures import frames, gathering, results
from storage.database import Database, Session
from storage.models import (
    CycleNote,
    CycleStep,
    Evidence,
    HandIn,
    ModuleVersion,
    Observation,
    ObservationScore,
    PlanRow,
    Question,
    RubricVersion,
    School,
    WorkPlan,
)
from tests.reports.cast import JOINED, Cast, cast, wall
from tests.reports.evaluation_data import evaluation
from tests.reports.test_figures import cycle, look, met, more, workflows_house
from tests.reports.test_survey_figures import surveyed

TEACHERS = ("Sari", "Budi", "Wati", "Agus", "Dewi", "Made")
# Beside what the catalogue computes stands what was observed of the same; it carries its own mark.
OF_ITS_OWN = {f"plca.{one.id}": "entered" for one in rubrics.house()["plca"].criteria}


async def a_full_group(session: Session) -> Cast:
    """Six teachers who talk, meet, plan, learn, answer surveys, are watched and coached."""
    here = await cast(session)
    await more(here, *TEACHERS[3:])
    school = School(name="SDN Melati 1", zone="Asia/Jakarta", created_at=JOINED, policy_profile="pmm_2024")
    session.add(school)
    await session.flush()
    here.group.school_id = school.id
    for n in range(24):
        label = ("resource", "consultation", "coordination", "motivation")[n % 4]
        await here.says(TEACHERS[n % 6], label, wall(f"2026-11-{2 + n // 4:02} 09:{n:02}"), source="person")
    for day, leader in (("02", "Sari"), ("09", "Budi"), ("16", "Wati")):
        await met(here, f"2026-11-{day} 13:00", *TEACHERS, leader=leader, signs="111")
    await learnt(here)
    await planned(here)
    await coached(here)
    await asked(here)
    return here


async def learnt(here: Cast) -> None:
    """A lesson that all try, with evidence, a worksheet handed in, and a question that is answered."""
    prompt = await here.prompt(wall("2026-11-02 06:30"))
    prompt.lesson = packs.pack("awal").lessons[0].id
    for name in TEACHERS:
        of = {"delivery_id": prompt.id, "person_id": here.people[name].id}
        await here.tries(name, prompt, wall("2026-11-02 10:00"))
        here.session.add_all(
            [
                Evidence(medium="link", text="https://example.org", created_at=wall("2026-11-02 11:00"), **of),
                HandIn(
                    medium="text", handed_at=wall("2026-11-03 08:00"), answered_at=wall("2026-11-03 10:00"),
                    answered_by=here.people["Ratna"].id, answer="Bagus", **of,
                ),
                Question(
                    audience="coach", text="Bagaimana?", created_at=wall("2026-11-03 08:00"),
                    answered_at=wall("2026-11-03 09:00"), **of,
                ),
            ]
        )  # fmt: skip
    await here.session.flush()


async def planned(here: Cast) -> None:
    """The worked example of a plan, for everybody."""
    for name in TEACHERS:
        plan = WorkPlan(person_id=here.people[name].id, group_id=here.group.id, period="2026/2027-1", created_at=JOINED)
        here.session.add(plan)
        await here.session.flush()
        for number, (times, points) in enumerate(((2, 8), (2, 4), (2, 4)), 1):
            here.session.add(
                PlanRow(
                    plan_id=plan.id, number=number, result="Belajar", quantity=times, points=points,
                    competence="pedagogik",
                )
            )  # fmt: skip
    await here.session.flush()


async def coached(here: Cast) -> None:
    """HARMONI and help with media for all, a module, and a meeting that was observed with the rubric."""
    session = here.session
    harmoni, media = (workflows_house(name).steps for name in ("harmoni", "media-assistance"))
    for name in TEACHERS:
        await cycle(here, "harmoni", name, harmoni[3].id, *(one.id for one in harmoni[:3]))
        await cycle(here, "media-assistance", name, media[1].id, media[0].id)
    made = await cycle(here, "pdca", "Sari", "coba")
    step = (await session.scalars(select(CycleStep.id).where(CycleStep.cycle_id == made.id))).one()
    of = {"cycle_id": made.id, "step_id": step, "created_at": JOINED}
    session.add(
        ModuleVersion(
            cycle_id=made.id, step_id=step, number=1, title="Pecahan", medium="link",
            made_by=here.people["Sari"].id, made_at=wall("2026-11-10 10:00"),
        )
    )  # fmt: skip
    session.add(
        CycleNote(
            person_id=here.people["Sari"].id, ask="jenis", audience="both", audience_at=JOINED, medium="tap",
            text="projek", **of,
        )
    )  # fmt: skip
    rubric = rubrics.house()["plca"]
    version = RubricVersion(rubric="plca", version=1, digest="x", content=rubric.to_json())
    session.add(version)
    await session.flush()
    for n in range(3):
        seen = Observation(
            cycle_id=made.id, step_id=step, rubric_id=version.id, observer_id=here.people["Ratna"].id,
            observed_id=here.people["Sari"].id, opened_at=wall(f"2026-11-{11 + n} 10:00"),
            started_at=wall(f"2026-11-{11 + n} 08:00"),
        )  # fmt: skip
        session.add(seen)
        await session.flush()
        session.add_all(
            ObservationScore(
                observation_id=seen.id, criterion=one.id, level=rubric.levels[-1].id, person_id=here.people["Ratna"].id,
                seen="Terlihat", at=wall(f"2026-11-{11 + n} 09:00"),
            )
            for one in rubric.criteria
        )  # fmt: skip
    await session.flush()


async def asked(here: Cast) -> None:
    """Every survey that a figure is made of."""
    rated = {name: [one.id for one in instruments.house()[name].items if one.kind == "likert"]
             for name in ("plca", "digital-pedagogy", "coaching-satisfaction")}  # fmt: skip
    each: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        ("strategies", "11-09", {"dipakai": "ya"}, {}),
        ("motivation", "11-09", {"semangat": 5}, {}),
        ("engagement", "11-09", {"biasa": 50, "modul": 70}, {}),
        ("participation", "11-09", {"anak-tangga": "ditanya"}, {}),
        ("confidence", "11-11", {"yakin": 5}, {}),
        ("needs", "11-09", {"kendala": ["waktu"]}, {}),
        ("needs", "10-05", {"kendala": ["waktu"]}, {"phase": "start"}),
        ("plca", "11-09", dict.fromkeys(rated["plca"], 3), {}),
        ("digital-pedagogy", "10-05", dict.fromkeys(rated["digital-pedagogy"], 3), {"phase": "start"}),
        ("digital-pedagogy", "11-09", dict.fromkeys(rated["digital-pedagogy"], 4), {"phase": "end"}),
        ("coaching-satisfaction", "11-09", dict.fromkeys(rated["coaching-satisfaction"], 4), {}),
    ]
    for name, day, given, more_ in each:
        await surveyed(here.session, here, name, f"2026-{day}", [given] * 8, **more_)


async def test_each_of_the_33_figures_has_a_value_where_everything_happens(database: Database) -> None:
    async with database.writing() as session:
        here = await a_full_group(session)
        found = await gathering.gather(session, look(here))
        table = await results.table(session, look(here))
    entries = catalogue.catalogue()
    assert len(entries) == 33
    valued = {one.id for one in found if one.value is not None}
    assert sorted(entries.keys() - gathering.ELSEWHERE - valued) == []
    for one in [*found, *table.figures()]:
        assert one.source == OF_ITS_OWN.get(one.key, entries[one.id].source), one.key
    assert all(row.cells[1] and row.cells[1][0].value is not None for row in table.rows), "figure 16"  # type: ignore[index,union-attr]
    # Figures 13 and 14: each level and each part has figures that speak of it, and instruments.
    for frame, groups in ((frames.by_level, 4), (frames.by_part, 4)):
        rows = frame(found, Texts("en")).rows
        assert len({row[0] for row in rows if row[3]}) == groups and any(row[4] == "instrument" for row in rows)


def test_figures_of_two_groups_come_from_the_evaluation() -> None:
    """Figures 17, 18, 19 and 22, which no page of a group has: `sejawat evaluate` and the sheet of scores make them."""
    made = evaluation("rubric")
    assert made.ancova.test.df2 == made.programme.n + made.comparison.n - 3 and made.ancova.partial_eta_squared
    assert made.sizes is not None and made.sizes.d
    assert made.programme.gain.percent and made.comparison.gain.percent
    assert made.programme.loss.listed >= made.programme.loss.compared == made.programme.n > 0
