"""Silence is no: asking, yes, no, taking it back, and being forgotten."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import func, select

from community import consent, invitations, joining, people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import LANGUAGES, Texts
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import Consent, ConsentRequest, Membership, Person
from tests.community.cast import NOW, a_group, somebody

SAY = Texts("id")
PRINT = "f" * 64


async def asked(session: Session, *, unasked: bool, payload: str = "") -> Draft:
    return await consent.question(session, 11, PRINT, payload, SAY, 30, NOW, unasked=unasked)


def has_question(draft: Draft) -> bool:
    return "consent:yes" in str(draft.params)


# What people agreed to may never change behind their back: a new meaning is a new version beside the old one.
DIGESTS = {"1": {"id": "59a5fb4d1271ad58", "en": "9430fc84ccb54e07"}}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("version", DIGESTS)
def test_a_text_people_agreed_to_is_never_changed(version: str, language: str) -> None:
    words = consent._text(version, language)
    assert hashlib.sha256(words.encode()).hexdigest()[:16] == DIGESTS[version][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_is_a_question_and_six_lines_and_says_how_long(language: str) -> None:
    lines = consent.text(language, 45).splitlines()
    assert len(lines) == 7
    assert "45" in lines[3]
    assert len(consent.text(language, 45)) < 1500


async def test_nobody_is_asked_a_third_time_unasked_but_whoever_comes_is(database: Database) -> None:
    async with database.writing() as session:
        shown = [has_question(await asked(session, unasked=True)) for _ in range(4)]
        assert shown == [True, True, False, False]
        assert has_question(await asked(session, unasked=False))


async def test_a_no_is_kept_as_a_fingerprint_and_ends_the_asking(database: Database) -> None:
    async with database.writing() as session:
        draft = await asked(session, unasked=True)
        assert draft.forgets
        await consent.decline(session, PRINT, NOW)
        assert not has_question(await asked(session, unasked=True))
        row = (await session.scalars(select(ConsentRequest))).one()
        assert (row.fingerprint, row.times, row.declined) == (PRINT, 1, True)
        assert await session.scalar(select(func.count()).select_from(Person)) == 0


async def test_a_yes_makes_a_person_and_a_proof_once(database: Database) -> None:
    async with database.writing() as session:
        await asked(session, unasked=True)
        for _ in range(2):
            drafts = await joining.said_yes(session, 11, PRINT, "", "id", 5, NOW)
        assert [draft.method for draft in drafts] == ["editMessageText", "sendMessage", "getChat"]
        proofs = list(await session.scalars(select(Consent)))
        assert [(one.agreed, one.text_version, one.language) for one in proofs] == [(True, consent.TEXT_VERSION, "id")]
        assert await session.scalar(select(func.count()).select_from(ConsentRequest)) == 0
        sari = await people.by_user(session, 11)
        assert sari is not None
        assert people.display(sari, SAY) == "rekan"  # until Telegram says the name
        await people.named(session, sari, "Sari Wulandari ")
        await joining.addressed(session, sari, "ibu", SAY, None, None)
        assert people.display(sari, SAY) == "Bu Sari Wulandari"


@pytest.mark.parametrize(
    "name, address, shown",
    [
        ("Sari", "ibu", "Bu Sari"), ("Bu Sari", "ibu", "Bu Sari"), ("Ustadz Agus", "bapak", "Ustadz Agus"),
        ("Made", None, "Made"), ("Made", "none", "Made"), ("", "bapak", "rekan"), ("Tono", "kak", "Kak Tono"),
    ],
)  # fmt: skip
def test_a_person_is_called_as_they_asked(name: str, address: str | None, shown: str) -> None:
    assert people.display(Person(name=name, address=address), SAY) == shown


async def test_an_invented_form_of_address_changes_nothing(database: Database) -> None:
    async with database.writing() as session:
        sari = await somebody(session, "Sari", 11)
        await people.address_as(session, sari, "yang mulia")
        assert sari.address is None


async def test_taking_the_yes_back_ends_every_role_and_keeps_both_proofs(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        sari = await somebody(session, "Sari", 11, group=group, roles=(Role.TEACHER, Role.COACH))
        for _ in range(2):
            await consent.withdraw(session, sari, NOW)
        assert await people.by_user(session, 11) is None
        known = await people.known(session, 11)
        assert known is not None
        assert await people.roles_in(session, sari.id, group.id) == set()
        assert [one.agreed for one in await session.scalars(select(Consent))] == [False]


async def test_a_person_gets_a_copy_and_is_forgotten(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        sari = await somebody(session, "Sari", 11, group=group, roles=(Role.TEACHER,))
        await invitations.teacher_link(session, group.id, sari, NOW)
        copy: dict[str, Any] = await consent.copy_of(session, sari)
        assert copy["person"]["telegram_user_id"] == 11
        assert [role["role"] for role in copy["roles"]] == ["teacher"]
        assert len(copy["invitations_made"]) == 1
        await consent.forget(session, sari, NOW)
        for table in (Person, Consent, Membership):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    "payload, kept",
    [("r12", "r12"), ("gAb_-9", "gAb_-9"), ("x1", ""), ("r", ""), ("g" + "a" * 60, ""), ("r1:2", ""), ("", "")],
)
def test_only_a_link_of_ours_is_carried_by_a_button(payload: str, kept: str) -> None:
    assert consent.carried(payload) == kept


async def test_the_joining_link_gives_the_teachers_role_and_a_new_one_ends_the_old(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        sari, budi = await somebody(session, "Sari", 11), await somebody(session, "Budi", 12)
        old = await invitations.teacher_link(session, group.id, hendra, NOW)
        for _ in range(2):
            assert (await invitations.open_link(session, "g", old.token, sari, NOW))[1] is Role.TEACHER
        with pytest.raises(NeedsConsent) as needed:
            await invitations.open_link(session, "g", old.token, None, NOW)
        assert needed.value.payload == f"g{old.token}"
        with pytest.raises(NotAllowed):
            await invitations.renew(session, group.id, sari, NOW)
        new = await invitations.renew(session, group.id, hendra, NOW)
        with pytest.raises(invitations.LinkIsDead):
            await invitations.open_link(session, "g", old.token, budi, NOW)
        await invitations.open_link(session, "g", new.token, budi, NOW)
        assert await people.roles_in(session, sari.id, group.id) == {Role.TEACHER}
        assert await people.roles_in(session, budi.id, group.id) == {Role.TEACHER}


async def test_an_invitation_works_once_within_seven_days_and_only_as_what_it_is(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        ratna, tono = await somebody(session, "Ratna", 13), await somebody(session, "Tono", 14)
        invitation, _ = await invitations.invite(session, group.id, "coach", hendra, False, NOW)
        late, _ = await invitations.invite(session, group.id, "coach", hendra, False, NOW)
        with pytest.raises(invitations.LinkIsDead):
            await invitations.open_link(session, "g", invitation.token, ratna, NOW)
        await invitations.open_link(session, "i", invitation.token, ratna, NOW)
        assert await people.roles_in(session, ratna.id, group.id) == {Role.COACH}
        for token, at in ((invitation.token, NOW), (late.token, NOW + invitations.VALID_FOR), ("guessed", NOW)):
            with pytest.raises(invitations.LinkIsDead):
                await invitations.open_link(session, "i", token, tono, at)
        teachers = await invitations.teacher_link(session, group.id, hendra, NOW)
        with pytest.raises(invitations.LinkIsDead):
            await invitations.open_link(session, "i", teachers.token, tono, NOW)
        assert await people.roles_in(session, tono.id, group.id) == set()


@pytest.mark.parametrize("role", ["facilitator", "agency", "teacher", "owner", ""])
async def test_a_facilitator_cannot_invite_beyond_their_right(database: Database, role: str) -> None:
    async with database.writing() as session:
        group = await a_group(session)
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        with pytest.raises(NotAllowed):
            await invitations.invite(session, group.id, role, hendra, False, NOW)


async def test_a_dead_link_does_not_take_the_yes_with_it(database: Database) -> None:
    async with database.writing() as session:
        drafts = await joining.said_yes(session, 11, PRINT, "gnothere", "id", None, NOW)
        assert "tidak berlaku" in drafts[0].params["text"]
        assert await people.by_user(session, 11) is not None


async def test_the_handout_holds_the_link_as_picture_and_as_text(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, title="KKG <Melati>")
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR,))
        drafts = await invitations.handout(session, group, hendra, 70, SAY, "https://t.me/x?start={}".format, NOW)
        assert [draft.method for draft in drafts] == ["sendPhoto", "sendMessage"]
        link = await invitations.teacher_link(session, group.id, hendra, NOW)
        assert all(f"g{link.token}" in str(draft.params) for draft in drafts)
        assert len(drafts[0].params["caption"]) < 1024
        assert "&lt;Melati&gt;" in drafts[1].params["text"]
    assert invitations.qr("https://t.me/x?start=gabc").startswith(b"\x89PNG")
