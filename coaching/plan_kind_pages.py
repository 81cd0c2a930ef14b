"""The catalogue of a school as pages: what activities count for, and entering one more, tap by tap."""

from coaching import plan_kinds
from coaching.pages import Page
from coaching.plan_pages import fit, tap
from content.texts import Texts
from storage.database import Session
from storage.letters import button
from storage.models import Person


async def catalogue(session: Session, person: Person | None, school_id: int, say: Texts, note: str = "") -> Page:
    """What activities count for at a school, and a button for each it entered. Raises NeedsConsent, NotAllowed."""
    own = await plan_kinds.own(session, person, school_id)
    known = await plan_kinds.catalogue(session, school_id)
    lines = [
        say("plans.kind.line", title=one.title.of(say.language), points=one.points,
            evidence=say.plain(f"plans.kind.{one.evidence}"))
        for one in known.values()
    ]  # fmt: skip
    rows = [[tap(say, "kind_out", f"rhkcatout:{one.id}", title=known[one.slug].title.of(say.language))] for one in own]
    rows.append([tap(say, "kind_new", f"rhkcatnew:{school_id}"), tap(say, "kind_file", f"rhkcatfile:{school_id}")])
    parts = [note] if note else []
    return fit([*parts, say("plans.kind.title"), "\n".join(lines), say("plans.kind.how")]), [
        *rows[-30:], [tap(say, "list", "rhk")],
    ]  # fmt: skip


def kind_points(school_id: int, say: Texts) -> Page:
    """How many points? By tap, or typed."""
    rows = [[button(str(one), f"rhkcatpt:{school_id}:{one}") for one in plan_kinds.POINTS]]
    return say("plans.kind.points"), [*rows, [tap(say, "back", f"rhkcat:{school_id}")]]


def kind_evidence(school_id: int, say: Texts) -> Page:
    """What shows that it was done?"""
    rows = [
        [button(say.plain(f"plans.kind.{one}"), f"rhkcatev:{school_id}:{at}")]
        for at, one in enumerate(plan_kinds.EVIDENCE)
    ]
    return say("plans.kind.evidence"), [*rows, [tap(say, "back", f"rhkcat:{school_id}")]]
