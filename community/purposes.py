"""What somebody lets their data be used for beyond the consent: each a yes of its own, no until it is said."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from content.texts import Texts
from storage.database import Session, insert
from storage.letters import Button, button
from storage.models import Person, Purpose

RECORDS, STUDY, WORDS = PURPOSES = ("records", "study", "words")
"""Learning records to other systems; figures for research; the words of one's reflections for research.

The last two go under a pseudonym, as the first does.
"""
TEXT_VERSION = "1"  # of the three sentences; goes up with every change of meaning


def who_agreed(purpose: str) -> Select[int]:
    """The ids of those who said yes to it and whose consent stands."""
    return (
        select(Purpose.person_id)
        .join(Person, Person.id == Purpose.person_id)
        .where(Purpose.purpose == purpose, Purpose.agreed, Person.consented_at.is_not(None))
    )


async def agreed(session: Session, person: Person) -> set[str]:
    """What the person has said yes to; nothing without a consent that stands."""
    if person.consented_at is None:
        return set()
    query = select(Purpose.purpose).where(Purpose.person_id == person.id, Purpose.agreed)
    return set(await session.scalars(query))


async def answer(session: Session, person: Person, purpose: str, yes: bool, now: datetime) -> None:
    """The person says yes or no to one purpose. A purpose nobody knows, and one without consent, changes nothing.

    Words mean nothing without the figures they belong to: no to the study is no to the words, and the words
    bring the study along.
    """
    if purpose not in PURPOSES or person.consented_at is None:
        return
    also = {(STUDY, False): [WORDS], (WORDS, True): [STUDY]}.get((purpose, yes), [])
    for one in (purpose, *also):
        row = {"person_id": person.id, "purpose": one, "agreed": yes, "text_version": TEXT_VERSION, "at": now}
        changed = {"agreed": yes, "text_version": TEXT_VERSION, "at": now}
        await session.execute(
            insert(session, Purpose)
            .values(row)
            .on_conflict_do_update(index_elements=["person_id", "purpose"], set_=changed)
            .execution_options(populate_existing=True)
        )


async def buttons(session: Session, person: Person, say: Texts) -> list[list[Button]]:
    """One button for each purpose: how it stands, and a tap to change it. It carries what it will become."""
    standing = await agreed(session, person)
    return [
        [
            button(
                say.plain(f"purposes.{'is' if one in standing else 'not'}", what=say.plain(f"purposes.short.{one}")),
                f"purpose:{one}:{'no' if one in standing else 'yes'}",
            )
        ]
        for one in PURPOSES
    ]


async def withdraw(session: Session, person: Person, now: datetime) -> None:
    """The consent is taken back, and every further yes with it."""
    taken = update(Purpose).where(Purpose.person_id == person.id, Purpose.agreed)
    await session.execute(taken.values(agreed=False, at=now).execution_options(synchronize_session=False))


async def copy_of(session: Session, person: Person) -> list[dict[str, Any]]:
    """Every answer as plain JSON."""
    rows = await session.scalars(select(Purpose).where(Purpose.person_id == person.id).order_by(Purpose.id))
    return [
        {"purpose": one.purpose, "agreed": one.agreed, "text_version": one.text_version, "at": one.at.isoformat()}
        for one in rows
    ]


async def forget(session: Session, person: Person) -> None:
    await session.execute(delete(Purpose).where(Purpose.person_id == person.id))
