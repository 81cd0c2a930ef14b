"""A phone that others use too: private words are shown by a tap, and are gone from the chat after ten minutes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from storage.database import WROTE_LETTERS, Session
from storage.letters import Draft, Policy
from storage.models import Letter, Person, Readiness

STAYS = timedelta(minutes=10)


async def is_shared(session: Session, person_id: int) -> bool:
    """The person said that others use their phone too."""
    phone = await session.scalar(select(Readiness.phone).where(Readiness.person_id == person_id))
    return phone == "shared"


def vanishing(drafts: Sequence[Draft], name: str, person: Person, now: datetime) -> list[Draft]:
    """The messages of one showing, each with the letter that deletes it. ``name`` must be the showing's own.

    A message that has a name already keeps it: it is found by it when somebody in it asks for deletion.
    """
    found: list[Draft] = []
    for number, draft in enumerate(drafts):
        showing = f"shown:{name}.{number}"
        key = draft.key or showing
        found.append(replace(draft, key=key, person_id=person.id))
        found.append(replace(_deletion(draft.chat_id, f"vanish:{showing}", person, now), edits=key))
    return found


def written(chat_id: int, message_id: int, name: str, person: Person, now: datetime) -> Draft:
    """Deletes what the teacher has just written in the private chat, later (Telegram lets bots do so within 48 h).

    A voice note or picture stays usable by its file id: bots may reuse files of messages that are gone.
    """
    draft = _deletion(chat_id, f"vanish:said:{name}.{message_id}", person, now)
    return replace(draft, params=draft.params | {"message_id": message_id})


def _deletion(chat_id: int | None, key: str, person: Person, now: datetime) -> Draft:
    params = {"chat_id": chat_id}
    return Draft(
        "deleteMessage", params, chat_id, key=key, policy=Policy.REPEAT, due_at=now + STAYS, person_id=person.id
    )


async def shut(session: Session, person: Person | None, name: str, now: datetime) -> None:
    """ "Tutup sekarang": one's own showing of that name is deleted at once; shut already, nothing happens."""
    if person is None:
        return
    brought_forward = (
        update(Letter)
        .where(
            Letter.key.startswith(f"vanish:shown:{name}.", autoescape=True), Letter.person_id == person.id,
            Letter.state == "pending",
        )
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    await session.execute(brought_forward)
    session.info[WROTE_LETTERS] = True
