"""Work plans: who may do what, what a policy asks, a school's catalogue, reminders, and what is left of a person."""

import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from coaching import (
    belongings,
    needs,
    pages,
    pauses,
    plan_bringing,
    plan_checks,
    plan_kinds,
    plan_pages,
    plan_reminders,
    plan_rights,
    plans,
    seats,
    steps,
)
from coaching.plan_rights import ALLOWED, PlanAct, PlanSide, may
from coaching.refusals import Gone, NotNow
from coaching.rights import Act
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import plans as files
from content.plans import Bounds, Profile
from content.texts import Texts
from reports import papers, person, plan_paper
from reports.papers import desk, signing
from reports.papers.making import Desk, Kind, Subject
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import Cycle, CycleStep, Letter, Letterhead, Person, PlanKind, PlanRow, School, WorkPlan
from tests.coaching.cast import NOW, Coached, answers, begun, ends, later, letters_to, school, wall, where
from tests.coaching.plan_rows import ROWS
from tests.reports import reading_back

SAY = Texts("id")
PMM = files.profile("pmm_2024")
GTK = files.profile("ruang_gtk_2025")


async def _policy(session: Session, name: str) -> None:
    await session.execute(update(School).values(policy_profile=name))


async def _filled(session: Session, cast: Coached) -> WorkPlan:
    """Sari's plan with the three rows, from the cycle with Bu Ratna."""
    plan = await plans.mine(session, cast.sari, NOW)
    seat = await plan_rights.take(session, cast.sari, plan.id, PlanAct.EDIT)
    await plans.replace(session, seat, ROWS, NOW)
    return plan


async def _handed_on(session: Session, cycle: Cycle) -> None:
    """As if the teacher had ended the step that makes the plan, and stood at support."""
    await session.execute(update(CycleStep).values(step="matriks", coachee_done_at=NOW))
    cycle.step = "matriks"
    await session.flush()


def row(quantity: int, points: int | None) -> PlanRow:
    return PlanRow(result="Seminar", quantity=quantity, points=points)


@pytest.mark.parametrize(
    "profile, rows, confirmed, able, lacks",
    [
        (PMM, [], False, False, "plan"),
        (PMM, [row(2, 8), row(2, 4), row(2, 4)], False, True, None),  # 32
        (PMM, [row(31, 1)], False, False, "plan_few"),
        (PMM, [row(1, 128)], False, False, None),
        (PMM, [row(3, 43)], False, False, "plan_many"),  # 129
        (PMM, [row(2, None)], True, True, "plan_few"),
        (GTK, [row(1, None)], False, True, "plan_confirmed"),
        (GTK, [row(1, None)], True, True, None),
        (GTK, [row(1, None)], False, False, None),  # nobody here could confirm it
        (GTK, [], True, True, "plan"),
        (files.profile("none"), [row(1, None)], False, True, None),
        (Profile(period="semester"), [], False, False, "plan"),
    ],
)
def test_what_a_policy_asks(
    profile: Profile, rows: list[PlanRow], confirmed: bool, able: bool, lacks: str | None
) -> None:
    found = plan_checks.lacking(profile, rows, is_confirmed=confirmed, can_be_confirmed=able)
    assert found == lacks


def test_the_policies_and_the_five_known_kinds_stand_in_files() -> None:
    assert (PMM.points, GTK.points, GTK.confirmed) == (Bounds(least=32, most=128), None, True)
    assert [(one.points, one.evidence) for one in files.house()] == [
        (8, "certificate"), (8, "report"), (36, "certificate"), (8, "certificate"), (4, "certificate"),
    ]  # fmt: skip
    assert files.check() == []
    assert files.profile("rumor") == files.profile("none") == files.profile(None)


