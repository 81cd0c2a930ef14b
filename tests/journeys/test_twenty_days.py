"""A whole programme of twenty school days in three zones: holidays, a sudden day off, and Ramadan hours in between.

Among the teachers one joins late, one stays silent, one goes on leave and one learns at her own pace.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community import calendar
from community.calendar import SchoolCalendar
from community.invitations import teacher_link
from content import packs
from learning import programmes
from playground.client import words
from storage.letters import Lane
from storage.models import (
    Attention,
    Delivery,
    Enrolment,
    Group,
    GroupChat,
    Letter,
    Membership,
    Person,
    Reflection,
    School,
    Trial,
)
from tests.journeys.house import House, open_house

START = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)  # a Sunday
PACK = "diferensiasi"
PLACES = {"melati": "Asia/Jakarta", "anggrek": "Asia/Makassar", "kenari": "Asia/Jayapura"}
# Imlek is on Tuesday 17 February, its joint leave on Monday; Ramadan begins on Wednesday by the reckoning.
DAYS = [date(2026, 2, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 18, 19, 20, 23, 24, 25, 26, 27)]
DAYS += [date(2026, 3, 2), date(2026, 3, 3)]
OPEN = {*DAYS, date(2026, 3, 4), date(2026, 3, 5)}
FASTING = date(2026, 2, 18)
SUDDEN = date(2026, 2, 10)  # a flood in Makassar: told the day before
# In UTC: the prompts of the three zones, in Ramadan an hour later, and half past three in the afternoon in each.
LOOKS = ((21, 31), (22, 31), (23, 31), (24, 31), (30, 31), (31, 31), (32, 31))
LAST = date(2026, 3, 6)


@dataclass
class Land:
    """Three groups, and who is who."""

    house: House
    chats: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    taps: int = 0

    async def writes(self, name: str, text: str, **more: Any) -> None:
        await self.house.playground.send(self.users[name], more.pop("chat", self.users[name]), text, **more)
        await self.house.settled()

    async def taps_on(self, name: str, data: str) -> None:
        """Tap the newest button in the private chat that calls back like this."""
        play, user = self.house.playground, self.users[name]
        for message in reversed(await play.messages(user, viewer=user)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for key in row:
                    if key.get("callback_data", "").startswith(data):
                        await play.press(user, user, message["message_id"], data=key["callback_data"])
                        await self.house.settled()
                        return
        raise AssertionError(f"no button {data!r} for {name}: {await self.told(name)}")

    async def told(self, name: str) -> str:
        user = self.users[name]
        found = await self.house.playground.messages(user, viewer=user)
        return "\n".join(words(one) for one in found if one["from"]["is_bot"])


async def _move_in(house: House) -> Land:
    """Everybody is in place and agreed; what they do from here on goes over HTTP."""
    land, play = Land(house), house.playground
    await play.floods(False)
    names = ["hendra", "sari", "budi", "tono", "wati", "made", "dewi", "agus", "rini"]
    land.users = {name: await play.add_user(name.title()) for name in names}
    members = {"melati": ["sari", "budi", "tono", "wati"], "anggrek": ["made", "dewi"], "kenari": ["agus"]}
    for place, teachers in members.items():
        there = [land.users[name] for name in teachers]
        land.chats[place] = await play.add_group(f"KKG {place.title()}", creator=land.users["hendra"], members=there)
        await play.add_bot(land.chats[place], land.users["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        for name in names[:-1]:
            person = Person(tg_user_id=land.users[name], name=name.title(), language="id", reachable=True,
                            consented_at=now, created_at=now)  # fmt: skip
            session.add(person)
            await session.flush()
            land.people[name] = person.id
        for place, teachers in members.items():
            school = School(name=f"SDN {place.title()}", zone=PLACES[place], created_at=now)
            session.add(school)
            await session.flush()
            found = select(Group).join(GroupChat).where(GroupChat.tg_chat_id == land.chats[place])
            group = (await session.scalars(found)).one()
            group.state, group.set_up_at, group.school_id, group.zone = "active", now, school.id, PLACES[place]
            land.groups[place] = group.id
            held = [(name, "teacher") for name in teachers] + [("hendra", "facilitator")]
            session.add_all(
                Membership(person_id=land.people[name], group_id=group.id, role=role, since=now) for name, role in held
            )
            await session.flush()
            await programmes.enrol(session, group.id, PACK, now)
    for name in names[:-1]:
        await play.start(land.users[name])
    await house.settled()
    return land


async def _day(land: Land, day: date) -> None:
    """From the first morning in the east to the afternoon in the west."""
    midnight = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC)
    for hours, minutes in LOOKS if day in OPEN else LOOKS[3:4]:
        await land.house.turned(midnight + timedelta(hours=hours, minutes=minutes))
        if (hours, minutes) == (24, 31):
            await _act(land, day)


async def _prompt(land: Land, place: str) -> dict[str, Any]:
    """The newest prompt in a group."""
    said = await land.house.playground.messages(land.chats[place])
    return next(one for one in reversed(said) if "refl:" in str(one.get("reply_markup")))


async def _act(land: Land, day: date) -> None:
    """What people do on the morning of that day, besides teaching."""
    play = land.house.playground
    if day in DAYS:
        prompt = (await _prompt(land, "melati"))["message_id"]
        await land.writes("sari", f"Hari {day.day}: murid mencoba, dua belas sudah bisa.", chat=land.chats["melati"],
                          reply_to=prompt)  # fmt: skip
    if day == date(2026, 2, 3):
        await land.writes("wati", "/program")
        await land.taps_on("wati", f"progown:{land.groups['melati']}")
        await land.taps_on("wati", f"progownset:{land.groups['melati']}:awal")
    if day == date(2026, 2, 4):
        await land.writes("budi", "/cuti 5-12 Februari")
    if day == date(2026, 2, 9):
        await land.writes("hendra", "/libur")
        await land.taps_on("hendra", f"off:of:{land.groups['anggrek']}")
        await land.taps_on("hendra", f"off:day:{land.groups['anggrek']}:{SUDDEN}")
    if day == date(2026, 2, 11):
        async with land.house.assistant.database.writing() as session:
            now = land.house.assistant.clock.now()
            link = await teacher_link(session, land.groups["melati"], None, now)
        await play.join(land.users["rini"], land.chats["melati"])
        await play.start(land.users["rini"], f"g{link.token}")
        await land.house.settled()
        await land.taps_on("rini", "consent:yes")
    if day == date(2026, 2, 20):
        await land.writes("rini", "/hariini")
        await land.taps_on("rini", "again:")
        await land.taps_on("rini", "refl:")
        await land.writes("rini", "Baru sempat: murid saya memilih sendiri bantuannya.")
    if day == date(2026, 3, 2):
        await land.taps_on("tono", "skipall:")


async def test_twenty_school_days_in_three_zones(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        land = await _move_in(house)
        day = date(2026, 2, 2)
        while day <= LAST:
            await _day(land, day)
            day += timedelta(days=1)
        await _check_lessons(land)
        await _check_hours(land)
        await _check_days_off(land)
        await _check_people(land)
        await _check_reminders(land)
        await _check_post(land)


async def _check_lessons(land: Land) -> None:
    """Each group got the twenty lessons in their order, each once, on its own school days."""
    ids = [lesson.id for lesson in packs.pack(PACK).lessons]
    for place, group in land.groups.items():
        rows = await land.house.rows(Delivery, Delivery.group_id == group, Delivery.person_id.is_(None))
        assert [row.lesson for row in sorted(rows, key=lambda row: row.id)] == ids, place
        days = [row.day for row in sorted(rows, key=lambda row: row.day)]
        expected = DAYS if place != "anggrek" else [one for one in DAYS if one != SUDDEN] + [date(2026, 3, 4)]
        assert days == expected, place
        assert all(row.delivered_at is not None for row in rows)
    ended = await land.house.rows(Enrolment, Enrolment.person_id.is_(None))
    assert all(one.next_at is None and one.finished_at is not None for one in ended)
    assert (await land.told("hendra")).count("sudah selesai: 20 pelajaran") == 3


async def _check_hours(land: Land) -> None:
    """06:30 on the wall of each zone; in Ramadan not before 07:30."""
    for place, group in land.groups.items():
        for row in await land.house.rows(Delivery, Delivery.group_id == group, Delivery.person_id.is_(None)):
            wall = row.due_at.astimezone(ZoneInfo(PLACES[place]))
            assert wall.strftime("%H:%M") == ("07:30" if row.day >= FASTING else "06:30"), (place, row.day)
            assert wall.date() == row.day


async def _check_days_off(land: Land) -> None:
    """A holiday is said once, before it; a sudden one once, after it."""
    said = [words(one) for one in await land.house.playground.messages(land.chats["melati"])]
    before = [text for text in said if "Libur sebentar" in text]
    assert len(before) == 1, before
    assert "Tahun Baru Imlek" in before[0]
    assert "Pelajaran berikutnya Rabu, 18 Feb" in before[0]
    assert not [text for text in said if "bergeser ke hari ini" in text]
    flood = [words(one) for one in await land.house.playground.messages(land.chats["anggrek"])]
    assert (
        len([text for text in flood if "bergeser ke hari ini" in text or "Libur sebentar (libur sekolah)" in text]) == 1
    )
    reviews = [text for text in said if "Pekan ini\n" in text]
    assert len(reviews) == 4, "a review day every fifth"


async def _check_people(land: Land) -> None:
    """Late answers count, leave leaves out, own pace goes its own way, nobody is named in public as late or silent."""
    reflected = await land.house.rows(Reflection)
    by_person: dict[int, int] = defaultdict(int)
    for one in reflected:
        by_person[one.person_id] += 1
    rini = next(iter(await land.house.rows(Person, Person.name == "Rini")))
    assert by_person[land.people["sari"]] == 20
    assert by_person[rini.id] == 1, "a late answer to an earlier lesson counts"
    assert land.people["tono"] not in by_person
    told = await land.told("rini")
    assert "Senin" in told or "Kamis, 12 Feb" in told, "at joining she heard when her first lesson comes"
    own = await land.house.rows(Delivery, Delivery.person_id == land.people["wati"])
    assert [row.lesson for row in sorted(own, key=lambda row: row.id)] == [one.id for one in packs.pack("awal").lessons]
    prompt = next(
        words(one) for one in await land.house.playground.messages(land.chats["melati"]) if "Imlek" in words(one)
    )
    assert "refleksi 1 dari" in prompt
    public = "\n".join(words(one) for one in await land.house.playground.messages(land.chats["melati"]))
    assert "Tono" not in public
    assert not await land.house.rows(Trial)


async def _check_reminders(land: Land) -> None:
    """In private, at most twice a lesson and once a day, none on leave, and never to who answered."""
    sent: dict[int, list[Letter]] = defaultdict(list)
    for letter in await land.house.rows(Letter, Letter.key.startswith("remind:")):
        sent[letter.person_id].append(letter)
    assert land.people["sari"] not in sent, "she answered every lesson on its day"
    for person, letters in sent.items():
        days = [letter.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date() for letter in letters]
        assert len(days) == len(set(days)), person
        lessons: dict[str, int] = defaultdict(int)
        for letter in letters:
            for row in (letter.params or {}).get("reply_markup", {}).get("inline_keyboard", []):
                lessons[row[0]["callback_data"]] += row[0]["callback_data"].startswith("again:")
        assert all(times <= 2 for times in lessons.values()), person
    away = {date(2026, 2, day) for day in range(5, 13)}
    budi = {letter.created_at.astimezone(ZoneInfo("Asia/Jakarta")).date() for letter in sent[land.people["budi"]]}
    assert not budi & away
    assert max(budi) > max(away), "back from leave he is reminded again"
    assert max(len(letters) for letters in sent.values()) <= 14


async def _check_post(land: Land) -> None:
    """Everything arrived once, nothing at night, and a day costs little."""
    letters = await land.house.rows(Letter)
    assert {letter.state for letter in letters} == {"delivered"}
    zones = {land.groups[place]: zone for place, zone in PLACES.items()}
    days = SchoolCalendar()
    for letter in letters:
        if letter.lane == Lane.REMINDER and letter.group_id is not None and letter.finished_at is not None:
            zone = zones[letter.group_id]
            assert not days.is_quiet(letter.finished_at, zone), (letter.key, letter.finished_at)
            if not letter.key.startswith("counts:"):
                assert days.is_open(calendar.local_day(letter.finished_at, zone)) or "anggrek" in letter.key, letter.key
    costs = await _bytes_by_day(land, {land.chats["melati"], land.users["tono"]})
    assert len(costs) > 20
    assert max(costs.values()) < 50_000, "what reaches the phone of a teacher who does nothing, edits included"
    weeks = await land.house.rows(Attention)
    assert all(week.messages <= 20 and week.minutes <= 90 for week in weeks)


async def _bytes_by_day(land: Land, chats: set[int]) -> dict[date, int]:
    """How many bytes of text and buttons the assistant sent to these chats, by day in Jakarta."""
    found: dict[date, int] = defaultdict(int)
    for call in await land.house.playground.calls():
        params = call["params"] or {}
        if call["method"].lower().startswith(("send", "edit")) and int(params.get("chat_id") or 0) in chats:
            day = datetime.fromisoformat(call["at"]).astimezone(ZoneInfo("Asia/Jakarta")).date()
            found[day] += len(json.dumps(params, ensure_ascii=False).encode())
    return found
