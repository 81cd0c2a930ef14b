"""Who looked at what: a line for each look, read by whom it concerns, kept for a semester, without a word of it."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from community import consent, corrections, looks
from community.looks import Door, Kind
from content.texts import Texts
from learning import readable
from reports import digest, person
from storage.database import Database
from storage.models import Look, Reflection
from tests.reports.cast import Cast, cast, wall

SAY = Texts("id")
NOW = wall("2026-11-18 16:00")
WORDS = "Murid menakar air dengan gelas bekas"


async def _read(database: Database) -> Any:
    """Sari reflected; Bu Ratna asked for her digest and opened it; who runs the assistant took a report."""
    async with database.writing() as session:
        here = await cast(session)
        await here.reflects("Sari", await here.prompt(wall("2026-11-18 06:30")), NOW, WORDS)
        ratna = here.people["Ratna"]
        await digest.asked(session, ratna, NOW)
        note = (await session.scalars(select(Reflection))).one()
        await readable.opened(session, ratna, note.id, NOW + timedelta(minutes=1))
        await looks.note(session, None, Kind.REPORT, NOW, group_id=here.group.id, door=Door.COMMAND)
        return here


async def test_the_one_who_is_looked_at_sees_who_and_what_and_nobody_else_does(database: Database) -> None:
    here: Cast = await _read(database)
    async with database.writing() as session:
        sari, budi, ratna = (here.people[name] for name in ("Sari", "Budi", "Ratna"))
        hers, _ = await corrections.who_looked(session, sari, SAY, "Asia/Jakarta")
        assert hers.count("Bu Ratna") == 2 and "refleksi" in hers and "ringkasan" in hers
        assert "pengelola Sejawat" in hers and "seluruh grup KKG Melati" in hers
        assert WORDS not in hers
        his, _ = await corrections.who_looked(session, budi, SAY, "Asia/Jakarta")
        assert "Ratna" not in his and "pengelola Sejawat" in his, "of the group's report he is told, too"
        stranger, _ = await corrections.who_looked(session, here.people["Tamu"], SAY, "Asia/Jakarta")
        assert SAY("looks.none") in stranger
        copied = (await person.copy_of(session, sari))["community"]["looks"]
        assert {one["who"] for one in copied["at_mine"]} == {"Bu Ratna", "pengelola Sejawat"}
        mine = (await person.copy_of(session, ratna))["community"]["looks"]
        assert [one["kind"] for one in mine["by_me"]] == ["reflection", "digest"]
        assert "Sari" not in json.dumps(mine["by_me"]), "others are left out of one's own copy"


async def test_the_lines_hold_no_word_and_ones_own_things_are_nobodys_look(database: Database) -> None:
    here: Cast = await _read(database)
    async with database.writing() as session:
        await looks.note(session, here.people["Sari"], Kind.COACHING, NOW, of=[here.people["Sari"].id])
        rows = list(await session.scalars(select(Look)))
        assert len(rows) == 3
        columns = {column.name for column in Look.__table__.columns}
        assert columns == {"id", "at", "reader_id", "reader_code", "of_id", "group_id", "kind", "door"}


async def test_of_a_reader_who_has_gone_a_code_stays_that_leads_nowhere(database: Database) -> None:
    here: Cast = await _read(database)
    async with database.writing() as session:
        ratna = here.people["Ratna"]
        await person.forget(session, ratna, NOW)
        words, _ = await corrections.who_looked(session, here.people["Sari"], SAY, "Asia/Jakarta")
        assert "Ratna" not in words and words.count("seseorang yang sudah pergi") == 2
        codes = set(await session.scalars(select(Look.reader_code).where(Look.reader_code.is_not(None))))
        assert len(codes) == 1, "one reader stays one"
        await person.forget(session, here.people["Sari"], NOW)
        assert [one.of_id for one in await session.scalars(select(Look))] == [None], "hers have gone with her"


async def test_after_a_semester_the_lines_go(database: Database) -> None:
    await _read(database)
    async with database.writing() as session:
        assert await looks.clean(session, NOW + looks.KEPT) == 0
        assert await looks.clean(session, NOW + looks.KEPT + timedelta(minutes=2)) == 3


async def test_a_name_that_was_corrected_stays_until_its_bearer_wants_telegrams_again(database: Database) -> None:
    from community import people

    async with database.writing() as session:
        here = await cast(session)
        sari = here.people["Sari"]
        assert "Bu Sari Wulandari" in await corrections.named(session, sari, "  Sari \n Wulandari ", SAY)
        await people.greeted(session, sari, "sari_98")
        assert sari.name == "Sari Wulandari"
        _words, question = await corrections.as_in_telegram(session, sari, SAY)
        assert question.method == "getChat"
        await people.named(session, sari, "Sari W.")
        assert sari.name == "Sari W."


async def test_class_and_school_can_be_put_right_by_somebody_who_was_never_asked(database: Database) -> None:
    from community import postings

    async with database.writing() as session:
        here = await cast(session)
        sari = here.people["Sari"]
        words, rows = await corrections.taught(session, sari, SAY, "Asia/Jakarta", NOW)
        assert "2026/2027" in words
        assert next(one[0]["callback_data"] for one in rows) == "year:class:2026"
        assert "kelas 4" in (await postings.in_class(session, sari, 2026, "kelas 4", SAY, NOW)).lower()
        page, _ = await corrections.page(session, sari, SAY, "Asia/Jakarta", NOW)
        assert "elas 4" in page


async def test_consent_is_proved_per_person_and_text_version_with_its_moment(database: Database) -> None:
    """UU 27/2022, articles 22 and 24: who agreed to which words, in which language, and when; so for a withdrawal."""
    async with database.writing() as session:
        one = await consent.agree(session, 77, "f" * 64, "en", NOW)
        await consent.withdraw(session, one, NOW + timedelta(days=1))
        again = await consent.agree(session, 77, "f" * 64, "en", NOW + timedelta(days=2))
        proof = (await consent.copy_of(session, again))["consent"]
        assert [(row["agreed"], row["text_version"], row["language"]) for row in proof] == [
            (True, consent.TEXT_VERSION, "en"), (False, consent.TEXT_VERSION, "en"), (True, consent.TEXT_VERSION, "en"),
        ]  # fmt: skip
        assert [row["at"] for row in proof] == [(NOW + timedelta(days=day)).isoformat() for day in range(3)]
        for version in range(1, int(consent.TEXT_VERSION) + 1):
            words = {language: consent.text(language, 30, str(version)) for language in ("id", "en")}
            assert all("30" in text for text in words.values()), "the words people agreed to then are still there"
