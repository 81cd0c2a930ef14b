"""A teacher's words in the group: sent as a reply to the prompt, changed and taken back with the note."""

from datetime import datetime

from sqlalchemy import null, select, update

from community import groups, people
from community.notes import Note, shown
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, Draft, Lane, Policy, button
from storage.models import Delivery, Group, Letter, Person
from storage.outbox import post

_SENDS = ("sendMessage", "sendVoice", "sendPhoto", "sendDocument", "sendVideo", "sendAudio")


async def to_group(
    session: Session,
    heading: str,
    key: str,
    note: Note,
    person: Person,
    delivery: Delivery,
    group: Group,
    now: datetime,
    *,
    name: str | None = None,
) -> str:
    """Say it in the teacher's name under the prompt; gives the letter's key, which begins with ``key``.

    ``name``: what stands there instead of how the teacher is called.
    """
    say = Texts(group.language)
    chat_id = await groups.current_chat(session, group.id)
    # After the group has moved, the prompt's number means nothing in the new chat.
    reply_to = delivery.tg_message_id if delivery.tg_chat_id == chat_id else None
    draft = shown(
        note, chat_id, say, say(heading, name=name or people.display(person, say)), reply_to=reply_to,
        buttons=_ways_to_answer(key, say),
        key=f"{key}@{int(now.timestamp() * 1000)}", person_id=person.id, group_id=group.id, lane=Lane.REPLY,
    )  # fmt: skip
    await post(session, draft, now)
    return draft.key


def _ways_to_answer(key: str, say: Texts) -> list[list[Button]] | None:
    """Under a reflection, the button for colleagues; by it a reply is known, too."""
    kind, _, number = key.partition("@")[0].partition(":")
    return [[button(say.plain("peers.button.give"), f"fb:r{number}")]] if kind == "reflection" else None


async def take_back(session: Session, key: str, now: datetime) -> None:
    """What was said under ``key`` goes: not sent if it waits, deleted if it was (Telegram: within 48 h)."""
    said = await session.scalars(
        select(Letter).where(Letter.key.startswith(f"{key}@", autoescape=True), Letter.method.in_(_SENDS))
    )
    for letter in said.all():
        never = await session.scalar(
            update(Letter)
            .where(Letter.id == letter.id, Letter.state == "pending")
            .values(state="dropped", error="taken back", params=null(), finished_at=now)
            .returning(Letter.id)
            .execution_options(synchronize_session=False)
        )
        if never is None and letter.state != "dropped":
            draft = Draft(
                "deleteMessage", {"chat_id": letter.chat_id}, letter.chat_id, edits=letter.key,
                key=f"back:{letter.key}", policy=Policy.REPEAT, person_id=letter.person_id, group_id=letter.group_id,
            )  # fmt: skip
            await post(session, draft, now)
