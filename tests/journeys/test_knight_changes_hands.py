"""Classroom coaching over HTTP that changes hands twice: handed over to the principal, who then leaves the school."""

from sqlalchemy import select

from playground.client import words
from playground.hands import link_in, payload_of
from storage.models import (
    Commitment,
    Cycle,
    CycleEvent,
    CycleMember,
    CycleNote,
    Group,
    Observation,
    Person,
    PlanRow,
    WorkPlan,
)
from tests.journeys.house import House, open_house
from tests.journeys.school import TITLE, Place, Side, last, settle_in, stored, tap, told
from tests.journeys.test_knight import NOTED, START, WORKFLOW, follows_up_on, plans_together, wall, watches

ROLES = {"hendra": "mentor", "ratna": "principal", "sari": "teacher", "faisal": "facilitator", "wati": ""}
FOCUS, PLAN = "Menunggu lima detik sesudah bertanya.", "Melihat kelas rekan sejawat"
FIRST, PRIVATE = "Membawa contoh rencana.", "Saya masih gugup kalau ditonton."
THEIRS = (Cycle, CycleMember, CycleNote, Commitment, CycleEvent, Observation)
# Names of a cycle's buttons: with the number of the cycle, or of a row of it, behind them.
BUTTONS = (
    "cyc", "cycask", "cycend", "cycprom", "cycnudge", "cycwrite", "cycmoves", "cycnotes", "cycmore", "cychist",
    "cyckept", "cycobs", "obs", "obstap", "obssc", "obssee", "ses", "sesof", "cyctap",
)  # fmt: skip
ACTS = ("stop:yes", "pause:7", "over", "stand", "open", "resume")


async def _opens_nothing(house: House, side: Side, *secrets: str) -> None:
    """Whatever they still have on their phone, tap, or write: the cycle is neither read nor changed by it."""
    before, mark = await stored(house, *THEIRS), await side.hands.last()
    there = await house.playground.messages(side.user, viewer=side.user)
    rows = [row for one in there for row in one.get("reply_markup", {}).get("inline_keyboard", [])]
    kept = {button["callback_data"] for row in rows for button in row if "callback_data" in button}
    made = {f"{name}:1:1:0" for name in BUTTONS} | {f"cycact:1:{act}" for act in ACTS}
    old = sorted({one for one in kept if one.split(":")[0] in (*BUTTONS, "cycact", "cycto", "sesoff")} | made)
    for data in old:
        assert await side.is_gone(data), data
    await side.writes("Ini catatan atau janji yang sedang saya tulis.")
    await side.writes("/coaching")
    assert (await told(house, side.user))[-1].startswith("Belum ada coaching"), "also who left the group"
    assert await stored(house, *THEIRS) == before
    seen = "\n".join(await told(house, side.user, after=mark))
    assert [one for one in (*secrets, "Sari") if one in seen] == []


async def _handed_over(house: House, hendra: Side, ratna: Side, sari: Side) -> None:
    """Hendra gives it to the principal with a promise open and another half written."""
    await hendra.promises(FIRST)
    before = await hendra.opens()
    await hendra.taps("Buat janji", before)
    await hendra.opens_more("Serahkan ke coach lain", "Ratna")
    assert "Hendra menyerahkan Coaching kelas bersama Sari" in words(await last(house, ratna.user, "menyerahkan"))
    heard = words(await last(house, sari.user, "Ratna melanjutkan Coaching kelas menggantikan Hendra"))
    assert "Bapak/Ibu yang menentukan" in heard and FIRST in heard, "the promise falls, and she is told"
    await _opens_nothing(house, hendra, FOCUS, NOTED)


async def _reads_what_is_opened(house: House, coach: Side, sari: Side) -> None:
    """Nothing from before, until the teacher opens it; then all of it."""
    before = await coach.opens()
    await coach.taps("Baca catatan", before)
    assert FOCUS not in "\n".join(await told(house, coach.user))
    await sari.opens_more("Buka catatan lama")
    before = await coach.opens()
    await coach.taps("Baca catatan", before)
    assert FOCUS in "\n".join(await told(house, coach.user, after=before))


