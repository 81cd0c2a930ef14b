"""A group meets: everybody leads in turn, agenda and minutes are kept, and three signs tell how it was led."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from coaching import meeting_change_pages, meeting_changes, meeting_letters, meeting_pages, meeting_scores, meetings
from coaching.refusals import Gone, NotNow
from coaching.rights import MEETS, Chair, Meet
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Leave, Letter, Meeting, Person
from tests.coaching.cast import NOW, Coached, letters_to, school, wall
from tests.community.cast import CHAT, somebody

SAY = Texts("id")
THURSDAY = wall("2026-07-16T13:30")
AFTER = THURSDAY + timedelta(hours=2)


async def _planned(session: Session, cast: Coached, at: datetime = THURSDAY) -> Meeting:
    return (await meetings.plan(session, cast.faisal, cast.group.id, at, NOW)).row


async def _leads(session: Session, cast: Coached, row: Meeting, who: Person) -> None:
    await meetings.choose(session, cast.faisal, row.id, who.id, NOW)
    await meetings.answer(session, who, row.id, True, NOW)


async def test_everybody_leads_in_turn_and_a_no_is_passed_on(database: Database) -> None:
    async with school(database) as (session, cast):
        first = await _planned(session, cast)
        assert first.leader_id == cast.dewi.id, "nobody has led yet: by name"
        assert "giliran Bapak/Ibu" in (await letters_to(session, cast.dewi))[-1]
        with pytest.raises(NotAllowed):
            await meetings.answer(session, cast.sari, first.id, True, NOW)
        await meetings.answer(session, cast.dewi, first.id, True, NOW)
        assert "Dewi bersedia" in (await letters_to(session, cast.faisal))[-1]
        second = await _planned(session, cast, wall("2026-07-23T13:30"))
        assert second.leader_id == cast.faisal.id
        await meetings.answer(session, cast.faisal, second.id, False, NOW)
        assert second.leader_id is None
        session.add(Leave(person_id=cast.sari.id, first_day=wall("2026-07-30T09:00").date(),
                          last_day=wall("2026-07-30T09:00").date(), created_at=NOW))  # fmt: skip
        third = await _planned(session, cast, wall("2026-07-30T13:30"))
        assert third.leader_id == cast.faisal.id, "Sari is away that day, Dewi has led"
        turns = await meetings.rotation(session, cast.group, wall("2026-08-06T09:00").date())
        assert [one.name for one in turns] == ["Sari", "Dewi", "Faisal"]
        with pytest.raises(Gone):
            await meetings.choose(session, cast.faisal, first.id, cast.tamu.id, NOW)


async def test_the_group_is_invited_and_hears_no_name(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        (told,) = await session.scalars(select(Letter).where(Letter.chat_id == CHAT))
        words = str((told.params or {})["text"])
        assert "Kamis, 16 Jul pukul 13.30" in words and "Dewi" not in words
        with pytest.raises(Refusal) as twice:
            await _planned(session, cast, wall("2026-07-16T09:00"))
        assert twice.value.text_key == "meetings.plan.twice"
        assert await meetings.suggested(session, cast.group, NOW) == wall("2026-07-23T13:30")
        late = await meetings.suggested(session, cast.group, wall("2026-07-20T08:00"))
        assert late == wall("2026-07-30T13:30"), "five working days are left for the invitation"
        await meeting_changes.call_off(session, cast.kepala, row.id, "duty", NOW)
        with pytest.raises(NotNow):
            await meetings.answer(session, cast.dewi, row.id, True, NOW)


@pytest.mark.parametrize("at", ["2026-07-16T19:30", "2026-07-17T12:00", "2026-07-05T09:00", "2026-07-16T13:40"])
async def test_no_meeting_in_the_evening_at_prayer_or_in_the_past(database: Database, at: str) -> None:
    async with school(database) as (session, cast):
        with pytest.raises(Refusal) as refused:
            await _planned(session, cast, wall(at))
        assert refused.value.text_key.startswith("sessions.time.")


async def test_agenda_minutes_and_who_was_there(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await meetings.answer(session, cast.dewi, row.id, True, NOW)
        await meetings.write(session, cast.dewi, row.id, "agenda", "Karya murid <tanpa nama>", NOW)
        for attempt in (
            lambda: meetings.write(session, cast.dewi, row.id, "minutes", "Notulen", NOW),
            lambda: meetings.tick(session, cast.dewi, row.id, cast.sari.id, NOW),
            lambda: meetings.close(session, cast.dewi, row.id, NOW),
        ):
            with pytest.raises(NotNow):
                await attempt()
        with pytest.raises(Refusal) as nobody:
            await meetings.close(session, cast.dewi, row.id, AFTER)
        assert nobody.value.text_key == "meetings.close.nobody"
        for who in (cast.dewi, cast.sari, cast.kepala, cast.kepala):
            await meetings.tick(session, cast.dewi, row.id, who.id, AFTER)
        assert await meetings.present(session, row.id) == {cast.dewi.id, cast.sari.id}
        with pytest.raises(Gone):
            await meetings.tick(session, cast.dewi, row.id, cast.tamu.id, AFTER)
        await meetings.write(session, cast.dewi, row.id, "minutes", "Sepakat: tunggu lima detik", AFTER)
        await meetings.close(session, cast.dewi, row.id, AFTER)
        words, _ = await meeting_pages.of_meeting(session, cast.sari, row.id, SAY, AFTER)
        assert "Karya murid &lt;tanpa nama&gt;" in words and "Sepakat: tunggu lima detik" in words
        assert "Hadir: 2 orang" in words and "Yang memandu: Dewi" in words


async def test_who_led_was_there_also_without_a_tick_of_their_own(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await meetings.answer(session, cast.dewi, row.id, True, NOW)
        await meetings.tick(session, cast.dewi, row.id, cast.sari.id, AFTER)
        await meetings.close(session, cast.dewi, row.id, AFTER)
        assert await meetings.present(session, row.id) == {cast.dewi.id, cast.sari.id}


async def test_who_led_and_was_ticked_off_again_was_not_there(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await meetings.answer(session, cast.dewi, row.id, True, NOW)
        for who in (cast.sari, cast.dewi, cast.dewi):
            await meetings.tick(session, cast.kepala, row.id, who.id, AFTER)
        await meetings.close(session, cast.kepala, row.id, AFTER)
        assert await meetings.present(session, row.id) == {cast.sari.id}


async def test_the_signs_are_read_by_who_led_and_by_nobody_else(database: Database) -> None:
    async with school(database) as (session, cast):
        more = [await somebody(session, name, 50 + n, group=cast.group, roles=(Role.TEACHER,))
                for n, name in enumerate(("Tono", "Wati"))]  # fmt: skip
        row = await _planned(session, cast)
        await _leads(session, cast, row, cast.sari)
        for who in (cast.sari, cast.dewi, *more):
            await meetings.tick(session, cast.sari, row.id, who.id, AFTER)
        await meetings.close(session, cast.faisal, row.id, AFTER)
        assert "Tiga ketukan" in (await letters_to(session, cast.dewi))[-1]
        with pytest.raises(NotNow) as first:
            await meeting_scores.read(session, cast.sari, row.id)
        assert first.value.text_key == "meetings.signs.own_first"
        await meeting_scores.tap(session, cast.sari, row.id, 0, AFTER)
        for sign in (0, 1, 2):
            await meeting_scores.tap(session, cast.dewi, row.id, sign, AFTER)
            await meeting_scores.tap(session, more[0], row.id, sign, AFTER)
        await meeting_scores.say_seen(session, cast.dewi, row.id, "Semua mendapat giliran", AFTER)
        words, _ = await meeting_pages.read(session, cast.sari, row.id, SAY)
        assert "Belum cukup" in words and "giliran" not in words, "two could be told apart"
        assert await meeting_scores.able_by_month(session, [cast.group]) == {cast.group.id: {}}
        await meeting_scores.tap(session, more[1], row.id, 2, AFTER)
        found = await meeting_scores.read(session, cast.sari, row.id)
        assert (found.own, found.counts, found.others) == ("100", (2, 2, 3), 3) and found.is_able
        words, _ = await meeting_pages.read(session, cast.sari, row.id, SAY)
        assert "Semua mendapat giliran" in words and "Dewi" not in words
        assert await meeting_scores.able_by_month(session, [cast.group]) == {cast.group.id: {"2026-07": (1, 1)}}
        for who in (cast.dewi, cast.faisal, cast.kepala):
            with pytest.raises(NotAllowed):
                await meeting_scores.read(session, who, row.id)
        for who in (cast.hendra, cast.tamu):
            with pytest.raises(Gone):  # neither was there
                await meeting_scores.tap(session, who, row.id, 0, AFTER)
        with pytest.raises(Gone):
            await meeting_scores.tap(session, cast.dewi, row.id, 3, AFTER)


CHAIRS = {"faisal": {Chair.PLANNER, Chair.MEMBER}, "kepala": {Chair.PLANNER, Chair.MEMBER},
          "sari": {Chair.LEADER, Chair.MEMBER}, "dewi": {Chair.MEMBER}, "hendra": {Chair.MEMBER}}  # fmt: skip


@pytest.mark.parametrize("act", list(Meet))
async def test_every_cell_of_the_table(database: Database, act: Meet) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await _leads(session, cast, row, cast.sari)
        for who, chairs in CHAIRS.items():
            person = getattr(cast, who)
            if MEETS[act].isdisjoint(chairs):
                with pytest.raises(NotAllowed):
                    await meetings.take(session, person, row.id, act)
            else:
                assert (await meetings.take(session, person, row.id, act)).chairs == chairs
        for wrong, number in ((cast.tamu, row.id), (cast.sari, row.id + 99)):
            with pytest.raises(Gone):
                await meetings.take(session, wrong, number, act)
        with pytest.raises(NeedsConsent):
            await meetings.take(session, None, row.id, act)
        if act is Meet.PLAN:
            with pytest.raises(NotAllowed):
                await meetings.plan(session, cast.sari, cast.group.id, wall("2026-07-23T13:30"), NOW)
            with pytest.raises(Gone):
                await meetings.plan(session, cast.tamu, cast.group.id, wall("2026-07-23T13:30"), NOW)


async def test_who_leads_is_reminded_the_day_before_and_asked_for_minutes(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await _leads(session, cast, row, cast.sari)
        before = len(await letters_to(session, cast.sari))
        for at, begins in (
            ("15T13:59", None), ("15T14:00", "Besok"), ("16T14:59", None), ("16T15:00", "Bagaimana"), ("30T15:00", None)
        ):  # fmt: skip
            await meeting_letters.remind_due(session, wall(f"2026-07-{at}"))
            assert await meeting_letters.remind_due(session, wall(f"2026-07-{at}")) == 0
            fresh = (await letters_to(session, cast.sari))[before:]
            assert [one.split()[0] for one in fresh] == ([begins] if begins else [])
            before += len(fresh)


async def _group_was_told(session: Session) -> list[str]:
    found = await session.scalars(select(Letter).where(Letter.chat_id == CHAT).order_by(Letter.id))
    return [str((one.params or {})["text"]) for one in found]


async def test_it_is_moved_and_called_off_with_a_reason_that_the_group_reads(database: Database) -> None:
    async with school(database) as (session, cast):
        row, friday = await _planned(session, cast), wall("2026-07-17T14:00")
        await _planned(session, cast, wall("2026-07-23T13:30"))
        found = await meeting_changes.to_come(session, cast.kepala, row.id, NOW)
        fitting = await meeting_changes.times(session, found, NOW)
        assert fitting == [wall("2026-07-17T13:30"), wall("2026-07-20T13:30"), wall("2026-07-21T13:30")]
        await meeting_changes.move(session, cast.kepala, row.id, friday, "Ada <pengawas>", NOW)
        told = (await _group_was_told(session))[-1]
        assert "Pertemuan Kamis, 16 Jul pukul 13.30 digeser ke <b>Jumat, 17 Jul pukul 14.00</b>" in told
        assert "Ada &lt;pengawas&gt;" in told and "Kusuma" not in told and "Dewi" not in told
        assert "digeser" in (await letters_to(session, cast.dewi))[-1], "who leads it"
        before = len(await letters_to(session, cast.dewi))
        assert await meeting_letters.remind_due(session, wall("2026-07-15T14:00")) == 0, "not before the old time"
        assert await meeting_letters.remind_due(session, wall("2026-07-16T14:00")) == 1
        assert (await letters_to(session, cast.dewi))[before:][0].startswith("Besok")
        await meeting_changes.call_off(session, cast.faisal, row.id, "duty", wall("2026-07-16T15:00"))
        assert "ada tugas mendadak" in (await _group_was_told(session))[-1]
        assert await meeting_letters.remind_due(session, wall("2026-07-30T15:00")) == 1, "the other one alone"


@pytest.mark.parametrize(
    "at, why",
    [
        ("2026-07-05T09:00", "sessions.time.past"), ("2026-07-16T19:30", "sessions.time.quiet"),
        ("2026-07-17T12:00", "sessions.time.quiet"), ("2026-07-16T13:40", "sessions.time.quarter"),
        ("2026-07-23T09:00", "meetings.plan.twice"),
    ],
)  # fmt: skip
async def test_not_to_a_time_at_which_the_group_cannot_meet(database: Database, at: str, why: str) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await _planned(session, cast, wall("2026-07-23T13:30"))
        with pytest.raises(Refusal) as refused:
            await meeting_changes.move(session, cast.faisal, row.id, wall(at), "duty", NOW)
        assert refused.value.text_key == why
        for reason in ("", "x" * 201):
            with pytest.raises(Refusal):
                await meeting_changes.move(session, cast.faisal, row.id, wall("2026-07-17T14:00"), reason, NOW)
        await meeting_changes.move(session, cast.faisal, row.id, wall("2026-07-16T14:30"), "duty", NOW)


async def test_only_who_plans_moves_it_and_only_before_it_begins(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        later = wall("2026-07-17T14:00")
        for who, refusal in ((cast.dewi, NotAllowed), (cast.sari, NotAllowed), (cast.tamu, Gone), (None, NeedsConsent)):
            for attempt in (
                meeting_changes.move(session, who, row.id, later, "duty", NOW),
                meeting_changes.call_off(session, who, row.id, "duty", NOW),
                meeting_change_pages.moving(session, who, row.id, SAY, NOW),
                meeting_change_pages.why_off(session, who, row.id, SAY, NOW),
            ):
                with pytest.raises(refusal):
                    await attempt
        for act in ("move", "call_off"):
            with pytest.raises(NotNow):
                change = getattr(meeting_changes, act)
                await change(session, cast.faisal, row.id, *([later] if act == "move" else []), "duty", THURSDAY)
        with pytest.raises(NotNow):
            await meeting_changes.not_held(session, cast.faisal, row.id, NOW)
        labels = [one["text"] for line in (await meeting_pages.of_meeting(session, cast.faisal, row.id, SAY, NOW))[1]
                  for one in line]  # fmt: skip
        assert "Geser" in labels and "Batalkan" in labels and "Tidak jadi" not in labels
        labels = [one["text"] for line in (await meeting_pages.of_meeting(session, cast.sari, row.id, SAY, NOW))[1]
                  for one in line]  # fmt: skip
        assert labels == ["Kembali"]


async def test_who_planned_it_is_asked_how_it_was_where_nobody_led(database: Database) -> None:
    async with school(database) as (session, cast):
        row = await _planned(session, cast)
        await meetings.answer(session, cast.dewi, row.id, False, NOW)
        before = {who.id: len(await letters_to(session, who)) for who in (cast.faisal, cast.dewi)}
        await meeting_letters.remind_due(session, wall("2026-07-15T14:00"))
        assert len(await letters_to(session, cast.faisal)) == before[cast.faisal.id], "he only planned it"
        await meeting_letters.remind_due(session, wall("2026-07-16T15:00"))
        (asked,) = (await letters_to(session, cast.faisal))[before[cast.faisal.id] :]
        assert asked.startswith("Bagaimana") and len(await letters_to(session, cast.dewi)) == before[cast.dewi.id]
        with pytest.raises(NotAllowed):
            await meeting_changes.not_held(session, cast.sari, row.id, AFTER)
        group = len(await _group_was_told(session))
        await meeting_changes.not_held(session, cast.faisal, row.id, AFTER)
        assert row.state == "cancelled" and len(await _group_was_told(session)) == group
        assert (await meetings.of_group(session, cast.sari, cast.group.id))[1] == []
