"""/jadwal over HTTP: a facilitator leaves one week's synthesis out, and a copied button does nothing."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from content.texts import Texts
from playground.client import words
from storage.models import Enrolment, GroupTurn, Letter, Trial
from tests.journeys.test_attacks import Town, town

FRIDAY = datetime.fromisoformat("2026-08-07T15:01:00+07:00")
SAY = Texts("id")


async def _week(here: Town) -> None:
    """The group is under way, and something has happened that a synthesis would tell."""
    now = here.house.assistant.clock.now()
    async with here.house.assistant.database.writing() as session:
        await session.execute(
            update(Enrolment).values(next_at=now + timedelta(days=1, hours=-2, minutes=-30), position=1)
        )
        session.add(Trial(delivery_id=here.delivery, person_id=here.people["sari"], at=now))
    await here.house.turned(now + timedelta(minutes=2))


async def _alerts(here: Town) -> list[str]:
    calls = await here.house.playground.calls(method="answerCallbackQuery")
    return [str(one["params"].get("text", "")) for one in calls]


async def test_a_week_is_left_out_by_its_facilitator_and_by_nobody_with_a_copied_button(one_database_url: str) -> None:
    async with town(one_database_url) as here:
        await _week(here)
        hendra, play = here.ids["hendra"], here.house.playground
        await here.writes("hendra", "/jadwal")
        await here.rests()
        page = (await play.messages(hendra, viewer=hendra))[-1]
        listed = words(page)
        for line in ("ajakan berikutnya di SDN Melati 2", "rangkuman pekan ini di SDN Melati 2"):
            assert line in listed
        keys = [key for row in page["reply_markup"]["inline_keyboard"] for key in row]
        (synthesis,) = [key["callback_data"] for key in keys if key["callback_data"].startswith("sched:synthesis")]
        await here.opens("tamu")
        for copier in ("lain", "sari", "ratna", "tamu"):
            before = len(await _alerts(here))
            await here.forges(copier, synthesis)
            await here.rests()
            assert (await _alerts(here))[before:] == [SAY.plain("schedule.gone")]
        (turn,) = await here.house.rows(GroupTurn, GroupTurn.name == "synthesis", GroupTurn.group_id == here.group)
        await play.press(hendra, hendra, page["message_id"], data=synthesis)
        await here.rests()
        changed = words((await play.messages(hendra, viewer=hendra))[-1])
        assert "Jumat, 14 Agu, 15.00 WIB: rangkuman pekan ini" in changed and turn.next_at < FRIDAY
        await here.house.turned(FRIDAY)
        async with here.house.assistant.database.reading() as session:
            sent = await session.scalars(select(Letter.key).where(Letter.key.startswith("synthesis:")))
            assert sent.all() == []
