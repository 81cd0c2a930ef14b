"""A school's own workflow: a file, checked like the house's, offered in the groups of that school until withdrawn."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from coaching import needs, workflows
from coaching.pages import Page
from coaching.refusals import Gone
from coaching.rights import BRINGS
from community import people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import workflows as files
from content.marked import Problem
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Button, Draft, Upload, button, fetch
from storage.models import Attachment, Person, School, WorkflowVersion

CAME = "coaching.workflow_came"
MOST_BYTES = 64_000
MOST = 20  # of one school that are offered at a time
SHOWN = 10  # mistakes that are named


async def schools(session: Session, person: Person | None) -> list[School]:
    """The schools whose workflows this person looks after. Raises NeedsConsent."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, BRINGS)
    numbers = {group.school_id for group in groups if group.school_id is not None}
    found = await session.scalars(select(School).where(School.id.in_(numbers)).order_by(School.name, School.id))
    return list(found)


async def of_school(session: Session, person: Person | None, school_id: int) -> School:
    """One of them. Raises NeedsConsent, NotAllowed for a foreign one: nobody learns whether it exists."""
    found = next((one for one in await schools(session, person) if one.id == school_id), None)
    if found is None:
        raise NotAllowed
    return found


async def offered(session: Session, school: School) -> Sequence[WorkflowVersion]:
    """What the school has brought and not withdrawn, the oldest first."""
    found = await session.scalars(
        select(WorkflowVersion)
        .where(WorkflowVersion.school_id == school.id, WorkflowVersion.offered.is_(True))
        .order_by(WorkflowVersion.created_at, WorkflowVersion.id)
    )
    return found.all()


async def sent(session: Session, person: Person | None, school_id: int, file: Upload) -> Draft:
    """A file was sent: it is fetched, and comes back as CAME. Raises NeedsConsent, NotAllowed, Refusal."""
    if person is None:
        raise NeedsConsent
    await of_school(session, person, school_id)
    if file.size > MOST_BYTES:
        raise Refusal("own_workflows.too_big", kilobytes=MOST_BYTES // 1000)
    data = {"school": school_id}
    return fetch(file, CAME, user_id=person.tg_user_id or 0, then_data=data, most=MOST_BYTES)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at: the workflow, or what is wrong."""

    workflow: Workflow | None
    problems: list[Problem]


def checked(name: str, content: bytes, beside: Sequence[str], language: str) -> Checked:
    """The file checked as `sejawat content check` does. Takes some tenths of a second: call it in a thread."""
    wrong: list[Problem] = []
    found = files.examine_bytes(name[:60] or "alur.yaml", content, wrong, Texts(language), beside)
    return Checked(found, wrong)


async def came(
    session: Session, person: Person | None, answer: dict[str, Any], school_id: int, say: Texts, now: datetime
) -> Page:
    """The file is here: it is refused with line and reason, or offered from now on. Raises NeedsConsent, NotAllowed."""
    if person is None:
        raise NeedsConsent
    school = await of_school(session, person, school_id)
    kept = await _fetched(session, answer)
    if kept is None or len(kept.content) > MOST_BYTES:
        raise Refusal("own_workflows.not_fetched", kilobytes=MOST_BYTES // 1000)
    here = [row.workflow for row in await offered(session, school)]
    name, content = kept.name, kept.content
    await session.delete(kept)
    looked = await asyncio.to_thread(checked, name, content, here, say.language)
    if looked.workflow is None:
        return _wrong(looked.problems, say), [[_back(say, school)]]
    foreign = needs.unknown([need for step in looked.workflow.steps for need in step.needs])
    if foreign:
        raise Refusal("own_workflows.unknown_need", need=", ".join(foreign))
    await keep(session, school, looked.workflow, person.id, now)
    title = looked.workflow.title.of(say.language)
    note = say("own_workflows.kept", title=title, n=len(looked.workflow.steps), school=school.name)
    return await page(session, person, school.id, say, note)


async def _fetched(session: Session, answer: dict[str, Any]) -> Attachment | None:
    digest = str((answer.get("result") or {}).get("attachment", "")) if answer.get("ok") else ""
    return await session.scalar(select(Attachment).where(Attachment.digest == digest)) if digest else None


def _wrong(problems: Sequence[Problem], say: Texts) -> str:
    lines = [say("own_workflows.problem", line=one.line, words=one.words[:300]) for one in problems[:SHOWN]]
    more = [say("own_workflows.more", n=len(problems) - SHOWN)] if len(problems) > SHOWN else []
    return "\n".join([say("own_workflows.wrong"), *lines, *more])


async def keep(session: Session, school: School, workflow: Workflow, person_id: int, now: datetime) -> None:
    """The school's workflow of that id is this one now; cycles that run keep theirs. Raises Refusal when full."""
    before = [row for row in await offered(session, school) if row.workflow != workflow.id]
    if len(before) >= MOST:
        raise Refusal("own_workflows.full", most=MOST)
    await session.execute(
        update(WorkflowVersion)
        .where(WorkflowVersion.school_id == school.id, WorkflowVersion.workflow == workflow.id)
        .values(offered=False)
        .execution_options(synchronize_session=False)
    )
    row = await workflows.stored(session, workflow, now, school_id=school.id)
    row.offered, row.created_by, row.created_at = True, person_id, now
    await session.flush()


async def withdraw(session: Session, person: Person | None, version_id: int, say: Texts) -> Page:
    """It is not offered any more; cycles that run go on. Raises NeedsConsent, Gone for one of another school."""
    row = await session.get(WorkflowVersion, version_id, populate_existing=True)
    mine = {one.id for one in await schools(session, person)}
    if row is None or row.school_id not in mine or not row.offered:
        raise Gone
    row.offered = False
    await session.flush()
    title = workflows.of(row).title.of(say.language)
    return await page(session, person, row.school_id or 0, say, say("own_workflows.withdrawn", title=title))


async def which(session: Session, person: Person | None, say: Texts) -> Page:
    """Which school? With one it is its page at once. Raises NeedsConsent, NotAllowed."""
    found = await schools(session, person)
    if not found:
        raise NotAllowed
    if len(found) == 1:
        return await page(session, person, found[0].id, say)
    return say("own_workflows.which"), [[button(one.name[:60], f"own:{one.id}")] for one in found[:20]]


async def page(session: Session, person: Person | None, school_id: int, say: Texts, note: str = "") -> Page:
    """What the school has brought, each with the way to withdraw it; and how to bring one. Raises as of_school."""
    school = await of_school(session, person, school_id)
    rows, lines = list[list[Button]](), [note] if note else []
    found = await offered(session, school)
    lines.append(say("own_workflows.list" if found else "own_workflows.none", school=school.name))
    for row in found:
        workflow = workflows.of(row)
        title = workflow.title.of(say.language)
        lines.append(say("coaching.begin.workflow", title=title, words=workflow.words.of(say.language)))
        label = say.plain("own_workflows.button.withdraw", title=title)
        rows.append([button(label[:60], f"ownoff:{row.id}")])
    rows.append([button(say.plain("own_workflows.button.bring"), f"ownnew:{school.id}")])
    return "\n\n".join(lines), rows


def _back(say: Texts, school: School) -> Button:
    return button(say.plain("own_workflows.button.bring"), f"ownnew:{school.id}")


async def asked(session: Session, person: Person | None, school_id: int, say: Texts) -> Page:
    """Send the file, with what it looks like. Raises as of_school."""
    school = await of_school(session, person, school_id)
    return say("own_workflows.how", school=school.name, kilobytes=MOST_BYTES // 1000), []
