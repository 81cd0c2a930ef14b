"""Finished means: in every practice something tried and something reflected on, and one evidence over the pack."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community.refusals import NotAllowed, Refusal
from handlers import finishing as door_of_certificates
from learning import finishing
from learning.refusals import Gone
from storage.database import Database
from storage.models import Certificate, Enrolment, Evidence, Letterhead, Membership, Person, Piece
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, Door, data_of, words_of
from tests.learning.finished import PACK, WEEKS, did, enrolled, finishes

SARI, BUDI, MADE = 100, 101, 104

FULL = [("tried", 0, 2), ("free", 0, 4), ("tried", 1, 2), ("week", 1, 4), ("evidence", 0, 0)]


@pytest.mark.parametrize(
    "acts, missing, evidence",
    [
        (FULL, [(), ()], True),
        (FULL[:-1], [(), ()], False),
        ([*FULL[:-1], ("sheet", 1, 1)], [(), ()], True),
        ([*FULL[:1], *FULL[2:]], [("reflected",), ()], True),
        ([*FULL[:2], *FULL[3:]], [(), ("tried",)], True),
        ([("goal", 0, 0), ("draft", 0, 1), *FULL[2:]], [("tried", "reflected"), ()], True),
        ([("tried", 0, 1), ("tried", 0, 2), ("guided", 0, 3), *FULL[2:]], [(), ()], True),
        ([], [("tried", "reflected")] * 2, False),
    ],
)
async def test_the_rule_is_a_table(
    database: Database, cast: Cast, acts: list[tuple[str, int, int]], missing: list[tuple[str, ...]], evidence: bool
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        for what, week, day in acts:
            await did(session, cast, enrolment, "Sari", what, WEEKS[week][day], MORNING + timedelta(days=200))
        found = await finishing.progress(session, cast["Sari"], enrolment.id)
        assert [one.missing for one in found.practices] == missing
        assert found.has_evidence is evidence
        finished = evidence and not any(missing)
        assert found.finished is finished
        assert await finishing.finished_among(session, [enrolment.id]) == {
            enrolment.id: {cast["Sari"].id} if finished else set()
        }


@pytest.mark.parametrize("days, counts", [(-1, False), (1, True), (300, True)])
async def test_a_piece_shown_in_the_group_since_the_pack_began_is_evidence(
    database: Database, cast: Cast, days: int, counts: bool
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        for what, week, day in FULL[:-1]:
            await did(session, cast, enrolment, "Sari", what, WEEKS[week][day])
        session.add(
            Piece(
                person_id=cast["Sari"].id, group_id=cast.melati.id, kind="module", title="Kartu",
                created_at=MORNING + timedelta(days=days),
            )
        )  # fmt: skip
        await session.flush()
        assert (await finishing.progress(session, cast["Sari"], enrolment.id)).finished is counts
        assert bool((await finishing.finished_among(session, [enrolment.id]))[enrolment.id]) is counts


async def test_hours_come_from_the_lessons_tried_or_reflected_on_each_once(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        for what in ("tried", "free", "free"):
            await did(session, cast, enrolment, "Sari", what, WEEKS[0][0])
        await did(session, cast, enrolment, "Sari", "guided", WEEKS[1][1])
        await did(session, cast, enrolment, "Sari", "evidence", WEEKS[1][2])
        found = await finishing.progress(session, cast["Sari"], enrolment.id)
    assert found.minutes == sum(PACK.lesson(one).minutes for one in (WEEKS[0][0], WEEKS[1][1]))


async def test_many_enrolments_cost_no_more_questions_than_one(database: Database, cast: Cast) -> None:
    counts = []
    for number in (1, 6):
        async with database.writing() as session:
            rows = [await enrolled(session, cast) for _ in range(number)]
            for row in rows:
                await finishes(session, cast, row, "Sari")
                await finishes(session, cast, row, "Budi")
            with statements() as asked:
                found = await finishing.finished_among(session, [row.id for row in rows])
        assert all(people == {cast["Sari"].id, cast["Budi"].id} for people in found.values())
        counts.append(len(asked))
    assert counts[0] == counts[1] or counts == [7, 6]  # the pack itself is read once
    assert max(counts) <= 7


async def test_what_is_not_theirs_and_what_does_not_exist_is_refused(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        of_group, of_budi = await enrolled(session, cast), await enrolled(session, cast, "Budi")
        for name, number, answer in (
            ("Made", of_group.id, NotAllowed), ("Tamu", of_group.id, NotAllowed), ("Sari", of_budi.id, NotAllowed),
            ("Ratna", of_group.id, NotAllowed), ("Sari", 999_999, Gone),
        ):  # fmt: skip
            with pytest.raises(answer):
                await finishing.progress(session, cast[name], number)
        assert (await finishing.progress(session, cast["Budi"], of_budi.id)).begun is False


async def test_who_left_the_group_keeps_what_they_did_there(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        await finishes(session, cast, enrolment, "Sari")
        role = select(Membership).where(Membership.person_id == cast["Sari"].id)
        (await session.scalars(role)).one().until = MORNING + timedelta(days=20)
        await session.flush()
        assert [one.finished for one in await finishing.of_person(session, cast["Sari"])] == [True]
        assert await finishing.of_person(session, cast["Budi"]) == []  # it ended before Budi did anything


@pytest.fixture
async def desk(database: Database, cast: Cast) -> Door:
    return Door(database, door_of_certificates)


async def test_what_is_missing_is_said_kindly_and_what_is_finished_becomes_a_paper(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        for what, week, day in FULL[:2]:
            await did(session, cast, enrolment, "Sari", what, WEEKS[week][day])
    [told] = await desk.message(SARI, "/sertifikat")
    assert "Satu alat untuk satu tujuan: satu kali dicoba di kelas dan satu refleksi" in words_of(told)
    assert "Satu bukti" in words_of(told) and "Yang menyusul tetap dihitung" in words_of(told)
    assert "Kabar yang sampai" not in words_of(told)
    assert data_of(told) == []
    async with database.writing() as session:
        for what, week, day in FULL[2:]:
            await did(session, cast, enrolment, "Sari", what, WEEKS[week][day])
    [told] = await desk.message(SARI, "/certificate")
    assert "Sudah tuntas" in words_of(told)
    assert data_of(told) == [f"cert:{enrolment.id}"]
    paper, page = await desk.tap(SARI, f"cert:{enrolment.id}")
    assert (page.method, data_of(page)) == ("editMessageText", [f"cert:{enrolment.id}", f"cert:{enrolment.id}:docx"])
    (key,), _ = page.params["reply_markup"]["inline_keyboard"]
    assert key["text"].startswith("Unduh lagi") and "Sertifikat nomor" in words_of(page)
    asked = paper.params["document"]["paper"]
    number = f"SJW-2026-{enrolment.id}-{cast['Sari'].id}"
    assert asked["data"] == {
        "name": "Sari", "school": "SD Melati", "pack": "Alat digital sederhana", "hours": asked["data"]["hours"],
        "practices": ["Kabar yang sampai, map yang rapi", "Satu alat untuk satu tujuan"], "since": "2026-07-22",
        "issued": "2026-07-22", "number": number, "check": asked["data"]["check"],
        "head": {"lines": (), "picture": ""}, "signers": asked["data"]["signers"],
    }  # fmt: skip
    desk.now = MORNING + timedelta(days=40)
    again, _ = await desk.tap(SARI, f"cert:{enrolment.id}")
    assert again.params == paper.params
    async with database.reading() as session:
        assert [row.number for row in await session.scalars(select(Certificate))] == [number]
    [told] = await desk.message(SARI, "/sertifikat")
    assert number in words_of(told)


async def test_while_lessons_still_come_the_certificate_waits_so_that_their_hours_count(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        await finishes(session, cast, enrolment, "Sari")
        await session.execute(update(Enrolment).values(finished_at=None))
    [told] = await desk.message(SARI, "/sertifikat")
    assert "setelah pelajaran terakhir" in words_of(told) and data_of(told) == []
    assert "Yang menyusul" not in words_of(told)
    with pytest.raises(Refusal) as refused:
        await desk.tap(SARI, f"cert:{enrolment.id}")
    assert refused.value.text_key == "finishing.certificate.not_yet"
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(finished_at=MORNING))
    [told] = await desk.message(SARI, "/sertifikat")
    assert data_of(told) == [f"cert:{enrolment.id}"]


async def test_the_code_on_a_certificate_tells_anybody_that_it_is_one_and_nothing_of_anybody_else(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        for name in ("Sari", "Budi"):
            await finishes(session, cast, enrolment, name)
    (paper, _), (editable, _) = [await desk.tap(who, f"cert:{enrolment.id}:docx") for who in (SARI, BUDI)]
    links = [one.params["document"]["paper"]["data"]["check"] for one in (paper, editable)]
    codes = [re.fullmatch(r"https://t.me/\w+\?start=cek_([2-9A-HJ-NP-Z]{12})", link)[1] for link in links]  # type: ignore[index]
    assert codes[0] != codes[1], "nobody's code is told by another's"
    assert (paper.params["document"]["paper"]["form"], paper.params["document"]["paper"]["name"][-5:]) == (
        "docx", ".docx",
    )  # fmt: skip
    stranger = 987_654
    [told] = await desk.message(stranger, f"/start cek_{codes[0].lower()}")
    words = words_of(told)
    assert "Sertifikat ini ada" in words and "Nama: Sari" in words and "Alat digital sederhana" in words
    assert "Budi" not in words and told.forgets, "of whoever asks nothing is kept"
    number = f"SJW-2026-{enrolment.id}-{cast['Sari'].id}"
    for guessed in (number, "", codes[0][:-1], "%", f"{codes[0]}A"):
        [told] = await desk.message(stranger, f"/start cek_{guessed}")
        assert "tidak ada" in words_of(told) and "Sari" not in words_of(told)


async def test_a_certificate_stays_when_a_note_is_deleted_later(database: Database, cast: Cast, desk: Door) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        await finishes(session, cast, enrolment, "Sari")
    paper, _ = await desk.tap(SARI, f"cert:{enrolment.id}")
    async with database.writing() as session:
        for row in await session.scalars(select(Evidence)):
            await session.delete(row)
    again, _ = await desk.tap(SARI, f"cert:{enrolment.id}")
    assert again.params == paper.params


async def test_whoever_facilitates_and_the_principal_sign_it_under_the_schools_letterhead(
    database: Database, cast: Cast, desk: Door
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        await finishes(session, cast, enrolment, "Sari")
        await finishes(session, cast, enrolment, "Hendra")
        session.add(Letterhead(group_id=cast.melati.id, lines="SDN MELATI 2", person_id=cast["Sari"].id, at=MORNING))
    paper, _ = await desk.tap(SARI, f"cert:{enrolment.id}")
    data = paper.params["document"]["paper"]["data"]
    assert list(data["head"]["lines"]) == ["SDN MELATI 2"]
    assert [(one["role"], one["name"]) for one in data["signers"]] == [
        ("Kepala Sekolah", "Ratna"), ("Fasilitator", "Hendra"),
    ]  # fmt: skip
    assert paper.forgets and paper.group_id == cast.melati.id, "found when one of them asks for deletion"
    own, _ = await desk.tap(cast["Hendra"].tg_user_id or 0, f"cert:{enrolment.id}")
    signers = own.params["document"]["paper"]["data"]["signers"]
    assert [one["name"] for one in signers] == ["Ratna", ""], "nobody signs their own"


@pytest.mark.parametrize("user, key", [(BUDI, "mine"), (MADE, "mine"), (SARI, "0"), (SARI, "x"), (SARI, "-1")])
async def test_a_forged_button_makes_no_certificate(
    database: Database, cast: Cast, desk: Door, user: int, key: str
) -> None:
    async with database.writing() as session:
        enrolment = await enrolled(session, cast)
        await finishes(session, cast, enrolment, "Sari")
    with pytest.raises(Refusal):
        await desk.tap(user, f"cert:{enrolment.id if key == 'mine' else key}")
    async with database.reading() as session:
        assert await session.scalar(select(Certificate.id)) is None
        assert await session.scalar(select(Person.id).where(Person.name == "Sari")) is not None
