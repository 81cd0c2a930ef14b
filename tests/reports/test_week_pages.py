"""/pekan: each letter to whom it is for, its switch, what counts as a sign of life, and what goes with a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from community import calendar, consent, people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.texts import Texts
from learning import own_weeks
from reports import person, quiet, week_letters, week_pages
from storage.database import Database, Session
from storage.models import Feedback, Letter, Meeting, MeetingAttendance, Piece
from tests.coaching.cast import Coached, school
from tests.reports import cast as reporting
from tests.reports.cast import Cast, wall
from tests.reports.test_week_letters import FRIDAY, JOINED, MONDAY, asks, says

SAY = Texts("id")


# Pages


async def test_each_letter_comes_to_whom_it_is_for(database: Database) -> None:
    async with school(database) as (session, cast):
        for who, titles in (
            (cast.faisal, ["Tidak ada yang menunggu di grup"]), (cast.kepala, ["Belum ada angka pekan lalu"]),
        ):  # fmt: skip
            told = await week_pages.start(session, who, SAY, MONDAY)
            assert [one.params["text"][: len(title)] for one, title in zip(told, titles, strict=True)] == titles
        await people.give_role(session, cast.faisal.id, cast.group.id, Role.PRINCIPAL, JOINED)
        both = await week_pages.start(session, cast.faisal, SAY, MONDAY)
        rows = [one.params["reply_markup"]["inline_keyboard"] for one in both]
        assert [each[-1][0]["callback_data"] for each in rows] == ["wkset:week:0", "wkset:counts:0"]
        for other in (cast.sari, cast.ratna, cast.hendra, cast.tamu):
            with pytest.raises(NotAllowed):
                await week_pages.start(session, other, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await week_pages.start(session, None, SAY, MONDAY)


@pytest.mark.parametrize("name", ["week", "counts", "nothing", ""])
async def test_only_ones_own_letter_is_switched(database: Database, name: str) -> None:
    async with school(database) as (session, cast):
        its = {"week": cast.faisal, "counts": cast.kepala}.get(name)
        for who in (cast.faisal, cast.kepala, cast.sari, cast.tamu):
            if who is its:
                words, rows = await week_pages.switch(session, who, name, False, SAY, MONDAY)
                assert "tidak saya kirim lagi" in words and rows[0][0]["callback_data"] == f"wkset:{name}:1"
                assert await own_weeks.of_person(session, who.id) == {name: None}
                await week_pages.switch(session, who, name, True, SAY, MONDAY)
                assert (await own_weeks.of_person(session, who.id))[name] is not None
                continue
            with pytest.raises(NotAllowed):
                await week_pages.switch(session, who, name, False, SAY, MONDAY)
        with pytest.raises(NeedsConsent):
            await week_pages.switch(session, None, name, False, SAY, MONDAY)


# Signs of life

SIGN = wall("2026-11-16 10:00")


async def _sign(session: Session, cast: Cast, kind: str) -> None:
    sari, group = cast.people["Sari"], cast.group.id
    prompt = await cast.prompt(wall("2026-11-16 06:30"))
    if kind == "trial":
        await cast.tries("Sari", prompt, SIGN)
    elif kind == "reflection of her own":
        await cast.reflects("Sari", prompt, SIGN, audience="me")
    elif kind == "question to the coach":
        await cast.asks("Sari", prompt, SIGN, "Bolehkah diganti?")
    elif kind == "message":
        await cast.says("Sari", "other", SIGN)
    elif kind == "feedback":
        session.add(
            Feedback(
                group_id=group, giver_id=sari.id, receiver_id=cast.people["Budi"].id, kind="strength", medium="text",
                text="Rapi.", created_at=SIGN,
            )
        )  # fmt: skip
    elif kind == "piece":
        session.add(Piece(group_id=group, person_id=sari.id, kind="module", title="Kartu", created_at=SIGN))
    elif kind.startswith("meeting"):
        row = Meeting(group_id=group, starts_at=SIGN, created_at=SIGN, state="held")
        session.add(row)
        await session.flush()
        session.add(MeetingAttendance(meeting_id=row.id, person_id=sari.id, present=kind == "meeting"))
    await session.flush()


@pytest.mark.parametrize(
    "kind, heard",
    [
        ("trial", True), ("reflection of her own", True), ("question to the coach", True), ("message", True),
        ("feedback", True), ("piece", True), ("meeting", True), ("meeting, not there", False), ("nothing", False),
    ],
)  # fmt: skip
async def test_whatever_somebody_gives_is_a_sign(database: Database, kind: str, heard: bool) -> None:
    async with database.writing() as session:
        cast = await reporting.cast(session)
        await cast.says("Sari", "other", wall("2026-10-20 09:00"))
        await cast.says("Wati", "other", wall("2026-11-18 09:00"))
        await _sign(session, cast, kind)
        days = await calendar.calendars_of(session, {None})
        found = await quiet.of_groups(session, [cast.group], days, wall("2026-11-19 09:00"))
        assert ("Sari" in [one.person.name for one in found[cast.group.id]]) is not heard


# Who leaves


async def _named(session: Session, cast: Coached) -> None:
    """A letter that names Sari as quiet waits to be sent."""
    await says(session, cast.group, cast.sari, wall("2026-07-22 09:00"))
    await asks(session, cast.group, cast.dewi, wall("2026-08-06 09:00"))
    for now in (FRIDAY, MONDAY):
        while await week_letters.send_due(session, now):
            pass


@pytest.mark.parametrize("how", ["forgotten", "withdrawn"])
async def test_a_waiting_letter_that_names_somebody_who_leaves_is_not_sent(database: Database, how: str) -> None:
    async with school(database) as (session, cast):
        await _named(session, cast)
        assert "Sari" in str((await session.scalars(select(Letter.params).order_by(Letter.id))).first())
        if how == "forgotten":
            await person.forget(session, cast.sari, MONDAY)
        else:
            await consent.unsent(session, cast.sari, MONDAY)
        left = (await session.scalars(select(Letter).where(Letter.state == "pending"))).all()
        assert left == []


async def test_a_letter_that_was_sent_loses_its_words_with_who_is_forgotten(database: Database) -> None:
    async with school(database) as (session, cast):
        await _named(session, cast)
        await session.execute(update(Letter).values(state="delivered"))
        await person.forget(session, cast.sari, MONDAY + timedelta(hours=1))
        assert set(await session.scalars(select(Letter.params))) == {None}
