"""The portfolio: one's own and nobody else's, on one screen; on paper only the reflections one chose."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from community import consent
from community.refusals import Refusal
from content.texts import LANGUAGES, Texts
from handlers import portfolio as door_of_portfolio
from reports import certificate, papers, portfolio
from storage.database import Database, Session
from storage.letters import Draft
from storage.models import Certificate, Delivery, Enrolment, Feedback, Person, Piece, Readiness, Reflection, Trial
from tests.learning.conftest import MORNING, Cast, Door, data_of, seed, words_of
from tests.learning.finished import WEEKS, did, enrolled, finishes

SARI, BUDI, TAMU = 100, 101, 106
NOTES = {"me": "Hanya untuk saya sendiri", "coach": "Untuk Bu Ratna", "group": "Untuk semua"}


@pytest.fixture
async def cast(database: Database) -> Cast:
    async with database.writing() as session:
        return await seed(session)


@pytest.fixture
async def desk(database: Database, cast: Cast) -> Door:
    return Door(database, door_of_portfolio)


async def _filled(session: Session, cast: Cast) -> Enrolment:
    """Sari finished the pack; colleagues said things to her, one of which helped."""
    enrolment = await enrolled(session, cast)
    await finishes(session, cast, enrolment, "Sari")
    await finishes(session, cast, enrolment, "Budi")
    sari, budi, group = cast["Sari"].id, cast["Budi"].id, cast.melati.id
    key = await _prompt(session, enrolment, WEEKS[0][1])
    for audience, text in NOTES.items():
        session.add(
            Reflection(delivery_id=key, person_id=sari, audience=audience, medium="text", text=text, created_at=MORNING)
        )
    session.add(
        Reflection(
            delivery_id=key, person_id=sari, kind="draft", audience="me", medium="text", created_at=MORNING,
            parts={"happened": "Belum selesai ditulis"},
        )
    )  # fmt: skip
    session.add(Trial(delivery_id=key, person_id=sari, at=MORNING, pupils_did="Murid memilah kabar"))
    for giver, receiver, text, helped in (
        (budi, sari, "Pembukanya jelas sekali", True), (budi, sari, "Bagaimana dengan yang tanpa ponsel?", None),
        (sari, budi, "Petanya rapi", True),
    ):  # fmt: skip
        session.add(
            Feedback(
                group_id=group, giver_id=giver, receiver_id=receiver, kind="strength", medium="text", text=text,
                helped=helped, created_at=MORNING,
            )
        )  # fmt: skip
    session.add(Piece(person_id=sari, group_id=group, kind="module", title="Kartu tujuan", created_at=MORNING))
    await session.flush()
    return enrolment


async def _prompt(session: Session, enrolment: Enrolment, lesson: str) -> int:
    query = select(Delivery.id).where(Delivery.enrolment_id == enrolment.id, Delivery.lesson == lesson)
    return (await session.scalars(query)).one()


async def test_one_screen_tells_what_is_stored(database: Database, cast: Cast, desk: Door) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
    [told] = await desk.message(SARI, "/portofolio")
    words = words_of(told)
    assert "Dicoba 3 · Direfleksikan 3 · Bukti 1 · Karya 1" in words
    assert "diberikan 1, diterima 2" in words and "menolong rekan 1 kali" in words
    assert "Budi: “Pembukanya jelas sekali”" in words
    assert "tanpa ponsel" not in words
    assert data_of(told) == ["pfpdf"]
    assert len(words) < 1500


async def test_nobody_sees_anothers_and_who_has_nothing_is_told_so(database: Database, cast: Cast, desk: Door) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
    for user in (TAMU, 102):
        [told] = await desk.message(user, "/portfolio")
        assert words_of(told) == Texts("id")("portfolio.none")
        assert data_of(told) == []
    [budis] = await desk.message(BUDI, "/portofolio")
    assert "Pembukanya" not in words_of(budis) and "Petanya rapi" in words_of(budis)


@pytest.mark.parametrize(
    "choice, inside, outside",
    [
        ("all", [*NOTES.values(), "Murid memilah kabar"], ["Belum selesai"]),
        ("shared", [NOTES["coach"], NOTES["group"]], [NOTES["me"], "Murid memilah kabar", "Baik.", "Belum selesai"]),
        ("none", [], [*NOTES.values(), "Murid memilah kabar", "Baik.", "Belum selesai"]),
    ],
)
async def test_the_paper_holds_only_the_reflections_that_were_chosen(
    database: Database, cast: Cast, desk: Door, choice: str, inside: list[str], outside: list[str]
) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
    [asked] = await desk.tap(SARI, "pfpdf")
    assert data_of(asked) == ["pfget:all", "pfget:shared", "pfget:none"]
    [sent] = await desk.tap(SARI, f"pfget:{choice}")
    paper = _paper(sent)
    flat = json.dumps(paper["data"], ensure_ascii=False)
    assert all(words in flat for words in inside)
    assert not any(words in flat for words in outside)
    assert "Pembukanya jelas sekali" in flat and "Budi" not in flat and "Petanya" not in flat
    assert "Kartu tujuan" in flat
    assert papers.draw(paper["kind"], paper["data"], paper["language"]).startswith(b"%PDF")


async def test_a_pupil_who_is_called_by_name_is_nobody_on_paper_whoever_wrote_it(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
        for row in await session.scalars(select(Feedback)):
            row.text = "Pertanyaanmu membuat murid Rangga berani"
        for piece in await session.scalars(select(Piece)):
            piece.title = "Kartu untuk ananda Rangga"
        for note in await session.scalars(select(Reflection)):
            note.text = "Siswa bernama Rangga maju"
    [sent] = await desk.tap(SARI, "pfget:all")
    flat = json.dumps(_paper(sent)["data"], ensure_ascii=False)
    assert flat.count("[nama]") >= 5 and "Rangga" not in flat


def _paper(draft: Draft) -> dict[str, Any]:
    found: dict[str, Any] = draft.params["document"]["paper"]
    return found


@pytest.mark.parametrize("choice", ["", "me", "everything", "coach"])
async def test_a_forged_choice_makes_no_paper(database: Database, cast: Cast, desk: Door, choice: str) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
    with pytest.raises(Refusal):
        await desk.tap(SARI, f"pfget:{choice}")


async def test_on_a_shared_phone_colleagues_words_stay_covered_and_the_paper_leaves_the_chat(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
        session.add(Readiness(person_id=cast["Sari"].id, phone="shared", updated_at=MORNING))
    [told] = await desk.message(SARI, "/portofolio")
    assert "Pembukanya" not in words_of(told) and "1 umpan balik" in words_of(told)
    sent, gone = await desk.tap(SARI, "pfget:all")
    assert (gone.method, gone.edits) == ("deleteMessage", sent.key)
    assert gone.due_at == MORNING + timedelta(minutes=10)


async def test_what_somebody_who_withdrew_had_said_is_not_shown(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _filled(session, cast)
        (await session.get_one(Person, cast["Budi"].id)).consented_at = None
        await session.flush()
        found = await portfolio.gather(session, cast["Sari"])
        assert (found.received, found.helped_me, found.given) == (0, [], 1)


async def test_a_piece_belongs_to_the_pack_that_was_newest_when_it_was_shown(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        first = await enrolled(session, cast)
        second = await enrolled(session, cast, at=MORNING + timedelta(days=30))
        for row in (first, second):
            await did(session, cast, row, "Sari", "tried", WEEKS[0][0])
        for days in (-1, 2, 31, 40):
            at = MORNING + timedelta(days=days)
            piece = Piece(person_id=cast["Sari"].id, group_id=cast.melati.id, kind="clip", title="K", created_at=at)
            session.add(piece)
        await session.flush()
        found = await portfolio.gather(session, cast["Sari"])
        counted = {one.progress.enrolment.id: found.pieces_of(one.progress) for one in found.packs}
    assert counted == {first.id: 1, second.id: 2}


async def test_a_stranger_reads_the_day_that_stands_on_the_paper(database: Database, cast: Cast) -> None:
    """Made at half past six in Jakarta: in UTC it was the day before."""
    say, code = Texts("id"), "ABCDEFGH2345"
    async with database.writing() as session:
        row = await enrolled(session, cast)
        sari = await session.get_one(Person, cast["Sari"].id)
        at = datetime.fromisoformat("2026-07-22T06:30:00+07:00")
        given = {"hours": 2.0, "number": "SJW-2026-1-1", "issued_at": at.astimezone(UTC), "code": code}
        session.add(Certificate(person_id=sari.id, enrolment_id=row.id, **given))
        await session.flush()
        drawn = await certificate.letter(
            session, sari, await certificate.issue(session, sari, row.id, at), say, str, at
        )  # fmt: skip
        assert drawn.params["document"]["paper"]["data"]["issued"] == "2026-07-22"
        assert "Diterbitkan: 22 Juli 2026" in await certificate.checked(session, code, say)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_withdrew_is_named_to_nobody_who_holds_the_paper(
    database: Database, cast: Cast, language: str
) -> None:
    say, code = Texts(language), "ABCDEFGH2345"
    async with database.writing() as session:
        row = await enrolled(session, cast)
        sari = await session.get_one(Person, cast["Sari"].id)
        given = {"hours": 2.0, "number": "SJW-2026-1-1", "issued_at": MORNING, "code": code}
        session.add(Certificate(person_id=sari.id, enrolment_id=row.id, **given))
        await session.flush()
        assert "Sari" in await certificate.checked(session, code, say)
        await consent.withdraw(session, sari, MORNING)
        assert await certificate.checked(session, code, say) == say("finishing.check.none")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_both_languages_show_a_certificate_that_was_given(database: Database, cast: Cast, language: str) -> None:
    say = Texts(language)
    async with database.writing() as session:
        enrolment = await _filled(session, cast)
        one = await certificate.issue(session, cast["Sari"], enrolment.id, MORNING)
        assert isinstance(one.certificate, Certificate)
        found = await portfolio.gather(session, cast["Sari"])
        assert one.certificate.number in portfolio.listed(found, say)
        draft, _ = await portfolio.letter(session, cast["Sari"], "none", 100, say, "Asia/Jakarta", MORNING)
        assert one.certificate.number in json.dumps(draft.params)
