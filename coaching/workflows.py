"""Which workflows a group may begin with, and the workflow a running cycle keeps whatever becomes of its file."""

import hashlib
import json
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from coaching import needs
from coaching.refusals import Gone
from content import workflows
from content.workflows import Workflow
from storage.database import Session, insert
from storage.models import Group, WorkflowVersion


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


async def offered(session: Session, group: Group) -> list[Workflow]:
    """What a cycle in this group can begin with: the house's, and its school's own, which win over the same id.

    One that needs what nothing here knows how to look up is not offered: it could never be finished.
    """
    own = await session.scalars(
        select(WorkflowVersion)
        .where(WorkflowVersion.school_id == group.school_id, WorkflowVersion.offered, WorkflowVersion.school_id > 0)
        .order_by(WorkflowVersion.created_at, WorkflowVersion.id)
    )
    found = workflows.house() | {row.workflow: of(row) for row in own}
    return [one for one in found.values() if not needs.unknown([need for step in one.steps for need in step.needs])]


async def keep(session: Session, group: Group, workflow_id: str, now: datetime) -> WorkflowVersion:
    """The stored version of what is offered under that id now. Raises Gone for an id nobody offers."""
    found = next((one for one in await offered(session, group) if one.id == workflow_id), None)
    if found is None:
        raise Gone
    return await _stored(session, found, now)


async def _stored(session: Session, workflow: Workflow, now: datetime) -> WorkflowVersion:
    content = json.dumps(workflow.to_json(), sort_keys=True, ensure_ascii=False)
    key = {"workflow": workflow.id, "digest": _digest(content)}
    row = {**key, "content": json.loads(content), "offered": False, "created_at": now}
    await session.execute(insert(session, WorkflowVersion).values(row).on_conflict_do_nothing())
    kept = await session.scalar(select(WorkflowVersion).filter_by(**key))
    if kept is None:
        raise LookupError(f"the workflow {workflow.id} was not kept")
    return kept


def of(version: WorkflowVersion) -> Workflow:
    """The workflow as it stood when it was kept."""
    return _read(json.dumps(version.content, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=64)
def _read(content: str) -> Workflow:
    return workflows.from_json(json.loads(content))
