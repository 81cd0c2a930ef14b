"""The clock and the agenda as talks: taps from /program, forged buttons, and one sentence before a meeting."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from community.refusals import NotAllowed, Refusal
from handlers import agenda as agenda_door
from handlers import course as course_door
from handlers import course_acts as acts_door
from handlers import programmes as programmes_door
from learning import agenda_letters, course, course_events
from learning.refusals import Gone
from storage.database import Database
from storage.models import AgendaNote, GroupTurn, Membership, Person, Programme, ProgrammeEvent
from tests.learning.conftest import Cast, Door, data_of, letters, words_of


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Jakarta")).astimezone(UTC)


@pytest.fixture
async def talk(database: Database, cast: Cast) -> Door:
    """Pak Hendra facilitates both groups."""
    async with database.writing() as session:
        anggrek = cast.groups["KKG Anggrek"].id
        session.add(
            Membership(person_id=cast["Hendra"].id, group_id=anggrek, role="facilitator", since=wall("2026-07-01"))
        )
    door = Door(database, programmes_door, course_door, acts_door, agenda_door)
    door.now = wall("2026-07-22 09:00")
    return door


def hendra(cast: Cast) -> int:
    return cast["Hendra"].tg_user_id or 0


async def begun(talk: Door, cast: Cast) -> tuple[int, int]:
    """From /program to a clock for both groups."""
    me, first, second = hendra(cast), cast.melati.id, cast.groups["KKG Anggrek"].id
    await talk.tap(me, f"crnew:{first}")
    await talk.tap(me, f"crtog:{first}:{second}")
    await talk.tap(me, f"crmon:{first}")
    await talk.tap(me, f"crname:{first}:20260803")
    await talk.tap(me, f"crgo:{first}")
    await talk.tap(me, f"crhour:{first}:2")
    await talk.tap(me, f"crmeet:{first}:2:4")
    return first, second


async def test_from_program_to_a_clock_for_two_groups(talk: Door, cast: Cast, database: Database) -> None:
    me, first, second = hendra(cast), cast.melati.id, cast.groups["KKG Anggrek"].id
    (panel,) = await talk.tap(me, f"prog:{first}")
    assert f"course:{first}" in data_of(panel)
    (page,) = await talk.tap(me, f"course:{first}")
    assert data_of(page) == [f"crnew:{first}", f"crjoin:{first}", f"prog:{first}"]
    (choose,) = await talk.tap(me, f"crnew:{first}")
    assert data_of(choose)[:2] == [f"crtog:{first}:{second}", f"crtog:{first}:{first}"]
    (both,) = await talk.tap(me, f"crtog:{first}:{second}")
    labels = [row[0]["text"] for row in both.params["reply_markup"]["inline_keyboard"]]
    assert labels[:2] == ["✓ KKG Anggrek", "✓ Kombel Melati"]
    (months,) = await talk.tap(me, f"crmon:{first}")
    assert data_of(months) == [f"crname:{first}:{day}" for day in ("20260722", "20260803", "20260901")]
    (name,) = await talk.tap(me, f"crname:{first}:20260803")
    assert "Enam bulan KBP" in words_of(name)
    (started,) = await talk.message(me, "KBP Gugus 3")
    assert "<b>KBP Gugus 3</b> mulai Senin, 3 Agu" in words_of(started)
    assert data_of(started)[0] == f"crhour:{first}:0" and data_of(started)[-1] == f"crnomeet:{first}"
    (hours,) = await talk.tap(me, f"crhour:{first}:2")
    assert f"crmeet:{first}:2:4" in data_of(hours)
    toast, done = await talk.tap(me, f"crmeet:{first}:2:4")
    assert toast.params["text"] == "Tersimpan." and "Rabu pukul 13.00" in words_of(done)
    assert "KKG Anggrek" in words_of(done)
    async with database.reading() as session:
        programme = (await session.scalars(select(Programme))).one()
        assert (programme.title, programme.started_on, programme.created_by) == (
            "KBP Gugus 3", date(2026, 8, 3), cast["Hendra"].id,
        )  # fmt: skip
        met = await session.scalars(select(GroupTurn.group_id).where(GroupTurn.name == "agenda"))
        assert set(met) == {first, second}  # asked once for both


async def test_the_page_ticks_off_what_is_open(talk: Door, cast: Cast, database: Database) -> None:
    first, _ = await begun(talk, cast)
    talk.now = wall("2026-08-03 13:00")
    async with database.writing() as session:
        await course_events.tell_due(session, talk.now)
    (page,) = await talk.tap(hendra(cast), f"course:{first}")
    assert "bulan 1 dari 6, tahap Persiapan" in words_of(page) and "Survei awal" in words_of(page)
    tick = next(data for data in data_of(page) if data.startswith("crdone"))
    _, after = await talk.tap(hendra(cast), tick)
    assert tick not in data_of(after) and "Sudah dikerjakan: 1" in words_of(after)


async def test_ending_is_asked_first_and_then_done(talk: Door, cast: Cast, database: Database) -> None:
    first, second = await begun(talk, cast)
    me = hendra(cast)
    (asked,) = await talk.tap(me, f"crend:{first}")
    assert data_of(asked) == [f"crendset:{first}", f"course:{first}"]
    (asked,) = await talk.tap(me, f"crout:{second}")
    await talk.tap(me, data_of(asked)[0])
    await talk.tap(me, f"crendset:{first}")
    async with database.reading() as session:
        assert (await session.scalars(select(Programme.ended_at))).one() is not None
        assert (await session.scalars(select(ProgrammeEvent.id))).all() == []
    (page,) = await talk.tap(me, f"crend:{first}")
    assert f"crnew:{first}" in data_of(page)


async def test_a_further_group_joins_by_two_taps(talk: Door, cast: Cast, database: Database) -> None:
    me, first, second = hendra(cast), cast.melati.id, cast.groups["KKG Anggrek"].id
    (none,) = await talk.tap(me, f"crjoin:{second}")
    assert data_of(none) == [f"course:{second}"]
    await talk.tap(me, f"crnew:{first}")
    await talk.tap(me, f"crname:{first}:20260803")
    await talk.tap(me, f"crgo:{first}")
    (running,) = await talk.tap(me, f"crjoin:{second}")
    (asked,) = await talk.tap(me, data_of(running)[0])
    assert data_of(asked)[0] == f"crhour:{second}:0"
    async with database.reading() as session:
        assert set(await session.scalars(select(ProgrammeEvent.group_id))) == {first, second}


FORGED = (
    "course:{g}", "crnew:{g}", "crtog:{g}:1", "crmon:{g}", "crjoin:{g}", "crjoinset:{g}:1", "crday:{g}",
    "crmeet:{g}:2:4", "crnomeet:{g}", "crend:{g}", "crout:{g}", "crendset:{g}", "croutset:{g}", "crdone:{e}",
    "crlater:{e}", "crsurvey:{e}", "crpack:{e}", "crdone:{e}:p",
)  # fmt: skip


@pytest.mark.parametrize("data", FORGED)
async def test_forged_buttons_of_a_teacher_or_stranger_change_nothing(
    talk: Door, cast: Cast, database: Database, data: str
) -> None:
    await begun(talk, cast)
    async with database.reading() as session:
        survey = await session.scalar(select(ProgrammeEvent.id).where(ProgrammeEvent.name == "kebutuhan-awal").limit(1))
        before = list(await session.scalars(select(ProgrammeEvent.id).order_by(ProgrammeEvent.id)))
    for name in ("Sari", "Tamu"):
        with pytest.raises((NotAllowed, Gone)):
            await talk.tap(cast[name].tg_user_id or 0, data.format(g=cast.melati.id, e=survey))
    with pytest.raises(Refusal):
        await talk.tap(hendra(cast), data.format(g=987654, e=987654))
    async with database.reading() as session:
        assert list(await session.scalars(select(ProgrammeEvent.id).order_by(ProgrammeEvent.id))) == before
        assert (await session.scalars(select(ProgrammeEvent.done_at).distinct())).all() == [None]
        assert len((await session.scalars(select(GroupTurn))).all()) == 6


async def test_a_start_without_what_was_asked_before_is_refused(talk: Door, cast: Cast) -> None:
    with pytest.raises(Refusal):
        await talk.tap(hendra(cast), f"crgo:{cast.melati.id}")
    await talk.tap(hendra(cast), f"crnew:{cast.melati.id}")
    for forged in ("20260804", "0", "99999999", "x"):
        await talk.tap(hendra(cast), f"crname:{cast.melati.id}:{forged}")
        with pytest.raises(Refusal):
            await talk.tap(hendra(cast), f"crgo:{cast.melati.id}")


async def test_a_groups_visit_is_put_off_from_its_letter(talk: Door, cast: Cast, database: Database) -> None:
    await begun(talk, cast)
    async with database.writing() as session:
        visits = ProgrammeEvent.name == "kunjungan.1"
        await session.execute(update(ProgrammeEvent).where(~visits).values(told_at=talk.now))
        await course_events.tell_due(session, wall("2026-10-05 13:00"))
    (letter,) = [one for one in await letters(database) if one.person_id == cast["Ratna"].id]
    assert letter.params is not None
    row = letter.params["reply_markup"]["inline_keyboard"][0]
    assert [key["text"] for key in row] == ["Sudah", "Tunda sepekan"]
    talk.now = wall("2026-10-06 08:00")
    toast = (await talk.tap(cast["Ratna"].tg_user_id or 0, row[1]["callback_data"]))[0]
    assert toast.params["text"] == "Baik, saya ingatkan lagi Selasa, 13 Okt."


# One sentence before the meeting


async def test_two_taps_and_one_sentence_reach_the_agenda(talk: Door, cast: Cast, database: Database) -> None:
    first, _ = await begun(talk, cast)
    talk.now = wall("2026-10-06 14:30")
    async with database.writing() as session:
        await agenda_letters.send_due(session, talk.now)
    sari = cast["Sari"].tg_user_id or 0
    (asked,) = await talk.tap(sari, f"agnote:{first}:not_yet")
    assert "tanpa nama murid" in words_of(asked) and "seluruh grup" in words_of(asked)
    (kept,) = await talk.message(sari, "Enam murid belum menyamakan penyebut.")
    assert "Rabu, 7 Okt" in words_of(kept)
    async with database.writing() as session:
        await agenda_letters.send_due(session, wall("2026-10-07 07:00"))
    (posted,) = [one for one in await letters(database) if one.chat_id == -1001 and one.key.startswith("agenda:")]
    assert posted.params is not None and "Enam murid" in posted.params["text"]


async def test_names_of_pupils_are_asked_about_once_and_not_kept(talk: Door, cast: Cast, database: Database) -> None:
    first, _ = await begun(talk, cast)
    talk.now = wall("2026-10-06 15:00")
    sari = cast["Sari"].tg_user_id or 0
    await talk.tap(sari, f"agnote:{first}:mastered")
    (asked,) = await talk.message(sari, "Andi, Siti dan Rudi sudah lancar.")
    assert "tanpa nama" in words_of(asked)
    async with database.reading() as session:
        assert (await session.scalars(select(AgendaNote.text))).all() == []
    await talk.message(sari, "Tiga murid sudah lancar.")
    async with database.reading() as session:
        assert list(await session.scalars(select(AgendaNote.text))) == ["Tiga murid sudah lancar."]


@pytest.mark.parametrize(
    "data", ["agnote:{g}:nilai", "agnote:999:mastered", "agnote", "agnote:{g}", "agnote:{o}:mastered"]
)
async def test_a_forged_part_or_group_is_refused(talk: Door, cast: Cast, data: str) -> None:
    await begun(talk, cast)
    talk.now = wall("2026-10-06 15:00")
    with pytest.raises(Refusal):
        await talk.tap(cast["Sari"].tg_user_id or 0, data.format(g=cast.melati.id, o=cast.groups["KKG Anggrek"].id))


async def test_somebody_who_lost_the_role_may_no_longer_see_the_clock(
    talk: Door, cast: Cast, database: Database
) -> None:
    await begun(talk, cast)
    async with database.writing() as session:
        await session.execute(update(Membership).where(Membership.role == "facilitator").values(until=talk.now))
        hendra_row = await session.get_one(Person, cast["Hendra"].id)
        with pytest.raises(NotAllowed):
            await course.of_group(session, hendra_row, cast.melati.id, talk.now)
