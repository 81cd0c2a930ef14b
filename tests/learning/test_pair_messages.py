"""Partners who share no group write to each other through the assistant, and either may stop it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community import consent, leaves
from community.notes import Note
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from handlers import pair_messages as messages_door
from handlers import pairs as pairs_door
from learning import pair_mending, pair_messages, partners
from learning.refusals import Gone
from reports import person as person_report
from storage import post_office
from storage.database import Database
from storage.models import Letter, Membership, Pairing, Person
from tests.filled import filled
from tests.learning.conftest import Cast, Door, data_of, letters, words_of

MONDAY = date(2026, 7, 27)
NOW = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)  # Tuesday 10:00 in Jakarta, 11:00 in Makassar
NIGHT = datetime(2026, 7, 28, 15, 0, tzinfo=UTC)
SARI, BUDI, MADE = 100, 101, 104
SAID = Letter.key.startswith("pair:say:")
WORDS = "Assalamualaikum, Pak. Rabu <sesudah> jam ketiga bisa?"


@pytest.fixture
async def pair(database: Database, cast: Cast) -> dict[str, int]:
    """Sari of Melati and Made of Anggrek are partners this week; gives their pairings."""
    groups = {"Sari": cast.melati.id, "Made": cast.groups["KKG Anggrek"].id}
    async with database.writing() as session:
        found = {
            name: Pairing(pool="programme:1:1:0", week=MONDAY, team=1, group_id=group, person_id=cast[name].id)
            for name, group in groups.items()
        }
        session.add_all(found.values())
        await session.flush()
        return {name: row.id for name, row in found.items()}


@pytest.fixture
def door(database: Database, pair: dict[str, int]) -> Door:
    door = Door(database, pairs_door, messages_door)
    door.now = NOW
    return door


async def deliver(database: Database, now: datetime, *, refused: bool = False) -> None:
    """The courier takes what is due, and records the outcome."""
    async with database.writing() as session:
        due = await post_office.due(session, now, (), 50)
        for letter in await post_office.claim(session, [one.id for one in due], now):
            if refused:
                await post_office.refused(session, letter, "Forbidden: bot was blocked by the user", now)
            else:
                await post_office.delivered(session, letter, {"message_id": 7}, now)


async def says(door: Door, user: int, pairing: int, text: str = WORDS) -> str:
    """Tap and write; gives what the assistant answers."""
    await door.tap(user, f"pair:write:{pairing}")
    (told,) = await door.message(user, text)
    return words_of(told)


async def test_the_page_offers_it_only_where_the_partner_is_of_another_group(
    database: Database, cast: Cast, pair: dict[str, int], door: Door
) -> None:
    (page,) = await door.message(SARI, "/pasangan")
    assert f"pair:write:{pair['Sari']}" in data_of(page)
    async with database.writing() as session:
        budi = {"person_id": cast["Budi"].id, "group_id": cast.melati.id}
        await session.execute(update(Pairing).where(Pairing.id == pair["Made"]).values(**budi))
    (page,) = await door.message(SARI, "/pasangan")
    assert "Budi" in words_of(page)
    assert not any(data.startswith(("pair:write", "pair:stop")) for data in data_of(page))


async def test_words_go_to_the_partner_with_the_name_alone_and_an_answer_comes_back(
    database: Database, pair: dict[str, int], door: Door
) -> None:
    (asked,) = await door.tap(SARI, f"pair:write:{pair['Sari']}")
    assert "Made" in words_of(asked), "who reads it is named before it is written"
    (told,) = await door.message(SARI, WORDS)
    assert "Saya sampaikan kepada <b>Made</b>" in words_of(told)
    (letter,) = await letters(database, SAID)
    assert letter.chat_id == MADE
    assert letter.params is not None
    assert letter.params["text"] == (
        "<b>Bu Sari</b>, pasangan pekan ini: “Assalamualaikum, Pak. Rabu &lt;sesudah&gt; jam ketiga bisa?”"
    )
    assert str(SARI) not in json.dumps(letter.params)
    keys = [key["callback_data"] for row in letter.params["reply_markup"]["inline_keyboard"] for key in row]
    assert keys == [f"pair:write:{pair['Made']}", f"pair:stop:{pair['Made']}"]
    assert "kepada <b>Bu Sari</b>" in await says(door, MADE, pair["Made"], "Bisa, Bu.")
    back = (await letters(database, SAID))[-1]
    assert (back.chat_id, "Bisa, Bu." in str(back.params)) == (SARI, True)
    (nothing,) = await letters(database, SAID, Letter.chat_id == SARI)
    assert await door.message(SARI, "Ini bukan untuk siapa-siapa") == []
    assert [one.id for one in await letters(database, SAID, Letter.chat_id == SARI)] == [nothing.id]


async def test_a_voice_note_is_passed_on_as_a_voice(database: Database, pair: dict[str, int], door: Door) -> None:
    await door.tap(SARI, f"pair:write:{pair['Sari']}")
    voice: dict[str, Any] = {"file_id": "V1", "file_unique_id": "u", "duration": 9}
    await door.message(SARI, None, voice=voice)
    (letter,) = await letters(database, SAID)
    assert letter.params is not None
    assert (letter.method, letter.params["voice"]) == ("sendVoice", "V1")
    assert "Bu Sari" in letter.params["caption"]


@pytest.mark.parametrize("refused", [False, True])
async def test_the_words_are_kept_until_they_are_delivered_and_nowhere_else(
    database: Database, pair: dict[str, int], door: Door, refused: bool
) -> None:
    await says(door, SARI, pair["Sari"])
    await deliver(database, NOW, refused=refused)
    (letter,) = await letters(database, SAID)
    assert (letter.state, letter.params, letter.chat_id) == ("refused" if refused else "delivered", None, None)
    async with database.reading() as session:
        for table in await filled(session):
            for row in (await session.execute(select(table))).mappings():
                assert "Assalamualaikum" not in json.dumps(dict(row), default=str, ensure_ascii=False), table.name


async def test_at_night_the_words_wait_until_the_partner_is_awake(
    database: Database, pair: dict[str, int], door: Door
) -> None:
    door.now = NIGHT
    assert "sesudah jam tenang" in await says(door, SARI, pair["Sari"])
    (letter,) = await letters(database, SAID)
    assert letter.due_at == datetime(2026, 7, 28, 21, 30, tzinfo=UTC)  # 05:30 in Makassar


@pytest.mark.parametrize("who, user", [("Made", MADE), ("Sari", SARI)])
async def test_either_side_stops_it_for_both_and_what_waits_is_not_brought(
    database: Database, pair: dict[str, int], door: Door, who: str, user: int
) -> None:
    door.now = NIGHT
    other, other_user = ("Sari", SARI) if who == "Made" else ("Made", MADE)
    await says(door, other_user, pair[other])
    (stopped,) = await door.tap(user, f"pair:stop:{pair[who]}")
    assert data_of(stopped) == [f"pair:hear:{pair[who]}"]
    (letter,) = await letters(database, SAID)
    assert (letter.state, letter.params) == ("dropped", None)
    with pytest.raises(Refusal, match=r"pairs\.message\.nobody"):
        await door.tap(other_user, f"pair:write:{pair[other]}")
    with pytest.raises(Refusal, match=r"pairs\.message\.you_stopped"):
        await door.tap(user, f"pair:write:{pair[who]}")
    (page,) = await door.message(user, "/pasangan")
    assert f"pair:hear:{pair[who]}" in data_of(page)
    assert f"pair:write:{pair[who]}" not in data_of(page)
    await door.tap(user, f"pair:hear:{pair[who]}")
    await door.tap(other_user, f"pair:write:{pair[other]}")


async def test_stopped_between_the_tap_and_the_words_they_are_not_passed_on(
    database: Database, pair: dict[str, int], door: Door
) -> None:
    await door.tap(SARI, f"pair:write:{pair['Sari']}")
    await door.tap(MADE, f"pair:stop:{pair['Made']}")
    with pytest.raises(Refusal):
        await door.message(SARI, WORDS)
    assert await letters(database, SAID) == []


@pytest.mark.parametrize("how", ["out", "withdrawn", "left", "blocked", "away", "deleted"])
async def test_who_cannot_or_will_not_be_written_to_is_not_and_why_is_not_told(
    database: Database, cast: Cast, pair: dict[str, int], door: Door, how: str
) -> None:
    door.now = NIGHT
    await says(door, SARI, pair["Sari"])
    async with database.writing() as session:
        made = await session.get_one(Person, cast["Made"].id)
        if how == "out":
            await partners.take_part(session, made, False, Texts("id"), NIGHT)
        elif how == "withdrawn":
            await consent.withdraw(session, made, NIGHT)
        elif how == "left":
            await session.execute(update(Membership).where(Membership.person_id == made.id).values(until=NIGHT))
        elif how == "blocked":
            made.reachable = False
        elif how == "away":
            await leaves.add(session, made, MONDAY, MONDAY + timedelta(days=6), MONDAY, NIGHT)
        else:
            await person_report.forget(session, made, NIGHT)
    with pytest.raises(Refusal, match=r"pairs\.message\.nobody"):
        await door.tap(SARI, f"pair:write:{pair['Sari']}")
    async with database.writing() as session:
        await pair_mending.mend_due(session, NIGHT)
    assert await letters(database, SAID, Letter.params.is_not(None)) == [], "what waits is not brought either"


async def test_who_left_the_pairs_writes_to_nobody(database: Database, pair: dict[str, int], door: Door) -> None:
    await door.tap(SARI, "pair:out")
    with pytest.raises(Refusal, match=r"pairs\.message\.you_stopped"):
        await door.tap(SARI, f"pair:write:{pair['Sari']}")


async def test_the_week_is_over_on_monday(pair: dict[str, int], door: Door) -> None:
    door.now = NOW + timedelta(days=5)  # Sunday
    await door.tap(SARI, f"pair:write:{pair['Sari']}")
    door.now = NOW + timedelta(days=6)
    with pytest.raises(Refusal, match=r"pairs\.message\.over"):
        await door.tap(SARI, f"pair:write:{pair['Sari']}")


async def test_nobody_is_flooded(database: Database, cast: Cast, pair: dict[str, int]) -> None:
    async with database.writing() as session:
        for number in range(pair_messages.MOST):
            await pair_messages.pass_on(session, cast["Sari"], pair["Sari"], Note("Halo"), f"v{number}", NOW)
        with pytest.raises(Refusal, match=r"pairs\.message\.enough"):
            await pair_messages.readers(session, cast["Sari"], pair["Sari"], NOW)
        assert await pair_messages.readers(session, cast["Made"], pair["Made"], NOW), "each has their own"


async def test_the_same_visit_says_it_once(database: Database, cast: Cast, pair: dict[str, int]) -> None:
    for _ in range(2):
        async with database.writing() as session:
            await pair_messages.pass_on(session, cast["Sari"], pair["Sari"], Note("Halo"), "v1", NOW)
    assert len(await letters(database, SAID)) == 1


async def test_in_a_three_both_others_read_it(database: Database, cast: Cast, pair: dict[str, int], door: Door) -> None:
    async with database.writing() as session:
        session.add(Pairing(pool="programme:1:1:0", week=MONDAY, team=1, group_id=cast.melati.id,
                            person_id=cast["Budi"].id))  # fmt: skip
    assert "Bu Sari dan Budi" in await says(door, MADE, pair["Made"])
    assert {one.chat_id for one in await letters(database, SAID)} == {SARI, BUDI}


@pytest.mark.parametrize("name", ["write", "stop", "hear"])
async def test_a_forged_number_reaches_nobody(database: Database, pair: dict[str, int], door: Door, name: str) -> None:
    for data in (f"pair:{name}:{pair['Made']}", f"pair:{name}:0", f"pair:{name}", f"pair:{name}:x"):
        with pytest.raises(Gone):
            await door.tap(SARI, data)
    with pytest.raises(NeedsConsent):
        await door.tap(999, f"pair:{name}:{pair['Made']}")
    async with database.reading() as session:
        assert [row.stopped for row in await session.scalars(select(Pairing))] == [False, False]
