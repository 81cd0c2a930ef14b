"""People at their phones, for the journeys of coaching: what they tap and write, and what they then see."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from playground.client import words
from storage.models import Group, GroupChat, Membership, Person, School
from tests.journeys.house import House

Message = dict[str, Any]


@dataclass
class Phone:
    """One person in their private chat with the assistant. Only what came since ``mark`` is tapped."""

    house: House
    user: int
    mark: int = 0

    async def seen(self, chat: int | None = None) -> list[Message]:
        """What the assistant said since the mark, the oldest first; of another chat everything."""
        after = self.mark if chat is None else 0
        there = await self.house.playground.messages(chat or self.user, viewer=self.user, after=after)
        return [one for one in there if one["from"]["is_bot"]]

    async def reads(self, contains: str, chat: int | None = None) -> str:
        """The newest words that hold these."""
        told = [words(one) for one in await self.seen(chat)]
        found = [one for one in told if contains in one]
        assert found, f"nothing with {contains!r} among {told[-6:]}"
        return found[-1]

    async def labels(self) -> list[str]:
        """Every button under what was seen since the mark."""
        return [button["text"] for one in await self.seen() for button in _buttons(one)]

    async def taps(self, *labels: str) -> None:
        """The newest button that begins so, one after the other; each is done before the next."""
        for label in labels:
            seen = await self.seen()
            found = [
                (one["message_id"], each) for one in seen for each in _buttons(one) if each["text"].startswith(label)
            ]
            there = [(words(one)[:80], [each["text"] for each in _buttons(one)]) for one in seen[-3:]]
            assert found, f"no button {label!r}: {there}"
            under, button = found[-1]
            await self.house.playground.press(self.user, self.user, under, data=button["callback_data"])
            await self.house.settled()

    async def is_told(self, label: str) -> str:
        """What Telegram shows in a little window after that tap."""
        seen = await self.seen()
        under, button = [(one, each) for one in seen for each in _buttons(one) if each["text"].startswith(label)][-1]
        play = self.house.playground
        tapped = await play.press(self.user, self.user, under["message_id"], data=button["callback_data"])
        told = await play.callback_answer(tapped)
        await self.house.settled()
        return str((told or {}).get("text", ""))

    async def writes(self, text: str, chat: int | None = None) -> None:
        await self.house.playground.send(self.user, chat or self.user, text)
        await self.house.settled()

    async def sends(self, kind: str, text: str = "", **file: Any) -> None:
        """A voice, a photo or a document."""
        await self.house.playground.send(self.user, self.user, text, kind=kind, **file)
        await self.house.settled()

    async def files(self, kind: str) -> list[str]:
        """What came since the mark of that kind, by the name Telegram gives the same file everywhere."""
        there = await self.house.playground.messages(self.user, viewer=self.user, after=self.mark)
        sizes = [one[kind] for one in there if kind in one and one["from"]["is_bot"]]
        return [(one[-1] if isinstance(one, list) else one)["file_unique_id"] for one in sizes]

    async def looks_anew(self) -> None:
        """Nothing from before is tapped or counted any more."""
        there = await self.house.playground.messages(self.user, viewer=self.user)
        self.mark = max((int(one["message_id"]) for one in there), default=0)

    async def opens(self, workflow: str) -> None:
        """The page of that cycle, by way of /coaching."""
        await self.looks_anew()
        await self.writes("/coaching")
        await self.taps(workflow)

    async def gives(self, *given: str) -> None:
        """Answers in their order: → a tap, 🎤 a voice, 📷 a photo with nobody in it, else words."""
        for one in given:
            if one.startswith("→"):
                await self.taps(one[1:])
            elif one == "🎤":
                await self.sends("voice")
            elif one == "📷":
                await self.sends("photo", "Hasil kerja murid")
                await self.taps("Tidak ada")
                if any(label.startswith("Jawab") for label in await self.labels()):
                    await self.taps("Jawab")
            else:
                await self.writes(one)

    async def does(self, workflow: str, *given: str) -> None:
        """Their part of the open step, from the first question to "done"."""
        await self.opens(workflow)
        if given:
            await self.taps("Jawab")
        await self.gives(*given)
        if not any(label.startswith("Bagian saya selesai") for label in await self.labels()):
            await self.opens(workflow)  # a question that need not be answered is left open
        await self.taps("Bagian saya selesai")

    async def promises(self, workflow: str, what: str) -> None:
        """One thing, by the first day that is offered."""
        await self.opens(workflow)
        await self.taps("Buat janji")
        await self.writes(what)
        asked = next(one for one in reversed(await self.seen()) if "Sampai kapan?" in words(one))
        await self.taps(_buttons(asked)[0]["text"])


def _buttons(message: Message) -> list[dict[str, Any]]:
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]


async def moved_in(
    house: House, roles: dict[str, str], *, kind: str = "supergroup", title: str = "SDN Melati 2"
) -> tuple[dict[str, Phone], int]:
    """A school of such people, who have all agreed and opened the private chat, and the chat of their group."""
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in roles}
    first, *others = ids.values()
    chat = await play.add_group(title, creator=first, members=others, kind=kind)
    await play.add_bot(chat, first, admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        school = School(name=title, zone="Asia/Jakarta", created_at=now)
        session.add(school)
        await session.flush()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state, group.school_id, group.set_up_at = "active", school.id, now
        for name, role in roles.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for user in ids.values():
        await play.start(user)
    await house.settled()
    return {name: Phone(house, user) for name, user in ids.items()}, chat
