"""Files of packs that Telegram has already: sent again by its id instead of being uploaded again."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Session, insert
from storage.models import MediaFile


async def known(session: Session, digest: str, kind: str) -> str | None:
    """Telegram's id of the file with these bytes (SHA-256 in hex) as a photo, document, audio or video."""
    return await session.scalar(select(MediaFile.file_id).where(MediaFile.digest == digest, MediaFile.kind == kind))


async def keep(session: Session, digest: str, kind: str, file_id: str, now: datetime) -> None:
    """Telegram has it; the newest id stands."""
    row = {"digest": digest, "kind": kind, "file_id": file_id, "kept_at": now}
    statement = insert(session, MediaFile).values(row)
    newest = {name: statement.excluded[name] for name in ("file_id", "kept_at")}
    await session.execute(statement.on_conflict_do_update(index_elements=["digest", "kind"], set_=newest))


async def drop(session: Session, digest: str, kind: str) -> bool:
    """Telegram no longer takes the id. True when there was one."""
    gone = delete(MediaFile).where(MediaFile.digest == digest, MediaFile.kind == kind).returning(MediaFile.file_id)
    return await session.scalar(gone.execution_options(synchronize_session=False)) is not None
