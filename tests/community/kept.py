"""Messages that a test stores as rows, counted as the assistant counts what it hears."""

from sqlalchemy import select

from community.daily_counts import Changes
from storage.database import Session
from storage.models import Group, Message


async def kept(session: Session, *rows: Message) -> None:
    """Stored, and in the daily counts."""
    session.add_all(rows)
    await session.flush()
    changes = Changes()
    for row in rows:
        zone = await session.scalar(select(Group.zone).where(Group.id == row.group_id))
        place = (Message.chat_id == row.chat_id, Message.tg_message_id == row.reply_to)
        to_id = await session.scalar(select(Message.person_id).where(*place)) if row.reply_to else None
        told = {column.name: getattr(row, column.name) for column in Message.__table__.columns}
        changes.recorded(told, to_id or row.person_id, str(zone))
    await changes.write(session)
