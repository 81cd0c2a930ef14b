"""Scores of tests and observations from a sheet, in the chat: every mistake by its cell, else the two groups compared.

The sheet is the one of `sejawat evaluate`, read in the same way. It is thrown away once it has been read.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from community import people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from content.texts import Texts
from reports.evaluation import sheet
from reports.evaluation.sheet import BadScores, Scale
from reports.evaluation.values import CannotEvaluate, NeedsResearch
from storage.database import Session
from storage.letters import MOST_FETCHED, Draft, Upload, document, fetch, message
from storage.models import Attachment, Person
from storage.outbox import attach

CAME = "surveys.scores_came"
_SHOWN = 3_000  # characters of a list of mistakes, or of what was found


@dataclass(frozen=True, slots=True)
class _Read:
    """What a sheet came to: words, and a workbook where there is something to calculate further with."""

    lines: Sequence[str]
    workbook: bytes | None = None


async def _leader(session: Session, person: Person | None) -> Person:
    """Whoever may open surveys somewhere may compare scores. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    if not await people.groups_of(session, person.id, rights.ALLOWED[Action.SURVEY]):
        raise NotAllowed
    return person


async def begin(session: Session, person: Person | None, chat_id: int, say: Texts, now: datetime) -> list[Draft]:
    """How to send a sheet, and an empty one. Raises NeedsConsent, NotAllowed."""
    person = await _leader(session, person)
    name = say.plain("surveys.scores.file_name")
    digest = await attach(session, name, sheet.template(say), now, person.id)
    return [message(chat_id, say("surveys.scores.ask")), document(chat_id, digest)]


async def sent(session: Session, person: Person | None, file: Upload) -> Draft:
    """It is fetched. Raises NeedsConsent, NotAllowed, and Refusal for one that is too large."""
    person = await _leader(session, person)
    if file.size > MOST_FETCHED or person.tg_user_id is None:
        raise Refusal("evaluation.sheet.too_big")
    return fetch(file, CAME, user_id=person.tg_user_id)


async def came(
    session: Session, person: Person | None, answer: dict[str, Any], chat_id: int, say: Texts, now: datetime
) -> list[Draft]:
    """What is in it. Raises NeedsConsent, NotAllowed."""
    person = await _leader(session, person)
    digest = str(answer["result"]["attachment"]) if answer.get("ok") else ""
    query = select(Attachment).where(Attachment.digest == digest, Attachment.person_id == person.id)
    kept = await session.scalar(query)
    if kept is None:
        return [message(chat_id, say("surveys.scores.not_fetched"))]
    read = await asyncio.to_thread(_read, kept.content, say)  # off the loop: it may take a second
    await session.execute(delete(Attachment).where(Attachment.digest == digest, Attachment.person_id == person.id))
    drafts = [message(chat_id, say("surveys.scores.read", words="\n".join(shown(read.lines, say))))]
    if read.workbook is not None:
        made = await attach(session, say.plain("surveys.scores.result_name"), read.workbook, now, person.id)
        drafts.append(document(chat_id, made))
    return drafts


def _read(content: bytes, say: Texts) -> _Read:
    try:
        study = sheet.read(content, say, Scale())
    except BadScores as bad:
        return _Read([say.plain("surveys.scores.wrong"), *bad.problems])
    except CannotEvaluate as cannot:
        return _Read([_cannot(cannot, say)])
    from reports.evaluation.figures import evaluate  # numpy and SciPy: only when there is something to calculate
    from reports.evaluation.sentences import attrition, limits, reading
    from reports.evaluation.workbook import workbook

    try:
        found = evaluate(study)
    except CannotEvaluate as cannot:
        return _Read([_cannot(cannot, say)])
    except NeedsResearch:
        return _Read([say.plain("surveys.scores.research")])
    return _Read([*reading(found, say), *attrition(found, say), *limits(found, say)], workbook(found, say))


def _cannot(cannot: CannotEvaluate, say: Texts) -> str:
    if cannot.text_key == "evaluation.cannot.which_arm":
        return say.plain("surveys.scores.which_arm", **cannot.blanks)
    return say.plain(cannot.text_key, **cannot.blanks)


def shown(lines: Sequence[str], say: Texts) -> list[str]:
    """As far as a message holds them, and how many more there are."""
    found: list[str] = []
    for line in lines:
        if sum(len(one) + 1 for one in found) + len(line) > _SHOWN:
            return [*found, say.plain("evaluation.command.more", n=len(lines) - len(found))]
        found.append(line)
    return found
