"""Folders in which each YAML file is one value with an id, named like its file: rubrics, instruments."""

import logging
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from content.flaws import Flaw, fitted
from content.marked import Problem, Source
from content.texts import LANGUAGES, Texts

logger = logging.getLogger(__name__)


One = TypeVar("One", bound=BaseModel)


def check(model: type[One], folder: Path, say: Texts | None = None) -> list[Problem]:
    """Everything that is wrong in the files of a folder, with file and line."""
    say, wrong = say or Texts(LANGUAGES[0]), list[Problem]()
    for path in sorted(folder.glob("*.yaml")):
        examine(model, path, wrong, say)
    return wrong


def examine(model: type[One], path: Path, wrong: list[Problem], say: Texts) -> One | None:
    """What a file holds, or None with every problem noted."""
    source = Source.of(path, wrong)
    if source is None:
        return None
    found, flaws = fitted(model, source.value)
    named = getattr(found, "id", path.stem)
    if named != path.stem:
        flaws.append(Flaw(("id",), "not_as_in_file", {"is": named, "wanted": path.stem}))
    wrong += [source.flaw(flaw, say) for flaw in flaws]
    return None if flaws else found


def usable(model: type[One], folder: Path) -> dict[str, One]:
    """The values of a folder by id. One whose file is wrong is left out and logged: the others go on."""
    found: dict[str, One] = {}
    for path in sorted(folder.glob("*.yaml")):
        wrong: list[Problem] = []
        one = examine(model, path, wrong, Texts("en"))
        if one is not None:
            found[path.stem] = one
        for problem in wrong:
            logger.warning("left out: %s", problem)
    return found
