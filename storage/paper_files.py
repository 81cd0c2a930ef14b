"""Pictures of papers by the names that letters carry: the letterhead of a group, photos of a meeting."""

from collections.abc import Collection

from sqlalchemy import select

from storage.database import Session
from storage.models import Letterhead, MeetingPhoto

LETTERHEAD, PHOTO = "k", "f"  # before the number of its group, or its own


async def pictures(session: Session, names: Collection[str]) -> dict[str, bytes]:
    """Their bytes by name; whatever was deleted meanwhile is missing."""
    groups, photos = _numbers(names, LETTERHEAD), _numbers(names, PHOTO)
    found: dict[str, bytes] = {}
    if groups:
        heads = select(Letterhead.group_id, Letterhead.picture).where(Letterhead.group_id.in_(groups))
        found |= {f"{LETTERHEAD}{number}": content for number, content in await session.execute(heads) if content}
    if photos:
        shown = select(MeetingPhoto.id, MeetingPhoto.content).where(MeetingPhoto.id.in_(photos))
        found |= {f"{PHOTO}{number}": content for number, content in await session.execute(shown)}
    return found


def _numbers(names: Collection[str], kind: str) -> list[int]:
    return [int(name[1:]) for name in names if name[:1] == kind and name[1:].isdecimal()]
