"""Which workflows a group may begin with: the house's and its school's own."""

from datetime import datetime

from sqlalchemy import select

from coaching import needs, workflows
from coaching.refusals import Gone
from content import workflows as files
from content.workflows import Workflow
from storage.database import Session
from storage.models import Group, WorkflowVersion


async def offered(session: Session, group: Group) -> list[Workflow]:
    """What a cycle in this group can begin with: the house's, and its school's own, which win over the same id.

    One that needs what nothing here knows how to look up is not offered: it could never be finished.
    """
    own = await session.scalars(
        select(WorkflowVersion)
        .where(WorkflowVersion.school_id == group.school_id, WorkflowVersion.offered, WorkflowVersion.school_id > 0)
        .order_by(WorkflowVersion.created_at, WorkflowVersion.id)
    )
    found = files.house() | {row.workflow: workflows.of(row) for row in own}
    return [one for one in found.values() if not needs.unknown([need for step in one.steps for need in step.needs])]


async def keep(session: Session, group: Group, workflow_id: str, now: datetime) -> WorkflowVersion:
    """The stored version of what is offered under that id now. Raises Gone for an id nobody offers."""
    found = next((one for one in await offered(session, group) if one.id == workflow_id), None)
    if found is None:
        raise Gone
    return await workflows.stored(session, found, now)
