"""Model 1 and Model 2: who accompanies whom, who may set it, what happens when somebody goes."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community import assignment_pages as pages
from community import assignments, consent, people, twins, vacancies
from community.assignments import GUIDES, LEADS, MENTORS, Link
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import Button
from storage.models import Assignment, Group, Letter, Membership, Person
from tests.community.cast import NOW, a_group, somebody

SAY = Texts("id")
T, F, C, M, G, P = (
    Role.TEACHER, Role.FACILITATOR, Role.COACH, Role.MENTOR, Role.COURSE_FACILITATOR, Role.PRINCIPAL,
)  # fmt: skip
CAST = {
    "Hendra": (F, 70), "Putu": (G, 71), "Made": (M, 72), "Wati": (M, 73), "Agus": (T, 80), "Budi": (T, 81),
    "Dewi": (T, 82), "Rini": (T, 83), "Sari": (T, 84),
}  # fmt: skip


async def _cast(session: Session, *without: str) -> tuple[Group, dict[str, Person]]:
    group = await a_group(session)
    return group, {
        name: await somebody(session, name, number, group=group, roles=(role,))
        for name, (role, number) in CAST.items()
        if name not in without
    }


async def _set(session: Session, group: Group) -> dict[str, str]:
    """Who is accompanied by whom now, by name."""
    names = dict((await session.execute(select(Person.id, Person.name))).all())
    rows = await session.scalars(select(Assignment).where(Assignment.group_id == group.id, Assignment.until.is_(None)))
    return {names[row.of_id]: names[row.by_id] for row in rows}


async def _letters(session: Session) -> list[tuple[int | None, str]]:
    found = await session.scalars(select(Letter).where(Letter.key.startswith(vacancies.KEY)).order_by(Letter.id))
    return [(one.chat_id, (one.params or {})["text"]) for one in found]


def _data(rows: Sequence[Sequence[Button]]) -> list[str]:
    return [one["callback_data"] for row in rows for one in row]


@pytest.mark.parametrize(
    "held, chosen, expected",
    [
        ({T, F}, None, None), ({T, F, C}, None, None), ({T, G}, None, 1), ({T, G, M}, None, 2), ({T, M}, None, 2),
        ({T, G, M}, 1, 1), ({T, G}, 2, 2), ({T, G}, 7, 1),
    ],
)  # fmt: skip
async def test_the_model_is_the_chosen_one_else_what_the_roles_say(
    database: Database, held: set[Role], chosen: int | None, expected: int | None
) -> None:
    async with database.writing() as session:
        group = await a_group(session, model=chosen)
        for number, role in enumerate(sorted(held)):
            await somebody(session, f"Rekan {number}", 90 + number, group=group, roles=(role,))
        assert await assignments.model_in(session, group) == expected
        assert (await assignments.standing(session, group)).model == expected


@pytest.mark.parametrize("role", [None, *Role])
async def test_only_the_facilitator_sets_it_and_others_read_why_not(database: Database, role: Role | None) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        one = await somebody(session, "Tamu", 9, group=group, roles=(role,) if role else ())
        made, sari = who["Made"].id, who["Sari"].id

        async def tries() -> None:
            await pages.modelled(session, one, group.id, 1, SAY)
            await pages.modelled(session, one, group.id, 0, SAY)
            await pages.shared(session, one, group.id, SAY, NOW)
            await pages.assigned(session, one, group.id, "c", made, sari, 0, SAY, NOW)
            await pages.pick(session, one, group.id, "c", made, 0, SAY)

        if role is F:
            await tries()
            return
        for act in (
            pages.modelled(session, one, group.id, 1, SAY), pages.shared(session, one, group.id, SAY, NOW),
            pages.assigned(session, one, group.id, "c", made, sari, 0, SAY, NOW),
            pages.pick(session, one, group.id, "c", made, 0, SAY),
        ):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                await act
            assert "diatur fasilitator" in SAY(refused.value.text_key)
        assert (await _set(session, group), group.model) == ({}, None)
        if role not in (M, G):
            with pytest.raises(NotAllowed):
                await pages.page(session, one, group.id, SAY)
        with pytest.raises(NeedsConsent):
            await pages.page(session, None, group.id, SAY)


async def test_who_sees_the_page_sees_what_is_theirs(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        await assignments.share_out(session, who["Hendra"], group.id, NOW)
        words, rows = await pages.page(session, who["Hendra"], group.id, SAY)
        assert "Model 2" in words and "Made: 3 orang" in words and "Wati: 2 orang" in words
        assert f"asg:times:{group.id}" in _data(rows) and f"asg:even:{group.id}" not in _data(rows), "all have one"
        words, rows = await pages.page(session, who["Putu"], group.id, SAY)
        assert "Made: 3 orang" in words and _data(rows) == ["asg:mentors", f"asg:times:{group.id}"]
        words, rows = await pages.page(session, who["Made"], group.id, SAY)
        assert "Agus, Dewi, Sari" in words and "didampingi Putu" in words and rows == []
        assert "Wati" not in words, "what others have is not theirs"
        (elsewhere,) = (await pages.choose(session, who["Made"], SAY))[:1]
        assert elsewhere == words, "/pendampingan of the only group"


async def test_sharing_out_gives_each_who_has_nobody_to_who_has_fewest(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        hendra = who["Hendra"]
        for name in ("Agus", "Budi", "Dewi"):
            await assignments.assign(session, hendra, group.id, MENTORS, who["Wati"].id, who[name].id, NOW)
        assert await assignments.share_out(session, hendra, group.id, NOW) == 4  # two mentors, two teachers
        assert await _set(session, group) == {
            "Made": "Putu", "Wati": "Putu", "Agus": "Wati", "Budi": "Wati", "Dewi": "Wati", "Rini": "Made",
            "Sari": "Made",
        }  # fmt: skip
        assert await assignments.share_out(session, hendra, group.id, NOW) == 0, "people who have begun stay together"
        listed = await somebody(session, "Tono", None, group=group, roles=(T,))
        quiet = await somebody(session, "Ani", 99, group=group, roles=(T,), yes=False)
        assert await assignments.share_out(session, hendra, group.id, NOW) == 1
        assert (await _set(session, group))["Tono"] == "Made", "listed without Telegram: accompanied all the same"
        assert listed.id != quiet.id and "Ani" not in await _set(session, group), "silence is no"


async def test_in_model_1_the_pengampu_gets_the_teachers_and_nobody_themselves(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session, "Made", "Wati")
        await people.give_role(session, who["Putu"].id, group.id, T, NOW)
        assert await assignments.share_out(session, who["Hendra"], group.id, NOW) == 5
        found = await _set(session, group)
        assert set(found) == {"Agus", "Budi", "Dewi", "Rini", "Sari"} and set(found.values()) == {"Putu"}
        here = await assignments.standing(session, group)
        assert here.without(LEADS) == [], "a pengampu who learns along, and is the only one, waits for nobody"


async def test_a_tap_assigns_a_second_releases_another_hands_over_and_all_of_it_stays(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        hendra, sari, at = who["Hendra"], who["Sari"], NOW
        for mentor, expected in (("Made", "Made"), ("Made", None), ("Made", "Made"), ("Wati", "Wati")):
            at += timedelta(minutes=1)
            await pages.assigned(session, hendra, group.id, "c", who[mentor].id, sari.id, 0, SAY, at)
            assert (await _set(session, group)).get("Sari") == expected
        rows = (await session.scalars(select(Assignment).order_by(Assignment.id))).all()
        assert [(row.by_id, row.ended) for row in rows] == [
            (who["Made"].id, "changed"), (who["Made"].id, "changed"), (who["Wati"].id, None),
        ]  # fmt: skip
        assert {row.set_by for row in rows} == {hendra.id}
        _, keys = await pages.pick(session, hendra, group.id, "c", who["Made"].id, 0, SAY)
        assert [row[0]["text"] for row in keys][:5] == ["Agus", "Budi", "Dewi", "Rini", "Sari · Wati"]


@pytest.mark.parametrize(
    "link, by, of",
    [(MENTORS, "Sari", "Agus"), (MENTORS, "Made", "Putu"), (LEADS, "Putu", "Sari"), (GUIDES, "Putu", "Sari"),
     (MENTORS, "Made", "Made"), (MENTORS, "Tamu", "Sari"), (MENTORS, "Made", "Tamu")],
)  # fmt: skip
async def test_a_forged_pair_changes_nothing(database: Database, link: Link, by: str, of: str) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        other = await a_group(session, -7)
        who["Tamu"] = await somebody(session, "Tamu", 9, group=other, roles=(M, T))
        await assignments.assign(session, who["Hendra"], group.id, link, who[by].id, who[of].id, NOW)
        await assignments.choose_model(session, who["Hendra"], group.id, 9)
        assert (await _set(session, group), group.model) == ({}, None)


@pytest.mark.parametrize("how", ["role", "left", "withdrew", "deleted"])
async def test_whoever_goes_leaves_their_people_free_and_the_facilitator_hears_once(
    database: Database, how: str
) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        made = who["Made"]
        await assignments.share_out(session, who["Hendra"], group.id, NOW)
        assert await vacancies.vacate_due(session, NOW) == 0
        if how == "withdrew":
            await consent.withdraw(session, made, NOW)
        elif how == "deleted":
            await consent.forget(session, made, NOW)
        else:
            await session.execute(update(Membership).where(Membership.person_id == made.id).values(until=NOW))
            if how == "role":
                await people.give_role(session, made.id, group.id, T, NOW)
        for minutes in range(3):
            await vacancies.vacate_due(session, NOW + timedelta(minutes=minutes))
        ((chat, words),) = await _letters(session)
        assert chat == 70 and "3 orang" in words
        assert ("Made" in words) is (how != "deleted")
        assert await _set(session, group) == {"Wati": "Putu", "Budi": "Wati", "Rini": "Wati"}
        kept = (await session.scalars(select(Assignment.ended).where(Assignment.until.is_not(None)))).all()
        assert list(kept) == ([] if how == "deleted" else ["gone"] * 4)
        assert await assignments.share_out(session, who["Hendra"], group.id, NOW) == (4 if how == "role" else 3)


async def test_an_accompanied_one_who_goes_troubles_nobody(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        await assignments.share_out(session, who["Hendra"], group.id, NOW)
        await session.execute(update(Membership).where(Membership.person_id == who["Sari"].id).values(until=NOW))
        assert await vacancies.vacate_due(session, NOW) == 1
        assert await _letters(session) == [] and "Sari" not in await _set(session, group)


async def test_a_listed_colleague_who_joins_keeps_their_mentor(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        listed = await somebody(session, "Tono", None, group=group, roles=(T,))
        await assignments.assign(session, who["Hendra"], group.id, MENTORS, who["Wati"].id, listed.id, NOW)
        joined = await somebody(session, "Tono", 99, group=group, roles=(T,))
        await twins.unite(session, group.id, listed, joined)
        rows = (await session.scalars(select(Assignment).where(Assignment.until.is_(None)))).all()
        assert [(row.of_id, row.by_id) for row in rows] == [(joined.id, who["Wati"].id)]


async def test_what_was_set_in_the_other_model_waits_and_comes_back(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        hendra, sari = who["Hendra"], who["Sari"]
        await assignments.share_out(session, hendra, group.id, NOW)
        both = {M: who["Made"].id, G: who["Putu"].id}
        assert await assignments.companions(session, group, sari.id) == both
        await assignments.choose_model(session, hendra, group.id, 1)
        assert await assignments.companions(session, group, sari.id) == {}
        await assignments.share_out(session, hendra, group.id, NOW)
        assert await assignments.companions(session, group, sari.id) == {G: who["Putu"].id}
        await assignments.choose_model(session, hendra, group.id, 0)
        assert await assignments.companions(session, group, sari.id) == both


async def test_the_copy_tells_of_both_sides_without_the_other_ones_name(database: Database) -> None:
    async with database.writing() as session:
        group, who = await _cast(session)
        await assignments.share_out(session, who["Hendra"], group.id, NOW)
        told = (await consent.copy_of(session, who["Made"]))["accompanying"]
        assert sorted((one["as"], one["accompanied"]) for one in told) == [
            ("course_facilitator", False), ("mentor", True), ("mentor", True), ("mentor", True),
        ]  # fmt: skip
        assert "Sari" not in str(told) and all(one["group"] == group.title for one in told)
