"""A school's own workflow by file: checked, refused with line and reason, offered in that school alone, withdrawn."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from coaching import cycles, offering, own_workflows, pages, steps
from coaching.refusals import Gone
from coaching.rights import Act, Side
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import Upload
from storage.models import Attachment, Person, School, WorkflowVersion
from tests.coaching.cast import NOW, Coached, coached, school
from tests.community.cast import a_group, somebody
from tests.content.test_workflows import GOOD

SAY = Texts("id")


async def _came(session: Session, who: Person | None, school_id: int, text: str | bytes) -> str:
    content = text if isinstance(text, bytes) else text.encode()
    digest = f"d{await session.scalar(select(Attachment.digest).limit(1)) or 0}"[:60]
    session.add(Attachment(digest=digest, name="alur.yaml", content=content, created_at=NOW))
    await session.flush()
    answer: dict[str, Any] = {"ok": True, "result": {"attachment": digest, "name": "alur.yaml", "size": len(content)}}
    return (await own_workflows.came(session, who, answer, school_id, SAY, NOW))[0]


def _here(cast: Coached) -> int:
    assert cast.group.school_id is not None
    return cast.group.school_id


async def _elsewhere(session: Session) -> tuple[School, Person]:
    other = School(name="SMP Kenanga", zone="Asia/Jakarta", created_at=NOW)
    session.add(other)
    await session.flush()
    group = await a_group(session, -100_777, title="SMP Kenanga", school_id=other.id)
    return other, await somebody(session, "Wira", 77, group=group, roles=(Role.PRINCIPAL,))


@pytest.mark.parametrize("who", ["kepala", "faisal"])
async def test_a_good_file_is_offered_and_a_cycle_can_begin_with_it(database: Database, who: str) -> None:
    async with school(database) as (session, cast):
        person = getattr(cast, who)
        assert "owns" in str((await pages.listed(session, person, SAY, NOW))[1])
        told = await _came(session, person, _here(cast), GOOD)
        assert "Dua langkah" in told and "2 langkah" in told
        assert "pendek" in {one.id for one in await offering.offered(session, cast.group)}
        cycle = await cycles.offer(session, cast.ratna, cast.group, "pendek", Side.COACHEE, [cast.sari.id], NOW)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        assert (await steps.at(session, cast.sari, cycle.id, Act.SEE)).step.id == "mulai"
        assert list(await session.scalars(select(Attachment.digest))) == [], "the file itself is not kept"


@pytest.mark.parametrize(
    "was, becomes, said",
    [
        ("days: 3", "days: 0", "baris 29: steps.1.days: paling sedikit 1"),
        ("of: coachee", "of: murid", "baris 18: steps.0.asks.0.of: pilih satu"),
        (
            "by: both\n    days: 3",
            "by: coachee\n    days: 3",
            "baris 33: steps.1.asks.0.of: pertanyaan wajib untuk coach",
        ),
        ("then: harmoni", "then: tidak-ada", "tidak ada alur tidak-ada"),
        ("days: 3", "days: [", "not YAML"),
    ],
)
async def test_a_bad_file_is_refused_with_line_and_reason(
    database: Database, was: str, becomes: str, said: str
) -> None:
    async with school(database) as (session, cast):
        assert said in await _came(session, cast.kepala, _here(cast), GOOD.replace(was, becomes))
        assert list(await session.scalars(select(WorkflowVersion.id))) == []


async def test_a_newer_file_takes_the_place_and_what_runs_stays_as_it_was(database: Database) -> None:
    async with school(database) as (session, cast):
        await _came(session, cast.kepala, _here(cast), GOOD)
        cycle = await cycles.offer(session, cast.ratna, cast.group, "pendek", Side.COACHEE, [cast.sari.id], NOW)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await _came(session, cast.faisal, _here(cast), GOOD.replace("Dua langkah", "Dua langkah baru"))
        titles = [one.title.id for one in await offering.offered(session, cast.group) if one.id == "pendek"]
        assert titles == ["Dua langkah baru"]
        found = await steps.at(session, cast.sari, cycle.id, Act.SEE)
        assert found.seat.workflow.title.id == "Dua langkah"
        await _came(session, cast.kepala, _here(cast), GOOD)  # the earlier one once more
        titles = [one.title.id for one in await offering.offered(session, cast.group) if one.id == "pendek"]
        assert titles == ["Dua langkah"]


async def test_it_is_withdrawn_and_a_cycle_goes_on(database: Database) -> None:
    async with school(database) as (session, cast):
        await _came(session, cast.kepala, _here(cast), GOOD)
        cycle = await cycles.offer(session, cast.ratna, cast.group, "pendek", Side.COACHEE, [cast.sari.id], NOW)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        (row,) = await own_workflows.offered(session, await own_workflows.of_school(session, cast.faisal, _here(cast)))
        await own_workflows.withdraw(session, cast.faisal, row.id, SAY)
        assert "pendek" not in {one.id for one in await offering.offered(session, cast.group)}
        assert (await steps.at(session, cast.sari, cycle.id, Act.SEE)).step.id == "mulai"
        with pytest.raises(Gone):
            await own_workflows.withdraw(session, cast.faisal, row.id, SAY)


async def test_a_school_is_its_own(database: Database) -> None:
    async with school(database) as (session, cast):
        other, wira = await _elsewhere(session)
        await _came(session, cast.kepala, _here(cast), GOOD)
        await _came(session, wira, other.id, GOOD)  # the same file in another school is another row
        rows = list(await session.scalars(select(WorkflowVersion).order_by(WorkflowVersion.id)))
        assert [(row.school_id, row.offered) for row in rows] == [(_here(cast), True), (other.id, True)]
        with pytest.raises(NotAllowed):
            await own_workflows.page(session, wira, _here(cast), SAY)
        with pytest.raises(NotAllowed):
            await _came(session, wira, _here(cast), GOOD)
        with pytest.raises(NotAllowed):
            await own_workflows.sent(session, wira, _here(cast), Upload("f", "alur.yaml", 100))
        with pytest.raises(Gone):
            await own_workflows.withdraw(session, wira, rows[0].id, SAY)
        await own_workflows.withdraw(session, wira, rows[1].id, SAY)
        assert "pendek" in {one.id for one in await offering.offered(session, cast.group)}


@pytest.mark.parametrize("who", ["ratna", "sari", "tamu", "hendra"])
async def test_who_has_no_such_role_brings_none(database: Database, who: str) -> None:
    async with school(database) as (session, cast):
        person, number = getattr(cast, who), _here(cast)
        assert "owns" not in str((await pages.listed(session, person, SAY, NOW))[1])
        with pytest.raises(NotAllowed):
            await own_workflows.which(session, person, SAY)
        for forged in (number, number + 99, 0):
            with pytest.raises(NotAllowed):
                await own_workflows.asked(session, person, forged, SAY)
            with pytest.raises(NotAllowed):
                await own_workflows.sent(session, person, forged, Upload("f", "alur.yaml", 100))
        with pytest.raises(NeedsConsent):
            await own_workflows.which(session, None, SAY)


async def test_there_are_limits(database: Database) -> None:
    async with school(database) as (session, cast):
        with pytest.raises(Refusal) as too_big:
            await own_workflows.sent(session, cast.kepala, _here(cast), Upload("f", "alur.yaml", 64_001))
        assert too_big.value.text_key == "own_workflows.too_big"
        with pytest.raises(Refusal) as longer_than_said:
            await _came(session, cast.kepala, _here(cast), GOOD + "#" * 64_001)
        assert longer_than_said.value.text_key == "own_workflows.not_fetched"
        with pytest.raises(Refusal):
            await own_workflows.came(session, cast.kepala, {"ok": False}, _here(cast), SAY, NOW)
        for number in range(own_workflows.MOST):
            await _came(session, cast.kepala, _here(cast), GOOD.replace("id: pendek", f"id: pendek-{number}"))
        with pytest.raises(Refusal) as full:
            await _came(session, cast.kepala, _here(cast), GOOD)
        assert full.value.text_key == "own_workflows.full"
        await _came(session, cast.kepala, _here(cast), GOOD.replace("id: pendek", "id: pendek-0"))


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"\0", b"[" * 60_000, BOMB.encode(), b"steps: &s [*s]"])
def test_odd_bytes_are_named_and_not_a_traceback(text: bytes) -> None:
    found = own_workflows.checked("alur.yaml", text, [], "id")
    assert found.workflow is None and found.problems


@settings(max_examples=60, derandomize=True, deadline=None)
@given(cut=st.integers(0, len(GOOD)), put=st.binary(max_size=6), name=st.text(max_size=80))
def test_whatever_is_put_into_a_file_is_sound_or_wrong_with_a_reason(cut: int, put: bytes, name: str) -> None:
    content = GOOD.encode()
    found = own_workflows.checked(name, content[:cut] + put + content[cut:], [], "en")
    assert (found.workflow is None) == bool(found.problems)
    assert all(one.line >= 1 and one.words for one in found.problems)


async def test_it_is_read_off_the_loop(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    seen: list[int] = []
    check = own_workflows.checked

    def noticed(*given: Any) -> own_workflows.Checked:
        seen.append(threading.get_ident())
        return check(*given)

    monkeypatch.setattr(own_workflows, "checked", noticed)
    async with database.writing() as session:
        cast = await coached(session)
        await _came(session, cast.kepala, _here(cast), GOOD)
    assert seen and threading.get_ident() not in seen
