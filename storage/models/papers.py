"""What papers need beside what is stored anyway: letterheads, signatures, pictures, place and number of a meeting."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Letterhead(Base):
    """The kop surat of a group, brought once: lines that were typed, or a picture. It goes with who brought it."""

    __tablename__ = "letterheads"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    lines: Mapped[str | None] = mapped_column(Text)  # one below the other; the first is the largest
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)  # PNG of ours, without what a camera writes into one
    at: Mapped[datetime]


class Signature(Base):
    """How somebody signs papers; kept because they said so."""

    __tablename__ = "signatures"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(80))
    nip: Mapped[str | None] = mapped_column(String(18))
    place: Mapped[str | None] = mapped_column(String(60))  # that stands before the date
    at: Mapped[datetime]


class MeetingPaper(Base):
    """What the papers of one meeting say that the meeting itself need not: where, and the number of the invitation."""

    __tablename__ = "meeting_papers"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)  # the last
    place: Mapped[str | None] = mapped_column(String(120))
    number: Mapped[str | None] = mapped_column(String(60))


class MeetingPhoto(Base):
    """A photo of a meeting; whoever sent it has said that no pupil can be recognised in it, else it is not kept."""

    __tablename__ = "meeting_photos"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JPEG of ours, without place and camera
    at: Mapped[datetime]


__all__ = ["Letterhead", "MeetingPaper", "MeetingPhoto", "Signature"]
