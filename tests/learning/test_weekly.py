"""A goal on the first day of a practice, a look back on the last: one of each, replaced only after asking."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from learning import deliveries, delivering, versions
from storage.database import Database
from storage.models import Delivery, Enrolment, Letter, Reflection
from tests.learning.conftest import Cast, Door, data_of, letters, words_of
from tests.learning.test_talk import GROUP, HENDRA, SARI, STRANGER, VOICE, rows, unreachable


async def day(database: Database, door: Door, number: int) -> Delivery:
    """The lesson of that day stands in the group, and it is that day."""
    async with database.writing() as session:
        found = None
        while await session.scalar(select(Enrolment.position)) < number:
            door.now = await session.scalar(select(Enrolment.next_at))
            await delivering.deliver_due(session, door.now)
            found = (await session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1))).one()
            await deliveries.arrived(session, found.id, GROUP, 500 + found.id, door.now)
        assert found is not None
        return found


def labels(draft: Any) -> list[str]:
    return [row[0]["text"] for row in draft.params["reply_markup"]["inline_keyboard"]]


async def test_a_goal_is_one_tap_and_one_message(database: Database, door: Door, prompt: Delivery) -> None:
    toast, asked = await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    assert (toast.params["text"], asked.chat_id) == ("Saya tulis di chat pribadi.", SARI)
    assert "capai sendiri pekan ini" in words_of(asked)
    async with database.reading() as session:
        pack = await versions.get(session, prompt.pack, prompt.version)
    lesson = pack.lesson(prompt.lesson)
    (practice,) = [one for one in pack.practices if one.id == lesson.practice]
    assert words_of(asked).startswith(f"<b>{practice.title('id')}</b>"), "the practice is named, not the lesson"
    assert "foto" not in words_of(asked).lower() and lesson.text("id").title not in words_of(asked)
    assert labels(asked)[2] == "Grup (termasuk Bu Ratna, kepala sekolah)"
    (kept,) = await door.message(SARI, "Tiga kartu bantuan untuk pecahan.")
    assert "Tujuan pekan tersimpan. Yang membaca: <b>hanya Bapak/Ibu sendiri</b>" in words_of(kept)
    (row,) = await rows(database, Reflection)
    assert (row.kind, row.audience, row.text) == ("goal", "me", "Tiga kartu bantuan untuk pecahan.")
    async with database.reading() as session:
        group = await deliveries.get(session, prompt.id)
        counts = await deliveries.counts(session, prompt.id, group[1], prompt.day)
    assert counts.reflected == 0, "a goal is not yet a reflection"


async def test_the_last_day_shows_ones_own_goal_again(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    await door.message(SARI, "Tiga kartu bantuan.")
    last = await day(database, door, 5)
    _, asked = await door.tap(SARI, f"week:{last.id}", GROUP)
    assert "Tujuan Bapak/Ibu pekan ini: “Tiga kartu bantuan.”" in words_of(asked)
    await door.tap(SARI, data_of(asked)[1])
    (kept,) = await door.message(SARI, None, **VOICE)
    assert "Bu Ratna, kepala sekolah" in words_of(kept)
    _, row = await rows(database, Reflection)
    assert (row.kind, row.audience, row.delivery_id) == ("week", "coach", last.id)


async def test_a_second_one_takes_the_place_of_the_first_after_asking(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    await door.tap(SARI, f"wto:{prompt.id}:goal:group")
    await door.message(SARI, "Tujuan pertama.")
    (said,) = await letters(database, Letter.key.startswith("reflection:"))
    assert said.params is not None
    assert said.params["text"] == "Tujuan <b>Bu Sari</b> pekan ini: “Tujuan pertama.”"
    third = await day(database, door, 3)
    _, before = await door.tap(SARI, f"goal:{third.id}", GROUP)
    assert "Tujuan pertama." in words_of(before)
    assert await door.message(SARI, "Belum menjawab pertanyaan.") == []
    await door.tap(SARI, data_of(before)[1])
    assert len(await rows(database, Reflection)) == 1
    (asked,) = await door.tap(SARI, data_of(before)[0])
    await door.message(SARI, "Tujuan kedua.")
    (row,) = await rows(database, Reflection)
    assert (row.text, row.audience, row.delivery_id) == ("Tujuan kedua.", "me", third.id)
    (said,) = await letters(database, Letter.key.startswith("reflection:"))
    assert said.state == "dropped", "what the group was to read is taken back"
    assert "✓" not in "".join(labels(asked)), "the reader is chosen anew"


async def test_the_next_practice_has_a_goal_of_its_own(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    await door.message(SARI, "Pekan pertama.")
    sixth = await day(database, door, 6)
    await door.tap(SARI, f"goal:{sixth.id}", GROUP)
    await door.message(SARI, "Pekan kedua.")
    assert [row.text for row in await rows(database, Reflection)] == ["Pekan pertama.", "Pekan kedua."]
    _, asked = await door.tap(SARI, f"week:{sixth.id}", GROUP)
    assert "“Pekan kedua.”" in words_of(asked)


async def test_without_a_goal_nobody_is_reproached(door: Door, prompt: Delivery) -> None:
    _, asked = await door.tap(SARI, f"week:{prompt.id}", GROUP)
    assert "tidak apa-apa" in words_of(asked)


async def test_a_closed_private_chat_is_opened_and_leads_back(
    database: Database, door: Door, cast: Cast, prompt: Delivery
) -> None:
    await unreachable(database, cast, "Sari")
    for kind, letter in (("goal", "wg"), ("week", "ww")):
        (answer,) = await door.tap(SARI, f"{kind}:{prompt.id}", GROUP)
        assert answer.params["url"] == f"https://t.me/sejawat_bot?start={letter}{prompt.id}"
        (asked,) = await door.message(SARI, f"/start {letter}{prompt.id}")
        assert data_of(asked)[0] == f"wto:{prompt.id}:{kind}:me"


@pytest.mark.parametrize("data", ["goal:999", "week:x", "wnew:{0}:free", "wto:{0}:draft:me", "wto:{0}:goal:dinas"])
async def test_forged_buttons_are_refused(database: Database, door: Door, prompt: Delivery, data: str) -> None:
    with pytest.raises(Refusal):
        await door.tap(SARI, data.format(prompt.id))
    with pytest.raises(NotAllowed):
        await door.tap(HENDRA, f"goal:{prompt.id}", GROUP)
    assert await rows(database, Reflection) == []


async def test_silence_is_no(door: Door, prompt: Delivery, database: Database) -> None:
    with pytest.raises(NeedsConsent) as asked:
        await door.message(STRANGER, f"/start wg{prompt.id}")
    assert asked.value.payload == f"wg{prompt.id}"


async def test_words_of_another_day_are_no_goal(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"goal:{prompt.id}", GROUP)
    async with database.writing() as session:
        await session.execute(update(Delivery).values(delivered_at=door.now))
    door.now += timedelta(hours=13)
    assert await door.message(SARI, "Besok libur?") == []
