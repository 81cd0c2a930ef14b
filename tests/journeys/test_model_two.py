"""Model 2 over HTTP: shared out with a tap, a question finds its mentor, then the pengampu; a week, and a farewell."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from content.texts import Texts
from playground.client import words
from playground.hands import Hands
from storage.models import Assignment, Consultation, Group, GroupChat, Letter, Membership, Person, School
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
ROLES = {
    "hendra": "facilitator", "putu": "course_facilitator", "made": "mentor", "wayan": "mentor", "budi": "teacher",
    "sari": "teacher",
}  # fmt: skip
SAY = Texts("id")
ASKED = "Bu, bagaimana cara mengajarkan pecahan untuk anak yang belum paham pembagian?"
ALSO = "Adakah yang tahu bagaimana cara menilai diskusi kelompok murid kelas lima?"


def _wall(said: str) -> datetime:
    return datetime.fromisoformat(f"2026-08-{said}:30+07:00")


async def _settle_in(house: House) -> tuple[dict[str, Hands], int]:
    """An online course in a group: a pengampu, two mentors, two teachers and a facilitator who have agreed."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in ROLES}
    chat = await play.add_group("Guru Belajar", creator=ids["hendra"], members=[ids[name] for name in ROLES][1:])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        school = School(name="Guru Belajar", zone="Asia/Jakarta", created_at=now)
        session.add(school)
        await session.flush()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.school_id = "active", school.id
        for name, role in ROLES.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in ROLES:
        await play.start(ids[name])
    await house.settled()
    return {name: Hands(play, ids[name], SAY) for name in ROLES}, chat


async def _shares_out(house: House, hands: dict[str, Hands]) -> None:
    """A teacher may not even look; the facilitator shares out with one tap, and moves one person with two."""
    before = await hands["sari"].last()
    await hands["sari"].writes("/pendampingan")
    await hands["sari"].sees(SAY("community.not_allowed"), after=before)
    hendra = hands["hendra"]
    before = await hendra.last()
    await hendra.writes("/pendampingan")
    await hendra.sees("Model 2: pengampu mendampingi mentor", after=before)
    await hendra.taps("Bagi rata", after=before)
    await hendra.sees("4 orang mendapat pendamping", after=before)
    await hendra.taps("Dampingan Made", after=before)
    await hendra.taps("✓ Budi", after=before)
    await hendra.taps("Budi", after=before)
    await house.settled()
    names = {one.id: one.name for one in await house.rows(Person)}
    rows = await house.rows(Assignment, Assignment.until.is_(None))
    assert {names[row.of_id]: names[row.by_id] for row in rows} == {
        "Made": "Putu", "Wayan": "Putu", "Budi": "Made", "Sari": "Wayan",
    }  # fmt: skip


async def _heard(house: House, key: str) -> list[int | None]:
    """To which chats letters of that kind went, in their order."""
    return [one.chat_id for one in sorted(await house.rows(Letter, Letter.key.like(key)), key=lambda one: one.id)]


async def _ask(house: House, hands: dict[str, Hands], chat: int) -> None:
    """Sari's mentor answers; Budi's does not, and the question goes on to the pengampu. Nobody else is asked."""
    ids = {name: one.user for name, one in hands.items()}
    question = await hands["sari"].writes(ASKED, chat)
    await hands["budi"].writes(ALSO, chat)
    await house.settled()
    first, second = await house.rows(Consultation)
    await house.turned(_wall("03T12:05"))
    assert await _heard(house, f"consult:{first.id}") == await _heard(house, f"consult:{second.id}") == [chat]
    await house.turned(_wall("04T08:15"))
    assert await _heard(house, f"consult:{first.id}:2:%") == [ids["wayan"]]
    assert await _heard(house, f"consult:{second.id}:2:%") == [ids["made"]]
    told = await hands["wayan"].sees("Sari bertanya di Guru Belajar")
    assert "pecahan" in words(told)
    await hands["wayan"].writes("Coba pakai kertas lipat dulu, Bu", chat, reply_to=question)
    await house.settled()
    await house.turned(_wall("04T12:30"))
    assert await _heard(house, f"consult:{first.id}:3:%") == [], "answered"
    assert await _heard(house, f"consult:{second.id}:3:%") == [ids["putu"]]


async def _a_week_later(house: House, hands: dict[str, Hands]) -> None:
    """On Monday afternoon the pengampu reads of both mentors, and nobody else does; names of teachers stay out."""
    await house.turned(_wall("10T14:16"))
    assert await _heard(house, "mentors:%") == [hands["putu"].user]
    told = words(await hands["putu"].sees("Mentor Bapak/Ibu di Guru Belajar"))
    assert "Made, 1 guru. Menunggu jawaban: 1, yang terlama 4 hari sekolah." in told
    assert "Wayan, 1 guru. Menjawab 1 kali dalam empat pekan." in told
    assert "Sari" not in told and "Budi" not in told
    before = await hands["putu"].last()
    await hands["putu"].writes("/pendampingan")
    await hands["putu"].taps("Waktu menjawab", after=before)
    figures = words(await hands["putu"].sees("8 pekan terakhir", after=before))
    assert "Mentor dan guru: belum cukup jawaban" in figures, "one answer points at somebody"


async def _farewell(house: House, hands: dict[str, Hands], chat: int) -> None:
    """Made leaves: the facilitator hears of it once, and a tap gives Budi to Wayan."""
    await house.playground.leave(hands["made"].user, chat)
    await house.settled()
    await house.turned(_wall("11T08:05"))
    await house.turned(_wall("11T09:05"))
    assert await _heard(house, "assign:%") == [hands["hendra"].user]
    told = await hands["hendra"].sees("Made tidak lagi menjadi mentor di Guru Belajar. 1 orang")
    await hands["hendra"].taps("Bagi rata", after=int(told["message_id"]) - 1)
    await hands["hendra"].sees("1 orang mendapat pendamping")
    await house.settled()
    names: dict[int, Any] = {one.id: one.name for one in await house.rows(Person)}
    rows = await house.rows(Assignment, Assignment.until.is_(None))
    assert {names[row.of_id]: names[row.by_id] for row in rows} == {"Wayan": "Putu", "Sari": "Wayan", "Budi": "Wayan"}


async def test_model_two_from_sharing_out_to_a_farewell(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        hands, chat = await _settle_in(house)
        await _shares_out(house, hands)
        await _ask(house, hands, chat)
        await _a_week_later(house, hands)
        await _farewell(house, hands, chat)
