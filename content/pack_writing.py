"""Writes a pack as a folder: `pack.yaml`, one Markdown file per lesson and language, copies of its media."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from content.lessons import Pack
from content.pack_forms import front_of, manifest_of
from content.packs import lesson_path


class _Words(str):
    """A text that is written between double quotes."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Short values in one line, words between quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _Words, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", str(data), style='"')
)
_ID = re.compile(r"[a-z0-9-]+")


def write(pack: Pack, folder: Path, media: Mapping[str, Path] | None = None) -> None:
    """Writes the pack there, with copies of ``media`` (by their names in the pack).

    The folder is complete or not there: it is written beside its place first. One that is there is replaced.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fresh = beside / "new"
        _files(pack, fresh)
        for name, path in (media or {}).items():
            (fresh / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(path, fresh / name)
        if folder.exists():
            folder.rename(beside / "old")
        fresh.rename(folder)
    except BaseException:
        if (beside / "old").exists() and not folder.exists():
            (beside / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(beside)


def _files(pack: Pack, folder: Path) -> None:
    folder.mkdir()
    _save(folder / "pack.yaml", _yaml(manifest_of(pack)))
    for language in pack.languages:
        (folder / language).mkdir()
        for lesson in (*pack.lessons, *pack.side):
            front = front_of(lesson, language)
            for medium in front["media"]:
                if "file" in medium:
                    medium.pop("size_kb", None)  # the file itself says so
            text = f"---\n{_yaml(front)}---\n{lesson.texts[language].body}\n"
            _save(lesson_path(folder, language, lesson.id), text)


def _save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _yaml(value: dict[str, Any]) -> str:
    return str(yaml.dump(_quoted(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6))


def _quoted(value: Any) -> Any:
    """Words between quotes; ids and names of ours stay as they are, where YAML would not read them otherwise."""
    if isinstance(value, dict):
        return {key: _quoted(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_quoted(one) for one in value]
    return _Words(value) if isinstance(value, str) and not _ID.fullmatch(value) else value
