"""A week of pairs over HTTP, two groups mixed: one withdraws early, two write to each other, pairs are switched off."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from playground.client import words
from storage.models import (
    Arrival,
    Enrolment,
    Group,
    GroupChat,
    GroupTurn,
    Letter,
    Membership,
    Pairing,
    Person,
    Programme,
)
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-07-31T16:00:00+07:00")  # a Friday, after school
MONDAY = datetime.fromisoformat("2026-08-03T07:00:30+07:00")  # the letters of SDN Melati have gone out
THEIRS = datetime.fromisoformat("2026-08-03T08:00:30+07:00")  # those of SDN Anggrek, an hour later
PLACES = {
    "SDN Melati": ("Asia/Jakarta", "06:30", ("sari", "budi")),
    "SDN Anggrek": ("Asia/Makassar", "08:30", ("joko", "lina")),
}


async def _settle_in(house: House) -> dict[str, int]:
    """Two teachers in each of two groups of one programme, and a facilitator in both."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in ("sari", "budi", "joko", "lina", "hendra")}
    for title, (_, _, names) in PLACES.items():
        chat = await play.add_group(title, creator=ids["hendra"], members=[ids[name] for name in names])
        await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    now = house.assistant.clock.now()
    async with house.assistant.database.writing() as session:
        together = Programme(title="Satu gugus", started_on=date(2026, 8, 3), created_at=now)
        people = {
            name: Person(tg_user_id=number, name=name.title(), reachable=True, consented_at=now, created_at=now)
            for name, number in ids.items()
        }
        session.add_all([together, *people.values()])
        await session.flush()
        for group in await session.scalars(select(Group).join(GroupChat)):
            group.state = "active"
            group.zone, group.prompt_time, names = PLACES[group.title]
            for name in (*names, "hendra"):
                role = "facilitator" if name == "hendra" else "teacher"
                session.add(Membership(person_id=people[name].id, group_id=group.id, role=role, since=now))
            session.add(Enrolment(group_id=group.id, pack="awal", version=1, started_at=now, programme_id=together.id,
                                  next_at=now + timedelta(days=60)))  # fmt: skip
    for number in ids.values():
        await play.start(number)
    await house.turned(house.assistant.clock.now() + timedelta(minutes=2))
    assert len(await house.rows(GroupTurn, GroupTurn.name == "pairs")) == 2
    return ids


async def _seen(house: House, user: int) -> list[str]:
    await house.settled()
    return [words(one) for one in await house.playground.messages(user, viewer=user) if one["from"]["is_bot"]]


async def _tap(house: House, user: int, contains: str, label: str) -> None:
    await house.settled()
    told = await house.playground.messages(user, viewer=user)
    shown = [one for one in told if one["from"]["is_bot"] and contains in words(one)]
    assert shown, f"nothing with {contains!r} among {[words(one) for one in told]}"
    await house.playground.press(user, user, shown[-1]["message_id"], label=label)
    await house.settled()


async def test_a_week_of_pairs_with_a_colleague_of_another_group(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        play = house.playground
        ids = await _settle_in(house)
        names = {number: name for name, number in ids.items()}

        # Melati reads its letters; Budi changes his mind before his partner's letter leaves.
        await house.turned(MONDAY)
        assert len(await house.rows(Pairing)) == 4
        left = {"joko", "lina"}
        waiting = await house.rows(Letter, Letter.key.startswith("pair:2"), Letter.state == "pending")
        assert {names[one.chat_id] for one in waiting} == left
        (partner,) = [names[one.chat_id] for one in waiting if "Budi" in str(one.params)]
        await _tap(house, ids["budi"], f"berpasangan dengan {partner.title()}", "Jangan pasangkan")
        await house.turned(MONDAY + timedelta(minutes=2))
        await house.turned(THEIRS)
        for name in left:
            (letter,) = [one for one in await _seen(house, ids[name]) if "berpasangan dengan" in one]
            assert "Budi" not in letter
            assert "Sari" in letter
        assert "Ada perubahan kecil" in (await _seen(house, ids["sari"]))[-1]

        # Sari has no chat with them; the assistant brings her words to both, and an answer by voice back to her.
        await _tap(house, ids["sari"], "Ada perubahan kecil", "Kirim pesan ke")
        await play.send(ids["sari"], ids["sari"], "Rabu sesudah istirahat, bagaimana?")
        await house.settled()
        for name in left:
            assert "Sari, pasangan pekan ini: “Rabu sesudah istirahat" in (await _seen(house, ids[name]))[-1]
        await _tap(house, ids["joko"], "Rabu sesudah istirahat", "Balas")
        await play.send(ids["joko"], ids["joko"], kind="voice")
        await house.settled()
        heard = (await play.messages(ids["sari"], viewer=ids["sari"]))[-1]
        assert "voice" in heard
        assert words(heard).startswith("Joko, pasangan pekan ini:")
        kept = await house.rows(Letter, Letter.key.startswith("pair:say:"))
        assert len(kept) == 4
        assert {(one.state, one.params) for one in kept} == {("delivered", None)}

        # Joko would rather not; Sari still reaches Lina, and nobody is told why.
        await _tap(house, ids["joko"], "Rabu sesudah istirahat", "Hentikan")
        assert "Pekan ini tidak ada lagi pesan" in (await _seen(house, ids["joko"]))[-1]
        before = await _seen(house, ids["joko"])
        await _tap(house, ids["sari"], "Joko, pasangan pekan ini", "Balas")
        asked = (await _seen(house, ids["sari"]))[-1]
        assert "Lina" in asked
        assert "Joko" not in asked
        await play.send(ids["sari"], ids["sari"], "Baik, Bu Lina")
        assert "Baik, Bu Lina" in (await _seen(house, ids["lina"]))[-1]
        assert await _seen(house, ids["joko"]) == before

        # The facilitator switches the pairs of one group off, in four taps.
        await play.send(ids["hendra"], ids["hendra"], "/program")
        await _tap(house, ids["hendra"], "grup yang mana", "SDN Melati")
        await _tap(house, ids["hendra"], "SDN Melati", "Kiriman otomatis")
        await _tap(house, ids["hendra"], "kiriman otomatis di SDN Melati", "Matikan: Pasangan")
        assert "Sudah dimatikan di SDN Melati: Pasangan pekanan." in (await _seen(house, ids["hendra"]))[-1]
        await house.turned(THEIRS + timedelta(weeks=1))
        new = await house.rows(Pairing, Pairing.week == date(2026, 8, 10))
        people = {one.id: one.name for one in await house.rows(Person)}
        assert {people[row.person_id] for row in new} == {"Joko", "Lina"}
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
