"""Everything stored about one person, to be handed over or to be deleted (UU 27/2022, articles 7 and 8)."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from coaching import belongings as coached
from community import consent, conversation, people
from community.library import belongings as library
from content.texts import Texts
from learning import agenda_notes, belongings, guided, leaving, means_belongings, peer_belongings
from learning.surveys import belongings as surveyed
from reports import readable_copy, traces
from reports.papers import belongings as papers
from storage.database import Session
from storage.models import Attachment, ConversationState, Letter, Message, Person, Question, Reflection, Trial
from storage.outbox import attach


async def copy_of(session: Session, person: Person, fingerprint: str = "") -> dict[str, Any]:
    """All rooms' copies and what the post holds for the person, ready for JSON; what has no name by ``fingerprint``."""
    return {
        "community": await consent.copy_of(session, person),
        "conversation": await conversation.copy_of(session, person),
        "learning": await belongings.copy_of(session, person, fingerprint),
        "coaching": await coached.copy_of(session, person),
        "papers": await papers.copy_of(session, person),
        "post": await _post(session, person),
    }


async def _post(session: Session, person: Person) -> dict[str, Any]:
    """Letters to the person that still have their words, files made for them, where their conversation stands."""
    letters = await session.scalars(select(Letter).where(Letter.person_id == person.id).order_by(Letter.id))
    files = await session.execute(
        select(Attachment.name, Attachment.created_at).where(Attachment.person_id == person.id)
    )
    standing = await session.scalars(select(ConversationState).where(ConversationState.user_id == person.tg_user_id))
    return {
        "letters": [
            {"method": one.method, "params": one.params, "state": one.state, "created_at": one.created_at.isoformat()}
            for one in letters
        ],
        "files": [{"name": name, "created_at": made.isoformat()} for name, made in files],
        "conversation_states": [{"state": one.state, "data": one.data} for one in standing],
    }


async def copy_files(
    session: Session, user_id: int, say: Texts, zone: str, now: datetime, fingerprint: str = ""
) -> tuple[str, str] | None:
    """The copy as a page to read and as JSON among the attachments, by their digests; None when nothing is stored."""
    person = await people.known(session, user_id)
    if person is None:
        return None
    written = json.dumps(await copy_of(session, person, fingerprint), ensure_ascii=False, indent=2, default=str)
    page = readable_copy.page(json.loads(written), say, person.zone or zone, now)
    return (
        await attach(session, say.plain("mydata.file_name"), page.encode(), now, person.id),
        await attach(session, say.plain("reports.mine.file_name"), written.encode(), now, person.id),
    )


async def forget_user(session: Session, user_id: int, now: datetime, fingerprint: str = "") -> bool:
    """As forget, by Telegram id; False when nothing was stored."""
    person = await people.known(session, user_id)
    if person is None:
        return False
    await surveyed.forget_unnamed(session, fingerprint)
    await forget(session, person, now)
    return True


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Delete the person from every table, the waiting updates and letters of others that quote them included.

    Only what is nobody's stays: the group's daily count of messages, and a keyed fingerprint that keeps us
    from asking again. The caller must not use the person's row afterwards.
    """
    texts, prompts = await _texts(session, person), await leaving.counted_in(session, person)
    await belongings.forget(session, person, now)
    await coached.forget(session, person, now)
    await conversation.forget(session, person, now)
    await papers.forget(session, person, now)
    await traces.erase(session, person, texts, now)
    await consent.forget(session, person, now)
    await session.execute(delete(Person).where(Person.id == person.id).execution_options(synchronize_session=False))
    await leaving.tell_anew(session, prompts, now)


async def _texts(session: Session, person: Person) -> Sequence[str | None]:
    """What the person wrote, by which letters that quote it are recognised."""
    found: list[str | None] = []
    for column, owner in (
        (Message.text, Message.person_id),
        (Message.file_name, Message.person_id),
        (Reflection.text, Reflection.person_id),
        (Trial.pupils_did, Trial.person_id),
        (Question.text, Question.person_id),
    ):
        found += await session.scalars(select(column).where(owner == person.id, column.is_not(None)))
    found += await library.texts(session, person)
    found += await guided.texts(session, person)
    found += await agenda_notes.texts(session, person)
    found += await coached.texts(session, person)
    found += await surveyed.texts(session, person)
    found += await papers.texts(session, person)
    return [*found, *await peer_belongings.texts(session, person), *await means_belongings.texts(session, person)]
