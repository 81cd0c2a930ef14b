"""What papers keep of a person: to be handed over, or to be deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage import outbox
from storage.database import Session
from storage.models import Letter, Letterhead, MeetingPaper, MeetingPhoto, Membership, Person, Signature

FIRST = "paper"  # the key of every letter with a paper of a group begins with it


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """How they sign, letterheads they brought, place and number they wrote for meetings, photos they sent."""
    signs = await session.get(Signature, person.id)
    heads = await session.scalars(select(Letterhead).where(Letterhead.person_id == person.id))
    wrote = await session.scalars(select(MeetingPaper).where(MeetingPaper.person_id == person.id))
    photos = await session.execute(
        select(MeetingPhoto.meeting_id, MeetingPhoto.at)
        .where(MeetingPhoto.person_id == person.id)
        .order_by(MeetingPhoto.id)
    )
    return {
        "signature": None if signs is None else {
            "name": signs.name, "role": signs.role, "nip": signs.nip, "place": signs.place, "at": signs.at.isoformat(),
        },
        "letterheads": [
            {"group": one.group_id, "lines": one.lines, "picture": one.picture is not None, "at": one.at.isoformat()}
            for one in heads
        ],
        "meeting_papers": [{"meeting": one.meeting_id, "place": one.place, "number": one.number} for one in wrote],
        "meeting_photos": [{"meeting": meeting, "at": at.isoformat()} for meeting, at in photos],
    }  # fmt: skip


async def texts(session: Session, person: Person) -> list[str]:
    """What they typed here, by which a letter that says it is recognised."""
    signs = await session.get(Signature, person.id)
    return [one for one in (signs.name, signs.nip) if one] if signs is not None else []


async def forget(session: Session, person: Person, now: datetime) -> None:
    """All of it goes, what they typed for meetings too, and so do papers of their groups that are on their way."""
    theirs = select(Membership.group_id).where(Membership.person_id == person.id)
    about = Letter.key.startswith(f"{FIRST}:") & Letter.group_id.in_(theirs)
    await outbox.blank(session, about, now)
    for table in (Signature, Letterhead, MeetingPhoto):
        gone = delete(table).where(table.person_id == person.id)
        await session.execute(gone.execution_options(synchronize_session=False))
    typed = update(MeetingPaper).where(MeetingPaper.person_id == person.id)
    nothing = typed.values(person_id=None, place=None, number=None)
    await session.execute(nothing.execution_options(synchronize_session=False))
