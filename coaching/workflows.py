"""The workflow that a running cycle keeps, whatever becomes of its file."""

import hashlib
import json
from datetime import datetime

from sqlalchemy import select

from content import workflows
from content.workflows import Workflow
from storage.database import Session, insert
from storage.models import WorkflowVersion


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


async def stored(session: Session, workflow: Workflow, now: datetime, school_id: int | None = None) -> WorkflowVersion:
    """The row that keeps the workflow as it is now; the same content is kept once, for each school that brings it."""
    content = json.dumps(workflow.to_json(), sort_keys=True, ensure_ascii=False)
    key = {"workflow": workflow.id, "digest": _digest(content if school_id is None else f"{school_id}\n{content}")}
    row = {**key, "content": json.loads(content), "school_id": school_id, "offered": False, "created_at": now}
    await session.execute(insert(session, WorkflowVersion).values(row).on_conflict_do_nothing())
    kept = await session.scalar(select(WorkflowVersion).filter_by(**key))
    if kept is None:
        raise LookupError(f"the workflow {workflow.id} was not kept")
    return kept


_MOST = 64  # workflows that are kept read: those of the house, in their versions, and what schools brought
_read: dict[str, Workflow] = {}


def of(version: WorkflowVersion) -> Workflow:
    """The workflow as it stood when it was kept: read once for each digest, which names its content and never changes.

    The value is frozen, so that all who ask may hold the same one.
    """
    found = _read.get(version.digest)
    if found is None:
        while len(_read) >= _MOST:
            del _read[next(iter(_read))]
        found = _read[version.digest] = workflows.from_json(version.content)
    return found
