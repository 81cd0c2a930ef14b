"""A school for journeys, set up by rows, and what its people do at their phones: read the newest words, tap, write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from content.texts import Texts
from playground.client import words
from playground.hands import Hands
from storage.models import Group, GroupChat, Membership, Person, School
from tests.journeys.house import House

TITLE = "SDN Melati 2"
SAY = Texts("id")


@dataclass(frozen=True, slots=True)
class Place:
    """The group's chat as it was founded, and everybody's Telegram id by name in lower case."""

    chat: int
    ids: dict[str, int]


async def settle_in(
    house: House, roles: Mapping[str, str], *, by: str, guests: Sequence[str] = (), kind: str = "supergroup",
    profile: str | None = None,
) -> Place:  # fmt: skip
    """A group of a school in which each of these has agreed, holds a role ("": none yet) and has opened their chat.

    ``by`` founded the group; ``guests`` are on Telegram and nowhere else; ``profile`` is the school's policy profile.
    """
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*roles, *guests)}
    chat = await play.add_group(TITLE, creator=ids[by], members=[ids[name] for name in roles if name != by], kind=kind)
    await play.add_bot(chat, ids[by], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        chosen = {"policy_profile": profile} if profile else {}
        school = School(name=TITLE, zone="Asia/Jakarta", created_at=now, **chosen)
        session.add(school)
        await session.flush()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.school_id = "active", school.id
        for name, role in roles.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            if role:
                session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in roles:
        await play.start(ids[name])
    await house.settled()
    return Place(chat, ids)


async def told(house: House, user: int, chat: int | None = None, *, after: int = 0) -> list[str]:
    """All that the assistant wrote there, buttons included: in private, or in a chat the person is in."""
    await house.settled()
    there = await house.playground.messages(user if chat is None else chat, viewer=user, after=after)
    return [words(one) for one in there if one["from"]["is_bot"]]


async def last(house: House, user: int, contains: str) -> dict[str, Any]:
    """The newest message of the assistant to that person that holds these words."""
    await house.settled()
    there = await house.playground.messages(user, viewer=user)
    found = [one for one in there if one["from"]["is_bot"] and contains in words(one)]
    assert found, f"nothing with {contains!r} among {[words(one) for one in there[-4:]]}"
    return found[-1]


async def stored(house: House, *tables: Any) -> list[str]:
    """Every row of these tables, as text."""
    await house.settled()
    found: list[str] = []
    async with house.assistant.database.reading() as session:
        for one in tables:
            rows = await session.execute(select(one.__table__).order_by(one.id))
            found += [f"{one.__tablename__} {tuple(row)!r}" for row in rows]
    return found


async def tap(house: House, user: int, contains: str, *labels: str) -> None:
    """One button after the other, each under the newest message that holds these words."""
    for label in labels:
        shown = await last(house, user, contains)
        await house.playground.press(user, user, shown["message_id"], label=label)
        await house.settled()


async def writes(house: House, user: int, text: str) -> None:
    """In private, and answered."""
    await house.playground.send(user, user, text)
    await house.settled()


class Side:
    """One side of a cycle, at their phone; ``workflow`` is how it is called in their list."""

    def __init__(self, house: House, user: int, workflow: str) -> None:
        self.house, self.user, self.workflow = house, user, workflow
        self.hands = Hands(house.playground, user, SAY)

    async def opens(self) -> int:
        """The cycle's page; gives the message before it."""
        before = await self.hands.last()
        await self.hands.writes("/coaching")
        await self.taps(self.workflow, before)
        return before

    async def taps(self, label: str, after: int = 0) -> None:
        """The newest button of that label, below what was said before ``after``."""
        await self.hands.taps(label, after=after)
        await self.house.settled()

    async def writes(self, text: str) -> None:
        await writes(self.house, self.user, text)

    async def answers(self, *given: str) -> int:
        """Opens the cycle and answers in order; what begins with an arrow is a tap. Gives the message before it.

        "foto" is a photo without anybody on it, "suara" a voice note.
        """
        before = await self.opens()
        if given:
            await self.taps("Jawab", before)
        for one in given:
            if one.startswith("→"):
                await self.taps(one[1:], before)
            elif one == "suara":
                await self.house.playground.send(self.user, self.user, kind="voice")
                await self.house.settled()
            elif one == "foto":
                await self.house.playground.send(self.user, self.user, "Kelas saya", kind="photo")
                await self.house.settled()
                await self.taps("Tidak ada", before)
                await self.taps("Jawab", before)
            else:
                await self.writes(one)
        return before

    async def does(self, *given: str) -> None:
        """As answers; then this side's part of the step is done."""
        await self.taps("Bagian saya selesai", await self.answers(*given))

    async def promises(self, what: str) -> None:
        """Something small, until the first day that is offered."""
        before = await self.opens()
        await self.taps("Buat janji", before)
        await self.writes(what)
        under = await self.hands.sees("Sampai kapan?", after=before)
        await self.taps(under["reply_markup"]["inline_keyboard"][0][0]["text"], before)

    async def invites(self, name: str) -> None:
        """First contact: this workflow, with that colleague."""
        before = await self.hands.last()
        await self.hands.writes("/coaching")
        for label in ("Mulai yang baru", self.workflow, name):
            await self.taps(label, before)

    async def opens_more(self, *labels: str) -> None:
        """What stands behind *Lainnya* on the cycle's page."""
        before = await self.opens()
        for label in ("Lainnya", *labels):
            await self.taps(label, before)

    async def opens_closed(self) -> int:
        """The page of the cycle that has ended; gives the message before it."""
        before = await self.hands.last()
        await self.hands.writes("/coaching")
        for label in ("Yang sudah selesai", self.workflow):
            await self.taps(label, before)
        return before

    async def is_gone(self, data: str) -> bool:
        """Is a button of this kind, found under whatever they were told last, nobody's of theirs any more?"""
        under = (await self.house.playground.messages(self.user, viewer=self.user))[-1]["message_id"]
        tapped = await self.house.playground.press(self.user, self.user, under, data=data)
        answer = await self.house.playground.callback_answer(tapped)
        await self.house.settled()
        return answer is not None and (answer.get("text") or "") == SAY.plain("coaching.gone")
