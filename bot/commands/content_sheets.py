"""`sejawat content import` and `export`: a facilitator's sheet as a pack, and a pack as a sheet."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.content import Language, fail, in_language, limits

if TYPE_CHECKING:
    from content.lessons import Pack

Replace = Annotated[bool, typer.Option(help="Write over what is there.")]


def import_(
    plan: Annotated[Path, typer.Argument(help="The sheet: XLSX or CSV. Photos and papers lie in media/ beside it.")],
    folder: Annotated[Path, typer.Argument(help="The pack's folder; its name is the pack's.")],
    language: Language = "id",
    replace: Replace = False,
) -> None:
    """Turn a sheet into a pack. Every bad cell is named by its address, and then nothing is written; exit 2."""
    from content import pack_limits, pack_sheets, pack_writing

    say = in_language(language)
    if folder.exists() and not replace:
        fail(say.plain("content.import.exists", folder=folder))
    if folder.exists() and not (folder / "pack.yaml").is_file():
        fail(say.plain("content.import.no_pack", folder=folder))
    try:
        content = plan.read_bytes()
    except OSError as problem:
        fail(f"{plan}: {problem.strerror}")
    places, name = [plan.parent, folder], folder.resolve().name
    try:
        pack = pack_sheets.read(plan.name, content, language=language, pack_id=name, limits=limits(), media=places)
    except pack_sheets.BadSheet as problem:
        print(problem, file=sys.stderr)
        fail(say.plain("content.import.nothing", count=len(problem.problems)))
    try:
        pack_writing.write(pack, folder, {file: pack_limits.found(places, file) for file in _media(pack)})
    except OSError as problem:
        fail(f"{folder}: {problem.strerror}")
    print(say.plain("content.import.done", folder=folder, lessons=len(pack.lessons), side=len(pack.side)))


def export(
    folder: Annotated[Path, typer.Argument(help="The pack's folder.")],
    plan: Annotated[Path, typer.Argument(help="The sheet to write: a name ending in .xlsx or .csv.")],
    language: Language = "id",
    replace: Replace = False,
) -> None:
    """Give a pack as a sheet, with its photos and papers in media/ beside it. Import takes it back as it was."""
    from content import pack_sheets, packs

    say = in_language(language)
    if plan.suffix.casefold() not in {".xlsx", ".csv"}:
        fail(say.plain("content.export.ending", plan=plan))
    try:
        pack = packs.read(folder)
    except packs.BadPack as problem:
        fail(say.plain("content.export.bad_pack", problems=problem))
    targets = [plan, *(plan.parent / file for file in _media(pack))]
    taken = [one for one in targets if one.exists() and not replace and not _same(one, folder, plan)]
    if taken:
        fail(say.plain("content.export.exists", files=", ".join(str(one) for one in taken)))
    try:
        _save(plan, pack_sheets.write(plan.name, pack))
        for file in _media(pack):
            _copy(folder / file, plan.parent / file)
    except OSError as problem:
        fail(f"{plan}: {problem.strerror}")
    print(say.plain("content.export.done", plan=plan, lessons=len(pack.lessons), side=len(pack.side)))


def _media(pack: "Pack") -> list[str]:
    """The files that its lessons show, each once."""
    return sorted({medium.file for lesson in (*pack.lessons, *pack.side) for medium in lesson.media if medium.file})


def _same(target: Path, folder: Path, plan: Path) -> bool:
    """Whether a medium beside the sheet is already the pack's."""
    ours = folder / target.relative_to(plan.parent)
    return target != plan and ours.is_file() and ours.read_bytes() == target.read_bytes()


def _save(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    if not (target.exists() and target.samefile(source)):
        shutil.copyfile(source, target)
