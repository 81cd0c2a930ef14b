"""What people did as xAPI 1.0.3 statements, which record stores, Moodle and districts' systems read; without names."""

import json
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from community.purposes import RECORDS
from reports.happenings import Happening, happenings
from reports.pseudonyms import Pseudonyms
from storage.database import Session
from storage.models import Group, Person

ADL = "http://adlnet.gov/expapi"
REFLECTED = "urn:sejawat:verb:reflected"
"""The verbs of ADL know no reflecting: ours is a URN, the same in every installation."""
VERBS = {
    "seen": (f"{ADL}/verbs/experienced", "experienced", "melihat"),
    "tried": (f"{ADL}/verbs/attempted", "attempted", "mencoba"),
    "reflected": (REFLECTED, "reflected on", "merefleksikan"),
    "feedback": (f"{ADL}/verbs/commented", "commented", "memberi umpan balik"),
    "step": (f"{ADL}/verbs/completed", "completed", "menyelesaikan"),
}
DETAILS = "urn:sejawat:detail"


async def statements(
    session: Session, codes: Pseudonyms, home: str, groups: Collection[int] | None, since: datetime | None
) -> Iterator[dict[str, Any]]:
    """A statement for each thing done, oldest first, of those who said yes to learning records elsewhere.

    ``home`` is the address of this installation: it names the accounts, and with the key it makes ids its own.
    """
    found = await happenings(session, RECORDS, groups, since)
    people = {one.id: codes.person(one) for one in await session.scalars(select(Person)) if one.consented_at}
    named = {one.id: codes.group(one) for one in await session.scalars(select(Group))}
    return (statement(one, people[one.person_id], named[one.group_id], home.rstrip("/")) for one in found)


def statement(one: Happening, person: str, group: str, home: str) -> dict[str, Any]:
    """One statement. Its id is a UUIDv5 of what happened, so that a second sending is the same statement."""
    verb, english, indonesian = VERBS[one.what]
    activity = f"{home}/xapi/{_path(one)}"
    details = {f"{DETAILS}:{name}": value for name, value in sorted(one.detail.items())}
    return {
        "id": str(_id(one, person, home)),
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": person}},
        "verb": {"id": verb, "display": {"en": english, "id": indonesian}},
        "object": {"objectType": "Activity", "id": activity, "definition": _definition(one)},
        "context": {
            "platform": "Sejawat",
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": f"{home}/xapi/group/{group}"}]},
            **({"extensions": details} if details else {}),
        },
        "timestamp": _moment(one.at),
    }


def line(one: dict[str, Any]) -> str:
    """A statement as one line, always the same for the same statement."""
    return json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _id(one: Happening, person: str, home: str) -> UUID:
    # A lesson is seen and tried once a day it came; one may reflect on it or comment several times.
    again = _moment(one.at) if one.what in ("reflected", "feedback") else ""
    return uuid5(uuid5(NAMESPACE_URL, home), "\n".join([one.what, person, *one.of, one.detail.get("side", ""), again]))


def _path(one: Happening) -> str:
    """lesson/awal/1/01-salam, workflow/knight/observe, piece or colleague; days and cycles are not part of it."""
    parts = {1: one.of, 4: one.of[:3]}[len(one.of)] if one.what != "step" else one.of[:2]
    kind = "workflow/" if one.what == "step" else "lesson/" if len(parts) == 3 else ""
    return kind + "/".join(quote(part, safe="") for part in parts)


def _definition(one: Happening) -> dict[str, Any]:
    if len(one.of) == 1:
        return {"type": f"{ADL}/activities/media", "name": {"en": one.of[0]}}
    if one.what == "step":
        return {"type": f"{ADL}/activities/performance", "name": {"en": " / ".join(one.of[:2])}}
    return {"type": f"{ADL}/activities/lesson", "name": {"en": " / ".join((one.of[0], one.of[2]))}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
