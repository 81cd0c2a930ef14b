"""The demo school: two groups in two zones, eight teachers, a facilitator, a coach, a guest who sees nothing."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from content.texts import Texts
from playground.client import Playground
from playground.hands import Hands, calm, hurried, link_in, payload_of, seen

#: The Sunday afternoon before the school week: the groups are set up, so that Monday morning finds them ready.
START: Final = datetime.fromisoformat("2026-08-02T16:00:00+07:00")
#: Where the hands stand when the demo school has moved in: Monday, before the first prompt.
MONDAY: Final = datetime.fromisoformat("2026-08-03T05:55:00+07:00")

#: First name, form of address, what the page calls them.
CAST: Final = {
    "sari": ("Sari", "ibu", "teacher"),
    "budi": ("Budi", "bapak", "teacher"),
    "rini": ("Rini", "ibu", "teacher"),
    "tono": ("Tono", "bapak", "teacher"),
    "wati": ("Wati", "ibu", "teacher"),
    "dewi": ("Dewi", "ibu", "teacher"),
    "agus": ("Agus", "bapak", "declined"),
    "made": ("Made", "bapak", "waiting"),
    "hendra": ("Hendra", "bapak", "facilitator"),
    "ratna": ("Ratna", "ibu", "coach"),
    "tamu": ("Tamu", "none", "stranger"),
}


@dataclass(frozen=True, slots=True)
class School:
    """A group of the demo: how it is set up, and who is in it besides the facilitator."""

    title: str
    zone: str
    zone_key: str
    hour: str
    members: tuple[str, ...]


#: Makassar is an hour ahead: seven o'clock there is six in Jakarta, so each group has its own morning.
GROUPS: Final = {
    "melati": School("SDN Melati 2", "Asia/Jakarta", "wib", "06.30", ("ratna", "sari", "budi", "rini", "tono")),
    "kenari": School("KKG Gugus Kenari", "Asia/Makassar", "wita", "07.00", ("wati", "dewi", "agus", "made")),
}
#: Who says what in the first group on Sunday, by the key of their words.
SUNDAY: Final = (
    ("hendra", "hello"), ("sari", "glad"), ("rini", "ceremony"), ("budi", "ready"),
    ("tono", "module"), ("ratna", "praise"), ("budi", "question"), ("sari", "advice"),
    ("rini", "cards"), ("budi", "cards_thanks"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demo:
    """Who and what the demo school consists of: ids by short name."""

    language: str
    people: dict[str, int]
    groups: dict[str, int]

    def hands(self, playground: Playground, name: str) -> Hands:
        """One of the cast, ready to act."""
        return Hands(playground, self.people[name], Texts(self.language))

    def notes(self) -> dict[str, Any]:
        """As JSON, with what the chat page shows beside names: roles by person, zones by group and person."""
        roles = {str(number): CAST[key][2] for key, number in self.people.items()}
        zones = {str(self.groups[key]): school.zone for key, school in GROUPS.items()}
        for school in GROUPS.values():
            zones |= {str(self.people[member]): school.zone for member in school.members}
        return asdict(self) | {"roles": roles, "zones": zones}

    @classmethod
    def read(cls, notes: dict[str, Any]) -> Self:
        """From ``notes()``. Raises KeyError when it is not one."""
        return cls(str(notes["language"]), dict(notes["people"]), dict(notes["groups"]))


async def gather(playground: Playground, language: str = "id") -> Demo:
    """The people and their two groups, before any assistant."""
    people = {key: await playground.add_user(name, language_code=language) for key, (name, _, _) in CAST.items()}
    groups = {}
    for key, school in GROUPS.items():
        present = [people[member] for member in school.members]
        groups[key] = await playground.add_group(school.title, creator=people["hendra"], members=present)
    return Demo(language, people, groups)


async def move_in(url: str, language: str = "id") -> Demo:
    """Build the demo school in a playground where the assistant is awake, and tell the chat page about it."""
    async with Playground(url) as playground:
        demo = await build(playground, language)
        await playground.do("story/demo", **demo.notes())
        return demo


async def build(playground: Playground, language: str = "id") -> Demo:
    """Everything as people would do it: the assistant is added, set up, joined, declined, left unanswered.

    Raises TimeoutError when the assistant does not say what it should. Ends on Monday at 05.55 in Jakarta.
    """
    demo = await gather(playground, language)
    hendra = demo.hands(playground, "hendra")
    async with hurried(playground), asyncio.TaskGroup() as joining:
        for key, school in GROUPS.items():
            await playground.add_bot(demo.groups[key], hendra.user, admin=True)
            await _set_up(hendra, demo.groups[key], school, first=key == "melati")
            for name in school.members:
                joining.create_task(_joins(playground, demo, key, name))
        await _invite(hendra, demo.hands(playground, "ratna"), GROUPS["melati"].title)
    await calm(playground)
    for name, words in SUNDAY:
        await demo.hands(playground, name).writes(hendra.say.plain(f"playground.demo.{words}"), demo.groups["melati"])
        await playground.turn(by=timedelta(seconds=40))
    await calm(playground)
    await playground.turn(to=MONDAY)
    return demo


async def _set_up(hendra: Hands, group: int, school: School, *, first: bool) -> None:
    """/aturgrup in the group, then eight questions in private."""
    say = hendra.say

    def place(number: int) -> str:
        return seen(say, "community.setup.place", group=school.title, number=number, of=8)

    await hendra.sees(seen(say, "community.arrival.hello").split("\n", 1)[0], group)
    await hendra.writes("/aturgrup", group)
    await hendra.taps(say.plain("community.setup.begin"), group)
    if first:
        await _agrees(hendra, "bapak")
        await hendra.taps(say.plain("community.consent.onward"))
    await hendra.sees(place(1))
    await hendra.taps(say.plain(f"community.language.{say.language}"))
    await hendra.sees(place(2))
    await hendra.taps(say.plain(f"community.zone.{school.zone_key}"))
    await hendra.sees(place(3))
    await hendra.writes(school.title)
    programme = (await hendra.sees(place(4)))["reply_markup"]["inline_keyboard"][0][0]["text"]
    await hendra.taps(programme)
    await hendra.sees(place(5))
    await hendra.writes(school.hour)
    await hendra.sees(place(6))
    await hendra.taps(say.plain("community.setup.week.5"))
    await hendra.sees(place(7))
    await hendra.taps(say.plain("community.profile.ruang_gtk_2025"))
    await hendra.sees(place(8))
    await hendra.writes(say.plain("playground.demo.greeting"))
    await hendra.taps(say.plain("community.setup.save"))
    await hendra.sees(seen(say, "community.setup.ready", hour=school.hour), group)


async def _agrees(who: Hands, address: str) -> None:
    """Yes, and how one wants to be addressed."""
    say = who.say
    await who.taps(say.plain("community.consent.yes"))
    await who.taps(say.plain(f"community.address.long.{address}"))
    await who.sees(seen(say, "community.address.kept", name="").split(",", 1)[0])


async def _joins(playground: Playground, demo: Demo, group: str, name: str) -> None:
    """A member opens the link of the group: most agree, one says no, one leaves the question where it is."""
    who, (_, address, role) = demo.hands(playground, name), CAST[name]
    if role == "coach":
        return
    await who.taps(who.say.plain("community.join.open"), demo.groups[group])
    if role == "teacher":
        await _agrees(who, address)
    elif role == "declined":
        await who.taps(who.say.plain("community.consent.no"))
        await who.sees(seen(who.say, "community.consent.declined"))
    else:
        await who.finds(who.say.plain("community.consent.yes"))


async def _invite(hendra: Hands, ratna: Hands, title: str) -> None:
    """The coach is also the principal: two single-use links, handed over in person."""
    say = hendra.say
    for role in ("coach", "principal"):
        before = await hendra.last()
        await hendra.writes("/undang")
        await hendra.taps(title, after=before)
        called = say.plain(f"community.role.{role}")
        await hendra.taps(called, after=before)
        told = seen(say, "community.invitation.ready", role=called, group=title, days=7, url="")
        letter = await hendra.sees(told.split("\n", 1)[0], after=before)
        await ratna.opens(payload_of(link_in(letter)))
        if role == "coach":
            await _agrees(ratna, "ibu")
        await ratna.sees(seen(say, "community.invitation.welcome", group=title, role=called))
