"""The rubric that an observation keeps, whatever becomes of its file."""

import hashlib
import json
from functools import lru_cache

from sqlalchemy import select

from content import rubrics
from content.rubrics import Rubric
from storage.database import Session, insert
from storage.models import RubricVersion


async def stored(session: Session, rubric: Rubric) -> RubricVersion:
    """The row that keeps the rubric as it is now; the same content is kept once."""
    content = json.dumps(rubric.to_json(), sort_keys=True, ensure_ascii=False)
    key = {"rubric": rubric.id, "digest": hashlib.sha256(content.encode()).hexdigest()}
    row = {**key, "version": rubric.version, "content": json.loads(content)}
    await session.execute(insert(session, RubricVersion).values(row).on_conflict_do_nothing())
    kept = await session.scalar(select(RubricVersion).filter_by(**key))
    if kept is None:
        raise LookupError(f"the rubric {rubric.id} was not kept")
    return kept


def of(version: RubricVersion) -> Rubric:
    """The rubric as it stood when it was kept."""
    return _read(json.dumps(version.content, sort_keys=True, ensure_ascii=False))


@lru_cache(maxsize=64)
def _read(content: str) -> Rubric:
    return rubrics.from_json(json.loads(content))


def to_watch() -> list[Rubric]:
    """What a lesson or a meeting may be watched with, lessons first."""
    return [one for of in rubrics.WATCHED for one in rubrics.house().values() if one.of == of]


def for_modules() -> list[Rubric]:
    """What a module is held against."""
    return [one for one in rubrics.house().values() if one.of == "module"]


def before() -> Rubric | None:
    """The check sheet before a lesson."""
    return next((one for one in rubrics.house().values() if one.of == "before"), None)
