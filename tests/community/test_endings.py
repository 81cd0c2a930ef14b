"""What ends when a role ends, a yes is taken back, or somebody is forgotten: letters, invitations, the set-up."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community import arrivals, consent, invitations, people, setup
from community.refusals import NotAllowed
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.letters import message
from storage.models import Group, Letter, Person
from storage.outbox import post
from tests.community.cast import CHAT, NOW, a_group, somebody

SARI, RATNA, BUDI = 11, 13, 12


async def _letters(session: Session) -> tuple[Group, Person, Person]:
    """Sari has asked Bu Ratna and the group, Bu Ratna has answered her, Budi has asked too; all of it waits."""
    group = await a_group(session)
    sari = await somebody(session, "Sari", SARI, group=group, roles=(Role.TEACHER,))
    budi = await somebody(session, "Budi", BUDI, group=group, roles=(Role.TEACHER,))
    ratna = await somebody(session, "Ratna", RATNA, group=group, roles=(Role.COACH,))
    elsewhere = await a_group(session, -100_9)
    rows: list[tuple[str, int, Person | None, Group]] = [
        ("question:1:3", RATNA, sari, group), ("question:2@5", CHAT, sari, group), ("question:3:3", RATNA, budi, group),
        ("answer:1@5", SARI, sari, group), ("digest:3:1:2026-07-06", RATNA, ratna, group),
        ("question:4:3", RATNA, None, elsewhere), ("prompt:1", CHAT, None, group), ("v1.0", RATNA, ratna, group),
    ]  # fmt: skip
    for key, chat_id, whose, of in rows:
        more: dict[str, Any] = {"key": key, "person_id": whose.id if whose else None, "group_id": of.id}
        await post(session, message(chat_id, "Kata-kata", **more), NOW)
    return group, sari, ratna


async def _dropped(session: Session) -> set[str]:
    session.expire_all()
    found = list(await session.scalars(select(Letter).where(Letter.state == "dropped")))
    assert all(one.params is None for one in found)
    return {one.key for one in found}


async def test_a_coach_who_withdrew_gets_no_question_and_no_digest_any_more(database: Database) -> None:
    async with database.writing() as session:
        _, _, ratna = await _letters(session)
        await consent.withdraw(session, ratna, NOW)
        assert await _dropped(session) == {"question:1:3", "question:3:3", "question:4:3", "digest:3:1:2026-07-06"}


async def test_what_a_teacher_asked_is_not_brought_after_they_withdrew(database: Database) -> None:
    async with database.writing() as session:
        _, sari, _ = await _letters(session)
        await consent.withdraw(session, sari, NOW)
        assert await _dropped(session) == {"question:1:3", "question:2@5", "answer:1@5", "digest:3:1:2026-07-06"}


@pytest.mark.parametrize("key, chat_id", [("reflection:1@5", CHAT), ("piece:1@5", CHAT), ("pair:2026-07-06:1:1", SARI)])
async def test_what_waits_with_a_teachers_words_or_for_them_ends_with_their_yes(
    database: Database, key: str, chat_id: int
) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        sari = await somebody(session, "Sari", SARI, group=group, roles=(Role.TEACHER,))
        await post(session, message(chat_id, "Kata-kata", key=key, person_id=sari.id, group_id=group.id), NOW)
        await consent.withdraw(session, sari, NOW)
        assert await _dropped(session) == {key}


async def test_who_leaves_a_group_gets_nothing_of_it_any_more_and_of_others_still(database: Database) -> None:
    async with database.writing() as session:
        group, _, _ = await _letters(session)
        await arrivals.member_changed(session, group, CHAT, RATNA, False, NOW)
        assert await _dropped(session) == {"question:1:3", "question:3:3", "digest:3:1:2026-07-06"}


async def test_a_letter_that_was_sent_stays_as_it_is(database: Database) -> None:
    async with database.writing() as session:
        _, _, ratna = await _letters(session)
        for letter in await session.scalars(select(Letter)):
            letter.state = "delivered"
        await session.flush()
        await consent.withdraw(session, ratna, NOW)
        assert await _dropped(session) == set()


async def test_nobody_uses_their_own_invitation_but_an_owner(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        ratna = await somebody(session, "Ratna", RATNA)
        made, _ = await invitations.invite(session, group.id, "coach", hendra, False, NOW)
        with pytest.raises(NotAllowed):
            await invitations.open_link(session, "i", made.token, hendra, NOW)
        assert await people.roles_in(session, hendra.id, group.id) == {Role.FACILITATOR}
        await invitations.open_link(session, "i", made.token, ratna, NOW)  # the attempt did not use it up
        own, _ = await invitations.invite(session, group.id, "coach", hendra, True, NOW)
        await invitations.open_link(session, "i", own.token, hendra, NOW, is_owner=True)
        assert Role.COACH in await people.roles_in(session, hendra.id, group.id)


@pytest.mark.parametrize("how", ["leaves", "withdraws", "is forgotten"])
async def test_an_invitation_does_not_outlive_the_inviters_role(database: Database, how: str) -> None:
    async with database.writing() as session:
        group, other = await a_group(session), await a_group(session, -100_9)
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        await people.give_role(session, hendra.id, other.id, Role.FACILITATOR, NOW)
        tono = await somebody(session, "Tono", 14)
        here, _ = await invitations.invite(session, group.id, "coach", hendra, False, NOW)
        there, _ = await invitations.invite(session, other.id, "coach", hendra, False, NOW)
        teachers = await invitations.teacher_link(session, group.id, hendra, NOW)
        if how == "leaves":
            await arrivals.member_changed(session, group, CHAT, 70, False, NOW)
        else:
            await (consent.withdraw if how == "withdraws" else consent.forget)(session, hendra, NOW)
        for invitation in (here,) if how == "leaves" else (here, there):
            with pytest.raises(invitations.LinkIsDead):
                await invitations.open_link(session, "i", invitation.token, tono, NOW)
        if how == "leaves":
            await invitations.open_link(session, "i", there.token, tono, NOW)
        assert (await invitations.open_link(session, "g", teachers.token, tono, NOW))[1] is Role.TEACHER


async def test_a_teacher_who_leaves_does_not_end_the_invitations_of_an_owner(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        dewi = await somebody(session, "Dewi", 5, group=group, roles=(Role.TEACHER,))
        made, _ = await invitations.invite(session, group.id, "agency", dewi, True, NOW)
        await arrivals.member_changed(session, group, CHAT, 5, False, NOW)
        await invitations.open_link(session, "i", made.token, await somebody(session, "Tono", 14), NOW)


@pytest.mark.parametrize("minutes, open_", [(59, True), (61, False)])
async def test_telegrams_word_that_somebody_is_admin_is_good_for_an_hour(
    database: Database, minutes: int, open_: bool
) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        hendra = await somebody(session, "Hendra", 70)
        drawer = {"group": group.id, "title": "x", "since": NOW.isoformat(), "answers": {}, "step": "language"}
        answer = setup.respond(
            session, hendra, drawer, "language", "id", Texts("id"), NOW + timedelta(minutes=minutes)
        )  # fmt: skip
        if open_:
            assert (await answer).drawer["answers"] == {"language": "id"}
        else:
            with pytest.raises(setup.SetupIsOver):
                await answer
