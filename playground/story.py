"""One school day, told step by step: what people do, and what they see of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from playground.client import Playground
from playground.demo import GROUPS, Demo
from playground.hands import PATIENCE, Hands, calm, seen


@dataclass(frozen=True, slots=True)
class Caption:
    """A line under the conversation: its phrase, through whose eyes and at which chat it is seen."""

    key: str
    viewer: int
    chat: int
    blanks: dict[str, str] = field(default_factory=dict)
    message: int | None = None  # the one that it is about; otherwise the end of the conversation
    weight: float = 1.0  # how long it stands, in beats of the teller


Tell = Callable[[Caption], Awaitable[None]]
Rest = Callable[[float], Awaitable[object]]
#: How many captions there are, for the bar that shows how far the day is.
STEPS: Final = 19
_JAKARTA: Final = ZoneInfo("Asia/Jakarta")


async def play(playground: Playground, demo: Demo, tell: Tell, pace: float, rest: Rest = asyncio.sleep) -> None:
    """Play the next school morning to its end; ``pace`` is the real seconds between two deeds, for the eye.

    Raises TimeoutError when something that should be seen is not.
    """
    day = _Day(playground, demo, tell, pace, rest)
    await day.begin()
    await day.morning()
    await day.talk()
    await day.trying()
    await day.reflecting()
    await day.counting()
    await day.advice()
    await day.asking()
    await day.afternoon()


class _Day:
    """The cast on their way through one day."""

    def __init__(self, playground: Playground, demo: Demo, tell: Tell, pace: float, rest: Rest) -> None:
        self.playground, self.demo, self.tell = playground, demo, tell
        self.pace, self.rest = pace, rest
        self.melati, self.kenari = demo.groups["melati"], demo.groups["kenari"]
        self.say = demo.hands(playground, "sari").say
        self.midnight = datetime.fromtimestamp(0, _JAKARTA)
        self.prompt = self.question = 0

    def who(self, name: str) -> Hands:
        return self.demo.hands(self.playground, name)

    def label(self, name: str) -> str:
        return self.say.plain(f"learning.button.{name}", names="").strip()

    async def caption(
        self, key: str, viewer: str, chat: int | None = None, weight: float = 1.0, *, about: int | None = None
    ) -> None:
        user = self.demo.people[viewer]
        await self.tell(Caption(key, user, user if chat is None else chat, message=about, weight=weight))

    async def at(self, wall: str) -> None:
        """Turn the clock to this hour in Jakarta, never back."""
        hours, minutes = wall.split(".")
        moment = self.midnight + timedelta(hours=int(hours), minutes=int(minutes))
        if moment > await self.playground.clock():
            await calm(self.playground)
            await self.playground.turn(to=moment)

    async def breath(self) -> None:
        await self.rest(self.pace)

    async def says(self, name: str, key: str, *, reply_to: int | None = None) -> int:
        """Somebody writes in the first group; a minute passes."""
        words = self.say.plain(f"playground.story.say.{key}")
        sent = await self.who(name).writes(words, self.melati, reply_to=reply_to)
        await self.playground.turn(by=timedelta(seconds=20))
        await self.breath()
        return sent

    async def begin(self) -> None:
        """The next school morning that has not begun; Independence Day is none."""
        now = (await self.playground.clock()).astimezone(_JAKARTA)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        while day + timedelta(hours=5, minutes=58) < now or day.weekday() > 4 or (day.month, day.day) == (8, 17):
            day += timedelta(days=1)
        self.midnight = day
        await self.caption("dawn", "sari", self.melati, 0.8)
        await self.at("05.55")

    async def morning(self) -> None:
        """Each group at its own hour."""
        label = self.label("reflect")
        wati, sari = self.who("wati"), self.who("sari")
        before = await wati.last(self.kenari)
        await self.caption("makassar", "wati", self.kenari)
        await self.at("06.00")
        await wati.finds(label, self.kenari, after=before)
        before = await sari.last(self.melati)
        await self.caption("jakarta", "sari", self.melati, 1.5)
        await self.at("06.30")
        self.prompt = int((await sari.finds(label, self.melati, after=before))[0]["message_id"])

    async def talk(self) -> None:
        """What a staff room talks about before lessons."""
        await self.caption("resources", "rini", self.melati)
        await self.at("06.50")
        tono, words = self.who("tono"), "playground.story.say."
        body = self.say.plain(words + "file_content").encode()
        name = self.say.plain(words + "file_name")
        await self.playground.send(
            tono.user, self.melati, self.say.plain(words + "file"), kind="document", file_name=name, content=body,
            mime_type="text/plain",
        )  # fmt: skip
        await self.breath()
        link = await self.says("tono", "link")
        await self.says("rini", "thanks", reply_to=link)
        await self.says("rini", "rubric")
        await self.caption("meeting", "ratna", self.melati)
        await self.at("07.05")
        meeting = await self.says("ratna", "meeting")
        asked = await self.says("budi", "coming", reply_to=meeting)
        await self.says("ratna", "until", reply_to=asked)
        await self.says("sari", "small_talk")

    async def trying(self) -> None:
        """A tap, and the one question that follows it."""
        sari = self.who("sari")
        await self.caption("tried", "sari", self.melati, about=self.prompt)
        await self.at("09.40")
        before = await sari.last()
        await sari.taps(self.label("tried"), self.melati, after=self.prompt - 1)
        await sari.finds(self.label("tell"), after=before)
        await self.caption("pupils", "sari")
        await self.breath()
        await sari.taps(self.label("tell"), after=before)
        await sari.sees(seen(self.say, "learning.pupils.go_on"), after=before)
        before = await sari.writes(self.say.plain("playground.story.say.pupils"))
        await sari.sees(seen(self.say, "learning.pupils.kept"), after=before)
        dewi = self.who("dewi")
        await dewi.taps(self.label("tried"), self.kenari)
        await dewi.writes(self.say.plain("playground.story.say.makassar"))

    async def reflecting(self) -> None:
        """In private, in the group, by voice."""
        sari, budi, rini = self.who("sari"), self.who("budi"), self.who("rini")
        await self.caption("private", "sari", weight=1.4)
        await self.at("09.50")
        before = await sari.last()
        await sari.taps(self.label("reflect"), self.melati, after=self.prompt - 1)
        coach = self.label("coach")
        await self.breath()
        await sari.taps(coach, after=before)
        await sari.finds(f"✓ {coach}", after=before)
        await self.breath()
        before = await sari.writes(self.say.plain("playground.story.say.private"))
        await sari.finds(self.label("reader"), after=before)
        await self.caption("public", "budi", self.melati)
        await self.at("10.05")
        await self.breath()
        said = await self.says("budi", "public", reply_to=self.prompt)
        await self.thumb(budi, said)
        await self.caption("voice", "rini", self.melati)
        await self.at("10.10")
        await self.breath()
        said = await self.playground.send(rini.user, self.melati, kind="voice", reply_to=self.prompt)
        await self.thumb(rini, said)

    async def thumb(self, who: Hands, said: int) -> None:
        """Wait until the assistant has received it, which it shows by a reaction."""
        async with asyncio.timeout(PATIENCE):
            async for kind, data in self.playground.events(who.user):
                mine = kind == "reaction" and (data["chat_id"], data["message_id"]) == (self.melati, said)
                if mine or (kind == "open" and await self.has_thumb(who, said)):
                    return

    async def has_thumb(self, who: Hands, said: int) -> bool:
        listed = await self.playground.messages(self.melati, viewer=who.user, after=said - 1)
        return any(message["message_id"] == said and message.get("reactions") for message in listed)

    async def counting(self) -> None:
        """Others try it too; the prompt's foot tells how many."""
        await self.caption("counts", "tono", self.melati, 1.2, about=self.prompt)
        await self.at("10.30")
        for name in ("budi", "rini", "tono"):
            await self.who(name).taps(self.label("tried"), self.melati, after=self.prompt - 1)
            await self.breath()
        await self.playground.turn(by=timedelta(seconds=30))
        foot = seen(self.say, "learning.prompt.counts", tried=4, reflected=3, of=4)
        await self.who("tono").sees(foot, self.melati, after=self.prompt - 1)

    async def advice(self) -> None:
        """A consultation among colleagues."""
        await self.caption("advice", "budi", self.melati, 1.3)
        await self.at("12.15")
        asked = await self.says("budi", "advice_wanted")
        await self.says("sari", "advice_strips", reply_to=asked)
        await self.says("rini", "advice_error", reply_to=asked)
        await self.says("budi", "advice_thanks")
        await self.says("ratna", "proud")
        await self.says("hendra", "cheer")

    async def asking(self) -> None:
        """Tanya: a question to the coach, who has it in private."""
        tono, ratna = self.who("tono"), self.who("ratna")
        await self.caption("ask", "tono")
        await self.at("13.10")
        before, received = await tono.last(), await ratna.last()
        await tono.taps(self.label("ask"), self.melati, after=self.prompt - 1)
        await self.breath()
        await tono.taps(self.label("ask_coach"), after=before)
        await self.breath()
        await tono.writes(self.say.plain("playground.story.say.question"))
        self.question = int((await ratna.finds(self.label("answer"), after=received))[0]["message_id"])
        await self.caption("coach", "ratna", weight=0.8)
        await self.caption("guest", "tamu", weight=0.7)

    async def afternoon(self) -> None:
        """Digest, answer, report."""
        ratna, tono, hendra = self.who("ratna"), self.who("tono"), self.who("hendra")
        before = await ratna.last()
        await self.caption("digest", "ratna", weight=1.5)
        await self.at("15.30")
        title = GROUPS["melati"].title
        await ratna.sees(seen(self.say, "reports.digest.heading", group=title, day="").strip(), after=before)
        await self.caption("answer", "tono", weight=0.9)
        await self.at("15.40")
        before = await tono.last()
        words = self.say.plain("playground.story.say.answer")
        await ratna.writes(words, reply_to=self.question)
        await tono.sees(words, after=before)
        await self.caption("report", "hendra", weight=1.5)
        await self.at("16.00")
        before = await hendra.last()
        await hendra.writes("/laporan")
        await hendra.taps(title, after=before)
        heading = seen(self.say, "reports.heading", group=title, span="").strip()
        await hendra.sees(heading, after=before)
        await self.caption("picture", "hendra", weight=1.6)
        await self.playground.turn(by=timedelta(seconds=5))
        caption = seen(self.say, "reports.picture.caption", group=title, span="").split(",", 1)[0]
        await hendra.sees(caption, after=before)