@pytest.mark.parametrize(
    "name, day, period",
    [
        ("pmm_2024", date(2026, 7, 1), "2026/2027-1"),
        ("pmm_2024", date(2026, 12, 31), "2026/2027-1"),
        ("pmm_2024", date(2027, 1, 1), "2026/2027-2"),
        ("pmm_2024", date(2027, 6, 30), "2026/2027-2"),
        ("ruang_gtk_2025", date(2027, 6, 30), "2026/2027"),
        ("ruang_gtk_2025", date(2027, 7, 1), "2027/2028"),
    ],
)
def test_a_plan_is_for_a_semester_or_a_year(name: str, day: date, period: str) -> None:
    assert plans.period_of(files.profile(name), day) == period


# Who may do it, by the names of the cast. Sari owns the plan; Ratna coaches the cycle it came from; Kusuma is the
# principal, and was asked to confirm it.
DOES: dict[PlanAct, Callable[[Session, Person | None, WorkPlan], Awaitable[Any]]] = {
    PlanAct.SEE: lambda s, who, p: plan_pages.seen(s, who, p.id, SAY),
    PlanAct.EDIT: lambda s, who, p: plans.add(s, who, p.id, "", "Baris baru", NOW),
    PlanAct.TAKE_OUT: lambda s, who, p: plan_bringing.taken_out(s, who, p.id, SAY, NOW),
    PlanAct.PRINT: lambda s, who, p: _printed(s, who, p.id),
    PlanAct.ASK: lambda s, who, p: plan_checks.ask(s, who, p.id, NOW),
    PlanAct.CONFIRM: lambda s, who, p: plan_checks.confirm(s, who, p.id, p.revision, agrees=True, now=NOW),
}


async def _printed(session: Session, who: Person | None, plan_id: int, ticks: int = 3) -> list[Draft]:
    if who is None:
        raise NeedsConsent  # as the door says it of somebody unknown
    return await desk.letters(Desk(session, who, SAY, NOW), Subject(Kind.PLAN, plan_id, ticks), "pdf")


SIDES = {"sari": PlanSide.OWNER, "ratna": PlanSide.COACH, "kepala": PlanSide.PRINCIPAL}


@pytest.mark.parametrize("act", PlanAct)
async def test_every_cell_of_the_table(database: Database, act: PlanAct) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        plan = await _filled(session, cast)
        await _handed_on(session, cycle)
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        assert set(DOES) == set(ALLOWED) == set(PlanAct)
        for who in ("sari", "ratna", "kepala", "dewi", "hendra", "faisal", "tamu"):
            side = SIDES.get(who)
            point = await session.begin_nested()
            if may(side, act):
                try:
                    await DOES[act](session, getattr(cast, who), plan)
                except NotNow:
                    assert act is PlanAct.ASK, "asked already, which is hers to know"
            else:
                with pytest.raises(Refusal) as refused:
                    await DOES[act](session, getattr(cast, who), plan)
                assert isinstance(refused.value, NotAllowed if side else Gone), who
            await point.rollback()
            await session.refresh(plan)
            await session.refresh(getattr(cast, who))
        with pytest.raises(NeedsConsent):
            await DOES[act](session, None, plan)
        with pytest.raises(Gone):
            await DOES[act](session, cast.sari, WorkPlan(id=plan.id + 99, revision=0))


