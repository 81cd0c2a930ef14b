"""What a teacher asked, solved and shared in their groups' talk, beside their reflections: numbers, for them alone."""

from datetime import datetime, timedelta

from community.library import own
from community.library.own import Own
from content.texts import Texts
from learning.readers import listed
from storage.database import Session
from storage.models import Person

LATELY = timedelta(days=7)


async def lately(session: Session, person: Person | None, say: Texts, now: datetime) -> list[str]:
    """A line of Telegram HTML about the last LATELY, and none where there is nothing to tell."""
    if person is None:
        return []
    told = _told(await own.of_person(session, person, now - LATELY, now), say)
    return [say("journal.talk.lately", what=listed(told, say))] if told else []


def of_week(found: Own, say: Texts) -> list[str]:
    """The same of a week of the journal."""
    told = _told(found, say)
    return [say("journal.talk.week", what=listed(told, say))] if told else []


def _told(found: Own, say: Texts) -> list[str]:
    told = [say.plain("journal.talk.asked", n=found.asked, how=_how(found, say))] if found.asked else []
    told += [say.plain("journal.talk.shared", n=len(found.shared))] if found.shared else []
    return told + ([say.plain("journal.talk.solved", n=len(found.answers))] if found.answers else [])


def _how(found: Own, say: Texts) -> str:
    """What became of what was asked, in as few words as it takes."""
    key = "some" if found.answered and found.open else "none" if found.open else "all"
    return say.plain(f"journal.talk.{key}", answered=found.answered, open=found.open)
