"""Reads lesson packs: `pack.yaml` for the order, one Markdown file per lesson and language for the words."""

import logging
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from content import pack_checks, pack_limits
from content.flaws import Flaw
from content.fronts import EntryFront, Front, Manifest
from content.lessons import Lesson, LessonText, Pack, UnknownPack
from content.marked import Problem, Source
from content.pack_forms import Written, assembled
from content.texts import LANGUAGES, Texts

__all__ = ["BadPack", "Lesson", "LessonText", "Pack", "UnknownPack", "available", "every", "examine", "from_json",
           "lesson_path", "pack", "read", "to_json"]  # fmt: skip

FOLDER = Path(__file__).parent / "packs"
FIRST = "awal"  # made for the first two weeks
logger = logging.getLogger(__name__)


class BadPack(ValueError):
    """A pack that cannot be used; the message names file, line and what is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@cache
def pack(pack_id: str) -> Pack:
    """A pack of the house by its id, read once. Raises UnknownPack, BadPack."""
    folder = FOLDER / pack_id
    if not re.fullmatch(r"[a-z0-9-]+", pack_id) or not (folder / "pack.yaml").is_file():
        raise UnknownPack(f"no pack {pack_id!r} in {FOLDER}")
    return read(folder)


@cache
def every() -> tuple[Pack, ...]:
    """Every pack of the house, by id, drafts and retired ones too. One that cannot be read is left out, and logged."""
    found = []
    for path in sorted(FOLDER.glob("*/pack.yaml")):
        try:
            found.append(pack(path.parent.name))
        except (BadPack, UnknownPack) as problem:
            first = problem.problems[0] if isinstance(problem, BadPack) else problem
            logger.warning("pack %s is left out; `sejawat content check` says more: %s", path.parent.name, first)
    return tuple(found)


@cache
def available() -> tuple[Pack, ...]:
    """The published packs of the house, in the order in which they are offered: for teachers first, the short before
    the long, and the one made for a group's first days before all others."""
    published = [one for one in every() if one.status == "published"]
    return tuple(
        sorted(published, key=lambda one: (one.audience != "teacher", len(one.lessons), one.id != FIRST, one.id))
    )


def read(folder: Path) -> Pack:
    """The pack in that folder. Raises BadPack with everything that is wrong."""
    found, wrong = examine(folder)
    if wrong or found is None:
        raise BadPack(wrong)
    return found


def examine(
    folder: Path, language: str = "en", limits: pack_limits.Limits | None = None
) -> tuple[Pack | None, list[Problem]]:
    """The pack (None when it cannot be put together) and everything that is wrong with it, in that language.

    With Telegram's limits also what Telegram would refuse, and media files that are missing or not what they say.
    """
    say, wrong = Texts(language), list[Problem]()
    source = Source.of(folder / "pack.yaml", wrong)
    manifest = source.validated(Manifest, wrong, say) if source else None
    if source is None or manifest is None:
        return None, wrong
    name = folder.resolve().name
    if manifest.id != name:
        wrong.append(source.flaw(Flaw(("id",), "not_as_in_folder", {"is": manifest.id, "wanted": name}), say))
    wrong += [source.flaw(flaw, say) for flaw in pack_checks.of_manifest(manifest)]
    wrong += _strays(folder, manifest, say)
    sources, lessons = dict[str, Source](), dict[str, dict[str, Written]]()
    for entry, day in pack_checks.entries(manifest):
        lessons[entry.id] = {}
        for one in manifest.languages:
            here = _source(folder, one, entry.id, wrong, say)
            front = here.validated(Front, wrong, say) if here else None
            if here is None or front is None:
                continue
            first = next(iter(lessons[entry.id].values()), None)
            lessons[entry.id][one] = written = Written(front, here.body)
            sources.setdefault(entry.id, here)
            wrong += [here.flaw(flaw, say) for flaw in _flaws(folder, written, first, entry, day, one, limits)]
    wrong += [sources[one].flaw(flaw, say) for one, flaw in pack_checks.of_links(manifest, lessons)]
    if any(len(written) < len(manifest.languages) for written in lessons.values()):
        return None, wrong
    found = assembled(manifest, lessons, _sizes(folder))
    if limits:
        wrong += [Problem(path, 1, say.plain("content.problem.unused")) for path in pack_limits.unused(folder, found)]
    return found, wrong


def lesson_path(folder: Path, language: str, lesson_id: str) -> Path:
    """Where the words of a lesson stand."""
    return folder / language / f"{lesson_id}.md"


def to_json(pack: Pack) -> dict[str, Any]:
    """The whole pack as plain JSON values, to be stored beside a programme that keeps its version."""
    plain: dict[str, Any] = _plain(pack)
    return plain


def from_json(stored: dict[str, Any]) -> Pack:
    """The pack that ``to_json`` was given. Raises ValueError (pydantic's) for anything else."""
    return _adapter().validate_python(stored)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        named = getattr(value, "_asdict", None)
        return _plain(named()) if named else [_plain(one) for one in value]
    return {key: _plain(one) for key, one in value.items()} if isinstance(value, dict) else value


@cache
def _adapter() -> TypeAdapter[Pack]:
    return TypeAdapter(Pack)


def _source(folder: Path, language: str, lesson_id: str, wrong: list[Problem], say: Texts) -> Source | None:
    path = lesson_path(folder, language, lesson_id)
    if not path.exists():
        wrong.append(Problem(path, 1, say.plain("content.problem.no_lesson_file", language=language)))
        return None
    return Source.of(path, wrong, front=True)


def _flaws(
    folder: Path,
    written: Written,
    first: Written | None,
    entry: EntryFront,
    day: int | None,
    language: str,
    limits: pack_limits.Limits | None,
) -> Iterator[Flaw]:
    """Everything about one language of a lesson; what is the same in all of them is told once, at the first."""
    yield from pack_checks.of_place(written.front, entry, day, language)
    yield from pack_checks.of_words(written)
    if first:
        yield from pack_checks.of_twins(first.front, written.front)
    if limits:
        yield from pack_limits.of_lengths(written.front, limits)
        if not first:
            yield from pack_limits.of_files([folder], written.front, limits)


def _strays(folder: Path, manifest: Manifest, say: Texts) -> list[Problem]:
    """Files in the folders of lessons that no reader would ever see."""
    ids = {entry.id for entry, _ in pack_checks.entries(manifest)}
    return [
        Problem(stray, 1, say.plain("content.problem.stray"))
        for language in LANGUAGES
        for stray in sorted((folder / language).glob("*"))
        if stray.suffix != ".md" or stray.stem not in ids or language not in manifest.languages
    ]


def _sizes(folder: Path) -> dict[str, int]:
    """The media files of a pack with their sizes in KB, rounded up."""
    found = [path for path in sorted((folder / "media").glob("*")) if path.is_file()]
    return {f"media/{path.name}": max(1, -(-path.stat().st_size // 1024)) for path in found}