async def test_the_coach_reads_the_plan_when_it_is_handed_on_and_the_principal_when_asked(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        plan = await _filled(session, cast)
        for who in (cast.ratna, cast.kepala):
            with pytest.raises(Gone):
                await plan_pages.seen(session, who, plan.id, SAY)
        shown = await plan_pages.of_cycle(session, cast.ratna, cycle.id, SAY, NOW)
        assert "masih disusun" in shown[0]
        await _handed_on(session, cycle)
        shown = await plan_pages.of_cycle(session, cast.ratna, cycle.id, SAY, NOW)
        assert "RHK Sari" in shown[0] and "disiplin positif" not in shown[0] and shown[1] == []
        await session.execute(update(School).values(policy_profile="ruang_gtk_2025"))
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        assert "Konfirmasi" in str((await plan_pages.seen(session, cast.kepala, plan.id, SAY))[1])


async def test_the_needs_of_harmoni_wait_for_plan_and_support(database: Database) -> None:
    async with school(database) as (session, cast):
        await _policy(session, "pmm_2024")
        cycle = await begun(session, cast)
        await session.execute(update(CycleStep).values(step="matriks"))
        cycle.step = "matriks"
        await session.flush()

        async def lacking(need: Any) -> str | None:
            found = await where(session, cast.sari, cycle)
            return await needs.CHECKS[need](session, found.seat, found.row)

        assert await lacking("plan") == "plan"
        plan = await _filled(session, cast)
        assert plan.cycle_id == cycle.id and plan.period == "2026/2027-1"
        assert await lacking("plan") is None and await lacking("support") is None
        rows = await plans.rows_of(session, plan.id)
        assert plans.sum_of(rows) == 32
        await plans.change(session, cast.sari, rows[2].id, "quantity", "1", NOW)
        await plans.change(session, cast.sari, rows[2].id, "support_form", "", NOW)
        assert await lacking("plan") == "plan_few" and await lacking("support") == "support"
        with pytest.raises(Refusal) as waits:
            await ends(session, cast.sari, cycle, NOW)
        assert waits.value.text_key == "coaching.lacks.plan_few"
        await plans.set_free(session, cast.sari, plan.id, free=True)
        assert await lacking("plan") is None, "without the duty the plan is free"


async def test_a_principal_confirms_what_they_saw_and_a_change_asks_again(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await session.execute(update(CycleStep).values(step="matriks"))
        cycle.step = "matriks"
        plan = await _filled(session, cast)
        with pytest.raises(Refusal) as waits:
            await ends(session, cast.sari, cycle, NOW)
        assert waits.value.text_key == "coaching.lacks.plan_confirmed"
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        assert "mengonfirmasi RHK" in (await letters_to(session, cast.kepala))[-1]
        with pytest.raises(Refusal) as waits:
            await ends(session, cast.sari, cycle, NOW)
        assert waits.value.text_key == "coaching.lacks.plan_waits", "who has asked is not sent to ask"
        assert (
            "ditunggu: konfirmasi kepala sekolah." in (await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW))[0]
        )
        told, rows = await plan_pages.home(session, cast.kepala, SAY, NOW)  # whoever passed over the letter finds it
        assert "Menunggu konfirmasi Bapak/Ibu: 1 RHK." in told
        assert [one["text"] for row in rows for one in row if one["callback_data"] == f"rhksee:{plan.id}"] == [
            "RHK Sari"
        ]
        for other in (cast.sari, cast.faisal):
            page = await plan_pages.home(session, other, SAY, NOW)
            assert "rhksee" not in str(page) and "Menunggu konfirmasi Bapak/Ibu" not in page[0]
        seen = plan.revision
        (first, *_) = await plans.rows_of(session, plan.id)
        await plans.change(session, cast.sari, first.id, "place", "kelas 9", NOW)
        with pytest.raises(Gone):  # what she was shown is no longer what she is asked
            await plan_checks.confirm(session, cast.kepala, plan.id, seen, agrees=True, now=NOW)
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        with pytest.raises(NotNow):
            await plan_checks.confirm(session, cast.kepala, plan.id, seen, agrees=True, now=NOW)
        await plan_checks.confirm(session, cast.kepala, plan.id, plan.revision, agrees=False, now=NOW)
        assert "membicarakan RHK" in (await letters_to(session, cast.sari))[-1]
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        assert len([one for one in await letters_to(session, cast.kepala) if "mengonfirmasi RHK" in one]) == 3
        await plan_checks.confirm(session, cast.kepala, plan.id, plan.revision, agrees=True, now=NOW)
        assert "sudah mengonfirmasi" in (await letters_to(session, cast.sari))[-1]
        assert "Menunggu" not in (await plan_pages.home(session, cast.kepala, SAY, NOW))[0]
        assert (await ends(session, cast.sari, cycle, NOW)) is not None
        with pytest.raises(NotNow):
            await plan_checks.confirm(session, cast.kepala, plan.id, plan.revision, agrees=True, now=NOW)


async def test_a_row_from_the_catalogue_knows_its_points_and_asks_three_things(database: Database) -> None:
    async with school(database) as (session, cast):
        await _policy(session, "pmm_2024")
        plan = await plans.mine(session, cast.sari, NOW)
        assert (await plans.mine(session, cast.sari, NOW)).id == plan.id
        made = await plans.add(session, cast.sari, plan.id, "observasi-sejawat", "", NOW)
        assert (made.points, made.quantity, made.number) == (8, 1, 1)
        with pytest.raises(Refusal) as fixed:
            await plans.change(session, cast.sari, made.id, "points", "36", NOW)
        assert fixed.value.text_key == "plans.points_of_kind"
        asked = [place := plans.FIELDS.index("quantity")]
        while (following := plan_pages.after(place)) is not None:
            asked.append(place := following)
        assert [plans.FIELDS[one] for one in asked] == ["quantity", "when_text", "place"]
        for said in ("0", "100", "dua", "-1", "٣", ""):
            with pytest.raises(Refusal):
                await plans.change(session, cast.sari, made.id, "quantity", said, NOW)
        await plans.change(session, cast.sari, made.id, "quantity", "2 kali", NOW)
        assert made.total == 16
        other = await plans.add(session, cast.sari, plan.id, "", "Baris sendiri", NOW)
        for forged in (("id", "9"), ("plan_id", "1"), ("competence", "juara")):
            with pytest.raises(Gone):
                await plans.change(session, cast.sari, other.id, *forged, NOW)
        with pytest.raises(Gone):
            await plans.add(session, cast.sari, plan.id, "tidak-ada", "", NOW)
        await plans.remove(session, cast.sari, made.id)
        assert [(one.number, one.result) for one in await plans.rows_of(session, plan.id)] == [(1, "Baris sendiri")]
        for who in (cast.ratna, cast.dewi, cast.kepala, cast.tamu):
            with pytest.raises(Gone):
                await plans.change(session, who, other.id, "place", "x", NOW)
        with pytest.raises(NotAllowed):
            await plans.mine(session, cast.kepala, NOW)
        page = await plan_pages.home(session, cast.kepala, SAY, NOW)
        assert "Katalog poin SDN Melati 2" in str(page[1])


async def test_a_school_enters_the_kinds_the_house_does_not_know(database: Database) -> None:
    async with school(database) as (session, cast):
        await _policy(session, "pmm_2024")
        number = cast.group.school_id or 0
        row = await plan_kinds.enter(session, cast.faisal, number, "Peserta seminar", 4, "certificate", NOW)
        known = await plan_kinds.catalogue(session, number)
        assert [known[row.slug].points, len(known)] == [4, 6]
        assert plan_kinds.kind_of("Meningkat sebagai PESERTA  seminar nasional", known) == row.slug
        assert len(await plan_kinds.catalogue(session, None)) == 5
        mine = b"entries:\n  - {id: seminar, title: {id: Peserta seminar, en: Seminar}, points: 6, evidence: report}\n"
        await plan_kinds.bring(session, cast.kepala, number, mine, "poin.yaml", SAY, NOW)
        bad = b"entries:\n  - id: seminar\n    title: {id: S, en: S}\n    points: 900\n    evidence: kue\n"
        with pytest.raises(Refusal) as wrong:
            await plan_kinds.bring(session, cast.kepala, number, bad, "poin.yaml", SAY, NOW)
        assert "poin.yaml:4" in str(wrong.value.blanks) and "poin.yaml:5" in str(wrong.value.blanks)
        for odd in (b"\xff\xfe", b"[", b"entries: []", b"", b"x" * 60_000, b"- 1"):
            with pytest.raises(Refusal):
                await plan_kinds.bring(session, cast.kepala, number, odd, "a.yaml", SAY, NOW)
        assert await session.scalar(select(func.count()).select_from(PlanKind)) == 2, "a bad file changes nothing"
        for who in (cast.sari, cast.ratna, cast.hendra, cast.tamu):
            with pytest.raises(NotAllowed):
                await plan_kinds.enter(session, who, number, "Lain", 4, "report", NOW)
            with pytest.raises(Gone):
                await plan_kinds.withdraw(session, who, row.id)
        for title, points, shown in (("", 4, "report"), ("x" * 61, 4, "report"), ("Ya", 129, "report"), ("Ya", 4, "x")):
            with pytest.raises(Refusal):
                await plan_kinds.enter(session, cast.faisal, number, title, points, shown, NOW)
        plan = await plans.mine(session, cast.sari, NOW)
        made = await plans.add(session, cast.sari, plan.id, row.slug, "", NOW)
        await plan_kinds.withdraw(session, cast.faisal, row.id)
        assert made.points == 4 and plans.unlisted([made], await plan_kinds.catalogue(session, None)) == []
        assert row.slug not in await plan_kinds.catalogue(session, number)


async def test_a_row_is_remembered_in_its_week_once_and_not_in_a_pause(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        plan = await plans.mine(session, cast.sari, NOW)
        made = await plans.add(session, cast.sari, plan.id, "peserta-praktik-baik", "", NOW)
        await plans.change(session, cast.sari, made.id, "when_text", "minggu ke-3 Juli dan ke-2 September", NOW)
        assert made.remind_at == wall("2026-07-15T14:00"), "Wednesday the 15th is the first school day of that week"
        before = len(await letters_to(session, cast.sari))
        assert await plan_reminders.remind_due(session, wall("2026-07-15T13:59")) == 0
        assert await plan_reminders.remind_due(session, wall("2026-07-15T14:00")) == 1
        assert await plan_reminders.remind_due(session, wall("2026-07-15T14:00")) == 0
        (told,) = (await letters_to(session, cast.sari))[before:]
        assert "minggu ke-3 Juli" in told and "praktik baik" in told
        assert len(await letters_to(session, cast.ratna)) == 1, "the coach is told nothing"
        await session.refresh(made)
        assert made.remind_at == wall("2026-09-08T14:00")
        await pauses.pause(session, cast.sari, cycle.id, 0, later(days=60))
        assert await plan_reminders.remind_due(session, wall("2026-09-08T14:00")) == 1
        assert len(await letters_to(session, cast.sari)) == before + 1
        await plans.change(session, cast.sari, made.id, "when_text", "20 Oktober", NOW)
        assert made.remind_at == wall("2026-10-19T14:00"), "a single day: the school day before"
        await plans.change(session, cast.sari, made.id, "when_text", "kapan-kapan", NOW)
        assert (made.times, made.remind_at) == (None, None)


async def test_only_what_the_teacher_ticks_reaches_the_paper(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        plan = await _filled(session, cast)
        for step in ("refleksi", "narasi", "pelaksanaan"):
            await session.execute(update(CycleStep).values(done_at=NOW))
            cycle.step = step
            await steps.begin(session, await seats.take(session, cast.sari, cycle.id, Act.SEE), NOW)
            await answers(session, cast.sari, cycle, f"Kata {step}", NOW)
            if step == "narasi":
                await answers(session, cast.ratna, cycle, "Kata coach", NOW)
        seat = await plan_rights.take(session, cast.sari, plan.id, PlanAct.PRINT)
        told = {
            chosen: json.dumps((await plan_paper.of_plan(session, seat, chosen, SAY, NOW))["sections"])
            for chosen in ("", "k", "t", "kt")
        }
        assert told[""] == "[]"
        assert "Kata narasi: kesimpulan" in told["k"] and "tindak-lanjut" not in told["k"]
        assert "Kata pelaksanaan: tindak-lanjut" in told["t"] and "kesimpulan" not in told["t"]
        for secret in ("Kata refleksi", "puas", "hasil", "Kata coach"):
            assert secret not in told["kt"]
        assert [plan_paper.ticked(bits) for bits in (0, 1, 2, 3, 4, 2**60 + 1)] == ["", "k", "t", "kt", "", "k"]
        page, rows = await desk.preview(Desk(session, cast.sari, SAY, NOW), Subject(Kind.PLAN, plan.id))
        assert str(rows).count("☐") == 2 and "centang" in page and "Kata narasi" not in page
        page, rows = await desk.preview(Desk(session, cast.sari, SAY, NOW), Subject(Kind.PLAN, plan.id, 1))
        assert str(rows).count("☑") == 1 and f"papsee:rhk:{plan.id}:3" in str(rows) and "Kata narasi" in page
        data = await plan_paper.of_plan(session, seat, "kt", SAY, NOW)
        for duty in ("PNS", "ASN", "PPPK", "honorer", "status"):
            assert duty.casefold() not in json.dumps(data).casefold()
        for counts in (True, False):
            drawn = papers.draw("plan", data | {"counts": counts}, "id")
            assert drawn.startswith(b"%PDF-") and drawn == papers.draw("plan", data | {"counts": counts}, "id")


async def test_it_is_signed_by_the_teacher_and_the_principal_under_the_letterhead(database: Database) -> None:
    async with school(database) as (session, cast):
        plan = await _filled(session, cast)
        session.add(Letterhead(group_id=cast.group.id, lines="SDN MELATI 2", person_id=cast.kepala.id, at=NOW))
        here = Desk(session, cast.sari, SAY, NOW)
        made = await desk.made(here, Subject(Kind.PLAN, plan.id))
        pdf, file = (papers.draw("office", made.paper.plain(), "id", form) for form in papers.FORMS)
        for told in (reading_back.of_pdf(pdf), reading_back.of_docx(file)):
            flat = " ".join(told.split())
            assert "SDN MELATI 2" in flat and "Kepala Sekolah," in flat and "Guru," in flat and "Kusuma" in flat
        page, rows = await desk.preview(here, Subject(Kind.PLAN, plan.id))
        assert "SDN MELATI 2" in page and "Kepala Sekolah" in page and "siap dicetak" in page
        assert [f"papget:rhk:{plan.id}:0:{form}" in str(rows) for form in ("pdf", "docx", "both")] == [True] * 3
        hand = signing.Hand("Sari Wulandari, S.Pd.", "Guru kelas 4", "198001012005011001", "Tangerang")
        (draft,) = await desk.letters(
            Desk(session, cast.sari, SAY, NOW, hand.plain()), Subject(Kind.PLAN, plan.id), "docx"
        )
        assert draft.forgets and "NIP 19800101 200501 1 001" in json.dumps(draft.params)
        assert draft.params["document"]["paper"]["name"].startswith("RHK-2026-2027")
        with pytest.raises(Gone):
            await desk.of_what(session, cast.faisal, "rhk", cast.group.id, SAY, NOW)


async def test_a_copy_holds_the_plan_and_nothing_is_left_of_it(database: Database) -> None:
    async with school(database) as (session, cast):
        await begun(session, cast)
        plan = await _filled(session, cast)
        await plan_checks.ask(session, cast.sari, plan.id, NOW)
        await plan_checks.confirm(session, cast.kepala, plan.id, plan.revision, agrees=True, now=NOW)
        await plan_kinds.enter(session, cast.kepala, cast.group.school_id or 0, "Peserta seminar", 4, "report", NOW)
        told = await belongings.copy_of(session, cast.sari)
        assert [one["result"] for one in told["plan_rows"]] == [one["result"] for one in ROWS]
        assert (await belongings.copy_of(session, cast.kepala))["plans_confirmed"] and json.dumps(told)
        await person.forget(session, cast.kepala, NOW)
        assert (await session.scalars(select(WorkPlan.confirmed_by))).all() == [None]
        assert (await session.scalars(select(PlanKind.created_by))).all() == [None]
        await person.forget(session, cast.sari, NOW)
        for table in (WorkPlan, PlanRow):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
        words = [str(one) for one in await session.scalars(select(Letter.params))]
        assert not any("Sari" in one for one in words)
