"""A teacher reflects as it suits her: in a minute, with four questions in two sittings, by voice, by photo, and
on a phone that others use too; and finds all of it again in her journal."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from content.texts import Texts
from playground import demo
from playground.client import words
from playground.hands import Hands, calm, hurried, seen
from storage.models import Attachment, Letter, Person, Readiness, Reflection
from tests.journeys.house import House, open_house
from tests.waiting import eventually

SAY = Texts("id")
MORNING = datetime.fromisoformat("2026-08-03T06:30:00+07:00")
SECRET = "Saya hampir menyerah tadi pagi."
ANSWERS = ("Kami menakar air dengan gelas.", "Dua murid menghitung tetesnya.", "Mereka perlu benda.", "Besok pasir.")


def label(key: str) -> str:
    return SAY.plain(key, names="").strip()


async def stored(house: House, number: int) -> list[Reflection]:
    """All reflections, as soon as there are so many."""

    async def there() -> list[Reflection] | None:
        found = await house.rows(Reflection)
        return sorted(found, key=lambda row: row.id) if len(found) >= number else None

    found: list[Reflection] = await eventually(there, about=f"{number} reflections")
    return found


async def done_by(house: House, user: int, since: int) -> Counter[str]:
    """What the person has done since then: taps (also Start), and messages."""
    acts: Counter[str] = Counter()
    for update in (await house.playground.updates_sent())[since:]:
        tap, said = update.get("callback_query"), update.get("message")
        if tap and tap["from"]["id"] == user:
            acts["taps"] += 1
        if said and said["from"]["id"] == user:
            acts["taps" if said.get("text", "").startswith("/start") else "messages"] += 1
    return acts


async def shown_to(house: House, user: int) -> str:
    """Everything that stands in the private chat, what the person wrote included."""
    listed: list[dict[str, Any]] = await house.playground.messages(user, viewer=user)
    return "\n".join(words(one) for one in listed)


async def turn(house: House, **by: float) -> None:
    await calm(house.playground)
    await house.playground.turn(by=timedelta(**by))


async def test_a_teacher_reflects_as_it_suits_her(one_database_url: str):
    async with open_house(one_database_url, demo.START) as house:
        school = await demo.build(house.playground)
        await house.playground.turn(to=MORNING)
        sari, melati = school.hands(house.playground, "sari"), school.groups["melati"]
        await sari.finds(label("learning.button.reflect"), melati)
        async with hurried(house.playground, 0.2):
            await _in_a_minute(house, sari, melati)
            await _by_photo(house, sari, melati)
            await _goal(house, sari, melati)
            await _first_sitting(house, sari, melati)
        await turn(house, days=2)
        async with hurried(house.playground, 0.2):
            await _second_sitting(house, sari)
            await _journal(house, sari)
        await _shared_phone(house, sari, melati)
        assert house.assistant.visits.counted["failed"] == house.assistant.visits.counted["odd"] == 0
        assert {one.state for one in await house.rows(Letter)} <= {"delivered", "dropped", "pending"}


async def _in_a_minute(house: House, sari: Hands, melati: int) -> None:
    """From prompt to stored reflection: at most two taps and one message."""
    await house.settled()
    since, before = len(await house.playground.updates_sent()), await sari.last()
    await sari.taps(label("learning.button.reflect"), melati)
    group = seen(SAY, "learning.reflection.group_with", names="Bu Ratna, kepala sekolah")
    await sari.finds(group, after=before)
    await sari.writes("Murid menata kursi sendiri.")
    (row,) = await stored(house, 1)
    assert (row.kind, row.medium, row.audience) == ("free", "text", "me")
    acts = await done_by(house, sari.user, since)
    assert acts["taps"] <= 2
    assert acts["messages"] == 1
    await sari.sees("Yang membaca: hanya Bapak/Ibu sendiri", after=before)


async def _by_photo(house: House, sari: Hands, melati: int) -> None:
    before = await sari.last()
    await sari.taps(label("learning.button.reflect"), melati)
    await sari.taps(label("learning.button.coach"), after=before)
    await sari.finds("✓", after=before)
    await house.playground.send(sari.user, sari.user, "Sudut baca baru", kind="photo")
    kept = await sari.sees("wajah dan nama murid tidak terlihat. Kalau", after=before)
    assert "Bu Ratna, kepala sekolah" in words(kept)
    assert (await stored(house, 2))[1].medium == "photo"


async def _goal(house: House, sari: Hands, melati: int) -> None:
    before = await sari.last()
    await sari.taps(label("learning.button.goal"), melati)
    await sari.sees("capai sendiri pekan ini", after=before)
    await sari.writes("Tiga kartu bantuan.")
    await sari.sees("Tujuan pekan tersimpan", after=before)
    assert (await stored(house, 3))[2].kind == "goal"


async def _first_sitting(house: House, sari: Hands, melati: int) -> None:
    before = await sari.last()
    await sari.taps(label("learning.button.reflect"), melati)
    await sari.taps(label("journal.button.guided"), after=before)
    await sari.sees("1 dari 4", after=before)
    await sari.writes(ANSWERS[0])
    await sari.sees("2 dari 4", after=before)
    await house.playground.send(sari.user, sari.user, kind="voice")
    await sari.sees("3 dari 4", after=before)
    await sari.taps(label("journal.button.later"), after=before)
    await sari.sees("Lanjutkan kapan saja", after=before)


async def _second_sitting(house: House, sari: Hands) -> None:
    """Two days later, from the button that was left."""
    before = await sari.last()
    await sari.taps(label("journal.button.go_on"))
    await sari.sees("3 dari 4", after=before)
    await sari.writes("Terima kasih")
    await sari.sees("Sama-sama", after=before)
    await sari.writes(ANSWERS[2])
    await sari.sees("4 dari 4", after=before)
    await sari.writes(ANSWERS[3])
    whole = words(await sari.sees("Langkah berikutnya", after=before))
    assert ANSWERS[0] in whole
    assert "pesan suara" in whole
    row = (await stored(house, 4))[3]
    assert (row.kind, list((row.parts or {})["voices"])) == ("guided", ["pupils"])


async def _journal(house: House, sari: Hands) -> None:
    before = await sari.last()
    await sari.writes("/jurnal")
    page = words(await sari.sees("Jurnal 3 Agu – 9 Agu", after=before))
    for told in ("Refleksi terpandu", "Tujuan pekan", "Tiga kartu bantuan.", "Sudut baca baru", "Murid menata kursi"):
        assert told in page
    await sari.taps("Buka 1", after=before)
    opened = await sari.finds(label("learning.button.edit"), after=before)
    assert ANSWERS[3] in words(opened[0])
    await sari.taps(label("journal.button.download"), after=before)
    await sari.sees("/dataku", after=before)
    (file,) = await house.rows(Attachment, Attachment.name == "jurnal-2026-08-05.html")
    assert ANSWERS[0] in file.content.decode()


async def _shared_phone(house: House, sari: Hands, melati: int) -> None:
    """What she writes stands in the chat for ten minutes, and what she opens as well."""
    (person,) = await house.rows(Person, Person.tg_user_id == sari.user)
    async with house.assistant.database.writing() as session:
        await session.merge(Readiness(person_id=person.id, phone="shared", updated_at=house.assistant.clock.now()))
    before = await sari.last()
    await sari.taps(label("learning.button.reflect"), melati)
    await sari.finds(label("learning.button.me"), after=before)
    await sari.writes(SECRET)
    await sari.sees("hapus dari chat sepuluh menit lagi", after=before)
    await turn(house, minutes=5)
    await sari.taps(SAY.plain("journal.button.show"), after=before)
    await sari.finds(label("journal.button.shut"), after=before)
    assert (await shown_to(house, sari.user)).count(SECRET) == 2
    await turn(house, minutes=5, seconds=5)
    await house.settled()
    assert (await shown_to(house, sari.user)).count(SECRET) == 1, "what she wrote is gone, what she opened is not yet"
    await turn(house, minutes=5)
    await house.settled()
    assert SECRET not in await shown_to(house, sari.user)
    before = await sari.last()
    await sari.writes("/jurnal")
    page = await sari.sees("Jurnal 3 Agu – 9 Agu", after=before)
    assert SECRET not in words(page)
    await sari.taps("Buka 1", after=before)
    await sari.taps(label("journal.button.shut"), after=before)
    await house.settled()
    assert SECRET not in await shown_to(house, sari.user), "closed at once"
    assert SECRET in {row.text for row in await house.rows(Reflection)}, "and kept all the same"
