"""A group of invented people with something to report, written row by row."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from community.roles import Role
from storage.database import Session
from storage.models import (
    Delivery,
    Enrolment,
    Group,
    GroupChat,
    Membership,
    Message,
    MessageCount,
    Person,
    Question,
    Reflection,
    Trial,
)
from tests.community.kept import kept

ZONE = "Asia/Jakarta"


def wall(text: str, zone: str = ZONE) -> datetime:
    """`2026-11-18 15:30` on the wall in the zone, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


JOINED = wall("2026-10-01 08:00")


@dataclass
class Cast:
    """The rows of one group, and how to add what its people do."""

    session: Session
    group: Group
    chat: GroupChat
    people: dict[str, Person] = field(default_factory=dict)
    written: int = 0
    enrolment: Enrolment | None = None

    async def joins(
        self, name: str, *roles: Role, agreed: bool = True, at: datetime = JOINED, address: str | None = "ibu"
    ) -> Person:
        number = 7_000_000_001 + len(self.people) + 100 * self.group.id
        person = Person(
            tg_user_id=number, name=name, address=address, language="id", consented_at=at if agreed else None,
            reachable=True, created_at=at,
        )  # fmt: skip
        self.session.add(person)
        await self.session.flush()
        for role in roles:
            self.session.add(Membership(person_id=person.id, group_id=self.group.id, role=role, since=at))
        await self.session.flush()
        self.people[name] = person
        return person

    async def says(
        self, name: str, label: str, at: datetime, *, text: str | None = "Ini pesan", **more: object
    ) -> Message:
        self.written += 1
        values: dict[str, object] = {
            "kind": "text", "confidence": 0.9, "reason": "tagging.asks_for_help", "source": "rule", "evidence": "minta",
        } | more  # fmt: skip
        row = Message(
            group_id=self.group.id, chat_id=self.chat.id, tg_message_id=self.written, sent_at=at, text=text,
            person_id=self.people[name].id, label=label, **values,
        )  # fmt: skip
        await kept(self.session, row)
        return row

    async def counts(self, day: date, messages: int) -> None:
        self.session.add(MessageCount(group_id=self.group.id, day=day, messages=messages))
        await self.session.flush()

    async def prompt(self, at: datetime) -> Delivery:
        if self.enrolment is None:
            self.enrolment = Enrolment(group_id=self.group.id, pack="awal", version=1, started_at=at)
            self.session.add(self.enrolment)
            await self.session.flush()
        row = Delivery(
            group_id=self.group.id, enrolment_id=self.enrolment.id, version=1, pack="awal", day=at.date(),
            lesson=f"{at:%Y%m%d}-{self.group.id}", due_at=at,
            letter_key=f"prompt:{self.group.id}:{at:%Y%m%d}", delivered_at=at,
        )  # fmt: skip
        self.session.add(row)
        await self.session.flush()
        return row

    async def tries(self, name: str, prompt: Delivery, at: datetime, pupils_did: str | None = None) -> None:
        person = self.people[name]
        self.session.add(Trial(delivery_id=prompt.id, person_id=person.id, at=at, pupils_did=pupils_did))
        await self.session.flush()

    async def reflects(
        self,
        name: str,
        prompt: Delivery,
        at: datetime,
        text: str | None = "Murid berani bertanya.",
        audience: str = "coach",
    ) -> None:
        row = Reflection(
            delivery_id=prompt.id, person_id=self.people[name].id, audience=audience, created_at=at, text=text,
            medium="text" if text else "voice", seconds=None if text else 21,
        )  # fmt: skip
        self.session.add(row)
        await self.session.flush()

    async def asks(self, name: str, prompt: Delivery, at: datetime, text: str, audience: str = "coach") -> None:
        row = Question(
            delivery_id=prompt.id, person_id=self.people[name].id, audience=audience, text=text, created_at=at
        )
        self.session.add(row)
        await self.session.flush()


async def cast(session: Session, title: str = "KKG Melati", tg_chat_id: int = -1001, zone: str = ZONE) -> Cast:
    """Sari, Budi and Wati teach; Rini has not agreed; Bu Ratna is coach and principal; Pak Hendra facilitates."""
    group = Group(title=title, state="active", zone=zone, added_at=JOINED, set_up_at=JOINED)
    session.add(group)
    await session.flush()
    chat = GroupChat(tg_chat_id=tg_chat_id, group_id=group.id)
    session.add(chat)
    await session.flush()
    school = Cast(session, group, chat)
    for name in ("Sari", "Budi", "Wati"):
        await school.joins(name, Role.TEACHER, address="bapak" if name == "Budi" else "ibu")
    await school.joins("Rini", Role.TEACHER, agreed=False)
    await school.joins("Ratna", Role.COACH, Role.PRINCIPAL)
    await school.joins("Hendra", Role.FACILITATOR, address="bapak")
    await school.joins("Tamu", address=None)
    return school


def days(first: str, number: int, at: str = "06:30") -> list[datetime]:
    """That wall time on a day and the ones after it."""
    start = wall(f"{first} {at}")
    return [start + timedelta(days=ahead) for ahead in range(number)]
