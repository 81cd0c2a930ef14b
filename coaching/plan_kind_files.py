"""A school's catalogue as a file: fetched, checked by line, kept as a whole or not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from coaching import plan_kind_pages, plan_kinds
from coaching.pages import Page
from community import roster
from community.refusals import Refusal
from content.plans import MOST_BYTES
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, Upload, fetch
from storage.models import Person

CAME = "coaching.plan_kinds_came"


async def sent(session: Session, person: Person | None, school_id: int, file: Upload) -> Draft:
    """A file was sent: it is fetched, and comes back as CAME. Raises NeedsConsent, NotAllowed, Refusal."""
    by = await plan_kinds.require(session, person, school_id)
    if file.size > MOST_BYTES:
        raise Refusal("plans.kind.file_too_big", kilobytes=MOST_BYTES // 1000)
    return fetch(file, CAME, user_id=by.tg_user_id or 0, then_data={"school": school_id}, most=MOST_BYTES)


async def came(
    session: Session, person: Person | None, school_id: int, answer: Mapping[str, Any], say: Texts, now: datetime
) -> Page:
    """The file is here: its kinds are kept, or everything that is wrong is named by its line. Raises as sent."""
    by = await plan_kinds.require(session, person, school_id)
    if not answer.get("ok"):
        return say("plans.sheet.not_fetched"), []
    kept = await roster.file(session, by, str(answer["result"]["attachment"]))
    try:
        made = await plan_kinds.bring(session, by, school_id, kept.content, kept.name, say, now)
    except Refusal as refused:  # a file that is no catalogue is not kept either, which raising would undo
        await roster.drop(session, kept)
        return say(refused.text_key, **refused.blanks), []
    await roster.drop(session, kept)
    note = say("plans.kind.brought", n=len(made))
    return await plan_kind_pages.catalogue(session, by, school_id, say, note)
