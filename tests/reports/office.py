"""A school with something to write down: a meeting that was held, one to come, an observation, a month."""

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from community.roles import Role
from content.texts import Texts
from reports.papers import desk
from reports.papers.making import Desk, Made
from storage import paper_files
from storage.database import Database, Session
from storage.models import (
    CoachingSession,
    Delivery,
    Enrolment,
    Meeting,
    MeetingAttendance,
    MeetingPaper,
    MeetingPhoto,
    Message,
    Person,
    Reflection,
)
from tests.coaching.cast import Coached, coached, wall
from tests.community.cast import somebody
from tests.community.kept import kept

SAY = Texts("id")
NOW = wall("2026-11-27T15:00")
HELD, COMING = wall("2026-11-26T13:30"), wall("2026-12-03T13:30")
AGENDA = "Membuka dengan satu karya murid\n- Menakar air: apa yang sudah dicoba\nRencana pekan depan"
MINUTES = """Empat kelas sudah mencoba menakar dengan gelas bekas.
Pembahasan:
1. Murid kelas 4 ramai saat menakar, lalu dibagi berpasangan.
2. LKPD perlu gambar yang lebih besar.
Keputusan: LKPD dipakai bersama mulai pekan depan
Satu kelas diamati rekan.
Tindak lanjut:
Perbaiki gambar LKPD - Sari - 1 Desember 2026
Siapkan gelas ukur - Dewi"""


def photo(words: str = "papan tulis", size: tuple[int, int] = (900, 600)) -> bytes:
    """A picture with something on it."""
    picture, into = Image.new("RGB", size, (210, 222, 214)), io.BytesIO()
    ImageDraw.Draw(picture).text((40, 40), words, fill=(20, 60, 60), font_size=64)
    picture.save(into, "JPEG")
    return into.getvalue()


@dataclass
class Office:
    """The people, the meetings, and how to have a paper made."""

    session: Session
    cast: Coached
    held: Meeting
    coming: Meeting
    said: dict[str, Any] = field(default_factory=dict)

    def of(
        self, person: Person, said: Mapping[str, Any] | None = None, now: datetime = NOW, language: str = "id"
    ) -> Desk:
        return Desk(self.session, person, Texts(language), now, said)

    async def made(self, kind: str, number: int, month: int = 0, **how: Any) -> Made:
        """By the facilitator, unless somebody else is named."""
        who = how.pop("by", self.cast.faisal)
        return await desk.made(self.of(who, **how), desk.subject(kind, number, month))

    async def pictures(self, made: Made) -> dict[str, bytes]:
        return await paper_files.pictures(self.session, made.paper.pictures)


@asynccontextmanager
async def office(database: Database) -> AsyncIterator[Office]:
    async with database.writing() as session:
        cast = await coached(session)
        them = {"group_id": cast.group.id, "planned_by": cast.faisal.id, "created_at": NOW - timedelta(days=20)}
        held = Meeting(
            starts_at=HELD, state="held", leader_id=cast.dewi.id, leader_agreed_at=NOW - timedelta(days=9),
            agenda=AGENDA, minutes=MINUTES, minutes_by=cast.sari.id, ended_at=HELD + timedelta(hours=1), **them,
        )  # fmt: skip
        coming = Meeting(starts_at=COMING, state="planned", agenda="Melihat LKPD yang baru", **them)
        session.add_all([held, coming])
        await session.flush()
        for who in (cast.sari, cast.dewi, cast.faisal):
            session.add(MeetingAttendance(meeting_id=held.id, person_id=who.id, present=True))
        session.add(MeetingAttendance(meeting_id=held.id, person_id=cast.hendra.id, present=False))
        session.add(MeetingPaper(meeting_id=held.id, person_id=cast.faisal.id, place="Ruang guru SDN Melati 2"))
        await session.flush()
        yield Office(session, cast, held, coming)


async def busy_month(here: Office) -> None:
    """Lessons, reflections, talk and visits of November."""
    session, cast, group = here.session, here.cast, here.cast.group
    enrolled = Enrolment(group_id=group.id, pack="alat-digital", version=1, position=2, started_at=HELD)
    session.add(enrolled)
    await session.flush()
    for day in (23, 24):
        at = wall(f"2026-11-{day}T06:30")
        prompt = Delivery(
            group_id=group.id, enrolment_id=enrolled.id, pack="alat-digital", version=1, lesson=f"l{day}", minutes=10,
            day=at.date(), due_at=at, letter_key=f"p{day}", delivered_at=at,
        )  # fmt: skip
        session.add(prompt)
        await session.flush()
        session.add(
            Reflection(
                delivery_id=prompt.id, person_id=cast.sari.id, kind="free", audience="me", medium="text",
                text="Rahasia Sari", created_at=at + timedelta(hours=8),
            )
        )  # fmt: skip
    for number in range(40):
        said = Message(
            group_id=group.id, chat_id=1, tg_message_id=number, sent_at=HELD - timedelta(hours=number), text="Rahasia",
            person_id=cast.dewi.id, label="resource" if number % 4 else "motivation", kind="text", confidence=0.9,
            reason="tagging.other", source="rule",
        )  # fmt: skip
        await kept(session, said)
    for state, minutes in (("held", 60), ("held", 15), ("cancelled", 15)):
        session.add(
            CoachingSession(
                group_id=group.id, state=state, minutes=minutes, starts_at=HELD - timedelta(days=3), created_at=NOW,
            )
        )  # fmt: skip
    await session.flush()


async def crowd(here: Office, many: int) -> None:
    """So many more members, with names that are hard to print."""
    names = (
        "Nur 🌸 Aini",
        "محمد فاضل",
        "Raden Roro Sulistyaningsih Kusumawardhani Prawirodirdjo, S.Pd.SD., M.Pd.",
        "Đỗ Thị",
    )
    for number in range(many):
        name = f"{names[number % 4]} {number}"
        await somebody(here.session, name, 5000 + number, group=here.cast.group, roles=(Role.TEACHER,))
    await here.session.flush()


async def add_photo(here: Office, by: Person, content: bytes) -> int:
    row = MeetingPhoto(meeting_id=here.held.id, person_id=by.id, content=content, at=NOW)
    here.session.add(row)
    await here.session.flush()
    return row.id


async def all_of(session: Session, table: Any) -> list[Any]:
    return list(await session.scalars(select(table)))
