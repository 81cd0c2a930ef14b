"""Photos of a meeting, from its members; each is asked about pupils first, and one with a pupil is not kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from coaching import meetings
from coaching.refusals import Gone
from coaching.rights import Meet
from community import roster
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from reports.papers import pictures
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, Draft, Upload, button, fetch
from storage.models import MeetingPhoto, Person
from storage.paper_files import PHOTO

CAME = "papers.photo_came"
MOST, ON_PAPER = 12, 8
Page = tuple[str, list[list[Button]]]


def name(number: int) -> str:
    """By which a paper names it."""
    return f"{PHOTO}{number}"


async def shown(session: Session, meeting_ids: Sequence[int]) -> list[int]:
    """Their numbers, at most ON_PAPER, in the order in which they came; of whoever agrees no more, none."""
    found = await session.scalars(
        select(MeetingPhoto.id)
        .join(Person, Person.id == MeetingPhoto.person_id)
        .where(among(session, MeetingPhoto.meeting_id, meeting_ids), Person.consented_at.is_not(None))
        .order_by(MeetingPhoto.id)
        .limit(ON_PAPER)
    )
    return list(found)


def _back(meeting_id: int, say: Texts) -> list[Button]:
    return [button(say.plain("papers.button.back"), f"mt:{meeting_id}")]


async def ask(session: Session, person: Person | None, meeting_id: int, say: Texts) -> Page:
    """Send them one by one. Raises NeedsConsent, Gone for a meeting of others, Refusal when there are enough."""
    await _mine(session, person, meeting_id)
    return say("papers.photo.ask"), [_back(meeting_id, say)]


async def _mine(session: Session, person: Person | None, meeting_id: int) -> Person:
    found = await meetings.take(session, person, meeting_id, Meet.SEE)
    there = await session.scalar(
        select(func.count()).select_from(MeetingPhoto).where(MeetingPhoto.meeting_id == meeting_id)
    )
    if (there or 0) >= MOST:
        raise Refusal("papers.photo.full", most=MOST)
    return found.person


async def sent(session: Session, person: Person | None, meeting_id: int, file: Upload) -> Draft:
    """One was sent: it is fetched and comes back as CAME. Raises as ask, Refusal for one that is too large."""
    who = await _mine(session, person, meeting_id)
    if file.size > pictures.MOST_BYTES:
        raise Refusal("papers.picture.too_large", kilobytes=pictures.MOST_BYTES // 1000)
    data = {"meeting": meeting_id}
    return fetch(file, CAME, user_id=who.tg_user_id or 0, then_data=data, most=pictures.MOST_BYTES)


async def came(
    session: Session, person: Person | None, meeting_id: int, answer: Mapping[str, Any], say: Texts
) -> Page:  # fmt: skip
    """It is here, among the attachments for some days; is there a pupil in it? Raises as ask."""
    who = await _mine(session, person, meeting_id)
    if not answer.get("ok"):
        return say("papers.picture.not_fetched"), [_back(meeting_id, say)]
    kept = await roster.file(session, who, str(answer["result"]["attachment"]))
    try:
        await pictures.photo(kept.content)
    except Refusal as refused:  # what is no picture goes at once, which raising would undo
        await roster.drop(session, kept)
        return say(refused.text_key, **refused.blanks), [_back(meeting_id, say)]
    about = f"pappup:{meeting_id}:{kept.digest[: roster.DIGEST]}"
    return say("papers.photo.pupils"), [
        [
            button(say.plain("papers.button.pupils"), f"{about}:1"),
            button(say.plain("papers.button.no_pupils"), f"{about}:0"),
        ]
    ]


async def answered(
    session: Session, person: Person | None, meeting_id: int, digest: str, shows: bool, say: Texts, now: datetime
) -> Page:
    """By who sent it: with a pupil in it, it is deleted. Raises as ask, Refusal once it is gone."""
    who = await _mine(session, person, meeting_id)
    kept = await roster.file(session, who, digest)
    await roster.drop(session, kept)
    if shows:
        return say("papers.photo.dropped"), [_back(meeting_id, say)]
    row = MeetingPhoto(meeting_id=meeting_id, person_id=who.id, content=await pictures.photo(kept.content), at=now)
    session.add(row)
    await session.flush()
    rows = [[button(say.plain("papers.button.drop_photo"), f"papfotodel:{row.id}")], _back(meeting_id, say)]
    return say("papers.photo.kept"), rows


async def drop(session: Session, person: Person | None, photo_id: int, say: Texts) -> Page:
    """By who sent it. Raises NeedsConsent, Gone."""
    if person is None:
        raise NeedsConsent
    mine = MeetingPhoto.id == photo_id, MeetingPhoto.person_id == person.id
    meeting_id = await session.scalar(select(MeetingPhoto.meeting_id).where(*mine))
    if meeting_id is None:
        raise Gone
    await session.execute(delete(MeetingPhoto).where(*mine).execution_options(synchronize_session=False))
    return say("papers.photo.dropped"), [_back(meeting_id, say)]
