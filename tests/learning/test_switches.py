"""What comes to a group by itself, switched off and on by its facilitator with a tap."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community.refusals import NeedsConsent, NotAllowed
from content import courses
from content.texts import LANGUAGES, phrases
from handlers import programmes as programmes_door
from handlers import switches as switches_door
from learning import agenda, own_weeks, pairs, partners, programmes, pulses, switches, synthesis
from learning.refusals import Gone
from storage.database import Database
from storage.models import Enrolment, GroupTurn, Letter, Pairing, Programme, ProgrammeEvent
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, letters, words_of

SARI, HENDRA, MADE = 100, 103, 104
THIS_WEEK = datetime(2026, 7, 22, 1, 0, tzinfo=UTC)  # Wednesday 08:00 in Jakarta
MONDAY = datetime(2026, 7, 27, 0, 0, tzinfo=UTC)  # 07:00: pairs are formed
FRIDAY = datetime(2026, 7, 31, 8, 0, tzinfo=UTC)  # 15:00: the week is told
PULSE = datetime(2026, 8, 5, 5, 30, tzinfo=UTC)  # a Wednesday, 12:30
WEEK = timedelta(weeks=1)


async def strike(database: Database, now: datetime) -> None:
    for work in (pairs.form_due, partners.ask_due, synthesis.send_due, pulses.send_due):
        async with database.writing() as session:
            await work(session, now)


@pytest.fixture
async def door(database: Database, cast: Cast) -> Door:
    """Kombel Melati follows the starter pack; the clock has struck once."""
    async with database.writing() as session:
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        await session.execute(update(Enrolment).values(next_at=MONDAY + 20 * WEEK))
    await strike(database, THIS_WEEK)
    door = Door(database, switches_door, programmes_door)
    door.now = THIS_WEEK
    return door


async def next_of(database: Database, group_id: int) -> dict[str, datetime | None]:
    async with database.reading() as session:
        rows = await session.execute(
            select(GroupTurn.name, GroupTurn.next_at).where(GroupTurn.group_id == group_id)
        )  # fmt: skip
        return {row.name: row.next_at for row in rows}


async def test_the_facilitator_finds_it_under_program_and_teachers_do_not(cast: Cast, door: Door) -> None:
    (panel,) = await door.message(HENDRA, "/program")
    assert f"comes:{cast.melati.id}" in data_of(panel)
    (page,) = await door.tap(HENDRA, f"comes:{cast.melati.id}")
    for name in ("pairs", "synthesis", "pulse"):
        assert f"comeset:{cast.melati.id}:{name}:0" in data_of(page)
    words = words_of(page)
    assert "Pasangan pekanan: nyala, berikutnya Senin, 27 Jul" in words
    assert "Rangkuman pekan: nyala, berikutnya Jumat, 24 Jul" in words
    assert "Denyut grup: nyala" in words
    assert "Agenda pertemuan: belum diatur" in words
    (panel,) = await door.message(SARI, "/program")
    assert f"comes:{cast.melati.id}" not in data_of(panel)


@pytest.mark.parametrize(
    "name, at, written",
    [
        ("pairs", MONDAY, "pair:2"),
        ("synthesis", FRIDAY, "synthesis:"),
        ("pulse", PULSE, "pulse:"),
    ],
)
async def test_switched_off_nothing_comes_and_switched_on_it_comes_again(
    database: Database, cast: Cast, door: Door, name: str, at: datetime, written: str
) -> None:
    group = cast.melati.id
    (off,) = await door.tap(HENDRA, f"comeset:{group}:{name}:0")
    assert "Sudah dimatikan di <b>Kombel Melati</b>" in words_of(off)
    assert f"comeset:{group}:{name}:1" in data_of(off)
    assert [key for key, moment in (await next_of(database, group)).items() if moment is None] == [name]
    for moment in (THIS_WEEK, at, at + WEEK):
        await strike(database, moment)
    assert await letters(database, Letter.key.startswith(written)) == []

    door.now = at + WEEK
    (on,) = await door.tap(HENDRA, f"comeset:{group}:{name}:1")
    assert "Sudah dinyalakan di <b>Kombel Melati</b>" in words_of(on)
    assert f"comeset:{group}:{name}:0" in data_of(on)
    moment = (await next_of(database, group))[name]
    assert moment is not None
    assert moment > door.now
    if name != "synthesis":  # it is silent where nothing happened
        await strike(database, moment)
        assert await letters(database, Letter.key.startswith(written)) != []


async def test_pairs_of_this_week_stay_when_the_next_ones_are_switched_off(
    database: Database, cast: Cast, door: Door
) -> None:
    await strike(database, MONDAY)
    door.now = MONDAY + timedelta(hours=1)
    (off,) = await door.tap(HENDRA, f"comeset:{cast.melati.id}:pairs:0")
    assert "Pasangan yang sudah dibagikan pekan ini tetap" in words_of(off)
    await strike(database, FRIDAY - timedelta(hours=1))
    assert len(await letters(database, Letter.key.startswith("pair:asks:"))) == 2
    await strike(database, MONDAY + WEEK)
    async with database.reading() as session:
        assert {row.week for row in await session.scalars(select(Pairing))} == {date(2026, 7, 27)}


async def test_a_switch_before_the_clock_ever_struck_holds(database: Database, cast: Cast) -> None:
    door = Door(database, switches_door)
    (page,) = await door.tap(HENDRA, f"comes:{cast.melati.id}")
    assert "Pasangan pekanan: nyala" in words_of(page)
    await door.tap(HENDRA, f"comeset:{cast.melati.id}:pairs:0")
    async with database.writing() as session:
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
    for moment in (THIS_WEEK, MONDAY):
        await strike(database, moment)
    assert await letters(database, Letter.key.startswith("pair:")) == []


async def test_the_agenda_is_switched_off_here_and_set_in_the_calendar_of_the_programme(
    database: Database, cast: Cast, door: Door
) -> None:
    group = cast.melati.id
    clock = next(iter(courses.house()))
    async with database.writing() as session:
        together = Programme(title="Bersama", clock=clock, started_on=date(2026, 7, 1), created_at=MORNING)
        session.add(together)
        await session.flush()
        event = {"programme_id": together.id, "group_id": group, "name": "opening", "due_at": MONDAY + 9 * WEEK}
        session.add(ProgrammeEvent(**event))
        await session.flush()
        await agenda.meet(session, cast["Hendra"], group, 3, 2, THIS_WEEK)
    (page,) = await door.tap(HENDRA, f"comes:{group}")
    assert "Agenda pertemuan: nyala, setiap Kamis pukul 11.00" in words_of(page)
    (off,) = await door.tap(HENDRA, f"comeset:{group}:agenda:0")
    assert "Agenda pertemuan: belum diatur" in words_of(off)
    assert f"course:{group}" in data_of(off)
    assert not {agenda.NAME, agenda.ASK, agenda.POST} & set(await next_of(database, group))


async def test_ones_own_letter_of_the_week_is_switched_here_for_all_groups(
    database: Database, cast: Cast, door: Door
) -> None:
    async with database.writing() as session:
        await own_weeks.begin(session, own_weeks.LEADS, THIS_WEEK)
    (page,) = await door.tap(HENDRA, f"comes:{cast.melati.id}")
    assert "Surat pekanan ke Bapak/Ibu: nyala, berikutnya Senin, 27 Jul" in words_of(page)
    before = await next_of(database, cast.melati.id)
    for on in (0, 1):
        (page,) = await door.tap(HENDRA, f"comeset:{cast.melati.id}:week:{on}")
        assert f"comeset:{cast.melati.id}:week:{1 - on}" in data_of(page)
        assert ("Surat pekanan ke Bapak/Ibu: mati" in words_of(page)) is not bool(on)
        async with database.reading() as session:
            wanted = await own_weeks.of_person(session, cast["Hendra"].id)
        assert wanted == {"week": datetime(2026, 7, 27, 7, 0, tzinfo=UTC) if on else None}
    assert await next_of(database, cast.melati.id) == before, "nothing else is touched"


async def test_only_the_facilitator_of_the_group_and_only_what_there_is(
    database: Database, cast: Cast, door: Door
) -> None:
    before = await next_of(database, cast.melati.id)
    for user in (SARI, MADE, 102, 106):
        for data in ("comes:{}", "comeset:{}:pairs:0"):
            with pytest.raises(NotAllowed):
                await door.tap(user, data.format(cast.melati.id))
    with pytest.raises(NeedsConsent):
        await door.tap(999, f"comeset:{cast.melati.id}:pairs:0")
    for name in ("buddies", "pairs_asked", "agenda_ask", "", "x" * 40):
        with pytest.raises(Gone):
            await door.tap(HENDRA, f"comeset:{cast.melati.id}:{name}:0")
    with pytest.raises(Gone):
        await door.tap(HENDRA, f"comeset:{cast.melati.id}:agenda:1")
    assert await next_of(database, cast.melati.id) == before


def test_every_turn_has_its_words() -> None:
    for language in LANGUAGES:
        for name in switches.NAMES:
            assert f"switches.name.{name}" in phrases(language)