async def _plan_to_confirm(house: House, sari: int, ratna: Side) -> None:
    """What the principal may read by her office: a plan that Sari asked her to confirm."""
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        person = (await session.scalars(select(Person).where(Person.tg_user_id == sari))).one()
        group = (await session.scalars(select(Group))).one()
        plan = WorkPlan(person_id=person.id, group_id=group.id, period="2026/2027-1", created_at=now, asked_at=now)
        session.add(plan)
        await session.flush()
        session.add(PlanRow(plan_id=plan.id, number=1, result=PLAN, quantity=1, points=8))
    assert not await ratna.is_gone("rhksee:1")
    assert PLAN in "\n".join(await told(house, ratna.user))


async def _principals_change(house: House, place: Place, ratna: Side, wati: Side, sari: Side) -> None:
    """Wati is invited as principal, Ratna leaves the chat: both seats are empty of her at once, and Wati takes hers."""
    faisal, mark = place.ids["faisal"], await ratna.hands.last()
    await house.playground.send(faisal, faisal, "/undang")
    await tap(house, faisal, "Undangan untuk grup yang mana", TITLE)
    await tap(house, faisal, "Undangan ke", "kepala sekolah")
    await wati.hands.opens(payload_of(link_in(await last(house, faisal, "hanya untuk satu orang"))))
    await house.playground.leave(ratna.user, place.chat)
    await house.settled()
    assert await ratna.is_gone("cycnotes:1"), "at once, before the clock has seen that she left"
    assert await ratna.is_gone("rhksee:1"), "what she read by her office goes with it"
    await house.turned(wall("08-03T10:00"))
    await _opens_nothing(house, ratna, FOCUS, NOTED)
    assert PLAN not in "\n".join(await told(house, ratna.user, after=mark))
    assert "Catatan Bapak/Ibu aman" in words(await last(house, sari.user, "Ratna tidak lagi mendampingi"))
    await tap(house, wati.user, "Ratna tidak lagi mendampingi Sari", "Saya gantikan")
    assert "Wati sekarang mendampingi" in words(await last(house, sari.user, "mendampingi Coaching kelas"))
    await wati.opens_more("Lanjutkan")
    assert not await wati.is_gone("rhksee:1")


async def test_a_mentor_hands_over_to_the_principal_and_the_principal_leaves_the_school(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="faisal")
        hendra, ratna, wati, sari = (
            Side(house, place.ids[name], WORKFLOW) for name in ("hendra", "ratna", "wati", "sari")
        )
        await hendra.invites("Sari")
        await sari.taps("Ya, mau")
        await plans_together(hendra, sari)
        await hendra.does()
        await _handed_over(house, hendra, ratna, sari)
        await _reads_what_is_opened(house, ratna, sari)
        await watches(house, ratna, sari)
        await ratna.does()
        await _plan_to_confirm(house, sari.user, ratna)
        await _principals_change(house, place, ratna, wati, sari)
        await _reads_what_is_opened(house, wati, sari)
        await follows_up_on(house, wati, sari)
        await sari.answers(PRIVATE, "→Jawaban tadi untuk saya saja")
        await sari.does()
        await _is_closed(house, hendra, wati, sari)


async def _is_closed(house: House, hendra: Side, wati: Side, sari: Side) -> None:
    """Nothing that was said is lost; what was hers alone nobody else has ever read; both former coaches stay out."""
    (cycle,) = await house.rows(Cycle)
    assert cycle.state == "closed"
    sat = [(one.side, one.until is None) for one in await house.rows(CycleMember)]
    assert sat == [("coach", False), ("coachee", True), ("coach", False), ("coach", True)]
    asked = [one.ask for one in await house.rows(CycleNote)]
    assert asked == ["fokus", "amati", "terjadi", "kekuatan", "saran", "dicoba"]
    before = await sari.opens_closed()
    await sari.taps("Baca catatan", before)
    assert FOCUS in "\n".join(await told(house, sari.user, after=before))
    for one in (hendra, wati):
        assert PRIVATE not in "\n".join(await told(house, one.user))
    assert await hendra.is_gone("cycnotes:1")
